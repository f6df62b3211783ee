# SPDX-License-Identifier: Apache-2.0
"""What the tests of fascia-identity share: running it, OpenSSL servers, certificates made by openssl itself."""
import json
import os
import re
import subprocess
import threading

PROGRAM = None  # set from the command line
LIMIT = 60
ANSWER = re.compile(r"ACCEPT (\S+):(\d+)")


def identity(*words, status=0, prefix=()):
    """Runs fascia-identity; returns what it printed on standard output and standard error."""
    run = subprocess.run([*prefix, PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=LIMIT)
    assert run.returncode == status, f"{words}: status {run.returncode}, not {status}\n{run.stdout}{run.stderr}"
    assert "PRIVATE KEY" not in run.stdout + run.stderr
    return run.stdout, run.stderr


def openssl(*words, check=True, **more):
    run = subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True, timeout=LIMIT, **more)
    assert not check or run.returncode == 0, f"openssl {words}: {run.stdout}{run.stderr}"
    return run


def check(*words, status, prefix=()):
    """The findings of `check`: a dictionary rule -> worst outcome, and the whole document."""
    document = json.loads(identity("check", "--json", *words, status=status, prefix=prefix)[0])
    rank = ["not applicable", "met", "warning", "violated"]
    outcomes = {}
    for finding in document["findings"]:
        old = outcomes.get(finding["rule"], "not applicable")
        outcomes[finding["rule"]] = max(old, finding["outcome"], key=rank.index)
    assert document["status"] == status
    return outcomes, document


def broken(outcomes):
    """The rules that are not met, as two sets: violated, warning."""
    return tuple({rule for rule, outcome in outcomes.items() if outcome == kind} for kind in ("violated", "warning"))


def self_signed(folder, *words, key=("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")):
    """A certificate that openssl makes. Returns (certificate, key)."""
    certificate, secret = os.path.join(folder, "self.pem"), os.path.join(folder, "self.key")
    openssl("req", "-x509", "-nodes", *key, "-keyout", secret, "-out", certificate, "-subj", "/CN=unit.local", *words)
    return certificate, secret


class Server:
    """openssl s_server on a port of its own choice."""

    def __init__(self, certificate, key, *words, address="127.0.0.1", prefix=(), more=()):
        self.process = subprocess.Popen(
            [*prefix, "openssl", "s_server", "-accept", f"{address}:0", "-cert", certificate, "-key", key, *more, *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said = []
        for line in self.process.stdout:
            said.append(line)
            found = ANSWER.search(line)
            if found:
                self.port = int(found.group(2))
                break
        else:
            raise AssertionError(f"s_server: {''.join(said)}")
        self.reader = threading.Thread(target=self.process.stdout.read)  # it must not wait for us to read
        self.reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()
        self.process.stdin.close()


def leaf(folder, name="unit.local"):
    """(chain, key) as a server is given them."""
    current = os.path.join(folder, "leaf", name, "current")
    return os.path.join(current, "chain.pem"), os.path.join(current, "key.pem")
