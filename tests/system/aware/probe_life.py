# SPDX-License-Identifier: Apache-2.0
"""Parts of real_probe.py: what stops, dies or goes, and in which order."""
import os
import subprocess
import sys
from pathlib import Path

from engine import Missing, idle, run
from probe_bed import MAP, Bed, interfaces

# drivers/net/wireless/virtual/mac80211_hwsim.h
HWSIM_CMD_DEL_RADIO, HWSIM_ATTR_RADIO_NAME = 5, 17


def part_stop(bed: Bed):
    """NAN_STOP and NAN_START with a data path; removal of interfaces; TERMINATE"""
    hu, phone = bed.hu, bed.phone
    pid, sid = bed.discover()
    asked = bed.connect(pid, sid)
    hu.command("NAN_STOP")
    idle(2)
    hu.command("NAN_STATUS")
    hu.command("NAN_STOP")
    bed.transcript.note("ndi0: " + interfaces("hu"))
    hu.command("NAN_START")
    idle(3)
    hu.command("NAN_STATUS")
    bed.transcript.note("ndi0: " + interfaces("hu"))
    run("ip", "-n", "hu", "link", "set", "ndi0", "up")
    hu.command(f"NAN_PEER_INFO {bed.nmi(phone)} ndps")
    phone.command(f"NAN_PEER_INFO {bed.nmi(hu)} ndps")
    bed.transcript.note("the phone is not told; it waits for its idle end")
    phone.maybe("NAN-NDP-DISCONNECTED", 40)
    hu.command(f"NAN_CANCEL_PUBLISH publish_id={pid}")
    phone.command(f"NAN_CANCEL_SUBSCRIBE subscribe_id={sid}")
    hu.ok(MAP)
    idle(1.2)
    pid, sid = bed.discover()
    asked = bed.connect(pid, sid)
    bed.transcript.title("everything in its order: data path, NDI, NAN, NMI, wpa_supplicant")
    bed.terminate(asked, by=hu)
    hu.command("INTERFACE_REMOVE ndi0", "g")
    hu.shut("ndi0")
    hu.command("NAN_STOP")
    hu.command("INTERFACE_REMOVE nan0", "g")
    hu.shut("nan0")
    hu.command("INTERFACES", "g")
    bed.transcript.note("interfaces: " + interfaces("hu"))
    hu.command("TERMINATE", "g")
    status = hu.process.wait(20)
    bed.transcript.note(f"exit {status}; left: " + " ".join(os.listdir(hu.folder)) + "; interfaces: "
                        + interfaces("hu"))
    hu._forget()


def part_order(bed: Bed):
    """Interfaces removed in the wrong order, each time from a fresh start with a data path"""
    for first in ("wlan", "nan0", "terminate"):
        if not bed.up:
            bed.begin()
        hu = bed.hu
        bed.connect(*bed.discover())
        bed.transcript.title(f"first goes {first}")
        try:
            if first == "terminate":
                hu.command("TERMINATE", "g")
                bed.transcript.note(f"exit {hu.process.wait(20)}")
                hu._forget()
            else:
                name = hu.wlan if first == "wlan" else first
                hu.command(f"INTERFACE_REMOVE {name}", "g")
                hu.shut(name)
                idle(2)
                hu.command("INTERFACES", "g")
                if first == "wlan":
                    hu.command("NAN_STATUS")
        except Missing as missing:
            bed.transcript.note(str(missing))
        bed.transcript.note("interfaces: " + interfaces("hu"))
        bed.end()


def part_kill(bed: Bed):
    """SIGKILL with a data path; what is left; what the other end sees; a new start; SIGTERM"""
    hu, phone = bed.hu, bed.phone
    pid, sid = bed.discover()
    bed.connect(pid, sid)
    hu.kill(9)
    bed.transcript.note("left: " + " ".join(sorted(os.listdir(hu.folder))) + "; interfaces: "
                        + interfaces("hu"))
    phone.command(f"NAN_PEER_INFO {bed.nmi(phone)} ndps")
    phone.maybe("NAN-NDP-DISCONNECTED", 5)
    bed.transcript.title("the same interfaces again, the other end still has its data path")
    hu.start()
    hu.set_up(10)
    for key in ("g", hu.wlan):
        hu.sockets[key].quiet = True
    hu.ok(MAP)
    hu.command(f"NAN_PEER_INFO {bed.nmi(phone)} ndps")
    phone.command(f"NAN_CANCEL_SUBSCRIBE subscribe_id={sid}")
    pid, sid = bed.discover()
    try:
        asked = bed.connect(pid, sid)
        phone.command(f"NAN_PEER_INFO {bed.nmi(hu)} ndps")
        idle(30)
        phone.command(f"NAN_PEER_INFO {bed.nmi(hu)} ndps")
    except Missing as missing:
        bed.transcript.note(f"a data path beside the other end's dead one: {missing}")
        idle(40)
        asked = bed.connect(pid, sid)
    bed.transcript.title("SIGTERM with a data path")
    hu.kill(15)
    bed.transcript.note("left: " + " ".join(sorted(os.listdir(hu.folder))) + "; interfaces: "
                        + interfaces("hu"))
    phone.maybe("NAN-NDP-DISCONNECTED", 5)
    bed.end()


def part_radio(bed: Bed):
    """The radio goes while a data path is up"""
    pid, sid = bed.discover()
    bed.connect(pid, sid)
    subprocess.run(["ip", "netns", "exec", "hu", sys.executable, os.path.realpath(__file__), "phy0"], check=True)
    idle(3)
    bed.hu.command("INTERFACES", "g")
    bed.phone.maybe("NAN-NDP-DISCONNECTED", 40)
    bed.end()


def remove_radio(name: str):
    """In the namespace in which it is."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tools"))
    from rig.netlink import GenericNetlink, attribute
    with GenericNetlink("MAC80211_HWSIM") as hwsim:
        hwsim.request(HWSIM_CMD_DEL_RADIO, attribute(HWSIM_ATTR_RADIO_NAME, name.encode() + b"\0"))


if __name__ == "__main__":
    remove_radio(sys.argv[1])
