# SPDX-License-Identifier: Apache-2.0
"""The QEMU guest: started, listened to, and gone whatever happens to us.

Host and guest talk over one virtio serial port, in lines of JSON: the guest says what happens (rig.result), and asks
for what would take too long under emulation (rig.capture).
"""
import json
import os
import platform
import selectors
import shlex
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from . import initramfs
from .common import GUEST_MARK, PORT_NAME, Patience, RigError, cache_dir, need_tool
from .kernel import Kernel

MEMORY_MIB = 2048       # taken by use; programs built with AddressSanitizer must fit
# Emulated, one: QEMU 7.2 with two processors now and then executes a breakpoint that the kernel has patched away
# already, and one boot in 25 ends in "Oops: int3".
CPUS = {"kvm": 2, "tcg": 1}
BOOT_LIMIT_S = 90       # emulated, on a machine that has other things to do
KVM_BOOT_LIMIT_S = 20
CONSOLE_TAIL_LINES = 30

# What it costs and what it buys: init_on_alloc and mitigations are paid for by every page and every system call of an
# emulated processor; the guest is thrown away after the run. An oops ends the run at once instead of at its limit.
KERNEL_COMMAND_LINE = ("quiet loglevel=4 oops=panic panic=-1 mitigations=off init_on_alloc=0 cryptomgr.notests nokaslr "
                       "random.trust_cpu=on " + GUEST_MARK)


@dataclass(frozen=True)
class Machine:
    program: str
    package: str
    arguments: tuple
    console: str
    emulated_cpu: str
    emulated_command_line: str = ""


MACHINES = {
    # Interpreting ACPI's byte code takes an emulated processor most of a second: no hot-plug methods, no routing tables.
    # (Without ACPI altogether there is no timer to calibrate the TSC by, and the clock ticks in steps of 4 ms.) A plain
    # processor model makes for shorter paths in kernel and libraries than `max`, whose instructions are slow to emulate.
    "x86_64": Machine("qemu-system-x86_64", "qemu-system-x86",
                      ("-machine", "pc", "-global", "PIIX4_PM.acpi-pci-hotplug-with-bridge-support=off",
                       "-global", "PIIX4_PM.acpi-root-pci-hotplug=off"),
                      "ttyS0", "Westmere,+rdrand", "pci=noacpi tsc=reliable no_timer_check"),
    "aarch64": Machine("qemu-system-aarch64", "qemu-system-arm", ("-machine", "virt,gic-version=max"),
                       "ttyAMA0", "max,pauth-impdef=on"),
}


@dataclass
class Job:
    """What a boot is for: folders that must be visible in the guest, and the command its engine is started with."""
    out: Path
    needed: list = field(default_factory=list)       # folders
    command: list = field(default_factory=list)
    hot_files: list = field(default_factory=list)    # see hot.py
    number: int = 1                                  # of the boot

    @property
    def work(self) -> Path:
        return self.out / ".rig"

    def log(self, name: str) -> Path:
        return self.out / (f"{name}.log" if self.number == 1 else f"{name}-{self.number}.log")

    def _closed_folders(self) -> list:
        """What other users may not enter of what is needed and above it, but for the share, which is the host's."""
        folders = {folder for path in [*self.needed, self.out] for folder in [path, *path.parents]}
        return sorted(folder for folder in folders if not folder.is_relative_to(self.out)
                      and folder.is_dir() and not folder.stat().st_mode & 0o001)

    def script(self, kernel: Kernel) -> str:
        calls = [("need", folder) for folder in dict.fromkeys(self.needed)]
        calls += [("out", self.out), ("modules", kernel.modules, kernel.release)]
        calls += [("enter", folder) for folder in self._closed_folders()]
        calls += [("start", self.log("guest"), *self.command)]
        return "".join(shlex.join(str(word) for word in call) + "\n" for call in calls)


