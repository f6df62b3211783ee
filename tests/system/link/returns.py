#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Takes the link away and gives it back, and measures how long it takes to return.

    returns.py CAUSE... [--times N] [--out FILE] [--phone] [--hold-s S] [--limit-s S]

For the rig's guest, as root, with fasciad, fascia-link, fascia-addr and hostapd running and the link up. Each round:
the cause begins; the link is seen to be down (`noticed_ms` after it began), or, for causes that it should survive, is
watched for a while; the cause goes away; from that moment on, by CLOCK_MONOTONIC,
    beacons_ms  an access point of this machine has a channel again, by the kernel's word (nl80211)
    full_ms     org.fascia.Link1 says FULL
    phone_ms    with --phone: fascia-addr has the phone's entry, and the kernel the phone as a station
Before and after, what must not change is compared (own address, the phone's address), and what must not grow is told.

A round fails when the link is not back within --limit-s. That is generous: the guest is emulated and everything in it is
some fifteen times slower. FASCIA_STRICT_TIMES=1 makes it the two seconds that hold on real hardware.
"""
import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import hwsim
from dbus_read import Bus, BusError
from hwsim import GenericNetlink

LINK_FOLDER = Path("/run/fascia/link")
WATCHED = ("fascia-link", "fascia-addr")
LOOK_EVERY_S = 0.05     # more often, and looking is most of what an emulated processor does
SETTLE_S = 3            # how long a cause that the link should survive lasts
NOTICE_LIMIT_S = 30
PHONE_LIMIT_S = 20
STRICT_S = 2.0


class Failed(Exception):
    pass


def milliseconds(since: float) -> float:
    return round((time.monotonic() - since) * 1000, 1)


def pid_of(program: str) -> int:
    """0 when there is none, or only what is left of one."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            name, state = (folder / "stat").read_text().rpartition(")")[0::2]
            if name.partition("(")[2] == program[:15] and state.split()[0] != "Z":
                return int(folder.name)
        except OSError:
            pass
    return 0


