#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The double's NDIs as network devices: data really flows, and what the kernel shows of them. Needs root; 77 = skipped."""
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import bed
import phone
from bed import HU_NDI, HU_NMI, PHONE_NDI, Air, connect, meet, same

HU_IID, PHONE_IID = "0011223344556677", "8899aabbccddeeff"
SIZE = 8 << 20
SERVE = """
import socket, sys
listener = socket.socket(socket.AF_INET6)
listener.bind((sys.argv[1], 7000, 0, socket.if_nametoindex('ndi0')))
listener.listen()
print('ready', flush=True)
connection, peer = listener.accept()
count = 0
while data := connection.recv(1 << 16):
    count += len(data)
connection.sendall(str(count).encode())
"""
TALK = """
import socket, sys
connection = socket.socket(socket.AF_INET6)
connection.settimeout(20)
connection.connect((sys.argv[1], 7000, 0, socket.if_nametoindex('ndi0')))
for _ in range(int(sys.argv[2]) >> 16):
    connection.sendall(bytes(1 << 16))
connection.shutdown(socket.SHUT_WR)
print(connection.recv(64).decode())
"""


class Bed(Air):
    """Each end in a name space of its own."""

    def __init__(self, count: int = 2, **options):
        super().__init__(netdev="", **options)
        self.spaces = [f"fascia-dbl-{os.getpid()}-{number}" for number in range(count)]

    def __enter__(self):
        super().__enter__()
        for space in self.spaces:
            phone.run("ip", "netns", "add", space)
            phone.run("ip", "-n", space, "link", "set", "lo", "up")
        return self

    def __exit__(self, *all_of_it):
        super().__exit__(*all_of_it)
        for space in self.spaces:
            phone.run("ip", "netns", "del", space, check=False)

    def inside(self, number: int) -> tuple:
        return ("ip", "netns", "exec", self.spaces[number])

    def ends_inside(self) -> list:
        names = ("hu", "phone", "third")
        return [self.end(names[number], f"42:00:00:00:{number:02d}:00", prefix=self.inside(number))
                for number in range(len(self.spaces))]

    def link(self, number: int, name: str = "ndi0"):
        done = phone.run("ip", "-n", self.spaces[number], "-j", "-d", "link", "show", name, check=False)
        return json.loads(done)[0] if done.strip() else None

    def address(self, number: int, own: str, peer: str, peer_ndi: str):
        phone.install_addresses("ndi0", own, peer, peer_ndi, self.spaces[number])

    def transfer(self, server: int, client: int, iid: str, size: int = SIZE) -> int:
        address = phone.link_local(iid)
        serving = subprocess.Popen([*self.inside(server), sys.executable, "-c", SERVE, address], stdout=subprocess.PIPE,
                                   text=True)
        try:
            serving.stdout.readline()
            return int(phone.run(*self.inside(client), sys.executable, "-c", TALK, address, str(size)))
        finally:
            serving.kill()
            serving.wait()
            serving.stdout.close()


def until(what: str, condition):
    end = time.monotonic() + phone.WAIT_S
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError(f"not in time: {what}")


def test_tcp_flows_between_two_ends_by_static_neighbours_and_without_any_other_frame():
    with Bed(speed=4) as air:
        hu, other = air.ends_inside()
        for space in air.spaces:
            phone.quieten("ndi0", space)
        found = meet(hu, other)
        path = connect(hu, other, found)
        air.address(0, HU_IID, PHONE_IID, PHONE_NDI)
        air.address(1, PHONE_IID, HU_IID, HU_NDI)
        began = time.monotonic()
        same(air.transfer(0, 1, HU_IID), SIZE)
        took = time.monotonic() - began
        print(f"  {SIZE * 8 / took / 1e6:.0f} Mbit/s with the start of two programs")
        for number in (0, 1):
            counters = phone.run(*air.inside(number), "cat", "/proc/net/dev_snmp6/ndi0")
            sent = {line.split()[0]: int(line.split()[1]) for line in counters.splitlines()}
            same((sent["Icmp6OutMsgs"], sent["Icmp6InMsgs"]), (0, 0), "ICMPv6 of any kind")
        other.terminate(path)
        hu.control.wait("NAN-NDP-DISCONNECTED")
        same(subprocess.run([*air.inside(1), sys.executable, "-c", TALK.replace("settimeout(20)", "settimeout(1)"),
                             phone.link_local(HU_IID), "65536"], capture_output=True).returncode, 1)


def test_three_ends_exchange_data_with_those_that_they_have_a_data_path_to_and_with_no_other():
    with Bed(3, speed=4) as air:
        hu, other, third = air.ends_inside()
        found = meet(hu, other)
        third.subscribe(bed.SERVICE)
        connect(hu, other, found)
        connect(hu, third, third.find())
        third_iid, third_ndi = "0123456789abcdef", "52:00:00:00:02:00"
        air.address(0, HU_IID, PHONE_IID, PHONE_NDI)
        air.address(0, HU_IID, third_iid, third_ndi)
        air.address(1, PHONE_IID, HU_IID, HU_NDI)
        air.address(1, PHONE_IID, third_iid, third_ndi)
        air.address(2, third_iid, HU_IID, HU_NDI)
        air.address(2, third_iid, PHONE_IID, PHONE_NDI)
        same(air.transfer(0, 1, HU_IID, 1 << 20), 1 << 20)
        same(air.transfer(0, 2, HU_IID, 1 << 20), 1 << 20)
        try:
            air.transfer(1, 2, PHONE_IID, 1 << 16)
        except phone.Failed:
            return
        raise AssertionError("data between two that have no data path")


