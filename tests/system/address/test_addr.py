#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fascia-addr for real: two network namespaces joined by a veth pair, a private D-Bus, the other side set up by hand
with the same recipe. Every wait polls a condition and is bounded. Exit status 77: cannot run here."""

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), ".."))
import netns  # noqa: E402
from netns import AS_NOBODY, WAIT_S, sh, until  # noqa: E402

NAME = "org.fascia.Addr1"
PATH = netns.path_of(NAME)


def eui64(mac):
    o = [int(x, 16) for x in mac.split(":")]
    o[0] ^= 2
    return bytes(o[:3] + [0xFF, 0xFE] + o[3:])


def link_local(iid):
    return socket.inet_ntop(socket.AF_INET6, bytes.fromhex("fe80000000000000") + iid)


class Bed:
    """Namespaces a (fascia-addr) and b (the peer, set up by hand) with va <-> vb."""

    def __init__(self, options, extra=""):
        self.options = options
        self.extra = extra
        self.children = []
        self.dir = tempfile.mkdtemp(prefix="fascia-addr.")
        os.chmod(self.dir, 0o755)
        self.bus = f"unix:path={self.dir}/bus"
        self.a, self.b = (f"fascia-{os.getpid()}-{side}" for side in "ab")
        self.addr = None

    def __enter__(self):
        for namespace in (self.a, self.b):
            sh("ip", "netns", "add", namespace)
        self.ip_b("link", "add", "vb", "type", "veth", "peer", "name", "va", "netns", self.a)
        with open(f"{self.dir}/fascia.yaml", "w") as f:
            f.write(f"bus: {self.bus}\nruntime_dir: {self.dir}/run\nlink: {{country: DE}}\n" + self.extra.replace("@DIR@", self.dir))
        self.start_bus()
        return self

    def __exit__(self, kind, value, trace):
        for child in reversed(self.children):
            child.kill()
            child.wait()
        for namespace in (self.a, self.b):
            sh("ip", "netns", "del", namespace, check=False)
        if kind and os.path.exists(f"{self.dir}/log"):
            sys.stderr.write(open(f"{self.dir}/log").read())
        shutil.rmtree(self.dir)

    def spawn(self, *words, **options):
        child = subprocess.Popen(words, **options)
        self.children.append(child)
        return child

    def start_bus(self):
        netns.start_bus(self.spawn, self.dir, """<policy user="root">
            <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus.Monitoring"/></policy>
          <policy user="nobody"><allow own="org.fascia.Addr1"/></policy>""")

    def start(self, *prefix):
        """fascia-addr in a; returns once it answers."""
        self.addr = self.start_another(*prefix)
        until("fascia-addr answers", lambda: self.state())
        return self.addr

    def start_another(self, *prefix):
        program = shutil.copy(self.options.addr, f"{self.dir}/fascia-addr") if prefix else self.options.addr
        with open(f"{self.dir}/log", "a") as log:  # the copy: other accounts may not reach the build folder
            return self.spawn("ip", "netns", "exec", self.a, *prefix, program, "--config", f"{self.dir}/fascia.yaml",
                              stdout=log, stderr=log)

    def helper(self, namespace, *words):
        return self.spawn(*netns.inside(namespace, *words), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ip_a(self, *words, check=True):
        return sh("ip", "-n", self.a, *words, check=check)

    def ip_b(self, *words, check=True):
        return sh("ip", "-n", self.b, *words, check=check)

    def mac(self, side="a"):
        return json.loads(sh("ip", "-n", getattr(self, side), "-j", "link", "show", "v" + side))[0]["address"]

    def index(self):
        return json.loads(self.ip_a("-j", "link", "show", "va"))[0]["ifindex"]

    def call(self, method, signature="", *arguments, prefix=()):
        return netns.call(self.bus, NAME, method, signature, *arguments, prefix=prefix)

    def get(self, name):
        return netns.get(self.bus, NAME, name)

    def state(self):
        return self.get("State"), self.get("Reason")

    def up(self):
        self.ip_a("link", "set", "va", "up")
        self.ip_b("link", "set", "vb", "up")

    def manual_peer(self, iid=bytes.fromhex("0000000000000b0b")):
        """The recipe by hand on b: before up, and after."""
        self.ip_b("link", "set", "vb", "addrgenmode", "none")
        for key in ("accept_ra", "router_solicitations", "dad_transmits", "ndisc_notify"):
            sh("ip", "netns", "exec", self.b, "sh", "-c", f"echo 0 > /proc/sys/net/ipv6/conf/vb/{key}")
        self.ip_b("link", "set", "vb", "arp", "off")
        self.up()
        self.ip_b("addr", "add", link_local(iid) + "/64", "dev", "vb", "scope", "link", "nodad", "noprefixroute")
        a = link_local(eui64(self.mac()))
        self.ip_b("neigh", "replace", a, "lladdr", self.mac(), "dev", "vb", "nud", "permanent")
        self.ip_b("route", "replace", a + "/128", "dev", "vb")
        return iid

    def connected_pair(self):
        """The usual scene: prepared while down, up, peer b added. Returns b's identifier."""
        self.start()
        self.call("Prepare", "u", self.index())
        iid = self.manual_peer()
        address = self.call("AddPeer", "uss", self.index(), self.mac("b"), iid.hex())
        assert address == link_local(iid) + "%va", address
        until("FULL", lambda: self.state() == ("FULL", "none"))
        return iid

    def kernel(self):
        """What the kernel has on va, without what changes by itself."""
        addresses = sorted(re.findall(r"inet6 (fe80\S+) .*", self.ip_a("-6", "addr", "show", "dev", "va")))
        routes = sorted(line.split()[0] for line in self.ip_a("-6", "route", "show", "dev", "va").splitlines()
                        if line.startswith("fe80"))
        neighbours = sorted(" ".join(line.split()[:3]) for line in
                            self.ip_a("-6", "neigh", "show", "dev", "va", "nud", "permanent").splitlines())
        return addresses, routes, neighbours, "NOARP" in self.ip_a("link", "show", "va")

    def wanted(self, iid, mac=None):
        b = link_local(iid)
        return ([link_local(eui64(self.mac())) + "/64"], [b], [f"{b} lladdr {mac or self.mac('b')}"], True)

    def exchange(self, iid):
        """A line by TCP in both directions over the scoped link-local addresses."""
        here = ("va", self.a, link_local(eui64(self.mac())))
        there = ("vb", self.b, link_local(iid))
        for server, client in ((here, there), (there, here)):
            listening = self.helper(server[1], "serve", f"{server[2]}%{server[0]}")
            port = listening.stdout.readline().strip()
            talker = self.helper(client[1], "talk", f"{server[2]}%{client[0]}", port)
            talker.stdin.write("hello\n")
            talker.stdin.flush()
            assert talker.stdout.readline() == "hello\n"
            for child in (talker, listening):
                child.kill()
                child.wait()


