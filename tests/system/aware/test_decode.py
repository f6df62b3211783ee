#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fasciactl aware decode: field by field against tshark's NAN dissector, on recorded frames and on those that stack/aware
builds; then files of keys, damaged and foreign files, and what it says of them."""
import argparse
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "aware"
VECTORS = FIXTURES / "nan-naf-vectors.pcap"
AIR = FIXTURES / "nan-air.pcapng"
PROGRAM = FRAMES = None  # set from the command line
LIMIT = 120

# What tshark 4.0 does not know, and lists as "unknown attribute".
UNKNOWN_TO_TSHARK = {0x2A: "DCEA", 0x2B: "NIRA", 0x2C: "NPBA", 0x2D: "S3", 0x2E: "TPEA"}


def decode(*words, status=0):
    run = subprocess.run([PROGRAM, "aware", "decode", *map(str, words)], capture_output=True, timeout=LIMIT)
    assert run.returncode == status, f"{words}: status {run.returncode}, not {status}\n{run.stderr.decode()}"
    return run.stdout.decode("ascii"), run.stderr.decode()


def frames(*words, status=0):
    """The frames by their number, and the summary."""
    lines = [json.loads(line) for line in decode("--json", *words, status=status)[0].splitlines()]
    return {line["number"]: line for line in lines[:-1]}, lines[-1]["summary"]


def octets(text):
    return re.sub("[:-]", "", text)


# --- Fields that both know: tshark's name, how its text becomes a value, ours from an attribute. ----------------------

def number(text):
    return int(text, 0)


def of(ids, *keys):
    """The members with these names of the attributes with these ids, in the order of the frame."""
    def values(attribute):
        return [attribute[key] for key in keys if key in attribute] if attribute["id"] in ids else []
    return values


def inside(ids, members, *keys):
    def values(attribute):
        rows = attribute.get(members, []) if attribute["id"] in ids else []
        return [row[key] for row in rows for key in keys if key in row]
    return values


def bit(ids, key, mask):
    shift = (mask & -mask).bit_length() - 1
    return lambda attribute: [(attribute[key] & mask) >> shift] if attribute["id"] in ids else []


def entry_bit(key, mask):
    shift = (mask & -mask).bit_length() - 1
    return lambda attribute: [(entry[key] & mask) >> shift for entry in attribute["entries"] if key in entry] \
        if attribute["id"] == AVAILABILITY else []


def mac(ids, key):
    return lambda attribute: [octets(attribute[key])] if attribute["id"] in ids and key in attribute else []


def channels(key):
    return lambda attribute: [channel[key] for entry in attribute["entries"] for channel in entry.get("channels", [])] \
        if attribute["id"] == AVAILABILITY else []


def times(key):
    def values(attribute):
        rows = attribute.get("entries", []) + attribute.get("schedule", [])
        return [row[key] for row in rows if "slots" in row] if attribute["id"] in (AVAILABILITY, NDC) else []
    return values


def tlvs(attribute):
    return attribute.get("tlvs", [])


MASTER, CLUSTER, SDA, SDEA, CAPABILITY, NDP, AVAILABILITY, NDC, NDL, QOS = (0, 1, 3, 14, 15, 16, 18, 19, 20, 21)
CONTAINER, CSIA, SCIA, SKDA, NDPE = (29, 34, 35, 36, 41)
PATH = (NDP, NDPE)

COMPARED = {
    "nan.attribute.type": (number, lambda a: [a["id"]]),
    "nan.attribute.len": (number, lambda a: [a["size"]]),
    "nan.service_id": (octets, of([SDA], "service_id")),
    "nan.instance_id": (number, of([SDA, SDEA], "instance")),
    "nan.sda.requestor_instance_id": (number, of([SDA], "requestor_instance")),
    "nan.sda.sc": (number, of([SDA], "control")),
    "nan.sda.sc.type": (number, of([SDA], "service_type")),
    "nan.sda.binding_bitmap": (number, of([SDA], "binding_bitmap")),
    "nan.sda.service_info": (octets, of([SDA], "service_info")),
    "nan.sda.matching_filter_val": (octets, inside([SDA], "matching_filter", "value")),
    "nan.sdea.ctr": (number, of([SDEA], "control")),
    "nan.sdea.range_limit_ingress": (number, of([SDEA], "ingress_limit_cm")),
    "nan.sdea.range_limit_egress": (number, of([SDEA], "egress_limit_cm")),
    "nan.sdea.service_update_indicator": (number, of([SDEA], "update_indicator")),
    "nan.dialog_token": (number, of([NDP, NDPE, NDL], "dialog_token")),
    "nan.status": (number, of([NDP, NDPE, NDL], "status")),
    "nan.reason_code": (number, of([NDP, NDPE, NDL], "reason")),
    "nan.ndp.type": (number, of(PATH, "type")),
    "nan.ndp.initiator_ndi": (octets, mac(PATH, "initiator_ndi")),
    "nan.ndp.responder.ndi": (octets, mac(PATH, "responder_ndi")),
    "nan.ndp.id": (number, of(PATH, "ndp_id")),
    "nan.ndp.ctrl": (number, of(PATH, "control")),
    "nan.ndp.ctrl.security_pres": (number, bit(PATH, "control", 1 << 2)),
    "nan.ndp.specific_info": (octets, of([NDP], "service_info")),
    "nan.ndpe.tlv.type": (number, inside([NDPE], "tlvs", "tlv")),
    "nan.ndpe.tlv.ipv6_interface_identifier": (octets, inside([NDPE], "tlvs", "interface_id")),
    "nan.publish_id": (number, lambda a: of(PATH, "publish_id")(a) + inside([CSIA], "suites", "publish_id")(a)
                       + inside([SCIA], "contexts", "publish_id")(a) + of([SKDA], "publish_id")(a)),
    "nan.cipher_suite.capabilities": (number, of([CSIA], "capabilities")),
    "nan.cipher_suite.id": (number, inside([CSIA], "suites", "csid")),
    "nan.security_context.identifier_type": (number, inside([SCIA], "contexts", "context_type")),
    "nan.security_context.identifier": (octets, inside([SCIA], "contexts", "context_id")),
    "nan.device_cap.map_id_associated_maps": (number, of([CAPABILITY, CONTAINER], "map_id")),
    "nan.device_cap.committed_dw_info": (number, of([CAPABILITY], "committed_dw")),
    "nan.device_cap.supported_bands": (number, of([CAPABILITY], "bands")),
    "nan.device_cap.op_mode": (number, of([CAPABILITY], "modes")),
    "nan.device_cap.antennas.tx": (number, of([CAPABILITY], "tx_antennas")),
    "nan.device_cap.antennas.rx": (number, of([CAPABILITY], "rx_antennas")),
    "nan.device_cap.max_channel_switch_time": (number, of([CAPABILITY], "switch_time_us")),
    "nan.device_cap.capabilities": (number, of([CAPABILITY], "capabilities")),
    "nan.device_cap.capabilities.ndpe_attr_support": (number, bit([CAPABILITY], "capabilities", 1 << 3)),
    "nan.availability.sequence_id": (number, of([AVAILABILITY], "sequence")),
    "nan.availability.ctr": (number, of([AVAILABILITY], "control")),
    "nan.availability.map_id": (number, of([AVAILABILITY], "map_id")),
    "nan.availability.committed_changed": (number, bit([AVAILABILITY], "control", 1 << 4)),
    "nan.availability.entry.ctr": (number, inside([AVAILABILITY], "entries", "control")),
    "nan.availability.entry.ctr.type": (number, entry_bit("entry_type", 7)),
    "nan.availability.entry.ctr.pref": (number, inside([AVAILABILITY], "entries", "usage_preference")),
    "nan.availability.entry.ctr.utilization": (number, inside([AVAILABILITY], "entries", "utilization")),
    "nan.availability.entry.ctr.rx_nss": (number, inside([AVAILABILITY], "entries", "rx_nss")),
    "nan.availability.entry.entries.channel.primary_bitmap": (number, channels("primary")),
    "nan.time_bitmap": (octets, times("slots")),
    "nan.time_bitmap.ctrl": (number, times("time_control")),
    "nan.time_bitmap.ctrl.start_offset": (number, times("start_offset")),
    "nan.time_bitmap.ctrl.bit_duration": (lambda text: 16 << int(text), times("bit_tu")),
    "nan.time_bitmap.ctrl.period": (lambda text: 64 << int(text) if int(text) else 0, times("period_tu")),
    "nan.av.entry.start.freq": (number, channels("operating_class")),
    "nan.availability.entry.entries.band": (number, lambda a: [band["band"] for entry in a["entries"]
                                                                for band in entry.get("bands", [])]
                                            if a["id"] == AVAILABILITY else []),
    "nan.container.element.id": (number, inside([CONTAINER], "elements", "element_id")),
    "nan.shared_key.rsna_key_descriptor": (lambda text: octets(text)[2:6] + octets(text)[26:90],
                                           lambda a: [f"{a['information']:04x}{a['nonce']}"] if a["id"] == SKDA else []),
    "nan.sda.srf_ctr": (number, lambda a: [int(a["response_filter"][:2], 16)] if "response_filter" in a else []),
    "nan.sda.srf_address_set": (octets, lambda a: [a["response_filter"][2:]] if "response_filter" in a else []),
    "nan.sdea.service_info_protocol_type": (number, of([SDEA], "protocol")),
    "nan.sdea.service_info_specific": (octets, of([SDEA], "info")),
    "nan.ndc.ctrl.selected": (number, of([NDC], "selected")),
    "nan.ndc.map.id.rel": (number, inside([NDC], "schedule", "map_id")),
    "nan.ndc.id": (octets, mac([NDC], "ndc_id")),
    "nan.ndl.type": (number, of([NDL], "type")),
    "nan.ndl.ctrl": (number, of([NDL], "control")),
    "nan.ndl.max.idle": (number, of([NDL], "max_idle")),
    "nan.ndl_qos.min_time_slots": (number, of([QOS], "min_slots")),
    "nan.ndl_qos.max_latency": (number, of([QOS], "max_latency")),
    "nan.master_indication.preference": (number, of([MASTER], "preference")),
    "nan.master_indication.random_factor": (number, of([MASTER], "random_factor")),
    "nan.cluster.anchor_master_rank": (lambda text: f"{int(text):016x}", of([CLUSTER], "anchor_rank")),
    "nan.cluster.hop_count": (number, of([CLUSTER], "hops")),
    "nan.cluster.beacon_transmission_time": (number, of([CLUSTER], "beacon_time")),
}


def run_tshark(path, names):
    words = [word for name in names for word in ("-e", name)]
    return subprocess.run(["tshark", "-n", "-r", str(path), "-T", "fields", "-E", "separator=/t", "-E", "aggregator=|",
                           *words], capture_output=True, text=True, timeout=LIMIT)


def known_fields():
    """Our name of each field -> this tshark's: since 4.2 the prefix is another one, and some may have gone."""
    listed = subprocess.run(["tshark", "-G", "fields"], check=True, capture_output=True, text=True, timeout=LIMIT).stdout
    there = {line.split("\t")[2] for line in listed.splitlines() if line.startswith("F\t")}
    names = {name: next((n for n in (name, f"wifi_{name}") if n in there), None)
             for name in ["nan.action.subtype", *COMPARED]}
    for name in [name for name, its in names.items() if its is None]:
        print(f"this tshark has no field {name}", file=sys.stderr)
    return {name: its for name, its in names.items() if its is not None}


