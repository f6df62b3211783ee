# SPDX-License-Identifier: Apache-2.0
"""What the tests of services in network namespaces share: a private bus with the policy that is installed, programs that
run inside a namespace (this file as a program), waiting, and the loop over the tests. Every wait polls a condition."""
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import time

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
POLICY = os.path.join(ROOT, "config/dbus/org.fascia.conf")
WAIT_S = 20.0
AS_NOBODY = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")
ND = {133, 134, 135, 136, 137}
MLD = {130, 131, 132, 143}


def sh(*words, check=True, **options):
    done = subprocess.run(words, text=True, capture_output=True, **options)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def until(what, condition, seconds=None, pause=0.02, meanwhile=None, misses=(AssertionError, LookupError)):
    """Polls until condition() is true, with `meanwhile()` in between; returns its value. `misses` are "not yet"."""
    seconds = WAIT_S if seconds is None else seconds  # read now: a benchmark has more patience
    end = time.monotonic() + seconds
    last = None
    while time.monotonic() < end:
        try:
            last = condition()
            if last:
                return last
        except misses as problem:
            last = problem
        if meanwhile:
            meanwhile()
        time.sleep(pause)
    raise AssertionError(f"not within {seconds:.0f} s: {what} (last: {last})")


# The bus

def start_bus(spawn, folder, rules=""):
    """At unix:path=FOLDER/bus: the rules of a system bus, `rules`, and the policy that is installed. Its process."""
    with open(f"{folder}/bus.conf", "w") as f:
        f.write(f"""<busconfig><type>system</type><listen>unix:path={folder}/bus</listen><auth>EXTERNAL</auth>
          <policy context="default"><allow user="*"/><deny own="*"/><deny send_type="method_call"/>
            <allow send_type="signal"/><allow send_requested_reply="true" send_type="method_return"/>
            <allow send_requested_reply="true" send_type="error"/><allow receive_type="method_call"/>
            <allow receive_type="method_return"/><allow receive_type="error"/><allow receive_type="signal"/>
            <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus"/></policy>
          {rules}<include>{POLICY}</include></busconfig>""")
    daemon = spawn("dbus-daemon", "--nofork", "--nosyslog", f"--config-file={folder}/bus.conf", stderr=subprocess.DEVNULL)
    until("bus", lambda: os.path.exists(f"{folder}/bus"))
    return daemon


def path_of(name):
    return "/" + name.replace(".", "/")


def call(bus, name, method, signature="", *arguments, prefix=()):
    """The first value of the answer of a service; AssertionError with what an error says."""
    done = subprocess.run([*prefix, "busctl", f"--address={bus}", "--json=short", "call", name, path_of(name), name, method]
                          + ([signature, *map(str, arguments)] if signature else []), text=True, capture_output=True)
    if done.returncode != 0:
        raise AssertionError(done.stderr.strip())
    return json.loads(done.stdout)["data"][0] if done.stdout.strip() else None


def get(bus, name, property):
    """A property; rows and dictionaries without the types of their values."""
    data = json.loads(sh("busctl", f"--address={bus}", "--json=short", "get-property", name, path_of(name), name,
                         property))["data"]
    if isinstance(data, list):
        return [{key: value["data"] for key, value in row.items()} for row in data]
    if isinstance(data, dict):
        return {key: value["data"] for key, value in data.items()}
    return data


def refused_to_everybody(calling, methods):
    """Asserts that the bus's policy refuses each (method, arguments) to nobody; `calling` is call() of a service."""
    for method, arguments in methods:
        try:
            calling(method, *arguments, prefix=AS_NOBODY)
        except AssertionError as problem:
            assert re.search("denied|not allowed|rejected|policy", str(problem), re.I), problem
        else:
            raise AssertionError(f"{method} was allowed to everybody")


# Programs that run inside a namespace

def inside(namespace, *words):
    """The words that run a helper of this file, or another program, in the namespace."""
    if words[0] in HELPERS:
        words = (sys.executable, os.path.realpath(__file__), *words)
    return ("ip", "netns", "exec", namespace, *words)


