# SPDX-License-Identifier: Apache-2.0
"""What a scenario's `rig:` section asks for: made in the guest, only looked for on a real machine."""
import os
import pwd
import re
import socket
import subprocess
from pathlib import Path

from . import capture, netlink
from .common import SOURCE_DIR, RigError, Unavailable, find_tool, need_tool

RADIOS = Path("/sys/class/ieee80211")
SYSTEM_BUS = "/run/dbus/system_bus_socket"
SYSUSERS = SOURCE_DIR / "config/sysusers.d/fascia.conf"
BUS_POLICIES = SOURCE_DIR / "config/dbus"
RADIO_MODULES = ("mac80211_hwsim", "mac80211", "cfg80211")
TEMPORARY = ("/run", "/tmp", "/dev/shm")
BUS_START_S = 20


class LocalMachine:
    """This machine as it is. Nothing is created, loaded or reconfigured; what is missing is named."""

    def prepare(self, rig: dict):
        _check_common(rig)
        radios = len(list(RADIOS.iterdir())) if RADIOS.is_dir() else 0
        if radios < rig.get("radios", 0):
            raise Unavailable(f"it wants {rig['radios']} radios, this machine has {radios}")
        if rig.get("nan") and netlink.count_nan_radios() == 0:
            raise Unavailable("it wants Wi-Fi Aware, no radio of this machine offers the interface type NAN")
        if rig.get("dbus") and not bus_answers():
            raise Unavailable(f"it wants the system bus, nothing answers at {SYSTEM_BUS}")
        if rig.get("users"):
            _check_users()

    def release(self):
        pass

    @property
    def helpers(self) -> set:
        return set()


class GuestMachine:
    """The rig's guest: everything in it is ours."""

    def __init__(self):
        self._bus = None
        self._ours = {folder: set(os.listdir(folder)) for folder in TEMPORARY}

    @property
    def helpers(self) -> set:
        """Processes of ours that a scenario's clean-up must leave alone."""
        return {self._bus.pid} if self._bus else set()

    def prepare(self, rig: dict):
        _check_common(rig)
        if rig.get("users") and SYSUSERS.exists():
            _run(need_tool("systemd-sysusers", "systemd"), str(SYSUSERS))
        if rig.get("dbus"):
            self._start_bus()
        if rig.get("radios"):
            _create_radios(rig["radios"], rig.get("nan", False))
        if rig.get("capture") and os.path.exists(f"/sys/class/net/{capture.AIR_INTERFACE}"):
            capture.bring_up(capture.AIR_INTERFACE)

    def release(self):
        if self._bus:
            self._bus.kill()
            self._bus.wait()
            self._bus = None
        for namespace in _network_namespaces():
            _run(need_tool("ip", "iproute2"), "netns", "delete", namespace)
        for folder, ours in self._ours.items():
            _remove(Path(folder, name) for name in set(os.listdir(folder)) - ours)
        # With cfg80211 go the regulatory domain that the scenario set and the count that names the next phy.
        loaded = [module for module in RADIO_MODULES if Path("/sys/module", module).exists()]
        if loaded:
            _run(need_tool("modprobe", "kmod"), "-r", *loaded)

    def _start_bus(self):
        policies = Path("/etc/dbus-1/system.d")
        policies.mkdir(parents=True, exist_ok=True)
        for policy in BUS_POLICIES.glob("*.conf"):
            (policies / policy.name).write_text(policy.read_text())
        Path(SYSTEM_BUS).parent.mkdir(parents=True, exist_ok=True)
        Path(SYSTEM_BUS).unlink(missing_ok=True)
        Path("/run/dbus/pid").unlink(missing_ok=True)
        command = [need_tool("dbus-daemon", "dbus-daemon"), "--system", "--nofork", "--nopidfile", "--nosyslog",
                   "--print-address=1"]
        # It prints its address once it listens.
        self._bus = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        if not self._bus.stdout.readline():
            raise RigError(f"dbus-daemon did not start: exit {self._bus.wait(BUS_START_S)}; see guest.log")


def _check_common(rig: dict):
    if (rig.get("root") or rig.get("capture")) and os.geteuid() != 0:
        raise Unavailable("it wants to be root" if rig.get("root") else "a capture needs root")
    for tool in rig.get("tools", ()):
        if find_tool(tool) is None:
            raise Unavailable(f"it wants the program {tool}, which is not installed")


def _check_users():
    if not SYSUSERS.exists():
        return
    for name in re.findall(r"^u\S*\s+(\S+)", SYSUSERS.read_text(), re.MULTILINE):
        try:
            pwd.getpwnam(name)
        except KeyError:
            raise Unavailable(f"it wants the user {name} of {SYSUSERS.name}, who does not exist here") from None


def bus_answers() -> bool:
    """Whether the bus lets us in (D-Bus specification, "Authentication Protocol")."""
    try:
        with socket.socket(socket.AF_UNIX) as bus:
            bus.settimeout(2)
            bus.connect(SYSTEM_BUS)
            bus.sendall(b"\0AUTH EXTERNAL " + str(os.geteuid()).encode().hex().encode() + b"\r\n")
            return bus.recv(64).startswith(b"OK")
    except OSError:
        return False


def _create_radios(count: int, nan: bool):
    # Radios that the module makes by itself cannot have Wi-Fi Aware.
    _run(need_tool("modprobe", "kmod"), "mac80211_hwsim", f"radios={0 if nan else count}")
    if not nan:
        return
    for _ in range(count):
        netlink.create_radio(nan=True)
    if netlink.count_nan_radios() < count:
        raise Unavailable(f"it wants Wi-Fi Aware, which kernel {os.uname().release} does not simulate")


def _remove(paths):
    import shutil               # not worth its time in a guest that runs one scenario only
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _network_namespaces() -> list:
    folder = Path("/run/netns")
    return [entry.name for entry in folder.iterdir()] if folder.is_dir() else []


def _run(*command: str):
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise RigError(f"{' '.join(command)}: exit {result.returncode}: {result.stderr.strip()[:500]}")
