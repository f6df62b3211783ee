# SPDX-License-Identifier: Apache-2.0
"""Drives an end of Wi-Fi Aware over its control sockets, as a phone (or a head unit) does: for system tests.

It works with the double and with the real wpa_supplicant; what it knows is the control protocol.

    with Engine.start(folder, environment={…}) as engine:
        phone = End(engine)
        phone.set_up()
        phone.subscribe("_example._tcp")
        found = phone.find()
        phone.pair("123456", found)
        path = phone.connect(found)
        phone.terminate(path)
"""
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

HERE = os.path.dirname(os.path.realpath(__file__))
PROGRAM = os.path.join(HERE, "wpa_supplicant")
PATIENCE = float(os.environ.get("FASCIA_PATIENCE", "1"))        # of all waits: an emulated machine is slow
WAIT_S = 20.0 * PATIENCE
REPLY_MAX = 1 << 17
SCHEDULE = "map_id=1 2437:0e000000 5180:f0ffffff"
SETTINGS = ("master_pref 20", "dual_band 0", "bootstrap_config 0x0022,0x0000,1024", "pairing_setup 1", "npk_caching 1",
            "pairing_verification 1")
PIN_DISPLAY, PIN_KEYPAD = 0x0002, 0x0020


class Failed(AssertionError):
    pass


@dataclass
class Event:
    name: str
    fields: dict
    line: str

    @classmethod
    def parse(cls, line: str) -> "Event":
        text = line.split(">", 1)[1] if line.startswith(("<", "IFNAME=")) and ">" in line else line
        words = text.split(" ")
        pairs = (word.split("=", 1) for word in words[1:] if "=" in word)
        return cls(words[0], {name: value.rstrip(",") for name, value in pairs}, line)

    def __getitem__(self, name: str) -> str:
        return self.fields[name]

    def get(self, name: str, default=None):
        return self.fields.get(name, default)


class Control:
    """One client of one control socket."""
    _made = 0

    def __init__(self, path: str, attach: bool = False):
        Control._made += 1
        self._folder = tempfile.mkdtemp(prefix="fascia-ctrl.")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.bind(os.path.join(self._folder, "client"))
        os.chmod(os.path.join(self._folder, "client"), 0o777)
        self.socket.connect(path)
        self.events = []
        if attach and self.request("ATTACH") != "OK\n":
            raise Failed(f"{path}: no ATTACH")

    def close(self):
        self.socket.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _receive(self, end: float):
        left = end - time.monotonic()
        if left <= 0:
            return None
        self.socket.settimeout(left)
        try:
            return self.socket.recv(REPLY_MAX).decode("latin-1")
        except TimeoutError:
            return None

    @staticmethod
    def _is_event(text: str) -> bool:
        return text.startswith("<") or text.startswith("IFNAME=")

    def request(self, command: str, seconds: float = WAIT_S) -> str:
        """The reply, to the octet; events that come in between are kept."""
        self.socket.send(command.encode("latin-1"))
        end = time.monotonic() + seconds
        while (text := self._receive(end)) is not None:
            if not self._is_event(text):
                return text
            self.events.append(Event.parse(text))
        raise Failed(f"no reply to {command.split(' ')[0]} within {seconds:.1f} s")

    def poll(self, seconds: float = 0.0):
        """Reads what is there; waits so long for something."""
        end = time.monotonic() + max(seconds, 1e-4)
        while (text := self._receive(end)) is not None:
            self.events.append(Event.parse(text))
            end = time.monotonic() + 1e-4

    def wait(self, name: str, seconds: float = WAIT_S, **fields) -> Event:
        """The first event of that name with these fields that was not waited for yet; earlier ones are forgotten."""
        event = self.wait_any((name,), seconds, **fields)
        if event is None:
            raise Failed(f"no {name} {fields or ''} within {seconds:.1f} s")
        return event

    def wait_any(self, names, seconds: float = WAIT_S, **fields):
        """As wait() for one of several; None when the time is over."""
        end = time.monotonic() + seconds
        while True:
            while self.events:
                event = self.events.pop(0)
                if event.name in names and all(event.get(key) == str(value) for key, value in fields.items()):
                    return event
            text = self._receive(end)
            if text is None:
                return None
            self.events.append(Event.parse(text))

    def none_of(self, name: str, seconds: float, **fields):
        """That an event does not come. The only wait that always lasts."""
        event = self.wait_any((name,), seconds, **fields)
        if event is not None:
            raise Failed(f"unexpected: {event.name} {event.fields}")


