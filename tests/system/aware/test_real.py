#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fascia-aware and fascia-addr with the wpa_supplicant that --program names, on simulated radios: in the rig's guest.
Names of tests are arguments. Those that are not here are test_aware.py's, run against the real engine."""
import argparse
import os
import sys

import test_aware
from bed import ND_AND_MLD, SERVICE, Unit, run_tests, signal, sh, until
from real_bed import RealBed
from test_aware import OPEN, PAIRED, by_passphrase, no_nd

SUBSCRIBE = f"    - {{name: {SERVICE}, role: subscribe, security: %s, connect: %s}}\n"
IDLE_END_S = 25
IDLE_END = f"  idle_s: {IDLE_END_S}\n"        # the only sign of a peer that is gone; each end has its own


def two_units(bed, publish, subscribe):
    one = bed.unit("one", services=publish, extra=IDLE_END).start()
    two = bed.unit("two", services=subscribe, extra=IDLE_END).start()
    return one, two


def nmi_of(unit, other):
    return until("the other is found", lambda: next((p["nmi"] for p in unit.get("Peers") if p["nmi"]), None)
                 if other.get("Engine")["state"] == "running" else None)


def both_addressed(one, two, cipher=None):
    for unit in (one, two):
        until("addressed", lambda: [p for p in unit.paths() if p["address"]])
    if cipher is not None:
        assert [unit.paths()[0]["cipher"] for unit in (one, two)] == [cipher, cipher], (one.paths(), two.paths())


def silent(*units):
    """The kernel's own count of what left the data interface, since that was made."""
    for unit in units:
        for line in sh("ip", "netns", "exec", unit.netns, "cat", "/proc/net/dev_snmp6/ndi0").splitlines():
            name, value = line.split()
            if name.startswith("Icmp6OutType") and int(name.removeprefix("Icmp6OutType")) in ND_AND_MLD:
                raise AssertionError(f"{unit.name}: {line}")


def pair(one, two):
    """By the PIN that `one` shows and that is typed at `two`."""
    nmi = nmi_of(two, one)
    one.call("OpenWindow", "u", 120)
    two.call("Pair", "s", nmi)
    pin = one.pin()
    request = until("asked", lambda: next((r for r in two.get("Requests") if r["kind"] == "enter-pin"), None))
    two.call("EnterPin", "us", request["id"], pin)
    for unit in (one, two):
        until("paired", lambda: any(p["paired"] for p in unit.get("Peers")))
    return nmi


# Tests: each name is a sentence.

def two_units_meet_and_exchange_bytes_over_an_open_data_path_without_a_single_nd_packet(bed):
    one, two = two_units(bed, OPEN, SUBSCRIBE % ("open", "on-order"))
    captures = [bed.capture(unit.netns, f"{bed.options.out}/{unit.name}.pcap") for unit in (one, two)]
    two.call("Connect", "s", nmi_of(two, one))
    both_addressed(one, two, 0)
    bed.exchange_units(one, two)
    two.call("Disconnect", "u", two.paths()[0]["id"])
    for unit in (one, two):
        until("gone", lambda: unit.get("DataPaths") == [] and unit.kernel() == ([], []))
    for capture in captures:
        bed.end_capture(capture)
    silent(one, two)
    for unit in (one, two):
        row = unit.get("Interfaces", "org.fascia.Addr1")[0]
        assert row["nd_packets"] == row["mld_packets"] == row["rs_packets"] == 0 and row["nd"] == "none", row


def a_passphrase_secures_the_data_path_of_two_units(bed):
    one, two = two_units(bed, by_passphrase(bed), by_passphrase(bed, "subscribe").replace("port: 7000", "connect: any"))
    both_addressed(one, two, 1)
    bed.exchange_units(one, two)
    silent(one, two)


def two_units_pair_by_pin_and_connect_and_need_no_pin_for_the_next_data_path(bed):
    one, two = two_units(bed, PAIRED, SUBSCRIBE % ("paired", "on-order"))
    sniffers = [unit.sniffer() for unit in (one, two)]
    nmi = pair(one, two)
    for _ in range(2):
        two.call("Connect", "s", nmi)
        both_addressed(one, two)
        assert one.paths()[0]["cipher"] != 0, one.paths()
        bed.exchange_units(one, two)
        two.call("Disconnect", "u", two.paths()[0]["id"])
        for unit in (one, two):
            until("gone", lambda: unit.get("DataPaths") == [] and unit.kernel() == ([], []))
    for sniffer in sniffers:
        no_nd(Unit.frames(sniffer), "between two units")
    silent(one, two)


