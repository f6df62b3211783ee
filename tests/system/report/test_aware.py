# SPDX-License-Identifier: Apache-2.0
"""`fasciactl aware` and what the report says of Wi-Fi Aware, against a canned fascia-aware.

    test_aware.py --fasciactl PROGRAM --fake PROGRAM --dbus-daemon PROGRAM [unittest options]
"""
import argparse
import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import schema  # noqa: E402
import test_fasciactl as base  # noqa: E402

STRANGER = "02:00:00:00:0a:02"
PIN = "024689"


class Pairing(base.Lines):
    """A `fasciactl aware pair` that runs."""

    def __init__(self, case, *arguments, terminal=False):
        self.terminal = None
        command = [base.OPTIONS.fasciactl, "--bus", case.bus.address, "aware", "pair", *arguments]
        if terminal:
            pid, self.terminal = pty.fork()
            if pid == 0:
                os.execv(command[0], command)
            self.pid = pid
            super().__init__(os.fdopen(self.terminal, "rb", buffering=0))
        else:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            super().__init__(self.process.stdout)
        case.addCleanup(self.close)

    def close(self):
        if self.terminal is None and self.process.poll() is None:
            self.process.kill()
        if self.terminal is None:
            self.process.wait(base.LIMIT)
            self.process.stderr.close()
        self.stream.close()

    def seen(self, text):
        """Waits for a text that no line end follows: a prompt."""
        deadline = time.monotonic() + base.LIMIT
        while text.encode() not in self.rest:
            ready = select.select([self.stream], [], [], max(0, deadline - time.monotonic()))[0]
            more = os.read(self.stream.fileno(), 4096) if ready else b""
            if not more:
                raise AssertionError(f"{text!r} not seen; seen: {self.lines} {self.rest}")
            self.rest += more

    def end(self):
        if self.terminal is not None:
            return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.process.wait(base.LIMIT)

    def documents(self):
        return [json.loads(line) for line in self.lines]