class Engine:
    """A wpa_supplicant process."""

    def __init__(self, folder: str, program: str = PROGRAM, prefix=(), environment=None, log=None):
        self.folder = folder
        self.global_path = os.path.join(folder, "global")
        self._log = open(log, "ab") if log else None
        # No byte code beside the sources: tests run as root.
        given = {**os.environ, **(environment or {}), "PYTHONDONTWRITEBYTECODE": "1"}
        self.process = subprocess.Popen([*prefix, program, "-g", self.global_path], env=given, stdin=subprocess.DEVNULL,
                                        stdout=self._log or subprocess.DEVNULL, stderr=self._log)

    @classmethod
    def start(cls, folder: str, **options) -> "Engine":
        """Returns once it answers."""
        os.makedirs(folder, exist_ok=True)
        engine = cls(folder, **options)
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end and engine.process.poll() is None:
            try:
                control = Control(engine.global_path)
            except OSError:
                time.sleep(0.005)
                continue
            try:
                if control.request("PING", 1) == "PONG\n":
                    return engine
            except (Failed, OSError):
                pass
            finally:
                control.close()
        engine.kill()
        raise Failed("wpa_supplicant does not answer")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def kill(self, number: int = signal.SIGKILL):
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.wait(WAIT_S)
        if self._log:
            self._log.close()
            self._log = None

    def global_control(self, attach: bool = False) -> Control:
        return Control(self.global_path, attach)


@dataclass
class Path:
    peer: str
    ndp_id: str
    init_ndi: str
    event: Event = None


