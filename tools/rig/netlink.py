# SPDX-License-Identifier: Apache-2.0
"""Just enough generic netlink (Documentation/userspace-api/netlink/intro.rst) to create simulated radios and to read
which interface types a radio offers."""
import os
import socket
import struct

NETLINK_GENERIC = 16
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP = 0x01, 0x04, 0x300
NLMSG_ERROR, NLMSG_DONE = 2, 3
NLA_TYPE_MASK = 0x3FFF

GENL_ID_CTRL, CTRL_CMD_GETFAMILY = 16, 3
CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME = 1, 2

# drivers/net/wireless/virtual/mac80211_hwsim.h
HWSIM_CMD_NEW_RADIO = 4
HWSIM_ATTR_CHANNELS = 9
HWSIM_ATTR_SUPPORT_NAN_DEVICE = 30            # Linux 7.2
NAN_CHANNELS = 3        # of a schedule; a radio made without a number has one, and 2.4 and 5 GHz want two

# include/uapi/linux/nl80211.h
NL80211_CMD_GET_WIPHY = 1
NL80211_ATTR_WIPHY, NL80211_ATTR_SUPPORTED_IFTYPES, NL80211_ATTR_SPLIT_WIPHY_DUMP = 1, 32, 174
NL80211_IFTYPE_NAN = 12


def attribute(kind: int, value: bytes = b"") -> bytes:
    return struct.pack("=HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)


def parse_attributes(data: bytes) -> dict:
    """Attribute type -> value; of a type that is there twice the last one."""
    attributes = {}
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        if not 4 <= length <= len(data):
            raise ValueError("netlink attribute of impossible length")
        attributes[kind & NLA_TYPE_MASK] = data[4:length]
        data = data[(length + 3) & ~3:]
    return attributes


class GenericNetlink:
    def __init__(self, family: str):
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
        self._socket.settimeout(5)
        self._sequence = 0
        self._family = GENL_ID_CTRL
        answer = self.request(CTRL_CMD_GETFAMILY, attribute(CTRL_ATTR_FAMILY_NAME, family.encode() + b"\0"))
        self._family, = struct.unpack("=H", answer[0][CTRL_ATTR_FAMILY_ID])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()

    def request(self, command: int, attributes: bytes = b"", dump: bool = False) -> list:
        """The attributes of each answer. OSError is what the kernel refused it with."""
        self._sequence += 1
        flags = NLM_F_REQUEST | (NLM_F_DUMP if dump else NLM_F_ACK)
        body = struct.pack("=BBH", command, 1, 0) + attributes
        self._socket.send(struct.pack("=IHHII", 16 + len(body), self._family, flags, self._sequence, 0) + body)
        answers = []
        while True:
            data = self._socket.recv(65536)
            while len(data) >= 16:
                length, kind, _, sequence, _ = struct.unpack_from("=IHHII", data)
                payload, data = data[16:length], data[(length + 3) & ~3:]
                if sequence != self._sequence:
                    continue
                if kind in (NLMSG_ERROR, NLMSG_DONE):
                    error, = struct.unpack_from("=i", payload)
                    if error < 0:
                        raise OSError(-error, os.strerror(-error))
                    return answers
                answers.append(parse_attributes(payload[4:]))


def create_radio(nan: bool):
    with GenericNetlink("MAC80211_HWSIM") as hwsim:
        wanted = attribute(HWSIM_ATTR_SUPPORT_NAN_DEVICE) + attribute(HWSIM_ATTR_CHANNELS, struct.pack("=I", NAN_CHANNELS))
        hwsim.request(HWSIM_CMD_NEW_RADIO, wanted if nan else b"")


def count_nan_radios() -> int:
    radios = set()
    with GenericNetlink("nl80211") as nl80211:
        for answer in nl80211.request(NL80211_CMD_GET_WIPHY, attribute(NL80211_ATTR_SPLIT_WIPHY_DUMP), dump=True):
            if NL80211_IFTYPE_NAN in parse_attributes(answer.get(NL80211_ATTR_SUPPORTED_IFTYPES, b"")):
                radios.add(answer[NL80211_ATTR_WIPHY])
    return len(radios)
