#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What fasciad does beyond restarting: reactions, ladders, escalation, orders, ignition, reload, boot, black box."""

import json
import os
import shutil
import signal
import subprocess
import time
import unittest

from stand import ROOT, UNITS, Case, exists, main, until

def pids(stand, *units):
    return {unit: stand.pid(unit) for unit in units}


class Reaction(Case):
    def pair(self, on_loss):
        s = self.stand()
        s.only_added()
        s.add_unit("fascia-base")
        s.add_unit("fascia-user", needs=f"[{{unit: fascia-base, on_loss: {on_loss}}}]")
        return s.start_all()

    def test_restart_takes_the_dependent_down_and_up_again_with_what_it_needs(self):
        s = self.pair("restart")
        before = pids(s, "fascia-base", "fascia-user")
        os.kill(before["fascia-base"], signal.SIGKILL)
        s.wait("dependency-lost", "fascia-user needs fascia-base: restart")
        s.wait("unit-stopped", "fascia-user")
        s.wait("unit-ready", "fascia-base")
        s.wait("unit-ready", "fascia-user")
        self.assertNotEqual(s.pid("fascia-user"), before["fascia-user"])

    def test_notify_leaves_the_dependent_alone(self):
        s = self.pair("notify")
        before = pids(s, "fascia-user")
        os.kill(s.pid("fascia-base"), signal.SIGKILL)
        s.wait("dependency-lost", "fascia-user needs fascia-base: notify")
        s.wait("unit-ready", "fascia-base")
        s.wait("dependency-back", "fascia-user has fascia-base again")
        self.assertEqual(pids(s, "fascia-user"), before)
        self.assertTrue(exists(before["fascia-user"]))

    def test_hold_keeps_a_dead_dependent_down_until_what_it_needs_is_back(self):
        s = self.pair("hold")
        s.behave("fascia-base", "never-ready")
        os.kill(s.pid("fascia-base"), signal.SIGKILL)
        s.wait("dependency-lost", "hold")
        os.kill(s.pid("fascia-user"), signal.SIGKILL)
        s.wait("unit-held", "fascia-user")
        s.wait("function-changed", r"user \w+ -> FAILED \(on-hold\)")
        s.behave("fascia-base", "")
        s.kill_newest("fascia-base")
        s.wait("unit-ready", "fascia-base")
        s.wait("unit-ready", "fascia-user")

    def test_degrade_shows_in_the_function_of_the_dependent(self):
        s = self.pair("degrade")
        s.behave("fascia-base", "never-ready")
        os.kill(s.pid("fascia-base"), signal.SIGKILL)
        s.wait("function-changed", r"user FULL -> DEGRADED \(dependency\)")
        s.behave("fascia-base", "")
        s.kill_newest("fascia-base")
        s.wait("function-changed", "user DEGRADED -> FULL")

    def test_a_restart_of_the_sound_never_touches_the_link(self):
        s = self.stand().start_all()
        before = pids(s, "fascia-addr", "hostapd", "fascia-link", "pipewire")
        for _ in range(5):
            os.kill(s.pid("fascia-audio"), signal.SIGKILL)
            s.wait("unit-died", "fascia-audio")
            s.wait("unit-ready", "fascia-audio")
        self.assertEqual(pids(s, *before), before)
        for pid in before.values():
            self.assertTrue(exists(pid))
        self.assertNotIn("link FULL ->", s.log())


