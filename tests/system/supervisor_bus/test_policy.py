# SPDX-License-Identifier: Apache-2.0
"""config/dbus/org.fascia.conf on a real dbus-daemon: who may read, who may give orders.

    test_policy.py --fasciactl PROGRAM --fake PROGRAM --dbus-daemon PROGRAM [unittest options]

Three kinds of people: root; a member of the group; anybody else. As accounts stand in what every Debian has: the group
`fascia` is replaced by `games`, whose member is the user `games`; anybody else is `nobody`. Exit status 77: cannot run here.
"""
import argparse
import grp
import os
import pwd
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
OPTIONS = argparse.Namespace()
LIMIT = 60  # seconds; nothing here takes more than one, on a machine that has nothing else to do
DENIED = "org.freedesktop.DBus.Error.AccessDenied"
READS = {"GetSnapshot", "GetEvents", "GetBoot", "GetPlan"}
ORDERS = {"Start": ("string:",), "Stop": ("string:",), "Restart": ("string:",), "Reload": (), "Suspend": (), "Resume": ()}
SERVICES = ("Supervisor1", "Link1", "Addr1", "Audio1", "Aware1")

# What the system bus comes with, in short; and a bus that lets everybody do everything, where our file must still hold.
BUSES = {
    "strict": '<allow user="*"/><deny own="*"/><deny send_type="method_call"/><allow send_type="signal"/>'
              '<allow send_requested_reply="true" send_type="method_return"/>'
              '<allow send_requested_reply="true" send_type="error"/><allow receive_type="method_call"/>'
              '<allow receive_type="method_return"/><allow receive_type="error"/><allow receive_type="signal"/>'
              '<allow send_destination="org.freedesktop.DBus"/>',
    "open": '<allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/>',
}


