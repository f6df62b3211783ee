#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""TLS 1.3 over a scoped link-local address: two network namespaces joined by a veth pair, the server (the unit) in one,
clients (the phone) in the other. Everything is of this test and goes with it. Exit status 77: cannot run here."""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

import common
from common import Server, broken, check, identity, leaf

UNIT, PHONE = "fe80::ff:fe00:1", "fe80::ff:fe00:2"


def sh(*words):
    subprocess.run(words, check=True, capture_output=True, timeout=common.LIMIT)


class Namespace:
    """A network namespace that lives as long as a process of ours."""

    def __init__(self):
        self.holder = subprocess.Popen(["unshare", "--net", "sh", "-c", "echo up; exec cat"], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, text=True)
        if self.holder.stdout.readline() != "up\n":
            raise OSError("no network namespace")
        self.enter = ("nsenter", "--net", f"--target={self.holder.pid}")

    def close(self):
        self.holder.stdin.close()
        self.holder.wait()
        self.holder.stdout.close()


def join(unit, phone):
    sh(*unit.enter, "ip", "link", "add", "unit0", "type", "veth", "peer", "name", "phone0", "netns",
       str(phone.holder.pid))
    for side, interface, address in ((unit, "unit0", UNIT), (phone, "phone0", PHONE)):
        sh(*side.enter, "ip", "link", "set", interface, "addrgenmode", "none")
        sh(*side.enter, "ip", "link", "set", interface, "up")
        sh(*side.enter, "ip", "address", "add", f"{address}/64", "dev", interface, "nodad")


def is_up(side, interface):
    shown = subprocess.run([*side.enter, "ip", "address", "show", "dev", interface], check=True, capture_output=True,
                           text=True, timeout=common.LIMIT).stdout
    return "LOWER_UP" in shown and "inet6" in shown and "tentative" not in shown


class Scoped(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.unit, cls.phone = Namespace(), Namespace()
        cls.addClassCleanup(cls.phone.close)
        cls.addClassCleanup(cls.unit.close)
        join(cls.unit, cls.phone)
        end = time.monotonic() + common.LIMIT
        while not (is_up(cls.unit, "unit0") and is_up(cls.phone, "phone0")):
            if time.monotonic() > end:
                raise AssertionError("the veth pair has no carrier")
            time.sleep(0.02)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = os.path.join(folder.name, "id")
        identity("init", self.dir)
        identity("issue", self.dir, "--name", "unit.local", "--san", f"ip:{UNIT}")
        self.trust = os.path.join(self.dir, "trust.pem")

    def server(self):
        return Server(*leaf(self.dir), "-tls1_3", address=f"[{UNIT}%unit0]", prefix=self.unit.enter)

    def test_openssl_shakes_hands_over_the_zone_and_verifies_the_address_without_it(self):
        with self.server() as server:
            for address, ok in ((UNIT, True), (PHONE, False)):
                said = subprocess.run(
                    [*self.phone.enter, "openssl", "s_client", "-connect", f"[{UNIT}%phone0]:{server.port}", "-tls1_3",
                     "-CAfile", self.trust, "-verify_return_error", "-verify_ip", address, "-noservername"],
                    input="", capture_output=True, text=True, timeout=common.LIMIT).stdout
                self.assertEqual("Verify return code: 0 (ok)" in said, ok, said)
                self.assertIn("New, TLSv1.3", said)

    def test_check_judges_the_server_over_the_zone_by_name_and_by_number(self):
        index = subprocess.run([*self.phone.enter, "sh", "-c", "cat /proc/net/if_inet6 | awk '$6 == \"phone0\" {print $2}'"],
                               check=True, capture_output=True, text=True).stdout.split()[0]
        with self.server() as server:
            for zone in ("phone0", int(index, 16)):
                outcomes, document = check(f"[{UNIT}%{zone}]:{server.port}", "--ca", self.trust, status=0,
                                           prefix=self.phone.enter)
                self.assertEqual(broken(outcomes), (set(), set()))
                self.assertEqual((document["tls"], outcomes["san-matches"]), ("TLSv1.3", "met"))

    def test_a_certificate_without_the_address_is_refused_over_the_zone(self):
        identity("issue", self.dir, "--name", "unit.local")
        with self.server() as server:
            outcomes, _ = check(f"[{UNIT}%phone0]:{server.port}", "--ca", self.trust, status=2, prefix=self.phone.enter)
            self.assertEqual(broken(outcomes), ({"san-matches"}, set()))

    def test_another_ca_is_refused_over_the_zone(self):
        other = f"{self.dir}-other"
        identity("init", other)
        with self.server() as server:
            outcomes, _ = check(f"[{UNIT}%phone0]:{server.port}", "--ca", f"{other}/trust.pem", status=2,
                                prefix=self.phone.enter)
            self.assertEqual(broken(outcomes), ({"chain-trusted"}, set()))

    def test_without_a_zone_the_cause_is_named(self):
        said = identity("check", f"[{UNIT}]:7000", status=3, prefix=self.phone.enter)[1]
        self.assertIn("needs its interface", said)


def can_run():
    if not all(map(shutil.which, ("openssl", "unshare", "nsenter", "ip"))):
        return "openssl, unshare, nsenter or ip is missing"
    if subprocess.run(["unshare", "--net", "ip", "link", "add", "unit0", "type", "veth", "peer", "name", "phone0"],
                      capture_output=True).returncode != 0:
        return "no privilege to make a network namespace with a veth pair"
    return None


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--identity", required=True)
    options, rest = parser.parse_known_args()
    common.PROGRAM = os.path.abspath(options.identity)
    reason = can_run()
    if reason:
        print(f"skipped: {reason}")
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], *rest])
