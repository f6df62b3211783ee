# SPDX-License-Identifier: Apache-2.0
"""The guest's first process after guest-init: runs the scenarios of its job and tells the host."""
import json
import os
import time
from pathlib import Path

from .common import EXIT_RIG, in_guest
from .model import Scenario
from .port import PortReporter
from .provide import GuestMachine
from .run import run_scenario


def main(arguments: list) -> int:
    if not in_guest():
        print("fascia-rig: in-guest is for the rig's own guest, which this machine is not")
        return EXIT_RIG
    os.umask(0o022)
    reporter = PortReporter()
    reporter.hello()
    error = ""
    try:
        _run_job(json.loads(Path(arguments[1]).read_text()), reporter)
    except Exception:
        import traceback        # here and below: loaded when needed, as each module costs under emulation
        error = traceback.format_exc()
    os.sync()
    reporter.done(error)
    # The host ends us. Were we to return, the kernel would call the end of its first process a panic.
    while True:
        time.sleep(60)


def _run_job(job: dict, reporter: PortReporter):
    os.environ["PATH"] = job["environment"]["PATH"]
    machine = GuestMachine()
    for entry in job["scenarios"]:
        scenario = Scenario.from_data(entry["scenario"])
        run_scenario(entry["index"], scenario, Path(entry["out"]), job["environment"], machine, reporter,
                     job["verbose"], job["keep"])
