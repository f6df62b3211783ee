#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The parts of the renderer against libswresample and PipeWire, in one run: nanoseconds per frame, and ratios, which
travel between machines where nanoseconds do not.

    bench_audio.py --build DIR [--json]

PipeWire is driven through its public plug-in interface: audioconvert of the installed libspa mixes, and its filter graph
convolves. Where the installed one has no filter graph (before 1.4), the convolvers compete under a newer release, unpacked
in the cache and never installed; other releases in the cache mix as well ("releases"). The NEON paths are counted under
an emulator (tests/system/neon/run). A peer that is not here is left out, and the entry says why.
"""
import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
SOURCE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tools"))
from rig import pipewire  # noqa: E402
from rig.common import RigError  # noqa: E402

# With AVX2 as well as with the best of this processor: few car computers have more.
GOALS = {"matrix_714_2": {"ratio_vs_pipewire": 0.6, "ratio_vs_pipewire_avx2": 0.6, "ratio_vs_swresample": 0.2},
         "convolver_12x2x256_q64": {"ratio_vs_pipewire": 0.3},
         "limiter": {"ns": 10},
         "neon": {"ratio_vs_scalar": 0.4}}
LEVELS = ("sse2", "avx2", "avx512", "neon")
NEWER = "bookworm-backports"


def run(program: Path, part: str, release=None) -> dict:
    command, environment = [str(program), part], dict(os.environ)
    if release:
        command = release.command(program, part)
        environment.update(release.variables())
    output = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    return json.loads(output)


def version(release=None) -> str:
    program = str(release.root / "bin/pipewire") if release else "pipewire"
    try:
        text = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return "?"
    return text.split()[-1] if text.split() else "?"


def newer_release():
    """(release, why there is none)."""
    found = pipewire.find(NEWER)
    if found:
        return found, ""
    print(f"bench audio: fetching PipeWire of {NEWER} into the cache, once", file=sys.stderr)
    try:
        return pipewire.fetch(NEWER), ""
    except RigError as error:
        return None, f"no filter graph in the installed libspa, and none to be had: {error}"


def measure_convolvers(program: Path, result: dict):
    names = [name for name in result if name.startswith("convolver_")]
    if all("no_pipewire" not in result[name] for name in names):
        return
    release, why = newer_release()
    if release is None:
        for name in names:
            result[name]["no_pipewire"] = why
        return
    for name, entry in run(program, "convolver", release).items():
        result[name] = {**entry, "pipewire": version(release)}


def measure_releases(program: Path, result: dict):
    for name in pipewire.RELEASES:
        release = pipewire.find(name)
        if release is None:
            continue
        try:
            for key, entry in run(program, "matrix", release).items():
                kept = ("ns", "pipewire_ns", "ratio_vs_pipewire", "ratio_vs_pipewire_avx2", "pipewire_channels_lost",
                        "no_pipewire")
                result[key].setdefault("releases", {})[version(release)] = {k: entry[k] for k in kept if k in entry}
        except (OSError, subprocess.CalledProcessError, ValueError) as error:
            print(f"bench audio: {name} does not run here: {error}", file=sys.stderr)


def measure_neon() -> dict:
    counter = subprocess.run([SOURCE / "tests/system/neon/run", "--json"], capture_output=True, text=True)
    if counter.returncode == 0:
        parts = json.loads(counter.stdout)
        return {**parts, "ratio_vs_scalar": max(part["ratio_vs_scalar"] for part in parts.values())}
    reason = counter.stderr.strip().splitlines() or ["?"]
    return {"skipped" if counter.returncode == 77 else "failed": reason[-1].removeprefix("skipped: ")}


def unmet(result: dict) -> list:
    return [f"{part}: {key} {result[part][key]:.3g}, goal {goal}" for part, goals in GOALS.items()
            for key, goal in goals.items() if key in result.get(part, {}) and result[part][key] > goal]


def print_levels(entry: dict):
    """Nanoseconds per frame of each vector path of the matrix, and what that is of PipeWire's."""
    parts = [f"{level} {entry[f'{level}_ns']:.2f}" +
             (f" ({entry[f'ratio_vs_pipewire_{level}']:.2f})" if f"ratio_vs_pipewire_{level}" in entry else "")
             for level in LEVELS if f"{level}_ns" in entry]
    if parts:
        print("    " + ", ".join(parts))


def print_table(result: dict):
    print(f"{'':26}{'ns/frame':>10}{'scalar':>10}{'path':>8}{'/PipeWire':>11}{'/swresample':>13}")
    for name, entry in result.items():
        if isinstance(entry, dict) and "ns" in entry:
            ratios = [f"{entry[key]:.2f}" if key in entry else "-" for key in ("ratio_vs_pipewire", "ratio_vs_swresample")]
            print(f"{name:26}{entry['ns']:10.2f}{entry['scalar_ns']:10.2f}{entry['kernel']:>8}{ratios[0]:>11}{ratios[1]:>13}")
            print_levels(entry)
            for reason in ("no_pipewire", "no_swresample", "skipped"):
                if reason in entry:
                    print(f"    {entry[reason]}")
            if entry.get("pipewire_channels_lost"):
                print(f"    PipeWire {result['pipewire']} leaves out {' '.join(entry['pipewire_channels_lost'])}")
    for part, entry in result["neon"].items():
        if isinstance(entry, dict):
            print(f"NEON {part:21}{entry['instructions']:10} instructions, {entry['ratio_vs_scalar']:.2f} of the scalar build's")
        elif part in ("skipped", "failed"):
            print(f"NEON {part}: {entry}")
    for line in result["unmet"]:
        print(f"not reached: {line}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    program = options.build.resolve() / "tests/bench/bench_audio"
    result = run(program, "all")
    result["pipewire"] = version()
    measure_convolvers(program, result)
    measure_releases(program, result)
    result["neon"] = measure_neon()
    result["machine"] = platform.machine()
    result["goals"] = GOALS
    result["unmet"] = unmet(result)
    if options.json:
        print(json.dumps(result, indent=2))
    else:
        print_table(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
