# SPDX-License-Identifier: Apache-2.0
"""The NMI: its commands, its configuration, its cluster, its schedule, and where the frames from others go."""
import re

from . import keys, words
from .air import Air
from .bootstrap import Bootstrap
from .control import LEVEL_ERROR
from .datapath import DataPaths, Refused
from .discovery import PUBLISH, SUBSCRIBE, WINDOW_S, Discovery
from .interface import Interface
from .pairing import NIK_OCTETS, Pairing
from .peers import Peer

SCAN_S = 0.4                    # for a cluster to join
ZERO = words.ZERO_MAC
SLOT_OCTETS = 4                 # 32 slots of 16 TU in 512 TU
CHANNELS_MAX = 3                # of the simulated radios of the record
NUMBERS = {"master_pref": (1, 254), "dual_band": (0, 1), "scan_period": (0, 0xffff), "scan_dwell_time": (10, 150),
           "discovery_beacon_interval": (50, 200)}
RSSI_CLOSE_MIN, RSSI_MIDDLE_MIN = -60, -75
# Bands, operation modes, committed windows and so on of the simulated radio.
CAPABILITIES = ("supported_bands=0x14\nop_modes=0x0017\ncdw_info=0x0449\nn_antennas=34\nchannel_switch_time=0\n"
                "capabilities=0x08\n")
POTENTIAL = ((81, 0x07ff), (115, 0x000f), (116, 0x0003), (117, 0x0003), (124, 0x000f), (125, 0x001f), (126, 0x0003),
             (127, 0x0003), (128, 0x0021))      # operating class, channels
TOO_SHORT = "nl80211: kernel reports: NAN Availability: Too short (need at least 3 bytes, have 0)"


def is_channel(freq: int) -> bool:
    return freq in range(2412, 2473, 5) or freq in range(5180, 5886, 5)


