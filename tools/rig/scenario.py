# SPDX-License-Identifier: Apache-2.0
"""The scenario format: what may stand in a file. docs/scenario.md says what it means, model.py what it becomes."""
import re
import signal
from pathlib import Path

import yaml

from . import expect, schema
from .model import BUILT_IN_VARIABLES, CAPTURE_FILE, VARIABLE, Scenario, Step
from .schema import boolean, fields, items, list_of, number, text

MAX_RADIOS = 16

_NAME = text(r"[A-Za-z0-9][A-Za-z0-9._-]*", "a name of letters, digits, '.', '_' and '-'")
_PROGRAM = text(r"FASCIA_[A-Z_]+", "the name of a variable FASCIA_...")
_SENTENCE = text(r"[^\n]+", "one line of text")


class _Context(schema.Context):
    """Remembers what one part of a file says about another: variables that exist, processes that are started."""

    def __init__(self, filename: str, root):
        super().__init__(filename)
        self.variables = list(BUILT_IN_VARIABLES)
        self.started, self.stopped, self.captures = set(), [], []
        for name, child in _children(root):
            if name == "vars":
                self.variables += [variable for variable, _ in _children(child)]

    def check_references(self, rig: dict):
        for node, name in self.stopped:
            if "${" not in name and name not in self.started:
                hint = schema.suggestion(name, self.started).replace("known keys", "started are")
                self.problem(node, "stop", f"nothing is started as '{name}'{hint if self.started else ''}")
        for node in self.captures:
            if not rig.get("capture"):
                self.problem(node, "capture", f"{CAPTURE_FILE} needs 'capture: true' under rig")


def load(filename: str) -> Scenario:
    """Raises schema.Invalid with every problem of the file."""
    root = schema.compose(filename)
    context = _Context(filename, root)
    values = fields(context, root, "the scenario", _SCENARIO, ("name", "steps"))
    context.check_references(values.get("rig") or {})
    context.raise_if_any()
    return Scenario(file=str(Path(filename).absolute()), **values)


def _children(node) -> list:
    """(key, value node) of a mapping, none of anything else; complaints come from the reader that reads it."""
    if not isinstance(node, yaml.MappingNode):
        return []
    return [(key.value, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)]


# --- readers of single values -------------------------------------------------------------------------------------

def _template(context, node, key):
    return _known_variables(context, node, key, text()(context, node, key))


def _plain(context, node, key):
    return _known_variables(context, node, key, schema.plain(node))


def _known_variables(context, node, key, value):
    for used in _variables_in(value):
        if used not in context.variables:
            hint = schema.suggestion(used, context.variables).replace("known keys", "known are")
            context.problem(node, key, f"unknown variable '{used}'{hint} (the shell's own is written $${{{used}}})")
    return value


def _variables_in(value):
    if isinstance(value, str):
        yield from (match[2] for match in VARIABLE.finditer(value) if not match[1])
    elif isinstance(value, (list, dict)):
        children = value if isinstance(value, list) else list(value) + list(value.values())
        for child in children:
            yield from _variables_in(child)


def _process(context, node, key):
    """The name under which `start` starts something."""
    value = _NAME(context, node, key)
    context.started.add(value)
    return value


def _started(context, node, key):
    value = _template(context, node, key)
    context.stopped.append((node, value or ""))
    return value


def _capture_file(context, node, key):
    value = _relative_file(context, node, key)
    if value == CAPTURE_FILE:
        context.captures.append(node)
    return value


def _relative_file(context, node, key):
    value = _template(context, node, key)
    if value and (value.startswith("/") or ".." in Path(value).parts):
        context.problem(node, key, f"must stay below $OUT, found '{value}'")
    return value


def _signal(context, node, key):
    value = text(meaning="a signal's name")(context, node, key)
    if value and not hasattr(signal.Signals, "SIG" + value.upper().removeprefix("SIG")):
        context.problem(node, key, f"unknown signal '{value}'")
        return None
    return value and value.upper().removeprefix("SIG")


def _variables(context, node, key):
    values = {}
    for name, key_node, value_node in items(context, node, key):
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            context.problem(key_node, name, "a variable's name has letters, digits and '_' only")
        elif name in BUILT_IN_VARIABLES:
            context.problem(key_node, name, "is set by the rig")
        elif not isinstance(value_node, yaml.ScalarNode):
            context.problem(value_node, name, f"wanted a single value, found {schema.kind_of(value_node)}")
        else:
            values[name] = _known_variables(context, value_node, name, value_node.value)
    return values


def _for_each(context, node, key):
    entries = items(context, node, key)
    if len(entries) != 1:
        context.problem(node, key, "wanted exactly one variable with its list of values")
        return None
    name, _, value_node = entries[0]
    return {"variable": name, "values": list_of(text())(context, value_node, name)}


# --- expectations -------------------------------------------------------------------------------------------------

def _matcher(context, node, key):
    """A plain value, or a mapping of operators; anything else that is a mapping is a mistake."""
    if not isinstance(node, yaml.MappingNode):
        return _plain(context, node, key)
    return fields(context, node, key, _OPERATORS)