@dataclass
class End:
    """One end: an NMI with its service, and an NDI."""
    engine: Engine
    radio: str = "wlan0"
    nmi: str = "nan0"
    ndi: str = "ndi0"
    driver: str = "nl80211"
    config: str = ""
    settings: tuple = SETTINGS
    control: Control = None
    world: Control = None
    service_id: int = 0
    address: str = ""
    ndi_address: str = ""
    nd_pmk: str = ""
    _folder: str = field(default="", repr=False)

    def must(self, command: str, want: str = "OK\n") -> str:
        reply = self.control.request(command)
        if reply != want:
            raise Failed(f"{command.split(' ')[0]}: {reply.strip()}")
        return reply

    def add_interface(self, name: str, create: str = ""):
        config = self.config if create == "nan" else ""
        line = f"INTERFACE_ADD {name}\t{config}\t{self.driver}\tDIR={self.engine.folder}/ctrl"
        if create:
            line += f"\t\t\tcreate\t{create}"
        if self.world.request(line) != "OK\n":
            raise Failed(f"INTERFACE_ADD {name}")

    def open(self):
        """The radio's interface and the NMI."""
        self.world = self.engine.global_control()
        self.add_interface(self.radio)
        self.add_interface(self.nmi, "nan")
        self.control = Control(f"{self.engine.folder}/ctrl/{self.nmi}", attach=True)
        self.address = self.control.request("STATUS").split("address=")[1].split("\n")[0]

    def set_up(self, nik: str = ""):
        """All that comes before a service."""
        self.open()
        for setting in (*self.settings, *([f"nik {nik}"] if nik else [])):
            self.must(f"NAN_SET {setting}")
        self.start()
        self.add_interface(self.ndi, "nan_data")
        ndi = Control(f"{self.engine.folder}/ctrl/{self.ndi}")
        self.ndi_address = ndi.request("STATUS").split("address=")[1].split("\n")[0]
        ndi.close()

    def start(self):
        self.must("NAN_START")
        self.control.wait("NAN-CLUSTER-JOIN")
        self.must(f"NAN_SCHED_CONFIG_MAP {SCHEDULE}")

    def close(self):
        for control in (self.control, self.world):
            if control:
                control.close()

    def _service(self, command: str) -> int:
        reply = self.control.request(command)
        if not reply.isdigit():
            raise Failed(f"{command}: {reply.strip()}")
        self.service_id = int(reply)
        return self.service_id

    def publish(self, name: str, options: str = "", ssi: str = "020001aa") -> int:
        return self._service(f"NAN_PUBLISH service_name={name} sync=1 srv_proto_type=2 fsd=0 ttl=600 ssi={ssi} data_path=1 "
                             + options)

    def subscribe(self, name: str, options: str = "active=1", ssi: str = "ddbbccaa") -> int:
        return self._service(f"NAN_SUBSCRIBE service_name={name} sync=1 srv_proto_type=2 ssi={ssi} {options}")

    def find(self, **fields) -> Event:
        return self.control.wait("NAN-DISCOVERY-RESULT", subscribe_id=self.service_id, **fields)

    def bootstrap(self, found: Event, method: int = PIN_KEYPAD) -> Event:
        self.must(f"NAN_BOOTSTRAP {found['address']} handle={self.service_id} req_instance_id={found['publish_id']} "
                  f"method={method}")
        done = self.control.wait_any(("NAN-BOOTSTRAP-SUCCESS", "NAN-BOOTSTRAP-FAILURE"))
        if not done or done.name != "NAN-BOOTSTRAP-SUCCESS":
            raise Failed(f"bootstrapping: {done.fields if done else 'no end'}")
        return done

    def authorize(self, method: int = PIN_DISPLAY) -> Event:
        """The side that is asked."""
        asked = self.control.wait("NAN-BOOTSTRAP-REQUEST")
        self.must(f"NAN_BOOTSTRAP {asked['peer_nmi']} handle={asked['handle']} "
                  f"req_instance_id={asked['requestor_instance_id']} method={method} auth")
        return self.control.wait("NAN-BOOTSTRAP-SUCCESS")

    def send_pair(self, address: str, instance: str, auth: int, pin: str = "", responder: bool = False) -> str:
        secret = f" pwd_hex={pin.encode().hex()}" if pin else ""
        return self.control.request(f"NAN_PAIR {address} auth={auth} cipher=CCMP handle={self.service_id} "
                                    f"peer_instance_id={instance}{' responder' if responder else ''}{secret}")

    def pair(self, pin: str, found: Event, remember: bool = True) -> Event:
        """As initiator. Returns the NIK that came, or the status without one."""
        return self._paired(self.send_pair(found["address"], found["publish_id"], 1, pin), remember)

    def verify(self, found: Event) -> Event:
        """By the stored key of an earlier pairing."""
        return self._paired(self.send_pair(found["address"], found["publish_id"], 2), False)

    def answer_pairing(self, pin: str = "", remember: bool = True) -> Event:
        """As responder, with the PIN, or without one by the stored key."""
        asked = self.control.wait("NAN-PAIRING-REQUEST")
        reply = self.send_pair(asked["peer_nmi"], asked["instance_id"], 1 if pin else 2, pin, responder=True)
        return self._paired(reply, remember and bool(pin))

    def _paired(self, reply: str, remember: bool) -> Event:
        if reply != "OK\n":
            raise Failed(f"NAN_PAIR: {reply.strip()}")
        status = self.control.wait("NAN-PAIRING-STATUS")
        if status["status"] != "success":
            raise Failed("pairing failed")
        self.nd_pmk = status["nd_pmk"]
        return self.control.wait("NAN-NIK-RECEIVED") if remember else status

    def request_path(self, found: Event, secret: str = "", iid: str = "8899aabbccddeeff", ssi: str = "aabbcc") -> str:
        """The reply; secret is for example "csid=1 pwd_hex=…"."""
        return self.control.request(f"NAN_NDP_REQUEST handle={self.service_id} ndi={self.ndi} peer_nmi={found['address']} "
                                    f"peer_id={found['publish_id']} ssi={ssi}{' ' + secret if secret else ''}"
                                    + (f" interface_id={iid}" if iid else ""))

    def connect(self, found: Event, secret: str = "", iid: str = "8899aabbccddeeff") -> Path:
        if not secret and self.nd_pmk:
            secret = f"csid=1 pmk={self.nd_pmk}"
        if (reply := self.request_path(found, secret, iid)) != "OK\n":
            raise Failed(f"NAN_NDP_REQUEST: {reply.strip()}")
        return self.connected()

    def accept(self, secret: str = "", iid: str = "0011223344556677", ssi: str = "ddeeff", verb: str = "accept") -> Event:
        """Answers the next request; returns it."""
        asked = self.control.wait("NAN-NDP-REQUEST")
        reply = self.respond(asked, secret, iid, ssi, verb)
        if reply != "OK\n":
            raise Failed(f"NAN_NDP_RESPONSE: {reply.strip()}")
        return asked

    def respond(self, asked: Event, secret: str = "", iid: str = "", ssi: str = "", verb: str = "accept") -> str:
        return self.control.request(self.response_line(asked, secret, iid, ssi, verb))

    def response_line(self, asked: Event, secret: str = "", iid: str = "", ssi: str = "", verb: str = "accept") -> str:
        line = f"NAN_NDP_RESPONSE {verb} peer_nmi={asked['peer_nmi']}"
        if verb == "accept":
            line += f" ndi={self.ndi} handle={self.service_id}"
        line += f" ndp_id={asked['ndp_id']} init_ndi={asked['init_ndi']}"
        for text in (f"ssi={ssi}" if ssi else "", secret, f"interface_id={iid}" if iid else ""):
            line += f" {text}" if text else ""
        return line

    def connected(self) -> Path:
        event = self.control.wait_any(("NAN-NDP-CONNECTED", "NAN-NDP-DISCONNECTED"))
        if not event or event.name != "NAN-NDP-CONNECTED":
            raise Failed(f"no data path: {event.fields if event else 'nothing happened'}")
        return Path(event["peer"], event["ndp_id"], event["local_ndi"], event)

    def terminate(self, path: Path) -> Event:
        self.must(f"NAN_NDP_TERMINATE peer_nmi={path.peer} init_ndi={path.init_ndi} ndp_id={path.ndp_id}")
        return self.control.wait("NAN-NDP-DISCONNECTED", ndp_id=path.ndp_id)


