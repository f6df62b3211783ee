#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fascia-addr for real: the modes of a link, its identifier, what is learnt, what is put back. See test_addr.py."""

import os
import re
import stat
import subprocess
import sys

from test_addr import WAIT_S, eui64, link_local, main, sh, until

FIXED = "00000000000000aa"


def refused(bed, method, *arguments):
    """What the refusal says."""
    try:
        bed.call(method, *arguments)
    except AssertionError as problem:
        return str(problem)
    raise AssertionError(f"{method}{arguments} was accepted")


def prepare(bed, **options):
    words = [word for key, value in options.items() for word in (key, "s", value)]
    return bed.call("PrepareLink", "ua{sv}", bed.index(), len(options), *words)


def only(bed):
    return bed.get("Interfaces")[0]


def frames(tap, wanted):
    """Reads the tap until a line fulfils `wanted`; all lines so far."""
    seen = []
    for line in tap.stdout:
        seen.append(line.split())
        if wanted(seen[-1]):
            return seen
    raise AssertionError(seen)


def sniff(bed, namespace, interface):
    tap = bed.helper(namespace, "sniff", interface)
    assert tap.stdout.readline() == "ready\n"
    return tap


def stations(bed, *macs):
    if not hasattr(bed, "link"):
        bed.link = bed.spawn(bed.options.fake_link, bed.bus, stdin=subprocess.PIPE, text=True)
    bed.link.stdin.write(" ".join(["FULL", str(bed.index()), *macs]) + "\n")
    bed.link.stdin.flush()


def connect(bed, address, interface, port):
    """The time until a connection from b stands, in seconds, measured there."""
    code = f"""import socket, time
s = socket.socket(socket.AF_INET6)
s.settimeout({WAIT_S})
start = time.monotonic()
s.connect(("{address}", {port}, 0, socket.if_nametoindex("{interface}")))
print(time.monotonic() - start)"""
    return float(sh("ip", "netns", "exec", bed.b, sys.executable, "-c", code))


# Tests: each name is a sentence.

def the_identifier_is_known_before_the_interface_is_up(bed):
    bed.start()
    assert prepare(bed) == eui64(bed.mac()).hex()
    assert only(bed)["iid_policy"] == "eui64" and only(bed)["up"] is False and only(bed)["progress"] == "down"
    assert prepare(bed, own_iid=FIXED) == FIXED
    assert (only(bed)["own_iid"], only(bed)["iid_policy"]) == (FIXED, "fixed")
    bed.up()
    until("address", lambda: only(bed)["address"] == "fe80::aa%va")
    assert prepare(bed, own_iid="00000000000000bb") == "00000000000000bb"  # while up: it moves
    assert bed.kernel()[0] == ["fe80::bb/64"], bed.kernel()
    assert only(bed)["mld_packets"] == 0


def a_stable_identifier_is_private_and_the_same_after_a_restart(bed):
    bed.start()
    first = prepare(bed)
    assert first != eui64(bed.mac()).hex() and only(bed)["iid_policy"] == "stable"
    key = f"{bed.dir}/key"
    assert stat.S_IMODE(os.stat(key).st_mode) == 0o600 and os.stat(key).st_size == 32
    bed.addr.kill()
    bed.addr.wait()
    bed.ip_a("link", "del", "va")
    bed.ip_b("link", "add", "vb", "type", "veth", "peer", "name", "va", "netns", bed.a)
    bed.start()
    assert prepare(bed) == first  # another index, another MAC address, another process
    os.chmod(key, 0o644)
    bed.call("Release", "u", bed.index())
    assert "key_file" in refused(bed, "PrepareLink", "ua{sv}", bed.index(), 0)


a_stable_identifier_is_private_and_the_same_after_a_restart.extra = \
    "address: {own_iid: stable, key_file: @DIR@/key}\n"


def unknown_options_and_values_are_named(bed):
    bed.start()
    index = bed.index()
    for options, words in (((1, "nb", "s", "none"), 'option "nb"'), ((1, "nd", "s", "some"), 'nd "some"'),
                           ((1, "nd", "u", 1), 'option "nd" is not a string'),
                           ((1, "own_iid", "s", "12"), 'own_iid "12"'),
                           ((1, "own_iid", "s", "0" * 16), "identifier is zero"),
                           ((1, "own_iid", "s", "fdffffffffffff80"), "RFC 5453")):
        said = refused(bed, "PrepareLink", "ua{sv}", index, *options)
        assert words in said, (options, said)
    assert bed.get("Interfaces") == []