def capabilities(pid):
    status = open(f"/proc/{pid}/status").read()
    return {key: int(re.search(rf"^{key}:\s+([0-9a-f]+)", status, re.M).group(1), 16)
            for key in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs")}


# Tests: each name is a sentence.

def bytes_flow_both_ways_and_no_nd_or_mld_leaves(bed):
    bed.ip_b("link", "set", "vb", "addrgenmode", "none")  # b is silent from the start
    tap = bed.helper(bed.b, "sniff", "vb")
    assert tap.stdout.readline() == "ready\n"
    iid = bed.connected_pair()
    bed.exchange(iid)
    frames = []
    reader = threading.Thread(target=lambda: frames.extend(line.split() for line in tap.stdout), daemon=True)
    reader.start()

    def agreed():
        from_a = sum(1 for frame in list(frames) if frame[0] == "in")
        return bed.get("Interfaces")[0]["packets"] == from_a > 8

    until("both counts agree", agreed)
    bad = [frame for frame in frames if frame[1] != "-"]
    assert not bad, f"ICMPv6 on the link: {bad}"
    counted = bed.get("Interfaces")[0]
    assert (counted["nd_packets"], counted["mld_packets"]) == (0, 0), counted
    assert counted["address"] == link_local(eui64(bed.mac())) + "%va" and counted["peers"] == 1, counted


def unknown_link_local_destinations_are_unreachable_at_once(bed):
    bed.connected_pair()
    done = subprocess.run(["ip", "-n", bed.a, "route", "get", "fe80::dead", "oif", "va"], capture_output=True, text=True)
    assert done.returncode != 0 and "unreachable" in done.stderr, done


def only_net_admin_is_kept(bed):
    bed.start()
    assert capabilities(bed.addr.pid) == {"CapInh": 0, "CapPrm": 1 << 12, "CapEff": 1 << 12, "CapBnd": 0, "CapAmb": 0,
                                          "NoNewPrivs": 1}, capabilities(bed.addr.pid)


def as_an_account_with_ambient_capabilities_it_works_the_same(bed):
    """As fasciad starts it."""
    both = "+net_admin,+net_raw"
    bed.start(*AS_NOBODY, f"--inh-caps={both}", f"--ambient-caps={both}")
    kept = capabilities(bed.addr.pid)
    assert kept["CapPrm"] == kept["CapEff"] == 1 << 12, kept
    assert kept["CapInh"] == kept["CapAmb"] == 0 and kept["NoNewPrivs"] == 1, kept
    bed.call("Prepare", "u", bed.index())
    iid = bed.manual_peer()
    bed.call("AddPeer", "uss", bed.index(), bed.mac("b"), iid.hex())
    until("FULL", lambda: bed.state() == ("FULL", "none"))
    bed.exchange(iid)


def without_capabilities_it_says_so_and_stays(bed):
    bed.start(*AS_NOBODY)
    assert bed.state() == ("FAILED", "no-permission")
    assert "CAP_NET_ADMIN" in bed.get("Detail")


def methods_are_for_those_whom_the_bus_policy_names(bed):
    bed.connected_pair()
    index, mac = bed.index(), bed.mac("b")
    netns.refused_to_everybody(bed.call, (
        ("Prepare", ("u", index)), ("PrepareLink", ("ua{sv}", index, 0)), ("Release", ("u", index)),
        ("AddPeer", ("uss", index, mac, "")), ("AddPeers", ("ua(ss)", index, 0)),
        ("RemovePeer", ("uss", index, mac, "")), ("RemovePeers", ("ua(ss)", index, 0))))
    assert len(bed.get("Peers")) == 1
    sh(*AS_NOBODY, "busctl", f"--address={bed.bus}", "get-property", NAME, PATH, NAME, "Interfaces")


def it_stops_as_asked_and_leaves_the_phone_reachable(bed):
    iid = bed.connected_pair()
    wanted = bed.wanted(iid)
    bed.addr.terminate()
    assert bed.addr.wait(WAIT_S) == 0
    assert bed.kernel() == wanted
    bed.exchange(iid)


def a_thousand_flaps_end_as_they_began(bed):
    iid = bed.connected_pair()
    with open(f"{bed.dir}/flaps", "w") as f:
        f.write("link set va down\nlink set va up\n" * 1000)
    start = time.monotonic()
    sh("ip", "-n", bed.a, "-batch", f"{bed.dir}/flaps")
    until("installed", lambda: bed.kernel() == bed.wanted(iid))
    until("FULL", lambda: bed.state() == ("FULL", "none"))
    assert time.monotonic() - start < 60
    counted = bed.get("Interfaces")[0]
    assert [counted[key] for key in ("nd_packets", "mld_packets", "rs_packets", "offender", "restored")] == \
        [0, 0, 0, "", 0], counted


def changes_that_were_lost_do_not_come_back_stale(bed):
    """Stopped, it cannot read: the socket overflows with news of the link being down; that it is up again is lost."""
    iid = bed.connected_pair()
    with open(f"{bed.dir}/flaps", "w") as f:
        f.write("link set va down\n" + "link set va alias one\nlink set va alias two\n" * 3000)
    os.kill(bed.addr.pid, signal.SIGSTOP)
    sh("ip", "-n", bed.a, "-batch", f"{bed.dir}/flaps")
    sh("ip", "-n", bed.a, "link", "set", "va", "up")
    os.kill(bed.addr.pid, signal.SIGCONT)
    until("installed", lambda: bed.kernel() == bed.wanted(iid))
    until("FULL", lambda: bed.state() == ("FULL", "none"))


def it_waits_for_a_link_before_and_while_down(bed):
    bed.start()
    assert bed.state() == ("STARTING", "no-link")
    bed.call("Prepare", "u", bed.index())
    assert bed.state() == ("STARTING", "no-link")
    assert bed.get("Interfaces")[0]["address"] == ""
    bed.up()
    until("FULL", lambda: bed.state() == ("FULL", "none"))


def down_and_up_installs_everything_again(bed):
    iid = bed.connected_pair()
    wanted = bed.wanted(iid)
    until("installed", lambda: bed.kernel() == wanted)
    for _ in range(10):
        bed.ip_a("link", "set", "va", "down")
        until("noticed", lambda: bed.state() == ("STARTING", "no-link"))
        bed.ip_a("link", "set", "va", "up")
        until("installed again", lambda: bed.kernel() == wanted)
    until("FULL", lambda: bed.state() == ("FULL", "none"))
    bed.exchange(iid)
    assert bed.get("Interfaces")[0]["mld_packets"] == 0


def a_mac_change_moves_the_address_and_keeps_the_peer(bed):
    iid = bed.connected_pair()
    bed.ip_a("link", "set", "va", "address", "02:00:00:00:aa:01")
    until("installed", lambda: bed.kernel() == bed.wanted(iid))
    assert bed.kernel()[0] == ["fe80::ff:fe00:aa01/64"], bed.kernel()


def foreign_edits_are_put_back(bed):
    iid = bed.connected_pair()
    wanted, b = bed.wanted(iid), link_local(iid)
    own = wanted[0][0]
    edits = [("addr", "del", own, "dev", "va"), ("-6", "route", "del", b + "/128", "dev", "va"),
             ("neigh", "del", b, "dev", "va"), ("addr", "flush", "dev", "va"),
             ("neigh", "replace", b, "lladdr", "02:00:00:00:00:66", "dev", "va", "nud", "permanent"),
             ("neigh", "replace", b, "lladdr", "02:00:00:00:00:66", "dev", "va", "nud", "stale"),
             ("-6", "route", "replace", b + "/128", "dev", "va", "proto", "static"),
             ("link", "set", "va", "arp", "on"), ("addr", "add", "fe80::77/64", "dev", "va", "nodad"),
             ("addr", "add", "fe80::78/128", "dev", "va", "nodad"),
             ("-6", "route", "add", "fe80::/64", "dev", "va"), ("link", "set", "va", "addrgenmode", "eui64")]
    for edit in edits:
        try:
            bed.ip_a(*edit)
        except AssertionError as problem:  # "flush" repeats until nothing is left: what it removes may be back by then
            if "Flush remains incomplete" not in str(problem):
                raise
        until(f"put back after {' '.join(edit)}", lambda: bed.kernel() == wanted)
    until("FULL", lambda: bed.state()[0] in ("FULL", "DEGRADED"))
    until("mode put back", lambda: "addrgenmode none" in bed.ip_a("-d", "link", "show", "va"))


def a_killed_service_finds_everything_and_touches_nothing(bed):
    iid = bed.connected_pair()
    wanted = bed.wanted(iid)
    port_server = bed.helper(bed.b, "serve", f"{link_local(iid)}%vb")
    port = port_server.stdout.readline().strip()
    talker = bed.helper(bed.a, "talk", f"{link_local(iid)}%va", port)
    changes = bed.spawn("ip", "-n", bed.a, "monitor", "link", "address", "route", "neigh", text=True,
                        stdout=subprocess.PIPE)
    for round_ in range(3):
        bed.addr.send_signal(signal.SIGKILL)
        bed.addr.wait()
        assert bed.kernel() == wanted
        bed.start()
        until("FULL", lambda: bed.state() == ("FULL", "none"))
        assert [peer["mac"] for peer in bed.get("Peers")] == [bed.mac("b")]
        talker.stdin.write(f"round {round_}\n")
        talker.stdin.flush()
        assert talker.stdout.readline() == f"round {round_}\n"
    assert bed.kernel() == wanted
    bed.ip_a("neigh", "add", "fe80::feed", "lladdr", "02:00:00:00:00:99", "dev", "va", "nud", "permanent")
    for line in changes.stdout:  # our own marker is the first and only change
        assert line.startswith("fe80::feed "), line
        break
    bed.call("RemovePeer", "uss", bed.index(), bed.mac("b"), "")
    bed.ip_a("neigh", "del", "fe80::feed", "dev", "va")
    assert bed.kernel()[1:3] == ([], [])


def leftovers_of_a_crash_between_two_operations_are_cleaned_up(bed):
    iid = bed.connected_pair()
    bed.addr.kill()
    bed.addr.wait()
    bed.ip_a("-6", "route", "del", link_local(iid) + "/128", "dev", "va")  # the neighbour is left, with our mark
    bed.ip_a("-6", "route", "add", "fe80::9/128", "dev", "va", "proto", "250")  # a route without neighbour
    bed.start()
    until("cleaned", lambda: bed.kernel()[1:3] == ([], []))


def a_multicast_join_of_another_program_is_seen(bed):
    bed.connected_pair()
    joiner = bed.helper(bed.a, "join", "va")
    assert joiner.stdout.readline() == "ready\n"
    until("DEGRADED", lambda: bed.state() == ("DEGRADED", "nd-seen"))
    until("counted", lambda: bed.get("Interfaces")[0]["mld_packets"] > 0)
    assert "(ICMPv6 143)" in bed.get("Detail"), bed.get("Detail")
    counted = bed.get("Interfaces")[0]
    assert re.search(r"report \(2\) \(ICMPv6 143\) from fe80::\S+ to ff02::16, [0-9.]+ s after preparation$",
                     counted["offender"]), counted


def an_interface_that_is_up_with_an_automatic_address_is_changed_in_place(bed):
    bed.up()
    automatic = link_local(eui64(bed.mac()))
    until("automatic address", lambda: automatic + "/64" in bed.kernel()[0])
    bed.start()
    bed.call("Prepare", "u", bed.index())
    iid = bytes.fromhex("0000000000000b0b")
    bed.call("AddPeer", "uss", bed.index(), bed.mac("b"), iid.hex())
    until("installed", lambda: bed.kernel() == bed.wanted(iid))
    assert "nodad noprefixroute" in bed.ip_a("-6", "addr", "show", "dev", "va")
    log = open(f"{bed.dir}/log").read()
    assert "up already" in log, log


def rules_are_refused_by_name(bed):
    iid = bed.connected_pair()
    index, mac = bed.index(), bed.mac("b")
    cases = [("Prepare", ("u", 0), "ifindex is 0"), ("Prepare", ("u", 4711), "no interface"),
             ("Prepare", ("u", 1), "no Ethernet address"),
             ("AddPeer", ("uss", index, "02:00:00:00:00", ""), "xx:xx"),
             ("AddPeer", ("uss", index, mac, "12"), "16 hexadecimal"),
             ("AddPeer", ("uss", index, mac, "0" * 16), "identifier is zero"),
             ("AddPeer", ("uss", index, mac, eui64(bed.mac()).hex()), "identifier is our own"),
             ("AddPeer", ("uss", index, "02:00:00:00:00:07", iid.hex()), "another MAC"),
             ("AddPeer", ("uss", index, "33:33:00:00:00:01", ""), "group address"),
             ("AddPeer", ("uss", index, "00:00:00:00:00:00", ""), "zero"),
             ("AddPeer", ("uss", index, bed.mac(), "0" * 15 + "9"), "our own"),
             ("AddPeer", ("uss", 4711, mac, ""), "not prepared"),
             ("RemovePeer", ("uss", index, "x", ""), "xx:xx")]
    for method, arguments, words in cases:
        try:
            bed.call(method, *arguments)
        except AssertionError as problem:
            assert words in str(problem), (method, arguments, problem)
        else:
            raise AssertionError(f"{method}{arguments} was accepted")
    assert bed.state() == ("FULL", "none")


def a_peer_stays_until_its_last_reference_is_gone(bed):
    iid = bed.connected_pair()
    arguments = (bed.index(), bed.mac("b"))
    bed.call("AddPeer", "uss", *arguments, iid.hex())
    bed.call("RemovePeer", "uss", *arguments, "")
    assert bed.kernel() == bed.wanted(iid)
    bed.call("RemovePeer", "uss", *arguments, "")
    assert bed.kernel()[1:3] == ([], []) and bed.get("Peers") == []
    bed.call("RemovePeer", "uss", *arguments, "")  # once more is no error


def a_removed_interface_is_forgotten_and_its_successor_prepared(bed):
    bed.connected_pair()
    bed.ip_a("link", "del", "va")
    until("forgotten", lambda: bed.get("Interfaces") == [] and bed.get("Peers") == [])
    assert bed.state() == ("STARTING", "no-link")
    bed.ip_b("link", "add", "vb", "type", "veth", "peer", "name", "va", "netns", bed.a)
    bed.call("Prepare", "u", bed.index())
    bed.up()
    until("FULL", lambda: bed.state() == ("FULL", "none"))


def a_rename_is_followed(bed):
    bed.connected_pair()
    bed.ip_a("link", "set", "va", "down")
    bed.ip_a("link", "set", "va", "name", "ndi0")
    bed.ip_a("link", "set", "ndi0", "up")
    until("renamed", lambda: bed.get("Interfaces")[0]["address"].endswith("%ndi0"))
    until("FULL", lambda: bed.state() == ("FULL", "none"))
    assert bed.get("Peers")[0]["address"].endswith("%ndi0")


def disabled_ipv6_is_reported_and_recovered_from(bed):
    iid = bed.connected_pair()
    knob = "/proc/sys/net/ipv6/conf/va/disable_ipv6"
    sh("ip", "netns", "exec", bed.a, "sh", "-c", f"echo 1 > {knob}")
    until("FAILED", lambda: bed.state() == ("FAILED", "ipv6-disabled"))
    sh("ip", "netns", "exec", bed.a, "sh", "-c", f"echo 0 > {knob}")
    until("FULL", lambda: bed.state() == ("FULL", "none"))
    assert bed.kernel() == bed.wanted(iid)


def stations_of_the_link_become_peers(bed):
    bed.ip_a("link", "set", "va", "down")
    bed.start()
    link = bed.spawn(bed.options.fake_link, bed.bus, stdin=subprocess.PIPE, text=True)

    def say(line):
        link.stdin.write(line + "\n")
        link.stdin.flush()

    def peers():
        return sorted(peer["mac"] for peer in bed.get("Peers"))

    index, one, two = bed.index(), "02:00:00:00:00:11", "02:00:00:00:00:12"
    say(f"STARTING {index}")
    until("prepared", lambda: bed.get("Interfaces"))
    bed.up()
    say(f"FULL {index} {one} {two}")
    until("both", lambda: peers() == [one, two])
    say(f"STARTING {index}")  # fascia-link starts anew and does not know its stations yet
    say(f"FULL {index} {two} 01:00:00:00:00:01")
    until("one left", lambda: peers() == [two])
    until("refused", lambda: bed.state() == ("DEGRADED", "peer-refused"))
    say(f"FULL {index} {two}")
    until("FULL", lambda: bed.state() == ("FULL", "none"))
    link.stdin.close()
    link.wait()  # the link service is gone; the phone stays
    wanted = bed.wanted(eui64(two), two)
    bed.addr.kill()
    bed.addr.wait()
    bed.start()
    until("FULL", lambda: bed.state() == ("FULL", "none"))
    assert peers() == [two] and bed.kernel() == wanted
    link = bed.spawn(bed.options.fake_link, bed.bus, stdin=subprocess.PIPE, text=True)
    say(f"FULL {index} {one}")
    until("the other", lambda: peers() == [one])
    assert bed.kernel() == bed.wanted(eui64(one), one)


def a_refused_station_becomes_a_peer_once_nothing_is_in_its_way(bed):
    bed.start()
    link = bed.spawn(bed.options.fake_link, bed.bus, stdin=subprocess.PIPE, text=True)
    index, station, other = bed.index(), "02:00:00:00:00:11", "02:00:00:00:00:13"
    bed.call("Prepare", "u", index)
    bed.up()
    bed.call("AddPeer", "uss", index, other, eui64(station).hex())  # has the station's identifier
    link.stdin.write(f"FULL {index} {station}\n")
    link.stdin.flush()
    until("refused", lambda: bed.state() == ("DEGRADED", "peer-refused"))
    bed.call("RemovePeer", "uss", index, other, "")
    until("FULL", lambda: bed.state() == ("FULL", "none"))  # the link has told nothing new
    until("the peer", lambda: bed.kernel() == bed.wanted(eui64(station), station))


def a_second_instance_leaves_the_kernel_alone_and_takes_over(bed):
    iid = bed.connected_pair()
    second = bed.start_another()
    until("said so", lambda: "another process owns org.fascia.Addr1" in open(f"{bed.dir}/log").read())
    assert bed.kernel() == bed.wanted(iid)
    bed.addr.kill()
    bed.addr.wait()
    until("taken over", lambda: bed.state() == ("FULL", "none"))
    assert bed.kernel() == bed.wanted(iid) and second.poll() is None


def it_works_without_a_bus_and_when_the_bus_comes_back(bed):
    iid = bed.connected_pair()
    bed.children[0].kill()
    bed.children[0].wait()
    os.unlink(f"{bed.dir}/bus")
    bed.ip_a("-6", "route", "del", link_local(iid) + "/128", "dev", "va")
    until("put back", lambda: bed.kernel() == bed.wanted(iid))
    bed.start_bus()
    until("FULL", lambda: bed.state() == ("FULL", "none"))


TESTS = [bytes_flow_both_ways_and_no_nd_or_mld_leaves, unknown_link_local_destinations_are_unreachable_at_once,
         only_net_admin_is_kept, as_an_account_with_ambient_capabilities_it_works_the_same,
         without_capabilities_it_says_so_and_stays, methods_are_for_those_whom_the_bus_policy_names,
         it_stops_as_asked_and_leaves_the_phone_reachable, a_thousand_flaps_end_as_they_began,
         changes_that_were_lost_do_not_come_back_stale, it_waits_for_a_link_before_and_while_down, down_and_up_installs_everything_again,
         a_mac_change_moves_the_address_and_keeps_the_peer, foreign_edits_are_put_back,
         a_killed_service_finds_everything_and_touches_nothing,
         leftovers_of_a_crash_between_two_operations_are_cleaned_up, a_multicast_join_of_another_program_is_seen,
         an_interface_that_is_up_with_an_automatic_address_is_changed_in_place, rules_are_refused_by_name,
         a_peer_stays_until_its_last_reference_is_gone, a_removed_interface_is_forgotten_and_its_successor_prepared,
         a_rename_is_followed, disabled_ipv6_is_reported_and_recovered_from, stations_of_the_link_become_peers,
         a_refused_station_becomes_a_peer_once_nothing_is_in_its_way,
         a_second_instance_leaves_the_kernel_alone_and_takes_over, it_works_without_a_bus_and_when_the_bus_comes_back]


def parse_options(about):
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--addr", required=True, help="the fascia-addr program")
    parser.add_argument("--fake-link", required=True, help="the stand-in for fascia-link")
    parser.add_argument("only", nargs="*", help="names of tests; none: all")
    return parser.parse_args()


def run(tests, options):
    """Runs those that were asked for; the exit status. A test's `extra` is added to the configuration."""
    return netns.run_tests(tests, options.only, lambda test: Bed(options, getattr(test, "extra", "")))


def main(tests, about):
    return run(tests, parse_options(about))


if __name__ == "__main__":
    sys.exit(main(TESTS, __doc__))
