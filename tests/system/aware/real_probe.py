#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks the real engine what the test double must answer: two or three wpa_supplicant with NAN on simulated radios, in
the rig's guest as root. Writes OUT/transcript.txt; a part that fails says so there and the next one starts afresh.

    real_probe.py --program WPA_SUPPLICANT --out FOLDER [--debug] [PART ...]"""
import argparse
import os
import subprocess
import sys
import time
import traceback
from pathlib import Path

from engine import End, Missing, Transcript, fields, idle, pump, run

SERVICE = "_carplay._tcp"
MAP = "NAN_SCHED_CONFIG_MAP map_id=1 2437:0e000000 5180:f0ffffff"
PMK = "00112233445566778899aabbccddeeff" * 2
HU_IID, PHONE_IID = "0011223344556677", "8899aabbccddeeff"
PIN, OTHER_PIN = "313233343536", "363534333231"


def interfaces(namespace: str) -> str:
    wireless = run("ip", "netns", "exec", namespace, "iw", "dev").split()
    return (" ".join(wireless) + " | " + " ".join(run("ip", "-n", namespace, "-o", "link").split())).replace("\\", "")


class Bed:
    """Head unit `hu` and `phone`, and `second` (another phone) for the parts that want it."""

    def __init__(self, arguments):
        self.out = Path(arguments.out)
        self.transcript = Transcript(self.out / "transcript.txt")
        phys = sorted(os.listdir("/sys/class/ieee80211"))
        run("iw", "reg", "set", "US")
        config = "update_config=1\ncountry=US\n"
        self.hu, self.phone, self.second = (
            End(name, arguments.program, phy, self.transcript, self.out, config, arguments.debug)
            for name, phy in zip(("hu", "phone", "second"), phys))
        self.up = False

    def begin(self):
        for end, pref in ((self.hu, 10), (self.phone, 20)):
            end.start()
            end.set_up(pref)
            for key in ("g", end.wlan):
                end.sockets[key].quiet = True
            end.ok(MAP)
        self.up = True

    def end(self):
        for end in End.everybody:
            if end.process and end.process.poll() is None:
                end.kill()
            subprocess.run(["ip", "netns", "exec", end.name, "iw", "dev"], check=False, stdout=subprocess.DEVNULL)
            for name in ("ndi0", "ndi1", "nan0"):
                subprocess.run(["ip", "netns", "exec", end.name, "iw", "dev", name, "del"], check=False,
                               stderr=subprocess.DEVNULL)
        self.up = False

    def nmi(self, end: End) -> str:
        return end.address("nan0")

    def ndi(self, end: End, name: str = "ndi0") -> str:
        return end.address(name)

    # What most parts begin with

    def discover(self, publish: str = "", subscribe: str = "active=1", service: str = SERVICE,
                 subscriber: End | None = None) -> tuple:
        phone = subscriber or self.phone
        for end in (self.hu, phone):
            end.forget()
        pid = self.hu.ok(f"NAN_PUBLISH service_name={service} sync=1 srv_proto_type=2 fsd=0 ttl=600 ssi=020001aa "
                         f"data_path=1 {publish}".rstrip())
        sid = phone.ok(f"NAN_SUBSCRIBE service_name={service} sync=1 srv_proto_type=2 ssi=ddbbccaa "
                       f"{subscribe}".rstrip())
        phone.expect("NAN-DISCOVERY-RESULT", publish_id=pid)
        for end in (self.hu, phone):
            end.sockets["nan0"].quiet = True
        return int(pid), int(sid)

    def cancel(self, pid: int, sid: int, subscriber: End | None = None):
        self.hu.command(f"NAN_CANCEL_PUBLISH publish_id={pid}")
        (subscriber or self.phone).command(f"NAN_CANCEL_SUBSCRIBE subscribe_id={sid}")
        idle(1.2)

    def request(self, pid: int, sid: int, more: str = "", ndi: str = "ndi0", phone: End | None = None) -> dict:
        phone = phone or self.phone
        phone.ok(f"NAN_NDP_REQUEST handle={sid} ndi={ndi} peer_nmi={self.nmi(self.hu)} peer_id={pid} ssi=aabbcc "
                 f"{more + ' ' if more else ''}interface_id={PHONE_IID}")
        return self.hu.expect("NAN-NDP-REQUEST", peer_nmi=self.nmi(phone))

    def accept(self, asked: dict, pid: int, more: str = "", ndi: str = "ndi0") -> str:
        return self.hu.command(f"NAN_NDP_RESPONSE accept peer_nmi={asked['peer_nmi']} ndi={ndi} "
                               f"ndp_id={asked['ndp_id']} init_ndi={asked['init_ndi']} handle={pid} ssi=ddeeff "
                               f"{more + ' ' if more else ''}interface_id={HU_IID}")

    def reject(self, asked: dict, reason: str = " reason_code=8") -> str:
        return self.hu.command(f"NAN_NDP_RESPONSE reject peer_nmi={asked['peer_nmi']} ndp_id={asked['ndp_id']} "
                               f"init_ndi={asked['init_ndi']}{reason}")

    def connected(self, asked: dict, phone: End | None = None, seconds: float = 10):
        for end in (self.hu, phone or self.phone):
            end.expect("NAN-NDP-CONNECTED", seconds, ndp_id=asked["ndp_id"])

    def connect(self, pid: int, sid: int, more: str = "", ndi: str = "ndi0", phone: End | None = None) -> dict:
        asked = self.request(pid, sid, more, ndi, phone)
        self.accept(asked, pid, more)
        self.connected(asked, phone)
        return asked

    def terminate(self, asked: dict, by: End | None = None, phone: End | None = None):
        by, phone = by or self.phone, phone or self.phone
        peer = self.nmi(phone) if by is self.hu else self.nmi(self.hu)
        by.command(f"NAN_NDP_TERMINATE peer_nmi={peer} init_ndi={asked['init_ndi']} ndp_id={asked['ndp_id']}")
        for end in (self.hu, phone):
            end.expect("NAN-NDP-DISCONNECTED", ndp_id=asked["ndp_id"])

    def bootstrap(self, pid: int, sid: int, seconds: float = 15) -> None:
        self.phone.ok(f"NAN_BOOTSTRAP {self.nmi(self.hu)} handle={sid} req_instance_id={pid} method=32")
        self.hu.expect("NAN-BOOTSTRAP-REQUEST", seconds)
        self.hu.ok(f"NAN_BOOTSTRAP {self.nmi(self.phone)} handle={pid} req_instance_id={sid} method=2 auth")
        for end in (self.hu, self.phone):
            end.expect("NAN-BOOTSTRAP-SUCCESS", seconds)

    def pair_command(self, end: End, pid: int, sid: int, auth: int, pin: str, cipher: str = "CCMP",
                     responder: bool = False) -> str:
        own, other = (pid, sid) if end is self.hu else (sid, pid)
        peer = self.nmi(self.phone if end is self.hu else self.hu)
        return (f"NAN_PAIR {peer} auth={auth} cipher={cipher} handle={own} peer_instance_id={other}"
                + (" responder" if responder else "") + (f" pwd_hex={pin}" if pin else ""))

    def pair(self, pid: int, sid: int, auth: int = 1, pin: str = PIN, cipher: str = "CCMP") -> tuple:
        """What both ends were told: PAIRING-STATUS, and NIK-RECEIVED or None."""
        self.phone.ok(self.pair_command(self.phone, pid, sid, auth, pin, cipher))
        self.hu.expect("NAN-PAIRING-REQUEST")
        self.hu.command(self.pair_command(self.hu, pid, sid, auth, pin, cipher, responder=True))
        status = [end.expect("NAN-PAIRING-STATUS") for end in (self.phone, self.hu)]
        if auth == 2:
            return status, []
        return status, [end.maybe("NAN-NIK-RECEIVED", 6) for end in (self.phone, self.hu)]

    def ask_all(self, end: End, peer: str):
        for what in ("schedule", "schedule 1", "potential", "capa", "bootstrap", "pairing", "ndps"):
            end.command(f"NAN_PEER_INFO {peer} {what}")


def part_replies(bed: Bed):
    """Replies byte for byte: before NAN_START, after it, during a data path, of wrong commands"""
    hu, phone = bed.hu, bed.phone
    hu.start()
    hu.command("PING", "g")
    hu.command("INTERFACES", "g")
    hu.command("GET_CAPABILITY nan", "g")
    hu.command("NAN_STATUS", "g")
    hu.command("NONSENSE", "g")
    hu.add(hu.wlan)
    for text in ("GET_CAPABILITY nan", "NAN_STATUS", "NAN_START", "NAN_PUBLISH service_name=x sync=1", "NONSENSE"):
        hu.command(text, hu.wlan)
    hu.add("nan0", "nan", str(hu.config))
    hu.command(f"INTERFACE_ADD nan0\t\tnl80211\tDIR={hu.folder}\t\t\tcreate\tnan", "g")
    hu.command("INTERFACES", "g")
    for text in ("NAN_STATUS", "STATUS", "PING", "GET_CAPABILITY nan", "DRIVER_FLAGS2", "NAN_STOP",
                 "NAN_PEER_INFO 42:00:00:00:01:00 ndps", MAP, f"NAN_PUBLISH service_name={SERVICE} sync=1",
                 "NAN_SET master_pref 0", "NAN_SET master_pref 10", "NAN_SET nik 00", "NAN_SET nik " + "00" * 17,
                 "NAN_SET nonsense 1", "NAN_SET dual_band 0", "NAN_SET bootstrap_config 0x0022,0x0000,1024",
                 "NAN_SET pairing_setup 1", "NAN_SET npk_caching 1", "NAN_SET pairing_verification 1",
                 "NAN_SET cipher_suites 3", "NAN_SET cipher_suites 4", "NAN_SET nik_lifetime 0",
                 "NAN_SET nik_lifetime 43200", "NAN_SET beacon_prot 1", "NAN_SET mgmt_group_cipher BIP-CMAC-128",
                 "NAN_SET max_ndl_idle_period 25", "NAN_SET max_ndl_idle_period 99999"):
        hu.command(text)
    hu.command("NAN_SET max_ndl_idle_period 25")
    hu.add("ndi0", "nan_data")
    hu.command("INTERFACES", "g")
    bed.transcript.note("before NAN_START: " + interfaces("hu"))
    hu.ok("NAN_START")
    hu.expect("NAN-CLUSTER-JOIN")
    hu.add("ndi0", "nan_data")
    bed.transcript.note("after NAN_START: " + interfaces("hu"))
    hu.command("NAN_START")
    hu.command("NAN_STATUS")
    hu.command(MAP)
    hu.command("NAN_STATUS")
    hu.command("NAN_UPDATE_CONF")
    for key in ("g", hu.wlan):
        hu.sockets[key].quiet = True
    phone.start()
    phone.set_up(20)
    phone.ok(MAP)
    bed.up = True
    peer = bed.nmi(phone)
    bed.ask_all(hu, peer)
    pid, sid = bed.discover("cipher_suites=1,7 pbm=2")
    idle(1.5)
    hu.command("NAN_STATUS")
    phone.command("NAN_STATUS")
    bed.ask_all(hu, peer)
    bed.ask_all(phone, bed.nmi(hu))
    hu.command("NAN_PEER_INFO 02:00:00:00:00:77 ndps")
    hu.command(f"NAN_PEER_INFO {peer} nonsense")
    hu.command(f"NAN_PEER_INFO {peer}")
    bed.cancel(pid, sid)
    pid, sid = bed.discover()
    asked = bed.connect(pid, sid)
    hu.command("NAN_STATUS")
    phone.command("NAN_STATUS")
    bed.ask_all(hu, peer)
    bed.ask_all(phone, bed.nmi(hu))
    hu.command("STATUS", "ndi0")
    hu.command("NAN_STATUS", "ndi0")
    bed.terminate(asked)
    bed.ask_all(hu, peer)
    for text in ("NAN_CANCEL_PUBLISH publish_id=99", "NAN_CANCEL_PUBLISH publish_id=0", "NAN_CANCEL_PUBLISH 1",
                 "NAN_CANCEL_SUBSCRIBE subscribe_id=99", "NAN_UPDATE_PUBLISH publish_id=99 ssi=00",
                 f"NAN_UPDATE_PUBLISH publish_id={pid} ssi=0102030405", "NAN_NDP_TERMINATE peer_nmi=02:00:00:00:00:77 "
                 "init_ndi=02:00:00:00:00:78 ndp_id=9", f"NAN_NDP_TERMINATE peer_nmi={peer} init_ndi={peer} ndp_id=9",
                 "NAN_PAIR_ABORT 02:00:00:00:00:77", f"NAN_PAIR_ABORT {peer}", f"NAN_BOOTSTRAP_RESET {peer}",
                 "NAN_BOOTSTRAP_RESET 02:00:00:00:00:77", "NAN_TRANSMIT handle=99 address=02:00:00:00:00:77 ssi=00",
                 "NAN_PUBLISH service_name= sync=1", "NAN_PUBLISH sync=1", "NAN_PUBLISH service_name=x nonsense=1",
                 "NAN_SUBSCRIBE sync=1", "NAN_SCHED_CONFIG_MAP map_id=0 2437:0e000000",
                 "NAN_SCHED_CONFIG_MAP map_id=2 2437:0e000000", "NAN_SCHED_CONFIG_MAP map_id=1 2437:0e",
                 "NAN_SCHED_CONFIG_MAP map_id=1 2437:0e000000 5180:0effffff", "NAN_SCHED_CONFIG_MAP map_id=1 ",
                 "NAN_SCHED_CONFIG_MAP map_id=1", MAP, "NAN_SCHED_CONFIG_MAP map_id=1 2437:ffffffff", MAP):
        hu.command(text)
    idle(1.5)
    phone.expect("NAN-DISCOVERY-RESULT", publish_id=pid, ssi="0102030405")
    bed.transcript.note("the subscriber saw the new ssi")
    phone.command(f"NAN_TRANSMIT handle={sid} req_instance_id={pid} address={bed.nmi(hu)} ssi=c0ffee cookie=7")
    hu.maybe("NAN-RECEIVE")
    phone.maybe("NAN-TRANSMIT-STATUS", 1)
    hu.command("NAN_FLUSH")
    phone.command("NAN_FLUSH")
    idle(1.2)


def part_two(bed: Bed):
    """Two data paths to one peer: two services; the same service twice; one NDI and two; first one ends first"""
    hu, phone = bed.hu, bed.phone
    a = bed.discover(service="_one._tcp")
    b = bed.discover(service="_two._tcp")
    first = bed.connect(*a)
    try:
        second = bed.connect(*b)
    except Missing as missing:
        bed.transcript.note(f"second data path: {missing}")
        second = None
    bed.ask_all(hu, bed.nmi(phone))
    if second:
        bed.terminate(first)
        hu.command(f"NAN_PEER_INFO {bed.nmi(phone)} ndps")
        again = None
        try:
            again = bed.connect(*b)
        except Missing as missing:
            bed.transcript.note(f"the same service twice: {missing}")
        hu.command(f"NAN_PEER_INFO {bed.nmi(phone)} ndps")
        bed.terminate(second, by=hu)
        if again:
            bed.terminate(again, by=hu)
    bed.transcript.title("the phone has a second NDI; the second data path is secured, the first is open")
    if phone.add("ndi1", "nan_data") != "OK":
        phone.add("ndi1", "nan_data", mac="52:00:00:00:01:01")
    bed.transcript.note(interfaces("phone"))
    bed.cancel(*b)
    b = bed.discover("cipher_suites=1", service="_two._tcp")
    first = bed.connect(*a)
    try:
        second = bed.connect(*b, more=f"csid=1 pmk={PMK}", ndi="ndi1")
        hu.command(f"NAN_PEER_INFO {bed.nmi(phone)} ndps")
        bed.terminate(second)
    except Missing as missing:
        bed.transcript.note(f"secured second data path on ndi1: {missing}")
    bed.transcript.title("the second data path is secured, on the same NDI")
    try:
        bed.terminate(first)
        first = bed.connect(*a)
        second = bed.connect(*b, more=f"csid=1 pmk={PMK}")
        hu.command(f"NAN_PEER_INFO {bed.nmi(phone)} ndps")
        bed.terminate(second)
    except Missing as missing:
        bed.transcript.note(f"secured second data path on ndi0: {missing}")
        idle(30)
    bed.transcript.title("two data paths of one peer on two NDIs, both open")
    c = bed.discover(service="_three._tcp")
    try:
        first = bed.connect(*a)
        second = bed.connect(*c, ndi="ndi1")
        hu.command(f"NAN_PEER_INFO {bed.nmi(phone)} ndps")
    except Missing as missing:
        bed.transcript.note(f"open second data path on ndi1: {missing}")
    bed.transcript.title("the NDI is removed during a data path, by its initiator")
    for name in ("ndi1", "ndi0"):
        if phone.command(f"INTERFACE_REMOVE {name}", "g") == "OK":
            phone.shut(name)
    idle(3)
    hu.maybe("NAN-NDP-DISCONNECTED", 1, ndp_id=first["ndp_id"])
    hu.command(f"NAN_PEER_INFO {bed.nmi(phone)} ndps")
    phone.add("ndi0", "nan_data")
    bed.cancel(*a)
    bed.cancel(*b)


def part_reject(bed: Bed):
    """Rejection with each reason code; without one; no answer at all; two requests at once; wrong responses"""
    hu, phone = bed.hu, bed.phone
    pid, sid = bed.discover()
    for reason in (*range(0, 14), 200, None):
        asked = bed.request(pid, sid)
        bed.reject(asked, "" if reason is None else f" reason_code={reason}")
        for end in (phone, hu):
            end.maybe("NAN-NDP-DISCONNECTED", 5, ndp_id=asked["ndp_id"])
    for text in ("accept BASE handle=HANDLE", "accept BASE ndi=ndi0", "accept BASE ndi=none handle=HANDLE",
                 "accept BASE ndi=ndi0 handle=99", "BASE ndi=ndi0 handle=HANDLE",
                 f"accept BASE ndi=ndi0 handle=HANDLE csid=1 pmk={PMK}", "reject BASE=x", None):
        bed.transcript.title(f"NAN_NDP_RESPONSE {text}, then a right one, then a rejection")
        asked = bed.request(pid, sid)
        base = f"peer_nmi={asked['peer_nmi']} ndp_id={asked['ndp_id']} init_ndi={asked['init_ndi']}"
        if text:
            hu.command("NAN_NDP_RESPONSE " + text.replace("BASE", base).replace("HANDLE", str(pid)))
        if bed.accept(asked, pid) == "OK":
            bed.connected(asked)
            hu.command(f"NAN_NDP_RESPONSE accept {base} ndi=ndi0 handle={pid}")
            bed.reject(asked)
            bed.terminate(asked)
        else:
            bed.reject(asked)
            for end in (phone, hu):
                end.maybe("NAN-NDP-DISCONNECTED", 35, ndp_id=asked["ndp_id"])
    bed.transcript.title("a second request while the first is not answered; then nobody answers for 40 s")
    asked = bed.request(pid, sid)
    phone.command(f"NAN_NDP_REQUEST handle={sid} ndi=ndi0 peer_nmi={bed.nmi(hu)} peer_id={pid} ssi=aabbdd")
    hu.command(f"NAN_PEER_INFO {bed.nmi(phone)} ndps")
    phone.command(f"NAN_PEER_INFO {bed.nmi(hu)} ndps")
    idle(40)
    hu.command(f"NAN_PEER_INFO {bed.nmi(phone)} ndps")
    bed.accept(asked, pid)
    bed.transcript.title("the requester gives up before an answer; the responder accepts then")
    asked = bed.request(pid, sid)
    phone.command(f"NAN_NDP_TERMINATE peer_nmi={bed.nmi(hu)} init_ndi={asked['init_ndi']} ndp_id={asked['ndp_id']}")
    idle(2)
    bed.accept(asked, pid)
    idle(5)
    bed.transcript.title("requests to a publish id that is not there, to a peer that is not there, of a wrong handle")
    for text in (f"handle={sid} ndi=ndi0 peer_nmi={bed.nmi(hu)} peer_id=99",
                 f"handle={sid} ndi=ndi0 peer_nmi=02:00:00:00:00:77 peer_id={pid}",
                 f"handle=99 ndi=ndi0 peer_nmi={bed.nmi(hu)} peer_id={pid}",
                 f"handle={sid} ndi=none peer_nmi={bed.nmi(hu)} peer_id={pid}",
                 f"handle={sid} ndi=ndi0 peer_nmi={bed.nmi(hu)}"):
        phone.command("NAN_NDP_REQUEST " + text)
        idle(3)
    idle(15)
    bed.cancel(pid, sid)
    bed.transcript.title("the service is cancelled while its data path is up")
    pid, sid = bed.discover()
    asked = bed.connect(pid, sid)
    bed.cancel(pid, sid)
    idle(2)
    hu.command(f"NAN_PEER_INFO {bed.nmi(phone)} ndps")
    bed.terminate(asked, by=hu)


def part_counter(bed: Bed):
    """The responder's schedule differs: counter-proposal, accepted, rejected, not answered"""
    hu, phone = bed.hu, bed.phone
    pid, sid = bed.discover()
    for answer in ("accept", "accept with the old schedule", "reject", "nothing"):
        bed.transcript.title(f"counter-proposal, then: {answer}")
        asked = bed.request(pid, sid)
        hu.ok("NAN_SCHED_CONFIG_MAP map_id=1 5745:feffffff")
        bed.accept(asked, pid)
        counter = phone.maybe("NAN-NDP-COUNTER-REQUEST", 5)
        if counter:
            base = (f"peer_nmi={counter['peer_nmi']} ndp_id={counter['ndp_id']} init_ndi={counter['init_ndi']}")
            if answer == "accept":
                phone.ok("NAN_SCHED_CONFIG_MAP map_id=1 5745:feffffff")
            if answer.startswith("accept"):
                phone.command(f"NAN_NDP_RESPONSE accept {base} ndi=ndi0 handle={sid} ssi=11223344 "
                              f"interface_id={PHONE_IID}")
            elif answer == "reject":
                phone.command(f"NAN_NDP_RESPONSE reject {base} reason_code=11")
        try:
            bed.connected(asked, seconds=6)
            bed.terminate(asked)
        except Missing as missing:
            bed.transcript.note(str(missing))
            idle(35)
        for end in (hu, phone):
            end.ok(MAP)
            end.command(f"NAN_PEER_INFO {bed.nmi(phone if end is hu else hu)} ndps")
        idle(2)
    bed.cancel(pid, sid)


