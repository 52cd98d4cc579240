"""What a run found beyond what the folder shows as it is, held against what the bug should show; and the figures."""

import math
from dataclasses import dataclass, field

from diagnosis_accuracy import program

from .pairs import NOTE
from .scripts import same_migration

FOUND, MISSED, AS_NOTE, VOID = "found", "missed", "only a note", "void"


@dataclass
class Judged:
    """One pair, judged."""

    folder: str
    pair: object
    verdict: str
    why: str = ""
    scenario: str = ""
    control: str = ""
    findings: list = field(default_factory=list)  # texts of what is new with the bug
    alarms: list = field(default_factory=list)  # texts of what is new with the counterpart


def findings(case, prefix, folder, kind="failures"):
    """Pairs: what identifies a finding, and the finding, with the file of its migration."""
    found = {}
    for each in case.get(kind) or []:
        file = program.file_of(case, each["migration"], prefix, folder) if each["migration"] else ""
        found[each["pass"], file, each["cause"], each["sqlstate"]] = each | {"of": file}
    return found


def beyond(case, original, prefixes, folder, kind="failures"):
    """What the case has and the folder as it is has not."""
    known = findings(original, prefixes[1], folder, kind) if original else {}
    return [each for key, each in findings(case, prefixes[0], folder, kind).items() if key not in known]


def fits(pair, finding, target, folder):
    """Whether this is what the bug should show."""
    if finding["pass"] not in pair.passes or (pair.cause and finding["cause"] != pair.cause):
        return False
    return pair.anywhere or (bool(finding["of"]) and same_migration(folder, finding["of"], target))


def verdict(pair, failures, notes, target, folder):
    """The verdict and why it is none better."""
    if any(fits(pair, each, target, folder) for each in failures):
        return FOUND, ""
    if any(fits(pair, each, target, folder) for each in notes):
        return (FOUND, "") if pair.level == NOTE else (AS_NOTE, "a hazard, and no failure")
    others = "; ".join(told(each) for each in failures)
    return MISSED, f"instead: {others}" if others else "nothing is found"


def told(finding):
    state = f" {finding['sqlstate']}" if finding["sqlstate"] else ""
    return f"{finding['pass']} {finding['of'] or finding['migration'] or ''}{state} {finding['cause']}: {finding['message']}"


def wilson(part, whole):
    """The 95 % interval of a share, in percent."""
    if not whole:
        return 0.0, 100.0
    z, share = 1.96, part / whole
    middle = (share + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole)) / (1 + z * z / whole)
    return 100 * max(0.0, middle - half), 100 * min(1.0, middle + half)


def table(results):
    """Lines of text: kinds and their variants, and all."""
    lines = [f"{'kind':14} {'found':>5} {'of':>4} {'%':>6}  {'95 % interval':15} {'false alarms':>12}"]
    kinds = sorted({each.pair.kind for each in results})
    for kind in [*kinds, None]:
        some = [each for each in results if (kind is None or each.pair.kind == kind) and each.verdict != VOID]
        part, whole = sum(each.verdict == FOUND for each in some), len(some)
        if not whole:
            continue
        low, high = wilson(part, whole)
        alarms = sum(bool(each.alarms) for each in some)
        between = f"{low:.1f} to {high:.1f}"
        lines.append(f"{kind or 'all':14} {part:5} {whole:4} {100 * part / whole:6.1f}  {between:15} {alarms:7} of {whole}")
    return "\n".join(lines)
