"""Injections that add a migration or a statement: rows, a view, an extension, a role, what cannot run where it is."""

import re

from . import sqltext
from .injections import first_line, full_name
from .sqltext import IDENTIFIER, NAME, quoted

_VALUES = [
    (r"(big|small)?int(eger)?|numeric|real|double precision", "0"),
    (r"text|character|citext|name", "'-'"),
    (r"bool", "false"),
    (r"uuid", "'6f1c2f0e-4f3e-4f0b-9a51-0d9d5a6a7b11'"),
    (r"timestamp|date", "'2020-01-01'"),
    (r"jsonb?", "'{}'"),
    (r"bytea", "'\\x00'"),
]
_NOT_NULL = re.compile(
    rf"\bALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(?P<table>{NAME})\s[^;]*?\bALTER\s+(?:COLUMN\s+)?(?P<column>{IDENTIFIER})\s+SET\s+NOT\s+NULL",
    re.IGNORECASE,
)
_UNIQUE = re.compile(
    rf"\bALTER\s+TABLE\s+(?:ONLY\s+)?(?P<table>{NAME})\s+ADD\s+(?:CONSTRAINT\s+{IDENTIFIER}\s+)?UNIQUE\s*\(\s*(?P<column>{IDENTIFIER})\s*\)"
    rf"|\bCREATE\s+UNIQUE\s+INDEX\s+(?:IF\s+NOT\s+EXISTS\s+)?{IDENTIFIER}\s+ON\s+(?P<table2>{NAME})\s*\(\s*(?P<column2>{IDENTIFIER})\s*\)\s*(?=;|$)",
    re.IGNORECASE,
)
_UNKNOWN_EXTENSIONS = ["vector", "postgis", "timescaledb", "pg_cron", "pg_partman", "pgroonga"]
_UNKNOWN_ROLES = ["reporting_reader", "app_readonly", "metabase", "billing_worker"]


def image(context):
    for place in context.shuffled():
        extension = context.rng.choice(_UNKNOWN_EXTENSIONS)
        guard = context.rng.choice(["IF NOT EXISTS ", ""])
        name = extension if context.rng.random() < 0.5 else f'"{extension}"'
        sql = f"CREATE EXTENSION {guard}{name};"
        if context.rng.random() < 0.5:
            made = context.added(place, f"enable_{extension}", sql, "image", f"{{file}} wants {extension}")
        else:
            made = _with_first_statement(context, place, sql, "image", f"wants {extension}")
        if made is not None:
            made.objects = [f"extension {extension}"]
            yield made


def _with_first_statement(context, place, sql, kind, what):
    found = context.statements(place)
    if not found:
        return None
    each = context.migrations[place]
    text = each.text[: found[0].start] + sql + "\n" + each.text[found[0].start :]
    made = context.edited(place, text, kind, f"{each.file} {what}")
    return None if _stands_in_a_body(each.text, found[0]) else made


def _with_last_statement(context, place, sql, kind, what):
    """After the last statement, within the transaction that it is in."""
    found = context.statements(place)
    if not found:
        return None
    each = context.migrations[place]
    last = found[-2] if found[-1].words in ("COMMIT", "END", "COMMIT TRANSACTION") and len(found) > 1 else found[-1]
    if _stands_in_a_body(each.text, last) or each.text[last.end :].lstrip().startswith("--"):
        return None
    rest = each.text[last.end :].lstrip().removeprefix(";")
    return context.edited(place, each.text[: last.end] + ";\n" + sql + "\n" + rest, kind, f"{each.file} {what}")


def _stands_in_a_body(text, statement):
    """Whether goose was told that what stands here is one statement."""
    return "StatementBegin" in text[max(0, statement.start - 200) : statement.start]


def rows(context):
    for user in context.shuffled():
        for pattern, twice in ((_NOT_NULL, False), (_UNIQUE, True)):
            for found in pattern.finditer(sqltext.mask(context.up(user))):
                groups = {name.rstrip("2"): value for name, value in found.groupdict().items() if value}
                made = _bad_rows(context, user, sqltext.plain(groups["table"]), sqltext.plain(groups["column"]), twice)
                if made is not None:
                    yield made


def _bad_rows(context, user, table, column, twice):
    there = context.history.at(user)
    of = next(
        (
            each.name
            for each in there.values()
            if each.kind == "table" and each.parts[-len(table.split(".")) :] == table.split(".")
        ),
        None,
    )
    columns = [each for each in there.values() if each.kind == "column" and each.of == of]
    if of is None or column not in [each.last for each in columns]:
        return None
    if not twice and any(each.last == column and each.not_null for each in columns):
        return None
    keys = " ".join(
        each.shape
        for each in there.values()
        if each.kind == "constraint" and each.of == of and "FOREIGN KEY" in each.shape
    )
    values = {}
    for each in columns:
        if each.last == column and not twice:
            values[each.last] = "NULL"
        elif (each.not_null and not each.default and not each.marks) or each.last == column:
            if sqltext.speaks_of(keys, each.last):
                return None
            values[each.last] = next((value for pattern, value in _VALUES if re.match(pattern, each.column_type)), None)
    if None in values.values():
        return None
    row = "(" + ", ".join(values.values()) + ")"
    names = ", ".join(quoted(each) for each in values)
    sql = f"INSERT INTO {full_name(of)} ({names}) VALUES {', '.join([row] * (2 if twice else 1))};"
    inserted = "two equal rows" if twice else "a null"
    what = f"{{file}} inserts {inserted} into {of}.{column} before {context.migrations[user].file}"
    objects = [f"table {of}", f"column {of}.{column}"]
    notes = {"at": context.migrations[user].file}
    return context.added(
        user - 1, f"seed_{of.split('.')[-1]}", sql, "rows", what, [notes["at"]], objects=objects, notes=notes
    )


