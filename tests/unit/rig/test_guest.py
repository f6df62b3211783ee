# SPDX-License-Identifier: Apache-2.0
"""What the guest is made of: kernel files kept, modules in order, the archive, the job, a word of netlink."""
import os
import struct
import unittest
from pathlib import Path

from support import SOURCE, FolderTest
from rig import guest, hot, initramfs, kernel, netlink


class KernelFiles(unittest.TestCase):
    def test_of_a_package_image_and_useful_modules_are_kept(self):
        release = "lib/modules/7.3.4+deb13-amd64"
        for name in ("boot/vmlinuz-6.12.9-amd64", f"usr/{release}/vmlinuz"):
            self.assertEqual("vmlinuz", kernel._destination("./" + name))
        for name in ("kernel/drivers/net/wireless/virtual/mac80211_hwsim.ko.xz", "kernel/drivers/net/veth.ko.xz",
                     "kernel/drivers/net/wireless/mac80211_hwsim.ko", "kernel/fs/fscache/fscache.ko",
                     "kernel/net/mac80211/mac80211.ko", "modules.builtin", "modules.order", "config"):
            self.assertEqual(f"{release}/{name}", kernel._destination(f"./usr/{release}/{name}"))
        for name in (f"usr/{release}/kernel/drivers/gpu/drm/drm.ko.xz",
                     f"usr/{release}/kernel/drivers/net/wireless/ath/ath.ko",
                     "boot/System.map-6.12.9-amd64", "usr/share/doc/x/copyright"):
            self.assertIsNone(kernel._destination("./" + name))

    def test_a_signature_is_cut_off_and_nothing_else(self):
        signature = b"S" * 300
        trailer = bytes(8) + struct.pack(">I", len(signature)) + b"~Module signature appended~\n"
        self.assertEqual(b"\x7fELF module", kernel.without_signature(b"\x7fELF module" + signature + trailer))
        self.assertEqual(b"\x7fELF module", kernel.without_signature(b"\x7fELF module"))

    def test_a_version_is_compared_as_numbers(self):
        def version(release):
            return kernel.Kernel(release, Path("x"), Path("y"))
        self.assertFalse(version("6.12.9+deb13-amd64").is_new_enough)
        self.assertTrue(version("7.2.0-rc1").is_new_enough)
        self.assertTrue(version("10.0").is_new_enough)


class Initramfs(FolderTest):
    def test_modules_come_after_what_they_need_and_built_in_ones_not_at_all(self):
        self.write("modules.dep", "a/9p.ko: a/9pnet.ko a/netfs.ko\na/9pnet.ko:\na/netfs.ko: a/lib.ko\na/lib.ko:\n"
                                  "a/9pnet_virtio.ko: a/9pnet.ko\n")
        order = initramfs.module_order(self.folder, ("virtio_pci", "9pnet_virtio", "9p"))
        self.assertEqual(["9pnet.ko", "9pnet_virtio.ko", "netfs.ko", "9p.ko"], [file.name for file in order])

    def test_compressed_modules_are_refused(self):
        self.write("modules.dep", "a/9p.ko.xz:\n")
        with self.assertRaisesRegex(Exception, "compressed modules"):
            initramfs.module_order(self.folder, ("9p",))

    def test_the_archive_is_aligned_and_ends(self):
        files = [("init", 0o755, b"12345"), ("a/b", 0o120777, b"init"), ("a/c", 0o644, b"", 1234)]
        archive = b"".join(initramfs.cpio(files))
        names, offset = [], 0
        while offset < len(archive):
            self.assertEqual(b"070701", archive[offset:offset + 6])
            size, name_size = int(archive[offset + 54:offset + 62], 16), int(archive[offset + 94:offset + 102], 16)
            names.append(archive[offset + 110:offset + 110 + name_size - 1].decode())
            offset = (offset + 110 + name_size + 3 & ~3) + (size + 3 & ~3)
        self.assertEqual(["a", "a/b", "a/c", "dev", "init", "TRAILER!!!"], names)
        self.assertIn(b"%08X" % 1234, archive)
        self.assertEqual(0o120777, int(archive[archive.index(b"a/b\0") - 96:][:8], 16))

    def test_a_dynamic_busybox_is_told_from_a_static_one(self):
        self.assertTrue(initramfs.is_dynamic(Path(os.path.realpath("/bin/sh")).read_bytes()))
        self.assertFalse(initramfs.is_dynamic(b"#!/bin/sh\n"))


class HotFiles(unittest.TestCase):
    def test_python_and_the_engine_are_there_with_their_folders_links_and_times(self):
        files = {name: entry for name, *entry in hot.files(SOURCE / "tools")}
        engine = str(SOURCE / "tools/rig/inside.py").lstrip("/")
        for name in ("usr/bin/python3", os.path.realpath("/usr/bin/python3").lstrip("/"), engine):
            self.assertIn(name, files)
            self.assertIn(os.path.dirname(name), files)
        _, content, time = files[engine]
        self.assertEqual((SOURCE / "tools/rig/inside.py").read_bytes(), content)
        self.assertEqual(int((SOURCE / "tools/rig/inside.py").stat().st_mtime), time)


class GuestJob(FolderTest):
    def test_the_script_quotes_what_a_path_may_hold(self):
        out = self.folder / "it's out"
        out.mkdir(mode=0o700)
        job = guest.Job(out, [self.folder / "a b"], ["/usr/bin/python3", "x y"])
        script = job.script(kernel.Kernel("7.3", Path("/v"), Path("/m")))
        self.assertIn(f"need '{self.folder}/a b'\n", script)
        self.assertIn("/it'\"'\"'s out'\n", script)
        self.assertIn("modules /m 7.3\n", script)
        self.assertTrue(script.endswith("/usr/bin/python3 'x y'\n"))

    def test_a_comma_in_a_path_is_none_between_options(self):
        self.assertIn("path=/a,,b,", guest._share("out", "/a,b", "off")[1])

    def test_a_panic_is_shown_without_its_call_trace(self):
        text = "[1] oh dear\n[1] Kernel panic - not syncing: x\n[1] Call Trace:\n[1]  f+0x1\n"
        (self.folder / "console.log").write_text(text)
        machine = guest.Guest(kernel.Kernel("7.3", Path("/v"), Path("/m")), guest.Job(self.folder), "tcg")
        self.assertEqual("[1] Kernel panic - not syncing: x", machine.console_tail()[-1])


class Netlink(unittest.TestCase):
    def test_attributes_are_padded_and_read_back(self):
        data = netlink.attribute(30) + netlink.attribute(17 | 0x8000, b"abc")
        data += netlink.attribute(1, struct.pack("=I", 7))
        self.assertEqual({30: b"", 17: b"abc", 1: b"\x07\0\0\0"}, netlink.parse_attributes(data))

    def test_an_impossible_length_is_refused(self):
        for length in (0, 3, 9):
            with self.assertRaises(ValueError):
                netlink.parse_attributes(struct.pack("=HH", length, 1) + bytes(4))


if __name__ == "__main__":
    unittest.main()
