# SPDX-License-Identifier: Apache-2.0
"""The two places a scenario can run: in QEMU guests, as few as possible, or on this machine."""
import compileall
import json
import os
import shutil
import sys
import time
from pathlib import Path

from . import guest, hot, kernel, port, process
from .common import SOURCE_DIR, SYSTEM_PATH, RigError
from .model import BROKEN, CAPTURE_FILE, SKIPPED
from .provide import LocalMachine
from .result import Recorder, ScenarioResult
from .run import run_scenario

BOOT_ALLOWANCE_S = guest.BOOT_LIMIT_S
SCENARIO_ALLOWANCE_S = 60         # preparing and cleaning up, emulated
OWN_FILES = ("result.tap", "junit.xml", CAPTURE_FILE, "steps.log", "console*.log", "guest*.log")
PASSED_ON = ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "G_MESSAGES_DEBUG", "PIPEWIRE_DEBUG",
             "FASCIA_HOSTAPD", "FASCIA_WPA_SUPPLICANT")


def run(scenarios: list, options) -> int:
    out = Path(options.out).absolute()
    several = len(scenarios) > 1
    results = [ScenarioResult(scenario, out / scenario.name if several else out) for scenario in scenarios]
    for folder in {out, *(result.out for result in results)}:
        folder.mkdir(parents=True, exist_ok=True)
        for stale in [file for pattern in OWN_FILES for file in folder.glob(pattern)]:
            stale.unlink()
    recorder = Recorder(results, tap=None if options.json else sys.stdout, progress=sys.stderr)
    environment = step_environment(options)
    guest.stop_on_signal()
    _skip_without_programs(recorder, environment)
    try:
        if options.backend == "local":
            _run_local(results, recorder, environment, options)
        else:
            _Qemu(out, results, recorder, environment, options).run()
    except KeyboardInterrupt:
        _account_for(recorder, "interrupted")
    except RigError as error:
        _account_for(recorder, str(error))
    recorder.write_files(out)
    if options.json:
        print(recorder.summary_text())
    return recorder.exit_status()


def _skip_without_programs(recorder: Recorder, environment: dict):
    """Scenarios with a program that is named in the environment, and is not."""
    for index, result in enumerate(recorder.results):
        for name in result.scenario.rig.get("programs", ()):
            if not os.access(environment.get(name, ""), os.X_OK):
                found = f"names {environment[name]}, which is no program" if environment.get(name) else "is not set"
                recorder.end(index, SKIPPED, f"it wants a program that {name} names, and that {found}")
                break


def _account_for(recorder: Recorder, reason: str):
    """Scenarios that did not end did so for this reason."""
    print("fascia-rig: " + reason, file=sys.stderr)
    for index in range(len(recorder.results)):
        if index not in recorder.ended:
            recorder.end(index, BROKEN, reason)


def step_environment(options) -> dict:
    build = Path(options.build or os.environ.get("FASCIA_BUILD") or SOURCE_DIR / "build/dev").absolute()
    environment = {"PATH": f"{build}/bin:{SOURCE_DIR}/tools:{SYSTEM_PATH}", "LANG": "C.UTF-8", "TERM": "dumb",
                   # Of the host's homes an ordinary user's guest cannot even see root's.
                   "HOME": os.environ.get("HOME", "/") if options.backend == "local" else "/tmp",
                   "FASCIA_SOURCE": str(SOURCE_DIR), "FASCIA_BUILD": str(build), "FASCIA_RIG": "1"}
    environment.update((name, os.environ[name]) for name in PASSED_ON if name in os.environ)
    return environment


def _run_local(results: list, recorder: Recorder, environment: dict, options):
    process.become_subreaper()
    limit = time.monotonic() + options.limit if options.limit else None
    for index, result in enumerate(results):
        if index in recorder.ended:
            continue
        if limit and time.monotonic() > limit:
            raise RigError(f"the time limit of {options.limit:g} s has passed")
        if limit:
            result.scenario.limit_s = min(result.scenario.limit_s, max(1.0, limit - time.monotonic()))
        run_scenario(index, result.scenario, result.out, environment, LocalMachine(), recorder,
                     options.verbose, options.keep)


