# SPDX-License-Identifier: Apache-2.0
"""The guest's initramfs: a static busybox, guest-init and the few modules that reach the host's root file system."""
import os
import stat
import struct
from pathlib import Path

from .common import RigError, find_tool
from .kernel import Kernel

MODULES = ("virtio_pci", "9pnet_virtio", "9p", "overlay", "virtio_console", "virtio_rng")
GUEST_INIT = Path(__file__).with_name("guest-init")


def build(kernel: Kernel, path: Path, hot_files: list):
    """Writes the initramfs. It takes two tenths of a second, which keeping and invalidating a copy would not save."""
    files = [("init", 0o755, GUEST_INIT.read_bytes()), ("bin/busybox", 0o755, _busybox())]
    files.append(("bin/sh", stat.S_IFLNK | 0o777, b"busybox"))
    modules = module_order(kernel.modules, MODULES)
    files += [(f"modules/{module.name}", 0o644, module.read_bytes()) for module in modules]
    files.append(("modules/order", 0o644, "".join(f"{module.name}\n" for module in modules).encode()))
    files += [(f"hot/{name}", *entry) for name, *entry in hot_files]
    with open(path, "wb") as file:
        file.writelines(cpio(files))


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
            raise RigError(f"{folder / file}: compressed modules cannot be put into the initramfs; unpack them")
    return [folder / file for file in order]


def _module_name(file: str) -> str:
    return os.path.basename(file).split(".ko")[0].replace("-", "_")


def cpio(files: list):
    """Yields the parts of an archive in the 'newc' format (Documentation/driver-api/early-userspace/buffer-format.rst).
    Files are (path, mode, content[, time]); a mode without a type is a regular file's. Folders not named are added."""
    named = {file[0] for file in files}
    folders = {str(parent) for name in named for parent in Path(name).parents} - {"."} - named
    entries = [(name, stat.S_IFDIR | 0o755, b"") for name in folders | {"dev"}]
    entries += files
    entries.sort(key=lambda entry: entry[0])     # a folder comes before what is in it
    for inode, (name, mode, content, *time) in enumerate([*entries, ("TRAILER!!!", 0, b"")], 1):
        mode = mode if stat.S_IFMT(mode) else stat.S_IFREG | mode
        header = [inode, mode, 0, 0, 1, *(time or [0]), len(content), 0, 0, 0, 0, len(name) + 1, 0]
        head = b"070701" + b"".join(b"%08X" % value for value in header) + name.encode() + b"\0"
        yield head + bytes(-len(head) % 4)
        yield content
        yield bytes(-len(content) % 4)
