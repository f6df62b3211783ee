# SPDX-License-Identifier: Apache-2.0
"""Expectations: does a value, found by a path in a JSON document, match what the scenario wants?

Every check returns a list of problems, each a sentence with what was wanted and what was found; an empty list is a
match. Nothing here prints or raises for a mismatch.
"""
import re

ANY, ALL = "*", "all"
MISSING = object()

OPERATORS = ("equals", "not", "min", "max", "matches", "contains", "one_of", "length", "present")

_PATH_PART = re.compile(r"""(?:^|(?<=.)\.)(?P<key>[^.\[\]]+)
                          | \[(?P<index>-?\d+|\*|all)\]
                          | \["(?P<quoted>[^"]+)"\]""", re.VERBOSE)


def parse_path(text: str) -> list:
    """'a.b[0]["x.y"][*]' -> ['a', 'b', 0, 'x.y', Wild('*')]. ValueError says where it stops making sense."""
    parts, position = [], 0
    while position < len(text):
        match = _PATH_PART.match(text, position)
        if match is None:
            raise ValueError(f"cannot read the path '{text}' from '{text[position:]}' on")
        if match["index"] is not None:
            wild = Wild(match["index"]) if match["index"] in (ANY, ALL) else None
            parts.append(wild or int(match["index"]))
        else:
            parts.append(match["key"] or match["quoted"])
        position = match.end()
    if not parts:
        raise ValueError("an empty path")
    if len({part for part in parts if isinstance(part, Wild)}) > 1:
        raise ValueError(f"the path '{text}' mixes [*] and [all]")
    return parts


class Wild(str):
    """[*] or [all], which are no keys."""


def lookup(document, parts: list) -> list:
    """All values the path leads to; without [*] or [all] exactly one, which is MISSING when the path leads nowhere."""
    values = [document]
    for part in parts:
        if isinstance(part, Wild):
            values = [item for value in values for item in _items(value)]
        else:
            values = [_child(value, part) for value in values]
    return values


def _items(value):
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _child(value, part):
    if isinstance(value, dict):
        return value.get(str(part), MISSING)
    if isinstance(value, list) and isinstance(part, int) and -len(value) <= part < len(value):
        return value[part]
    return MISSING


def check_path(document, path: str, wanted) -> list:
    """With [*] in the path one matching element is enough; with [all] every one must match, and there must be one."""
    parts = parse_path(path)
    found = lookup(document, parts)
    results = [check(wanted, value) for value in found]
    if not any(isinstance(part, Wild) for part in parts):
        return [f"{path}: {problem}" for problem in results[0]]
    if not results:
        return [] if _wants_absence(wanted) else [f"{path}: wanted {describe(wanted)}, got no element at all"]
    wrong = [value for value, problems in zip(found, results) if problems]
    enough = len(wrong) < len(found) if Wild(ANY) in parts else not wrong
    if enough:
        return []
    shown = ", ".join(_show(value) for value in wrong[:5])
    number = "one" if Wild(ANY) in parts else "each"
    return [f"{path}: wanted {describe(wanted)} in {number} of {len(found)} elements, got {shown}"]


def check(wanted, got) -> list:
    """`wanted` is a plain value or a mapping of operators, all of which must hold."""
    if not is_matcher(wanted):
        wanted = {"equals": wanted}
    if got is MISSING and not _wants_absence(wanted):
        return [f"wanted {describe(wanted)}, but it is missing"]
    problems = []
    for operator, operand in wanted.items():
        if not _CHECKS[operator](operand, got):
            problems.append(f"wanted {describe({operator: operand})}, got {_show(got)}")
    return problems


def is_matcher(wanted) -> bool:
    return isinstance(wanted, dict) and bool(wanted) and all(key in OPERATORS for key in wanted)


def describe(wanted) -> str:
    if not is_matcher(wanted):
        return _show(wanted)
    return " and ".join(_show(operand) if operator == "equals" else f"{operator} {describe(operand)}"
                        for operator, operand in wanted.items())


def _wants_absence(wanted) -> bool:
    return is_matcher(wanted) and wanted.get("present") is False


def _show(value) -> str:
    if value is MISSING:
        return "nothing"
    text = repr(value)
    return text if len(text) <= 300 else text[:300] + "..."


def _is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _equal(wanted, got) -> bool:
    # Python holds True == 1; a scenario that wants a count must not be content with a flag.
    if isinstance(wanted, bool) is not isinstance(got, bool):
        return False
    return wanted == got


_CHECKS = {
    "equals": _equal,
    "not": lambda operand, got: bool(check(operand, got)),
    "min": lambda operand, got: _is_number(got) and got >= operand,
    "max": lambda operand, got: _is_number(got) and got <= operand,
    "matches": lambda operand, got: isinstance(got, str) and re.search(operand, got, re.MULTILINE) is not None,
    "contains": lambda operand, got: isinstance(got, (str, list, dict)) and _contains(operand, got),
    "one_of": lambda operand, got: any(_equal(item, got) for item in operand),
    "length": lambda operand, got: isinstance(got, (str, list, dict)) and not check(operand, len(got)),
    "present": lambda operand, got: (got is not MISSING) is operand,
}


def _contains(operand, got) -> bool:
    if isinstance(got, str):
        return isinstance(operand, str) and operand in got
    return any(_equal(operand, item) for item in got)
