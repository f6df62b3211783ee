# SPDX-License-Identifier: Apache-2.0
"""Network devices for NDIs: veth pairs with one end here and the other, the radio's, where only this process is.

The radio's ends live in a network name space without a name. It ends with the process, SIGKILL or not, and a veth end
takes its peer along: nothing can be left over. A packet socket on the radio's end is the antenna.
"""
import ctypes
import fcntl
import os
import socket
import struct

CLONE_NEWNET = 0x40000000
RTM_NEWLINK, RTM_DELLINK, RTM_SETLINK = 16, 17, 19
NLM_F_REQUEST, NLM_F_ACK, NLM_F_EXCL, NLM_F_CREATE = 1, 4, 0x200, 0x400
NLMSG_ERROR = 2
NLA_F_NESTED = 0x8000
IFLA_ADDRESS, IFLA_IFNAME, IFLA_OPERSTATE, IFLA_LINKMODE, IFLA_LINKINFO = 1, 3, 16, 17, 18
IFLA_IFALIAS, IFLA_AF_SPEC, IFLA_NET_NS_FD = 20, 26, 28
IFLA_INFO_KIND, IFLA_INFO_DATA, VETH_INFO_PEER = 1, 2, 1
IFLA_INET6_ADDR_GEN_MODE, ADDR_GEN_NONE = 8, 1
IFF_UP = 1
SIOCGIFFLAGS = 0x8913
IF_OPER_DORMANT, IF_OPER_UP = 5, 6
IF_LINK_MODE_DEFAULT, IF_LINK_MODE_DORMANT = 0, 1
ETH_P_ALL = 3
SOL_PACKET, PACKET_VNET_HDR, PACKET_IGNORE_OUTGOING = 263, 15, 23
VNET_HEADER = 10        # octets: what segmentation and checksums are still to be done
FRAME_MAX = 1 << 17
FRAMES_AT_ONCE = 64
MARK = "fascia test double"


def attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)


def text(value: str) -> bytes:
    return value.encode() + b"\0"


def link_message(index: int = 0, flags: int = 0, change: int = 0) -> bytes:
    return struct.pack("=BxHiII", socket.AF_UNSPEC, 0, index, flags, change)


class Netlink:
    """A socket of the name space that it is opened in."""

    def __init__(self):
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, socket.NETLINK_ROUTE)
        self._socket.bind((0, 0))
        self._sequence = 0

    def ask(self, kind: int, body: bytes, flags: int = 0):
        self._sequence += 1
        self._socket.send(struct.pack("=IHHII", 16 + len(body), kind, NLM_F_REQUEST | NLM_F_ACK | flags, self._sequence, 0)
                          + body)
        while True:
            answer = self._socket.recv(65536)
            _, kind_of_answer, _, sequence, _ = struct.unpack_from("=IHHII", answer)
            if kind_of_answer == NLMSG_ERROR and sequence == self._sequence:
                error = -struct.unpack_from("=i", answer, 16)[0]
                if error:
                    raise OSError(error, os.strerror(error))
                return

    def set(self, index: int, *attributes: bytes, up=None):
        body = link_message(index, IFF_UP if up else 0, 0 if up is None else IFF_UP) + b"".join(attributes)
        self.ask(RTM_SETLINK, body)


class Links:
    """Makes NDIs. Raises OSError where that is not allowed."""

    def __init__(self, loop):
        self.loop = loop
        self._here = Netlink()
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._home = self._space()
        if self._libc.unshare(CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        try:
            self._radio_space = self._space()
            self._radio = Netlink()
        finally:
            self._enter(self._home)
        self._made = 0

    @staticmethod
    def _space() -> int:
        return os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)

    def _enter(self, space: int):
        if self._libc.setns(space, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")

    def _antenna(self) -> socket.socket:
        self._enter(self._radio_space)
        try:
            return socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_CLOEXEC, 0)
        finally:
            self._enter(self._home)

    def create(self, name: str, mac: bytes, transmit) -> "Link":
        self._made += 1
        peer_name = f"radio{self._made}"
        peer = link_message() + attribute(IFLA_IFNAME, text(peer_name)) \
            + attribute(IFLA_NET_NS_FD, struct.pack("=I", self._radio_space))
        info = attribute(IFLA_INFO_KIND, text("veth")) \
            + attribute(IFLA_INFO_DATA | NLA_F_NESTED, attribute(VETH_INFO_PEER | NLA_F_NESTED, peer))
        self._here.ask(RTM_NEWLINK, link_message() + attribute(IFLA_IFNAME, text(name)) + attribute(IFLA_ADDRESS, mac)
                       + attribute(IFLA_LINKINFO | NLA_F_NESTED, info), NLM_F_CREATE | NLM_F_EXCL)
        index = socket.if_nametoindex(name)
        self._here.set(index, attribute(IFLA_IFALIAS, text(MARK)), up=True)
        antenna = self._antenna()
        antenna.bind((peer_name, ETH_P_ALL))
        antenna.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        antenna.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
        antenna.setblocking(False)
        return Link(self.loop, self._here, self._radio, index, radio_index_of(antenna), antenna, transmit)


