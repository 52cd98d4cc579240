use super::*;
use crate::outcome::{Event, Phase};
use crate::report::samples::{
    expected, failed_run, finish, found, run_of, run_with, step, unexpected,
};

#[test]
fn tells_a_failed_case_with_its_failures() {
    insta::assert_snapshot!(summary(&failed_run(), Shown::All, Style::Plain), @r#"
    failed: a@postgres:17.2/fresh

    error[42703]: column "scope" does not exist
     --> migrations/008_plugins.sql:5:11
      |
    5 |     WHERE scope = 'global';
      |           ^^^^^
      |
      = step: apply 008_plugins.sql
      = reproduce: migration-replay run a.toml --filter 'a@any/fresh'

    1 case: 1 failed in 3.4 s
    "#);
}

#[test]
fn cases_that_failed_alike_share_one_text() {
    let mut run = failed_run();
    let mut other = run.cases[0].clone();
    other.head.name = "a@postgres:15/fresh".into();
    other.failures[0].reproduce = "migration-replay run b.toml".into();
    run.cases.push(other);
    let text = summary(&run, Shown::All, Style::Plain);
    assert!(
        text.starts_with("failed: a@postgres:17.2/fresh\nfailed: a@postgres:15/fresh\n\nerror")
    );
    assert_eq!(text.matches("does not exist").count(), 1, "{text}");
    assert!(text.contains("'a@any/fresh'\n               migration-replay run b.toml\n"), "{text}");
}

#[test]
fn a_kept_database_is_told_below_its_failure_and_at_the_end() {
    let mut run = failed_run();
    run.cases[0].kept = Some(crate::outcome::Kept {
        server: "postgres:17 (container it)".into(),
        url: "postgres://postgres:secret@127.0.0.1:1/a".into(),
        is_on_given_server: false,
        psql: crate::outcome::Psql::Here("psql".into()),
        roles: vec!["app".into()],
        stopped: None,
        dump: crate::outcome::Dump::NotAsked,
    });
    let text = summary(&run, Shown::All, Style::Plain);
    insta::assert_snapshot!(&text[text.find("  = step").unwrap()..], @r"
      = step: apply 008_plugins.sql
      = reproduce: migration-replay run a.toml --filter 'a@any/fresh'
      = kept: psql postgres://postgres:secret@127.0.0.1:1/a

    1 case: 1 failed in 3.4 s

    kept: 1 database
      a@postgres:17.2/fresh on postgres:17 (container it)
        psql postgres://postgres:secret@127.0.0.1:1/a
        roles that stay with it: app
    take away what is kept: migration-replay clean
    ");
}

#[test]
fn groups_cases_that_did_not_run_by_their_reason() {
    let mut run = run_of(&["a@x/fresh", "b@x/fresh", "c@any/fresh", "d@any/fresh"]);
    finish(&mut run, 0, Verdict::Skipped, Some("no image x"));
    finish(&mut run, 1, Verdict::Skipped, Some("no image x"));
    finish(&mut run, 2, Verdict::Passed, None);
    let broken_off = Some("interrupted".to_owned());
    run.add(&Event::RunFinished { took: std::time::Duration::from_secs(75), broken_off });
    insta::assert_snapshot!(summary(&run, Shown::All, Style::Plain), @r#"
    skipped: no image x
      a@x/fresh
      b@x/fresh
    errored: the run was broken off: interrupted
      d@any/fresh

    the run was broken off: interrupted
    4 cases: 1 passed, 1 errored, 2 skipped in 1 min 15 s
    "#);
}

#[test]
fn an_expected_failure_is_one_line() {
    let steps = vec![step(Phase::Apply, Some("008_plugins.sql"), Verdict::Failed)];
    let failures = vec![expected(found()), expected(found())];
    let run = run_with(steps, failures, Verdict::Passed);
    insta::assert_snapshot!(summary(&run, Shown::All, Style::Plain), @r#"
    as expected: 008_plugins.sql failed with 42703 (2 times)

    1 case: 1 passed in 3.4 s
    "#);
}

#[test]
fn colours_appear_only_where_they_are_wanted() {
    assert!(!summary(&failed_run(), Shown::All, Style::Plain).contains('\u{1b}'));
    assert!(
        summary(&failed_run(), Shown::All, Style::Colour)
            .contains("\u{1b}[1;31m1 case: 1 failed in 3.4 s")
    );
}

#[test]
fn what_several_cases_fail_with_is_told_once_and_what_one_has_besides_below() {
    let mut run = failed_run();
    let mut other = run.cases[0].clone();
    other.head.name = "a@postgres:17.2/older".into();
    let mut own = unexpected(found());
    own.found.error.message = "it has rows".into();
    other.failures.push(own);
    run.cases.push(other);
    let text = summary(&run, Shown::WorthALook, Style::Plain);
    assert_eq!(text.matches("does not exist").count(), 1, "{text}");
    let both =
        "failed: a@postgres:17.2/fresh\nfailed: a@postgres:17.2/older\n\nerror[42703]: column";
    assert!(text.starts_with(both), "{text}");
    let below = text.split("failed: a@postgres:17.2/older\n\n").nth(2).unwrap();
    assert!(below.starts_with("error[42703]: it has rows"), "{text}");
}

#[test]
fn a_case_that_fails_twice_with_one_text_has_it_twice() {
    let mut run = failed_run();
    let again = run.cases[0].failures[0].clone();
    run.cases[0].failures.push(again);
    let text = summary(&run, Shown::WorthALook, Style::Plain);
    assert_eq!(text.matches("does not exist").count(), 2, "{text}");
    assert_eq!(text.matches("failed: a@").count(), 1, "{text}");
}

#[test]
fn many_failures_of_one_kind_are_shown_by_a_line_each() {
    let mut run = failed_run();
    for _ in 0..9 {
        let mut failure = unexpected(found());
        failure.found.cause = Some(crate::scenario::Cause::MissingFromSet);
        run.cases[0].failures.push(failure);
    }
    let told = summary(&run, Shown::WorthALook, Style::Plain);
    assert!(told.contains("7 more like these in the pass apply"), "{told}");
    assert!(told.contains("to see each whole: --all"), "{told}");
    assert_eq!(summary(&run, Shown::All, Style::Plain).matches("= step").count(), 10);
}

#[test]
fn of_many_hazards_the_first_few_are_shown_or_each_where_that_is_asked() {
    let mut run = failed_run();
    for number in 0..12 {
        let mut found = Found { phase: Phase::Reexecute, ..found() };
        found.error.message = format!("table {number} is there already");
        let generated = Found { only_generated: true, ..found.clone() };
        run.cases[0].hazards.extend([unexpected(found), unexpected(generated)]);
    }
    let told = summary(&run, Shown::WorthALook, Style::Plain);
    assert!(told.contains("note: 12 hazards in the pass reexecute; --all shows each"), "{told}");
    assert!(told.contains("and 2 hazards more (--all shows each)"), "{told}");
    let all = summary(&run, Shown::All, Style::Plain);
    assert_eq!(all.matches("note: reexecute 008_plugins.sql: table ").count(), 12, "{all}");
    assert_eq!(all.matches("hazard: reexecute 008_plugins.sql fails").count(), 12, "{all}");
    assert!(!all.contains("--all"), "{all}");
}
