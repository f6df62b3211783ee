#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the nftables chain "inet doctor input" with policy drop, as `nft` would, which need not be installed.

It takes IPv6 away from the machine: for the guest of the rig only. Layout: linux/netfilter/nf_tables.h, nfnetlink.h.
"""
import socket
import struct

NETLINK_NETFILTER, SUBSYSTEM, INET, LOCAL_IN, DROP = 12, 10, 1, 1, 0
BATCH_BEGIN, BATCH_END, NEWTABLE, NEWCHAIN = 0x10, 0x11, SUBSYSTEM << 8, SUBSYSTEM << 8 | 3
REQUEST, ACK, CREATE = 1, 4, 0x400


def attribute(number, data):
    return struct.pack("=HH", len(data) + 4, number) + data + b"\0" * (-len(data) % 4)


def message(number, flags, sequence, family, resource, attributes=b""):
    body = struct.pack("=BB", family, 0) + struct.pack(">H", resource) + attributes
    return struct.pack("=IHHII", len(body) + 16, number, flags, sequence, 0) + body


hook = attribute(1, struct.pack(">I", LOCAL_IN)) + attribute(2, struct.pack(">i", 0))
chain = (attribute(1, b"doctor\0") + attribute(3, b"input\0") + attribute(4 | 0x8000, hook) +
         attribute(5, struct.pack(">I", DROP)) + attribute(7, b"filter\0"))
batch = (message(BATCH_BEGIN, REQUEST, 1, 0, SUBSYSTEM) +
         message(NEWTABLE, REQUEST | CREATE | ACK, 2, INET, 0, attribute(1, b"doctor\0")) +
         message(NEWCHAIN, REQUEST | CREATE | ACK, 3, INET, 0, chain) + message(BATCH_END, REQUEST, 4, 0, SUBSYSTEM))
with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER) as kernel:
    kernel.settimeout(5)
    kernel.send(batch)
    answered = set()
    while not answered >= {2, 3}:
        data = kernel.recv(65536)
        while data:
            length, kind, _, sequence, _, error = struct.unpack_from("=IHHIIi", data)
            if error:
                raise OSError(-error, f"message {sequence}")
            answered.add(sequence)
            data = data[(length + 3) // 4 * 4:]
