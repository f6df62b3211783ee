#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks the real engine what the test double must answer: two or three wpa_supplicant with NAN on simulated radios, in
the rig's guest as root. Writes OUT/transcript.txt; a part that fails says so there and the next one starts afresh.

    real_probe.py --program WPA_SUPPLICANT --out FOLDER [--debug] [PART ...]"""
import argparse
import subprocess
import sys
import time
import traceback

import probe_life
import probe_pairing
import probe_paths
from engine import End, Missing
from probe_bed import Bed

PARTS = {name[5:]: part for module in (probe_paths, probe_life, probe_pairing) for name, part in vars(module).items()
         if name.startswith("part_")}
ON_THEIR_OWN = {"replies", "gtk"}          # bring the ends up themselves


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--debug", action="store_true")
    parser.add_argument("parts", nargs="*", default=list(PARTS))
    arguments = parser.parse_args()
    bed = Bed(arguments)
    failed = 0
    for name in arguments.parts:
        part = PARTS[name]
        bed.transcript.title(f"=== {name}: {part.__doc__}")
        print(f"{time.clock_gettime(time.CLOCK_BOOTTIME):.0f} {name}", flush=True)
        try:
            if name in ON_THEIR_OWN:
                bed.end()
            elif not bed.up:
                bed.begin()
            part(bed)
            bed.end()
        except (Missing, OSError, KeyError, subprocess.SubprocessError) as problem:
            failed += 1
            bed.transcript.line("FAILED", f"{name}: {problem}")
            print(f"{name}: {traceback.format_exc()}", flush=True)
            bed.end()
    bed.end()
    for end in End.everybody:
        end.keep_logs()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
