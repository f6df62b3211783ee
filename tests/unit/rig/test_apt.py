# SPDX-License-Identifier: Apache-2.0
import unittest

from support import FolderTest
from rig import apt, kernel

DEB822 = """\
# Made by an installer.
Types: deb deb-src
# an older mirror: http://old.example.org
URIs: http://deb.example.org/debian
  http://two.example.org/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/example.gpg

Types: deb
URIs: http://security.example.org/debian-security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: http://off.example.org/debian
Suites: bookworm
Components: main
"""

ONE_LINE = """\
# deb http://comment.example.org/debian bookworm main
deb [arch=amd64 signed-by=/usr/share/keyrings/example.gpg] http://deb.example.org/debian bookworm main non-free # here
deb http://deb.example.org/debian bookworm-updates main
deb-src http://deb.example.org/debian bookworm main
deb [trusted=yes] http://vendor.example.org/debian/ bookworm main
"""

INLINE_KEY = """\
Types: deb
URIs: http://deb.example.org/debian
Suites: trixie
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBF
 -----END PGP PUBLIC KEY BLOCK-----
"""

EXPECTED = """\
Types: deb
URIs: http://deb.example.org/debian{second}
Suites: trixie-backports
Components: main
Targets: Packages
Signed-By: /usr/share/keyrings/example.gpg
"""


class Deriving(FolderTest):
    def test_from_deb822_uris_and_key_stay_and_the_suite_changes(self):
        entries = apt.derive(apt.parse_deb822(DEB822), "bookworm", "trixie-backports")
        self.assertEqual([EXPECTED.format(second=" http://two.example.org/debian")], entries)

    def test_from_one_line_the_distribution_comes_before_a_vendor_with_the_same_suite(self):
        entries = apt.derive(apt.parse_one_line(ONE_LINE), "bookworm", "trixie-backports")
        self.assertEqual(EXPECTED.format(second=""), entries[0])
        self.assertIn("http://vendor.example.org/debian/", entries[1])
        self.assertIn("Trusted: yes", entries[1])
        self.assertEqual(2, len(entries))

    def test_an_inline_key_is_kept_whole(self):
        entry, = apt.derive(apt.parse_deb822(INLINE_KEY), "trixie", "trixie-backports")
        self.assertIn("Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINBF\n -----END", entry)
        self.assertEqual(1, len(apt.parse_deb822(entry)))

    def test_a_release_that_is_only_called_stable_counts(self):
        sources = apt.parse_one_line("deb http://a.example.org/debian stable main")
        self.assertEqual(1, len(apt.derive(sources, "trixie", "x")))

    def test_another_release_or_component_does_not(self):
        for line in ("deb http://a.example.org/debian bullseye main", "deb http://a.example.org/debian trixie contrib"):
            self.assertEqual([], apt.derive(apt.parse_one_line(line), "trixie", "x"))

    def test_the_machines_files_of_both_formats_are_read_and_no_others(self):
        self.write("sources.list", ONE_LINE)
        self.write("sources.list.d/debian.sources", DEB822)
        self.write("sources.list.d/debian.sources.save", DEB822)
        self.assertEqual(5, len(apt.read_system_sources(self.folder)))


class Packages:
    """A made-up archive."""

    def __init__(self, depends: dict):
        self.depends = depends

    def show(self, package: str) -> dict:
        return {"Depends": self.depends[package]}


class Resolving(unittest.TestCase):
    def test_the_newer_packaging_gives_binary_modules_and_base(self):
        archive = Packages({
            "linux-image-amd64": "linux-base-amd64 (= 7.3), linux-image-7.3.4+deb13-amd64 (= 7.3), "
                                 "linux-modules-amd64 (= 7.3)",
            "linux-image-7.3.4+deb13-amd64": "dracut | initramfs-tools (>= 0.120) | linux-initramfs-tool, "
                                             "linux-base-7.3.4+deb13-amd64 (= 7.3), "
                                             "linux-binary-7.3.4+deb13-amd64 (= 7.3), "
                                             "linux-modules-7.3.4+deb13-amd64 (= 7.3)"})
        self.assertEqual([f"linux-{part}-7.3.4+deb13-amd64" for part in ("binary", "modules", "base")],
                         kernel._packages(archive, "amd64"))

    def test_the_older_packaging_gives_the_image(self):
        archive = Packages({"linux-image-arm64": "linux-image-6.12.9+bpo-arm64 (= 6.12.9-1)",
                            "linux-image-6.12.9+bpo-arm64": "kmod, linux-base (>= 4.3~), initramfs-tools | dracut"})
        self.assertEqual(["linux-image-6.12.9+bpo-arm64"], kernel._packages(archive, "arm64"))


if __name__ == "__main__":
    unittest.main()