def reserved_identifiers_of_peers_are_refused(bed):
    bed.connected_pair()
    for iid in ("fdffffffffffff80", "fdffffffffffffff", "02005efffe000001"):
        assert "RFC 5453" in refused(bed, "AddPeer", "uss", bed.index(), bed.mac("b"), iid)
    bed.call("AddPeer", "uss", bed.index(), bed.mac("b"), "fdffffffffffff7f")


def a_released_interface_keeps_nothing_of_ours(bed):
    iid = bed.connected_pair()
    bed.call("Release", "u", bed.index())
    assert bed.kernel()[:3] == ([], [], []) and bed.get("Interfaces") == [] and bed.get("Peers") == []
    bed.call("Release", "u", bed.index())  # once more is no error
    assert "not prepared" in refused(bed, "AddPeer", "uss", bed.index(), bed.mac("b"), "")
    bed.call("Prepare", "u", bed.index())
    bed.call("AddPeer", "uss", bed.index(), bed.mac("b"), iid.hex())
    assert bed.kernel() == bed.wanted(iid)


def the_kernels_mode_is_left_alone(bed):
    bed.start()
    prepare(bed, nd="kernel")
    bed.up()
    until("the kernel's address", lambda: only(bed)["progress"] == "ready")
    assert only(bed)["address"] == link_local(eui64(bed.mac())) + "%va"
    b = eui64(bed.mac("b"))
    assert bed.call("AddPeer", "uss", bed.index(), bed.mac("b"), "") == link_local(b) + "%va"
    assert bed.kernel()[2:] == ([], False), bed.kernel()
    until("b's address is usable", lambda: "tentative" not in bed.ip_b("-6", "addr", "show", "dev", "vb")
          and "tentative" not in bed.ip_a("-6", "addr", "show", "dev", "va"))
    bed.exchange(b)
    assert only(bed)["nd_packets"] > 0 and only(bed)["offender"] == "", only(bed)
    assert bed.state() == ("FULL", "none"), bed.state()
    assert "release it first" in refused(bed, "PrepareLink", "ua{sv}", bed.index(), 1, "nd", "s", "none")


def a_stock_phone_is_answered_and_pinned_and_never_solicited(bed):
    """The phone is b: it takes an identifier that nobody was told, and asks."""
    bed.start()
    prepare(bed, nd="answer")
    bed.up()
    phone = "fe80::1234:5678:9abc:def0"
    bed.ip_b("addr", "add", phone + "/64", "dev", "vb", "nodad")
    bed.ip_b("link", "set", "vb", "addrgenmode", "none")
    bed.ip_b("addr", "del", link_local(eui64(bed.mac("b"))) + "/64", "dev", "vb", check=False)
    stations(bed, bed.mac("b"))
    until("FULL", lambda: bed.state() == ("FULL", "none"))
    until("the station", lambda: len(bed.get("Peers")) == 1)
    tap = sniff(bed, bed.a, "va")
    ours = link_local(eui64(bed.mac()))
    server = bed.helper(bed.a, "serve", f"{ours}%va")
    took = connect(bed, ours, "vb", server.stdout.readline().strip())
    assert took < 1, f"the first connection took {took:.3f} s"  # a lost SYN is repeated after a second
    until("learnt", lambda: [peer for peer in bed.get("Peers") if peer["address"] == phone + "%va"
                             and peer["iid"] == "123456789abcdef0" and peer["claims"] == 0])
    assert f"{phone} lladdr {bed.mac('b')}" in bed.kernel()[2] and phone in bed.kernel()[1]
    server = bed.helper(bed.b, "serve", f"{phone}%vb")
    talker = bed.helper(bed.a, "talk", f"{phone}%va", server.stdout.readline().strip())
    talker.stdin.write("hello\n")
    talker.stdin.flush()
    assert talker.stdout.readline() == "hello\n"
    # Somebody who does not exist is unreachable without a packet.
    code = f"""import socket
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
try:
    s.connect(("fe80::dead", 9, 0, socket.if_nametoindex("va")))
    s.send(b"x")
except OSError:
    pass
s.connect(("{phone}", 9, 0, socket.if_nametoindex("va")))
s.send(b"end of test")"""
    before = only(bed)["packets"]
    sh("ip", "netns", "exec", bed.a, sys.executable, "-c", code)
    until("sent", lambda: only(bed)["packets"] > before)
    counted = only(bed)
    assert counted["nd_packets"] == counted["na_packets"] >= 1 and counted["nd_received"] >= 1, counted
    assert (counted["rs_packets"], counted["offender"]) == (0, ""), counted
    tap.kill()
    out = [line.split()[1] for line in tap.stdout if line.startswith("out")]
    assert "136" in out and not {"133", "134", "135", "137"} & set(out), out
    stations(bed)
    until("gone with the station", lambda: bed.get("Peers") == [] and bed.kernel()[1:3] == (["fe80::/64"], []))


