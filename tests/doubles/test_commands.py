#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Replies to the octet, beyond those of the recorded run: measured of the real engine on simulated radios unless noted."""
import os
import re
import socket
import stat
import subprocess
import sys
import tempfile
import time

import bed
import phone
from bed import HU_NDI, HU_NMI, PHONE_NDI, PHONE_NMI, SERVICE, Air, connect, meet, same

OK, FAIL, UNKNOWN = "OK\n", "FAIL\n", "UNKNOWN COMMAND\n"
UNKNOWN_NMI = "42:00:00:00:77:00"


def ask(control, *pairs):
    for command, want in pairs:
        same(control.request(command), want, command)


def test_the_program_takes_the_usual_options_and_says_that_it_is_a_double():
    said = subprocess.run([phone.PROGRAM, "-v"], text=True, capture_output=True, check=True).stdout
    assert said.startswith("wpa_supplicant v2.12\n") and "double" in said
    same(subprocess.run([phone.PROGRAM], capture_output=True).returncode, 255)
    with tempfile.TemporaryDirectory() as folder:
        program = subprocess.Popen([phone.PROGRAM, "-s", "-dd", "-q", "-t", "-g", f"{folder}/g", "-G", str(os.getgid())],
                                   env={**os.environ, "FASCIA_DOUBLE_NETDEV": "none"})
        try:
            end = time.monotonic() + phone.WAIT_S
            while not os.path.exists(f"{folder}/g") and time.monotonic() < end:
                time.sleep(0.01)
            same(stat.S_IMODE(os.stat(f"{folder}/g").st_mode), 0o770)
        finally:
            program.kill()
            program.wait()


def test_the_global_socket_answers_as_measured():
    with Air() as air:
        hu = air.end("hu", HU_NMI, set_up=False)
        world = hu.engine.global_control(attach=True)
        ask(world, ("PING", "PONG\n"), ("INTERFACES", ""), ("GET_CAPABILITY nan", UNKNOWN), ("NAN_STATUS", UNKNOWN),
            ("nonsense", UNKNOWN), ("INTERFACE_REMOVE nan0", FAIL), ("DETACH", OK), ("DETACH", FAIL), ("ATTACH", OK),
            (f"INTERFACE_ADD nan0\t\tnl80211\tDIR={hu.engine.folder}/ctrl\t\t\tcreate\tnan", FAIL))     # no radio yet
        hu.open()
        ask(world, ("INTERFACES", "nan0\nwlan0\n"), ("IFNAME=nan0 NAN_STATUS", hu.control.request("NAN_STATUS")),
            ("IFNAME=none PING", "FAIL-NO-IFNAME-MATCH\n"), ("INTERFACE_ADD nan0", FAIL), ("INTERFACE_ADD ", FAIL),
            ("INTERFACE_ADD x\t\tnl80211\t\t\t\tcreate\tmesh", FAIL), ("INTERFACE_ADD x\t/no/such/file", FAIL))
        ndi = f"INTERFACE_ADD ndi0\t\tnl80211\tDIR={hu.engine.folder}/ctrl\t\t\tcreate\tnan_data"
        ask(world, (ndi, FAIL))         # before NAN_START
        same([event.line for event in world.events[-2:]], ["IFNAME=ndi0 <5>Failed to initialize driver interface",
                                                           "IFNAME=ndi0 <3>CTRL-EVENT-DSCP-POLICY clear_all"])
        hu.must("NAN_START")
        ask(world, (ndi, OK), (ndi.replace("ndi0", "ndi1"), FAIL), (ndi.replace("ndi0", "ndi1") + "\t52:00:00:00:00:01", OK),
            (ndi.replace("ndi0", "ndi2") + "\t52:00:00:00:00:02", FAIL), ("INTERFACE_REMOVE ndi1", OK),
            ("INTERFACE_REMOVE ndi1", FAIL))
        world.close()


