# SPDX-License-Identifier: Apache-2.0
"""Data paths: request, response, confirm, key installment, termination; the NDL's idle end; data frames.

One set-up at a time with each peer. What a command refuses before the state machine sees it leaves a pending request
pending; what the state machine itself refuses ends it, in silence for the other end.
"""
from . import keys, words
from .peers import CONFIRMED, COUNTERED, DONE, RECEIVED, REQUESTED, RESPONDED, STARTED, Path, Setup

LONG_S, SHORT_S = 30.0, 2.0
IID_OCTETS = 8
REASON_UNSPECIFIED, REASON_INVALID = 1, 3
DEFAULT_IDLE_S = 25
NO_QOS = (0, 0xffff)
REQUEST_WORDS = {"handle", "ndi", "peer_nmi", "peer_id", "ssi", "qos", "csid", "password", "pwd_hex", "pmk", "interface_id",
                 "gtk_csid"}


class Refused(Exception):
    """FAIL."""


def overlap(ours: dict, theirs: dict) -> bool:
    """Whether two schedules have a slot on one channel in common."""
    return any(int(bits, 16) & int(theirs[freq], 16) for freq, bits in ours.items() if freq in theirs)


class DataPaths:
    def __init__(self, nmi):
        self.nmi, self.loop = nmi, nmi.loop
        self.idle_period = DEFAULT_IDLE_S
        self._last_id = 0
        self._idle_timer = None

    # Reading commands

    def _read(self, command: str, strict: bool) -> dict:
        given = {}
        for token in words.tokens(command):
            name, value = words.split(token, "=")
            if value is None or (strict and name not in REQUEST_WORDS):
                raise Refused
            given[name] = value
        for name in ("peer_nmi", "init_ndi"):
            if name in given:
                given[name] = words.mac(given[name])
        if None in given.values():
            raise Refused
        if "ssi" in given and words.octets(given["ssi"]) is None:
            raise Refused
        if "interface_id" in given:
            iid = words.first_octets(given["interface_id"], IID_OCTETS)
            if not iid:
                raise Refused
            given["interface_id"] = iid.hex()
        if "qos" in given:
            slots, latency = words.split(given["qos"], ":")
            if latency is None or not slots.isdigit() or not latency.isdigit():
                raise Refused
            given["qos"] = (int(slots) & 0xff, int(latency) & 0xffff)
        return given

    def _ndi(self, given: dict):
        if "ndi" not in given:
            return None
        interface = self.nmi.engine.interface(given["ndi"])
        if not interface or interface.kind != "nan_data":
            raise Refused
        return interface.mac

    def _pmk(self, given: dict, handle: int, kind: str, publisher: str, confirm: bool = False) -> tuple:
        """csid and PMK as the command gives them; checks them against our service."""
        csid = words.atoi(given.get("csid", "0"))
        service = self.nmi.discovery.services.get(handle)
        if not 0 <= csid < keys.CSID_MAX or not service or service.kind != kind:
            raise Refused
        if kind == "publish" and not service.supports(csid):
            raise Refused
        if len({"password", "pwd_hex", "pmk"} & given.keys()) > 1:
            raise Refused
        if "pwd_hex" in given and (not words.octets(given["pwd_hex"]) or 0 in words.octets(given["pwd_hex"])):
            raise Refused
        if csid == keys.CSID_NONE or confirm:
            return csid, keys.NO_PMK
        passphrase = words.octets(given["pwd_hex"]) if "pwd_hex" in given else given.get("password", "").encode("latin-1")
        if csid not in keys.CSID_SUPPORTED or not (passphrase or given.get("pmk")):
            raise Refused
        if "pmk" in given:
            pmk = words.octets(given["pmk"])
            if not pmk or len(pmk) != keys.PMK_OCTETS:
                raise Refused
            return csid, pmk
        return csid, keys.nd_pmk_of_passphrase(passphrase, csid, service.service_id, publisher)

    def _csid_of(self, peer, csid: int) -> int:
        """A paired peer's association decides, whatever the command said."""
        if peer.paired:
            return peer.pairing_csid
        if csid in (keys.CSID_PASN_128, keys.CSID_PASN_256):
            raise Refused
        return csid

    # Commands

    def request(self, command: str) -> str:
        given = self._read(command, strict=True)
        handle = words.atoi(given.get("handle", "-1"))
        ndi, peer_nmi = self._ndi(given), given.get("peer_nmi", words.ZERO_MAC)
        publish_id = words.atoi(given.get("peer_id", "0")) & 0xff
        gtk = words.atoi(given.get("gtk_csid", "0"))
        if handle < 0 or not publish_id or not ndi or peer_nmi == words.ZERO_MAC or ("gtk_csid" in given
                                                                                    and gtk not in keys.CSID_GTK):
            raise Refused
        csid, pmk = self._pmk(given, handle, "subscribe", peer_nmi)
        peer = self.nmi.peer(peer_nmi)
        if not self.nmi.schedule or (gtk and (csid == keys.CSID_NONE or not self.nmi.has_group_cipher)) or not peer:
            raise Refused
        csid = self._csid_of(peer, csid)
        self._last_id = self._last_id % 255 + 1
        if peer.setup:
            raise Refused
        service = self.nmi.discovery.services[handle].service_id
        peer.setup = Setup(Path(self._last_id, True, ndi, words.ZERO_MAC, given.get("qos", NO_QOS)), STARTED, publish_id,
                           service, given.get("ssi", "").lower(), csid, pmk, gtk_csid=gtk, iid=given.get("interface_id", ""))
        peer.has_link = True
        if peer.is_broken:
            peer.is_broken, setup = False, peer.setup
            self.loop.after(0, lambda: self._disconnected(peer, setup, 0, True))
            return "OK\n"
        pmkid = keys.nd_pmkid(pmk, csid, self.nmi.mac, peer.nmi, service) if csid else ""
        self._send(peer, "ndp_request", publish=publish_id, ssi=peer.setup.ssi, csid=csid, pmkid=pmkid, gtk=gtk,
                   iid=peer.setup.iid, has_paths=bool(peer.paths))
        peer.setup.state = REQUESTED
        self._expect(peer, LONG_S)
        return "OK\n"

    def response(self, command: str) -> str:
        words_given = words.tokens(command)
        if not words_given or words_given[0] not in ("accept", "reject"):
            raise Refused
        accept = words_given[0] == "accept"
        given = self._read(" ".join(words_given[1:]), strict=False)
        ndi = self._ndi(given) or words.ZERO_MAC
        peer_nmi, init_ndi = (given.get(name, words.ZERO_MAC) for name in ("peer_nmi", "init_ndi"))
        ndp_id = words.atoi(given.get("ndp_id", "0")) & 0xff
        confirm = ndi == init_ndi and ndi != words.ZERO_MAC
        csid, pmk = keys.CSID_NONE, keys.NO_PMK
        if accept:
            handle = words.atoi(given.get("handle", "-1"))
            if ndi == words.ZERO_MAC or handle < 1:
                raise Refused
            csid, pmk = self._pmk(given, handle, "subscribe" if confirm else "publish", self.nmi.mac, confirm)
        if words.ZERO_MAC in (peer_nmi, init_ndi) or not ndp_id:
            raise Refused
        peer = self.nmi.peer(peer_nmi)
        setup = peer.setup if peer else None
        if accept and not confirm and setup and setup.gtk_csid \
                and not self.nmi.discovery.services[handle].supports(setup.gtk_csid):
            raise Refused
        if (accept and not self.nmi.schedule) or not peer:
            raise Refused
        csid = self._csid_of(peer, csid)
        if not setup or (setup.path.ndp_id, setup.path.init_ndi) != (ndp_id, init_ndi):
            self._stop(peer)
            raise Refused
        if confirm:
            return self._confirm(peer, accept)
        if setup.state != RECEIVED:
            self._stop(peer)
            raise Refused
        return self._respond(peer, accept, ndi, csid, pmk, given)

    def _respond(self, peer, accept: bool, ndi: str, csid: int, pmk: bytes, given: dict) -> str:
        setup = peer.setup
        setup.ssi = given.get("ssi", "").lower()
        setup.iid = given.get("interface_id", "")
        setup.reason = words.atoi(given.get("reason_code", "0")) & 0xff
        if accept:
            setup.path.resp_ndi = ndi
            setup.path.qos = given.get("qos", NO_QOS)
            if csid != setup.csid:
                self._stop(peer)
                raise Refused
            setup.pmk = pmk
            if csid and keys.nd_pmkid(pmk, csid, peer.nmi, self.nmi.mac, setup.service) != setup.pmkid:
                accept, setup.reason = False, REASON_INVALID
        if not accept:
            self._send(peer, "ndp_response", status="rejected", reason=setup.reason, ssi=setup.ssi)
            self.loop.after(0, lambda: self._disconnected(peer, setup, setup.reason, True))
            return "OK\n"
        counter = setup.state == RECEIVED and (getattr(setup, "counters", False)
                                               or not overlap(self.nmi.schedule, peer.schedule))
        self._send(peer, "ndp_response", status="counter" if counter else "continued", resp_ndi=ndi, ssi=setup.ssi, csid=csid,
                   iid=setup.iid, gtk=setup.gtk_csid)
        setup.state = RESPONDED
        self._expect(peer, LONG_S if counter else SHORT_S)
        return "OK\n"

    def _confirm(self, peer, accept: bool) -> str:
        """The initiator's word on a counter-proposal."""
        setup = peer.setup
        if setup.state != COUNTERED or not accept:
            self._stop(peer)
            raise Refused
        if not overlap(self.nmi.schedule, peer.schedule):
            raise Refused       # and it stays pending
        self._send_confirm(peer)
        return "OK\n"

    def terminate(self, command: str) -> str:
        given = self._read(command, strict=False)
        peer_nmi, init_ndi = (given.get(name, words.ZERO_MAC) for name in ("peer_nmi", "init_ndi"))
        ndp_id = words.atoi(given.get("ndp_id", "0")) & 0xff
        peer = self.nmi.peer(peer_nmi)
        if words.ZERO_MAC in (peer_nmi, init_ndi) or not ndp_id or not peer:
            raise Refused
        if peer.setup:
            setup = peer.setup
            if (setup.path.ndp_id, setup.path.init_ndi) != (ndp_id, init_ndi):
                raise Refused
            setup.state = DONE
            self._send(peer, "ndp_terminate", ndp_id=ndp_id, init_ndi=init_ndi, reason=REASON_UNSPECIFIED)
            self.loop.after(0, lambda: self._disconnected(peer, setup, REASON_UNSPECIFIED, True))
            return "OK\n"
        path = peer.find_path(ndp_id, init_ndi)
        if not path:
            raise Refused
        self.nmi.send(peer.nmi, {"type": "ndp_terminate", "ndp_id": ndp_id, "init_ndi": init_ndi, "reason": REASON_UNSPECIFIED})
        self.loop.after(0, lambda: self._end(peer, path, REASON_UNSPECIFIED, True))
        return "OK\n"

    # Set-up

    def _send(self, peer, kind: str, **fields):
        path = peer.setup.path
        self.nmi.send(peer.nmi, {"type": kind, "ndp_id": path.ndp_id, "init_ndi": path.init_ndi, **self.nmi.attributes(),
                                 **fields})

    def _expect(self, peer, seconds: float):
        setup = peer.setup
        if setup.timer:
            setup.timer.cancel()
        setup.timer = self.loop.after(seconds, lambda: self._timed_out(peer, setup))

    def _timed_out(self, peer, setup):
        if peer.setup is not setup:
            return
        self._send(peer, "ndp_terminate", reason=REASON_UNSPECIFIED)
        self.loop.after(0, lambda: self._disconnected(peer, setup, REASON_UNSPECIFIED, True))

    def _stop(self, peer):
        """Of a set-up: nobody is told."""
        if peer.setup and peer.setup.timer:
            peer.setup.timer.cancel()
        peer.setup = None
        self._release(peer)

    def _release(self, peer):
        """The NDL ends with the last data path, and the pairing with the NDL."""
        if not peer.paths and not peer.setup and peer.has_link:
            peer.has_link = False
            self.nmi.pairing.unpair(peer)

    def _disconnected(self, peer, setup, reason: int, local: bool):
        if peer.setup is not setup:
            return
        self._tell_end(peer, setup.path, reason, local, failure=True)
        self._stop(peer)

    def _tell_end(self, peer, path, reason: int, local: bool, failure: bool):
        self.nmi.event("NAN-NDP-DISCONNECTED", f"peer={peer.nmi} ndp_id={path.ndp_id} local_ndi={path.local_ndi} "
                                               f"peer_ndi={path.peer_ndi} reason={reason} locally_generated={int(local)}, "
                                               f"failure={int(failure)}")

    def _connect(self, peer, setup):
        if peer.setup is not setup:
            return
        if setup.timer:
            setup.timer.cancel()
        path = setup.path
        interface = self.nmi.engine.ndi(path.local_ndi)
        if not interface or not interface.is_up():
            self._disconnected(peer, setup, REASON_UNSPECIFIED, True)      # the other end is not told
            return
        path.active = self.loop.now()
        peer.setup = None
        peer.paths.insert(0, path)
        interface.path_up()
        self.nmi.event("NAN-NDP-CONNECTED", f"peer={peer.nmi} ndp_id={path.ndp_id} local_ndi={path.local_ndi} "
                                            f"peer_ndi={path.peer_ndi} ssi={setup.ssi} interface_id={setup.peer_iid}")
        self._watch_idle()

    def _end(self, peer, path, reason: int, local: bool):
        if path not in peer.paths:
            return
        peer.paths.remove(path)
        interface = self.nmi.engine.ndi(path.local_ndi)
        if interface:
            interface.path_down()
        self._tell_end(peer, path, reason, local, failure=False)
        self._release(peer)

    # Frames

    def receive(self, frame: dict):
        peer = self.nmi.peer(frame["from"], make=True)
        peer.learn(frame)
        getattr(self, "_on_" + frame["type"])(peer, frame)

    def _is_ours(self, peer, frame: dict, *states: str) -> bool:
        setup = peer.setup
        return bool(setup) and setup.state in states \
            and (setup.path.ndp_id, setup.path.init_ndi) == (frame["ndp_id"], frame["init_ndi"])

    def _on_ndp_request(self, peer, frame: dict):
        service = self.nmi.discovery.services.get(frame["publish"])
        if peer.setup or not service or service.kind != "publish":
            return
        if frame["has_paths"] and not peer.paths:
            return              # it knows us from before our restart, and we do not hear what it sends on that data path
        peer.setup = Setup(Path(frame["ndp_id"], False, frame["init_ndi"], words.ZERO_MAC, NO_QOS), RECEIVED, frame["publish"],
                           service.service_id, frame["ssi"], frame["csid"], pmkid=frame["pmkid"], gtk_csid=frame["gtk"],
                           peer_iid=frame["iid"])
        peer.has_link = True
        turns = self.nmi.engine.script.turns("frame", "ndp_request", received=True)
        setup = peer.setup
        if "reject" in turns:
            setup.reason = int(turns["reject"].options["reason"])
            self._send(peer, "ndp_response", status="rejected", reason=setup.reason, ssi="")
            self._stop(peer)
            return
        setup.counters = "counter" in turns
        self.nmi.event("NAN-NDP-REQUEST", f"peer_nmi={peer.nmi} init_ndi={setup.path.init_ndi} ndp_id={setup.path.ndp_id} "
                                          f"publish_inst_id={setup.publish_id} ssi={setup.ssi} csid={setup.csid}")
        self._expect(peer, LONG_S)

    def _on_ndp_response(self, peer, frame: dict):
        if not self._is_ours(peer, frame, STARTED, REQUESTED):
            return
        setup = peer.setup
        if frame["status"] == "rejected":
            setup.state = DONE
            self._disconnected(peer, setup, frame["reason"], False)
            return
        setup.path.resp_ndi, setup.peer_iid = frame["resp_ndi"], frame["iid"]
        setup.ssi = frame["ssi"] or setup.ssi
        if frame["status"] == "counter":
            setup.state = COUNTERED
            self.nmi.event("NAN-NDP-COUNTER-REQUEST", f"peer_nmi={peer.nmi} init_ndi={setup.path.init_ndi} "
                                                      f"ndp_id={setup.path.ndp_id} ssi={setup.ssi}")
            self._expect(peer, LONG_S)
            return
        self._send_confirm(peer)

    def _send_confirm(self, peer):
        setup = peer.setup
        self._send(peer, "ndp_confirm", status="continued" if setup.csid else "accepted")
        if setup.csid:
            setup.state = CONFIRMED
            self._expect(peer, SHORT_S)
        else:
            setup.state = DONE
            self.loop.after(0, lambda: self._connect(peer, setup))

    def _on_ndp_confirm(self, peer, frame: dict):
        if not self._is_ours(peer, frame, RESPONDED):
            return
        setup = peer.setup
        setup.state = DONE
        if setup.csid:
            self._send(peer, "ndp_install")
        self.loop.after(0, lambda: self._connect(peer, setup))

    def _on_ndp_install(self, peer, frame: dict):
        if self._is_ours(peer, frame, CONFIRMED):
            self._connect(peer, peer.setup)

    def _on_ndp_terminate(self, peer, frame: dict):
        """Of a set-up it is not heard: what is not answered ends by each side's own time."""
        path = peer.find_path(frame["ndp_id"], frame["init_ndi"])
        if path:
            self._end(peer, path, frame["reason"], False)

    # The end of an idle NDL, and other ends

    def set_idle_period(self, seconds: int):
        self.idle_period = seconds
        if self._idle_timer:
            self._idle_timer.cancel()
            self._idle_timer = None
        if seconds and self.nmi.started:
            self._idle_timer = self.loop.after(1, self._watch_idle)

    def _watch_idle(self):
        if self._idle_timer:
            self._idle_timer.cancel()
            self._idle_timer = None
        if not self.idle_period:
            return
        following = None
        for peer in list(self.nmi.peers.values()):
            if not peer.paths:
                continue
            quiet = int(self.loop.now() - max(path.active for path in peer.paths))
            if quiet >= self.idle_period:
                self.delete_all(peer)
            else:
                following = min(self.idle_period - quiet, following or self.idle_period)
        if following:
            self._idle_timer = self.loop.after(following, self._watch_idle)

    def delete_all(self, peer):
        self._stop(peer)
        for path in list(peer.paths):
            self._end(peer, path, REASON_UNSPECIFIED, True)

    def ndi_removed(self, mac: str):
        """Nobody is told, not here and not at the other end, where the idle time will do it; and the next request fails."""
        for peer in list(self.nmi.peers.values()):
            lost = [path for path in peer.paths if path.local_ndi == mac]
            peer.paths = [path for path in peer.paths if path not in lost]
            peer.is_broken |= bool(lost)

    def forget(self):
        """NAN stops: no frame, no event; that there are these peers is remembered."""
        if self._idle_timer:
            self._idle_timer.cancel()
            self._idle_timer = None
        for peer in self.nmi.peers.values():
            if peer.setup and peer.setup.timer:
                peer.setup.timer.cancel()
            peer.setup, peer.paths, peer.has_link = None, [], False
            self.nmi.pairing.unpair(peer)

    def any_connected(self) -> bool:
        return any(peer.paths for peer in self.nmi.peers.values())

    # Data

    def transmit(self, local_ndi: str, receiver: bytes, frame: bytes):
        """From our NDI's device to the one end that has this address, or to all on it for a group's."""
        group = receiver[0] & 1
        address = words.mac_text(receiver)
        for peer in self.nmi.peers.values():
            for path in peer.paths:
                if path.local_ndi != local_ndi or not (group or path.peer_ndi == address):
                    continue
                if self.nmi.air.send_data(peer.nmi, words.mac_octets(path.peer_ndi), words.mac_octets(local_ndi), frame):
                    path.active = self.loop.now()
                break

    def receive_data(self, receiver: bytes, transmitter: bytes, frame: bytes):
        local, remote = words.mac_text(receiver), words.mac_text(transmitter)
        for peer in self.nmi.peers.values():
            for path in peer.paths:
                if (path.local_ndi, path.peer_ndi) == (local, remote):
                    path.active = self.loop.now()
                    interface = self.nmi.engine.ndi(local)
                    if interface and interface.link:
                        interface.link.deliver(frame)
                    return
