#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fasciactl radio: described boards as a person names them, as text and as JSON."""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
RADIOS = ROOT / "config" / "radios"
NAMES = sorted(path.stem for path in RADIOS.glob("*.yaml"))
ARGS = argparse.Namespace(fasciactl="")


def radio(*arguments, **environment):
    # Without a bus: the verb must not need one.
    env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "FASCIA_BUS": "unix:path=/nonexistent", **environment}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
        if name in os.environ:
            env[name] = os.environ[name]
    return subprocess.run([ARGS.fasciactl, "radio", *arguments], capture_output=True, text=True, timeout=30, env=env)


class Radio(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def shown(self, *arguments, **environment):
        run = radio(*arguments, **environment)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        return run.stdout

    def test_each_shipped_board_is_shown_as_text_with_its_source(self):
        self.assertGreaterEqual(len(NAMES), 9)
        for name in NAMES:
            with self.subTest(radio=name):
                text = self.shown("--board", name)
                self.assertIn(f"(described: {name})", text.splitlines()[0])
                self.assertRegex(text, r"(?m)^  2.4GHz  AP +[1-8]x[1-8] +mcs-map ")
                self.assertRegex(text, r"(?m)^  Source  ")
                for line in text.splitlines():
                    self.assertEqual(line, line.rstrip())

    def test_json_and_text_say_the_same(self):
        for name in NAMES:
            with self.subTest(radio=name):
                record = json.loads(self.shown("--board", name, "--json"))["radios"][0]
                text = self.shown("--board", name)
                self.assertEqual(record["described"]["radio"], name)
                for band in record["bands"]:
                    for role, figures in band["roles"].items():
                        row = re.search(rf"(?m)^  {re.escape(band['name'])} +{role} +(\S+) +(\S+) +(\S+) +(\d+) ", text)
                        self.assertIsNotNone(row)
                        self.assertEqual(row.groups(), (figures["class"], figures["limit_tx"], figures["standard"],
                                                        str(figures["width_mhz"])))
                        self.assertEqual(figures["class"], f"{figures['tx']}x{figures['rx']}")

    def test_what_the_listing_did_not_say_is_printed(self):
        self.assertIn("Not certain", self.shown("--board", "qca6174"))
        self.assertNotIn("Not certain", self.shown("--board", "mt7925"))

    def test_an_asymmetric_board_is_transmit_x_receive(self):
        text = self.shown("--board", "awus051nh")
        self.assertRegex(text, r"(?m)^  5GHz    AP       1x2 ")

    def test_the_environments_folder_comes_first(self):
        text = (RADIOS / "mt7612u.yaml").read_text().replace("title: MediaTek", "title: Own")
        (self.folder / "mt7612u.yaml").write_text(text)
        self.assertIn("Own MT7612U", self.shown("--board", "mt7612u", FASCIA_RADIOS=str(self.folder)))
        self.assertIn("MediaTek MT7612U", self.shown("--board", "mt7612u", FASCIA_RADIOS="/nonexistent"))

    def test_a_path_is_a_file(self):
        self.assertIn("mt7612u", self.shown("--board", str(RADIOS / "mt7612u.yaml")))
        run = radio("--board", "./mt7612u")
        self.assertEqual(run.returncode, 3)
        self.assertIn("./mt7612u: cannot be read: No such file or directory", run.stderr)

    def test_an_unknown_name_is_told_with_those_that_are_known(self):
        run = radio("--board", "toaster")
        self.assertEqual((run.returncode, run.stdout), (3, ""))
        self.assertIn('there is no radio "toaster"', run.stderr)
        self.assertIn("$FASCIA_RADIOS", run.stderr)
        self.assertIn(", ".join(NAMES), run.stderr)

    def test_a_mistake_is_told_with_file_line_and_key(self):
        wrong = self.folder / "wrong.yaml"
        lines = (RADIOS / "mt7612u.yaml").read_text().splitlines()
        at = next(i for i, line in enumerate(lines) if "ht: {" in line)
        lines[at] = lines[at].replace("tx: 2", "tx: 9")
        wrong.write_text("\n".join(lines))
        run = radio("--board", str(wrong))
        self.assertEqual((run.returncode, run.stdout), (3, ""))
        self.assertRegex(run.stderr, rf"fasciactl: {wrong}:{at + 1}:\d+: bands\[0\]\.ht\.tx: 9 is out of range")

    def test_the_example_of_the_documentation_is_valid(self):
        example = re.search(r"```yaml\n(radio: .*?)```", (ROOT / "docs" / "radios.md").read_text(), re.DOTALL)
        (self.folder / "my-board.yaml").write_text(example.group(1))
        record = json.loads(self.shown("--board", str(self.folder / "my-board.yaml"), "--json"))["radios"][0]
        self.assertEqual(record["bands"][0]["roles"]["AP"]["modes"]["HE"]["160"], {"tx": 1, "rx": 1})
        self.assertEqual(record["dfs_region"], "ETSI")

    def test_the_documentation_lists_what_is_shipped(self):
        listed = re.findall(r"(?m)^\| `([a-z0-9-]+)` \|.*\|.*\|.*\|", (ROOT / "docs" / "radios.md").read_text())
        self.assertEqual(sorted(set(listed) & set(NAMES)), NAMES)

    def test_wrong_arguments_are_told(self):
        for arguments in (("now",), ("--board",), ("--colour",)):
            self.assertEqual(radio(*arguments).returncode, 64)

    def test_without_a_radio_it_says_so_and_json_is_an_empty_list(self):
        run = radio("--json")
        if run.returncode == 0:
            self.skipTest("this machine has a radio")
        self.assertEqual(run.returncode, 1)
        self.assertEqual(json.loads(run.stdout), {"radios": []})
        self.assertIn("no radio", run.stderr)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--fasciactl", required=True)
    ARGS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])