def part_secure(bed: Bed):
    """csid 2 by passphrase, with QoS; GTK with csid 1 and 2; what the publisher must offer"""
    hu, phone = bed.hu, bed.phone
    for suites, more, also in (("2", "csid=2 pwd_hex=746573742d70617373706872617365", ""),
                               ("1,2", "csid=2 password=test-passphrase", ""),
                               ("1", "csid=2 password=test-passphrase", ""),
                               ("1", "csid=1 qos=2:65535 password=test-passphrase", "")):
        bed.transcript.title(f"publisher offers {suites}, request {more}{also}")
        pid, sid = bed.discover(f"cipher_suites={suites}" + (" gtk_required=1" if also else ""))
        try:
            asked = bed.request(pid, sid, more + also)
            bed.accept(asked, pid, more)
            bed.connected(asked)
            hu.command(f"NAN_PEER_INFO {bed.nmi(phone)} ndps")
            bed.terminate(asked)
        except Missing as missing:
            bed.transcript.note(str(missing))
            idle(2)
        bed.cancel(pid, sid)


def part_gtk(bed: Bed):
    """GTK with csid 1 and 2; mgmt_group_cipher is set before NAN_START"""
    hu, phone = bed.hu, bed.phone
    for cipher, suites, csid, gtk in (("BIP-CMAC-128", "1,5", 1, 5), ("BIP-GMAC-256", "2,6", 2, 6)):
        for end, pref in ((hu, 10), (phone, 20)):
            end.start()
            end.set_up(pref, settings=(f"mgmt_group_cipher {cipher}",))
            end.ok(MAP)
        bed.up = True
        pid, sid = bed.discover(f"cipher_suites={suites} gtk_required=1")
        more = f"csid={csid} password=test-passphrase"
        try:
            asked = bed.request(pid, sid, f"{more} gtk_csid={gtk}")
            bed.accept(asked, pid, more)
            bed.connected(asked)
            hu.command(f"NAN_PEER_INFO {bed.nmi(phone)} ndps")
            bed.terminate(asked)
            bed.transcript.title("requester without GTK, publisher demands it")
            asked = bed.request(pid, sid, more)
            bed.accept(asked, pid, more)
            bed.connected(asked)
            bed.terminate(asked)
        except Missing as missing:
            bed.transcript.note(str(missing))
        bed.end()


