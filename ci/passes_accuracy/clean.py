"""No bugs: the files of a folder as they are, pending over generated rows, in windows that go over all of it."""

import os

from diagnosis_accuracy import program

from .judging import told
from .subjects import Subject


def of_folder(source, setup, options, root, say):
    """Every failure, as JSON; after one in `apply` the window goes on behind it."""
    shop = program.workshop(root, options.binary, setup)
    shop.flags = ("--allow-commands",)
    folder, _ = program.copy_of(source, shop)
    count = len(folder.migrations)
    windows = [(begin, min(begin + options.window, count - 1) + 1) for begin in range(0, count - 1, options.window)]
    report = {"folder": os.path.basename(source), "files": count, "windows": 0, "red": 0, "failures": [], "odd": []}
    while windows:
        known = len(report["failures"])
        windows = _round(Work(folder, shop, options.by == "dump"), windows, report)
        for each in report["failures"][known:]:
            say(f"    {each['text']}")
        say(f"{source}: {report['windows']} windows, {len(report['failures'])} failures, {len(windows)} to go on with")
    return report


class Work:
    """What windows are made from."""

    def __init__(self, folder, shop, by_dump):
        self.folder, self.shop, self.by_dump = folder, shop, by_dump


def _round(work, windows, report):
    subjects = {}
    for place, end in windows:
        subject = Subject(work.folder, None, work.shop, place, end, work.by_dump)
        subjects[f"w{place:04}-{end:04}"] = subject
    if work.by_dump:
        work.shop.run([each.write_dump() for each in subjects.values()])
    for name, subject in subjects.items():
        subject.write_set(name, {})
        subject.write_scenario(name, name)
    cases, rest = work.shop.run(list(subjects)), []
    for name, subject in subjects.items():
        case = cases.get(name)
        if case is None or case["verdict"] not in ("passed", "failed"):
            report["odd"].append(f"{name}: {case['verdict'] if case else 'not read'}")
            continue
        rest += _note(work, name, subject, case, report)
    return rest


def _note(work, name, subject, case, report):
    report["windows"] += 1
    report["red"] += case["verdict"] == "failed"
    rest = []
    for each in case["failures"]:
        file = program.file_of(case, each["migration"], f"sets/{name}", work.folder) if each["migration"] else ""
        report["failures"].append(
            {
                "pass": each["pass"],
                "file": file,
                "text": told(each | {"of": file}),
                "only_generated": each.get("only_generated", False),
                "statement": (each["statement"] or "")[:300],
                "scenario": str(work.shop.root / f"{name}.toml"),
            }
        )
        at = work.folder.position(file)
        if each["pass"] == "apply" and at is not None and at + 1 < subject.end:
            rest.append((at, subject.end))
    # Behind the last of them: what lost rows lets the replay go on.
    return rest[-1:]


def told_of(report):
    """Lines of text."""
    passes = {}
    for each in report["failures"]:
        passes[each["pass"]] = passes.get(each["pass"], 0) + 1
    head = f"{report['folder']}: {report['files']} files in {report['windows']} windows, {report['red']} red: {passes}"
    lines = [f"    {each['text']}\n        {' '.join(each['statement'].split())[:160]}" for each in report["failures"]]
    return "\n".join([head, *lines, *(f"    odd: {each}" for each in report["odd"])])
