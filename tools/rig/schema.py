# SPDX-License-Identifier: Apache-2.0
"""YAML with positions: walks the node tree, so that every complaint names file, line, column and key.

A reader is a function (context, node, key) -> value. Readers never raise for bad input: they note the problem and
return None, so that one run reports every mistake in a file.
"""
import difflib
import re

import yaml

MAX_FILE_BYTES = 256 * 1024


class Invalid(Exception):
    """Holds one line per problem, in the order of the file."""

    def __init__(self, problems: list):
        super().__init__("\n".join(problems))
        self.problems = problems


class Context:
    def __init__(self, filename: str):
        self.filename = filename
        self._found = []

    def problem(self, node, key: str, text: str):
        mark = node.start_mark
        line = f"{self.filename}:{mark.line + 1}:{mark.column + 1}: {key}: {text}"
        self._found.append(((mark.line, mark.column), line))

    def raise_if_any(self):
        if self._found:
            raise Invalid([line for _, line in sorted(self._found, key=lambda item: item[0])])


def compose(filename: str):
    """The root node of the one document in the file."""
    try:
        with open(filename, "rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
        if len(data) > MAX_FILE_BYTES:
            raise Invalid([f"{filename}:1:1: file: larger than {MAX_FILE_BYTES // 1024} KiB"])
        node = yaml.compose(data, Loader=yaml.SafeLoader)
    except OSError as error:
        raise Invalid([f"{filename}: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise Invalid([f"{filename}:1:1: file: not UTF-8 text"]) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Invalid([f"{filename}:{mark.line + 1}:{mark.column + 1}: yaml: {error.problem}"]) from error
    except yaml.YAMLError as error:
        raise Invalid([f"{filename}:1:1: yaml: {' '.join(str(error).split())}"]) from error
    if node is None:
        raise Invalid([f"{filename}:1:1: file: empty"])
    return node


def plain(node):
    """The node as ordinary Python data."""
    return yaml.SafeLoader("").construct_document(node)


def kind_of(node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    return f"'{node.value}'"


def items(context, node, key: str):
    """(name, key node, value node) of each entry of a mapping; says when it is none, or holds a key twice."""
    if not isinstance(node, yaml.MappingNode):
        context.problem(node, key, f"wanted a mapping, found {kind_of(node)}")
        return []
    seen, entries = set(), []
    for key_node, value_node in node.value:
        name = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
        if name is None:
            context.problem(key_node, key, "a key must be a word")
        elif name in seen:
            context.problem(key_node, name, "appears twice")
        else:
            seen.add(name)
            entries.append((name, key_node, value_node))
    return entries


def fields(context, node, key: str, table: dict, required=()) -> dict:
    """Reads a mapping whose keys are those of the table: name -> reader. A key that is absent is so in the result."""
    values = {}
    for name, key_node, value_node in items(context, node, key):
        if name not in table:
            context.problem(key_node, name, f"unknown key in {key}{suggestion(name, table)}")
            continue
        values[name] = table[name](context, value_node, name)
    if isinstance(node, yaml.MappingNode):
        for name in required:
            if name not in values:
                context.problem(node, name, f"missing in {key}")
    return values


def suggestion(name: str, known) -> str:
    near = difflib.get_close_matches(name, list(known), 1)
    return f"; did you mean '{near[0]}'?" if near else f"; known keys: {', '.join(known)}"


def elements(context, node, key: str) -> list:
    if isinstance(node, yaml.SequenceNode):
        if not node.value:
            context.problem(node, key, "must not be empty")
        return node.value
    context.problem(node, key, f"wanted a list, found {kind_of(node)}")
    return []


def list_of(reader):
    """A list; a single value stands for a list of one."""
    def read(context, node, key):
        if not isinstance(node, yaml.SequenceNode):
            return [reader(context, node, key)]
        return [reader(context, child, f"{key}[{index}]") for index, child in enumerate(elements(context, node, key))]
    return read


def text(pattern: str = None, meaning: str = "a text"):
    def read(context, node, key):
        value = plain(node) if isinstance(node, yaml.ScalarNode) else None
        # 'on', 'no' or 5 are not texts to YAML, but they are to the person who writes `command: true`.
        if isinstance(node, yaml.ScalarNode) and not isinstance(value, str):
            value = node.value
        if not value or (pattern and not re.fullmatch(pattern, value)):
            context.problem(node, key, f"wanted {meaning}, found {kind_of(node)}")
            return None
        return value
    return read


def boolean(context, node, key):
    value = plain(node) if isinstance(node, yaml.ScalarNode) else None
    if not isinstance(value, bool):
        context.problem(node, key, f"wanted true or false, found {kind_of(node)}")
        return None
    return value


def number(low: float, high: float, whole: bool = False):
    def read(context, node, key):
        value = plain(node) if isinstance(node, yaml.ScalarNode) else None
        types = (int,) if whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, types) or not low <= value <= high:
            noun = "a whole number" if whole else "a number"
            context.problem(node, key, f"wanted {noun} from {low:g} to {high:g}, found {kind_of(node)}")
            return None
        return value
    return read
