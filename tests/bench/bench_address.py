#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Addresses without Neighbor Discovery against the kernel's own, and peers by the thousand, in one run: two network
namespaces, fascia-addr and a D-Bus of their own. Needs root.

    bench_address.py --build DIR [--json]

first_byte: from "the peer is connected" to the first octet that it acknowledged over TCP. In fascia's rounds that is an
AddPeer and a connect(); in the kernel's the interface comes up, as a data interface does with its peer, and connect() is
tried each millisecond until there is an address. `from_down` is fascia with the interface brought up inside the round,
`kernel_up` the kernel's ND (NS, NA) alone on an interface that has long been up. The sides take turns. All of it runs
with real-time priority where that is allowed, so that what else this machine does is not measured;
FASCIA_BENCH_ORDINARY=1 leaves the priority alone.
"""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
SOURCE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests/system/address"))
from test_addr import Bed, eui64, link_local, sh, until  # noqa: E402
import netns  # noqa: E402

SAMPLES = int(os.environ.get("FASCIA_BENCH_SAMPLES", "1000"))  # of fascia; of the kernel by their cost
TURNS = 4 if SAMPLES >= 100 else 1
PAIRS = 20 if SAMPLES >= 100 else 2  # that wait at the same time, where a round takes seconds
PORT = 7000
SIZES = (1, 10, 100, 1_000, 10_000)
CHUNK = 100  # so many at once: a large message would leave room in the heap, into which peers then fit for nothing
GOALS = {"first_byte_p99.us": 2000, "first_byte_p99.ratio_vs_kernel_nd": 1 / 500, "peers_10000_s": 1.0,
         "per_peer_flatness": 1.3, "per_peer_memory_flatness": 1.3, "naf_decode.ratio_vs_tshark": 1 / 50}

# What the kernel's side may do about DAD: sysctls of both ends.
KERNEL = {"kernel_nd": {}, "kernel_optimistic": {"optimistic_dad": 1, "use_optimistic": 1},
          "kernel_no_dad": {"accept_dad": 0, "dad_transmits": 0}}
SLOW = ("kernel_nd", "kernel_optimistic")  # seconds per round: many pairs at the same time


def percentile(values, percent):
    """The smallest value that so many of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def progress(text):
    print(f"bench_address: {text}", file=sys.stderr, flush=True)


