//! Seeds that cannot be, and findings that cannot be accepted: told with their place and what is right.

use rstest::rstest;

use crate::input::assert_refused;

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
#[case::a_release_and_a_dump(
    "seed = [{ ref = 'v1', dump = 'x.dump' }]",
    &["made of the migrations of that commit, and of nothing else"]
)]
fn a_seed_that_cannot_be_is_refused(#[case] line: &str, #[case] texts: &[&str]) {
    assert_refused(line, texts);
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
