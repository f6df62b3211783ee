#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fascia-addr for real: ten thousand peers, kills in the middle of work, hostile callers. See test_addr.py."""

import json
import os
import random
import re
import select
import signal
import subprocess
import sys

from test_addr import AS_NOBODY, NAME, PATH, WAIT_S, link_local, main, sh, until

MANY = 10000


def peer(number):
    return f"02:00:00:{number >> 16 & 255:02x}:{number >> 8 & 255:02x}:{number & 255:02x}", f"{(1 << 60) + number:016x}"


def flat(numbers):
    return [word for number in numbers for word in peer(number)]


def routes(bed):
    return {line.split()[0] for line in bed.ip_a("-6", "route", "show", "dev", "va").splitlines()
            if line.startswith("fe80::1") or line.startswith("fe80::b0b") or line.startswith("fe80:0:0:0:1")}


def neighbours(bed):
    return {line.split()[0] for line in
            bed.ip_a("-6", "neigh", "show", "dev", "va", "nud", "permanent").splitlines()}


def call_in_background(bed, method, numbers):
    return bed.spawn("busctl", f"--address={bed.bus}", "--timeout=60", "call", NAME, PATH, NAME, method, "ua(ss)",
                     str(bed.index()), str(len(numbers)), *flat(numbers), stdout=subprocess.DEVNULL,
                     stderr=subprocess.DEVNULL)


def kill(bed):
    bed.addr.send_signal(signal.SIGKILL)
    bed.addr.wait()


def kill_in_the_middle(bed, method, numbers):
    """Of the call's work: once the kernel has told of a part of it."""
    news = bed.spawn("ip", "-n", bed.a, "monitor", "neigh", text=True, stdout=subprocess.PIPE)

    def listening():
        for order in ("add", "del"):
            bed.ip_a("neigh", order, "fe80::feed", "lladdr", "02:00:00:00:00:99", "dev", "vx", "nud", "permanent")
        return bool(select.select([news.stdout], [], [], 0)[0])

    bed.ip_a("link", "add", "vx", "type", "veth", "peer", "name", "vy")
    until("the kernel's news", listening)
    call_in_background(bed, method, numbers)
    for count, _ in enumerate(news.stdout):
        if count == 300:
            break
    kill(bed)
    news.kill()


# Tests: each name is a sentence.

def ten_thousand_peers_up_and_down_in_random_order_leave_no_entry(bed):
    iid = bed.connected_pair()
    index, dice = bed.index(), random.Random(4861)
    claims = {number: 0 for number in range(MANY)}
    todo = [number for number in claims for _ in range(1 + (number % 10 == 0))]  # some are wanted twice
    dice.shuffle(todo)
    while todo or any(claims.values()):
        share = dice.randint(1, 3000)
        up, todo = todo[:share], todo[share:]
        bed.call("AddPeers", "ua(ss)", index, len(up), *flat(up))
        for number in up:
            claims[number] += 1
        down = [number for number, count in claims.items() for _ in range(count)]
        dice.shuffle(down)
        down = down[:dice.randint(0, 2500) if todo else len(down)]
        bed.call("RemovePeers", "ua(ss)", index, len(down), *flat(down))
        for number in down:
            claims[number] -= 1
        wanted = sum(1 for count in claims.values() if count)
        assert len(neighbours(bed)) == wanted + 1 and bed.get("Interfaces")[0]["peers"] == wanted + 1
    assert bed.kernel() == bed.wanted(iid) and len(bed.get("Peers")) == 1
    assert bed.state() == ("FULL", "none"), bed.state()
    bed.exchange(iid)
    counted = bed.get("Interfaces")[0]
    assert (counted["offender"], counted["restored"]) == ("", 0), counted


def killed_while_it_adds_ten_thousand_it_leaves_no_orphan(bed):
    iid = bed.connected_pair()
    kill_in_the_middle(bed, "AddPeers", range(MANY))
    left = neighbours(bed)
    assert link_local(iid) in left and 100 < len(left) < MANY + 1, len(left)
    bed.exchange(iid)  # nobody is there, and the peer is reached
    bed.start()
    until("FULL", lambda: bed.state() == ("FULL", "none"))
    assert neighbours(bed) == routes(bed) and neighbours(bed) <= left
    assert {row["address"].split("%")[0] for row in bed.get("Peers")} == neighbours(bed)
    bed.exchange(iid)
    bed.call("AddPeers", "ua(ss)", bed.index(), MANY, *flat(range(MANY)))  # whoever wanted them asks again
    assert len(neighbours(bed)) == len(routes(bed)) == MANY + 1
    bed.call("Release", "u", bed.index())
    assert bed.kernel()[:3] == ([], [], [])


def killed_while_it_removes_ten_thousand_it_leaves_no_orphan(bed):
    iid = bed.connected_pair()
    bed.call("AddPeers", "ua(ss)", bed.index(), MANY, *flat(range(MANY)))
    kill_in_the_middle(bed, "RemovePeers", range(MANY))
    assert 1 < len(neighbours(bed)) <= MANY
    bed.start()
    until("FULL", lambda: bed.state() == ("FULL", "none"))
    assert neighbours(bed) == routes(bed)
    bed.call("RemovePeers", "ua(ss)", bed.index(), MANY, *flat(range(MANY)))  # those that were kept, too
    until("only the first", lambda: bed.kernel() == bed.wanted(iid))
    bed.exchange(iid)