def test_sockets_have_the_modes_of_the_real_ones():
    with Air() as air:
        hu = air.end("hu", HU_NMI)
        folder = f"{hu.engine.folder}/ctrl"
        mask = os.umask(0)
        os.umask(mask)
        same(stat.S_IMODE(os.stat(folder).st_mode), 0o770 & ~mask)
        same(stat.S_IMODE(os.stat(f"{folder}/nan0").st_mode), 0o770)
        same(stat.S_IMODE(os.stat(hu.engine.global_path).st_mode), 0o700)
        same(hu.world.request(f"INTERFACE_ADD x\t\tnl80211\tDIR={folder}2 GROUP={os.getgid()}"), OK)
        same(stat.S_IMODE(os.stat(f"{folder}2").st_mode), 0o750)


def test_a_command_longer_than_8192_octets_is_dropped():
    with Air() as air:
        world = air.end("hu", HU_NMI, set_up=False).engine.global_control()
        same(world.request("x" * 8192), UNKNOWN)
        world.socket.send(b"x" * 8193)
        same(world.request("PING"), "PONG\n")
        world.close()


def test_a_client_that_is_gone_is_dropped_and_one_that_never_had_an_address_does_no_harm():
    with Air() as air:
        hu, other = air.pair_of_ends()
        gone = phone.Control(f"{hu.engine.folder}/ctrl/nan0", attach=True)
        gone.close()
        nameless = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        nameless.connect(f"{hu.engine.folder}/ctrl/nan0")
        for _ in range(2):
            nameless.send(b"ATTACH")
        meet(hu, other)
        hu.control.wait("NAN-REPLIED")
        nameless.close()


def test_an_nmi_before_start_answers_as_measured():
    with Air() as air:
        hu = air.end("hu", HU_NMI, set_up=False)
        hu.open()
        ask(hu.control, ("NAN_STATUS", f"nan_started=0\nnmi={HU_NMI}\ncluster_id=00:00:00:00:00:00\nnum_services=0\n"),
            ("STATUS", f"wpa_state=DISCONNECTED\naddress={HU_NMI}\n"), ("GET_CAPABILITY nan", "USD NAN"), ("NAN_STOP", OK),
            (f"NAN_PEER_INFO {PHONE_NMI} capa", FAIL), ("NAN_SCHED_CONFIG_MAP map_id=1", FAIL),
            ("NAN_PUBLISH service_name=x sync=1", FAIL), ("NAN_UPDATE_CONF", FAIL), ("NAN_NONSENSE", UNKNOWN),
            ("SAVE_CONFIG", FAIL), ("NAN_START now", OK), ("NAN_START", FAIL), ("NAN_UPDATE_CONFIG", OK))
        wlan = phone.Control(f"{hu.engine.folder}/ctrl/wlan0")
        ask(wlan, ("NAN_STATUS", FAIL), ("NAN_START", FAIL), ("NAN_PUBLISH service_name=x sync=1", FAIL),
            ("GET_CAPABILITY nan", "USD NAN"))
        wlan.close()


def test_nan_set_checks_what_the_real_one_checks():
    with Air() as air:
        hu = air.end("hu", HU_NMI, set_up=False)
        hu.open()
        good = ("master_pref 254", "dual_band 1", "scan_period 65535", "scan_dwell_time 10", "discovery_beacon_interval 200",
                "cluster_id 50:6f:9a:01:12:34", "low_band_cfg -50,-65,1,0", "bootstrap_config 0x0002,0x0000,1024",
                "bootstrap_config 22,0,1024", "nik " + "ab" * 17, "nik " + "ab" * 16 + "zz", "cipher_suites 3",
                "nik_lifetime 3600", "max_ndl_idle_period 99999", "beacon_prot 1", "mgmt_group_cipher BIP-CMAC-128",
                "pairing_setup 0", "npk_caching 1", "pairing_verification 1", "max_bw 80")
        bad = ("master_pref 0", "master_pref 255", "dual_band 2", "scan_dwell_time 9", "cluster_id 51:6f:9a:01:12:34",
               "low_band_cfg -61,-70,1,0", "low_band_cfg -50,-50,1,0", "low_band_cfg -50", "bootstrap_config 2,0", "nik ab",
               "cipher_suites 4", "nik_lifetime 0", "mgmt_group_cipher CCMP", "pairing_setup 2", "unknown 1", "master_pref")
        ask(hu.control, *((f"NAN_SET {line}", OK) for line in good), *((f"NAN_SET {line}", FAIL) for line in bad))


