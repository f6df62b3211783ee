#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The double's scripted misbehaviour: each action of script.py does what is written there."""
import os
import signal
import subprocess
import sys
import threading
import time

import bed
import phone
from bed import HU_NMI, PHONE_NMI, PIN, Air, connect, meet, same

PAIRED = "cipher_suites=1,7 pbm=2"


def test_a_script_is_refused_as_a_whole_when_a_line_is_wrong():
    from double.script import ScriptError, parse
    for line in ("lose", "explode NAN_START", "drop NAN_START", "fail NAN-STOPPED", "lose unknown", "drop NAN-STOPPED by=1",
                 "fail nik", "verify auth1 times=x"):
        try:
            parse(line)
        except (ScriptError, ValueError):
            continue
        raise AssertionError(f"taken: {line}")
    assert parse("# only a comment") is None and parse("") is None
    with Air() as air:
        try:
            air.engine("bad", rules=("nonsense",))
        except phone.Failed:
            return
        raise AssertionError("it runs with a wrong script")


def test_the_nth_response_fails_and_the_request_stays():
    with Air() as air:
        hu, other = air.pair_of_ends(hu_rules=("fail NAN_NDP_RESPONSE nth=2",))
        found = meet(hu, other)
        connect(hu, other, found)
        same(other.request_path(found), "OK\n")
        asked = hu.control.wait("NAN-NDP-REQUEST")
        same(hu.respond(asked), "FAIL\n")
        same(hu.respond(asked), "OK\n")
        other.connected()


def test_a_rule_can_be_given_at_run_time():
    with Air() as air:
        hu, other = air.pair_of_ends()
        same(hu.world.request("DOUBLE_RULE fail NAN_STOP times=0"), "OK\n")
        assert hu.world.request("DOUBLE_RULE nonsense").startswith("FAIL")
        for _ in range(3):
            hu.must("NAN_STOP", want="FAIL\n")


def test_the_other_sides_pin_is_wrong():
    with Air() as air:
        hu, other = air.pair_of_ends(phone_rules=("pin NAN_PAIR value=999999",))
        found = meet(hu, other, PAIRED)
        same(other.send_pair(HU_NMI, found["publish_id"], 1, PIN), "OK\n")
        asked = hu.control.wait("NAN-PAIRING-REQUEST")
        same(hu.send_pair(PHONE_NMI, asked["instance_id"], 1, PIN, responder=True), "OK\n")
        same(other.control.wait("NAN-PAIRING-STATUS")["status"], "failure")


def test_a_pairing_claims_to_verify_though_it_is_new():
    with Air() as air:
        hu, other = air.pair_of_ends(phone_rules=("verify auth1",))
        found = meet(hu, other, PAIRED)
        same(other.send_pair(HU_NMI, found["publish_id"], 1, PIN), "OK\n")
        same(hu.control.wait("NAN-PAIRING-REQUEST")["verify"], "1")


def test_an_event_is_dropped_delayed_or_repeated():
    with Air() as air:
        hu, other = air.pair_of_ends(hu_rules=("drop NAN-NDP-CONNECTED", "repeat NAN-NDP-DISCONNECTED copies=3"),
                                     phone_rules=("delay NAN-NDP-CONNECTED by=4",))
        found = meet(hu, other)
        same(other.request_path(found), "OK\n")
        hu.accept()
        other.control.none_of("NAN-NDP-CONNECTED", air.seconds(2))
        path = other.connected()
        hu.control.none_of("NAN-NDP-CONNECTED", air.seconds(2))
        other.terminate(path)
        for _ in range(3):
            hu.control.wait("NAN-NDP-DISCONNECTED")
        hu.control.none_of("NAN-NDP-DISCONNECTED", air.seconds(1))


def test_garbage_comes_before_an_event_and_a_service_info_is_very_long():
    with Air() as air:
        hu, other = air.pair_of_ends(hu_rules=("garbage NAN-REPLIED", "garbage NAN-NDP-REQUEST text=NAN-NDP-REQUEST peer_nmi=x",
                                               "long-ssi NAN-NDP-REQUEST octets=3000"))
        found = meet(hu, other)
        hu.control.wait("NAN-UNKNOWN-EVENT")
        hu.control.wait("NAN-REPLIED")
        same(other.request_path(found), "OK\n")
        same(hu.control.wait("NAN-NDP-REQUEST").fields, {"peer_nmi": "x"})
        same(len(hu.control.wait("NAN-NDP-REQUEST")["ssi"]), 6000)


def test_a_reply_comes_after_the_events_it_caused():
    with Air() as air:
        hu = air.end("hu", HU_NMI, rules=("late NAN_START by=3",), set_up=False)
        hu.open()
        hu.must("NAN_START")
        same([event.name for event in hu.control.events], ["NAN-CLUSTER-JOIN"])


