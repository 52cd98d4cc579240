"""What a server's error is about: read from SQLSTATE and message, as an oracle may and the product may not."""

import re
from dataclasses import dataclass

_NAME = r'"(?P<name>[^"]+)"'
# SQLSTATE, pattern of the message, sort of fault, class of the object. The first that fits counts.
_RULES = [
    (
        "42P01",
        rf"(relation|table|view|materialized view|sequence|foreign table) {_NAME} does not exist",
        "missing",
        "relation",
    ),
    ("42P01", rf"missing FROM-clause entry for table {_NAME}", "missing", "relation"),
    ("42703", rf'column {_NAME} of relation "(?P<of>[^"]+)" does not exist', "missing", "column"),
    ("42703", rf"column {_NAME} (does not exist|referenced in foreign key|named in key)", "missing", "column"),
    ("42703", r"column (?P<of>[^\s\"]+)\.(?P<name>[^\s.]+) does not exist", "missing", "column"),
    ("42703", rf'record "(?:new|old)" has no field {_NAME}', "missing", "column"),
    ("42704", rf"type {_NAME} does not exist", "missing", "type"),
    ("42704", r"^type (?P<name>[^\s\"]+) does not exist", "missing", "type"),
    ("42704", rf'constraint {_NAME} (of relation|for table) "(?P<of>[^"]+)" does not exist', "missing", "constraint"),
    (
        "42704",
        rf'(?P<class>trigger|policy) {_NAME} for (?:table|relation) "(?P<of>[^"]+)" does not exist',
        "missing",
        "",
    ),
    ("42704", rf"operator class {_NAME} does not exist", "missing", "member"),
    ("42704", rf"(?P<class>index|role|extension|publication|schema) {_NAME} does not exist", "missing", ""),
    ("42704", rf"{_NAME} is not an existing enum label", "missing", "enum value"),
    ("3F000", rf"(?P<class>schema) {_NAME} does not exist", "missing", ""),
    ("42883", r"(function|procedure|aggregate) (?P<name>[^\s(]+)\(.*\) does not exist", "missing", "function"),
    ("42883", rf"could not find a (function|procedure|aggregate) named {_NAME}", "missing", "function"),
    ("22P02", r'invalid input value for enum (?P<of>[^\s:]+): "(?P<name>.*)"', "missing", "enum value"),
    ("42830", r'no unique constraint matching given keys for referenced table "(?P<of>[^"]+)"', "missing", "unique"),
    ("42P10", r"(?P<of>)no unique or exclusion constraint matching the ON CONFLICT", "missing", "unique"),
    ("42P07", rf"relation {_NAME} already exists", "duplicate", "relation"),
    ("42701", rf'column {_NAME} of relation "(?P<of>[^"]+)" already exists', "duplicate", "column"),
    (
        "42710",
        rf'(?P<class>constraint|trigger|policy) {_NAME} for (?:relation|table) "(?P<of>[^"]+)" already exists',
        "duplicate",
        "",
    ),
    ("42710", rf"(?P<class>type|role|extension|publication) {_NAME} already exists", "duplicate", ""),
    ("42710", rf"enum label {_NAME} already exists", "duplicate", "enum value"),
    ("42723", rf"function {_NAME} already exists", "duplicate", "function"),
    ("42P06", rf"(?P<class>schema) {_NAME} already exists", "duplicate", ""),
    ("42P16", r'multiple primary keys for table "(?P<of>[^"]+)"', "duplicate", "primary key"),
    ("23505", rf"duplicate key value violates unique constraint {_NAME}", "rows twice", "constraint"),
    ("2BP01", r"cannot drop .* because other objects depend on it", "dependents", ""),
    ("0A000", r"cannot alter type of a column used by", "dependents", ""),
    ("0A000", rf"(?P<class>extension) {_NAME} is not available", "unavailable", ""),
]
_MEMBERS = ("constraint", "trigger", "policy", "enum value")
# A class of the table above, and the kinds of objects that belong to it.
_RELATIONS = {"table", "view", "materialized view", "sequence", "foreign table", "index"}
_KINDS = {
    "relation": _RELATIONS,
    "type": {"type", "domain", "table", "view"},
    "function": {"function", "procedure", "aggregate"},
    "constraint": {"constraint", "index"},
}


@dataclass(frozen=True)
class Fault:
    """`sort`: missing, duplicate, rows twice, dependents, unavailable, other."""

    sort: str
    sqlstate: str
    klass: str = ""
    name: str = ""
    of: str = ""

    @property
    def last(self):
        return self.name.split(".")[-1]

    def fits(self, each):
        """Whether the catalog's object may be the one that the message means."""
        if each.kind not in _KINDS.get(self.klass, {self.klass}):
            return False
        if self.klass in ("unique", "primary key"):
            return False
        parts = self.name.split(".")
        if self.klass == "column":
            return each.last == parts[-1]
        if self.klass in _MEMBERS:
            return each.last == self.name
        if self.klass in ("role", "extension", "publication", "schema"):
            return each.name == self.name
        return each.parts[-len(parts) :] == parts

    def fits_best(self, objects):
        """Those that fit; of members those of the table that the message names, if any: it may be an alias, or new."""
        fitting = [each for each in objects if self.fits(each)]
        table = self.of.split(".")[-1]
        exact = [each for each in fitting if table and self.klass in ("column", *_MEMBERS) and each.parts[-2] == table]
        return exact or fitting


def fault_of(failure):
    sqlstate, message = failure["sqlstate"] or "", failure["message"] or ""
    for state, pattern, sort, klass in _RULES:
        if state != sqlstate:
            continue
        found = re.search(pattern, message)
        if found is not None:
            groups = found.groupdict()
            return Fault(sort, sqlstate, groups.get("class") or klass, groups.get("name") or "", groups.get("of") or "")
    return Fault("other", sqlstate)
