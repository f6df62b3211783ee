# SPDX-License-Identifier: Apache-2.0
"""Writes pcapng files (draft-ietf-opsawg-pcapng): one section, interfaces as they appear, frames with a direction."""
import struct

LINKTYPE_ETHERNET = 1
LINKTYPE_IEEE802_11_RADIOTAP = 127

UNKNOWN, INBOUND, OUTBOUND = 0, 1, 2

_SECTION_HEADER, _INTERFACE, _ENHANCED_PACKET = 0x0A0D0D0A, 1, 6
_OPT_END, _OPT_COMMENT, _IF_NAME, _IF_TSRESOL, _SHB_USERAPPL, _EPB_FLAGS = 0, 1, 2, 9, 4, 2
_NANOSECONDS = 9

_EPB_HEAD = struct.Struct("=IIIIIII")
_EPB_TAIL = struct.Struct("=HHIHHI")     # epb_flags, end of options, total length


class Writer:
    """Collects blocks in memory; flush() writes them in one go, as each write of a guest's is a message to the host."""

    def __init__(self, file):
        self.file = file
        self.interfaces = 0
        self._blocks = bytearray()
        body = struct.pack("=IHHq", 0x1A2B3C4D, 1, 0, -1) + _option(_SHB_USERAPPL, b"fascia-rig") + _option(_OPT_END)
        self._blocks += _block(_SECTION_HEADER, body)

    def interface(self, name: str, link_type: int) -> int:
        """The number that frames of this interface are written with."""
        body = struct.pack("=HHI", link_type, 0, 0) + _option(_IF_NAME, name.encode())
        body += _option(_IF_TSRESOL, bytes([_NANOSECONDS])) + _option(_OPT_END)
        self._blocks += _block(_INTERFACE, body)
        self.interfaces += 1
        return self.interfaces - 1

    def frame(self, interface: int, time_ns: int, data: bytes, length: int, direction: int):
        """`length` is the frame's length on the wire, `data` what was caught of it."""
        padding = -len(data) % 4
        total = 28 + len(data) + padding + 16
        self._blocks += _EPB_HEAD.pack(_ENHANCED_PACKET, total, interface, time_ns >> 32, time_ns & 0xFFFFFFFF,
                                       len(data), length)
        self._blocks += data
        self._blocks += bytes(padding)
        self._blocks += _EPB_TAIL.pack(_EPB_FLAGS, 4, direction, _OPT_END, 0, total)

    @property
    def pending_bytes(self) -> int:
        return len(self._blocks)

    def flush(self):
        self.file.write(self._blocks)
        self.file.flush()
        self._blocks.clear()


def _option(code: int, value: bytes = b"") -> bytes:
    return struct.pack("=HH", code, len(value)) + value + bytes(-len(value) % 4)


def _block(kind: int, body: bytes) -> bytes:
    total = len(body) + 12
    return struct.pack("=II", kind, total) + body + struct.pack("=I", total)
