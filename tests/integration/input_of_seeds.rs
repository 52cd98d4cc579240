//! Seeds that cannot be, and findings that cannot be accepted: told with their place and what is right.

use rstest::rstest;

use crate::input::assert_refused;
use crate::support::Project;

#[rstest]
#[case::interrupted_in_a_transaction(
    "seed = [{ interrupted = { migration = '001', after_statement = 1 } }]\nreplay = { transaction = 'file' }",
    &["runs in one transaction: an interruption leaves nothing of it", "transaction = \"statement\""]
)]
#[case::interrupted_after_its_end(
    "seed = [{ interrupted = { migration = '001', after_statement = 9 } }]",
    &["so it cannot stop after 9", "after_statement = "]
)]
#[case::interrupted_and_not_pending(
    "seed = [{ through = '001', interrupted = { migration = '001', after_statement = 1 } }]",
    &["cannot have been interrupted: it is not pending in this seed"]
)]
#[case::not_a_number(
    "seed = [{ interrupted = { migration = '001', after_statement = 0 } }]",
    &["`after_statement` cannot be the number 0", "after_statement = 3"]
)]
#[case::another_history("seed = [{ history = 'all' }]", &["`history` cannot be", "or \"none\""])]
#[case::not_recorded_and_not_run(
    "seed = [{ name = 'a', history = { not_recorded = ['001'] } }]",
    &["`not_recorded` names \"001\", which this seed does not run"]
)]
#[case::newest_of_nothing("seed = [{ newest = 3 }]", &["`newest` counts the tags of `releases`"])]
#[case::releases_without_a_repository("seed = [{ releases = 'v*' }]", &["git repository"])]
#[case::interrupted_inside_its_own_transaction(
    "seed = [{ interrupted = { migration = '010', after_statement = 3 } }]",
    &["the transaction is open that begins in its line 2", "before its BEGIN, or from its COMMIT on"]
)]
#[case::interrupted_and_two_are_meant(
    "seed = [{ interrupted = { migration = '00*', after_statement = 1 } }]",
    &["\"00*\" means 001_users.sql and 002_posts.sql", "name one file"]
)]
#[case::interrupted_and_unknown(
    "seed = [{ interrupted = { migration = '009', after_statement = 1 } }]",
    &["`interrupted` \"009\" matches no migration of"]
)]
#[case::interrupted_somewhere(
    "seed = [{ interrupted = { migration = '001' } }]",
    &["has no `after_statement`", "add after_statement = 3"]
)]
#[case::no_history_of_nothing(
    "seed = [{ history = 'none' }]",
    &["in which no migration was run says nothing", "through = "]
)]
#[case::no_history_of_a_dump(
    "seed = [{ dump = 'case.toml', history = 'none' }]",
    &["without `through` nothing of a dump is recorded anyway"]
)]
#[case::recorded_and_unknown(
    "seed = [{ history = { recorded_not_run = ['009'] } }]",
    &["`recorded_not_run` \"009\" matches no migration of"]
)]
#[case::not_recorded_and_unknown(
    "seed = [{ through = '001', history = { not_recorded = ['009'] } }]",
    &["`not_recorded` \"009\" matches no migration of"]
)]
#[case::recorded_and_not_recorded(
    "seed = [{ through = '001', history = { not_recorded = ['001'], recorded_not_run = ['1'] } }]",
    &["001_users.sql is both run and not recorded", "leave it out of"]
)]
#[case::built_on_an_image_and_fresh(
    "seed = [{ image = 'postgres:15' }]",
    &["nothing of this seed is built on \"postgres:15\"", "through = "]
)]
#[case::two_images("seed = [{ through = '001', image = ['a', 'b'] }]", &["`image` cannot be a list"])]
#[case::releases_with_a_name(
    "seed = [{ name = 'old', releases = 'v*' }]",
    &["named by their tags", "leave `name` out"]
)]
#[case::releases_and_a_dump(
    "seed = [{ releases = 'v*', dump = 'case.toml' }]",
    &["a seed with `releases` is made of the migrations of that commit"]
)]
#[case::a_folder_that_is_no_dump(
    "seed = [{ dump = '.' }]",
    &["it is a folder without toc.dat", "--format=directory"]
)]
#[case::a_release_and_a_dump(
    "seed = [{ ref = 'v1', dump = 'x.dump' }]",
    &["made of the migrations of that commit, and of nothing else"]
)]
fn a_seed_that_cannot_be_is_refused(#[case] line: &str, #[case] texts: &[&str]) {
    assert_refused(line, texts);
}

#[test]
fn what_is_wrong_with_a_seed_is_told_once_for_all_images() {
    let images = "image = ['postgres:15', 'postgres:17']";
    let files = [("001_a.sql", "select 1;")];
    let seed = format!("{images}\nseed = [{{ through = '045' }}]");
    let ran = Project::with_scenario(&files, &seed).run(&["run"]);
    ran.assert(2, &[]);
    assert_eq!(ran.text.matches("matches no migration").count(), 1, "{}", ran.text);
}

#[rstest]
#[case::accepted_in_a_pass_that_does_not_run(
    "accept = [{ pass = 'reexecute', migration = '001', reason = 'r' }]",
    &["accepted in the pass reexecute, which this scenario does not run"]
)]
#[case::accepted_without_a_reason(
    "accept = [{ pass = 'rerun', migration = '001' }]",
    &["reason = \"seed data, applied once\""]
)]
fn a_finding_that_cannot_be_is_not_accepted(#[case] line: &str, #[case] texts: &[&str]) {
    assert_refused(line, texts);
}