class Case(unittest.TestCase):
    bus = None

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="fascia-policy-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.folder.chmod(0o755)
        cls.fasciactl = cls.folder / "fasciactl"  # the build may be where others cannot look
        shutil.copy(OPTIONS.fasciactl, cls.fasciactl)
        policy = (ROOT / "config/dbus/org.fascia.conf").read_text(encoding="utf-8")
        assert 'group="fascia"' in policy
        (cls.folder / "org.fascia.conf").write_text(policy.replace('group="fascia"', 'group="games"'), encoding="utf-8")
        (cls.folder / "bus.conf").write_text(
            f'<busconfig><type>system</type><listen>unix:path={cls.folder}/bus</listen><auth>EXTERNAL</auth>'
            f'<policy context="default">{BUSES[cls.bus]}</policy><include>{cls.folder}/org.fascia.conf</include>'
            '</busconfig>', encoding="utf-8")
        cls.daemon = subprocess.Popen(
            [OPTIONS.dbus_daemon, f"--config-file={cls.folder}/bus.conf", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        cls.addClassCleanup(cls.end, cls.daemon)
        cls.address = cls.daemon.stdout.readline().strip()
        # One process each: what the policy allows to a name it allows to the whole connection that owns it.
        for service in SERVICES:
            fake = subprocess.Popen([OPTIONS.fake, cls.address, "good", service], stdin=subprocess.PIPE,
                                    stdout=subprocess.PIPE, text=True)
            cls.addClassCleanup(cls.end, fake)
            assert fake.stdout.readline() == "ready\n"

    @staticmethod
    def end(process):
        process.kill()
        process.wait()
        process.stdout.close()
        if process.stdin:
            process.stdin.close()

    def run_as(self, user, *words):
        account = pwd.getpwnam(user)
        return subprocess.run(list(map(str, words)), user=account.pw_uid, group=account.pw_gid, extra_groups=[],
                              capture_output=True, text=True, timeout=LIMIT, check=False, cwd="/",
                              env={**os.environ, "FASCIA_BUS": self.address})

    def ctl(self, user, *arguments, status=0):
        result = self.run_as(user, self.fasciactl, *arguments)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return result

    def call(self, user, service, interface, member, *arguments):
        """The name of the error, "" when there is none."""
        result = self.run_as(user, "dbus-send", f"--bus={self.address}", "--print-reply", "--reply-timeout=3000",
                             f"--dest=org.fascia.{service}", f"/org/fascia/{service}", f"{interface}.{member}", *arguments)
        if result.returncode == 0:
            return ""
        self.assertRegex(result.stderr, r"^Error [a-zA-Z0-9.]+:")
        return result.stderr.split()[1].rstrip(":")

    def order(self, user, member):
        """Whether the bus lets it through; the fake keeps Suspend() waiting, which is no refusal."""
        error = self.call(user, "Supervisor1", "org.fascia.Supervisor1", member, *ORDERS[member])
        self.assertIn(error, ("", DENIED, "org.freedesktop.DBus.Error.NoReply"), member)
        return error != DENIED


class Policy:
    def test_every_method_of_the_contract_is_either_a_read_or_an_order(self):
        interface = ElementTree.parse(ROOT / "config/dbus/org.fascia.Supervisor1.xml").find("interface")
        self.assertEqual({m.get("name") for m in interface.iter("method")}, READS | ORDERS.keys())

    def test_everybody_may_read(self):
        for verb in ("status", "report", "plan", "boot", "events"):
            self.ctl("nobody", verb)
        for member in READS:
            self.assertEqual(self.call("nobody", "Supervisor1", "org.fascia.Supervisor1", member), "", member)
        for service in SERVICES:
            self.assertEqual(self.call("nobody", service, "org.freedesktop.DBus.Introspectable", "Introspect"), "")

    def test_nobody_is_refused_every_order(self):
        for member in ORDERS:
            self.assertFalse(self.order("nobody", member), member)

    def test_root_and_members_of_the_group_may_order(self):
        for user in ("root", "games"):
            for member in ORDERS:
                self.assertTrue(self.order(user, member), (user, member))

    def test_fasciactl_says_who_may(self):
        for verb in ("start", "stop", "restart", "reload"):
            message = self.ctl("nobody", verb, status=3).stderr
            self.assertIn("root and for members of the group fascia", message)
            self.assertEqual(self.ctl("games", verb).stderr, "")

    def test_only_root_tells_a_service_its_ladder_s_step(self):
        for service in ("Link1", "Audio1"):
            for user, denied in (("root", False), ("games", True), ("nobody", True)):
                error = self.call(user, service, f"org.fascia.{service}", "Apply", "string:keep")
                self.assertEqual(error == DENIED, denied, (service, user, error))

    def test_the_kernel_s_tables_are_not_for_everybody(self):
        for user, denied in (("root", False), ("games", True), ("nobody", True)):
            error = self.call(user, "Addr1", "org.fascia.Addr1", "Prepare", "uint32:3")
            self.assertEqual(error == DENIED, denied, (user, error))

    def test_phones_are_let_in_and_pins_are_seen_by_root_and_members_of_the_group_alone(self):
        orders = {"OpenWindow": ("uint32:0",), "Pair": ("string:",), "GetPin": ("uint32:1",),
                  "EnterPin": ("uint32:1", "string:1234"), "Refuse": ("uint32:1",), "Forget": ("uint32:1",),
                  "Rename": ("uint32:1", "string:x"), "Cancel": ("uint32:1",), "Connect": ("string:",),
                  "Disconnect": ("uint32:1",), "Publish": None, "Subscribe": None}  # dbus-send has no a{sv}
        interface = ElementTree.parse(ROOT / "config/dbus/org.fascia.Aware1.xml").find("interface")
        self.assertEqual({m.get("name") for m in interface.iter("method")}, orders.keys())
        for user, denied in (("root", False), ("games", False), ("nobody", True)):
            for member, arguments in orders.items():
                error = self.call(user, "Aware1", "org.fascia.Aware1", member, *(arguments or ()))
                self.assertEqual(error == DENIED, denied, (user, member, error))

    def test_the_sound_is_changed_and_metered_by_root_and_members_of_the_group_alone(self):
        orders = {"SetMode": ("string:auto",), "SetPolicy": None, "SetSpeakers": ("array:string:FL",),
                  "Duck": ("string:media", "double:-6", "uint32:0"), "Unduck": ("string:media", "uint32:0"),
                  "SetVolume": ("string:media", "double:0"), "TestSpeaker": ("string:FL", "double:-20"), "GetLevels": (),
                  "GetNetwork": ()}
        interface = ElementTree.parse(ROOT / "config/dbus/org.fascia.Audio1.xml").find("interface")
        self.assertEqual({m.get("name") for m in interface.iter("method")}, orders.keys() | {"Apply"})
        for user, denied in (("root", False), ("games", False), ("nobody", True)):
            for member, arguments in orders.items():
                error = self.call(user, "Audio1", "org.fascia.Audio1", member, *(arguments or ()))
                self.assertEqual(error == DENIED, denied, (user, member, error))

    def test_a_call_without_an_interface_is_no_way_around(self):
        self.assertEqual(self.call_without_interface("nobody", "Restart"), DENIED)
        # sd-bus wants an interface too; but who may order comes as far as that.
        self.assertEqual(self.call_without_interface("games", "Restart"), "org.freedesktop.DBus.Error.UnknownObject")

    def call_without_interface(self, user, member):
        """As dbus-send cannot: the message is made by hand, in a process of that user. The name of the error."""
        here, there = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                account = pwd.getpwnam(user)
                os.setgroups([])
                os.setgid(account.pw_gid)
                os.setuid(account.pw_uid)
                os.write(there, b"=" + raw_call(str(self.folder / "bus"), member).encode())
            finally:
                os._exit(0)
        os.close(there)
        with os.fdopen(here, "rb") as pipe:
            answer = pipe.read().decode()
        os.waitpid(child, 0)
        self.assertEqual(answer[:1], "=", "the child failed")
        return answer[1:]


def field(code, signature, text):
    value = text.encode() + b"\0"
    length = bytes([len(text)]) if signature == "g" else struct.pack("<I", len(text))
    return bytes([code, 1]) + signature.encode() + b"\0" + length + value


def message(serial, path, member, destination, interface=None, body=b""):
    fields = [field(1, "o", path), field(3, "s", member), field(6, "s", destination)]
    if interface:
        fields.append(field(2, "s", interface))
    if body:
        fields.append(field(8, "g", "s"))
    block = b""
    for one in fields:
        block += b"\0" * (-len(block) % 8) + one
    head = struct.pack("<BBBBIII", ord("l"), 1, 0, 1, len(body), serial, len(block))
    return head + block + b"\0" * (-(len(head) + len(block)) % 8) + body


def read_message(stream):
    head = stream.read(16)
    size, _, fields_size = struct.unpack("<III", head[4:])
    fields = stream.read(fields_size + (-fields_size % 8))
    stream.read(size)
    return head[1], fields


def raw_call(path, member):
    """Restart("") without an interface in its header. The error's name, "" for a reply."""
    bus = "org.freedesktop.DBus"
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(LIMIT)
        connection.connect(path)
        with connection.makefile("rb") as stream:
            connection.sendall(b"\0AUTH EXTERNAL " + str(os.getuid()).encode().hex().encode() + b"\r\n")
            stream.readline()
            connection.sendall(b"BEGIN\r\n")
            connection.sendall(message(1, "/org/freedesktop/DBus", "Hello", bus, bus))
            connection.sendall(message(2, "/org/fascia/Supervisor1", member, "org.fascia.Supervisor1",
                                       body=struct.pack("<I", 0) + b"\0"))
            replies = 0
            while replies < 2:  # of Hello, and ours
                kind, fields = read_message(stream)
                if kind == 3:
                    return re.search(rb"org\.freedesktop\.DBus\.Error\.[A-Za-z]+", fields)[0].decode()
                replies += kind == 2
    return ""


class OnAStrictBus(Policy, Case):
    bus = "strict"

    def test_nobody_may_own_a_name_of_ours(self):
        for service in SERVICES:
            result = self.run_as("nobody", "dbus-send", f"--bus={self.address}", "--print-reply",
                                 "--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.RequestName",
                                 f"string:org.fascia.{service}", "uint32:0")
            self.assertIn(DENIED, result.stderr)


class OnAnOpenBus(Policy, Case):
    bus = "open"


def cannot_run():
    if os.getuid() != 0:
        return "needs root, to be other users"
    if shutil.which("dbus-send") is None:
        return "needs dbus-send"
    try:
        if pwd.getpwnam("games").pw_gid != grp.getgrnam("games").gr_gid:
            return "the user games is not in the group games"
        pwd.getpwnam("nobody")
    except KeyError as problem:
        return str(problem)
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fasciactl", required=True)
    parser.add_argument("--fake", required=True)
    parser.add_argument("--dbus-daemon", required=True)
    rest = parser.parse_known_args(namespace=OPTIONS)[1]
    reason = cannot_run()
    if reason:
        print(f"skipped: {reason}")
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
