# SPDX-License-Identifier: Apache-2.0
"""fasciactl against canned services (fake_fascia) on a private bus: every verb, every exit status, every output.

    test_fasciactl.py --fasciactl PROGRAM --fake PROGRAM --dbus-daemon PROGRAM [unittest options]
"""
import argparse
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(HERE))
import schema  # noqa: E402

SCHEMA = json.loads((ROOT / "config/report.schema.json").read_text(encoding="utf-8"))
OPTIONS = argparse.Namespace()
LIMIT = 20  # seconds; nothing here takes more than one

PHONE = {
    "joined": True, "bssid": "02:00:00:00:00:00", "freq_mhz": 5180, "key_mgmt": "SAE",
    "own": {"mac": "02:00:00:00:01:00", "address": "fe80::ff:fe00:100%wlan1"},
    "head_unit": {"mac": "02:00:00:00:00:00", "address": "fe80::ff:fe00:0%wlan1"},
    "tcp": {"to_head_unit": {"ok": True, "bytes": 4096, "ms": 12},
            "from_head_unit": {"ok": True, "bytes": 4096, "ms": 11}},
    "nd": {"counted": True, "received": 0, "mld_received": 0, "dropped": 0},
    "started_monotonic_us": 8000000,
    "timeline": [{"t_ms": 3390, "event": "connected 02:00:00:00:00:00"}],
    "a_member_of_the_future": [1, {"x": None}],
}
CHANNELS = ["FL", "FR", "FC", "LFE", "SL", "SR"]
MATRIX = [[1, 0, .7071, .5, .7071, 0], [0, 1, .7071, .5, 0, .7071]]
SOUND = {
    "rate": 48000, "seconds": 1.0, "speakers": ["FL", "FR"],
    "channels": [{"name": name, "freq_hz": 300 + 20 * j, "gains": [MATRIX[0][j], MATRIX[1][j]]}
                 for j, name in enumerate(CHANNELS)],
}