class AGoodUnit(base.Case):
    scenario = "good"

    def test_status_shows_engine_services_and_scoped_addresses(self):
        text = self.run_ctl("aware", "status").stdout
        for part in ("engine    running on the radio of wlan1, cluster 50:6f:9a:01:02:03", "pairing   closed",
                     "_example._tcp", "fe80::ff:fe00:b01%nan port 7001/tcp"):
            self.assertIn(part, text)
        document = schema.load(self.run_ctl("aware", "status", "--json").stdout)
        self.assertEqual(document["Engine"]["state"], "running")

    def test_peers_are_listed_with_what_their_pairing_is_worth(self):
        lines = self.run_ctl("aware", "peers").stdout.splitlines()
        self.assertRegex(lines[1], r"^3 +Anna +02:00:00:00:0a:01 connected .* paired$")
        self.assertRegex(lines[2], r"^- +- +02:00:00:00:0a:02 discovered .* -$")
        self.fake.say("aware pair")
        self.assertIn("paired, but not remembered: pair again", self.run_ctl("aware", "peers").stdout)
        self.assertEqual(len(schema.load(self.run_ctl("aware", "peers", "--json").stdout)), 2)

    def test_orders_name_peers_services_and_paths_by_number_name_or_address(self):
        for arguments, order in ((("forget", "Anna"), "Forget 3"), (("forget", "02:00:00:00:0a:01"), "Forget 3"),
                                 (("rename", "3", "Anna's phone"), "Rename 3 Anna's phone"),
                                 (("cancel", "_example._tcp"), "Cancel 1"), (("disconnect", "5"), "Disconnect 5"),
                                 (("connect", STRANGER), f"Connect {STRANGER}")):
            self.run_ctl("aware", *arguments)
            self.fake.expect(order)
        self.assertEqual(schema.load(self.run_ctl("aware", "forget", "--json", "3").stdout), {"peer": 3})

    def test_what_is_not_there_is_named_and_nothing_is_ordered(self):
        message = self.run_ctl("aware", "forget", "Otto", status=3).stderr
        self.assertIn('no peer is called "Otto"', message)
        self.run_ctl("aware", "forget", "0", status=3)
        self.assertFalse([line for line in self.fake.output.lines if line.startswith("order Forget")])

    def test_a_service_is_published_with_its_options(self):
        out = self.run_ctl("aware", "publish", "--port", "7000", "--security", "open", "--info", "0102", "_x._tcp").stdout
        self.assertEqual(out, "12\n")
        line = self.fake.output.until(lambda line: line.startswith("order Publish"))
        for part in ('"_x._tcp"', '"port"', "7000", '"security"', '"open"', '"info"', '"0102"'):
            self.assertIn(part, line)
        document = self.run_ctl("aware", "subscribe", "--connect", "any", "--method", "pin-keypad", "--json", "_x._udp")
        self.assertEqual(schema.load(document.stdout), {"service": 12})
        line = self.fake.output.until(lambda line: line.startswith("order Subscribe"))
        self.assertIn('"pin-keypad"', line)

    def test_wrong_arguments_are_usage_errors(self):
        for arguments in (("forget",), ("rename", "3"), ("publish",), ("publish", "--port", "70000", "_x._tcp"),
                          ("pair", "--seconds", "5"), ("status", "x"), ("nonsense",)):
            self.run_ctl("aware", *arguments, status=64)

    def test_a_phone_that_pairs_is_shown_its_pin_and_told_that_it_is_remembered(self):
        pairing = Pairing(self, "--seconds", "60")
        self.fake.expect("OpenWindow 60")
        pairing.until(lambda line: line == "Phones may pair for 60 s. Choose this unit on the phone; Ctrl-C ends it.")
        self.fake.say("aware request show-pin")
        pairing.until(lambda line: line == f"PIN {PIN}")
        self.fake.say("aware remember")
        self.fake.say("aware ended paired")
        pairing.until(lambda line: line == f"Paired with {STRANGER}. It is remembered.")
        self.assertEqual(pairing.end(), 0)
        self.fake.expect("OpenWindow 0")

    def test_on_a_terminal_the_pin_is_large(self):
        pairing = Pairing(self, terminal=True)
        self.fake.expect("OpenWindow 4294967295")
        self.fake.say("aware request show-pin")
        pairing.until(lambda line: line.rstrip() == f"PIN {PIN}")
        self.assertEqual(len([line for line in pairing.lines if "##" in line]), 5)
        os.kill(pairing.pid, signal.SIGINT)
        self.assertEqual(pairing.end(), 3)

    def test_a_phone_whose_identity_did_not_arrive_is_told_with_what_to_do(self):
        pairing = Pairing(self, "--json")
        self.fake.expect("OpenWindow 4294967295")
        self.fake.say("aware request show-pin")
        pairing.until(lambda line: '"request"' in line)
        self.fake.say("aware pair")
        self.fake.say("aware ended paired")
        self.assertEqual(pairing.end(), 1)
        pairing.until(lambda line: '"result"' in line)
        self.assertEqual([d["event"] for d in pairing.documents()], ["window", "request", "result"])
        self.assertEqual(pairing.documents()[1]["pin"], PIN)
        self.assertEqual(pairing.documents()[2]["result"], "paired, not remembered")

    def test_a_failed_attempt_is_told_and_the_window_s_end_ends_it(self):
        pairing = Pairing(self)
        self.fake.expect("OpenWindow 4294967295")
        self.fake.say("aware request show-pin")
        pairing.until(lambda line: line == f"PIN {PIN}")
        self.fake.say("aware ended the PIN was wrong")
        pairing.until(lambda line: line == "That did not work: the PIN was wrong.")
        self.fake.say("aware close")
        self.assertEqual(pairing.end(), 3)
        self.assertIn(b"not paired: the PIN was wrong", pairing.process.stderr.read())

    def test_ctrl_c_closes_the_window(self):
        pairing = Pairing(self)
        self.fake.expect("OpenWindow 4294967295")
        pairing.until(lambda line: line.startswith("Phones may pair"))
        pairing.process.send_signal(signal.SIGINT)
        self.assertEqual(pairing.end(), 3)
        self.fake.expect("OpenWindow 0")

    def test_a_publisher_s_pin_is_asked_for_without_an_echo(self):
        pairing = Pairing(self, STRANGER, terminal=True)
        self.fake.expect(f"Pair {STRANGER}")
        self.fake.say("aware request enter-pin")
        pairing.seen(f"PIN that {STRANGER} shows: ")
        os.write(pairing.terminal, b"135790\n")
        self.fake.expect("EnterPin 7 135790")
        self.fake.say("aware remember")
        self.fake.say("aware ended paired")
        pairing.until(lambda line: line.rstrip() == f"Paired with {STRANGER}. It is remembered.")
        self.assertEqual(pairing.end(), 0)
        self.assertNotIn("135790", "\n".join(pairing.lines))

    def test_a_publisher_s_pin_may_come_from_a_file(self):
        pairing = Pairing(self, "--pin-file", str(self.file("pin", "246802\n")), STRANGER)
        self.fake.expect(f"Pair {STRANGER}")
        self.fake.say("aware request enter-pin")
        self.fake.expect("EnterPin 7 246802")
        self.fake.say("aware ended refused by the publisher")
        self.assertEqual(pairing.end(), 3)

    def test_a_pin_that_cannot_be_read_refuses_the_request(self):
        pairing = Pairing(self, "--pin-file", "/nowhere", STRANGER)
        self.fake.expect(f"Pair {STRANGER}")
        self.fake.say("aware request enter-pin")
        self.fake.expect("Refuse 7")
        self.assertEqual(pairing.end(), 3)

    def test_the_report_judges_it(self):
        document = self.report("--profile", "wifi-aware-r26")
        for name in ("aware-running", "aware-secured", "aware-remembered"):
            self.assertEqual(self.requirement(document, name)["verdict"], "pass", name)
        self.assertEqual(document["aware"]["data_paths"][0]["address"], "fe80::ff:fe00:b01%nan")
        self.assertIn("WI-FI AWARE", self.run_ctl("status").stdout)

    def test_no_pin_is_in_any_report(self):
        for arguments in (("report", "--json"), ("status", "--json"), ("aware", "status", "--json")):
            self.assertNotIn(PIN, self.run_ctl(*arguments).stdout)


