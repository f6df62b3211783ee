# SPDX-License-Identifier: Apache-2.0
"""What a command did, whether that is what the scenario wants, and the lines that explain a failure."""
import json
import signal
from dataclasses import dataclass
from pathlib import Path

from . import expect, process

OUTPUT_LINES, DEAD_LOG_LINES, LIVE_LOG_LINES = 12, 20, 6


@dataclass
class Outcome:
    command: str
    exit: int
    stdout: str = ""
    stderr: str = ""
    seconds: float = 0
    timed_out: bool = False


def check_outcome(wanted: dict, outcome: Outcome) -> list:
    """The problems, none when all expectations hold. A command that is not told otherwise must exit 0."""
    if outcome.timed_out:
        return [f"it had not ended after {outcome.seconds:.1f} s"]
    wanted = {"exit": 0, **(wanted or {})}
    problems = [f"exit: {problem}" for problem in expect.check(wanted["exit"], outcome.exit)]
    for stream in ("stdout", "stderr"):
        if stream in wanted:
            text = getattr(outcome, stream).rstrip("\n")
            problems += [f"{stream}: {problem}" for problem in expect.check(wanted[stream], text)]
    if "json" in wanted:
        problems += _check_json(wanted["json"], outcome.stdout)
    return problems


def _check_json(wanted: dict, text: str) -> list:
    try:
        document = json.loads(text)
    except ValueError as error:
        return [f"stdout is not JSON: {error}"]
    return [problem for path, value in wanted.items() for problem in expect.check_path(document, path, value)]


def describe_outcome(outcome: Outcome, extra: str = "") -> list:
    lines = ["$ " + line if number == 0 else "  " + line for number, line in enumerate(outcome.command.splitlines())]
    lines.append(f"{describe_exit(outcome.exit)} after {outcome.seconds:.1f} s{extra}")
    for stream in ("stdout", "stderr"):
        lines += _excerpt(stream, getattr(outcome, stream).splitlines(), OUTPUT_LINES)
    return lines


def describe_exit(status) -> str:
    if status is not None and status > 128:
        try:
            return f"exit {status} ({signal.Signals(status - 128).name})"
        except ValueError:
            pass
    return f"exit {status}"


def describe_started(name: str, started: process.Started, log: Path) -> list:
    """A background process is often the cause, dead or alive."""
    if started.exit_status is None:
        return _excerpt(f"{name} runs; end of {log.name}", process.tail(log, LIVE_LOG_LINES), LIVE_LOG_LINES)
    lines = process.tail(log, DEAD_LOG_LINES)
    return _excerpt(f"{name} has ended, {describe_exit(started.exit_status)}; end of {log.name}", lines, DEAD_LOG_LINES)


def _excerpt(title: str, lines: list, limit: int) -> list:
    if not lines:
        return [f"{title}: (empty)"]
    left_out = len(lines) - limit
    head = [f"{title}:"] if left_out <= 0 else [f"{title} (last {limit} of {len(lines)} lines):"]
    return head + ["  | " + line for line in lines[-limit:]]
