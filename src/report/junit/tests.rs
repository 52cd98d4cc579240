use super::*;
use crate::migration::MigrationId;
use crate::outcome::{Blame, Event, Failure, Found, Phase, Shard, Standing, Step};
use crate::report::samples::{
    expected, failed_run, finish, found, run_of, run_with, step, unexpected,
};

/// The file with a line break before each element.
fn lines(run: &RunOutcome) -> String {
    junit(run).replace("><", ">\n<").replace("\n<![CDATA[", "<![CDATA[")
}

/// Name and result of every testcase, as `name: result`.
fn results(steps: Vec<Step>, failures: Vec<Failure>, verdict: Verdict) -> Vec<String> {
    let run = run_with(steps, failures, verdict);
    let all = testcases(&run, &run.cases[0]);
    all.iter().skip(1).map(|it| format!("{}: {}", it.name, result(it))).collect()
}

fn result(testcase: &TestCase) -> String {
    use junit_report::TestResult::{Error, Failure, Skipped, SkippedWithCause, Success};
    match &testcase.result {
        Success if testcase.system_out.is_some() => "passed, telling".into(),
        Success => "passed".into(),
        Skipped => "skipped".into(),
        SkippedWithCause { message, .. } => format!("skipped, {message}"),
        Error { message, .. } => format!("error, {message}"),
        Failure { message, .. } => format!("failure, {message}"),
    }
}

fn about(phase: Phase, blame: Blame, message: &str) -> Failure {
    unexpected(Found::new(phase, blame, message))
}