def tshark(path, known):
    """The values of all compared fields, by frame number and name, as texts."""
    run = run_tshark(path, ["frame.number", *known.values()])
    assert run.returncode == 0, run.stderr
    rows = {}
    for line in run.stdout.splitlines():
        row = dict(zip(["frame.number", *known], line.split("\t")))
        rows[int(row.pop("frame.number"))] = {name: value.split("|") if value else [] for name, value in row.items()}
    return rows


@unittest.skipUnless(shutil.which("tshark"), "no tshark")
class AgainstTshark(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.known = known_fields()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.built = pathlib.Path(folder.name) / "built.pcap"
        self.built.write_bytes(subprocess.run([FRAMES], check=True, capture_output=True, timeout=LIMIT).stdout)

    def compare_frame(self, frame, row, counts, excused):
        subtype = [frame["subtype"]] if "subtype" in frame else []
        self.assertEqual([number(value) for value in row["nan.action.subtype"]], subtype)
        for field, (read, write) in COMPARED.items():
            if field not in self.known:
                continue
            got = [value for attribute in frame["attributes"] for value in write(attribute)]
            want = [read(value) for value in row[field]]
            reason = None if got == want else excuse(frame, field, got, want)
            if got != want:
                self.assertIsNotNone(reason, f"frame {frame['number']}: {field}: ours {got}, tshark {want}")
                excused[reason] = excused.get(reason, 0) + 1
            elif got:
                counts[field] = counts.get(field, 0) + len(got)

    def compare(self, path):
        """Every field of every frame. Returns how often each was compared, and what tshark does not know."""
        ours, summary = frames(path)
        theirs, counts, excused = tshark(path, self.known), {}, {}
        self.assertEqual((summary["malformed"], summary["malformed_attributes"]), (0, 0))
        for at, row in theirs.items():
            frame = ours.get(at, {"kind": "none"})
            self.assertEqual(bool(row["nan.attribute.type"]), frame["kind"] not in ("none", "encrypted"), at)
            if row["nan.attribute.type"]:
                self.compare_frame(frame, row, counts, excused)
        print(f"\n{path.name}: {len(ours)} frames, {sum(counts.values())} values agree", file=sys.stderr)
        for reason, count in sorted(excused.items()):
            print(f"  {count} times tshark differs: {reason}", file=sys.stderr)
        unknown = {row["id"]: row["count"] for row in summary["attributes"] if row["id"] in UNKNOWN_TO_TSHARK}
        for attribute, count in unknown.items():
            print(f"  not known to tshark 4.0: {attribute:#04x} {UNKNOWN_TO_TSHARK[attribute]}, {count} times",
                  file=sys.stderr)
        return counts, unknown

    def test_every_field_agrees_on_vectors_air_and_what_we_build(self):
        seen = set()
        for path, unknown in ((VECTORS, {0x2A: 73}), (AIR, {0x2A: 290, 0x2B: 245, 0x2C: 86}),
                              (self.built, {0x2A: 9, 0x2B: 9, 0x2C: 9})):
            with self.subTest(path=path.name):
                counts, listed = self.compare(path)
                self.assertEqual(listed, unknown)
                seen |= set(counts)
        self.assertEqual(seen, set(self.known) - {"nan.action.subtype"}, "a field that was never there was not compared")


def swapped(value):
    return int.from_bytes(value.to_bytes(4, "little"), "big")


# Where tshark 4.0 is wrong: when, and why. Everything else must agree.
def excuse(frame, field, got, want):
    bare = any(attribute["id"] in PATH and attribute["type"] == 1 and not attribute["control"] & 1 << 4
               for attribute in frame["attributes"])
    if bare and field == "nan.ndp.responder.ndi":
        return "it reads a responder NDI in each response, also where the control says that there is none"
    if bare and want == got[:len(want)]:
        return "it gives up after such a response"
    if field == "nan.cluster.beacon_transmission_time" and [swapped(value) for value in got] == want:
        return "it reads the anchor master's time as big-endian (the beacon's own timestamp says otherwise)"
    return None


AIR_KEYS = """# of the recorded run
passphrase NAN service _carplay._tcp publisher 42:00:00:00:00:00
passphrase test-passphrase service _CarPlay._TCP publisher 42:00:00:00:00:00
passphrase right service-id cb91c16c2ca2 publisher 42:00:00:00:00:00
pmk 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
"""
VECTOR_PMK = "0102030405060701020304050607010203040506070102030405060700000000"


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, name, content, mode=0o600):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(mode)
        return path

    def verdicts(self, *words, status=0):
        shown, summary = frames(*words, status=status)
        return {at: (frame["key_message"], frame["mic"]) for at, frame in shown.items() if "mic" in frame}, summary