class Bench:
    def __init__(self, bed, build):
        self.bed, self.program = bed, build / "tests/bench/address_rounds"

    def start(self, namespace, *words):
        return self.bed.spawn("ip", "netns", "exec", namespace, self.program, *map(str, words), text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def finish(self, child):
        """The rounds of a program, in microseconds."""
        out, errors = child.communicate(timeout=300)
        if child.returncode != 0:
            raise AssertionError(errors.strip())
        self.bed.children.remove(child)
        return [int(line) / 1000 for line in out.split()]

    def run(self, *words):
        return self.finish(self.start(self.bed.a, *words))

    # The first octet.

    def serve(self):
        assert self.start(self.bed.b, "serve", PORT).stdout.readline() == "ready\n"

    def join(self, name):
        """Interfaces aNAME and bNAME on one air. Unlike those of a veth pair, one does not lose its carrier while the
        other is down, and so does not lose the first packets when that comes up."""
        bed = self.bed
        bed.ip_b("link", "add", f"x{name}", "type", "veth", "peer", "name", f"y{name}")  # what carries it
        for lower in (f"x{name}", f"y{name}"):
            bed.ip_b("link", "set", lower, "addrgenmode", "none", "up")
        for end in (["b" + name], ["a" + name, "netns", bed.a]):
            bed.ip_b("link", "add", "link", f"x{name}", "name", *end, "type", "macvlan", "mode", "bridge")

    def make_pair(self, name, sysctls):
        """Interfaces aNAME and bNAME left to the kernel; bNAME's address."""
        bed = self.bed
        self.join(name)
        for side, namespace in (("a", bed.a), ("b", bed.b)):
            for key, value in sysctls.items():
                sh("ip", "netns", "exec", namespace, "sh", "-c",
                   f"echo {value} > /proc/sys/net/ipv6/conf/{side}{name}/{key}")
            sh("ip", "-n", namespace, "link", "set", f"{side}{name}", "up")
        mac = json.loads(sh("ip", "-n", bed.b, "-j", "link", "show", f"b{name}"))[0]["address"]
        return link_local(eui64(mac))

    def kernel(self, pairs, rounds, *flap):
        """`rounds` on each of the pairs at the same time."""
        children = [self.start(self.bed.a, "kernel", f"a{name}", address, PORT, rounds, *flap)
                    for name, address in pairs.items()]
        return [value for child in children for value in self.finish(child)]

    def first_byte(self):
        bed = self.bed
        bed.ip_b("link", "del", "vb")
        self.join("v")  # av and bv, which become:
        bed.ip_a("link", "set", "av", "name", "va")
        bed.ip_b("link", "set", "bv", "name", "vb")
        iid = bed.connected_pair()
        bed.call("RemovePeer", *self.removal(iid))
        self.serve()
        pairs = {mode: {f"{mode[-3:]}{i}": None for i in range(PAIRS if mode in SLOW else 1)} for mode in KERNEL}
        for mode, sysctls in KERNEL.items():
            for name in pairs[mode]:
                pairs[mode][name] = self.make_pair(name, sysctls)
        until("no address is tentative", lambda: not any(ip("-6", "addr", "show", "tentative")
                                                         for ip in (bed.ip_a, bed.ip_b)))
        fascia = ["fascia", bed.bus, "va", bed.mac("b"), iid.hex(), PORT]
        few = max(1, SAMPLES // 5 // TURNS)
        plan = {"fascia": lambda: self.run(*fascia, max(1, SAMPLES // TURNS)),
                "from_down": lambda: self.run(*fascia, few, "flap"),
                "kernel_nd": lambda: self.kernel(pairs["kernel_nd"], max(1, few // PAIRS), "flap"),
                "kernel_optimistic": lambda: self.kernel(pairs["kernel_optimistic"], max(1, few // PAIRS), "flap"),
                "kernel_no_dad": lambda: self.kernel(pairs["kernel_no_dad"], few, "flap"),
                "kernel_up": lambda: self.kernel(pairs["kernel_no_dad"], few)}
        taken = {name: [] for name in plan}
        for turn in range(TURNS):
            for name, rounds in plan.items():
                progress(f"first byte, turn {turn + 1} of {TURNS}: {name}")
                taken[name] += rounds()
        counted = bed.get("Interfaces")[0]
        taken["nd_packets"] = counted["nd_packets"] + counted["mld_packets"]
        return taken

    def removal(self, iid):
        return "uss", self.bed.index(), self.bed.mac("b"), iid.hex()

    # Peers by the thousand.

    def pss_bytes(self):
        pid = self.pid
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
        raise AssertionError("no Pss")

    def in_kernel(self):
        """Neighbours and routes of peers."""
        count = lambda kind: sh("ip", "-n", self.bed.a, "-6", kind, "show", "dev", "va").count("fe80::a0b:c0d:")
        return count("neigh"), count("route")

    def many(self, first, count, *remove):
        return self.run("many", self.bed.bus, "va", first, count, *remove)[0]

    def grow_to(self, have, size):
        for first in range(have, size, CHUNK):
            self.many(first, min(CHUNK, size - first))

    def sizes(self):
        """One interface with ever more peers: what one more takes, and the memory."""
        self.many(900_000, CHUNK)  # what is allocated once, for any such call
        self.many(900_000, CHUNK, "remove")
        base, have, rows = self.pss_bytes(), 0, {}
        for size in SIZES:
            progress(f"{size} peers")
            self.grow_to(have, size)
            have = size
            assert self.in_kernel() == (size, size), self.in_kernel()
            singles = self.run("single", self.bed.bus, "va", 900_000, max(20, SAMPLES // 4))
            rows[size] = {"add_p50_us": statistics.median(singles), "add_p99_us": percentile(singles, 99),
                          "memory_bytes": self.pss_bytes() - base}
        self.many(0, have, "remove")
        until("all are gone", lambda: self.in_kernel() == (0, 0))
        return rows

    def at_once(self):
        """10,000 in one call, and away again; the best of three."""
        added, removed = [], []
        for _ in range(3):
            progress("10,000 peers at once")
            added.append(self.many(0, 10_000) / 1e6)
            assert self.in_kernel() == (10_000, 10_000), self.in_kernel()
            removed.append(self.many(0, 10_000, "remove") / 1e6)
            until("all are gone", lambda: self.in_kernel() == (0, 0))
        return min(added), min(removed)

    def alone(self):
        """A fresh fascia-addr on va, without a peer."""
        bed = self.bed
        bed.start()
        bed.call("Prepare", "u", bed.index())
        bed.manual_peer()
        until("ready", lambda: bed.get("Interfaces")[0]["address"])
        self.pid = service_pid(bed)


def service_pid(bed):
    """Of fascia-addr itself: `ip netns exec` executes it in place."""
    return bed.addr.pid


def first_byte_keys(taken):
    keys = {"rounds": {name: len(values) for name, values in taken.items() if name != "nd_packets"}}
    for percent in (50, 99):
        at = {name: percentile(values, percent) for name, values in taken.items() if name != "nd_packets"}
        row = {"us": round(at["fascia"], 1), "ratio_vs_kernel_nd": at["fascia"] / at["kernel_nd"]}
        for name in ("from_down", *KERNEL, "kernel_up"):
            row[f"{name}_us"] = round(at[name], 1)
        row["from_down_ratio_vs_kernel_nd"] = at["from_down"] / at["kernel_nd"]
        keys[f"first_byte_p{percent}"] = row
    keys["fascia_nd_packets"] = taken["nd_packets"]
    return keys


def peers_keys(rows, added, removed):
    big = [size for size in SIZES if size >= 1000]  # below, a page is more than all peers
    per_peer = {size: rows[size]["memory_bytes"] / size for size in big}
    times = [row["add_p50_us"] for row in rows.values()]
    memory_flatness = max(per_peer.values()) / min(per_peer.values()) if min(per_peer.values()) > 0 else None
    return {"peers_10000_s": round(added, 4), "peers_10000_removed_s": round(removed, 4),
            "per_peer_bytes": round(per_peer[10_000]),
            "per_peer_flatness": round(max(times) / min(times), 3),
            "per_peer_memory_flatness": round(memory_flatness, 3) if memory_flatness else None,
            "peers": {str(size): row for size, row in rows.items()}}


def naf_keys(build):
    """The codec's own benchmark, where it is built and tshark is installed."""
    program = build / "tests/bench/bench_naf"
    if not program.exists():
        return {"naf_decode": None}
    done = subprocess.run([program, "--json"], stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        return {"naf_decode": None}
    result = json.loads(done.stdout)
    return {"naf_decode": result.get("naf_decode", result)}


def verdicts(result):
    goals = {}
    for name, goal in GOALS.items():
        value = result
        for key in name.split("."):
            value = value[key] if value is not None else None
        goals[name] = {"goal": goal, "is": value, "met": value <= goal if value is not None else None}
    return goals


def raise_priority():
    """Of this program and all that it starts; what became of it."""
    if os.environ.get("FASCIA_BENCH_ORDINARY"):
        return "ordinary"
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except OSError as problem:
        return f"ordinary: {problem.strerror}"
    return "real time"


def measure(build):
    scheduling = raise_priority()
    options = argparse.Namespace(addr=str(build / "bin/fascia-addr"), fake_link=None, extra="")
    netns.WAIT_S = 60.0  # thousands of entries are to be waited for, on a busy machine
    with Bed(options) as bed:
        taken = Bench(bed, build).first_byte()
    with Bed(options) as bed:
        bench = Bench(bed, build)
        bench.alone()
        rows = bench.sizes()
    with Bed(options) as bed:
        bench = Bench(bed, build)
        bench.alone()
        added, removed = bench.at_once()
    result = {**first_byte_keys(taken), **peers_keys(rows, added, removed), **naf_keys(build)}
    result["goals"] = verdicts(result)
    result["scheduling"] = scheduling
    result["load"] = os.getloadavg()[0]
    result["machine"] = f"{platform.machine()}, {os.cpu_count()} processors, Linux {platform.release()}"
    return result


def print_text(result):
    for percent in (50, 99):
        row = result[f"first_byte_p{percent}"]
        print(f"first byte p{percent}: {row['us']:.0f} us; interface brought up too {row['from_down_us']:.0f} us; kernel "
              f"with DAD {row['kernel_nd_us']:.0f} us (1/{1 / row['ratio_vs_kernel_nd']:.0f}), optimistic "
              f"{row['kernel_optimistic_us']:.0f} us, no DAD {row['kernel_no_dad_us']:.0f} us, ND alone "
              f"{row['kernel_up_us']:.0f} us")
    print(f"scheduling: {result['scheduling']}; load of the machine: {result['load']:.1f}")
    print(f"ND and MLD packets of fascia's side meanwhile: {result['fascia_nd_packets']}")
    for size, row in result["peers"].items():
        print(f"{size:>6} peers: one more {row['add_p50_us']:.0f} us (p99 {row['add_p99_us']:.0f}), "
              f"{row['memory_bytes'] / 1024:.0f} KiB")
    print(f"one more: flat within {result['per_peer_flatness']}; {result['per_peer_bytes']} octets per peer; 10,000 in "
          f"{result['peers_10000_s']:.3f} s, away in {result['peers_10000_removed_s']:.3f} s")
    if result["naf_decode"]:
        print(f"NAF decode: {json.dumps(result['naf_decode'])}")
    for name, goal in result["goals"].items():
        verdict = {True: "met", False: "MISSED", None: "not measured"}[goal["met"]]
        print(f"{verdict}: {name} is {goal['is'] or 0:.6g} (at most {goal['goal']:.6g})")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    problem = netns.can_run()
    if problem:
        progress(problem)
        return 77
    begin = time.monotonic()
    result = measure(options.build.resolve())
    result["took_s"] = round(time.monotonic() - begin, 1)
    if options.json:
        print(json.dumps(result, indent=2))
    else:
        print_text(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
