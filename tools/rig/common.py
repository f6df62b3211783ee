# SPDX-License-Identifier: Apache-2.0
"""What every module of the rig needs: its errors, its exit codes, where things are, and a patient progress line."""
import fcntl
import os
import sys
import time
from contextlib import contextmanager
from pathlib import Path

EXIT_PASSED, EXIT_FAILED, EXIT_USAGE, EXIT_RIG, EXIT_SKIPPED = 0, 1, 2, 3, 77

# The guest's kernel command line carries this word. It cannot be set by accident on a real machine, where the rig
# must never reload modules, add users or start a system bus.
GUEST_MARK = "fascia.rig"
PORT_NAME = "fascia.rig"          # the virtio serial port between guest and host

SOURCE_DIR = Path(__file__).resolve().parent.parent.parent

# A user's PATH lacks the system folders that hold hostapd, depmod or modprobe.
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class RigError(Exception):
    """The rig itself cannot do its work; the message names the cause and, where there is one, the remedy."""


class Unavailable(Exception):
    """The back-end cannot provide what a scenario asks for: the scenario is skipped, for this reason."""


def cache_dir() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("FASCIA_CACHE") or Path(base) / "fascia").absolute()


def find_tool(name: str):
    folders = (os.environ.get("PATH", "") + ":" + SYSTEM_PATH).split(":")
    paths = (os.path.join(folder, name) for folder in folders if folder)
    return next((path for path in paths if os.path.isfile(path) and os.access(path, os.X_OK)), None)


def need_tool(name: str, package: str) -> str:
    path = find_tool(name)
    if path is None:
        raise RigError(f"{name} is missing: install the package {package}")
    return path


def in_guest() -> bool:
    try:
        return GUEST_MARK in Path("/proc/cmdline").read_text().split()
    except OSError:
        return False


class Patience:
    """Says what is being waited for, once the wait is long enough to make somebody wonder."""

    FIRST_S, AGAIN_S = 2.0, 5.0

    def __init__(self, say=None):
        self.say = say or (lambda text: print(f"# {text}", file=sys.stderr, flush=True))
        self.started = time.monotonic()
        self.next = self.started + self.FIRST_S

    def tick(self, what: str):
        now = time.monotonic()
        if now >= self.next:
            self.next = now + self.AGAIN_S
            self.say(f"... still waiting ({now - self.started:.0f} s): {what}")


@contextmanager
def folder_lock(folder: Path, complaint: str):
    """One process at a time in a folder of the cache; `complaint` is said when the wait is long."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "w", encoding="ascii") as file:
        patience = Patience()
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                patience.tick(complaint)
                time.sleep(0.2)
        yield


def os_release() -> dict:
    lines = Path("/etc/os-release").read_text().splitlines()
    return {key: value.strip('"') for key, _, value in (line.partition("=") for line in lines)}