def ten_thousand_peers_come_back_after_a_flap(bed):
    iid = bed.connected_pair()
    bed.call("AddPeers", "ua(ss)", bed.index(), MANY, *flat(range(MANY)))
    for _ in range(3):
        bed.ip_a("link", "set", "va", "down")
        bed.ip_a("link", "set", "va", "up")
    until("all of them", lambda: len(neighbours(bed)) == len(routes(bed)) == MANY + 1)
    until("FULL", lambda: bed.state() == ("FULL", "none"))
    bed.exchange(iid)
    assert bed.get("Interfaces")[0]["offender"] == ""
    bed.ip_a("link", "del", "va")
    until("forgotten", lambda: bed.get("Peers") == [])


def calls_that_arrive_together_are_answered_each(bed):
    bed.start()
    bed.call("Prepare", "u", bed.index())
    bed.up()
    until("ready", lambda: bed.get("Interfaces")[0]["address"])
    os.kill(bed.addr.pid, signal.SIGSTOP)
    callers = [subprocess.Popen(["busctl", f"--address={bed.bus}", "call", NAME, PATH, NAME, "AddPeer", "uss",
                                 str(bed.index()), *peer(number)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True) for number in [*range(40), 7, 8]]
    bad = subprocess.Popen(["busctl", f"--address={bed.bus}", "call", NAME, PATH, NAME, "AddPeer", "uss",
                            str(bed.index()), peer(77)[0], "0" * 16], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           text=True)
    os.kill(bed.addr.pid, signal.SIGCONT)
    for number, caller in zip([*range(40), 7, 8], callers):
        out, err = caller.communicate(timeout=WAIT_S)
        assert caller.returncode == 0 and f'"fe80::1000:0:0:{number:x}%va"' in out, (number, out, err)
    assert "identifier is zero" in bad.communicate(timeout=WAIT_S)[1]
    assert len(neighbours(bed)) == len(bed.get("Peers")) == 40


def malformed_calls_are_refused_and_it_lives(bed):
    iid = bed.connected_pair()
    index, pid = bed.index(), bed.addr.pid
    absurd = "\u202e" + "%s%n" * 4000
    calls = [("Prepare", "s", "x"), ("Prepare", ""), ("Prepare", "t", index), ("Prepare", "u", 0xFFFFFFFF),
             ("PrepareLink", "u", index), ("PrepareLink", "ua{sv}", index, 1, "nd", "as", 1, "none"),
             ("PrepareLink", "ua{sv}", index, 1, absurd, "s", "x"), ("PrepareLink", "ua{sv}", index, 1, "nd", "s", absurd),
             ("PrepareLink", "ua{ss}", index, 1, "nd", "none"), ("Release", "i", -1),
             ("AddPeer", "uss", index, absurd, ""), ("AddPeer", "uss", index, bed.mac("b"), absurd),
             ("AddPeer", "uss", index, "", ""), ("AddPeer", "uay", index, 3, 1, 2, 3), ("AddPeer", "us", index, "x"),
             ("AddPeers", "uas", index, 1, "x"), ("AddPeers", "ua(ss)", index, 1, absurd, absurd),
             ("AddPeers", "ua(ss)", 0, 1, *peer(1)), ("RemovePeer", "us", index, bed.mac("b")),
             ("RemovePeers", "ua(sss)", index, 1, "a", "b", "c"), ("NoSuchMethod", "s", "x")]
    for method, signature, *arguments in calls:
        done = subprocess.run(["busctl", f"--address={bed.bus}", "call", "--", NAME, PATH, NAME, method]
                              + ([signature, *map(str, arguments)] if signature else []), capture_output=True, text=True)
        assert done.returncode != 0, (method, signature)
    huge = [word for number in range(20000) for word in ("x", "y")]
    done = subprocess.run(["busctl", f"--address={bed.bus}", "call", NAME, PATH, NAME, "AddPeers", "ua(ss)", str(index),
                           "20000", *huge], capture_output=True, text=True)
    assert "and 19992 more" in done.stderr, done
    done = subprocess.run(["busctl", f"--address={bed.bus}", "call", NAME, PATH, NAME, "AddPeers", "ua(ss)", str(index),
                           "20000", *flat(range(20000))], capture_output=True, text=True)
    assert "the table is full" in done.stderr, done.stderr[:500]  # address.max_peers
    assert bed.addr.pid == pid and bed.addr.poll() is None
    assert bed.state() == ("FULL", "none"), bed.state()
    assert bed.kernel() == bed.wanted(iid)


def who_has_no_business_is_refused_by_the_bus(bed):
    """Also of what would only cost time; and the service does not even see it."""
    bed.connected_pair()
    before = json.dumps(bed.get("Peers"))
    for method, *arguments in (("AddPeers", "ua(ss)", str(bed.index()), "1", *peer(1)), ("Release", "u", str(bed.index())),
                               ("RemovePeers", "ua(ss)", str(bed.index()), "1", bed.mac("b"), "")):
        done = subprocess.run([*AS_NOBODY, "busctl", f"--address={bed.bus}", "call", NAME, PATH, NAME, method, *arguments],
                              capture_output=True, text=True)
        assert done.returncode != 0 and re.search("denied|not allowed|rejected|policy", done.stderr, re.I), done
    assert json.dumps(bed.get("Peers")) == before
    assert sh(*AS_NOBODY, "busctl", f"--address={bed.bus}", "get-property", NAME, PATH, NAME, "Peers").startswith("aa{sv} 1 ")


TESTS = [ten_thousand_peers_up_and_down_in_random_order_leave_no_entry,
         killed_while_it_adds_ten_thousand_it_leaves_no_orphan, killed_while_it_removes_ten_thousand_it_leaves_no_orphan,
         ten_thousand_peers_come_back_after_a_flap, calls_that_arrive_together_are_answered_each,
         malformed_calls_are_refused_and_it_lives, who_has_no_business_is_refused_by_the_bus]


if __name__ == "__main__":
    sys.exit(main(TESTS, __doc__))
