"""The right answers to an injection, by construction: which causes, which culprits, which objects.

What the failing statement misses is read from the server's message and looked up in the history of the clean folder.
Where several answers are right, all are listed, each with its reason. Where the history does not explain the failure by
the injection, there is no answer and the injection is not counted.
"""

from .evidence import (
    MEMBERS_OF_TABLES,
    Answer,
    Case,
    Untold,
    already,
    by_history,
    files_that_have_to_do_with,
    later_makers,
    made_later,
    makers,
    named,
    removed_by,
    texts,
)


def answers(context, injection, fault, at, beside=frozenset()):
    """All right answers, or Untold. `beside`: files that are excluded and have nothing to do with it."""
    timeline = context.timeline(injection.order)
    if at not in timeline.files:
        raise Untold("what failed is not of this folder")
    case = Case(context, injection, fault, at, timeline, timeline.files.index(at))
    if beside & files_that_have_to_do_with(case):
        raise Untold("a file that is left out beside has to do with it")
    found = _BY_KIND[injection.kind](case)
    if not found:
        raise Untold(f"{fault.sort} {fault.klass} {fault.name} is no consequence that the history tells")
    return found


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
    culprit, objects = {case.target}, named(case, case.missing(case.source))
    if case.fault.sort == "missing" and objects:
        # A later migration that also makes it may be told beside.
        return [Answer(cause, frozenset(culprit), objects, later_makers(case), "it makes what is missing")]
    if case.fault.sort == "missing":
        objects = _through(case)
    if case.fault.sort in ("duplicate", "dependents"):
        return _not_removed(case, cause)
    # What is missing are rows, a changed type, a key: there is no object by construction.
    return [Answer(cause, frozenset(culprit), objects, later_makers(case), "the failure is a consequence")]


def _through(case):
    """Keys and members of extensions that are missing: what the target made of that sort."""
    made = case.made_by(case.source)
    if case.fault.klass == "unique":
        return texts(each for each in made if each.kind in ("constraint", "index", "table"))
    extension = case.context.history.members.get(case.fault.name)
    if extension and any(each.kind == "extension" and each.name == extension for each in made):
        return (
            f"extension {extension}",
            f"function {case.fault.name}",
            f"operator class {case.fault.name}",
            f"type {case.fault.name}",
        )
    return ()


def _not_removed(case, cause):
    """The target would have taken away what is now in the way. To name who made that is right as well."""
    gone = case.did.gone.values()
    objects = tuple(str(each) for each in (case.fault.fits_best(gone) if case.fault.sort == "duplicate" else gone))
    who = makers(case, case.fault.fits_best(gone))
    second = "already-exists" if case.fault.sort == "duplicate" else "dependents-remain"
    target = frozenset({case.target})
    return [
        Answer(cause, target, objects, who, "it would have removed what is in the way"),
        Answer(second, target, (), who, "what is in the way should have been removed by the target"),
    ]


def _moved_forward(case):
    """It drops or renames what the failing migration still needs."""
    did = case.did
    found = case.fault.fits_best(did.gone.values()) if case.fault.sort == "missing" else []
    if found:
        return removed_by(case, found, case.timeline.files.index(case.target))
    made = case.fault.fits_best(did.made.values()) if case.fault.sort == "duplicate" else []
    if made:
        return [Answer("already-exists", frozenset({case.target}), texts(made), why="moved forward, it made it first")]
    return []


def _fails_itself(case):
    """The moved one meets another state: what it needs is not there yet, is gone, or is there already."""
    if case.fault.sort == "missing":
        found = case.fault.fits_best(case.context.known.values())
        removed = by_history(case, found)
        later = [
            Answer("ordered-later", frozenset({case.timeline.files[place]}), texts([each]), frozenset({case.target}))
            for each in found
            if (place := case.timeline.next_maker(each.identity, case.place)) is not None
        ]
        return removed or later
    return already(case)


def _deleted(case):
    """Nothing makes it any more; if it was there before and was taken away, that is the reason to tell."""
    if case.fault.sort == "missing":
        found = case.missing(case.source)
        objects = named(case, found) or _through(case)
        if not objects:
            return []
        if case.target in case.timeline.files:
            for each in found:
                case.timeline.forget(each.identity, case.timeline.files.index(case.target))
        cause = "role-missing" if case.fault.klass == "role" else "missing-from-set"
        return [
            Answer(cause, frozenset(), objects, why="nothing makes it"),
            *(by_history(case, found) or made_later(case, objects)),
        ]
    if case.fault.sort == "duplicate":
        return already(case)
    if case.fault.sort == "dependents":
        gone = case.did.gone.values()
        who = makers(case, [each for each in gone if each.kind not in MEMBERS_OF_TABLES])
        return [Answer("dependents-remain", frozenset({maker}), ()) for maker in sorted(who)]
    return []


def _duplicated(case):
    if case.at != case.target:
        return _undone_by_the_second(case)
    if case.fault.sort == "missing":
        known = [each for each in case.context.known.values() if case.timeline.maker(each.identity, case.place) >= 0]
        return by_history(case, case.fault.fits_best(known))
    if case.fault.sort == "rows twice":
        table = case.fault.fits_best(case.context.known.values())
        # The rows are there because the first of the two inserted them.
        return [
            Answer("already-exists", frozenset({case.source}), texts(table, parents=True), why="its rows are there")
        ]
    if case.fault.sort == "dependents":
        return []
    return already(case)


