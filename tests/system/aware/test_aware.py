#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fascia-aware for real, but for the air: a private D-Bus with the real policy, fascia-addr, and a double of
wpa_supplicant whose data interfaces are veth pairs; the phone is another end of the double. Exit status 77: cannot run."""
import argparse
import json
import os
import stat
import sys
import xml.etree.ElementTree as ElementTree

from bed import (AS_NOBODY, ENDS, ND_AND_MLD, SERVICE, phone, refused_to_everybody, run_tests, sh, signal, until, ROOT,
                 Unit)

OPEN = f"    - {{name: {SERVICE}, role: publish, security: open, port: 7000}}\n"
PAIRED = f"    - {{name: {SERVICE}, role: publish, security: paired, port: 7000}}\n"


def no_nd(frames, what):
    bad = [frame for frame in frames if frame[1] != "-" and int(frame[1]) in ND_AND_MLD]
    assert not bad, f"{what}: {bad}"
    assert frames, f"{what}: nothing was captured"


def by_passphrase(bed, role="publish"):
    path = f"{bed.dir}/passphrase"
    with open(path, "w") as f:
        f.write("correct horse battery\n")
    os.chmod(path, 0o600)
    return (f"    - {{name: {SERVICE}, role: {role}, security: passphrase, passphrase_file: {path}, ciphers: [sk-ccm-128], "
            "port: 7000}\n")


def pair(unit, end, found):
    """The phone bootstraps, takes the PIN that the unit shows, and pairs."""
    unit.call("OpenWindow", "u", 60)
    end.bootstrap(found)
    return end.pair(unit.pin(), found)


def connected(unit, end, found, secret=""):
    end.connect(found, secret)
    return until("the data path is addressed", lambda: unit.paths() and unit.paths()[0])


# Tests: each name is a sentence.

def an_open_data_path_carries_tcp_and_no_neighbor_discovery(bed):
    unit = bed.unit(services=OPEN).start()
    end = bed.phone()
    here = unit.sniffer()
    end.subscribe(SERVICE)
    path = connected(unit, end, end.find())
    assert path["cipher"] == 0 and path["role"] == "responder" and path["address"] == "fe80::8899:aabb:ccdd:eeff%ndi0", path
    bed.exchange(unit, end)
    no_nd(until("frames", lambda: len(Unit.frames(here)) > 50 and Unit.frames(here)), "on the unit's data interface")
    row = unit.get("Interfaces", "org.fascia.Addr1")[0]
    assert row["nd_packets"] == row["mld_packets"] == row["rs_packets"] == 0 and row["nd"] == "none", row
    assert unit.kernel() == (["fe80::8899:aabb:ccdd:eeff"], ["fe80::8899:aabb:ccdd:eeff"]), unit.kernel()


def the_end_of_a_data_path_removes_address_route_and_neighbour(bed):
    unit = bed.unit(services=OPEN).start()
    end = bed.phone()
    end.subscribe(SERVICE)
    connection = end.connect(end.find())
    until("addressed", lambda: unit.paths())
    end.terminate(connection)
    until("gone", lambda: unit.get("DataPaths") == [] and unit.kernel() == ([], []))
    path = connected(unit, end, end.find())
    unit.call("Disconnect", "u", path["id"])
    end.control.wait("NAN-NDP-DISCONNECTED")
    until("gone again", lambda: unit.get("DataPaths") == [] and unit.kernel() == ([], []))


def a_passphrase_secures_a_data_path_and_a_wrong_one_does_not(bed):
    unit = bed.unit(services=by_passphrase(bed)).start()
    end = bed.phone()
    end.subscribe(SERVICE)
    found = end.find()
    assert end.request_path(found, f"csid=1 pwd_hex={b'wrong horse'.hex()}") == "OK\n"
    failed = end.control.wait("NAN-NDP-DISCONNECTED")
    assert failed["failure"] == "1", failed
    assert unit.paths() == []
    path = connected(unit, end, end.find(), f"csid=1 pwd_hex={b'correct horse battery'.hex()}")
    assert path["cipher"] == 1, path
    bed.exchange(unit, end, 10000)


def an_open_request_to_a_secured_service_is_refused(bed):
    unit = bed.unit(services=by_passphrase(bed)).start()
    end = bed.phone()
    end.subscribe(SERVICE)
    assert end.request_path(end.find()) == "OK\n"
    end.control.wait("NAN-NDP-DISCONNECTED")
    assert unit.paths() == []


def a_phone_pairs_by_the_pin_that_is_shown_and_connects(bed):
    unit = bed.unit(services=PAIRED).start()
    end = bed.phone()
    end.subscribe(SERVICE)
    found = end.find()
    pair(unit, end, found)
    peer = until("remembered", lambda: next((p for p in unit.get("Peers") if p["remembered"]), None))
    assert peer["paired"] and not peer["must_pair_again"] and peer["id"] > 0, peer
    path = connected(unit, end, end.find())
    assert path["cipher"] != 0 and path["peer"] == peer["id"], path
    bed.exchange(unit, end, 10000)
    store = f"{unit.dir}/state/aware/pairings"
    until("stored", lambda: os.path.exists(store))
    assert stat.S_IMODE(os.stat(store).st_mode) == 0o600 and stat.S_IMODE(os.stat(os.path.dirname(store)).st_mode) == 0o700
    unit.ctl("aware", "rename", str(peer["id"]), "Anna")
    assert "Anna" in unit.ctl("aware", "peers")


def no_window_no_pairing(bed):
    unit = bed.unit(services=PAIRED).start()
    end = bed.phone()
    end.subscribe(SERVICE)
    found = end.find()
    end.must(f"NAN_BOOTSTRAP {found['address']} handle={end.service_id} req_instance_id={found['publish_id']} method=32")
    end.control.none_of("NAN-BOOTSTRAP-SUCCESS", 1.5)
    assert unit.get("Requests") == []
    assert end.send_pair(found["address"], found["publish_id"], 1, "123456") in ("OK\n", "FAIL\n")
    end.control.none_of("NAN-PAIRING-STATUS", 1.5, status="success")
    assert not any(p["paired"] for p in unit.get("Peers"))


def a_wrong_pin_ends_the_request_and_the_phone_may_try_again(bed):
    unit = bed.unit(services=PAIRED).start()
    end = bed.phone()
    end.subscribe(SERVICE)
    found = end.find()
    unit.call("OpenWindow", "u", 60)
    end.bootstrap(found)
    first = unit.pin()
    wrong = "000000" if first != "000000" else "111111"
    end.send_pair(found["address"], found["publish_id"], 1, wrong)
    assert end.control.wait("NAN-PAIRING-STATUS")["status"] == "failure"
    second = until("another PIN is shown", lambda: (pin := unit.pin()) != first and pin)
    assert not any(p["paired"] for p in unit.get("Peers"))
    end.pair(second, found)
    until("paired", lambda: any(p["paired"] for p in unit.get("Peers")))


def a_data_path_without_a_pairing_is_rejected(bed):
    unit = bed.unit(services=PAIRED).start()
    end = bed.phone()
    end.subscribe(SERVICE)
    assert end.request_path(end.find(), f"csid=1 pmk={'11' * 32}") == "OK\n"
    end.control.wait("NAN-NDP-DISCONNECTED")
    assert unit.paths() == []


def a_request_that_is_refused_by_the_person_pairs_nobody(bed):
    unit = bed.unit(services=PAIRED).start()
    end = bed.phone()
    end.subscribe(SERVICE)
    unit.call("OpenWindow", "u", 60)
    end.bootstrap(end.find())
    unit.pin()
    unit.call("Refuse", "u", unit.get("Requests")[0]["id"])
    until("ended", lambda: unit.get("Requests") == [])
    assert not any(p["paired"] for p in unit.get("Peers"))


def a_killed_engine_is_taken_up_again_and_its_pairings_are_said_to_be_lost(bed):
    unit = bed.unit(services=PAIRED).start()
    end = bed.phone()
    end.subscribe(SERVICE)
    pair(unit, end, end.find())
    until("remembered", lambda: any(p["remembered"] for p in unit.get("Peers")))
    connected(unit, end, end.find())
    run = unit.get("Engine")["run"]
    unit.engine.kill(signal.SIGKILL)
    until("noticed", lambda: unit.get("Engine")["state"] != "running")
    until("no data path is left", lambda: unit.get("DataPaths") == [])
    unit.start_engine()
    unit.running()
    assert unit.get("Engine")["run"] == run + 1
    peer = next(p for p in unit.get("Peers") if p["id"])
    assert peer["must_pair_again"], peer
    assert unit.state() == ("DEGRADED", "aware-pairings-lost"), unit.state()
    assert "must pair again: the engine was restarted" in unit.ctl("aware", "peers")
    # A phone that has not forgotten the unit would use the old key, and is refused.
    end = bed.phone_again(end)
    end.subscribe(SERVICE)
    pair(unit, end, end.find())
    until("one and the same peer", lambda: [p["id"] for p in unit.get("Peers") if p["paired"]] == [peer["id"]])
    until("well again", lambda: unit.state() == ("FULL", "none"))


def a_phone_that_vanishes_is_gone_after_the_idle_end(bed):
    unit = bed.unit(services=OPEN, extra="  idle_s: 60\n").start()
    end = bed.phone()
    end.subscribe(SERVICE)
    connected(unit, end, end.find())
    end.engine.kill(signal.SIGKILL)
    ENDS.remove(end)
    until("gone", lambda: unit.get("DataPaths") == [] and unit.kernel() == ([], []), 60)


def a_killed_address_service_gets_its_peers_again(bed):
    unit = bed.unit(services=OPEN).start()
    end = bed.phone()
    end.subscribe(SERVICE)
    connected(unit, end, end.find())
    unit.addr.kill()
    unit.addr.wait()
    sh("ip", "-n", unit.netns, "-6", "neigh", "flush", "dev", "ndi0", "nud", "permanent")
    sh("ip", "-n", unit.netns, "-6", "neigh", "del", "fe80::8899:aabb:ccdd:eeff", "dev", "ndi0", check=False)
    unit.start_addr()
    until("addressed again", lambda: unit.kernel() == (["fe80::8899:aabb:ccdd:eeff"], ["fe80::8899:aabb:ccdd:eeff"])
          and unit.paths())
    bed.exchange(unit, end, 10000)


def without_an_address_service_it_says_so_and_waits(bed):
    unit = bed.unit(services=OPEN)
    unit.start_engine()
    unit.start_aware()
    until("said", lambda: unit.state()[1] == "aware-no-address")
    unit.start_addr()
    unit.running()
    until("well", lambda: unit.state() == ("FULL", "none"))


def without_an_engine_it_says_so_and_waits(bed):
    unit = bed.unit(services=OPEN)
    unit.start_addr()
    unit.start_aware()
    until("said", lambda: unit.state() == ("FAILED", "aware-engine-down"))
    unit.start_engine()
    unit.running()


def a_radio_that_is_unplugged_and_back_is_used_again(bed):
    unit = bed.unit(services=OPEN).start()
    sh("ip", "-n", unit.netns, "link", "del", "wlan0")
    until("noticed", lambda: unit.state() == ("FAILED", "aware-no-radio"))
    assert "there is no interface wlan0" in unit.get("Detail")
    sh("ip", "-n", unit.netns, "link", "add", "wlan0", "type", "veth", "peer", "name", "far")
    unit.running()
    until("well", lambda: unit.state() == ("FULL", "none"))


def a_bus_that_is_restarted_finds_it_again(bed):
    unit = bed.unit(services=OPEN).start()
    unit.bus_daemon.kill()
    unit.bus_daemon.wait()
    os.unlink(f"{unit.dir}/bus")
    unit.start_bus()
    until("answers", lambda: unit.get("Engine")["state"] == "running")
    until("well", lambda: unit.state() == ("FULL", "none"))


def it_stops_in_order_and_leaves_nothing(bed):
    unit = bed.unit(services=OPEN).start()
    end = bed.phone()
    end.subscribe(SERVICE)
    connected(unit, end, end.find())
    unit.aware.terminate()
    assert unit.aware.wait(10) == 0
    end.control.wait("NAN-NDP-DISCONNECTED")
    world = unit.engine.global_control()
    assert "nan0" not in world.request("INTERFACES"), world.request("INTERFACES")
    world.close()
    assert unit.kernel() == ([], [])


def a_second_instance_waits_for_the_name(bed):
    unit = bed.unit(services=OPEN).start()
    first = unit.aware
    with open(f"{unit.dir}/aware.log", "a") as log:
        second = unit.inside(bed.options.aware, "--config", f"{unit.dir}/fascia.yaml", stdout=log, stderr=log)
    sh("busctl", f"--address={unit.bus}", "list")
    assert unit.get("Engine")["state"] == "running" and second.poll() is None
    first.terminate()
    assert first.wait(10) == 0
    until("the second has taken over", lambda: unit.get("Engine")["state"] == "running")


def a_hundred_repeated_and_garbage_events_change_nothing(bed):
    unit = bed.unit(services=OPEN).start(rules=("garbage * times=0", "repeat NAN-NDP-CONNECTED", "repeat NAN-REPLIED times=0",
                                                "long-ssi NAN-NDP-REQUEST"))
    end = bed.phone()
    end.subscribe(SERVICE)
    path = connected(unit, end, end.find())
    assert len(unit.paths()) == 1 and path["connected"]
    bed.exchange(unit, end, 10000)


def orders_are_for_those_whom_the_policy_names(bed):
    unit = bed.unit(services=PAIRED).start()
    refused_to_everybody(unit.call, (("OpenWindow", ("u", 10)), ("GetPin", ("u", 1)), ("Forget", ("u", 1)),
                                     ("Connect", ("s", "02:00:00:00:00:01"))))
    sh(*AS_NOBODY, "busctl", f"--address={unit.bus}", "get-property", "org.fascia.Aware1", "/org/fascia/Aware1",
       "org.fascia.Aware1", "Peers")


def wrong_orders_are_answered_with_what_is_wrong(bed):
    unit = bed.unit(services=OPEN).start()
    for method, arguments, clause in (
            ("Connect", ("s", "nonsense"), "xx:xx:xx:xx:xx:xx"), ("Forget", ("u", 99), "such"), ("Cancel", ("u", 99), "such"),
            ("EnterPin", ("us", 1, "12345678901234567890"), ""), ("Publish", ("sa{sv}", "no name", 0), ""),
            ("Publish", ("sa{sv}", "_x._tcp", 1, "colour", "s", "red"), "no option"),
            ("Publish", ("sa{sv}", "_x._tcp", 1, "port", "u", 70000), "0 to 65535"),
            ("Subscribe", ("sa{sv}", "_x._tcp", 1, "info", "s", "0"), "hexadecimal")):
        try:
            unit.call(method, *arguments)
        except AssertionError as problem:
            assert clause in str(problem), (method, problem)
        else:
            raise AssertionError(f"{method} {arguments} was accepted")
    assert unit.get("Engine")["state"] == "running"


def a_service_that_the_bus_gives_is_on_the_air_until_it_is_cancelled(bed):
    unit = bed.unit(services=OPEN).start()
    end = bed.phone()
    number = unit.call("Publish", "sa{sv}", "_other._udp", 2, "security", "s", "open", "port", "u", 9000)
    end.subscribe("_other._udp")
    path = connected(unit, end, end.find())
    assert path["id"] > 0
    unit.call("Cancel", "u", number)
    until("cancelled", lambda: all(s["name"] != "_other._udp" for s in unit.get("Services")))


def the_object_has_the_interface_of_the_contract(bed):
    unit = bed.unit(services=OPEN)
    unit.start_aware()

    def members(text):
        found = set()
        for member in next(i for i in ElementTree.fromstring(text[text.index("<node"):]).iter("interface")
                           if i.get("name") == "org.fascia.Aware1"):
            arguments = tuple((a.get("direction", "out" if member.tag == "signal" else "in"), a.get("type"))
                              for a in member.iter("arg"))
            if member.tag in ("method", "signal", "property"):
                found.add((member.tag, member.get("name"), member.get("type"), arguments))
        return found

    real = sh("busctl", f"--address={unit.bus}", "--xml-interface", "introspect", "org.fascia.Aware1", "/org/fascia/Aware1")
    with open(f"{ROOT}/config/dbus/org.fascia.Aware1.xml") as f:
        assert members(real) == members(f.read()), members(real) ^ members(open(f.name).read())


def no_secret_is_in_a_log_or_on_the_bus(bed):
    unit = bed.unit(services=PAIRED).start()
    end = bed.phone()
    end.subscribe(SERVICE)
    watching = bed.spawn("dbus-monitor", "--address", unit.bus, "type=signal", stdout=open(f"{bed.dir}/signals", "w"))
    unit.call("OpenWindow", "u", 60)
    end.bootstrap(found := end.find())
    pin = unit.pin()
    nik = end.pair(pin, found)
    until("remembered", lambda: any(p["remembered"] for p in unit.get("Peers")))
    watching.terminate()
    watching.wait()
    told = unit.log() + open(f"{bed.dir}/signals").read()
    for secret in (pin, nik["nik"], end.nd_pmk):
        assert secret not in told, "a secret was told"


def two_fascia_units_find_pair_and_connect_each_other(bed):
    one = bed.unit("one", "42:00:00:00:00:00", PAIRED).start()
    two = bed.unit("two", "42:00:00:00:01:00",
                   f"    - {{name: {SERVICE}, role: subscribe, security: paired, connect: on-order}}\n").start()
    sniffers = [unit.sniffer() for unit in (one, two)]
    peer = until("found", lambda: next((p for p in two.get("Peers") if p["state"] == "discovered"), None))
    one.call("OpenWindow", "u", 60)
    two.call("Pair", "s", peer["nmi"])
    pin = one.pin()
    request = until("asked", lambda: next((r for r in two.get("Requests") if r["kind"] == "enter-pin"), None))
    two.call("EnterPin", "us", request["id"], pin)
    for unit in (one, two):
        until("remembered", lambda: any(p["remembered"] for p in unit.get("Peers")))
    two.call("Connect", "s", peer["nmi"])
    here = until("addressed", lambda: one.paths() and one.paths()[0])
    there = until("addressed", lambda: two.paths() and two.paths()[0])
    assert there["port"] == 7000 and there["role"] == "initiator" and here["role"] == "responder", (here, there)
    assert here["address"].split("%")[0] == two.own_address().split("%")[0]
    bed.exchange_units(one, two)
    for sniffer in sniffers:
        no_nd(Unit.frames(sniffer), "between two units")
    two.call("Disconnect", "u", there["id"])
    until("gone on both", lambda: one.get("DataPaths") == [] and two.get("DataPaths") == [])
    assert one.kernel() == two.kernel() == ([], [])


def a_subscriber_connects_by_itself_where_it_is_told_to(bed):
    one = bed.unit("one", "42:00:00:00:00:00", OPEN).start()
    two = bed.unit("two", "42:00:00:00:01:00",
                   f"    - {{name: {SERVICE}, role: subscribe, security: open, connect: any}}\n").start()
    until("addressed", lambda: one.paths() and two.paths())
    bed.exchange_units(one, two)


def under_fasciad_the_engine_is_spawned_and_taken_up_again_when_it_dies(bed):
    extra = f"  supplicant: {{program: {phone.PROGRAM}}}\n"
    unit = bed.unit(services=OPEN, extra=extra)
    os.rmdir(f"{unit.run}/aware")
    with open(f"{unit.dir}/fascia.yaml", "a") as f:
        f.write("audio: {enabled: false}\nsupervisor:\n  black_box: {path: none}\n  backoff_first_ms: 100\n")
    with open(f"{unit.dir}/aware.log", "a") as log:
        fasciad = unit.inside(bed.options.fasciad, "--config", f"{unit.dir}/fascia.yaml", stdout=log, stderr=log,
                              env={**os.environ, **bed.engine_environment(unit.nmi), "PYTHONDONTWRITEBYTECODE": "1"})
    unit.running()
    until("FULL", lambda: '"aware": {\n      "state": "FULL"' in unit.ctl("status", "--json"))
    end = bed.phone()
    end.subscribe(SERVICE)
    connected(unit, end, end.find())
    pid = next(u for u in json.loads(unit.ctl("status", "--json"))["units"].items() if u[0] == "wpa_supplicant")[1]["pid"]
    run = unit.get("Engine")["run"]
    os.kill(pid, signal.SIGKILL)
    until("another life", lambda: unit.get("Engine")["run"] == run + 1 and unit.get("Engine")["state"] == "running")
    end = bed.phone_again(end)
    end.subscribe(SERVICE)
    connected(unit, end, end.find())
    folder = f"{unit.dir}/state/aware"
    assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
    fasciad.terminate()
    assert fasciad.wait(30) == 0
    end.control.wait("NAN-NDP-DISCONNECTED")
    assert sh("ip", "netns", "pids", unit.netns).split() == [], "something was left"


TESTS = [an_open_data_path_carries_tcp_and_no_neighbor_discovery,
         the_end_of_a_data_path_removes_address_route_and_neighbour,
         a_passphrase_secures_a_data_path_and_a_wrong_one_does_not,
         an_open_request_to_a_secured_service_is_refused,
         a_phone_pairs_by_the_pin_that_is_shown_and_connects,
         no_window_no_pairing,
         a_wrong_pin_ends_the_request_and_the_phone_may_try_again,
         a_data_path_without_a_pairing_is_rejected,
         a_request_that_is_refused_by_the_person_pairs_nobody,
         a_killed_engine_is_taken_up_again_and_its_pairings_are_said_to_be_lost,
         a_phone_that_vanishes_is_gone_after_the_idle_end,
         a_killed_address_service_gets_its_peers_again,
         without_an_address_service_it_says_so_and_waits,
         without_an_engine_it_says_so_and_waits,
         a_radio_that_is_unplugged_and_back_is_used_again,
         a_bus_that_is_restarted_finds_it_again,
         it_stops_in_order_and_leaves_nothing,
         a_second_instance_waits_for_the_name,
         a_hundred_repeated_and_garbage_events_change_nothing,
         orders_are_for_those_whom_the_policy_names,
         wrong_orders_are_answered_with_what_is_wrong,
         a_service_that_the_bus_gives_is_on_the_air_until_it_is_cancelled,
         the_object_has_the_interface_of_the_contract,
         no_secret_is_in_a_log_or_on_the_bus,
         two_fascia_units_find_pair_and_connect_each_other,
         a_subscriber_connects_by_itself_where_it_is_told_to,
         under_fasciad_the_engine_is_spawned_and_taken_up_again_when_it_dies]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--aware", required=True, help="the fascia-aware program")
    parser.add_argument("--addr", required=True, help="the fascia-addr program")
    parser.add_argument("--fasciactl", required=True, help="the fasciactl program")
    parser.add_argument("--fasciad", required=True, help="the fasciad program")
    return run_tests(parser, TESTS)


if __name__ == "__main__":
    sys.exit(main())