class Watching(Case):
    def test_who_gives_a_sign_of_life_before_it_is_ready_is_watched_from_then_on(self):
        s = self.stand(watchdog_ms=200)
        s.behave("fascia-audio", "early-silence")
        s.start()
        s.wait("unit-timeout", r"fascia-audio was silent for 200 ms \(watchdog\)")
        s.behave("fascia-audio", "")
        s.wait("unit-ready", "fascia-audio")

    def test_a_daemon_that_does_not_answer_its_control_socket_any_more_is_restarted(self):
        s = self.stand(watchdog_ms=300, stop_timeout_ms=150).start_all()
        os.kill(s.pid("hostapd"), signal.SIGSTOP)
        s.wait("unit-timeout", "hostapd was silent")
        s.wait("unit-ready", "hostapd")

    def test_an_adopted_daemon_is_seen_coming_going_and_being_replaced(self):
        s = self.stand()
        s.link = f"{{country: DE, hostapd: {{manage: adopt, control: {s.dir}/global}}}}"
        s.start()
        s.wait("unit-lost", "hostapd")
        s.wait("fasciad-ready", r"link FAILED \(hostapd-down\)")
        first = self.hostapd(s)
        s.wait("unit-ready", "hostapd answers")
        s.wait("function-changed", r"link \w+ -> FULL")
        first.kill()
        first.wait()
        os.unlink(s.dir + "/global")
        s.wait("unit-lost", "hostapd")
        self.hostapd(s)
        s.wait("unit-ready", "hostapd answers")
        self.assertEqual(s.stop(), 0)

    def hostapd(self, stand):
        """systemd's, so to say: nobody here starts it but the test."""
        process = subprocess.Popen([stand.libexec + "/hostapd", "-g", stand.dir + "/global"],
                                   env={"DOUBLE_DIR": stand.doubles})
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process


class Ladder(Case):
    STEPS = ("[{function: x, steps: [{step: wait, shows: held, until: usable, budget_ms: 0},"
             " {step: again, action: restart, shows: computed, until: usable, budget_ms: 300, attempts: 2, hmi: x.again},"
             " {step: over, shows: safe, until: usable, hmi: x.over}]}]")

    def test_a_function_that_does_not_work_goes_down_its_ladder_and_back_up(self):
        s = self.stand(ladders=self.STEPS, start_timeout_ms=60000)
        s.only_added()
        s.add_unit("fascia-x")
        s.start_all()
        s.behave("fascia-x", "never-ready")
        os.kill(s.pid("fascia-x"), signal.SIGKILL)
        s.wait("ladder-step", "x again, attempt 1 of 2, hmi x.again")
        s.wait("ladder-step", "x again, attempt 2 of 2")
        s.wait("ladder-step", "x over")
        s.wait("function-changed", r"x \w+ -> SAFE")
        s.behave("fascia-x", "")
        s.kill_newest("fascia-x")
        s.wait("ladder-step", "x wait")
        s.wait("function-changed", "x SAFE -> FULL")

    def test_a_short_flap_is_not_shown(self):
        steps = self.STEPS.replace("budget_ms: 0", "budget_ms: 60000")
        s = self.stand(ladders=steps)
        s.only_added()
        s.add_unit("fascia-x")
        s.start_all()
        os.kill(s.pid("fascia-x"), signal.SIGKILL)
        s.wait("unit-died", "fascia-x")
        s.wait("unit-ready", "fascia-x")
        self.assertEqual(s.stop(), 0)
        self.assertEqual([e for e in s.events("function-changed") if e.startswith("x FULL -> ")],
                         ["x FULL -> OFF"])


class Escalation(Case):
    def crash(self, s, unit, times):
        for _ in range(times):
            os.kill(s.pid(unit), signal.SIGKILL)
            s.wait("unit-died", unit)
            s.wait("unit-ready", unit)

    def test_a_unit_that_crashes_again_and_again_takes_its_group_with_it(self):
        s = self.stand(escalation="{group: 3, radio_reset: 0, degrade: 0, safe: 0}").start_all()
        link, audio = s.pid("fascia-link"), s.pid("fascia-audio")
        self.crash(s, "hostapd", 2)
        self.assertEqual(s.pid("fascia-link"), link)
        os.kill(s.pid("hostapd"), signal.SIGKILL)
        s.wait("escalated", r"hostapd ended 3 times: group \(function link\)")
        s.wait("unit-ready", "fascia-link")
        self.assertEqual(s.pid("fascia-audio"), audio)

    def test_it_degrades_and_then_goes_safe_until_an_operator_starts_it(self):
        s = self.stand(escalation="{group: 0, radio_reset: 0, degrade: 2, safe: 4}")
        s.only_added()
        s.add_unit("fascia-x")
        s.start_bus()
        s.start_all()
        self.crash(s, "fascia-x", 2)
        s.rewind()
        s.wait("function-changed", r"x \w+ -> DEGRADED \(crash-loop\)")
        self.crash(s, "fascia-x", 1)
        os.kill(s.pid("fascia-x"), signal.SIGKILL)
        s.wait("escalated", "fascia-x ended 4 times: safe")
        s.wait("function-changed", r"x \w+ -> SAFE \(crash-loop\)")
        until("nothing of it runs", lambda: not s.processes())
        self.assertEqual(s.ctl("start", "fascia-x")[0], 0)
        s.wait("function-changed", r"x \w+ -> FULL")


