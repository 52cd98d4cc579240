"""SQL as text: statements, the items of a CREATE TABLE, guards. Enough to edit a migration, and no more.

Everything works on a mask: the text with comments blanked, and with strings and dollar-quoted bodies made of nothing
but quotes, so that an offset in the mask is an offset in the text.
"""

import re
from dataclasses import dataclass

IDENTIFIER = r'(?:"[^"]+"|[A-Za-z_][\w$]*)'
NAME = rf"{IDENTIFIER}(?:\s*\.\s*{IDENTIFIER})?"
CREATE_TABLE = re.compile(
    rf"\s*CREATE\s+(?:UNLOGGED\s+)?TABLE\s+(?P<guard>IF\s+NOT\s+EXISTS\s+)?(?P<name>{NAME})\s*\(", re.IGNORECASE
)
TABLE_CONSTRAINT = re.compile(r"(CONSTRAINT|PRIMARY\s+KEY|UNIQUE|CHECK|FOREIGN\s+KEY|EXCLUDE|LIKE)\b", re.IGNORECASE)

_MADE = re.compile(
    rf"\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:UNIQUE\s+|UNLOGGED\s+|MATERIALIZED\s+|RECURSIVE\s+|CONSTRAINT\s+)*"
    rf"(?P<kind>TABLE|INDEX|TYPE|DOMAIN|FUNCTION|PROCEDURE|VIEW|SEQUENCE|SCHEMA|EXTENSION|ROLE|USER|TRIGGER|POLICY)\s+"
    rf"(?:CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?(?P<name>{NAME})",
    re.IGNORECASE,
)
ALTER_TABLE = rf"\s*ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(?P<table>{NAME})\s+"
_ADDING = (
    r"ADD\s+CONSTRAINT\s+|ADD\s+(?:COLUMN\s+)?(?:IF\s+NOT\s+EXISTS\s+)?"
    r"(?!CONSTRAINT\b|PRIMARY\b|UNIQUE\b|CHECK\b|FOREIGN\b|EXCLUDE\b)"
)
_RENAMING = rf"RENAME\s+TO\s+|RENAME\s+(?:COLUMN\s+|CONSTRAINT\s+)?{IDENTIFIER}\s+TO\s+"
_ADDED = re.compile(rf"{ALTER_TABLE}(?:{_ADDING}|{_RENAMING})(?P<name>{IDENTIFIER})", re.IGNORECASE)
_ALSO_ADDED = re.compile(rf",\s*(?:{_ADDING})(?P<name>{IDENTIFIER})", re.IGNORECASE)
_LABEL = re.compile(
    rf"\s*ALTER\s+TYPE\s+{NAME}\s+ADD\s+VALUE\s+(?:IF\s+NOT\s+EXISTS\s+)?'(?P<name>[^']+)'", re.IGNORECASE
)
_RENAMED = re.compile(
    rf"\s*ALTER\s+(?!TABLE\b)[A-Z]+(?:\s+VIEW)?\s+[^;]*\bRENAME\s+TO\s+(?P<name>{IDENTIFIER})", re.IGNORECASE
)
_DROPPED = re.compile(
    rf"\s*DROP\s+(?:TABLE|VIEW|INDEX|TYPE|FUNCTION|TRIGGER|POLICY|MATERIALIZED\s+VIEW)\s+(?:CONCURRENTLY\s+)?(?:IF\s+EXISTS\s+)?"
    rf"(?P<name>{NAME})",
    re.IGNORECASE,
)