class Page(HTMLParser):
    """Tags must balance, nothing may load from elsewhere, no script."""

    VOID = {"meta", "br", "hr", "img", "link", "input"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.text, self.tags = [], [], set()

    def handle_starttag(self, tag, attrs):
        assert tag not in ("script", "link", "img", "iframe", "object"), tag
        for name, _ in attrs:
            assert name not in ("src", "href", "srcset", "data") and not name.startswith("on"), name
        self.tags.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()

    def handle_data(self, data):
        self.text.append(data)


class Bus:
    """A dbus-daemon of our own."""

    def __init__(self, folder):
        config = folder / "bus.conf"
        config.write_text(
            '<busconfig><type>session</type>'
            f'<listen>unix:path={folder}/bus</listen><auth>EXTERNAL</auth><policy context="default">'
            '<allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/><allow user="*"/></policy>'
            '</busconfig>', encoding="utf-8")
        self.process = subprocess.Popen(
            [OPTIONS.dbus_daemon, f"--config-file={config}", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.address = self.process.stdout.readline().strip()

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


class Fake:
    def __init__(self, bus, scenario):
        self.process = subprocess.Popen([OPTIONS.fake, bus.address, scenario], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            raise RuntimeError("fake_fascia did not start")

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def close(self):
        self.process.stdin.close()
        self.process.wait(LIMIT)
        self.process.stdout.close()


class Follower:
    """A fasciactl that goes on printing."""

    def __init__(self, case, *arguments):
        self.process = subprocess.Popen([OPTIONS.fasciactl, *arguments], stdout=subprocess.PIPE)
        case.addCleanup(self.stop)
        self.lines, self.rest = [], b""

    def until(self, wanted):
        """Reads lines until one satisfies wanted(line); returns it."""
        deadline = time.monotonic() + LIMIT
        descriptor = self.process.stdout.fileno()
        while True:
            while b"\n" in self.rest:
                line, self.rest = self.rest.split(b"\n", 1)
                self.lines.append(line.decode())
                if wanted(self.lines[-1]):
                    return self.lines[-1]
            ready = select.select([descriptor], [], [], max(0, deadline - time.monotonic()))[0]
            more = os.read(descriptor, 65536) if ready else b""
            if not more:
                raise AssertionError(f"not seen; seen: {self.lines}")
            self.rest += more

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        status = self.process.wait(LIMIT)
        self.process.stdout.close()
        return status


class Case(unittest.TestCase):
    scenario = None

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="fascia-report-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.bus = Bus(self.folder)
        self.addCleanup(self.bus.close)
        self.fake = None
        if self.scenario:
            self.fake = Fake(self.bus, self.scenario)
            self.addCleanup(self.fake.close)

    def run_ctl(self, *arguments, status=0, bus=None, **environment):
        result = subprocess.run([OPTIONS.fasciactl, *map(str, arguments)], capture_output=True, text=True,
                                timeout=LIMIT, check=False,
                                env={**os.environ, "FASCIA_BUS": bus or self.bus.address, **environment})
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return result

    def file(self, name, content):
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    def report(self, *arguments, status=0):
        document = schema.load(self.run_ctl("report", "--json", *arguments, status=status).stdout)
        self.assertEqual(schema.violations(document, SCHEMA), [])
        return document

    def requirement(self, document, name):
        return next(r for r in document["requirements"] if r["id"] == name)


class AGoodUnit(Case):
    scenario = "good"

    def attachments(self):
        return "--attach", self.file("phone.json", PHONE), "--attach", self.file("sound.json", SOUND)

    def test_passes_with_every_requirement_judged(self):
        document = self.report(*self.attachments())
        self.assertEqual(document["verdict"], "pass")
        self.assertEqual(document["profile"]["name"], "carplay-r10")
        self.assertEqual(document["counts"]["pass"], len(document["requirements"]))
        self.assertEqual(document["link"]["peers"][0]["address"], "fe80::ff:fe00:100%wlan0")
        self.assertEqual(document["audio"]["matrix"][0][:3], [1.0, 0.0, 0.707107])

    def test_without_attachments_skips_what_they_would_show(self):
        document = self.report()
        self.assertEqual(document["verdict"], "pass")
        self.assertEqual(self.requirement(document, "sound-measured")["outcome"], "not-applicable")
        self.assertEqual(document["counts"]["skipped"], 2)

    def test_attachments_are_carried_through_unchanged(self):
        document = self.report(*self.attachments())
        self.assertEqual(document["phone"], PHONE)
        self.assertEqual(document["sound"], SOUND)

    def test_the_phone_s_events_join_the_timeline(self):
        names = [(e["t_ms"], e["source"], e["event"]) for e in self.report(*self.attachments())["timeline"]]
        self.assertIn((6390, "fascia-phone", "connected"), names)
        self.assertEqual(names, sorted(names, key=lambda n: n[0]))

    def test_writes_three_files_at_once(self):
        out = self.folder / "a" / "b"
        self.run_ctl("report", "--out", out, *self.attachments())
        self.assertEqual(sorted(p.name for p in out.iterdir()), ["report.html", "report.json", "report.txt"])
        self.assertEqual(schema.violations(schema.load((out / "report.json").read_text()), SCHEMA), [])
        text = (out / "report.txt").read_text()
        self.assertLessEqual(max(map(len, text.splitlines())), 100)
        self.assertNotIn("\033", text)

    def test_html_is_one_well_formed_page(self):
        html = self.run_ctl("report", "--html", "-", *self.attachments()).stdout
        page = Page()
        page.feed(html)
        page.close()
        self.assertEqual(page.open, [])
        self.assertIn("svg", page.tags)
        ElementTree.fromstring(html.removeprefix("<!DOCTYPE html>"))
        self.assertNotRegex(html, r"https?:|url\(|@import")

    def test_every_shipped_profile_can_be_judged(self):
        expected = {"carplay-r10": 0, "carplay-r10-strict": 0, "wifi-aware-r26": 0, "aftermarket": 0}
        self.assertEqual(expected.keys(), {p.stem for p in (ROOT / "config/profiles").glob("*.yaml")})
        for name, status in expected.items():
            self.report("--profile", name, status=status)

    def test_a_profile_is_found_in_the_environment_s_folder_and_by_path(self):
        path = self.file("mine.yaml", "profile: mine\ntitle: t\nabout: a\nrequirements:\n  - {id: six, title: t, level: "
                         "mandatory, check: speakers-min, wording: own, source: s, parameters: {count: 6}}\n")
        result = self.run_ctl("report", "--profile", "mine", status=2, FASCIA_PROFILES=str(self.folder))
        self.assertIn("six (mandatory) not met", result.stdout)
        self.run_ctl("report", "--profile", path, status=2)

    def test_a_profile_that_is_missing_or_wrong_is_named_with_its_place(self):
        self.assertIn('there is no profile "nothing"', self.run_ctl("report", "--profile", "nothing", status=3).stderr)
        path = self.file("bad.yaml", "profile: bad\ntitle: t\nabout: a\nrequirements:\n  - {id: x, colour: red}\n")
        self.assertIn(f"{path}:5:13: requirements[0]: unknown key \"colour\"",
                      self.run_ctl("report", "--profile", path, status=3).stderr)

    def test_a_wrong_attachment_is_refused(self):
        for content, message in (("{", "not JSON"), ('{"a": 1}', "neither a phone"), ("[" * 40, "not JSON"),
                                 ('"\udcff"', "not JSON")):
            path = self.folder / "x.json"
            path.write_bytes(content.encode("utf-8", "surrogateescape"))
            self.assertIn(message, self.run_ctl("report", "--attach", path, status=3).stderr)
        self.assertIn("No such file", self.run_ctl("report", "--attach", self.folder / "none", status=3).stderr)

    def test_numbers_that_json_does_not_have_do_not_reach_the_report(self):
        path = self.file("sound.json", json.dumps({**SOUND, "seconds": float("nan")}).replace("0.5", "Infinity"))
        document = self.report("--attach", path)
        self.assertEqual(self.requirement(document, "sound-measured")["outcome"], "unknown")

    def test_status_has_what_scenarios_wait_for(self):
        status = schema.load(self.run_ctl("status", "--json").stdout)
        self.assertEqual(status["functions"]["link"], {"state": "FULL", "reason": "none", "detail": "ap on channel 36"})
        self.assertEqual(status["units"]["fascia-link"], {"state": "READY", "pid": 102, "restarts": 1})
        for room in ("link", "address", "audio", "functions", "units"):
            part = SCHEMA["properties"][room]
            self.assertEqual(schema.Checker(SCHEMA).check(status[room], part), [])
        self.assertIn("fascia-link     READY", self.run_ctl("status").stdout)

    def test_events_are_printed_as_text_and_json(self):
        events = schema.load(self.run_ctl("events", "--json").stdout)
        self.assertEqual(events[0]["event"], "fasciad-started")
        self.assertEqual(events[0]["t_ms"], 3)
        self.assertRegex(self.run_ctl("events").stdout, r"(?m)^ +1900  link-up ")

    def test_events_can_be_followed(self):
        follower = Follower(self, "--bus", self.bus.address, "events", "--follow", "--json")
        follower.until(lambda line: "peer-addressed" in line)
        self.fake.say("event unit-died hostapd")
        event = json.loads(follower.until(lambda line: "unit-died" in line))
        self.assertEqual(event, {"t_ms": 9000, "event": "unit-died", "source": "fasciad", "detail": "hostapd"})
        follower.stop()

    def test_watch_prints_what_is_and_what_changes(self):
        follower = Follower(self, "watch", "--json", "--bus", self.bus.address)
        follower.until(lambda line: json.loads(line)["kind"] == "sound")
        seen = {(c["kind"], c["name"]) for c in map(json.loads, follower.lines)}
        self.assertLessEqual({("function", "link"), ("unit", "hostapd"), ("station", "02:00:00:00:01:00"),
                              ("link", "link")}, seen)
        self.fake.say("function link FAILED hostapd-down")
        change = json.loads(follower.until(lambda line: "hostapd-down" in line))
        self.assertEqual((change["from"], change["to"]), ("FULL", "FAILED (hostapd-down)"))
        self.fake.say("leave")
        change = json.loads(follower.until(lambda line: '"station"' in line))
        self.assertEqual(change["to"], "")
        self.fake.say("event link-down the end")
        event = json.loads(follower.until(lambda line: '"event"' in line))
        self.assertEqual((event["name"], event["detail"], event["t_ms"]), ("link-down", "the end", 9000))
        self.assertEqual(follower.stop(), 0)

    def test_watch_survives_the_end_of_fascia(self):
        follower = Follower(self, "watch", "--bus", self.bus.address)
        follower.until(lambda line: " sound " in line)
        self.fake.close()
        follower.until(lambda line: "supervisor" in line and "FAILED (service-down)" in line)
        self.fake = Fake(self.bus, "good")
        self.addCleanup(self.fake.close)
        follower.until(lambda line: re.search(r"supervisor .*gone", line))
        self.assertEqual(follower.stop(), 0)

    def test_a_report_fails_when_a_function_has_failed(self):
        self.fake.say("function link FAILED hostapd-down")
        self.fake.say("event x y")
        deadline = time.monotonic() + LIMIT
        while schema.load(self.run_ctl("status", "--json").stdout)["functions"]["link"]["state"] != "FAILED":
            self.assertLess(time.monotonic(), deadline)
        document = self.report(status=2)
        self.assertEqual(document["verdict"], "fail")
        self.assertIn("control socket", document["functions"]["link"]["cause"])

    def test_wrong_arguments_are_usage_errors(self):
        for arguments in (["frobnicate"], ["report", "--colour"], ["report", "extra"], ["status", "extra"],
                          ["report", "--json", "--text"], [], ["explain", "no-such-thing"]):
            self.run_ctl(*arguments, status=64)

    def test_help_and_version(self):
        self.assertIn("report", self.run_ctl("--help").stdout)
        self.assertRegex(self.run_ctl("--version").stdout, r"^fasciactl [0-9]")
        for verb in ("status", "report", "watch", "events", "explain"):
            self.assertIn(f"Usage: fasciactl {verb}", self.run_ctl(verb, "--help").stdout)

    def test_explain_knows_reasons_and_events(self):
        self.assertIn("Remedy:", self.run_ctl("explain", "no-sink").stdout)
        self.assertIn("MESSAGE_ID=", self.run_ctl("explain", "link-up").stdout)
        both = self.run_ctl("explain", "nd-seen").stdout
        self.assertIn("(reason)", both)
        self.assertIn("(event, warning)", both)
        self.assertIn("service-down", self.run_ctl("explain").stdout)

    def test_an_output_that_cannot_be_written_is_named(self):
        self.assertIn("cannot be", self.run_ctl("report", "--out", "/proc/no", status=3).stderr)
        self.assertIn("cannot be written", self.run_ctl("report", "--html", "/proc/no.html", status=3).stderr)
        with open("/dev/full", "w", encoding="utf-8") as full:
            status = subprocess.run([OPTIONS.fasciactl, "--bus", self.bus.address, "report"], stdout=full,
                                    stderr=subprocess.DEVNULL, timeout=LIMIT, check=False).returncode
        self.assertEqual(status, 3)

    def test_the_fake_has_the_interfaces_of_the_contract(self):
        for name in ("Supervisor1", "Link1", "Addr1", "Audio1"):
            busctl = shutil.which("busctl")
            if busctl is None:
                self.skipTest("no busctl")
            text = subprocess.run([busctl, f"--address={self.bus.address}", "--xml-interface", "introspect",
                                   f"org.fascia.{name}", f"/org/fascia/{name}"], capture_output=True, text=True,
                                  timeout=LIMIT, check=True).stdout
            self.assertEqual(members(text, name), members((ROOT / f"config/dbus/org.fascia.{name}.xml").read_text(), name))


def members(text, name):
    """Properties, methods and signals of an interface with their types."""
    root = ElementTree.fromstring(text[text.index("<node"):])
    interface = next(i for i in root.iter("interface") if i.get("name") == f"org.fascia.{name}")
    found = set()
    for member in interface:
        if member.tag == "property":
            found.add((member.tag, member.get("name"), member.get("type"), member.get("access")))
        elif member.tag in ("method", "signal"):
            arguments = tuple((a.get("type"), a.get("direction", "out" if member.tag == "signal" else "in"))
                              for a in member.iter("arg"))
            found.add((member.tag, member.get("name"), arguments))
    return found


class ADegradedUnit(Case):
    scenario = "degraded"

    def test_warns_by_the_public_profile(self):
        document = self.report(status=2)
        self.assertEqual(self.requirement(document, "mimo-2x2")["verdict"], "warn")
        self.assertEqual(self.requirement(document, "security-wpa3")["verdict"], "warn")
        self.assertEqual(self.requirement(document, "spatial-audio")["verdict"], "unknown")
        self.assertEqual(self.requirement(document, "functions-full")["verdict"], "fail")
        self.assertIn("PipeWire runs", document["functions"]["audio"]["cause"])

    def test_warns_only_when_nothing_mandatory_is_broken(self):
        path = self.file("p.yaml", "profile: p\ntitle: t\nabout: a\nrequirements:\n  - {id: mimo, title: t, level: "
                         "recommended, check: mimo-min-streams, wording: own, source: s, parameters: {tx: 2, rx: 2}}\n")
        document = self.report("--profile", path, status=1)
        self.assertEqual(document["headline"], "mimo (recommended) not met, function audio is DEGRADED")

    def test_fails_by_the_what_if(self):
        document = self.report("--profile", "carplay-r10-strict", status=2)
        self.assertEqual(self.requirement(document, "mimo-2x2")["verdict"], "fail")
        self.assertEqual(self.requirement(document, "wifi-6")["verdict"], "fail")


class AUnitWithoutSomeServices(Case):
    scenario = "partial"

    def test_says_which_are_missing(self):
        document = self.report(status=2)
        self.assertEqual(document["functions"]["link"]["reason"], "service-down")
        self.assertEqual(document["functions"]["link"]["state"], "DEGRADED")
        self.assertEqual(document["functions"]["address"]["state"], "FULL")
        self.assertEqual(self.requirement(document, "mimo-2x2")["verdict"], "unknown")
        self.assertIn("the link service does not answer", self.run_ctl("status").stdout)


class AHostileUnit(Case):
    scenario = "hostile"

    def test_nothing_foreign_becomes_part_of_the_page(self):
        html = self.run_ctl("report", "--html", "-", status=2).stdout
        self.assertNotIn("<script", html)
        self.assertNotIn("\033", html)
        page = Page()
        page.feed(html)
        self.assertEqual(page.open, [])
        self.assertIn("<script>alert('x')</script>", "".join(page.text))
        ElementTree.fromstring(html.removeprefix("<!DOCTYPE html>"))

    def test_nothing_foreign_reaches_the_terminal(self):
        for verb in (["report"], ["status"], ["events"]):
            self.assertNotIn("\033", self.run_ctl(*verb, status=2 if verb == ["report"] else 0).stdout)

    def test_the_json_stays_valid_and_bounded(self):
        document = self.report(status=2)
        self.assertEqual(len(document["timeline"]), 512)
        self.assertGreater(document["cut"], 0)
        self.assertEqual(self.requirement(document, "no-neighbor-discovery")["outcome"], "not-met")
        self.assertEqual(self.requirement(document, "spatial-audio")["verdict"], "fail")


class NoUnit(Case):
    def test_a_bus_without_fascia_is_told_with_a_remedy(self):
        for verb in ("report", "status", "events"):
            result = self.run_ctl(verb, status=3)
            self.assertIn("fasciad --config", result.stderr)
            self.assertEqual(result.stdout, "")

    def test_an_absent_bus_is_told_with_a_remedy(self):
        for verb in ("report", "status", "events", "watch"):
            result = self.run_ctl(verb, status=3, bus="unix:path=/nonexistent/bus")
            self.assertIn('"unix:path=/nonexistent/bus" cannot be reached', result.stderr)
            self.assertIn("--bus ADDRESS", result.stderr)


class TheSchema(unittest.TestCase):
    def test_finds_what_is_wrong(self):
        self.assertEqual(schema.violations({"schema": 1}, {"required": ["x"]}), ["$: x is missing"])
        self.assertEqual(schema.violations([1, "a"], {"items": {"type": "integer"}}), ["$[1]: is str, not integer"])
        self.assertEqual(schema.violations(True, {"type": "integer"}), ["$: is bool, not integer"])
        self.assertEqual(len(schema.violations({}, SCHEMA)), len(SCHEMA["required"]))

    def test_refuses_a_keyword_that_it_does_not_know(self):
        with self.assertRaises(ValueError):
            schema.violations(1, {"multipleOf": 2})

    def test_refuses_numbers_that_json_does_not_have(self):
        with self.assertRaises(ValueError):
            schema.load('{"x": NaN}')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fasciactl", required=True)
    parser.add_argument("--fake", required=True)
    parser.add_argument("--dbus-daemon", required=True)
    rest = parser.parse_known_args(namespace=OPTIONS)[1]
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
