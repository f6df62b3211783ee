#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The life of fasciad and of what it starts: order, restart, family, readiness, refusal, bus."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import unittest

from stand import ANSWER_S, BOUND_S, NET, ROOT, UNITS, Case, exists, main, options, until


class Life(Case):
    def test_everything_becomes_ready_in_order_and_full(self):
        s = self.stand().start()
        s.wait("fasciad-started")
        s.wait("fasciad-ready")
        log = s.log()
        at = {unit: log.index(f"[unit-ready] {unit} ") for unit in UNITS}
        start_of_link = log.index("[unit-starting] fascia-link")
        self.assertLess(at["fascia-addr"], start_of_link)
        self.assertLess(at["hostapd"], start_of_link)
        self.assertLess(at["pipewire"], log.index("[unit-starting] fascia-audio"))
        for function in ("link", "address", "audio"):
            s.rewind()
            s.wait("function-changed", f"{function} STARTING -> FULL")
        self.assertEqual(s.stop(), 0)
        self.assert_sanitizer_silent(s)

    def test_its_own_supervisor_hears_ready_status_and_stopping(self):
        s = self.stand()
        path = s.dir + "/outer"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as outer:
            outer.bind(path)
            outer.settimeout(BOUND_S)
            s.environment["NOTIFY_SOCKET"] = path
            s.start()
            said = ""
            while "READY=1" not in said:
                said += outer.recv(4096).decode() + "\n"
            self.assertIn("STATUS=", said)
            s.process.terminate()
            while "STOPPING=1" not in said:
                said += outer.recv(4096).decode() + "\n"
            self.assertEqual(s.process.wait(BOUND_S), 0)
        self.assertNotIn("outer", s.started("fascia-link")["NOTIFY_SOCKET"])

    def test_sigterm_ends_everything_in_reverse_and_leaves_nothing(self):
        s = self.stand().start_all()
        self.assertEqual(len(s.processes()), 5)
        self.assertEqual(s.stop(), 0)
        log = s.log()
        order = re.findall(r"\[unit-stopped\] (\S+)", log)
        self.assertEqual(sorted(order), sorted(UNITS))
        for unit, needed in (("fascia-link", "hostapd"), ("fascia-link", "fascia-addr"), ("fascia-audio", "pipewire")):
            self.assertLess(order.index(unit), order.index(needed))
        self.assertEqual(s.processes(), [])
        self.assertFalse(os.path.exists(s.run + "/notify"))
        self.assertIn("[fasciad-stopped]", log)

    def test_who_ignores_sigterm_is_killed_within_the_bound(self):
        s = self.stand(stop_timeout_ms=150)
        for unit in UNITS:
            s.behave(unit, "ignore-term")
        s.start_all()
        self.assertEqual(s.stop(), 0)
        waited_ms = [int(ms) for ms in re.findall(r"\[unit-timeout\] \S+ did not end within (\d+) ms; killed", s.log())]
        self.assertEqual(len(waited_ms), 5)
        # What is told is measured, so a busy machine shows more; the least is still not the second that a stand has else.
        self.assertGreaterEqual(min(waited_ms), 150)
        self.assertLess(min(waited_ms), 1000)
        self.assertEqual(s.processes(), [])

    def test_a_stop_during_the_start_ends_what_runs(self):
        s = self.stand()
        s.behave("fascia-addr", "never-ready")
        s.start()
        s.wait("unit-ready", "hostapd")
        self.assertEqual(s.stop(), 0)
        self.assertEqual(s.processes(), [])

    def test_children_do_not_outlive_a_killed_fasciad_and_the_next_one_starts(self):
        s = self.stand().start_all()
        s.process.kill()
        s.process.wait()
        until("children ended", lambda: not s.processes())
        self.assertTrue(os.path.exists(s.run + "/link/global"))  # stale: it must not look like readiness
        s.seen = len(s.log())
        s.start()
        s.wait("fasciad-ready", "link FULL, address FULL, audio")
        self.assertEqual(s.stop(), 0)

    def test_a_second_instance_is_refused(self):
        s = self.stand().start_all()
        second = s.launch()
        self.assertEqual(second.wait(BOUND_S), 1)
        self.assertIn(f"another fasciad (pid {s.process.pid}) runs on {s.run}", s.log())
        self.assertEqual(len(s.processes()), 5)
        self.assertEqual(s.stop(), 0)


    def test_a_bus_that_never_answers_does_not_hold_up_the_stop(self):
        s = self.stand()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as deaf:
            deaf.bind(s.dir + "/no-bus")
            deaf.listen()
            s.start_all()
            connection, _ = deaf.accept()
            with connection:
                self.assertEqual(s.stop(ANSWER_S), 0)


