#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The completion of fascia-identity offers what its help names."""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

FOLDER = pathlib.Path(__file__).resolve().parents[3] / "config" / "completion"
PROGRAM = None  # set from the command line

# What bash does at TAB: the words cut at COMP_WORDBREAKS are not used by the function but for its result.
BASH = """
. "$1/fascia-identity.bash"
complete -p fascia-identity | grep -q _fascia_identity || exit 1
COMP_LINE=$2 COMP_POINT=${#2} COMP_WORDS=($2) COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_fascia_identity
printf '%s\\n' "${COMPREPLY[@]}"
"""


def help_of(*verb):
    return subprocess.run([PROGRAM, *verb, "--help"], check=True, capture_output=True, text=True, timeout=60).stdout


def verbs():
    return re.findall(r"^  ([a-z][a-z-]+)  ", help_of(), re.MULTILINE)


def options(*verb):
    return set(re.findall(r"^  (--[a-z-]+)", help_of(*verb), re.MULTILINE)) | {"--help"} | \
        ({"--json", "--now"} if verb == ("show",) else set())


class Bash(unittest.TestCase):
    def offers(self, line, folder="/"):
        run = subprocess.run(["bash", "--norc", "-c", BASH, "-", FOLDER, line], check=True, capture_output=True, text=True,
                             timeout=60, cwd=folder)
        self.assertEqual(run.stderr, "")
        return run.stdout.split()

    def test_the_verbs_and_options_are_those_of_the_help(self):
        self.assertEqual(len(verbs()), 6)
        self.assertEqual(self.offers("fascia-identity "), verbs())
        self.assertEqual(set(self.offers("fascia-identity --")), options())
        for verb in verbs():
            with self.subTest(verb=verb):
                self.assertEqual(set(self.offers(f"fascia-identity {verb} --")), options(verb))

    def test_values_are_offered(self):
        self.assertEqual(self.offers("fascia-identity init d --key p"), ["p256", "p384"])
        self.assertEqual(self.offers("fascia-identity init d --key rsa:"), ["2048", "3072"])
        self.assertEqual(self.offers("fascia-identity rotate d --ca "), ["begin", "switch", "finish"])
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "trust.pem").write_text("")
            pathlib.Path(folder, "tree").mkdir()
            self.assertEqual(self.offers("fascia-identity check --ca t", folder), ["tree", "trust.pem"])
            self.assertEqual(self.offers("fascia-identity show t", folder), ["tree"])


class Zsh(unittest.TestCase):
    def test_zsh_can_read_it(self):
        if not shutil.which("zsh"):
            self.skipTest("no zsh")
        subprocess.run(["zsh", "-n", FOLDER / "_fascia-identity"], check=True, timeout=60)

    def test_it_names_the_verbs_and_options_of_the_help(self):
        text = (FOLDER / "_fascia-identity").read_text()
        self.assertEqual(re.findall(r"^        '([a-z-]+):", text, re.MULTILINE), verbs())
        shared = {"help": "--help", "now": "--now", "key": "--key"}
        branches = dict(re.findall(r"^                ([a-z-]+)\)(.*?);;$", text, re.MULTILINE | re.DOTALL))
        self.assertEqual(sorted(branches), sorted(verbs()))
        for verb, branch in branches.items():
            named = {option for name, option in shared.items() if f"${name}" in branch}
            named |= set(re.findall(r"'(?:\([^)]*\))?\*?(--[a-z-]+)", branch))
            with self.subTest(verb=verb):
                self.assertEqual(named, options(verb))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--identity", required=True)
    given, rest = parser.parse_known_args()
    PROGRAM = os.path.abspath(given.identity)
    unittest.main(argv=["test_completion", *rest])
