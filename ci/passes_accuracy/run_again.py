"""Bugs that a second run brings up: a guard or an ON CONFLICT that is missing, an index left half built."""

from . import tables
from .pairs import NOTE, Pair
from .scripts import ALWAYS_WRAPPED, ONE_QUERY, Script

# How the same bug is asked for: told as a note by default, a failure with `all`.
_WAYS = (((), NOTE), (('reexecute = "all"',), "failure"))


def guard(subject):
    """A body with every statement guarded but one."""
    for table in subject.tables:
        for variant, statements, down in _guarded(table):
            for number, (start, without, rest) in enumerate(statements):
                whole = [each[0] + each[1][1] + each[2] for each in statements]
                less = [*whole]
                less[number] = start + without[0] + rest
                for replay, level in _WAYS:
                    yield Pair(
                        "guard", f"{variant}{', all' if replay else ''}", f"{less[number][:60]} beside {table.name}", ("reexecute",),
                        [Script("guard", "\n".join(less), down)], [Script("guard", "\n".join(whole), down)],
                        level=level, replay=replay,
                    )  # fmt: skip
                if subject.folder.layout not in ONE_QUERY:
                    yield Pair(
                        "guard", f"{variant}, by statement", f"{less[number][:60]} beside {table.name}", ("interrupt",),
                        [Script("guard", "\n".join(less), down)], [Script("guard", "\n".join(whole), down)],
                        replay=('transaction = "statement"',),
                    )  # fmt: skip


def _guarded(table):
    """Statements as three pieces, of which the middle one is without and with its guard."""
    t, exists = table.sql, ("", "IF NOT EXISTS ")
    column = ("ALTER TABLE " + t + " ADD COLUMN ", exists, "zz_note text;")
    index = ("CREATE INDEX ", exists, f"zz_by_note ON {t} (zz_note);")
    made = ("CREATE TABLE ", exists, "zz_notes (id integer PRIMARY KEY, note text);")
    view = ("CREATE ", ("", "OR REPLACE "), f"VIEW zz_view AS SELECT count(*) AS n FROM {t};")
    drop_column = f"ALTER TABLE {t} DROP COLUMN zz_note;"
    yield "column and index", [column, index], drop_column
    yield "table and column", [made, column], f"{drop_column}\nDROP TABLE zz_notes;"
    yield "view and table", [view, made], "DROP VIEW zz_view;\nDROP TABLE zz_notes;"


def conflict(subject):
    """An INSERT that does not look whether its rows are there."""
    schema = subject.schema
    lookup = f"CREATE TABLE IF NOT EXISTS {schema}zz_plans (id integer PRIMARY KEY, name text);"
    loose = f"CREATE TABLE IF NOT EXISTS {schema}zz_plans (name text);"
    rows = f"INSERT INTO {schema}zz_plans (id, name) VALUES (1, 'free'), (2, 'pro')"
    one = f"INSERT INTO {schema}zz_plans (name) SELECT 'free'"
    shapes = [
        ("new table", lookup, rows, " ON CONFLICT (id) DO NOTHING", f"DROP TABLE {schema}zz_plans;"),
        ("no key", loose, one, f" WHERE NOT EXISTS (SELECT FROM {schema}zz_plans)", f"DROP TABLE {schema}zz_plans;"),
    ]
    for table, row in subject.rows:
        insert = f"INSERT INTO {table.sql} ({', '.join(row)}) VALUES ({', '.join(row.values())})"
        column, literal = next(iter(row.items()))
        down = f"DELETE FROM {table.sql} WHERE {column} = {literal};"
        if tables.has_key(table, row):
            shapes.append((f"into {table.name}", "", insert, " ON CONFLICT DO NOTHING", down))
            yield from _given(table, row, insert, down)
    for name, before, insert, guarded, down in shapes:
        for replay, level in _WAYS:
            yield Pair(
                "conflict", ("real table" if not before else name) + (", all" if replay else ""), f"INSERT {name}", ("reexecute",),
                [Script("conflict", f"{before}\n{insert};", down)], [Script("conflict", f"{before}\n{insert}{guarded};", down)],
                level=level, replay=replay,
            )  # fmt: skip


def _given(table, row, insert, down):
    """Somebody had inserted the row by hand."""
    if any(name.strip('"') in each for each in table.uniques for name in row):
        yield Pair(
            "conflict", "row is there", f"INSERT into {table.name} of a row that is there", ("apply",),
            [Script("conflict", f"{insert};", down)], [Script("conflict", f"{insert} ON CONFLICT DO NOTHING;", "SELECT 1;")],
            rows_sql=f"{insert};\n",
        )  # fmt: skip


def half_built(subject):
    """An index built CONCURRENTLY that a broken run leaves invalid."""
    if subject.folder.layout in ALWAYS_WRAPPED:
        return
    for table in subject.tables:
        for column in table.columns[:4]:
            if not (column.is_text or column.type in ("integer", "bigint", "uuid", "boolean")) or column.marks == "s":
                continue
            body = f"zz_index ON {table.sql} ({column.sql});" if not column.is_text else f"zz_index ON {table.sql} (md5({column.sql}));"
            schema = subject.schema_of(table)
            drop = f"DROP INDEX CONCURRENTLY IF EXISTS {schema}.zz_index;"
            plain = f"CREATE INDEX IF NOT EXISTS {body}"
            good = Script("half", plain, f"DROP INDEX {schema}.zz_index;")
            if subject.folder.layout not in ONE_QUERY:
                good = Script("half", f"{drop}\nCREATE INDEX CONCURRENTLY {body}", drop, transaction=False)
            for variant, word in (("if not exists", "IF NOT EXISTS "), ("plain", "")):
                bad = Script("half", f"CREATE INDEX CONCURRENTLY {word}{body}", drop, transaction=False)
                yield Pair(
                    "half-built", variant, f"CONCURRENTLY {word.lower()}on {table.name}.{column.name}", ("interrupt",), [bad], [good]
                )
