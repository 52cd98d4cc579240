//! JUnit: a testsuite per case, a testcase per step.
//!
//! *Failed* is the migration's fault, *errored* says that we could not tell. A failure that the scenario
//! expects is a testcase that passes, with the whole story in its `system-out`.

mod attach;
mod testcase;
mod xml;

use junit_report::{Report, TestCase, TestSuite};

use self::attach::attach;
use self::testcase::Naming;
use self::xml::{XmlAttribute, XmlText, completed};
use super::text::stamp;
use super::{base, facts, generated};
use crate::outcome::{CaseOutcome, RunOutcome, ShardPart, Verdict};

/// Names of properties: the shard (`2/4`), how many cases all shards have, and what identifies the division.
pub(in crate::report) const SHARD: &str = "shard";
pub(in crate::report) const ALL_CASES: &str = "shard-all-cases";
pub(in crate::report) const DIVISION: &str = "shard-division";
pub(in crate::report) const RUN: &str = "shard-run";

/// The run as a JUnit file. It loads in strict parsers, whatever bytes a server's message holds.
#[must_use]
pub fn junit(run: &RunOutcome) -> String {
    let mut suites: Vec<_> = run.cases.iter().map(|case| suite(run, case)).collect();
    suites.extend(refused(run));
    suites.extend(empty_shard(run));
    let skipped: Vec<_> = suites.iter().map(TestSuite::skipped).collect();
    let mut report = Report::new();
    report.add_testsuites(suites);
    let mut bytes = Vec::new();
    let written = report.write_xml(&mut bytes);
    debug_assert!(written.is_ok(), "memory takes every byte");
    let properties = run.shard.as_ref().map(properties).unwrap_or_default();
    completed(&String::from_utf8_lossy(&bytes), skipped, &properties)
}

fn suite(run: &RunOutcome, case: &CaseOutcome) -> TestSuite {
    let mut suite = TestSuite::new(XmlAttribute::new(&case.head.name).as_str());
    suite.set_timestamp(stamp(case.started_at.unwrap_or(run.started_at)));
    suite.add_testcases(testcases(run, case));
    let lacks = case.lacks.iter().map(ToString::to_string);
    let compared = case.comparison.iter();
    let fixed =
        compared.clone().flat_map(|it| &it.fixed).map(|it| format!("fixed by this change: {it}"));
    let compared = compared.filter_map(base::relation).chain(fixed);
    let told: Vec<_> = lacks.chain(generated::case_lines(case)).chain(compared).collect();
    if !told.is_empty() {
        suite.set_system_out(XmlText::new(&told.join("\n")).as_str());
    }
    suite
}

/// A run that was refused before it had a case: what is wrong with its input.
fn refused(run: &RunOutcome) -> Option<TestSuite> {
    let why = run.broken_off.as_ref().filter(|_| run.cases.is_empty())?;
    let mut suite = TestSuite::new("migration-replay");
    suite.set_timestamp(stamp(run.started_at));
    let result = testcase::errored("wrong-input", why);
    suite.add_testcase(Naming::of("migration-replay").testcase("input", result));
    Some(suite)
}

/// A shard that no case fell to: a report has to have something in it.
fn empty_shard(run: &RunOutcome) -> Option<TestSuite> {
    let part = run.shard.as_ref().filter(|_| run.cases.is_empty() && run.broken_off.is_none())?;
    let name = format!("shard {}", part.shard);
    let mut suite = TestSuite::new(&name);
    suite.set_timestamp(stamp(run.started_at));
    let reason = format!("there are more shards than cases ({})", part.all_cases);
    let result = testcase::skipped("empty-shard", &reason);
    suite.add_testcase(Naming::of(&name).testcase("case", result));
    Some(suite)
}

/// Which shard it is the report of, so that the reports of all can be put together.
fn properties(part: &ShardPart) -> String {
    let property =
        |name: &str, value: &str| format!("<property name=\"{name}\" value=\"{value}\"/>");
    [
        "<properties>".to_owned(),
        property(SHARD, &part.shard.to_string()),
        property(ALL_CASES, &part.all_cases.to_string()),
        property(DIVISION, &part.division),
        property(RUN, &part.run),
        "</properties>".to_owned(),
    ]
    .concat()
}

fn testcases(run: &RunOutcome, case: &CaseOutcome) -> Vec<TestCase> {
    let mut naming = Naming::of(&case.head.name);
    let attached = attach(case);
    let excluded = case.head.excluded.iter();
    let mut all: Vec<_> = excluded.map(|it| testcase::excluded(&mut naming, it)).collect();
    for (step, failures) in &attached.steps {
        all.push(testcase::step(&mut naming, case, step, failures));
    }
    all.extend(attached.others.iter().map(|failure| testcase::failure(&mut naming, failure)));
    all.extend(of_the_case(run, case, &all).map(|result| naming.testcase("case", result)));
    all
}

/// The result of the case itself, where no testcase tells it: it never ran, or never ended.
fn of_the_case(
    run: &RunOutcome,
    case: &CaseOutcome,
    told: &[TestCase],
) -> Option<junit_report::TestResult> {
    let went_wrong = told.iter().any(|it| it.is_failure() || it.is_error());
    let reason = || facts::reason(run, case).unwrap_or_else(|| "no reason was given".into());
    match case.verdict {
        None => Some(testcase::errored("broken-off", &reason())),
        Some(Verdict::Skipped) => Some(testcase::skipped("skipped", &reason())),
        Some(Verdict::Errored) if !went_wrong => Some(testcase::errored("errored", &reason())),
        Some(Verdict::Failed) if !went_wrong => Some(testcase::failed("failed", &reason())),
        Some(Verdict::Passed) if told.is_empty() => Some(junit_report::TestResult::Success),
        Some(Verdict::Passed | Verdict::Failed | Verdict::Errored) => None,
    }
}

#[cfg(test)]
mod tests;