def who_is_no_station_is_not_learnt_and_a_station_not_without_end(bed):
    bed.start()
    prepare(bed, nd="answer")
    bed.up()
    ours = link_local(eui64(bed.mac()))
    server = bed.helper(bed.a, "serve", f"{ours}%va")
    port = server.stdout.readline().strip()

    def ask(number):
        address = f"fe80::77:{number:x}"
        bed.ip_b("addr", "add", address + "/64", "dev", "vb", "nodad")
        bed.ip_b("neigh", "flush", "dev", "vb")
        sh("ip", "netns", "exec", bed.b, sys.executable, "-c", f"""import socket
s = socket.socket(socket.AF_INET6)
s.settimeout({WAIT_S})
s.bind(("{address}", 0, 0, socket.if_nametoindex("vb")))
s.connect(("{ours}", {port}, 0, socket.if_nametoindex("vb")))""")

    until("ready", lambda: only(bed)["progress"] == "ready")
    ask(1)
    until("heard", lambda: only(bed)["nd_received"] > 0)
    assert bed.get("Peers") == []
    stations(bed, bed.mac("b"))  # now it is known, and what it said before counts
    until("learnt late", lambda: "fe80::77:1%va" in [peer["address"] for peer in bed.get("Peers")])
    for number in range(2, 7):
        ask(number)
    until("four, and the station's own", lambda: len(bed.get("Peers")) == 5)
    until("said so", lambda: "too many interface identifiers" in open(f"{bed.dir}/log").read())


def a_link_changes_from_answer_to_none_without_a_trace(bed):
    bed.start()
    prepare(bed, nd="answer")
    for up in (False, True):  # first while it is down, then while it is up
        prepare(bed, nd="answer")
        bed.up()
        until("ready", lambda: only(bed)["progress"] == "ready")
        assert bed.kernel()[1] == ["fe80::/64"] and bed.kernel()[3] is False
        if not up:
            bed.ip_a("link", "set", "va", "down")
            until("down", lambda: not only(bed)["up"])
        prepare(bed, nd="none")
        bed.up()
        until("ready", lambda: only(bed)["progress"] == "ready")
        assert bed.kernel()[1] == [] and bed.kernel()[3] is True
        groups = bed.ip_a("maddr", "show", "dev", "va")
        assert "ff02::1:ff" not in groups, groups
        if not up:
            assert only(bed)["offender"] == "" and bed.state() == ("FULL", "none"), only(bed)
    # While it is up the kernel takes leave of the group of our address, now or a second later: if it is seen, it is told.
    counted = only(bed)
    assert counted["nd_packets"] == 0 and ("(ICMPv6 143)" in counted["offender"]) == (counted["mld_packets"] > 0), counted


def an_interface_that_returns_under_another_index_is_managed_at_once(bed):
    bed.start()
    prepare(bed, own_iid=FIXED)
    bed.up()
    until("ready", lambda: only(bed)["progress"] == "ready")
    before = bed.index()
    bed.ip_a("link", "del", "va")
    until("forgotten", lambda: bed.get("Interfaces") == [])
    bed.ip_a("link", "add", "other0", "type", "veth", "peer", "name", "other1")  # may take the index
    bed.ip_b("link", "add", "vb", "type", "veth", "peer", "name", "va", "netns", bed.a)
    until("managed", lambda: only(bed)["progress"] == "down")
    assert bed.index() != before
    bed.up()
    until("as before", lambda: only(bed)["address"] == "fe80::aa%va" and only(bed)["nd"] == "none")
    assert (only(bed)["nd_packets"], only(bed)["mld_packets"]) == (0, 0)
    bed.call("Release", "u", bed.index())
    bed.ip_a("link", "del", "va")  # released: it is nobody's when it returns
    bed.ip_b("link", "add", "vb", "type", "veth", "peer", "name", "va", "netns", bed.a)
    bed.call("Prepare", "u", json_index(bed, "other0"))  # what came before has been read by now
    assert [row["name"] for row in bed.get("Interfaces")] == ["other0"]


def json_index(bed, name):
    return int(bed.ip_a("-o", "link", "show", name).split(":")[0])


