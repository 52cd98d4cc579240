"""What the history of the clean folder says of a failure: who made what is meant, and who took it away.

`Case` is one failure of one injection; the functions below give answers, or parts of them.
"""

from dataclasses import dataclass, field

from . import sqltext
from .catalog import Timeline

MEMBERS_OF_TABLES = ("column", "constraint", "index", "trigger", "policy", "sequence")


@dataclass(frozen=True)
class Answer:
    """One right answer. `required` must be among the culprits; `tolerated` may be."""

    cause: str
    required: frozenset
    objects: tuple  # texts, any of which will do; empty: any object
    tolerated: frozenset = field(default_factory=frozenset)
    why: str = ""


class Untold(Exception):
    """The history does not explain the failure by the injection."""


@dataclass
class Case:
    """One failure of one injection, ready to be explained."""

    context: object
    injection: object
    fault: object
    at: str  # the file that failed
    timeline: Timeline  # of the injected folder
    place: int  # of the failing file in the timeline

    def __post_init__(self):
        clean = {file: place for place, (file, _) in enumerate(self.context.sequence)}
        source = dict(self.injection.order).get(self.at) or self.at
        self.clean_place = clean.get(source, len(clean) - 1)

    @property
    def target(self):
        return self.injection.target

    @property
    def source(self):
        """The base's name of the target."""
        return dict(self.injection.order).get(self.target) or self.injection.notes.get("of", self.target)

    @property
    def did(self):
        """What the target has done in the clean folder."""
        return self.context.history.events[self.context.folder.position(self.source)]

    def missing(self, made_by=None):
        """The objects that the message may mean, of those that the clean folder has had when it came to this file."""
        known = self.context.known.values()
        found = self.fault.fits_best([each for each in known if self.file_of_maker(each) is not None])
        if made_by is None:
            return found
        return [each for each in found if self.file_of_maker(each) == made_by]

    def file_of_maker(self, each):
        """Who had made it when the clean folder came to the failing file; that file only where nobody had before."""
        clean = self.context.clean
        place = clean.maker(each.identity, self.clean_place - 1)
        if place < 0 or clean.remover(each.identity, self.clean_place - 1) >= 0:
            place = clean.maker(each.identity, self.clean_place)
        return clean.files[place] if place >= 0 else None

    def made_by(self, file):
        """What a migration of the clean folder made."""
        place = self.context.folder.position(file)
        return list(self.context.history.events[place].made.values()) if place is not None else []


def files_that_have_to_do_with(case):
    """With what the message names."""
    found = own_of(case, case.fault.fits_best(case.context.known.values()))
    return set().union(*(_files_of(case, each) for each in found))


def own_of(case, found):
    """Of things of one name those that the target has to do with, if any."""
    return [each for each in found if case.source in _files_of(case, each)] or found


def _files_of(case, each):
    clean = case.context.clean
    return {clean.files[place] for place in clean.touching(each.identity)}


def by_history(case, found):
    """It was there, and a migration before the failing one took it away."""
    told = []
    for each in found:
        place = case.timeline.remover(each.identity, case.place - 1)
        if place > 0:
            told += removed_by(case, [each], place)
    return told


def removed_by(case, found, place):
    culprit = frozenset({case.timeline.files[place]})
    told = []
    for each in found:
        new = case.timeline.renamed.get((each.identity, place))
        rebuilt = any(
            place in case.timeline.made.get(whole, ()) and place in case.timeline.gone.get(whole, ())
            for whole in (("table", each.of), ("type", each.of))
        )
        if new is not None:
            told.append(Answer("renamed-earlier", culprit, (str(each), " ".join(new)), why="it has another name now"))
        if rebuilt:
            told.append(Answer("recreated-without", culprit, (str(each),), why="it is not in what was made again"))
        if new is None and (not rebuilt or each.kind != "column"):
            told.append(Answer("dropped-earlier", culprit, texts([each], parents=True), why="it was removed"))
    return told


