# SPDX-License-Identifier: Apache-2.0
"""The step engine: runs one scenario on the machine it is on, and reports each step."""
import os
import signal
import time
from pathlib import Path

from . import capture, process
from .common import Patience, RigError, Unavailable
from .diagnosis import Outcome, check_outcome, describe_outcome, describe_started
from .expect import check
from .model import BROKEN, CAPTURE_FILE, FAILED, PASSED, SKIPPED, Scenario, Step, StepResult, expand, expand_all

UNTIL_WITHIN_S, UNTIL_EVERY_S, ATTEMPT_S = 10, 0.5, 10
RUN_TIMEOUT_S, STOP_WITHIN_S = 30, 10
CLEAN_UP_S = 30             # for steps marked `always` once the scenario's own limit has passed


class StepFailed(Exception):
    def __init__(self, *lines: str):
        super().__init__(lines[0])
        self.lines = list(lines)


class StepSkipped(Exception):
    pass


def run_scenario(index: int, scenario: Scenario, out: Path, environment: dict, machine, reporter,
                 verbose: bool, keep: bool):
    """Prepares the machine, runs the steps, ends all that was started. Reports everything, raises nothing."""
    started = time.monotonic()
    verdict, reason = BROKEN, ""
    engine = None
    try:
        machine.prepare(scenario.rig)
        engine = Engine(index, scenario, out, environment, machine, reporter, verbose)
        reporter.begin(index)
        verdict = engine.run()
    except KeyboardInterrupt:
        reason = "interrupted"
        raise
    except Unavailable as error:
        verdict, reason = SKIPPED, str(error)
    except (RigError, OSError) as error:
        reason = str(error)
    except Exception:           # a bug of ours must not look like a failed expectation
        import traceback
        reason = traceback.format_exc()
    finally:
        try:
            if engine:
                engine.close(keep)
            machine.release()
        except (RigError, OSError) as error:
            verdict, reason = BROKEN, f"cleaning up: {error}"
        reporter.end(index, verdict, reason, time.monotonic() - started)