class Nmi(Interface):
    def __init__(self, engine, name: str, mac: str, ctrl: str, config):
        self.mac, self.loop, self.engine = mac, engine.loop, engine
        self.started, self.closed, self.cluster = False, False, None
        self.master_pref = 2
        self.schedule, self._deferred = {}, None
        self.peers = {}
        self._configured_cluster, self._heard = None, None
        self._group_cipher_set, self.has_group_cipher = False, False
        super().__init__(engine, name, "nan", mac, ctrl, config)
        self.air = Air(self.loop, engine.air_folder, mac, self._receive, self._receive_data)
        self.pairing = Pairing(self, config.identities)
        self.bootstrap = Bootstrap(self)
        self.paths = DataPaths(self)
        self.discovery = Discovery(self)

    def close(self):
        self.stop()
        self.closed = True
        self.air.close()
        super().close()

    # Events and frames

    def event(self, name: str, fields: str):
        self.engine.event(self, name, fields)

    def send(self, to: str, frame: dict) -> bool:
        return self.engine.send_frame(self, to, frame)

    def attributes(self) -> dict:
        """What goes with every frame."""
        return {"pairing_setup": self.pairing.setup, "npk_caching": self.pairing.caching,
                "nira": self.pairing.nira if self.pairing.verification else None,
                "schedule": self.schedule, "idle": self.paths.idle_period}

    def peer(self, address: str, make: bool = False):
        if make and address not in self.peers:
            self.peers[address] = Peer(address)
        return self.peers.get(address)

    def _receive(self, frame: dict):
        kind = frame["type"]
        if kind == "beacon":
            self._hear_beacon(frame)
            return
        if not self.started or not self.cluster:
            return
        try:
            if kind in (PUBLISH, SUBSCRIBE):
                self.discovery.receive(frame)
            elif kind in ("follow_up", "bootstrap_request", "bootstrap_response", "nik"):
                self.discovery.receive_follow_up(frame)
            elif kind in ("auth1", "auth2", "auth3"):
                getattr(self.pairing, "receive_" + kind)(frame)
            elif kind == "schedule":
                self._hear_schedule(frame)
            elif kind.startswith("ndp_"):
                self.paths.receive(frame)
        except (KeyError, TypeError):
            pass            # not made by a double

    def _receive_data(self, receiver: bytes, transmitter: bytes, frame: bytes):
        self.paths.receive_data(receiver, transmitter, frame)

    def follow_up(self, frame: dict, handle: int) -> bool:
        """Whether it was one of the engine's own."""
        peer = self.peer(frame["from"], make=frame["type"] == "bootstrap_request")
        if frame["type"] == "bootstrap_request":
            return self.bootstrap.receive_request(peer, frame, handle)
        if frame["type"] == "bootstrap_response":
            return bool(peer) and self.bootstrap.receive_response(peer, frame, handle)
        if frame["type"] == "nik":
            return bool(peer) and self.pairing.receive_nik(peer, frame)
        return False

    # Cluster

    def beacon(self):
        for other in self.air.others():
            self.send(other, {"type": "beacon", "cluster": self.cluster, "pref": self.master_pref})

    def _hear_beacon(self, frame: dict):
        if frame.get("ask"):
            if self.cluster:
                self.send(frame["from"], {"type": "beacon", "cluster": self.cluster, "pref": self.master_pref})
            return
        if not self.started:
            return
        if not self.cluster:
            self._heard = frame["cluster"]
        elif frame["cluster"] != self.cluster and (frame["pref"], frame["cluster"]) > (self.master_pref, self.cluster):
            self._join(frame["cluster"], False)

    def _join(self, cluster: str, new: bool):
        self.cluster = cluster
        self.event("NAN-CLUSTER-JOIN", f"cluster_id={cluster} new={int(new)}")

    def start(self) -> str:
        if self.started:
            return "FAIL\n"
        self.started, self._heard = True, None
        self.has_group_cipher = self._group_cipher_set      # given later, it is too late
        for other in self.air.others():
            self.send(other, {"type": "beacon", "ask": True})
        self.loop.after(SCAN_S, self._scanned)
        return "OK\n"

    def _scanned(self):
        if self.started and not self.cluster:
            own = self._configured_cluster or "50:6f:9a:01:" + keys.fresh(2).hex(":")
            self._join(self._heard or own, not self._heard)

    def stop(self) -> str:
        """No termination, no event but this one; the kernel takes the NDIs down."""
        if not self.started:
            return "OK\n"
        self.started, self.cluster, self.schedule = False, None, {}    # what was put off stays put off
        self.paths.forget()
        for peer in self.peers.values():
            self.bootstrap.reset(peer)
        self.discovery.forget_stale()
        for ndi in self.engine.ndis():
            ndi.stopped()
        self.event("NAN-STOPPED", f"ifname={self.name}")
        return "OK\n"

    # Schedule

    def schedule_command(self, command: str, stuck: bool) -> str:
        """During a data path it is put off; until it is done there can be no other."""
        if not self.started or self._deferred is not None or not command.startswith("map_id="):
            return "FAIL\n"
        number, channels = words.split(command[7:])
        if words.atoi(number) != 1:
            return "FAIL\n"
        if channels is None:
            self._set_schedule({})
            return "OK\n"
        schedule = self._parse_channels(channels)
        if not schedule:
            if not channels.strip():
                self.engine.message(self, TOO_SHORT, LEVEL_ERROR)
            return "FAIL\n"
        if self.paths.any_connected():
            self._deferred = schedule
            if schedule != self.schedule and not stuck:     # what changes nothing is never done
                self.loop.after(WINDOW_S, self._schedule_done)
        else:
            self._set_schedule(schedule)
        return "OK\n"

    @staticmethod
    def _parse_channels(text: str):
        schedule, taken = {}, 0
        for token in words.tokens(text):
            if token.startswith("cdw_overwrite_"):
                continue
            freq, bits = words.split(token, ":")
            number, octets = words.atoi(freq), words.octets(bits or "")
            if not octets or len(octets) != SLOT_OCTETS or not is_channel(number) or number in schedule \
                    or len(schedule) >= CHANNELS_MAX:
                return None
            slots = int(bits, 16)
            if slots & taken:
                return None
            taken |= slots
            schedule[number] = bits.lower()
        return schedule

    def _schedule_done(self):
        if not self.started:
            return
        schedule, self._deferred = self._deferred, None
        self.event("NAN-SCHEDULE-UPDATE-DONE", "status=success")
        self._set_schedule(schedule)

    def _set_schedule(self, schedule: dict):
        self.schedule = schedule
        for peer in list(self.peers.values()):
            if peer.paths:
                self.send(peer.nmi, {"type": "schedule", **self.attributes()})
                self._compare_schedules(peer)

    def _hear_schedule(self, frame: dict):
        peer = self.peer(frame["from"])
        if peer and peer.paths:
            peer.learn(frame)
            self._compare_schedules(peer)

    def _compare_schedules(self, peer):
        if any(int(bits, 16) & int(peer.schedule.get(freq, "0"), 16) for freq, bits in self.schedule.items()):
            self.event("NAN-PEER-SCHEDULE-CHANGED", f"peer_nmi={peer.nmi}")
        else:
            self.paths.delete_all(peer)

    # NAN_SET

    def set(self, command: str) -> str:
        key, value = words.split(command)
        if value is None:
            return "FAIL\n"
        number = words.atoi(value)
        if key in NUMBERS:
            if not NUMBERS[key][0] <= number <= NUMBERS[key][1]:
                return "FAIL\n"
            if key == "master_pref":
                self.master_pref = number
            return "OK\n"
        setter = getattr(self, "_set_" + key, None)
        return "OK\n" if setter and setter(value, number) else "FAIL\n"

    def _set_cluster_id(self, value: str, _):
        cluster = words.mac(value)
        if not cluster or not cluster.startswith("50:6f:9a:01:"):
            return False
        self._configured_cluster = cluster
        return True

    def _set_low_band_cfg(self, value: str, _):
        found = re.match(r"\s*(-?\d+),\s*(-?\d+),\s*(-?\d+),\s*(-?\d+)", value)
        if not found:
            return False
        close, middle = int(found[1]), int(found[2])
        return close >= RSSI_CLOSE_MIN and middle >= RSSI_MIDDLE_MIN and close > middle

    _set_high_band_cfg = _set_low_band_cfg

    def _set_max_bw(self, *_):
        return True

    _set_disallowed_freqs = _set_override_potential_availability = _set_beacon_prot = _set_max_bw

    def _set_bootstrap_config(self, value: str, _):
        found = re.match(r"\s*(?:0x)?([0-9a-fA-F]+),\s*(?:0x)?([0-9a-fA-F]+),\s*(\d+)", value)
        if not found:
            return False
        self.bootstrap.methods, self.bootstrap.auto_accepted = int(found[1], 16) & 0xffff, int(found[2], 16) & 0xffff
        self.bootstrap.comeback_tu = int(found[3]) & 0xffff
        return True

    def _set_pairing_setup(self, _, number: int):
        self.pairing.setup = bool(number)
        return number in (0, 1)

    def _set_npk_caching(self, _, number: int):
        self.pairing.caching = bool(number)
        return number in (0, 1)

    def _set_pairing_verification(self, _, number: int):
        if number not in (0, 1):
            return False
        self.pairing.set_verification(bool(number))
        return True

    def _set_cipher_suites(self, _, number: int):
        if number & ~3:
            return False
        self.pairing.suites = number
        return True

    def _set_nik(self, value: str, _):
        nik = words.first_octets(value, NIK_OCTETS)
        if not nik:
            return False
        self.pairing.set_nik(nik)
        return True

    def _set_nik_lifetime(self, _, number: int):
        if number == 0:
            return False
        self.pairing.lifetime = number
        return True

    def _set_mgmt_group_cipher(self, value: str, _):
        self._group_cipher_set = value in ("BIP-CMAC-128", "BIP-GMAC-256")
        return self._group_cipher_set

    def _set_max_ndl_idle_period(self, _, number: int):
        self.paths.set_idle_period(number & 0xffff)
        return True

    # Information

    def status(self) -> str:
        lines = [f"nan_started={int(self.started)}", f"nmi={self.mac}", f"cluster_id={self.cluster or ZERO}"]
        lines += [f"peer={peer.nmi} paired={int(peer.paired)} ndp_count={len(peer.paths)}" for peer in self.peers.values()]
        lines.append(f"num_services={len(self.discovery.services)}")
        lines += [f"service={service.id} type={service.kind} name={service.name} sync={int(service.sync)}"
                  for _, service in sorted(self.discovery.services.items())]
        return "\n".join(lines) + "\n"

    def peer_info(self, command: str) -> str:
        address, what = words.mac(command), words.split(command)[1]
        peer = self.peer(address or "")
        if not peer or what is None:
            return "FAIL\n"
        if what.startswith("schedule"):
            return self._peer_schedule(peer)
        if what.startswith("potential"):
            return "entry[0]: rx_nss=2 pref=1 util=7\n" + "".join(
                f"\tchan[{at}]: op_class={kind} chan_bitmap=0x{bits:04x}\n" for at, (kind, bits) in enumerate(POTENTIAL))
        if what.startswith("capa"):
            return CAPABILITIES
        if what.startswith("bootstrap"):
            return f"supported_methods=0x{peer.methods:04x}\n"
        if what.startswith("pairing"):
            return self.pairing.info(peer)
        if what.startswith("ndps"):
            return "".join(f"ndp_id={path.ndp_id} initiator={int(path.initiator)} init_ndi={path.init_ndi} "
                           f"resp_ndi={path.resp_ndi} qos_min_slots={path.qos[0]} qos_max_latency={path.qos[1]}\n"
                           for path in peer.paths)
        return "FAIL\n"

    @staticmethod
    def _peer_schedule(peer) -> str:
        text = ""
        if peer.schedule:
            text = f"MAP [0]\n\tmap_id=1\n\tn_chans={len(peer.schedule)}\n"
            for at, (freq, bits) in enumerate(peer.schedule.items()):
                width, centre = (20, freq) if freq < 5000 else (80, 5210 + (freq - 5180) // 80 * 80)
                text += (f"\tchannel[{at}]: committed=1 rx_nss=2 freq={freq} bw={width} cfreq1={centre} cfreq2=0\n"
                         f"\t\tbitmap: period=512 duration=16 offset=0 bitmap={bits}\n")
            empty = "period=64 duration=16 offset=0 bitmap="
            asked = any(path.initiator for path in peer.paths)
            ndc = "period=512 duration=16 offset=0 bitmap=02000000" if asked else empty
            text += f"\tndc: {ndc}\n\timmutable: {empty}\n"
        return text + f"max_idle_period={peer.idle_period if peer.paths else 0}"

    # Commands, in the order in which the real one looks for them

    def command(self, command: str, turns: dict) -> str:
        if not command.startswith("NAN_"):
            return super().command(command, turns)
        table = (
            ("NAN_PUBLISH ", self.discovery.publish),
            ("NAN_CANCEL_PUBLISH ", lambda rest: self.discovery.cancel(rest, PUBLISH)),
            ("NAN_UPDATE_PUBLISH ", self.discovery.update),
            ("NAN_SUBSCRIBE ", self.discovery.subscribe),
            ("NAN_CANCEL_SUBSCRIBE ", lambda rest: self.discovery.cancel(rest, SUBSCRIBE)),
            ("NAN_TRANSMIT ", self.discovery.transmit),
            ("NAN_START", lambda _: self.start()),
            ("NAN_STOP", lambda _: self.stop()),
            ("NAN_SET ", self.set),
            ("NAN_UPDATE_CONF", lambda _: "OK\n" if self.started else "FAIL\n"),
            ("NAN_SCHED_CONFIG_MAP ", lambda rest: self.schedule_command(rest, "stuck" in turns)),
            ("NAN_NDP_REQUEST ", self.paths.request),
            ("NAN_NDP_RESPONSE ", self.paths.response),
            ("NAN_NDP_TERMINATE ", self.paths.terminate),
            ("NAN_PEER_INFO ", self.peer_info),
            ("NAN_BOOTSTRAP ", self.bootstrap.command),
            ("NAN_BOOTSTRAP_RESET ", self.bootstrap.reset_command),
            ("NAN_PAIR ", lambda rest: self.pairing.command(rest, self._other_pin(turns))),
            ("NAN_PAIR_ABORT ", self.pairing.abort),
        )
        if command == "NAN_STATUS":
            return self.status()
        if command == "NAN_FLUSH":
            self.discovery.flush()
            return "OK\n"
        for prefix, action in table:
            if command.startswith(prefix):
                try:
                    return action(command[len(prefix):])
                except Refused:
                    return "FAIL\n"
        if command.startswith(("NAN_PUBLISH_STOP_LISTEN ", "NAN_SUBSCRIBE_STOP_LISTEN ", "NAN_UNPAUSE_PUBLISH ")):
            return "FAIL\n"             # of unsynchronised services
        return "UNKNOWN COMMAND\n"

    @staticmethod
    def _other_pin(turns: dict):
        return turns["pin"].options["value"].encode() if "pin" in turns else None