_TOKEN = re.compile(
    r"""--[^\n]*
      | /\*
      | (?<![\w$])[eE]'(?:[^'\\]|''|\\.)*'
      | '(?:[^']|'')*'
      | "(?:[^"]|"")*"
      | (?<![\w$])\$(?P<tag>(?:[A-Za-z_]\w*)?)\$
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Statement:
    """One statement: where it stands in the file, without its semicolon, and its text with and without literals."""

    start: int
    end: int
    text: str
    mask: str

    @property
    def words(self):
        """Its first words in capitals: `CREATE TABLE IF NOT`."""
        return " ".join(re.findall(r"[A-Za-z_]+", self.mask[:80])[:4]).upper()


@dataclass(frozen=True)
class Item:
    """One item in the parentheses of a CREATE TABLE; offsets count in the statement."""

    start: int
    end: int
    text: str
    column: str  # empty for a constraint


def mask(text):
    """The text without what is not SQL's own grammar; as long as the text."""
    out, place = [], 0
    while (found := _TOKEN.search(text, place)) is not None:
        out.append(text[place : found.start()])
        end = _end_of(text, found)
        piece = text[found.start() : end]
        if piece.startswith('"'):
            out.append(re.sub(r"[;(),]", "_", piece))
        else:
            out.append(re.sub(r"[^\n]", " " if piece.startswith(("--", "/*")) else "'", piece))
        place = end
    out.append(text[place:])
    return "".join(out)


def _end_of(text, found):
    if found.group() == "/*":
        return _end_of_comment(text, found.end())
    if found.group("tag") is not None:
        close = text.find(found.group(), found.end())
        return len(text) if close < 0 else close + len(found.group())
    return found.end()


def _end_of_comment(text, place):
    depth = 1
    for mark in re.finditer(r"/\*|\*/", text[place:]):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return place + mark.end()
    return len(text)


def statements(text, start=0, end=None):
    """The statements of a part of the text, in order. Bodies that begin with BEGIN ATOMIC are kept together."""
    end = len(text) if end is None else end
    hidden = mask(text[start:end])
    found, begin, depth, atomic = [], 0, 0, False
    for mark in re.finditer(r"[();]|\bBEGIN\s+ATOMIC\b|\bEND\b(?=\s*;)", hidden, re.IGNORECASE):
        token = mark.group().upper()
        if token in "()":
            depth += 1 if token == "(" else -1
        elif token == ";" and depth <= 0 and not atomic:
            _add(found, text, hidden, start, begin, mark.start())
            begin, depth = mark.end(), 0
        elif token.startswith("BEGIN"):
            atomic = True
        elif token == "END":
            atomic = False
    _add(found, text, hidden, start, begin, len(hidden))
    return found


def _add(found, text, hidden, start, begin, end):
    piece = hidden[begin:end]
    if not piece.strip():
        return
    first = begin + len(piece) - len(piece.lstrip())
    last = begin + len(piece.rstrip())
    found.append(Statement(start + first, start + last, text[start + first : start + last], hidden[first:last]))


def can_be_edited(text):
    """Whether cutting it here is safe: no rows of COPY and no commands of psql."""
    hidden = mask(text)
    return not re.search(r"^\s*\\|\bFROM\s+stdin\b", hidden, re.IGNORECASE | re.MULTILINE)


def without(text, statement, lone):
    """The text without a statement; a query that does nothing stands in for one that is alone."""
    end = statement.end
    rest = re.match(r"\s*;", text[end:])
    end += rest.end() if rest else 0
    return text[: statement.start] + ("SELECT 1;" if lone else "") + text[end:]


def replaced(text, statement, new):
    return text[: statement.start] + new + text[statement.end :]


def body_of_table(statement):
    """The name, the guard and the items of a CREATE TABLE, or None."""
    head = CREATE_TABLE.match(statement.mask)
    if head is None:
        return None
    close = closing(statement.mask, head.end() - 1)
    if close is None or re.match(r"\s*(INHERITS|AS)\b", statement.mask[close + 1 :], re.IGNORECASE):
        return None
    return head, list(items(statement, head.end(), close)), close


def closing(hidden, opening):
    """Where the parenthesis at `opening` is closed."""
    depth = 0
    for mark in re.finditer(r"[()]", hidden[opening:]):
        depth += 1 if mark.group() == "(" else -1
        if depth == 0:
            return opening + mark.start()
    return None


def items(statement, begin, end):
    """What stands between commas, without blanks and comments around it."""
    hidden, depth, first = statement.mask, 0, begin
    for place in range(begin, end + 1):
        sign = hidden[place] if place < end else ","
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign != "," or depth:
            continue
        piece = hidden[first:place]
        if piece.strip():
            start = first + len(piece) - len(piece.lstrip())
            stop = first + len(piece.rstrip())
            yield Item(start, stop, statement.text[start:stop], _column_of(hidden[start:stop]))
        first = place + 1


def _column_of(piece):
    if TABLE_CONSTRAINT.match(piece):
        return ""
    name = re.match(IDENTIFIER, piece)
    return plain(name.group()) if name else ""


def without_item(statement, all_items, item):
    """The statement's text without one item and its comma."""
    place = all_items.index(item)
    if place + 1 < len(all_items):
        return statement.text[: item.start] + statement.text[all_items[place + 1].start :]
    if place > 0:
        return statement.text[: all_items[place - 1].end] + statement.text[item.end :]
    return statement.text[: item.start] + statement.text[item.end :]


def plain(name):
    """A name as the catalog has it: folded to lower case unless it is quoted."""
    parts = re.findall(IDENTIFIER, name)
    return ".".join(part[1:-1] if part.startswith('"') else part.lower() for part in parts)


def quoted(name):
    """A name of the catalog as SQL has to write it."""
    return name if re.fullmatch(r"[a-z_][a-z0-9_]*", name) and name not in _RESERVED else f'"{name}"'


_RESERVED = {"user", "order", "group", "table", "default", "end", "desc", "limit", "offset", "primary", "check"}
_RESERVED |= {"references", "column", "from", "to", "when", "select", "all", "any", "window", "grant", "analyze"}


def speaks_of(text, word):
    """Whether the text has the word as a word of its own; comments count as well, strings too."""
    return re.search(rf"(?<![\w$]){re.escape(word)}(?![\w$])", text, re.IGNORECASE) is not None


def made_by(statement):
    """The last part of the name that a statement makes first, by CREATE, ADD or RENAME; None for other statements."""
    label = _LABEL.match(statement.text)
    if label is not None:
        return label.group("name")
    found = _MADE.match(statement.mask) or _ADDED.match(statement.mask) or _RENAMED.match(statement.mask)
    return last(found.group("name")) if found is not None else None


def dropped_by(statement):
    found = _DROPPED.match(statement.mask)
    return last(found.group("name")) if found is not None else None


def all_made_by(statement):
    """The names that a statement makes, with the columns of a new table."""
    first = made_by(statement)
    names = {first} if first is not None else set()
    if re.match(ALTER_TABLE, statement.mask, re.IGNORECASE):
        names |= {last(found.group("name")) for found in _ALSO_ADDED.finditer(statement.mask)}
    body = body_of_table(statement)
    return names | ({each.column for each in body[1] if each.column} if body is not None else set())


def table_of(statement):
    """The last part of the table that is made or altered."""
    found = CREATE_TABLE.match(statement.mask)
    if found is not None:
        return last(found.group("name"))
    found = re.match(ALTER_TABLE, statement.mask, re.IGNORECASE)
    return last(found.group("table")) if found is not None else None


def last(name):
    return plain(name).split(".")[-1]