def a_unit_that_leaves_and_comes_back_is_connected_again(bed):
    one, two = two_units(bed, OPEN, SUBSCRIBE % ("open", "any"))
    both_addressed(one, two)
    two.aware.terminate()
    assert two.aware.wait(30) == 0
    until("the one that stays is told", lambda: one.get("DataPaths") == [] and one.kernel() == ([], []))
    two.start_aware()
    two.running()
    both_addressed(one, two)
    bed.exchange_units(one, two)
    silent(one)


def everything_is_established_again_after_the_engine_of_the_publisher_is_killed(bed):
    one, two = two_units(bed, OPEN, SUBSCRIBE % ("open", "any"))
    both_addressed(one, two)
    run = one.get("Engine")["run"]
    one.engine.kill(signal.SIGKILL)
    until("noticed", lambda: one.get("Engine")["state"] != "running" and one.get("DataPaths") == [])
    one.start_engine()
    one.running()
    assert one.get("Engine")["run"] > run
    # The other end is told nothing: it has the dead data path until its idle end.
    until("connected anew", lambda: [p for p in one.paths() if p["address"]], 4 * IDLE_END_S + 60)
    both_addressed(one, two)
    bed.exchange_units(one, two)
    silent(one)


def everything_is_established_again_after_the_engine_of_the_subscriber_is_killed(bed):
    one, two = two_units(bed, OPEN, SUBSCRIBE % ("open", "any"))
    both_addressed(one, two)
    two.engine.kill(signal.SIGKILL)
    until("noticed", lambda: two.get("Engine")["state"] != "running" and two.get("DataPaths") == [])
    two.start_engine()
    two.running()
    until("connected anew", lambda: [p for p in two.paths() if p["address"]], 4 * IDLE_END_S + 60)
    until("one data path is left", lambda: len(one.get("DataPaths")) == 1, 4 * IDLE_END_S + 60)
    bed.exchange_units(one, two)
    silent(two)


def a_publisher_has_data_paths_to_two_units_at_once(bed):
    one, two = two_units(bed, OPEN, SUBSCRIBE % ("open", "any"))
    three = bed.unit("three", services=SUBSCRIBE % ("open", "any")).start()
    until("both are addressed", lambda: len([p for p in one.paths() if p["address"]]) == 2)
    for unit in (two, three):
        until("addressed", lambda: [p for p in unit.paths() if p["address"]])
        bed.talk_both_ways((one.netns, one.own_address()), (unit.netns, unit.own_address()), 20000)
    two.call("Disconnect", "u", two.paths()[0]["id"])
    until("one is left", lambda: len(one.kernel()[1]) == 1)
    bed.talk_both_ways((one.netns, one.own_address()), (three.netns, three.own_address()), 20000)
    silent(one, three)


def a_phone_that_vanishes_is_gone_after_its_idle_end(bed):
    unit = bed.unit(services=OPEN, extra=IDLE_END).start()
    end = bed.phone()
    end.subscribe(SERVICE)
    test_aware.connected(unit, end, end.find())
    end.engine.kill(signal.SIGKILL)
    until("gone", lambda: unit.get("DataPaths") == [] and unit.kernel() == ([], []), 4 * IDLE_END_S)


TESTS = [two_units_meet_and_exchange_bytes_over_an_open_data_path_without_a_single_nd_packet,
         a_passphrase_secures_the_data_path_of_two_units,
         two_units_pair_by_pin_and_connect_and_need_no_pin_for_the_next_data_path,
         a_unit_that_leaves_and_comes_back_is_connected_again,
         everything_is_established_again_after_the_engine_of_the_publisher_is_killed,
         everything_is_established_again_after_the_engine_of_the_subscriber_is_killed,
         a_publisher_has_data_paths_to_two_units_at_once,
         test_aware.a_passphrase_secures_a_data_path_and_a_wrong_one_does_not,
         test_aware.a_phone_pairs_by_the_pin_that_is_shown_and_connects,
         test_aware.a_wrong_pin_ends_the_request_and_the_phone_may_try_again,
         test_aware.a_killed_engine_is_taken_up_again_and_its_pairings_are_said_to_be_lost,
         a_phone_that_vanishes_is_gone_after_its_idle_end,
         test_aware.it_stops_in_order_and_leaves_nothing]


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--program", default=os.environ.get("FASCIA_WPA_SUPPLICANT", ""))
    arguments.add_argument("--aware", default="fascia-aware")
    arguments.add_argument("--addr", default="fascia-addr")
    arguments.add_argument("--fasciactl", default="fasciactl")
    arguments.add_argument("--out", default=".")
    arguments.add_argument("--radios", type=int, default=3)
    sys.exit(run_tests(arguments, TESTS, RealBed))
