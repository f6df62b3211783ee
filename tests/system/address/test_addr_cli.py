#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What people and other programs see of fascia-addr: the client library, tinystack, `fasciactl addr`. Against a real
fascia-addr in a network namespace, as in test_addr.py. Exit status 77: cannot run here."""

import argparse
import json
import os
import subprocess
import sys

import test_addr
from test_addr import AS_NOBODY, WAIT_S, eui64, link_local, sh, until

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), "../../.."))
IID = bytes.fromhex("0000000000000b0b")


def run(bed, program, *words, prefix=(), **options):
    """In namespace a, on the bed's bus; the result of subprocess.run()."""
    return subprocess.run(["ip", "netns", "exec", bed.a, *prefix, program, *map(str, words)], text=True,
                          capture_output=True, timeout=WAIT_S, env=dict(os.environ, FASCIA_BUS=bed.bus), **options)


def fasciactl(bed, *words, status=0, **options):
    done = run(bed, bed.options.fasciactl, "addr", *words, **options)
    assert done.returncode == status, (words, done)
    return done


def shown(bed, *words, status=0, **options):
    return json.loads(fasciactl(bed, *words, "--json", status=status, **options).stdout)


def probe(bed, how, *requests, limit_ms=5000, **options):
    """The lines of client_probe, each split at its first blank."""
    done = run(bed, bed.options.probe, bed.bus, limit_ms, bed.index(), how, *requests, **options)
    assert done.returncode == 0, done
    return [tuple(line.split(" ", 1)) for line in done.stdout.splitlines()]


def listen(bed):
    """An echo server of b; its port."""
    return bed.helper(bed.b, "serve", f"{link_local(IID)}%vb").stdout.readline().strip()


# tinystack and the client library.

def tinystack_prepares_an_interface_and_exchanges_bytes_with_a_peer(bed):
    bed.start()
    stack = bed.spawn("ip", "netns", "exec", bed.a, bed.options.tinystack, "va", bed.mac("b"), IID.hex(), "7000",
                      env=dict(os.environ, FASCIA_BUS=bed.bus), text=True, stdout=subprocess.PIPE,
                      stderr=subprocess.PIPE)
    until("prepared", lambda: bed.get("Interfaces"))
    assert stack.poll() is None, "it does not wait for the interface"
    server = bed.spawn("ip", "netns", "exec", bed.b, sys.executable, "-c", ECHO, text=True, stdout=subprocess.PIPE)
    assert server.stdout.readline() == "ready\n"
    bed.manual_peer(IID)
    out, errors = stack.communicate(timeout=WAIT_S)
    assert (stack.returncode, out, errors) == (0, "hello from the accessory\n", ""), (stack.returncode, out, errors)
    until("the peer is removed", lambda: not bed.get("Peers"))
    counted = bed.get("Interfaces")[0]
    assert counted["packets"] > 0 and (counted["nd_packets"], counted["mld_packets"]) == (0, 0), counted


ECHO = """
import socket
s = socket.create_server(("::", 7000), family=socket.AF_INET6)
print("ready", flush=True)
c, _ = s.accept()
c.sendall(c.recv(4096))
c.recv(1)
"""


def tinystack_says_what_is_missing(bed):
    done = run(bed, bed.options.tinystack, "va", bed.mac("b"), "-", "7000")
    assert done.returncode == 1 and "tinystack: away: " in done.stderr, done
    bed.start()
    done = run(bed, bed.options.tinystack, "nothing", bed.mac("b"), "-", "7000")
    assert done.returncode == 1 and "tinystack: invalid: " in done.stderr, done
    done = run(bed, bed.options.tinystack, "va", bed.mac("b"), "-", "7000", prefix=AS_NOBODY) if \
        readable_by_all(bed.options.tinystack) else None
    assert done is None or (done.returncode == 1 and "tinystack: denied: " in done.stderr), done


def readable_by_all(path):
    return subprocess.run([*AS_NOBODY, "test", "-x", path]).returncode == 0


