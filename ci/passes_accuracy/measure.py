"""One folder, measured: places, bugs by a seeded plan, runs, verdicts."""

import os
import random
import time
from dataclasses import dataclass, field

from diagnosis_accuracy import program
from diagnosis_accuracy.program import Unusable, literal, toml
from diagnosis_accuracy.snapshots import history_of

from . import judging, merged, over_rows, real, run_again, scripts, ways_down
from .judging import VOID, Judged
from .pairs import Pair
from .subjects import Subject

# How many of a hundred are of a kind.
PLAN = {
    "guard": (15, run_again.guard),
    "backfill": (15, over_rows.backfill),
    "conflict": (12, run_again.conflict),
    "constraint": (18, over_rows.constraint),
    "dropped": (8, over_rows.dropped),
    "down": (15, ways_down.down),
    "half-built": (9, run_again.half_built),
    "merged": (8, merged.merged),
}


@dataclass
class Measure:
    """The work on one folder."""

    name: str
    folder: object
    shop: object
    rng: random.Random
    known: set  # keys of scenarios that the program knows already
    say: object
    results: list = field(default_factory=list)
    lacking: list = field(default_factory=list)  # texts: what could not be measured
    number: int = 0

    def at(self, subject, quota):
        """Injects after one place."""
        pairs = [pair for kind, count in quota.items() for pair in self.draw(subject, kind, count)]
        self.run(subject, pairs)

    def draw(self, subject, kind, count):
        """Pairs of a kind, evenly over its variants, and over tables as they come; edits of real files first."""
        by_variant = {}
        for pair in [*real.edits(subject, kind), *_some(PLAN[kind][1](subject), 600)]:
            by_variant.setdefault(pair.variant, []).append(pair)
        found, variants = [], sorted(by_variant)
        self.rng.shuffle(variants)
        while len(found) < count and any(by_variant.values()):
            for variant in variants:
                if by_variant[variant] and len(found) < count:
                    place = 0 if self.rng.random() < 0.5 else self.rng.randrange(len(by_variant[variant]))
                    pair = by_variant[variant].pop(place)
                    if pair.needs and pair.needs not in self.known:
                        self.lacking.append(f"{self.name}: {pair.kind}, {pair.variant}: the program knows no {pair.needs} yet")
                        by_variant[variant] = []
                        continue
                    found.append(pair)
        return found

    def run(self, subject, pairs):
        written = [(pair, *self.write(subject, pair)) for pair in pairs]
        written = [each for each in written if each[1] is not None]
        for replay in sorted({pair.replay for pair, *_ in written} - set(subject.original)):
            self.run_original(subject, replay)
        names = [name for _, bad, good, _ in written for name in (bad, good) if name]
        cases = self.shop.run(names) if names else {}
        for pair, bad, good, target in written:
            self.results.append(self.judge(subject, pair, (bad, cases.get(bad)), (good, cases.get(good)), target))

    def run_original(self, subject, replay):
        """The folder as it is, with the same scenario."""
        name = f"{subject.name}-original{len(subject.original)}"
        subject.write_set(name, {})
        subject.write_scenario(name, name, replay)
        subject.original[replay] = self.shop.run([name]).get(name)

    def as_it_is(self, subject):
        """The case of the folder as it is, where it can be told from one with a bug."""
        self.run_original(subject, ())
        case = subject.original[()]
        if case is not None and not any(each["pass"] in ("seed", "apply", "setup") for each in case["failures"]):
            return case
        file, until = (self.folder.migrations[each].file for each in (subject.place, subject.end - 1))
        self.lacking.append(f"{self.name} from {file} to {until}: the folder as it is fails:\n{self.shop.log()[-1500:]}")
        return None

    def write(self, subject, pair: Pair):
        """The names of both scenarios, and the file with the bug."""
        name = f"s{self.number:04}-{pair.kind}"
        self.number += 1
        if pair.edits:
            subject.write_set(name, pair.edits)
            subject.write_scenario(name, name, pair.replay, meant=pair.passes)
            return name, None, subject.folder.migrations[subject.place + 1].file
        target = None
        for what, some, tail in (("", pair.bad, ()), ("-good", pair.good, pair.declared)):
            placed = scripts.place_scripts(subject.folder, subject.place, some)
            if placed is None:
                return None, None, None
            files, mains = placed
            target = target or mains[pair.at]
            named = [toml(literal(_name_of(each))) for each in mains]
            seed = [line.format(*named) for line in pair.seed]
            subject.write_set(name + what, files)
            subject.write_scenario(name + what, name + what, pair.replay, seed, pair.rows_sql, tail, pair.passes)
        return name, f"{name}-good", target

    def judge(self, subject, pair, bad, good, target):
        (bad_name, bad_case), (good_name, good_case) = bad, good
        folder, original = subject.folder, subject.original[pair.replay]
        judged = Judged(self.name, pair, VOID, scenario=self.path(bad_name), control=self.path(good_name))
        before = f"sets/{subject.name}-original{list(subject.original).index(pair.replay)}"
        if bad_case is None or bad_case["verdict"] not in ("passed", "failed"):
            judged.why = f"cannot be judged: {bad_case['verdict'] if bad_case else 'not read'}"
            return judged
        failures = judging.beyond(bad_case, original, (f"sets/{bad_name}", before), folder)
        notes = judging.beyond(bad_case, original, (f"sets/{bad_name}", before), folder, "hazards")
        judged.verdict, judged.why = judging.verdict(pair, failures, notes, target, folder)
        judged.findings = [judging.told(each) for each in failures + notes]
        if good_name and (good_case is None or good_case["verdict"] not in ("passed", "failed")):
            judged.verdict, judged.why = VOID, "the counterpart cannot be judged"
        elif good_name:
            alarms = judging.beyond(good_case, original, (f"sets/{good_name}", before), folder)
            judged.alarms = [judging.told(each) for each in alarms if not self.is_first_without_down(each)]
        return judged

    def is_first_without_down(self, finding):
        """A folder of which nothing pending has a way down is not judged; beside ours its files are, and rightly so."""
        is_its_own = self.folder.position(finding["of"]) is not None
        return finding["pass"] == "round-trip" and finding["sqlstate"] is None and finding["cause"] is None and is_its_own

    def path(self, name):
        return str(self.shop.root / f"{name}.toml") if name else ""


