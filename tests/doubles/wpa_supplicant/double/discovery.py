# SPDX-License-Identifier: Apache-2.0
"""Publications, subscriptions and follow-ups. All go out in discovery windows, which all ends have at the same moments."""
from dataclasses import dataclass, field

from . import keys, words

WINDOW_S = 0.524288
STALE_S = 1.05              # a cancelled publication is still found for so long
SERVICES_MAX = 20
PUBLISH, SUBSCRIBE = "publish", "subscribe"


@dataclass
class Service:
    id: int
    kind: str
    name: str
    sync: bool
    proto: int = 0
    ssi: str = ""
    ttl: int = 0
    started: float = 0.0
    active: bool = False            # a subscription that asks
    solicited: bool = True
    unsolicited: bool = True
    fsd: bool = False
    filter_tx: bytes = None
    filter_rx: bytes = None
    pbm: int = 0
    suites: list = field(default_factory=list)
    pmk: bytes = None
    data_path: bool = False
    security_required: bool = False
    sent: bool = False
    until: float = 0.0              # stale

    @property
    def service_id(self) -> bytes:
        return keys.service_id(self.name)

    def supports(self, csid: int) -> bool:
        if not self.suites:
            return True
        return not self.security_required if csid == keys.CSID_NONE else csid in self.suites


def filter_pairs(text: bytes):
    at = 0
    while at < len(text):
        length = text[at]
        value = text[at + 1:at + 1 + length]
        if len(value) < length:
            yield None
            return
        yield value
        at += 1 + length


def filters_match(publisher, subscriber) -> bool:
    """Each part of the subscriber's against the publisher's; an empty part matches all."""
    if subscriber is None:
        return True
    offered = list(filter_pairs(publisher)) if publisher is not None else None
    wanted = list(filter_pairs(subscriber))
    if None in wanted or None in (offered or []):
        return False
    for at, value in enumerate(wanted):
        if offered is None:
            if value:
                return False
            continue
        other = offered[at] if at < len(offered) else b""
        if value and other and value != other:
            return False
        if at + 1 >= len(offered) and at + 1 < len(wanted):
            return False
    return True


