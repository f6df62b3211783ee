# SPDX-License-Identifier: Apache-2.0
"""org.fascia.Supervisor1 of the real fasciad, with trivial units, on a private bus: what it shows, what it answers.

    test_bus.py --fasciad PROGRAM --fasciactl PROGRAM --dbus-daemon PROGRAM [unittest options]

Any user. Exit status 77: cannot run here.
"""
import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
OPTIONS = argparse.Namespace()
LIMIT = 60  # seconds; nothing here takes more than a few, on a machine that has nothing else to do
STUBBORN = "trap '' TERM; while :; do sleep 1; done"  # goes only when it is killed

CONFIG = """\
bus: unix:path={folder}/bus
runtime_dir: {folder}/run
profile: aftermarket
link: {{enabled: false}}
address: {{enabled: false}}
audio: {{enabled: false}}
supervisor:
  stop_timeout_ms: {stop_timeout_ms}
  backoff_first_ms: 1
  backoff_max_ms: 1
  escalation: {{group: 0, radio_reset: 0, degrade: 0, safe: 0}}
  black_box: {{path: none}}
  boot:
    - {{stage: first, wait_for: one, within_ms: 3600000}}
  units:
    - {{name: one, program: {shell}, args: ["-c", "{script}"], function: one, ready: exec, on_suspend: stop}}
    - {{name: two, program: {shell}, args: ["-c", "sleep 1000"], function: two, ready: exec, needs: [{{unit: one, on_loss: notify}}]}}
    - {{name: other, manage: adopt, function: other, ready: bus-name, target: org.example.Other}}
"""


