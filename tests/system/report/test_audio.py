# SPDX-License-Identifier: Apache-2.0
"""`fasciactl audio` and what the report says of the sound, against a canned fascia-audio.

    test_audio.py --fasciactl PROGRAM --fake PROGRAM --dbus-daemon PROGRAM [unittest options]
"""
import argparse
import json
import os
import pty
import signal
import subprocess
import sys
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import schema  # noqa: E402
import test_fasciactl as base  # noqa: E402


class Offline(unittest.TestCase):
    """`decide` asks nobody: there is no bus here."""

    def decide(self, *arguments, status=0):
        run = subprocess.run([base.OPTIONS.fasciactl, "--bus", "unix:path=/nonexistent", "audio", "decide", *arguments],
                             capture_output=True, text=True, timeout=base.LIMIT)
        self.assertEqual(run.returncode, status, run.stderr)
        return run.stderr if status >= 3 else run.stdout

    def json(self, *arguments, status=0):
        return json.loads(self.decide("--json", *arguments, status=status))

    def test_the_record_has_the_matrix_of_the_recommendation(self):
        record = self.json("--speakers", "2", "--source", "5.1")
        self.assertEqual(record["mode"], "stereo")
        self.assertEqual([round(w, 4) for w in record["matrix"][0]], [1, 0, .7071, .5, .7071, 0])
        self.assertEqual(record["lost_channels"], [])
        self.assertAlmostEqual(record["worst_gain_db"], 9.27, places=1)
        self.assertAlmostEqual(record["speakers"][1]["worst_gain_db"], 9.27, places=1)

    def test_each_rule_says_why_it_was_passed_over(self):
        rules = {rule["mode"]: rule for rule in self.json("--speakers", "2")["rules"]}
        self.assertEqual(rules["stereo"]["result"], "taken")
        self.assertEqual(rules["mono"]["result"], "not tried")
        self.assertEqual(rules["discrete"]["result"], "passed over")
        self.assertIn("no speaker", rules["discrete"]["why"])
        text = self.decide("--speakers", "2")
        self.assertIn("rules    discrete passed over: ", text)
        self.assertIn("         partial  passed over: it would be the same as quad\n", self.decide("--speakers", "4"))
        self.assertIn("         stereo   taken\n", text)

    def test_the_policy_of_the_command_line_is_used(self):
        record = self.json("--speakers", "7.1", "--source", "5.1", "--policy", "discrete:8,stereo")
        self.assertEqual([rule["mode"] for rule in record["rules"]], ["discrete", "stereo"])
        self.assertEqual(record["rules"][0]["min_speakers"], 8)
        self.assertEqual(record["mode"], "stereo")

    def test_a_lost_channel_and_a_refusal_show_in_the_status(self):
        self.assertEqual(self.json("--speakers", "2", "--lfe", "drop", status=1)["lost_channels"], ["LFE"])
        self.assertEqual(self.json("--speakers", "2", "--policy", "discrete", status=2)["mode"], "refuse")
        self.assertIn("refuse", self.decide("--speakers", "LFE", status=2))

    def test_channels_can_be_listed_instead_of_named(self):
        record = self.json("--speakers", "FL,FR,RL,RR", "--source", "FL,FR,FC,TFL,TFR")
        self.assertIsNone(record["source"])
        self.assertEqual(record["channels"][3], "TFL")
        self.assertEqual(record["mode"], "quad")
        self.assertIn("7.1.4", self.decide("--list"))

    def test_a_file_of_weights_is_read_and_its_faults_are_told(self):
        folder = Path(base.tempfile.mkdtemp())
        self.addCleanup(base.shutil.rmtree, folder)
        weights = folder / "car.yaml"
        weights.write_text("name: car\nbase: bs775\ncentre: 0.25\n", encoding="utf-8")
        record = self.json("--speakers", "2", "--coefficients", str(weights))
        self.assertEqual(record["coefficients"], "car")
        self.assertAlmostEqual(record["matrix"][0][2], .25, places=4)
        weights.write_text("name: car\nbase: bs775\ncentre: loud\n", encoding="utf-8")
        self.assertIn("car.yaml:3:9: centre: ", self.decide("--speakers", "2", "--coefficients", str(weights), status=3))

    def test_a_configuration_gives_what_no_option_says(self):
        folder = Path(base.tempfile.mkdtemp())
        self.addCleanup(base.shutil.rmtree, folder)
        config = folder / "f.yaml"
        config.write_text("link: {enabled: false}\naudio:\n  speakers: [FL, FR, RL, RR]\n  lfe: drop\n", encoding="utf-8")
        record = self.json("--config", str(config), status=1)
        self.assertEqual((record["mode"], record["lfe"]), ("quad", "drop"))
        record = self.json("--config", str(config), "--speakers", "2", "--lfe", "minus6")
        self.assertEqual(record["mode"], "stereo")

    def test_filters_are_made_for_what_they_cost(self):
        record = self.json("--speakers", "2", "--headphones")
        if record["filters_trouble"]:
            self.skipTest(record["filters_trouble"])
        self.assertEqual((record["mode"], record["filters"]), ("virtual", "headphones"))
        self.assertEqual(record, self.json("--headphones"))  # they have two channels
        self.assertGreater(record["latency_frames"], 0)
        self.assertGreater(record["worst_gain_db"], 20)
        text = self.decide("--speakers", "2.1", "--crosstalk")
        for part in ("filters  crosstalk, at 48000 Hz", "spatial  yes (filters stand for", "beside, dB", "  LFE "):
            self.assertIn(part, text)
        self.assertNotIn("silent", text)

    def test_where_no_filters_can_be_made_the_next_rule_is_taken_and_the_reason_told(self):
        folder = Path(base.tempfile.mkdtemp())
        self.addCleanup(base.shutil.rmtree, folder)
        config = folder / "f.yaml"
        config.write_text("link: {enabled: false}\naudio:\n  output: headphones\n  layout: \"2\"\n"
                          "  spatial: {hrtf: /nowhere.sofa}\n", encoding="utf-8")
        record = self.json("--config", str(config))
        self.assertEqual((record["mode"], record["filters"]), ("stereo", "none"))
        self.assertRegex(record["filters_trouble"], "/nowhere.sofa: No such file|built without libmysofa")
        self.assertIn("filters  none: ", self.decide("--config", str(config)))
        self.assertIsNone(self.json("--speakers", "2")["filters_trouble"])

    def test_wrong_words_name_what_is_allowed(self):
        for arguments, part in ((("--speakers", "9"), "a preset"), (("--speakers", "2", "--source", "x"), "a layout"),
                                (("--speakers", "2", "--policy", "loud"), "a list such as"),
                                (("--speakers", "2", "--lfe", "loud"), "minus6, drop or bass-manage"),
                                (("--speakers", "2", "--coefficients", "bs776"), "bs775, bs2127,")):
            self.assertIn(part, self.decide(*arguments, status=64))
        self.assertIn("--speakers", self.decide(status=3))
        self.decide("operand", status=64)