def already(case):
    """Who made what is there, or replaced it since; the others of these may be told beside."""
    if case.fault.sort != "duplicate" or case.fault.klass == "primary key":
        return []
    told = []
    for each in own_of(case, case.fault.fits_best(case.context.known.values())):
        place = case.timeline.maker(each.identity, case.place)
        not_yet = case.injection.kind == "move" or place in case.timeline.gone.get(each.identity, ())
        if place == case.place and not_yet:
            place = case.timeline.maker(each.identity, place - 1)
        if place < 0:
            continue
        files = case.timeline.files
        replacing = [files[one] for one in case.timeline.changed.get(each.identity, ()) if place < one < case.place]
        before = [files[one] for one in case.timeline.made[each.identity] if one < case.place]
        # The moved one would have made it first, had it not been moved.
        moved = [case.target] if case.injection.kind == "move" else []
        tolerated = frozenset([*before, *replacing, *moved])
        required = frozenset({files[place]}) if place > 0 else frozenset()
        told.append(Answer("already-exists", required, texts([each]), tolerated, "it made what is there"))
        for other in replacing:
            told.append(Answer("already-exists", frozenset({other}), texts([each]), tolerated, "it replaced it"))
    return told


def made_later(case, objects):
    """Where a later file also makes it (IF NOT EXISTS, OR REPLACE), the folder as it is says that it comes too late."""
    return [
        Answer("ordered-later", frozenset({file}), objects, why="it also makes it")
        for file in sorted(later_makers(case))
    ]


def later_makers(case):
    """Later files with a statement that makes something of that name: of a column, for the same table."""
    fault, found = case.fault, set()
    of = case.injection.notes.get("table") or fault.of or _table_of_column(case)
    if not fault.last or (fault.klass == "column" and not of):
        return frozenset()
    for place, each in enumerate(case.context.migrations):
        later = each.file in case.timeline.files and case.timeline.files.index(each.file) > case.place
        if not later or each.file == case.target or not sqltext.speaks_of(case.context.up(place), fault.last):
            continue
        if any(_makes(statement, fault, of) for statement in case.context.statements(place)):
            found.add(each.file)
    return frozenset(found)


def _table_of_column(case):
    """The message of an index names the column alone: its table is the one that the target gave such a column."""
    made = case.made_by(case.source) if case.fault.klass == "column" else []
    tables = {each.of for each in made if each.kind == "column" and each.last == case.fault.last}
    return tables.pop() if len(tables) == 1 else ""


def _makes(statement, fault, of):
    if fault.klass == "column":
        return sqltext.table_of(statement) == sqltext.last(of) and fault.last in sqltext.all_made_by(statement)
    return sqltext.made_by(statement) == fault.last


def makers(case, found):
    places = {case.timeline.maker(each.identity, case.place) for each in found}
    return frozenset(case.timeline.files[place] for place in places if place > 0)


def named(case, found):
    """The texts of what is missing; its table too where the same migration made that.

    Renamed since, alone or with its table, it is missing under the name that it would have when the statement fails.
    """
    found = [*found, *_under_later_names(case, found)]
    tables = [each for each in case.made_by(case.source) if each.kind == "table"]
    parents = [each for each in tables if any(one.of == each.name for one in found)]
    members = case.context.history.members.get(case.fault.name)
    return (*texts(found), *texts(parents)) if not members or found else ()


def _under_later_names(case, found):
    later, open_ones = [], [each.identity for each in found]
    for identity in open_ones:
        for (old, place), new in case.context.clean.renamed.items():
            if old == identity and place <= case.clean_place and new not in open_ones:
                open_ones.append(new)
                later.append(case.context.known[new])
    return later


def texts(found, parents=False):
    told = []
    for each in found:
        told.append(str(each))
        if parents and each.of:
            told.append(f"table {each.of}")
    return tuple(dict.fromkeys(told))
