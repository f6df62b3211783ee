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


class Lines:
    """What a program prints, read line by line with a bound."""

    def __init__(self, stream):
        self.stream, self.lines, self.rest = stream, [], b""

    def until(self, wanted):
        """Reads lines until one satisfies wanted(line); returns it."""
        deadline = time.monotonic() + LIMIT
        while True:
            while b"\n" in self.rest:
                line, self.rest = self.rest.split(b"\n", 1)
                self.lines.append(line.decode())
                if wanted(self.lines[-1]):
                    return self.lines[-1]
            ready = select.select([self.stream], [], [], max(0, deadline - time.monotonic()))[0]
            more = os.read(self.stream.fileno(), 65536) if ready else b""
            if not more:
                raise AssertionError(f"not seen; seen: {self.lines}")
            self.rest += more


class Fake:
    def __init__(self, bus, scenario):
        self.process = subprocess.Popen([OPTIONS.fake, bus.address, scenario], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        self.output = Lines(self.process.stdout)
        self.output.until(lambda line: line == "ready")

    def say(self, line):
        """Returns when the fake has done it."""
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()
        self.output.until(lambda answer: answer == "done")

    def expect(self, order):
        """Waits for an order, "Restart hostapd"."""
        if f"order {order}" not in self.output.lines:
            self.output.until(lambda line: line == f"order {order}")
        self.output.lines.remove(f"order {order}")

    def close(self):
        self.process.stdin.close()
        self.process.wait(LIMIT)
        self.process.stdout.close()


class Follower(Lines):
    """A fasciactl that goes on printing."""

    def __init__(self, case, *arguments):
        self.process = subprocess.Popen([OPTIONS.fasciactl, *arguments], stdout=subprocess.PIPE)
        super().__init__(self.process.stdout)
        case.addCleanup(self.stop)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        status = self.process.wait(LIMIT)
        self.process.stdout.close()
        return status


class Waiter(Lines):
    """An order that is being followed; its progress is on standard error."""

    def __init__(self, case, *arguments):
        self.process = subprocess.Popen([OPTIONS.fasciactl, "--bus", case.bus.address, *arguments],
                                        stderr=subprocess.PIPE)
        super().__init__(self.process.stderr)
        case.addCleanup(self.process.stderr.close)
        case.addCleanup(self.end)

    def end(self):
        """Its exit status; what it said is in `said`."""
        status = self.process.wait(LIMIT)
        if not self.process.stderr.closed:
            self.said = "\n".join(self.lines + [(self.rest + self.process.stderr.read()).decode()])
        return status

    def is_waiting(self):
        return self.process.poll() is None


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

    def test_profiles_are_shown_side_by_side_and_the_worst_decides(self):
        path = self.file("mine.yaml", "profile: mine\ntitle: t\nabout: a\nrequirements:\n"
                         "  - {id: mimo-2x2, title: t, level: mandatory, check: mimo-min-streams, wording: own, source: s,"
                         " parameters: {tx: 4, rx: 4}}\n"
                         "  - {id: only-here, title: o, level: optional, check: phone-traffic, wording: own, source: s}\n")
        arguments = ["--profile", "carplay-r10", "--profile", path, "--profile", "carplay-r10-strict"]
        document = self.report(*arguments, status=2)
        self.assertEqual((document["verdict"], document["profile"]["name"]), ("fail", "mine"))
        self.assertEqual([r["id"] for r in document["requirements"]], ["mimo-2x2", "only-here"])
        comparison = document["comparison"]
        self.assertEqual([(p["name"], p["verdict"]) for p in comparison["profiles"]],
                         [("carplay-r10", "pass"), ("mine", "fail"), ("carplay-r10-strict", "pass")])
        rows = {row["id"]: row for row in comparison["requirements"]}
        self.assertEqual(len(rows), len(comparison["requirements"]))  # joined by id
        mimo = rows["mimo-2x2"]
        self.assertEqual({name: cell["verdict"] for name, cell in mimo["profiles"].items()},
                         {"carplay-r10": "pass", "mine": "fail", "carplay-r10-strict": "pass"})
        self.assertEqual([e["profiles"] for e in mimo["evidence"]], [["carplay-r10", "carplay-r10-strict"], ["mine"]])
        self.assertIn("asked: 4x4", mimo["evidence"][1]["text"])
        self.assertEqual(mimo["profiles"]["mine"]["parameters"], "tx: 4, rx: 4")
        self.assertEqual(list(rows["only-here"]["profiles"]), ["mine"])
        text = self.run_ctl("report", *arguments, status=2).stdout
        self.assertRegex(text, r"(?m)^  mimo-2x2 +PASS +recommended +FAIL +mandatory +PASS +mandatory$")
        self.assertRegex(text, r"(?m)^      A, C: radio phy0 is 2x2 ")
        self.assertRegex(text, r"(?m)^  only-here +- +skip +optional +-$")
        self.assertLessEqual(max(map(len, text.splitlines())), 100)
        html = self.run_ctl("report", "--html", "-", *arguments, status=2).stdout
        ElementTree.fromstring(html.removeprefix("<!DOCTYPE html>"))
        self.assertIn("3 profiles side by side", html)

    def test_four_profiles_fit_and_agreeing_ones_pass(self):
        arguments = [a for p in sorted((ROOT / "config/profiles").glob("*.yaml")) for a in ("--profile", p.stem)]
        document = self.report(*arguments)
        self.assertEqual(len(document["comparison"]["profiles"]), 4)
        text = self.run_ctl("report", *arguments).stdout
        self.assertLessEqual(max(map(len, text.splitlines())), 100)
        self.assertNotIn("comparison", self.report("--profile", "aftermarket"))

    def test_too_many_or_repeated_profiles_are_refused(self):
        five = [a for _ in range(5) for a in ("--profile", "aftermarket")]
        self.assertIn("--profile can be given at most 4 times", self.run_ctl("report", *five, status=64).stderr)
        self.assertIn('"aftermarket" is given twice', self.run_ctl("report", *five[:4], status=3).stderr)

    def test_the_link_s_limits_and_channels_are_told(self):
        link = self.report()["link"]
        self.assertEqual(link["capability"]["country"], "DE")
        band = link["bands"][1]
        self.assertEqual((band["name"], band["class"], band["startable"], band["radar"]), ("5GHz", "2x2", 9, 16))
        self.assertEqual(band["limit_tx"]["id"], "mcs-map")
        self.assertIn("MCS maps", band["limit_tx"]["text"])
        self.assertEqual(link["survey"][0], {"frequency_mhz": 5180, "in_use": True, "noise_dbm": -92,
                                             "active_ms": 10000, "busy_ms": 1200})
        text = self.run_ctl("report").stdout
        self.assertIn("noise -92 dBm, busy 12 %", text)
        self.assertIn("25 channels: 9 startable, 16 after radar detection", text)

    def test_a_phone_s_past_is_drawn(self):
        peer = self.report()["link"]["peers"][0]
        self.assertEqual(peer["tx"], {"rate_kbps": 1201000, "width_mhz": 80, "gi_ns": 800, "mcs": 11, "airtime_us": 420000})
        self.assertEqual(peer["rx"]["airtime_us"], None)
        self.assertEqual((peer["retries"], peer["returns"], peer["away"]), (12, 1, False))
        history = peer["history"]
        self.assertEqual({len(column) for column in history.values()}, {30})
        self.assertEqual((history["t_ms"][0], history["t_ms"][-1]), (7000, 36000))
        self.assertEqual(history["airtime_permille"][:2], [None, 101])
        text = self.run_ctl("report").stdout
        self.assertRegex(text, r"(?m)^      TX Mbit/s +24\.0 +1201\.0 +1201\.0$")
        self.assertRegex(text, r"(?m)^    30 samples in 29\.0 s")
        html = self.run_ctl("report", "--html", "-").stdout
        picture = next(e for e in ElementTree.fromstring(html.removeprefix("<!DOCTYPE html>")).iter()
                       if e.get("aria-label", "").startswith("Rates, streams, signal and retries"))
        words = "".join(picture.itertext())
        for word in ("rate, Mbit/s", "streams", "signal, dBm", "retries", "airtime, %", "TX", "RX"):
            self.assertIn(word, words)
        self.assertGreater(sum(e.tag == "path" for e in picture), 5)

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

    def test_the_boot_is_shown_as_text_json_and_picture(self):
        text = self.run_ctl("boot").stdout
        self.assertLessEqual(max(map(len, text.splitlines())), 80)
        self.assertRegex(text, r"(?m)^  before fasciad  \.+ +2\.113 s$")
        self.assertRegex(text, r"(?m)^  fascia-audio +=+> +2\.210 to 4\.163 s$")
        self.assertRegex(text, r"(?m)^  pipewire +> +ready at 1\.900 s$")
        self.assertRegex(text, r"(?m)^  sound +o +\| +4\.173 of 5\.000 s met$")
        boot = schema.load(self.run_ctl("boot", "--json").stdout)
        self.assertEqual(schema.Checker(SCHEMA).check(boot, SCHEMA["properties"]["boot"]), [])
        self.assertEqual(boot["units"]["pipewire"], {"exec_us": None, "ready_us": 1900000})
        self.assertEqual(boot["stages"][0], {"stage": "link", "wait_for": "link", "budget_us": 6000000,
                                             "reached_us": 4023000, "verdict": "met"})
        path = self.folder / "boot.svg"
        self.run_ctl("boot", "--svg", path)
        self.assertEqual(path.read_text(), self.run_ctl("boot", "--svg", "-").stdout)
        picture = ElementTree.parse(path).getroot()
        self.assertEqual(picture.tag, "{http://www.w3.org/2000/svg}svg")
        self.assertIn("fascia-audio", "".join(picture.itertext()))
        self.assertNotIn("MISSED", "".join(picture.itertext()))
        self.assertIn("cannot be written", self.run_ctl("boot", "--svg", "/proc/no.svg", status=3).stderr)

    def test_the_report_has_the_boot(self):
        document = self.report()
        self.assertEqual(document["boot"]["fasciad_us"], 2113000)
        self.assertEqual([s["verdict"] for s in document["boot"]["stages"]], ["met", "met"])
        self.assertIn("BOOT  since the kernel's start", self.run_ctl("report").stdout)
        self.assertIn("Boot, since the kernel's start", self.run_ctl("report", "--html", "-").stdout)

    def test_the_plan_is_shown_as_a_table_and_as_json(self):
        lines = self.run_ctl("plan").stdout.splitlines()
        self.assertEqual(lines[0].split(), ["ORDER", "UNIT", "USER", "CAPABILITIES", "NEEDS", "PROVIDES", "READY",
                                            "COMMAND"])
        self.assertEqual(lines[3].split(maxsplit=7), ["3", "fascia-link", "fascia-link", "-",
                                                      "fascia-addr:degrade,hostapd:hold", "link", "notify",
                                                      "fascia-link --config /etc/fascia/fascia.yaml"])
        self.assertTrue(lines[4].endswith("adopted: /run/pipewire/pipewire-0"))
        plan = schema.load(self.run_ctl("plan", "--json").stdout)
        self.assertEqual([u["unit"] for u in plan],
                         ["fascia-addr", "hostapd", "fascia-link", "pipewire", "fascia-audio"])
        self.assertEqual(plan[0]["capabilities"], ["NET_ADMIN", "NET_RAW"])
        self.assertEqual(plan[2]["capabilities"], [])
        self.assertEqual(plan[2]["needs"], [{"unit": "fascia-addr", "on_loss": "degrade"},
                                            {"unit": "hostapd", "on_loss": "hold"}])
        self.assertEqual(plan[3]["manage"], "adopt")

    def test_status_is_quiet_about_what_is_as_usual(self):
        text = self.run_ctl("status").stdout
        for word in ("ladder", "fasciad is", "black box"):
            self.assertNotIn(word, text)

    def test_status_tells_of_a_lower_step_another_phase_and_a_broken_black_box(self):
        self.fake.say("ladder fallback-sink 1 2 audio.fallback")
        self.fake.say("phase GOING_STANDBY")
        self.fake.say("blackbox broken: No space left on device")
        text = self.run_ctl("status").stdout
        self.assertIn("ladder: step fallback-sink, attempt 2; the HMI shows audio.fallback", text)
        self.assertIn("fasciad is GOING_STANDBY", text)
        self.assertIn("black box /var/lib/fascia/blackbox: broken: No space left on device", text)
        status = schema.load(self.run_ctl("status", "--json").stdout)
        self.assertEqual(status["ladders"]["audio"],
                         {"step": "fallback-sink", "number": 1, "attempt": 2, "hmi": "audio.fallback"})
        self.assertEqual(status["phase"], "GOING_STANDBY")
        self.assertEqual(status["black_box"]["state"], "broken: No space left on device")
        self.assertEqual(schema.violations(self.report(), SCHEMA), [])

    def test_an_order_is_sent_and_not_waited_for(self):
        for verb, unit in (("start", "hostapd"), ("stop", "fascia-audio"), ("restart", "fascia-link"), ("restart", "")):
            result = self.run_ctl(verb, *filter(None, [unit]))
            self.assertEqual(result.stdout + result.stderr, "")
            self.fake.expect(f"{verb.capitalize()} {unit}")

    def test_a_unit_that_is_not_in_the_plan_is_answered_with_those_that_are(self):
        message = self.run_ctl("restart", "hostap", status=3).stderr
        self.assertIn('cannot restart hostap: the plan has no unit "hostap"; it has fascia-addr, hostapd', message)

    def test_an_order_that_the_bus_refuses_says_who_may_give_it(self):
        self.fake.say("refuse org.freedesktop.DBus.Error.AccessDenied Rejected send message")
        message = self.run_ctl("stop", status=3).stderr
        self.assertIn("cannot stop everything: the bus refuses it (Rejected send message)", message)
        self.assertIn("root and for members of the group fascia", message)

    def test_other_refusals_are_told_in_fasciad_s_words(self):
        for error, text in (("Adopted", "pipewire is adopted"), ("Ending", "fasciad is ending"), ("Busy", "another")):
            self.fake.say(f"refuse org.fascia.Error.{error} {text}")
            self.assertIn(f"cannot restart pipewire: {text}", self.run_ctl("restart", "pipewire", status=3).stderr)

    def test_a_reload_prints_what_is_restarted_or_what_is_wrong(self):
        self.assertEqual(self.run_ctl("reload").stdout, "restarts fascia-audio\n")
        self.fake.say("refuse org.fascia.Error.InvalidConfig /etc/fascia/fascia.yaml:7:3: link.channel: 15 is none")
        result = self.run_ctl("reload", status=3)
        self.assertIn("/etc/fascia/fascia.yaml:7:3: link.channel", result.stderr)
        self.assertEqual(result.stdout, "")

    def test_a_restart_is_followed_until_another_process_is_ready(self):
        waiter = Waiter(self, "restart", "--wait", "hostapd")
        self.fake.expect("Restart hostapd")
        self.fake.say("unit hostapd STOPPING 101 0")
        waiter.until(lambda line: re.fullmatch(r" +[0-9]+ s: hostapd is STOPPING", line))
        self.fake.say("unit hostapd STARTING 201 1")
        waiter.until(lambda line: line.endswith("hostapd is STARTING"))
        self.assertTrue(waiter.is_waiting())
        self.fake.say("unit hostapd READY 201 1")
        self.assertEqual(waiter.end(), 0)

    def test_a_restart_of_everything_is_followed_until_every_function_is_full(self):
        waiter = Waiter(self, "restart", "--wait")
        self.fake.expect("Restart ")
        self.fake.say("function audio STARTING none")
        for n, unit in enumerate(("fascia-addr", "hostapd", "fascia-link", "fascia-audio")):
            self.fake.say(f"unit {unit} READY {300 + n} 5")  # and pipewire, which is adopted, stays as it is
        waiter.until(lambda line: line.endswith("audio is STARTING"))
        self.fake.say("function audio FULL none")
        self.assertEqual(waiter.end(), 0)

    def test_a_function_that_still_looks_full_does_not_end_the_wait_for_a_restart(self):
        waiter = Waiter(self, "restart", "--wait")
        self.fake.expect("Restart ")
        waiter.until(lambda line: line.endswith("fascia-addr is still the old process"))
        for n, unit in enumerate(("fascia-addr", "hostapd", "fascia-link", "fascia-audio")):
            self.assertTrue(waiter.is_waiting())
            self.fake.say(f"unit {unit} READY {300 + n} 5")
        self.assertEqual(waiter.end(), 0)

    def test_a_stop_is_followed_until_the_process_has_ended(self):
        waiter = Waiter(self, "stop", "--wait=20", "fascia-audio")
        self.fake.expect("Stop fascia-audio")
        self.fake.say("unit fascia-audio STOPPING 104 3")
        waiter.until(lambda line: line.endswith("fascia-audio is STOPPING"))
        self.fake.say("unit fascia-audio IDLE 0 3")
        self.assertEqual(waiter.end(), 0)

    def test_ignition_off_and_on_are_followed_to_standby_and_back(self):
        waiter = Waiter(self, "stop", "--wait")
        self.fake.expect("Stop ")
        self.fake.say("phase GOING_STANDBY")
        self.fake.say("phase STANDBY")
        self.assertEqual(waiter.end(), 0)
        waiter = Waiter(self, "start", "--wait")
        self.fake.expect("Start ")
        self.fake.say("phase RUNNING")
        self.assertEqual(waiter.end(), 0)

    def test_a_wait_ends_with_what_is_missing(self):
        result = self.run_ctl("restart", "--wait=1", "hostapd", status=3)
        self.assertRegex(result.stderr, "restart hostapd was ordered, but after 1 s hostapd is still the old process")

    def test_a_wait_ends_early_when_it_is_hopeless(self):
        self.fake.say("function link STARTING none")  # or there would be nothing to wait for
        waiter = Waiter(self, "start", "--wait=3600")
        self.fake.expect("Start ")
        self.fake.say("function link FAILED hostapd-missing")
        self.fake.say("unit hostapd FAILED 0 0")
        self.assertEqual(waiter.end(), 3)
        self.assertIn("hostapd is FAILED", waiter.said)

    def test_a_wait_ends_when_fasciad_does(self):
        waiter = Waiter(self, "restart", "--wait", "hostapd")
        self.fake.expect("Restart hostapd")
        self.fake.close()
        self.assertEqual(waiter.end(), 3)
        self.assertRegex(waiter.said, "fasciad (does not answer|did not answer in time, or ended)")

    def test_watch_tells_of_ladders_and_phases(self):
        follower = Follower(self, "watch", "--json", "--bus", self.bus.address)
        follower.until(lambda line: json.loads(line)["kind"] == "sound")
        seen = {(c["kind"], c["name"], c["to"]) for c in map(json.loads, follower.lines)}
        self.assertLessEqual({("phase", "fasciad", "RUNNING"), ("ladder", "link", "keep attempt 1")}, seen)
        self.fake.say("ladder mute 2 1 audio.no_sink")
        change = json.loads(follower.until(lambda line: '"ladder"' in line))
        self.assertEqual((change["name"], change["from"], change["to"]),
                         ("audio", "preferred-sink attempt 1", "mute attempt 1 (audio.no_sink)"))
        self.fake.say("phase GOING_STANDBY")
        change = json.loads(follower.until(lambda line: '"phase"' in line))
        self.assertEqual(change["to"], "GOING_STANDBY")

    def test_watch_shows_what_a_restarted_fasciad_has_whatever_its_generation(self):
        for n in range(5):
            self.fake.say(f"unit hostapd READY {400 + n} {n}")
        follower = Follower(self, "watch", "--json", "--bus", self.bus.address)
        follower.until(lambda line: "READY pid 404 restarts 4" in line)
        self.fake.close()
        follower.until(lambda line: '"unit"' in line and '"hostapd"' in line and '"to":""' in line.replace(" ", ""))
        self.fake = Fake(self.bus, "good")  # its generation is lower again
        self.addCleanup(self.fake.close)
        follower.until(lambda line: '"hostapd"' in line and "READY pid 101" in line)
        self.fake.say("unit hostapd BACKOFF 0 1")
        follower.until(lambda line: '"hostapd"' in line and "BACKOFF" in line)

    def test_wrong_arguments_are_usage_errors(self):
        for arguments in (["plan", "extra"], ["boot", "--json", "--svg", "x"], ["boot", "x"], ["reload", "x"],
                          ["restart", "a", "b"], ["stop", "--wait=0"], ["stop", "--wait=soon"], ["frobnicate"], ["report", "--colour"], ["report", "extra"], ["status", "extra"],
                          ["report", "--json", "--text"], [], ["explain", "no-such-thing"]):
            self.run_ctl(*arguments, status=64)

    def test_help_and_version(self):
        self.assertIn("report", self.run_ctl("--help").stdout)
        self.assertRegex(self.run_ctl("--version").stdout, r"^fasciactl [0-9]")
        for verb in ("status", "report", "watch", "events", "explain", "plan", "boot", "start", "stop", "restart", "reload"):
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
        for name in ("Supervisor1", "Link1", "Addr1", "Audio1", "Aware1"):
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

    def test_says_what_limits_the_class(self):
        evidence = self.requirement(self.report(status=2), "mimo-2x2")["evidence"]
        self.assertIn("1x2 on 5 GHz", evidence)
        self.assertIn("TX limited by antennas-configured (antennas are switched off", evidence)
        self.assertIn("RX limited by mcs-map", evidence)

    def test_a_radio_that_cannot_is_told_from_a_link_that_does_not(self):
        document = self.report(status=2)
        self.assertIn("could operate 802.11ac (Wi-Fi 5)", self.requirement(document, "wifi-6-capable")["evidence"])
        self.assertEqual(self.requirement(document, "band-5ghz")["outcome"], "met")

    def test_fails_by_the_what_if(self):
        document = self.report("--profile", "carplay-r10-strict", status=2)
        self.assertEqual(self.requirement(document, "mimo-2x2")["verdict"], "fail")
        self.assertEqual(self.requirement(document, "wifi-6")["verdict"], "fail")


    def test_missed_boot_budgets_are_marked_by_words_and_signs(self):
        text = self.run_ctl("boot").stdout
        self.assertRegex(text, r"(?m)^  address +X +4\.063 of 4\.000 s LATE$")
        self.assertRegex(text, r"(?m)^  sound +\| +X  - of 5\.000 s MISSED$")
        self.assertRegex(text, r"(?m)^  fascia-audio +=+\?  2\.210 s, not ready$")
        picture = self.run_ctl("boot", "--svg", "-").stdout
        self.assertEqual(picture.count('class="cross bad"'), 2)
        self.assertIn("MISSED", picture)
        self.assertIn("2 of 3 stages missed the budget.", self.run_ctl("report", "--html", "-", status=2).stdout)
        self.assertEqual(self.report(status=2)["boot"]["stages"][2]["reached_us"], None)

    def test_status_shows_the_ladder_and_its_text_for_the_hmi(self):
        self.assertIn("ladder: step mute, attempt 1; the HMI shows audio.no_sink", self.run_ctl("status").stdout)


class AnOlderFasciad(Case):
    scenario = "old"

    def test_is_reported_and_shown_without_what_it_does_not_know(self):
        document = self.report()
        for key in ("boot", "ladders", "phase", "black_box"):
            self.assertNotIn(key, document)
        self.assertNotIn("BOOT", self.run_ctl("report").stdout)
        self.assertNotIn("Boot,", self.run_ctl("report", "--html", "-").stdout)
        self.assertIn("fascia-link     READY", self.run_ctl("status").stdout)

    def test_is_named_as_the_reason_when_a_verb_needs_more(self):
        for verb in ("boot", "plan", "start", "stop", "restart", "reload"):
            self.assertIn("older than this fasciactl", self.run_ctl(verb, status=3).stderr)


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
        for verb in (["report"], ["status"], ["events"], ["boot"], ["plan"], ["boot", "--svg", "-"]):
            self.assertNotIn("\033", self.run_ctl(*verb, status=2 if verb == ["report"] else 0).stdout)

    def test_nothing_foreign_becomes_part_of_the_boot_picture(self):
        picture = self.run_ctl("boot", "--svg", "-").stdout
        self.assertNotIn("<script", picture)
        self.assertIn("<script>alert('x')</script", "".join(ElementTree.fromstring(picture.encode()).itertext()))

    def test_nothing_foreign_in_a_refusal_reaches_the_terminal(self):
        self.fake.say("refuse org.fascia.Error.Busy \033[2Jbusy")
        self.assertIn("?[2Jbusy", self.run_ctl("restart", status=3).stderr)

    def test_the_json_stays_valid_and_bounded(self):
        document = self.report(status=2)
        self.assertEqual(len(document["timeline"]), 512)
        self.assertGreater(document["cut"], 0)
        self.assertEqual(self.requirement(document, "no-neighbor-discovery")["outcome"], "not-met")
        self.assertEqual(self.requirement(document, "spatial-audio")["verdict"], "fail")


class ADescribedRadio(Case):
    """Offline: the bus is one that cannot be reached."""

    NO_BUS = "unix:path=/nonexistent/bus"
    def offline(self, *arguments, status):
        text = self.run_ctl("report", "--json", *arguments, status=status, bus=self.NO_BUS).stdout
        document = schema.load(text)
        self.assertEqual(schema.violations(document, SCHEMA), [])
        return document

    def test_is_judged_without_a_bus_on_the_radio_s_lines_alone(self):
        document = self.offline("--radio", "rpi-cyw43455", status=1)
        self.assertEqual((document["basis"], document["described"]["band"]), ("description", "5GHz"))
        self.assertIn("nothing measured on a running unit", document["headline"])
        self.assertEqual(document["functions"], {})
        self.assertEqual(document["timeline"], [])
        judged = {r["id"] for r in document["requirements"] if r["outcome"] != "not-applicable"}
        self.assertEqual(judged, {"mimo-2x2", "wifi-5ghz", "wifi-ac", "band-5ghz", "wifi-6-capable"})
        mimo = self.requirement(document, "mimo-2x2")
        self.assertEqual(mimo["verdict"], "warn")
        self.assertIn("described radio rpi-cyw43455 is 1x1 on 5 GHz", mimo["evidence"])
        self.assertIn("limited by mcs-map", mimo["evidence"])
        for requirement in document["requirements"]:
            if requirement["id"] not in judged:
                self.assertEqual(requirement["verdict"], "skipped")
                self.assertEqual(requirement["evidence"], "not judged offline: it needs a running unit")

    def test_every_shipped_radio_can_be_judged_by_every_profile(self):
        profiles = [a for p in sorted((ROOT / "config/profiles").glob("*.yaml")) for a in ("--profile", p.stem)]
        radios = sorted(p.stem for p in (ROOT / "config/radios").glob("*.yaml"))
        self.assertGreaterEqual(len(radios), 8)
        for radio in radios:
            for band in ([], ["--band", "2.4GHz"]):
                result = subprocess.run([OPTIONS.fasciactl, "report", "--json", "--radio", radio, *band, *profiles],
                                        capture_output=True, text=True, timeout=LIMIT, check=False,
                                        env={**os.environ, "FASCIA_BUS": self.NO_BUS})
                document = schema.load(result.stdout)
                self.assertEqual(schema.violations(document, SCHEMA), [], radio)
                self.assertEqual({"pass": 0, "warn": 1, "fail": 2}[document["verdict"]], result.returncode)
                self.assertIn("mimo-2x2", {row["id"] for row in document["comparison"]["requirements"]})

    def test_what_if_fails_a_single_stream_board_that_the_aftermarket_tolerates(self):
        document = self.offline("--radio", "rpi-cyw43455", "--profile", "aftermarket", "--profile", "carplay-r10-strict",
                                status=2)
        self.assertEqual([p["verdict"] for p in document["comparison"]["profiles"]], ["pass", "fail"])
        rows = {row["id"]: row for row in document["comparison"]["requirements"]}
        self.assertEqual(rows["wifi-6"]["profiles"]["carplay-r10-strict"]["verdict"], "fail")
        self.assertEqual(rows["mimo-1x1"]["profiles"]["aftermarket"]["verdict"], "pass")

    def test_each_output_says_that_nothing_was_measured(self):
        text = self.run_ctl("report", "--radio", "rpi-cyw43455", status=1, bus=self.NO_BUS).stdout
        self.assertIn("OFFLINE: a description was judged. Nothing was measured on a running unit.", text)
        self.assertLessEqual(max(map(len, text.splitlines())), 100)
        for section in ("FUNCTIONS", "ADDRESS", "SOUND", "TIMELINE"):
            self.assertNotIn(section, text)
        html = self.run_ctl("report", "--radio", "rpi-cyw43455", "--html", "-", status=1, bus=self.NO_BUS).stdout
        self.assertIn("Nothing was measured on a running unit", html)
        self.assertIn("https:", html)  # the source of the figures, as text: nothing refers to it
        page = Page()
        page.feed(html)
        self.assertEqual(page.open, [])

    def test_a_profile_that_says_nothing_of_radios_is_no_pass(self):
        path = self.file("p.yaml", "profile: p\ntitle: t\nabout: a\nrequirements:\n  - {id: six, title: t, level: mandatory,"
                         " check: speakers-min, wording: own, source: s, parameters: {count: 6}}\n")
        document = self.offline("--radio", "rpi-cyw43455", "--profile", path, status=1)
        self.assertIn("0 of 1 requirements judged; none that binds is about a radio", document["headline"])
        document = self.offline("--radio", "qcnfa765", "--profile", "wifi-aware-r26", status=1)
        self.assertIn("1 of 8 requirements judged; none that binds is about a radio", document["headline"])

    def test_another_country_than_the_described_one_leaves_channels_unknown(self):
        document = self.offline("--radio", "qcnfa765", "--country", "ZA", status=0)
        self.assertEqual(document["described"]["country"], "ZA")
        self.assertEqual(self.requirement(document, "band-5ghz")["outcome"], "unknown")
        self.assertNotIn("startable", document["link"]["bands"][0])
        self.assertEqual(self.requirement(document, "mimo-2x2")["outcome"], "met")

    def test_the_band_can_be_asked_for(self):
        document = self.offline("--radio", "rpi-cyw43455", "--band", "2.4GHz", status=1)
        self.assertEqual(document["described"]["band"], "2.4GHz")
        self.assertEqual(self.requirement(document, "wifi-5ghz")["verdict"], "warn")
        document = self.offline("--radio", "rpi-cyw43455", "--band", "6GHz", status=1)
        self.assertEqual(document["described"]["band"], "")
        self.assertEqual(self.requirement(document, "mimo-2x2")["outcome"], "unknown")

    def test_a_radio_that_is_missing_or_wrong_is_named_with_its_place(self):
        result = self.run_ctl("report", "--radio", "nothing", status=3, bus=self.NO_BUS)
        self.assertIn('there is no radio "nothing"', result.stderr)
        path = self.file("bad.yaml", "colour: red\n")
        self.assertIn(f"{path}:1:1: ", self.run_ctl("report", "--radio", path, status=3, bus=self.NO_BUS).stderr)

    def test_what_does_not_go_together_is_a_usage_error(self):
        for arguments, message in ((["--country", "DE"], "they need --radio"), (["--band", "5GHz"], "they need --radio"),
                                   (["--radio", "ax210", "--country", "de"], "two capital letters"),
                                   (["--radio", "ax210", "--band", "5"], "2.4GHz, 5GHz or 6GHz"),
                                   (["--radio", "ax210", "--attach", "x"], "running unit")):
            self.assertIn(message, self.run_ctl("report", *arguments, status=64, bus=self.NO_BUS).stderr)


class NoUnit(Case):
    def test_a_bus_without_fascia_is_told_with_a_remedy(self):
        for verb in ("report", "status", "events", "boot", "plan", "start", "stop", "restart", "reload"):
            result = self.run_ctl(verb, status=3)
            self.assertIn("fasciad --config", result.stderr)
            self.assertEqual(result.stdout, "")

    def test_an_absent_bus_is_told_with_a_remedy(self):
        for verb in ("report", "status", "events", "watch", "boot", "plan", "start", "stop", "restart", "reload"):
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
