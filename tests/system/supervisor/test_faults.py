#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a supervisor has to survive: chaos, bombs, hunger, its own death, a bus that dies, ten thousand cycles."""

import os
import random
import signal
import socket
import subprocess
import unittest

from stand import ROOT, UNITS, Case, main, options, until

# PipeWire's probe tells of its end, not of a halt; see docs/supervisor.md.
HALTABLE = [unit for unit in UNITS if unit != "pipewire"]
KILLS = int(os.environ.get("FASCIA_CHAOS", "1000"))
CYCLES = int(os.environ.get("FASCIA_CYCLES", "10000"))


class Chaos(Case):
    def test_a_thousand_random_signals_end_with_everything_full(self):
        s = self.stand(watchdog_ms=400, stop_timeout_ms=150, backoff_first_ms=0, backoff_max_ms=1)
        s.start_bus()
        s.start_all()
        until("fasciad is on the bus", lambda: s.status())
        dice = random.Random(2611)
        fds = len(os.listdir(f"/proc/{s.process.pid}/fd"))
        for i in range(KILLS):
            number = dice.choice([signal.SIGKILL, signal.SIGSTOP, signal.SIGABRT])
            unit = dice.choice(HALTABLE if number == signal.SIGSTOP else UNITS)
            s.kill_newest(unit, number)  # also one that is starting, or halted already
            if i == KILLS // 2:
                s.end_bus()
            if i == KILLS * 3 // 4:
                os.unlink(s.dir + "/bus")
                s.start_bus()
        for function in ("link", "address", "audio"):
            until(f"{function} is full", lambda f=function: s.function(f).get("state") == "FULL", 60)
        until("every unit is ready", lambda: all(s.unit(u).get("state") == "READY" for u in UNITS), 60)
        until("no zombie, no orphan", lambda: sorted(s.children()) == sorted(s.processes()) and
              len(s.children()) == len(UNITS))
        until("no descriptor is left over", lambda: len(os.listdir(f"/proc/{s.process.pid}/fd")) <= fds)
        self.assertEqual(s.stop(), 0)
        self.assertEqual(s.processes(), [])
        self.assert_sanitizer_silent(s)


class Hunger(Case):
    @unittest.skipUnless(ROOT, "the bound is per account: needs root to change to one")
    def test_a_fork_bomb_is_bounded_and_removed(self):
        s = self.stand(stop_timeout_ms=150, start_timeout_ms=1000)
        s.only_added()
        s.add_unit("fascia-x")
        s.add_unit("fascia-bomb", user="nobody", limits="{processes: 40}")
        s.behave("fascia-bomb", "fork-bomb")
        s.start()
        s.wait("unit-ready", "fascia-x")
        until("it is at its bound", lambda: len(s.processes()) >= 30)
        most = max(len(s.processes()) for _ in range(20))
        self.assertLessEqual(most, 45)
        s.behave("fascia-bomb", "")
        s.wait("unit-timeout", "fascia-bomb was not ready within 1000 ms")
        s.wait("unit-ready", "fascia-bomb")
        until("all its children are gone", lambda: len(s.processes()) == 2)
        self.assertEqual(s.stop(), 0)
        self.assertEqual(s.processes(), [])

    def test_a_unit_that_eats_all_memory_dies_alone(self):
        s = self.stand()
        s.only_added()
        s.add_unit("fascia-x")
        # AddressSanitizer reserves more than any bound: its doubles are built without.
        s.add_unit("fascia-hungry", limits="{memory_mb: 64}")
        s.behave("fascia-hungry", "eat-memory")
        s.start()
        s.wait("unit-died", r"fascia-hungry ended by signal 6 \(Aborted\)")
        s.behave("fascia-hungry", "")
        s.wait("unit-ready", "fascia-hungry")
        self.assertIn("[unit-ready] fascia-x", s.log())
        self.assertEqual(len([e for e in s.events("unit-died") if e.startswith("fascia-x ")]), 0)


class Deafness(Case):
    def test_a_supervisor_above_that_does_not_read_holds_nothing_up(self):
        s = self.stand(backoff_first_ms=0, backoff_max_ms=1)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as deaf:
            deaf.bind(s.dir + "/outer")
            s.environment["NOTIFY_SOCKET"] = s.dir + "/outer"
            s.start_all()
            for _ in range(100):  # each death and return is a change of STATUS; the kernel keeps about ten datagrams
                s.kill_newest("fascia-audio")
                s.wait("unit-ready", "fascia-audio")


class Death(Case):
    def test_nothing_outlives_a_killed_fasciad(self):
        s = self.stand()
        for unit in UNITS:
            s.behave(unit, "group-child daemon-child")
        s.start_all()
        until("all are there", lambda: len(s.processes()) == 3 * len(UNITS))
        s.process.kill()
        s.process.wait()
        until("nothing is left", lambda: not s.processes())

    def test_a_unit_that_cannot_be_found_for_a_while_is_given_up_and_started_by_hand(self):
        s = self.stand()
        s.start_bus()
        s.link = "{country: DE, hostapd: {program: " + s.dir + "/later}}"
        s.start_all()
        until("fasciad is on the bus", lambda: s.status())
        self.assertEqual(s.unit("hostapd")["state"], "FAILED")
        os.symlink(options.double, s.dir + "/later")
        self.assertEqual(s.ctl("start", "hostapd")[0], 0)
        s.wait("unit-ready", "hostapd")


class Cycles(Case):
    def test_ten_thousand_stops_and_starts_of_a_trivial_service(self):
        s = self.stand()
        s.only_added()
        s.add_unit("fascia-x")
        s.start_bus()
        s.start_all()
        until("fasciad is on the bus", lambda: s.status())
        fds = len(os.listdir(f"/proc/{s.process.pid}/fd"))
        done = subprocess.run([options.cycles, s.bus, "fascia-x", str(CYCLES)], stdout=subprocess.PIPE, text=True,
                              timeout=800)
        self.assertEqual((done.returncode, done.stdout.strip()), (0, str(CYCLES)))
        until("no descriptor is left over", lambda: len(os.listdir(f"/proc/{s.process.pid}/fd")) <= fds)
        self.assertEqual(len(s.children()), 1)
        self.assertEqual(s.stop(), 0)
        self.assert_sanitizer_silent(s)


if __name__ == "__main__":
    main()
