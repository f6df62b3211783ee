# SPDX-License-Identifier: Apache-2.0
"""Parts of real_probe.py: bootstrapping, pairing, verification."""
from engine import Missing, idle
from probe_bed import MAP, OTHER_PIN, PIN, Bed


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
