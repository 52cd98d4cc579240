"""How each migration tool would be imitated with psql: which files, in which order, in which portions.

This is a second, simple reading of every layout, and shares nothing with the Rust code, so that
ci/compare-with-psql can hold one against the other. It takes well-formed folders for granted.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

# What psql makes of a unit.
STATEMENTS = "statements"  # each statement on its own
QUERY = "query"  # the whole text as one simple query
TRANSACTION = "transaction"  # one transaction around the text


@dataclass(frozen=True)
class Unit:
    """A migration: its file, relative to the folder, and what runs of it."""

    file: str
    text: str
    mode: str


@dataclass(frozen=True)
class Plan:
    """The units in order, and what they have in common."""

    units: list
    one_transaction: bool = False  # around all units together
    own_sessions: bool = False  # one psql per unit
    before_each: str = ""  # what the tool sends to undo settings
    variables: bool = False  # psql itself fills in the variables


def plan(layout, folder, variables):
    return ORDERS[layout](Files(folder, variables))


class Files:
    """The files of a folder, as texts."""

    def __init__(self, folder, variables):
        self.folder = folder
        self.variables = variables

    def text(self, path):
        return path.read_text(encoding="utf-8-sig")

    def unit(self, path, mode, text=None):
        name = path.relative_to(self.folder).as_posix()
        return Unit(name, self.text(path) if text is None else text, mode)

    def glob(self, pattern):
        return [path for path in self.folder.glob(pattern) if path.is_file()]

    def sql(self):
        return self.glob("*.sql")


def number(name):
    """The digits, then the letters, that a name begins with."""
    digits, letters = re.match(r"(\d*)([a-z]*)(?=[_\-. ]|$)|", name).groups()
    return int(digits or 0), letters or ""


def by_number(paths):
    return sorted(paths, key=lambda path: (number(path.name), path.name))


def section(text, up, down):
    """What stands between two marks, and the rest of the line of the first; all of it without them."""
    begin = re.search(rf"^--\s*{up}\b([^\n]*)$", text, re.MULTILINE | re.IGNORECASE)
    if begin is None:
        return None, ""
    rest = text[begin.end() :]
    end = re.search(rf"^--\s*{down}\b", rest, re.MULTILINE | re.IGNORECASE)
    return rest[: end.start()] if end else rest, begin.group(1)


# --- one function for each layout


def golang_migrate(files):
    ups = [path for path in files.sql() if re.match(r"\d+_.*\.up\.sql$", path.name)]
    return Plan([files.unit(path, QUERY) for path in by_number(ups)])


def numbered(files):
    ups = [path for path in files.sql() if re.match(r"\d", path.name) and not path.name.endswith(".down.sql")]
    return Plan([files.unit(path, STATEMENTS) for path in by_number(ups)])


def nested(files):
    ups = [path for path in files.glob("*/*.sql") if not path.name.endswith(".down.sql")]
    ups.sort(key=lambda path: (number(path.parent.name), number(path.name), path.name))
    return Plan([files.unit(path, STATEMENTS) for path in ups])


def diesel(files):
    def version(path):
        return path.parent.name.split("_")[0].replace("-", "")

    def mode(path):
        told = path.parent / "metadata.toml"
        outside = told.is_file() and re.search(r"run_in_transaction\s*=\s*false", told.read_text())
        return QUERY if outside else TRANSACTION

    ups = sorted(files.glob("*/up.sql"), key=version)
    return Plan([files.unit(path, mode(path)) for path in ups])


def prisma(files):
    ups = sorted(files.glob("*/migration.sql"), key=lambda path: path.parent.name)
    return Plan([files.unit(path, QUERY) for path in ups])


def drizzle(files):
    journal = files.folder / "meta/_journal.json"
    if journal.is_file():
        ups = [files.folder / f"{entry['tag']}.sql" for entry in json.loads(journal.read_text())["entries"]]
    else:
        ups = sorted(files.glob("*/migration.sql"), key=lambda path: path.parent.name)
    units = [
        files.unit(path, STATEMENTS, files.text(path).replace("--> statement-breakpoint", "\n;\n")) for path in ups
    ]
    return Plan(units, one_transaction=True)


def goose(files):
    def unit(path):
        text = files.text(path)
        up, _ = section(text, r"\+goose Up", r"\+goose Down")
        outside = re.search(r"^--\s*\+goose\s+NO TRANSACTION", text, re.MULTILINE | re.IGNORECASE)
        if re.search(r"^-- \+goose ENVSUB ON", text, re.MULTILINE):
            up = filled(up, r"\$\{(\w+)\}", files.variables)
        return files.unit(path, STATEMENTS if outside else TRANSACTION, up or "")

    ups = [path for path in files.sql() if re.match(r"\d+_", path.name)]
    return Plan([unit(path) for path in by_number(ups)])


def sql_migrate(files):
    def unit(path):
        up, options = section(files.text(path), r"\+migrate Up", r"\+migrate Down")
        return files.unit(path, STATEMENTS if "notransaction" in options else TRANSACTION, up)

    return Plan([unit(path) for path in by_number(files.sql())])


def dbmate(files):
    def unit(path):
        up, options = section(files.text(path), "migrate:up", "migrate:down")
        return files.unit(path, QUERY if "transaction:false" in options else TRANSACTION, up)

    ups = [path for path in files.sql() if re.match(r"\d+.*\.sql$", path.name)]
    return Plan([unit(path) for path in sorted(ups)])


def node_pg_migrate(files):
    def unit(path):
        text = files.text(path)
        up, _ = section(text, r"Up Migration", r"Down Migration")
        return files.unit(path, STATEMENTS, text if up is None else up)

    ups = [path for path in files.sql() if not path.name.endswith(".down.sql")]
    return Plan([unit(path) for path in by_number(ups)], one_transaction=True)


def flyway(files):
    def unit(path):
        text = filled(files.text(path), r"\$\{([^}]+)\}", files.variables)
        settings = path.with_name(path.name + ".conf")
        outside = settings.is_file() and re.search(r"executeInTransaction\s*=\s*false", settings.read_text())
        outside = outside or re.search(r"\b(INDEX\s+CONCURRENTLY|VACUUM\b)", text, re.IGNORECASE)
        return files.unit(path, STATEMENTS if outside else TRANSACTION, text)

    def version(path):
        parts = [int(part) for part in re.split(r"[._]", path.name[1:].split("__")[0])]
        while parts and parts[-1] == 0:
            parts.pop()
        return parts

    versions = sorted((path for path in files.glob("**/V*__*.sql")), key=version)
    repeatables = sorted(files.glob("**/R__*.sql"), key=lambda path: path.name)
    return Plan([unit(path) for path in versions + repeatables], before_each="RESET search_path;")


def refinery(files):
    ups = [path for path in files.sql() if re.match(r"[VU]\d+__", path.name)]
    ups.sort(key=lambda path: int(re.match(r"\d+", path.name[1:]).group()))
    return Plan([files.unit(path, TRANSACTION) for path in ups])


def sqlx(files):
    def unit(path):
        text = files.text(path)
        return files.unit(path, QUERY if text.startswith("-- no-transaction") else TRANSACTION)

    ups = [path for path in files.sql() if re.match(r"\d+_", path.name) and not path.name.endswith(".down.sql")]
    return Plan([unit(path) for path in by_number(ups)])


def supabase(files):
    ups = sorted(path for path in files.sql() if re.match(r"\d+_.*\.sql$", path.name))
    return Plan([files.unit(path, TRANSACTION) for path in ups], before_each="RESET ALL;")


def atlas(files):
    def unit(path):
        outside = re.search(r"^-- atlas:txmode none", files.text(path), re.MULTILINE)
        return files.unit(path, STATEMENTS if outside else TRANSACTION)

    return Plan([unit(path) for path in sorted(files.sql(), key=lambda path: path.name)])


def pop(files):
    """For each version the file for Postgres, else the one for all databases."""
    chosen = {}
    for path in files.sql():
        name = re.match(r"(\d+)_[^.]*((?:\.\w+)*)\.up\.sql$", path.name)
        marks = set(name.group(2).split(".")) - {"", "autocommit"} if name else {"none"}
        if marks <= {"postgres"} and (marks or name.group(1) not in chosen):
            chosen[name.group(1)] = path

    def unit(path):
        text = filled(files.text(path), r'\{\{-?\s*index\s+\.Options\s+"(\w+)"\s*-?\}\}', files.variables)
        return files.unit(path, QUERY if ".autocommit." in path.name else TRANSACTION, text)

    return Plan([unit(path) for _, path in sorted(chosen.items())])


def sqitch(files):
    """Changes in the order of the plan. One that comes again later has the file of a tag in between."""
    changes = []  # names, each with its tags
    for line in (files.folder / "sqitch.plan").read_text().splitlines():
        line = line.split("#")[0].strip()
        if line.startswith("@"):
            changes[-1][1].append(line.split()[0])
        elif line and not line.startswith("%"):
            changes.append((line.lstrip("+ ").split()[0], []))

    def unit(place):
        name = changes[place][0]
        again = [later for later in range(place + 1, len(changes)) if changes[later][0] == name]
        tags = [tag for _, tags in reversed(changes[place : again[0]]) for tag in tags] if again else [""]
        tried = [files.folder / f"deploy/{name}{tag}.sql" for tag in tags]
        return files.unit(next(filter(Path.is_file, tried), tried[0]), STATEMENTS)

    return Plan([unit(place) for place in range(len(changes))], own_sessions=True, variables=True)


def graphile_migrate(files):
    def unit(path):
        header, body = re.match(r"((?:--![^\n]*\n|\s*\n)*)(.*)", files.text(path), re.DOTALL).groups()
        body = filled(body, r":([A-Z_][A-Z0-9_]*)\b", files.variables)
        outside = "no-transaction" in header + body.split("\n")[0]
        return files.unit(path, QUERY if outside else TRANSACTION, body)

    committed = files.glob("committed/*.sql") or files.sql()
    return Plan([unit(path) for path in by_number(committed)])


def filled(text, placeholder, variables):
    """The placeholders that have a value, replaced by it."""
    return re.sub(placeholder, lambda found: variables.get(found.group(1), found.group()), text)


ORDERS = {
    "atlas": atlas,
    "dbmate": dbmate,
    "diesel": diesel,
    "drizzle": drizzle,
    "flyway": flyway,
    "golang-migrate": golang_migrate,
    "goose": goose,
    "graphile-migrate": graphile_migrate,
    "numbered-folders": nested,
    "node-pg-migrate": node_pg_migrate,
    "numbered": numbered,
    "pop": pop,
    "prisma": prisma,
    "refinery": refinery,
    "sql-migrate": sql_migrate,
    "sqitch": sqitch,
    "sqlx": sqlx,
    "supabase": supabase,
}
