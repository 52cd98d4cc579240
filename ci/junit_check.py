"""Checks JUnit reports: junit_check.py SCHEMA REPORT..."""

import sys
import xml.etree.ElementTree as ElementTree

import junitparser
import xmlschema

RESULTS = {
    "failures": junitparser.Failure,
    "errors": junitparser.Error,
    "skipped": junitparser.Skipped,
}


def schema_problems(schema, path):
    for error in schema.iter_errors(path):
        yield f"{error.path or '/'}: {error.reason}"


def count(suite):
    """The totals that a testsuite's test cases add up to."""
    cases = list(suite)
    counted = {"tests": len(cases)}
    for total, kind in RESULTS.items():
        counted[total] = sum(any(isinstance(r, kind) for r in case.result) for case in cases)
    return counted


def totals_problems(name, element, counted):
    """Totals that are written down have to be true; skipped ones may be missing."""
    for total, value in counted.items():
        written = element.get(total)
        if written is not None and written != str(value):
            yield f'{name}: {total}="{written}", but its test cases say {value}'


def check(schema, path):
    """Returns (totals, problems) of one report; raises if it cannot be read at all."""
    report = junitparser.JUnitXml.fromfile(path)
    if not isinstance(report, junitparser.JUnitXml):
        return {}, ["the root element is not testsuites"]
    problems = list(schema_problems(schema, path))
    sums = dict.fromkeys(["tests", *RESULTS], 0)
    suites = list(report)
    for suite in suites:
        counted = count(suite)
        problems += totals_problems(f"testsuite {suite.name!r}", suite._elem, counted)
        for total, value in counted.items():
            sums[total] += value
    problems += totals_problems("testsuites", report._elem, sums)
    if not sums["tests"]:
        problems.append("there is no test case in it")
    return {"suites": len(suites), **sums}, problems


def main(schema_path, *paths):
    schema = xmlschema.XMLSchema(schema_path)
    failed = False
    for path in paths:
        try:
            totals, problems = check(schema, path)
        except (OSError, ElementTree.ParseError, junitparser.JUnitXmlError) as error:
            totals, problems = {}, [f"cannot be loaded: {error}"]
        for problem in problems:
            print(f"{path}: {problem}", file=sys.stderr)
        if problems:
            failed = True
        else:
            print(f"{path}: " + ", ".join(f"{value} {total}" for total, value in totals.items()))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
