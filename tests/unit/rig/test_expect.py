# SPDX-License-Identifier: Apache-2.0
import unittest

import support  # noqa: F401 (finds the modules)
from rig.diagnosis import Outcome, check_outcome, describe_exit
from rig.expect import Wild, check, check_path, parse_path

DOCUMENT = {"state": "FULL", "peers": [{"mac": "02:00", "nss": 2}, {"mac": "04:00", "nss": 1}], "none": [],
            "functions": {"link": {"state": "FULL"}, "sound": {"state": "DEGRADED"}}, "a.b": True, "null": None}


class Paths(unittest.TestCase):
    def test_keys_numbers_wildcards_and_quoted_keys_are_read(self):
        self.assertEqual(["a", "b-c", 0, -1, Wild("*"), "x.y", "z"], parse_path('a.b-c[0][-1][*]["x.y"].z'))

    def test_nonsense_is_refused(self):
        for text in ("", "a..b", ".a", "a[", "a[x]", "a]", "a[*].b[all]"):
            with self.subTest(text), self.assertRaises(ValueError):
                parse_path(text)


class Matching(unittest.TestCase):
    def assert_match(self, path, wanted):
        self.assertEqual([], check_path(DOCUMENT, path, wanted))

    def assert_problem(self, path, wanted, *words):
        problems = check_path(DOCUMENT, path, wanted)
        self.assertEqual(1, len(problems), problems)
        for word in words:
            self.assertIn(word, problems[0])

    def test_a_plain_value_must_be_equal(self):
        self.assert_match("state", "FULL")
        self.assert_match("peers[-1].nss", 1)
        self.assert_match('["a.b"]', True)
        self.assert_match("null", None)
        self.assert_problem("state", "SAFE", "state: wanted 'SAFE', got 'FULL'")

    def test_a_flag_is_no_number(self):
        self.assert_problem('["a.b"]', 1, "wanted 1, got True")
        self.assert_problem("peers[1].nss", True)
        self.assert_problem('["a.b"]', {"min": 0})

    def test_what_is_missing_matches_nothing_but_its_absence(self):
        self.assert_problem("nowhere.deep", "x", "nowhere.deep: wanted 'x', but it is missing")
        self.assert_problem("peers[7].mac", {"not": "x"}, "missing")
        self.assert_problem("nowhere", {"present": True}, "missing")
        self.assert_match("nowhere", {"present": False})
        self.assert_match("null", {"present": True})
        self.assert_problem("state", {"present": False}, "wanted present False, got 'FULL'")

    def test_each_operator_does_what_it_says(self):
        self.assert_match("peers[0].nss", {"min": 2, "max": 2, "not": 3, "one_of": [1, 2], "equals": 2})
        self.assert_match("state", {"matches": "^F", "contains": "UL", "length": 4})
        self.assert_match("peers", {"length": {"min": 1, "max": 2}})
        self.assert_match("functions", {"contains": "link"})
        self.assert_problem("peers[0].nss", {"min": 3}, "wanted min 3, got 2")
        self.assert_problem("peers[0].nss", {"max": 1}, "wanted max 1, got 2")
        self.assert_problem("state", {"matches": "x"}, "wanted matches 'x'")
        self.assert_problem("state", {"not": {"one_of": ["FULL", "SAFE"]}}, "wanted not one_of ['FULL', 'SAFE']")
        self.assert_problem("none", {"length": {"min": 1}}, "wanted length min 1, got []")
        self.assert_problem("state", {"min": 1}, "got 'FULL'")

    def test_a_mapping_that_is_no_matcher_can_be_wanted_by_equals(self):
        self.assert_match("functions.link", {"equals": {"state": "FULL"}})

    def test_any_is_content_with_one_element(self):
        self.assert_match("peers[*].mac", "04:00")
        self.assert_match("functions[*].state", "DEGRADED")
        self.assert_problem("peers[*].nss", 3, "in one of 2 elements", "got 2, 1")
        self.assert_problem("none[*].x", 3, "got no element at all")

    def test_all_wants_every_element_and_at_least_one(self):
        self.assert_match("peers[all].nss", {"min": 1})
        self.assert_problem("functions[all].state", "FULL", "in each of 2 elements", "got 'DEGRADED'")
        self.assert_problem("none[all]", 3, "got no element at all")

    def test_a_problem_shows_no_endless_value(self):
        self.assertLess(len(check("x", "y" * 10_000)[0]), 400)


class Outcomes(unittest.TestCase):
    def test_a_command_must_succeed_unless_told_otherwise(self):
        self.assertEqual([], check_outcome({}, Outcome("x", 0)))
        self.assertEqual(["exit: wanted 0, got 3"], check_outcome({}, Outcome("x", 3)))
        self.assertEqual([], check_outcome({"exit": {"not": 0}}, Outcome("x", 3)))

    def test_output_is_compared_without_its_last_line_end(self):
        self.assertEqual([], check_outcome({"stdout": "a\nb", "stderr": ""}, Outcome("x", 0, "a\nb\n")))

    def test_json_that_is_none_is_a_problem_of_its_own(self):
        self.assertIn("stdout is not JSON", check_outcome({"json": {"a": 1}}, Outcome("x", 0, "Segmentation fault"))[0])

    def test_a_timeout_is_the_only_problem_told(self):
        self.assertEqual(["it had not ended after 5.0 s"],
                         check_outcome({"stdout": "x"}, Outcome("x", 143, seconds=5, timed_out=True)))

    def test_a_signal_is_named(self):
        self.assertEqual("exit 139 (SIGSEGV)", describe_exit(139))
        self.assertEqual("exit 1", describe_exit(1))


if __name__ == "__main__":
    unittest.main()
