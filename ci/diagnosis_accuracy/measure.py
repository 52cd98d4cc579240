"""One folder, measured: injections by a seeded plan, runs, answers, judgements."""

import os
import random
import shutil
import time
from collections import Counter
from dataclasses import dataclass, field

from . import adding, doubling, editing, moving, program, scoring, truth
from .faults import fault_of
from .harmless import choose, harmless_sets
from .injections import SETUP, Context
from .snapshots import history_of

# How many of a hundred are of a kind. Only `exclude` is an exclusion.
PLAN = {
    "exclude": (22, moving.exclude),
    "move": (14, moving.move),
    "duplicate": (10, moving.duplicate),
    "delete-file": (10, moving.delete_file),
    "delete-statement": (12, editing.delete_statement),
    "delete-column": (8, editing.delete_column),
    "remove-guard": (5, editing.remove_guard),
    "double-table": (4, doubling.double_table),
    "rebuild-without": (4, doubling.rebuild_without),
    "rows": (3, adding.rows),
    "image": (2, adding.image),
    "dependents": (2, adding.dependents),
    "transaction": (1, adding.transaction),
    "syntax": (1, editing.syntax),
    "enum": (1, adding.enum),
    "role": (1, adding.role),
}
ROUNDS = 8


@dataclass
class Report:
    """What came out for one folder."""

    folder: str
    layout: str
    results: list = field(default_factory=list)
    passed_over: Counter = field(default_factory=Counter)
    unexplained: list = field(default_factory=list)  # failures without an answer by construction
    harmless: int = 0
    times: list = field(default_factory=list)  # seconds: until the answer, of that run, of a clean one


@dataclass
class Measure:
    context: Context
    shop: program.Workshop
    sets: list
    report: Report
    number: int = 0
    seen: set = field(default_factory=set)

    def fill(self, quota):
        """Draws and runs until every kind has its share, or its generators have no more."""
        sources = {kind: PLAN[kind][1](self.context) for kind in quota}
        missing = dict(quota)
        for _ in range(ROUNDS):
            drawn = [each for kind, count in missing.items() for each in self.draw(sources[kind], count)]
            if not drawn:
                break
            for result in self.judged(drawn):
                if missing[result.injection.kind] > 0:
                    missing[result.injection.kind] -= 1
                    self.report.results.append(result)
        return sum(missing.values())

    def draw(self, source, count):
        found = []
        for injection in source:
            if injection.key not in self.seen:
                self.seen.add(injection.key)
                found.append(injection)
            if len(found) >= count:
                break
        return found

    def judged(self, injections):
        names = {}
        for injection in injections:
            name = f"s{self.number:04}-{injection.kind}"
            self.number += 1
            names[name] = (injection, self.write(name, injection))
        cases = self.shop.run(list(names))
        for name, (injection, beside) in names.items():
            result = self.judge(name, injection, beside, cases.get(name))
            if result is not None:
                yield result

    def write(self, name, injection):
        """The injected copy and its scenario; what is excluded beside is given back."""
        base, files = self.context.folder.root, "base"
        if injection.removed or injection.written:
            files = f"sets/{name}"
            for file in self.context.folder.files():
                if file not in injection.removed and file not in injection.written:
                    target = self.shop.root / files / file
                    target.parent.mkdir(parents=True, exist_ok=True)
                    os.link(base / file, target)
            for file, text in injection.written.items():
                target = self.shop.root / files / file
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, encoding="utf-8")
        beside = choose(self.sets, injection, self.context.rng)
        ids = {each.file: each.id for each in self.context.migrations}
        excluded = sorted([*injection.excluded, *beside])
        self.shop.write_scenario(name, files, [(ids[each], "not of this release") for each in excluded])
        return beside

    def judge(self, name, injection, beside, case):
        if case is None:
            return self.pass_over(injection, "cannot be read")
        failures = [each for each in case["failures"] if each["pass"] == "apply"]
        if not failures:
            return self.pass_over(injection, "silent" if case["verdict"] == "passed" else case["verdict"])
        failure = failures[0]
        prefix = "base" if not (injection.removed or injection.written) else f"sets/{name}"
        folder = self.context.folder
        at = program.file_of(case, failure["migration"], prefix, folder)
        try:
            found = truth.answers(self.context, injection, fault_of(failure), at, beside)
        except truth.Untold as reason:
            return self.pass_over(
                injection, "no answer", f"{reason}; {at}: {failure['sqlstate']} {failure['message']}", name
            )
        # A culprit that is no migration is a script of the setup.
        named = [each["migration"] for each in failure.get("culprits") or []]
        culprits = [program.file_of(case, each, prefix, folder) if each else SETUP for each in named]
        result = scoring.judge(injection, failure, found, culprits)
        result.scenario, result.beside = str(self.shop.root / f"{name}.toml"), tuple(beside)
        result.place = self.context.timeline(injection.order).files.index(at)
        return result

    def pass_over(self, injection, why, detail="", name=""):
        self.report.passed_over[injection.kind, why] += 1
        if detail:
            self.report.unexplained.append(f"{name}: {injection.what}: {detail}")

    def time(self, count):
        """Failing runs alone, those nearest the end of the folder, each beside the clean one alone."""
        some = sorted(self.report.results, key=lambda each: -each.place)[:count]
        for result in some:
            self.shop.run([os.path.basename(result.scenario).removesuffix(".toml")], jobs=1)
            answered, failing = self.shop.answered, self.shop.seconds
            self.shop.run(["clean"], jobs=1)
            self.report.times.append((answered or failing, failing, self.shop.seconds))


def quotas(count, only):
    """How many of each kind, so that they add up to `count`; each kind has one at least where there is room."""
    kinds = [only] if only else list(PLAN)
    whole = sum(PLAN[kind][0] for kind in kinds)
    exact = {kind: count * PLAN[kind][0] / whole for kind in kinds}
    quota = {kind: int(value) for kind, value in exact.items()}
    for kind in sorted(kinds, key=lambda each: exact[each] - quota[each], reverse=True)[: count - sum(quota.values())]:
        quota[kind] += 1
    return {kind: value for kind, value in quota.items() if value}


def measure(source, setup, options, root, say):
    """The report of one folder; everything lies below `root`."""
    shop = program.workshop(root, options.binary, setup)
    folder, _ = program.copy_of(source, shop)
    say(f"{source}: {len(folder.migrations)} migrations, {folder.layout}; looking at the catalog")
    rng = random.Random(f"{options.seed} {os.path.basename(os.path.dirname(source))}")
    context = Context(folder, history_of(folder, shop), rng)
    sets = harmless_sets(context, shop)
    report = Report(str(source), folder.layout, harmless=len(frozenset().union(*sets)) if sets else 0)
    work = Measure(context, shop, sets, report)
    say(f"{source}: {report.harmless} harmless files in {len(sets)} sets; injecting")
    began = time.monotonic()
    lacking = work.fill(quotas(options.count, options.only))
    if lacking and not options.only:
        # Kinds that this folder has no place for are made up for by those that any folder has.
        work.fill(quotas(lacking, None) if lacking < 4 else _common(lacking))
    say(f"{source}: {len(report.results)} injections judged in {time.monotonic() - began:.0f} s")
    work.time(options.time)
    return report


def _common(count):
    kinds = ["exclude", "move", "duplicate", "delete-file", "delete-statement", "delete-column"]
    return {kind: count // len(kinds) + (place < count % len(kinds)) for place, kind in enumerate(kinds)}


def clear(root):
    shutil.rmtree(root, ignore_errors=True)