def run(*words: str, check: bool = True) -> str:
    done = subprocess.run(words, text=True, capture_output=True)
    if check and done.returncode:
        raise Failed(f"{' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def link_local(iid: str) -> str:
    return socket.inet_ntop(socket.AF_INET6, bytes.fromhex("fe80000000000000" + iid))


def quieten(ndi: str, namespace: str = ""):
    """No address, and nothing said, of the kernel's own accord: while the NDI has no carrier yet."""
    run("ip", *(["-n", namespace] if namespace else []), "link", "set", ndi, "addrgenmode", "none", "arp", "off")
    inside = ["ip", "netns", "exec", namespace] if namespace else []
    run(*inside, "sh", "-c", f"for key in accept_ra router_solicitations dad_transmits ndisc_notify; do "
                             f"echo 0 >/proc/sys/net/ipv6/conf/{ndi}/$key; done")


def install_addresses(ndi: str, own_iid: str, peer_iid: str, peer_ndi: str, namespace: str = ""):
    """Static addresses, as a peer that needs no Neighbor Discovery has them."""
    quieten(ndi, namespace)
    ip = ["ip", *(["-n", namespace] if namespace else [])]
    run(*ip, "link", "set", ndi, "up")
    run(*ip, "addr", "replace", f"{link_local(own_iid)}/64", "dev", ndi, "noprefixroute", "nodad")
    run(*ip, "route", "replace", f"{link_local(peer_iid)}/128", "dev", ndi)
    run(*ip, "neigh", "replace", link_local(peer_iid), "lladdr", peer_ndi, "dev", ndi, "nud", "permanent")


if __name__ == "__main__":
    sys.exit("a module; the program is phone")
