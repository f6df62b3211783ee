# SPDX-License-Identifier: Apache-2.0
"""The engine's reports, sent from the guest to the host in lines of JSON, and a question that goes the same way.

Both ends are here. PortReporter has the methods of result.Recorder that the engine uses; deliver() calls them on the
host's Recorder.
"""
import json
from dataclasses import asdict
from pathlib import Path

from .capture import CaptureError, count_frames
from .common import PORT_NAME
from .model import StepResult

PORTS = Path("/sys/class/virtio-ports")


class PortReporter:
    def __init__(self):
        device = next(port.name for port in PORTS.iterdir() if (port / "name").read_text().strip() == PORT_NAME)
        self.file = open(f"/dev/{device}", "r+b", buffering=0)

    def hello(self):
        self._send(event="hello", uptime_s=float(Path("/proc/uptime").read_text().split()[0]))

    def progress(self, text: str):
        self._send(event="progress", text=text)

    def begin(self, index: int):
        self._send(event="begin", index=index)

    def step(self, index: int, step: StepResult):
        self._send(event="step", index=index, step=asdict(step))

    def end(self, index: int, verdict: str, reason: str = "", seconds: float = 0):
        self._send(event="end", index=index, verdict=verdict, reason=reason, seconds=seconds)

    def done(self, error: str = ""):
        self._send(event="done", error=error)

    def count_frames(self, capture: Path, filters: list) -> list:
        """The host counts: under emulation tshark needs five seconds to start."""
        self._send(event="count", capture=str(capture), filters=filters)
        answer = json.loads(self._read_line())
        if "error" in answer:
            raise CaptureError(answer["error"], answer["missing"])
        return answer["counts"]

    def _send(self, **message):
        data = memoryview(json.dumps(message).encode() + b"\n")
        while data:
            data = data[self.file.write(data):]

    def _read_line(self) -> bytes:
        line = b""
        while not line.endswith(b"\n"):
            line += self.file.read(4096)
        return line


def deliver(message: dict, recorder, reply) -> bool:
    """Host side: hands one message on. True when it was the last; an error the guest's engine died of is raised."""
    event = message.pop("event")
    if event == "step":
        recorder.step(message["index"], StepResult(**message["step"]))
    elif event == "begin":
        recorder.begin(**message)
    elif event == "end":
        recorder.end(**message)
    elif event == "progress":
        recorder.progress(message["text"])
    elif event == "count":
        try:
            reply({"counts": count_frames(Path(message["capture"]), message["filters"])})
        except CaptureError as error:
            reply({"error": str(error), "missing": error.missing})
    return event == "done"