def test_schedules_are_checked():
    with Air() as air:
        hu = air.end("hu", HU_NMI)
        ask(hu.control, *((f"NAN_SCHED_CONFIG_MAP {line}", want) for line, want in (
            ("map_id=1 2437:ffffffff", OK), ("map_id=0 2437:ffffffff", FAIL), ("map_id=2 2437:ffffffff", FAIL),
            ("map_id=1 2437:ff", FAIL), ("map_id=1 2437:0e000000 5180:0e000000", FAIL),
            ("map_id=1 2437:01000000 2437:02000000", FAIL), ("map_id=1 2438:01000000", FAIL),
            ("map_id=1 nothing", FAIL), ("2437:ffffffff", FAIL), ("map_id=1 ", FAIL),
            ("map_id=1 2412:01000000 2437:02000000 2462:04000000 5180:08000000", FAIL), ("map_id=1", OK))))
        event = hu.control.wait("nl80211:")
        same(event.line, "<5>nl80211: kernel reports: NAN Availability: Too short (need at least 3 bytes, have 0)")


def test_services_are_checked_numbered_and_ended():
    with Air() as air:
        hu, other = air.pair_of_ends()
        ask(hu.control, ("NAN_PUBLISH sync=1", FAIL), ("NAN_PUBLISH service_name=x nonsense=1", FAIL),
            ("NAN_SUBSCRIBE sync=1", FAIL), ("NAN_PUBLISH service_name=x sync=1 ssi=abc", FAIL),
            ("NAN_PUBLISH service_name=x sync=1 cipher_suites=9", FAIL),
            ("NAN_PUBLISH service_name=x sync=1 gtk_required=1 cipher_suites=1", FAIL),
            ("NAN_PUBLISH service_name=x sync=1 solicited=0 unsolicited=0", FAIL),
            ("NAN_PUBLISH service_name=x sync=1 nd_pmk=00 ", FAIL), ("NAN_PUBLISH service_name= sync=1", "1"),
            ("NAN_SUBSCRIBE service_name=y sync=1 active=1 ", "2"), ("NAN_CANCEL_PUBLISH publish_id=99", OK),
            ("NAN_CANCEL_PUBLISH publish_id=0", FAIL), ("NAN_CANCEL_PUBLISH", UNKNOWN), ("NAN_CANCEL_PUBLISH x", FAIL),
            ("NAN_CANCEL_PUBLISH publish_id=2", OK), ("NAN_UPDATE_PUBLISH publish_id=99 ssi=00", FAIL),
            ("NAN_UPDATE_PUBLISH publish_id=2", FAIL), ("NAN_CANCEL_PUBLISH publish_id=1", OK))
        same(hu.control.wait("NAN-PUBLISH-TERMINATED").fields, {"publish_id": "1", "reason": "user-request"})
        found = meet(hu, other)
        same(found["publish_id"], "3")
        hu.must("NAN_UPDATE_PUBLISH publish_id=3 ssi=c0ffee")
        other.find(publish_id=3, ssi="c0ffee")
        hu.must("NAN_FLUSH")
        hu.control.wait("NAN-SUBSCRIBE-TERMINATED", subscribe_id=2)
        hu.control.wait("NAN-PUBLISH-TERMINATED", publish_id=3)
        hu.publish(SERVICE, "ttl=2")
        same(hu.control.wait("NAN-PUBLISH-TERMINATED")["reason"], "timeout")