class Orders(Case):
    def setUp(self):
        self.s = self.stand()
        self.s.start_bus()

    def test_one_unit_is_stopped_started_and_restarted(self):
        s = self.s.start_all()
        until("fasciad is on the bus", lambda: s.status())
        others = pids(s, "fascia-addr", "hostapd", "fascia-link", "pipewire")
        self.assertEqual(s.ctl("stop", "fascia-audio"), (0, ""))
        s.wait("command", "stop fascia-audio")
        s.wait("unit-stopped", "fascia-audio")
        until("the sound is off", lambda: s.function("audio").get("state") == "OFF")
        self.assertEqual(s.function("audio")["reason"], "stopped")
        self.assertEqual(s.ctl("start", "fascia-audio")[0], 0)
        s.wait("unit-ready", "fascia-audio")
        self.assertEqual(s.ctl("restart", "fascia-audio")[0], 0)
        s.wait("unit-stopped", "fascia-audio")
        s.wait("unit-ready", "fascia-audio")
        self.assertEqual(pids(s, *others), others)

    def test_an_unknown_unit_is_refused_with_the_names_that_there_are(self):
        s = self.s.start_all()
        until("fasciad is on the bus", lambda: s.status())
        code, text = s.ctl("restart", "fascia-adio")
        self.assertNotEqual(code, 0)
        self.assertIn("fascia-audio", text)

    def test_the_ignition_goes_off_and_on(self):
        s = self.s.start_all()
        until("fasciad is on the bus", lambda: s.status())
        self.assertEqual(s.ctl("stop")[0], 0)
        s.wait("ignition-off")
        s.wait("standby")
        self.assertEqual(s.processes(), [])
        self.assertIsNone(s.process.poll())
        self.assertEqual(s.ctl("start")[0], 0)
        s.wait("ignition-on", "from STANDBY")
        for function in ("link", "address", "audio"):
            until(f"{function} is full", lambda f=function: s.function(f).get("state") == "FULL")

    def test_the_ignition_returns_while_everything_goes_down(self):
        for unit in ("fascia-link", "fascia-audio"):
            self.s.behave(unit, "ignore-term")
        self.s.supervisor["stop_timeout_ms"] = 3000
        s = self.s.start_all()
        until("fasciad is on the bus", lambda: s.status())
        kept = pids(s, "fascia-addr", "hostapd", "pipewire")
        self.assertEqual(s.ctl("stop")[0], 0)
        until("it goes down", lambda: s.unit("fascia-link").get("state") == "STOPPING")
        self.assertEqual(s.ctl("start")[0], 0)
        s.wait("ignition-on", "from GOING_STANDBY")
        s.wait("unit-ready", "fascia-(link|audio)")
        s.wait("unit-ready", "fascia-(link|audio)")
        self.assertEqual(pids(s, *kept), kept)  # what the stop had not come to yet ran on
        self.assertNotIn("[standby]", s.log())

    def test_the_whole_stop_has_one_budget(self):
        for unit in UNITS:
            self.s.behave(unit, "ignore-term")
        self.s.supervisor.update(stop_timeout_ms=60000, stop_budget_ms=400)
        s = self.s.start_all()
        self.assertEqual(s.stop(), 0)
        self.assertEqual(len(s.events("unit-timeout")), 5)
        self.assertEqual(s.processes(), [])


