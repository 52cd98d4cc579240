"""A folder at one of its moments: what is there, which tables are filled, and the scenarios that begin there."""

import os
from dataclasses import dataclass, field

from diagnosis_accuracy import sqltext
from diagnosis_accuracy.program import literal, toml

from . import tables
from .pairs import ALL_PASSES
from .scripts import WITHOUT_DOWN

ROWS = 20
# Roles that migrations made are in no dump, which speaks of them.
_ROLES = """SELECT format('DO $r$ BEGIN CREATE ROLE %I; EXCEPTION WHEN duplicate_object THEN NULL; END $r$;', rolname)
FROM pg_roles WHERE oid >= 16384 AND NOT rolsuper AND rolname NOT LIKE 'mr%' ORDER BY oid;
"""


@dataclass
class Subject:
    """The folder as it was when the migration at `end - 1` was its last; `place` is what is applied already."""

    folder: object
    history: object
    shop: object
    place: int
    end: int
    by_dump: bool
    tables: list = field(default_factory=list)
    original: dict = field(default_factory=dict)  # lines of [replay]: the case of the folder as it is

    @property
    def name(self):
        return f"p{self.place:04}" if self.end > self.place + 1 else f"p{self.place:04}-only"

    @property
    def dump(self):
        return f"dumps/p{self.place:04}.sql"

    @property
    def schema(self):
        return f"{self.schema_of(self.tables[0])}."

    def schema_of(self, table):
        return sqltext.quoted(table.name.split(".")[0])

    @property
    def rows(self):
        """Tables that take a row of ours, and the row."""
        found = [(each, tables.row_of(each)) for each in self.tables]
        return [(table, row) for table, row in found if row is not None]

    def choose_tables(self, rng, unfilled):
        """Those that have rows, in an order of the plan."""
        known = {each.strip('"') for each in unfilled}
        found = [each for each in tables.tables_at(self.history, self.place) if each.name not in known]
        rng.shuffle(found)
        self.tables = [each for each in found if not _is_of_a_tool(each.name)]

    def write_set(self, name, written, end=None):
        """A copy of the folder up to its end, with files of ours."""
        target = self.shop.root / "sets" / name
        for migration in self.folder.migrations[: self.end if end is None else end]:
            for file in self.folder.companions(migration.file):
                if file not in written:
                    place = target / file
                    place.parent.mkdir(parents=True, exist_ok=True)
                    os.link(self.folder.root / file, place)
        for file, text in written.items():
            place = target / file
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")

    def write_scenario(self, name, files, replay=(), seed=(), rows_sql="", tail=(), meant=ALL_PASSES):
        """The scenario that a sensible user would write for what comes after the place."""
        lines = [*replay, "", "[[seed]]", 'name = "old"', f"rows = {ROWS}"]
        if self.by_dump and not seed:
            lines.append(f"dump = {toml(self.dump)}")
        lines += seed or [f"through = {toml(literal(self.folder.migrations[self.place].id))}"]
        if rows_sql:
            (self.shop.root / "rows").mkdir(exist_ok=True)
            (self.shop.root / "rows" / f"{name}.sql").write_text(rows_sql)
            lines.append(f"sql = [{toml(f'rows/{name}.sql')}]")
        self.shop.write_scenario(name, f"sets/{files}", extra="\n".join([*lines, "", *tail]), passes=self._passes(meant))

    def _passes(self, meant):
        """All but those by which a script of ours is wrong in any case: it has no way down, or no guards."""
        needless = {"round-trip": WITHOUT_DOWN, "interrupt": ("numbered",)}
        return [each for each in ALL_PASSES if each in meant or self.folder.layout not in needless.get(each, ())]

    def write_dump(self):
        """A scenario whose end is dumped, with the rows that migrations brought."""
        self.write_set(f"{self.name}-until", {}, self.place + 1)
        (self.shop.root / "dumps").mkdir(exist_ok=True)
        (self.shop.root / "roles.sql").write_text(_ROLES)
        roles = f'psql -X -At "$DATABASE_URL" -f roles.sql > {self.dump}'
        command = f'{roles} && pg_dump -O -N migration_replay "$DATABASE_URL" >> {self.dump}'
        extra = f"[[expect.command]]\nrun = {toml(command)}"
        self.shop.write_scenario(f"{self.name}-dump", f"sets/{self.name}-until", extra=extra)
        return f"{self.name}-dump"


def _is_of_a_tool(name):
    last = name.split(".")[-1]
    return last in ("schema_migrations", "_sqlx_migrations", "_prisma_migrations", "goose_db_version") or (
        last.startswith("__diesel")
    )