def test_only_services_that_match_find_each_other():
    with Air() as air:
        hu, other = air.pair_of_ends()
        hu.publish("_Other._TCP")
        hu.publish(SERVICE, "match_filter_rx=0101 match_filter_tx=0101")
        other.subscribe("_other._tcp")
        other.find(publish_id=1)                # names have no case
        other.must("NAN_CANCEL_SUBSCRIBE subscribe_id=1")
        other.subscribe(SERVICE, "match_filter_rx=0102")
        other.control.none_of("NAN-DISCOVERY-RESULT", air.seconds(3), subscribe_id=2)
        other.subscribe(SERVICE, "match_filter_rx=0101")
        other.find(publish_id=2)
        unsolicited = hu.publish("_quiet._tcp", "unsolicited=0")
        other.subscribe("_quiet._tcp", "")      # neither speaks first
        other.control.none_of("NAN-DISCOVERY-RESULT", air.seconds(3), publish_id=unsolicited)
        other.subscribe("_quiet._tcp", "active=1")
        other.find(publish_id=unsolicited)


def test_a_follow_up_is_delivered_in_a_window_and_its_cookie_acknowledged():
    with Air() as air:
        hu, other = air.pair_of_ends()
        found = meet(hu, other)
        other.must(f"NAN_TRANSMIT handle=1 req_instance_id={found['publish_id']} address={HU_NMI} ssi=c0ffee cookie=7")
        same(other.control.wait("NAN-TRANSMIT-STATUS").fields, {"cookie": "7", "acked": "1"})
        same(hu.control.wait("NAN-RECEIVE").fields, {"id": "1", "peer_instance_id": "1", "address": PHONE_NMI, "ssi": "c0ffee"})
        other.must(f"NAN_TRANSMIT handle=1 req_instance_id=1 address={UNKNOWN_NMI} ssi=00 cookie=8")
        same(other.control.wait("NAN-TRANSMIT-STATUS")["acked"], "0")
        for line in ("handle=99 address=" + HU_NMI, "handle=1", f"handle=1 address={HU_NMI} cookie=0", f"address={HU_NMI}"):
            other.must(f"NAN_TRANSMIT {line}", want=FAIL)


def test_status_and_peer_info_are_as_measured():
    with Air() as air:
        hu, other = air.pair_of_ends()
        found = meet(hu, other, "pbm=2")
        hu.control.wait("NAN-REPLIED")
        cluster = re.search("cluster_id=(.*)\n", hu.control.request("NAN_STATUS"))[1]

        def info(end, peer: str, what: str) -> str:
            return end.control.request(f"NAN_PEER_INFO {peer} {what}")
        same(info(hu, PHONE_NMI, "ndps"), "")
        same(info(hu, PHONE_NMI, "capa"), "supported_bands=0x14\nop_modes=0x0017\ncdw_info=0x0449\nn_antennas=34\n"
                                          "channel_switch_time=0\ncapabilities=0x08\n")
        same(info(other, HU_NMI, "bootstrap"), "supported_methods=0x0002\n")
        same(info(hu, PHONE_NMI, "bootstrap"), "supported_methods=0x0000\n")
        same(info(hu, PHONE_NMI, "pairing"), "pairing_setup=1\nnpk_caching=1\npairing_verification=1\n"
                                             "cipher_suites=0x00000000\n")
        schedule = ("MAP [0]\n\tmap_id=1\n\tn_chans=2\n"
                    "\tchannel[0]: committed=1 rx_nss=2 freq=2437 bw=20 cfreq1=2437 cfreq2=0\n"
                    "\t\tbitmap: period=512 duration=16 offset=0 bitmap=0e000000\n"
                    "\tchannel[1]: committed=1 rx_nss=2 freq=5180 bw=80 cfreq1=5210 cfreq2=0\n"
                    "\t\tbitmap: period=512 duration=16 offset=0 bitmap=f0ffffff\n"
                    "\tndc: %s\n\timmutable: period=64 duration=16 offset=0 bitmap=\nmax_idle_period=%d")
        none, some = "period=64 duration=16 offset=0 bitmap=", "period=512 duration=16 offset=0 bitmap=02000000"
        same(info(hu, PHONE_NMI, "schedule"), schedule % (none, 0))
        connect(hu, other, found)
        same(info(hu, PHONE_NMI, "schedule"), schedule % (none, 25))
        same(info(other, HU_NMI, "schedule"), schedule % (some, 25))
        assert info(hu, PHONE_NMI, "potential").startswith("entry[0]: rx_nss=2 pref=1 util=7\n\tchan[0]: op_class=81 ")
        same(info(hu, PHONE_NMI, "ndps"), f"ndp_id=1 initiator=0 init_ndi={PHONE_NDI} resp_ndi={HU_NDI} qos_min_slots=0 "
                                          "qos_max_latency=65535\n")
        same(hu.control.request("NAN_STATUS"), f"nan_started=1\nnmi={HU_NMI}\ncluster_id={cluster}\npeer={PHONE_NMI} paired=0 "
                                               "ndp_count=1\nnum_services=1\nservice=1 type=publish name=_example._tcp sync=1\n")
        for line in (f"{UNKNOWN_NMI} capa", f"{PHONE_NMI} nonsense", PHONE_NMI, "x capa"):
            hu.must(f"NAN_PEER_INFO {line}", want=FAIL)