class Reload(Case):
    def test_only_what_changed_is_restarted(self):
        s = self.stand().start_all()
        before = pids(s, *UNITS)
        s.audio = "{sink_name: other, store: none, pipewire: {manage: spawn, config: /dev/null}}"
        s.write_config()
        s.process.send_signal(signal.SIGHUP)
        s.wait("unit-stopped", "fascia-audio")
        s.wait("reloaded", "5 units: 4 ran on, 1 were changed")
        s.wait("unit-ready", "fascia-audio")
        after = pids(s, *UNITS)
        self.assertEqual({u for u in UNITS if before[u] != after[u]}, {"fascia-audio"})

    def test_units_come_and_go(self):
        s = self.stand()
        s.add_unit("fascia-x")
        s.start_all()
        before = pids(s, *UNITS)
        s.units.clear()
        s.add_unit("fascia-y")
        s.write_config()
        s.process.send_signal(signal.SIGHUP)
        s.wait("unit-stopped", "fascia-x")
        s.wait("unit-ready", "fascia-y")
        self.assertEqual(pids(s, *UNITS), before)
        self.assertEqual(s.stop(), 0)
        self.assert_sanitizer_silent(s)

    def test_a_wrong_configuration_changes_nothing(self):
        s = self.stand()
        s.start_bus()
        s.start_all()
        until("fasciad is on the bus", lambda: s.status())
        before = pids(s, *UNITS)
        s.link = "{country: DE, channel: 999}"
        s.write_config()
        code, text = s.ctl("reload")
        self.assertNotEqual(code, 0)
        self.assertRegex(text, r"fascia\.yaml:\d+:\d+: link\.channel: 999 is out of range")
        s.wait("reload-refused", "link.channel")
        s.link = "{country: DE}"
        s.bus = "system"
        s.write_config()
        s.process.send_signal(signal.SIGHUP)
        s.wait("reload-refused", "bus cannot change while fasciad runs")
        self.assertEqual(pids(s, *UNITS), before)

    @unittest.skipUnless(ROOT, "changes users: needs root")
    def test_a_refused_account_leaves_every_unit_the_one_that_it_has(self):
        s = self.stand()
        s.users = {"link": "nobody", "audio": "daemon"}
        s.start_all()
        s.users = {"link": "nobody", "audio": "no-such-account"}
        s.write_config()
        s.process.send_signal(signal.SIGHUP)
        s.wait("reload-refused", "there is no such account")
        for unit, uid in (("fascia-link", "65534"), ("pipewire", "1"), ("fascia-audio", "1")):
            s.kill_newest(unit)
            s.wait("unit-ready", unit)
            self.assertEqual(s.started(unit)["Uid"].split(), [uid] * 4)

    def test_a_reload_notices_other_fold_down_weights_in_the_file_that_the_configuration_names(self):
        s = self.stand()
        weights = s.dir + "/car.yaml"
        s.audio = f"{{store: none, spatial: {{coefficients: {weights}}}, pipewire: {{manage: spawn, config: /dev/null}}}}"

        def reload(text):
            with open(weights, "w") as f:
                f.write("name: car\nbase: bs775\n" + text)
            s.process.send_signal(signal.SIGHUP)

        with open(weights, "w") as f:
            f.write("name: car\nbase: bs775\n")
        s.start_all()
        reload("# a remark\n")
        s.wait("reloaded", "5 ran on, 0 were changed")
        reload("centre: 0.8\n")
        s.wait("reloaded", "4 ran on, 1 were changed")
        s.wait("unit-ready", "fascia-audio")
        reload("centre: 7\n")
        s.wait("reload-refused", "car.yaml:3:9: centre: 7 is out of range")
        self.assertEqual(s.stop(), 0)
        self.assert_sanitizer_silent(s)
        check = s.launch("--check")
        self.assertEqual(check.wait(timeout=20), 2)
        self.assertIn("car.yaml:3:9: centre: 7 is out of range", s.log().splitlines()[-1])
        s.start_all()  # the sound's own affair; everything else is not to stay down because of it
        self.assertEqual(s.stop(), 0)

    def test_fifty_reloads_leak_nothing(self):
        s = self.stand().start_all()
        fds = f"/proc/{s.process.pid}/fd"
        before = None
        for i in range(50):
            s.audio = f"{{sink_name: sink{i}, store: none, pipewire: {{manage: spawn, config: /dev/null}}}}"
            s.write_config()
            s.process.send_signal(signal.SIGHUP)
            s.wait("reloaded")
            s.wait("unit-ready", "fascia-audio")
            before = before or len(os.listdir(fds))
        until("its descriptors are as many as before", lambda: len(os.listdir(fds)) <= before)
        self.assertEqual(s.stop(), 0)
        self.assert_sanitizer_silent(s)


