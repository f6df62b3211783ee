#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""hostapd.conf as fascia writes it, given to the real hostapd on a simulated radio; a second radio looks at the air.

Runs in the rig (tests/system/scenarios/access-point.yaml): root, two radios, no hostapd running. FASCIA_BUILD has
print_conf. hostapd is the machine's; where FASCIA_HOSTAPD names one of 2.11 or newer, all is repeated with that.
"""
import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest

PRINT_CONF = os.path.join(os.environ.get("FASCIA_BUILD", ""), "tests/print_conf")
START_S = 40  # hostapd waits up to 5 s for the country, measures channels, looks for neighbours; the guest is slow
ACCESSORY = "accessory_element: {enabled: true, flags: 33, name: Car}"
ACCESSORY_HEX = "00 00 02 00 21 01 03 43 61 72"


def output(*command, check=True, limit=30):
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=limit)
    if check and done.returncode:
        raise AssertionError(f"{' '.join(command)}: {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def version(program):
    if not shutil.which(program):
        return (0, 0)
    done = subprocess.run([program, "-v"], capture_output=True, text=True, check=False)
    found = re.search(r"hostapd v(\d+)\.(\d+)", done.stdout + done.stderr)
    return tuple(int(part) for part in found.groups()) if found else (0, 0)


def until(what, seconds, message):
    end = time.monotonic() + seconds
    while True:
        value = what()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(message())
        time.sleep(0.1)


class AccessPoint:
    """One hostapd with one generated file."""

    def __init__(self, program, keys, *options):
        self.folder = tempfile.mkdtemp(prefix="ap", dir="/tmp")
        config = os.path.join(self.folder, "fascia.yaml")
        with open(config, "w", encoding="utf-8") as file:
            file.write("link:\n  country: DE\n" + "".join(f"  {key}\n" for key in keys))
        self.text = output(PRINT_CONF, config, os.path.join(self.folder, "ctrl"), *options)
        path = os.path.join(self.folder, "hostapd.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.text)
        self.log = os.path.join(self.folder, "log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([program, "-t", path], stdout=log, stderr=log)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder)

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def status(self):
        done = output("hostapd_cli", "-p", os.path.join(self.folder, "ctrl"), "-i", "wlan0", "status", check=False)
        return dict(line.split("=", 1) for line in done.splitlines() if "=" in line)

    def wait(self, *states):
        def reached():
            if self.process.poll() is not None:
                raise AssertionError(f"hostapd ended: {self.said()}\n{self.text}")
            status = self.status()
            return status if status.get("state") in states else None
        return until(reached, START_S, lambda: f"never {states}: {self.status()} {self.said()}\n{self.text}")


def seen(frequency):
    """What the second radio sees of the network, as iw prints it."""
    output("ip", "link", "set", "wlan1", "up")

    def look():
        try:
            text = output("iw", "dev", "wlan1", "scan", "-u", "freq", str(frequency), "flush", "ssid", "fascia",
                          check=False, limit=10)
        except subprocess.TimeoutExpired:  # iw missed the end of its scan and waits for the next one
            return None
        return next((bss for bss in text.split("\nBSS ") if "SSID: fascia" in bss and f"freq: {frequency}" in bss), None)
    return until(look, 40, lambda: f"no network is seen at {frequency} MHz")


def channel():
    """(frequency, width) of wlan0."""
    found = re.search(r"channel \d+ \((\d+) MHz\), width: (\d+)", output("iw", "dev", "wlan0", "info"))
    return tuple(int(part) for part in found.groups()) if found else None


class Configurations:
    program = "hostapd"
    options = ()

    def up(self, *keys):
        ap = AccessPoint(self.program, keys, *self.options)
        self.addCleanup(ap.__exit__)
        return ap, ap.wait("ENABLED")

    def test_the_default_is_wpa3_with_required_pmf_on_80_mhz(self):
        _, status = self.up()
        self.assertEqual(channel(), (5180, 80))
        self.assertEqual((status["ieee80211n"], status["ieee80211ac"], status["ieee80211ax"]), ("1", "1", "1"))
        bss = seen(5180)
        self.assertRegex(bss, r"Authentication suites: SAE\n")
        self.assertIn("MFP-required", bss)
        self.assertRegex(bss, r"Country: DE")
        self.assertRegex(bss, r"BSS Transition")
        self.assertNotIn("Interworking", bss.replace("* Interworking", ""))

    def test_the_transition_offers_both_and_does_not_require_pmf(self):
        self.up("security: wpa3-transition")
        bss = seen(5180)
        self.assertRegex(bss, r"Authentication suites: (PSK SAE|SAE PSK)\n")
        self.assertIn("MFP-capable", bss)
        self.assertNotIn("MFP-required", bss)

    def test_wpa2_offers_psk_alone_with_optional_pmf(self):
        self.up("security: wpa2-psk")
        bss = seen(5180)
        self.assertRegex(bss, r"Authentication suites: PSK\n")
        self.assertIn("MFP-capable", bss)

    def test_widths_are_those_asked_for_as_far_as_the_country_allows(self):
        for wanted, width in ((20, 20), (40, 40), (160, 80)):
            with self.subTest(wanted=wanted):
                ap, _ = self.up(f"width_mhz: {wanted}")
                self.assertEqual(channel(), (5180, width))
                ap.process.terminate()
                ap.process.wait()

    def test_a_primary_channel_above_its_secondary_is_taken(self):
        self.up("channel: 48")
        self.assertEqual(channel(), (5240, 80))

    def test_older_standards_are_switched_on_alone(self):
        _, status = self.up("standard: 802.11ac")
        self.assertEqual((status["ieee80211ac"], status["ieee80211ax"]), ("1", "0"))

    def test_802_11n_alone_is_40_mhz(self):
        _, status = self.up("standard: 802.11n")
        self.assertEqual((status["ieee80211n"], status["ieee80211ac"]), ("1", "0"))
        self.assertEqual(channel(), (5180, 40))

    def test_2_4_ghz_is_served(self):
        self.up("band: 2.4GHz", "channel: 6", "width_mhz: 20")
        self.assertEqual(channel(), (2437, 20))
        self.assertIn("SAE", seen(2437))

    def test_6_ghz_is_served_with_sae(self):
        for width in (20, 40, 80, 160):
            with self.subTest(width=width):
                ap, status = self.up("band: 6GHz", "channel: 5", f"width_mhz: {width}")
                self.assertEqual(status["ieee80211ax"], "1")
                self.assertEqual(channel(), (5975, width))
                ap.process.terminate()
                ap.process.wait()

    def test_an_automatic_channel_in_6_ghz_is_a_preferred_scanning_channel(self):
        self.up("band: 6GHz", "channel: auto")
        self.assertEqual(channel(), (5975, 80))

    def test_elements_are_in_the_beacon(self):
        self.up(ACCESSORY, "vendor_elements: [dd0500005e0102]",
                "interworking: {enabled: true, access_network_type: 2, internet: true}")
        bss = seen(5180)
        self.assertRegex(bss, r"Vendor specific: OUI 00:a0:40, data: " + ACCESSORY_HEX)
        self.assertRegex(bss, r"Vendor specific: OUI 00:00:5e, data: 01 02")
        self.assertRegex(bss, r"802\.11u Interworking:")
        self.assertRegex(bss, r"Network Options: 0x12")
        self.assertRegex(bss, r"Venue Group: 10")
        self.assertRegex(bss, r"Venue Type: 1")
        self.assertNotRegex(bss, r"SSID: *\n")

    def test_an_automatic_channel_is_measured_and_is_no_radar_channel(self):
        ap, status = self.up("channel: auto")
        self.assertIn("ACS-COMPLETED", ap.said())
        self.assertIn(channel(), ((5180, 80), (5745, 80)))
        self.assertEqual(status["state"], "ENABLED")

    def test_an_automatic_channel_is_one_of_the_list(self):
        self.up("channel: auto", "channels: [44, 48]", "width_mhz: 40")
        self.assertIn(channel(), ((5220, 40), (5240, 40)))  # 2.11 takes either as the primary one

    def test_an_automatic_channel_in_2_4_ghz_is_one_of_the_list(self):
        self.up("band: 2.4GHz", "channel: auto", "channels: [6, 11]", "width_mhz: 20")
        self.assertIn(channel(), ((2437, 20), (2462, 20)))

    def test_a_radar_channel_is_checked_before_it_is_used(self):
        ap = AccessPoint(self.program, ["dfs: true", "channel: 52", "width_mhz: 20"], *self.options)
        self.addCleanup(ap.__exit__)
        status = ap.wait("DFS")
        self.assertEqual(status["channel"], "52")
        self.assertGreaterEqual(int(status["cac_time_seconds"]), 60)
        self.assertIn("DFS-CAC-START", ap.said())


class OfTheMachine(Configurations, unittest.TestCase):
    def test_nothing_of_802_11be_is_written(self):
        ap, _ = self.up()
        self.assertNotIn("be=1", ap.text)


NEWER = os.environ.get("FASCIA_HOSTAPD", "")


@unittest.skipUnless(NEWER and version(NEWER) >= (2, 11), "FASCIA_HOSTAPD names no hostapd of 2.11 or newer")
class Newer(Configurations, unittest.TestCase):
    program = NEWER
    options = ("eht",)

    def test_802_11be_is_on(self):
        ap, status = self.up()
        self.assertIn("ieee80211be=1\n", ap.text)
        self.assertEqual(status["ieee80211be"], "1")
        self.assertEqual(channel(), (5180, 80))


def setUpModule():
    """The country is in force before the first choice, as it is after a first start."""
    output("iw", "reg", "set", "DE")
    until(lambda: "country DE" in output("iw", "reg", "get"), 20, lambda: output("iw", "reg", "get"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