def radio_index_of(antenna: socket.socket) -> int:
    """getsockname() of a packet socket gives a name of this name space's or fails; the index is in the kernel's answer."""
    class Address(ctypes.Structure):
        _fields_ = [("family", ctypes.c_ushort), ("protocol", ctypes.c_ushort), ("index", ctypes.c_int),
                    ("rest", ctypes.c_ubyte * 12)]
    address, size = Address(), ctypes.c_uint(ctypes.sizeof(Address))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.getsockname(antenna.fileno(), ctypes.byref(address), ctypes.byref(size)) != 0:
        raise OSError(ctypes.get_errno(), "getsockname")
    return address.index


class Link:
    """An NDI's device: no carrier before the first data path, dormant after the last."""

    def __init__(self, loop, here, radio, index, radio_index, antenna, transmit):
        self.loop, self._here, self._radio = loop, here, radio
        self.index, self._radio_index = index, radio_index
        self._antenna, self._transmit = antenna, transmit
        self._query = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        radio.set(radio_index, self._no_addresses())
        loop.add_reader(antenna, self._read)

    @staticmethod
    def _no_addresses() -> bytes:
        """Or the radio's end would speak IPv6 itself."""
        mode = attribute(IFLA_INET6_ADDR_GEN_MODE, bytes([ADDR_GEN_NONE]))
        return attribute(IFLA_AF_SPEC | NLA_F_NESTED, attribute(socket.AF_INET6 | NLA_F_NESTED, mode))

    def close(self):
        self.loop.remove_reader(self._antenna)
        self._antenna.close()
        self._query.close()
        self._try(self._here.ask, RTM_DELLINK, link_message(self.index))

    @staticmethod
    def _try(action, *arguments, **options):
        """Somebody else may have taken the device away."""
        try:
            action(*arguments, **options)
        except OSError:
            pass

    def is_up(self) -> bool:
        try:
            name = socket.if_indextoname(self.index).encode()
            flags = fcntl.ioctl(self._query, SIOCGIFFLAGS, struct.pack("16s24x", name))
        except OSError:
            return False
        return bool(struct.unpack_from("H", flags, 16)[0] & IFF_UP)

    def connected(self):
        self._try(self._radio.set, self._radio_index, up=True)
        self._set_state(IF_LINK_MODE_DEFAULT, IF_OPER_UP)

    def dormant(self):
        self._set_state(IF_LINK_MODE_DORMANT, IF_OPER_DORMANT)

    def _set_state(self, mode: int, state: int):
        """The carrier alone makes it UP the first time; from DORMANT only this does."""
        self._try(self._here.set, self.index, attribute(IFLA_LINKMODE, bytes([mode])),
                  attribute(IFLA_OPERSTATE, bytes([state])))

    def down(self):
        """As the kernel does it when NAN stops."""
        self._try(self._here.set, self.index, up=False)
        self._try(self._radio.set, self._radio_index, up=False)

    def _read(self):
        for _ in range(FRAMES_AT_ONCE):
            try:
                data = self._antenna.recv(FRAME_MAX)
            except OSError:
                return
            if len(data) >= VNET_HEADER + 14:
                self._transmit(data[VNET_HEADER:VNET_HEADER + 6], data)

    def deliver(self, data: bytes):
        try:
            self._antenna.send(data)
        except OSError:
            pass            # it is down, or its queue is full