class AGoodUnit(base.Case):
    scenario = "good"

    def test_status_shows_decision_cabin_classes_and_network(self):
        text = self.run_ctl("audio", "status").stdout
        for part in ("5.1 as stereo on FL FR", "policy  discrete from 6, stereo, refuse; weights bs775", "42\u00b0",
                     "from 90 Hz", "media", "navigation", "network playing on fe80::ff:fe00:0%wlan0 port 5004",
                     "1500 packets, 2 lost"):
            self.assertIn(part, text)
        document = schema.load(self.run_ctl("audio", "status", "--json").stdout)
        self.assertEqual(document["policy"][0], {"mode": "discrete", "min_speakers": 6})
        self.assertEqual(document["cabin"][0]["distance_m"], 1.2)
        self.assertEqual(document["network_counters"]["lost"], 2)
        self.assertEqual(document["state"], "FULL")

    def test_the_walk_judges_each_speaker(self):
        run = self.run_ctl("audio", "test")
        self.assertEqual(run.stdout.count(" ok\n"), 2)
        for how, part in (("swapped", "swapped: it comes out of FR"), ("missing", "missing"),
                          ("leaks", "leaks: FR is heard, too")):
            self.fake.say(f"audio wiring {how}")
            self.assertIn(part, self.run_ctl("audio", "test", "FL", status=2).stdout)
        lines = self.run_ctl("audio", "test", "--json", "--level", "-30", status=2).stdout.splitlines()
        self.assertEqual(json.loads(lines[0]),
                         {"channel": "FL", "verdict": "leaks", "heard_dbfs": {"FL": -30.0, "FR": -42.0}})
        self.assertIn('no speaker "TFL"', self.run_ctl("audio", "test", "TFL", status=3).stderr)

    def test_a_class_is_ducked_as_long_as_the_command_runs(self):
        out = self.run_ctl("audio", "duck", "--ms", "500", "--hold", "0", "media", "-14").stdout
        self.fake.expect("Duck media -14.0 500")
        self.fake.expect("Unduck media 500")
        self.assertEqual(out, "media is at most at -14.0 dB\nlifted\n")
        self.run_ctl("audio", "duck", "--hold", "1", "alert", "-3")  # it ends by itself
        self.fake.expect("Unduck alert 300")
        process = subprocess.Popen([base.OPTIONS.fasciactl, "--bus", self.bus.address, "audio", "duck", "media", "-9.5",
                                    "--json"], stdout=subprocess.PIPE)
        self.addCleanup(process.stdout.close)
        lines = base.Lines(process.stdout)
        lines.until(lambda line: json.loads(line) == {"event": "ducked", "class": "media", "target_db": -9.5})
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(base.LIMIT), 0)
        self.fake.expect("Unduck media 300")

    def test_volumes_are_shown_and_set(self):
        self.assertEqual(self.run_ctl("audio", "volume").stdout, "media         +0.0 dB\nnavigation    -3.0 dB\n")
        self.run_ctl("audio", "volume", "media", "-12.5")
        self.fake.expect("SetVolume media -12.5")
        self.assertEqual(self.run_ctl("audio", "volume", "media").stdout, "media        -12.5 dB\n")
        classes = schema.load(self.run_ctl("audio", "volume", "--json").stdout)
        self.assertEqual(classes[0]["volume_db"], -12.5)
        one = schema.load(self.run_ctl("audio", "volume", "--json", "navigation").stdout)
        self.assertEqual([row["name"] for row in one], ["navigation"])

    def test_another_mode_is_ordered_or_refused_with_the_reason(self):
        self.assertTrue(self.run_ctl("audio", "mode").stdout.startswith("stereo: two speakers"))
        self.assertIn("ordered: mono", self.run_ctl("audio", "mode", "mono").stdout)
        self.fake.expect("SetMode mono")
        self.assertIn("no surround pair", self.run_ctl("audio", "mode", "quad", status=3).stderr)

    def test_the_meter_prints_lines_and_documents(self):
        line = self.run_ctl("audio", "meter", "--seconds", "1").stdout
        self.assertRegex(line, r"^FL -18\.0/  -6\.0  FR     -/     -  LUFS momentary -19\.2  short-term     -")
        document = json.loads(self.run_ctl("audio", "meter", "--seconds", "1", "--json").stdout)
        self.assertEqual(document["speakers"][0], {"channel": "FL", "peak_dbfs": -6.0, "rms_dbfs": -18.0})
        self.assertIsNone(document["speakers"][1]["peak_dbfs"])
        self.assertIsNone(document["short_term_lufs"])

    def test_on_a_terminal_the_meter_draws_bars(self):
        pid, terminal = pty.fork()
        if pid == 0:
            os.execv(base.OPTIONS.fasciactl, ["fasciactl", "--bus", self.bus.address, "audio", "meter"])
        stream = os.fdopen(terminal, "rb", buffering=0)
        self.addCleanup(stream.close)
        lines = base.Lines(stream)
        lines.until(lambda line: "[=" in line and "|" in line and line.rstrip().endswith("-18.0 peak  -6.0"))
        lines.until(lambda line: line.startswith("\033["))  # it is drawn again in place
        os.kill(pid, signal.SIGINT)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 0)

    def test_wrong_arguments_are_usage_errors(self):
        for arguments in (("duck",), ("duck", "media"), ("duck", "media", "3"), ("duck", "--ms", "x", "media", "-3"),
                          ("volume", "media", "13"), ("volume", "a", "1", "2"), ("mode", "a", "b"), ("test", "--level", "1"),
                          ("meter", "--seconds", "0"), ("meter", "x"), ("status", "x"), ("nonsense",)):
            self.run_ctl("audio", *arguments, status=64)

    def test_a_word_that_is_none_is_answered_with_those_that_there_are(self):
        for arguments in (("volume", "nobody"), ("volume", "nobody", "-3"), ("duck", "nobody", "-3")):
            said = self.run_ctl("audio", *arguments, status=64).stderr
            self.assertIn('is "nobody"; allowed are media navigation assistant', said)
        self.assertIn("allowed are auto discrete partial", self.run_ctl("audio", "mode", "loud", status=64).stderr)
        self.assertIn("safety is \"-31\"; allowed are -30 to 12",
                      self.run_ctl("audio", "volume", "safety", "-31", status=64).stderr)

    def test_the_report_draws_the_cabin_and_the_loudness(self):
        document = self.report()
        self.assertEqual(document["audio"]["levels"]["momentary_lufs"], -19.2)
        self.assertEqual(document["audio"]["classes"][0]["name"], "media")
        html = self.run_ctl("report", "--html", "-").stdout
        page = base.Page()
        page.feed(html)
        self.assertEqual(page.open, [])
        self.assertIn("The cabin from above", html)
        self.assertIn("momentary -19.2 LUFS", html)
        self.assertIn("loudness, LUFS: momentary -19.2", self.run_ctl("report").stdout)