def after_each_up_the_first_connection_stands_at_once(bed):
    """Linux takes packets for an address in only a moment after it acknowledged it; a SYN-ACK in between costs a second."""
    iid = bed.connected_pair()
    server = bed.helper(bed.b, "serve", f"{link_local(iid)}%vb")
    port = server.stdout.readline().strip()
    code = f"""import socket, subprocess, sys, time
worst = 0
for round_ in range(40):
    subprocess.run(["ip", "link", "set", "va", "down"], check=True)
    subprocess.run(["ip", "link", "set", "va", "up"], check=True)
    subprocess.run(["busctl", "--address={bed.bus}", "call", "org.fascia.Addr1", "/org/fascia/Addr1", "org.fascia.Addr1",
                    "AddPeer", "uss", "{bed.index()}", "{bed.mac('b')}", "{iid.hex()}"], check=True, stdout=subprocess.DEVNULL)
    s = socket.socket(socket.AF_INET6)
    s.settimeout({WAIT_S})
    start = time.monotonic()
    s.connect(("{link_local(iid)}", {port}, 0, socket.if_nametoindex("va")))
    worst = max(worst, time.monotonic() - start)
    s.close()
print(worst)"""
    worst = float(sh("ip", "netns", "exec", bed.a, sys.executable, "-c", code))
    assert worst < 1, f"{worst:.3f} s"  # a lost SYN is repeated after a second


def who_is_wanted_and_cannot_be_reached_now_is_pending(bed):
    bed.start()
    prepare(bed)
    bed.call("AddPeer", "uss", bed.index(), "02:00:00:00:00:77", "")
    assert bed.get("Peers") == []
    assert bed.get("Pending") == [{"ifindex": bed.index(), "mac": "02:00:00:00:00:77", "iid": "000000fffe000077"}]
    assert only(bed)["counted"] is True and only(bed)["missed"] == 0
    bed.up()
    until("reachable", lambda: len(bed.get("Peers")) == 1 and bed.get("Pending") == [])


def a_restart_keeps_mode_and_identifier_of_each_link(bed):
    bed.start()
    prepare(bed, nd="none", own_iid=FIXED)
    iid = bed.manual_peer()
    bed.call("AddPeer", "uss", bed.index(), bed.mac("b"), iid.hex())
    before = bed.kernel()
    bed.addr.kill()
    bed.addr.wait()
    bed.start()
    until("taken over", lambda: only(bed)["progress"] == "ready")
    assert bed.kernel() == before and (only(bed)["nd"], only(bed)["own_iid"]) == ("none", FIXED), only(bed)
    assert [peer["iid"] for peer in bed.get("Peers")] == [iid.hex()]


a_restart_keeps_mode_and_identifier_of_each_link.extra = "address: {nd: answer}\n"


def a_foreign_edit_is_counted_and_told_with_who_and_what(bed):
    iid = bed.connected_pair()
    b = link_local(iid)
    bed.ip_a("-6", "route", "replace", b + "/128", "dev", "va", "proto", "static")
    until("put back", lambda: only(bed)["restored"] == 1 and bed.kernel() == bed.wanted(iid))
    log = open(f"{bed.dir}/log").read()
    assert re.search(rf"\[foreign-edit\] va: needs add route {b}/128; changed by netlink port \d+, protocol 4 static; "
                     "put back", log), log
    bed.ip_a("link", "set", "va", "down")
    bed.ip_a("link", "set", "va", "up")  # what the kernel takes away is nobody's edit
    until("installed", lambda: bed.kernel() == bed.wanted(iid))
    bed.ip_a("link", "set", "va", "address", "02:00:00:00:aa:01")
    until("installed", lambda: bed.kernel() == bed.wanted(iid))
    assert only(bed)["restored"] == 1, only(bed)


def two_managers_do_not_fight_for_ever(bed):
    iid = bed.connected_pair()
    b = link_local(iid)

    # Many edits by one process: a process for each would be too slow, on a busy machine, to be a fight at all.
    with open(f"{bed.dir}/edits", "w") as f:
        f.write(f"route del {b}/128 dev va\n" * 2000)

    def edit():
        bed.ip_a("-6", "-force", "-batch", f.name, check=False)
        return bed.state() == ("DEGRADED", "foreign-edits")

    until("it gives way", edit)
    assert f"add route {b}/128" in bed.get("Detail"), bed.get("Detail")
    restored = only(bed)["restored"]
    assert 32 <= restored <= 64, restored
    assert bed.call("AddPeer", "uss", bed.index(), "02:00:00:00:00:77", "") == "fe80::ff:fe00:77%va"
    assert "fe80::ff:fe00:77" in bed.kernel()[1]  # what is wanted anew is done at once
    bed.call("RemovePeer", "uss", bed.index(), "02:00:00:00:00:77", "")
    until("put back in the end", lambda: bed.kernel() == bed.wanted(iid))
    until("FULL", lambda: bed.state() == ("FULL", "none"))