def place(scoped):
    """Address and scope of "fe80::1%va"."""
    host, interface = scoped.split("%")
    return host, socket.if_nametoindex(interface)


def sniff(interface):
    """Prints every IPv6 frame of an interface as "direction icmp-type-or-minus", "ready" first."""
    tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))  # unbound: sees an interface come up
    print("ready", flush=True)
    while True:
        frame, where = tap.recvfrom(65536)
        if where[0] != interface or frame[12:14] != b"\x86\xdd":
            continue
        at, following = 54, frame[20]
        while following == 0:
            following, at = frame[at], at + 8 + 8 * frame[at + 1]
        print("out" if where[2] == socket.PACKET_OUTGOING else "in", frame[at] if following == 58 else "-", flush=True)


def serve(scoped):
    """Echoes over one connection after the other at a scoped address; prints the port."""
    host, scope = place(scoped)
    listener = socket.socket(socket.AF_INET6)
    listener.bind((host, 0, 0, scope))
    listener.listen()
    print(listener.getsockname()[1], flush=True)
    while True:
        connection, _ = listener.accept()
        with connection:
            while data := connection.recv(65536):
                connection.sendall(data)


def connect(scoped, port, seconds):
    host, scope = place(scoped)
    connection = socket.socket(socket.AF_INET6)
    connection.settimeout(float(seconds))
    connection.connect((host, int(port), 0, scope))
    return connection


def talk(scoped, port):
    """Sends each line of stdin and prints what comes back."""
    connection = connect(scoped, port, WAIT_S)
    for line in sys.stdin:
        connection.sendall(line.encode())
        print(connection.recv(4096).decode(), end="", flush=True)


def exchange(scoped, port, octets, seconds):
    """Sends so many octets and prints how many come back the same."""
    connection = connect(scoped, port, seconds)
    sent, same = os.urandom(int(octets)), 0
    for at in range(0, len(sent), 4096):
        part = sent[at:at + 4096]
        connection.sendall(part)
        back = b""
        while len(back) < len(part):
            back += connection.recv(65536)
        same += len(back) if back == part else 0
    print(same, flush=True)


def join(interface):
    """Joins a multicast group, as any mDNS program would: the kernel sends MLD reports for it."""
    s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    group = socket.inet_pton(socket.AF_INET6, "ff02::fb") + struct.pack("@I", socket.if_nametoindex(interface))
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group)
    print("ready", flush=True)
    sys.stdin.read()


HELPERS = {"sniff": sniff, "serve": serve, "talk": talk, "exchange": exchange, "join": join}


# The tests

def can_run():
    """None, or what is missing."""
    if os.geteuid() != 0:
        return "needs root for network namespaces"
    for program in ("ip", "dbus-daemon", "busctl", "setpriv"):
        if not shutil.which(program):
            return f"needs {program}"
    probe = f"fascia-{os.getpid()}-probe"
    if subprocess.run(["ip", "netns", "add", probe], capture_output=True).returncode != 0:
        return "no network namespaces"
    sh("ip", "netns", "del", probe)
    return None


def run_tests(tests, only, make_bed, failures=(AssertionError,)):
    """Each test, or those that are named in `only`, with a bed of its own: make_bed(test). The exit status."""
    problem = can_run()
    if problem:
        print(f"1..0 # SKIP {problem}")
        return 77
    tests = [test for test in tests if not only or test.__name__ in only]
    print(f"1..{len(tests)}")
    failed = 0
    for number, test in enumerate(tests, 1):
        start = time.monotonic()
        try:
            with make_bed(test) as bed:
                test(bed)
            verdict = "ok"
        except failures as problem:
            verdict, failed = "not ok", failed + 1
            print(f"# {problem}")
        print(f"{verdict} {number} - {test.__name__} # {time.monotonic() - start:.1f} s", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        HELPERS[sys.argv[1]](*sys.argv[2:])
    except KeyboardInterrupt:
        pass
