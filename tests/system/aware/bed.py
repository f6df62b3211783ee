# SPDX-License-Identifier: Apache-2.0
"""What the tests of fascia-aware share: a private D-Bus with the real policy, network namespaces, fascia-addr and
fascia-aware with a double of wpa_supplicant, and ends of the double in the same air. Every wait polls a condition."""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../../.."))
sys.dont_write_bytecode = True
sys.path[:0] = [os.path.join(ROOT, "tests/doubles/wpa_supplicant"), os.path.join(ROOT, "tests/system")]
import netns as ns  # noqa: E402
import phone  # noqa: E402
from netns import AS_NOBODY, MLD, ND, refused_to_everybody, sh  # noqa: E402

SERVICE = "_example._tcp"
WAIT_S = 30.0 * phone.PATIENCE
SPEED = 10
ND_AND_MLD = ND | MLD


ENDS = []  # whose events are read while something is waited for: their sockets hold few


def poll_ends():
    for end in ENDS:
        end.control.poll()


def until(what, condition, seconds=WAIT_S):
    """Polls until condition() is true; returns its value."""
    return ns.until(what, condition, seconds, 0.02 * phone.PATIENCE, poll_ends, (AssertionError, LookupError, OSError))


class Unit:
    """A head unit: namespace, fascia-addr, fascia-aware, engine. Two of them have two buses."""

    def __init__(self, bed, name, nmi, services, extra=""):
        self.bed, self.name, self.nmi = bed, name, nmi
        self.dir = f"{bed.dir}/{name}"
        self.run = f"{self.dir}/run"
        self.bus = f"unix:path={self.dir}/bus"
        self.netns = bed.namespace(name)
        self.engine = self.addr = self.aware = None
        for folder in (self.run, f"{self.run}/aware", f"{self.dir}/state"):
            os.makedirs(folder)
        os.chmod(f"{self.run}/aware", 0o700)
        bed.radio(self.netns)
        self.write_config(services, extra)
        self.start_bus()

    def write_config(self, services, extra=""):
        with open(f"{self.dir}/fascia.yaml", "w") as f:
            f.write(f"bus: {self.bus}\nruntime_dir: {self.run}\nlog_level: debug\nlink: {{enabled: false, country: DE}}\n"
                    f"aware:\n  enabled: true\n  interface: wlan0\n  store: {self.dir}/state/aware/pairings\n"
                    f"{extra}  services:\n{services}")

    def start_bus(self):
        self.bus_daemon = ns.start_bus(self.bed.spawn, self.dir)

    def inside(self, *words, **options):
        return self.bed.spawn(*ns.inside(self.netns, *words), **options)

    def start_engine(self, rules=()):
        folder = f"{self.run}/aware"
        self.engine = self.bed.engine(folder, self.nmi, self.netns, rules)
        return self.engine

    def start_addr(self):
        with open(f"{self.dir}/addr.log", "a") as log:
            self.addr = self.inside(self.bed.options.addr, "--config", f"{self.dir}/fascia.yaml", stdout=log, stderr=log)
        until("fascia-addr answers", lambda: self.get("State", "org.fascia.Addr1"))

    def start_aware(self):
        with open(f"{self.dir}/aware.log", "a") as log:
            self.aware = self.inside(self.bed.options.aware, "--config", f"{self.dir}/fascia.yaml", stdout=log, stderr=log)
        until("fascia-aware answers", lambda: self.get("State"))

    def start(self, rules=()):
        self.start_engine(rules)
        self.start_addr()
        self.start_aware()
        return self.running()

    def running(self):
        until("the engine runs", lambda: self.get("Engine")["state"] == "running")
        until("services are on the air", lambda: all(s["running"] for s in self.get("Services")))
        return self

    # D-Bus

    def call(self, method, signature="", *arguments, name="org.fascia.Aware1", prefix=()):
        return ns.call(self.bus, name, method, signature, *arguments, prefix=prefix)

    def get(self, property, name="org.fascia.Aware1"):
        return ns.get(self.bus, name, property)

    def state(self):
        return self.get("State"), self.get("Reason")

    def ctl(self, *arguments, status=0):
        done = subprocess.run([self.bed.options.fasciactl, "--bus", self.bus, *arguments], text=True, capture_output=True)
        assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
        return done.stdout

    def peer(self, nmi):
        return next((p for p in self.get("Peers") if p["nmi"] == nmi), None)

    def paths(self, connected=True):
        return [p for p in self.get("DataPaths") if p["connected"] or not connected]

    def pin(self, request="show-pin"):
        """The PIN of the request that a phone's bootstrapping has made."""
        row = until("a request", lambda: next((r for r in self.get("Requests") if r["kind"] == request), None))
        return self.call("GetPin", "u", row["id"])

    # the kernel

    def kernel(self, ndi="ndi0"):
        """Routes and permanent neighbours on the data interface."""
        routes = sorted(line.split()[0] for line in
                        sh("ip", "-n", self.netns, "-6", "route", "show", "dev", ndi, check=False).splitlines()
                        if line.startswith("fe80"))
        neighbours = sorted(line.split()[0] for line in
                            sh("ip", "-n", self.netns, "-6", "neigh", "show", "dev", ndi, "nud", "permanent",
                               check=False).splitlines())
        return routes, neighbours

    def own_address(self, ndi="ndi0"):
        found = re.search(r"inet6 (fe80\S+)/64", sh("ip", "-n", self.netns, "-6", "addr", "show", "dev", ndi))
        return f"{found.group(1)}%{ndi}"

    def sniffer(self, interface="ndi0"):
        child = self.bed.spawn(*ns.inside(self.netns, "sniff", interface), bufsize=0, stdout=subprocess.PIPE)
        assert child.stdout.readline() == b"ready\n"
        os.set_blocking(child.stdout.fileno(), False)
        child.told = b""
        return child

    @staticmethod
    def frames(sniffer):
        """All so far, as (direction, type)."""
        try:
            while data := os.read(sniffer.stdout.fileno(), 65536):
                sniffer.told += data
        except BlockingIOError:
            pass
        return [line.split() for line in sniffer.told[:sniffer.told.rindex(b"\n") + 1].decode().splitlines()] \
            if b"\n" in sniffer.told else []

    def log(self):
        return open(f"{self.dir}/aware.log").read()