def part_schedule(bed: Bed):
    """The schedule changes while a data path is up, each time from a fresh one"""
    hu, phone = bed.hu, bed.phone
    for text in ("2437:0e000000 5180:f0ff0000", "2437:0e000000", ""):
        bed.transcript.title(f"head unit: map 1 {text}")
        if not bed.up:
            bed.begin()
        pid, sid = bed.discover()
        asked = bed.connect(pid, sid)
        hu.command(f"NAN_SCHED_CONFIG_MAP map_id=1 {text}".rstrip())
        done = hu.maybe("NAN-SCHEDULE-UPDATE-DONE", 5)
        phone.maybe("NAN-PEER-SCHEDULE-CHANGED", 3)
        phone.command(f"NAN_PEER_INFO {bed.nmi(hu)} schedule")
        hu.command("NAN_SCHED_CONFIG_MAP map_id=1 2437:0e000000 5180:f0ffff00")
        hu.maybe("NAN-SCHEDULE-UPDATE-DONE", 5)
        phone.maybe("NAN-PEER-SCHEDULE-CHANGED", 2)
        for end in (phone, hu):
            end.command(f"NAN_PEER_INFO {bed.nmi(hu if end is phone else phone)} ndps")
        if hu.maybe("NAN-NDP-DISCONNECTED", 0.1) is None:
            bed.terminate(asked)
        idle(1)
        if hu.command(MAP) != "OK":
            hu.command("NAN_SCHED_CONFIG_MAP map_id=1")
            bed.transcript.note("stuck; NAN_STOP and NAN_START")
            hu.command("NAN_STOP")
            hu.command("NAN_START")
            idle(1)
            if hu.command(MAP) != "OK":
                bed.end()
        if bed.up:
            bed.cancel(pid, sid)


