"""Injections inside a file: a statement, a column, a guard taken out; a statement broken."""

import re

from . import sqltext
from .injections import first_line
from .sqltext import IDENTIFIER, NAME

_GUARDED = re.compile(
    rf"(?:COLUMN|VALUE|[A-Z]+)\s+(?:CONCURRENTLY\s+)?(?P<guard>IF\s+(?:NOT\s+)?EXISTS\s+)(?P<name>{NAME})",
    re.IGNORECASE,
)


def delete_statement(context):
    for place, statement, name in _choices(context, _named_statements):
        if _is_needed(context, place, statement, name):
            yield _without_statement(context, place, statement, name)


def _named_statements(context, place):
    for statement in context.statements(place):
        name = sqltext.made_by(statement) or sqltext.dropped_by(statement)
        if name is not None:
            yield statement, name


def _choices(context, of):
    """Statements by chance: first a file, then one of its statements, so that long files do not crowd others out."""
    for _ in range(6):
        for place in context.shuffled():
            found = list(of(context, place))
            if found:
                yield (place, *context.rng.choice(found))


def _is_needed(context, place, statement, name):
    text = context.migrations[place].text
    _, end = context.migrations[place].up(context.folder.layout)
    rest = text[statement.end : end]
    later = range(place + 1, len(context.migrations))
    return sqltext.speaks_of(rest, name) or any(sqltext.speaks_of(context.up(each), name) for each in later)


def _without_statement(context, place, statement, name):
    each = context.migrations[place]
    before = each.text[: statement.start].rstrip()
    lone = len(context.statements(place)) == 1 or before.lower().endswith("statementbegin")
    text = sqltext.without(each.text, statement, lone)
    what = f"a statement is taken out of {each.file}: {first_line(statement.text)}"
    return context.edited(place, text, "delete-statement", what, notes={"name": name})


def delete_column(context):
    for place, statement, found in _choices(context, _column_items):
        items, item, table = found
        each = context.migrations[place]
        text = sqltext.replaced(each.text, statement, sqltext.without_item(statement, items, item))
        what = f"column {table}.{item.column} is taken out of {each.file}: {first_line(item.text)}"
        yield context.edited(place, text, "delete-column", what, notes={"name": item.column, "table": table})


def _column_items(context, place):
    for statement in context.statements(place):
        found = sqltext.body_of_table(statement) or _added_columns(statement)
        if found is None:
            continue
        head, items, _ = found
        table = sqltext.plain(head.group("name"))
        for item in items:
            others = [each.text for each in items if each is not item]
            alone = not item.column or len(items) < 2 or any(sqltext.speaks_of(each, item.column) for each in others)
            if not alone and _column_is_needed(context, place, statement, table, item.column):
                yield statement, (items, item, table)


def _added_columns(statement):
    """Several ADD COLUMN in one ALTER TABLE, as items with the names of their columns."""
    head = re.match(
        sqltext.ALTER_TABLE.replace("?P<table>", "?P<name>") + r"(?=ADD\s+COLUMN)", statement.mask, re.IGNORECASE
    )
    if head is None:
        return None
    items = []
    for item in sqltext.items(statement, head.end(), len(statement.mask)):
        name = re.match(rf"ADD\s+COLUMN\s+(?:IF\s+NOT\s+EXISTS\s+)?({IDENTIFIER})", item.text, re.IGNORECASE)
        items.append(sqltext.Item(item.start, item.end, item.text, sqltext.plain(name.group(1)) if name else ""))
    return head, items, len(statement.mask)


def _column_is_needed(context, place, statement, table, column):
    last = table.split(".")[-1]
    _, end = context.migrations[place].up(context.folder.layout)
    rest = context.migrations[place].text[statement.end : end]
    texts = [rest] + [context.up(later) for later in range(place + 1, len(context.migrations))]
    return any(sqltext.speaks_of(text, column) and sqltext.speaks_of(text, last) for text in texts)


def remove_guard(context):
    for place, statement, found in _choices(context, _effective_guards):
        begin, end, name = found
        text = sqltext.replaced(
            context.migrations[place].text, statement, statement.text[:begin] + statement.text[end:]
        )
        guard = " ".join(statement.text[begin:end].split()).upper()
        what = f"{guard} is taken out of {context.migrations[place].file}: {first_line(statement.text)}"
        yield context.edited(place, text, "remove-guard", what, notes={"name": name})


def _effective_guards(context, place):
    """Guards of statements (not of bodies) whose object is there already, or is not there any more."""
    there = context.names_at(place)
    seen = set()
    for statement in context.statements(place):
        if statement.words.startswith(("DO", "CREATE OR REPLACE")) and "FUNCTION" not in statement.words:
            continue
        for found in _GUARDED.finditer(statement.mask):
            last = sqltext.last(found.group("name"))
            negative = "NOT" in found.group("guard").upper()
            if negative == (last in there or last in seen):
                yield statement, (*found.span("guard"), last)
        replaced = re.match(
            rf"\s*CREATE\s+(OR\s+REPLACE\s+)(?:FUNCTION|PROCEDURE|VIEW)\s+({NAME})", statement.mask, re.IGNORECASE
        )
        if replaced is not None and sqltext.last(replaced.group(2)) in there | seen:
            yield statement, (*replaced.span(1), sqltext.last(replaced.group(2)))
        seen.add(sqltext.made_by(statement))


def syntax(context):
    for place, statement, broken in _choices(context, _breakable):
        text = sqltext.replaced(context.migrations[place].text, statement, broken)
        what = f"a statement of {context.migrations[place].file} is broken: {first_line(broken)}"
        yield context.edited(place, text, "syntax", what)


def _breakable(context, place):
    for statement in context.statements(place):
        body = sqltext.body_of_table(statement)
        if body is not None and body[1]:
            _, items, close = body
            yield statement, statement.text[: items[-1].end] + "," + statement.text[items[-1].end :]
            yield statement, statement.text[:close] + statement.text[close + 1 :]
            yield statement, statement.text.replace("TABLE", "TABEL", 1).replace("table", "tabel", 1)
            if len(items) > 2:
                yield statement, statement.text[: items[0].end] + " " + statement.text[items[1].start :]
        elif statement.words.startswith("ALTER TABLE"):
            yield statement, statement.text.replace("TABLE", "TABLES", 1).replace("table", "tables", 1)