def test_requests_and_responses_are_checked():
    with Air() as air:
        hu, other = air.pair_of_ends()
        found = meet(hu, other, "cipher_suites=1")
        good = f"handle=1 ndi=ndi0 peer_nmi={HU_NMI} peer_id=1"
        pmk = "00" * 32
        for line in (good.replace("handle=1", "handle=9"), good.replace("ndi0", "ndi9"), good.replace("ndi0", "wlan0"),
                     good.replace(HU_NMI, UNKNOWN_NMI), good.replace(" peer_id=1", ""), good.replace("handle=1 ", ""),
                     good + " csid=1", good + " csid=3 pmk=" + pmk, good + " csid=9 pmk=" + pmk, good + " csid=7 pmk=" + pmk,
                     good + " csid=1 pmk=00", good + " csid=1 pwd_hex=00", good + f" csid=1 pmk={pmk} password=x",
                     good + " interface_id=0011", good + " ssi=abc", good + " qos=1", good + " nonsense=1", good + " nonsense",
                     good + " csid=1 password=x gtk_csid=4", good + " csid=1 password=x gtk_csid=5", ""):
            other.must(f"NAN_NDP_REQUEST {line}", want=FAIL)
        other.must(f"NAN_NDP_REQUEST {good} csid=1 password=NAN interface_id=8899aabbccddeeffff qos=1:2")
        asked = hu.control.wait("NAN-NDP-REQUEST")
        same((asked["csid"], asked["ssi"]), ("1", ""))
        answer = f"peer_nmi={PHONE_NMI} init_ndi={PHONE_NDI} ndp_id={asked['ndp_id']}"
        full = f"accept {answer} ndi=ndi0 handle=1"
        for line in (answer, f"maybe {answer}", f"accept {answer}", f"accept {answer} ndi=ndi0", full + " csid=2 password=NAN",
                     full + " csid=1", full.replace(PHONE_NMI, UNKNOWN_NMI) + " csid=1 password=NAN",
                     full.replace("ndp_id=1", "") + " csid=1 password=NAN"):
            hu.must(f"NAN_NDP_RESPONSE {line}", want=FAIL)
        hu.must(f"NAN_NDP_RESPONSE {full} csid=1 pwd_hex=4e414e unknown=1")
        same(hu.connected().event["interface_id"], "8899aabbccddeeff")
        path = other.connected()
        same(path.event["interface_id"], "")
        hu.must(f"NAN_NDP_TERMINATE peer_nmi={PHONE_NMI} init_ndi={PHONE_NDI} ndp_id=9", want=FAIL)
        other.terminate(path)