class Discovery:
    def __init__(self, nmi):
        self.nmi, self.loop = nmi, nmi.loop
        self.services = {}
        self._next = 0
        self._stale, self._follow_ups = [], []
        self._window()

    # Windows

    def _window(self):
        now = self.loop.now()
        # A little into the next one, so that all ends agree on which it is.
        self.loop.after((int(now / WINDOW_S) + 1) * WINDOW_S - now, self._window)
        if not self.nmi.cluster or self.nmi.closed:
            return
        self.nmi.beacon()
        follow_ups, self._follow_ups = self._follow_ups, []
        for to, frame, done in follow_ups:
            acknowledged = self.nmi.send(to, frame)
            if done:
                done(acknowledged)
        self._stale = [service for service in self._stale if service.until > now]
        for service in list(self.services.values()):
            if service.sync and self._expired(service, now):
                self._remove(service, "timeout")
        for service in self._stale + list(self.services.values()):
            if service.sync and (service.unsolicited if service.kind == PUBLISH else service.active):
                service.sent = True
                for other in self.nmi.air.others():
                    self.nmi.send(other, self._frame(service))

    def _expired(self, service: Service, now: float) -> bool:
        if service.ttl:
            return now > service.started + service.ttl
        return service.kind == PUBLISH and service.sent and not service.fsd

    def _frame(self, service: Service, requestor: int = 0) -> dict:
        frame = {"type": service.kind, "service": service.service_id.hex(), "instance": service.id, "requestor": requestor,
                 "proto": service.proto if service.ssi else 0, "ssi": service.ssi,
                 "filter": service.filter_tx.hex() if service.filter_tx is not None else None,
                 **self.nmi.attributes()}
        if service.kind == PUBLISH:
            frame.update(fsd=int(service.fsd), data_path=int(service.data_path), suites=service.suites,
                         pmkids=[keys.nd_pmkid(service.pmk, csid, keys.BROADCAST, self.nmi.mac, service.service_id)
                                 for csid in service.suites] if service.pmk else [],
                         advertised_methods=service.pbm)
        return frame

    # Commands

    def _add(self, service: Service) -> str:
        if len(self.services) >= SERVICES_MAX or service.name is None or (service.sync and not self.nmi.cluster):
            return "FAIL\n"
        while self._next + 1 in self.services:
            self._next = (self._next + 1) % SERVICES_MAX
        service.id = self._next + 1
        self._next = service.id % SERVICES_MAX
        service.started = self.loop.now()
        self.services[service.id] = service
        return str(service.id)      # as the real one has it: without a line feed

    def publish(self, command: str) -> str:
        service = Service(0, PUBLISH, None, False, fsd=True)
        security_given = gtk = False
        for token in words.tokens(command):
            name, value = words.split(token, "=")
            if value is None:
                return "FAIL\n"
            if name == "cipher_suites":
                service.suites = words.numbers(value)
            elif name == "nd_pmk":
                if service.pmk or not (pmk := words.first_octets(value, keys.PMK_OCTETS)):
                    return "FAIL\n"
                service.pmk = pmk
            elif token == "solicited=0":
                service.solicited = False
            elif token == "unsolicited=0":
                service.unsolicited = False
            elif token == "fsd=0":
                service.fsd = False
            elif token == "data_path=1":
                service.data_path = True
            elif token == "gtk_required=1":
                gtk = True
            elif token == "security_required=0":
                security_given = True
            elif not self._common(service, name, value, token):
                return "FAIL\n"
        service.security_required = bool(service.suites) and not security_given
        if gtk and not set(keys.CSID_GTK) & set(service.suites):
            return "FAIL\n"
        if max(service.suites, default=0) >= keys.CSID_MAX or not (service.solicited or service.unsolicited):
            return "FAIL\n"
        return self._add(service)

    def subscribe(self, command: str) -> str:
        service = Service(0, SUBSCRIBE, None, False)
        for token in words.tokens(command):
            name, value = words.split(token, "=")
            if value is None:
                return "FAIL\n"
            if token == "active=1":
                service.active = True
            elif name not in ("srf_include", "srf_mac_list", "srf_bf_len", "srf_bf_idx") \
                    and not self._common(service, name, value, token):
                return "FAIL\n"
        return self._add(service)

    @staticmethod
    def _common(service: Service, name: str, value: str, token: str) -> bool:
        """What both commands take. The flags are taken with one value only."""
        if name == "service_name":
            service.name = value
        elif name == "ttl":
            service.ttl = words.atoi(value)
        elif name == "srv_proto_type":
            service.proto = words.atoi(value)
        elif name == "ssi":
            if service.ssi or words.octets(value) is None:
                return False
            service.ssi = value.lower()
        elif name == "pbm":
            service.pbm = words.any_base(value) or 0
        elif name == "match_filter_tx":
            service.filter_tx = words.octets(value)
            return service.filter_tx is not None
        elif name == "match_filter_rx":
            service.filter_rx = words.octets(value)
            return service.filter_rx is not None
        elif token == "sync=1":
            service.sync = True
        elif name == "forced_addr":
            return words.mac(value) is not None
        else:
            return name in ("freq", "freq_list") or token == "close_proximity=1"
        return True

    def _id(self, command: str, key: str) -> int:
        """The number after key=; 0 without it; None for anything else on the line."""
        found = 0
        for token in words.tokens(command):
            name, value = words.split(token, "=")
            number = words.any_base(value) if name == key and value else None
            if number is None:
                return None
            found = number
        return found

    def cancel(self, command: str, kind: str) -> str:
        number = self._id(command, kind + "_id")
        if number is None or number <= 0:
            return "FAIL\n"
        service = self.services.get(number)
        if service and service.kind == kind:
            self._remove(service, "user-request")
        return "OK\n"               # for an unknown one, too

    def _remove(self, service: Service, reason: str):
        del self.services[service.id]
        if service.kind == PUBLISH and service.sync:
            service.until = self.loop.now() + STALE_S
            self._stale.append(service)
        self.nmi.event(f"NAN-{service.kind.upper()}-TERMINATED", f"{service.kind}_id={service.id} reason={reason}")

    def flush(self):
        for service in list(self.services.values()):
            self._remove(service, "user-request")

    def forget_stale(self):
        self._stale, self._follow_ups = [], []

    def update(self, command: str) -> str:
        number, ssi = 0, None
        for token in words.tokens(command):
            name, value = words.split(token, "=")
            if name == "publish_id" and value and words.any_base(value) is not None:
                number = words.any_base(value)
            elif name == "ssi" and value is not None and ssi is None and words.octets(value) is not None:
                ssi = value.lower()
            else:
                return "FAIL\n"
        service = self.services.get(number)
        if not service or service.kind != PUBLISH:
            return "FAIL\n"
        service.ssi = ssi or ""
        return "OK\n"

    def transmit(self, command: str) -> str:
        handle = instance = cookie = 0
        address, ssi = words.ZERO_MAC, None
        for token in words.tokens(command):
            name, value = words.split(token, "=")
            number = words.any_base(value) if value else None
            if name == "handle" and number is not None:
                handle = number
            elif name == "req_instance_id" and number is not None:
                instance = number
            elif name == "address" and words.mac(value or ""):
                address = words.mac(value)
            elif name == "ssi" and ssi is None and words.octets(value or "") is not None:
                ssi = value.lower()
            elif name == "cookie" and number:
                cookie = number
            else:
                return "FAIL\n"
        if address == words.ZERO_MAC or handle not in self.services:
            return "FAIL\n"
        done = None
        if cookie:
            def done(acknowledged):
                self.nmi.event("NAN-TRANSMIT-STATUS", f"cookie={cookie} acked={int(acknowledged)}")
        self.follow_up(address, handle, instance, {"type": "follow_up", "ssi": ssi or ""}, done)
        return "OK\n"

    def follow_up(self, to: str, handle: int, instance: int, frame: dict, done=None) -> bool:
        """Queued for the next window; False where the service is gone."""
        service = self.services.get(handle)
        if not service:
            return False
        self._follow_ups.append((to, {**frame, "service": service.service_id.hex(), "handle": handle, "instance": instance},
                                 done))
        return True

    # Frames

    def _of_service(self, frame: dict, kind=None) -> list:
        return [service for service in self.services.values()
                if service.sync and service.service_id.hex() == frame.get("service") and service.kind != kind]

    def receive(self, frame: dict):
        peer_filter = words.octets(frame["filter"]) if frame.get("filter") is not None else None
        matched = False
        for service in self._of_service(frame, frame["type"]):
            if frame["type"] == PUBLISH:
                matched |= self._found(service, frame, peer_filter)
            else:
                matched |= self._asked(service, frame, peer_filter)
        if matched:
            self.nmi.peer(frame["from"], make=True).learn(frame)

    def _found(self, service: Service, frame: dict, peer_filter) -> bool:
        if frame["requestor"] and frame["requestor"] != service.id or not filters_match(peer_filter, service.filter_rx):
            return False
        pmkids = " pmkid=" + ",".join(frame["pmkids"]) if frame["pmkids"] else ""
        suites = " cipher_suites=" + ",".join(map(str, frame["suites"])) if frame["suites"] else ""
        self.nmi.event("NAN-DISCOVERY-RESULT",
                       f"subscribe_id={service.id} publish_id={frame['instance']} address={frame['from']} "
                       f"fsd={frame['fsd']} fsd_gas=0 srv_proto_type={frame['proto']} ssi={frame['ssi']}{pmkids}{suites} "
                       f"pairing_setup_supp={int(frame['pairing_setup'])} npk_nik_caching_supp={int(frame['npk_caching'])} "
                       f"pbm=0x{frame['advertised_methods']:04x} data_path={frame['data_path']}")
        return True

    def _asked(self, service: Service, frame: dict, peer_filter) -> bool:
        if not service.solicited or not filters_match(service.filter_rx, peer_filter):
            return False
        self.nmi.send(frame["from"], self._frame(service, frame["instance"]))
        self.nmi.event("NAN-REPLIED", f"publish_id={service.id} address={frame['from']} subscribe_id={frame['instance']} "
                                      f"srv_proto_type={frame['proto']} ssi={frame['ssi']}")
        return True

    def receive_follow_up(self, frame: dict):
        for service in self._of_service(frame):
            if not self.nmi.follow_up(frame, service.id):
                self.nmi.event("NAN-RECEIVE", f"id={service.id} peer_instance_id={frame['handle']} address={frame['from']} "
                                              f"ssi={frame.get('ssi', '')}")
            self.nmi.peer(frame["from"], make=True)
