use std::collections::BTreeMap;

use rstest::rstest;

use super::*;
use crate::migration::layout::testing::set_of;
use crate::migration::{BodyRule, MigrationId};
use crate::outcome::{Blame, Found, Phase, SqlError};
use crate::place::SourceText;
use crate::plan::{CasePlan, Inputs, Origin, PrepStep, build};
use crate::scenario::{Defaults, SqlState, parse};

const FILES: &[(&str, &str)] = &[
    ("001_a.sql", "create table a (id integer);"),
    ("002_b.sql", "select 1;\nselect b -- why\n;\nselect 3;"),
    ("003_c.sql", "copy a from stdin;\n1\n\\.\nselect 4;"),
];

/// The only case of a scenario over the files.
fn case(scenario: &str) -> CasePlan {
    let text = format!("migrations = 'm'\n{scenario}");
    let (scenario, problems) = parse(&SourceText::new("s.toml", text), &Defaults::default());
    let scenario = scenario.unwrap_or_else(|| panic!("{problems}"));
    let inputs = Inputs {
        releases: BTreeMap::new(),
        set: std::sync::Arc::new(set_of(FILES)),
        scripts: BTreeMap::new(),
        dumps: BTreeMap::new(),
        environment: BTreeMap::new(),
        origin: Origin::Flags(String::new()),
    };
    let (cases, _) = build(&std::sync::Arc::new(scenario), &inputs).unwrap();
    cases.into_iter().next().unwrap()
}

fn found(phase: Phase, migration: &str, statement: Option<usize>) -> Found {
    let error = SqlError {
        sqlstate: SqlState::parse("42703"),
        message: "column \"b\" does not exist".into(),
        ..SqlError::default()
    };
    let mut found = Found::sql(phase, Blame::Migration, error);
    found.migration = Some(MigrationId::new(migration));
    found.statement_index = statement;
    found
}

fn ids(case: &CasePlan) -> Vec<&str> {
    case.chain.iter().map(|migration| migration.id.as_str()).collect()
}

#[test]
fn a_failing_statement_is_left_and_those_before_it_are_run() {
    let case = case("");
    let stop = Stop::before(&found(Phase::Apply, "002_b.sql", Some(1)), &case).unwrap();
    assert_eq!((stop.runs, stop.leaves.clone()), (1, 1..2));
    assert_eq!(stop.sql(), "select b;\n");
    let cut = case.stopping(stop);
    assert_eq!(ids(&cut), ["001_a.sql"]);
    let stop = cut.stop_in(Phase::Apply);
    assert_eq!(stop.map(|stop| stop.body.name()).as_deref(), Some("002_b.sql"));
}

#[test]
fn in_one_transaction_the_earlier_statements_can_be_left_as_well() {
    let case = case("[replay]\ntransaction = 'file'");
    let stop = Stop::before(&found(Phase::Apply, "002_b.sql", Some(1)), &case).unwrap();
    assert_eq!(stop.otherwise, Otherwise::Drop);
    let whole = stop.whole().unwrap();
    assert_eq!((whole.runs, whole.otherwise), (0, Otherwise::Keep));
    assert_eq!(whole.sql(), "BEGIN;\n\nselect 1;\nselect b;\n");
    assert!(whole.whole().is_none());
}

#[test]
fn a_failing_end_of_a_transaction_leaves_the_file_with_its_commit() {
    let case = case("[replay]\ntransaction = 'file'");
    let stop = Stop::before(&found(Phase::Apply, "003_c.sql", None), &case).unwrap();
    let expected = "BEGIN;\n\ncopy a from stdin;\n1\n\\.\nselect 4;\n\nCOMMIT;\n";
    assert_eq!(stop.sql(), expected);
    assert_eq!(ids(&case.stopping(stop)), ["001_a.sql", "002_b.sql"]);
}

#[test]
fn a_failure_in_the_seed_stops_there_and_no_migration_follows() {
    let case = case("[[seed]]\nthrough = '002'");
    let stop = Stop::before(&found(Phase::Seed, "002_b.sql", Some(0)), &case).unwrap();
    let cut = case.stopping(stop);
    let steps: Vec<_> = cut.seeding.iter().map(|step| format!("{step:?}")).collect();
    assert!(matches!(cut.seeding.as_slice(), [PrepStep::Migrate(_)]), "{steps:?}");
    assert!(cut.stop_in(Phase::Seed).is_some() && cut.stop_in(Phase::Apply).is_none());
    assert_eq!(ids(&cut), Vec::<&str>::new());
}

#[rstest]
#[case::another_phase(Phase::Converge, "002_b.sql", Some(1))]
#[case::no_such_file(Phase::Apply, "009_z.sql", Some(1))]
#[case::not_in_the_seed(Phase::Seed, "002_b.sql", Some(1))]
fn what_is_in_no_statement_of_a_file_is_not_stopped_before(
    #[case] phase: Phase,
    #[case] migration: &str,
    #[case] statement: Option<usize>,
) {
    assert!(Stop::before(&found(phase, migration, statement), &case("")).is_none());
}

#[test]
fn a_finding_of_our_own_about_a_whole_file_is_not_stopped_before() {
    let mut divergent = Found::new(Phase::Apply, Blame::Migration, "it was edited");
    divergent.migration = Some(MigrationId::new("002_b.sql"));
    assert!(Stop::before(&divergent, &case("")).is_none());
}

#[rstest]
#[case::file("002_b.sql", 0, 0..1)]
#[case::version("002", 0, 0..1)]
#[case::statement("002:3", 2, 2..3)]
fn the_user_names_a_migration_and_a_statement(
    #[case] text: &str,
    #[case] runs: usize,
    #[case] leaves: std::ops::Range<usize>,
) {
    let stop = Stop::at(text, &case("")).unwrap();
    assert_eq!((stop.runs, stop.leaves, stop.phase), (runs, leaves, Phase::Apply));
}

#[rstest]
#[case::no_such_statement("002:4", "", "002_b.sql has 3 statements, counted from 1")]
#[case::no_statement_zero("002:0", "", "002_b.sql has 3 statements, counted from 1")]
#[case::no_such_migration("009", "", "no migration is called 009")]
#[case::excluded(
    "002",
    "exclude = [{ migration = '002', reason = 'x' }]",
    "002_b.sql is left out in this case"
)]
fn a_place_that_is_not_in_the_case_is_told(
    #[case] text: &str,
    #[case] scenario: &str,
    #[case] expected: &str,
) {
    assert_eq!(Stop::at(text, &case(scenario)).unwrap_err(), expected);
}

#[test]
fn a_migration_of_the_seed_is_stopped_in_there() {
    let stop = Stop::at("001", &case("[[seed]]\nthrough = '002'")).unwrap();
    assert_eq!((stop.phase, stop.rule), (Phase::Seed, BodyRule::STATEMENTS));
    assert_eq!(stop.body.name(), "001_a.sql");
}
