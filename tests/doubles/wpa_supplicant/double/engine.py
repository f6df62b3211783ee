# SPDX-License-Identifier: Apache-2.0
"""The process: its global socket, its interfaces, and the one door through which events and frames leave."""
import hashlib
import os
import sys

from . import words
from .control import LEVEL_ERROR, LEVEL_INFO, ControlSocket, group_id
from .interface import Config, Interface, Ndi
from .links import Links
from .loop import Loop
from .nan import Nmi
from .script import COMMAND, EVENT, FRAME, Script, ScriptError, crash, kill_ourselves

GLOBAL_MODE, GLOBAL_MODE_OF_GROUP = 0o700, 0o770
NDIS_MAX = 2                    # of the simulated radios of the record
NDI_GOES = "CTRL-EVENT-DSCP-POLICY clear_all"


class Engine:
    def __init__(self, global_path: str, group, environment: dict):
        self.loop = Loop(float(environment.get("FASCIA_DOUBLE_SPEED", "1")))
        self.script = Script(self.loop, environment.get("FASCIA_DOUBLE_SCRIPT"))
        self.air_folder = environment.get("FASCIA_DOUBLE_AIR")
        self.base_mac = words.mac(environment.get("FASCIA_DOUBLE_NMI", "")) or self._derived_mac(global_path)
        self.interfaces = []            # the newest first
        self.links = self._make_links(environment.get("FASCIA_DOUBLE_NETDEV", ""))
        gid = group_id(group) if group else None
        self.socket = ControlSocket(self.loop, global_path, GLOBAL_MODE if gid is None else GLOBAL_MODE_OF_GROUP, gid,
                                    lambda command, reply: self.answer(None, command, reply))

    @staticmethod
    def _derived_mac(path: str) -> str:
        return words.mac_text(bytes([0x42]) + hashlib.sha256(os.path.abspath(path).encode()).digest()[:5])

    def _make_links(self, wanted: str):
        if wanted == "none" or os.geteuid() != 0:
            return None
        try:
            return Links(self.loop)
        except OSError as problem:
            print(f"double: no network devices: {problem}", file=sys.stderr)
            return None

    # Interfaces

    def interface(self, name: str):
        return next((interface for interface in self.interfaces if interface.name == name), None)

    def nmi(self):
        return next((interface for interface in self.interfaces if interface.kind == "nan"), None)

    def ndis(self) -> list:
        return [interface for interface in self.interfaces if interface.kind == "nan_data"]

    def ndi(self, mac: str):
        return next((ndi for ndi in self.ndis() if ndi.mac == mac), None)

    def _mac_of(self, kind: str) -> str:
        octets = bytearray(words.mac_octets(self.base_mac))
        if kind == "nan_data":          # 42:… has 52:…; a second one needs a MAC on the line
            octets[0] = (octets[0] + 0x10) & 0xfe | 0x02
        return words.mac_text(bytes(octets))

    def _add(self, command: str) -> bool:
        fields = (command.split("\t") + [""] * 9)[:9]
        name, config_path, _, ctrl, _, _, create, kind, mac = fields
        if not name or self.interface(name) or (create and (create != "create" or kind not in ("sta", "nan", "nan_data"))):
            return False
        if create and not self.interfaces:
            return False                # nothing to make it with
        if mac and not words.mac(mac):
            return False
        if kind == "nan_data" and not self._may_have_ndi(words.mac(mac) or self._mac_of(kind)):
            self._tell_failed_ndi(name)
            return False
        if kind == "nan" and self.nmi():
            return False
        try:
            config = Config.read(config_path)
            address = words.mac(mac) or self._mac_of(kind)
            make = {"nan": Nmi, "nan_data": Ndi}.get(kind)
            interface = make(self, name, address, ctrl, config) if make \
                else Interface(self, name, "station", address, ctrl, config)
        except OSError as problem:
            print(f"double: {name}: {problem}", file=sys.stderr)
            return False
        self.interfaces.insert(0, interface)
        return True

    def _may_have_ndi(self, mac: str) -> bool:
        """The real one brings an NDI up when it makes it, and the kernel refuses that before NAN_START."""
        return bool(self.nmi()) and self.nmi().started and len(self.ndis()) < NDIS_MAX and not self.ndi(mac)

    def _tell_failed_ndi(self, name: str):
        prefix = f"IFNAME={name} "
        self.socket.event("Failed to initialize driver interface", LEVEL_ERROR, prefix)
        self.socket.event(NDI_GOES, LEVEL_INFO, prefix)

    def _remove(self, name: str) -> bool:
        interface = self.interface(name)
        if not interface:
            return False
        if interface.kind == "nan" and interface.paths.any_connected():
            for _ in range(2):
                self.message(interface, NDI_GOES)
            crash()             # as the real one does: data paths and NDIs have to go first
        if interface.kind == "nan_data":
            for _ in range(2):          # once that it is down, once that it is gone
                self.message(interface, NDI_GOES)
        interface.close()
        self.interfaces.remove(interface)
        return True

    def terminate_soon(self):
        self.loop.after(0, self.terminate)

    def terminate(self):
        """With a data path the real one does not live to its end: NDIs gone, the other sockets left, SIGSEGV."""
        if self.nmi() and self.nmi().paths.any_connected():
            for ndi in self.ndis():
                self._remove(ndi.name)
            crash()
        for interface in list(self.interfaces):
            if interface.kind == "nan":
                interface.stop()
        for interface in list(self.interfaces):
            self.message(interface, "CTRL-EVENT-TERMINATING ")
            self._remove(interface.name)
        self.socket.close()
        self.loop.running = False

    # What leaves

    def message(self, interface, line: str, level: int = LEVEL_INFO):
        """What is not an event of NAN: on the global socket it comes with the interface's name."""
        self.socket.event(line, level, f"IFNAME={interface.name} ")
        interface.tell(line, level)

    def event(self, interface, name: str, fields: str):
        """To the global socket without an interface's name, and to the interface's own."""
        turns = self.script.turns(EVENT, name)
        self._common(turns)
        lines = self.script.lines(turns, f"{name} {fields}")

        def tell():
            for line in lines:
                self.socket.event(line)
                interface.tell(line, LEVEL_INFO)
        if "delay" in turns:
            self.loop.after(turns["delay"].by, tell)
        else:
            tell()

    def send_frame(self, nmi, to: str, frame: dict) -> bool:
        turns = self.script.turns(FRAME, frame["type"])
        self._common(turns)
        if "lose" in turns:
            return True
        if "verify" in turns:
            frame = {**frame, "claims_pmkid": True}
        if "delay" in turns:
            self.loop.after(turns["delay"].by, lambda: nmi.air.send(to, frame))
            return True
        return nmi.air.send(to, frame)

    def _common(self, turns: dict):
        if "die" in turns:
            kill_ourselves()
        if "hang" in turns:
            self.loop.pause(turns["hang"].by)
        if "vanish" in turns and self.nmi():
            self.nmi().air.silent = True

    # What comes in

    def answer(self, interface, command: str, reply):
        turns = self.script.turns(COMMAND, command.split(" ", 1)[0])
        self._common(turns)
        if "fail" in turns:
            return "FAIL\n"
        text = interface.command(command, turns) if interface else self._global(command, turns)
        if "late" in turns:
            self.loop.after(turns["late"].by, lambda: reply(text))
            return None
        return text

    def _global(self, command: str, turns: dict) -> str:
        name, _, rest = command.partition(" ")
        if name.startswith("IFNAME=") and rest:
            interface = self.interface(name[7:])
            return interface.command(rest, turns) if interface else "FAIL-NO-IFNAME-MATCH\n"
        if command == "PING":
            return "PONG\n"
        if name == "INTERFACE_ADD":
            return "OK\n" if self._add(rest) else "FAIL\n"
        if name == "INTERFACE_REMOVE":
            return "OK\n" if self._remove(rest) else "FAIL\n"
        if command.startswith("INTERFACES"):
            return "".join(f"{i.name} ctrl_iface={i.ctrl or 'N/A'}\n" if "ctrl" in rest else f"{i.name}\n"
                           for i in self.interfaces)
        if command == "TERMINATE":
            self.terminate_soon()
            return "OK\n"
        if name == "DOUBLE_RULE":       # the one command that the real one does not have
            try:
                self.script.add(rest)
            except (ScriptError, ValueError) as problem:
                return f"FAIL {problem}\n"
            return "OK\n"
        return "UNKNOWN COMMAND\n"
