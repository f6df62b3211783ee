# SPDX-License-Identifier: Apache-2.0
"""wpa_supplicant with Wi-Fi Aware on a simulated radio, spoken to as its own tools do: one datagram socket for each of
its control sockets, which is attached to the events too, so that replies and events stand in the order in which
wpa_supplicant sent them. Each end has a network namespace of its own. For the rig's guest, as root."""
import contextlib
import itertools
import os
import re
import select
import socket
import subprocess
import time
from pathlib import Path

REPLY_S = 60.0          # an emulated guest makes and opens a radio interface in six seconds
REPEATED = ("NAN-DISCOVERY-RESULT", "NAN-REPLIED")          # every discovery window
EVENT = re.compile(r"^(?:IFNAME=\S+ )?<\d>")
_numbers = itertools.count()


class Missing(AssertionError):
    """An event or reply that did not come."""


def run(*command: str) -> str:
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise Missing(f"{' '.join(command)}: {result.stderr.strip()}")
    return result.stdout


def fields(event: str) -> dict:
    """The values of an event by their names. A trailing comma belongs to no value."""
    return {name: value.rstrip(",") for name, _, value in (word.partition("=") for word in event.split()[1:])}


class Transcript:
    """What was said, in the order and the format of tests/fixtures/aware/."""

    def __init__(self, path):
        self._file = open(path, "w", encoding="utf-8", buffering=1)

    def line(self, kind: str, text: str, at: float | None = None):
        print(f"{time.clock_gettime(time.CLOCK_BOOTTIME) if at is None else at:8.3f} {kind} {text}", file=self._file)

    def title(self, text: str):
        print(f"\n# {text}", file=self._file)

    def note(self, text: str):
        self.line("NOTE", text)


class Socket:
    """One control socket of wpa_supplicant."""

    def __init__(self, path, who: str, transcript: Transcript):
        self.who, self._transcript, self.events = who, transcript, []
        self.quiet = False      # of what repeats, and of what an interface's socket says too
        self._own = f"/tmp/real-{os.getpid()}-{next(_numbers)}"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self._own)
        self._socket.connect(str(path))

    def close(self):
        self._socket.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._own)

    def fileno(self) -> int:
        return self._socket.fileno()

    def receive(self) -> str | None:
        """A reply; an event is kept and None returned."""
        text = self._socket.recv(65536).decode(errors="replace")
        if not EVENT.match(text):
            return text
        event = text[text.index(">") + 1:].rstrip("\n")
        if event.startswith("NAN-"):
            self.events.append(event)
        if event.startswith("NAN-") and self.quiet and (self.who[-2:-1] == "-" or event.startswith(REPEATED)):
            return None
        self._transcript.line("EV", f"{self.who:6} {text.rstrip()[0 if text.startswith('I') else 3:]}")
        return None


