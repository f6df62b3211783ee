# SPDX-License-Identifier: Apache-2.0
"""What bench_supervisor.py measures, by the numbers that the services and the kernel write."""
import os
import signal
import statistics
import time
from pathlib import Path

from peers import until

# runsv lets a second pass between two starts of a service. So every service of every supervisor has lived longer than
# that when it is killed, and what is measured is the way from a death to the next life alone.
LIFE_NS = 1_150_000_000
SETTLE_S = 1.5


def memory(pids):
    """Sums over processes, in kB."""
    sums = {"pss_kb": 0, "private_dirty_kb": 0}
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            word, _, rest = line.partition(":")
            if word in ("Pss", "Private_Dirty"):
                sums[word.lower() + "_kb"] += int(rest.split()[0])
    return sums


def switches(pids):
    """How often the threads of these processes have been on a processor."""
    count = 0
    for pid in pids:
        for task in os.listdir(f"/proc/{pid}/task"):
            for line in Path(f"/proc/{pid}/task/{task}/status").read_text().splitlines():
                if "ctxt_switches" in line:
                    count += int(line.split()[1])
    return count


def idle_wakeups_per_s(supervisors, seconds):
    """Of all of them in the same span of time."""
    pids = {s.name: s.own_pids() for s in supervisors}
    begin = time.monotonic()
    before = {name: switches(pids[name]) for name in pids}
    time.sleep(seconds)
    span = time.monotonic() - begin
    return {name: round((switches(pids[name]) - before[name]) / span, 3) for name in pids}


def restart_us(supervisor, i):
    """Kills service `i` and returns the time from there to the first instruction of its next life."""
    supervisor.listen()
    stamp = supervisor.stamps[i]
    starts, at_ns, pid = stamp.read()
    time.sleep(max(0, at_ns + LIFE_NS - time.monotonic_ns()) / 1e9)
    begin_ns = time.monotonic_ns()
    os.kill(pid, signal.SIGKILL)
    # The service takes the time itself, so there is no need to spin here and take a processor from the supervisor.
    until(f"{supervisor.name} has restarted service {i}", lambda: stamp.starts > starts, 0.003, supervisor.tail)
    return (stamp.at_ns - begin_ns) / 1000


def restarts(supervisors, samples, progress):
    """The supervisors take turns, so that whatever else the machine does hits all alike."""
    taken = {s.name: [] for s in supervisors}
    services = len(supervisors[0].stamps)
    gap_s = LIFE_NS / 1e9 / (services * len(supervisors))
    for n in range(samples):
        if n % 40 == 0:
            progress(f"restarts: {n} of {samples} of each")
        turn = n % len(supervisors)
        for supervisor in supervisors[turn:] + supervisors[:turn]:
            time.sleep(gap_s)
            taken[supervisor.name].append(restart_us(supervisor, n % services))
    return taken


def percentile(values, percent):
    """The smallest value that so many of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def median(values):
    return round(statistics.median(values), 2)
