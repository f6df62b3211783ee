#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Many phones, or many attempts, at the access point under test; and what that leaves behind.

    crowd.py joins --real N --injected M [--out FILE]
    crowd.py storm --attempts N [--out FILE]

For the rig's guest, as root, with fasciad, fascia-link, fascia-addr and hostapd running, the link up, and a radio that
nobody uses. link.max_stations must leave room for one more.

joins   N times a real phone (wpa_supplicant on the spare radio) joins and leaves, the first time with a whole SAE
        exchange, then by the cached PMK, which is what a phone does that comes back. M times the kernel is told of an
        authorised station and that it left (NL80211_CMD_NEW_STATION, _DEL_STATION): all that fascia-link and fascia-addr
        see of a phone, without the cryptography, which would take an emulated processor most of a second.
storm   N times the spare radio tries to join with a wrong passphrase, as fast as wpa_supplicant does it when told to.

Both check that whoever was on the link before still is, with the same address, and that nothing has grown: descriptors,
neighbour entries, files, and memory beyond --slack-kib. storm also bounds what is logged per attempt.
"""
import argparse
import json
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import hwsim
from dbus_read import BusError
from hwsim import GenericNetlink, attribute
from returns import LINK_FOLDER, WATCHED, Failed, Machine, check_files, pid_of, process_holdings

NETNS = "fascia-crowd"
LOOK_EVERY_S = 0.01
LIMIT_S = 30
SEEN_S, TRIES = 5, 5
AT_ONCE = 10
LOGGED_MAX = 400        # octets per attempt

# include/uapi/linux/nl80211.h
NL80211_CMD_NEW_STATION, NL80211_CMD_DEL_STATION = 19, 20
NL80211_ATTR_IFINDEX, NL80211_ATTR_MAC, NL80211_ATTR_STA_AID, NL80211_ATTR_STA_LISTEN_INTERVAL = 3, 6, 16, 18
NL80211_ATTR_STA_SUPPORTED_RATES, NL80211_ATTR_STA_FLAGS2 = 19, 67
STA_FLAGS = sum(1 << flag for flag in (1, 5, 7))     # authorized, authenticated, associated
# SAE's second message does not fit, that is, the passphrase does not: hostapd 2.10 says "unspecified failure", others
# "challenge failure" (IEEE 802.11-2020, table 9-50).
REFUSED = r"CTRL-EVENT-AUTH-REJECT .* auth_transaction=2 status_code=(1|15)\b"
RATES_6_TO_54 = bytes([12, 18, 24, 36, 48, 72, 96, 108])  # in 500 kbit/s


class Supplicant:
    """A real wpa_supplicant on a spare radio, in a network namespace of its own, driven by its control socket."""

    def __init__(self, ssid: str, passphrase: str, taken: str):
        self.folder = Path(tempfile.mkdtemp(prefix="crowd-"))
        self.radio = next(radio.name for radio in sorted(hwsim.RADIOS.iterdir())
                          if radio.name != taken and _is_idle(radio))
        self.interface = next(iter((hwsim.RADIOS / self.radio / "device/net").iterdir())).name
        self.mac = (hwsim.RADIOS / self.radio / "macaddress").read_text().strip()
        subprocess.run(["ip", "netns", "add", NETNS], check=True)
        subprocess.run(["iw", "phy", self.radio, "set", "netns", "name", NETNS], check=True)
        (self.folder / "conf").write_text(
            f'ctrl_interface={self.folder}/ctrl\nsae_pwe=2\nnetwork={{\nssid="{ssid}"\nkey_mgmt=SAE\nieee80211w=2\n'
            f'sae_password="{passphrase}"\nscan_freq=5180\ndisabled=1\n}}\n')
        self.process = subprocess.Popen(["ip", "netns", "exec", NETNS, "wpa_supplicant", "-D", "nl80211", "-i",
                                         self.interface, "-c", str(self.folder / "conf")],
                                        stdout=open(self.folder / "log", "wb"), stderr=subprocess.STDOUT)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.folder / "client"))
        self.socket.settimeout(LIMIT_S)
        self._connect()
        self.events = []
        self.ask("ATTACH")

    def _connect(self):
        end = time.monotonic() + LIMIT_S
        while True:
            try:
                self.socket.connect(str(self.folder / "ctrl" / self.interface))
                return
            except OSError:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise Failed("wpa_supplicant: " + (self.folder / "log").read_text()[-500:]) from None
                time.sleep(LOOK_EVERY_S)

    def _receive(self) -> str:
        return self.socket.recv(4096).decode(errors="replace")

    def ask(self, command: str) -> str:
        self.socket.send(command.encode())
        while (answer := self._receive()).startswith("<"):
            self.events.append(answer)
        return answer

    def wait(self, pattern: str) -> str:
        """The next event that matches; events before it are taken too."""
        end = time.monotonic() + LIMIT_S
        while time.monotonic() < end:
            try:
                event = self.events.pop(0) if self.events else self._receive()
            except TimeoutError:
                break
            if re.search(pattern, event):
                return event
        raise Failed(f"wpa_supplicant never said {pattern}; " + (self.folder / "log").read_text()[-500:])

    def close(self):
        self.process.terminate()
        self.process.wait()
        subprocess.run(["ip", "netns", "delete", NETNS], check=True)      # the radio comes back


def _is_idle(radio: Path) -> bool:
    nets = radio / "device/net"
    names = [each.name for each in nets.iterdir()] if nets.is_dir() else []
    return bool(names) and not any(int((Path("/sys/class/net") / name / "flags").read_text(), 16) & 1 for name in names)


def joins(machine: Machine, options) -> dict:
    supplicant = Supplicant(*credentials(), machine.radio())
    began = time.monotonic()
    repeated = sum(real_join(machine, supplicant) for _ in range(options.real))
    supplicant.close()
    real_s = time.monotonic() - began
    inject(machine, options.injected)
    machine.wait("all that joined have left", lambda: len(present(machine)) == options.already, LIMIT_S)
    return {"real": options.real, "real_s": round(real_s, 1), "repeated": repeated, "injected": options.injected,
            "injected_s": round(time.monotonic() - began - real_s, 1)}


def real_join(machine: Machine, supplicant: Supplicant) -> int:
    """How often it had to be tried again: handshakes have time limits, and an emulated machine may miss them."""
    for tries in range(TRIES):
        supplicant.ask("BSSID_IGNORE clear")
        supplicant.ask("ENABLE_NETWORK 0")
        supplicant.ask("RECONNECT")
        supplicant.wait("CTRL-EVENT-CONNECTED")
        end = time.monotonic() + SEEN_S
        while supplicant.mac not in present(machine) and time.monotonic() < end:
            time.sleep(0.05)
        seen = supplicant.mac in present(machine)
        supplicant.ask("DISCONNECT")
        if seen:
            return tries
    raise Failed(f"a phone that was connected {TRIES} times was never seen")


def present(machine: Machine) -> set:
    return {station["mac"] for station in machine.bus.get("Link1", "Stations") or []}


def inject(machine: Machine, count: int):
    """A few at once. All are seen by fascia-link before they leave; that they left need not have been noticed before the
    next ones come."""
    index = attribute(NL80211_ATTR_IFINDEX, struct.pack("=I", machine.bus.get("Link1", "InterfaceIndex")))
    macs = [bytes([2, 0xFA, 0, 0, number >> 8, number & 255]) for number in range(count)]
    with GenericNetlink("nl80211") as nl80211:
        for start in range(0, count, AT_ONCE):
            some = macs[start:start + AT_ONCE]
            for aid, mac in enumerate(some, 100):
                nl80211.request(NL80211_CMD_NEW_STATION, index + attribute(NL80211_ATTR_MAC, mac) + new_station(aid))
            wanted = {mac.hex(":") for mac in some}
            machine.wait(f"stations {start} and following are seen", lambda: wanted <= present(machine), LIMIT_S)
            for mac in some:
                nl80211.request(NL80211_CMD_DEL_STATION, index + attribute(NL80211_ATTR_MAC, mac))


def new_station(aid: int) -> bytes:
    return (attribute(NL80211_ATTR_STA_AID, struct.pack("=H", aid))
            + attribute(NL80211_ATTR_STA_LISTEN_INTERVAL, struct.pack("=H", 10))
            + attribute(NL80211_ATTR_STA_SUPPORTED_RATES, RATES_6_TO_54)
            + attribute(NL80211_ATTR_STA_FLAGS2, struct.pack("=II", STA_FLAGS, STA_FLAGS)))


def credentials() -> tuple:
    text = (LINK_FOLDER / "hostapd.conf").read_text()
    return (bytes.fromhex(re.search("^ssid2=(.*)$", text, re.MULTILINE)[1]).decode(),
            re.search("^wpa_passphrase=(.*)$", text, re.MULTILINE)[1])


def storm(machine: Machine, options) -> dict:
    ssid, passphrase = credentials()
    supplicant = Supplicant(ssid, passphrase[::-1] + "!", machine.radio())
    logged = log_size(options.log)
    began = time.monotonic()
    for _ in range(options.attempts):
        supplicant.ask("ENABLE_NETWORK 0")       # forgets for how long it wanted to wait
        supplicant.ask("BSSID_IGNORE clear")
        supplicant.ask("REASSOCIATE")
        supplicant.wait(REFUSED)
        supplicant.ask("DISABLE_NETWORK 0")
    supplicant.close()
    seconds = time.monotonic() - began
    return {"attempts": options.attempts, "seconds": round(seconds, 1),
            "logged_per_attempt": round((log_size(options.log) - logged) / options.attempts, 1) if options.log else None}


def log_size(path) -> int:
    return path.stat().st_size if path else 0


def state_of(machine: Machine) -> dict:
    return {"addresses": machine.addresses(), "holdings": machine.holdings(), "stations": sorted(present(machine)),
            "hostapd": process_holdings(pid_of("hostapd"))}


# AddressSanitizer keeps what was freed, up to 256 MB, so the size of a sanitised process says nothing; leaks are told by
# the sanitizer itself.
def is_sanitised(pid: int) -> bool:
    return "libasan" in Path(f"/proc/{pid}/maps").read_text()


def check(before: dict, after: dict, slack_kib: int):
    for what in ("addresses", "stations"):
        if before[what] != after[what]:
            raise Failed(f"{what} were {before[what]}, are {after[what]}")
    check_files(before["holdings"]["files"], after["holdings"]["files"])
    if before["holdings"]["neighbours"] != after["holdings"]["neighbours"]:
        raise Failed("neighbour entries are left")
    processes = [(program, before["holdings"][program], after["holdings"][program]) for program in WATCHED]
    for program, was, now in processes + [("hostapd", before["hostapd"], after["hostapd"])]:
        if was["pid"] != now["pid"]:
            raise Failed(f"{program} did not survive: process {was['pid']} is {now['pid']} now")
        if now["fds"] > was["fds"]:
            raise Failed(f"{program} holds {now['fds']} descriptors, before {was['fds']}")
        for kind in ("vmrss_kib", "vmdata_kib"):
            if now[kind] > was[kind] + slack_kib and not is_sanitised(now["pid"]):
                raise Failed(f"{program}: {kind} was {was[kind]}, is {now[kind]}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verb = verbs.add_parser("joins")
    verb.add_argument("--real", type=int, default=10, metavar="N")
    verb.add_argument("--injected", type=int, default=100, metavar="M")
    verb = verbs.add_parser("storm")
    verb.add_argument("--attempts", type=int, default=20, metavar="N")
    verb.add_argument("--log", type=Path, metavar="FILE", help="the services' log, which must not grow much")
    for verb in verbs.choices.values():
        verb.add_argument("--slack-kib", type=int, default=256, metavar="N")
        verb.add_argument("--out", type=Path, metavar="FILE")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    machine = Machine(False)
    report = {"verb": options.verb}
    try:
        machine.wait("the link is up at first", machine.is_full, LIMIT_S)
        report["before"] = state_of(machine)
        options.already = len(report["before"]["stations"])
        report["result"] = (joins if options.verb == "joins" else storm)(machine, options)
        report["after"] = state_of(machine)
        check(report["before"], report["after"], options.slack_kib)
        logged = report["result"].get("logged_per_attempt") or 0
        if logged > LOGGED_MAX:
            raise Failed(f"{logged} octets are logged for each attempt")
    except (Failed, BusError, OSError, subprocess.CalledProcessError) as error:
        report["failed"] = str(error)
    text = json.dumps(report, indent=1)
    print(text)
    if options.out:
        options.out.write_text(text + "\n")
    return 1 if "failed" in report else 0


if __name__ == "__main__":
    sys.exit(main())
