#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fascia-identity against the real openssl, and against clients and servers on the loopback interface."""
import argparse
import fcntl
import json
import os
import pathlib
import shutil
import socket
import ssl
import stat
import struct
import subprocess
import sys
import tempfile
import threading
import unittest

import common
from common import Server, broken, check, identity, leaf, openssl, self_signed

DAY = 86400
LIMIT_S = 600  # that a test run may take


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tmp = folder.name
        self.dir = os.path.join(self.tmp, "id")

    def make(self, *init, sans=("ip:fe80::1", "ip:127.0.0.1"), days=None):
        identity("init", self.dir, "--permit", "ip:127.0.0.0/8", *init)
        words = [word for san in sans for word in ("--san", san)]
        identity("issue", self.dir, "--name", "unit.local", *words, *(["--days", days] if days else []))
        return self.dir

    @property
    def trust(self):
        return os.path.join(self.dir, "trust.pem")


class Issue(Case):
    def test_openssl_verifies_what_was_issued_with_every_kind_of_key(self):
        for kind in ("p256", "p384", "rsa:2048", "rsa:3072"):
            with self.subTest(kind=kind):
                self.dir = os.path.join(self.tmp, kind)
                identity("init", self.dir, "--key", kind)
                identity("issue", self.dir, "--name", "unit.local", "--san", "ip:fe80::1", "--key", kind)
                chain, key = leaf(self.dir)
                openssl("verify", "-x509_strict", "-check_ss_sig", "-purpose", "sslserver", "-CAfile", self.trust, chain)
                outcomes, _ = check(chain, "--ca", self.trust, "--name", "unit.local", status=0)
                self.assertEqual(broken(outcomes), (set(), set()))
                public = openssl("x509", "-in", chain, "-noout", "-pubkey").stdout
                self.assertEqual(openssl("pkey", "-in", key, "-pubout").stdout, public)

    def test_openssl_finds_the_same_names_in_it(self):
        chain, _ = leaf(self.make())
        for words, ok in ((("-checkhost", "unit.local"), True), (("-checkhost", "other.local"), False),
                          (("-checkip", "fe80::1"), True), (("-checkip", "fe80::2"), False)):
            said = openssl("x509", "-in", chain, "-noout", *words).stdout
            self.assertEqual("does NOT match" not in said, ok, said)
            outcomes, _ = check(chain, "--name", words[1], status=0 if ok else 2)
            self.assertEqual(outcomes["san-matches"], "met" if ok else "violated")

    def test_keys_are_only_for_their_owner_whatever_the_umask(self):
        old = os.umask(0)
        try:
            self.make()
        finally:
            os.umask(old)
        for path in pathlib.Path(self.dir).rglob("*"):
            if path.name == "key.pem":
                self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600, path)
            elif path.is_dir() and not path.is_symlink():
                self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o700, path)
        self.assertEqual(stat.S_IMODE(os.stat(self.dir).st_mode), 0o700)

    def test_a_key_that_others_may_read_is_refused(self):
        self.make()
        os.chmod(os.path.join(self.dir, "ca", "1", "key.pem"), 0o640)
        self.assertIn("others may read", identity("issue", self.dir, "--name", "b.local", status=3)[1])
        os.chmod(os.path.join(self.dir, "ca", "1", "key.pem"), 0o600)
        os.chmod(self.dir, 0o755)
        self.assertIn("must be 0700", identity("rotate", self.dir, status=3)[1])

    def test_two_runs_at_once_do_not_mix(self):
        self.make()
        held = os.open(self.dir, os.O_RDONLY)
        self.addCleanup(os.close, held)
        fcntl.flock(held, fcntl.LOCK_EX)
        self.assertIn("another fascia-identity", identity("rotate", self.dir, "--force", status=3)[1])

    def test_nothing_that_is_there_is_overwritten_by_init(self):
        os.mkdir(self.dir)
        identity("init", self.dir)
        before = pathlib.Path(self.trust).read_bytes()
        self.assertIn("something already", identity("init", self.dir, status=3)[1])
        self.assertEqual(pathlib.Path(self.trust).read_bytes(), before)

    def test_the_ca_is_good_for_local_names_only_unless_permitted(self):
        self.make()
        self.assertIn("--permit", identity("issue", self.dir, "--name", "www.example.com", status=3)[1])
        self.assertFalse(os.path.exists(os.path.join(self.dir, "leaf", "www.example.com")))
        identity("issue", self.dir, "--name", "8.8.8.8", status=3)
        self.dir = os.path.join(self.tmp, "wide")
        identity("init", self.dir, "--permit", "dns:example.com", "--permit", "ip:2001:db8::/32")
        identity("issue", self.dir, "--name", "www.example.com", "--san", "ip:2001:db8::7")
        openssl("verify", "-x509_strict", "-CAfile", self.trust, leaf(self.dir, "www.example.com")[0])

    def test_it_is_valid_since_yesterday_and_for_397_days(self):
        chain, _ = leaf(self.make())
        _, document = check(chain, status=0)
        self.assertEqual(document["chain"][0]["validity_days"], 397)
        self.assertAlmostEqual(document["now"] - document["chain"][0]["not_before"], DAY, delta=LIMIT_S)

    def test_wrong_arguments_say_what_is_wrong(self):
        for words, said in ((("issue", self.dir), "--name is missing"),
                            (("issue", self.dir, "--name", "fe80::1%eth0"), "a zone"),
                            (("issue", self.dir, "--name", "a_b.local"), "neither a DNS name"),
                            (("issue", self.dir, "--name", "a.local", "--days", "826"), "from 1 to 825"),
                            (("init", self.dir, "--key", "rsa:1024"), "none of p256"),
                            (("init", self.dir, "--now", "tomorrow"), "neither seconds"),
                            (("rotate", self.dir, "--ca", "over"), "none of begin"),
                            (("init",), "DIR is missing"), (("fly",), "known are init issue")):
            with self.subTest(words=words):
                self.assertIn(said, identity(*words, status=64)[1])
        self.assertIn("neither dns:NAME", identity("init", self.dir, "--permit", "ip:fe80::1", status=3)[1])
        self.assertFalse(os.path.exists(self.dir))


