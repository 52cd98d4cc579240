//! A JUnit file loads in strict parsers, whatever a server says.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use migration_replay::migration::MigrationId;
use migration_replay::outcome::{
    Blame, CaseHead, CaseId, Event, Excluded, Failure, Found, Phase, RunOutcome, Standing, Step,
    Verdict,
};
use migration_replay::place::SourceText;
use migration_replay::report::{junit, merge_reports};

/// Every character below 256, the ends of what XML can write, and what ends or opens its sections.
fn hostile() -> String {
    let low: String = ('\0'..='\u{ff}').collect();
    format!(
        "{low}\r\n\u{fffd}\u{fffe}\u{ffff}\u{10ffff}]]>]]]>]]<![CDATA[<testsuite <!-- --> &amp; &#0;"
    )
}

#[test]
fn strict_parsers_read_a_report_full_of_hostile_texts() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("junit_is_strict.xml");
    std::fs::write(&file, junit(&hostile_run())).expect("the target folder can be written");
    check_junit(&file);
}

#[test]
fn strict_parsers_read_what_hostile_reports_are_merged_into() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("merged_is_strict.xml");
    let files = [("a.xml", hostile_run()), ("b.xml", RunOutcome::default())];
    let files = files.map(|(name, run)| (name.to_owned(), junit(&run)));
    let merged = merge_reports(&files, Some(3)).expect("our own reports are reports");
    std::fs::write(&file, merged.junit.expect("there are JUnit files"))
        .expect("the target folder can be written");
    check_junit(&file);
}

/// Has others read a report.
pub(crate) fn check_junit(file: &Path) {
    let Some(interpreter) = python() else {
        return say("python3 is not there: the report was not read by others");
    };
    let expat = "import sys, xml.dom.minidom as d; d.parse(sys.argv[1])";
    assert_succeeds(&Command::new(interpreter).args(["-c", expat]).arg(file).output());
    if checker_is_ready() {
        assert_succeeds(&Command::new(checker()).arg(file).output());
    } else {
        say(
            "ci/junit-check has no environment yet (run it once): the report was not checked with it",
        );
    }
}

/// A run with each kind of case: failed, erred, skipped, and broken off.
fn hostile_run() -> RunOutcome {
    let mut run = RunOutcome::default();
    let cases = (0..4).map(head).collect();
    run.add(&Event::RunStarted { at: SystemTime::now(), commit: None, cases });
    for (phase, verdict) in [
        (Phase::Seed, Verdict::Passed),
        (Phase::Apply, Verdict::Failed),
        (Phase::Rerun, Verdict::Errored),
        (Phase::Converge, Verdict::Skipped),
    ] {
        run.add(&Event::StepFinished { case: CaseId(0), step: step(phase, verdict) });
    }
    for phase in [Phase::Setup, Phase::Apply, Phase::Rerun, Phase::Expect, Phase::Expect] {
        for expected in [false, true] {
            let failure = Box::new(failure(phase, expected));
            run.add(&Event::FailureFound { case: CaseId(0), failure });
        }
    }
    let took = Duration::from_nanos(1);
    for (case, verdict) in [Verdict::Failed, Verdict::Errored, Verdict::Skipped].iter().enumerate()
    {
        let (case, reason) = (CaseId(case), Some(hostile()));
        run.add(&Event::CaseFinished { case, verdict: *verdict, reason, took });
    }
    run.add(&Event::RunFinished { took, broken_off: Some(hostile()) });
    run
}

fn head(number: usize) -> CaseHead {
    let excluded = Excluded {
        migration: MigrationId::new(hostile()),
        file: PathBuf::from(hostile()),
        reason: hostile(),
    };
    CaseHead {
        layout: "numbered",
        inputs: None,
        name: format!("{number}{}", hostile()),
        scenario: hostile(),
        image: hostile(),
        seed: hostile(),
        migrations: 1,
        excluded: vec![excluded],
    }
}

fn step(phase: Phase, verdict: Verdict) -> Step {
    Step {
        phase,
        migration: Some(MigrationId::new(hostile())),
        file: Some(PathBuf::from(hostile())),
        verdict,
        reason: Some(hostile()),
        took: Duration::from_nanos(1),
        statements: 1,
        bodies: 1,
        output: None,
    }
}

fn failure(phase: Phase, expected: bool) -> Failure {
    let blame = if phase == Phase::Apply { Blame::Migration } else { Blame::Environment };
    let mut found = Found::new(phase, blame, hostile());
    found.migration = (phase == Phase::Apply).then(|| MigrationId::new(hostile()));
    found.place = Some(SourceText::new(hostile(), hostile()).place(20..40));
    found.statement = Some(hostile());
    found.error.detail = Some(hostile());
    found.error.hint = Some(hostile());
    found.error.context = Some(hostile());
    found.error.internal = Some((hostile(), 50));
    found.details = vec![hostile(), "x".repeat(100_000)];
    Failure {
        found,
        expected,
        standing: Standing::Unknown,
        is_forgiven: false,
        reproduce: hostile(),
    }
}

fn python() -> Option<&'static str> {
    let answers = |it: &Output| it.status.success();
    Command::new("python3")
        .arg("--version")
        .output()
        .is_ok_and(|it| answers(&it))
        .then_some("python3")
}

fn checker() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ci/junit-check")
}

/// The checker makes its environment when it first runs, from the internet. A test does not go there, but
/// in CI the environment has to be there.
fn checker_is_ready() -> bool {
    let of_manifest = || Path::new(env!("CARGO_MANIFEST_DIR")).join("target");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(of_manifest, PathBuf::from);
    let is_made = target.join("ci-venv/junit/requirements.txt").exists();
    checker().exists() && (is_made || std::env::var_os("CI").is_some())
}

fn assert_succeeds(output: &std::io::Result<Output>) {
    let succeeded = output.as_ref().is_ok_and(|it| it.status.success());
    assert!(succeeded, "{output:?}");
}

#[expect(clippy::print_stderr, reason = "a test that checks less than it could says so")]
fn say(text: &str) {
    eprintln!("{text}");
}