class Restart(Case):
    def test_each_killed_process_comes_back_with_growing_delays(self):
        s = self.stand().start_all()
        for unit in UNITS:
            for delay in (20, 40):
                before = s.pid(unit)
                os.kill(before, signal.SIGKILL)
                s.wait("unit-died", rf"{unit} ended by signal 9 \(Killed\); restart in {delay} ms")
                s.wait("unit-ready", unit)
                self.assertNotEqual(s.pid(unit), before)
        until("all functions FULL", lambda: all(
            re.findall(rf"\[function-changed\] {f} \S+ -> (\S+)", s.log())[-1].startswith("FULL")
            for f in ("link", "address", "audio")))
        self.assertEqual(s.stop(), 0)
        self.assert_sanitizer_silent(s)

    def test_a_restart_touches_nobody_else(self):
        s = self.stand().start_all()
        others = {unit: s.pid(unit) for unit in UNITS if unit != "hostapd"}
        os.kill(s.pid("hostapd"), signal.SIGSEGV)
        s.wait("unit-died", "hostapd")
        s.wait("unit-ready", "hostapd")
        for unit, pid in others.items():
            self.assertTrue(exists(pid), unit)
            self.assertEqual(s.pid(unit), pid)

    def test_a_missing_hostapd_fails_the_link_and_leaves_the_rest(self):
        s = self.stand()
        s.link = "{country: DE, hostapd: {program: /nonexistent/hostapd}}"
        s.start()
        s.wait("unit-failed", "hostapd .*cannot be executed: No such file or directory")
        s.wait("fasciad-ready", r"link FAILED \(hostapd-missing\), address FULL, audio ")
        s.rewind()
        s.wait("function-changed", "audio STARTING -> FULL")
        self.assertEqual(s.stop(), 0)

    def test_who_ends_at_once_is_given_up_for_now_and_the_rest_goes_on(self):
        s = self.stand()
        s.behave("hostapd", "exit")
        s.start()
        s.wait("fasciad-ready", r"link FAILED \(hostapd-down\), address FULL")
        s.behave("hostapd", "")
        s.wait("function-changed", r"link \w+ -> FULL")

    def test_who_is_never_ready_gets_a_reason(self):
        s = self.stand(start_timeout_ms=1000)  # which the others keep on a busy machine too
        s.behave("fascia-audio", "never-ready")
        s.start()
        s.wait("unit-timeout", "fascia-audio was not ready within 1000 ms")
        s.wait("function-changed", r"audio STARTING -> FAILED \(not-ready\)")
        s.wait("unit-died", "fascia-audio was not ready within 1000 ms, ended with status 0")
        s.wait("fasciad-ready", r"link FULL, address FULL, audio FAILED \(not-ready\)")
        s.behave("fascia-audio", "")
        s.wait("function-changed", r"audio \w+ -> FULL")

    def test_a_silent_service_is_aborted_and_comes_back(self):
        s = self.stand(watchdog_ms=1000)  # within which the others speak on a busy machine too
        s.behave("fascia-link", "silent")
        s.start_all()
        s.behave("fascia-link", "")
        s.wait("unit-timeout", r"fascia-link was silent for 1000 ms \(watchdog\)")
        s.wait("unit-died", r"fascia-link was silent .* ended by signal 6 \(Aborted\)")
        s.wait("unit-ready", "fascia-link")
        self.assertNotIn("fascia-addr was silent", s.log())

    def test_a_stopped_process_is_killed_and_comes_back(self):
        s = self.stand(watchdog_ms=200, stop_timeout_ms=150).start_all()
        os.kill(s.pid("fascia-audio"), signal.SIGSTOP)
        s.wait("unit-timeout", "fascia-audio was silent")
        s.wait("unit-died", r"ended by signal 9 \(Killed\)")
        s.wait("unit-ready", "fascia-audio")

    def test_a_service_that_withdraws_but_stays_is_ended(self):
        s = self.stand(stop_timeout_ms=150)
        s.behave("fascia-audio", "withdraw")
        s.start()
        s.wait("unit-ready", "fascia-audio")
        s.behave("fascia-audio", "")
        s.wait("unit-died", "fascia-audio stopped on its own account")
        s.wait("unit-ready", "fascia-audio")

    def test_many_kills_leak_no_descriptor_and_leave_no_zombie(self):
        s = self.stand(backoff_first_ms=0, backoff_max_ms=1).start_all()
        until("bus was tried", lambda: "cannot be reached" in s.log())
        fds = f"/proc/{s.process.pid}/fd"
        before = 0
        for i in range(options.kills):
            if i == len(UNITS):  # what fasciad opens in its first moments is open by now
                before = len(os.listdir(fds))
            unit = UNITS[i % len(UNITS)]
            os.kill(s.pid(unit), signal.SIGKILL)
            s.wait("unit-died", unit)
            s.wait("unit-ready", unit)
        # One may be open for a moment (another attempt to reach the bus); one that leaked stays.
        until("its descriptors are as many as before", lambda: len(os.listdir(fds)) <= before)
        self.assertEqual(len(s.children()), 5)
        self.assertEqual(sorted(s.children()), sorted(s.processes()))
        self.assertEqual(s.stop(), 0)
        self.assertEqual(s.processes(), [])
        self.assert_sanitizer_silent(s)