class ADegradedUnit(base.Case):
    scenario = "degraded"

    def test_a_pairing_that_the_engine_has_lost_is_said_plainly(self):
        self.assertIn("must pair again: the engine was restarted", self.run_ctl("aware", "peers").stdout)
        self.assertIn(", 1 restart\n", self.run_ctl("aware", "status").stdout)
        document = self.report("--profile", "wifi-aware-r26", status=1)
        requirement = self.requirement(document, "aware-remembered")
        self.assertEqual(requirement["outcome"], "not-met")
        self.assertIn("Anna must pair again", requirement["evidence"])


class AUnitWithoutIt(base.Case):
    scenario = "partial"

    def test_says_how_to_switch_it_on(self):
        self.assertIn("aware.enabled: true", self.run_ctl("aware", "status", status=3).stderr)

    def test_its_rules_are_not_applicable(self):
        document = self.report("--profile", "wifi-aware-r26", status=1)
        self.assertEqual(self.requirement(document, "aware-running")["outcome"], "not-applicable")
        self.assertNotIn("aware", document)


class AHostileUnit(base.Case):
    scenario = "hostile"

    def test_nothing_foreign_reaches_the_terminal(self):
        for verb in ("status", "peers"):
            self.assertNotIn("\033", self.run_ctl("aware", verb).stdout)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fasciactl", required=True)
    parser.add_argument("--fake", required=True)
    parser.add_argument("--dbus-daemon", required=True)
    rest = parser.parse_known_args(namespace=base.OPTIONS)[1]
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
