#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`fasciactl doctor` as an operator uses it: on this machine whatever it is, and on trees of files that are another one's.

Usage: test_doctor.py --fasciactl PROGRAM
"""
import argparse
import gzip
import json
import os
import pathlib
import re
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import unittest

VERDICTS = ("ok", "skipped", "unknown", "warning", "problem")
fasciactl = ""


class Machine(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.root = self.folder / "root"
        self.root.mkdir()
        self.run_dir = self.folder / "run"
        self.run_dir.mkdir(mode=0o755)
        self.config("")

    def config(self, more):
        self.file = self.folder / "fascia.yaml"
        self.file.write_text(f"runtime_dir: {self.run_dir}\nlink: {{country: DE}}\n{more}")

    def put(self, path, text="", mode=0o644):
        target = self.root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
        target.chmod(mode)

    def doctor(self, *arguments, **environment):
        return subprocess.run([fasciactl, "doctor", *arguments], capture_output=True, text=True, timeout=60,
                              env={**os.environ, **environment})

    def checks(self, *arguments, status=None, **environment):
        run = self.doctor("--config", str(self.file), "--json", *arguments, **environment)
        document = json.loads(run.stdout)
        self.assertEqual(run.returncode, {"ok": 0, "warning": 1, "problem": 2}[document["overall"]], run.stderr)
        if status is not None:
            self.assertEqual(run.returncode, status, run.stdout)
        return document["checks"]

    def ids(self, check, *arguments, **environment):
        checks = self.checks("--check", check, *arguments, **environment)
        return [finding.get("id") for finding in checks[check]["findings"]]


class ThisMachine(Machine):
    def test_every_check_says_something_on_any_machine(self):
        checks = self.checks()
        listed = [line.split()[0] for line in self.doctor("--list").stdout.splitlines()]
        self.assertEqual(sorted(checks), sorted(listed))
        for name, check in checks.items():
            with self.subTest(check=name):
                self.assertIn(check["verdict"], VERDICTS)
                self.assertTrue(check["title"])
                for finding in check["findings"]:
                    self.assertTrue(finding["seen"])
                    if "id" in finding:
                        self.assertTrue(finding["cause"] and finding["remedy"])
                        self.assertNotRegex(finding["cause"] + finding["remedy"], r"\{[ab]\}")

    def test_the_holder_of_a_port_is_named_by_process_and_account(self):
        for family, kind in ((socket.AF_INET, "tcp"), (socket.AF_INET6, "udp")):
            with self.subTest(kind=kind):
                taken = socket.socket(family, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
                self.addCleanup(taken.close)
                taken.bind(("127.0.0.1" if family == socket.AF_INET else "::1", 0))
                if kind == "tcp":
                    taken.listen()
                port = f"{kind}/{taken.getsockname()[1]}"
                found = self.checks("--check", "port", "--port", port, status=2)["port"]["findings"][0]
                self.assertEqual(found["id"], "port-taken")
                self.assertIn(f"pid {os.getpid()} (", found["cause"])
                taken.close()
                self.checks("--check", "port", "--port", port, status=0)

    def test_the_holder_of_a_control_socket_is_named(self):
        (self.run_dir / "link").mkdir(mode=0o700)
        path = self.run_dir / "link" / "global"
        taken = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        taken.bind(str(path))
        found = self.checks("--check", "socket", status=2)["socket"]["findings"][0]
        self.assertEqual(found["id"], "socket-taken")
        self.assertIn(f"{path} (the control socket of hostapd) is held by pid {os.getpid()} (", found["cause"])
        taken.close()
        found = self.checks("--check", "socket", status=1)["socket"]["findings"][0]
        self.assertEqual((found["id"], found["remedy"][-len(str(path)):]), ("socket-stale", str(path)))
        path.unlink()
        path.write_text("")
        self.assertEqual(self.ids("socket"), ["socket-other-file"])

    def test_nobody_at_an_adopted_socket_is_a_problem_and_somebody_is_none(self):
        path = self.run_dir / "global"
        self.file.write_text(f"runtime_dir: {self.run_dir}\n"
                             f"link: {{country: DE, hostapd: {{manage: adopt, control: {path}}}}}\n")
        self.assertEqual(self.ids("socket"), ["socket-nobody"])
        taken = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(taken.close)
        taken.bind(str(path))
        self.assertEqual(self.ids("socket"), [None])

    def test_a_folder_that_others_may_write_to_is_named(self):
        self.run_dir.chmod(0o777)
        self.assertEqual(self.ids("folders"), ["folder-open"])

    def test_a_bus_that_is_not_there_is_a_problem_and_not_a_reason_to_give_up(self):
        self.config(f"bus: unix:path={self.folder}/no-bus\n")
        self.assertIn("bus-absent", self.ids("bus"))

    def test_a_bus_that_is_silent_is_given_a_second(self):
        path = self.folder / "silent"
        silent = socket.socket(socket.AF_UNIX)
        self.addCleanup(silent.close)
        silent.bind(str(path))
        silent.listen()
        self.config(f"bus: unix:path={path}\n")
        self.assertIn("bus-absent", self.ids("bus"))


def pod(kind, body):
    return struct.pack("=II", len(body), kind) + body + b"\0" * (-len(body) % 8)


def message(number, opcode, *fields):
    body = pod(14, b"".join(fields))
    return struct.pack("=IIII", number, opcode << 24 | len(body), 0, 0) + body


def integer(value):
    return pod(4, struct.pack("=I", value))


def text(value):
    return pod(8, value.encode() + b"\0")


def node(name):
    return message(2, 0, integer(30), integer(0), text("PipeWire:Interface:Node"), integer(3),
                   pod(14, integer(2) + text("media.class") + text("Audio/Sink") + text("node.name") + text(name)))


class PipeWire(Machine):
    """A stand-in that says what PipeWire 0.3.65 was seen to say."""

    def serve(self, *answers):
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(self.folder / "pipewire-0"))
        server.listen()
        self.addCleanup(server.close)

        def answer():
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                for part in answers:
                    connection.sendall(part)
                connection.recv(4096)  # the other end closes

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        self.addCleanup(thread.join, 10)

    def found(self, sink=""):
        self.config(f"audio: {{pipewire: {{runtime_dir: {self.folder}}}{sink}}}\n")
        return self.ids("pipewire")

    def info(self, version):
        return message(0, 0, integer(0), integer(1), text("user"), text("host"), text(version), text("pipewire-0"))

    done = message(0, 1, integer(0), integer(1))
    manager = message(2, 0, integer(31), integer(0), text("PipeWire:Interface:Metadata"), integer(3),
                      pod(14, integer(1) + text("metadata.name") + text("default")))

    def test_nobody_is_there(self):
        self.assertEqual(self.found(), ["pipewire-none"])

    def test_it_has_a_sink_and_a_session_manager(self):
        self.serve(self.info("1.4.2"), node("amp"), self.manager, self.done)
        self.assertEqual(self.found(), [None])

    def test_it_has_no_sink(self):
        self.serve(self.info("1.4.2") + self.manager + self.done)
        self.assertEqual(self.found(), ["pipewire-no-sink"])

    def test_it_has_another_sink_than_the_configured_one(self):
        self.serve(self.info("1.4.2"), node("amp"), self.manager, self.done)
        self.assertEqual(self.found(", sink: other"), ["pipewire-no-sink"])

    def test_it_is_too_old_and_alone(self):
        self.serve(self.info("0.3.48"), node("amp"), self.done)
        self.assertEqual(self.found(), ["pipewire-old", "pipewire-no-session-manager"])

    def test_it_is_silent(self):
        self.serve()
        self.assertEqual(self.found(), ["pipewire-silent"])

    def test_it_talks_nonsense(self):
        self.serve(b"\xff" * 64)
        self.assertEqual(self.found(), ["pipewire-silent"])


class AnotherMachine(Machine):
    def found(self, check):
        return self.ids(check, "--root", str(self.root))

    def test_options_and_modules_of_an_image_are_judged(self):
        needed = ["CFG80211", "PACKET", "IPV6", "UNIX", "EPOLL", "EVENTFD", "SIGNALFD", "TIMERFD", "INOTIFY_USER", "SND",
                  "SND_PCM"]
        wanted = ["RFKILL", "MAC80211", "CGROUPS", "CGROUP_PIDS", "MEMCG", "BT", "BT_BREDR", "BT_RFCOMM", "BT_HCIUART"]
        lines = [f"CONFIG_{name}=y" for name in needed + wanted]
        self.put("/lib/modules/6.1.0/modules.dep", "kernel/net/wireless/cfg80211.ko.xz:\n")
        self.put("/lib/modules/6.1.0/modules.builtin", "")
        self.put("/proc/config.gz", gzip.compress("\n".join(lines).encode()))
        self.assertEqual(self.found("kernel"), [None])
        self.assertEqual(self.found("modules"), [None])
        self.put("/proc/config.gz", gzip.compress("\n".join(lines).replace("CONFIG_PACKET=y", "").encode()))
        self.assertEqual(self.found("kernel"), ["kernel-option"])
        modular = "\n".join(lines).replace("CFG80211=y", "CFG80211=m").replace("IPV6=y", "IPV6=m")
        self.put("/proc/config.gz", gzip.compress(modular.encode()))
        self.assertEqual(self.found("modules"), ["module-not-loaded", "module-missing"])

    def test_a_switch_a_database_and_the_log_are_judged(self):
        self.put("/sys/class/rfkill/rfkill4/name", "phy0\n")
        self.put("/sys/class/rfkill/rfkill4/type", "wlan\n")
        self.put("/sys/class/rfkill/rfkill4/soft", "0\n")
        self.put("/sys/class/rfkill/rfkill4/hard", "1\n")
        self.assertEqual(self.found("rfkill"), ["rfkill-hard"])
        self.assertEqual(self.found("regulatory"), ["no-regulatory-database"])
        self.put("/lib/firmware/regulatory.db")
        self.assertEqual(self.found("regulatory"), ["no-regulatory-signature"])
        self.put("/dev/kmsg", "3,1,1,-;brcmfmac: Direct firmware load for brcm/a.bin failed with error -2\n")
        self.assertEqual(self.found("firmware"), ["firmware-missing"])

    def test_a_port_is_traced_in_a_copy_of_proc(self):
        self.put("/proc/812/comm", "shairport-sync\n")
        self.put("/proc/812/status", "PPid:\t1\nUid:\t1000\t1000\t1000\t1000\n")
        (self.root / "proc/812/fd").mkdir()
        (self.root / "proc/812/fd/7").symlink_to("socket:[42]")
        self.put("/etc/passwd", "pi:x:1000:1000::/:/bin/sh\n")
        for name in ("tcp6", "udp", "udp6"):
            self.put(f"/proc/net/{name}")
        self.put("/proc/net/tcp", "   0: 00000000:1B58 00000000:0000 0A 00000000:00000000 00:00000000 00000000 1000 0 42\n")
        run = self.doctor("--config", str(self.file), "--root", str(self.root), "--check", "port")
        self.assertEqual(run.returncode, 1)
        self.assertIn("TCP port 7000 (control of the projection) is held by pid 812 (shairport-sync, user pi)", run.stdout)

    def test_owners_of_the_radio_are_named_with_the_line_that_makes_them_leave(self):
        for pid, name, command in ((5, "wpa_supplicant", "wpa_supplicant\0-iwlan0\0"), (6, "iwd", "iwd\0")):
            self.put(f"/proc/{pid}/comm", name + "\n")
            self.put(f"/proc/{pid}/status", "PPid:\t1\nUid:\t0\t0\t0\t0\n")
            self.put(f"/proc/{pid}/cmdline", command)
        found = self.checks("--root", str(self.root), "--check", "owner", status=2)["owner"]["findings"]
        self.assertEqual({finding["id"] for finding in found}, {"owner-wpa-supplicant", "owner-iwd"})
        self.assertTrue(all("wlan0" in finding["remedy"] for finding in found))

    def test_hostapd_and_wpa_supplicant_are_looked_into(self):
        self.assertEqual(self.found("hostapd"), ["hostapd-missing"])
        self.put("/usr/sbin/hostapd", b"\0hw_mode\0" + b"2.9\0interworking\0bss_transition\0ieee80211ax\0", 0o755)
        self.assertEqual(self.found("hostapd"), ["hostapd-old", "hostapd-feature"])
        self.put("/usr/sbin/wpa_supplicant", b"\0freq_list\0" + b"2.12\0", 0o755)
        self.assertEqual(self.found("nan"), ["no-nan"])
        self.put("/usr/sbin/wpa_supplicant", b"\0freq_list\0" + b"2.12\0NAN_STATUS\0", 0o755)
        self.assertEqual(self.found("nan"), [None])


class CommandLine(Machine):
    def test_the_text_has_problems_first_and_no_colours_in_a_pipe(self):
        run = self.doctor("--config", str(self.file), "--root", str(self.root))
        self.assertEqual(run.returncode, 2)
        self.assertTrue(run.stdout.startswith("PROBLEM  "))
        self.assertNotIn("\033", run.stdout)
        marks = re.findall(r"^(PROBLEM|WARNING|unknown|skipped|ok) ", run.stdout, re.MULTILINE)
        self.assertEqual(marks, sorted(marks, key=["PROBLEM", "WARNING", "unknown", "skipped", "ok"].index))
        self.assertRegex(run.stdout, r"\n\d+ problems?, \d+ warnings?\n$")

    def test_wrong_arguments_are_refused_with_what_is_allowed(self):
        for arguments, told in ((["--check", "radios"], "--list"), (["--port", "7000"], "tcp/NUMBER"),
                                (["--port", "tcp/0"], "65535"), (["--root", "/no/such"], "No such file"),
                                (["operand"], "no operand")):
            with self.subTest(arguments=arguments):
                run = self.doctor(*arguments)
                self.assertEqual((run.returncode, run.stdout), (64, ""))
                self.assertIn(told, run.stderr)

    def test_a_wrong_configuration_is_told_by_line_and_key(self):
        self.file.write_text("link: {country: DE, chanel: 36}\n")
        run = self.doctor("--config", str(self.file))
        self.assertEqual(run.returncode, 3)
        self.assertRegex(run.stderr, r"fascia\.yaml:1:\d+: .*chanel")

    def test_without_a_configuration_the_defaults_judge_and_that_is_said(self):
        run = self.doctor("--root", str(self.root), "--check", "accounts")
        self.assertIn("judged by the defaults", run.stderr)
        self.assertEqual(run.returncode, 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--fasciactl", required=True)
    known, rest = parser.parse_known_args()
    fasciactl = os.path.abspath(known.fasciactl)
    unittest.main(argv=[sys.argv[0], *rest])
