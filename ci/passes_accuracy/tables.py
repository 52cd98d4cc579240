"""The real tables of a folder at one of its moments, as injectors need them: told by the catalog."""

import re
from dataclasses import dataclass, field

from diagnosis_accuracy import sqltext

_UNIQUE = re.compile(r"CREATE UNIQUE INDEX .* USING \w+ \((?P<columns>[^()]*)\)(?P<rest>.*)$")
_TEXTS = ("text", "character varying")
_NUMBERS = ("integer", "bigint", "smallint")


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    name: str
    type: str
    not_null: bool
    default: str
    marks: str

    @property
    def is_text(self):
        return self.type.split("(")[0] in _TEXTS and not self.type.endswith("[]")

    @property
    def is_number(self):
        return self.type in _NUMBERS

    @property
    def has_value_by_itself(self):
        return not self.not_null or bool(self.default) or bool(self.marks)

    @property
    def sql(self):
        return sqltext.quoted(self.name)


@dataclass
class Table:
    """A table: its columns, which of them any rule speaks of, and the keys."""

    name: str  # schema.table, without quotes
    columns: list = field(default_factory=list)
    uniques: list = field(default_factory=list)  # tuples of names of columns
    ruled: set = field(default_factory=set)  # columns that a constraint, an index or a trigger may speak of
    references: set = field(default_factory=set)  # columns with a foreign key
    has_triggers: bool = False
    has_checks: bool = False

    @property
    def sql(self):
        return ".".join(sqltext.quoted(each) for each in self.name.split("."))

    @property
    def last(self):
        return self.name.split(".")[-1]

    def free(self):
        """Columns that no rule speaks of, with values of their own."""
        return [each for each in self.columns if each.name not in self.ruled and not each.marks]

    def nullable(self):
        return [each for each in self.free() if not each.not_null]

    def key(self):
        """The column of a key with one column, or None."""
        names = next((each[0] for each in self.uniques if len(each) == 1), None)
        return next((each for each in self.columns if each.name == names), None)


def tables_at(history, place):
    """The tables right after the migration at `place`."""
    objects = list(history.before[place + 1].values())
    tables = {each.name: Table(each.name) for each in objects if each.kind == "table" and each.name.count(".") == 1}
    for each in objects:
        table = tables.get(each.of)
        if table is None:
            continue
        if each.kind == "column":
            table.columns.append(Column(each.last, each.column_type, each.not_null, each.default, each.marks))
        elif each.kind == "trigger":
            table.has_triggers = True
        elif each.kind in ("index", "constraint"):
            _add_rule(table, each)
    _forget_what_views_use(tables, objects)
    return [each for each in tables.values() if each.columns]


def _add_rule(table, rule):
    words = {sqltext.plain(each) for each in re.findall(sqltext.IDENTIFIER, rule.shape)}
    table.ruled |= {each.name for each in table.columns if each.name in words}
    found = _UNIQUE.match(rule.shape)
    if found is not None and not found.group("rest").strip():
        columns = tuple(sqltext.plain(each.split()[0]) for each in found.group("columns").split(",") if each.strip())
        table.uniques.append(columns)
    if rule.shape.startswith("CHECK"):
        table.has_checks = True
    if rule.shape.startswith("FOREIGN KEY"):
        inside = rule.shape.split("(", 1)[1].split(")", 1)[0]
        table.references |= {sqltext.plain(each.strip()) for each in inside.split(",")}


def _forget_what_views_use(tables, objects):
    """A column of a view goes by its name: what may be used there is better left alone."""
    views = {each.name for each in objects if each.kind in ("view", "materialized view")}
    used = {each.last for each in objects if each.kind == "column" and each.of in views}
    for table in tables.values():
        table.ruled |= {each.name for each in table.columns if each.name in used}


def row_of(table):
    """Names and literals of a row that the table takes for certain; None where that cannot be told."""
    if table.has_checks or table.has_triggers:
        return None
    row = {}
    for column in table.columns:
        key = any(column.name in each for each in table.uniques)
        if column.marks or (column.has_value_by_itself and not (key and not column.default)):
            continue
        literal = _literal(column)
        if literal is None or column.name in table.references:
            return None
        row[column.sql] = literal
    return row or None


def has_key(table, row):
    """Whether the row says all of a key, so that it cannot be there twice."""
    return any(all(sqltext.quoted(name) in row for name in key) for key in table.uniques)


def _literal(column):
    if column.is_text:
        limit = re.search(r"\((\d+)\)", column.type)
        return "'zz-own'" if limit is None or int(limit.group(1)) >= 6 else None
    simple = {"boolean": "true", "uuid": "'00000000-0000-4000-8000-00000000abcd'", "jsonb": "'{}'", "json": "'{}'"}
    if column.is_number:
        return "31999"
    if column.type.startswith("timestamp") or column.type == "date":
        return "'2020-01-01'"
    return simple.get(column.type)
