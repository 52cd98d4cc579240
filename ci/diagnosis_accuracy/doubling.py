"""Injections that make a table a second time: a shorter one before it, or the same again without a column."""

import re

from . import sqltext
from .injections import full_name
from .sqltext import quoted

# Types that need no migration.
_BUILT_IN = re.compile(
    r"(BIG|SMALL)?(SERIAL|INT(EGER)?)[248]?\b|TEXT\b|VARCHAR|CHARACTER|BOOL(EAN)?\b|UUID\b|TIMESTAMP(TZ)?\b|DATE\b|JSONB?\b|NUMERIC|DECIMAL",
    re.IGNORECASE,
)


def double_table(context):
    """A table made twice: the shorter one first, and the longer swallowed."""
    for place in context.shuffled():
        for statement in context.statements(place):
            body = sqltext.body_of_table(statement)
            kept = _kept_items(context, body) if body else None
            if kept is None:
                continue
            head, items, _ = body
            name = head.group("name")
            short = f"CREATE TABLE IF NOT EXISTS {name} (\n    " + ",\n    ".join(each.text for each in kept) + "\n);"
            guard = "" if head.group("guard") else "IF NOT EXISTS "
            longer = statement.text[: head.start("name")] + guard + statement.text[head.start("name") :]
            table, longer_one = sqltext.plain(name), context.migrations[place].file
            made = context.added(
                place - 1,
                f"{table.split('.')[-1]}_stub",
                short,
                "double-table",
                f"{{file}} makes {table} with {len(kept)} of {len(items)} items before {longer_one}",
                [longer_one],
                objects=[f"table {table}"],
                notes={"tolerated": longer_one, "table": table},
            )
            if made is not None:
                made.written[longer_one] = sqltext.replaced(context.migrations[place].text, statement, longer)
                yield made
            break


def _kept_items(context, body):
    """Some columns of the table that need nothing; at most the half of them."""
    _, items, _ = body
    columns = [each for each in items if each.column]
    simple = [each for each in columns if _is_simple(each)]
    most = min(len(simple), len(columns) // 2)
    if most < 1:
        return None
    count = context.rng.randint(1, most)
    return (
        simple[:count]
        if context.rng.random() < 0.5
        else sorted(context.rng.sample(simple, count), key=lambda one: one.start)
    )


def _is_simple(item):
    rest = item.text[len(item.column) :].lstrip('" \t\n')
    return bool(_BUILT_IN.match(rest)) and not re.search(r"REFERENCES|CHECK|\(\s*\w*\.", rest, re.IGNORECASE)


def rebuild_without(context):
    """A table is made again without a column that a later migration speaks of."""
    for user in context.shuffled():
        there = context.history.at(user)
        columns = [each for each in there.values() if each.kind == "column" and ("table", each.of) in there]
        columns = [each for each in columns if each.last in context.up(user) and context.speaks(user, each)]
        columns = [each for each in columns if not _in_key(there, each)]
        if not columns:
            continue
        column = context.rng.choice(sorted(columns, key=str))
        made = max(context.clean.maker(column.identity, user) - 1, 0)
        after = context.rng.randint(made, user - 1) if made < user else user - 1
        sql = _rebuild(context.history.at(after + 1), column)
        if sql is None or after < 0:
            continue
        what = f"{{file}} makes {column.of} again without {column.last}"
        name = f"rebuild_{column.parts[-2]}"
        involved = [context.migrations[user].file]
        made = context.added(
            after, name, sql, "rebuild-without", what, involved, objects=[str(column)], notes={"table": column.of}
        )
        if made is not None:
            yield made


def _in_key(there, column):
    return any(
        each.kind == "constraint"
        and each.of == column.of
        and "KEY" in each.shape
        and sqltext.speaks_of(each.shape, column.last)
        for each in there.values()
    )


def _rebuild(there, without):
    """CREATE, copy, DROP, RENAME, with constraints and indexes that do not need the column."""
    schema, table = without.of.split(".")[-2:]
    columns = [each for each in there.values() if each.kind == "column" and each.of == without.of and each != without]
    if not columns or without.identity not in there:
        return None
    old, new = f"{quoted(schema)}.{quoted(table)}", quoted(f"{table}_rebuilt")
    names = ", ".join(quoted(each.last) for each in columns if each.marks != "s")
    lines = [f"    {quoted(each.last)} {_definition(each)}" for each in columns]
    sql = [f"CREATE TABLE {quoted(schema)}.{new} (\n" + ",\n".join(lines) + "\n);"]
    sql += [f"INSERT INTO {quoted(schema)}.{new} ({names}) SELECT {names} FROM {old};"]
    defaults = " ".join(each.default for each in columns)
    serial = [
        each for each in there.values() if each.kind == "sequence" and each.of == without.of and each.last in defaults
    ]
    sql += [f"ALTER SEQUENCE {full_name(each.name)} OWNED BY NONE;" for each in serial]
    pointing = _pointing_to(there, without.of)
    if any(sqltext.speaks_of(each.shape.split("REFERENCES")[1], without.last) for each in pointing):
        return None
    sql += [f"ALTER TABLE {full_name(each.of)} DROP CONSTRAINT {quoted(each.last)};" for each in pointing]
    sql += [f"DROP TABLE {old};", f"ALTER TABLE {quoted(schema)}.{new} RENAME TO {quoted(table)};"]
    for each in there.values():
        if each.of != without.of or sqltext.speaks_of(each.shape, without.last):
            continue
        if each.kind == "constraint":
            sql.append(f"ALTER TABLE {old} ADD CONSTRAINT {quoted(each.last)} {each.shape};")
        elif each.kind == "index" and ("constraint", f"{without.of}.{each.last}") not in there:
            sql.append(f"{each.shape};")
    sql += [f"ALTER TABLE {full_name(each.of)} ADD CONSTRAINT {quoted(each.last)} {each.shape};" for each in pointing]
    return "\n".join(sql)


def _pointing_to(there, table):
    """Foreign keys of other tables."""
    pattern = re.compile(rf"REFERENCES ({re.escape(table)}|{re.escape(table.split('.')[-1])})\(")
    return [
        each for each in there.values() if each.kind == "constraint" and each.of != table and pattern.search(each.shape)
    ]


def _definition(column):
    kind, default = column.column_type, column.default
    if column.marks in ("a", "d"):
        return f"{kind} GENERATED BY DEFAULT AS IDENTITY"
    generated = (
        f" GENERATED ALWAYS AS ({default}) STORED" if column.marks == "s" else f" DEFAULT {default}" if default else ""
    )
    return kind + generated + (" NOT NULL" if column.not_null else "")