class Keys(Files):
    def test_every_message_of_the_vectors_is_right(self):
        verdicts, summary = self.verdicts("--keys", self.file("keys", f"pmk {VECTOR_PMK}\n"), VECTORS)
        self.assertEqual(set(verdict for _, verdict in verdicts.values()), {"MIC ok"})
        self.assertEqual([message for message, _ in verdicts.values()], ["M2", "M3", "M4"] * 6)
        self.assertEqual((summary["mic_ok"], summary["mic_wrong"], summary["no_key"]), (18, 0, 0))

    def test_every_message_of_the_air_is_right_by_passphrases_and_a_key(self):
        verdicts, summary = self.verdicts("--keys", self.file("keys", AIR_KEYS), AIR)
        self.assertEqual(summary["mic_ok"], len(verdicts))
        self.assertEqual(len(verdicts), 12)

    def test_without_the_right_key_it_says_so_and_does_not_call_it_wrong(self):
        keys = self.file("keys", "passphrase other service _carplay._tcp publisher 42:00:00:00:00:00\n")
        verdicts, summary = self.verdicts("--keys", keys, AIR)
        self.assertEqual({verdict for _, verdict in verdicts.values()}, {"no key"})
        self.assertEqual(summary["no_key"], 12)

    def changed(self, number, offset_from_end):
        """The vectors with one bit of one frame turned over."""
        data = bytearray(VECTORS.read_bytes())
        at = 24
        for _ in range(number - 1):
            at += 16 + struct.unpack_from("<I", data, at + 8)[0]
        data[at + 16 + struct.unpack_from("<I", data, at + 8)[0] - offset_from_end] ^= 1
        return self.file("changed.pcap", bytes(data))

    def test_a_changed_message_is_wrong_and_the_others_stay_right(self):
        keys = self.file("keys", f"pmk {VECTOR_PMK}\n")
        for number in (23, 24, 25):
            verdicts, summary = self.verdicts("--keys", keys, self.changed(number, 1), status=1)
            self.assertEqual([at for at, (_, verdict) in verdicts.items() if verdict == "MIC wrong"], [number])
            self.assertEqual(summary["mic_wrong"], 1)

    def test_a_changed_request_spoils_the_third_message_alone(self):
        # Its digest goes into M3 alone; the last octet is of an element, which nothing else covers.
        verdicts, _ = self.verdicts("--keys", self.file("keys", f"pmk {VECTOR_PMK}\n"), self.changed(22, 1), status=1)
        self.assertEqual({at: verdict for at, (_, verdict) in verdicts.items() if at < 27},
                         {23: "MIC ok", 24: "MIC wrong", 25: "MIC ok"})

    def test_a_key_that_the_request_named_makes_a_set_up_wrong_even_if_nothing_of_it_is_right(self):
        data = bytearray(VECTORS.read_bytes())
        at = 24
        for number in range(1, 26):
            size = struct.unpack_from("<I", data, at + 8)[0]
            if number in (23, 24, 25):
                data[at + 16 + size - 1] ^= 1
            at += 16 + size
        path = self.file("all.pcap", bytes(data))
        named = self.file("named", f"pmk {VECTOR_PMK} service-id aaaaaaaaaaaa\n")
        bare = self.file("bare", f"pmk {VECTOR_PMK}\n")
        verdicts, _ = self.verdicts("--keys", named, path, status=1)
        self.assertEqual([verdicts[at][1] for at in (23, 24, 25)], ["MIC wrong"] * 3)
        verdicts, _ = self.verdicts("--keys", bare, path)
        self.assertEqual([verdicts[at][1] for at in (23, 24, 25)], ["no key"] * 3)

    def test_a_stray_response_does_not_hide_the_set_up_that_goes_on(self):
        records, data, at = [], VECTORS.read_bytes(), 24
        while at < len(data):
            size = 16 + struct.unpack_from("<I", data, at + 8)[0]
            records.append(data[at:at + size])
            at += size
        stray = bytearray(records[22])
        stray[stray.index(bytes.fromhex("62af90c3f3ef375a"))] ^= 1  # the responder's nonce
        for place in (22, 23):  # before the true one, behind it
            path = self.file("stray.pcap", data[:24] + b"".join(records[:place] + [bytes(stray)] + records[place:]))
            for line, wrong in ((f"pmk {VECTOR_PMK}", "no key"),
                                (f"pmk {VECTOR_PMK} service-id aaaaaaaaaaaa", "MIC wrong")):
                words = ("--keys", self.file("keys", line), path)
                verdicts, _ = self.verdicts(*words, status=1 if "wrong" in wrong or place == 23 else 0)
                said = [verdicts[at][1] for at in (23, 24, 25, 26)]
                self.assertEqual(said.pop(place - 22), wrong if place == 22 else "MIC wrong")
                self.assertEqual(said, ["MIC ok"] * 3)

    def test_a_set_up_whose_request_is_not_there_is_told(self):
        data = VECTORS.read_bytes()
        at = 24
        for _ in range(22):
            at += 16 + struct.unpack_from("<I", data, at + 8)[0]
        path = self.file("late.pcap", data[:24] + data[at:])
        verdicts, summary = self.verdicts("--keys", self.file("keys", f"pmk {VECTOR_PMK}\n"), path)
        self.assertEqual([verdicts[at][1] for at in (1, 2, 3)], ["no request"] * 3)
        self.assertEqual(summary["no_request"], 3)

    def test_the_text_says_it_too(self):
        shown, _ = decode("--keys", self.file("keys", f"pmk {VECTOR_PMK}\n"), VECTORS)
        self.assertEqual(shown.count("\n  M3: MIC ok\n"), 6)
        self.assertIn(" mic_ok=18 mic_wrong=0 ", shown)

    def test_a_file_that_others_can_read_is_refused(self):
        for mode in (0o640, 0o604, 0o620, 0o666):
            _, said = decode("--keys", self.file("keys", f"pmk {VECTOR_PMK}\n", mode), VECTORS, status=3)
            self.assertIn("chmod 600", said)
            self.assertNotIn(VECTOR_PMK, said)
        decode("--keys", self.file("keys", f"pmk {VECTOR_PMK}\n", 0o400), VECTORS)

    def test_a_wrong_line_is_named_and_never_shown(self):
        _, said = decode("--keys", self.file("keys", f"# x\npmk {VECTOR_PMK}00\n"), VECTORS, status=3)
        self.assertIn("keys:2: ", said)
        self.assertNotIn(VECTOR_PMK[:16], said)
        _, said = decode("--keys", self.file("keys", "passphrase geheim service x\n"), VECTORS, status=3)
        self.assertNotIn("geheim", said)
        _, said = decode("--keys", self.file("keys", "#" * 70000), VECTORS, status=3)
        self.assertIn("large", said)
        os.mkfifo(self.folder / "fifo", 0o600)
        for path in (self.folder / "none", self.folder, self.folder / "fifo"):
            decode("--keys", path, VECTORS, status=3)


