#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A few samples of bench_supervisor.py: does it run, and does it say all that it promises? No time is judged here."""
import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

BENCH = Path(__file__).resolve().parents[1] / "bench_supervisor.py"
BUILD = ""


class BenchSupervisor(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        done = subprocess.run([sys.executable, BENCH, "--build", BUILD, "--json"], check=True, stdout=subprocess.PIPE,
                              env=dict(os.environ, FASCIA_BENCH_SAMPLES="8"))
        cls.result = json.loads(done.stdout)

    def test_all_keys_are_there(self):
        for key in ("restart_p50", "restart_p99"):
            self.assertEqual(set(self.result[key]), {"us", "ratio_vs_s6", "ratio_vs_runit", "ratio_vs_systemd"})
        for key in ("ready8_ms", "ready_ms", "pss_kb", "private_dirty_kb"):
            self.assertGreater(self.result[key], 0, key)
        for key in ("pss_over_sd_event_kb", "idle_wakeups_per_s", "samples"):
            self.assertIsInstance(self.result[key], (int, float), key)

    def test_every_peer_is_measured_or_said_to_be_left_out(self):
        self.assertEqual(set(self.result["peers"]), {"s6", "runit", "systemd"})
        for name, said in self.result["peers"].items():
            self.assertEqual(name in self.result["each"], not said.startswith("skipped: "), name)
        for name, values in self.result["each"].items():
            if name != "sd-event":
                self.assertGreater(values["restart_p50_us"], 0, name)

    def test_each_goal_has_a_verdict(self):
        self.assertEqual(set(self.result["goals"]), {"restart_p50.ratio_vs_s6", "pss_over_sd_event_kb", "idle_wakeups_per_s"})
        for name, goal in self.result["goals"].items():
            self.assertIn(goal["met"], (True, False, None), name)


if __name__ == "__main__":
    BUILD = sys.argv[sys.argv.index("--build") + 1]
    unittest.main(argv=sys.argv[:1], verbosity=2)