class Engine:
    def __init__(self, index: int, scenario: Scenario, out: Path, environment: dict, machine, reporter, verbose: bool):
        self.index, self.scenario, self.out, self.reporter, self.verbose = index, scenario, out, reporter, verbose
        self.machine = machine
        self.started = {}                                # name -> Started, in order
        self.all_pids = set()
        self.deadline = time.monotonic() + scenario.limit_s
        # Short, because paths of sockets must be.
        self.runtime = Path(f"/tmp/rig-{os.getpid()}-{index}")
        self.runtime.mkdir(mode=0o700)
        self.environment = {**environment, "OUT": str(out), "XDG_RUNTIME_DIR": str(self.runtime)}
        self.variables = {**{name: value for name, value in self.environment.items() if name.startswith("FASCIA_")},
                          "OUT": str(out), "XDG_RUNTIME_DIR": str(self.runtime), "iteration": 1}
        for name, value in scenario.vars.items():
            self.variables[name] = expand(value, self.variables)
        self.steps_log = open(out / "steps.log", "w", encoding="utf-8", errors="replace")
        self.capture = None
        if scenario.rig.get("capture"):
            self.capture = capture.Capture(out / CAPTURE_FILE)
            self.capture.start()

    def close(self, keep: bool):
        left = process.end_all(self.machine.helpers, self.all_pids)
        if left and self.verbose:
            self.reporter.progress(f"ended what the scenario had left: {', '.join(left)}")
        if self.capture:
            self.capture.stop()
        self.steps_log.close()
        import shutil
        if keep:
            shutil.copytree(self.runtime, self.out / "runtime", symlinks=True, dirs_exist_ok=True,
                            ignore=lambda folder, names: [name for name in names if not _is_copyable(folder, name)])
        shutil.rmtree(self.runtime, ignore_errors=True)

    # --- the sequence ---------------------------------------------------------------------------------------------

    def run(self) -> str:
        failed = False
        for step in self.scenario.steps:
            if failed and not step.always:
                self.reporter.step(self.index, StepResult(step.name, SKIPPED, 0, ["an earlier step failed"]))
                continue
            if failed:
                self.deadline = max(self.deadline, time.monotonic() + CLEAN_UP_S)
            result = self._run_step(step)
            failed = failed or result.verdict == FAILED
            self.reporter.step(self.index, result)
        return FAILED if failed else PASSED

    def _run_step(self, step: Step) -> StepResult:
        started = time.monotonic()
        verdict, lines = PASSED, []
        try:
            self._perform(step)
        except StepSkipped as skip:
            verdict, lines = SKIPPED, [str(skip)]
        except StepFailed as failure:
            lines = [f"{Path(self.scenario.file).name}:{step.line}: {step.verb}", *failure.lines]
            for name, background in self.started.items():
                lines += describe_started(name, background, self._log_of(name))
            verdict = FAILED
        return StepResult(step.name, verdict, round(time.monotonic() - started, 2), lines)

    def _perform(self, step: Step):
        """Raises StepFailed or StepSkipped."""
        process.reap(self.machine.helpers | self.all_pids)
        if self.verbose:
            self.reporter.progress(f"{step.verb}: {step.name}")
        getattr(self, "_do_" + step.verb)(step)

    def _wait(self, seconds: float, is_over, what: str) -> bool:
        """Calls is_over(slice_s) until it is true or the time has passed; says what is waited for when that is long."""
        patience = Patience(self.reporter.progress)
        end = time.monotonic() + seconds
        while True:
            left = min(end, self.deadline) - time.monotonic()
            if is_over(min(0.25, max(0.0, left))):
                return True
            if time.monotonic() >= self.deadline:
                raise StepFailed(f"the scenario's limit of {self.scenario.limit_s:g} s has passed, waiting for: {what}")
            if left <= 0:
                return False
            patience.tick(what)

    # --- commands -------------------------------------------------------------------------------------------------

    def _log_of(self, name: str) -> Path:
        return self.out / f"{name}.log"

    def _do_start(self, step: Step):
        name = step.args["start"]
        earlier = self.started.get(name)
        if earlier and earlier.exit_status is None:
            raise StepFailed(f"{name} is already running")
        command = expand(step.args["command"], self.variables)
        with open(self._log_of(name), "ab" if earlier else "wb") as log:
            started = process.Started(command, self.environment, self.out, log, log)
        self.started[name] = started
        self.all_pids.add(started.pid)

    def _command(self, template: str, timeout_s: float, what: str) -> Outcome:
        command = expand(template, self.variables)
        began = time.monotonic()
        with open(os.memfd_create("stdout"), "r+b") as stdout, open(os.memfd_create("stderr"), "r+b") as stderr:
            running = process.Started(command, self.environment, self.out, stdout, stderr)
            self.all_pids.add(running.pid)
            try:
                in_time = self._wait(timeout_s, running.wait, what)
            finally:
                if running.exit_status is None:
                    self._end(running)
            texts = []
            for file in (stdout, stderr):
                file.seek(0)
                texts.append(file.read(process.OUTPUT_BYTES).decode(errors="replace"))
        return Outcome(command, running.exit_status, texts[0], texts[1], time.monotonic() - began, not in_time)

    def _end(self, running: process.Started):
        running.signal_group(signal.SIGTERM)
        if not running.wait(1):
            running.signal_group(signal.SIGKILL)
            running.wait(1)

    def _conclude(self, step: Step, outcome: Outcome, extra: str = ""):
        """After the last attempt: keeps its output, and fails the step if there is a problem."""
        self.steps_log.write(f"=== {step.name}\n$ {outcome.command}\n{outcome.stdout}{outcome.stderr}"
                             f"=== exit {outcome.exit} after {outcome.seconds:.2f} s{extra}\n\n")
        self.steps_log.flush()
        if "save" in step.args:
            target = self.out / expand(step.args["save"], self.variables)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(outcome.stdout)
        problems = check_outcome(expand_all(step.expect, self.variables), outcome)
        if problems:
            raise StepFailed(*problems, *describe_outcome(outcome, extra))

    def _do_run(self, step: Step):
        self._conclude(step, self._command(step.args["run"], step.args.get("timeout_s", RUN_TIMEOUT_S), step.name))

    def _do_until(self, step: Step):
        within = step.args.get("within_s", UNTIL_WITHIN_S)
        end = time.monotonic() + within
        wanted = expand_all(step.expect, self.variables)
        attempts = 0
        patience = Patience(self.reporter.progress)
        while True:
            # The last attempt may go beyond the time a little: a command cut short says nothing.
            allowed = max(1.0, min(step.args.get("timeout_s", ATTEMPT_S), end - time.monotonic()))
            outcome = self._command(step.args["until"], allowed, step.name)
            attempts += 1
            problems = check_outcome(wanted, outcome)
            if not problems or time.monotonic() >= end:
                break
            patience.tick(f"{step.name}: {problems[0][:120]}")
            pause = min(step.args.get("every_s", UNTIL_EVERY_S), max(0.0, end - time.monotonic()))
            self._wait(pause, lambda slice_s: time.sleep(slice_s), step.name)
        self._conclude(step, outcome, f", attempt {attempts} within {within:g} s")

    # --- processes ------------------------------------------------------------------------------------------------

    def _do_stop(self, step: Step):
        name = expand(step.args["stop"], self.variables)
        started = self.started.get(name)
        if started is None:
            raise StepFailed(f"nothing has been started as '{name}'")
        within = step.args.get("within_s", STOP_WITHIN_S)
        number = getattr(signal, "SIG" + step.args.get("signal", "TERM"))
        if started.exit_status is None:
            started.signal(number)
        elif "exit" not in step.expect:
            raise StepFailed(f"{name} had already ended with {started.exit_status}")
        if not self._wait(within, started.wait, f"{name} to end after {number.name}"):
            started.signal_group(signal.SIGKILL)
            raise StepFailed(f"{name} did not end within {within:g} s of {number.name}")
        problems = check_outcome({"exit": step.expect["exit"]} if "exit" in step.expect else None,
                                 Outcome(started.command, started.exit_status))
        if problems:
            raise StepFailed(*problems)

    def _do_kill(self, step: Step):
        name = expand(step.args["kill"], self.variables)
        victims = process.named(name)
        if not victims:
            there = sorted({min(found.names, default="?") for found in process.descendants()})
            raise StepFailed(f"no process of this scenario is called {name}",
                             f"there are: {', '.join(there) or 'none'}")
        for victim in victims:
            os.kill(victim.pid, getattr(signal, "SIG" + step.args.get("signal", "KILL")))

    def _do_absent(self, step: Step):
        names = [expand(name, self.variables) for name in step.args["absent"]]

        def all_gone(slice_s):
            process.reap(self.machine.helpers | self.all_pids)
            if not any(process.named(name) for name in names):
                return True
            time.sleep(slice_s)
            return False
        if not self._wait(step.args.get("within_s", 0), all_gone, f"{', '.join(names)} to be gone"):
            left = [f"{name} (pid {found.pid})" for name in names for found in process.named(name)]
            raise StepFailed(f"still there: {', '.join(left)}")

    # --- the capture ----------------------------------------------------------------------------------------------

    def _do_capture(self, step: Step):
        path = self.out / expand(step.args["capture"], self.variables)
        if self.capture and path == self.capture.path:
            if not self.capture.flush():
                raise StepFailed("the capture did not get written within 5 s: this machine is too busy")
            if self.capture.lost:
                raise StepFailed(f"the capture lost {self.capture.lost} frames, so it proves nothing")
        if not path.exists():
            raise StepFailed(f"there is no {path}")
        wanted = expand_all(step.expect.get("count", []), self.variables)
        try:
            counts = self.reporter.count_frames(path, [entry["filter"] for entry in wanted])
        except capture.CaptureError as error:
            if error.missing:
                raise StepSkipped(str(error)) from error
            raise StepFailed(str(error)) from error
        problems = []
        for entry, count in zip(wanted, counts):
            bounds = {name: bound for name, bound in entry.items() if name != "filter"}
            problems += [f"frames that pass '{entry['filter']}': {problem}" for problem in check(bounds, count)]
        if problems:
            raise StepFailed(*problems)

    # --- blocks ---------------------------------------------------------------------------------------------------

    def _do_repeat(self, step: Step):
        total = step.args["repeat"]
        self._iterate(step, [({"iteration": number}, f"{number} of {total}") for number in range(1, total + 1)])

    def _do_for_each(self, step: Step):
        variable, values = step.args["for_each"]["variable"], step.args["for_each"]["values"]
        self._iterate(step, [({variable: expand(value, self.variables)}, f"{variable} = {value}") for value in values])

    def _iterate(self, step: Step, rounds: list):
        outer = self.variables
        try:
            for variables, label in rounds:
                self.variables = {**outer, **variables}
                for child in step.steps:
                    self._perform_in_round(child, label)
        finally:
            self.variables = outer

    def _perform_in_round(self, child: Step, label: str):
        try:
            self._perform(child)
        except StepFailed as failure:
            raise StepFailed(f"round {label}, line {child.line}: {child.name}", *failure.lines) from failure


def _is_copyable(folder: str, name: str) -> bool:
    """Sockets and pipes of a runtime folder cannot be kept."""
    path = Path(folder, name)
    return path.is_symlink() or path.is_dir() or path.is_file()