def transaction(context):
    """A statement that cannot run in a transaction, in a file that is one."""
    for place in context.shuffled():
        tables = [each for each in context.history.at(place).values() if each.kind == "table"]
        if not tables or re.search(r"no.?transaction|transaction:false", context.up(place), re.IGNORECASE):
            continue
        table = context.rng.choice(sorted(tables, key=str))
        columns = [
            each for each in context.history.at(place).values() if each.kind == "column" and each.of == table.name
        ]
        if not columns:
            continue
        column = context.rng.choice(sorted(columns, key=str))
        index = f"{table.last}_{column.last}_lookup"
        sql = context.rng.choice(
            [f"CREATE INDEX CONCURRENTLY {quoted(index)} ON {full_name(table.name)} ({quoted(column.last)});"] * 2
            + [f"VACUUM {full_name(table.name)};"]
        )
        begins = bool(re.search(r"^\s*BEGIN\b", sqltext.mask(context.up(place)), re.IGNORECASE | re.MULTILINE))
        if context.folder.layout == "numbered" and not begins:
            sql = f"BEGIN;\n{sql}\nCOMMIT;"
        made = _with_last_statement(context, place, sql, "transaction", f"also says {first_line(sql)}")
        if made is not None:
            made.objects = [f"index {table.parts[0]}.{index}", str(table)]
            yield made


def enum(context):
    """A new value of an enum, used before it is committed."""
    for place in context.shuffled():
        there = context.history.at(place + 1)
        enums = [each for each in there.values() if each.kind == "type" and each.shape == "e"]
        pairs = [
            (each, one) for each in enums for one in there.values() if one.kind == "column" and _has_type(one, each)
        ]
        pairs = [(each, one) for each, one in pairs if ("table", one.of) in there]
        if not pairs:
            continue
        kind, column = context.rng.choice(sorted(pairs, key=str))
        value, table = "on_hold", ".".join(quoted(part) for part in column.of.split("."))
        use = context.rng.choice(
            [
                f"ALTER TABLE {table} ALTER COLUMN {quoted(column.last)} SET DEFAULT '{value}';",
                f"UPDATE {table} SET {quoted(column.last)} = '{value}';",
            ]
        )
        sql = f"ALTER TYPE {full_name(kind.name)} ADD VALUE '{value}';\n{use}"
        sql = f"BEGIN;\n{sql}\nCOMMIT;" if context.folder.layout == "numbered" else sql
        objects = [f"enum value {kind.name}.{value}", str(kind), str(column)]
        made = context.added(
            place,
            f"{kind.last}_on_hold",
            sql,
            "enum",
            f"{{file}} adds {value} to {kind.name} and uses it",
            objects=objects,
        )
        if made is not None:
            yield made


def _has_type(column, kind):
    return sqltext.plain(column.column_type).split(".")[-1] == kind.last


def dependents(context):
    """A view on something that a later migration drops, or gives another type."""
    for place in context.shuffled():
        there, events = context.history.at(place), context.history.events[place]
        gone = [each for each in events.gone.values() if each.kind == "column" and each.identity in there]
        changed = [there[one] for one in events.changed if one in there and one[0] == "column"]
        changed = [each for each in changed if _type_changes(context, place, each)]
        for column in sorted(gone + changed, key=str):
            if ("table", column.of) not in there or context.rng.random() < 0.3:
                continue
            schema, table = column.of.split(".")[-2:]
            view = f"{table}_listing"
            name = full_name(f"{schema}.{view}")
            sql = f"CREATE VIEW {name} AS\nSELECT {quoted(column.last)} FROM {full_name(column.of)};"
            what = f"{{file}} makes a view of {column.name}, which {context.migrations[place].file} drops or changes"
            objects = [f"view {schema}.{view}", str(column), f"table {column.of}"]
            notes = {"at": context.migrations[place].file}
            made = context.added(place - 1, view, sql, "dependents", what, [notes["at"]], objects=objects, notes=notes)
            if made is not None:
                yield made
                break


def _type_changes(context, place, column):
    after = context.history.at(place + 1).get(column.identity)
    return after is not None and after.column_type != column.column_type


def role(context):
    """Something is given to a role that nobody makes."""
    for place in context.shuffled():
        tables = [each for each in context.history.at(place + 1).values() if each.kind == "table"]
        if not tables:
            continue
        table, name = context.rng.choice(sorted(tables, key=str)), context.rng.choice(_UNKNOWN_ROLES)
        sql = context.rng.choice(
            [
                f"GRANT SELECT ON {full_name(table.name)} TO {name};",
                f"ALTER TABLE {full_name(table.name)} OWNER TO {name};",
                f"CREATE POLICY readers ON {full_name(table.name)} FOR SELECT TO {name} USING (true);",
            ]
        )
        if context.rng.random() < 0.5:
            made = context.added(place, f"grants_{table.last}", sql, "role", f"{{file}} says {first_line(sql)}")
        else:
            made = _with_last_statement(context, place, sql, "role", f"also says {first_line(sql)}")
        if made is not None:
            made.objects = [f"role {name}"]
            yield made
