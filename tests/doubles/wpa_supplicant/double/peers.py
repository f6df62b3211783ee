# SPDX-License-Identifier: Apache-2.0
"""What an NMI knows of another: learnt from its frames, and where its bootstrapping, pairing and data paths stand."""
from dataclasses import dataclass, field

from . import keys


@dataclass
class Bootstrapping:
    responder: bool = False         # we are asked
    in_progress: bool = False
    dialog: int = 0
    method: int = 0                 # ours; the other end names the complement
    authorized: int = 0
    comeback: bool = False
    cookie: str = ""
    handle: int = -1
    instance: int = 0
    timer: object = None


@dataclass
class Pasn:
    """One authentication, from NAN_PAIR to the end of the association."""
    responder: bool
    auth: int
    akmp: str
    cipher: str
    secret: bytes = b""
    nonce: str = ""
    peer_nonce: str = ""
    pmk: bytes = b""                # becomes the NPK
    cached: bool = False            # by a PMKID and not by the PIN
    custom_pmkid: str = ""
    key: bytes = b""
    encrypts: bool = False          # has a key for the NIK's follow-up


@dataclass
class Path:
    """A data path, in set-up or connected."""
    ndp_id: int
    initiator: bool
    init_ndi: str
    resp_ndi: str
    qos: tuple
    active: float = 0.0

    @property
    def local_ndi(self) -> str:
        return self.init_ndi if self.initiator else self.resp_ndi

    @property
    def peer_ndi(self) -> str:
        return self.resp_ndi if self.initiator else self.init_ndi


# States of a set-up, as far as commands and frames tell them apart.
STARTED, REQUESTED, RECEIVED, RESPONDED, COUNTERED, CONFIRMED, DONE = (
    "started", "requested", "received", "responded", "countered", "confirmed", "done")


@dataclass
class Setup:
    path: Path
    state: str
    publish_id: int = 0
    service: bytes = b""
    ssi: str = ""
    csid: int = 0
    pmk: bytes = keys.NO_PMK
    pmkid: str = ""
    gtk_csid: int = 0
    iid: str = ""
    peer_iid: str = ""
    reason: int = 0
    timer: object = None


@dataclass
class Peer:
    nmi: str
    methods: int = 0
    pairing_setup: bool = False
    npk_caching: bool = False
    verification: bool = False
    nira: tuple = None              # (nonce, tag)
    schedule: dict = field(default_factory=dict)
    idle_period: int = 0
    bootstrapping: Bootstrapping = field(default_factory=Bootstrapping)
    pasn: Pasn = None
    pending_auth1: dict = None
    paired: bool = False
    pairing_csid: int = 0
    verified: bool = False          # by a stored key: the initiator sends no NIK then
    handle: int = 0
    instance: int = 0
    setup: Setup = None
    paths: list = field(default_factory=list)
    has_link: bool = False          # an NDL
    is_broken: bool = False         # our NDI went away under a data path

    def learn(self, attributes: dict):
        """What every frame of a device tells."""
        self.pairing_setup = bool(attributes.get("pairing_setup", self.pairing_setup))
        self.npk_caching = bool(attributes.get("npk_caching", self.npk_caching))
        if attributes.get("nira"):
            self.verification, self.nira = True, tuple(attributes["nira"])
        if "schedule" in attributes:
            self.schedule = {int(freq): bits for freq, bits in attributes["schedule"].items()}
        if "idle" in attributes:
            self.idle_period = int(attributes["idle"])
        if attributes.get("advertised_methods"):
            self.methods = int(attributes["advertised_methods"])

    def find_path(self, ndp_id: int, init_ndi: str):
        return next((path for path in self.paths if path.ndp_id == ndp_id and path.init_ndi == init_ndi), None)
