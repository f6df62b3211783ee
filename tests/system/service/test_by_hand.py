# SPDX-License-Identifier: Apache-2.0
"""A service that was started by hand tells its state; under a supervisor that is the supervisor's part.

    test_by_hand.py --audio PROGRAM [unittest options]
"""
import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

OPTIONS = argparse.Namespace()
LIMIT = 60  # of seconds, for what is waited for


class AService(unittest.TestCase):
    """Sound that is switched off: it needs neither PipeWire nor a bus."""

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.config = self.folder / "fascia.yaml"
        self.config.write_text(f"bus: unix:path={self.folder}/none\nlink: {{enabled: false}}\naudio: {{enabled: false}}\n",
                               encoding="utf-8")

    def start(self, **environment):
        base = {name: value for name, value in os.environ.items() if name not in ("NOTIFY_SOCKET", "JOURNAL_STREAM")}
        process = subprocess.Popen([OPTIONS.audio, "--config", self.config], stderr=subprocess.PIPE, text=True,
                                   env={**base, **environment})
        self.addCleanup(process.wait, LIMIT)
        self.addCleanup(process.kill)
        return process

    def stop(self, process):
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=LIMIT)[1]
        self.assertEqual(process.returncode, 0, said)
        return said

    def test_by_hand_says_its_state(self):
        process = self.start()
        self.assertEqual(process.stderr.readline(), "fascia-audio: audio OFF: audio.enabled is false\n")
        self.stop(process)

    def test_under_a_supervisor_leaves_that_to_it(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
            supervisor.bind(str(self.folder / "notify"))
            supervisor.settimeout(LIMIT)
            process = self.start(NOTIFY_SOCKET=str(self.folder / "notify"))
            while b"X_FASCIA_FACT=audio OFF" not in supervisor.recv(65536):
                pass
            self.assertNotIn("audio OFF", self.stop(process))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--audio", required=True)
    rest = parser.parse_known_args(namespace=OPTIONS)[1]
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