class Captures(Files):
    def test_a_file_that_ends_inside_a_packet_is_shown_up_to_there(self):
        data = VECTORS.read_bytes()
        for size in (len(data) - 1, 24 + 16 + 194 + 5):
            shown, said = decode(self.file("cut.pcap", data[:size]), status=3)
            self.assertIn("#1 ", shown)
            self.assertIn("packets=", shown)
            self.assertIn("ends inside a packet", said)

    def test_a_foreign_file_is_said_to_be_one(self):
        _, said = decode(self.file("letter", "Dear Sir or Madam,\n"), status=3)
        self.assertIn("is no capture", said)
        _, said = decode(self.file("empty", ""), status=3)
        self.assertIn("is no capture", said)
        _, said = decode(self.folder, status=3)
        self.assertIn("directory", said.lower())
        _, said = decode(self.folder / "none", status=3)
        self.assertIn("No such file", said)

    def test_a_capture_of_something_else_is_counted_and_no_error(self):
        head = struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
        path = self.file("ethernet.pcap", head + struct.pack("<IIII", 1, 0, 14, 14) + bytes(14))
        self.assertEqual(frames(path)[1]["not_802.11"], 1)

    @unittest.skipUnless(shutil.which("editcap"), "no editcap")
    def test_every_form_of_file_gives_the_same(self):
        wanted, _ = frames(AIR)
        for form in ("pcap", "nsecpcap", "pcapng"):
            path = self.folder / f"air.{form}"
            subprocess.run(["editcap", "-F", form, AIR, path], check=True, capture_output=True, timeout=LIMIT)
            self.assertEqual(frames(path)[0], wanted)

    def test_big_endian_pcap_gives_the_same(self):
        data, at = VECTORS.read_bytes(), 24
        out = struct.pack(">IHHIIII", *struct.unpack("<IHHIIII", data[:24]))
        while at < len(data):
            head = struct.unpack_from("<IIII", data, at)
            out += struct.pack(">IIII", *head) + data[at + 16:at + 16 + head[2]]
            at += 16 + head[2]
        self.assertEqual(frames(self.file("big.pcap", out))[0], frames(VECTORS)[0])

    def test_a_malformed_frame_and_a_malformed_attribute_are_named(self):
        header = bytes.fromhex("d0000000420000000100420000000000506f9a015c7b0000")
        bodies = [bytes.fromhex("0409506f9a18052a020003"), bytes.fromhex("0409506f9a1805100100ff2a02000003")]
        out = struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 105)
        for body in bodies:
            out += struct.pack("<IIII", 1, 0, len(header + body), len(header + body)) + header + body
        shown, summary = frames(self.file("bad.pcap", out), status=1)
        self.assertEqual(shown[1]["kind"], "malformed")
        self.assertIn("do not fill", shown[1]["error"])
        self.assertEqual([attribute.get("error") is None for attribute in shown[2]["attributes"]], [False, True])
        self.assertEqual((summary["malformed"], summary["malformed_attributes"]), (1, 1))

    def test_a_frame_that_is_too_long_is_named_and_those_behind_it_are_shown(self):
        header = bytes.fromhex("d0000000420000000100420000000000506f9a015c7b0000")
        out = struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 105)
        for count in (16000, 1):
            body = bytes.fromhex("0409506f9a1805") + bytes.fromhex("1e0000") * count
            out += struct.pack("<IIII", 1, 0, len(header + body), len(header + body)) + header + body
        path = self.file("long.pcap", out)
        shown, summary = frames(path, status=1)
        self.assertEqual([shown[1]["kind"], shown[2]["kind"]], ["malformed", "NAF"])
        self.assertIn("longer", shown[1]["error"])
        self.assertEqual(summary["malformed"], 1)
        self.assertIn("longer", decode(path, status=1)[0])

    def test_wrong_arguments_are_refused(self):
        decode(status=64)
        decode(VECTORS, AIR, status=64)
        decode("--keys", status=64)
        decode("--passphrase", "x", VECTORS, status=64)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--fasciactl", required=True)
    parser.add_argument("--frames", required=True)
    options, rest = parser.parse_known_args()
    PROGRAM, FRAMES = options.fasciactl, options.frames
    if not os.access(PROGRAM, os.X_OK):
        print("skipped: fasciactl is not built")
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], *rest])
