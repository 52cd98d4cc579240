use super::super::super::samples::{
    expected, failed_run, finish, found, place_of, run_of, run_with, unexpected,
};
use super::*;
use crate::migration::MigrationId;
use crate::outcome::{Advice, CaseId, Event};
use crate::place::{Problem, SourceText};
use crate::scenario::Cause;

fn paths() -> RepositoryPaths {
    RepositoryPaths::new("/repository/db", "/repository")
}

#[test]
fn a_failure_is_shown_at_its_place_in_its_file() {
    let text = annotations(&failed_run(), &paths()).lines;
    assert_eq!(
        text,
        "::error file=db/migrations/008_plugins.sql,line=5,col=11,title=42703%3A 008_plugins.sql\
         ::column \"scope\" does not exist (SQLSTATE 42703)\n"
    );
}

#[test]
fn a_failure_that_is_explained_tells_its_cause_who_is_to_blame_and_the_first_way_out() {
    let mut found = found();
    found.cause = Some(Cause::ExcludedDependency);
    found.certain = true;
    found.culprits = vec![Culprit {
        migration: Some(MigrationId::new("005_vector.sql")),
        place: Some(place_of("CREATE UNIQUE")),
        object: None,
        deed: "excluded here; would add column scope".into(),
    }];
    found.advice = vec![
        Advice { text: "exclude 008_plugins.sql too".into(), proven: true },
        Advice { text: "or not".into(), proven: false },
    ];
    let run = run_with(Vec::new(), vec![unexpected(found)], Verdict::Failed);
    let text = annotations(&run, &paths()).lines;
    let end = "title=excluded-dependency%3A 008_plugins.sql::column \"scope\" does not exist (SQLSTATE 42703)%0A\
               db/migrations/008_plugins.sql:3: excluded here; would add column scope%0A\
               help: exclude 008_plugins.sql too (proven by a replay)\n";
    assert!(text.ends_with(end), "{text}");
}

#[test]
fn the_same_failure_of_several_cases_is_one_annotation() {
    let mut run = run_of(&["a@x/fresh", "b@x/fresh"]);
    for case in [0, 1] {
        let failure = Box::new(unexpected(found()));
        run.add(&Event::FailureFound { case: CaseId(case), failure });
        finish(&mut run, case, Verdict::Failed, None);
    }
    let text = annotations(&run, &paths()).lines;
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.ends_with("%0A(2 times in this run)\n"), "{text}");
}

#[test]
fn what_should_be_looked_at_in_scenarios_is_a_warning() {
    let mut run = run_of(&["a@x/fresh"]);
    finish(&mut run, 0, Verdict::Passed, None);
    run.input = Problem::warning("no tag matches").path("a.toml").help("git tag").into();
    let text = annotations(&run, &paths()).lines;
    let expected = "::warning file=db/a.toml,title=migration-replay::no tag matches%0Agit tag\n";
    assert_eq!(text, expected);
}

#[test]
fn hazards_are_warnings_and_what_was_expected_is_not_told() {
    let mut run = run_with(Vec::new(), vec![expected(found())], Verdict::Passed);
    assert_eq!(annotations(&run, &paths()), Annotations::default());
    let other = |message: &str| {
        let mut other = found();
        other.error.message = message.into();
        other
    };
    let mut generated = other("only over generated rows");
    generated.only_generated = true;
    for hazard in [unexpected(found()), expected(other("accepted")), unexpected(generated)] {
        run.add(&Event::HazardFound { case: CaseId(0), hazard: Box::new(hazard) });
    }
    let text = annotations(&run, &paths()).lines;
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.starts_with("::warning file=db/migrations/008_plugins.sql"), "{text}");
}

#[test]
fn a_case_that_could_not_run_is_an_error_without_a_file() {
    let mut run = run_of(&["a@x/fresh"]);
    finish(&mut run, 0, Verdict::Errored, Some("there is no image x"));
    assert_eq!(annotations(&run, &paths()).lines, "::error title=errored::there is no image x\n");
}

#[test]
fn each_problem_of_the_input_is_shown_at_its_place() {
    let text = SourceText::new("../scenarios/a.toml", "migrations = 1\n");
    let problems = Problems(vec![
        Problem::error("migrations is a number").at(text.place(13..14)).help("name a folder"),
        Problem::warning("odd").path("x"),
    ]);
    assert_eq!(
        problem_annotations(&problems, &paths()).lines,
        "::error file=scenarios/a.toml,line=1,col=14,title=migration-replay cannot run::migrations is a number%0Aname a folder\n\
         ::warning file=db/x,title=migration-replay::odd\n"
    );
}
