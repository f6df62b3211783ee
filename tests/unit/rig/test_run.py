# SPDX-License-Identifier: Apache-2.0
"""The whole program, with the local back-end: what a scenario does, what is printed, and what is left."""
import json
import os
import signal
import subprocess
import time
import unittest

from support import SOURCE, FolderTest

RIG = str(SOURCE / "tools/fascia-rig")


class RigTest(FolderTest):
    def rig(self, *arguments, **environment):
        return subprocess.run([RIG, *arguments], capture_output=True, text=True, timeout=60, cwd=self.folder,
                              env={**os.environ, "FASCIA_CACHE": str(self.folder / "cache"), **environment})

    def run_steps(self, steps: str, *options, head: str = ""):
        path = self.write("s.yaml", f"name: s\n{head}steps:\n{steps}")
        return self.rig("run", "--backend", "local", "--out", str(self.folder / "out"), path, *options)

    def assert_line(self, line: str, text: str):
        self.assertIn(line, text.splitlines(), text)


class Steps(RigTest):
    def test_commands_that_do_what_is_wanted_pass(self):
        result = self.run_steps("""\
  - {name: a run, run: 'echo "{\\"a\\": [1, 2]}"; echo x >&2', save: a.json, expect: {json: {"a[*]": 2}, stderr: x}}
  - {name: an until, until: 'echo . >>tries; test $(wc -l <tries) -ge 3', every_s: 0.05}
""")
        self.assertEqual("TAP version 13\n1..2\nok 1 - a run\nok 2 - an until\n", result.stdout)
        self.assertEqual(0, result.returncode)
        self.assertEqual('{"a": [1, 2]}\n', (self.folder / "out/a.json").read_text())
        self.assertIn("ok 2 - an until", (self.folder / "out/result.tap").read_text())
        self.assertIn('tests="2"', (self.folder / "out/junit.xml").read_text())

    def test_a_failure_shows_place_command_exit_output_and_expectation_and_ends_the_scenario(self):
        result = self.run_steps("""\
  - {name: fails, run: 'echo out; echo err >&2; exit 3'}
  - {name: not run, run: touch not-run}
  - {name: run all the same, run: touch run, always: true}
""")
        self.assertEqual(1, result.returncode)
        for line in ("not ok 1 - fails", "#   s.yaml:3: run", "#   exit: wanted 0, got 3",
                     "#   $ echo out; echo err >&2; exit 3", "#     | out", "#     | err",
                     "ok 2 - not run # SKIP an earlier step failed", "ok 3 - run all the same"):
            self.assert_line(line, result.stdout)
        self.assertFalse((self.folder / "out/not-run").exists())
        self.assertTrue((self.folder / "out/run").exists())

    def test_an_until_fails_after_its_time_with_its_last_attempt(self):
        step = "  - {name: never, until: echo none, within_s: 0.5, every_s: 0.1, expect: {stdout: x}}\n"
        result = self.run_steps(step)
        self.assert_line("#   stdout: wanted 'x', got 'none'", result.stdout)
        self.assertRegex(result.stdout, r"attempt \d+ within 0.5 s")

    def test_a_command_that_hangs_is_ended(self):
        began = time.monotonic()
        result = self.run_steps("  - {name: hangs, run: 'sleep 60 & sleep 60', timeout_s: 0.3}\n")
        self.assertIn("it had not ended after 0.", result.stdout)
        self.assertLess(time.monotonic() - began, 10)

    def test_the_scenarios_limit_ends_it(self):
        steps = "  - {name: hangs, run: sleep 60}\n  - {name: after, run: 'true'}\n"
        result = self.run_steps(steps, head="limit_s: 1\n")
        self.assertIn("the scenario's limit of 1 s has passed, waiting for: hangs", result.stdout)
        self.assertEqual(1, result.returncode)

    def test_a_long_wait_says_what_for(self):
        result = self.run_steps("  - {name: patience, run: sleep 2.6}\n")
        self.assertRegex(result.stderr, r"# \.\.\. still waiting \(2 s\): patience")

    def test_a_background_process_is_stopped_and_its_exit_checked(self):
        result = self.run_steps("""\
  - name: starts
    start: it
    command: 'trap "echo bye; exit 5" TERM; echo up; while :; do sleep 0.05; done'
  - {name: is up, until: grep up it.log}
  - {name: stops, stop: it, expect: {exit: 5}}
  - {name: said so, run: grep bye it.log}
""")
        self.assertEqual(0, result.returncode, result.stdout)

    def test_stop_reaches_the_program_behind_the_shell(self):
        result = self.run_steps("""\
  - name: starts
    start: it
    command: |
      cd /; python3 -S -c 'import signal, sys, time
      signal.signal(signal.SIGTERM, lambda *_: sys.exit(7)); print("up", flush=True); time.sleep(60)'
  - {name: is up, until: grep up it.log}
  - {name: stops, stop: it, expect: {exit: 7}}
""")
        self.assertEqual(0, result.returncode, result.stdout)

    def test_a_background_process_that_died_is_shown_with_the_step_that_missed_it(self):
        result = self.run_steps("""\
  - {name: starts, start: it, command: 'echo no such config; exit 2'}
  - {name: is up, until: test -e up, within_s: 0.3}
""")
        self.assert_line("#   it has ended, exit 2; end of it.log:", result.stdout)
        self.assert_line("#     | no such config", result.stdout)

    def test_one_that_ignores_its_signal_fails_the_stop_and_is_killed(self):
        result = self.run_steps("""\
  - {name: starts, start: it, command: 'trap "" TERM; echo up; while :; do sleep 0.05; done'}
  - {name: is up, until: grep up it.log}
  - {name: stops, stop: it, within_s: 0.3}
""")
        self.assert_line("#   it did not end within 0.3 s of SIGTERM", result.stdout)

    def test_kill_and_absent_see_what_the_scenario_started_and_nothing_else(self):
        name = f"rig-test-{os.getpid()}"
        program = self.write(name, "#!/bin/sh\necho up\nwhile :; do sleep 0.05; done\n")
        os.chmod(program, 0o755)
        stranger = subprocess.Popen([program], start_new_session=True, stdout=subprocess.DEVNULL)
        try:
            result = self.run_steps(f"""\
  - {{name: it is not there, absent: {name}}}
  - {{name: starts, start: it, command: '{program}'}}
  - {{name: is up, until: grep up it.log}}
  - {{name: is killed, kill: {name}}}
  - {{name: is gone, absent: [{name}], within_s: 3}}
  - {{name: cannot be killed again, kill: {name}}}
""")
            self.assert_line("ok 5 - is gone", result.stdout)
            self.assert_line(f"#   no process of this scenario is called {name}", result.stdout)
            self.assertIsNone(stranger.poll())
        finally:
            os.killpg(stranger.pid, signal.SIGKILL)
            stranger.wait()

    def test_nothing_is_left_not_even_what_made_itself_an_orphan(self):
        result = self.run_steps("""\
  - {name: daemon, run: 'setsid sh -c "trap : TERM; echo \\$\\$ >pid; while :; do sleep 0.05; done" >/dev/null 2>&1 &'}
  - {name: it lives, until: 'kill -0 $(cat pid)'}
""")
        self.assertEqual(0, result.returncode, result.stdout)
        with self.assertRaises(ProcessLookupError):
            os.kill(int((self.folder / "out/pid").read_text()), 0)

    def test_blocks_count_their_rounds_and_name_the_one_that_failed(self):
        result = self.run_steps("""\
  - name: nested
    for_each: {who: [a, b]}
    steps:
      - repeat: 3
        steps:
          - run: 'echo ${who}${iteration} >>rounds; test ${who}${iteration} != b2'
""")
        self.assertEqual("a1 a2 a3 b1 b2".split(), (self.folder / "out/rounds").read_text().split())
        self.assertIn("round who = b, line 6: repeat 3", result.stdout)
        self.assertIn("round 2 of 3, line 8: ", result.stdout)

    def test_the_environment_is_that_of_a_rig(self):
        result = self.run_steps("""\
  - {name: a, run: 'test "$FASCIA_RIG" = 1 -a "$OUT" = "$PWD" -a "$(stat -c %a $XDG_RUNTIME_DIR)" = 700'}
  - {name: b, run: 'test ${FASCIA_BUILD} = /b; echo $PATH | grep ^/b/bin:'}
""", "--build", "/b")
        self.assertEqual(0, result.returncode, result.stdout)

    def test_the_runtime_folder_is_kept_when_asked_for(self):
        step = "  - {name: a, run: 'echo x >$XDG_RUNTIME_DIR/file; echo $XDG_RUNTIME_DIR >where'}\n"
        self.run_steps(step, "--keep")
        self.assertEqual("x\n", (self.folder / "out/runtime/file").read_text())
        self.assertFalse(os.path.exists((self.folder / "out/where").read_text().strip()))