def part_idle(bed: Bed):
    """A data path without traffic; with max_ndl_idle_period 10 on both sides, on one side, changed during it"""
    hu, phone = bed.hu, bed.phone
    pid, sid = bed.discover()
    for ours, theirs in ((None, None), (10, 10), (10, 60), (60, 0)):
        bed.transcript.title(f"max_ndl_idle_period {ours} here, {theirs} there")
        for end, value in ((hu, ours), (phone, theirs)):
            if value is not None:
                end.ok(f"NAN_SET max_ndl_idle_period {value}")
        asked = bed.connect(pid, sid)
        hu.command(f"NAN_PEER_INFO {bed.nmi(phone)} schedule")
        for end in (hu, phone):
            end.maybe("NAN-NDP-DISCONNECTED", 70, ndp_id=asked["ndp_id"])
        if hu.command(f"NAN_PEER_INFO {bed.nmi(phone)} ndps", record=True).find("ndp") >= 0:
            bed.terminate(asked)
    for end in (hu, phone):
        end.ok("NAN_SET max_ndl_idle_period 25")
    bed.cancel(pid, sid)


def part_stop(bed: Bed):
    """NAN_STOP and NAN_START with a data path; removal of interfaces; TERMINATE"""
    hu, phone = bed.hu, bed.phone
    pid, sid = bed.discover()
    asked = bed.connect(pid, sid)
    hu.command("NAN_STOP")
    idle(2)
    hu.command("NAN_STATUS")
    hu.command("NAN_STOP")
    bed.transcript.note("ndi0: " + interfaces("hu"))
    hu.command("NAN_START")
    idle(3)
    hu.command("NAN_STATUS")
    bed.transcript.note("ndi0: " + interfaces("hu"))
    run("ip", "-n", "hu", "link", "set", "ndi0", "up")
    hu.command(f"NAN_PEER_INFO {bed.nmi(phone)} ndps")
    phone.command(f"NAN_PEER_INFO {bed.nmi(hu)} ndps")
    bed.transcript.note("the phone is not told; it waits for its idle end")
    phone.maybe("NAN-NDP-DISCONNECTED", 40)
    hu.command(f"NAN_CANCEL_PUBLISH publish_id={pid}")
    phone.command(f"NAN_CANCEL_SUBSCRIBE subscribe_id={sid}")
    hu.ok(MAP)
    idle(1.2)
    pid, sid = bed.discover()
    asked = bed.connect(pid, sid)
    bed.transcript.title("everything in its order: data path, NDI, NAN, NMI, wpa_supplicant")
    bed.terminate(asked, by=hu)
    hu.command("INTERFACE_REMOVE ndi0", "g")
    hu.shut("ndi0")
    hu.command("NAN_STOP")
    hu.command("INTERFACE_REMOVE nan0", "g")
    hu.shut("nan0")
    hu.command("INTERFACES", "g")
    bed.transcript.note("interfaces: " + interfaces("hu"))
    hu.command("TERMINATE", "g")
    status = hu.process.wait(20)
    bed.transcript.note(f"exit {status}; left: " + " ".join(os.listdir(hu.folder)) + "; interfaces: "
                        + interfaces("hu"))
    hu._forget()