class Bed:
    def __init__(self, options):
        self.options = options
        self.children, self.engines, self.ends, self.namespaces, self.units = [], [], [], [], []
        self.dir = tempfile.mkdtemp(prefix="fascia-aware.")
        os.chmod(self.dir, 0o755)
        os.mkdir(f"{self.dir}/air")

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        ENDS.clear()
        for end in self.ends:
            end.close()
        for child in reversed(self.children):
            child.kill()
            child.wait()
        for engine in self.engines:
            engine.kill()
        for name in self.namespaces:
            sh("ip", "netns", "del", name, check=False)
        if kind and self.options.verbose:
            for unit in self.units:
                for file in ("addr.log", "aware.log"):
                    if os.path.exists(f"{unit.dir}/{file}"):
                        sys.stderr.write(f"--- {unit.name} {file}\n" + open(f"{unit.dir}/{file}").read())
        shutil.rmtree(self.dir, ignore_errors=True)

    def namespace(self, name):
        whole = f"fascia-{os.getpid()}-{name}"
        sh("ip", "netns", "add", whole)
        self.namespaces.append(whole)
        return whole

    def radio(self, netns):
        """Something of the name wlan0 that a unit's engine can be given."""
        sh("ip", "-n", netns, "link", "add", "wlan0", "type", "veth", "peer", "name", "far")

    def spawn(self, *words, **options):
        child = subprocess.Popen(words, **options)
        self.children.append(child)
        return child

    def engine_environment(self, nmi):
        return {"FASCIA_DOUBLE_AIR": f"{self.dir}/air", "FASCIA_DOUBLE_SPEED": str(SPEED), "FASCIA_DOUBLE_NMI": nmi}

    def engine(self, folder, nmi, netns, rules=()):
        script = f"{folder}.script"
        with open(script, "w") as f:
            f.write("\n".join(rules) + "\n")
        environment = {**self.engine_environment(nmi), "FASCIA_DOUBLE_SCRIPT": script}
        engine = phone.Engine.start(folder, environment=environment, prefix=("ip", "netns", "exec", netns), log=f"{folder}.log")
        self.engines.append(engine)
        return engine

    kind_of_unit = Unit

    def unit(self, name="unit", nmi="42:00:00:00:00:00", services="", extra=""):
        unit = self.kind_of_unit(self, name, nmi, services, extra)
        self.units.append(unit)
        return unit

    def phone(self, name="phone", nmi="42:00:00:00:01:00", rules=()):
        """An end in a namespace of its own that is driven by the test."""
        return self.phone_in(self.namespace(name), name, nmi, rules)

    def phone_in(self, netns, name, nmi, rules=()):
        end = phone.End(self.engine(f"{self.dir}/{name}", nmi, netns, rules))
        end.netns, end.name, end.nmi_wanted = netns, name, nmi
        # Its periods are shorter by SPEED, the test's are not; a data path must outlive what is done with it.
        end.settings = (*phone.SETTINGS, "max_ndl_idle_period 3000")
        self.ends.append(end)
        end.set_up(nik=nmi.replace(":", "") + "00" * 10)
        # As a peer that needs no Neighbor Discovery is: silent before there is a carrier.
        sh("ip", "-n", netns, "link", "set", end.ndi, "addrgenmode", "none", "arp", "off")
        for key in ("accept_ra", "router_solicitations", "dad_transmits", "ndisc_notify"):
            sh("ip", "netns", "exec", netns, "sh", "-c", f"echo 0 > /proc/sys/net/ipv6/conf/{end.ndi}/{key}")
        ENDS.append(end)
        return end

    def phone_again(self, end):
        """The same phone, with the same identity, that has forgotten its pairings."""
        end.close()
        self.ends.remove(end)
        ENDS.remove(end)
        end.engine.kill()
        return self.phone_in(end.netns, end.name, end.nmi_wanted)

    def address_phone(self, end, unit):
        """What a phone without Neighbor Discovery installs, from what the data path's set-up said."""
        path = unit.paths()[0]
        own = path["address"].split("%")[0]
        iid = socket.inet_pton(socket.AF_INET6, own)[8:].hex()
        phone.install_addresses(end.ndi, iid, unit.get("Engine")["iid"], unit_ndi(unit), end.netns)
        return f"{own}%{end.ndi}"

    def exchange(self, unit, end, octets=100000):
        """TCP both ways over the scoped addresses; the phone is addressed by hand."""
        theirs = self.address_phone(end, unit)
        self.talk_both_ways((unit.netns, unit.own_address()), (end.netns, theirs), octets)

    def exchange_units(self, one, two, octets=100000):
        """Each side is addressed by its own fascia-addr."""
        assert one.paths()[0]["address"].split("%")[0] == two.own_address().split("%")[0]
        assert two.paths()[0]["address"].split("%")[0] == one.own_address().split("%")[0]
        self.talk_both_ways((one.netns, one.own_address()), (two.netns, two.own_address()), octets)

    def talk_both_ways(self, here, there, octets):
        for (netns, own), (other, others) in ((here, there), (there, here)):
            listening = self.spawn(*ns.inside(netns, "serve", own), text=True, stdout=subprocess.PIPE)
            port = listening.stdout.readline().strip()
            scoped = own.split("%")[0] + "%" + others.split("%")[1]
            out = sh(*ns.inside(other, "exchange", scoped, port, str(octets), str(WAIT_S)))
            assert int(out) == octets, out
            listening.kill()
            listening.wait()


def unit_ndi(unit):
    return json.loads(sh("ip", "-n", unit.netns, "-j", "link", "show", "ndi0"))[0]["address"]


def run_tests(parser, tests, kind=Bed):
    parser.add_argument("--verbose", action="store_true", help="logs of what failed")
    parser.add_argument("only", nargs="*", help="names of tests; none: all")
    options = parser.parse_args()
    return ns.run_tests(tests, options.only, lambda test: kind(options), (AssertionError, phone.Failed))


__all__ = ["AS_NOBODY", "ENDS", "ND_AND_MLD", "ROOT", "SERVICE", "SPEED", "WAIT_S", "Bed", "Unit", "phone",
           "refused_to_everybody", "run_tests", "sh", "signal", "until", "unit_ndi"]
