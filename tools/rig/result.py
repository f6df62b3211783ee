# SPDX-License-Identifier: Apache-2.0
"""Results: what happened to each step, as TAP (while it happens, and in a file), JUnit XML and JSON."""
import json
import re
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from . import capture
from .common import EXIT_FAILED, EXIT_PASSED, EXIT_RIG, EXIT_SKIPPED
from .model import BROKEN, FAILED, PASSED, SKIPPED, Scenario, StepResult

# Characters XML 1.0 cannot hold, not even escaped (section 2.2).
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass
class ScenarioResult:
    scenario: Scenario
    out: Path
    verdict: str = BROKEN
    reason: str = "not run"
    seconds: float = 0
    steps: list = field(default_factory=list)

    def summary(self) -> dict:
        return {"name": self.scenario.name, "file": self.scenario.file, "verdict": self.verdict, "reason": self.reason,
                "out": str(self.out), "seconds": round(self.seconds, 1), "steps": [asdict(step) for step in self.steps]}


class Recorder:
    """Takes what the engine reports, from wherever it runs; writes TAP at once and the files at the end."""

    def __init__(self, results: list, tap=None, progress=None):
        self.results, self.tap, self.progress_stream = results, tap, progress
        self.count = 0
        self.ended = set()
        self.boot_s = []
        total = sum(len(result.scenario.steps) for result in results)
        self._print(f"TAP version 13\n1..{total}")

    # --- called while scenarios run -------------------------------------------------------------------------------

    def progress(self, text: str):
        if self.progress_stream:
            print(f"# {text}", file=self.progress_stream, flush=True)

    def begin(self, index: int):
        """The machine is ready for the scenario's first step."""
        self.results[index].reason = "did not end"

    def step(self, index: int, step: StepResult):
        result = self.results[index]
        result.steps.append(step)
        self.count += 1
        prefix = f"{result.scenario.name}: " if len(self.results) > 1 else ""
        self._print(tap_line(self.count, step, prefix))

    @staticmethod
    def count_frames(path: Path, filters: list) -> list:
        return capture.count_frames(path, filters)

    def end(self, index: int, verdict: str, reason: str = "", seconds: float = 0):
        """Steps that were not reported are accounted for with the scenario's own verdict."""
        result = self.results[index]
        result.verdict, result.reason, result.seconds = verdict, reason, seconds
        self.ended.add(index)
        for step in result.scenario.steps[len(result.steps):]:
            blamed = verdict == BROKEN and not any(done.verdict == BROKEN for done in result.steps)
            lines = reason.splitlines() if blamed else reason.splitlines()[:1]
            self.step(index, StepResult(step.name, BROKEN if blamed else SKIPPED, 0, lines))

    # --- called at the end ----------------------------------------------------------------------------------------

    def write_files(self, folder: Path):
        for result in self.results:
            result.out.mkdir(parents=True, exist_ok=True)
            (result.out / "result.tap").write_text(tap_text([result]))
            (result.out / "junit.xml").write_bytes(junit_xml([result]))
        if len(self.results) > 1:
            (folder / "result.tap").write_text(tap_text(self.results))
            (folder / "junit.xml").write_bytes(junit_xml(self.results))

    def exit_status(self) -> int:
        verdicts = {result.verdict for result in self.results}
        if BROKEN in verdicts:
            return EXIT_RIG
        if FAILED in verdicts:
            return EXIT_FAILED
        return EXIT_SKIPPED if verdicts == {SKIPPED} else EXIT_PASSED

    def summary(self) -> dict:
        worst = {EXIT_PASSED: PASSED, EXIT_FAILED: FAILED, EXIT_SKIPPED: SKIPPED, EXIT_RIG: BROKEN}
        return {"verdict": worst[self.exit_status()], "boot_s": self.boot_s,
                "scenarios": [result.summary() for result in self.results]}

    def summary_text(self) -> str:
        return json.dumps(self.summary(), indent=2)

    def _print(self, text: str):
        if self.tap:
            print(text, file=self.tap, flush=True)


# --- TAP ----------------------------------------------------------------------------------------------------------

def tap_line(number: int, step: StepResult, prefix: str = "") -> str:
    # '#' would start a directive.
    description = (prefix + step.name).replace("#", "\\#")
    if step.verdict == SKIPPED:
        return f"ok {number} - {description} # SKIP {' '.join(step.lines)[:200]}".rstrip()
    if step.verdict == PASSED:
        return f"ok {number} - {description}"
    return "\n".join([f"not ok {number} - {description}", *("#   " + line for line in step.lines)])


def tap_text(results: list) -> str:
    several = len(results) > 1
    steps = [(step, f"{result.scenario.name}: " if several else "") for result in results for step in result.steps]
    lines = ["TAP version 13", f"1..{len(steps)}"]
    lines += [tap_line(number, step, prefix) for number, (step, prefix) in enumerate(steps, 1)]
    return "\n".join(lines) + "\n"


# --- JUnit --------------------------------------------------------------------------------------------------------

def junit_xml(results: list) -> bytes:
    root = ElementTree.Element("testsuites")
    for result in results:
        verdicts = [step.verdict for step in result.steps]
        suite = ElementTree.SubElement(root, "testsuite", {
            "name": result.scenario.name, "tests": str(len(verdicts)), "failures": str(verdicts.count(FAILED)),
            "errors": str(verdicts.count(BROKEN)), "skipped": str(verdicts.count(SKIPPED)),
            "time": f"{result.seconds:.3f}", "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())})
        for step in result.steps:
            _junit_case(suite, result.scenario.name, step)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _junit_case(suite, scenario: str, step: StepResult):
    case = ElementTree.SubElement(suite, "testcase", {"classname": _xml_text(scenario), "name": _xml_text(step.name),
                                                      "time": f"{step.seconds:.3f}"})
    if step.verdict == PASSED:
        return
    tag = {FAILED: "failure", BROKEN: "error", SKIPPED: "skipped"}[step.verdict]
    detail = ElementTree.SubElement(case, tag, {"message": _xml_text(step.lines[0] if step.lines else step.verdict)})
    if step.verdict != SKIPPED:
        detail.text = _xml_text("\n".join(step.lines))


def _xml_text(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
