# SPDX-License-Identifier: Apache-2.0
"""Just enough D-Bus to read properties and to call methods without arguments but strings, from one connection that
stays open: starting `busctl` for each look would cost more, under emulation, than what is measured.
(D-Bus specification, "Message Protocol" and "Authentication Protocol".)"""
import os
import socket
import struct

SYSTEM_BUS = "/run/dbus/system_bus_socket"
METHOD_CALL, METHOD_RETURN, ERROR = 1, 2, 3
PATH, INTERFACE, MEMBER, ERROR_NAME, REPLY_SERIAL, DESTINATION, SIGNATURE = 1, 2, 3, 4, 5, 6, 8
ALIGNMENT = {"y": 1, "b": 4, "n": 2, "q": 2, "i": 4, "u": 4, "x": 8, "t": 8, "d": 8, "s": 4, "o": 4, "g": 1, "a": 4,
             "(": 8, "{": 8, "v": 1}
PLAIN = {"y": "B", "b": "I", "n": "h", "q": "H", "i": "i", "u": "I", "x": "q", "t": "Q", "d": "d"}


class BusError(Exception):
    pass


def _string(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<I", len(data)) + data + b"\0"


def _field(code: int, kind: str, text: str) -> bytes:
    value = _string(text) if kind != "g" else bytes([len(text)]) + text.encode() + b"\0"
    return bytes([code, 1]) + kind.encode() + b"\0" + value


def _pad(data: bytes, to: int) -> bytes:
    return data + bytes(-len(data) % to)


class _Reader:
    def __init__(self, data: bytes):
        self._data, self._at = data, 0

    def value(self, kind: str):
        """One value of a complete type. A dictionary comes as dict, a struct as tuple, a variant as what it holds."""
        self._at += -self._at % ALIGNMENT[kind[0]]
        if kind in PLAIN:
            value, = struct.unpack_from("<" + PLAIN[kind], self._data, self._at)
            self._at += struct.calcsize(PLAIN[kind])
            return bool(value) if kind == "b" else value
        if kind in "sog":
            size = self.value("y" if kind == "g" else "u")
            self._at += size + 1
            return self._data[self._at - size - 1:self._at - 1].decode()
        if kind == "v":
            return self.value(self.value("g"))
        if kind[0] == "a":
            return self._array(kind[1:])
        return tuple(self.value(part) for part in split(kind[1:-1]))

    def _array(self, kind: str):
        size = self.value("u")
        self._at += -self._at % ALIGNMENT[kind[0]]
        end, values = self._at + size, []
        while self._at < end:
            values.append(self.value(kind))
        return dict(values) if kind[0] == "{" else values


def split(signature: str) -> list:
    """The complete types of a signature: "sa{sv}u" -> ["s", "a{sv}", "u"]."""
    types, start, depth = [], 0, 0
    for at, letter in enumerate(signature):
        depth += (letter in "({") - (letter in ")}")
        if depth == 0 and letter != "a":
            types.append(signature[start:at + 1])
            start = at + 1
    return types


class Bus:
    def __init__(self, path: str = SYSTEM_BUS, timeout_s: float = 20):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(timeout_s)
        self._socket.connect(path)
        self._serial, self._pending = 0, b""
        self._socket.sendall(b"\0AUTH EXTERNAL " + str(os.geteuid()).encode().hex().encode() + b"\r\n")
        if not self._socket.recv(256).startswith(b"OK"):
            raise BusError("the bus does not let us in")
        self._socket.sendall(b"BEGIN\r\n")
        self.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello")

    def call(self, name: str, path: str, interface: str, member: str, *arguments: str) -> list:
        """The values of the answer; BusError when it is an error."""
        self._serial += 1
        fields = [_field(PATH, "o", path), _field(INTERFACE, "s", interface), _field(MEMBER, "s", member),
                  _field(DESTINATION, "s", name)]
        body = b""
        for argument in arguments:
            body = _pad(body, 4) + _string(argument)
        if arguments:
            fields.append(_field(SIGNATURE, "g", "s" * len(arguments)))
        header = b""
        for field in fields:
            header = _pad(header, 8) + field
        start = struct.pack("<cBBBIII", b"l", METHOD_CALL, 0, 1, len(body), self._serial, len(header))
        self._socket.sendall(_pad(start + header, 8) + body)
        return self._answer(self._serial)

    def get(self, service: str, member: str):
        """A property of org.fascia.<service>; None while nobody owns the name."""
        name, path = f"org.fascia.{service}", f"/org/fascia/{service}"
        try:
            return self.call(name, path, "org.freedesktop.DBus.Properties", "Get", name, member)[0]
        except BusError:
            return None

    def _take(self, size: int) -> bytes:
        while len(self._pending) < size:
            data = self._socket.recv(65536)
            if not data:
                raise BusError("the bus has closed the connection")
            self._pending += data
        data, self._pending = self._pending[:size], self._pending[size:]
        return data

    def _answer(self, serial: int) -> list:
        while True:
            # The array of fields begins at octet 12 and is aligned from the message's start on, so both are read as one.
            start = self._take(16)
            _, kind, _, _, body_size, _, fields_size = struct.unpack("<cBBBIII", start)
            header = _Reader(start + self._take(fields_size + -fields_size % 8))
            header.value("(yyyyuu)")
            fields = dict(header.value("a(yv)"))
            body = _Reader(self._take(body_size))
            if fields.get(REPLY_SERIAL) != serial:
                continue
            values = [body.value(part) for part in split(fields.get(SIGNATURE, ""))]
            if kind == ERROR:
                raise BusError(f"{fields.get(ERROR_NAME)}: {values[0] if values else ''}")
            return values
