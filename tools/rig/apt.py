# SPDX-License-Identifier: Apache-2.0
"""Packages of another suite of the machine's own distribution, without root and without changing the system.

The source entry is derived from the ones the machine already trusts: same URIs, same Signed-By, another suite. State,
cache and source list of apt are private to the folder given; the user's proxies and credentials stay in force.
"""
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .common import Patience, RigError

SYSTEM_SOURCES = Path("/etc/apt")


@dataclass(frozen=True)
class Source:
    uris: str
    suites: tuple
    components: tuple
    signed_by: str = ""       # a path, or an inline key with its continuation lines
    trusted: str = ""


# --- reading the machine's sources --------------------------------------------------------------------------------

def read_system_sources(folder: Path = SYSTEM_SOURCES) -> list:
    files = [folder / "sources.list"] + sorted((folder / "sources.list.d").glob("*"))
    sources = []
    for file in files:
        try:
            if file.suffix == ".sources":
                sources += parse_deb822(file.read_text())
            elif file.suffix == ".list":
                sources += parse_one_line(file.read_text())
        except OSError:
            continue
    return sources


def parse_deb822(text: str) -> list:
    sources = []
    for stanza in re.split(r"\n[ \t]*\n", text):
        values, last = {}, None
        for line in stanza.splitlines():
            if line.startswith("#"):
                continue
            if line[:1] in (" ", "\t") and last:
                values[last] += "\n" + line
            elif ":" in line:
                last, _, value = line.partition(":")
                last = last.strip().lower()
                values[last] = value.strip()
        enabled = values.get("enabled", "yes").lower() not in ("no", "false", "0")
        if enabled and "deb" in values.get("types", "").split():
            sources.append(Source(" ".join(values.get("uris", "").split()), tuple(values.get("suites", "").split()),
                                  tuple(values.get("components", "").split()), values.get("signed-by", ""),
                                  values.get("trusted", "")))
    return sources


_ONE_LINE = re.compile(r"\s*deb\s+(?:\[(?P<options>[^\]]*)\]\s*)?(?P<uri>\S+)\s+(?P<suite>\S+)\s*"
                       r"(?P<components>[^#]*)")


def parse_one_line(text: str) -> list:
    sources = []
    for line in text.splitlines():
        match = _ONE_LINE.match(line)
        if match is None:
            continue
        options = dict(option.lower().split("=", 1) if not option.lower().startswith("signed-by=")
                       else ("signed-by", option.split("=", 1)[1])
                       for option in (match["options"] or "").split() if "=" in option)
        sources.append(Source(match["uri"], (match["suite"],), tuple(match["components"].split()),
                              options.get("signed-by", "").replace(",", " "), options.get("trusted", "")))
    return sources


def derive(sources: list, codename: str, suite: str) -> list:
    """deb822 entries for `suite`, the likeliest first. A vendor's own archive may use the same suite names as the
    distribution (Raspberry Pi OS does); the distribution's also offers <codename>-updates."""
    updated = {source.uris for source in sources if f"{codename}-updates" in source.suites}
    candidates = [source for source in sources
                  if "main" in source.components and {codename, "stable"} & set(source.suites)]
    candidates.sort(key=lambda source: source.uris not in updated)
    entries = []
    for source in candidates:
        lines = ["Types: deb", f"URIs: {source.uris}", f"Suites: {suite}", "Components: main", "Targets: Packages"]
        if source.signed_by:
            lines.append(f"Signed-By: {source.signed_by}" if not source.signed_by.startswith("\n")
                         else f"Signed-By:{source.signed_by}")
        if source.trusted:
            lines.append(f"Trusted: {source.trusted}")
        entry = "\n".join(lines) + "\n"
        if entry not in entries:
            entries.append(entry)
    return entries


# --- a private apt ------------------------------------------------------------------------------------------------

_CONFIG = """\
Dir::State "{root}/state";
Dir::State::status "{root}/status";
Dir::Cache "{root}/cache";
Dir::Etc::main "{root}/last.conf";
Dir::Etc::sourcelist "{root}/rig.sources";
Dir::Etc::sourceparts "{root}/none";
Dir::Etc::preferences "{root}/none/preferences";
Dir::Etc::preferencesparts "{root}/none";
Acquire::Languages "none";
APT::Sandbox::User "";
"""

# Read after /etc/apt/apt.conf.d, whose hooks (AppStream, PackageKit) would otherwise report on a system not touched.
_LAST_CONFIG = """\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
"""


class PrivateApt:
    def __init__(self, root: Path, entry: str):
        self.root = root
        for folder in ("state/lists/partial", "cache/archives/partial", "none"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        (root / "status").touch()
        (root / "rig.sources").write_text(entry)
        (root / "apt.conf").write_text(_CONFIG.format(root=root))
        system = Path("/etc/apt/apt.conf")
        include = f'#include "{system}";\n' if system.is_file() else ""
        (root / "last.conf").write_text(include + _LAST_CONFIG)

    def _run(self, *command, cwd=None, what="", watch=None) -> str:
        environment = {**os.environ, "APT_CONFIG": str(self.root / "apt.conf"), "LC_ALL": "C.UTF-8"}
        patience = Patience()
        with subprocess.Popen(command, cwd=cwd, env=environment, text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            while True:
                try:
                    output, errors = process.communicate(timeout=0.5)
                    break
                except subprocess.TimeoutExpired:
                    patience.tick(watch() if watch else what)
        if process.returncode != 0:
            complaint = [line for line in errors.splitlines() if line.startswith("E:")] or errors.splitlines()
            raise RigError(f"{' '.join(command[:2])} failed: {' '.join(complaint)[:500]}")
        return output

    def update(self):
        self._run("apt-get", "-q", "--error-on=any", "update", what="apt-get update of the backports suite")

    def show(self, package: str) -> dict:
        """The fields of the newest version of a package."""
        record = self._run("apt-cache", "show", "--no-all-versions", package, what=f"apt-cache show {package}")
        return dict(line.split(": ", 1) for line in record.splitlines() if ": " in line and line[0] != " ")

    def download(self, packages: list, folder: Path, total_bytes: int):
        def progress():
            files = [*folder.rglob("*.deb*"), *self.root.glob("cache/archives/partial/*")]
            done = sum(file.stat().st_size for file in files)
            return f"downloading {done / 1e6:.0f} of {total_bytes / 1e6:.0f} MB"
        self._run("apt-get", "-q", "download", *packages, cwd=folder, watch=progress)

    def download_all(self, packages: list, suite: str) -> list:
        """The packages in that suite and all they need, as if nothing were installed; the archives' paths."""
        def progress():
            done = sum(file.stat().st_size for file in self.root.glob("cache/archives/**/*.deb"))
            return f"downloading {' '.join(packages)} of {suite}: {done / 1e6:.0f} MB"
        self._run("apt-get", "-q", "-y", "--download-only", "--no-install-recommends", "-o", "Debug::NoLocking=true",
                  "-t", suite, "install", *packages, watch=progress)
        return sorted(self.root.glob("cache/archives/*.deb"))