class Family(Case):
    def test_children_of_a_killed_service_go_with_it(self):
        s = self.stand()
        if ROOT:
            s.users = {"link": "nobody"}  # to find what escaped, fasciad looks into another user's process
        s.behave("fascia-link", "group-child daemon-child")
        s.start_all()
        until("both are there", lambda: len(s.processes()) == 7)
        s.behave("fascia-link", "")
        os.kill(s.pid("fascia-link"), signal.SIGKILL)
        s.wait("unit-ready", "fascia-link")
        until("both are gone", lambda: len(s.processes()) == 5)
        until("orphans are reaped", lambda: len(s.children()) == 5)

    def test_an_orderly_stop_leaves_no_escaped_process(self):
        s = self.stand()
        for unit in UNITS:
            s.behave(unit, "group-child daemon-child")
        s.start_all()
        until("all are there", lambda: len(s.processes()) == 15)
        self.assertEqual(s.stop(), 0)
        self.assertEqual(s.processes(), [])

    def test_a_process_gets_only_what_it_should(self):
        s = self.stand(watchdog_ms=5000).start_all()
        link = s.started("fascia-link")
        self.assertEqual(link["fds"], "2")
        self.assertEqual(link["cwd"], "/")
        self.assertEqual(link["session"], link["pid"])
        self.assertEqual(link["NoNewPrivs"], "1")
        self.assertEqual(int(link["SigBlk"], 16), 0)
        self.assertEqual(link["NOTIFY_SOCKET"], s.run + "/notify")
        self.assertEqual(link["WATCHDOG_USEC"], "5000000")
        self.assertEqual(link["FASCIA_UNIT"], "fascia-link")
        self.assertEqual(link["FASCIA_LIBEXEC"], "-")
        hostapd = s.started("hostapd")
        self.assertEqual(hostapd["NOTIFY_SOCKET"], "-")
        self.assertEqual(hostapd["WATCHDOG_USEC"], "-")
        self.assertEqual(s.started("pipewire")["XDG_RUNTIME_DIR"], s.run + "/audio")
        self.assertEqual(s.started("fascia-audio")["XDG_RUNTIME_DIR"], s.run + "/audio")
        self.assertEqual(os.stat(s.run).st_mode & 0o777, 0o755)
        self.assertEqual(os.stat(s.run + "/link").st_mode & 0o777, 0o700)
        self.assertEqual(os.stat(s.run + "/audio").st_mode & 0o777, 0o700)

    @unittest.skipUnless(ROOT, "changes users: needs root")
    def test_each_unit_runs_as_its_user_with_its_capabilities_only(self):
        s = self.stand()
        s.users = {"link": "nobody", "address": "nobody", "audio": "daemon"}
        s.start_all()
        for unit, user, capabilities in (("fascia-addr", 65534, NET), ("hostapd", 65534, NET),
                                         ("fascia-link", 65534, 0), ("pipewire", 1, 0), ("fascia-audio", 1, 0)):
            seen = s.started(unit)
            self.assertEqual(seen["Uid"].split(), [str(user)] * 4, unit)
            for which in ("CapEff", "CapPrm", "CapInh", "CapAmb", "CapBnd"):
                self.assertEqual(int(seen[which], 16), capabilities, f"{unit} {which}")
            self.assertNotIn("0", seen["Groups"].split(), unit)
        self.assertEqual(os.stat(s.run + "/link").st_uid, 65534)
        self.assertEqual(os.stat(s.run + "/audio").st_uid, 1)
        s.process.kill()  # a change of user clears the parent death signal: it must have been set after it
        s.process.wait()
        until("children ended", lambda: not s.processes())