def a_client_gets_a_socket_address_with_its_scope(bed):
    bed.start()
    index, mac = bed.index(), bed.mac("b")
    assert probe(bed, "block", "prepare=none/00000000000000a1") == [("done", "00000000000000a1")]
    assert probe(bed, "block", "prepare") == [("done", "00000000000000a1")], "it keeps what was chosen"
    bed.manual_peer(IID)
    lines = probe(bed, "block", "wait", f"add={mac}/{IID.hex()}", f"add={mac}", f"remove={mac}/{IID.hex()}")
    assert lines == [("done", f"fe80::a1 {index} 0"), ("done", f"fe80::b0b {index} 7000"),
                     ("done", f"{link_local(eui64(mac))} {index} 7000"), ("done", "")], lines
    until("one is left", lambda: [peer["iid"] for peer in bed.get("Peers")] == [eui64(mac).hex()])


def a_client_in_a_loop_gets_the_same(bed):
    bed.start()
    index, mac = bed.index(), bed.mac("b")
    assert probe(bed, "loop", "prepare") == [("done", "")]
    bed.manual_peer(IID)
    lines = probe(bed, "loop", f"add={mac}/{IID.hex()}", f"remove={mac}/{IID.hex()}", f"add={mac}", "add=nonsense")
    assert lines[:3] == [("done", f"fe80::b0b {index} 7000"), ("done", ""),
                         ("done", f"{link_local(eui64(mac))} {index} 7000")], lines
    assert lines[3][0] == "invalid" and "mac" in lines[3][1], lines
    until("one is left", lambda: len(bed.get("Peers")) == 1)


def errors_of_the_client_are_told_apart(bed):
    mac = bed.mac("b")
    assert probe(bed, "block", f"add={mac}")[0][0] == "away", "fascia-addr does not run"
    assert probe(bed, "loop", f"add={mac}")[0][0] == "away"
    bed.start()
    assert probe(bed, "block", f"add={mac}")[0][0] == "refused", "not prepared"
    assert probe(bed, "block", "wait")[0][0] == "refused"
    assert probe(bed, "block", "prepare=everything")[0][0] == "invalid"
    assert probe(bed, "block", "prepare")[0][0] == "done"
    assert probe(bed, "block", "wait", limit_ms=200)[0][0] == "time-out", "it is down"
    lines = probe(bed, "block", f"add={bed.mac('a')}", f"add={mac}/0000000000000000", "add=02:00", f"add={mac}/xyz")
    assert [line[0] for line in lines] == ["refused", "refused", "invalid", "invalid"], lines