def _undone_by_the_second(case):
    """The second one ran, and took away what came between the two, perhaps with a table that it made again."""
    events = case.did
    known = [each for each in case.context.known.values() if case.timeline.maker(each.identity, case.place) >= 0]
    told, target = [], frozenset({case.target})
    for each in case.fault.fits_best(known) if case.fault.sort == "missing" else []:
        table = ("table", each.of)
        if table in events.made and table in events.gone:
            told.append(Answer("recreated-without", target, (str(each),), why="its table was made again without it"))
        elif each.identity in events.gone or table in events.gone:
            told.append(Answer("dropped-earlier", target, texts([each], parents=True), why="it was dropped again"))
    return told


# --- parts of files


def _statement_taken_out(case):
    name = case.injection.notes["name"].split(".")[-1]
    is_named = case.fault.last == name or case.context.history.members.get(case.fault.name) == name
    is_other = case.fault.sort == "missing" and not is_named and case.fault.klass != "unique"
    if is_other and (case.at == case.target or not case.missing(case.source)):
        return []
    return _in_same_file(case) if case.at == case.target else _deleted(case)


def _in_same_file(case):
    """The failing statement stands behind the one that was taken out."""
    if case.fault.sort == "missing":
        events = case.did
        known = [*events.made.values(), *events.gone.values()]
        found = case.fault.fits_best(known)
        objects = texts(found) or _through(case) or (f"{_word(case.fault)} {case.fault.name}",)
        cause = "role-missing" if case.fault.klass == "role" else "missing-from-set"
        return [
            Answer(cause, frozenset(), objects, why="nothing makes it"),
            *(_taken_by_itself(case, found) or by_history(case, found) or made_later(case, objects)),
        ]
    return already(case) if case.fault.sort == "duplicate" else []


def _taken_by_itself(case, found):
    """It was there before the file, which drops or renames it to make another: what makes the other was taken out."""
    events, target, told = case.did, frozenset({case.target}), []
    before = case.context.history.at(case.context.folder.position(case.source))
    for each in found:
        if each.identity not in before or each.identity not in events.gone:
            continue
        new = events.renamed.get(each.identity)
        if new is None:
            told.append(Answer("dropped-earlier", target, texts([each], parents=True), why="this file drops it first"))
        else:
            told.append(Answer("renamed-earlier", target, (str(each), " ".join(new)), why="this file renames it first"))
    return told


def _word(fault):
    return {"relation": "table", "member": "operator class"}.get(fault.klass, fault.klass)


def _column_taken_out(case):
    name, table = case.injection.notes["name"], case.injection.notes["table"].split(".")[-1]
    if case.fault.sort != "missing" or case.fault.klass != "column" or case.fault.last != name:
        return []
    made = [each for each in case.made_by(case.source) if each.kind == "column" and each.last == name]
    found = [each for each in made if each.parts[-2] == table] or made
    # What is made for a while only is in no catalog.
    objects = texts(found) if case.at != case.target else (*texts(found), f"column {table}.{name}")
    if not objects:
        return []
    for each in found:
        case.timeline.forget(each.identity, case.timeline.files.index(case.target))
    missing = Answer("missing-from-set", frozenset(), objects, why="nothing makes it")
    return [*_made_again(case, name, table), missing, *(by_history(case, found) or made_later(case, objects))]


def _made_again(case, name, table):
    """A table that was there with the column, and that this file makes again; perhaps under another name at first."""
    place = case.context.folder.position(case.source)
    events, before = case.context.history.events[place], case.context.history.at(place)
    again = {each.name for each in events.made.values() if each.kind == "table" and each.identity in events.gone}
    again |= {each.name for each in before.values() if each.kind == "table" and each.last == table}
    lost = [each for each in before.values() if each.kind == "column" and each.last == name and each.of in again]
    return (
        [Answer("recreated-without", frozenset({case.target}), texts(lost), why="it was there with it")] if lost else []
    )


def _guard_removed(case):
    if case.at != case.target:
        return []
    if case.fault.sort == "duplicate":
        return already(case)
    if case.fault.sort != "missing":
        return []
    found = case.fault.fits_best(case.context.known.values())
    told = by_history(case, found)
    return told or [
        Answer("missing-from-set", frozenset(), (f"{_word(case.fault)} {case.fault.name}",), why="it never was")
    ]


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
    objects = (*case.injection.objects, *texts(members))
    return [
        Answer("swallowed-by-if-not-exists", frozenset({case.target}), objects, tolerated, "it made the shorter table")
    ]


def _rebuilt(case):
    if case.at == case.target or case.fault.sort != "missing":
        return []
    table = case.injection.notes["table"]
    known = [each for each in case.context.known.values() if each.of == table]
    members = case.fault.fits_best(known)
    if not members and case.fault.klass != "unique":
        return []
    target, objects = (
        frozenset({case.target}),
        (*texts(members), *(case.injection.objects if case.fault.klass == "column" else ())),
    )
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
