"""Holds what was reported against the right answers, as a strict judge would, and counts."""

import re
from dataclasses import dataclass, field

# What the kinds of the catalog and of messages are called; what is in one row may stand for each other.
_GROUPS = [
    {"table", "view", "materialized view", "sequence", "foreign table", "relation", "partitioned table"},
    {"constraint", "index", "primary key", "unique constraint"},
    {"function", "procedure", "aggregate", "routine"},
    {"type", "domain", "enum", "composite type", "range"},
    {"enum value", "value", "label"},
    {"column"},
    {"trigger"},
    {"policy"},
    {"extension"},
    {"role", "user"},
    {"schema"},
    {"operator class", "operator"},
    {"publication"},
]
_KINDS = sorted((kind for group in _GROUPS for kind in group), key=len, reverse=True)
_WITH_WAYS_OUT = ("excluded-dependency", "ordered-later")
# The report tells them as sentences; these are how they begin.
_WAYS_OUT = [
    ("un-exclude", "do not exclude "),
    ("exclude the closure", "exclude "),
    ("reorder", "run .*(before|after) "),
]
HIT, MISS, UNCERTAIN, WRONG = "hit", "miss", "not certain", "wrong culprit"


@dataclass
class Result:
    """One injection, judged."""

    injection: object
    failure: dict
    answers: list
    verdict: str
    why: str = ""
    culprits: list = field(default_factory=list)  # files
    scenario: str = ""
    beside: tuple = ()
    place: int = 0  # of the file that failed

    @property
    def cause(self):
        return self.answers[0].cause


def judge(injection, failure, answers, culprits):
    """`culprits`: the files that the report blames."""
    result = Result(injection, failure, answers, MISS, culprits=culprits)
    fitting = [each for each in answers if each.cause == failure["cause"]]
    innocent = set(culprits) - set().union(*(each.required | each.tolerated for each in answers))
    if not failure["cause"]:
        result.why = "no cause"
    elif not failure["certain"]:
        result.verdict, result.why = UNCERTAIN, f"perhaps {failure['cause']}"
    elif innocent:
        result.verdict, result.why = WRONG, f"blames {', '.join(sorted(innocent))}"
    elif not fitting:
        result.why = f"says {failure['cause']}"
    elif not any(each.required <= set(culprits) <= each.required | each.tolerated for each in fitting):
        result.why = "does not name the culprit" if not culprits else "names another culprit than this cause has"
    elif not any(_names_object(each, failure) for each in fitting if each.required <= set(culprits)):
        result.why = f"names {', '.join(objects_of(failure)) or 'no object'}"
    else:
        result.verdict = HIT
    return result


def objects_of(failure):
    named = [each.get("object") for each in failure.get("culprits") or []] + list(failure.get("objects") or [])
    return list(dict.fromkeys(each for each in named if each))


def _names_object(answer, failure):
    named = objects_of(failure)
    return not answer.objects or any(same_object(wanted, got) for wanted in answer.objects for got in named)


def same_object(one, other):
    """Whether two texts name one object: kinds of one sort, and names of which one may lack the schema."""
    kind_one, parts_one = _parsed(one)
    kind_other, parts_other = _parsed(other)
    if kind_one and kind_other and not _alike(kind_one, kind_other):
        return False
    if {kind_one, kind_other} == {"constraint", "index"}:
        return parts_one[-1] == parts_other[-1]
    short, long = sorted([parts_one, parts_other], key=len)
    return long[-len(short) :] == short


def _alike(one, other):
    return any(one in group and other in group for group in _GROUPS)


def _parsed(text):
    kind = next((each for each in _KINDS if text.startswith(each + " ")), "")
    name = text[len(kind) :].strip() if kind else text
    if kind in ("function", "procedure", "aggregate", "routine", ""):
        name = re.sub(r"\(.*\)$", "", name)
    parts = re.findall(r'"((?:[^"]|"")*)"|([^."]+)', name)
    return kind, [(quoted or bare).strip() for quoted, bare in parts] or [name]


def share(part, whole):
    return f"{100 * part / whole:5.1f}" if whole else "    –"


def table(results, of, title):
    """Counts by a key, in lines of text."""
    keys = sorted({of(each) for each in results})
    lines = [f"{title:28} {'n':>4} {'hit':>4} {'%':>6} {'miss':>5} {'unsure':>6} {'wrong':>5} {'score':>6}"]
    for key in [*keys, None]:
        some = [each for each in results if key is None or of(each) == key]
        count = {verdict: sum(each.verdict == verdict for each in some) for verdict in (HIT, MISS, UNCERTAIN, WRONG)}
        # A wrong culprit counts twice.
        score = share(count[HIT] - count[WRONG], len(some))
        row = f"{key or 'all':28} {len(some):4} {count[HIT]:4} {share(count[HIT], len(some)):>6} {count[MISS]:5}"
        lines.append(f"{row} {count[UNCERTAIN]:6} {count[WRONG]:5} {score:>6}")
    return "\n".join(lines)


def ways_out(results):
    """How many are proven: failures with one at least, of the causes that have such ways out; then each by its kind."""
    wanted = [each for each in results if each.answers[0].cause in _WITH_WAYS_OUT]
    lines = [_proven("failures with a proven way out", [_is_proven(each.failure) for each in wanted])]
    for kind, pattern in _WAYS_OUT:
        ways = [way for each in wanted for way in each.failure.get("advice") or [] if re.match(pattern, way["text"])]
        lines.append(_proven(f"ways out of the kind {kind}", [way["proven"] for way in ways]))
    return "\n".join(lines)


def _proven(what, values):
    return f"{what:40} {sum(values)} of {len(values)} ({share(sum(values), len(values)).strip()} %)"


def _is_proven(failure):
    return any(way["proven"] for way in failure.get("advice") or [])


def told(result):
    """A miss, in lines of text."""
    failure = result.failure
    lines = [f"{result.verdict}: {result.injection.what}", f"    kind      {result.injection.kind}"]
    for each in result.answers:
        culprits = ", ".join(sorted(each.required)) or "nobody"
        beside = f" (or beside: {', '.join(sorted(each.tolerated))})" if each.tolerated else ""
        objects = " | ".join(each.objects[:4]) or "any object"
        lines.append(f"    expected  {each.cause}: {culprits}{beside}: {objects}: {each.why}")
    cause = f"{failure['cause']}{'' if failure['certain'] else ', not certain'}"
    culprits, objects = ", ".join(result.culprits) or "nobody", ", ".join(objects_of(failure)) or "no object"
    lines.append(f"    got       {cause}: {culprits}: {objects}: {result.why}")
    lines.append(f"    failed    {failure['file']}:{failure['line']}: {failure['sqlstate']} {failure['message']}")
    lines.append(f"    statement {_first_line(failure)}")
    lines.append(f"    beside    {', '.join(sorted(result.beside)) or 'nothing excluded'}")
    lines.append(f"    scenario  {result.scenario}")
    return "\n".join(lines)


def _first_line(failure):
    return (failure.get("statement") or "").strip().split("\n")[0][:150]


def score(results):
    """Of a hundred; a wrong culprit counts twice."""
    points = sum({HIT: 1, WRONG: -1}.get(each.verdict, 0) for each in results)
    return 100 * points / len(results) if results else 0.0