class AnOlderUnit(base.Case):
    scenario = "old"

    def test_what_it_does_not_know_is_left_out(self):
        text = self.run_ctl("audio", "status").stdout
        self.assertIn("5.1 as stereo on FL FR", text)
        self.assertNotIn("policy", text)
        self.assertNotIn("The cabin from above", self.run_ctl("report", "--html", "-").stdout)


class AUnitWithoutSound(base.Case):
    scenario = "partial"

    def test_says_how_to_switch_it_on(self):
        for arguments in (("status",), ("meter",), ("test",), ("volume",), ("duck", "media", "-3")):
            self.assertIn("audio.enabled: true", self.run_ctl("audio", *arguments, status=3).stderr)


class AHostileUnit(base.Case):
    scenario = "hostile"

    def test_nothing_foreign_reaches_the_terminal(self):
        for arguments in (("status",), ("volume",), ("mode",), ("meter", "--seconds", "1"), ("test",)):
            self.assertNotIn("\033", self.run_ctl("audio", *arguments).stdout)

    def test_nothing_foreign_becomes_part_of_the_page(self):
        html = self.run_ctl("report", "--html", "-", status=2).stdout
        self.assertIn("The cabin from above", html)
        self.assertNotIn("<script", html)
        ElementTree.fromstring(html.removeprefix("<!DOCTYPE html>"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fasciactl", required=True)
    parser.add_argument("--fake", required=True)
    parser.add_argument("--dbus-daemon", required=True)
    rest = parser.parse_known_args(namespace=base.OPTIONS)[1]
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