def part_order(bed: Bed):
    """Interfaces removed in the wrong order, each time from a fresh start with a data path"""
    for first in ("wlan", "nan0", "terminate"):
        if not bed.up:
            bed.begin()
        hu = bed.hu
        bed.connect(*bed.discover())
        bed.transcript.title(f"first goes {first}")
        try:
            if first == "terminate":
                hu.command("TERMINATE", "g")
                bed.transcript.note(f"exit {hu.process.wait(20)}")
                hu._forget()
            else:
                name = hu.wlan if first == "wlan" else first
                hu.command(f"INTERFACE_REMOVE {name}", "g")
                hu.shut(name)
                idle(2)
                hu.command("INTERFACES", "g")
                if first == "wlan":
                    hu.command("NAN_STATUS")
        except Missing as missing:
            bed.transcript.note(str(missing))
        bed.transcript.note("interfaces: " + interfaces("hu"))
        bed.end()


def part_kill(bed: Bed):
    """SIGKILL with a data path; what is left; what the other end sees; a new start; SIGTERM"""
    hu, phone = bed.hu, bed.phone
    pid, sid = bed.discover()
    bed.connect(pid, sid)
    hu.kill(9)
    bed.transcript.note("left: " + " ".join(sorted(os.listdir(hu.folder))) + "; interfaces: "
                        + interfaces("hu"))
    phone.command(f"NAN_PEER_INFO {bed.nmi(phone)} ndps")
    phone.maybe("NAN-NDP-DISCONNECTED", 5)
    bed.transcript.title("the same interfaces again, the other end still has its data path")
    hu.start()
    hu.set_up(10)
    for key in ("g", hu.wlan):
        hu.sockets[key].quiet = True
    hu.ok(MAP)
    hu.command(f"NAN_PEER_INFO {bed.nmi(phone)} ndps")
    phone.command(f"NAN_CANCEL_SUBSCRIBE subscribe_id={sid}")
    pid, sid = bed.discover()
    try:
        asked = bed.connect(pid, sid)
        phone.command(f"NAN_PEER_INFO {bed.nmi(hu)} ndps")
        idle(30)
        phone.command(f"NAN_PEER_INFO {bed.nmi(hu)} ndps")
    except Missing as missing:
        bed.transcript.note(f"a data path beside the other end's dead one: {missing}")
        idle(40)
        asked = bed.connect(pid, sid)
    bed.transcript.title("SIGTERM with a data path")
    hu.kill(15)
    bed.transcript.note("left: " + " ".join(sorted(os.listdir(hu.folder))) + "; interfaces: "
                        + interfaces("hu"))
    phone.maybe("NAN-NDP-DISCONNECTED", 5)
    bed.end()


def part_pair(bed: Bed):
    """PIN pairing, data path, unpaired after its end, verification; second pairing; follow-up lost?"""
    hu, phone = bed.hu, bed.phone
    hu.ok("NAN_SET nik 000102030405060708090a0b0c0d0e0f")
    phone.ok("NAN_SET nik 101112131415161718191a1b1c1d1e1f")
    pid, sid = bed.discover("cipher_suites=1,7 pbm=2")
    bed.transcript.title("pairing before bootstrapping")
    phone.command(bed.pair_command(phone, pid, sid, 1, PIN))
    if hu.maybe("NAN-PAIRING-REQUEST", 3):
        hu.command(f"NAN_PAIR_ABORT {bed.nmi(phone)}")
        phone.maybe("NAN-PAIRING-STATUS", 5)
    idle(1)
    bed.bootstrap(pid, sid)
    for end, other in ((hu, phone), (phone, hu)):
        end.command(f"NAN_PEER_INFO {bed.nmi(other)} pairing")
    status, niks = bed.pair(pid, sid)
    bed.transcript.note(f"NIK received by phone {niks[0] is not None}, by head unit {niks[1] is not None}")
    for end, other in ((hu, phone), (phone, hu)):
        end.command(f"NAN_PEER_INFO {bed.nmi(other)} pairing")
        end.command("NAN_STATUS")
    pmk = status[0]["nd_pmk"]
    bed.transcript.title("data path on the pairing's key, csid 7; csid 8; open")
    asked = bed.request(pid, sid, f"csid=7 pmk={pmk}")
    bed.accept(asked, pid, f"csid=7 pmk={pmk}")
    bed.connected(asked)
    bed.terminate(asked)
    for text in (f"csid=7 pmk={pmk}", f"csid=1 pmk={pmk}"):
        phone.command(f"NAN_NDP_REQUEST handle={sid} ndi=ndi0 peer_nmi={bed.nmi(hu)} peer_id={pid} {text}")
        late = hu.maybe("NAN-NDP-REQUEST", 3)
        if late:
            bed.accept(late, pid, text)
            try:
                bed.connected(late, seconds=5)
                bed.terminate(late)
            except Missing as missing:
                bed.transcript.note(str(missing))
    bed.transcript.title("verification; data path")
    status, _ = bed.pair(pid, sid, 2, "")
    if status[0].get("nd_pmk"):
        more = f"csid=7 pmk={status[0]['nd_pmk']}"
        asked = bed.connect(pid, sid, more)
        bed.transcript.title("verification while the data path is up")
        phone.command(bed.pair_command(phone, pid, sid, 2, ""))
        if hu.maybe("NAN-PAIRING-REQUEST", 3):
            hu.command(bed.pair_command(hu, pid, sid, 2, "", responder=True))
            for end in (phone, hu):
                end.maybe("NAN-PAIRING-STATUS", 5)
        bed.terminate(asked)
    bed.transcript.title("verification asked by the publisher")
    hu.command(bed.pair_command(hu, pid, sid, 2, ""))
    if phone.maybe("NAN-PAIRING-REQUEST", 3):
        phone.command(bed.pair_command(phone, pid, sid, 2, "", responder=True))
        for end in (phone, hu):
            end.maybe("NAN-PAIRING-STATUS", 5)
    bed.transcript.title("verification, the responder told in advance; then again as it should be")
    hu.command(bed.pair_command(hu, pid, sid, 2, "", responder=True))
    phone.command(bed.pair_command(phone, pid, sid, 2, ""))
    for end in (phone, hu):
        end.maybe("NAN-PAIRING-STATUS", 4)
    hu.command(f"NAN_PAIR_ABORT {bed.nmi(phone)}")
    idle(1)
    phone.command(bed.pair_command(phone, pid, sid, 2, ""))
    if hu.maybe("NAN-PAIRING-REQUEST", 3):
        hu.command(bed.pair_command(hu, pid, sid, 2, "", responder=True))
        for end in (phone, hu):
            end.maybe("NAN-PAIRING-STATUS", 5)
    for end in (hu, phone):
        end.command("SAVE_CONFIG")
        bed.transcript.note(f"saved by {end.name}: " + end.config.read_text().replace("\n", "\\n"))