class Case(unittest.TestCase):
    script, stop_timeout_ms = "sleep 1000", 1000

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="fascia-bus-"))
        self.addCleanup(shutil.rmtree, self.folder)
        (self.folder / "bus.conf").write_text(
            f'<busconfig><type>session</type><listen>unix:path={self.folder}/bus</listen><auth>EXTERNAL</auth>'
            '<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>'
            '<allow own="*"/><allow user="*"/></policy></busconfig>', encoding="utf-8")
        self.daemon = self.spawn(OPTIONS.dbus_daemon, f"--config-file={self.folder}/bus.conf", "--nofork",
                                 "--print-address=1")
        self.address = self.daemon.stdout.readline().strip()
        self.write_config(script=self.script)
        self.fasciad = self.spawn(OPTIONS.fasciad, "--config", self.folder / "fascia.yaml")
        self.until("everything is up", lambda: self.status()["functions"]["two"]["state"] == "FULL")

    def write_config(self, script, more=""):
        text = CONFIG.format(folder=self.folder, shell=shutil.which("sh"), script=script,
                             stop_timeout_ms=self.stop_timeout_ms)
        (self.folder / "fascia.yaml").write_text(text + more, encoding="utf-8")

    def spawn(self, *words):
        process = subprocess.Popen(list(map(str, words)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        """fasciad ends its units: it is asked to, and killed only when it does not."""
        process.terminate()
        try:
            process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()

    def until(self, what, condition):
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            try:
                if condition():
                    return
            except KeyError:
                pass
        self.fail(f"not within {LIMIT} s: {what}")

    def ctl(self, *arguments, status=0):
        result = subprocess.run([OPTIONS.fasciactl, "--bus", self.address, *arguments], capture_output=True, text=True,
                                timeout=LIMIT, check=False)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return result

    def status(self):
        """{} when fasciad does not answer."""
        text = subprocess.run([OPTIONS.fasciactl, "--bus", self.address, "status", "--json"], capture_output=True,
                              text=True, timeout=LIMIT, check=False).stdout
        return json.loads(text) if text else {}

    def calling(self, member, *arguments, interface="org.fascia.Supervisor1"):
        return self.spawn_call("dbus-send", f"--bus={self.address}", "--print-reply=literal", f"--reply-timeout={LIMIT}000",
                               "--dest=org.fascia.Supervisor1", "/org/fascia/Supervisor1", f"{interface}.{member}",
                               *arguments)

    def spawn_call(self, *words):
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.communicate)
        return process

    def answer(self, process):
        """(name of the error or "", what was printed)"""
        out, err = process.communicate(timeout=LIMIT)
        return ("", out) if process.returncode == 0 else (err.split()[1].rstrip(":"), err)

    def call(self, member, *arguments, **more):
        return self.answer(self.calling(member, *arguments, **more))


class WhatIsShown(Case):
    def test_the_object_is_the_contract(self):
        text = self.call("Introspect", interface="org.freedesktop.DBus.Introspectable")[1]
        self.assertEqual(members(text[text.index("<node"):]),
                         members((ROOT / "config/dbus/org.fascia.Supervisor1.xml").read_text(encoding="utf-8")))

    def test_a_snapshot_has_the_same_moment_as_the_properties(self):
        """Compared while nothing changes: the generation before and after is the same."""
        def same():
            before, snapshot = self.status(), self.call("GetSnapshot")[1]
            generation = int(re.search(r"uint64 ([0-9]+)", snapshot)[1])
            if self.status()["generation"] != generation or before["generation"] != generation:
                return False
            for unit, value in before["units"].items():
                self.assertRegex(snapshot, rf"{unit}\s+{value['state']}\s+uint32 {value['pid']}\s+"
                                           rf"uint32 {value['restarts']}")
            return "RUNNING" in snapshot
        self.until("a quiet moment", same)

    def test_plan_and_boot_are_shown_by_fasciactl(self):
        plan = json.loads(self.ctl("plan", "--json").stdout)
        self.assertEqual([(u["unit"], u["manage"], u["ready"]) for u in plan],
                         [("one", "spawn", "exec"), ("two", "spawn", "exec"), ("other", "adopt", "bus-name")])
        self.assertEqual(plan[1]["needs"], [{"unit": "one", "on_loss": "notify"}])
        self.assertEqual(plan[2]["command"], "org.example.Other")
        boot = json.loads(self.ctl("boot", "--json").stdout)
        self.assertLessEqual(boot["fasciad_us"], boot["units"]["one"]["exec_us"])
        self.assertLessEqual(boot["units"]["one"]["ready_us"], boot["units"]["two"]["exec_us"])
        self.assertEqual(boot["units"]["other"], {"exec_us": None, "ready_us": None})
        self.assertEqual(boot["stages"][0]["reached_us"], boot["units"]["one"]["ready_us"])
        with open("/proc/uptime", encoding="ascii") as file:
            self.assertLessEqual(boot["units"]["two"]["ready_us"], float(file.read().split()[0]) * 1e6 + 1e5)

    def test_changes_are_told_at_most_ten_times_per_second(self):
        monitor = self.spawn("dbus-monitor", "--profile", "--address", self.address,
                             "type='signal',interface='org.freedesktop.DBus.Properties',member='PropertiesChanged'")
        last = self.status()["generation"]
        began = time.monotonic()
        for _ in range(40):
            self.ctl("restart", "--wait", "two")
        self.assertGreater(self.status()["generation"], last + 80)
        self.ctl("stop", "--wait", "two")
        # The monitor's own times are those of its reading, which may bunch what was told one after the other.
        took = time.monotonic() - began
        told = 0
        deadline = time.monotonic() + LIMIT
        monitor.terminate()
        for line in monitor.stdout:
            self.assertLess(time.monotonic(), deadline)
            fields = line.split("\t")
            if fields[0] == "sig" and "PropertiesChanged" in line:
                told += 1
        self.assertGreater(told, 1)
        self.assertLessEqual(told, took * 10 + 2)


class Orders(Case):
    def test_wrong_ones_are_answered_by_errors_with_a_name(self):
        error, text = self.call("Restart", "string:three")
        self.assertEqual(error, "org.fascia.Error.UnknownUnit")
        self.assertIn("it has one, two, other", text)
        self.assertEqual(self.call("Stop", "string:other")[0], "org.fascia.Error.Adopted")
        self.assertIn("three", self.ctl("start", "three", status=3).stderr)

    def test_fasciactl_follows_them(self):
        pid = self.status()["units"]["one"]["pid"]
        self.ctl("restart", "--wait", "one")
        self.assertNotEqual(self.status()["units"]["one"]["pid"], pid)
        self.ctl("stop", "--wait", "two")
        self.assertEqual(self.status()["units"]["two"]["state"], "IDLE")
        self.ctl("start", "--wait", "two")
        self.assertEqual(self.status()["functions"]["two"]["state"], "FULL")
        self.ctl("stop", "--wait")
        self.assertEqual(self.status()["phase"], "STANDBY")
        self.ctl("start", "--wait=5", status=3)  # the adopted one is not there, so not every function becomes FULL
        self.assertEqual(self.status()["functions"]["two"]["state"], "FULL")

    def test_a_reload_restarts_what_changed_and_refuses_what_is_wrong(self):
        before = self.status()["units"]
        self.write_config(script="sleep 2000")
        self.assertIn("one", self.ctl("reload").stdout)
        self.until("another one", lambda: self.status()["units"]["one"]["pid"] not in (0, before["one"]["pid"]))
        self.assertEqual(self.status()["units"]["two"]["pid"], before["two"]["pid"])
        self.write_config(script="sleep 2000", more="colour: red\n")
        error, text = self.call("Reload")
        self.assertEqual(error, "org.fascia.Error.InvalidConfig")
        self.assertRegex(text, r'fascia\.yaml:[0-9]+:1: .*"colour"')


class Sleep(Case):
    script, stop_timeout_ms = STUBBORN, 15000

    def tearDown(self):
        """Spares every test the time that fasciad gives to the stubborn one."""
        if self.fasciad.poll() is None:
            self.fasciad.terminate()
            self.until("it ends", lambda: self.status().get("phase") != "RUNNING")
            self.kill()

    def kill(self):
        pid = self.status().get("units", {}).get("one", {}).get("pid", 0)
        if pid > 0:
            os.kill(pid, signal.SIGKILL)

    def suspend(self):
        call = self.calling("Suspend")
        self.until("it goes down", lambda: self.status()["units"]["one"]["state"] == "STOPPING")
        self.assertIsNone(call.poll())
        return call

    def test_suspend_is_answered_when_everything_is_down(self):
        call = self.suspend()
        self.kill()
        self.assertEqual(self.answer(call)[0], "")
        self.assertEqual(self.call("Suspend")[0], "")  # it still is: at once
        self.assertEqual(self.call("Resume")[0], "")
        self.until("it is back", lambda: self.status()["functions"]["one"]["state"] == "FULL")

    def test_resume_answers_a_suspend_that_it_overtakes(self):
        call = self.suspend()
        self.assertEqual(self.call("Resume")[0], "")
        self.assertEqual(self.answer(call)[0], "org.fascia.Error.Awake")

    def test_the_end_answers_a_suspend_too(self):
        call = self.suspend()
        self.fasciad.terminate()
        self.until("it ends", lambda: self.status()["phase"] == "STOPPING")
        self.assertEqual(self.call("Suspend")[0], "org.fascia.Error.Ending")
        self.assertEqual(self.call("Start", "string:")[0], "org.fascia.Error.Ending")
        self.kill()
        self.assertIn(self.answer(call)[0], ("", "org.fascia.Error.Ending"))
        self.assertEqual(self.fasciad.wait(LIMIT), 0)

    def test_more_than_a_few_that_wait_are_refused(self):
        calls = [self.suspend()] + [self.calling("Suspend") for _ in range(20)]
        # FASCIAD_SLEEPERS_MAX of them are kept.
        self.until("the others are refused", lambda: sum(c.poll() is not None for c in calls) == 21 - 8)
        refused = [c for c in calls if c.poll() is not None]
        self.assertEqual({self.answer(c)[0] for c in refused}, {"org.fascia.Error.Busy"})
        self.kill()
        self.assertEqual({self.answer(c)[0] for c in calls if c not in refused}, {""})


def members(text):
    """Properties, methods and signals of the interface with their types."""
    interface = next(i for i in ElementTree.fromstring(text).iter("interface")
                     if i.get("name") == "org.fascia.Supervisor1")
    found = set()
    for member in interface:
        if member.tag == "property":
            found.add((member.tag, member.get("name"), member.get("type"), member.get("access")))
        elif member.tag in ("method", "signal"):
            found.add((member.tag, member.get("name"),
                       tuple((a.get("name"), a.get("type"), a.get("direction", "out" if member.tag == "signal" else "in"))
                             for a in member.iter("arg"))))
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fasciad", required=True)
    parser.add_argument("--fasciactl", required=True)
    parser.add_argument("--dbus-daemon", required=True)
    rest = parser.parse_known_args(namespace=OPTIONS)[1]
    missing = [p for p in ("dbus-send", "dbus-monitor") if shutil.which(p) is None]
    if missing:
        print(f"skipped: needs {missing[0]}")
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
