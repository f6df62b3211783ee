#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The black box on real files and file systems, written by its real door and read by fasciactl."""
import argparse
import json
import os
import pathlib
import random
import re
import resource
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

OPTIONS = argparse.Namespace()
LIMIT = 20  # seconds; nothing here takes more than two
SECTOR = 512
SIZE = 64 * 1024
NO_BUS = "unix:path=/nonexistent"
ROOT = os.geteuid() == 0


def boot_id(number):
    return f"{number:08x}{0:024x}"


def crc32c(data):
    crc = 0xFFFFFFFF
    for octet in data:
        crc ^= octet
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def seal(sector):
    return sector[:SECTOR - 4] + struct.pack("<I", crc32c(sector[:SECTOR - 4]))


class Lines:
    """The lines of a descriptor, waited for with a limit."""

    def __init__(self, stream):
        self.stream, self.rest, self.seen = stream, b"", []

    def next(self):
        deadline = time.monotonic() + LIMIT
        while b"\n" not in self.rest:
            ready = select.select([self.stream], [], [], max(0, deadline - time.monotonic()))[0]
            more = os.read(self.stream.fileno(), 65536) if ready else b""
            if not more:
                raise AssertionError(f"no line came; before: {self.seen}")
            self.rest += more
        line, self.rest = self.rest.split(b"\n", 1)
        self.seen.append(line.decode())
        return self.seen[-1]


class Writer:
    """write_box, and what it says."""

    def __init__(self, case, path, number=1, size=SIZE, boots=4, bus=None, prefix=(), **popen):
        name = "-" if number is None else boot_id(number)
        self.process = subprocess.Popen(
            [*prefix, OPTIONS.writer, str(path), str(size), str(boots), name, *([bus] if bus else [])],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, **popen)
        self.lines, self.case = Lines(self.process.stdout), case
        case.addCleanup(self.kill)

    def opened(self):
        line = self.lines.next()
        self.case.assertRegex(line, r"^opened \d+$")
        return int(line.split()[1])

    def broken(self):
        line = self.lines.next()
        self.case.assertRegex(line, "^broken ")
        return line.removeprefix("broken ")

    def event(self, name="unit-ready", t_us=1, source="test", detail="-"):
        self.process.stdin.write(f"{name} {t_us} {source} {detail}\n".encode())
        self.process.stdin.flush()

    def events(self, count, start=0):
        for i in range(start, start + count):
            self.event(t_us=i, detail=f"number {i}")

    def close(self):
        """Ends it in an orderly way; returns the state it ended in."""
        self.process.stdin.close()
        line = self.lines.next()
        self.case.assertEqual(self.process.wait(LIMIT), 0)
        return line.removeprefix("closed ")

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if not self.process.stdin.closed:
            try:
                self.process.stdin.close()
            except BrokenPipeError:
                pass
        self.process.stdout.close()


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fascia-blackbox-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.path = self.folder / "box"

    def ctl(self, *arguments, status=0, bus=NO_BUS, **run):
        result = subprocess.run([OPTIONS.fasciactl, "--bus", bus, *arguments], capture_output=True, text=True,
                                timeout=LIMIT, env={**os.environ, "TZ": "Europe/Berlin"}, check=False, **run)
        self.assertEqual(result.returncode, status, result.stderr)
        return result

    def boots(self, path=None):
        return json.loads(self.ctl("events", "--boots", "--json", "--file", str(path or self.path)).stdout)

    def records(self, boot="0", path=None):
        return json.loads(self.ctl("events", "--boot", boot, "--json", "--file", str(path or self.path)).stdout)

    def write_boot(self, number, count, expect=None, **options):
        writer = Writer(self, self.path, number, **options)
        boots = writer.opened()
        if expect is not None:
            self.assertEqual(boots, expect)
        # Not faster than the disk: what the queue drops is not what these tests are about.
        for start in range(0, count, 50):
            writer.events(min(50, count - start), start)
            self.wait_for_records(boot_id(number), start + min(50, count - start))
        self.assertEqual(writer.close(), "ok")

    def wait_for_records(self, boot, written):
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            if any(row["boot"] == boot and row["written"] >= written for row in self.boots()):
                return
        self.fail(f"{written} records were not written")

    def sector(self, number, change):
        with open(self.path, "r+b") as file:
            file.seek(number * SECTOR)
            sector = change(file.read(SECTOR))
            file.seek(number * SECTOR)
            file.write(sector)