def part_verify(bed: Bed):
    """When verification works: right after pairing; after a data path; after a new discovery; then a new PIN"""
    hu, phone = bed.hu, bed.phone
    hu.ok("NAN_SET nik 000102030405060708090a0b0c0d0e0f")
    phone.ok("NAN_SET nik 101112131415161718191a1b1c1d1e1f")
    pid, sid = bed.discover("cipher_suites=1,7 pbm=2")
    bed.bootstrap(pid, sid)

    def verify(title: str) -> str:
        bed.transcript.title("verification " + title)
        for end in (hu, phone):
            end.forget()
        if phone.command(bed.pair_command(phone, pid, sid, 2, "")) != "OK":
            return ""
        if hu.maybe("NAN-PAIRING-REQUEST", 4):
            if hu.command(bed.pair_command(hu, pid, sid, 2, "", responder=True)) != "OK":
                hu.command(f"NAN_PAIR_ABORT {bed.nmi(phone)}")
        found = {}
        for end in (phone, hu):
            found = end.maybe("NAN-PAIRING-STATUS", 4) or {}
        if "nd_pmk" not in found:
            hu.command(f"NAN_PAIR_ABORT {bed.nmi(phone)}")
            phone.command(f"NAN_PAIR_ABORT {bed.nmi(hu)}")
        return found.get("nd_pmk", "")

    bed.pair(pid, sid)
    pmk = verify("right after pairing")
    if pmk:
        bed.terminate(bed.connect(pid, sid, f"csid=7 pmk={pmk}"))
    pmk = verify("after a data path") or pmk
    bed.cancel(pid, sid)
    pid, sid = bed.discover("cipher_suites=1,7 pbm=2")
    pmk = verify("after a new publish and subscribe") or pmk
    try:
        bed.terminate(bed.connect(pid, sid, f"csid=7 pmk={pmk}"), by=hu)
    except Missing as missing:
        bed.transcript.note(str(missing))
    pmk = verify("after another data path, ended by the head unit") or pmk
    bed.transcript.title("a new pairing with another PIN, the same on both sides; then different ones")
    for end in (hu, phone):
        end.forget()
    for theirs, ours in ((OTHER_PIN, OTHER_PIN), (PIN, OTHER_PIN)):
        phone.command(bed.pair_command(phone, pid, sid, 1, theirs))
        hu.maybe("NAN-PAIRING-REQUEST")
        hu.command(bed.pair_command(hu, pid, sid, 1, ours, responder=True))
        for end in (phone, hu):
            end.maybe("NAN-PAIRING-STATUS", 4)
        idle(3)
        hu.command(f"NAN_PAIR_ABORT {bed.nmi(phone)}")
        phone.command(f"NAN_PAIR_ABORT {bed.nmi(hu)}")
        for end in (hu, phone):
            end.forget()
    bed.transcript.title("NAN_STOP and NAN_START at the head unit forget the pairing?")
    hu.command("NAN_STOP")
    hu.command("NAN_START")
    hu.expect("NAN-CLUSTER-JOIN")
    hu.command(MAP)
    phone.command(f"NAN_CANCEL_SUBSCRIBE subscribe_id={sid}")
    pid, sid = bed.discover("cipher_suites=1,7 pbm=2")
    idle(1)
    hu.command(f"NAN_PEER_INFO {bed.nmi(phone)} pairing")
    verify("after NAN_STOP and NAN_START")


def part_pin(bed: Bed):
    """Wrong PIN, first on the phone's side, then on ours; NAN_PAIR_ABORT; busy; a second PIN after success"""
    hu, phone = bed.hu, bed.phone
    hu.ok("NAN_SET nik 000102030405060708090a0b0c0d0e0f")
    phone.ok("NAN_SET nik 101112131415161718191a1b1c1d1e1f")
    pid, sid = bed.discover("cipher_suites=1,7 pbm=2")
    bed.bootstrap(pid, sid)
    for theirs, ours in ((OTHER_PIN, PIN), (PIN, OTHER_PIN)):
        bed.transcript.title(f"phone {bytes.fromhex(theirs).decode()}, head unit {bytes.fromhex(ours).decode()}")
        phone.command(bed.pair_command(phone, pid, sid, 1, theirs))
        hu.expect("NAN-PAIRING-REQUEST")
        hu.command(bed.pair_command(hu, pid, sid, 1, ours, responder=True))
        for end in (phone, hu):
            end.maybe("NAN-PAIRING-STATUS", 12)
        bed.transcript.note("the phone tries again with the right one while the head unit was not told anything")
        phone.command(bed.pair_command(phone, pid, sid, 1, ours))
        hu.maybe("NAN-PAIRING-REQUEST", 5)
        hu.command(bed.pair_command(hu, pid, sid, 1, ours, responder=True))
        for end in (phone, hu):
            end.maybe("NAN-PAIRING-STATUS", 5)
        hu.command(f"NAN_PAIR_ABORT {bed.nmi(phone)}")
        for end in (phone, hu):
            end.maybe("NAN-PAIRING-STATUS", 3)
        phone.command(f"NAN_PAIR_ABORT {bed.nmi(hu)}")
        idle(1)
        hu.forget()
        phone.forget()
    bed.transcript.title("the responder says nothing, then NAN_PAIR_ABORT")
    phone.command(bed.pair_command(phone, pid, sid, 1, PIN))
    hu.maybe("NAN-PAIRING-REQUEST", 5)
    phone.maybe("NAN-PAIRING-STATUS", 20)
    hu.command(f"NAN_PAIR_ABORT {bed.nmi(phone)}")
    phone.maybe("NAN-PAIRING-STATUS", 5)
    phone.command(f"NAN_PAIR_ABORT {bed.nmi(hu)}")
    bed.transcript.title("right PIN, then a second pairing with another one")
    for pin in (PIN, OTHER_PIN):
        for end in (hu, phone):
            end.forget()
        bed.pair(pid, sid, pin=pin)
    bed.transcript.title("the identity is gone at the head unit only: bootstrap reset, then auth=1 again")
    hu.command(f"NAN_BOOTSTRAP_RESET {bed.nmi(phone)}")
    hu.forget()
    phone.forget()
    phone.command(bed.pair_command(phone, pid, sid, 1, OTHER_PIN))
    if hu.maybe("NAN-PAIRING-REQUEST", 5):
        hu.command(f"NAN_PAIR_ABORT {bed.nmi(phone)}")
        phone.maybe("NAN-PAIRING-STATUS", 5)
    bed.cancel(pid, sid)


