# SPDX-License-Identifier: Apache-2.0
"""What the tests of the doubles share: ends in one air, and cases that are run one by one and counted."""
import os
import shutil
import sys
import tempfile
import threading
import time
import traceback

HERE = os.path.dirname(os.path.realpath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "wpa_supplicant"))

import phone    # noqa: E402

SPEED = 10          # faster, and what the engine allows two seconds is over on a busy machine
FIXTURES = os.path.realpath(os.path.join(HERE, "../fixtures/aware"))
HU_NMI, PHONE_NMI = "42:00:00:00:00:00", "42:00:00:00:01:00"
HU_NDI, PHONE_NDI = "52:00:00:00:00:00", "52:00:00:00:01:00"
SERVICE = "_example._tcp"
PIN = "123456"


class Air:
    """A folder with the ends' sockets; each end in one of its own."""

    def __init__(self, speed: float = SPEED, netdev: str = "none"):
        self.speed, self.netdev = speed, netdev
        self.folder = tempfile.mkdtemp(prefix="fascia-air.")
        self.engines, self.ends = [], []

    def __enter__(self):
        os.mkdir(os.path.join(self.folder, "air"))
        return self

    def __exit__(self, *_):
        for end in self.ends:
            end.close()
        for engine in self.engines:
            engine.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def seconds(self, of_the_engine: float) -> float:
        return of_the_engine / self.speed

    def engine(self, name: str, nmi: str = "", rules=(), prefix=()) -> phone.Engine:
        folder = os.path.join(self.folder, name)
        os.makedirs(folder, exist_ok=True)
        environment = {"FASCIA_DOUBLE_AIR": os.path.join(self.folder, "air"), "FASCIA_DOUBLE_SPEED": str(self.speed),
                       "FASCIA_DOUBLE_NETDEV": self.netdev, "FASCIA_DOUBLE_NMI": nmi, "FASCIA_DOUBLE_SCRIPT": ""}
        if rules:
            environment["FASCIA_DOUBLE_SCRIPT"] = os.path.join(folder, "script")
            with open(environment["FASCIA_DOUBLE_SCRIPT"], "w") as f:
                f.write("\n".join(rules) + "\n")
        engine = phone.Engine.start(folder, environment=environment, prefix=prefix)
        self.engines.append(engine)
        return engine

    def end(self, name: str, nmi: str, rules=(), prefix=(), config: str = "", nik: str = "", set_up: bool = True,
            engine=None) -> phone.End:
        end = phone.End(engine or self.engine(name, nmi, rules, prefix), config=config)
        self.ends.append(end)
        if set_up:
            end.set_up(nik)
        return end

    def pair_of_ends(self, hu_rules=(), phone_rules=(), **options) -> tuple:
        return (self.end("hu", HU_NMI, hu_rules, **options), self.end("phone", PHONE_NMI, phone_rules, **options))

    def write_config(self, name: str) -> str:
        """A configuration file that may be updated."""
        path = os.path.join(self.folder, name)
        with open(path, "w") as f:
            f.write("update_config=1\n")
        return path


def same(got, want, what: str = "value"):
    if got != want:
        raise AssertionError(f"{what}: {got!r}, not {want!r}")


def meet(hu, other, publish: str = "", subscribe: str = "active=1"):
    """Published and found."""
    hu.publish(SERVICE, publish)
    other.subscribe(SERVICE, subscribe)
    return other.find(publish_id=hu.service_id)


def pair(hu, other, found, pin: str = PIN, remember: bool = True):
    """Bootstrapped and paired: the phone's PIN is the head unit's."""
    helper = threading.Thread(target=lambda: (hu.authorize(), hu.answer_pairing(pin, remember)))
    helper.start()
    try:
        other.bootstrap(found)
        return other.pair(pin, found, remember)
    finally:
        helper.join(phone.WAIT_S)


def connect(hu, other, found, secret: str = "") -> phone.Path:
    """Requested, accepted, and told of by both ends."""
    if other.request_path(found, secret) != "OK\n":
        raise phone.Failed("NAN_NDP_REQUEST")
    hu.accept(secret)
    path = other.connected()
    hu.connected()
    return path


def main(cases: dict) -> int:
    """Runs test_… functions, or the ones that are named; says what each is about."""
    wanted = sys.argv[1:]
    failed = 0
    for name, case in cases.items():
        if not name.startswith("test_") or (wanted and name not in wanted):
            continue
        sentence = name.removeprefix("test_").replace("_", " ")
        try:
            began = time.monotonic()
            case()
        except Exception:
            traceback.print_exc()
            print(f"not ok: {sentence}", flush=True)
            failed += 1
        else:
            print(f"ok: {sentence} ({time.monotonic() - began:.1f} s)", flush=True)
    return 1 if failed else 0