def _pattern(context, node, key):
    value = _template(context, node, key)
    try:
        re.compile(VARIABLE.sub("x", value or ""))
    except re.error as error:
        context.problem(node, key, f"not a regular expression: {error}")
    return value


def _json_paths(context, node, key):
    paths = {}
    for path, key_node, value_node in items(context, node, key):
        _known_variables(context, key_node, path, path)
        try:
            expect.parse_path(path)
        except ValueError as error:
            context.problem(key_node, path, str(error))
        paths[path] = _matcher(context, value_node, path)
    return paths


def _counts(context, node, key):
    return list_of(_count)(context, node, key)


def _count(context, node, key):
    values = fields(context, node, key, _COUNT, ("filter",))
    if len(values) < 2 and isinstance(node, yaml.MappingNode):
        context.problem(node, key, "wanted one of equals, min, max")
    return values


def _expectations(*names):
    table = {"exit": _matcher, "stdout": _matcher, "stderr": _matcher, "json": _json_paths, "count": _counts}
    return lambda context, node, key: fields(context, node, key, {name: table[name] for name in names})


_ANY_NUMBER = number(-1e18, 1e18)
_OPERATORS = {
    "equals": _plain, "not": _matcher, "min": _ANY_NUMBER, "max": _ANY_NUMBER,
    "matches": _pattern, "contains": _plain,
    "one_of": lambda context, node, key: [_plain(context, child, key) for child in schema.elements(context, node, key)],
    "length": _matcher, "present": boolean,
}
_NATURAL = number(0, 1e9, whole=True)
_COUNT = {"filter": _template, "equals": _NATURAL, "min": _NATURAL, "max": _NATURAL}


# --- steps --------------------------------------------------------------------------------------------------------

_SECONDS = number(0, 3600)
_WAIT = number(0.05, 3600)
_OUTPUT = _expectations("exit", "stdout", "stderr", "json")


def _steps(context, node, key):
    return [_step(context, child, named=True) for child in schema.elements(context, node, key)]


def _nested_steps(context, node, key):
    return [_step(context, child, named=False) for child in schema.elements(context, node, key)]


_COMMON = {"name": _SENTENCE, "always": boolean}
_VERBS = {
    "start": {"start": _process, "command": _template},
    "until": {"until": _template, "within_s": _WAIT, "every_s": _WAIT, "timeout_s": _WAIT, "save": _relative_file,
              "expect": _OUTPUT},
    "run": {"run": _template, "timeout_s": _WAIT, "save": _relative_file, "expect": _OUTPUT},
    "stop": {"stop": _started, "signal": _signal, "within_s": _SECONDS, "expect": _expectations("exit")},
    "kill": {"kill": _template, "signal": _signal},
    "absent": {"absent": list_of(_template), "within_s": _SECONDS},
    "capture": {"capture": _capture_file, "expect": _expectations("count")},
    "repeat": {"repeat": number(1, 10000, whole=True), "steps": _nested_steps},
    "for_each": {"for_each": _for_each, "steps": _nested_steps},
}
_REQUIRED = {"start": ("command",), "capture": ("expect",), "repeat": ("steps",), "for_each": ("steps",)}


def _step(context, node, named: bool) -> Step:
    names = [name for name, _ in _children(node)]
    verbs = [name for name in names if name in _VERBS]
    line = node.start_mark.line + 1
    if len(verbs) != 1:
        if items(context, node, "step"):
            found = f"both {' and '.join(verbs)}" if verbs else f"none{_nearest_verb(names)}"
            context.problem(node, "step", f"wanted exactly one of {', '.join(_VERBS)}; found {found}")
        return Step("none", "", line)
    verb = verbs[0]
    required = (("name",) if named else ()) + _REQUIRED.get(verb, ())
    loop_variables = [name for key, child in _children(node) if key == "for_each" for name, _ in _children(child)]
    context.variables += loop_variables
    values = fields(context, node, "step", {**_COMMON, **_VERBS[verb]}, required)
    del context.variables[len(context.variables) - len(loop_variables):]
    return Step(verb=verb, line=line, name=values.pop("name", None) or _default_name(verb, values),
                always=values.pop("always", False), expect=values.pop("expect", None) or {},
                steps=values.pop("steps", None) or [], args=values)


def _nearest_verb(names: list) -> str:
    for name in names:
        hint = schema.suggestion(name, _VERBS)
        if name not in _COMMON and "did you mean" in hint:
            return hint
    return ""


def _default_name(verb: str, values: dict) -> str:
    what = values.get(verb)
    if verb == "for_each" and what:
        what = f"{what['variable']} of {', '.join(str(value) for value in what['values'])}"
    if isinstance(what, list):
        what = ", ".join(str(item) for item in what)
    return f"{verb} {what}".replace("\n", "; ")


_RIG = {"radios": number(0, MAX_RADIOS, whole=True), "nan": boolean, "dbus": boolean, "users": boolean,
        "capture": boolean, "root": boolean, "fresh": boolean, "tools": list_of(_NAME), "programs": list_of(_PROGRAM)}
_SCENARIO = {"name": _NAME, "about": text(), "limit_s": number(1, 7200),
             "rig": lambda context, node, key: fields(context, node, key, _RIG),
             "vars": _variables, "steps": _steps}
