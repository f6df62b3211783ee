# SPDX-License-Identifier: Apache-2.0
"""What lies between the ends: a folder in which each binds two sockets by its NMI, one for frames, one for data.

A frame is a JSON object; that the other end's socket took it is its acknowledgement. On the data socket each datagram is
an Ethernet frame after the two addresses of its radio hop, receiver and transmitter.
"""
import collections
import json
import os
import socket
import time

DATA_SUFFIX = ".data"
ADDRESSES = 12          # octets before the frame
DATA_MAX = 1 << 17
QUEUE_MAX = 512         # frames to one end that did not read yet
RETRY_S = 0.001
BUFFER = 1 << 20


class Air:
    def __init__(self, loop, folder, nmi: str, receive, receive_data):
        self.loop, self.folder, self.nmi = loop, folder, nmi
        self.silent = False     # out of everybody's reach
        self._receive, self._receive_data = receive, receive_data
        self._queues = {}
        self._frames = self._open(nmi, self._read)
        self._data = self._open(nmi + DATA_SUFFIX, self._read_data)

    def _open(self, name: str, reader):
        if not self.folder:
            return None
        path = os.path.join(self.folder, name)
        try:
            os.unlink(path)     # of an end with this address that was killed
        except FileNotFoundError:
            pass
        opened = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        opened.bind(path)
        opened.setblocking(False)
        self.loop.add_reader(opened, reader)
        return opened

    def close(self):
        for opened, name in ((self._frames, self.nmi), (self._data, self.nmi + DATA_SUFFIX)):
            if opened:
                self.loop.remove_reader(opened)
                opened.close()
                try:
                    os.unlink(os.path.join(self.folder, name))
                except FileNotFoundError:
                    pass

    def others(self) -> list:
        if not self.folder:
            return []
        return sorted(name for name in os.listdir(self.folder) if not name.endswith(DATA_SUFFIX) and name != self.nmi)

    def send(self, to: str, frame: dict) -> bool:
        """Whether the other end has it."""
        if not self._frames or self.silent:
            return False
        data = json.dumps({"from": self.nmi, **frame}).encode()
        for _ in range(20):
            try:
                self._frames.sendto(data, os.path.join(self.folder, to))
                return True
            except BlockingIOError:
                time.sleep(RETRY_S)     # it has much to read
            except (FileNotFoundError, ConnectionRefusedError):
                return False
        return False

    def broadcast(self, frame: dict):
        for other in self.others():
            self.send(other, frame)

    def _read(self):
        try:
            data = self._frames.recv(DATA_MAX)
        except OSError:
            return
        if self.silent:
            return
        try:
            frame = json.loads(data)
        except ValueError:
            return
        if isinstance(frame, dict) and isinstance(frame.get("from"), str) and isinstance(frame.get("type"), str):
            self._receive(frame)

    def send_data(self, to: str, receiver: bytes, transmitter: bytes, frame: bytes) -> bool:
        if not self._data or self.silent:
            return False
        queue = self._queues.setdefault(to, collections.deque())
        if len(queue) >= QUEUE_MAX:
            return False
        queue.append(receiver + transmitter + frame)
        return self._drain(to) if len(queue) == 1 else True

    def _drain(self, to: str) -> bool:
        queue = self._queues[to]
        while queue:
            try:
                self._data.sendto(queue[0], os.path.join(self.folder, to + DATA_SUFFIX))
            except BlockingIOError:
                self.loop.after(RETRY_S * self.loop.speed, lambda: self._drain(to))
                return True
            except OSError:
                queue.clear()
                return False
            queue.popleft()
        return True

    def _read_data(self):
        for _ in range(64):
            try:
                data = self._data.recv(DATA_MAX)
            except OSError:
                return
            if len(data) > ADDRESSES and not self.silent:
                self._receive_data(data[:6], data[6:12], data[12:])
