#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The network source hears senders that are not ours, over link-local addresses of two network namespaces, and plays
them into a sink of a real PipeWire: each channel at its speaker, at its level. test_rtp.py NETWORK_PROBE FASCIA_PHONE FASCIA_AUDIO"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

PROBE, PHONE, AUDIO = sys.argv[1:4]
LEFT, RIGHT = f"fascia-rtp-l-{os.getpid()}", f"fascia-rtp-r-{os.getpid()}"
UNIT, SENDER = "fe80::1", "fe80::2"
PORT = 5004
LIMIT = 30  # s: for what must come, on a machine that is busy
QUAD = {"FL": 310, "FR": 410, "RL": 970, "RR": 1090}
# No positions for GStreamer: four channels in this order
QUAD_MASK = "0x0"

SINK = """    { factory = adapter
      args = { factory.name = support.null-audio-sink node.name = %s media.class = Audio/Sink object.linger = true
               audio.channels = %d audio.position = [ %s ]
               node.param.PortConfig = { direction = Input mode = dsp monitor = true
                   format = { mediaType = audio mediaSubtype = raw format = F32P rate = 48000 channels = %d
                              position = [ %s ] } } } }
"""
DAEMON = """
context.properties = { core.daemon = true core.name = pipewire-0 support.dbus = false log.level = 1
    default.clock.rate = 48000 default.clock.quantum = 1024 default.clock.min-quantum = 256 }
context.spa-libs = { audio.convert.* = audioconvert/libspa-audioconvert support.* = support/libspa-support }
context.modules = [
    { name = libpipewire-module-rt args = { nice.level = -11 } flags = [ ifexists nofail ] }
    { name = libpipewire-module-protocol-native } { name = libpipewire-module-metadata }
    { name = libpipewire-module-spa-node-factory } { name = libpipewire-module-client-node }
    { name = libpipewire-module-access } { name = libpipewire-module-adapter }
    { name = libpipewire-module-link-factory }
]
context.objects = [
    { factory = spa-node-factory args = { factory.name = support.node.driver node.name = Dummy-Driver
                                          node.group = pipewire.dummy priority.driver = 20000 } }
%s]
"""
RTP_SINK = """
context.properties = { log.level = 1 support.dbus = false }
context.spa-libs = { audio.convert.* = audioconvert/libspa-audioconvert support.* = support/libspa-support }
context.modules = [
    { name = libpipewire-module-rt flags = [ ifexists nofail ] }
    { name = libpipewire-module-protocol-native } { name = libpipewire-module-client-node }
    { name = libpipewire-module-adapter }
    { name = libpipewire-module-rtp-sink args = {
        sap.ip = "127.0.0.1" destination.ip = "127.0.0.1" sess.min-ptime = 2 sess.max-ptime = 5
        audio.format = "S16BE" audio.rate = 48000 audio.channels = 2 audio.position = [ FL FR ]
        sess.media = "audio"
        stream.props = { node.name = rtp-sink media.class = Audio/Sink
            node.param.PortConfig = { direction = Input mode = dsp monitor = false
                format = { mediaType = audio mediaSubtype = raw format = F32P rate = 48000 channels = 2
                           position = [ FL FR ] } } } } }
]
"""


def run(*command):
    subprocess.run(command, check=True)


def address(netns, interface, own):
    run("ip", "-n", netns, "address", "replace", f"{own}/64", "dev", interface, "scope", "link", "nodad")


def make_link():
    run("ip", "netns", "add", LEFT)
    run("ip", "netns", "add", RIGHT)
    run("ip", "-n", LEFT, "link", "add", "v0", "type", "veth", "peer", "name", "v1", "netns", RIGHT)
    for netns, interface, own in ((LEFT, "v0", UNIT), (RIGHT, "v1", SENDER)):
        run("ip", "-n", netns, "link", "set", interface, "addrgenmode", "none")
        run("ip", "-n", netns, "link", "set", interface, "up")
        run("ip", "-n", netns, "link", "set", "lo", "up")
        address(netns, interface, own)


def remove_link():
    for netns in (LEFT, RIGHT):
        subprocess.run(["ip", "netns", "del", netns], check=False, stderr=subprocess.DEVNULL)


class InNetns:
    """Runs a block of this program in a network namespace: sockets stay where they were made."""

    def __init__(self, netns):
        self.path = f"/run/netns/{netns}"

    def enter(self, path):
        import ctypes
        with open(path) as f:
            if ctypes.CDLL(None, use_errno=True).setns(f.fileno(), 0x40000000) != 0:
                raise OSError("setns")

    def __enter__(self):
        self.home = open("/proc/thread-self/ns/net")
        self.enter(self.path)

    def __exit__(self, *_):
        self.enter(f"/proc/self/fd/{self.home.fileno()}")
        self.home.close()