def _name_of(main):
    """The name that a scenario has for a script of ours."""
    folder, _, name = main.rpartition("/")
    return folder if name in ("up.sql", "migration.sql") else name


def _some(source, most):
    return [each for _, each in zip(range(most), source)]


def places(folder, rng, options):
    """Place to end: what is applied already, and how many migrations the folder has then. The last is among them.

    Half of them lie before files that can be edited."""
    whole = len(folder.migrations)
    # Repeatable files come after all versions: what is new has its place before them.
    last = max(place for place in range(whole) if not _is_repeatable(folder, place))
    found = {last: whole}
    editable = real.places(folder, PLAN if options.only is None else [options.only])
    for kind in sorted(editable):
        some = [each for each in editable[kind] if each < last]
        for place in rng.sample(some, min(len(some), max(1, options.places // 8))):
            found[place] = place + 2
    while len(found) < min(options.places, last):
        place = rng.randrange(last // 3, last)
        found.setdefault(place, min(place + 1 + rng.choice((0, 0, 1, 3)), last + 1))
    return found


def _is_repeatable(folder, place):
    return folder.layout == "flyway" and folder.migrations[place].file.rsplit("/", 1)[-1].startswith("R__")


def known_keys(shop):
    """Keys that only later versions of the program know, by what it says of a scenario with them."""
    tries = {"orders": "orders = 2", "expect.change": '[[expect.change]]\ntable = "a"\ncolumns = ["b"]\nreason = "c"'}
    found = set()
    for key, extra in tries.items():
        name = f"knows-{key.replace('.', '-')}"
        shop.write_scenario(name, "base", extra=extra)
        if shop.run([name]).get(name) is not None:
            found.add(key)
    return found


def start(source, setup, options, root, say):
    """The copy of the folder, its history, and the workshop."""
    shop = program.workshop(root, options.binary, setup)
    shop.flags = ("--allow-commands",)
    folder, _ = program.copy_of(source, shop)
    if folder.layout not in scripts.KNOWN:
        raise Unusable(f"{source}: nothing can be written in the layout {folder.layout}")
    say(f"{source}: {len(folder.migrations)} migrations, {folder.layout}; looking at the catalog")
    return shop, folder, history_of(folder, shop)


def measure(source, setup, options, root, say):
    """The verdicts of one folder."""
    shop, folder, history = start(source, setup, options, root, say)
    name = os.path.basename(source)
    rng = random.Random(f"{options.seed} {name}")
    work = Measure(name, folder, shop, rng, known_keys(shop), say)
    subjects = [
        Subject(folder, history, shop, place, end, options.by == "dump")
        for place, end in places(folder, rng, options).items()
    ]
    if options.by == "dump":
        shop.run([each.write_dump() for each in subjects])
    for number, subject in enumerate(subjects):
        began = time.monotonic()
        case = work.as_it_is(subject)
        if case is None and subject.end > subject.place + 1:
            # Its own next files fail over generated rows: without them, what is new comes right behind.
            subject = Subject(folder, history, shop, subject.place, subject.place + 1, subject.by_dump)
            case = work.as_it_is(subject)
        if case is None:
            continue
        unfilled = [each["table"] for each in (case.get("rows") or {}).get("unfilled", [])]
        subject.choose_tables(rng, unfilled)
        work.at(subject, _share(options.count, options.only, number, len(subjects)))
        say(f"{name} after {folder.migrations[subject.place].file}: {len(work.results)} in {time.monotonic() - began:.0f} s")
    return work


def _share(count, only, number, parts):
    """How many of each kind at one of the places."""
    kinds = {kind: each[0] for kind, each in PLAN.items() if only in (None, kind)}
    whole = sum(kinds.values())
    upto = {kind: (count * weight * (number + 1)) // (whole * parts) for kind, weight in kinds.items()}
    before = {kind: (count * weight * number) // (whole * parts) for kind, weight in kinds.items()}
    return {kind: upto[kind] - before[kind] for kind in kinds}