class Notify(Case):
    def send(self, stand, text):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.sendto(text, stand.run + "/notify")

    def test_a_foreign_process_is_not_believed(self):
        s = self.stand()
        s.behave("fascia-audio", "never-ready")
        s.start()
        s.wait("unit-starting", "fascia-audio")
        self.send(s, b"READY=1\nX_FASCIA_FACT=audio FULL none")
        s.wait("notify-refused", f"from pid {os.getpid()}: not a process of the plan")
        self.assertNotIn("[unit-ready] fascia-audio", s.log())
        self.assertNotIn("audio STARTING -> FULL", s.log())

    def test_a_child_of_the_service_may_speak_for_it(self):
        s = self.stand()
        s.behave("fascia-audio", "talk-child")
        s.start_all()
        self.assertIn("[unit-ready] fascia-audio", s.log())

    def test_malformed_and_foreign_facts_are_refused(self):
        s = self.stand()
        s.behave("fascia-link", "malformed foreign-fact")
        s.start_all()
        s.rewind()
        s.wait("notify-refused", "malformed")
        self.assertNotIn("SAFE", s.log())

    def test_a_flood_stops_nothing(self):
        s = self.stand().start_all()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            began = time.monotonic()
            end = began + 1.5
            killed = False
            while time.monotonic() < end or "[unit-ready] fascia-link" not in s.log()[s.seen:]:
                try:
                    sender.sendto(b"STATUS=" + b"x" * 2000, s.run + "/notify")
                except BlockingIOError:
                    pass
                if not killed:
                    s.seen = len(s.log())
                    os.kill(s.pid("fascia-link"), signal.SIGKILL)
                    killed = True
                self.assertLess(time.monotonic(), end + BOUND_S)
        self.assertLessEqual(s.log().count("notify-refused"), time.monotonic() - began + 2)  # one a second is told
        self.assertEqual(s.stop(), 0)

    def test_descriptors_that_come_along_are_closed(self):
        s = self.stand().start_all()
        until("bus was tried", lambda: "cannot be reached" in s.log())
        fds = f"/proc/{s.process.pid}/fd"
        before = len(os.listdir(fds))
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender, open("/dev/null") as null:
            sender.connect(s.run + "/notify")
            for _ in range(50):
                socket.send_fds(sender, [b"BARRIER=1"], [null.fileno()] * 100)
        os.kill(s.pid("fascia-link"), signal.SIGKILL)  # a round trip: what was sent has been read
        s.wait("unit-ready", "fascia-link")
        until("they are closed", lambda: len(os.listdir(fds)) <= before)


class Refusal(Case):
    def refused(self, stand, status, message):
        process = stand.launch()
        self.assertEqual(process.wait(BOUND_S), status, stand.log())
        self.assertRegex(stand.log(), message)
        self.assertEqual([n for n in os.listdir(stand.doubles) if n.endswith(".started")], [])

    def test_a_configuration_error_starts_nothing(self):
        s = self.stand()
        s.extra = "speling: 1\n"
        self.refused(s, 2, r'fascia\.yaml:\d+:\d+: unknown key "speling"')
        self.assertFalse(os.path.exists(s.run))

    def test_check_says_whether_the_configuration_is_valid_and_starts_nothing(self):
        s = self.stand()
        self.assertEqual(s.launch("--check").wait(BOUND_S), 0)
        s.extra = "link: 1\n"
        self.assertEqual(s.launch("--check").wait(BOUND_S), 2)
        self.assertFalse(os.path.exists(s.run))

    def test_plan_shows_the_order_and_starts_nothing(self):
        s = self.stand()
        self.assertEqual(s.launch("--plan").wait(BOUND_S), 0)
        rows = [line.split()[:2] for line in s.log().splitlines()[1:]]
        self.assertEqual(rows, [[str(i + 1), unit] for i, unit in enumerate(UNITS)])
        self.assertFalse(os.path.exists(s.run))

    def test_a_missing_file_and_wrong_usage(self):
        self.assertEqual(subprocess.run([options.fasciad, "--config", "/nonexistent"], capture_output=True).returncode, 2)
        self.assertEqual(subprocess.run([options.fasciad], capture_output=True).returncode, 2)
        self.assertEqual(subprocess.run([options.fasciad, "--help"], capture_output=True).returncode, 0)
        self.assertEqual(subprocess.run([options.fasciad, "--version"], capture_output=True).returncode, 0)

    @unittest.skipUnless(ROOT, "looks up accounts: needs root")
    def test_an_unknown_account_is_named_with_the_remedy(self):
        s = self.stand()
        s.users = {"link": "no-such-account"}
        self.refused(s, 2, "account `no-such-account` .*sysusers")

    def test_a_runtime_folder_that_others_can_write_is_refused(self):
        s = self.stand()
        os.mkdir(s.run)
        os.chmod(s.run, 0o777)
        self.refused(s, 1, "is not a folder that only this user can write")
        os.rmdir(s.run)
        os.symlink("/tmp", s.run)
        self.refused(s, 1, "is not a folder that only this user can write")