def signals_carry_each_peer_and_the_list_is_only_invalidated(bed):
    bed.connected_pair()
    log = open(f"{bed.dir}/monitor", "w")
    bed.spawn("busctl", f"--address={bed.bus}", "--json=short", "monitor", "org.fascia.Addr1", stdout=log,
              stderr=subprocess.DEVNULL)

    def said():
        return open(f"{bed.dir}/monitor").read()

    def poke():
        bed.get("State")
        return '"Get"' in said()

    until("monitor", poke)
    bed.call("AddPeer", "uss", bed.index(), "02:00:00:00:00:77", "")
    bed.call("RemovePeer", "uss", bed.index(), "02:00:00:00:00:77", "")
    for member in ("PeerAdded", "PeerRemoved"):
        until(member, lambda: re.search(rf'"{member}".*"02:00:00:00:00:77","fe80::ff:fe00:77%va"', said()))
    until("invalidated", lambda: re.search(r'"PropertiesChanged".*"org.fascia.Addr1",\{\},\["Peers","Pending"\]', said()))


def many_peers_are_added_all_or_nothing(bed):
    iid = bed.connected_pair()
    index = bed.index()
    pairs = [("02:00:00:00:01:01", ""), ("02:00:00:00:01:02", "0000000000000102")]
    flat = [word for pair in pairs for word in pair]
    said = refused(bed, "AddPeers", "ua(ss)", index, 5, *flat, "02:00:00:00:01:03", iid.hex(), "03:00:00:00:00:01", "",
                   "02:00:00:00:01:04", "0" * 16)
    assert "peer 3 (02:00:00:00:01:03): the interface identifier belongs to another MAC address" in said, said
    assert "peer 4 (03:00:00:00:00:01)" in said and "peer 5 (02:00:00:00:01:04)" in said, said
    assert bed.kernel() == bed.wanted(iid) and len(bed.get("Peers")) == 1
    assert bed.call("AddPeers", "ua(ss)", index, 2, *flat) == ["fe80::ff:fe00:101%va", "fe80::102%va"]
    assert len(bed.kernel()[1]) == len(bed.kernel()[2]) == 3
    bed.call("AddPeer", "uss", index, "02:00:00:00:01:01", "0000000000000111")
    assert "several interface identifiers" in refused(bed, "RemovePeer", "uss", index, "02:00:00:00:01:01", "")
    assert "peer 2" in refused(bed, "RemovePeers", "ua(ss)", index, 2, *pairs[1], "02:00:00:00:01:01", "")
    assert len(bed.get("Peers")) == 4
    bed.call("RemovePeer", "uss", index, "02:00:00:00:01:01", "0000000000000111")
    bed.call("RemovePeers", "ua(ss)", index, 2, *flat)
    assert bed.kernel() == bed.wanted(iid)


def more_peers_than_configured_are_refused(bed):
    bed.start()
    prepare(bed)
    for i in range(2):
        bed.call("AddPeer", "uss", bed.index(), f"02:00:00:00:00:0{i}", "")
    assert "table is full" in refused(bed, "AddPeer", "uss", bed.index(), "02:00:00:00:00:09", "")
    bed.call("AddPeer", "uss", bed.index(), "02:00:00:00:00:01", "")  # one more reference is no peer more


more_peers_than_configured_are_refused.extra = "address: {max_peers: 2}\n"


TESTS = [the_identifier_is_known_before_the_interface_is_up,
         a_stable_identifier_is_private_and_the_same_after_a_restart, unknown_options_and_values_are_named,
         reserved_identifiers_of_peers_are_refused, a_released_interface_keeps_nothing_of_ours,
         the_kernels_mode_is_left_alone, a_stock_phone_is_answered_and_pinned_and_never_solicited,
         who_is_no_station_is_not_learnt_and_a_station_not_without_end,
         a_link_changes_from_answer_to_none_without_a_trace,
         an_interface_that_returns_under_another_index_is_managed_at_once,
         after_each_up_the_first_connection_stands_at_once, who_is_wanted_and_cannot_be_reached_now_is_pending,
         a_restart_keeps_mode_and_identifier_of_each_link, a_foreign_edit_is_counted_and_told_with_who_and_what,
         two_managers_do_not_fight_for_ever, signals_carry_each_peer_and_the_list_is_only_invalidated,
         many_peers_are_added_all_or_nothing, more_peers_than_configured_are_refused]


if __name__ == "__main__":
    sys.exit(main(TESTS, __doc__))
