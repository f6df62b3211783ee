# SPDX-License-Identifier: Apache-2.0
"""The bed of test_aware.py on simulated radios and a real wpa_supplicant, in the rig's guest: each namespace gets a
radio of its own. What it runs are the same units, the same phone and mostly the same tests."""
import os
import subprocess
import sys
import time

import bed
from bed import sh

sys.path.insert(0, os.path.join(bed.ROOT, "tests/system/link"))
from dbus_read import Bus, BusError  # noqa: E402

CAPTURE_END_S = 60.0


class RealUnit(bed.Unit):
    """Reads properties over one connection: a program for each look is dear under emulation."""
    reader = None

    def get(self, property, name="org.fascia.Aware1"):
        try:
            self.reader = self.reader or Bus(f"{self.dir}/bus")
            value = self.reader.get(name.rpartition(".")[2], property)
        except (BusError, OSError) as problem:
            self.reader = None
            raise AssertionError(f"{name}: {problem}") from problem
        if value is None:
            raise AssertionError(f"nobody is {name}")
        return value


class RealBed(bed.Bed):
    kind_of_unit = RealUnit

    def __enter__(self):
        sh("iw", "reg", "set", "DE")
        return self

    def __exit__(self, kind, value, trace):
        super().__exit__(kind, value, trace)
        self.wait_for_radios()

    def wait_for_radios(self):
        """The kernel brings a radio back after the namespace's end, some time."""
        bed.until("the radios are back", lambda: len(self.radios_here()) >= self.options.radios)

    @staticmethod
    def radios_here():
        return sorted(os.listdir("/sys/class/ieee80211"))

    def namespace(self, name):
        """With a radio whose interface is wlan0."""
        whole = super().namespace(name)
        sh("iw", "phy", self.radios_here()[0], "set", "netns", "name", whole)
        had = next(word[:-1] for word in sh("ip", "-n", whole, "-o", "link").split() if word.startswith("wlan"))
        if had != "wlan0":
            sh("ip", "-n", whole, "link", "set", had, "name", "wlan0")
        return whole

    def radio(self, netns):
        pass

    def engine(self, folder, nmi, netns, rules=()):
        """Its NMI's address is the radio's business."""
        assert not rules, "a real engine follows no script"
        os.makedirs(folder, exist_ok=True)
        for stale in ("global",):       # wpa_supplicant does not replace the socket of one that was killed
            if os.path.exists(f"{folder}/{stale}"):
                os.unlink(f"{folder}/{stale}")
        engine = bed.phone.Engine.start(folder, program=self.options.program, prefix=("ip", "netns", "exec", netns),
                                        log=f"{folder}.log")
        self.engines.append(engine)
        return engine

    def capture(self, netns, path):
        """Everything that the radios' interfaces of a namespace carry, into a file that tshark reads."""
        child = self.spawn("ip", "netns", "exec", netns, sys.executable, os.path.realpath(__file__), path,
                           stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert child.stdout.readline() == b"ready\n"
        return child

    @staticmethod
    def end_capture(child):
        child.stdin.close()
        assert child.wait(CAPTURE_END_S) == 0, "the capture lost frames"


def main() -> int:
    """capture FILE: until the end of standard input. Exit status 1: the kernel dropped frames."""
    sys.path.insert(0, os.path.join(bed.ROOT, "tools"))
    from rig.capture import Capture
    capture = Capture(sys.argv[1])
    capture.start()
    print("ready", flush=True)
    sys.stdin.read()
    time.sleep(0.2)
    capture.stop()
    return 1 if capture.lost else 0


if __name__ == "__main__":
    sys.exit(main())
