# SPDX-License-Identifier: Apache-2.0
"""The guest's kernel: found in the cache, or fetched from the distribution's backports and unpacked there.

It is never installed. Of its modules only those that a guest without real hardware can use are kept, uncompressed and
without their signatures: under emulation, unpacking xz and verifying RSA would cost more than loading.
"""
import lzma
import os
import re
import shutil
import struct
import subprocess
import tarfile
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import apt
from .common import Patience, RigError, cache_dir, find_tool, folder_lock, need_tool, os_release

# The first release whose simulated radios know Wi-Fi Aware and whose virtual Bluetooth controllers all come up.
WANTED_RELEASE = (7, 2)

BACKPORTS = {"bookworm": "trixie-backports"}     # elsewhere: the own codename's backports

# Folders (and single files, by their parent) below kernel/ of the modules tree that a guest may need.
KEPT_TREES = ("arch", "crypto", "lib", "net", "fs/9p", "fs/netfs", "fs/fscache", "fs/overlayfs", "fs/fuse",
              "sound/core", "sound/drivers", "sound/usb", "sound/virtio", "drivers/bluetooth", "drivers/char",
              "drivers/crypto/virtio", "drivers/firmware", "drivers/gpio", "drivers/hid", "drivers/i2c",
              "drivers/input", "drivers/net/phy", "drivers/net/wireless/virtual", "drivers/tty", "drivers/usb",
              "drivers/virtio", "drivers/vhost")
KEPT_FOLDERS = ("sound", "drivers/net", "drivers/net/wireless", "drivers/block")

_SIGNATURE_MARKER = b"~Module signature appended~\n"
_SIGNATURE_STRUCT_BYTES = 12


@dataclass(frozen=True)
class Kernel:
    release: str          # what `uname -r` says in the guest
    image: Path           # bzImage or Image
    modules: Path         # .../lib/modules/<release>
    elf: Path = None      # the same kernel uncompressed, where QEMU can start that directly

    @property
    def version(self) -> tuple:
        numbers = re.match(r"(\d+)\.(\d+)", self.release)
        return tuple(int(number) for number in numbers.groups()) if numbers else (0, 0)

    @property
    def is_new_enough(self) -> bool:
        return self.version >= WANTED_RELEASE


def find():
    """The kernel to boot: the user's own, else the newest of the cache; None when there is none."""
    image, modules = os.environ.get("FASCIA_RIG_KERNEL"), os.environ.get("FASCIA_RIG_MODULES")
    if image or modules:
        return _users_own(image, modules)
    kernels = [_cached(folder) for folder in _store().glob("*/lib/modules/*")]
    return max(kernels, key=lambda kernel: kernel.version, default=None)


def _users_own(image: str, modules: str) -> Kernel:
    if not image or not modules:
        raise RigError("FASCIA_RIG_KERNEL and FASCIA_RIG_MODULES belong together: set both or none")
    folder = Path(modules).resolve()
    if not os.access(image, os.R_OK):
        raise RigError(f"FASCIA_RIG_KERNEL: {image} cannot be read")
    if not (folder / "modules.dep").is_file():
        raise RigError(f"FASCIA_RIG_MODULES: {folder} has no modules.dep (wanted .../lib/modules/RELEASE)")
    return Kernel(folder.name, Path(image).resolve(), folder)


def _store() -> Path:
    return cache_dir() / "kernel"


def _cached(modules: Path) -> Kernel:
    root = modules.parent.parent.parent
    elf = root / "vmlinux"
    return Kernel(modules.name, root / "vmlinuz", modules, elf if elf.is_file() else None)


# --- fetching -----------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Fetched:
    kernel: Kernel
    origin: str = ""
    downloaded_bytes: int = 0
    unpacked_bytes: int = 0
    seconds: float = 0


def fetch() -> Fetched:
    """Does nothing when the cache already holds a kernel that is new enough."""
    with folder_lock(_store(), "another fascia-rig is fetching the kernel"):
        present = find()
        if present and present.is_new_enough:
            return Fetched(present)
        for interrupted in _store().glob(".new-*"):
            shutil.rmtree(interrupted, ignore_errors=True)
        started = time.monotonic()
        source, packages, total_bytes = _resolve()
        with tempfile.TemporaryDirectory(dir=_store(), prefix=".new-") as temporary:
            work = Path(temporary)
            (work / "deb").mkdir()
            source.download(packages, work / "deb", total_bytes)
            root = _unpack(work, sorted((work / "deb").glob("*.deb")))
            release = next((root / "lib/modules").iterdir()).name
            target = _store() / release
            shutil.rmtree(target, ignore_errors=True)
            root.rename(target)
        kernel = _cached(target / "lib/modules" / release)
        unpacked = sum(file.stat().st_size for file in target.rglob("*") if file.is_file())
        return Fetched(kernel, packages[0], total_bytes, unpacked, time.monotonic() - started)


def _resolve():
    """(apt, packages, bytes) of the newest generic kernel in the first source that has one."""
    codename = os_release().get("VERSION_CODENAME", "")
    suite = os.environ.get("FASCIA_RIG_SUITE") or BACKPORTS.get(codename, f"{codename}-backports")
    architecture = subprocess.run([need_tool("dpkg", "dpkg"), "--print-architecture"], check=True, text=True,
                                  capture_output=True).stdout.strip()
    entries = apt.derive(apt.read_system_sources(), codename, suite)
    if not entries:
        raise RigError(f"no apt source of this machine offers '{codename} main', so {suite} cannot be derived; "
                       "set FASCIA_RIG_KERNEL and FASCIA_RIG_MODULES to a kernel of your own")
    reasons = []
    for entry in entries:
        source = apt.PrivateApt(_store() / "apt", entry)
        try:
            source.update()
            packages = _packages(source, architecture)
            return source, packages, sum(int(source.show(package)["Size"]) for package in packages)
        except RigError as error:
            reasons.append(str(error))
    raise RigError(f"{suite} cannot be used: " + "; ".join(reasons))


