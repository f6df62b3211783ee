# SPDX-License-Identifier: Apache-2.0
"""What the scenarios of the link do to simulated radios: plug and unplug them, set them apart, look at who sends."""
import ctypes
import os
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tools"))
from rig.netlink import GenericNetlink, attribute, parse_attributes  # noqa: E402

# drivers/net/wireless/virtual/mac80211_hwsim.h
HWSIM_CMD_NEW_RADIO, HWSIM_CMD_DEL_RADIO = 4, 5
HWSIM_ATTR_RADIO_NAME, HWSIM_ATTR_PERM_ADDR = 17, 22

# include/uapi/linux/nl80211.h
NL80211_CMD_GET_INTERFACE, NL80211_CMD_GET_STATION = 5, 17
NL80211_ATTR_WIPHY, NL80211_ATTR_IFINDEX, NL80211_ATTR_IFNAME, NL80211_ATTR_IFTYPE, NL80211_ATTR_MAC = 1, 3, 4, 5, 6
NL80211_ATTR_STA_INFO, NL80211_ATTR_WIPHY_FREQ = 21, 38
NL80211_STA_INFO_STA_FLAGS, NL80211_STA_FLAG_AUTHORIZED = 17, 1
NL80211_IFTYPE_STATION, NL80211_IFTYPE_AP = 2, 3

RADIOS = Path("/sys/class/ieee80211")
DEBUGFS = Path("/sys/kernel/debug")


@dataclass(frozen=True)
class Interface:
    name: str
    index: int
    wiphy: int
    kind: int
    mac: str
    frequency_mhz: int      # 0: no channel, that is, an access point sends no beacons


def interfaces(nl80211: GenericNetlink) -> list:
    """Those of the network namespace in which the socket was made."""
    found = []
    for answer in nl80211.request(NL80211_CMD_GET_INTERFACE, dump=True):
        if NL80211_ATTR_IFNAME not in answer:
            continue
        number = {key: struct.unpack("=I", answer[key])[0] if key in answer else 0
                  for key in (NL80211_ATTR_IFINDEX, NL80211_ATTR_WIPHY, NL80211_ATTR_IFTYPE, NL80211_ATTR_WIPHY_FREQ)}
        found.append(Interface(answer[NL80211_ATTR_IFNAME].rstrip(b"\0").decode(), number[NL80211_ATTR_IFINDEX],
                               number[NL80211_ATTR_WIPHY], number[NL80211_ATTR_IFTYPE],
                               answer.get(NL80211_ATTR_MAC, b"").hex(":"), number[NL80211_ATTR_WIPHY_FREQ]))
    return found


def has_beacons(nl80211: GenericNetlink) -> bool:
    return any(each.kind == NL80211_IFTYPE_AP and each.frequency_mhz for each in interfaces(nl80211))


def is_connected(nl80211: GenericNetlink) -> bool:
    """Whether a station interface has its access point, and the keys."""
    for each in interfaces(nl80211):
        if each.kind != NL80211_IFTYPE_STATION:
            continue
        index = attribute(NL80211_ATTR_IFINDEX, struct.pack("=I", each.index))
        for answer in nl80211.request(NL80211_CMD_GET_STATION, index, dump=True):
            details = parse_attributes(answer.get(NL80211_ATTR_STA_INFO, b""))
            _, flags = struct.unpack("=II", details.get(NL80211_STA_INFO_STA_FLAGS, bytes(8)))
            if flags & 1 << NL80211_STA_FLAG_AUTHORIZED:
                return True
    return False


def nl80211_of(pid: int) -> GenericNetlink:
    """nl80211 as that process sees it: a socket belongs for good to the network namespace in which it was made."""
    with open(f"/proc/{pid}/ns/net", "rb") as theirs, open("/proc/self/ns/net", "rb") as ours:
        _enter(theirs)
        try:
            return GenericNetlink("nl80211")
        finally:
            _enter(ours)


def _enter(namespace):
    if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), 0) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def radio_of(interface: str) -> str:
    return os.path.basename(os.readlink(f"/sys/class/net/{interface}/phy80211"))


def unplug(radio: str):
    with GenericNetlink("MAC80211_HWSIM") as hwsim:
        hwsim.request(HWSIM_CMD_DEL_RADIO, attribute(HWSIM_ATTR_RADIO_NAME, radio.encode() + b"\0"))


def plug(mac: str):
    """A radio with that address. The kernel gives it other numbers than any radio before."""
    with GenericNetlink("MAC80211_HWSIM") as hwsim:
        hwsim.request(HWSIM_CMD_NEW_RADIO, attribute(HWSIM_ATTR_PERM_ADDR, bytes.fromhex(mac.replace(":", ""))))


def _simulated() -> Path:
    if not (DEBUGFS / "ieee80211").is_dir():
        subprocess.run(["mount", "-t", "debugfs", "debugfs", str(DEBUGFS)], check=True)
    return DEBUGFS / "ieee80211"


def all_radios() -> list:
    """Names, also of those in other network namespaces."""
    return sorted(folder.name for folder in _simulated().iterdir() if (folder / "hwsim").is_dir())


def hear_only(radio: str, group: int):
    """Radios hear each other when their groups have a bit in common; 1 is where all are at first."""
    (_simulated() / radio / "hwsim/group").write_text(str(group))


def block(radio: str, blocked: bool):
    for switch in (RADIOS / radio).glob("rfkill*"):
        (switch / "soft").write_text("1" if blocked else "0")