#[test]
fn a_failed_case_is_a_suite_with_a_testcase_per_migration() {
    insta::assert_snapshot!(lines(&failed_run()), @r#"
    <?xml version="1.0" encoding="utf-8"?>
    <testsuites>
    <testsuite skipped="2" id="0" name="a@postgres:17.2/fresh" package="testsuite/a@postgres:17.2/fresh" tests="4" errors="0" failures="1" hostname="localhost" timestamp="2026-05-28T20:26:40.123Z" time="0.036">
    <testcase name="apply 005_vector.sql" time="0" classname="a@postgres:17_2/fresh" file="migrations/005_vector.sql">
    <skipped type="excluded" message="needs the vector extension"/>
    </testcase>
    <testcase name="apply 001_base.sql" time="0.012" classname="a@postgres:17_2/fresh" file="migrations/001_base.sql"/>
    <testcase name="apply 008_plugins.sql" time="0.012" classname="a@postgres:17_2/fresh" file="migrations/008_plugins.sql">
    <failure type="42703" message="column &quot;scope&quot; does not exist"><![CDATA[error[42703]: column "scope" does not exist
     --> migrations/008_plugins.sql:5:11
      |
    5 |     WHERE scope = 'global';
      |           ^^^^^
      |
      = step: apply 008_plugins.sql
      = reproduce: migration-replay run a.toml --filter 'a@any/fresh']]>
    </failure>
    </testcase>
    <testcase name="apply 009_more.sql" time="0.012" classname="a@postgres:17_2/fresh" file="migrations/009_more.sql">
    <skipped type="skipped" message="not reached: 008_plugins.sql failed before"/>
    </testcase>
    </testsuite>
    </testsuites>
    "#);
}

#[test]
fn an_expected_failure_passes_and_tells_its_story() {
    let steps = vec![step(Phase::Apply, Some("008_plugins.sql"), Verdict::Failed)];
    let run = run_with(steps, vec![expected(found())], Verdict::Passed);
    let text = junit(&run);
    assert!(text.contains("<system-out><![CDATA[failed as expected: column"), "{text}");
    assert!(text.contains(r#"failures="0""#), "{text}");
}

#[test]
fn what_failed_before_the_change_is_told_and_fails_nothing() {
    let steps = vec![step(Phase::Apply, Some("008_plugins.sql"), Verdict::Failed)];
    let before = Failure { standing: Standing::Before, is_forgiven: true, ..unexpected(found()) };
    let results = results(steps, vec![before], Verdict::Passed);
    let skipped = "apply 008_plugins.sql: skipped, failed before this change already: column \"scope\" does not exist";
    assert_eq!(results, [skipped]);
}

#[test]
fn several_failures_of_one_step_are_all_told() {
    let steps = vec![step(Phase::Converge, None, Verdict::Failed)];
    let failures = vec![
        about(Phase::Converge, Blame::Environment, "lost"),
        about(Phase::Converge, Blame::Migration, "differs\nmuch"),
    ];
    let run = run_with(steps, failures, Verdict::Failed);
    let text = junit(&run);
    assert!(text.contains(r#"message="differs … (and 1 more)""#), "{text}");
    assert!(text.contains("error: lost") && text.contains("error: differs"), "{text}");
}

#[test]
fn a_failure_that_belongs_to_no_step_has_a_testcase_of_its_own() {
    let steps = vec![step(Phase::Expect, None, Verdict::Passed)];
    let failures = vec![
        about(Phase::Expect, Blame::Migration, "did not happen"),
        about(Phase::Setup, Blame::Scenario, "no such role"),
    ];
    let results = results(steps, failures, Verdict::Failed);
    let wanted =
        ["expect: passed", "expect (2): failure, did not happen", "setup: error, no such role"];
    assert_eq!(results, wanted);
}

#[test]
fn a_failure_of_a_pass_names_its_migration_and_belongs_to_the_pass() {
    let steps = vec![
        step(Phase::Apply, Some("001.sql"), Verdict::Passed),
        step(Phase::Rerun, None, Verdict::Failed),
    ];
    let mut pending = about(Phase::Rerun, Blame::Migration, "pending again");
    pending.found.migration = Some(MigrationId::new("001.sql"));
    let results = results(steps, vec![pending], Verdict::Failed);
    assert_eq!(results, ["apply 001.sql: passed", "rerun: failure, pending again"]);
}

#[test]
fn a_case_that_did_not_run_says_why() {
    let mut run = run_of(&["a@any/fresh", "b@any/fresh", "c@any/fresh"]);
    finish(&mut run, 0, Verdict::Skipped, Some("no image"));
    finish(&mut run, 1, Verdict::Errored, Some("no server"));
    let broken_off = Some("interrupted".to_owned());
    run.add(&Event::RunFinished { took: std::time::Duration::ZERO, broken_off });
    let told: Vec<_> = run.cases.iter().map(|case| result(&testcases(&run, case)[0])).collect();
    let wanted =
        ["skipped, no image", "error, no server", "error, the run was broken off: interrupted"];
    assert_eq!(told, wanted);
}

#[test]
fn a_failed_case_never_looks_green() {
    let results = results(Vec::new(), Vec::new(), Verdict::Failed);
    assert_eq!(results, ["case: failure, no reason was given"]);
}

#[test]
fn the_report_of_a_shard_says_which_one_it_is_also_where_it_has_no_case() {
    let part = |number| ShardPart {
        shard: Shard::new(number, 2).unwrap(),
        all_cases: 1,
        division: "0a1b".into(),
        run: "f1".into(),
    };
    let mut run = failed_run();
    run.shard = Some(part(1));
    let text = lines(&run);
    let properties = "\
timestamp=\"2026-05-28T20:26:40.123Z\" time=\"0.036\">
<properties>
<property name=\"shard\" value=\"1/2\"/>
<property name=\"shard-all-cases\" value=\"1\"/>
<property name=\"shard-division\" value=\"0a1b\"/>
<property name=\"shard-run\" value=\"f1\"/>
</properties>
<testcase ";
    assert!(text.contains(properties), "{text}");
    let empty = RunOutcome { shard: Some(part(2)), ..RunOutcome::default() };
    let text = lines(&empty);
    assert!(text.contains("<testsuite skipped=\"1\" id=\"0\" name=\"shard 2/2\""), "{text}");
    assert!(text.contains("message=\"there are more shards than cases (1)\""), "{text}");
}