def part_pair8(bed: Bed):
    """GCMP-256 pairing (csid 8), data path with csid 8, verification; then opportunistic pairing (auth=0)"""
    hu, phone = bed.hu, bed.phone
    for end in (hu, phone):
        end.command("NAN_SET cipher_suites 3")
    pid, sid = bed.discover("cipher_suites=2,8 pbm=2")
    bed.bootstrap(pid, sid)
    status, _ = bed.pair(pid, sid, cipher="GCMP-256")
    for csid in (8, 2):
        try:
            asked = bed.connect(pid, sid, f"csid={csid} pmk={status[0]['nd_pmk']}")
            bed.terminate(asked)
        except Missing as missing:
            bed.transcript.note(f"csid {csid}: {missing}")
        bed.transcript.title("verification with GCMP-256")
        status, _ = bed.pair(pid, sid, 2, "", "GCMP-256")
    bed.cancel(pid, sid)
    bed.end()
    bed.begin()
    bed.transcript.title("opportunistic, after fresh starts; methods 0x0001 not auto-accepted")
    for end in (hu, phone):
        end.command("NAN_SET bootstrap_config 0x0023,0x0000,1024")
    pid, sid = bed.discover("cipher_suites=1,7 pbm=1")
    phone.ok(f"NAN_BOOTSTRAP {bed.nmi(hu)} handle={sid} req_instance_id={pid} method=1")
    hu.expect("NAN-BOOTSTRAP-REQUEST")
    hu.ok(f"NAN_BOOTSTRAP {bed.nmi(phone)} handle={pid} req_instance_id={sid} method=1 auth")
    for end in (hu, phone):
        end.expect("NAN-BOOTSTRAP-SUCCESS")
    status, _ = bed.pair(pid, sid, 0, "")
    asked = bed.connect(pid, sid, f"csid=7 pmk={status[0]['nd_pmk']}")
    bed.terminate(asked)
    bed.cancel(pid, sid)


def part_bootstrap(bed: Bed):
    """Bootstrapping: wrong method, refused, no answer, comeback, reset, requested by the publisher"""
    hu, phone = bed.hu, bed.phone
    pid, sid = bed.discover("cipher_suites=1,7 pbm=2")
    for method in (64, 8, 1, 2, 0):
        bed.transcript.title(f"the phone asks for method {method}")
        phone.command(f"NAN_BOOTSTRAP {bed.nmi(hu)} handle={sid} req_instance_id={pid} method={method}")
        phone.maybe("NAN-BOOTSTRAP-FAILURE", 6)
        phone.command(f"NAN_BOOTSTRAP_RESET {bed.nmi(hu)}")
        hu.command(f"NAN_BOOTSTRAP_RESET {bed.nmi(phone)}")
        hu.forget()
        phone.forget()
    bed.transcript.title("the head unit does not answer; after 20 s it accepts")
    phone.command(f"NAN_BOOTSTRAP {bed.nmi(hu)} handle={sid} req_instance_id={pid} method=32")
    hu.maybe("NAN-BOOTSTRAP-REQUEST", 5)
    idle(20)
    hu.command(f"NAN_BOOTSTRAP {bed.nmi(phone)} handle={pid} req_instance_id={sid} method=2 auth")
    for end in (hu, phone):
        end.maybe("NAN-BOOTSTRAP-SUCCESS", 10)
    bed.transcript.title("once more, after success; then with the head unit's reset only")
    phone.command(f"NAN_BOOTSTRAP {bed.nmi(hu)} handle={sid} req_instance_id={pid} method=32")
    for end in (hu, phone):
        end.maybe("NAN-BOOTSTRAP-SUCCESS", 5)
    hu.command(f"NAN_BOOTSTRAP_RESET {bed.nmi(phone)}")
    phone.command(f"NAN_BOOTSTRAP {bed.nmi(hu)} handle={sid} req_instance_id={pid} method=32")
    hu.maybe("NAN-BOOTSTRAP-REQUEST", 5)
    phone.command(f"NAN_BOOTSTRAP_RESET {bed.nmi(hu)}")
    hu.command(f"NAN_BOOTSTRAP_RESET {bed.nmi(phone)}")
    bed.transcript.title("the publisher asks the subscriber to show a PIN (method 32 here)")
    hu.forget()
    phone.forget()
    hu.command(f"NAN_BOOTSTRAP {bed.nmi(phone)} handle={pid} req_instance_id={sid} method=32")
    if phone.maybe("NAN-BOOTSTRAP-REQUEST", 5):
        phone.command(f"NAN_BOOTSTRAP {bed.nmi(hu)} handle={sid} req_instance_id={pid} method=2 auth")
    for end in (hu, phone):
        end.maybe("NAN-BOOTSTRAP-SUCCESS", 8)
    hu.command(f"NAN_PEER_INFO {bed.nmi(phone)} bootstrap")
    bed.transcript.title("pairing without the other's publish: the service is cancelled after bootstrapping")
    phone.command(f"NAN_BOOTSTRAP_RESET {bed.nmi(hu)}")
    hu.command(f"NAN_BOOTSTRAP_RESET {bed.nmi(phone)}")
    bed.cancel(pid, sid)
    phone.command(f"NAN_BOOTSTRAP {bed.nmi(hu)} handle={sid} req_instance_id={pid} method=32")
    idle(8)
    phone.command(f"NAN_BOOTSTRAP_RESET {bed.nmi(hu)}")


