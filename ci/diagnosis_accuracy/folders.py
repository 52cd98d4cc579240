"""A folder of migrations as files: their order, their names, and how to give one another place by the layout's rule."""

import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

# Layouts whose migrations are folders with a file of this name.
IN_FOLDERS = {"diesel": "up.sql", "prisma": "migration.sql"}
# Where the part begins that goes up, and where it ends; `{}` is replaced by the statements of a new file.
SECTIONS = {
    "goose": (r"^--\s*\+goose\s+up\b.*$", r"^--\s*\+goose\s+down\b", "-- +goose Up\n{}\n-- +goose Down\nSELECT 1;\n"),
    "sql-migrate": (
        r"^--\s*\+migrate\s+up\b.*$",
        r"^--\s*\+migrate\s+down\b",
        "-- +migrate Up\n{}\n-- +migrate Down\n",
    ),
    "dbmate": (r"^--\s*migrate:up\b.*$", r"^--\s*migrate:down\b", "-- migrate:up\n{}\n-- migrate:down\n"),
    "node-pg-migrate": (
        r"^--\s*up migration\b.*$",
        r"^--\s*down migration\b",
        "-- Up Migration\n{}\n-- Down Migration\n",
    ),
}
REFINERY = re.compile(r"[VU](\d+)(?=__)")
FLYWAY = re.compile(r"V\d+(?:[._]\d+)*(?=__)")
VERSION = re.compile(r"(?P<digits>\d{4}-\d\d-\d\d(?:-\d+)*|\d+)(?P<letters>[a-z]*)(?=[_\-. ])")


@dataclass(frozen=True)
class Migration:
    """A migration of the base: its identity in reports, its file below the folder, and its text."""

    id: str
    file: str
    text: str

    def up(self, layout):
        """Where in the text the part is that goes up."""
        return up_part(layout, self.text)


def up_part(layout, text):
    if layout not in SECTIONS:
        return 0, len(text)
    begin = re.search(SECTIONS[layout][0], text, re.IGNORECASE | re.MULTILINE)
    if begin is None:
        return 0, len(text)
    end = re.compile(SECTIONS[layout][1], re.IGNORECASE | re.MULTILINE).search(text, begin.end())
    return begin.end(), end.start() if end else len(text)


def down_part(layout, text):
    """Where the part is that goes down, of a file with both directions; None where it has none."""
    if layout not in SECTIONS:
        return None
    begin = re.search(SECTIONS[layout][1] + r".*$", text, re.IGNORECASE | re.MULTILINE)
    if begin is None:
        return None
    end = re.compile(SECTIONS[layout][0], re.IGNORECASE | re.MULTILINE).search(text, begin.end())
    return begin.end(), end.start() if end else len(text)


