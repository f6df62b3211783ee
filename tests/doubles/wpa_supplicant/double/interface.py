# SPDX-License-Identifier: Apache-2.0
"""An interface with its control socket: any, or an NDI. The NMI is in nan.py."""
import os
import re
from dataclasses import dataclass, field

from . import words
from .control import ControlSocket, group_id
from .pairing import Identity

SOCKET_MODE = FOLDER_MODE = 0o770
FOLDER_MODE_OF_GROUP = 0o750


@dataclass
class Config:
    """What of a configuration file matters here. Raises OSError without the file."""
    path: str = None
    may_update: bool = False
    rest: list = field(default_factory=list)
    identities: list = field(default_factory=list)

    @classmethod
    def read(cls, path):
        config = cls(path)
        if not path:
            return config
        with open(path, encoding="latin-1") as f:
            text = f.read()
        blocks = re.findall(r"^identity=\{\n(.*?)^\}\n?", text, re.M | re.S)
        config.rest = re.sub(r"\n?^identity=\{\n.*?^\}\n?", "", text, flags=re.M | re.S).splitlines()
        config.may_update = any(line.strip() == "update_config=1" for line in config.rest)
        for number, block in enumerate(blocks, 1):
            values = dict(line.strip().split("=", 1) for line in block.splitlines() if "=" in line)
            config.identities.append(Identity(number, values.get("dik", "").lower(), values.get("pmk", "").lower(),
                                              cipher=words.atoi(values.get("dik_cipher", "0"))))
        return config

    def save(self) -> bool:
        """The AKM is not written: there is no line for it."""
        if not self.path or not self.may_update:
            return False
        text = "\n".join(self.rest).rstrip("\n") + "\n"
        for identity in self.identities:
            text += f"\nidentity={{\n\tdik_cipher={identity.cipher}\n\tdik={identity.nik.upper()}\n" \
                    f"\tpmk={identity.npk.upper()}\n}}\n"
        temporary = self.path + ".tmp"
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="latin-1") as f:
            f.write(text)
        os.rename(temporary, self.path)
        return True


class Interface:
    def __init__(self, engine, name: str, kind: str, mac: str, ctrl: str, config: Config):
        self.engine, self.name, self.kind, self.mac, self.config = engine, name, kind, mac, config
        self.ctrl, self.socket = ctrl, None
        if ctrl:
            self.socket = self._open(ctrl)

    def _open(self, ctrl: str) -> ControlSocket:
        folder, group = ctrl, None
        if ctrl.startswith("DIR="):
            folder, _, name = ctrl[4:].partition(" GROUP=")
            group = group_id(name) if name else None
        try:
            os.mkdir(folder, FOLDER_MODE)
        except FileExistsError:
            pass
        if group is not None:
            os.chown(folder, -1, group)
            os.chmod(folder, FOLDER_MODE_OF_GROUP)
        return ControlSocket(self.engine.loop, os.path.join(folder, self.name), SOCKET_MODE, group,
                             lambda command, reply: self.engine.answer(self, command, reply))

    def close(self):
        if self.socket:
            self.socket.close()
            self.socket = None

    def tell(self, line: str, level: int):
        if self.socket:
            self.socket.event(line, level)

    def command(self, command: str, turns: dict) -> str:
        if command == "PING":
            return "PONG\n"
        if command == "IFNAME":
            return self.name
        if command == "STATUS":
            return f"wpa_state=DISCONNECTED\naddress={self.mac}\n"
        if command == "GET_CAPABILITY nan":
            return "USD NAN"
        if command == "DRIVER_FLAGS2":
            return "0:\n"
        if command == "SAVE_CONFIG":
            return "OK\n" if self.config.save() else "FAIL\n"
        if command.startswith("SET "):
            return "OK\n" if command.startswith(("SET country ", "SET update_config ")) else "FAIL\n"
        if command == "TERMINATE":
            self.engine.terminate_soon()
            return "OK\n"
        return "FAIL\n" if command.startswith("NAN_") else "UNKNOWN COMMAND\n"


class Ndi(Interface):
    """Brought up as soon as it is made, as wpa_supplicant does it; without a carrier until its first data path."""

    def __init__(self, engine, name: str, mac: str, ctrl: str, config: Config):
        super().__init__(engine, name, "nan_data", mac, ctrl, config)
        self.link, self._count = None, 0
        if engine.links:
            try:
                self.link = engine.links.create(name, words.mac_octets(mac), self._transmit)
            except OSError:
                super().close()
                raise

    def _transmit(self, receiver: bytes, frame: bytes):
        nmi = self.engine.nmi()
        if nmi:
            nmi.paths.transmit(self.mac, receiver, frame)

    def is_up(self) -> bool:
        return not self.link or self.link.is_up()

    def path_up(self):
        self._count += 1
        if self.link and self._count == 1:
            self.link.connected()

    def path_down(self):
        self._count -= 1
        if self.link and self._count == 0:
            self.link.dormant()

    def stopped(self):
        self._count = 0
        if self.link:
            self.link.down()

    def close(self):
        nmi = self.engine.nmi()
        if nmi:
            nmi.paths.ndi_removed(self.mac)
        if self.link:
            self.link.close()
            self.link = None
        super().close()
