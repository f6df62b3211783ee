# SPDX-License-Identifier: Apache-2.0
"""The supervisors that bench_supervisor.py compares: each runs the same trivial services in a folder of its own."""
import mmap
import os
import select
import signal
import socket
import struct
import subprocess
import time
from pathlib import Path

BOUND_S = 20
STAMP = struct.Struct("=QQQ")  # struct stamp of trivial_service.c: starts, at_ns, pid
BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={path}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class BenchError(Exception):
    pass


def until(what, condition, pause_s=0.001, tail=lambda: ""):
    end = time.monotonic() + BOUND_S
    while not condition():
        if time.monotonic() > end:
            raise BenchError(f"not within {BOUND_S} s: {what}\n{tail()}")
        time.sleep(pause_s)


def children(pid):
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            found += [int(word) for word in Path(f"/proc/{pid}/task/{task}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found


def descendants(pid):
    found = []
    for child in children(pid):
        found += [child] + descendants(child)
    return found


class Stamp:
    """What a process wrote about its own start into memory that we share with it."""

    def __init__(self, path):
        self.path = path
        path.write_bytes(bytes(STAMP.size))
        with open(path, "r+b") as file:
            self._map = mmap.mmap(file.fileno(), STAMP.size)

    def read(self):
        return STAMP.unpack(self._map[:])

    @property
    def starts(self):
        return self.read()[0]

    @property
    def at_ns(self):
        return self.read()[1]

    @property
    def pid(self):
        return self.read()[2]


class Supervisor:
    """A supervisor of `count` trivial services, in `folder`, which is made."""

    name = ""
    end_signal = signal.SIGTERM

    def __init__(self, options, folder, count):
        self.service = options.service
        self.folder = folder
        folder.mkdir()
        self.stamps = []
        self.birth = Stamp(folder / "birth")
        self.log = folder / "log"
        self.process = None
        self.environment = {key: value for key, value in os.environ.items() if key != "NOTIFY_SOCKET"}
        self.command = self.prepare(options, count)

    def prepare(self, options, count):
        """Makes what the supervisor needs, appends to self.stamps, and returns the command."""
        raise NotImplementedError

    def start(self):
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([self.service, "--exec", self.birth.path, *self.command], stdout=log,
                                            stderr=log, stdin=subprocess.DEVNULL, env=self.environment,
                                            cwd=self.folder, start_new_session=True)
        until(f"{self.name} has started its services", self.is_up, tail=self.tail)

    def is_up(self):
        if self.process.poll() is not None:
            raise BenchError(f"{self.name} ended with status {self.process.returncode}\n{self.tail()}")
        return all(stamp.starts > 0 for stamp in self.stamps)

    def listen(self):
        """Hears what the supervisor has to say, so that it need not wait for us."""

    def tail(self):
        return self.log.read_text(errors="replace")[-6000:]

    def born_to_last_service_ms(self):
        """From the exec of the supervisor to the first instruction of the last of its services."""
        return (max(stamp.at_ns for stamp in self.stamps) - self.birth.at_ns) / 1e6

    def own_pids(self):
        """All processes but the services."""
        services = {stamp.pid for stamp in self.stamps}
        return [self.process.pid] + [pid for pid in descendants(self.process.pid) if pid not in services]

    def stop(self):
        if not self.process or self.process.poll() is not None:
            return
        everyone = descendants(self.process.pid)
        self.process.send_signal(self.end_signal)
        try:
            self.process.wait(BOUND_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for pid in everyone:
            end_if_ours(pid, self.folder)


def end_if_ours(pid, folder):
    """A service or helper that its supervisor left behind; a number given to somebody else is left alone."""
    try:
        started_here = os.readlink(f"/proc/{pid}/cwd").startswith(str(folder))
        if started_here or str(folder).encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGKILL)
    except (FileNotFoundError, ProcessLookupError):
        pass


class ServiceFolders(Supervisor):
    """s6 and runit have the same shape: a folder per service with the program `run`, which is the service itself."""

    files = {}

    def prepare(self, options, count):
        services = self.folder / "services"
        for i in range(count):
            folder = services / f"trivial-{i}"
            folder.mkdir(parents=True)
            (folder / "run").symlink_to(self.service)
            self.stamps.append(Stamp(folder / "stamp"))
            for name, text in self.files.items():
                (folder / name).write_text(text)
        # runsvdir lets the second pass in which a folder was changed; an installed one is older than that.
        os.utime(services, (time.time() - 3600,) * 2)
        return [options.program(self.program), str(services)]


class S6(ServiceFolders):
    name, program, package = "s6", "s6-svscan", "s6"
    files = {"notification-fd": "3\n"}  # s6-supervise restarts at once only what has been ready; else after a second


class Runit(ServiceFolders):
    name, program, package = "runit", "runsvdir", "runit"
    end_signal = signal.SIGHUP  # SIGTERM would leave its runsv processes behind


class Fasciad(Supervisor):
    name = "fasciad"

    def prepare(self, options, count):
        units = ""
        for i in range(count):
            self.stamps.append(Stamp(self.folder / f"stamp-{i}"))
            units += (f"    - {{name: trivial-{i}, program: {self.service}, args: [--stamp, {self.stamps[i].path}], "
                      f"function: trivial, ready: exec}}\n")
        config = self.folder / "fascia.yaml"
        config.write_text(f"""bus: "{options.bus}"
runtime_dir: {self.folder}/run
link: {{enabled: false, country: DE}}
address: {{enabled: false}}
audio: {{enabled: false}}
supervisor:
  watchdog_ms: 0
  backoff_first_ms: 0
  follow_sleep: false
  black_box: {{path: none}}
  escalation: {{group: 0, radio_reset: 0, degrade: 0, safe: 0, reboot: 0}}
  ladders: []
  boot: []
  units:
{units}""")
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self.notify.bind(str(self.folder / "notify"))
        self.environment["NOTIFY_SOCKET"] = str(self.folder / "notify")
        self.ready_ns = None
        return [options.fasciad, "--config", str(config)]

    def listen(self):
        while select.select([self.notify], [], [], 0)[0]:
            if b"READY=1" in self.notify.recv(4096).split(b"\n") and not self.ready_ns:
                self.ready_ns = time.monotonic_ns()

    def is_up(self):
        if not self.ready_ns:
            select.select([self.notify], [], [], 0.001)  # wakes us at once
        self.listen()
        return super().is_up() and self.ready_ns

    def born_to_ready_ms(self):
        return (self.ready_ns - self.birth.at_ns) / 1e6

    def stop(self):
        super().stop()
        self.notify.close()


class Systemd(Supervisor):
    """The machine's own manager, with transient units of ours. It also does everything else, so its memory and its
    wake-ups say nothing about these services: it has no processes of its own here."""

    name, program = "systemd", "systemctl"
    UNITS = Path("/run/systemd/system")

    def prepare(self, options, count):
        self.systemctl = options.program(self.program)
        self.units = [f"fascia-bench-{os.getpid()}-{self.folder.name}-{i}.service" for i in range(count)]
        for i, unit in enumerate(self.units):
            self.stamps.append(Stamp(self.folder / f"stamp-{i}"))
            (self.UNITS / unit).write_text(f"[Unit]\nStartLimitIntervalSec=0\n[Service]\nType=exec\nRestart=always\n"
                                           f"RestartSec=0\nExecStart={self.service} --stamp {self.stamps[i].path}\n")
        subprocess.run([self.systemctl, "daemon-reload"], check=True)
        return [self.systemctl, "start", *self.units]

    def is_up(self):
        if self.process.poll() not in (None, 0):
            raise BenchError(f"systemctl start ended with status {self.process.returncode}\n{self.tail()}")
        return all(stamp.starts > 0 for stamp in self.stamps)

    def own_pids(self):
        return []

    def stop(self):
        subprocess.run([self.systemctl, "stop", *self.units], check=False)
        for unit in self.units:
            (self.UNITS / unit).unlink(missing_ok=True)
        subprocess.run([self.systemctl, "daemon-reload"], check=False)


class PlainLoop:
    """An idle sd-event loop with a bus connection."""

    def __init__(self, options):
        self.process = subprocess.Popen([options.plain_loop, options.bus], stdin=subprocess.DEVNULL)

    def own_pids(self):
        return [self.process.pid]

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Bus:
    """A message bus of our own, so that nothing depends on the machine's."""

    def __init__(self, program, folder):
        folder.mkdir()
        path = folder / "socket"
        (folder / "bus.conf").write_text(BUS_CONFIG.format(path=path))
        with open(folder / "log", "wb") as log:
            self.process = subprocess.Popen([program, "--nofork", "--nopidfile", "--nosyslog", "--print-address=1",
                                             f"--config-file={folder}/bus.conf"], stdin=subprocess.DEVNULL,
                                            stdout=subprocess.PIPE, stderr=log)
        self.address = self.process.stdout.readline().decode().strip()  # said once it listens
        if not self.address:
            raise BenchError(f"dbus-daemon does not run\n{(folder / 'log').read_text()}")

    def stop(self):
        self.process.terminate()
        self.process.wait()