class Guest:
    """One boot. Use as a context manager: leaving it ends the guest."""

    def __init__(self, kernel: Kernel, job: Job, accelerator: str):
        self.kernel, self.job, self.accelerator = kernel, job, accelerator
        self.console = job.log("console")
        self.process, self.port = None, None
        self._pending = b""

    def __enter__(self):
        self.job.work.mkdir(parents=True, exist_ok=True)
        (self.job.work / "job").write_text(self.job.script(self.kernel))
        initramfs.build(self.kernel, self.job.work / "initramfs", self.job.hot_files)
        self.port, theirs = socket.socketpair()
        # Not left running when we are killed: the kernel then ends it. A session of its own keeps Ctrl-C for us.
        command = [need_tool("setpriv", "util-linux"), "--pdeathsig", "KILL", "--", *self._command(theirs.fileno())]
        with open(self.job.work / "qemu.log", "wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            pass_fds=[theirs.fileno()], start_new_session=True)
        theirs.close()
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.port.close()

    def _command(self, port: int) -> list:
        machine = MACHINES.get(platform.machine())
        if machine is None:
            raise RigError(f"no guest is known for {platform.machine()} (only for {', '.join(MACHINES)})")
        emulated = self.accelerator == "tcg"
        command_line = f"console={machine.console} {KERNEL_COMMAND_LINE}"
        if emulated:
            command_line += " " + machine.emulated_command_line
        return [need_tool(machine.program, machine.package), "-no-user-config", "-nodefaults",
                *machine.arguments, "-cpu", machine.emulated_cpu if emulated else "max",
                "-accel", self.accelerator, "-smp", str(CPUS[self.accelerator]), "-m", str(MEMORY_MIB),
                "-rtc", "base=utc", "-no-reboot", "-display", "none", "-monitor", "none",
                "-serial", f"file:{self.console}",
                "-kernel", str(self.kernel.elf or self.kernel.image), "-initrd", str(self.job.work / "initramfs"),
                "-append", command_line, *_share("root", "/", "on"), *_share("out", str(self.job.out), "off"),
                "-device", "virtio-rng-pci", "-device", "virtio-serial-pci",
                "-chardev", f"socket,id=rig,fd={port}", "-device", f"virtserialport,chardev=rig,name={PORT_NAME}"]

    def messages(self, deadline: float):
        """Yields each message of the guest, and None about twice a second. Ends when the guest does."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.port, selectors.EVENT_READ)
            while time.monotonic() < deadline:
                if selector.select(min(0.5, max(0.0, deadline - time.monotonic()))):
                    data = self.port.recv(65536)
                    if not data:
                        return
                    *lines, self._pending = (self._pending + data).split(b"\n")
                    yield from (json.loads(line) for line in lines)
                yield None
            raise TimeoutError

    def reply(self, message: dict):
        self.port.sendall(json.dumps(message).encode() + b"\n")

    def console_tail(self) -> list:
        text = b""
        for file in (self.job.work / "qemu.log", self.console, self.job.log("guest")):
            if file.exists():
                text += file.read_bytes()
        lines = [line for line in text.decode(errors="replace").replace("\r", "").splitlines() if line.strip()]
        panic = next((index for index, line in enumerate(lines) if "Kernel panic" in line), None)
        # Before the panic stands why; what follows is the panic's own call trace.
        lines = lines if panic is None else lines[:panic + 1]
        return lines[-CONSOLE_TAIL_LINES:]


def _share(tag: str, path: str, read_only: str) -> list:
    # A comma ends an option of QEMU's; two of them are one.
    path = path.replace(",", ",,")
    return ["-fsdev", f"local,id={tag},path={path},security_model=none,readonly={read_only},multidevs=remap",
            "-device", f"virtio-9p-pci,fsdev={tag},mount_tag={tag}"]


# --- running a job ------------------------------------------------------------------------------------------------

class GuestDied(RigError):
    pass


def run(kernel: Kernel, job: Job, limit_s: float, handle):
    """Boots and hands each message to handle(guest, message) until that returns True. RigError when it never does."""
    accelerators = _accelerators()
    for accelerator in accelerators:
        try:
            return _run_once(kernel, job, limit_s, handle, accelerator)
        except NeverStarted as error:
            if accelerator == accelerators[-1]:
                raise
            _remember_broken_kvm()
            reason = str(error).splitlines()[-1].lstrip(" |")
            print(f"# /dev/kvm is there but does not work, so the guest is emulated ({reason})", file=sys.stderr)


class NeverStarted(GuestDied):
    """The guest's engine gave no sign of life."""


def _run_once(kernel: Kernel, job: Job, limit_s: float, handle, accelerator: str):
    boot_limit = BOOT_LIMIT_S if accelerator != "kvm" else KVM_BOOT_LIMIT_S
    started = time.monotonic()
    patience = Patience()
    heard = False
    with Guest(kernel, job, accelerator) as guest:
        try:
            for message in guest.messages(started + limit_s):
                if message is not None:
                    heard = True
                    if handle(guest, message):
                        return time.monotonic() - started
                elif not heard:
                    patience.tick("the guest boots")
                    if time.monotonic() > started + boot_limit or _kvm_failed(guest):
                        break
        except TimeoutError:
            raise RigError(f"the time limit of {limit_s:.0f} s has passed; the console's last lines:\n"
                           + _indent(guest.console_tail())) from None
        kind = GuestDied if heard else NeverStarted
        what = "the guest died" if heard else f"the guest did not boot within {time.monotonic() - started:.0f} s"
        raise kind(f"{what}; the console's last lines:\n{_indent(guest.console_tail())}")


def _indent(lines: list) -> str:
    return "\n".join("  | " + line for line in lines) or "  | (nothing)"


def _accelerators() -> list:
    """KVM is tried where it can be opened. Nested virtual machines may offer one that fails as soon as it is used; it
    is then not tried again before the next boot of this machine."""
    if os.access("/dev/kvm", os.R_OK | os.W_OK) and not _broken_kvm_mark().exists():
        return ["kvm", "tcg"]
    return ["tcg"]


def _broken_kvm_mark() -> Path:
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return cache_dir() / "kvm" / f"broken-{boot}"


def _remember_broken_kvm():
    mark = _broken_kvm_mark()
    mark.parent.mkdir(parents=True, exist_ok=True)
    for old in mark.parent.glob("broken-*"):
        old.unlink(missing_ok=True)
    mark.touch()


def _kvm_failed(guest: Guest) -> bool:
    """QEMU does not exit when KVM gives up: it stops the guest and waits for a debugger."""
    if guest.accelerator != "kvm":
        return False
    log = (guest.job.work / "qemu.log").read_bytes()
    return b"KVM internal error" in log or b"kvm run failed" in log


def stop_on_signal():
    """SIGTERM ends us like Ctrl-C does: through every `with` and `finally`."""
    def interrupt(*_):
        raise KeyboardInterrupt
    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGHUP, interrupt)