def part_forgets(bed: Bed):
    """Verification after the restart of one side, then of both; pairing anew"""
    hu, phone = bed.hu, bed.phone
    niks = {hu: "000102030405060708090a0b0c0d0e0f", phone: "101112131415161718191a1b1c1d1e1f"}
    for end, nik in niks.items():
        end.ok(f"NAN_SET nik {nik}")
    pid, sid = bed.discover("cipher_suites=1,7 pbm=2")
    bed.bootstrap(pid, sid)
    bed.pair(pid, sid)
    for end in (hu, phone):
        end.command("SAVE_CONFIG")
        bed.transcript.note(f"saved by {end.name}: " + end.config.read_text().replace("\n", "\\n"))
    bed.transcript.title("the head unit's wpa_supplicant is killed and started with what it saved")
    hu.kill(9)
    hu.start()
    hu.set_up(10, settings=(f"nik {niks[hu]}",), begin=True)
    for key in ("g", hu.wlan):
        hu.sockets[key].quiet = True
    hu.ok(MAP)
    phone.command(f"NAN_CANCEL_SUBSCRIBE subscribe_id={sid}")
    idle(1)
    pid, sid = bed.discover("cipher_suites=1,7 pbm=2")
    idle(1.5)
    for end, other in ((hu, phone), (phone, hu)):
        end.command(f"NAN_PEER_INFO {bed.nmi(other)} pairing")
    bed.transcript.title("auth=2 by the phone, which remembers")
    phone.command(bed.pair_command(phone, pid, sid, 2, ""))
    if hu.maybe("NAN-PAIRING-REQUEST", 5):
        hu.command(bed.pair_command(hu, pid, sid, 2, "", responder=True))
        for end in (phone, hu):
            end.maybe("NAN-PAIRING-STATUS", 6)
    hu.command(f"NAN_PAIR_ABORT {bed.nmi(phone)}")
    phone.command(f"NAN_PAIR_ABORT {bed.nmi(hu)}")
    bed.transcript.title("auth=2 by the head unit, which has forgotten")
    hu.command(bed.pair_command(hu, pid, sid, 2, ""))
    idle(3)
    hu.command(f"NAN_PAIR_ABORT {bed.nmi(phone)}")
    bed.transcript.title("auth=1 by the phone, which remembers: the flow of a new pairing")
    hu.forget()
    phone.forget()
    phone.command(f"NAN_BOOTSTRAP_RESET {bed.nmi(hu)}")
    bed.bootstrap(pid, sid)
    for theirs, ours in ((PIN, OTHER_PIN), (OTHER_PIN, OTHER_PIN)):
        bed.transcript.title("the same PIN" if theirs == ours else "different PINs")
        phone.command(bed.pair_command(phone, pid, sid, 1, theirs))
        hu.maybe("NAN-PAIRING-REQUEST", 5)
        hu.command(bed.pair_command(hu, pid, sid, 1, ours, responder=True))
        for end in (phone, hu):
            end.maybe("NAN-PAIRING-STATUS", 4)
        for end in (phone, hu):
            end.maybe("NAN-NIK-RECEIVED", 4)
        hu.command(f"NAN_PAIR_ABORT {bed.nmi(phone)}")
        phone.command(f"NAN_PAIR_ABORT {bed.nmi(hu)}")
        for end in (hu, phone):
            end.forget()
    bed.cancel(pid, sid)


def part_three(bed: Bed):
    """Two phones at once, each with a data path; both of the same ndp_id; one leaves, one is killed"""
    hu, phone, second = bed.hu, bed.phone, bed.second
    second.start()
    second.set_up(30)
    for key in ("g", second.wlan):
        second.sockets[key].quiet = True
    second.ok(MAP)
    pid, sid = bed.discover()
    other = int(second.ok(f"NAN_SUBSCRIBE service_name={SERVICE} sync=1 srv_proto_type=2 ssi=55667788 active=1"))
    second.expect("NAN-DISCOVERY-RESULT", publish_id=pid)
    second.sockets["nan0"].quiet = True
    first = bed.connect(pid, sid)
    try:
        also = bed.connect(pid, other, phone=second)
        for end in (phone, second):
            hu.command(f"NAN_PEER_INFO {bed.nmi(end)} ndps")
        bed.terminate(first)
        hu.command(f"NAN_PEER_INFO {bed.nmi(second)} ndps")
        first = bed.connect(pid, sid)
        bed.transcript.title("both ask at the same time")
        bed.terminate(first)
        bed.terminate(also, phone=second, by=second)
        first = bed.request(pid, sid)
        also = bed.request(pid, other, phone=second)
        bed.accept(also, pid)
        bed.accept(first, pid)
        bed.connected(first)
        bed.connected(also, phone=second)
    except Missing as missing:
        bed.transcript.note(str(missing))
    bed.transcript.title("the second phone is killed; its data path ends by itself, the first one has traffic or not")
    second.kill(9)
    for end in (hu, hu, phone):
        end.maybe("NAN-NDP-DISCONNECTED", 40)
    for end in (phone,):
        hu.command(f"NAN_PEER_INFO {bed.nmi(end)} ndps")
    bed.cancel(pid, sid)
    bed.end()


def part_follow_up(bed: Bed):
    """Ten pairings from fresh starts: how often the NIK follow-up arrives"""
    got = []
    for _ in range(5):
        if not bed.up:
            bed.begin()
        pid, sid = bed.discover("cipher_suites=1,7 pbm=2")
        bed.bootstrap(pid, sid)
        _, niks = bed.pair(pid, sid)
        got.append(tuple(each is not None for each in niks))
        for end, other in ((bed.hu, bed.phone), (bed.phone, bed.hu)):
            end.command(f"NAN_PEER_INFO {bed.nmi(other)} pairing")
        bed.end()
    bed.transcript.note(f"NIK-RECEIVED by (phone, head unit): {got}")


def part_radio(bed: Bed):
    """The radio goes while a data path is up"""
    pid, sid = bed.discover()
    bed.connect(pid, sid)
    sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tools"))
    from rig.netlink import GenericNetlink, attribute       # noqa: E402
    name = os.listdir("/sys/class/ieee80211")
    bed.transcript.note(f"phys {name}")
    with GenericNetlink("MAC80211_HWSIM") as hwsim:
        hwsim.request(5, attribute(17, b"phy0\0"))
    idle(3)
    bed.hu.command("INTERFACES", "g")
    bed.hu.command("NAN_STATUS")
    bed.phone.maybe("NAN-NDP-DISCONNECTED", 40)
    bed.end()


PARTS = {name[5:]: part for name, part in list(globals().items()) if name.startswith("part_")}
ON_THEIR_OWN = {"replies", "gtk"}          # bring the ends up themselves


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--debug", action="store_true")
    parser.add_argument("parts", nargs="*", default=list(PARTS))
    arguments = parser.parse_args()
    bed = Bed(arguments)
    failed = 0
    for name in arguments.parts:
        part = PARTS[name]
        bed.transcript.title(f"=== {name}: {part.__doc__}")
        print(f"{time.clock_gettime(time.CLOCK_BOOTTIME):.0f} {name}", flush=True)
        try:
            if name in ON_THEIR_OWN:
                bed.end()
            elif not bed.up:
                bed.begin()
            part(bed)
            bed.end()
        except (Missing, OSError, KeyError, subprocess.SubprocessError) as problem:
            failed += 1
            bed.transcript.line("FAILED", f"{name}: {problem}")
            print(f"{name}: {traceback.format_exc()}", flush=True)
            bed.end()
    bed.end()
    for end in End.everybody:
        end.keep_logs()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
