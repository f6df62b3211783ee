# SPDX-License-Identifier: Apache-2.0
"""What the parts of real_probe.py share: two or three ends, and what most of them begin with."""
import os
import subprocess
from pathlib import Path

from engine import End, Transcript, idle, run

SERVICE = "_carplay._tcp"
MAP = "NAN_SCHED_CONFIG_MAP map_id=1 2437:0e000000 5180:f0ffffff"
PMK = "00112233445566778899aabbccddeeff" * 2
HU_IID, PHONE_IID = "0011223344556677", "8899aabbccddeeff"
PIN, OTHER_PIN = "313233343536", "363534333231"


def interfaces(namespace: str) -> str:
    wireless = run("ip", "netns", "exec", namespace, "iw", "dev").split()
    return (" ".join(wireless) + " | " + " ".join(run("ip", "-n", namespace, "-o", "link").split())).replace("\\", "")


class Bed:
    """Head unit `hu` and `phone`, and `second` (another phone) for the parts that want it."""

    def __init__(self, arguments):
        self.out = Path(arguments.out)
        self.transcript = Transcript(self.out / "transcript.txt")
        phys = sorted(os.listdir("/sys/class/ieee80211"))
        run("iw", "reg", "set", "US")
        config = "update_config=1\ncountry=US\n"
        self.hu, self.phone, self.second = (
            End(name, arguments.program, phy, self.transcript, self.out, config, arguments.debug)
            for name, phy in zip(("hu", "phone", "second"), phys))
        self.up = False

    def begin(self):
        for end, pref in ((self.hu, 10), (self.phone, 20)):
            end.start()
            end.set_up(pref)
            for key in ("g", end.wlan):
                end.sockets[key].quiet = True
            end.ok(MAP)
        self.up = True

    def end(self):
        for end in End.everybody:
            if end.process and end.process.poll() is None:
                end.kill()
            subprocess.run(["ip", "netns", "exec", end.name, "iw", "dev"], check=False, stdout=subprocess.DEVNULL)
            for name in ("ndi0", "ndi1", "nan0"):
                subprocess.run(["ip", "netns", "exec", end.name, "iw", "dev", name, "del"], check=False,
                               stderr=subprocess.DEVNULL)
        self.up = False

    def nmi(self, end: End) -> str:
        return end.address("nan0")

    def ndi(self, end: End, name: str = "ndi0") -> str:
        return end.address(name)

    # What most parts begin with

    def discover(self, publish: str = "", subscribe: str = "active=1", service: str = SERVICE,
                 subscriber: End | None = None) -> tuple:
        phone = subscriber or self.phone
        for end in (self.hu, phone):
            end.forget()
        pid = self.hu.ok(f"NAN_PUBLISH service_name={service} sync=1 srv_proto_type=2 fsd=0 ttl=600 ssi=020001aa "
                         f"data_path=1 {publish}".rstrip())
        sid = phone.ok(f"NAN_SUBSCRIBE service_name={service} sync=1 srv_proto_type=2 ssi=ddbbccaa "
                       f"{subscribe}".rstrip())
        phone.expect("NAN-DISCOVERY-RESULT", publish_id=pid)
        for end in (self.hu, phone):
            end.sockets["nan0"].quiet = True
        return int(pid), int(sid)

    def cancel(self, pid: int, sid: int, subscriber: End | None = None):
        self.hu.command(f"NAN_CANCEL_PUBLISH publish_id={pid}")
        (subscriber or self.phone).command(f"NAN_CANCEL_SUBSCRIBE subscribe_id={sid}")
        idle(1.2)

    def request(self, pid: int, sid: int, more: str = "", ndi: str = "ndi0", phone: End | None = None) -> dict:
        phone = phone or self.phone
        phone.ok(f"NAN_NDP_REQUEST handle={sid} ndi={ndi} peer_nmi={self.nmi(self.hu)} peer_id={pid} ssi=aabbcc "
                 f"{more + ' ' if more else ''}interface_id={PHONE_IID}")
        return self.hu.expect("NAN-NDP-REQUEST", peer_nmi=self.nmi(phone))

    def accept(self, asked: dict, pid: int, more: str = "", ndi: str = "ndi0") -> str:
        return self.hu.command(f"NAN_NDP_RESPONSE accept peer_nmi={asked['peer_nmi']} ndi={ndi} "
                               f"ndp_id={asked['ndp_id']} init_ndi={asked['init_ndi']} handle={pid} ssi=ddeeff "
                               f"{more + ' ' if more else ''}interface_id={HU_IID}")

    def reject(self, asked: dict, reason: str = " reason_code=8") -> str:
        return self.hu.command(f"NAN_NDP_RESPONSE reject peer_nmi={asked['peer_nmi']} ndp_id={asked['ndp_id']} "
                               f"init_ndi={asked['init_ndi']}{reason}")

    def connected(self, asked: dict, phone: End | None = None, seconds: float = 10):
        for end in (self.hu, phone or self.phone):
            end.expect("NAN-NDP-CONNECTED", seconds, ndp_id=asked["ndp_id"])

    def connect(self, pid: int, sid: int, more: str = "", ndi: str = "ndi0", phone: End | None = None) -> dict:
        asked = self.request(pid, sid, more, ndi, phone)
        self.accept(asked, pid, more)
        self.connected(asked, phone)
        return asked

    def terminate(self, asked: dict, by: End | None = None, phone: End | None = None):
        by, phone = by or self.phone, phone or self.phone
        peer = self.nmi(phone) if by is self.hu else self.nmi(self.hu)
        by.command(f"NAN_NDP_TERMINATE peer_nmi={peer} init_ndi={asked['init_ndi']} ndp_id={asked['ndp_id']}")
        for end in (self.hu, phone):
            end.expect("NAN-NDP-DISCONNECTED", ndp_id=asked["ndp_id"])

    def bootstrap(self, pid: int, sid: int, seconds: float = 15) -> None:
        self.phone.ok(f"NAN_BOOTSTRAP {self.nmi(self.hu)} handle={sid} req_instance_id={pid} method=32")
        self.hu.expect("NAN-BOOTSTRAP-REQUEST", seconds)
        self.hu.ok(f"NAN_BOOTSTRAP {self.nmi(self.phone)} handle={pid} req_instance_id={sid} method=2 auth")
        for end in (self.hu, self.phone):
            end.expect("NAN-BOOTSTRAP-SUCCESS", seconds)

    def pair_command(self, end: End, pid: int, sid: int, auth: int, pin: str, cipher: str = "CCMP",
                     responder: bool = False) -> str:
        own, other = (pid, sid) if end is self.hu else (sid, pid)
        peer = self.nmi(self.phone if end is self.hu else self.hu)
        return (f"NAN_PAIR {peer} auth={auth} cipher={cipher} handle={own} peer_instance_id={other}"
                + (" responder" if responder else "") + (f" pwd_hex={pin}" if pin else ""))

    def pair(self, pid: int, sid: int, auth: int = 1, pin: str = PIN, cipher: str = "CCMP") -> tuple:
        """What both ends were told: PAIRING-STATUS, and NIK-RECEIVED or None."""
        self.phone.ok(self.pair_command(self.phone, pid, sid, auth, pin, cipher))
        self.hu.expect("NAN-PAIRING-REQUEST")
        self.hu.command(self.pair_command(self.hu, pid, sid, auth, pin, cipher, responder=True))
        status = [end.expect("NAN-PAIRING-STATUS") for end in (self.phone, self.hu)]
        if auth == 2:
            return status, []
        return status, [end.maybe("NAN-NIK-RECEIVED", 6) for end in (self.phone, self.hu)]

    def ask_all(self, end: End, peer: str):
        for what in ("schedule", "schedule 1", "potential", "capa", "bootstrap", "pairing", "ndps"):
            end.command(f"NAN_PEER_INFO {peer} {what}")
