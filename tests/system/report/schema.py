# SPDX-License-Identifier: Apache-2.0
"""Checks a JSON document against the subset of JSON Schema 2020-12 that config/report.schema.json uses.

    schema.py SCHEMA DOCUMENT     exit status 0, or 1 with one line per violation

A keyword outside the subset is an error of the schema: nothing is ever passed over silently.
"""
import json
import re
import sys

ANNOTATIONS = {"$schema", "$defs", "title", "description"}
TYPES = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
}


class Checker:
    def __init__(self, schema):
        self.root = schema
        self.problems = []

    def check(self, value, schema, path="$"):
        for keyword, rule in schema.items():
            if keyword in ANNOTATIONS:
                continue
            method = getattr(self, "on_" + keyword.replace("$", ""), None)
            if method is None:
                raise ValueError(f"keyword {keyword!r} is not in the supported subset")
            method(value, rule, schema, path)
        return self.problems

    def say(self, path, text):
        self.problems.append(f"{path}: {text}")

    def on_ref(self, value, rule, _schema, path):
        node = self.root
        for step in rule.removeprefix("#/").split("/"):
            node = node[step]
        self.check(value, node, path)

    def on_type(self, value, rule, _schema, path):
        names = rule if isinstance(rule, list) else [rule]
        if not any(TYPES[name](value) for name in names):
            self.say(path, f"is {type(value).__name__}, not {' or '.join(names)}")

    def on_const(self, value, rule, _schema, path):
        if value != rule:
            self.say(path, f"is {value!r}, not {rule!r}")

    def on_enum(self, value, rule, _schema, path):
        if value not in rule:
            self.say(path, f"is {value!r}, not one of {rule}")

    def on_required(self, value, rule, _schema, path):
        for key in rule:
            if isinstance(value, dict) and key not in value:
                self.say(path, f"{key} is missing")

    def on_properties(self, value, rule, _schema, path):
        for key, schema in rule.items():
            if isinstance(value, dict) and key in value:
                self.check(value[key], schema, f"{path}.{key}")

    def on_additionalProperties(self, value, rule, schema, path):
        if not isinstance(value, dict):
            return
        for key in value.keys() - schema.get("properties", {}).keys():
            self.check(value[key], rule, f"{path}.{key}")

    def on_minProperties(self, value, rule, _schema, path):
        if isinstance(value, dict) and len(value) < rule:
            self.say(path, f"has fewer than {rule} members")

    def on_items(self, value, rule, _schema, path):
        for i, item in enumerate(value if isinstance(value, list) else []):
            self.check(item, rule, f"{path}[{i}]")

    def on_minItems(self, value, rule, _schema, path):
        if isinstance(value, list) and len(value) < rule:
            self.say(path, f"has fewer than {rule} entries")

    def on_minLength(self, value, rule, _schema, path):
        if isinstance(value, str) and len(value) < rule:
            self.say(path, f"is shorter than {rule}")

    def on_pattern(self, value, rule, _schema, path):
        if isinstance(value, str) and not re.search(rule, value):
            self.say(path, f"{value!r} does not match {rule}")

    def on_minimum(self, value, rule, _schema, path):
        if TYPES["number"](value) and value < rule:
            self.say(path, f"{value} is below {rule}")


def no_constant(name):
    raise ValueError(f"{name} is not JSON")


def load(text):
    """Strict: NaN and Infinity, which Python would accept, are errors."""
    return json.loads(text, parse_constant=no_constant)


def violations(document, schema):
    return Checker(schema).check(document, schema)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    with open(sys.argv[2], encoding="utf-8") as file:
        problems = violations(load(file.read()), schema)
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
