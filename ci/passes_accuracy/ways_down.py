"""Bugs in ways down: something that the way up makes is left."""

import re

from diagnosis_accuracy import folders, sqltext

from .pairs import Pair
from .scripts import Script, has_downs

_LEAVES = re.compile(r"\s*(DROP\s+(INDEX|TRIGGER|FUNCTION|VIEW|TYPE|TABLE)|ALTER\s+TABLE\s+.*\bDROP\b)", re.IGNORECASE | re.DOTALL)


def down(subject):
    """A way down that forgets one of the things that its way up makes."""
    if not has_downs(subject.folder):
        return
    for table in subject.tables:
        for column in table.columns[:3]:
            for variant, ups, downs in _changes(subject, table, column):
                for left in range(len(downs)):
                    rest = [each for number, each in enumerate(downs) if number != left] or ["SELECT 1;"]
                    yield Pair(
                        "down", variant, f"{downs[left]} forgotten, {table.name}", ("round-trip",),
                        [Script("down", "\n".join(ups), "\n".join(rest))], [Script("down", "\n".join(ups), "\n".join(downs))],
                    )  # fmt: skip


def _changes(subject, table, column):
    t, schema = table.sql, subject.schema_of(table)
    if column.type in ("integer", "bigint", "uuid", "boolean"):
        index = f"CREATE INDEX zz_down ON {t} ({column.sql});"
        yield "index", [index], [f"DROP INDEX {schema}.zz_down;"]
        note = f"ALTER TABLE {t} ADD COLUMN zz_note text;"
        both = [f"DROP INDEX {schema}.zz_down;", f"ALTER TABLE {t} DROP COLUMN zz_note;"]
        yield "index and column", [note, index], both
    made = f"CREATE TABLE {schema}.zz_made (id integer PRIMARY KEY);"
    view = f"CREATE VIEW {schema}.zz_seen AS SELECT count(*) AS n FROM {t};"
    yield "view and table", [made, view], [f"DROP VIEW {schema}.zz_seen;", f"DROP TABLE {schema}.zz_made;"]
    rule = f"ALTER TABLE {t} ADD CONSTRAINT zz_kept CHECK (true);"
    yield "constraint", [rule], [f"ALTER TABLE {t} DROP CONSTRAINT zz_kept;"]


def forgotten(folder, migration):
    """Texts of a real way down with one statement less, with what is left out: where nothing else takes it away."""
    part = folders.down_part(folder.layout, migration.text)
    if part is not None:
        yield from _without_one(migration.file, migration.text, *part)
        return
    down_file = next((each for each in folder.companions(migration.file) if each.endswith("down.sql")), None)
    if down_file is not None:
        yield from _without_one(down_file, (folder.root / down_file).read_text(encoding="utf-8-sig"))


def _without_one(file, text, start=0, end=None):
    if not sqltext.can_be_edited(text):
        return
    statements = sqltext.statements(text, start, end)
    for statement in statements:
        if re.match(r"\s*DROP\s+INDEX", statement.mask, re.IGNORECASE) and not _goes_anyway(statements):
            yield file, sqltext.without(text, statement, len(statements) == 1), " ".join(statement.text.split())


def _goes_anyway(statements):
    """An index goes with its table and its column."""
    return any(re.search(r"\bDROP\s+(TABLE|COLUMN|SCHEMA)|\bDROP\s+(?!INDEX)|RENAME", each.mask, re.IGNORECASE) for each in statements)
