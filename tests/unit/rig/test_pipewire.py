# SPDX-License-Identifier: Apache-2.0
import os
import subprocess
import unittest
from unittest import mock

from support import FolderTest
from rig import pipewire


class Releases(FolderTest):
    def setUp(self):
        super().setUp()
        self.root = self.folder / "pipewire" / "trixie-backports"
        self.libraries = self.root / "usr/lib/x86_64-linux-gnu"
        (self.libraries / "wireplumber-0.5").mkdir(parents=True)
        (self.root / "usr/bin").mkdir()
        (self.root / "usr/bin/pipewire").write_text("#!/bin/sh\necho \"$SPA_PLUGIN_DIR $*\"\n")
        (self.root / "usr/bin/pipewire").chmod(0o755)
        self.environment = mock.patch.dict(os.environ, {"FASCIA_CACHE": str(self.folder)})
        self.environment.start()
        self.addCleanup(self.environment.stop)

    def test_an_unfinished_one_is_not_found(self):
        self.assertIsNone(pipewire.find("trixie-backports"))
        (self.root / "complete").touch()
        self.assertEqual(pipewire.find("trixie-backports").root, self.root)

    def test_what_is_there_is_not_fetched(self):
        (self.root / "complete").touch()
        with mock.patch.object(pipewire, "_download", side_effect=AssertionError):
            self.assertEqual(pipewire.fetch("trixie-backports").root, self.root)

    def test_a_wrapper_gives_the_program_its_plug_ins_and_its_arguments(self):
        release = pipewire.Release("trixie-backports", self.root)
        release.write_wrappers()
        output = subprocess.run([self.root / "bin/pipewire", "-c", "a b"], check=True, text=True, capture_output=True)
        self.assertEqual(output.stdout, f"{self.libraries}/spa-0.2 -c a b\n")
        self.assertFalse((self.root / "bin/pw-cli").exists())

    def test_its_own_c_library_comes_with_its_own_linker(self):
        release = pipewire.Release("trixie-backports", self.root)
        self.assertEqual(release.command("program")[:2], ["env", f"LD_LIBRARY_PATH={self.libraries}"])
        linker = self.libraries / "ld-linux-x86-64.so.2"
        linker.touch()
        self.assertEqual(release.command("program", "-x"),
                         [str(linker), "--library-path", f"{self.libraries}:/usr/lib/x86_64-linux-gnu", "program", "-x"])

    def test_a_client_runs_with_a_release_that_is_not_older_than_the_machine(self):
        for own, name, runs in (("bookworm", "trixie-backports", True), ("bookworm", "bookworm-backports", True),
                                ("trixie", "bookworm-backports", False), ("unheard-of", "trixie-backports", False)):
            with mock.patch.object(pipewire, "_codename", return_value=own):
                release = pipewire.Release(name, self.root)
                self.assertEqual(release.runs_programs_of_this_machine, runs, (own, name))


if __name__ == "__main__":
    unittest.main()