def a_client_goes_on_after_the_service_and_the_bus_were_restarted(bed):
    for how in ("block", "loop"):
        bed.start()
        assert probe(bed, "block", "prepare")[0][0] == "done"
        request = f"add={bed.mac('b')}"
        child = bed.spawn("ip", "netns", "exec", bed.a, bed.options.probe, bed.bus, "2000", str(bed.index()), how,
                          request, "pause", request, "pause", request, request, text=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        lines = [child.stdout.readline() for _ in range(2)]
        assert lines[0].startswith("done fe80::") and lines[1] == "paused\n", lines
        stop(bed, bed.addr)
        child.stdin.write("\n")
        child.stdin.flush()
        assert child.stdout.readline().startswith("away "), "nobody owns the name"
        stop(bed, next(child for child in bed.children if child.args[0] == "dbus-daemon"))
        os.unlink(f"{bed.dir}/bus")
        bed.start_bus()
        bed.start()
        assert child.stdout.readline() == "paused\n"
        until("adopted", lambda: bed.get("Interfaces") or bed.call("Prepare", "u", bed.index()))
        child.stdin.write("\n")
        child.stdin.flush()
        lines = [child.stdout.readline() for _ in range(2)]
        # That the old connection has ended is seen when the loop runs again: the first request is told so.
        assert how == "loop" or lines[0].startswith("done fe80::"), lines
        assert lines[1].startswith("done fe80::"), (how, lines)
        assert child.wait(WAIT_S) == 0
        stop(bed, bed.addr)


def stop(bed, child):
    child.kill()
    child.wait()
    bed.children.remove(child)


def a_peer_is_reachable_at_once_when_the_interface_has_just_come_up(bed):
    """Linux uses a new address as a source before it takes packets for it in: an answer in between would be refused, and
    TCP would wait a second. On macvlan, because the ends of a veth pair lose their carrier together."""
    bed.ip_b("link", "del", "vb")
    bed.ip_b("link", "add", "x", "type", "veth", "peer", "name", "y")
    for lower in ("x", "y"):
        bed.ip_b("link", "set", lower, "addrgenmode", "none", "up")
    for end in (["vb"], ["va", "netns", bed.a]):
        done = subprocess.run(["ip", "-n", bed.b, "link", "add", "link", "x", "name", *end, "type", "macvlan", "mode",
                               "bridge"], text=True, capture_output=True)
        if done.returncode != 0:
            print(f"# no macvlan: {done.stderr.strip()}")
            return
    iid = bed.connected_pair()
    bed.call("RemovePeer", "uss", bed.index(), bed.mac("b"), iid.hex())
    server = bed.spawn("ip", "netns", "exec", bed.b, bed.options.rounds, "serve", "7000", text=True,
                       stdout=subprocess.PIPE)
    assert server.stdout.readline() == "ready\n"
    done = run(bed, bed.options.rounds, "fascia", bed.bus, "va", bed.mac("b"), iid.hex(), 7000, 60, "flap")
    rounds = [int(line) / 1e9 for line in done.stdout.split()]
    assert done.returncode == 0 and len(rounds) == 60, done
    stalled = [seconds for seconds in rounds if seconds > 0.9]
    assert not stalled, stalled


def an_installed_library_is_all_that_tinystack_needs(bed):
    root = f"{bed.dir}/root"
    sh("cmake", "--install", bed.options.build, "--component", "development", "--prefix", root)
    found = subprocess.run(["find", root, "-name", "pkgconfig"], text=True, capture_output=True).stdout.strip()
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "--static", "fascia-addr-client"], text=True,
                           capture_output=True, check=True,
                           env=dict(os.environ, PKG_CONFIG_PATH=found)).stdout.split()
    source = subprocess.run(["find", root, "-name", "tinystack.c"], text=True, capture_output=True).stdout.strip()
    sh("cc", "-Wall", "-Werror", "-o", f"{bed.dir}/tinystack", source, *bed.options.cflags.split(), *flags)
    done = run(bed, f"{bed.dir}/tinystack", "va", bed.mac("b"), "-", "7000")
    assert done.returncode == 1 and "tinystack: away: " in done.stderr, done
    assert run(bed, f"{bed.dir}/tinystack").returncode == 64


# fasciactl addr status, watch.

def status_shows_interfaces_and_peers(bed):
    bed.connected_pair()
    text = fasciactl(bed, "status").stdout
    for expected in ("address  FULL", f"va (index {bed.index()})", "no ND at all", link_local(IID) + "%va",
                     bed.mac("b"), link_local(eui64(bed.mac())) + "%va"):
        assert expected in text, (expected, text)
    document = shown(bed, "status")
    assert document["state"] == "FULL" and len(document["peers"]) == 1, document
    assert document["interfaces"][0]["name"] == "va" and document["interfaces"][0]["nd_packets"] == 0, document
    done = fasciactl(bed, "status", prefix=AS_NOBODY) if readable_by_all(bed.options.fasciactl) else None
    assert done is None or "FULL" in done.stdout


def without_the_service_every_member_says_so(bed):
    for words in (("status",), ("prove",), ("plan",)):
        assert "fascia-addr does not answer" in fasciactl(bed, *words, status=3).stderr, words
    for words in (("status", "x"), ("prove", "--seconds", "0"), ("prove", "--seconds", "x"), ("watch", "--nonsense"),
                  ("nonsense",), ()):
        fasciactl(bed, *words, status=64)
    done = subprocess.run([bed.options.fasciactl, "--bus", f"unix:path={bed.dir}/none", "addr", "status"], text=True,
                          capture_output=True)
    assert done.returncode == 3 and "cannot be reached" in done.stderr, done


