# SPDX-License-Identifier: Apache-2.0
import json
import unittest

from support import SOURCE, FolderTest
from rig import scenario, schema
from rig.model import Scenario, expand

GOOD = """\
name: good
about: Everything once.
limit_s: 30
rig: {radios: 2, nan: false, dbus: true, users: true, capture: true, root: true, fresh: true, tools: [iw]}
vars:
  config: ${FASCIA_SOURCE}/config/x.yaml
  copy: ${config}.copy
steps:
  - name: it starts
    start: it
    command: it --config ${copy}
  - name: it answers
    until: ask
    within_s: 4
    every_s: 0.1
    expect: {exit: 0, json: {"a.b[0]": {min: 1, max: 3}, "c[*].d": FULL, "e[all]": {not: {one_of: [1, 2]}}}}
  - name: a command
    run: echo $${HOME} $HOME
    save: x/y.json
    expect: {stdout: {matches: "^/"}, stderr: "", exit: {one_of: [0, 1]}}
  - name: again and again
    repeat: 3
    steps:
      - kill: it
        signal: SIGUSR1
      - for_each: {who: [a, b]}
        steps: [{run: "echo ${who} ${iteration}"}]
  - name: the capture
    capture: link.pcap
    expect: {count: [{filter: tcp, min: 1}, {filter: udp, equals: 0}]}
  - name: it stops
    stop: it
    signal: INT
    expect: {exit: 0}
    always: true
  - name: it is gone
    absent: it
"""


class ValidScenario(FolderTest):
    def test_every_verb_and_key_is_understood(self):
        loaded = scenario.load(self.write("good.yaml", GOOD))
        self.assertEqual(["start", "until", "run", "repeat", "capture", "stop", "absent"],
                         [step.verb for step in loaded.steps])
        self.assertEqual("USR1", loaded.steps[3].steps[0].args["signal"])
        self.assertEqual(9, loaded.steps[0].line)
        self.assertTrue(loaded.steps[5].always)

    def test_it_survives_the_trip_to_the_guest(self):
        loaded = scenario.load(self.write("good.yaml", GOOD))
        self.assertEqual(loaded, Scenario.from_data(json.loads(json.dumps(loaded.to_data()))))

    def test_those_of_the_tree_are_valid(self):
        files = sorted((SOURCE / "tests/system/scenarios").rglob("*.yaml"))
        self.assertTrue(files)
        for file in files:
            with self.subTest(file.name):
                scenario.load(str(file))

    def test_a_variable_is_expanded_and_the_shells_is_left_to_it(self):
        self.assertEqual("1 ${b} $c", expand("${a} $${b} $c", {"a": 1}))