@dataclass
class Folder:
    """The copy that injections start from."""

    root: Path
    layout: str
    migrations: list = field(default_factory=list)

    def position(self, file):
        return next((place for place, each in enumerate(self.migrations) if each.file == file), None)

    def files(self):
        return [path.relative_to(self.root).as_posix() for path in sorted(self.root.rglob("*")) if path.is_file()]

    def companions(self, file):
        """The files that go where this one goes: itself, its down file, everything in its folder."""
        path = PurePosixPath(file)
        if self.layout in IN_FOLDERS:
            inside = self.root / path.parent
            return [each.relative_to(self.root).as_posix() for each in sorted(inside.rglob("*")) if each.is_file()]
        stem = path.name.removesuffix(".sql").removesuffix(".up")
        down = (path.parent / f"{stem}.down.sql").as_posix()
        return [file] + ([down] if (self.root / down).is_file() else [])

    def under_version(self, file, version):
        """Old and new names of the files of a migration, once it has another version."""
        if self.layout in IN_FOLDERS:
            old = PurePosixPath(file).parent.name
            new = with_version(old, version)
            return {each: f"{new}/{each.removeprefix(old + '/')}" for each in self.companions(file)}
        folder = PurePosixPath(version).parent if "/" in version else PurePosixPath(file).parent
        digits = PurePosixPath(version).name
        return {
            each: (folder / with_version(PurePosixPath(each).name, digits)).as_posix() for each in self.companions(file)
        }

    def version_after(self, place):
        """A version between those of two neighbours, or after the last; None where there is no room."""
        this = self._named(place)
        if self.layout == "flyway":
            return self._flyway_version_after(place)
        if self.layout == "refinery":
            found = REFINERY.match(this)
            return self._in_folder(place, f"V{int(found.group(1)) + 1}") if found else None
        if place + 1 == len(self.migrations):
            return self._in_folder(place, f"{int(_digits(this)) + 1:0{len(_digits(this))}}")
        following = self._named(place + 1)
        same_folder = _folder(self.migrations[place].file) == _folder(self.migrations[place + 1].file)
        if self.layout == "diesel":
            return this.split("_")[0] + "5"
        one, other = int(_digits(this)), int(_digits(following))
        if other - one >= 2 or not same_folder:
            return self._in_folder(place, f"{one + 1:0{len(_digits(this))}}")
        if self.layout == "numbered" and _version(this) != _version(following):
            return self._in_folder(place, _version(this) + "m") if other > one else None
        return _digits(this) + "5" if self.layout == "prisma" and other > one else None

    def _flyway_version_after(self, place):
        """More numbers behind those of the version: there is always room. Repeatable files come after all versions."""
        names = [(each, FLYWAY.match(PurePosixPath(each.file).name)) for each in self.migrations[: place + 1]]
        file, found = next(((each, name) for each, name in reversed(names) if name is not None), (None, None))
        if found is None:
            return None
        folder = _folder(file.file)
        version = f"{found.group()}_0_5"
        return version if folder == "." else f"{folder}/{version}"

    def _named(self, place):
        path = PurePosixPath(self.migrations[place].file)
        return path.parent.name if self.layout in IN_FOLDERS else path.name

    def _in_folder(self, place, version):
        folder = _folder(self.migrations[place].file)
        return version if self.layout in IN_FOLDERS or folder == "." else f"{folder}/{version}"

    def new_files(self, place, name, sql):
        """A new migration right after the one at `place` (-1: before all), as files; None where there is no room."""
        version = self.version_after(place) if place >= 0 else self._version_before_all()
        if version is None:
            return None
        text = SECTIONS[self.layout][2].format(sql) if self.layout in SECTIONS else sql + "\n"
        if self.layout in IN_FOLDERS:
            return {f"{version}_{name}/{IN_FOLDERS[self.layout]}": text}
        neighbour = self.migrations[max(place, 0)].file
        if neighbour.endswith(".up.sql"):
            return {f"{version}_{name}.up.sql": text, f"{version}_{name}.down.sql": "SELECT 1;\n"}
        return {f"{version}_{name}.sql": text}

    def _version_before_all(self):
        """Only where the first version leaves room below it."""
        digits = _digits(self._named(0))
        below = int(digits) - 1
        if below < 0 or not digits.isdigit() or self.layout in IN_FOLDERS:
            return None
        return self._in_folder(0, f"{below:0{len(digits)}}")


def with_version(name, version):
    """A file's name with another version in front."""
    found = VERSION.match(name)
    return version + name[found.end() :] if found else f"{version}_{name}"


def _version(name):
    found = VERSION.match(name)
    return found.group("digits") + found.group("letters") if found else ""


def _digits(name):
    found = VERSION.match(name)
    return found.group("digits").replace("-", "") if found else "0"


def _folder(file):
    return PurePosixPath(file).parent.as_posix()


def needs_room(names):
    """Whether versions follow each other so closely that nothing can be put between them."""
    numbers = sorted({int(_digits(name)) for name in names})
    close = sum(1 for one, other in zip(numbers, numbers[1:]) if other - one == 1)
    return close * 5 > len(numbers)


def with_room(name):
    """The same name with ten times its version."""
    whole = REFINERY.match(name)
    if whole:
        return f"{whole.group()}0{name[whole.end():]}"
    found = VERSION.match(name)
    digits = found.group("digits") if found else ""
    return with_version(name, digits + "0" + found.group("letters")) if digits.isdigit() else name