class Machine:
    """What is looked at: the bus, the kernel and the services' processes."""

    def __init__(self, wants_phone: bool):
        self.bus, self.wants_phone = Bus(), wants_phone
        self._air = GenericNetlink("nl80211")
        self._phones_air = hwsim.nl80211_of(pid_of("wpa_supplicant")) if wants_phone else None

    def is_full(self) -> bool:
        return self.bus.get("Link1", "State") == "FULL"

    def interface(self) -> str:
        return self.bus.get("Link1", "Interface")

    def radio(self) -> str:
        return self.bus.get("Link1", "Wiphy")

    def bssid(self) -> str:
        return self.bus.get("Link1", "Bssid")

    def has_phone(self) -> bool:
        """Both sides say so. One that is merely away keeps its entry for a while."""
        stations = self.bus.get("Link1", "Stations") or []
        return (self.phone_is_connected() and any(not station.get("away") for station in stations)
                and bool(self.bus.get("Addr1", "Peers")))

    def phone_is_connected(self) -> bool:
        """By the phone's own kernel."""
        return hwsim.is_connected(self._phones_air)

    def has_beacons(self) -> bool:
        try:
            return hwsim.has_beacons(self._air or GenericNetlink("nl80211"))
        except OSError:         # cfg80211 was unloaded; the next one has another number
            self._air = None
            return False

    def stays_full(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.is_full():
            time.sleep(LOOK_EVERY_S)
        return self.is_full()

    def addresses(self) -> dict:
        """Without scope: the interface may have another name after it was away."""
        bare = lambda entries: sorted(entry["address"].partition("%")[0] for entry in entries or [])
        return {"own": bare(self.bus.get("Addr1", "Interfaces")), "peers": bare(self.bus.get("Addr1", "Peers"))}

    def holdings(self) -> dict:
        """What must not grow."""
        holdings = {"files": sorted(str(file.relative_to(LINK_FOLDER)) for file in LINK_FOLDER.rglob("*")),
                    "neighbours": len(subprocess.run(["ip", "-6", "neigh", "show", "nud", "all"], check=True, text=True,
                                                     capture_output=True).stdout.splitlines())}
        for program in WATCHED:
            holdings[program] = process_holdings(pid_of(program))
        return holdings

    def wait(self, what: str, condition, limit_s: float):
        end = time.monotonic() + limit_s
        while not condition():
            if time.monotonic() > end:
                raise Failed(f"not within {limit_s:g} s: {what}; {self.tell()}")
            time.sleep(LOOK_EVERY_S)

    def tell(self) -> str:
        return ", ".join(f"{member} {self.bus.get('Link1', member)!r}" for member in ("State", "Reason", "Detail"))


def process_holdings(pid: int) -> dict:
    if pid == 0:
        return {"pid": 0}
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return {"pid": pid, "fds": len(os.listdir(f"/proc/{pid}/fd")),
            **{f"{name.lower()}_kib": int(fields[name].split()[0]) for name in ("VmRSS", "VmData")}}


# Each cause is a generator: it begins the trouble and yields what is to be waited for before it ends; what is behind the
# yield ends it. One that is over as soon as it happened has nothing behind its yield.
DOWN, STAYS, NOTHING = "the link is seen to be down", "the link is watched for a while, and stays", ""


def killed(machine: Machine):
    """hostapd is killed; fasciad starts another one. Measured from the kill."""
    os.kill(pid_of("hostapd"), signal.SIGKILL)
    yield DOWN


def hung(machine: Machine):
    """hostapd hangs until it is noticed (and longer, with --hold-s), then goes on."""
    pid = pid_of("hostapd")
    os.kill(pid, signal.SIGSTOP)
    yield DOWN
    os.kill(pid, signal.SIGCONT)


def hiccup(machine: Machine):
    """hostapd hangs for so short a time that nobody need notice."""
    pid = pid_of("hostapd")
    os.kill(pid, signal.SIGSTOP)
    time.sleep(0.3)
    os.kill(pid, signal.SIGCONT)
    yield STAYS


def hung_for_good(machine: Machine):
    """hostapd hangs and nobody wakes it up: fasciad restarts it. Measured from when the old one is gone."""
    pid = pid_of("hostapd")
    os.kill(pid, signal.SIGSTOP)
    yield DOWN
    machine.wait("the hung hostapd is replaced", lambda: pid_of("hostapd") not in (0, pid), NOTICE_LIMIT_S)


def socket_removed(machine: Machine):
    """hostapd's global control socket is deleted, and hostapd itself lives."""
    (LINK_FOLDER / "global").unlink()
    yield STAYS


def interface_socket_removed(machine: Machine):
    """The socket of the interface likewise."""
    for file in (LINK_FOLDER / "ctrl").iterdir():
        file.unlink()
    yield STAYS


def unplugged(machine: Machine):
    """The radio is unplugged and comes back as another one with the same address."""
    radio, mac = machine.radio(), machine.bssid()
    hwsim.unplug(radio)
    yield DOWN
    hwsim.plug(mac)


def rfkill(machine: Machine):
    """The radio is blocked by software."""
    radio = machine.radio()
    hwsim.block(radio, True)
    yield DOWN
    hwsim.block(radio, False)


def driver(machine: Machine):
    """The driver is unloaded and loaded again."""
    subprocess.run(["modprobe", "-r", "mac80211_hwsim"], check=True)
    yield DOWN
    subprocess.run(["modprobe", "mac80211_hwsim", "radios=1"], check=True)


def regulatory(machine: Machine):
    """The country changes under way, and back."""
    for country in ("US", "JP", "DE"):
        subprocess.run(["iw", "reg", "set", country], check=True)
        time.sleep(0.3)
    yield STAYS


def regulatory_at_start(machine: Machine):
    """The country changes while hostapd starts. Measured from the change, as `killed`."""
    os.kill(pid_of("hostapd"), signal.SIGKILL)
    subprocess.run(["iw", "reg", "set", "US"], check=True)
    yield DOWN


def beacons_lost(machine: Machine):
    """The phone hears nothing any more and gives up; then it hears again."""
    others = [radio for radio in hwsim.all_radios() if radio != machine.radio()]
    for radio in others:
        hwsim.hear_only(radio, 2)
    machine.wait("the phone has given up", lambda: not machine.phone_is_connected(), NOTICE_LIMIT_S)
    yield NOTHING
    for radio in others:
        hwsim.hear_only(radio, 1)


def link_service_killed_without_socket(machine: Machine):
    """hostapd's socket is deleted, and then fascia-link is killed: the new one cannot reach hostapd."""
    (LINK_FOLDER / "global").unlink()
    os.kill(pid_of("fascia-link"), signal.SIGKILL)
    yield DOWN


def down(machine: Machine):
    """Somebody sets the interface down, and up again."""
    name = machine.interface()
    subprocess.run(["ip", "link", "set", name, "down"], check=True)
    yield DOWN


CAUSES = {cause.__name__.replace("_", "-"): cause for cause in
          (killed, hung, hiccup, hung_for_good, socket_removed, interface_socket_removed, unplugged, rfkill, driver,
           link_service_killed_without_socket, regulatory, regulatory_at_start, beacons_lost, down)}
AT_ONCE = (killed, regulatory_at_start, link_service_killed_without_socket)  # nothing has to end


def one_round(machine: Machine, cause, limit_s: float, hold_s: float) -> dict:
    """Provokes, ends, measures."""
    result = {}
    began = time.monotonic()
    trouble = cause(machine)
    awaited = next(trouble)
    if awaited == DOWN:
        machine.wait(DOWN, lambda: not machine.is_full(), NOTICE_LIMIT_S)
        result["noticed_ms"] = milliseconds(began)
    elif awaited == STAYS:
        result["stayed"] = machine.stays_full(SETTLE_S)
    time.sleep(hold_s)
    next(trouble, None)
    gone = began if cause in AT_ONCE else time.monotonic()
    wanted = {"beacons_ms": machine.has_beacons, "full_ms": machine.is_full}
    if machine.wants_phone:
        wanted["phone_ms"] = machine.has_phone
    result.update(measure(machine, wanted, gone, limit_s))
    return result


def measure(machine: Machine, wanted: dict, gone: float, limit_s: float) -> dict:
    """When each of what is wanted was so, since `gone`. A phone decides for itself when it comes, so it gets more time."""
    result, limit_s = {}, limit_s + (PHONE_LIMIT_S if machine.wants_phone else 0)
    while wanted:
        for name in [name for name, is_so in wanted.items() if is_so()]:
            result[name] = milliseconds(gone)
            del wanted[name]
        if time.monotonic() > gone + limit_s:
            raise Failed(f"not within {limit_s:g} s: {', '.join(wanted)}; {machine.tell()}")
        time.sleep(LOOK_EVERY_S)
    return result


def check_files(before: list, after: list):
    """Sockets that an earlier cause has deleted may be there again; our own one has a number that counts up."""
    kind = lambda name: "client" if name.startswith("client-") else "ctrl/*" if name.startswith("ctrl/") else name
    allowed = sorted({*map(kind, before), "ctrl/*", "global"})
    if not set(map(kind, after)) <= set(allowed) or len(after) > len(allowed):
        raise Failed(f"files are left: {before} became {after}")


def check(cause, rounds: list, before: dict, after: dict, limit_s: float):
    late = [each["full_ms"] for each in rounds if each["full_ms"] > limit_s * 1000]
    if late:
        raise Failed(f"the link was back only after {late} ms, {limit_s:g} s are allowed")
    if not all(each.get("stayed", True) for each in rounds):
        raise Failed("the link went down, which it should not have")
    if before["addresses"] != after["addresses"]:
        raise Failed(f"addresses were {before['addresses']}, are {after['addresses']}")
    for program in WATCHED:
        was, now = before["holdings"][program], after["holdings"][program]
        if was["pid"] != now["pid"] and cause is not link_service_killed_without_socket:
            raise Failed(f"{program} did not survive: process {was['pid']} is {now['pid']} now")
        if now["fds"] > was["fds"]:
            raise Failed(f"{program} holds {now['fds']} descriptors, before {was['fds']}")
    check_files(before["holdings"]["files"], after["holdings"]["files"])
    if after["holdings"]["neighbours"] > before["holdings"]["neighbours"]:
        raise Failed("neighbour entries are left")


def state_of(machine: Machine) -> dict:
    return {"addresses": machine.addresses(), "holdings": machine.holdings()}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("causes", nargs="+", choices=CAUSES, metavar="CAUSE", help=", ".join(CAUSES))
    parser.add_argument("--times", type=int, default=1, metavar="N", help="rounds of each")
    parser.add_argument("--hold-s", type=float, default=0, metavar="S", help="how much longer the cause lasts")
    parser.add_argument("--phone", action="store_true", help="wait for the phone each time, too")
    parser.add_argument("--limit-s", type=float, default=10, metavar="S")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the JSON goes there too")
    return parser.parse_args()


def run_cause(machine: Machine, name: str, options) -> dict:
    limit_s = STRICT_S if os.environ.get("FASCIA_STRICT_TIMES") else options.limit_s
    report = {"cause": name, "what": CAUSES[name].__doc__, "rounds": []}
    try:
        machine.wait("the link is up at first", machine.is_full, NOTICE_LIMIT_S)
        if options.phone:
            machine.wait("the phone is there at first", machine.has_phone, NOTICE_LIMIT_S)
        report["before"] = state_of(machine)
        for _ in range(options.times):
            report["rounds"].append(one_round(machine, CAUSES[name], limit_s, options.hold_s))
        report["after"] = state_of(machine)
        check(CAUSES[name], report["rounds"], report["before"], report["after"], limit_s)
    except (Failed, BusError, OSError, subprocess.CalledProcessError) as error:
        report["failed"] = str(error)
    return report


def main() -> int:
    options = arguments()
    machine = Machine(options.phone)
    reports = [run_cause(machine, name, options) for name in options.causes]
    text = json.dumps(reports, indent=1)
    print(text)
    if options.out:
        options.out.write_text(text + "\n")
    return 1 if any("failed" in report for report in reports) else 0


if __name__ == "__main__":
    sys.exit(main())
