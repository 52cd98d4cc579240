"""Bugs put into a file of the folder itself: what it does right is taken out. Its counterpart is the file as it is."""

import re

from diagnosis_accuracy import sqltext

from .pairs import NOTE, Pair
from .scripts import has_downs
from .ways_down import forgotten

_LOOKS = re.compile(
    r"\s*(CREATE\s+.*?\bIF\s+NOT\s+EXISTS\b|CREATE\s+OR\s+REPLACE\b|DROP\s+.*?\bIF\s+EXISTS\b"
    r"|ALTER\s+TABLE\b[^,]*\b(ADD|DROP)\s+COLUMN\s+IF\s+(NOT\s+)?EXISTS\b[^,]*$|INSERT\b.*\bON\s+CONFLICT\b)",
    re.IGNORECASE | re.DOTALL,
)
# What fails when it is run again, unless it is guarded.
_MAKES = re.compile(r"\s*(CREATE|DROP)\b|\s*ALTER\s+.*\b(ADD|DROP|RENAME)\b", re.IGNORECASE | re.DOTALL)
_GUARD = re.compile(r"\bIF\s+NOT\s+EXISTS\s+", re.IGNORECASE)
_CONFLICT = re.compile(r"\s*ON\s+CONFLICT\b.*$", re.IGNORECASE | re.DOTALL)
KINDS = ("guard", "conflict", "backfill", "down", "half-built")


def edits(subject, kind):
    """Pairs about the first file after the place."""
    if subject.place + 1 >= subject.end or kind not in KINDS:
        return
    yield from edits_of(subject.folder, subject.folder.migrations[subject.place + 1], kind)


def edits_of(folder, migration, kind):
    """Pairs about one file."""
    if not sqltext.can_be_edited(migration.text):
        return
    statements = sqltext.statements(migration.text, *migration.up(folder.layout))
    if kind == "down" and has_downs(folder):
        for file, text, what in forgotten(folder, migration):
            yield _pair("down", f"{what} out of {file}", ("round-trip",), {file: text})
    elif kind == "guard" and len(statements) > 1 and all(_LOOKS.match(each.mask) for each in statements):
        yield from _second_runs(migration, statements, _GUARD, "guard")
    elif kind == "conflict" and not any(_MAKES.match(each.mask) and not _LOOKS.match(each.mask) for each in statements):
        some = [each for each in statements if re.match(r"\s*INSERT\b", each.mask, re.IGNORECASE)]
        yield from _second_runs(migration, some, _CONFLICT, "conflict")
    elif kind == "backfill":
        yield from _backfills(migration, statements)
    elif kind == "half-built":
        yield from _half_built(migration, statements)


def _second_runs(migration, statements, pattern, kind):
    for statement in statements:
        found = pattern.search(statement.mask)
        if found is not None:
            text = statement.text[: found.start()] + statement.text[found.end() :]
            text = sqltext.replaced(migration.text, statement, text)
            what = f"{found.group().strip()[:30]} out of {migration.file}: {' '.join(statement.text.split())[:60]}"
            yield _pair(kind, what, ("reexecute",), {migration.file: text}, NOTE)
            yield _pair(kind, what, ("reexecute",), {migration.file: text}, replay=('reexecute = "all"',))


def _half_built(migration, statements):
    """What a broken run left is dropped before an index is built CONCURRENTLY: the drop is taken out."""
    for statement in statements:
        dropped = sqltext.dropped_by(statement) if re.match(r"\s*DROP\s+INDEX\b", statement.mask, re.IGNORECASE) else None
        after = [each for each in statements if each.start > statement.start and sqltext.made_by(each) == dropped]
        if dropped is not None and any(re.search(r"\bCONCURRENTLY\b", each.mask, re.IGNORECASE) for each in after):
            what = f"DROP INDEX {dropped} out of {migration.file}"
            text = sqltext.without(migration.text, statement, lone=False)
            yield _pair("half-built", what, ("interrupt",), {migration.file: text})


def _backfills(migration, statements):
    """A column is added, filled and made not null in one file: the filling is taken out."""
    for number, statement in enumerate(statements):
        found = re.search(rf"ALTER\s+(?:COLUMN\s+)?({sqltext.IDENTIFIER})\s+SET\s+NOT\s+NULL", statement.mask, re.IGNORECASE)
        if found is None:
            continue
        column = sqltext.plain(found.group(1))
        fills = [each for each in statements[:number] if re.match(r"\s*(UPDATE|WITH)\b", each.mask, re.IGNORECASE)]
        adds = [each for each in statements[:number] if sqltext.made_by(each) == column]
        if not adds or not fills or any("DEFAULT" in each.mask.upper() for each in adds):
            continue
        if not any(sqltext.speaks_of(each.text, column) for each in fills):
            continue
        text = migration.text
        for each in reversed(fills):
            text = sqltext.without(text, each, lone=False)
        yield _pair("backfill", f"UPDATE out of {migration.file}", ("apply",), {migration.file: text})
        return


def _pair(kind, what, passes, changed, level="failure", replay=()):
    variant = "real file" + (", all" if replay else "")
    return Pair(kind, variant, what, passes, [], [], level=level, replay=replay, edits=changed)


def places(folder, kinds):
    """Kind to the places before files that can be edited so."""
    found = {}
    for kind in kinds:
        if kind in KINDS:
            found[kind] = [
                place - 1
                for place, each in enumerate(folder.migrations)
                if place > 0 and next(edits_of(folder, each, kind), None) is not None
            ]
    return found