class End:
    """One wpa_supplicant in a network namespace, with the interfaces WLAN, NMI and NDI on one radio."""

    everybody = []

    def __init__(self, name: str, program: str, phy: str, transcript: Transcript, out: Path, config: str,
                 debug: bool = False):
        self.name, self._program, self._transcript, self._out, self._debug = name, program, transcript, out, debug
        self.folder = Path(f"/tmp/engine-{name}")
        self.folder.mkdir()
        self.config = self.folder / "nan0.conf"
        self.config.write_text(config)
        run("ip", "netns", "add", name)
        run("iw", "phy", phy, "set", "netns", "name", name)
        self.wlan = next(each for each in run("ip", "-n", name, "-o", "link").split() if each.startswith("wlan"))[:-1]
        self.sockets, self.process, self.starts = {}, None, 0
        End.everybody.append(self)

    # Life and death

    def start(self):
        self.starts += 1
        with contextlib.suppress(FileNotFoundError):
            (self.folder / "global").unlink()
        command = ["ip", "netns", "exec", self.name, self._program, "-g", str(self.folder / "global")]
        log = self.folder / f"log-{self.starts}"
        if self._debug:
            command += ["-dd", "-t", "-f", str(log)]
        with open(self.folder / "printed", "ab") as printed:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=printed,
                                            stderr=subprocess.STDOUT)
        end = time.monotonic() + REPLY_S
        while not (self.folder / "global").exists():
            if time.monotonic() > end or self.process.poll() is not None:
                raise Missing(f"{self.name}: wpa_supplicant did not start")
            time.sleep(0.05)
        self._open("g", self.folder / "global")

    def kill(self, signal: int = 9) -> int:
        """Its exit status. The file of each control socket stays, as after any such death."""
        self.process.send_signal(signal)
        status = self.process.wait(REPLY_S)
        self._transcript.line("DIED", f"{self.name} by signal {signal}: exit {status}")
        self._forget()
        return status

    def _forget(self):
        for each in self.sockets.values():
            each.close()
        self.sockets = {}

    def keep_logs(self):
        for file in (*self.folder.glob("log-*"), *self.folder.glob("printed")):
            (self._out / f"{self.name}-{file.name}").write_bytes(file.read_bytes())

    # Interfaces

    def _open(self, key: str, path):
        self.sockets[key] = Socket(path, self.name + {"nan0": ""}.get(key, f"-{key[0]}"), self._transcript)
        self.command("ATTACH", key, record=False)

    def shut(self, key: str):
        self.sockets.pop(key).close()

    def add(self, interface: str, kind: str = "", config: str = "", mac: str = "") -> str:
        extra = f"\t\t\tcreate\t{kind}" if kind else ""
        extra += f"\t{mac}" if mac else ""
        reply = self.command(f"INTERFACE_ADD {interface}\t{config}\tnl80211\tDIR={self.folder}{extra}", "g")
        if reply == "OK":
            self._open(interface, self.folder / interface)
        return reply

    def set_up(self, master_pref: int, ndi: tuple = ("ndi0",), settings: tuple = (), begin: bool = True):
        self.add(self.wlan)
        self.add("nan0", "nan", str(self.config))
        for setting in (f"master_pref {master_pref}", "dual_band 0", "bootstrap_config 0x0022,0x0000,1024",
                        "pairing_setup 1", "npk_caching 1", "pairing_verification 1", *settings):
            self.ok(f"NAN_SET {setting}")
        if begin:
            self.ok("NAN_START")
            self.expect("NAN-CLUSTER-JOIN")
        for each in ndi:
            self.add(each, "nan_data")

    def address(self, interface: str) -> str:
        """The NMI is no network device: only wpa_supplicant knows its address."""
        status = self.command("STATUS", interface, record=False)
        return re.search(r"^address=(\S+)", status, re.MULTILINE).group(1)

    # Commands and events

    def command(self, text: str, key: str = "nan0", record: bool = True) -> str:
        there = self.sockets[key]
        began = time.monotonic()
        at = time.clock_gettime(time.CLOCK_BOOTTIME)
        there._socket.send(text.encode())
        while True:
            pump(1.0, only=there)
            reply = self._reply
            if reply is not None:
                break
            if self.process.poll() is not None:
                self._transcript.line("DIED", f"{self.name} of {text}: exit {self.process.poll()}")
                self._forget()
                raise Missing(f"{self.name}: died of {text}")
            if time.monotonic() - began > REPLY_S:
                raise Missing(f"{self.name}: no reply to {text}")
        if record:
            shown = text.replace("\t", "<TAB>").replace(str(self.folder), "<dir>")
            took = 1000 * (time.monotonic() - began)
            answer = reply.replace("\n", "\\n").replace("\t", "\\t")
            self._transcript.line("CMD", f"{there.who:6} {shown} -> {answer}   ({took:.0f} ms, sent {at:.3f})")
        return reply.rstrip("\n")

    _reply = None

    def ok(self, text: str, key: str = "nan0") -> str:
        reply = self.command(text, key)
        if reply.startswith(("FAIL", "UNKNOWN")):
            raise Missing(f"{self.name}: {text}: {reply}")
        return reply

    def forget(self):
        pump(0)
        for each in self.sockets.values():
            each.events.clear()

    def expect(self, name: str, seconds: float = 10.0, key: str = "nan0", **wanted: str) -> dict:
        """The first event of that name with these values that was not asked for yet; those before it stay."""
        end = time.monotonic() + seconds
        while True:
            events = self.sockets[key].events
            for index, event in enumerate(events):
                found = fields(event)
                if event.split()[0] == name and all(found.get(k) == str(v) for k, v in wanted.items()):
                    del events[index]
                    return found
            if time.monotonic() > end:
                raise Missing(f"{self.name}: no {name} {wanted or ''} within {seconds:.0f} s")
            pump(max(0.0, end - time.monotonic()))

    def maybe(self, name: str, seconds: float = 3.0, **wanted: str) -> dict | None:
        try:
            return self.expect(name, seconds, **wanted)
        except Missing as missing:
            self._transcript.note(str(missing))
            return None


def pump(seconds: float, only: Socket | None = None):
    """Reads what is there from all ends, or waits until something is."""
    End._reply = None
    sockets = [each for end in End.everybody for each in end.sockets.values()]
    while True:
        ready, _, _ = select.select(sockets, [], [], seconds)
        if not ready:
            return
        for each in ready:
            try:
                reply = each.receive()
            except OSError:
                continue
            if reply is not None and each is only:
                End._reply = reply
                return
        if only is None:
            seconds = 0


def idle(seconds: float):
    """Lets time pass and records what happens."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pump(end - time.monotonic())
