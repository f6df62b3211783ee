# SPDX-License-Identifier: Apache-2.0
"""Other releases of PipeWire and its session manager than the machine's, unpacked beside it and never installed.

A release is all that the packages of one suite need, the C library included where it is another one: its programs run
under their own dynamic linker. Wrappers in <root>/bin give each program that linker, and the folders of its plug-ins
and modules, so that putting <root>/bin first in PATH is all it takes, and nothing of it leaks into other programs.
"""
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import apt
from .common import RigError, cache_dir, folder_lock, need_tool, os_release

# name: (codename of the base, suite on top of it). The machine's own release is not in here.
RELEASES = {"bookworm-backports": ("bookworm", "bookworm-backports"),
            "trixie-backports": ("trixie", "trixie-backports")}

BASES = ("bookworm", "trixie", "forky")     # oldest first

PACKAGES = ["pipewire", "pipewire-bin", "libpipewire-0.3-modules", "libspa-0.2-modules", "wireplumber"]
PROGRAMS = ["pipewire", "wireplumber", "pw-cli", "pw-cat", "pw-metadata", "pw-link", "pw-dump"]


@dataclass(frozen=True)
class Release:
    name: str
    root: Path

    @property
    def libraries(self) -> Path:
        return next((self.root / "usr/lib").glob("*-linux-gnu*"))

    @property
    def linker(self):
        """The release's own dynamic linker; None where the machine's C library is the same."""
        return next(iter(sorted(self.libraries.glob("ld-linux*.so.*"))), None)

    def variables(self) -> dict:
        """Where its library looks for plug-ins, modules and configuration."""
        share, libraries = self.root / "usr/share", self.libraries
        manager = next(iter(sorted(libraries.glob("wireplumber-0.*"))), libraries)
        return {"SPA_PLUGIN_DIR": f"{libraries}/spa-0.2", "PIPEWIRE_MODULE_DIR": f"{libraries}/pipewire-0.3",
                "PIPEWIRE_CONFIG_DIR": f"{share}/pipewire", "SPA_DATA_DIR": f"{share}/spa-0.2",
                "WIREPLUMBER_MODULE_DIR": f"{manager}", "WIREPLUMBER_DATA_DIR": f"{share}/wireplumber",
                "WIREPLUMBER_CONFIG_DIR": f"{share}/wireplumber"}

    @property
    def runs_programs_of_this_machine(self) -> bool:
        """A program needs a C library that is not older than the one it was linked with."""
        base, own = RELEASES[self.name][0], _codename()
        return own in BASES and BASES.index(base) >= BASES.index(own)

    def client_variables(self) -> dict:
        """What of it a program needs that is linked to the library, and is no session manager."""
        return {key: value for key, value in self.variables().items() if not key.startswith("WIREPLUMBER")}

    def command(self, program: Path, *arguments) -> list:
        """A program under this release's libraries; what it lacks is taken from the machine's."""
        system = Path("/usr/lib") / self.libraries.name
        if self.linker is None:
            return ["env", f"LD_LIBRARY_PATH={self.libraries}", str(program), *arguments]
        return [str(self.linker), "--library-path", f"{self.libraries}:{system}", str(program), *arguments]

    def write_wrappers(self):
        (self.root / "bin").mkdir(exist_ok=True)
        assignments = " ".join(f"{key}='{value}'" for key, value in self.variables().items())
        for name in PROGRAMS:
            program = self.root / "usr/bin" / name
            if program.exists():
                command = " ".join(f"'{word}'" for word in self.command(program))
                wrapper = self.root / "bin" / name
                wrapper.write_text(f"#!/bin/sh\nexport {assignments}\nexec {command} \"$@\"\n")
                wrapper.chmod(0o755)


def _store() -> Path:
    return cache_dir() / "pipewire"


def find(name: str):
    root = _store() / name
    return Release(name, root) if (root / "complete").is_file() else None


def fetch(name: str) -> Release:
    """Does nothing when the cache has it. RigError when it cannot be had."""
    with folder_lock(_store(), "another one is fetching PipeWire"):
        present = find(name)
        if present:
            return present
        for interrupted in _store().glob(".new-*"):
            shutil.rmtree(interrupted, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=_store(), prefix=".new-") as temporary:
            work = Path(temporary)
            archives = _download(name, work)
            root = work / "root"
            for archive in archives:
                _unpack(archive, root)
            _strip(root, name)
            Release(name, root).libraries   # there is one, or it is no release
            target = _store() / name
            shutil.rmtree(target, ignore_errors=True)
            root.rename(target)
        release = Release(name, target)
        release.write_wrappers()
        (target / "complete").touch()
        return release


def _codename() -> str:
    return os_release().get("VERSION_CODENAME", "")


def _download(name: str, work: Path) -> list:
    base, suite = RELEASES[name]
    codename, sources = _codename(), apt.read_system_sources()
    pairs = list(zip(apt.derive(sources, codename, base), apt.derive(sources, codename, suite)))
    if not pairs:
        raise RigError(f"no apt source of this machine offers '{codename} main', so {suite} cannot be derived")
    reasons = []
    for index, pair in enumerate(pairs):
        try:
            private = apt.PrivateApt(work / f"apt{index}", "\n".join(pair))
            private.update()
            return private.download_all(PACKAGES, suite)
        except RigError as error:
            reasons.append(str(error))
    raise RigError("; ".join(reasons))


def _unpack(archive: Path, root: Path):
    root.mkdir(exist_ok=True)
    # A merged /usr in advance: packages of both kinds then unpack into the same folders.
    for folder in ("bin", "lib", "lib64", "sbin"):
        (root / "usr" / folder).mkdir(parents=True, exist_ok=True)
        if not (root / folder).exists():
            (root / folder).symlink_to(f"usr/{folder}")
    with subprocess.Popen([need_tool("dpkg-deb", "dpkg"), "--fsys-tarfile", archive], stdout=subprocess.PIPE) as deb:
        tar = subprocess.run(["tar", "-x", "--keep-directory-symlink", "--no-same-owner", "-C", root,
                              "--exclude=./usr/share/doc", "--exclude=./usr/share/locale", "--exclude=./var"],
                             stdin=deb.stdout, capture_output=True, text=True, check=False)
    if deb.returncode != 0 or tar.returncode != 0:
        raise RigError(f"{archive.name} cannot be unpacked: {tar.stderr[:200]}")


def _strip(root: Path, name: str):
    """The C library goes where the machine's own is the same one: a process has room for one only."""
    (root / "bin").unlink()     # the wrappers' place
    if RELEASES[name][0] != _codename():
        return
    libraries = Release(name, root).libraries
    for pattern in ("ld-linux*", "libc.so*", "libm.so*", "libpthread.so*", "libdl.so*", "librt.so*", "libresolv.so*",
                    "libmvec.so*", "libnss_*", "libanl.so*", "libutil.so*", "libBrokenLocale.so*", "libthread_db.so*",
                    "libstdc++.so*", "libgcc_s.so*"):
        for file in libraries.glob(pattern):
            file.unlink()