class _Qemu:
    def __init__(self, out: Path, results: list, recorder: Recorder, environment: dict, options):
        self.out, self.results, self.recorder = out, results, recorder
        self.environment, self.options = environment, options
        limits = [result.scenario.limit_s + SCENARIO_ALLOWANCE_S for result in results]
        self.limit_s = options.limit or sum(limits) + BOOT_ALLOWANCE_S * len(results)
        self.end = time.monotonic() + self.limit_s
        self.boots = 0

    def run(self):
        pending = [index for index in range(len(self.results)) if index not in self.recorder.ended]
        if not pending:
            return
        self.kernel = kernel.find()
        if self.kernel is None:
            raise RigError("there is no guest kernel in the cache: run 'fascia-rig fetch'")
        if not self.kernel.is_new_enough:
            print(f"# kernel {self.kernel.release} is older than {'.'.join(map(str, kernel.WANTED_RELEASE))}: "
                  "no Wi-Fi Aware, no Bluetooth", file=sys.stderr)
        while pending:
            group = _boot_group(pending, [result.scenario for result in self.results])
            pending = pending[len(group):]
            try:
                self._boot(group)
            except guest.GuestDied as error:
                pending = self._after_death(group, error) + pending

    def _after_death(self, group: list, error: guest.GuestDied) -> list:
        """The scenario that was running takes the blame; those behind it get another guest."""
        left = [index for index in group if index not in self.recorder.ended]
        if isinstance(error, guest.NeverStarted) or not left:
            raise error
        print(f"fascia-rig: {error}", file=sys.stderr)
        self.recorder.end(left[0], BROKEN, str(error))
        return left[1:]

    def _boot(self, group: list):
        job = self._job(group)
        started = time.monotonic()
        boot_s = []

        def handle(running, message):
            if message["event"] == "begin":
                boot_s.append(round(time.monotonic() - started, 1))
            if message["event"] == "done" and message["error"]:
                raise RigError(message["error"])
            return port.deliver(message, self.recorder, running.reply)
        try:
            guest.run(self.kernel, job, max(1.0, self.end - time.monotonic()), handle)
        finally:
            self.recorder.boot_s += boot_s[:1]
            if not self.options.keep:
                shutil.rmtree(job.work, ignore_errors=True)

    def _job(self, group: list) -> guest.Job:
        work = self.out / ".rig"
        work.mkdir(parents=True, exist_ok=True)
        data = {"environment": self.environment, "verbose": self.options.verbose, "keep": self.options.keep,
                "scenarios": [{"index": index, "scenario": self.results[index].scenario.to_data(),
                               "out": str(self.results[index].out)} for index in group]}
        (work / "job.json").write_text(json.dumps(data))
        # Compiling the engine under emulation would take longer than booting.
        compileall.compile_dir(Path(__file__).parent, quiet=2)
        needed = [SOURCE_DIR, *(path for path in (Path(self.environment["FASCIA_BUILD"]),) if path.is_dir())]
        needed += [Path(self.results[index].scenario.file).parent for index in group]
        command = [hot.PYTHON, "-S", "-s", "-E", str(SOURCE_DIR / "tools/fascia-rig"),
                   "in-guest", str(work / "job.json")]
        self.boots += 1
        return guest.Job(self.out, needed, command, hot.files(SOURCE_DIR / "tools"), self.boots)


def _boot_group(pending: list, scenarios: list) -> list:
    """The scenarios that share the next boot: up to the next one that wants a fresh guest."""
    group = pending[:1]
    if scenarios[group[0]].rig.get("fresh"):
        return group
    for index in pending[1:]:
        if scenarios[index].rig.get("fresh"):
            break
        group.append(index)
    return group