class Watch:
    """fasciactl addr watch --json, read line by line."""

    def __init__(self, bed, *words):
        self.lines = []
        self.child = bed.spawn("ip", "netns", "exec", bed.a, bed.options.fasciactl, "--bus", bed.bus, "addr", "watch",
                               *words, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        os.set_blocking(self.child.stdout.fileno(), False)

    def has(self, **wanted):
        while line := self.child.stdout.readline():
            self.lines.append(json.loads(line))
        return [line for line in self.lines if all(value(line[key]) if callable(value) else line[key] == value
                                                   for key, value in wanted.items())]


def watch_tells_of_interfaces_peers_and_the_service(bed):
    bed.start()
    watch = Watch(bed, "--json")
    until("service", lambda: watch.has(kind="service", to=lambda text: text.startswith("STARTING")))
    bed.call("Prepare", "u", bed.index())
    until("prepared", lambda: watch.has(kind="interface", name="va", to=lambda text: text.startswith("down")))
    until("its mode", lambda: watch.has(kind="mode", name="va", to="none"))
    bed.manual_peer()
    own = link_local(eui64(bed.mac())) + "%va"
    until("ready", lambda: watch.has(kind="interface", name="va", to=f"ready {own}"))
    mac, address = bed.mac("b"), link_local(IID) + "%va"
    bed.call("AddPeer", "uss", bed.index(), mac, IID.hex())
    until("peer", lambda: watch.has(kind="peer", name=mac, to=address, detail="va"))
    until("FULL", lambda: watch.has(kind="service", to="FULL"))
    bed.call("RemovePeer", "uss", bed.index(), mac, IID.hex())
    until("gone", lambda: watch.has(kind="peer", name=mac, **{"from": address}, to=""))
    stop(bed, bed.addr)
    until("away", lambda: watch.has(kind="service", to=""))
    bed.start()
    until("back", lambda: watch.has(kind="service", **{"from": ""})[1:])
    stop(bed, next(child for child in bed.children if child.args[0] == "dbus-daemon"))
    os.unlink(f"{bed.dir}/bus")
    bed.start_bus()
    until("back again", lambda: watch.has(kind="service", **{"from": ""})[2:])
    watch.child.terminate()
    assert watch.child.wait(WAIT_S) == 0


def watch_tells_of_the_first_packet_that_should_not_have_left(bed):
    bed.connected_pair()
    watch = Watch(bed, "--json")
    until("ready", lambda: watch.has(kind="interface", name="va"))
    bed.helper(bed.a, "join", "va")
    until("offender", lambda: watch.has(kind="offender", name="va", to=lambda text: "143" in text or "MLD" in text))


# fasciactl addr prove.

def prove_agrees_with_the_kernel_when_nothing_has_left(bed):
    iid = bed.connected_pair()
    bed.exchange(iid)
    done = fasciactl(bed, "prove")
    assert "va: proven: no ND, DAD, MLD or RS left since preparation: " in done.stdout, done.stdout
    assert "kernel: agrees, 0 " in done.stdout, done.stdout
    document = shown(bed, "prove", "--interface", "va")
    row = document["interfaces"][0]
    assert document["verdict"] == row["verdict"] == "proven" and row["packets"] > 8, document
    assert row["kernel"] == {"nd": 0, "mld": 0, "agrees": True}, document


def prove_names_the_offender(bed):
    bed.connected_pair()
    bed.helper(bed.a, "join", "va")
    until("seen", lambda: bed.get("Interfaces")[0]["mld_packets"])
    done = fasciactl(bed, "prove", status=2)
    assert "va: offended: " in done.stdout and "143" in done.stdout, done.stdout
    document = shown(bed, "prove", status=2)
    assert document["verdict"] == "offended" and document["interfaces"][0]["offender"], document


def prove_over_a_time_compares_what_happens_in_it(bed):
    """What the kernel sent before preparation is no argument against the proof."""
    bed.up()
    until("an automatic address", lambda: "fe80" in bed.ip_a("-6", "addr", "show", "dev", "va", "-tentative"))
    bed.ip_a("link", "set", "va", "down")
    bed.start()
    bed.call("Prepare", "u", bed.index())
    bed.up()
    until("ready", lambda: bed.get("Interfaces")[0]["address"])
    text = fasciactl(bed, "prove").stdout
    assert "va: proven: " in text and "perhaps before it was prepared" in text, text
    text = fasciactl(bed, "prove", "--seconds", "1").stdout
    assert "va: proven: " in text and "kernel: agrees, 0 meanwhile" in text, text


def prove_is_impossible_for_what_promises_nothing_or_is_not_there(bed):
    bed.start()
    assert "manages no interface" in fasciactl(bed, "prove", status=3).stderr
    bed.call("PrepareLink", "ua{sv}", bed.index(), 1, "nd", "s", "kernel")
    assert "manages no interface" in fasciactl(bed, "prove", status=3).stderr
    assert "promises nothing" in fasciactl(bed, "prove", "--interface", "va", status=3).stdout
    assert "does not manage" in fasciactl(bed, "prove", "--interface", "vz", status=3).stderr


def prove_is_impossible_where_packets_are_not_counted(bed):
    """A zero means something only with a capture."""
    bed.start("setpriv", "--bounding-set=-net_raw")
    bed.call("Prepare", "u", bed.index())
    bed.manual_peer()
    until("ready", lambda: bed.get("Interfaces")[0]["address"])
    assert bed.get("Interfaces")[0]["counted"] is False
    assert "va: impossible: packets are not counted" in fasciactl(bed, "prove", status=3).stdout
    assert "not counted" in fasciactl(bed, "status").stdout


def outside_of_the_namespace_there_is_no_second_opinion(bed):
    bed.connected_pair()
    done = subprocess.run([bed.options.fasciactl, "--bus", bed.bus, "addr", "prove"], text=True, capture_output=True)
    assert done.returncode == 0 and "no second opinion" in done.stdout, done


# fasciactl addr plan.

def operations(bed, *words, **options):
    return [row["operation"] for row in shown(bed, "plan", *words, **options)["operations"]]


def plan_lists_the_recipe_in_its_order_and_changes_nothing(bed):
    """Offline, without privilege."""
    peer = f"{bed.mac('b')}={IID.hex()}"
    words = ("--interface", "va", "--peer", peer)
    prefix = AS_NOBODY if readable_by_all(bed.options.fasciactl) else ()
    before = bed.kernel(), bed.ip_a("-d", "link", "show", "va")
    planned = operations(bed, *words, prefix=prefix)
    assert planned[0] == "gen-mode-none" and planned[-1] == "noarp-on" and set(planned[1:-1]) == {"sysctl"}, planned
    assert shown(bed, "plan", *words)["interfaces"][0]["progress_then"] == "down"
    text = fasciactl(bed, "plan", *words).stdout
    assert "turn automatic addresses off" in text and "address and peers follow when it is up" in text, text
    assert (bed.kernel(), bed.ip_a("-d", "link", "show", "va")) == before
    bed.up()
    until("an automatic address", lambda: "fe80" in bed.ip_a("-6", "addr", "show", "dev", "va", "-tentative"))
    planned = operations(bed, *words, prefix=prefix)
    assert planned[-3:] == ["address-add", "neighbour-add", "route-add"], planned
    assert planned.index("address-delete") < planned.index("noarp-on") < planned.index("address-add"), planned
    row = shown(bed, "plan", *words)["operations"][-2]
    assert (row["address"], row["mac"], row["ifindex"]) == (link_local(IID), bed.mac("b"), bed.index()), row
    assert operations(bed, "--interface", "va", "--nd", "kernel") == []


def plan_of_a_running_service_is_empty_until_somebody_else_edits(bed):
    bed.connected_pair()
    document = shown(bed, "plan")
    assert document["operations"] == [] and document["interfaces"][0]["progress_then"] == "ready", document
    assert "va (index" in fasciactl(bed, "plan").stdout and "nothing to do" in fasciactl(bed, "plan").stdout
    bed.ip_a("link", "set", "va", "down")
    until("down", lambda: bed.get("Interfaces")[0]["progress"] == "down")
    document = shown(bed, "plan")  # the peer is wanted still
    assert document["operations"] == [] and document["interfaces"][0]["progress_then"] == "down", document
    assert len(shown(bed, "status")["pending"]) == 1 and "not reachable yet" in fasciactl(bed, "status").stdout
    bed.up()
    until("FULL", lambda: bed.state() == ("FULL", "none"))
    stop(bed, bed.addr)
    words = ("--interface", "va", "--peer", f"{bed.mac('b')}={IID.hex()}")
    assert operations(bed, *words) == []
    assert operations(bed, "--interface", "va") == ["route-delete", "neighbour-delete"], "the peer is not wanted"
    bed.ip_a("-6", "route", "del", link_local(IID) + "/128", "dev", "va")
    bed.ip_a("-6", "addr", "add", "fe80::bad/64", "dev", "va", "nodad")
    planned = operations(bed, *words)
    assert sorted(planned) == ["address-delete", "route-add", "route-delete"], planned


def plan_refuses_what_the_service_would(bed):
    own, mac = bed.mac("a"), bed.mac("b")
    for words, status, sentence in (
            (("--peer", mac), 64, "go with --interface"), (("--interface", "va", "--nd", "all"), 64, "--nd"),
            (("--interface", "va", "--peer", "02:00"), 64, "--peer"),
            (("--interface", "va", "--peer", f"{mac}=12"), 64, "--peer"),
            (("--interface", "va", "--own-iid", "12"), 64, "--own-iid"),
            (("--interface", "va", "--own-iid", "stable"), 64, "secret"),
            (("--interface", "vz"), 3, "vz"), (("--interface", "va", "--peer", own), 3, own),
            (("--interface", "va", "--peer", f"{mac}=0000000000000000"), 3, mac), (("x",), 64, "operand")):
        assert sentence in fasciactl(bed, "plan", *words, status=status).stderr, words


def plan_outside_of_the_namespace_says_where_to_ask(bed):
    bed.connected_pair()
    done = subprocess.run([bed.options.fasciactl, "--bus", bed.bus, "addr", "plan"], text=True, capture_output=True)
    assert done.returncode == 3 and "not in this network namespace" in done.stderr, done


TESTS = [tinystack_prepares_an_interface_and_exchanges_bytes_with_a_peer, tinystack_says_what_is_missing,
         a_client_gets_a_socket_address_with_its_scope, a_client_in_a_loop_gets_the_same,
         errors_of_the_client_are_told_apart, a_client_goes_on_after_the_service_and_the_bus_were_restarted,
         a_peer_is_reachable_at_once_when_the_interface_has_just_come_up,
         an_installed_library_is_all_that_tinystack_needs, status_shows_interfaces_and_peers,
         without_the_service_every_member_says_so, watch_tells_of_interfaces_peers_and_the_service,
         watch_tells_of_the_first_packet_that_should_not_have_left, prove_agrees_with_the_kernel_when_nothing_has_left,
         prove_names_the_offender, prove_over_a_time_compares_what_happens_in_it,
         prove_is_impossible_for_what_promises_nothing_or_is_not_there,
         prove_is_impossible_where_packets_are_not_counted, outside_of_the_namespace_there_is_no_second_opinion, plan_lists_the_recipe_in_its_order_and_changes_nothing,
         plan_of_a_running_service_is_empty_until_somebody_else_edits, plan_refuses_what_the_service_would,
         plan_outside_of_the_namespace_says_where_to_ask]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="the build folder")
    parser.add_argument("--addr", required=True, help="the fascia-addr program")
    parser.add_argument("--fasciactl", required=True)
    parser.add_argument("--tinystack", required=True)
    parser.add_argument("--probe", required=True, help="client_probe")
    parser.add_argument("--rounds", required=True, help="address_rounds, of the benchmark")
    parser.add_argument("--cflags", default="", help="of the build, for what is linked against its library")
    parser.add_argument("only", nargs="*", help="names of tests; none: all")
    options = parser.parse_args()
    options.extra, options.fake_link = "", None
    return test_addr.run(TESTS, options)


if __name__ == "__main__":
    sys.exit(main())
