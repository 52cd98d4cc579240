"""The right answers to an injection, by construction: which causes, which culprits, which objects.

What the failing statement misses is read from the server's message and looked up in the history of the clean folder,
as the catalog tells it. Where several answers are right, all are listed, each with its reason. Where the history does
not explain the failure by the injection, there is no answer and the injection is not counted.
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

    def missing(self, made_by=None):
        """The objects that the message may mean, of those that the clean folder has had when it came to this file."""
        known = self.context.known.values()
        found = self.fault.fits_best([each for each in known if self.file_of_maker(each) is not None])
        if made_by is None:
            return found
        return [each for each in found if self.file_of_maker(each) == made_by]

    def file_of_maker(self, each):
        """Who had made it when the clean folder came to the failing file; that file itself only where nobody had before."""
        clean = self.context.clean
        place = clean.maker(each.identity, self.clean_place - 1)
        if place < 0 or clean.remover(each.identity, self.clean_place - 1) >= 0:
            place = clean.maker(each.identity, self.clean_place)
        return clean.files[place] if place >= 0 else None

    def made_by(self, file):
        """What a migration of the clean folder made."""
        place = self.context.folder.position(file)
        return list(self.context.history.events[place].made.values()) if place is not None else []


def answers(context, injection, fault, at, beside=frozenset()):
    """All right answers, or Untold. `beside`: files that are excluded and have nothing to do with it."""
    timeline = context.timeline(injection.order)
    if at not in timeline.files:
        raise Untold("what failed is not of this folder")
    case = Case(context, injection, fault, at, timeline, timeline.files.index(at))
    if beside & _files_that_have_to_do_with(case):
        raise Untold("a file that is left out beside has to do with it")
    found = _BY_KIND[injection.kind](case)
    if not found:
        raise Untold(f"{fault.sort} {fault.klass} {fault.name} is no consequence that the history tells")
    return found


def _files_that_have_to_do_with(case):
    """With what the message names; of things of one name, only with what the target has to do with, if there are any."""
    clean = case.context.clean
    touching = [{clean.files[one] for one in clean.touching(each.identity)} for each in case.fault.fits_best(case.context.known.values())]
    own = [files for files in touching if case.source in files]
    return set().union(*(own or touching))


# --- whole files


def _excluded(case):
    return _taken_away(case, "excluded-dependency")


def _moved(case):
    if case.at == case.target:
        return _fails_itself(case)
    if case.timeline.files.index(case.target) < case.place:
        return _moved_forward(case)
    return _taken_away(case, "ordered-later")


def _taken_away(case, cause):
    """The target has not run where the clean folder had run it, and its name is still known."""
    culprit, objects = {case.target}, _named(case, case.missing(case.source))
    if case.fault.sort == "missing" and objects:
        # A later migration that also makes it may be told beside.
        return [Answer(cause, frozenset(culprit), objects, _later_makers(case), "it makes what is missing")]
    if case.fault.sort == "missing":
        objects = _through(case)
    if case.fault.sort in ("duplicate", "dependents"):
        return _not_removed(case, cause)
    # What is missing are rows, a changed type, a key: there is no object by construction.
    return [Answer(cause, frozenset(culprit), objects, _later_makers(case), "the failure is a consequence")]


def _through(case):
    """Keys and members of extensions that are missing: what the target made of that sort."""
    made = case.made_by(case.source)
    if case.fault.klass == "unique":
        return _texts(each for each in made if each.kind in ("constraint", "index", "table"))
    extension = case.context.history.members.get(case.fault.name)
    if extension and any(each.kind == "extension" and each.name == extension for each in made):
        return (f"extension {extension}", f"function {case.fault.name}", f"operator class {case.fault.name}", f"type {case.fault.name}")
    return ()


def _not_removed(case, cause):
    """The target would have taken away what is now in the way. To name the target is right, and to name who made it too."""
    gone = case.context.history.events[case.context.folder.position(case.source)].gone.values()
    objects = tuple(str(each) for each in (case.fault.fits_best(gone) if case.fault.sort == "duplicate" else gone))
    makers = _makers(case, case.fault.fits_best(gone))
    second = "already-exists" if case.fault.sort == "duplicate" else "dependents-remain"
    target = frozenset({case.target})
    return [
        Answer(cause, target, objects, makers, "it would have removed what is in the way"),
        Answer(second, target, (), makers, "what is in the way should have been removed by the target"),
    ]


def _moved_forward(case):
    """It drops or renames what the failing migration still needs."""
    gone = case.context.history.events[case.context.folder.position(case.source)]
    found = case.fault.fits_best(gone.gone.values()) if case.fault.sort == "missing" else []
    if found:
        return _removed_by(case, found, case.timeline.files.index(case.target))
    made = case.fault.fits_best(gone.made.values()) if case.fault.sort == "duplicate" else []
    if made:
        return [Answer("already-exists", frozenset({case.target}), _texts(made), why="moved forward, it made it first")]
    return []


def _fails_itself(case):
    """The moved one meets another state: what it needs is not there yet, is gone, or is there already."""
    if case.fault.sort == "missing":
        found = case.fault.fits_best(case.context.known.values())
        removed = _by_history(case, found)
        later = [
            Answer("ordered-later", frozenset({case.timeline.files[place]}), _texts([each]), frozenset({case.target}))
            for each in found
            if (place := case.timeline.next_maker(each.identity, case.place)) is not None
        ]
        return removed or later
    return _already(case)


def _deleted(case):
    """Nothing in the folder makes it any more; if it was there before and was taken away, that is the reason to tell."""
    if case.fault.sort == "missing":
        found = case.missing(case.source)
        objects = _named(case, found) or _through(case)
        if not objects:
            return []
        if case.target in case.timeline.files:
            for each in found:
                case.timeline.forget(each.identity, case.timeline.files.index(case.target))
        cause = "role-missing" if case.fault.klass == "role" else "missing-from-set"
        return [Answer(cause, frozenset(), objects, why="nothing makes it"), *_by_history(case, found), *_made_later(case, objects)]
    if case.fault.sort == "duplicate":
        return _already(case)
    if case.fault.sort == "dependents":
        gone = case.context.history.events[case.context.folder.position(case.source)].gone.values()
        makers = _makers(case, [each for each in gone if each.kind not in MEMBERS_OF_TABLES])
        return [Answer("dependents-remain", frozenset({maker}), ()) for maker in makers]
    return []


def _duplicated(case):
    if case.at != case.target:
        return _undone_by_the_second(case)
    if case.fault.sort == "missing":
        known = [each for each in case.context.known.values() if case.timeline.maker(each.identity, case.place) >= 0]
        return _by_history(case, case.fault.fits_best(known))
    if case.fault.sort == "rows twice":
        table = case.fault.fits_best(case.context.known.values())
        # The rows are there because the first of the two inserted them.
        return [Answer("already-exists", frozenset({case.source}), _texts(table, parents=True), why="its rows are there")]
    if case.fault.sort == "dependents":
        return []
    return _already(case)


def _undone_by_the_second(case):
    """The second one ran, and took away what came between the two: by dropping it, or with a table that it made again."""
    events = case.context.history.events[case.context.folder.position(case.source)]
    known = [each for each in case.context.known.values() if case.timeline.maker(each.identity, case.place) >= 0]
    told, target = [], frozenset({case.target})
    for each in case.fault.fits_best(known) if case.fault.sort == "missing" else []:
        table = ("table", each.of)
        if table in events.made and table in events.gone:
            told.append(Answer("recreated-without", target, (str(each),), why="its table was made again without it"))
        elif each.identity in events.gone or table in events.gone:
            told.append(Answer("dropped-earlier", target, _texts([each], parents=True), why="it was dropped again"))
    return told


# --- parts of files


def _statement_taken_out(case):
    name = case.injection.notes["name"].split(".")[-1]
    named = case.fault.last == name or case.context.history.members.get(case.fault.name) == name
    if case.fault.sort == "missing" and not named and case.fault.klass != "unique":
        if case.at == case.target or not case.missing(case.source):
            return []
    return _in_same_file(case) if case.at == case.target else _deleted(case)


def _in_same_file(case):
    """The failing statement stands behind the one that was taken out."""
    if case.fault.sort == "missing":
        events = case.context.history.events[case.context.folder.position(case.source)]
        known = [*events.made.values(), *events.gone.values()]
        found = case.fault.fits_best(known)
        objects = _texts(found) or _through(case) or (f"{_word(case.fault)} {case.fault.name}",)
        cause = "role-missing" if case.fault.klass == "role" else "missing-from-set"
        return [Answer(cause, frozenset(), objects, why="nothing makes it"), *_by_history(case, found), *_made_later(case, objects)]
    return _already(case) if case.fault.sort == "duplicate" else []


def _word(fault):
    return {"relation": "table", "member": "operator class"}.get(fault.klass, fault.klass)


def _column_taken_out(case):
    name, table = case.injection.notes["name"], case.injection.notes["table"].split(".")[-1]
    if case.fault.sort != "missing" or case.fault.klass != "column" or case.fault.last != name:
        return []
    made = [each for each in case.made_by(case.source) if each.kind == "column" and each.last == name]
    found = [each for each in made if each.parts[-2] == table] or made
    # What is made for a while only is in no catalog.
    objects = _texts(found) if case.at != case.target else (*_texts(found), f"column {table}.{name}")
    if not objects:
        return []
    for each in found:
        case.timeline.forget(each.identity, case.timeline.files.index(case.target))
    missing = Answer("missing-from-set", frozenset(), objects, why="nothing makes it")
    return [*_made_again(case, name, table), missing, *_by_history(case, found), *_made_later(case, objects)]


def _made_again(case, name, table):
    """A table that was there with the column, and that this file makes again; perhaps under another name at first."""
    place = case.context.folder.position(case.source)
    events, before = case.context.history.events[place], case.context.history.at(place)
    again = {each.name for each in events.made.values() if each.kind == "table" and each.identity in events.gone}
    again |= {each.name for each in before.values() if each.kind == "table" and each.last == table}
    lost = [each for each in before.values() if each.kind == "column" and each.last == name and each.of in again]
    return [Answer("recreated-without", frozenset({case.target}), _texts(lost), why="it was there with it")] if lost else []


def _guard_removed(case):
    if case.at != case.target:
        return []
    if case.fault.sort == "duplicate":
        return _already(case)
    if case.fault.sort != "missing":
        return []
    found = case.fault.fits_best(case.context.known.values())
    told = _by_history(case, found)
    return told or [Answer("missing-from-set", frozenset(), (f"{_word(case.fault)} {case.fault.name}",), why="it never was")]


def _broken(case):
    if case.at != case.target or case.fault.sqlstate != "42601":
        return []
    return [Answer("syntax", frozenset(), (), frozenset({case.target}))]


# --- migrations added


def _swallowed(case):
    tolerated = frozenset({case.injection.notes["tolerated"]})
    if case.at == case.target:
        return []
    table = case.injection.notes["table"].split(".")[-1]
    known = [each for each in case.context.known.values() if each.kind in MEMBERS_OF_TABLES]
    members = [each for each in case.fault.fits_best(known) if each.of.split(".")[-1] == table]
    if case.fault.klass == "column" and not members:
        return []
    objects = (*case.injection.objects, *_texts(members))
    return [Answer("swallowed-by-if-not-exists", frozenset({case.target}), objects, tolerated, "it made the shorter table")]


def _rebuilt(case):
    if case.at == case.target or case.fault.sort != "missing":
        return []
    table = case.injection.notes["table"]
    known = [each for each in case.context.known.values() if each.of == table]
    members = case.fault.fits_best(known)
    if not members and case.fault.klass != "unique":
        return []
    target, objects = frozenset({case.target}), (*_texts(members), *(case.injection.objects if case.fault.klass == "column" else ()))
    found = [Answer("recreated-without", target, objects, why="the new table lacks it")]
    if case.fault.klass != "column":
        # A trigger or a policy went with the old table; to say so is as right.
        found.append(Answer("dropped-earlier", target, objects, why="it went with the old table"))
    return found


def _unavailable(case):
    if case.at != case.target or case.fault.sort != "unavailable":
        return []
    return [Answer("extension-unavailable", frozenset(), tuple(case.injection.objects), frozenset({case.target}))]


def _rows(case):
    if case.at != case.injection.notes["at"] or case.fault.sqlstate not in ("23502", "23505", "23514"):
        return []
    # Who inserted them is worth telling, and cannot always be known; the failing one makes the rule.
    both = frozenset({case.target, case.at})
    return [Answer("existing-rows-violate", frozenset(), (), both)]


def _in_transaction(case):
    if case.at != case.target or case.fault.sqlstate != "25001":
        return []
    return [Answer("not-in-transaction", frozenset(), (), frozenset({case.target}))]


def _uncommitted(case):
    if case.at != case.target or case.fault.sqlstate != "55P04":
        return []
    return [Answer("enum-value-uncommitted", frozenset(), tuple(case.injection.objects), frozenset({case.target}))]


def _dependents(case):
    if case.at == case.target or case.fault.sort != "dependents":
        return []
    return [Answer("dependents-remain", frozenset({case.target}), tuple(case.injection.objects))]


def _role(case):
    if case.at != case.target or case.fault.klass != "role":
        return []
    return [Answer("role-missing", frozenset(), tuple(case.injection.objects), frozenset({case.target}))]


# --- the history


def _by_history(case, found):
    """It was there, and a migration before the failing one took it away."""
    told = []
    for each in found:
        place = case.timeline.remover(each.identity, case.place - 1)
        if place > 0:
            told += _removed_by(case, [each], place)
    return told


def _removed_by(case, found, place):
    culprit = frozenset({case.timeline.files[place]})
    told = []
    for each in found:
        new = case.timeline.renamed.get((each.identity, place))
        table = ("table", each.of)
        rebuilt = each.kind in MEMBERS_OF_TABLES and place in case.timeline.made.get(table, ()) and place in case.timeline.gone.get(table, ())
        if new is not None:
            told.append(Answer("renamed-earlier", culprit, (str(each), " ".join(new)), why="it has another name now"))
            continue
        if rebuilt:
            told.append(Answer("recreated-without", culprit, (str(each),), why="its table was made again without it"))
        if not rebuilt or each.kind != "column":
            told.append(Answer("dropped-earlier", culprit, _texts([each], parents=True), why="it was removed"))
    return told


def _already(case):
    """Who made what is there; those who replaced it since may be told beside."""
    if case.fault.sort != "duplicate":
        return []
    if case.fault.klass == "primary key":
        return []
    told = []
    for each in case.fault.fits_best(case.context.known.values()):
        place = case.timeline.maker(each.identity, case.place)
        if place == case.place and place in case.timeline.gone.get(each.identity, ()):
            place = case.timeline.maker(each.identity, place - 1)  # this file had to remove it first
        if place < 0:
            continue
        maker = case.timeline.files[place]
        touching = {case.timeline.files[other] for other in case.timeline.touching(each.identity)}
        required = frozenset({maker}) if place > 0 else frozenset()
        tolerated = frozenset(touching | ({case.target} if case.injection.kind == "move" else set()))
        told.append(Answer("already-exists", required, _texts([each]), tolerated, "it made what is there"))
        for other in sorted(touching & {case.timeline.files[one] for one in case.timeline.changed.get(each.identity, ()) if one < case.place}):
            told.append(Answer("already-exists", frozenset({other}), _texts([each]), tolerated, "it replaced what is there"))
    return told


def _made_later(case, objects):
    """Where a later file also makes it (IF NOT EXISTS, OR REPLACE), the folder as it is says that it comes too late."""
    return [Answer("ordered-later", frozenset({file}), objects, why="it also makes it") for file in _later_makers(case)]


def _later_makers(case):
    """Later files with a statement that makes something of that name: of a column, for the same table."""
    fault, found = case.fault, set()
    of = case.injection.notes.get("table") or fault.of
    if not fault.last or (fault.klass == "column" and not of):
        return frozenset()
    for place, each in enumerate(case.context.migrations):
        later = each.file in case.timeline.files and case.timeline.files.index(each.file) > case.place
        if later and each.file != case.target and sqltext.speaks_of(case.context.up(place), fault.last):
            if any(_makes(statement, fault, of) for statement in case.context.statements(place)):
                found.add(each.file)
    return frozenset(found)


def _makes(statement, fault, of):
    if fault.klass == "column":
        return sqltext.table_of(statement) == sqltext.last(of) and fault.last in sqltext.all_made_by(statement)
    return sqltext.made_by(statement) == fault.last


def _makers(case, found):
    places = {case.timeline.maker(each.identity, case.place) for each in found}
    return frozenset(case.timeline.files[place] for place in places if place > 0)


def _named(case, found):
    """The texts of what is missing; its table too where the same migration made that."""
    tables = [each for each in case.made_by(case.source) if each.kind == "table"]
    parents = [each for each in tables if any(one.of == each.name for one in found)]
    members = case.context.history.members.get(case.fault.name)
    return (*_texts(found), *_texts(parents)) if not members or found else ()


def _texts(found, parents=False):
    texts = []
    for each in found:
        texts.append(str(each))
        if parents and each.of:
            texts.append(f"table {each.of}")
    return tuple(dict.fromkeys(texts))


_BY_KIND = {
    "exclude": _excluded,
    "move": _moved,
    "duplicate": _duplicated,
    "delete-file": _deleted,
    "delete-statement": _statement_taken_out,
    "delete-column": _column_taken_out,
    "remove-guard": _guard_removed,
    "syntax": _broken,
    "double-table": _swallowed,
    "rebuild-without": _rebuilt,
    "image": _unavailable,
    "rows": _rows,
    "transaction": _in_transaction,
    "enum": _uncommitted,
    "dependents": _dependents,
    "role": _role,
}
KINDS = tuple(_BY_KIND)
