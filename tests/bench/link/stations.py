# SPDX-License-Identifier: Apache-2.0
"""Adds stations to an access point of mac80211, as hostapd does after an association. Runs in the rig's guest.

    stations.py INTERFACE COUNT
"""
import socket
import struct
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tools"))
from rig.netlink import GenericNetlink, attribute  # noqa: E402

# include/uapi/linux/nl80211.h
NL80211_CMD_NEW_STATION = 19
NL80211_ATTR_IFINDEX, NL80211_ATTR_MAC, NL80211_ATTR_STA_AID = 3, 6, 16
NL80211_ATTR_STA_LISTEN_INTERVAL, NL80211_ATTR_STA_SUPPORTED_RATES, NL80211_ATTR_STA_FLAGS2 = 18, 19, 67
AUTHORISED_AUTHENTICATED_ASSOCIATED = 1 << 1 | 1 << 5 | 1 << 7


def main(interface: str, count: int):
    index = socket.if_nametoindex(interface)
    rates = bytes([0x8C, 0x12, 0x98, 0x24, 0xB0, 0x48, 0x60, 0x6C])
    flags = AUTHORISED_AUTHENTICATED_ASSOCIATED
    with GenericNetlink("nl80211") as nl80211:
        for number in range(1, count + 1):
            nl80211.request(NL80211_CMD_NEW_STATION,
                            attribute(NL80211_ATTR_IFINDEX, struct.pack("=I", index)) +
                            attribute(NL80211_ATTR_MAC, bytes([2, 0xFA, 0x5C, 0, number >> 8, number & 255])) +
                            attribute(NL80211_ATTR_STA_AID, struct.pack("=H", number)) +
                            attribute(NL80211_ATTR_STA_LISTEN_INTERVAL, struct.pack("=H", 1)) +
                            attribute(NL80211_ATTR_STA_SUPPORTED_RATES, rates) +
                            attribute(NL80211_ATTR_STA_FLAGS2, struct.pack("=II", flags, flags)))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