class Boot(Case):
    STAGES = "[{stage: early, wait_for: audio, within_ms: 1}, {stage: late, wait_for: hostapd, within_ms: 3600000}]"

    def stand(self, **supervisor):
        """In a time namespace in which the kernel has just started: later nobody would count."""
        s = super().stand(**supervisor)
        s.prefix = ["unshare", "--time", "--boottime", str(-int(time.clock_gettime(time.CLOCK_BOOTTIME)))]
        if subprocess.run([*s.prefix, "true"], stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("time namespaces: needs root and CONFIG_TIME_NS")
        return s

    def test_a_missed_budget_is_an_event_and_never_a_kill(self):
        s = self.stand(boot=self.STAGES)
        s.start_bus()
        s.behave("fascia-audio", "never-ready")
        s.start()
        s.wait("boot-missed", "early")
        s.wait("function-changed", r"audio \w+ -> DEGRADED \(boot-late\)")
        until("fasciad is on the bus", lambda: s.status())
        until("it is still waited for", lambda: s.unit("fascia-audio").get("state") == "STARTING")
        code, text = s.ctl("boot", "--json")
        self.assertEqual(code, 0, text)
        stages = {stage["stage"]: stage for stage in json.loads(text)["stages"]}
        self.assertEqual(stages["early"]["verdict"], "missed")
        self.assertEqual(stages["late"]["verdict"], "met")

    def test_a_second_fasciad_of_the_same_boot_is_not_judged(self):
        s = self.stand(boot=self.STAGES).start_all()
        s.rewind()
        s.wait("boot-missed", "early")
        self.assertEqual(s.stop(), 0)
        end = len(s.log())
        s.seen = end
        s.start_all()
        s.seen = end
        s.wait("boot-stage", "early .*untimed")
        self.assertNotIn("[boot-missed]", s.log()[end:])


class BlackBox(Case):
    def test_events_survive_the_death_of_fasciad(self):
        s = self.stand(black_box="{path: " + "/tmp/fascia-box-" + str(os.getpid()) + "/box, size_kb: 64, boots: 2}")
        folder = f"/tmp/fascia-box-{os.getpid()}"
        self.addCleanup(shutil.rmtree, folder, True)
        s.start_all()
        os.kill(s.pid("hostapd"), signal.SIGKILL)
        s.wait("unit-died", "hostapd")
        s.wait("unit-ready", "hostapd")
        until("it is written", lambda: "unit-died" in s.ctl("events", "--boot", "0", "--file", folder + "/box")[1])
        s.process.kill()
        s.process.wait()
        code, text = s.ctl("events", "--boot", "0", "--json", "--file", folder + "/box")
        self.assertEqual(code, 0, text)
        died = [e for e in json.loads(text) if e["event"] == "unit-died"]
        self.assertEqual(len(died), 1)
        self.assertIn("hostapd ended by signal 9", died[0]["detail"])
        self.assertRegex(died[0]["message_id"], "^[0-9a-f]{32}$")

    def test_a_box_that_cannot_be_written_stops_nothing(self):
        s = self.stand(black_box="{path: /proc/fascia/box}").start_all()
        s.rewind()
        s.wait("black-box-broken")
        self.assertEqual(s.stop(), 0)


if __name__ == "__main__":
    main()