@unittest.skipUnless(shutil.which("dbus-daemon") and shutil.which("busctl"), "needs dbus-daemon and busctl")
class Bus(Case):
    def setUp(self):
        self.s = self.stand()
        self.address = "unix:path=" + self.s.dir + "/bus"
        self.s.bus = self.address
        self.daemon = None
        self.addCleanup(self.end_bus)

    def start_bus(self):
        self.daemon = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--nopidfile",
                                        "--address=" + self.address], stderr=subprocess.DEVNULL)

    def end_bus(self):
        if self.daemon:
            self.daemon.kill()
            self.daemon.wait()
            self.daemon = None

    def busctl(self, *arguments):
        return subprocess.run(["busctl", "--address=" + self.address, *arguments], capture_output=True, text=True,
                              timeout=BOUND_S).stdout

    def get(self, name):
        return self.busctl("get-property", "org.fascia.Supervisor1", "/org/fascia/Supervisor1",
                           "org.fascia.Supervisor1", name)

    def test_the_snapshot_is_on_the_bus_also_when_the_bus_comes_late_or_again(self):
        s = self.s.start_all()
        self.start_bus()
        until("the name is owned", lambda: self.get("Generation"))
        self.assertIn('"link" "FULL" "none" "the double of fascia-link"', self.get("Functions"))
        units = self.get("Units")
        self.assertIn(f'"hostapd" "READY" {s.pid("hostapd")} 0', units)
        self.assertEqual(units.split()[1], "5")
        self.assertIn(s.dir + "/fascia.yaml", self.get("ConfigFile"))
        self.assertIn("carplay-r10", self.get("Profile"))
        events = self.busctl("call", "org.fascia.Supervisor1", "/org/fascia/Supervisor1", "org.fascia.Supervisor1",
                             "GetEvents")
        self.assertIn('"fasciad-started" "fasciad"', events)
        self.assertIn('"unit-ready"', events)

        before = int(self.get("Generation").split()[1])
        os.kill(s.pid("hostapd"), signal.SIGKILL)
        s.wait("unit-ready", "hostapd")
        self.assertGreater(int(self.get("Generation").split()[1]), before)
        self.assertRegex(self.get("Units"), rf'"hostapd" "READY" {s.pid("hostapd")} 1')

        self.end_bus()
        os.unlink(s.dir + "/bus")
        self.start_bus()
        until("the name is owned again", lambda: self.get("Generation"))
        self.assertEqual(s.stop(), 0)
        self.assert_sanitizer_silent(s)

    def test_events_and_changes_are_signalled(self):
        self.start_bus()
        until("the bus is there", lambda: os.path.exists(self.s.dir + "/bus"))
        s = self.s.start_all()
        until("the name is owned", lambda: self.get("Generation"))
        monitor = subprocess.Popen(["busctl", "--address=" + self.address, "monitor", "org.fascia.Supervisor1"],
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            self.assertIn("Monitoring", monitor.stdout.readline())
            os.kill(s.pid("fascia-audio"), signal.SIGKILL)
            seen = ""
            while "Member=Event" not in seen or "Member=PropertiesChanged" not in seen or "unit-died" not in seen:
                line = monitor.stdout.readline()
                self.assertTrue(line, seen)
                seen += line
        finally:
            monitor.kill()
            monitor.wait()
            monitor.stdout.close()


if __name__ == "__main__":
    main()
