# SPDX-License-Identifier: Apache-2.0
"""Parts of real_probe.py: replies, data paths, schedules."""
from engine import Missing, idle
from probe_bed import MAP, PHONE_IID, PMK, SERVICE, Bed, interfaces


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