class Relay:
    """From a port of 127.0.0.1 in the sender's namespace to the unit; `drop(n)` says which packets are lost."""

    def __init__(self, port=PORT):
        self.drop, self.seen, self.dropped = lambda n: False, 0, 0
        with InNetns(RIGHT):
            self.inner = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.inner.bind(("127.0.0.1", port))
            self.outer = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
            self.to = (UNIT, PORT, 0, socket.if_nametoindex("v1"))
        self.inner.settimeout(0.2)
        self.stopped = False
        self.thread = threading.Thread(target=self.work)
        self.thread.start()

    def work(self):
        while not self.stopped:
            try:
                packet = self.inner.recv(9000)
            except TimeoutError:
                continue
            self.seen += 1
            if self.drop(self.seen):
                self.dropped += 1
                continue
            try:
                self.outer.sendto(packet, self.to)
            except OSError:
                pass  # the link is down

    def close(self):
        self.stopped = True
        self.thread.join()
        self.inner.close()
        self.outer.close()


class Rtp(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="fascia-rtp-test-")
        self.environment = dict(os.environ, XDG_RUNTIME_DIR=self.dir)
        for name in ("PIPEWIRE_REMOTE", "PIPEWIRE_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"):
            self.environment.pop(name, None)
        self.processes = []
        self.status = {}
        self.addCleanup(shutil.rmtree, self.dir)
        make_link()
        self.addCleanup(remove_link)
        self.addCleanup(self.end_all)

    def start(self, *command, **options):
        process = subprocess.Popen(command, env=self.environment, stdin=subprocess.PIPE, **options)
        self.processes.append(process)
        return process

    def end(self, process):
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(10)
        return process.returncode

    def end_all(self):
        for process in reversed(self.processes):
            self.end(process)
            for stream in (process.stdin, process.stdout):
                if stream:
                    stream.close()

    def start_pipewire(self, *sinks):
        self.conf = f"{self.dir}/daemon.conf"
        with open(self.conf, "w") as f:
            f.write(DAEMON % "".join(SINK % (name, len(p.split()), p, len(p.split()), p) for name, p in sinks))
        return self.restart_pipewire()

    def restart_pipewire(self):
        path = f"{self.dir}/pipewire-0"
        if os.path.exists(path):
            os.unlink(path)
        process = self.start("pipewire", "-c", self.conf)
        self.wait("PipeWire's socket", lambda: os.path.exists(path))
        return process

    def set_ports(self, node, position):
        """For PipeWire 0.3.65, whose null sink takes no PortConfig from its properties."""
        fmt = ("format = { mediaType = audio mediaSubtype = raw format = F32P rate = 48000 "
               f"channels = {len(position.split())} position = [ {position} ] }}")

        def done():
            listing = subprocess.run(["pw-cli", "ls", "Node"], env=self.environment, capture_output=True, text=True)
            number = None
            for line in listing.stdout.splitlines():
                if line.startswith("\tid "):
                    number = line.split()[1].rstrip(",")
                if f'node.name = "{node}"' in line and number:
                    return subprocess.run(["pw-cli", "s", number, "PortConfig",
                                           f"{{ direction = Input mode = dsp monitor = true {fmt} }}"],
                                          env=self.environment, capture_output=True).returncode == 0
            return False
        self.wait(f"the node {node}", done)

    def wait(self, what, condition):
        end = time.monotonic() + LIMIT
        while not condition():
            self.assertLess(time.monotonic(), end, f"{what}: not in {LIMIT} s; {self.status}")
            time.sleep(0.02)

    def start_unit(self, sink, layout, bits=16, rate=48000, buffer_ms=100, payload_type=97):
        self.unit = self.start("ip", "netns", "exec", LEFT, PROBE, "v0", str(PORT), sink, layout, str(bits),
                               str(rate), str(buffer_ms), str(payload_type), stdout=subprocess.PIPE, text=True)

        def follow():
            for line in self.unit.stdout:
                self.status = json.loads(line)
        thread = threading.Thread(target=follow, daemon=True)
        thread.start()
        return self.unit

    def wait_state(self, state):
        self.wait(state, lambda: self.status.get("state") == state)

    def wait_playing(self):
        self.wait("playing", lambda: self.status.get("playing"))

    def in_right(self, *command, **options):
        return self.start("ip", "netns", "exec", RIGHT, *command, **options)

    def gstreamer(self, pay, media, channels):
        mix = []
        for i, hz in enumerate(channels.values()):
            mix += ["audiotestsrc", "is-live=true", "wave=sine", f"freq={hz}", "volume=0.1", "samplesperbuffer=480",
                    "!", "audio/x-raw,format=F32LE,rate=48000,channels=1", "!", "queue", "!", f"i.sink_{i}"]
        return self.in_right("gst-launch-1.0", "-q", "interleave", "name=i", "!", "audioconvert", "!",
                             f"audio/x-raw,format={media},rate=48000,channels={len(channels)},"
                             f"channel-mask=(bitmask){QUAD_MASK}", "!", pay, "pt=97", "mtu=1400", "min-ptime=2000000",
                             "max-ptime=4000000", "!", "udpsink", "host=127.0.0.1", f"port={PORT}", "sync=true", *mix)

    def phone(self, *options):
        return self.in_right(PHONE, "play", "--to", f"{UNIT}%v1", *options, stdout=subprocess.DEVNULL)

    def hear(self, layout, target, **options):
        """Gains of each channel at each speaker."""
        out = f"{self.dir}/heard.json"
        words = [word for key, value in options.items() for word in (f"--{key}", str(value))]
        subprocess.run([PHONE, "sound", "--listen", layout, "--target", target, "--measure", "0.5", "--seconds",
                        str(LIMIT), "--out", out, *words], env=self.environment, check=True)
        with open(out) as f:
            heard = json.load(f)
        return {c["name"]: dict(zip(heard["speakers"], c["gains"])) for c in heard["channels"]}

    def expect_each_at_its_speaker(self, heard):
        for channel, gains in heard.items():
            for speaker, gain in gains.items():
                self.assertAlmostEqual(gain, 1 if speaker == channel else 0, delta=0.02, msg=f"{channel}->{speaker}")

    def test_gstreamer_l16_on_four_channels_arrives_and_losses_are_concealed(self):
        self.start_pipewire(("null4", "FL FR RL RR"))
        self.set_ports("null4", "FL FR RL RR")
        self.start_unit("null4", "quad")
        relay = Relay()
        self.addCleanup(relay.close)
        self.gstreamer("rtpL16pay", "S16BE", QUAD)
        self.wait_playing()
        self.expect_each_at_its_speaker(self.hear("quad", "null4"))
        self.assertEqual(self.status["sender"], f"{SENDER}%v0")
        before = dict(self.status)
        self.assertEqual(before["lost"], 0)
        relay.drop = lambda n: n % 50 == 0
        self.wait("losses", lambda: self.status["lost"] >= 10)
        self.assertEqual(self.status["state"], "playing")
        self.assertGreater(self.status["concealed"], before["concealed"])
        relay.drop = lambda n: False
        self.expect_each_at_its_speaker(self.hear("quad", "null4"))

    def test_gstreamer_l24_arrives(self):
        self.start_pipewire(("null4", "FL FR RL RR"))
        self.set_ports("null4", "FL FR RL RR")
        self.start_unit("null4", "quad", bits=24)
        relay = Relay()
        self.addCleanup(relay.close)
        self.gstreamer("rtpL24pay", "S24BE", QUAD)
        self.wait_playing()
        self.expect_each_at_its_speaker(self.hear("quad", "null4"))

    def test_the_rtp_sink_of_pipewire_arrives(self):
        self.start_pipewire(("null2", "FL FR"))
        self.set_ports("null2", "FL FR")
        with open(f"{self.dir}/rtp.conf", "w") as f:
            f.write(RTP_SINK)
        with InNetns(RIGHT):
            announcements = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            announcements.bind(("127.0.0.1", 9875))
        self.in_right("pipewire", "-c", f"{self.dir}/rtp.conf")
        with announcements:  # its port is its own choice in 0.3.65
            announcements.settimeout(LIMIT)
            media = re.search(rb"m=audio (\d+) RTP/AVP (\d+)", announcements.recv(2000))
        relay = Relay(int(media[1]))
        self.addCleanup(relay.close)
        self.start_unit("null2", "stereo", payload_type=int(media[2]))
        self.set_ports("rtp-sink", "FL FR")
        self.start(PHONE, "sound", "--sink", "rtp-sink", "--target", "null2", "--measure", "60", "--seconds", "60",
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait_playing()
        self.expect_each_at_its_speaker(self.hear("stereo", "null2"))

    def test_ffmpeg_arrives(self):
        if not shutil.which("ffmpeg"):
            self.skipTest("no ffmpeg")
        self.start_pipewire(("null2", "FL FR"))
        self.set_ports("null2", "FL FR")
        self.start_unit("null2", "stereo")
        relay = Relay()
        self.addCleanup(relay.close)
        self.in_right("ffmpeg", "-v", "error", "-re", "-f", "lavfi", "-i",
                      "aevalsrc=0.1*sin(2*PI*310*t)|0.1*sin(2*PI*410*t):s=48000", "-c:a", "pcm_s16be", "-f", "rtp",
                      "-payload_type", "97", f"rtp://127.0.0.1:{PORT}?pkt_size=1200", stdout=subprocess.DEVNULL)
        self.wait_playing()
        self.expect_each_at_its_speaker(self.hear("stereo", "null2"))

    def test_our_phone_plays_twelve_channels_and_everything_may_come_and_go(self):
        layout = "FL FR FC LFE SL SR RL RR TFL TFR TRL TRR"
        pipewire = self.start_pipewire(("null12", layout))
        self.set_ports("null12", layout)
        self.start_unit("null12", "7.1.4", bits=24)
        self.wait_state("listening")
        self.assertEqual(self.status["address"], f"{UNIT}%v0")
        phone = self.phone("--payload-type", "97", "--layout", "7.1.4", "--bits", "24")
        self.wait_playing()
        self.expect_each_at_its_speaker(self.hear("7.1.4", "null12"))

        pipewire.kill()
        pipewire.wait()
        self.wait_state("no-pipewire")
        self.restart_pipewire()
        self.set_ports("null12", layout)
        self.wait_state("playing")
        self.expect_each_at_its_speaker(self.hear("7.1.4", "null12"))

        run("ip", "-n", LEFT, "link", "set", "v0", "down")
        self.wait_state("no-interface")
        run("ip", "-n", LEFT, "link", "set", "v0", "up")
        address(LEFT, "v0", UNIT)
        self.wait_state("playing")
        self.end(phone)
        self.wait_state("listening")
        self.assertEqual(self.status["sender"], "")
        self.unit.stdin.write("\n")
        self.unit.stdin.flush()
        self.wait_state("no-interface")
        self.assertEqual(self.end(self.unit), 0)

    def test_the_service_folds_what_the_phone_plays_to_its_speakers(self):
        self.start_pipewire(("null2", "FL FR"))
        self.set_ports("null2", "FL FR")
        with open(f"{self.dir}/fascia.yaml", "w") as f:
            f.write(f"bus: 'unix:path={self.dir}/bus'\nruntime_dir: {self.dir}\nlink: {{country: DE}}\n"
                    "audio:\n  sink: null2\n  store: none\n"
                    "  network: {enabled: true, interface: v0, buffer_ms: 100}\n")
        self.start("ip", "netns", "exec", LEFT, AUDIO, "--config", f"{self.dir}/fascia.yaml", stderr=subprocess.DEVNULL)
        self.phone()
        heard = self.hear("5.1", "null2")
        for channel, left, right in (("FL", 1, 0), ("FR", 0, 1), ("FC", .7071, .7071), ("LFE", .5, .5),
                                     ("SL", .7071, 0), ("SR", 0, .7071)):
            self.assertAlmostEqual(heard[channel]["FL"], left, delta=0.02, msg=f"{channel} at FL")
            self.assertAlmostEqual(heard[channel]["FR"], right, delta=0.02, msg=f"{channel} at FR")

    def out_of(self, interface, own):
        """A socket of the other side on one interface, and the scope of that."""
        with InNetns(RIGHT):
            scope = socket.if_nametoindex(interface)
            out = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
            out.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, scope)
            out.bind((own, 0, 0, scope if own.startswith("fe80") else 0))
        self.addCleanup(out.close)
        return out, scope

    def test_a_service_without_its_port_plays_on_and_says_so(self):
        self.start_pipewire(("null2", "FL FR"))
        self.set_ports("null2", "FL FR")
        bus = f"unix:path={self.dir}/bus"
        self.start("dbus-daemon", "--session", "--nofork", "--nosyslog", f"--address={bus}", stderr=subprocess.DEVNULL)
        with InNetns(LEFT):
            other = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
            other.bind((UNIT, PORT, 0, socket.if_nametoindex("v0")))
        with open(f"{self.dir}/fascia.yaml", "w") as f:
            f.write(f"bus: '{bus}'\nruntime_dir: {self.dir}\nlink: {{country: DE}}\n"
                    "audio:\n  sink: null2\n  store: none\n  network: {enabled: true, interface: v0}\n")
        self.start("ip", "netns", "exec", LEFT, AUDIO, "--config", f"{self.dir}/fascia.yaml", stderr=subprocess.DEVNULL)

        def get(name):
            result = subprocess.run(["busctl", f"--address={bus}", "get-property", "org.fascia.Audio1",
                                     "/org/fascia/Audio1", "org.fascia.Audio1", name], capture_output=True, text=True)
            return result.stdout.strip()
        self.wait("DEGRADED", lambda: (get("State"), get("Reason")) == ('s "DEGRADED"', 's "network-source"'))
        self.assertIn("port 5004", get("Detail"))
        self.assertIn("stereo on null2", get("Detail"))
        self.assertIn('"no-socket"', get("Network"))
        other.close()
        self.wait("FULL", lambda: get("State") == 's "FULL"')
        self.assertIn(f'"listening" "{UNIT}%v0" {PORT} ""', get("Network"))

    def test_nothing_but_the_link_is_listened_to(self):
        run("ip", "-n", LEFT, "address", "add", "fd00::1/64", "dev", "v0", "nodad")
        run("ip", "-n", RIGHT, "address", "add", "fd00::9/64", "dev", "v1", "nodad")
        run("ip", "-n", RIGHT, "address", "add", "fe80:0:0:1::9/64", "dev", "v1", "scope", "link", "nodad")
        run("ip", "-n", LEFT, "link", "add", "w0", "type", "veth", "peer", "name", "w1", "netns", RIGHT)
        for netns, interface, own in ((LEFT, "w0", UNIT), (RIGHT, "w1", "fe80::3")):  # another link, the same address
            run("ip", "-n", netns, "link", "set", interface, "addrgenmode", "none", "up")
            address(netns, interface, own)
        self.start_unit("null2", "stereo")
        self.wait_state("listening")
        with open(f"/proc/{self.unit.pid}/net/udp6") as f:
            bound = [line.split()[1] for line in f.readlines()[1:]]
        self.assertEqual(bound, [f"000080FE{'0' * 16}01000000:{PORT:04X}"])
        with open(f"/proc/{self.unit.pid}/net/udp") as f:
            self.assertEqual(len(f.readlines()), 1)

        def packet(sequence):
            return bytes([0x80, 97, 0, sequence, 0, 0, sequence, 0] + [0] * 4 + [1] * 400)
        # Each of these would be a sender of its own, if it were heard: its packets would be counted.
        out, scope = self.out_of("v1", "fd00::9")
        out.sendto(packet(1), (UNIT, PORT, 0, scope))  # a routable sender to the link-local address
        out.sendto(packet(2), ("fd00::1", PORT))
        out, scope = self.out_of("v1", "fe80:0:0:1::9")  # not what RFC 4291 says of link-local addresses
        out.sendto(packet(6), (UNIT, PORT, 0, scope))
        far, other = self.out_of("w1", "fe80::3")
        far.sendto(packet(3), (UNIT, PORT, 0, other))
        near, scope = self.out_of("v1", SENDER)
        near.sendto(packet(4), ("ff02::1", PORT, 0, scope))
        for _ in range(3):  # and one that is none, but near: it is heard and refused
            near.sendto(b"\x80", (UNIT, PORT, 0, scope))
        for sequence in range(7, 10):
            near.sendto(packet(sequence), (UNIT, PORT, 0, scope))
        self.wait("the sender", lambda: self.status["sender"] == f"{SENDER}%v0")
        self.assertEqual(self.status["packets"], 3)
        self.assertEqual(self.status["refused"], 3)

    def test_a_port_that_is_taken_is_said(self):
        with InNetns(LEFT):
            other = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
            other.bind((UNIT, PORT, 0, socket.if_nametoindex("v0")))
        self.start_unit("null2", "stereo")
        self.wait_state("no-socket")
        self.assertIn("5004", self.status["detail"])
        other.close()
        self.wait_state("listening")


if __name__ == "__main__":
    if os.geteuid() != 0 or not all(map(shutil.which, ("pipewire", "pw-cli", "gst-launch-1.0", "ip", "dbus-daemon", "busctl"))):
        print("root, network namespaces, PipeWire and GStreamer are needed")
        sys.exit(77)
    if subprocess.run(["ip", "netns", "add", LEFT], stderr=subprocess.DEVNULL).returncode != 0:
        print("no network namespaces here")
        sys.exit(77)
    remove_link()
    unittest.main(argv=sys.argv[:1] + sys.argv[4:], verbosity=2)