class Rotate(Case):
    def test_only_what_ends_soon_is_replaced_and_keeps_its_names_and_length(self):
        chain, _ = leaf(self.make(days=60))
        before = os.path.realpath(chain)
        self.assertIn("stays", identity("rotate", self.dir)[0])
        self.assertEqual(os.path.realpath(chain), before)
        self.assertIn("new certificate", identity("rotate", self.dir, "--days-left", "100")[0])
        self.assertNotEqual(os.path.realpath(chain), before)
        self.assertTrue(os.path.exists(before))  # a server may be reading it
        _, document = check(chain, "--ca", self.trust, status=0)
        self.assertEqual(document["chain"][0]["validity_days"], 60)
        self.assertEqual(document["chain"][0]["names"], ["unit.local", "fe80::1", "127.0.0.1"])

    def test_a_roll_over_leaves_no_moment_at_which_a_client_with_the_bundle_fails(self):
        chain, _ = leaf(self.make())
        old_trust = os.path.join(self.tmp, "old.pem")
        shutil.copy(self.trust, old_trust)
        identity("rotate", self.dir, "--ca", "begin")
        both = os.path.join(self.tmp, "both.pem")
        shutil.copy(self.trust, both)
        self.assertEqual(len(identity("export-pin", self.dir)[0].split()), 2)
        for trust in (old_trust, both):
            openssl("verify", "-CAfile", trust, chain)
        identity("rotate", self.dir, "--ca", "switch")
        openssl("verify", "-CAfile", both, chain)
        self.assertNotEqual(openssl("verify", "-CAfile", old_trust, chain, check=False).returncode, 0)
        identity("rotate", self.dir, "--ca", "finish")
        openssl("verify", "-CAfile", both, chain)
        openssl("verify", "-CAfile", self.trust, chain)
        self.assertEqual(len(identity("export-pin", self.dir)[0].split()), 1)
        # The new CA is bound as the old one was.
        identity("issue", self.dir, "--name", "www.example.com", status=3)

    def test_a_certificate_ends_with_its_ca_and_gets_its_length_back_after_a_roll_over(self):
        identity("init", self.dir, "--days", "100")
        self.assertIn("begin a CA roll-over", identity("issue", self.dir, "--name", "a.local", status=3)[1])
        identity("issue", self.dir, "--name", "a.local", "--days", "90")
        later = str(int(check(leaf(self.dir, "a.local")[0], status=0)[1]["now"]) + 50 * DAY)
        said = identity("rotate", self.dir, "--force", "--now", later)[1]
        self.assertIn("the CA ends in 48 days", said)
        _, document = check(leaf(self.dir, "a.local")[0], "--now", later, status=0)
        self.assertLess(document["chain"][0]["validity_days"], 90)
        identity("rotate", self.dir, "--ca", "begin", "--now", later)
        identity("rotate", self.dir, "--ca", "switch", "--now", later)
        _, document = check(leaf(self.dir, "a.local")[0], "--now", later, status=0)
        self.assertEqual(document["chain"][0]["validity_days"], 90)

    def test_a_running_server_and_its_clients_do_not_notice_a_rotation(self):
        """The server reads its files for each connection, the client connects without a pause, and we rotate."""
        self.make()
        listener = socket.create_server(("127.0.0.1", 0))
        stop, serials, failures, served_badly = threading.Event(), set(), [], []

        def serve():
            while not stop.is_set():
                raw, _ = listener.accept()
                generation = os.path.realpath(os.path.join(self.dir, "leaf", "unit.local", "current"))
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                try:
                    context.load_cert_chain(f"{generation}/chain.pem", f"{generation}/key.pem")
                    with context.wrap_socket(raw, server_side=True) as connection:
                        connection.recv(1)
                except OSError as problem:
                    served_badly.append(problem)

        def connect():
            context = ssl.create_default_context(cafile=self.trust)
            with socket.create_connection(listener.getsockname()) as raw, \
                    context.wrap_socket(raw, server_hostname="unit.local") as connection:
                serials.add(connection.getpeercert()["serialNumber"])
                self.assertEqual(connection.version(), "TLSv1.3")
                connection.send(b"x")

        def connect_always():
            while not stop.is_set():
                try:
                    connect()
                except OSError as problem:
                    failures.append(problem)

        threads = [threading.Thread(target=work, daemon=True) for work in (serve, connect_always)]
        for thread in threads:
            thread.start()
        for _ in range(5):
            identity("rotate", self.dir, "--force")
        stop.set()
        threads[1].join(common.LIMIT)
        socket.create_connection(listener.getsockname()).close()  # wakes accept()
        threads[0].join(common.LIMIT)
        listener.close()
        self.assertEqual(failures, [])
        self.assertLessEqual(len(served_badly), 1)  # the one that woke it
        self.assertGreater(len(serials), 1)