def test_06_4_an_ndi_has_no_carrier_before_its_first_data_path_and_is_dormant_after_its_last():
    with Bed() as air:
        hu, other = air.ends_inside()
        link = air.link(0)
        assert "NO-CARRIER" in link["flags"] and "UP" in link["flags"], link["flags"]
        same((link["address"], link["ifalias"], link["linkinfo"]["info_kind"]), (HU_NDI, "fascia test double", "veth"))
        found = meet(hu, other)
        first, second = connect(hu, other, found), connect(hu, other, found)
        until("up", lambda: air.link(0)["operstate"] == "UP")
        other.terminate(first)
        hu.control.wait("NAN-NDP-DISCONNECTED")
        same(air.link(0)["operstate"], "UP")
        other.terminate(second)
        hu.control.wait("NAN-NDP-DISCONNECTED")
        until("dormant", lambda: air.link(0)["operstate"] == "DORMANT")
        assert "UP" in air.link(0)["flags"]
        connect(hu, other, found)
        until("up again", lambda: air.link(0)["operstate"] == "UP")


def test_07_stop_takes_the_ndi_down_and_start_does_not_bring_it_up():
    with Bed() as air:
        hu, other = air.ends_inside()
        found = meet(hu, other)
        connect(hu, other, found)
        hu.must("NAN_STOP")
        assert "UP" not in air.link(0)["flags"]
        hu.start()
        assert "UP" not in air.link(0)["flags"]
        other.control.wait("NAN-NDP-DISCONNECTED")      # idle
        same(other.request_path(found), "OK\n")
        hu.accept()
        other.connected()
        ended = hu.control.wait("NAN-NDP-DISCONNECTED")     # of one that is down
        same((ended["reason"], ended["locally_generated"], ended["failure"]), ("1", "1", "1"))
        other.control.wait("NAN-NDP-DISCONNECTED")
        phone.run("ip", "-n", air.spaces[0], "link", "set", "ndi0", "up")
        connect(hu, other, found)


def test_08_our_address_route_and_neighbour_outlive_a_data_path():
    with Bed() as air:
        hu, other = air.ends_inside()
        path = connect(hu, other, meet(hu, other))
        air.address(0, HU_IID, PHONE_IID, PHONE_NDI)
        other.terminate(path)
        hu.control.wait("NAN-NDP-DISCONNECTED")
        ip = ("ip", "-n", air.spaces[0])
        assert phone.link_local(HU_IID) in phone.run(*ip, "addr", "show", "ndi0")
        assert "PERMANENT" in phone.run(*ip, "neigh", "show", "dev", "ndi0")
        assert phone.link_local(PHONE_IID) in phone.run(*ip, "-6", "route", "show", "dev", "ndi0")
        assert "UP" in air.link(0)["flags"]


def test_traffic_keeps_a_data_path_from_ending_idle():
    with Bed() as air:
        hu, other = air.ends_inside()
        connect(hu, other, meet(hu, other))
        air.address(0, HU_IID, PHONE_IID, PHONE_NDI)
        stop = threading.Event()

        def talk():
            program = ("import socket, time\ns = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)\n"
                       f"while True:\n s.sendto(b'x', ('{phone.link_local(PHONE_IID)}', 9, 0, socket.if_nametoindex('ndi0')))\n"
                       " time.sleep(0.1)\n")
            sender = subprocess.Popen([*air.inside(0), sys.executable, "-c", program])
            stop.wait(phone.WAIT_S)
            sender.kill()
            sender.wait()
        thread = threading.Thread(target=talk)
        thread.start()
        try:
            hu.control.none_of("NAN-NDP-DISCONNECTED", air.seconds(60))
        finally:
            stop.set()
            thread.join()
        hu.control.wait("NAN-NDP-DISCONNECTED")


def test_nothing_is_left_of_an_end_that_is_killed_or_ends_and_the_next_makes_the_same_device():
    with Bed(1) as air:
        for number in (signal.SIGKILL, signal.SIGTERM):
            end, = air.ends_inside()
            assert air.link(0)
            end.engine.kill(number)
            until("the device is gone", lambda: air.link(0) is None)
        end, = air.ends_inside()
        same(end.world.request("INTERFACE_REMOVE ndi0"), "OK\n")
        assert air.link(0) is None
        same(phone.run("ip", "-n", air.spaces[0], "-o", "link").count("\n"), 1)      # lo


def test_a_device_of_that_name_that_is_there_already_is_a_failure():
    with Bed(1) as air:
        phone.run("ip", "-n", air.spaces[0], "link", "add", "ndi0", "type", "bridge")
        end = air.end("hu", HU_NMI, prefix=air.inside(0), set_up=False)
        end.open()
        end.must("NAN_START")
        same(end.world.request("INTERFACE_ADD ndi0\t\tnl80211\t\t\t\tcreate\tnan_data"), "FAIL\n")


def is_able() -> bool:
    if os.geteuid() != 0:
        return False
    space = f"fascia-dbl-{os.getpid()}-try"
    try:
        phone.run("ip", "netns", "add", space)
        phone.run("ip", "-n", space, "link", "add", "veth-a", "type", "veth", "peer", "name", "veth-b")
        return socket.has_ipv6
    except (phone.Failed, OSError):
        return False
    finally:
        subprocess.run(["ip", "netns", "del", space], capture_output=True)


if __name__ == "__main__":
    if not is_able():
        print("skipped: no root, or no network name spaces")
        sys.exit(77)
    sys.exit(bed.main(dict(globals())))
