#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The recorded run of two real processes, played to two ends of the double.

Each command of the record is sent when all events before its beginning have come, each reply is compared to the octet, and
each event must come on its socket in the order of the record with equal fields. What may differ is in the tables below.
"""
import os
import re
import sys
import time
from dataclasses import dataclass

import bed
import phone

TRANSCRIPT = os.path.join(bed.FIXTURES, "control-transcript.txt")
ENDS = {"hu": bed.HU_NMI, "phone": bed.PHONE_NMI}

# Events that come again with every discovery window, in the real engine too. Each of the record's has to come, but where
# between the others depends on how long a window is compared with a set-up: a few windows on simulated radios, none here.
REPEATED = {"NAN-DISCOVERY-RESULT", "NAN-REPLIED"}

# Values that real cryptography or chance made. They have to have the same form, to be the same wherever the record has the
# same, and to be others where it has others. Everything else is compared as it is.
MADE = {"cluster_id": r"50:6f:9a:01:[0-9a-f]{2}:[0-9a-f]{2}", "nd_pmk": r"[0-9a-f]{64}", "pmk": r"[0-9a-f]{64}"}
GIVEN_PMK = "00112233445566778899aabbccddeeff" * 2      # not made: the test's own key

# The recorder kept the first line of a reply only where it was the only one; of the others the form is checked here.
SEVERAL_LINES = {
    "NAN_STATUS": r"nan_started=1\nnmi=[0-9a-f:]{17}\ncluster_id=[0-9a-f:]{17}\n(peer=\S+ paired=[01] ndp_count=\d+\n)*"
                  r"num_services=\d+\n(service=\d+ type=(publish|subscribe) name=\S+ sync=1\n)*",
    "STATUS": r"wpa_state=DISCONNECTED\naddress=[0-9a-f:]{17}\n",
    "NAN_PEER_INFO": r"pairing_setup=1\nnpk_caching=1\npairing_verification=1\ncipher_suites=0x00000000\nnik_cipher=0\n"
                     r"nik=[0-9a-f]{32}\nakmp=SAE\nnpk=[0-9a-f]{64}\n",
    "DRIVER_FLAGS2": r"(?s).*",
}
# Replies of the real one that do not end with a line feed.
BARE = re.compile(r"\d+|USD NAN")

# What the recorder missed: lines of the record before which this was sent, too (by what came of it).
MISSED_COMMANDS = {
    "NAN_NDP_RESPONSE accept peer_nmi=42:00:00:00:01:00 ndi=ndi0 ndp_id=5": [
        ("phone", "NAN_NDP_REQUEST handle=1 ndi=ndi0 peer_nmi=42:00:00:00:00:00 peer_id=1 ssi=aabbcc "
                  "interface_id=8899aabbccddeeff")],
    "NAN-PUBLISH-TERMINATED publish_id=6": [("hu", "NAN_CANCEL_PUBLISH publish_id=6"),
                                            ("phone", "NAN_CANCEL_SUBSCRIBE subscribe_id=6")],
}
# Events of the double that the recorder missed: the other end's of the same data path is in the record, or the command's reply.
MISSED_EVENTS = [
    *(f"phone NAN-NDP-CONNECTED peer=42:00:00:00:00:00 ndp_id={ndp} local_ndi=52:00:00:00:01:00 peer_ndi=52:00:00:00:00:00 "
      "ssi=ddeeff interface_id=0011223344556677" for ndp in (1, 4)),
    "phone NAN-SUBSCRIBE-TERMINATED subscribe_id=6 reason=user-request",
]


@dataclass
class Item:
    begin: float
    end: float
    who: str
    is_command: bool
    text: str
    reply: str = ""


def read(path: str) -> list:
    """The record's lines in the order in which they began. Some are glued together; some end in a lonely time."""
    items = []
    with open(path) as f:
        text = re.sub(r"  (?=\d+\.\d{3}( |$))", "\n", f.read(), flags=re.M)
    for line in text.splitlines():
        found = re.match(r"\s*(\d+\.\d{3}) (CMD|EV) (\S+)\s+(.*)$", line)
        if not found:
            continue
        at, kind, who, rest = float(found[1]), found[2], found[3], found[4]
        if kind == "EV":
            items.append(Item(at, at, who, False, rest.rstrip()))
            continue
        command, reply, took = re.match(r"(.*?) -> (.*?)\s*(?:\((\d+) ms\))?$", rest).groups()
        items.append(Item(at - int(took or 0) / 1000, at, who, True, command, reply))
    return sorted(items, key=lambda item: (item.begin, item.is_command))


