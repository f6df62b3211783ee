#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fascia's reading of radios and stations against `iw`, in one run: in the rig's virtual machine, as here may be no
radio. Ratios travel between machines, microseconds (of an emulated processor, where there is no KVM) do not.

    bench_link.py --build DIR [--json]
"""
import argparse
import json
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
RATIO_GOAL = 0.1


def measure(build: Path) -> dict:
    with tempfile.TemporaryDirectory(prefix="bench-link-") as out:
        run = subprocess.run([SOURCE / "tools/fascia-rig", "run", SOURCE / "tests/bench/link/link.yaml",
                              "--build", build, "--out", out], stdout=subprocess.PIPE, text=True)
        if run.returncode != 0:
            print(run.stdout, file=sys.stderr)
            sys.exit(run.returncode)
        return json.loads(next(Path(out).rglob("result.json")).read_text())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    result = measure(options.build.resolve())
    result["machine"] = platform.machine()
    result["goal_ratio_vs_iw"] = RATIO_GOAL
    if options.json:
        print(json.dumps(result, indent=2))
        return 0
    for key, what in (("wiphy_to_record", "radios to capability records"), ("station_dump", "station dump")):
        row = result[key]
        count = row.get("radios") or row.get("stations")
        print(f"{what} ({count}): {row['us']:.0f} us, iw {row['iw_us']:.0f} us: {row['ratio_vs_iw']:.3f}x "
              f"(goal {RATIO_GOAL}x)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