class Check(Case):
    def test_every_published_rule_that_a_bad_certificate_violates_is_explained(self):
        certificate, _ = self_signed(self.tmp, "-days", "900", "-sha1", key=("-newkey", "rsa:1024"))
        outcomes, document = check(certificate, status=2)
        violated, warnings = broken(outcomes)
        self.assertEqual(violated, {"key-rsa-2048", "signature-sha2", "san-present", "eku-server-auth", "validity-825"})
        self.assertEqual(warnings, {"not-self-signed", "leaf-not-ca"})
        for finding in document["findings"]:
            if finding["outcome"] in ("violated", "warning"):
                self.assertTrue(finding["measured"] and finding["source"] and finding["remedy"], finding)
        text = identity("check", certificate, status=2)[0]
        for rule in violated:
            self.assertIn(f"violated: {rule}", text)
        for word in ("1024 bits", "sha1WithRSAEncryption", "only the Common Name", "901 days", "103769", "remedy"):
            self.assertIn(word, text)

    def test_a_good_self_signed_certificate_is_a_warning_as_its_treatment_is_not_public(self):
        certificate, _ = self_signed(self.tmp, "-days", "90", "-addext", "subjectAltName=DNS:unit.local", "-addext",
                                     "extendedKeyUsage=serverAuth", "-addext", "basicConstraints=critical,CA:FALSE")
        outcomes, document = check(certificate, status=1)
        self.assertEqual(broken(outcomes), (set(), {"not-self-signed"}))
        wording = {finding["rule"]: finding["wording"] for finding in document["findings"]}
        self.assertEqual(wording["not-self-signed"], "not public")

    def test_der_is_read_as_pem_is(self):
        certificate, _ = self_signed(self.tmp, "-days", "30")
        openssl("x509", "-in", certificate, "-outform", "DER", "-out", f"{self.tmp}/self.der")
        pem = check(certificate, status=2)[1]
        der = check(f"{self.tmp}/self.der", "--now", pem["now"], status=2)[1]
        self.assertEqual(pem["findings"], der["findings"])

    def test_398_days_bind_only_under_a_preinstalled_root(self):
        chain, _ = leaf(self.make(days=800))
        self.assertEqual(check(chain, status=0)[0]["validity-398"], "not applicable")
        self.assertEqual(check(chain, "--root", "preinstalled", status=2)[0]["validity-398"], "violated")

    def test_expiry_is_told_from_the_time_that_is_given(self):
        chain, _ = leaf(self.make())
        now = check(chain, status=0)[1]["now"]
        self.assertEqual(check(chain, "--now", now + 380 * DAY, status=1)[0]["expires-soon"], "warning")
        outcomes = check(chain, "--ca", self.trust, "--now", now + 397 * DAY, status=2)[0]
        self.assertEqual((outcomes["valid-now"], outcomes["chain-trusted"]), ("violated", "violated"))
        self.assertEqual(check(chain, "--now", now - 2 * DAY, status=2)[0]["valid-now"], "violated")

    def test_what_cannot_be_checked_is_an_error_with_its_cause(self):
        pathlib.Path(self.tmp, "text").write_text("no certificate")
        refused = socket.create_server(("127.0.0.1", 0))
        port = refused.getsockname()[1]
        refused.close()
        for what, said in ((f"{self.tmp}/text", "no certificate in it"), (f"{self.tmp}/none.pem", "no such file"),
                           (f"127.0.0.1:{port}", "refused"), ("[fe80::1%nowhere0]:7000", 'no interface "nowhere0"'),
                           ("[fe80::1]:7000", "needs its interface"), ("unit.invalid", "the name failed")):
            with self.subTest(what=what):
                self.assertIn(said, identity("check", what, status=3)[1])
        identity("check", "10.0.0.1%eth0", status=64)

    def test_pins_are_those_that_openssl_computes(self):
        self.make()
        der = subprocess.run("openssl x509 -noout -pubkey | openssl pkey -pubin -outform DER | "
                             "openssl dgst -sha256 -binary | openssl base64", shell=True, check=True, text=True,
                             input=pathlib.Path(self.trust).read_text(), capture_output=True, timeout=common.LIMIT)
        self.assertEqual(identity("export-pin", self.dir)[0], der.stdout)
        self.assertEqual(identity("export-pin", self.trust)[0], der.stdout)
        shown = json.loads(identity("show", self.dir, "--json")[0])
        self.assertEqual(shown[0]["pin_sha256"] + "\n", der.stdout)
        self.assertEqual(identity("export-pin", self.dir, "--leaf", "unit.local")[0].strip(), shown[1]["pin_sha256"])
        identity("export-pin", self.dir, "--leaf", "other.local", status=3)
        os.unlink(os.path.join(self.dir, "ca", "current", "key.pem"))  # the CA's key may be kept elsewhere
        self.assertEqual(identity("export-pin", self.dir)[0], der.stdout)
        self.assertIn("cannot be read", identity("rotate", self.dir, "--force", status=3)[1])