class InvalidScenario(FolderTest):
    def problems(self, text: str) -> list:
        path = self.write("bad.yaml", text)
        with self.assertRaises(schema.Invalid) as caught:
            scenario.load(path)
        return [problem.replace(path, "bad.yaml") for problem in caught.exception.problems]

    def assert_problem(self, expected: str, head: str = "about: x\n", step: str = ""):
        text = f"name: bad\n{head}steps:\n  - name: first\n    {step or 'run: x'}\n"
        found = self.problems(text)
        self.assertEqual(1, len(found), found)
        self.assertTrue(found[0].startswith("bad.yaml:" + expected), found[0])

    def test_an_unknown_key_is_an_error_with_file_line_column_key_and_a_hint(self):
        self.assert_problem("2:1: limits_s: unknown key in the scenario; did you mean 'limit_s'?", head="limits_s: 3\n")
        self.assert_problem("2:7: radio: unknown key in rig; did you mean 'radios'?", head="rig: {radio: 3}\n")
        self.assert_problem("6:5: within: unknown key in step; did you mean 'within_s'?",
                            step="until: x\n    within: 3")
        self.assert_problem("6:14: exits: unknown key in expect; did you mean 'exit'?",
                            step="run: x\n    expect: {exits: 3}")
        self.assert_problem("6:21: mn: unknown key in exit; did you mean 'min'?",
                            step="run: x\n    expect: {exit: {mn: 3}}")

    def test_a_value_of_the_wrong_kind_or_out_of_range_is_an_error(self):
        self.assert_problem("2:10: limit_s: wanted a number from 1 to 7200, found 'soon'", head="limit_s: soon\n")
        self.assert_problem("2:15: radios: wanted a whole number from 0 to 16, found '99'", head="rig: {radios: 99}\n")
        self.assert_problem("2:13: dbus: wanted true or false, found 'maybe'", head="rig: {dbus: maybe}\n")
        self.assert_problem("6:13: signal: unknown signal 'NOPE'", step="kill: x\n    signal: NOPE")
        self.assert_problem("5:10: run: wanted a text, found a list", step="run: [a]")

    def test_a_key_that_appears_twice_is_an_error(self):
        self.assert_problem("6:5: name: appears twice", step="run: x\n    name: y")

    def test_what_is_missing_is_an_error(self):
        self.assertEqual(["bad.yaml:1:1: steps: missing in the scenario"], self.problems("name: bad\n"))
        self.assert_problem("4:5: command: missing in step", step="start: x")
        self.assertEqual(["bad.yaml:3:5: name: missing in step"], self.problems("name: bad\nsteps:\n  - run: x\n"))

    def test_a_step_has_exactly_one_verb(self):
        self.assert_problem("4:5: step: wanted exactly one of start, until", step="expect: {exit: 0}")
        self.assert_problem("4:5: step: wanted exactly one of start, until", step="run: x\n    kill: y")
        self.assert_problem("4:5: step: wanted exactly one of start, until", step="strat: x")

    def test_an_unknown_variable_is_an_error_where_it_stands(self):
        self.assert_problem("5:10: run: unknown variable 'nope'; known are", step="run: echo ${nope}")
        self.assert_problem("6:24: a: unknown variable 'cofnig'; did you mean 'config'?", head="vars: {config: x}\n",
                            step='run: x\n    expect: {json: {a: "${cofnig}"}}')

    def test_a_variable_of_for_each_is_unknown_outside_of_it(self):
        text = ("name: bad\nsteps:\n  - name: a\n    for_each: {v: [1]}\n    steps: [{run: '${v}'}]\n"
                "  - name: b\n    run: ${v}\n")
        self.assertEqual(1, len(self.problems(text)))

    def test_what_was_never_started_cannot_be_stopped(self):
        self.assert_problem("5:11: stop: nothing is started as 'it'", step="stop: it")

    def test_a_capture_must_be_asked_for(self):
        self.assert_problem("5:14: capture: link.pcap needs 'capture: true' under rig",
                            step="capture: link.pcap\n    expect: {count: {filter: x, min: 1}}")

    def test_files_stay_below_out(self):
        for name in ("/etc/passwd", "../x", "a/../../x"):
            self.assert_problem("6:11: save: must stay below $OUT", step=f"run: x\n    save: {name}")

    def test_a_bad_pattern_or_path_is_an_error(self):
        self.assert_problem("6:32: matches: not a regular expression",
                            step='run: x\n    expect: {stdout: {matches: "("}}')
        self.assert_problem("6:21: a..b: cannot read the path", step='run: x\n    expect: {json: {"a..b": 1}}')

    def test_all_problems_of_a_file_are_told_in_its_order(self):
        found = self.problems("name: a b\nlimit_s: 0\nsteps:\n  - run: x\n  - hello\n")
        self.assertEqual(["1:7", "2:10", "4:5", "5:5"], [":".join(line.split(":")[1:3]) for line in found])

    def test_broken_yaml_is_an_error_with_its_place(self):
        self.assertTrue(self.problems("name: [\n")[0].startswith("bad.yaml:2:1: yaml: "))
        self.assertEqual(["bad.yaml:1:1: file: empty"], self.problems(""))
        self.assertTrue(self.problems("name: \x00")[0].startswith("bad.yaml:1:1: yaml: "))
        self.assertTrue(self.problems("#" * 300_000)[0].startswith("bad.yaml:1:1: file: larger than 256 KiB"))

    def test_a_file_that_cannot_be_read_is_an_error(self):
        with self.assertRaisesRegex(schema.Invalid, "nowhere.yaml: No such file"):
            scenario.load(str(self.folder / "nowhere.yaml"))


if __name__ == "__main__":
    unittest.main()
