# SPDX-License-Identifier: Apache-2.0
"""The guest's initramfs: a static busybox, guest-init and the few modules that reach the host's root file system."""
import hashlib
import os
import struct
from pathlib import Path

from .common import RigError, cache_dir, find_tool
from .kernel import Kernel

MODULES = ("virtio_pci", "9pnet_virtio", "9p", "overlay", "virtio_console", "virtio_rng")
GUEST_INIT = Path(__file__).with_name("guest-init")


def build(kernel: Kernel) -> Path:
    """Path of the initramfs in the cache; built only when its ingredients have changed."""
    files = [("init", 0o755, GUEST_INIT.read_bytes()), ("bin/busybox", 0o755, _busybox())]
    modules = module_order(kernel.modules, MODULES)
    files += [(f"modules/{module.name}", 0o644, module.read_bytes()) for module in modules]
    files.append(("modules/order", 0o644, "".join(f"{module.name}\n" for module in modules).encode()))
    archive = cpio(files)
    folder = cache_dir() / "initramfs"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{kernel.release}-{hashlib.sha256(archive).hexdigest()[:16]}"
    if not path.exists():
        for old in folder.glob(f"{kernel.release}-*"):
            old.unlink(missing_ok=True)
        fresh = folder / f".new-{os.getpid()}"
        fresh.write_bytes(archive)
        fresh.rename(path)
    return path


def _busybox() -> bytes:
    path = find_tool("busybox")
    data = Path(path).read_bytes() if path else b""
    if not data or is_dynamic(data):
        raise RigError("a static busybox is missing: install the package busybox-static")
    return data


def is_dynamic(elf: bytes) -> bool:
    """Whether a 64-bit ELF asks for a loader (program header PT_INTERP)."""
    if elf[:5] != b"\x7fELF\x02":
        return False
    offset, = struct.unpack_from("<Q", elf, 0x20)
    size, count = struct.unpack_from("<HH", elf, 0x36)
    return any(struct.unpack_from("<I", elf, offset + index * size)[0] == 3 for index in range(count))


def module_order(folder: Path, names: tuple) -> list:
    """The files to load, each after what it depends on. What is built in, or unknown to this kernel, is left out."""
    files, depends = {}, {}
    for line in (folder / "modules.dep").read_text().splitlines():
        file, _, needed = line.partition(":")
        files[_module_name(file)] = file
        depends[file] = needed.split()
    order = []
    for name in names:
        file = files.get(name)
        if file is not None:
            # modules.dep lists the whole closure, what must be loaded first standing last.
            order += [item for item in [*reversed(depends[file]), file] if item not in order]
    for file in order:
        if not file.endswith(".ko"):
            raise RigError(f"{folder / file}: compressed modules cannot be put into the initramfs; decompress the folder")
    return [folder / file for file in order]


def _module_name(file: str) -> str:
    return os.path.basename(file).split(".ko")[0].replace("-", "_")


def cpio(files: list) -> bytes:
    """An archive with /dev and /bin/sh, in the 'newc' format
    (Documentation/driver-api/early-userspace/buffer-format.rst)."""
    folders = {"bin", "dev"} | {parent for name, _, _ in files if (parent := os.path.dirname(name))}
    entries = [(name, 0o040755, b"") for name in sorted(folders)]
    entries += [(name, 0o100000 | mode, data) for name, mode, data in files]
    entries.append(("bin/sh", 0o120777, b"busybox"))
    archive = bytearray()
    for inode, (name, mode, data) in enumerate([*entries, ("TRAILER!!!", 0, b"")], 1):
        header = [inode, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0]
        archive += b"070701" + b"".join(b"%08X" % value for value in header) + name.encode() + b"\0"
        archive += b"\0" * (-len(archive) % 4)
        archive += data
        archive += b"\0" * (-len(archive) % 4)
    return bytes(archive)