class Handshake(Case):
    def client(self, port, trust, name="unit.local"):
        """A client that trusts this file and nothing else. Returns what s_client says of the verification."""
        said = openssl("s_client", "-connect", f"127.0.0.1:{port}", "-CAfile", trust, "-no-CApath", "-no-CAstore",
                       "-verify_return_error", "-verify_hostname", name, "-servername", name, check=False, input="").stdout
        return "Verify return code: 0 (ok)" in said

    def test_a_client_that_knows_only_the_ca_connects_and_one_with_another_ca_does_not(self):
        self.make()
        other = os.path.join(self.tmp, "other")
        identity("init", other)
        with Server(*leaf(self.dir)) as server:
            self.assertTrue(self.client(server.port, self.trust))
            self.assertFalse(self.client(server.port, f"{other}/trust.pem"))
            self.assertFalse(self.client(server.port, self.trust, "other.local"))
            here = f"127.0.0.1:{server.port}"
            outcomes, document = check(here, "--ca", self.trust, status=0)
            self.assertEqual((document["tls"], outcomes["chain-trusted"]), ("TLSv1.3", "met"))
            self.assertEqual(len(document["chain"]), 2)  # with the anchor, which is judged, too
            self.assertEqual(check(here, "--ca", self.trust, "--name", "unit.local", status=0)[0]["san-matches"], "met")
            outcomes = check(here, "--ca", f"{other}/trust.pem", status=2)[0]
            self.assertEqual(broken(outcomes), ({"chain-trusted"}, set()))

    def test_a_server_that_speaks_no_tls_1_3_is_a_warning(self):
        self.make()
        with Server(*leaf(self.dir), "-tls1_2") as server:
            outcomes = check(f"127.0.0.1:{server.port}", "--ca", self.trust, status=1)[0]
            self.assertEqual(broken(outcomes), (set(), {"tls-1.3"}))

    def test_an_old_server_is_seen_and_judged(self):
        self.make("--key", "rsa:2048")
        identity("issue", self.dir, "--name", "unit.local", "--san", "ip:127.0.0.1", "--key", "rsa:2048")
        with Server(*leaf(self.dir), "-tls1_1", "-cipher", "ALL:@SECLEVEL=0") as server:
            violated, _ = broken(check(f"127.0.0.1:{server.port}", "--ca", self.trust, status=2)[0])
            self.assertIn("tls-1.2", violated)
        with Server(*leaf(self.dir), "-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256") as server:
            violated, _ = broken(check(f"127.0.0.1:{server.port}", "--ca", self.trust, status=2)[0])
            self.assertEqual(violated, {"forward-secrecy"})

    def test_all_that_is_wrong_with_a_server_is_told_at_once(self):
        certificate, key = self_signed(self.tmp, "-days", "900", "-sha1", key=("-newkey", "rsa:1024"))
        self.make()
        with Server(certificate, key, more=("-cipher", "ALL:@SECLEVEL=0")) as server:
            violated, _ = broken(check(f"127.0.0.1:{server.port}", "--ca", self.trust, status=2)[0])
        self.assertEqual(violated, {"key-rsa-2048", "signature-sha2", "san-present", "san-matches", "eku-server-auth",
                                    "validity-825", "chain-trusted"})

    def test_a_silent_server_is_given_up_after_saying_so(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            said = identity("check", f"127.0.0.1:{listener.getsockname()[1]}", status=3)[1]
        self.assertIn("still waiting for the handshake", said)
        self.assertIn("the handshake did not come within 5 s", said)

    def test_a_server_that_hangs_up_is_told_of(self):
        for linger in (struct.pack("ii", 1, 0), struct.pack("ii", 0, 0)):  # with a reset, and politely
            with socket.create_server(("127.0.0.1", 0)) as listener:
                def hang_up():
                    with listener.accept()[0] as connection:
                        connection.recv(1)
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                thread = threading.Thread(target=hang_up)
                thread.start()
                said = identity("check", f"127.0.0.1:{listener.getsockname()[1]}", status=3)[1]
                thread.join(common.LIMIT)
            self.assertIn("no TLS: the handshake failed", said)

    def test_a_server_of_something_else_is_no_tls(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            def answer():
                with listener.accept()[0] as connection:
                    connection.recv(1)
                    connection.sendall(b"220 not TLS at all\r\n")
            thread = threading.Thread(target=answer)
            thread.start()
            said = identity("check", f"127.0.0.1:{listener.getsockname()[1]}", status=3)[1]
            thread.join(common.LIMIT)
        self.assertIn("no TLS", said)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--identity", required=True)
    options, rest = parser.parse_known_args()
    common.PROGRAM = os.path.abspath(options.identity)
    if not shutil.which("openssl"):
        print("skipped: no openssl")
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], *rest])