class Results(RigTest):
    def test_json_prints_only_json(self):
        result = self.run_steps("  - {name: a, run: 'exit 1'}\n", "--json")
        summary = json.loads(result.stdout)
        self.assertEqual(("failed", "failed"), (summary["verdict"], summary["scenarios"][0]["steps"][0]["verdict"]))
        self.assertEqual(1, result.returncode)

    def test_what_this_machine_does_not_have_skips_the_scenario_with_the_reason(self):
        result = self.run_steps("  - {name: a, run: 'true'}\n", head="rig: {radios: 16}\n")
        self.assertEqual(77, result.returncode)
        self.assertRegex(result.stdout, r"ok 1 - a # SKIP it wants 16 radios, this machine has \d+")
        result = self.run_steps("  - {name: a, run: 'true'}\n", head="rig: {tools: [no-such-program]}\n")
        self.assertIn("# SKIP it wants the program no-such-program, which is not installed", result.stdout)

    def test_a_program_that_the_environment_must_name_and_does_not_skips_the_scenario(self):
        path = self.write("s.yaml", "name: s\nrig: {programs: [FASCIA_WPA_SUPPLICANT]}\nsteps:\n"
                                    "  - {name: a, run: $FASCIA_WPA_SUPPLICANT}\n")
        for named, reason in (("", "is not set"), (self.folder / "none", f"names {self.folder}/none, which is no program")):
            result = self.rig("run", "--backend", "local", "--out", str(self.folder / "out"), path,
                              FASCIA_WPA_SUPPLICANT=str(named))
            self.assertEqual(77, result.returncode, result.stdout)
            self.assert_line(f"ok 1 - a # SKIP it wants a program that FASCIA_WPA_SUPPLICANT names, and that {reason}",
                             result.stdout)
        result = self.rig("run", "--backend", "local", "--out", str(self.folder / "out"), path,
                          FASCIA_WPA_SUPPLICANT="/bin/true")
        self.assertEqual(0, result.returncode, result.stdout)

    def test_a_bad_scenario_is_refused_before_anything_runs(self):
        good = self.write("good.yaml", "name: good\nsteps: [{name: a, run: touch ran}]\n")
        bad = self.write("bad.yaml", "name: bad\nsteps: [{name: a, rum: x}]\n")
        result = self.rig("run", "--backend", "local", good, bad)
        self.assertEqual(2, result.returncode)
        self.assertIn(f"{bad}:2:9: step: wanted exactly one of", result.stderr)
        self.assertFalse((self.folder / "out").exists())

    def test_several_scenarios_have_a_folder_each_and_must_differ_in_name(self):
        files = [self.write(f"{name}.yaml", f"name: {name}\nsteps: [{{name: a, run: 'echo {name}'}}]\n")
                 for name in ("x", "y")]
        result = self.rig("run", "--backend", "local", "--out", "out", *files)
        self.assertEqual("TAP version 13\n1..2\nok 1 - x: a\nok 2 - y: a\n", result.stdout)
        for name in ("x/steps.log", "y/result.tap", "junit.xml"):
            self.assertTrue((self.folder / "out" / name).exists(), name)
        self.assertEqual(2, self.rig("run", "--backend", "local", files[0], files[0]).returncode)

    def test_check_says_what_is_good_and_what_is_not(self):
        good = self.write("good.yaml", "name: good\nsteps: [{name: a, run: x}]\n")
        result = self.rig("check", good)
        self.assertEqual((0, f"{good}: good: 1 steps, ok\n"), (result.returncode, result.stdout))
        self.assertEqual(2, self.rig("check", good, "/nowhere.yaml").returncode)

    def test_without_a_kernel_the_rig_fails_and_names_the_remedy(self):
        path = self.write("s.yaml", "name: s\nsteps: [{name: a, run: x}]\n")
        result = self.rig("run", path, "--out", "out")
        self.assertEqual(3, result.returncode)
        self.assertIn("run 'fascia-rig fetch'", result.stderr)
        self.assertIn("not ok 1 - a", result.stdout)

    def test_a_kernel_of_ones_own_must_be_whole(self):
        path = self.write("s.yaml", "name: s\nsteps: [{name: a, run: x}]\n")
        result = self.rig("run", path, FASCIA_RIG_KERNEL="/nowhere/vmlinuz", FASCIA_RIG_MODULES="/nowhere")
        self.assertEqual(3, result.returncode)
        self.assertIn("FASCIA_RIG_KERNEL: /nowhere/vmlinuz cannot be read", result.stderr)

    def test_an_interrupt_ends_what_was_started_and_still_leaves_results(self):
        path = self.write("s.yaml", "name: s\nsteps:\n  - {name: a, start: it, command: 'sleep 60'}\n"
                                    "  - {name: b, run: 'echo $$ >pid; sleep 60'}\n")
        with subprocess.Popen([RIG, "run", "--backend", "local", "--out", "out", path], cwd=self.folder, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            pid = self.folder / "out/pid"
            while not (pid.exists() and pid.read_text()):
                time.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            output, errors = process.communicate(timeout=30)
        self.assertEqual(3, process.returncode, errors)
        self.assertIn("interrupted", errors)
        self.assertIn("not ok 2 - b", output)
        with self.assertRaises(ProcessLookupError):
            os.kill(int(pid.read_text()), 0)

    def test_the_guests_own_verb_does_nothing_elsewhere(self):
        self.assertEqual(3, self.rig("in-guest", "x").returncode)


if __name__ == "__main__":
    unittest.main()
