#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A few samples of bench_address.py: does it run, and does it say all that it promises? No time is judged here."""
import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

BENCH = Path(__file__).resolve().parents[1] / "bench_address.py"
BUILD = ""


class BenchAddress(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        done = subprocess.run([sys.executable, BENCH, "--build", BUILD, "--json"], stdout=subprocess.PIPE,
                              env=dict(os.environ, FASCIA_BENCH_SAMPLES="8", FASCIA_BENCH_ORDINARY="1"))
        if done.returncode == 77:
            sys.exit(77)
        assert done.returncode == 0, done.returncode
        cls.result = json.loads(done.stdout)

    def test_all_keys_are_there(self):
        for key in ("first_byte_p50", "first_byte_p99"):
            for side in ("us", "from_down_us", "kernel_nd_us", "kernel_optimistic_us", "kernel_no_dad_us",
                         "kernel_up_us", "ratio_vs_kernel_nd"):
                self.assertGreater(self.result[key][side], 0, (key, side))
        for key in ("peers_10000_s", "peers_10000_removed_s", "per_peer_bytes", "per_peer_flatness",
                    "per_peer_memory_flatness"):
            self.assertGreater(self.result[key], 0, key)
        self.assertEqual(set(self.result["peers"]), {"1", "10", "100", "1000", "10000"})
        self.assertIn("naf_decode", self.result)

    def test_no_nd_has_left_fascias_side(self):
        self.assertEqual(self.result["fascia_nd_packets"], 0)

    def test_each_goal_has_a_verdict(self):
        self.assertEqual(set(self.result["goals"]),
                         {"first_byte_p99.us", "first_byte_p99.ratio_vs_kernel_nd", "peers_10000_s",
                          "per_peer_flatness", "per_peer_memory_flatness", "naf_decode.ratio_vs_tshark"})
        for name, goal in self.result["goals"].items():
            self.assertIn(goal["met"], (True, False, None), name)


if __name__ == "__main__":
    BUILD = sys.argv[sys.argv.index("--build") + 1]
    unittest.main(argv=sys.argv[:1], verbosity=2)