def test_it_hangs_for_a_while_and_then_goes_on():
    with Air() as air:
        hu = air.end("hu", HU_NMI, rules=("hang NAN_STATUS by=20",))
        began = time.monotonic()
        assert hu.control.request("NAN_STATUS").startswith("nan_started=1")
        assert time.monotonic() - began >= air.seconds(20)


def test_it_dies_at_an_event_a_command_or_a_frame_and_the_next_start_is_clean():
    for rule in ("die NAN-NDP-REQUEST", "die NAN_NDP_RESPONSE", "die ndp_response"):
        with Air() as air:
            hu, other = air.pair_of_ends(hu_rules=(rule,))
            same(other.request_path(meet(hu, other)), "OK\n")
            asked = hu.control.wait_any(("NAN-NDP-REQUEST",), air.seconds(20))
            if asked:
                hu.control.socket.send(hu.response_line(asked).encode())
            same(hu.engine.process.wait(phone.WAIT_S), -signal.SIGKILL)
            again = air.end("hu", HU_NMI)
            same(meet(again, other)["address"], HU_NMI)


def test_a_peer_vanishes_and_its_data_path_dies_of_idleness():
    with Air() as air:
        hu, other = air.pair_of_ends(phone_rules=("vanish NAN-NDP-CONNECTED",))
        connect(hu, other, meet(hu, other))
        hu.control.events.clear()
        hu.control.none_of("NAN-REPLIED", air.seconds(3))
        same(hu.control.wait("NAN-NDP-DISCONNECTED")["reason"], "1")


def test_the_engine_itself_rejects_or_counters_a_request():
    with Air() as air:
        hu, other = air.pair_of_ends(hu_rules=("reject ndp_request reason=9", "counter ndp_request nth=2"))
        found = meet(hu, other)
        same(other.request_path(found), "OK\n")
        ended = other.control.wait("NAN-NDP-DISCONNECTED")
        same((ended["reason"], ended["failure"]), ("9", "1"))
        same(other.request_path(found), "OK\n")
        hu.accept()
        counter = other.control.wait("NAN-NDP-COUNTER-REQUEST")
        same(other.respond(counter), "OK\n")
        other.connected()
        hu.connected()


def test_one_side_is_connected_and_the_other_is_not():
    with Air() as air:
        hu, other = air.pair_of_ends(hu_rules=("lose ndp_install",))
        found = meet(hu, other, "cipher_suites=1")
        same(other.request_path(found, "csid=1 password=x"), "OK\n")
        hu.accept("csid=1 password=x")
        hu.connected()
        ended = other.control.wait("NAN-NDP-DISCONNECTED")
        same((ended["reason"], ended["locally_generated"], ended["failure"]), ("1", "1", "1"))


def test_a_schedule_change_is_never_done_as_on_simulated_radios():
    with Air() as air:
        hu, other = air.pair_of_ends(hu_rules=("stuck NAN_SCHED_CONFIG_MAP times=0",))
        path = connect(hu, other, meet(hu, other))
        hu.must("NAN_SCHED_CONFIG_MAP map_id=1 2437:0e000000")
        hu.control.none_of("NAN-SCHEDULE-UPDATE-DONE", air.seconds(5))
        other.terminate(path)
        hu.must(f"NAN_SCHED_CONFIG_MAP {phone.SCHEDULE}", want="FAIL\n")


def test_the_phone_program_plays_both_roles():
    with Air() as air:
        environment = {**os.environ, "FASCIA_DOUBLE_AIR": f"{air.folder}/air", "FASCIA_DOUBLE_SPEED": str(air.speed),
                       "FASCIA_DOUBLE_NETDEV": "none"}
        program = [os.path.join(phone.HERE, "phone")]
        result = {}

        def hu():
            result["hu"] = subprocess.run([*program, f"publish:_example._tcp:{PAIRED}", "authorize",
                                           f"answer:{PIN}", "accept", "wait:NAN-NDP-DISCONNECTED"], env=environment,
                                          capture_output=True, text=True)
        thread = threading.Thread(target=hu)
        thread.start()
        steps = ("subscribe:_example._tcp", "find", "bootstrap", f"pair:{PIN}", "connect", "terminate")
        other = subprocess.run([*program, *steps], env=environment, capture_output=True, text=True)
        thread.join()
        same((other.returncode, result["hu"].returncode), (0, 0), other.stdout + result["hu"].stdout)
        assert '"step": "connect", "event": "NAN-NDP-CONNECTED"' in other.stdout
        failed = subprocess.run([*program, "nonsense"], env=environment, capture_output=True, text=True)
        same(failed.returncode, 1)


if __name__ == "__main__":
    sys.exit(bed.main(dict(globals())))
