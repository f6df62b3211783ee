# SPDX-License-Identifier: Apache-2.0
"""Processes of a scenario: started, found by name, and all gone at the end.

We are the subreaper of everything we start, so whatever daemonises or loses its parent becomes our own child:
"descendant of ours" is the same as "started by this scenario", on a machine full of strangers too.
"""
import os
import re
import select
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
COMM_LENGTH = 15                  # the kernel cuts a process' name there
TAIL_BYTES = 16 * 1024
OUTPUT_BYTES = 4 * 1024 * 1024    # more of a command's output than this is cut


def become_subreaper():
    import ctypes               # the guest's engine, a first process anyway, does without
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


@dataclass(frozen=True)
class Process:
    pid: int
    parent: int
    state: str
    names: frozenset

    def is_called(self, name: str) -> bool:
        return name in self.names or name[:COMM_LENGTH] in self.names


class Started:
    """A shell command in a session of its own, its output in files."""

    def __init__(self, command: str, environment: dict, folder: Path, stdout, stderr):
        self.command = command
        self._shell = ["/bin/sh", "-c", command]
        self.popen = subprocess.Popen(self._shell, env=environment, cwd=folder, stdin=subprocess.DEVNULL,
                                      stdout=stdout, stderr=stderr, start_new_session=True)
        self.pidfd = os.pidfd_open(self.popen.pid)

    @property
    def pid(self) -> int:
        return self.popen.pid

    @property
    def exit_status(self):
        """As a shell would say it; None while it runs."""
        status = self.popen.poll()
        return 128 - status if status is not None and status < 0 else status

    def wait(self, seconds: float) -> bool:
        """Whether it has ended within that time."""
        if self.popen.poll() is None and self.pidfd >= 0:
            poll = select.poll()
            poll.register(self.pidfd, select.POLLIN)
            poll.poll(max(0, int(seconds * 1000)))
        if self.popen.poll() is None:
            return False
        if self.pidfd >= 0:
            os.close(self.pidfd)
            self.pidfd = -1
        return True

    def signal(self, number: int):
        """To the command itself: a mere shell between it and us would die of the signal and leave it behind."""
        for pid in self._behind_shell(number) or [self.pid]:
            _send(pid, number)

    def _behind_shell(self, number: int) -> list:
        folder = Path("/proc", str(self.pid))
        try:
            words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]
            caught = re.search(r"^SigCgt:\s*([0-9a-f]+)", (folder / "status").read_text(), re.MULTILINE)
        except OSError:
            return []
        shell_has_a_trap = caught and int(caught[1], 16) >> (number - 1) & 1
        if words != self._shell or shell_has_a_trap:
            return []
        return [process.pid for process in descendants() if process.parent == self.pid]

    def signal_group(self, number: int):
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            pass


def descendants() -> list:
    """All living processes below us."""
    children = {}
    for entry in os.listdir("/proc"):
        process = _read(entry) if entry.isdigit() else None
        if process is not None:
            children.setdefault(process[1], []).append(process)
    found, waiting = [], [os.getpid()]
    while waiting:
        for pid, parent, state in children.get(waiting.pop(), ()):
            waiting.append(pid)
            if state not in "ZX":
                found.append(Process(pid, parent, state, _names(pid)))
    return found


def named(name: str) -> list:
    return [process for process in descendants() if process.is_called(name)]


def _read(pid: str):
    """(pid, parent, state) from /proc/PID/stat; the name in it may hold brackets, so they stand behind the last."""
    try:
        fields = Path("/proc", pid, "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return int(pid), int(fields[1]), fields[0]


def _names(pid: int) -> frozenset:
    names = set()
    folder = f"/proc/{pid}"
    for read in (lambda: Path(folder, "comm").read_text(errors="replace").rstrip("\n"),
                 lambda: os.readlink(folder + "/exe").removesuffix(" (deleted)"),
                 lambda: Path(folder, "cmdline").read_text(errors="replace").split("\0")[0]):
        try:
            names.add(os.path.basename(read()))
        except OSError:
            pass
    return frozenset(names - {""})


def reap(known: set):
    """Collects what was handed to us as subreaper; processes in `known` are waited for by their owners."""
    for entry in os.listdir("/proc"):
        process = _read(entry) if entry.isdigit() else None
        if process and process[1] == os.getpid() and process[2] == "Z" and process[0] not in known:
            try:
                os.waitpid(process[0], os.WNOHANG)
            except ChildProcessError:
                pass


def end_all(spared: set, known: set, patience_s: float = 2.0) -> list:
    """SIGTERM, then SIGKILL to every descendant not spared. Returns the names of those that had to be ended."""
    ended = {}
    started = time.monotonic()
    while True:
        left = [process for process in descendants() if process.pid not in spared]
        reap(spared | known)  # also what has ended by itself: nobody is left behind, dead ones included
        waited = time.monotonic() - started
        if not left or waited > 5 * patience_s:
            return sorted(ended.values())
        number = signal.SIGTERM if waited < patience_s else signal.SIGKILL
        for process in left:
            if number == signal.SIGKILL or process.pid not in ended:
                _send(process.pid, number)
            ended[process.pid] = min(process.names, default=str(process.pid))
        time.sleep(0.05)


def _send(pid: int, number: int):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def tail(path: Path, lines: int) -> list:
    try:
        with open(path, "rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except OSError:
        return []
    return text.splitlines()[-lines:]
