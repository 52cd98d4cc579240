//! One testcase each for a step, an exclusion and a failure that no step is about.

use std::collections::HashMap;
use std::path::Path;

use junit_report::{Duration, TestCase, TestResult};

use super::super::facts::{file_of, is_tolerated, step_name, subject};
use super::super::text::first_line;
use super::super::{Style, render_failure};
use super::xml::{XmlAttribute, XmlText};
use crate::outcome::{Blame, CaseOutcome, Excluded, Failure, Phase, Step, Verdict};

/// Names the testcases of one case: no two alike, since readers of JUnit merge those.
pub(super) struct Naming {
    class: XmlAttribute,
    given: HashMap<String, usize>,
}

impl Naming {
    /// Readers take what is before the last dot of a class name for a package, so it has none.
    pub(super) fn of(case: &str) -> Self {
        Self { class: XmlAttribute::new(&case.replace('.', "_")), given: HashMap::new() }
    }

    pub(super) fn testcase(&mut self, name: &str, result: TestResult) -> TestCase {
        let times = self.given.entry(name.to_owned()).or_default();
        *times += 1;
        let name = if *times == 1 { name.to_owned() } else { format!("{name} ({times})") };
        let mut testcase = TestCase::success(XmlAttribute::new(&name).as_str(), Duration::ZERO);
        testcase.set_classname(self.class.as_str());
        testcase.result = result;
        testcase
    }
}

/// A migration that is left out on purpose.
pub(super) fn excluded(naming: &mut Naming, excluded: &Excluded) -> TestCase {
    let name = format!("{} {}", Phase::Apply, excluded.migration);
    let mut testcase = naming.testcase(&name, skipped("excluded", &excluded.reason));
    set_file(&mut testcase, Some(&excluded.file));
    testcase
}

/// A step with the failures that are about it.
pub(super) fn step(
    naming: &mut Naming,
    case: &CaseOutcome,
    step: &Step,
    failures: &[&Failure],
) -> TestCase {
    let is_tolerated_case = case.final_verdict() == Verdict::Passed;
    let reason = step.reason.as_deref().unwrap_or("see the other failures of this case");
    let result = match (result_of(failures), step.verdict) {
        (Some(result), _) => result,
        (None, _) if failures.iter().any(|it| it.is_forgiven && !it.expected) => before(failures),
        (None, Verdict::Skipped) => skipped("skipped", step.reason.as_deref().unwrap_or_default()),
        (None, Verdict::Failed) if !is_tolerated_case => failed("failed", reason),
        (None, Verdict::Errored) if !is_tolerated_case => errored("errored", reason),
        (None, _) => TestResult::Success,
    };
    let mut testcase = naming.testcase(&step_name(step), result);
    testcase.time = Duration::try_from(step.took).unwrap_or_default();
    set_file(&mut testcase, step.file.as_deref());
    tell(&mut testcase, step.output.as_deref(), failures);
    testcase
}

/// A failure that no step is about.
pub(super) fn failure(naming: &mut Naming, failure: &Failure) -> TestCase {
    let of_before = || {
        if failure.is_forgiven && !failure.expected {
            before(&[failure])
        } else {
            TestResult::Success
        }
    };
    let result = result_of(&[failure]).unwrap_or_else(of_before);
    let mut testcase = naming.testcase(&subject(&failure.found), result);
    set_file(&mut testcase, file_of(&failure.found));
    tell(&mut testcase, None, &[failure]);
    testcase
}

/// The result that failures come to; `None` if there is none that counts. One migration's fault makes it
/// a failure; the text holds them all.
fn result_of(failures: &[&Failure]) -> Option<TestResult> {
    let counting: Vec<_> = failures.iter().filter(|failure| !is_tolerated(failure)).collect();
    let is_fault = |failure: &&&&Failure| failure.found.blame == Blame::Migration;
    let fault = counting.iter().find(is_fault);
    let first = fault.or(counting.first())?;
    let more = match counting.len() - 1 {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    let message = first_line(&first.found.error.message) + &more;
    let message = XmlAttribute::new(&message).as_str().to_owned();
    let rendered: Vec<_> = counting.iter().map(|it| render_failure(it, Style::Plain)).collect();
    let cause = Some(XmlText::new(&rendered.join("\n\n")).as_str().to_owned());
    let type_ = kind(first);
    Some(match fault {
        Some(_) => TestResult::Failure { type_, message, cause },
        None => TestResult::Error { type_, message, cause },
    })
}

/// Failures that were there before the change fail nothing, and are not taken for a success either.
fn before(failures: &[&Failure]) -> TestResult {
    let messages = failures.iter().map(|it| first_line(&it.found.error.message));
    let message =
        format!("failed before this change already: {}", messages.collect::<Vec<_>>().join("; "));
    skipped("before", &message)
}

/// The SQLSTATE, else the cause.
fn kind(failure: &Failure) -> String {
    let state = failure.found.error.sqlstate.as_ref().map(ToString::to_string);
    let cause = || failure.found.cause.map(|cause| cause.to_string());
    state.or_else(cause).unwrap_or_else(|| "finding".to_owned())
}

/// Tells what a program printed, and the failures that fail nothing, in full.
fn tell(testcase: &mut TestCase, output: Option<&str>, failures: &[&Failure]) {
    let tolerated = failures.iter().filter(|failure| is_tolerated(failure)).map(|failure| {
        let how = if failure.expected { "as expected" } else { "before this change already" };
        let what = first_line(&failure.found.error.message);
        format!("failed {how}: {what}\n\n{}\n", render_failure(failure, Style::Plain))
    });
    let told: Vec<_> = output.map(str::to_owned).into_iter().chain(tolerated).collect();
    if !told.is_empty() {
        testcase.set_system_out(XmlText::new(&told.join("\n")).as_str());
    }
}

fn set_file(testcase: &mut TestCase, file: Option<&Path>) {
    if let Some(file) = file {
        testcase.set_filepath(XmlAttribute::new(&file.to_string_lossy()).as_str());
    }
}

pub(super) fn skipped(kind: &str, reason: &str) -> TestResult {
    let message = XmlAttribute::new(reason).as_str().to_owned();
    TestResult::SkippedWithCause { type_: kind.to_owned(), message, cause: None }
}

pub(super) fn failed(kind: &str, reason: &str) -> TestResult {
    let (message, cause) = told(reason);
    TestResult::Failure { type_: kind.to_owned(), message, cause }
}

pub(super) fn errored(kind: &str, reason: &str) -> TestResult {
    let (message, cause) = told(reason);
    TestResult::Error { type_: kind.to_owned(), message, cause }
}

/// A reason on one line, and whole.
fn told(reason: &str) -> (String, Option<String>) {
    let message = XmlAttribute::new(&first_line(reason)).as_str().to_owned();
    (message, Some(XmlText::new(reason).as_str().to_owned()))
}
