# SPDX-License-Identifier: Apache-2.0
"""Keys. Those of a data path, PMKIDs and NIRA tags by the published formulas; those of a pairing from hashes (see __init__)."""
import hashlib
import hmac
import os

from .words import mac_octets

CSID_NONE, CSID_CCM_128, CSID_GCM_256 = 0, 1, 2
CSID_GTK = (5, 6)
CSID_PASN_128, CSID_PASN_256 = 7, 8
CSID_MAX = 9
CSID_SUPPORTED = (CSID_CCM_128, CSID_GCM_256, CSID_PASN_128, CSID_PASN_256)
BROADCAST = "ff:ff:ff:ff:ff:ff"
PMK_OCTETS = 32
NO_PMK = bytes(PMK_OCTETS)
ROUNDS = 4096


def hash_of(csid: int) -> str:
    return "sha384" if csid in (CSID_GCM_256, CSID_PASN_256) else "sha256"


def service_id(name: str) -> bytes:
    return hashlib.sha256(name.encode("latin-1").lower()).digest()[:6]


def nd_pmk_of_passphrase(passphrase: bytes, csid: int, service: bytes, publisher: str) -> bytes:
    salt = bytes([0, csid]) + service + mac_octets(publisher)
    return hashlib.pbkdf2_hmac(hash_of(csid), passphrase, salt, ROUNDS, PMK_OCTETS)


def nd_pmkid(pmk: bytes, csid: int, initiator: str, responder: str, service: bytes) -> str:
    data = b"NAN PMK Name" + mac_octets(initiator) + mac_octets(responder) + service
    return hmac.new(pmk, data, hash_of(csid)).digest()[:16].hex()


def nira(nik: bytes, nmi: str, nonce: bytes) -> str:
    return hmac.new(nik, b"NIR" + mac_octets(nmi) + nonce, "sha256").digest()[:8].hex()


def fresh(count: int) -> bytes:
    return os.urandom(count)


def pairing_key(secret: bytes, *parts: str) -> bytes:
    """The double's own: equal if and only if the secrets and all parts are equal."""
    return hmac.new(hashlib.sha256(b"double" + secret).digest(), "|".join(parts).encode(), "sha256").digest()