def _packages(source, architecture: str) -> list:
    """The packages that hold image and modules. Newer packaging splits linux-image into -base, -binary and -modules;
    -base holds the list of what is built in, without which modprobe reports built-in parts as missing."""
    image = _depends(source, f"linux-image-{architecture}", r"linux-image-\d")
    parts = _depends(source, image[0], r"linux-(base|binary|modules)-\d")
    if not any(name.startswith("linux-binary-") for name in parts):
        return image[:1]
    order = ("linux-binary-", "linux-modules-", "linux-base-")
    return sorted(parts, key=lambda name: next(rank for rank, prefix in enumerate(order) if name.startswith(prefix)))


def _depends(source, package: str, pattern: str) -> list:
    depends = source.show(package).get("Depends", "")
    names = [name for name in re.findall(r"[a-z0-9][a-z0-9+.-]+(?=[ ,]|$)", depends) if re.match(pattern, name)]
    if not names and "image" in pattern:
        raise RigError(f"{package} depends on no kernel image")
    return list(dict.fromkeys(names))


# --- unpacking ----------------------------------------------------------------------------------------------------

def _unpack(work: Path, archives: list) -> Path:
    root = work / "root"
    patience = Patience()
    for archive in archives:
        command = [need_tool("dpkg-deb", "dpkg"), "--fsys-tarfile", str(archive)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            with tarfile.open(fileobj=process.stdout, mode="r|") as tar:
                for member in tar:
                    patience.tick("unpacking the kernel")
                    _extract(tar, member, root)
        if process.returncode != 0:
            raise RigError(f"dpkg-deb cannot unpack {archive.name}")
        archive.unlink()
    modules = next((root / "lib/modules").iterdir())
    _decompress_modules(modules, patience)
    subprocess.run([need_tool("depmod", "kmod"), "-b", str(root), modules.name], check=True)
    _extract_elf(root / "vmlinuz", root / "vmlinux")
    return root


def _extract(tar, member, root: Path):
    target = _destination(member.name) if member.isfile() else None
    if target is None:
        return
    file = root / target
    file.parent.mkdir(parents=True, exist_ok=True)
    with tar.extractfile(member) as source, open(file, "wb") as sink:
        shutil.copyfileobj(source, sink)


def _destination(name: str):
    """Where a packaged file goes below the cached kernel's folder; None for what is not kept."""
    path = re.sub(r"^\./(usr/)?", "", name)
    if re.fullmatch(r"boot/vmlinu[xz]-.*|lib/modules/[^/]+/vmlinu[xz]", path):
        return "vmlinuz"
    match = re.fullmatch(r"lib/modules/[^/]+/"
                         r"(?:kernel/(?P<module>.+\.ko(\.\w+)?)|modules\.(order|builtin.*)|config)", path)
    if match is None or (match["module"] and not _is_kept(match["module"])):
        return None
    return path


def _is_kept(module: str) -> bool:
    return (os.path.dirname(module) in KEPT_FOLDERS
            or any(module.startswith(tree + "/") for tree in KEPT_TREES))


def _decompress_modules(modules: Path, patience: Patience):
    packed = [file for file in modules.rglob("*.ko.*")]
    with ThreadPoolExecutor() as pool:           # lzma works outside Python's lock
        for _ in pool.map(_decompress, packed):
            patience.tick("unpacking the kernel's modules")


def _decompress(file: Path):
    data = file.read_bytes()
    if file.suffix == ".xz":
        data = lzma.decompress(data)
    elif file.suffix == ".zst":
        data = subprocess.run([need_tool("zstd", "zstd"), "-dc"], input=data, capture_output=True, check=True).stdout
    else:
        raise RigError(f"{file.name}: unknown compression")
    file.with_suffix("").write_bytes(without_signature(data))
    file.unlink()


def without_signature(module: bytes) -> bytes:
    """A signed module ends in signature, struct module_signature (its last word is the signature's length), marker."""
    if not module.endswith(_SIGNATURE_MARKER):
        return module
    end = len(module) - len(_SIGNATURE_MARKER)
    length, = struct.unpack(">I", module[end - 4:end])
    return module[:end - _SIGNATURE_STRUCT_BYTES - length]


def _extract_elf(image: Path, elf: Path):
    """Unpacks the vmlinux inside a bzImage (Documentation/arch/x86/boot.rst, "The real-mode kernel header").
    QEMU starts it by its PVH entry point, which spares the guest two seconds of unpacking under emulation.
    Purely an optimisation: without it the image is booted as it is."""
    data = image.read_bytes()
    if data[0x202:0x206] != b"HdrS":
        return
    setup_sectors = data[0x1F1] or 4
    offset, length = struct.unpack_from("<II", data, 0x248)
    start = (setup_sectors + 1) * 512 + offset
    payload = data[start:start + length]
    unpacked = b""
    if payload.startswith(b"\x28\xb5\x2f\xfd") and find_tool("zstd"):
        # The last four octets are the unpacked size, which zstd would take for a second, broken frame.
        command = [find_tool("zstd"), "-dcq"]
        unpacked = subprocess.run(command, input=payload[:-4], capture_output=True, check=False).stdout
    elif payload.startswith(b"\xfd7zXZ\x00"):
        unpacked = lzma.LZMADecompressor().decompress(payload)
    if unpacked.startswith(b"\x7fELF") and len(unpacked) == struct.unpack("<I", payload[-4:])[0]:
        elf.write_bytes(unpacked)
