# SPDX-License-Identifier: Apache-2.0
"""A scenario and its results as plain data that travels between host and guest."""
import re
from dataclasses import asdict, dataclass, field

# Variables that every scenario has; the engine sets them.
BUILT_IN_VARIABLES = ("FASCIA_SOURCE", "FASCIA_BUILD", "FASCIA_RIG", "OUT", "XDG_RUNTIME_DIR", "iteration")
CAPTURE_FILE = "link.pcap"

VARIABLE = re.compile(r"\$(\$?)\{([A-Za-z_][A-Za-z0-9_]*)\}")

PASSED, FAILED, SKIPPED, BROKEN = "passed", "failed", "skipped", "broken"


@dataclass
class Step:
    verb: str                                    # start, until, run, stop, kill, absent, capture, repeat, for_each
    name: str
    line: int
    args: dict = field(default_factory=dict)     # the verb's own keys
    expect: dict = field(default_factory=dict)
    steps: list = field(default_factory=list)    # of repeat and for_each
    always: bool = False


@dataclass
class Scenario:
    name: str
    file: str
    about: str = ""
    limit_s: float = 120
    rig: dict = field(default_factory=dict)
    vars: dict = field(default_factory=dict)
    steps: list = field(default_factory=list)

    def to_data(self) -> dict:
        return asdict(self)

    @staticmethod
    def from_data(data: dict) -> "Scenario":
        return Scenario(**{**data, "steps": [_step_from_data(step) for step in data["steps"]]})


def _step_from_data(data: dict) -> Step:
    return Step(**{**data, "steps": [_step_from_data(step) for step in data["steps"]]})


@dataclass
class StepResult:
    name: str
    verdict: str
    seconds: float = 0
    lines: list = field(default_factory=list)    # diagnosis of a failure, reason of a skip


def expand(template: str, variables: dict) -> str:
    """${name} becomes the variable's value, $${name} becomes ${name} for the shell."""
    def replace(match):
        return "${" + match[2] + "}" if match[1] else str(variables[match[2]])
    return VARIABLE.sub(replace, template)


def expand_all(value, variables: dict):
    if isinstance(value, str):
        return expand(value, variables)
    if isinstance(value, list):
        return [expand_all(item, variables) for item in value]
    if isinstance(value, dict):
        return {expand_all(key, variables): expand_all(item, variables) for key, item in value.items()}
    return value
