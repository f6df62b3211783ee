#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fasciad against s6, runit and a plain sd-event loop, in one run: restart after a death (back-off 0), start of eight
trivial services, memory, wake-ups when idle. Ratios travel between machines, microseconds do not.

    bench_supervisor.py --build DIR [--json]

$FASCIA_BENCH_SAMPLES: restarts of each supervisor (400); below 40 everything else is cut short as well.
$FASCIA_BENCH_SYSTEMD=1: as root, where systemd is the manager, measure it too, by units in /run that are removed again.
"""
import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent / "supervisor"))
import measure  # noqa: E402
import peers  # noqa: E402

SERVICES = 8
RESTART_RATIO_GOAL = 0.5
MEMORY_GOAL_KB = 1024


def progress(text):
    print(f"bench supervisor: {text}", file=sys.stderr, flush=True)


class Options:
    def __init__(self, build, bus):
        self.fasciad = str(build / "bin/fasciad")
        self.service = str(build / "tests/bench/trivial_service")
        self.plain_loop = str(build / "tests/bench/plain_loop")
        self.bus = bus

    @staticmethod
    def program(name):
        return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


class Plan:
    """How much is measured; with few samples it is only a trial of the benchmark itself."""

    def __init__(self, samples):
        trial = samples < 40
        self.samples = samples
        self.starts = 1 if trial else 7
        self.idle_s = 1 if trial else 6


def find_peers():
    """The peers that are here, and for each its version or why it is left out."""
    found, said = [], {}
    for peer in (peers.S6, peers.Runit):
        if not Options.program(peer.program):
            said[peer.name] = "skipped: not installed"
            continue
        found.append(peer)
        query = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", peer.package], capture_output=True, text=True,
                               check=False) if shutil.which("dpkg-query") else None
        said[peer.name] = query.stdout if query and query.returncode == 0 else "installed, version unknown"
    said["systemd"] = say_systemd()
    if not said["systemd"].startswith("skipped: "):
        found.append(peers.Systemd)
    return found, said


def say_systemd():
    if not Path("/run/systemd/system").exists():
        return "skipped: does not run as the manager here"
    if os.environ.get("FASCIA_BENCH_SYSTEMD") != "1" or os.geteuid() != 0:
        return "skipped: adds units to a manager in use only for root with FASCIA_BENCH_SYSTEMD=1"
    query = subprocess.run([Options.program("systemctl"), "--version"], capture_output=True, text=True, check=True)
    return query.stdout.split("(", 1)[-1].split(")", 1)[0]


def measure_starts(kinds, options, folder, plan):
    """Start after start, one supervisor at a time; after the last one its memory, while it is alone."""
    results = {kind.name: {"starts": []} for kind in kinds}
    for n in range(plan.starts):
        progress(f"starts of {SERVICES} services: {n} of {plan.starts} of each")
        for kind in kinds:
            supervisor = kind(options, folder / f"{kind.name}-start-{n}", SERVICES)
            result = results[kind.name]
            try:
                supervisor.start()
                result["starts"].append(supervisor.born_to_last_service_ms())
                if kind is peers.Fasciad:
                    result.setdefault("readies", []).append(supervisor.born_to_ready_ms())
                if n == plan.starts - 1:
                    time.sleep(measure.SETTLE_S)
                    result.update(measure.memory(supervisor.own_pids()))
                    if kind is peers.Fasciad:
                        result["beside"], results["sd-event"] = measure_side_by_side(supervisor, options)
            finally:
                supervisor.stop()
    return results


def measure_side_by_side(supervisor, options):
    """Two that share the same libraries, at the same time: the difference does not depend on who else uses them."""
    loop = peers.PlainLoop(options)
    try:
        time.sleep(measure.SETTLE_S)
        return measure.memory(supervisor.own_pids()), measure.memory(loop.own_pids())
    finally:
        loop.stop()


def measure_life(kinds, options, folder, plan):
    """All of them side by side: first nothing happens, then services die."""
    supervisors = [kind(options, folder / f"{kind.name}-life", SERVICES) for kind in kinds]
    try:
        for supervisor in supervisors:
            supervisor.start()
        time.sleep(measure.SETTLE_S)
        progress(f"idle for {plan.idle_s} s")
        idle = measure.idle_wakeups_per_s(supervisors, plan.idle_s)
        taken = measure.restarts(supervisors, plan.samples, progress)
        after = {s.name: measure.memory(s.own_pids())["pss_kb"] for s in supervisors}
    finally:
        for supervisor in supervisors:
            supervisor.stop()
    return idle, taken, after


def run(build, plan):
    found, said = find_peers()
    kinds = [peers.Fasciad, *found]
    bus = None
    with tempfile.TemporaryDirectory(prefix="fascia-bench-") as name:
        folder = Path(name)
        try:
            bus = peers.Bus(Options.program("dbus-daemon"), folder / "bus")
            options = Options(build, bus.address)
            each = measure_starts(kinds, options, folder, plan)
            idle, taken, after = measure_life(kinds, options, folder, plan)
        finally:
            if bus:
                bus.stop()
    plain = each.pop("sd-event")
    for name, values in each.items():
        values["ready8_ms"] = measure.median(values.pop("starts"))
        if "readies" in values:
            values["ready_ms"] = measure.median(values.pop("readies"))
        values["idle_wakeups_per_s"] = idle[name]
        values["restart_p50_us"] = round(measure.percentile(taken[name], 50))
        values["restart_p99_us"] = round(measure.percentile(taken[name], 99))
        values["pss_after_restarts_kb"] = after[name]
        if name == peers.Systemd.name:
            for key in ("pss_kb", "private_dirty_kb", "pss_after_restarts_kb", "idle_wakeups_per_s"):
                del values[key]
    return compose(each, plain, said, plan)


def ratios(each, key):
    entry = {"us": each["fasciad"][key]}
    for name in ("s6", "runit", "systemd"):
        entry[f"ratio_vs_{name}"] = round(entry["us"] / each[name][key], 3) if name in each else None
    return entry


def compose(each, plain, said, plan):
    ours = each["fasciad"]
    beside = ours.pop("beside")
    result = {
        "benchmark": "supervisor",
        "machine": {"processors": os.cpu_count(), "architecture": platform.machine(), "kernel": platform.release()},
        "services": SERVICES,
        "samples": plan.samples,
        "restart_p50": ratios(each, "restart_p50_us"),
        "restart_p99": ratios(each, "restart_p99_us"),
        "ready8_ms": ours["ready8_ms"],
        "ready_ms": ours["ready_ms"],
        "pss_kb": ours["pss_kb"],
        "pss_over_sd_event_kb": beside["pss_kb"] - plain["pss_kb"],
        "private_dirty_kb": ours["private_dirty_kb"],
        "idle_wakeups_per_s": ours["idle_wakeups_per_s"],
        "each": {**each, "sd-event": plain},
        "peers": said,
    }
    ratio = result["restart_p50"]["ratio_vs_s6"]
    result["goals"] = {
        "restart_p50.ratio_vs_s6": {"at_most": RESTART_RATIO_GOAL,
                                    "met": ratio <= RESTART_RATIO_GOAL if ratio is not None else None},
        "pss_over_sd_event_kb": {"at_most": MEMORY_GOAL_KB, "met": result["pss_over_sd_event_kb"] <= MEMORY_GOAL_KB},
        "idle_wakeups_per_s": {"at_most": 0, "met": result["idle_wakeups_per_s"] == 0},
    }
    return result


ROWS = [
    ("death to next life, p50, us", "restart_p50_us"),
    ("death to next life, p99, us", "restart_p99_us"),
    ("exec to 8 services, ms", "ready8_ms"),
    ("exec to READY, ms", "ready_ms"),
    ("PSS, kB", "pss_kb"),
    ("PSS after the restarts, kB", "pss_after_restarts_kb"),
    ("private dirty, kB", "private_dirty_kb"),
    ("wake-ups per second, idle", "idle_wakeups_per_s"),
]


def show(result):
    names = list(result["each"])
    print(f"{'':<30}" + "".join(f"{name:>10}" for name in names))
    for title, key in ROWS:
        print(f"{title:<30}" + "".join(f"{result['each'][name].get(key, '-'):>10}" for name in names))
    print(f"\n{result['samples']} restarts of each, {result['services']} services; "
          f"{result['machine']['processors']} processors, Linux {result['machine']['kernel']}")
    for name, said in result["peers"].items():
        print(f"{name}: {said}")
    for percent in ("p50", "p99"):
        entry = result[f"restart_{percent}"]
        print(f"restart {percent}: " + ", ".join(f"{entry[f'ratio_vs_{name}']} of {name}'s time"
                                                 for name in ("s6", "runit", "systemd") if name in result["each"]))
    print(f"PSS over an sd-event loop's beside it: {result['pss_over_sd_event_kb']} kB")
    for name, goal in result["goals"].items():
        word = {True: "met", False: "MISSED", None: "not measured"}[goal["met"]]
        print(f"goal: {name} at most {goal['at_most']}: {word}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, required=True, help="build folder with fasciad and bench_supervisor")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    try:
        result = run(arguments.build.resolve(), Plan(int(os.environ.get("FASCIA_BENCH_SAMPLES", "400"))))
    except peers.BenchError as e:
        progress(f"failed: {e}")
        return 1
    if arguments.json:
        print(json.dumps(result, indent=2))
    else:
        show(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
