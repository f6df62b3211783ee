#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The real fasciad with doubles of its services, for the tests of this folder. Any user; as root it changes users too.

Nothing here waits for a fixed time: what is expected is polled for, with a bound.
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

BOUND_S = 60         # nothing takes more than a few, on a machine that has nothing else to do
ANSWER_S = 20        # less than the 25 s for which a caller waits for a bus that does not answer
UNITS = ["fascia-addr", "hostapd", "fascia-link", "pipewire", "fascia-audio"]
ROOT = os.geteuid() == 0
NET = (1 << 12) | (1 << 13)  # CAP_NET_ADMIN, CAP_NET_RAW

options = argparse.Namespace()


def until(what, condition, bound=BOUND_S):
    end = time.monotonic() + bound
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.005)
    raise AssertionError(f"not within {bound} s: {what}")


def exists(pid):
    """Neither gone nor a zombie that somebody else has to reap."""
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def is_guard(pid):
    """The process that kills what is left when fasciad ends; it is none of the plan's."""
    try:
        with open(f"/proc/{pid}/comm") as f:
            return f.read().strip() == "fasciad-guard"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Stand:
    """One fasciad with its configuration, runtime folder and doubles."""

    def __init__(self, **supervisor):
        self.dir = tempfile.mkdtemp(prefix="fasciad-", dir="/tmp")
        os.chmod(self.dir, 0o755)
        self.run = self.dir + "/run"
        self.libexec = self.dir + "/libexec"
        self.doubles = self.dir + "/doubles"
        os.mkdir(self.libexec)
        os.mkdir(self.doubles)
        os.chmod(self.doubles, 0o777)
        for unit in UNITS:
            os.symlink(options.double, f"{self.libexec}/{unit}")
        self.supervisor = {
            "start_timeout_ms": 5000,
            "stop_timeout_ms": 1000,
            "watchdog_ms": 0,
            "backoff_first_ms": 20,
            "backoff_max_ms": 200,
            "backoff_reset_ms": 60000,
            "black_box": "{path: none}",
            # A double is killed often, on purpose, and is to be shown as it is at that moment.
            "escalation": "{group: 0, radio_reset: 0, degrade: 0, safe: 0}",
            "ladders": "[]",
        }
        self.supervisor.update(supervisor)
        self.users = None
        self.units = []
        self.prefix = []
        self.bus_process = None
        self.address = "{enabled: true}"
        self.audio = "{store: none, pipewire: {manage: spawn, config: /dev/null}}"
        self.link = "{country: DE}"
        self.bus = "unix:path=" + self.dir + "/no-bus"
        self.extra = ""
        self.process = None
        self.log_path = self.dir + "/log"
        self.seen = 0
        self.environment = {}

    def add_unit(self, name, **keys):
        """A unit that the configuration adds: a double of that name; "fascia-x" provides function "x"."""
        os.symlink(options.double, f"{self.libexec}/{name}")
        keys = {"name": name, "program": name, "function": name.removeprefix("fascia-"), "ready": "notify", **keys}
        self.units.append("{" + ", ".join(f"{key}: {value}" for key, value in keys.items()) + "}")

    def only_added(self):
        """None of the built-in units."""
        self.link = self.audio = self.address = "{enabled: false}"

    def behave(self, unit, words):
        with open(f"{self.doubles}/{unit}", "w") as f:
            f.write(words)

    def write_config(self):
        text = f"bus: {self.bus}\nruntime_dir: {self.run}\n"
        text += f"link: {self.link}\n"
        text += f"address: {self.address}\naudio: {self.audio}\n"
        text += "supervisor:\n"
        for key, value in self.supervisor.items():
            text += f"  {key}: {value}\n"
        if self.users:
            text += "  users: {" + ", ".join(f"{k}: {v}" for k, v in self.users.items()) + "}\n"
        if self.units:
            text += "  units: [" + ", ".join(self.units) + "]\n"
        path = self.dir + "/fascia.yaml"
        with open(path, "w") as f:
            f.write(text + self.extra)
        return path

    def launch(self, *arguments):
        environment = dict(os.environ, FASCIA_LIBEXEC=self.libexec, DOUBLE_DIR=self.doubles, **self.environment)
        environment.pop("NOTIFY_SOCKET", None)
        environment.update(self.environment)
        with open(self.log_path, "ab") as log:
            return subprocess.Popen([*self.prefix, options.fasciad, "--config", self.write_config(), *arguments], stderr=log,
                                    stdout=log, env=environment)

    def start(self):
        self.process = self.launch()
        return self

    def start_all(self):
        self.start()
        self.wait("fasciad-ready")
        return self

    def log(self):
        with open(self.log_path, errors="replace") as f:
            return f.read()

    def wait(self, event, pattern=""):
        """The next line of the log after the last one found that is this event and has the pattern."""
        expression = re.compile(rf"^fasciad: (?:\w+: )?\[{event}\] .*{pattern}.*$", re.M)

        def look():
            found = expression.search(self.log(), self.seen)
            if not found and self.process.poll() is not None and not expression.search(self.log(), self.seen):
                raise AssertionError(f"fasciad ended ({self.process.returncode}) before {event} {pattern}\n" + self.log())
            return found

        try:
            found = until(f"{event} {pattern}", look)
        except AssertionError as e:
            raise AssertionError(f"{e}\n{self.log()}") from None
        self.seen = found.end()
        return found.group(0)

    def rewind(self):
        self.seen = 0

    def started(self, unit):
        """What the newest process of that name wrote about itself."""
        try:
            with open(f"{self.doubles}/{unit}.started") as f:
                newest = "pid: " + f.read().rsplit("pid: ", 1)[1]
        except (FileNotFoundError, IndexError):
            return {}
        return dict(re.split(r"[:=]\s*", line, maxsplit=1) for line in newest.splitlines())

    def pid(self, unit):
        lines = re.findall(rf"\[unit-ready\] {unit} pid (\d+)", self.log())
        return int(lines[-1])

    def kill_newest(self, unit, number=signal.SIGKILL):
        """The process that lives now, ready or not."""
        def try_kill():
            pid = int(self.started(unit).get("pid", 0))
            try:
                return exists(pid) and os.kill(pid, number) is None
            except ProcessLookupError:
                return False

        until(f"{unit} is killed", try_kill)

    def processes(self):
        """Everything that lives and has this stand in its environment, fasciad and we ourselves excepted."""
        mark = f"DOUBLE_DIR={self.doubles}".encode()
        pids = []
        for entry in os.listdir("/proc"):
            if not entry.isdigit() or self.process and int(entry) == self.process.pid:
                continue
            try:
                with open(f"/proc/{entry}/environ", "rb") as f:
                    if mark in f.read().split(b"\0") and exists(entry) and not is_guard(entry):
                        pids.append(int(entry))
            except OSError:
                pass
        return pids

    def children(self):
        pids = []
        for task in os.listdir(f"/proc/{self.process.pid}/task"):
            with open(f"/proc/{self.process.pid}/task/{task}/children") as f:
                pids += [int(pid) for pid in f.read().split()]
        return [pid for pid in pids if not is_guard(pid)]

    def stop(self, bound=BOUND_S):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(bound)

    def start_bus(self):
        """A private bus, on which fasciad is to be found."""
        self.bus = f"unix:path={self.dir}/bus"
        self.bus_process = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--nosyslog",
                                             "--address=" + self.bus], stderr=subprocess.DEVNULL)
        until("the bus is there", lambda: os.path.exists(self.dir + "/bus"))

    def end_bus(self):
        if self.bus_process:
            self.bus_process.kill()
            self.bus_process.wait()
            self.bus_process = None

    def ctl(self, *arguments):
        """fasciactl on the private bus: (exit status, what it printed, both streams)."""
        done = subprocess.run([options.fasciactl, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=BOUND_S, env=dict(os.environ, FASCIA_BUS=self.bus, NO_COLOR="1"))
        return done.returncode, done.stdout

    def status(self):
        """One snapshot: {"phase", "functions": {name: {state, reason}}, "units": {name: {state, pid}}}."""
        done = subprocess.run(["busctl", "--address=" + self.bus, "--json=short", "call", "org.fascia.Supervisor1",
                               "/org/fascia/Supervisor1", "org.fascia.Supervisor1", "GetSnapshot"],
                              capture_output=True, text=True, timeout=BOUND_S)
        if done.returncode != 0:
            return {}
        _, phase, functions, units, _ = json.loads(done.stdout)["data"]
        return {"phase": phase, "functions": {f[0]: {"state": f[1], "reason": f[2]} for f in functions},
                "units": {u[0]: {"state": u[1], "pid": u[2]} for u in units}}

    def unit(self, name):
        return self.status().get("units", {}).get(name, {})

    def function(self, name):
        return self.status().get("functions", {}).get(name, {})

    def events(self, name):
        """Details of all events of that name so far."""
        return re.findall(rf"^fasciad: (?:\w+: )?\[{name}\] (.*)$", self.log(), re.M)

    def close(self):
        self.end_bus()
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        shutil.rmtree(self.dir, ignore_errors=True)


class Case(unittest.TestCase):
    def stand(self, **supervisor):
        stand = Stand(**supervisor)
        self.addCleanup(stand.close)
        return stand

    def assert_sanitizer_silent(self, stand):
        self.assertNotRegex(stand.log(), "Sanitizer|runtime error")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fasciad", required=True)
    parser.add_argument("--double", required=True)
    parser.add_argument("--fasciactl")
    parser.add_argument("--cycles")
    parser.add_argument("--kills", type=int, default=50)
    rest = parser.parse_known_args(namespace=options)[1]
    for name in ("fasciad", "double", "fasciactl", "cycles"):
        if getattr(options, name):
            setattr(options, name, os.path.abspath(getattr(options, name)))
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)
