#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What was measured of the real engine and surprises, shown on the double: one test for each of the sixteen findings.

What concerns devices (the carrier, IFF_UP, what stays on an NDI) needs root and is in test_netdev.py.
"""
import os
import re
import signal
import stat
import sys
import threading
import time

import bed
import phone
from bed import HU_NDI, HU_NMI, PHONE_NDI, PHONE_NMI, PIN, SERVICE, Air, connect, meet, pair, same

SECURED = "csid=1 pwd_hex=4e414e"
PAIRED = "cipher_suites=1,7 pbm=2"


def wrong(pin: str = PIN) -> str:
    return "9" * len(pin)


def test_01_a_discovery_result_and_a_reply_repeat_with_every_window_also_during_a_data_path():
    with Air() as air:
        hu, other = air.pair_of_ends()
        found = meet(hu, other)
        for _ in range(3):
            other.find(publish_id=1)
            hu.control.wait("NAN-REPLIED")
        connect(hu, other, found)
        for _ in range(2):
            other.find(publish_id=1)
            hu.control.wait("NAN-REPLIED")


def test_02_the_global_copy_of_an_event_has_no_interface_name():
    with Air() as air:
        hu = air.end("hu", HU_NMI, set_up=False)
        world = hu.engine.global_control(attach=True)
        hu.set_up()
        assert re.fullmatch(r"<3>NAN-CLUSTER-JOIN cluster_id=50:6f:9a:01:\S\S:\S\S new=1", world.wait("NAN-CLUSTER-JOIN").line)
        world.close()


def test_03_after_cancel_and_publish_the_old_id_is_still_found_for_about_a_second():
    with Air(speed=2) as air:
        hu, other = air.pair_of_ends()
        meet(hu, other)
        hu.must("NAN_CANCEL_PUBLISH publish_id=1")
        hu.publish(SERVICE)
        other.find(publish_id=2)        # the new one
        other.find(publish_id=1)        # and the old one after it
        until_gone(other, publish_id="1")


def until_gone(end, publish_id: str):
    """Found no more in a window in which the new one is found twice."""
    over = time.monotonic() + phone.WAIT_S
    others = 0
    while time.monotonic() < over and others < 4:
        others = 0 if end.find()["publish_id"] == publish_id else others + 1
    same(others, 4, "results without the old id")


def test_04_without_a_schedule_request_and_response_fail_and_clearing_takes_no_trailing_space():
    with Air() as air:
        hu, other = air.pair_of_ends()
        found = meet(hu, other)
        other.must("NAN_SCHED_CONFIG_MAP map_id=1 ", want="FAIL\n")
        other.must("NAN_SCHED_CONFIG_MAP map_id=1")
        same(other.request_path(found), "FAIL\n")
        other.must(f"NAN_SCHED_CONFIG_MAP {phone.SCHEDULE}")
        hu.must("NAN_SCHED_CONFIG_MAP map_id=1")
        same(other.request_path(found), "OK\n")
        asked = hu.control.wait("NAN-NDP-REQUEST")
        same(hu.respond(asked), "FAIL\n")
        hu.must("NAN_STOP")
        hu.must("NAN_START")
        hu.control.wait("NAN-CLUSTER-JOIN")
        hu.must(f"NAN_PAIR {PHONE_NMI} auth=1 cipher=CCMP handle=1 peer_instance_id=1 password=x", want="FAIL\n")


def test_05_a_failed_response_leaves_the_request_pending_and_a_pending_one_blocks_others():
    with Air() as air:
        hu, other = air.pair_of_ends()
        found = meet(hu, other, "cipher_suites=1")
        same(other.request_path(found), "OK\n")
        asked = hu.control.wait("NAN-NDP-REQUEST")
        same(hu.respond(asked), "FAIL\n")
        same(other.request_path(found, SECURED), "FAIL\n")
        same(hu.respond(asked, "reason_code=8", verb="reject"), "OK\n")
        same(other.control.wait("NAN-NDP-DISCONNECTED")["reason"], "8")
        connect(hu, other, found, SECURED)


def test_05b_a_request_without_an_answer_ends_after_thirty_seconds_on_both_sides():
    with Air() as air:
        hu, other = air.pair_of_ends()
        same(other.request_path(meet(hu, other)), "OK\n")
        asked = hu.control.wait("NAN-NDP-REQUEST")
        began = time.monotonic()
        for end in (hu, other):
            ended = end.control.wait("NAN-NDP-DISCONNECTED")
            same((ended["reason"], ended["locally_generated"], ended["failure"]), ("1", "1", "1"))
        assert (time.monotonic() - began) * air.speed > 29  # later by how busy this machine is
        same(hu.respond(asked), "FAIL\n")


def test_06_an_idle_data_path_ends_after_25_seconds_on_both_sides_and_so_does_one_to_a_dead_peer():
    for dead in (False, True):
        with Air() as air:
            hu, other = air.pair_of_ends()
            connect(hu, other, meet(hu, other))
            began = time.monotonic()
            if dead:
                other.engine.kill(signal.SIGKILL)
            for end in (hu,) if dead else (hu, other):
                ended = end.control.wait("NAN-NDP-DISCONNECTED")
                same((ended["reason"], ended["locally_generated"], ended["failure"]), ("1", "1", "0"))
            assert (time.monotonic() - began) * air.speed > 24


def test_06b_the_idle_period_is_configurable():
    with Air() as air:
        hu, other = air.pair_of_ends()
        hu.must("NAN_SET max_ndl_idle_period 5")
        other.must("NAN_SET max_ndl_idle_period 0")
        connect(hu, other, meet(hu, other))
        began = time.monotonic()
        hu.control.wait("NAN-NDP-DISCONNECTED")
        assert (time.monotonic() - began) * air.speed < 24  # as it is by default, see above
        other.control.none_of("NAN-NDP-DISCONNECTED", air.seconds(30))


def test_07_stop_sends_no_termination_and_raises_no_other_event():
    with Air() as air:
        hu, other = air.pair_of_ends()
        connect(hu, other, meet(hu, other))
        hu.control.events.clear()
        hu.must("NAN_STOP")
        same(hu.control.wait("NAN-STOPPED")["ifname"], "nan0")
        hu.control.none_of("NAN-NDP-DISCONNECTED", air.seconds(5))
        other.control.none_of("NAN-NDP-DISCONNECTED", air.seconds(5))
        status = hu.control.request("NAN_STATUS")
        assert f"peer={PHONE_NMI} paired=0 ndp_count=0\nnum_services=1\n" in status, status
        hu.must("NAN_STOP")
        hu.start()
        other.control.events.clear()
        other.find(publish_id=1)        # still published


# 8, what stays on an NDI: test_netdev.py


def test_09_a_publisher_with_cipher_suites_cannot_accept_an_open_request():
    with Air() as air:
        hu, other = air.pair_of_ends()
        found = meet(hu, other, "cipher_suites=1")
        same(other.request_path(found), "OK\n")
        asked = hu.control.wait("NAN-NDP-REQUEST")
        same(asked["csid"], "0")
        same(hu.respond(asked), "FAIL\n")
        same(hu.respond(asked, "reason_code=8", verb="reject"), "OK\n")
        ended = hu.control.wait("NAN-NDP-DISCONNECTED")
        same((ended["reason"], ended["locally_generated"], ended["failure"], ended["local_ndi"]),
             ("8", "1", "1", "00:00:00:00:00:00"))
        ended = other.control.wait("NAN-NDP-DISCONNECTED")
        same((ended["reason"], ended["locally_generated"], ended["peer_ndi"]), ("8", "0", "00:00:00:00:00:00"))


def answer_in_background(end, pin: str = "") -> threading.Thread:
    thread = threading.Thread(target=lambda: end.answer_pairing(pin))
    thread.start()
    return thread


def paired(air, **options):
    hu, other = air.pair_of_ends(**options)
    found = meet(hu, other, PAIRED)
    pair(hu, other, found)
    return hu, other, found


def is_paired(end) -> bool:
    return "paired=1" in end.control.request("NAN_STATUS")


def test_10_the_end_of_the_last_data_path_unpairs_and_verification_pairs_again():
    with Air() as air:
        hu, other, found = paired(air)
        path = connect(hu, other, found, f"csid=1 pmk={other.nd_pmk}")
        assert is_paired(hu) and is_paired(other)
        other.terminate(path)
        hu.control.wait("NAN-NDP-DISCONNECTED")
        assert not is_paired(hu) and not is_paired(other)
        same(other.request_path(found, f"csid=7 pmk={other.nd_pmk}"), "FAIL\n")
        old = other.nd_pmk
        helper = answer_in_background(hu)
        other.verify(other.find())
        helper.join()
        same(other.nd_pmk, hu.nd_pmk)
        assert other.nd_pmk != old
        connect(hu, other, found, f"csid=7 pmk={other.nd_pmk}")


def test_11_a_restart_forgets_the_akm_of_every_saved_identity_and_verification_fails():
    with Air() as air:
        config = air.write_config("hu.conf")
        hu = air.end("hu", HU_NMI, config=config, nik="00" * 16)
        other = air.end("phone", PHONE_NMI, nik="11" * 16)
        found = meet(hu, other, PAIRED)
        pair(hu, other, found)
        hu.must("SAVE_CONFIG")
        saved = open(config).read()
        assert re.search(r"\nidentity=\{\n\tdik_cipher=0\n\tdik=(11){16}\n\tpmk=[0-9A-F]{64}\n\}\n", saved), saved
        assert "akm" not in saved and stat.S_IMODE(os.stat(config).st_mode) == 0o600
        hu.engine.kill(signal.SIGKILL)
        hu = air.end("hu", HU_NMI, config=config, nik="00" * 16)
        hu.publish(SERVICE, PAIRED)
        other.find(publish_id=1)
        same(other.send_pair(HU_NMI, "1", 2), "OK\n")       # the phone still knows
        asked = hu.control.wait("NAN-PAIRING-REQUEST")
        same(asked["verify"], "1")
        same(hu.send_pair(PHONE_NMI, asked["instance_id"], 2, responder=True), "FAIL\n")
        other.control.none_of("NAN-PAIRING-STATUS", air.seconds(5))
        hu.must(f"NAN_PAIR_ABORT {PHONE_NMI}")
        same(other.control.wait("NAN-PAIRING-STATUS")["status"], "failure")


def test_11b_a_new_pairing_with_one_that_remembers_says_verify_too_and_is_genuine_when_we_forgot():
    with Air() as air:
        hu, other, _ = paired(air)
        old = re.search("npk=(.*)\n", other.control.request(f"NAN_PEER_INFO {HU_NMI} pairing"))[1]
        hu.engine.kill(signal.SIGKILL)
        hu = air.end("hu", HU_NMI)
        hu.publish(SERVICE, PAIRED)
        found = other.find()
        for pin, status in ((wrong(), "failure"), (PIN, "success")):
            same(other.send_pair(HU_NMI, found["publish_id"], 1, pin), "OK\n")
            asked = hu.control.wait("NAN-PAIRING-REQUEST")
            same(asked["verify"], "1")
            assert "nik=" not in hu.control.request(f"NAN_PEER_INFO {PHONE_NMI} pairing")
            same(hu.send_pair(PHONE_NMI, asked["instance_id"], 1, PIN, responder=True), "OK\n")
            same(other.control.wait("NAN-PAIRING-STATUS")["status"], status)
            if status == "failure":
                hu.must(f"NAN_PAIR_ABORT {PHONE_NMI}")
        assert hu.control.wait("NAN-NIK-RECEIVED")["pmk"] != old


def test_12_a_wrong_pin_is_heard_of_by_the_initiator_only_and_the_responder_stays_busy_until_it_aborts():
    with Air() as air:
        hu, other = air.pair_of_ends()
        found = meet(hu, other, PAIRED)
        bed_of_pin(hu, other, found)
        same(other.send_pair(HU_NMI, found["publish_id"], 1, wrong()), "OK\n")
        asked = hu.control.wait("NAN-PAIRING-REQUEST")
        same(asked["verify"], "0")
        same(hu.send_pair(PHONE_NMI, asked["instance_id"], 1, PIN, responder=True), "OK\n")
        same(other.control.wait("NAN-PAIRING-STATUS")["status"], "failure")
        hu.control.none_of("NAN-PAIRING-STATUS", air.seconds(10))
        same(other.send_pair(HU_NMI, found["publish_id"], 1, wrong()), "OK\n")
        hu.control.none_of("NAN-PAIRING-REQUEST", air.seconds(5))       # busy: not asked again
        hu.must(f"NAN_PAIR_ABORT {PHONE_NMI}")
        hu.must(f"NAN_PAIR_ABORT {PHONE_NMI}", want="FAIL\n")
        same(other.send_pair(HU_NMI, found["publish_id"], 1, PIN), "OK\n")
        hu.answer_pairing(PIN)
        other.control.wait("NAN-NIK-RECEIVED")


def bed_of_pin(hu, other, found):
    """Bootstrapped for PIN."""
    thread = threading.Thread(target=hu.authorize)
    thread.start()
    other.bootstrap(found)
    thread.join()


def test_12b_an_abort_of_a_pairing_that_was_not_answered_tells_the_initiator():
    with Air() as air:
        hu, other = air.pair_of_ends()
        found = meet(hu, other, PAIRED)
        bed_of_pin(hu, other, found)
        same(other.send_pair(HU_NMI, found["publish_id"], 1, PIN), "OK\n")
        hu.control.wait("NAN-PAIRING-REQUEST")
        hu.must(f"NAN_PAIR_ABORT {PHONE_NMI}")
        same(other.control.wait("NAN-PAIRING-STATUS")["status"], "failure")


def test_12c_a_stuck_responder_answers_the_next_attempt_by_itself_with_the_pin_that_it_has():
    with Air() as air:
        hu, other = air.pair_of_ends()
        found = meet(hu, other, PAIRED)
        same(other.send_pair(HU_NMI, found["publish_id"], 1, wrong()), "OK\n")
        asked = hu.control.wait("NAN-PAIRING-REQUEST")
        same(hu.send_pair(PHONE_NMI, asked["instance_id"], 1, PIN, responder=True), "OK\n")
        same(other.control.wait("NAN-PAIRING-STATUS")["status"], "failure")
        same(other.send_pair(HU_NMI, found["publish_id"], 1, PIN), "OK\n")
        same(hu.control.wait_any(("NAN-PAIRING-REQUEST", "NAN-PAIRING-STATUS"))["status"], "success")


def test_12d_a_responder_stays_armed_after_a_verification_and_takes_nothing_but_another():
    with Air() as air:
        hu, other, found = paired(air)
        hu.must(f"NAN_PAIR_ABORT {PHONE_NMI}", want="FAIL\n")       # not after a pairing: the NIK's follow-up ended it
        same(hu.send_pair(PHONE_NMI, "1", 2, responder=True), "OK\n")   # in advance
        keys = set()
        for _ in range(2):
            other.verify(found)
            told = hu.control.wait_any(("NAN-PAIRING-REQUEST", "NAN-PAIRING-STATUS"))
            same((told["status"], told["nd_pmk"]), ("success", other.nd_pmk))
            keys.add(other.nd_pmk)
        same(len(keys), 2)
        same(other.send_pair(HU_NMI, found["publish_id"], 1, wrong()), "OK\n")
        same(other.control.wait("NAN-PAIRING-STATUS")["status"], "failure")
        assert hu.control.wait_any(("NAN-PAIRING-REQUEST", "NAN-PAIRING-STATUS"), air.seconds(2)) is None
        hu.must(f"NAN_PAIR_ABORT {PHONE_NMI}")
        same(other.send_pair(HU_NMI, found["publish_id"], 1, wrong()), "OK\n")
        asked = hu.control.wait("NAN-PAIRING-REQUEST")
        same(asked["verify"], "1")
        same(hu.send_pair(PHONE_NMI, asked["instance_id"], 1, PIN, responder=True), "OK\n")
        old = re.search("npk=(.*)\n", hu.control.request(f"NAN_PEER_INFO {PHONE_NMI} pairing"))[1]
        same(hu.control.wait("NAN-NIK-RECEIVED")["pmk"], old)


def test_12e_a_stop_keeps_identities_and_verification_works_after_the_next_start():
    with Air() as air:
        hu, other, _ = paired(air)
        hu.must("NAN_STOP")
        hu.start()
        hu.control.wait("NAN-REPLIED")
        assert "nik=" in hu.control.request(f"NAN_PEER_INFO {PHONE_NMI} pairing")
        helper = answer_in_background(hu)
        other.verify(other.find())
        helper.join()


def test_13_a_second_pairing_refers_to_the_cached_key_and_accepts_another_pin():
    with Air() as air:
        hu, other, found = paired(air)
        same(other.send_pair(HU_NMI, found["publish_id"], 1, wrong()), "OK\n")
        asked = hu.control.wait("NAN-PAIRING-REQUEST")
        same(asked["verify"], "1")
        same(hu.send_pair(PHONE_NMI, asked["instance_id"], 1, PIN, responder=True), "OK\n")
        for end in (hu, other):
            same(end.control.wait("NAN-PAIRING-STATUS")["status"], "success")
            end.control.wait("NAN-NIK-RECEIVED")


def test_14_the_follow_up_with_the_nik_is_sent_once_and_its_loss_is_silent():
    for loser, without in (("phone", ("hu", "phone")), ("hu", ("phone",))):
        with Air() as air:
            rules = {f"{loser}_rules": ("lose nik",)}
            hu, other = air.pair_of_ends(**rules)
            found = meet(hu, other, PAIRED)
            pair(hu, other, found, remember=False)
            for name, end in (("hu", hu), ("phone", other)):
                if name in without:
                    end.control.none_of("NAN-NIK-RECEIVED", air.seconds(10))
                else:
                    end.control.wait("NAN-NIK-RECEIVED")
                assert is_paired(end)


def test_15_terminate_stops_tells_and_leaves_no_socket_and_a_stale_one_is_replaced():
    with Air() as air:
        hu = air.end("hu", HU_NMI)
        world = hu.engine.global_control(attach=True)
        hu.must("NAN_STOP")
        same(world.request("INTERFACE_REMOVE nan0"), "OK\n")
        same(world.request("TERMINATE"), "OK\n")
        assert world.wait("CTRL-EVENT-TERMINATING").line.startswith("IFNAME=")
        same(hu.engine.process.wait(phone.WAIT_S), 0)
        assert not os.path.exists(hu.engine.global_path)
        killed = air.engine("killed")
        killed.kill(signal.SIGKILL)
        assert os.path.exists(killed.global_path)
        air.engine("killed")
        world.close()


def test_15b_sigterm_ends_it_like_terminate():
    with Air() as air:
        hu = air.end("hu", HU_NMI)
        hu.engine.process.terminate()
        same(hu.engine.process.wait(phone.WAIT_S), 0)
        hu.control.wait("NAN-STOPPED")
        hu.control.wait("CTRL-EVENT-TERMINATING")


def test_15c_sigterm_during_a_data_path_ends_in_a_segmentation_fault():
    with Air() as air:
        hu, other = air.pair_of_ends()
        connect(hu, other, meet(hu, other))
        hu.engine.process.terminate()
        same(hu.engine.process.wait(phone.WAIT_S), -signal.SIGSEGV)
        same(sorted(os.listdir(f"{hu.engine.folder}/ctrl")), ["nan0", "wlan0"])
        assert os.path.exists(hu.engine.global_path)


def test_15e_removing_the_nmi_during_a_data_path_kills_the_process():
    with Air() as air:
        hu, other = air.pair_of_ends()
        connect(hu, other, meet(hu, other))
        hu.world.socket.send(b"INTERFACE_REMOVE nan0")
        same(hu.engine.process.wait(phone.WAIT_S), -signal.SIGSEGV)


def test_15d_after_a_restart_the_other_ends_old_data_path_is_in_the_way_until_it_ends():
    with Air() as air:
        hu, other = air.pair_of_ends()
        path = connect(hu, other, meet(hu, other))
        hu.engine.kill(signal.SIGKILL)
        hu = air.end("hu", HU_NMI)
        same(hu.control.request("NAN_STATUS").count("peer="), 0)
        hu.publish(SERVICE)
        found = other.find()
        same(other.request_path(found), "OK\n")
        hu.control.none_of("NAN-NDP-REQUEST", air.seconds(3))
        other.terminate(phone.Path(HU_NMI, "2", PHONE_NDI))
        other.terminate(path)
        connect(hu, other, found)


def test_16_the_two_sides_events_may_be_far_apart():
    with Air() as air:
        hu, other = air.pair_of_ends(phone_rules=("delay NAN-NDP-CONNECTED by=1.1",))
        found = meet(hu, other)
        same(other.request_path(found), "OK\n")
        hu.accept()
        hu.connected()
        told = time.monotonic()
        other.connected()
        assert (time.monotonic() - told) * air.speed > 0.8


def test_an_interface_identifier_and_a_service_info_reach_the_other_end():
    with Air() as air:
        hu, other = air.pair_of_ends()
        found = meet(hu, other)
        same(other.request_path(found, iid="8899aabbccddeeff", ssi="a1"), "OK\n")
        asked = hu.accept(iid="0011223344556677", ssi="b2")
        same((asked["ssi"], asked["init_ndi"]), ("a1", PHONE_NDI))
        at_hu, at_phone = hu.connected().event, other.connected().event
        same((at_hu["interface_id"], at_hu["ssi"], at_hu["peer_ndi"]), ("8899aabbccddeeff", "b2", PHONE_NDI))
        same((at_phone["interface_id"], at_phone["ssi"], at_phone["peer_ndi"]), ("0011223344556677", "b2", HU_NDI))


def test_two_data_paths_to_one_peer_live_and_end_alone():
    with Air() as air:
        hu, other = air.pair_of_ends()
        found = meet(hu, other)
        first, second = connect(hu, other, found), connect(hu, other, found)
        info = hu.control.request(f"NAN_PEER_INFO {PHONE_NMI} ndps").split("\n")
        same([line.split(" ")[0] for line in info], ["ndp_id=2", "ndp_id=1", ""])
        other.terminate(first)
        same(hu.control.wait("NAN-NDP-DISCONNECTED")["ndp_id"], first.ndp_id)
        assert "ndp_count=1" in hu.control.request("NAN_STATUS")
        other.terminate(second)


def test_three_ends_have_data_paths_at_once():
    with Air() as air:
        hu, other = air.pair_of_ends()
        third = air.end("third", "42:00:00:00:02:00")
        found = meet(hu, other)
        third.subscribe(SERVICE)
        connect(hu, other, found)
        connect(hu, third, third.find())
        same(hu.control.request("NAN_STATUS").count("ndp_count=1"), 2)


def test_a_counter_proposal_is_answered_with_another_schedule():
    with Air() as air:
        hu, other = air.pair_of_ends()
        found = meet(hu, other)
        hu.must("NAN_SCHED_CONFIG_MAP map_id=1 5745:feffffff")
        same(other.request_path(found), "OK\n")
        hu.accept()
        counter = other.control.wait("NAN-NDP-COUNTER-REQUEST")
        same((counter["peer_nmi"], counter["init_ndi"], counter["ssi"]), (HU_NMI, PHONE_NDI, "ddeeff"))
        same(other.respond(counter), "FAIL\n")          # ours does not fit
        same(other.request_path(found), "FAIL\n")       # still pending
        other.must("NAN_SCHED_CONFIG_MAP map_id=1 5745:feffffff")
        same(other.respond(counter, iid="8899aabbccddeeff"), "OK\n")
        other.connected()
        hu.connected()


def test_a_schedule_change_during_a_data_path_is_put_off_and_told_to_the_other_end():
    with Air() as air:
        hu, other = air.pair_of_ends()
        connect(hu, other, meet(hu, other))
        hu.must("NAN_SCHED_CONFIG_MAP map_id=1 2437:0e000000")
        hu.must(f"NAN_SCHED_CONFIG_MAP {phone.SCHEDULE}", want="FAIL\n")
        same(hu.control.wait("NAN-SCHEDULE-UPDATE-DONE")["status"], "success")
        same(other.control.wait("NAN-PEER-SCHEDULE-CHANGED")["peer_nmi"], HU_NMI)
        hu.must("NAN_SCHED_CONFIG_MAP map_id=1 2437:0e000000")      # nothing new: never done
        hu.control.none_of("NAN-SCHEDULE-UPDATE-DONE", air.seconds(5))
        hu.must(f"NAN_SCHED_CONFIG_MAP {phone.SCHEDULE}", want="FAIL\n")
        hu.must("NAN_STOP")
        hu.must("NAN_START")
        hu.control.wait("NAN-CLUSTER-JOIN")
        hu.must(f"NAN_SCHED_CONFIG_MAP {phone.SCHEDULE}", want="FAIL\n")        # only another process helps


def test_an_initiator_that_gives_up_does_not_tell_and_the_late_acceptance_ends_after_two_seconds():
    with Air() as air:
        hu, other = air.pair_of_ends()
        same(other.request_path(meet(hu, other)), "OK\n")
        asked = hu.control.wait("NAN-NDP-REQUEST")
        ended = other.terminate(phone.Path(HU_NMI, asked["ndp_id"], PHONE_NDI))
        same((ended["reason"], ended["locally_generated"], ended["failure"]), ("1", "1", "1"))
        hu.control.none_of("NAN-NDP-DISCONNECTED", air.seconds(3))
        same(hu.respond(asked), "OK\n")
        ended = hu.control.wait("NAN-NDP-DISCONNECTED")
        same((ended["reason"], ended["locally_generated"], ended["failure"]), ("1", "1", "1"))


def test_a_removed_ndi_takes_its_data_paths_without_a_word():
    with Air() as air:
        hu, other = air.pair_of_ends()
        found = meet(hu, other)
        connect(hu, other, found)
        same(other.world.request("INTERFACE_REMOVE ndi0"), "OK\n")
        other.control.none_of("NAN-NDP-DISCONNECTED", air.seconds(2))
        hu.control.none_of("NAN-NDP-DISCONNECTED", air.seconds(2))
        other.add_interface("ndi0", "nan_data")
        same(other.request_path(found), "OK\n")
        ended = other.control.wait("NAN-NDP-DISCONNECTED")
        same((ended["reason"], ended["locally_generated"], ended["failure"]), ("0", "1", "1"))


if __name__ == "__main__":
    sys.exit(bed.main(dict(globals())))
