# SPDX-License-Identifier: Apache-2.0
"""Python and the engine, for the guest to find in memory.

Every file that is opened over 9p costs the guest a dozen trips through the emulator, about eight milliseconds, and
starting the engine opens 150. Copies of the host's own files, laid over its root file system, cost a memory copy at
boot. Nothing depends on the list being complete: what is not in it comes over 9p.
"""
import os
import re
import stat
import subprocess
from pathlib import Path

from .common import need_tool

PYTHON = "/usr/bin/python3"

_LIST_IMPORTS = """
import sys, rig.inside
for module in list(sys.modules.values()):
    print(getattr(module, "__file__", None) or "", getattr(module, "__cached__", None) or "", sep="\\n")
"""


def files(tools: Path) -> list:
    """(path relative to the root, mode, content, time) of files, links and all folders above them."""
    imports = _output(PYTHON, "-S", "-s", "-c", _LIST_IMPORTS, PYTHONPATH=str(tools)).split("\n")
    programs = [PYTHON, *(name for name in imports if name.endswith(".so"))]
    libraries = re.findall(r"(/\S+) \(0x", _output(need_tool("ldd", "libc-bin"), *programs))
    paths = {path for name in [PYTHON, *libraries, "/etc/ld.so.cache", *imports] if name for path in _with_links(name)}
    folders = {str(folder) for path in paths for folder in Path(path).parents} - {"/"}
    return [(path.lstrip("/"), *_entry(path)) for path in sorted(paths | folders)]


def _output(*command: str, **environment: str) -> str:
    environment["PATH"] = os.defpath
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False).stdout


def _with_links(name: str):
    """The real file, and each link on the way to it under the name of its real folder."""
    while True:
        path = os.path.join(os.path.realpath(os.path.dirname(name)), os.path.basename(name))
        if not os.access(path, os.R_OK):
            return
        yield path
        if not os.path.islink(path):
            return
        name = os.path.join(os.path.dirname(path), os.readlink(path))


def _entry(path: str):
    """(mode, content, time); Python takes a compiled module only if its source has the time it remembers."""
    status = os.lstat(path)
    if stat.S_ISLNK(status.st_mode):
        content = os.readlink(path).encode()
    else:
        content = Path(path).read_bytes() if stat.S_ISREG(status.st_mode) else b""
    return status.st_mode, content, int(status.st_mtime)