def test_a_refusal_of_the_state_machine_ends_the_request_without_a_word_to_the_initiator():
    """From the published description: another cipher suite than the requested one."""
    with Air() as air:
        hu, other = air.pair_of_ends()
        found = meet(hu, other, "cipher_suites=1,2 security_required=0")
        same(other.request_path(found, "csid=1 password=x"), OK)
        asked = hu.control.wait("NAN-NDP-REQUEST")
        same(hu.respond(asked, "csid=2 password=x"), FAIL)
        same(hu.respond(asked, "csid=1 password=x"), FAIL)
        other.control.none_of("NAN-NDP-DISCONNECTED", air.seconds(3))
        same(other.control.wait("NAN-NDP-DISCONNECTED")["locally_generated"], "1")


def test_keys_of_a_data_path_are_those_of_the_published_formulas():
    from double import keys
    same(keys.nd_pmk_of_passphrase(b"NAN", 1, bytes.fromhex("2b9c450f6671"), "02:90:4c:12:d0:01").hex(),
         "ee3585063056d164d15454ad39010d4e2640b0d82fb24a2d6899862d273c68bf")
    same(keys.nira(bytes(range(16)), "02:90:4c:12:d0:01", bytes(range(8))), "7d63954ed614958f")
    same(keys.service_id("_CarPlay._TCP").hex(), "cb91c16c2ca2")
    # From the recorded run: a publication with this PMK had this PMKID.
    same(keys.nd_pmkid(bytes.fromhex("00112233445566778899aabbccddeeff" * 2), 1, keys.BROADCAST, HU_NMI,
                       keys.service_id("_carplay._tcp")), "2290173fc403d342ab58296d010e9fbd")


def test_bootstrapping_follows_what_both_sides_support():
    with Air() as air:
        hu, other = air.pair_of_ends()
        found = meet(hu, other, "pbm=2")
        same(other.control.request(f"NAN_BOOTSTRAP {HU_NMI} handle=1 req_instance_id=1 method=64"), FAIL)   # not ours
        same(other.control.request(f"NAN_BOOTSTRAP {HU_NMI} handle=1 req_instance_id=1 method=34"), FAIL)   # two
        same(other.control.request(f"NAN_BOOTSTRAP {HU_NMI} handle=1 req_instance_id=1 method=2"), FAIL)    # not theirs
        same(other.control.request(f"NAN_BOOTSTRAP {UNKNOWN_NMI} handle=1 req_instance_id=1 method=32"), FAIL)
        same(other.control.request("NAN_BOOTSTRAP_RESET " + UNKNOWN_NMI), FAIL)
        other.must(f"NAN_BOOTSTRAP {HU_NMI} handle=1 req_instance_id={found['publish_id']} method=32")
        hu.control.wait("NAN-BOOTSTRAP-REQUEST")
        same(other.control.request(f"NAN_BOOTSTRAP {HU_NMI} handle=1 req_instance_id=1 method=32"), FAIL)   # in progress
        other.must(f"NAN_PAIR {HU_NMI} auth=1 cipher=CCMP handle=1 peer_instance_id=1 password=x", want=FAIL)
        other.must(f"NAN_BOOTSTRAP_RESET {HU_NMI}")
        other.must("NAN_SET bootstrap_config 0x0060,0x0000,1024")
        hu.must(f"NAN_CANCEL_PUBLISH publish_id={hu.service_id}")
        hu.publish(SERVICE, "pbm=2")
        other.find(publish_id=2)
        hu.must("NAN_SET bootstrap_config 0x0002,0x0002,1024")      # accepted without anybody
        other.must(f"NAN_BOOTSTRAP {HU_NMI} handle=1 req_instance_id=2 method=32")
        # The one that was asked before waits for that request's cookie, and for nothing else.
        other.control.none_of("NAN-BOOTSTRAP-SUCCESS", air.seconds(4))
        hu.must(f"NAN_BOOTSTRAP_RESET {PHONE_NMI}")
        same(other.control.wait("NAN-BOOTSTRAP-SUCCESS")["pbm"], "0x0020")
        same(hu.control.wait("NAN-BOOTSTRAP-SUCCESS")["pbm"], "0x0002")


if __name__ == "__main__":
    sys.exit(bed.main(dict(globals())))
