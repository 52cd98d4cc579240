"""A migration of our own as the files of a layout: its way up, its way down, and whether a transaction wraps it."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from diagnosis_accuracy import folders

# Where the tool itself wraps nothing, or sends a file as one query: two statements cannot be told apart there.
ONE_QUERY = ("diesel", "golang-migrate", "sqlx", "prisma", "refinery", "dbmate", "node-pg-migrate")
# Where no file can do without a transaction.
ALWAYS_WRAPPED = ("refinery", "node-pg-migrate")
# Layouts of which a migration can be written here, and those of them that have ways down.
KNOWN = ("diesel", "golang-migrate", "sqlx", "goose", "dbmate", "sql-migrate", "flyway", "numbered", "prisma", *ALWAYS_WRAPPED)
WITHOUT_DOWN = ("numbered", "prisma", "flyway", "refinery")
# The marks of files with both directions, and the same where no transaction may be around either.
MARKS = {
    "goose": ("-- +goose Up", "-- +goose Down"),
    "dbmate": ("-- migrate:up", "-- migrate:down"),
    "sql-migrate": ("-- +migrate Up", "-- +migrate Down"),
    "node-pg-migrate": ("-- Up Migration", "-- Down Migration"),
}
BARE = {
    "goose": ("-- +goose NO TRANSACTION\n-- +goose Up", "-- +goose Down"),
    "dbmate": ("-- migrate:up transaction:false", "-- migrate:down transaction:false"),
    "sql-migrate": ("-- +migrate Up notransaction", "-- +migrate Down notransaction"),
}


@dataclass(frozen=True)
class Script:
    """A migration of our own. `transaction`: whether one may be around it."""

    name: str
    up: str
    down: str = ""
    transaction: bool = True


def has_downs(folder):
    """Whether migrations of this folder have a way down."""
    if folder.layout in WITHOUT_DOWN:
        return False
    if folder.layout in ("golang-migrate", "sqlx"):
        return any(each.file.endswith(".up.sql") for each in folder.migrations)
    return folder.layout in KNOWN


def place_scripts(folder, place, scripts):
    """The files of scripts that follow the migration at `place` one after the other, and the main file of each."""
    written, mains = {}, []
    until = folders.Folder(folder.root, folder.layout, folder.migrations[: place + 1])
    for script in scripts:
        version = until.version_after(len(until.migrations) - 1)
        if version is None or is_taken(folder, version):
            return None
        files = files_of(folder, place, version, script)
        written |= files
        main = next(iter(files))
        mains.append(main)
        until.migrations = [*until.migrations, folders.Migration(main, main, script.up)]
    return written, mains


def is_taken(folder, version):
    """Whether a migration of the folder has that version: tools refuse two of one, or run the first."""
    names = [part for each in folder.migrations for part in PurePosixPath(each.file).parts]
    return any(re.match(rf"{re.escape(str(PurePosixPath(version).name))}(?![0-9])", name) for name in names)


def files_of(folder, place, version, script):
    """File to text; the main file is the first."""
    layout, bare = folder.layout, not script.transaction
    stem = f"{version}_{script.name}"
    if layout == "diesel":
        files = {f"{stem}/up.sql": script.up + "\n", f"{stem}/down.sql": script.down + "\n"}
        return files | ({f"{stem}/metadata.toml": "run_in_transaction = false\n"} if bare else {})
    if layout == "prisma":
        return {f"{stem}/migration.sql": script.up + "\n"}
    if layout in MARKS:
        up, down = BARE.get(layout, MARKS[layout]) if bare else MARKS[layout]
        return {f"{stem}.sql": f"{up}\n{script.up}\n{down}\n{script.down}\n"}
    if layout in ("flyway", "refinery"):
        return {f"{version}__{script.name}.sql": script.up + "\n"}
    head = "-- no-transaction\n" if layout == "sqlx" and bare else ""
    if folder.migrations[max(place, 0)].file.endswith(".up.sql"):
        return {f"{stem}.up.sql": f"{head}{script.up}\n", f"{stem}.down.sql": f"{head}{script.down}\n"}
    return {f"{stem}.sql": f"{head}{script.up}\n"}


def same_migration(folder, one, other):
    """Whether two files belong to one migration: its way up, its way down."""
    if folder.layout in folders.IN_FOLDERS:
        return PurePosixPath(one).parent == PurePosixPath(other).parent
    return _stem(one) == _stem(other)


def _stem(file):
    return file.removesuffix(".sql").removesuffix(".up").removesuffix(".down")
