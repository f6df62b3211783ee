# SPDX-License-Identifier: Apache-2.0
"""The capture: what is on the air and what the WLAN interfaces carry, in one file that Wireshark reads.

libpcap refuses an interface that is down, and those we watch come up late, go down and come back. A packet socket
that is bound to no interface sees them all. Frames arrive through the kernel's ring (TPACKET_V3, packet(7) and
Documentation/networking/packet_mmap.rst): one wake-up for many of them.
"""
import fcntl
import mmap
import os
import select
import socket
import struct
import subprocess
import threading
import time
from pathlib import Path

from . import pcapng
from .common import find_tool

AIR_INTERFACE = "hwsim0"            # mac80211_hwsim's monitor: every frame of every simulated radio

ETH_P_ALL = 0x0003
SOL_PACKET, PACKET_RX_RING, PACKET_STATISTICS, PACKET_VERSION, TPACKET_V3 = 263, 5, 6, 10, 2
TP_STATUS_KERNEL, TP_STATUS_USER = 0, 1
PACKET_OUTGOING = 4
ARPHRD_ETHER, ARPHRD_IEEE80211_RADIOTAP = 1, 803
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1

# A block is retired by time even when it holds one frame: 64 of them bridge 12 s in which nobody reads.
# A block with anything in it is closed after RETIRE_MS, so their number is also how long we may be kept from reading,
# which on a busy machine are seconds.
BLOCK_BYTES, BLOCKS, RETIRE_MS = 64 * 1024, 128, 100
WRITE_AFTER_S, WRITE_AFTER_BYTES = 1.0, 256 * 1024

_BLOCK = struct.Struct("=III")      # struct tpacket_hdr_v1: block_status, num_pkts, offset_to_first_pkt
_BLOCK_OFFSET = 8
_FRAME = struct.Struct("=IIIIIIH")  # struct tpacket3_hdr: next, sec, nsec, snaplen, len, status, mac
_ADDRESS = struct.Struct("=iHB")    # struct sockaddr_ll from sll_ifindex on: ifindex, hatype, pkttype
_ADDRESS_OFFSET = 48 + 4


class CaptureError(Exception):
    def __init__(self, text: str, missing: bool = False):
        super().__init__(text)
        self.missing = missing      # the tool is not there, as opposed to: it was asked nonsense


class Capture:
    """A thread of its own, from start() to stop()."""

    def __init__(self, path: Path):
        self.path = path
        self.lost = 0
        self._ids = {}              # ifindex -> number in the file, None for an interface that is not ours to watch
        self._stop, self._flushed = threading.Event(), threading.Event()
        self._flush_after = None
        self._thread = threading.Thread(target=self._run, name="capture", daemon=True)

    def start(self):
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self._socket.setsockopt(SOL_PACKET, PACKET_VERSION, TPACKET_V3)
        ring = struct.pack("=7I", BLOCK_BYTES, BLOCKS, 2048, BLOCK_BYTES * BLOCKS // 2048, RETIRE_MS, 0, 0)
        self._socket.setsockopt(SOL_PACKET, PACKET_RX_RING, ring)
        self._ring = mmap.mmap(self._socket.fileno(), BLOCK_BYTES * BLOCKS)
        self._file = open(self.path, "wb")
        self._writer = pcapng.Writer(self._file)
        # An interface without any frame stands in the file too: it shows that nothing was sent, not that nobody looked.
        for index, name in sorted(socket.if_nameindex()):
            self._id_of(index, _hardware_type(name))
        self._writer.flush()
        self._thread.start()

    def flush(self) -> bool:
        """Returns when all that was sent before the call is in the file; False if that takes suspiciously long."""
        self._flushed.clear()
        self._flush_after = time.monotonic() + 2.5 * RETIRE_MS / 1000
        return self._flushed.wait(5)

    def stop(self):
        self.flush()
        self._stop.set()
        self._thread.join(5)
        self._ring.close()
        self._socket.close()
        self._file.close()

    # --- the thread -----------------------------------------------------------------------------------------------

    def _run(self):
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        block, write_at = 0, 0.0
        while not self._stop.is_set():
            poll.poll(RETIRE_MS)
            while self._take_block(block):
                block = (block + 1) % BLOCKS
            now = time.monotonic()
            if self._writer.pending_bytes and (now >= write_at or self._writer.pending_bytes > WRITE_AFTER_BYTES):
                self._writer.flush()
                write_at = now + WRITE_AFTER_S
            if self._flush_after and now >= self._flush_after:
                self._count_losses()
                self._writer.flush()
                self._flush_after = None
                self._flushed.set()

    def _take_block(self, number: int) -> bool:
        base = number * BLOCK_BYTES
        status, frames, first = _BLOCK.unpack_from(self._ring, base + _BLOCK_OFFSET)
        if not status & TP_STATUS_USER:
            return False
        offset = base + first
        for _ in range(frames):
            following, seconds, nanoseconds, caught, length, _, mac = _FRAME.unpack_from(self._ring, offset)
            index, hardware, kind = _ADDRESS.unpack_from(self._ring, offset + _ADDRESS_OFFSET)
            interface = self._ids[index] if index in self._ids else self._id_of(index, hardware)
            if interface is not None:
                direction = pcapng.OUTBOUND if kind == PACKET_OUTGOING else pcapng.INBOUND
                if hardware != ARPHRD_ETHER:
                    direction = pcapng.UNKNOWN
                data = self._ring[offset + mac:offset + mac + caught]
                self._writer.frame(interface, seconds * 1_000_000_000 + nanoseconds, data, length, direction)
            offset += following
        struct.pack_into("=I", self._ring, base + _BLOCK_OFFSET, TP_STATUS_KERNEL)
        return True

    def _id_of(self, index: int, hardware: int):
        try:
            name = socket.if_indextoname(index)
        except OSError:
            return None             # gone already; its number is not used again soon, so do not remember
        interface = None
        if hardware == ARPHRD_IEEE80211_RADIOTAP and name == AIR_INTERFACE:
            interface = self._writer.interface(name, pcapng.LINKTYPE_IEEE802_11_RADIOTAP)
        elif hardware == ARPHRD_ETHER and os.path.exists(f"/sys/class/net/{name}/phy80211"):
            interface = self._writer.interface(name, pcapng.LINKTYPE_ETHERNET)
        self._ids[index] = interface
        return interface

    def _count_losses(self):
        statistics = self._socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 12)    # reading resets them
        self.lost += struct.unpack("=III", statistics)[1]


def _hardware_type(name: str) -> int:
    try:
        return int(Path(f"/sys/class/net/{name}/type").read_text())
    except OSError:
        return -1


def bring_up(name: str):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sH14x", name.encode(), 0)
        flags, = struct.unpack_from("=H", fcntl.ioctl(control, SIOCGIFFLAGS, request), 16)
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH14x", name.encode(), flags | IFF_UP))


def count_frames(capture: Path, filters: list) -> list:
    """How many frames pass each of tshark's display filters."""
    tshark = find_tool("tshark")
    if tshark is None:
        raise CaptureError("tshark is not installed", missing=True)
    counts = []
    for display_filter in filters:
        command = [tshark, "-n", "-r", str(capture), "-Y", display_filter, "-T", "fields", "-e", "frame.number"]
        result = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        if result.returncode != 0:
            errors = [line for line in result.stderr.splitlines() if not line.startswith("Running as user")]
            raise CaptureError(f"{display_filter}: {' '.join(errors)[:300]}")
        counts.append(len(result.stdout.splitlines()))
    return counts
