# SPDX-License-Identifier: Apache-2.0
"""A control socket: datagrams in, replies to whoever sent them, events to whoever is attached."""
import errno
import grp
import os
import socket

COMMAND_MAX = 8192
ERRORS_MAX = 10         # so many events in a row that cannot be delivered, and a client is dropped
LEVEL_INFO, LEVEL_ERROR = 3, 5


def group_id(name: str) -> int:
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        return int(name)


class ControlSocket:
    def __init__(self, loop, path: str, mode: int, group, answer):
        """answer(command) gives the reply's text, or None for silence. Raises OSError where another one is in use there."""
        self.loop, self.path, self.answer = loop, path, answer
        self._clients = {}      # address: [errors, least level]
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._bind()
        if group is not None:
            os.chown(path, -1, group)
        os.chmod(path, mode)
        self._socket.setblocking(False)
        loop.add_reader(self._socket, self._read)

    def _bind(self):
        try:
            self._socket.bind(self.path)
        except OSError as problem:
            if problem.errno != errno.EADDRINUSE:
                raise
            try:
                self._socket.connect(self.path)
            except OSError:
                os.unlink(self.path)    # left over from one that was killed
                self._socket.bind(self.path)
            else:
                raise

    def close(self):
        self.loop.remove_reader(self._socket)
        self._socket.close()
        try:
            os.unlink(self.path)
        except FileNotFoundError:
            pass

    def _read(self):
        try:
            data, client = self._socket.recvfrom(COMMAND_MAX + 1)
        except OSError:
            return
        if len(data) > COMMAND_MAX:
            return
        command = data.split(b"\0", 1)[0].decode("latin-1")
        attaching = command == "ATTACH"
        if attaching:
            self._clients[client] = [0, LEVEL_INFO]
            reply = "OK\n"
        elif command == "DETACH":
            reply = "OK\n" if self._clients.pop(client, None) else "FAIL\n"
        elif command.startswith("LEVEL "):
            reply = self._set_level(client, command[6:])
        else:
            reply = self.answer(command, lambda text: self.send(text, client))
        if reply is not None and not self.send(reply, client) and attaching:
            self._clients.pop(client, None)

    def _set_level(self, client, text: str) -> str:
        if client not in self._clients or not text.isdigit():
            return "FAIL\n"
        self._clients[client][1] = int(text)
        return "OK\n"

    def send(self, text: str, client) -> bool:
        if not client:          # it has no address of its own
            return False
        try:
            self._socket.sendto(text.encode("latin-1"), client)
        except OSError:
            return False
        return True

    def event(self, line: str, level: int = LEVEL_INFO, prefix: str = ""):
        data = f"{prefix}<{level}>{line}".encode("latin-1")
        for client, state in list(self._clients.items()):
            if level < state[1]:
                continue
            try:
                self._socket.sendto(data, client)
                state[0] = 0
            except OSError as problem:
                state[0] += 1
                if state[0] > ERRORS_MAX or problem.errno in (errno.ENOENT, errno.EPERM):
                    del self._clients[client]
