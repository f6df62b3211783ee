# SPDX-License-Identifier: Apache-2.0
import io
import struct
import unittest

import support  # noqa: F401 (finds the modules)
from rig import pcapng


def blocks(data: bytes) -> list:
    """(type, body) of each block; checks that each says its length at both ends, in whole words."""
    found = []
    while data:
        kind, length = struct.unpack_from("=II", data)
        assert length % 4 == 0 and struct.unpack_from("=I", data, length - 4)[0] == length
        found.append((kind, data[8:length - 4]))
        data = data[length:]
    return found


def options(data: bytes) -> dict:
    found = {}
    while data:
        code, length = struct.unpack_from("=HH", data)
        if code == 0:
            return found
        found[code] = data[4:4 + length]
        data = data[(4 + length + 3) & ~3:]
    raise AssertionError("no end of options")


class Writing(unittest.TestCase):
    def setUp(self):
        self.file = io.BytesIO()
        self.writer = pcapng.Writer(self.file)

    def written(self) -> list:
        self.writer.flush()
        return blocks(self.file.getvalue())

    def test_a_section_comes_first(self):
        (kind, body), = self.written()
        self.assertEqual(0x0A0D0D0A, kind)
        self.assertEqual((0x1A2B3C4D, 1, 0, -1), struct.unpack_from("=IHHq", body))

    def test_an_interface_has_a_name_a_link_type_and_nanoseconds(self):
        self.assertEqual(0, self.writer.interface("hwsim0", pcapng.LINKTYPE_IEEE802_11_RADIOTAP))
        self.assertEqual(1, self.writer.interface("wlan0", pcapng.LINKTYPE_ETHERNET))
        _, first, second = self.written()
        self.assertEqual((1, 127), (first[0], struct.unpack_from("=H", first[1])[0]))
        self.assertEqual({2: b"wlan0", 9: b"\x09"}, options(second[1][8:]))

    def test_a_frame_keeps_time_length_direction_and_octets(self):
        number = self.writer.interface("wlan0", pcapng.LINKTYPE_ETHERNET)
        for data in (b"", b"a", b"abcd", bytes(range(255))):
            with self.subTest(len(data)):
                self.writer.frame(number, 1_700_000_000_123_456_789, data, 1500, pcapng.OUTBOUND)
                kind, body = self.written()[-1]
                interface, high, low, caught, length = struct.unpack_from("=IIIII", body)
                self.assertEqual((6, number, len(data), 1500), (kind, interface, caught, length))
                self.assertEqual(1_700_000_000_123_456_789, high << 32 | low)
                self.assertEqual(data, body[20:20 + caught])
                self.assertEqual({2: struct.pack("=I", 2)}, options(body[20 + (caught + 3 & ~3):]))

    def test_nothing_is_written_before_the_flush_and_nothing_twice(self):
        self.assertEqual(b"", self.file.getvalue())
        self.written()
        size = len(self.file.getvalue())
        self.written()
        self.assertEqual(size, len(self.file.getvalue()))
        self.assertEqual(0, self.writer.pending_bytes)


if __name__ == "__main__":
    unittest.main()
