# SPDX-License-Identifier: Apache-2.0
"""Misbehaviour on demand: a rule a line, from FASCIA_DOUBLE_SCRIPT or by "DOUBLE_RULE …" on the global socket.

    ACTION TARGET [nth=N] [times=N] [name=value …]

TARGET is a command (NAN_PAIR), an event (NAN-NDP-CONNECTED) or a frame between the ends (nik), and * is any of the kind
the action takes. A rule acts at the nth time its target comes (from the first on, without it) and so many times after
that (once, or with "times=0" for ever). Seconds are the engine's. "#" begins a comment.

    action    target           what happens
    fail      command          FAIL is answered and nothing is done
    late      command          done at once, answered by= seconds later, after the events it caused
    hang      command, event   the whole process stands still for by= seconds (a command is carried out after that)
    die       any              SIGKILL to itself, before the command is done, the event sent, the frame sent
    drop      event            not sent
    delay     event, frame     sent by= seconds later
    repeat    event            sent copies= times (3)
    garbage   event            before it come lines that no engine sends, or text=, which takes
                               the rest of the rule
    long-ssi  event            its ssi= has octets= octets (3000)
    vanish    any              this end is out of every other's reach from now on; the control sockets go on
    pin       NAN_PAIR         the PIN of value= is taken for the one that was given
    stuck     NAN_SCHED_CONFIG_MAP  if it comes during a data path, it is never done (as on simulated radios)
    lose      frame            not sent, though reported as acknowledged
    verify    auth1            says that it refers to a cached key though there is none
    reject    ndp_request      this end's engine refuses the received request itself, for reason= (10)
    counter   ndp_request      the answer to the received request is a counter-proposal

Frames: beacon publish subscribe follow_up bootstrap_request bootstrap_response auth1 auth2 auth3 nik ndp_request
ndp_response ndp_confirm ndp_install ndp_terminate schedule.
"""
import os
import resource
import signal
from dataclasses import dataclass, field

FRAMES = ("beacon publish subscribe follow_up bootstrap_request bootstrap_response auth1 auth2 auth3 nik ndp_request "
          "ndp_response ndp_confirm ndp_install ndp_terminate schedule").split()
COMMAND, EVENT, FRAME = "command", "event", "frame"
ACTIONS = {     # action: the kinds of its targets, its options
    "fail": ({COMMAND}, {}),
    "late": ({COMMAND}, {"by": "0.5"}),
    "hang": ({COMMAND, EVENT}, {"by": "1"}),
    "die": ({COMMAND, EVENT, FRAME}, {}),
    "drop": ({EVENT}, {}),
    "delay": ({EVENT, FRAME}, {"by": "1"}),
    "repeat": ({EVENT}, {"copies": "3"}),
    "garbage": ({EVENT}, {"text": ""}),
    "long-ssi": ({EVENT}, {"octets": "3000"}),
    "vanish": ({COMMAND, EVENT, FRAME}, {}),
    "pin": ({COMMAND}, {"value": "000000"}),
    "stuck": ({COMMAND}, {}),
    "lose": ({FRAME}, {}),
    "verify": ({FRAME}, {}),
    "reject": ({FRAME}, {"reason": "10"}),
    "counter": ({FRAME}, {}),
}
RECEIVED = {"reject", "counter"}        # these look at frames that come in

GARBAGE = ("NAN-", "NAN-NDP-CONNECTED",
           "NAN-NDP-CONNECTED peer= ndp_id=99999999999999999999 local_ndi=x peer_ndi= ssi= interface_id=zz",
           "NAN-DISCOVERY-RESULT subscribe_id=-1 publish_id=0x7fffffff address=42:00 ssi=abc", "CTRL-EVENT-\x01\x02\xff ",
           "NAN-PAIRING-STATUS addr=42:00:00:00:00:00 status=success nd_pmk=00", "=" * 600, " ", "NAN-UNKNOWN-EVENT a=b c")


class ScriptError(Exception):
    pass


def kind_of(target: str):
    if target in FRAMES:
        return FRAME
    name = target.replace("_", "").replace("-", "")
    if not name.isalnum() or not name.isupper():
        return None
    return COMMAND if "_" in target or "-" not in target else EVENT


@dataclass
class Rule:
    action: str
    target: str
    nth: int = 1
    times: int = 1              # 0: for ever
    options: dict = field(default_factory=dict)
    seen: int = 0

    @property
    def by(self) -> float:
        return float(self.options["by"])

    def meets(self, kind: str, name: str) -> bool:
        """Counts, and says whether it is its turn."""
        if kind not in ACTIONS[self.action][0] or self.target not in ("*", name):
            return False
        self.seen += 1
        return self.seen >= self.nth and (self.times == 0 or self.seen < self.nth + self.times)


def parse(line: str):
    """A rule, or None for an empty line."""
    line, _, text = line.rstrip("\n").partition(" text=")
    words = line.split("#", 1)[0].split()
    if not words:
        return None
    if len(words) < 2 or words[0] not in ACTIONS:
        raise ScriptError(f"not ACTION TARGET: {line.strip()}")
    kinds, options = ACTIONS[words[0]]
    if words[1] != "*" and kind_of(words[1]) not in kinds:
        raise ScriptError(f"{words[0]} does not go with {words[1]}")
    rule = Rule(words[0], words[1], options=dict(options))
    if text:
        words.append("text=" + text)
    for word in words[2:]:
        name, _, value = word.partition("=")
        if name in ("nth", "times"):
            setattr(rule, name, int(value))
        elif name in options:
            rule.options[name] = value
        else:
            raise ScriptError(f"{words[0]} knows no {name}")
    return rule


def crash():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGSEGV, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGSEGV)
    signal.pause()


def kill_ourselves():
    os.kill(os.getpid(), signal.SIGKILL)
    signal.pause()


class Script:
    def __init__(self, loop, path=None):
        self.loop, self.rules = loop, []
        if path:
            with open(path, encoding="latin-1") as f:
                for line in f:
                    self.add(line)

    def add(self, line: str):
        rule = parse(line)
        if rule:
            self.rules.append(rule)

    def turns(self, kind: str, name: str, received: bool = False) -> dict:
        """The rules whose turn it is, by action."""
        return {rule.action: rule for rule in self.rules
                if (rule.action in RECEIVED) == received and rule.meets(kind, name)}

    def lines(self, turns: dict, line: str) -> list:
        """What an event's line becomes."""
        if "drop" in turns:
            return []
        if "long-ssi" in turns:
            line = " ".join("ssi=" + "ab" * int(turns["long-ssi"].options["octets"]) if word.startswith("ssi=") else word
                            for word in line.split(" "))
        lines = [line] * (int(turns["repeat"].options["copies"]) if "repeat" in turns else 1)
        if "garbage" in turns:
            text = turns["garbage"].options["text"]
            lines = ([text] if text else list(GARBAGE)) + lines
        return lines
