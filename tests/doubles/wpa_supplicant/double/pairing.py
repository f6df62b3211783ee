# SPDX-License-Identifier: Apache-2.0
"""Pairing (PASN with SAE, opportunistic, or by a stored key) and the follow-ups that carry the identity keys.

What surprises in the real engine is kept: the responder hears nothing of a wrong PIN and stays with what it has; the
initiator refers to a key that is still cached even where a new pairing with another PIN was asked for; the follow-up with
the NIK goes out once; the end of the last data path unpairs.
"""
from dataclasses import dataclass

from . import keys, words
from .peers import Pasn

OPPORTUNISTIC, SAE, STORED = 0, 1, 2
CIPHERS = {"CCMP": keys.CSID_PASN_128, "GCMP-256": keys.CSID_PASN_256}
NIK_OCTETS = 16
NIK_LIFETIME_S = 43200
NIK_DELAY_S = 0.03              # for the other end to install its keys
SUITES = {"CCMP": 1, "GCMP-256": 2}     # bits of NAN_SET cipher_suites


@dataclass
class Identity:
    id: int
    nik: str
    npk: str
    akmp: str = None            # not in the file: one that was read from there is of no use
    cipher: int = 0


class Pairing:
    def __init__(self, nmi, identities):
        self.nmi, self.loop = nmi, nmi.loop
        self.setup, self.caching, self.suites, self.lifetime = True, True, 3, NIK_LIFETIME_S
        self.nik = keys.fresh(NIK_OCTETS)
        self.identities = identities
        self._last_id = max((identity.id for identity in identities), default=0)
        self.nira = None
        self.verification = False
        self.set_verification(True)
        self._initiated, self._responded = {}, {}       # peers' cached keys, by role

    # NAN_SET

    def set_verification(self, on: bool):
        if on and not self.verification:
            self._make_nira()
        self.verification = on

    def set_nik(self, nik: bytes):
        self.nik = nik
        self._make_nira()

    def _make_nira(self):
        nonce = keys.fresh(8)
        self.nira = (nonce.hex(), keys.nira(self.nik, self.nmi.mac, nonce))

    def identity_of(self, peer):
        """Who a peer is, by the tag that it sends."""
        if not peer.nira:
            return None
        nonce, tag = peer.nira
        return next((identity for identity in self.identities if identity.npk and identity.akmp in ("SAE", "PASN")
                     and keys.nira(bytes.fromhex(identity.nik), peer.nmi, bytes.fromhex(nonce)) == tag), None)

    # Commands

    def command(self, command: str, pin=None) -> str:
        address, rest = words.mac(command), words.split(command)[1]
        if not address or rest is None:
            return "FAIL\n"
        given = {"auth": "0", "handle": "0", "peer_instance_id": "0", "cipher": None, "password": None, "pwd_hex": None}
        responder = False
        for token in words.tokens(rest):
            name, value = words.split(token, "=")
            if token.startswith("responder"):
                responder = True
            elif name in given and value is not None:
                given[name] = value
            else:
                return "FAIL\n"
        auth, handle = words.atoi(given["auth"]), words.atoi(given["handle"])
        instance = words.atoi(given["peer_instance_id"]) & 0xff
        secret = self._secret(given)
        if auth not in (OPPORTUNISTIC, SAE, STORED) or handle <= 0 or not instance or given["cipher"] not in CIPHERS \
                or secret is False:
            return "FAIL\n"
        peer = self.nmi.peer(address)
        # Without a schedule there is no station that the keys could be given to.
        if not peer or not self.nmi.started or peer.bootstrapping.in_progress or not self.nmi.schedule:
            return "FAIL\n"
        if not self._is_supported(peer, auth):
            return "FAIL\n"
        if not self._begin(peer, auth, given["cipher"], pin if pin is not None else secret, responder):
            peer.pasn = None
            return "FAIL\n"
        peer.handle, peer.instance, peer.paired, peer.verified = handle, instance, False, False
        if not responder:
            peer.verified = auth == STORED
            self._send_auth1(peer)
            return "OK\n"
        pending, peer.pending_auth1 = peer.pending_auth1, None
        if pending:
            return "OK\n" if self._handle_auth1(peer, pending) else "FAIL\n"
        return "OK\n"

    @staticmethod
    def _secret(given: dict):
        """Octets, None where there is none, False where it is wrong."""
        if given["pwd_hex"] is None:
            return None if given["password"] is None else given["password"].encode("latin-1")
        octets = words.octets(given["pwd_hex"])
        return False if given["password"] is not None or not octets or 0 in octets else octets

    def _is_supported(self, peer, auth: int) -> bool:
        if auth == STORED:
            return self.verification and peer.verification
        return self.setup and peer.pairing_setup

    def _begin(self, peer, auth: int, cipher: str, secret, responder: bool) -> bool:
        akmp = "PASN" if auth == OPPORTUNISTIC else "SAE"
        pasn = peer.pasn = Pasn(responder, auth, akmp, cipher, secret or b"")
        if not SUITES[cipher] & self.suites or (auth == SAE and secret is None):
            return False
        if auth == STORED:
            identity = self.identity_of(peer)
            if not identity:
                return False
            pasn.akmp = identity.akmp
            pasn.custom_pmkid = "".join(self.nira)
            cache = self._responded if responder else self._initiated
            cache[peer.nmi] = (pasn.akmp, bytes.fromhex(identity.npk))
        return True

    def abort(self, command: str) -> str:
        peer = self.nmi.peer(words.mac(command) or "")
        if not peer or not (peer.pasn or peer.pending_auth1):
            return "FAIL\n"
        if peer.pending_auth1:
            self.nmi.send(peer.nmi, {"type": "auth2", "status": "failure", **self.nmi.attributes()})
        self.drop(peer)
        return "OK\n"

    @staticmethod
    def drop(peer):
        peer.pasn = peer.pending_auth1 = None

    def unpair(self, peer):
        peer.paired = False
        self.drop(peer)

    # Authentication

    def _cached(self, cache: dict, peer, akmp: str):
        known = cache.get(peer.nmi)
        return known[1] if known and known[0] == akmp else None

    def _send_auth1(self, peer):
        pasn = peer.pasn
        pasn.nonce = keys.fresh(16).hex()
        cached = self._cached(self._initiated, peer, pasn.akmp)
        pmkid = pasn.custom_pmkid or (keys.pairing_key(cached, "pmkid").hex()[:32] if cached else "")
        self.nmi.send(peer.nmi, {"type": "auth1", "nonce": pasn.nonce, "akmp": pasn.akmp, "cipher": pasn.cipher,
                                 "csid": CIPHERS[pasn.cipher], "instance": peer.handle, "pmkid": pmkid if cached else "",
                                 "stored": pasn.auth == STORED, **self.nmi.attributes()})

    def receive_auth1(self, frame: dict):
        peer = self.nmi.peer(frame["from"], make=True)
        peer.learn(frame)
        if peer.pasn:
            # Not asked about again: answered with what was given for the one before.
            if peer.pasn.responder:
                self._handle_auth1(peer, frame)
            return
        peer.pending_auth1 = frame
        verify = bool(frame["pmkid"] or frame.get("claims_pmkid"))
        self.nmi.event("NAN-PAIRING-REQUEST", f"peer_nmi={peer.nmi} csid={frame['csid']} instance_id={frame['instance']} "
                                              f"key_mgmt={frame['akmp']} verify={int(verify)}")

    def _handle_auth1(self, peer, frame: dict) -> bool:
        pasn = peer.pasn
        if frame["cipher"] != pasn.cipher:
            return False
        pasn.peer_nonce, pasn.nonce = frame["nonce"], keys.fresh(16).hex()
        cached = self._cached(self._responded, peer, pasn.akmp) if frame["pmkid"] else None
        known = cached and (pasn.custom_pmkid or frame["pmkid"] == keys.pairing_key(cached, "pmkid").hex()[:32])
        # One that is ready for verification takes nothing else.
        if frame["akmp"] != pasn.akmp or (frame["stored"] and not known) or (pasn.auth == STORED and not frame["stored"]):
            self.nmi.send(peer.nmi, {"type": "auth2", "status": "failure", **self.nmi.attributes()})
            return False
        pasn.cached = bool(known)
        pasn.pmk = cached if known else self._fresh_pmk(pasn, peer.nmi, self.nmi.mac)
        self._derive(pasn, peer.nmi, self.nmi.mac)
        self.nmi.send(peer.nmi, {"type": "auth2", "status": "success", "nonce": pasn.nonce, "cached": pasn.cached,
                                 "confirm": self._confirm(pasn, "responder"), **self.nmi.attributes()})
        return True

    def receive_auth2(self, frame: dict):
        peer = self.nmi.peer(frame["from"])
        if not peer or not peer.pasn or peer.pasn.responder:
            return
        peer.learn(frame)
        pasn = peer.pasn
        if frame["status"] != "success":
            self._failed(peer)
            return
        pasn.peer_nonce, pasn.cached = frame["nonce"], frame["cached"]
        cached = self._cached(self._initiated, peer, pasn.akmp)
        pasn.pmk = cached if pasn.cached and cached else self._fresh_pmk(pasn, self.nmi.mac, peer.nmi)
        self._derive(pasn, self.nmi.mac, peer.nmi)
        if frame["confirm"] != self._confirm(pasn, "responder"):
            self._failed(peer)          # and the responder hears nothing
            return
        if not pasn.cached and pasn.akmp == "SAE":
            self._initiated[peer.nmi] = (pasn.akmp, pasn.pmk)
        self.nmi.send(peer.nmi, {"type": "auth3", "confirm": self._confirm(pasn, "initiator")})
        self.loop.after(0, lambda: self._succeeded(peer, pasn, self.nmi.mac, peer.nmi))

    def receive_auth3(self, frame: dict):
        peer = self.nmi.peer(frame["from"])
        if not peer or not peer.pasn or not peer.pasn.responder or not peer.pasn.key:
            return
        pasn = peer.pasn
        if frame["confirm"] != self._confirm(pasn, "initiator"):
            self._failed(peer)
            return
        if not pasn.cached and pasn.akmp == "SAE":
            self._responded[peer.nmi] = (pasn.akmp, pasn.pmk)
        self._succeeded(peer, pasn, peer.nmi, self.nmi.mac)

    @staticmethod
    def _fresh_pmk(pasn, initiator: str, responder: str) -> bytes:
        nonces = sorted((pasn.nonce, pasn.peer_nonce))
        return keys.pairing_key(pasn.secret, pasn.akmp, initiator, responder, *nonces)

    @staticmethod
    def _derive(pasn, initiator: str, responder: str):
        pasn.key = keys.pairing_key(pasn.pmk, "key", initiator, responder, *sorted((pasn.nonce, pasn.peer_nonce)))

    @staticmethod
    def _confirm(pasn, role: str) -> str:
        return keys.pairing_key(pasn.key, "confirm", role).hex()

    def _status(self, peer, pasn, success: bool, nd_pmk: bytes = None):
        self.nmi.event("NAN-PAIRING-STATUS", f"addr={peer.nmi} akmp={pasn.akmp} cipher={pasn.cipher} "
                                             f"status={'success' if success else 'failure'}"
                                             + (f" nd_pmk={nd_pmk.hex()}" if nd_pmk else ""))

    def _failed(self, peer):
        pasn = peer.pasn
        self._status(peer, pasn, False)
        self.drop(peer)

    def _succeeded(self, peer, pasn, initiator: str, responder: str):
        if peer.pasn is not pasn:
            return
        self._status(peer, pasn, True, keys.pairing_key(pasn.key, "nd-pmk", initiator, responder))
        peer.paired, peer.pairing_csid = True, CIPHERS[pasn.cipher]
        if not self.caching or not peer.npk_caching:
            return
        pasn.encrypts = not peer.verified
        if not pasn.responder and pasn.encrypts:
            self.loop.after(NIK_DELAY_S, lambda: self._send_nik(peer, pasn))

    # Identity keys

    def _send_nik(self, peer, pasn):
        if peer.pasn is pasn:
            self.nmi.discovery.follow_up(peer.nmi, peer.handle, peer.instance, {
                "type": "nik", "nik": self.nik.hex(), "lifetime": self.lifetime,
                "mic": keys.pairing_key(pasn.key, "kek", self.nik.hex()).hex()})

    def receive_nik(self, peer, frame: dict) -> bool:
        pasn = peer.pasn
        if not pasn or not pasn.encrypts or not self.caching:
            return False
        good = frame["mic"] == keys.pairing_key(pasn.key, "kek", frame["nik"]).hex()
        if good:
            self._remember(frame, pasn)
            if pasn.responder:
                self._send_nik(peer, pasn)
        self.drop(peer)
        return good

    def _remember(self, frame: dict, pasn):
        """In place of what was known of this NIK. Ids go up; the record has 1 again after a repeated pairing."""
        old = next((identity for identity in self.identities if identity.nik == frame["nik"]), None)
        if old:
            self.identities.remove(old)
        self._last_id = max((identity.id for identity in self.identities), default=0)
        identity = Identity(self._last_id + 1, frame["nik"], pasn.pmk.hex(), pasn.akmp)
        self.identities.append(identity)
        self.nmi.event("NAN-NIK-RECEIVED", f"nik={identity.nik} cipher_version={identity.cipher} akmp={identity.akmp} "
                                           f"pmk={identity.npk} lifetime={frame['lifetime']} identity_id={identity.id}")

    # NAN_PEER_INFO … pairing

    def info(self, peer) -> str:
        text = (f"pairing_setup={int(peer.pairing_setup)}\nnpk_caching={int(peer.npk_caching)}\n"
                f"pairing_verification={int(peer.verification)}\ncipher_suites=0x{0:08x}\n")
        identity = self.identity_of(peer)
        if identity:
            text += f"nik_cipher={identity.cipher}\nnik={identity.nik}\nakmp={identity.akmp}\nnpk={identity.npk}\n"
        return text
