# SPDX-License-Identifier: Apache-2.0
"""Reads words as the C library does where the control protocol shows it: a number ends at its first strange character."""
import re

HEX = frozenset("0123456789abcdefABCDEF")
ZERO_MAC = "00:00:00:00:00:00"


def atoi(text: str) -> int:
    found = re.match(r"\s*([+-]?\d+)", text)
    return int(found[1]) if found else 0


def any_base(text: str):
    """As %i and strtol(…, 0): 0x is hexadecimal, a leading 0 octal. None without a digit."""
    found = re.match(r"\s*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)", text)
    if not found:
        return None
    digits = found[2]
    base = 16 if digits[:2] in ("0x", "0X") else 8 if digits[0] == "0" else 10
    return int(digits, base) * (-1 if found[1] == "-" else 1)


def numbers(text: str) -> list:
    """A list separated by commas, without repetitions."""
    return list(dict.fromkeys(atoi(part) for part in text.split(",") if part))


def octets(text: str):
    """A whole hexadecimal string; None if it is not one."""
    return bytes.fromhex(text) if len(text) % 2 == 0 and HEX.issuperset(text) else None


def first_octets(text: str, count: int):
    """The first of a hexadecimal string: what follows is not looked at, and that is how the real engine does it."""
    return octets(text[:2 * count]) if len(text) >= 2 * count else None


def mac(text: str):
    """An address at the beginning of a text, in lower case; None if there is none."""
    found = re.match(r"([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}", text)
    return found[0].lower() if found else None


def mac_octets(address: str) -> bytes:
    return bytes.fromhex(address.replace(":", ""))


def mac_text(address: bytes) -> str:
    return address.hex(":")


def split(text: str, separator: str = " "):
    """The part before the first separator and the part after it; None for the latter without one."""
    head, found, tail = text.partition(separator)
    return head, tail if found else None


def tokens(text: str) -> list:
    return [token for token in text.split(" ") if token]
