# SPDX-License-Identifier: Apache-2.0
import io
import unittest
from pathlib import Path
from xml.etree import ElementTree

import support  # noqa: F401 (finds the modules)
from rig.model import BROKEN, FAILED, PASSED, SKIPPED, Scenario, Step, StepResult
from rig.result import Recorder, ScenarioResult, junit_xml, tap_line


def recorder(*scenarios, tap=None):
    return Recorder([ScenarioResult(scenario, Path("/nowhere")) for scenario in scenarios], tap)


def scenario(name="one", *steps):
    return Scenario(name, f"{name}.yaml", steps=[Step("run", step, 1) for step in steps])


class Tap(unittest.TestCase):
    def test_the_plan_comes_first_and_each_step_has_a_line(self):
        tap = io.StringIO()
        results = recorder(scenario("one", "a", "b"), tap=tap)
        results.step(0, StepResult("a", PASSED))
        results.step(0, StepResult("b", FAILED, 1, ["exit: wanted 0, got 1", "$ false"]))
        results.end(0, FAILED)
        self.assertEqual("TAP version 13\n1..2\nok 1 - a\nnot ok 2 - b\n#   exit: wanted 0, got 1\n#   $ false\n",
                         tap.getvalue())

    def test_of_several_scenarios_each_line_names_its_own(self):
        tap = io.StringIO()
        results = recorder(scenario("one", "a"), scenario("two", "b"), tap=tap)
        results.step(0, StepResult("a", PASSED))
        results.step(1, StepResult("b", PASSED))
        self.assertIn("ok 1 - one: a\nok 2 - two: b\n", tap.getvalue())

    def test_a_name_cannot_become_a_directive(self):
        self.assertEqual("ok 1 - a \\# SKIP b", tap_line(1, StepResult("a # SKIP b", PASSED)))

    def test_a_scenario_that_could_not_run_accounts_for_all_its_steps(self):
        tap = io.StringIO()
        results = recorder(scenario("one", "a", "b"), tap=tap)
        results.end(0, SKIPPED, "no radio")
        self.assertIn("ok 1 - a # SKIP no radio\nok 2 - b # SKIP no radio\n", tap.getvalue())
        self.assertEqual(77, results.exit_status())

    def test_a_scenario_that_broke_fails_where_it_broke(self):
        tap = io.StringIO()
        results = recorder(scenario("one", "a", "b", "c"), tap=tap)
        results.step(0, StepResult("a", PASSED))
        results.end(0, BROKEN, "the guest died\n  | Kernel panic")
        self.assertIn("not ok 2 - b\n#   the guest died\n#     | Kernel panic\nok 3 - c # SKIP", tap.getvalue())
        self.assertEqual(3, results.exit_status())


class ExitStatus(unittest.TestCase):
    def status(self, *verdicts):
        results = recorder(*(scenario(str(number)) for number in range(len(verdicts))))
        for number, verdict in enumerate(verdicts):
            results.end(number, verdict)
        return results.exit_status()

    def test_it_is_that_of_the_worst_scenario(self):
        self.assertEqual(0, self.status(PASSED, PASSED))
        self.assertEqual(0, self.status(PASSED, SKIPPED))
        self.assertEqual(77, self.status(SKIPPED, SKIPPED))
        self.assertEqual(1, self.status(PASSED, FAILED, SKIPPED))
        self.assertEqual(3, self.status(FAILED, BROKEN))

    def test_what_was_never_run_is_no_success(self):
        self.assertEqual(3, recorder(scenario("one", "a")).exit_status())


class JUnit(unittest.TestCase):
    def test_it_counts_and_explains(self):
        result = ScenarioResult(scenario("one"), Path("/nowhere"), FAILED, "", 2.5, [
            StepResult("a", PASSED, 0.5), StepResult("b", FAILED, 1, ["first", "second"]),
            StepResult("c", SKIPPED, 0, ["why"])])
        suite = ElementTree.fromstring(junit_xml([result])).find("testsuite")
        counts = {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped")}
        self.assertEqual({"tests": "3", "failures": "1", "errors": "0", "skipped": "1"}, counts)
        self.assertEqual("first", suite.find("testcase/failure").get("message"))
        self.assertEqual("first\nsecond", suite.find("testcase/failure").text)
        self.assertEqual("why", suite.find("testcase/skipped").get("message"))

    def test_output_that_xml_cannot_hold_does_not_break_it(self):
        result = ScenarioResult(scenario("one"), Path("/nowhere"), steps=[
            StepResult("a", FAILED, 0, ["\x00\x1b[31m<red> & \ud800 \uffff"])])
        root = ElementTree.fromstring(junit_xml([result]))
        self.assertIn("<red> &", root.find(".//failure").text)


if __name__ == "__main__":
    unittest.main()