def bare(event: phone.Event) -> str:
    return event.line.split(">", 1)[1]


class Replay:
    def __init__(self, air):
        self.air, self.values, self.missed = air, {}, []
        self.counts = {"commands": 0, "events": 0, "more": 0}
        self.engines = {name: air.engine(name, nmi) for name, nmi in ENDS.items()}
        self.controls = {f"{name}-g": engine.global_control(attach=True) for name, engine in self.engines.items()}
        for name in ENDS:
            with open(os.path.join(air.folder, name, "nan0.conf"), "w") as f:
                f.write("update_config=1\n")

    def control(self, who: str) -> phone.Control:
        if who not in self.controls:
            name, _, suffix = who.partition("-")
            interface = "nan0" if not suffix else {"hu": "wlan0", "phone": "wlan1"}[name]
            self.controls[who] = phone.Control(f"{self.engines[name].folder}/ctrl/{interface}", attach=True)
        return self.controls[who]

    def ours(self, text: str, who: str) -> str:
        """A command of the record as it is sent here."""
        folder = self.engines[who.split("-")[0]].folder
        text = text.replace("<TAB>", "\t").replace("DIR=<dir>", f"DIR={folder}/ctrl").replace("<dir>", folder)
        return re.sub(r"\b(pmk)=([0-9a-f]{64})", lambda found: f"{found[1]}={self.values.get(found[2], found[2])}", text)

    def make_up_for(self, item: Item):
        for start, commands in MISSED_COMMANDS.items():
            if not item.text.startswith(start):
                continue
            for who, text in commands:
                bed.same(self.control(who).request(self.ours(text, who)), "OK\n", text)
            if item.text.startswith("NAN_NDP_RESPONSE"):
                self.control(item.who).wait("NAN-NDP-REQUEST")

    def command(self, item: Item):
        reply = self.control(item.who).request(self.ours(item.text, item.who))
        self.counts["commands"] += 1
        if not item.reply:
            form = SEVERAL_LINES[item.text.split(" ")[0]]
            assert re.fullmatch(form, reply), f"{item.text}: {reply!r}"
        else:
            want = item.reply if BARE.fullmatch(item.reply) else item.reply + "\n"
            bed.same(reply, want, item.text)

    def matches(self, line: str, recorded: str) -> bool:
        got, want = line.split(" "), recorded.split(" ")
        if len(got) != len(want):
            return False
        fresh = {}
        for mine, theirs in zip(got, want):
            key, _, value = theirs.partition("=")
            if key in MADE and value != GIVEN_PMK:
                ours = mine.partition("=")[2]
                if not mine.startswith(key + "=") or not re.fullmatch(MADE[key], ours):
                    return False
                known = {**self.values, **fresh}.get(value)
                if known is None and ours not in self.values.values():
                    fresh[value] = ours
                elif known != ours:
                    return False
            elif mine != theirs:
                return False
        self.values.update(fresh)
        return True

    def event(self, item: Item):
        events = self.control(item.who).events
        repeated = item.text.split(" ")[0] in REPEATED
        end = time.monotonic() + phone.WAIT_S
        at = 0
        while time.monotonic() < end:
            for at in range(at, len(events)):
                if self.matches(bare(events[at]), item.text):
                    self.take(item.who, events, at, repeated)
                    return
            at = len(events)
            self.control(item.who).poll(0.05)
        raise AssertionError(f"{item.who} at {item.end}: no {item.text}")

    def take(self, who: str, events: list, at: int, repeated: bool):
        """What came before it and is not repeated, the recorder missed."""
        self.counts["events"] += 1
        del events[at]
        if repeated or who.endswith("-g"):
            return
        for event in [event for event in events[:at] if event.name not in REPEATED]:
            events.remove(event)
            self.counts["more"] += 1
            self.missed.append(f"{who} {bare(event)}")


def test_the_recorded_run_of_the_real_engine_is_repeated_line_by_line():
    items = read(TRANSCRIPT)
    with bed.Air() as air:
        replay = Replay(air)
        for item in items:
            replay.make_up_for(item)
            if item.is_command:
                replay.command(item)
            else:
                replay.event(item)
        for control in replay.controls.values():
            control.close()
        print("  " + ", ".join(f"{count} {what}" for what, count in replay.counts.items()))
        bed.same(replay.missed, MISSED_EVENTS, "not in the record")
        bed.same(replay.counts["commands"], sum(item.is_command for item in items))
        bed.same(replay.counts["events"], sum(not item.is_command for item in items))


if __name__ == "__main__":
    sys.exit(bed.main(dict(globals())))