class TheFile(Case):
    def test_it_is_made_with_all_its_room_and_only_for_those_who_may_read_it(self):
        self.path = self.folder / "a" / "b" / "box"
        os.umask(0o077)
        self.addCleanup(os.umask, 0o022)
        self.write_boot(1, 1, expect=1)
        status = self.path.stat()
        self.assertEqual(status.st_mode & 0o777, 0o640)
        self.assertGreater(status.st_size, SIZE - 4 * SECTOR)
        self.assertGreaterEqual(status.st_blocks * 512, status.st_size)
        self.assertEqual([entry.name for entry in self.path.parent.iterdir()], ["box"])

    def test_events_come_back_with_both_clocks_and_their_id(self):
        before = time.time() * 1e6
        writer = Writer(self, self.path)
        writer.opened()
        writer.event("unit-died", 1234567, "fascia-link", "signal 9 Ä")
        writer.close()
        record, = self.records()
        self.assertLessEqual(before, record.pop("realtime_us"))
        self.assertRegex(record.pop("time"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0[12]:00$")
        self.assertEqual(record, {"boot": boot_id(1), "sequence": 0, "index": 0, "lost_before": 0, "t_us": 1234567,
                                  "event": "unit-died", "message_id": "631c1d955e9d200330d700749965c667",
                                  "severity": "warning", "source": "fascia-link", "detail": "signal 9 Ä"})

    def test_the_last_boots_are_kept_however_chatty_one_of_them_is(self):
        for number in range(1, 7):
            self.write_boot(number, 3000 if number == 5 else 3, expect=min(number, 4))
        rows = self.boots()
        self.assertEqual([row["boot"] for row in rows], [boot_id(n) for n in (6, 5, 4, 3)])
        self.assertEqual([row["written"] for row in rows], [3, 3000, 3, 3])
        self.assertEqual([record["detail"] for record in self.records("-2")], ["number 0", "number 1", "number 2"])
        chatty = [record["index"] for record in self.records("-1")]
        self.assertEqual(chatty[:7], list(range(7)))
        self.assertEqual(chatty[7:], list(range(3000 - len(chatty) + 7, 3000)))

    def test_a_supervisor_that_was_restarted_goes_on_in_the_same_boot(self):
        self.write_boot(1, 2)
        self.write_boot(2, 2)
        writer = Writer(self, self.path, 2)
        self.assertEqual(writer.opened(), 2)
        writer.event(detail="after the restart")
        writer.close()
        self.assertEqual([record["detail"] for record in self.records()],
                         ["number 0", "number 1", "after the restart"])

    def test_another_size_keeps_what_fits_and_the_owner_and_the_mode(self):
        for number in range(1, 5):
            self.write_boot(number, 25)
        self.path.chmod(0o600)
        if ROOT:
            os.chown(self.path, 65534, 65534)
        self.write_boot(5, 2, expect=5, size=4 * SIZE, boots=6)
        self.assertEqual([row["records"] for row in self.boots()], [2, 25, 25, 25, 25])
        self.assertEqual(self.path.stat().st_mode & 0o777, 0o600)
        if ROOT:
            self.assertEqual((self.path.stat().st_uid, self.path.stat().st_gid), (65534, 65534))
        self.write_boot(5, 1, expect=2, size=(2 + 2 * 8) * SECTOR, boots=2)
        self.assertEqual([(row["boot"], row["records"]) for row in self.boots()], [(boot_id(5), 3), (boot_id(4), 8)])
        self.assertEqual([record["index"] for record in self.records("-1")], [0, 1, 19, 20, 21, 22, 23, 24])

    def test_a_link_to_another_disk_stays_one(self):
        real = self.folder / "elsewhere"
        real.mkdir()
        self.path.symlink_to(real / "box")
        self.write_boot(1, 1)
        self.write_boot(2, 1, expect=2, size=2 * SIZE)
        self.assertTrue(self.path.is_symlink())
        self.assertEqual([entry.name for entry in real.iterdir()], ["box"])

    def test_a_file_full_of_garbage_is_put_aside(self):
        for garbage in (random.Random(3).randbytes(SIZE), b"root:x:0:0\n", b"\xff" * 5000):
            self.path.write_bytes(garbage)
            self.assertIn("not a black box", self.ctl("events", "--boots", "--file", str(self.path), status=3).stderr)
            self.write_boot(1, 1, expect=1)
            self.assertEqual((self.folder / "box.old").read_bytes(), garbage)
            self.assertEqual(len(self.records()), 1)

    def test_an_empty_file_is_no_loss_and_leaves_nothing_behind(self):
        for content in (b"", bytes(4096)):
            self.path.write_bytes(content)
            self.write_boot(1, 1, expect=1)
            self.assertEqual([entry.name for entry in self.folder.iterdir()], ["box"])

    def test_a_later_version_is_refused_by_the_reader_and_put_aside_by_the_writer(self):
        self.write_boot(1, 1)
        for number in range(2):
            self.sector(number, lambda sector: seal(sector[:16] + b"\x02" + sector[17:]))
        self.assertIn("later version", self.ctl("events", "--boots", "--file", str(self.path), status=3).stderr)
        later = self.path.read_bytes()
        self.write_boot(2, 1, expect=1)
        self.assertEqual((self.folder / "box.old").read_bytes(), later)

    def test_damaged_headers_are_mended_and_cost_nothing(self):
        for damaged in ((0,), (1,), (0, 1)):
            self.write_boot(1, 1)
            records = len(self.records())
            for number in damaged:
                self.sector(number, lambda sector: b"\xa5" * SECTOR)
            self.write_boot(1, 1, expect=1)
            self.assertEqual(len(self.records()), records + 1)
            self.assertEqual(self.path.read_bytes()[:16], b"fascia black box")
            self.assertFalse((self.folder / "box.old").exists())

    def test_what_a_crash_left_half_made_is_made_anew(self):
        (self.folder / "box.new").write_bytes(b"half")
        self.write_boot(1, 1, expect=1)
        self.assertEqual([entry.name for entry in self.folder.iterdir()], ["box"])

    def test_a_killed_writer_leaves_only_whole_records(self):
        dice = random.Random(7)
        total = 0
        for _ in range(15):
            writer = Writer(self, self.path, size=1024 * 1024, boots=1)  # room for all
            writer.opened()
            writer.events(dice.randrange(1, 100), total)
            self.wait_for_records(boot_id(1), total + 1)
            writer.kill()
            row, = self.boots()
            self.assertEqual(row["damaged"], 0)
            self.assertGreater(row["records"], total)
            self.assertEqual([record["index"] for record in self.records()], list(range(row["written"])))
            total = row["written"]

    def test_two_writers_do_not_share_a_box(self):
        writer = Writer(self, self.path)
        writer.opened()
        self.assertEqual(Writer(self, self.path, 2).broken(), "another process writes it")
        writer.event()
        self.assertEqual(writer.close(), "ok")
        self.assertEqual(len(self.boots()), 1)


class WhatBreaksIt(Case):
    """Every case ends with a writer that goes on reading its input and ends when it is told to."""

    def expect_life(self, writer, why):
        writer.events(300)  # more than the queue holds
        state = writer.close()
        self.assertRegex(state, why)
        self.assertEqual(sum(line.startswith("broken") for line in writer.lines.seen), 1)

    def expect_broken(self, writer, why):
        self.assertRegex(writer.broken(), why)
        self.expect_life(writer, why)

    def test_a_path_that_cannot_be(self):
        file = self.folder / "file"
        file.write_bytes(b"")
        self.expect_broken(Writer(self, file / "box"), "Not a directory|File exists")
        self.expect_broken(Writer(self, self.folder), "directory")
        os.mkfifo(self.path)
        self.expect_broken(Writer(self, self.path), "not a file")
        self.expect_broken(Writer(self, "/" + "x" * 600), "too long")
        self.expect_broken(Writer(self, self.folder / "small", size=1000), "out of range")

    def test_a_file_that_was_removed(self):
        writer = Writer(self, self.path)
        writer.opened()
        self.path.unlink()
        writer.event()
        self.expect_broken(writer, "removed")

    def test_a_file_that_was_replaced(self):
        writer = Writer(self, self.path)
        writer.opened()
        (self.folder / "other").write_bytes(b"")
        (self.folder / "other").rename(self.path)
        writer.event()
        self.expect_broken(writer, "removed")
        self.assertEqual(self.path.read_bytes(), b"")

    def test_a_file_that_was_cut_short(self):
        writer = Writer(self, self.path)
        writer.opened()
        os.truncate(self.path, 1000)
        writer.event()
        self.expect_broken(writer, "cut short")
        self.assertEqual(self.path.stat().st_size, 1000)

    def test_a_limit_of_file_sizes(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (SIZE // 2, SIZE // 2))
        # SIGXFSZ is at its default here, which would end the process.
        writer = Writer(self, self.path, preexec_fn=limit, restore_signals=True)
        self.expect_broken(writer, "File too large")
        self.assertEqual(self.path.stat().st_size, 0)
        self.assertFalse((self.folder / "box.new").exists())

    def in_own_mounts(self, options, script="true"):
        """A prefix that runs a program with a tmpfs at the folder that nobody else sees."""
        prefix = ["unshare", "--mount", "sh", "-e", "-c",
                  f'mount -t tmpfs -o {options} none "{self.folder}"; {script}; exec "$@"', "sh"]
        if not ROOT or subprocess.run([*prefix, "true"], check=False, capture_output=True).returncode != 0:
            self.skipTest("needs root and mount namespaces")
        return prefix

    def test_a_full_disk(self):
        prefix = self.in_own_mounts("size=32k")
        self.expect_broken(Writer(self, self.path, prefix=prefix), "No space left")

    def test_a_full_disk_that_holds_an_older_box_of_another_size(self):
        self.write_boot(1, 3)
        old = self.path.read_bytes()
        shutil.copy(self.path, self.folder.parent / (self.folder.name + ".copy"))
        self.addCleanup(os.unlink, self.folder.parent / (self.folder.name + ".copy"))
        prefix = self.in_own_mounts("size=100k", f'cp "{self.folder}.copy" "{self.path}"')
        writer = Writer(self, self.path, size=2 * SIZE, prefix=prefix)
        self.assertRegex(writer.broken(), "No space left")
        inside = pathlib.Path(f"/proc/{writer.process.pid}/root{self.folder}")
        self.assertEqual((inside / "box").read_bytes(), old)
        self.assertEqual([entry.name for entry in inside.iterdir()], ["box"])
        self.expect_life(writer, "No space left")

    def test_a_disk_that_fills_up_behind_our_back(self):
        prefix = self.in_own_mounts("size=256k")
        writer = Writer(self, self.path, prefix=prefix)
        writer.opened()
        inside = f"/proc/{writer.process.pid}/root{self.folder}"
        subprocess.run(["fallocate", "--punch-hole", "--offset", "0", "--length", str(SIZE), f"{inside}/box"],
                       check=True)
        with self.assertRaises(OSError), open(f"{inside}/filler", "wb", buffering=0) as filler:
            while True:
                filler.write(bytes(4096))
        writer.event()
        self.expect_broken(writer, "No space left")

    def test_a_read_only_file_system(self):
        prefix = self.in_own_mounts("size=1m", f'mount -o remount,ro "{self.folder}"')
        self.expect_broken(Writer(self, self.path, prefix=prefix), "Read-only file system")
        self.expect_broken(Writer(self, self.folder / "a" / "box", prefix=prefix), "Read-only file system")


class Bus:
    """A dbus-daemon of our own."""

    def __init__(self, case):
        config = case.folder / "bus.conf"
        config.write_text(
            f'<busconfig><type>session</type><listen>unix:path={case.folder}/bus</listen><auth>EXTERNAL</auth>'
            '<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/>'
            '<allow user="*"/></policy></busconfig>', encoding="utf-8")
        self.process = subprocess.Popen(
            [OPTIONS.dbus_daemon, f"--config-file={config}", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        case.addCleanup(self.close)
        self.address = self.process.stdout.readline().strip()

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


class Fasciactl(Case):
    def test_the_text_has_the_local_time_the_seconds_the_name_the_source_and_the_detail(self):
        writer = Writer(self, self.path)
        writer.opened()
        writer.event("unit-died", 12345678, "fascia-link", "signal 9")
        writer.close()
        heading, line = self.ctl("events", "--boot", "0", "--file", str(self.path)).stdout.splitlines()
        self.assertEqual(heading, f"-- boot 0, {boot_id(1)}: 1 events --")
        self.assertRegex(line, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0[12]:00 +12\.346  unit-died +fascia-link +"
                               r"signal 9$")

    def test_gaps_and_damage_are_said(self):
        self.write_boot(1, 100)
        self.sector(3, lambda sector: sector[:100] + b"\xff" + sector[101:])
        row, = self.boots()
        self.assertEqual((row["damaged"], row["written"]), (1, 100))
        text = self.ctl("events", "--boot", "0", "--file", str(self.path)).stdout
        self.assertIn("1 damaged", text.splitlines()[0])
        self.assertIn("-- 1 events are missing here", text)
        self.assertIn(f"-- {100 - row['records'] - 1} events are missing here", text)

    def test_an_event_that_this_version_does_not_know_is_shown_by_its_id(self):
        self.write_boot(1, 1)
        self.sector(2, lambda sector: seal(sector[:56] + bytes(range(16)) + sector[72:]))
        record, = self.records()
        self.assertEqual(record["event"], "000102030405060708090a0b0c0d0e0f")
        self.assertEqual(record["message_id"], record["event"])
        self.assertIn("000102030405060708090a0b0c0d0e0f", self.ctl("events", "--boot", "0", "--file", str(self.path)).stdout)

    def test_text_that_is_no_utf8_or_commands_a_terminal_is_made_harmless(self):
        self.write_boot(1, 1)
        detail = b"\xff\x1b[2J\xc2\x9b2J".ljust(256, b"\0")
        self.sector(2, lambda sector: seal(sector[:108] + detail + sector[364:]))
        self.assertEqual(self.records()[0]["detail"], "\ufffd?[2J?2J")

    def test_a_boot_is_found_by_its_number_and_by_the_beginning_of_its_id(self):
        for number in (0xAAAA0000, 0xAAAA1111, 0xBBBB0000):
            self.write_boot(number, 1)
        for word, number in (("0", 0xBBBB0000), ("-2", 0xAAAA0000), ("bbbb", 0xBBBB0000), ("AAAA-1", 0xAAAA1111)):
            self.assertEqual(self.records(word)[0]["boot"], boot_id(number))
        for word, why in (("-3", "none by the number -3"), ("aaaa", "several boots"), ("cccc", "no boots")):
            self.assertIn(why, self.ctl("events", "--boot", word, "--file", str(self.path), status=3).stderr)
        text = self.ctl("events", "--boots", "--file", str(self.path)).stdout.splitlines()
        self.assertEqual([line.split()[0] for line in text], ["boot", "-2", "-1", "0"])

    def test_wrong_arguments_are_told_apart_from_what_cannot_be_done(self):
        for arguments in (["--boot", "x"], ["--boot", "1"], ["--boot", "abc"], ["--boot", "-x"], ["--boot"],
                          ["--boots", "--boot", "0"], ["--boots", "--follow"], ["--file", "x"],
                          ["--boot", "-1", "--follow"], ["operand"]):
            self.ctl("events", *arguments, status=64)
        missing = self.ctl("events", "--boots", "--file", str(self.folder / "missing"), status=3).stderr
        self.assertRegex(missing, r"there is no black box\.\n  .*--file")
        self.assertIn("not a black box", self.ctl("events", "--boots", "--file", str(self.folder), status=3).stderr)
        os.mkfifo(self.folder / "pipe")
        self.ctl("events", "--boots", "--file", str(self.folder / "pipe"), status=3)

    @unittest.skipUnless(ROOT, "needs another account to be")
    def test_who_may_not_read_it_is_told_what_to_do(self):
        self.write_boot(1, 1)
        self.folder.chmod(0o755)
        program = self.folder / "fasciactl"  # the build folder may not be for everybody
        shutil.copy(OPTIONS.fasciactl, program)
        result = subprocess.run([program, "--bus", NO_BUS, "events", "--boots", "--file", str(self.path)], check=False,
                                capture_output=True, text=True, user=65534, group=65534, extra_groups=[])
        self.assertEqual(result.returncode, 3)
        self.assertRegex(result.stderr, r"you may not read it\.\n  Use sudo")

    def test_fasciad_says_where_the_box_is(self):
        bus = Bus(self)
        writer = Writer(self, self.path, None, bus=bus.address)
        writer.opened()
        writer.event(detail="here")
        writer.close()
        writer = Writer(self, self.path, None, bus=bus.address)
        writer.opened()
        boot, = json.loads(self.ctl("events", "--boots", "--json", bus=bus.address).stdout)
        self.assertEqual(boot["number"], 0)
        self.assertIn("here", self.ctl("events", "--boot", "0", bus=bus.address).stdout)
        writer.close()

    def test_a_broken_box_is_still_read_and_said_to_be_broken(self):
        self.write_boot(1, 1)
        self.write_boot(2, 1)
        bus = Bus(self)
        with open(self.path, "rb") as locked:
            subprocess.run(["flock", "--exclusive", str(locked.fileno())], pass_fds=[locked.fileno()], check=True)
            writer = Writer(self, self.path, None, bus=bus.address)
            self.assertEqual(writer.broken(), "another process writes it")
            result = self.ctl("events", "--boot", "-1", bus=bus.address)
        self.assertIn("note: fasciad cannot write the black box (another process writes it)", result.stderr)
        self.assertIn(boot_id(2), result.stdout)
        self.assertIn("nothing of this boot", self.ctl("events", "--boot", "0", bus=bus.address, status=3).stderr)
        writer.close()

    def test_following_shows_the_file_and_then_what_happens_each_event_once(self):
        bus = Bus(self)
        writer = Writer(self, self.path, None, bus=bus.address, size=1024 * 1024)
        writer.opened()
        writer.events(40)
        command = [OPTIONS.fasciactl, "--bus", bus.address, "events", "--boot", "0", "--follow", "--json"]
        follower = subprocess.Popen(command, stdout=subprocess.PIPE)
        self.addCleanup(lambda: (follower.kill(), follower.wait(), follower.stdout.close()))
        lines = Lines(follower.stdout)
        writer.events(20, 40)  # while it reads
        seen = [json.loads(lines.next()) for _ in range(60)]
        writer.event("unit-died", 60, "test", "number 60")
        seen.append(json.loads(lines.next()))
        self.assertEqual([record["detail"] for record in seen], [f"number {i}" for i in range(61)])
        self.assertEqual(seen[-1]["message_id"], "631c1d955e9d200330d700749965c667")
        self.assertEqual(seen[-1]["severity"], "warning")
        writer.close()

    def test_without_a_bus_following_shows_the_file_and_says_that_it_cannot_go_on(self):
        writer = Writer(self, self.path, None)
        writer.opened()
        writer.event(detail="in the file")
        writer.close()
        result = self.ctl("events", "--boot", "0", "--follow", "--file", str(self.path), status=3)
        self.assertIn("in the file", result.stdout)
        self.assertIn("cannot be reached", result.stderr)

    def test_a_word_that_is_nearly_one_of_ours_is_recognised(self):
        for word, ours in (("unit-deid", "unit-died"), ("no-snik", "no-sink"), ("box-broken", "black-box-broken")):
            self.assertIn(ours, self.ctl("explain", word, status=64).stderr)
        self.assertIn("lists them", self.ctl("explain", "zzzzzz", status=64).stderr)
        self.assertIn("lists them", self.ctl("explain", "z" * 1000, status=64).stderr)
        self.assertRegex(self.ctl("explain", "631C1D955E9D200330D700749965C667").stdout, "^unit-died ")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--writer", required=True)
    parser.add_argument("--fasciactl", required=True)
    parser.add_argument("--dbus-daemon", required=True)
    rest = parser.parse_known_args(namespace=OPTIONS)[1]
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
