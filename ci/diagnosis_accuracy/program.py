"""The program under test, through its command line: scenarios in, the JSON report out."""

import json
import os
import re
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from . import folders

CHUNK = 40  # scenarios of one run


class Unusable(Exception):
    """A folder, or the program, is not as it has to be."""


@dataclass(frozen=True)
class Setup:
    """What the folder needs before its first migration, and what it leaves out at all times."""

    layout: str = ""
    image: str = ""
    sql: tuple = ()
    roles: tuple = ()
    search_path: str = ""
    exclude: tuple = ()
    variables: dict = field(default_factory=dict)


@dataclass
class Workshop:
    """A folder of our own for scenarios and copies of the migrations."""

    root: Path
    binary: Path
    setup: Setup
    flags: tuple = ()  # of every run, beyond those that it needs
    seconds: float = 0.0  # of the last run, the whole process
    answered: float = 0.0  # until the last run told its first cause; the ways out are tried after that

    def write_scenario(self, name, migrations, exclude=(), extra="", setup_sql=(), passes=("apply",)):
        """`exclude`: pairs of an identity and a reason; `extra`: what comes after the passes."""
        table = {"path": migrations} | ({"layout": self.setup.layout} if self.setup.layout else {})
        lines = [f"migrations = {toml(table)}"]
        lines += [f"image = {toml(self.setup.image)}"] if self.setup.image else []
        base = [(each, "not for this server") for each in self.setup.exclude]
        for each, reason in [*base, *exclude]:
            lines += ["", "[[exclude]]", f"migration = {toml(literal(each))}", f"reason = {toml(reason)}"]
        lines += ["", "[setup]"]
        values = {
            "roles": list(self.setup.roles),
            "sql": [f"setup/{Path(each).name}" for each in self.setup.sql] + list(setup_sql),
            "search_path": self.setup.search_path,
            "variables": self.setup.variables,
        }
        lines += [f"{key} = {toml(value)}" for key, value in values.items() if value]
        lines += ["", "[replay]", f"passes = {toml(list(passes))}", extra]
        (self.root / f"{name}.toml").write_text("\n".join(lines) + "\n")

    def run(self, names, jobs=None):
        """Scenario name to its case of the report. A scenario that cannot be read has none."""
        found = {}
        for begin in range(0, len(names), CHUNK):
            found |= self._run_chunk(names[begin : begin + CHUNK], jobs)
        return found

    def _run_chunk(self, names, jobs):
        cases = self._run_once(names, jobs)
        if cases or len(names) == 1:
            return cases
        half = len(names) // 2  # one that cannot be read stops them all
        return self._run_chunk(names[:half], jobs) | self._run_chunk(names[half:], jobs)

    def _run_once(self, names, jobs):
        report = self.root / "report.json"
        report.unlink(missing_ok=True)
        command = [str(self.binary), "run", "--backend", "local", "--no-progress", *self.flags, "--json", str(report)]
        command += ["--jobs", str(jobs)] if jobs else []
        output = self._run_command([*command, *(f"{name}.toml" for name in names)])
        (self.root / "last.log").write_text(output)
        if not report.is_file():
            raise Unusable(f"{self.binary} wrote no report:\n{output[-2000:]}")
        cases = json.loads(report.read_text())["cases"]
        return {Path(case["scenario"]).stem: case for case in cases}

    def _run_command(self, command):
        began, lines = time.monotonic(), []
        self.answered = 0.0
        with subprocess.Popen(
            command,
            cwd=self.root,
            env={**os.environ, "NO_COLOR": "1", "MIGRATION_EXCLUDE": ""},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            patience = threading.Timer(3600, process.kill)
            patience.start()
            for line in process.stdout:
                lines.append(line)
                if line.startswith("fails: ") and not self.answered:
                    self.answered = time.monotonic() - began
            process.wait()
            patience.cancel()
        self.seconds = time.monotonic() - began
        return "".join(lines)

    def log(self):
        return (self.root / "last.log").read_text()


def literal(name):
    """A name that a scenario takes for a glob: each special character stands for any one character."""
    return re.sub(r"[\[\]{}*?]", "?", name)


def toml(value):
    """JSON's strings, numbers and lists of them are TOML's as well."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {toml(each)}" for key, each in value.items()) + " }"
    return json.dumps(value)


def workshop(root, binary, setup):
    (root / "setup").mkdir(parents=True)
    for file in setup.sql:
        shutil.copy(file, root / "setup" / Path(file).name)
    return Workshop(root, binary, setup)


def copy_of(source, shop):
    """Copies the folder as `base`, with room between its versions, and reads it by a first run."""
    base = shop.root / "base"
    shutil.copytree(source, base, ignore=shutil.ignore_patterns("*.go", "*.rs", "*.ts"))
    shop.write_scenario("clean", "base")
    case = _clean_case(shop)
    layout = case["layout"]
    shop.setup = Setup(**{**shop.setup.__dict__, "layout": layout})
    names = [Path(each).name for each, _ in _steps(case)]
    if layout == "refinery" or (layout not in folders.IN_FOLDERS and folders.needs_room(names)):
        for path in sorted(base.rglob("*.sql")):
            path.rename(path.with_name(folders.with_room(path.name)))
        excluded = tuple(folders.with_room(each) for each in shop.setup.exclude)
        shop.setup = Setup(**{**shop.setup.__dict__, "exclude": excluded})
        shop.write_scenario("clean", "base")
        case = _clean_case(shop)
    migrations = []
    for file, identity in _steps(case):
        inside = file.removeprefix("base/")
        migrations.append(folders.Migration(identity, inside, (base / inside).read_text(encoding="utf-8-sig")))
    return folders.Folder(base, layout, migrations), case


def _clean_case(shop):
    case = shop.run(["clean"]).get("clean")
    if case is None or case["verdict"] != "passed":
        raise Unusable(f"the folder does not apply cleanly as it is:\n{shop.log()[-3000:]}")
    return case


def _steps(case):
    return [(step["file"], step["migration"]) for step in case["steps"] if step["pass"] == "apply" and step["file"]]


def file_of(case, identity, prefix, folder):
    """The file of a migration that a report names, below the folder of migrations."""
    for step in case["steps"]:
        if step["migration"] == identity and step["file"]:
            return step["file"].removeprefix(prefix + "/")
    known = [each.file for each in folder.migrations if each.id == identity]
    return known[0] if known else identity
