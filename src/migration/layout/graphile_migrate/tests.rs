use super::super::testing::{folder_of, ids, read_as, read_with};
use super::*;
use rstest::rstest;

const FIRST: &str =
    "--! Previous: -\n--! Hash: sha1:005c6eb7364156e6b0d158d8b2767a24f1ce6611\n\nselect 1;\n";
const SECOND: &str = "--! Previous: sha1:005c6eb7364156e6b0d158d8b2767a24f1ce6611\n\
                      --! Hash: sha1:25e74b3f7d5496bbcd41cc6010dc1847e9d9c230\n\
                      --! Message: again\n\n\nselect 2;\n\n";
const THIRD: &str = "--! Previous: sha1:005c6eb7364156e6b0d158d8b2767a24f1ce6611\n\
                     --! Hash: sha1:cd32cbf93e0441d7bf6e54e6c7ff3c49b254dd0b\n\n\
                     --! no-transaction\nselect :APP_USER;\n";

fn read(files: &[(&str, &str)]) -> Result<MigrationSet, String> {
    read_as("graphile-migrate", files)
}

fn refused(set: &MigrationSet) -> Option<&str> {
    set.migrations().last()?.refused.as_ref().map(|problem| problem.message.as_str())
}

#[test]
fn hashes_are_those_that_the_tool_writes() {
    let files = [("committed/000001.sql", FIRST), ("committed/000002-again.sql", SECOND)];
    let set = read(&files).unwrap();
    assert_eq!(ids(&set), ["000001.sql", "000002.sql"]);
    assert!(set.migrations().iter().all(|migration| migration.refused.is_none()));
    let up = &set.migrations()[1].up;
    assert_eq!(&up.text()[up.body()], "select 2;");
}

#[test]
fn a_changed_file_is_refused_when_it_is_run() {
    let changed = FIRST.replace("select 1", "select 3");
    let set = read(&[("000001.sql", &changed)]).unwrap();
    assert!(refused(&set).is_some_and(|message| message.contains("changed since")));
    let allowed = changed.replace("\n\n", "\n--! AllowInvalidHash\n\n");
    assert_eq!(refused(&read(&[("000001.sql", &allowed)]).unwrap()), None);
    let needless = FIRST.replace("\n\n", "\n--! AllowInvalidHash\n\n");
    let set = read(&[("000001.sql", &needless)]).unwrap();
    assert!(refused(&set).is_some_and(|message| message.contains("the hash is right")));
}

#[rstest]
#[case::broken_chain(&[("000001.sql", FIRST), ("000003.sql", FIRST)], "the migration before this one is")]
#[case::missing_first(&[("000002.sql", SECOND)], "not here")]
#[case::no_hash(&[("000001.sql", "--! Previous: -\n\nselect 1;\n")], "no header \"Hash\"")]
#[case::no_empty_line(&[("000001.sql", "--! Previous: -\n--! Hash: x\nselect 1;\n")], "no empty line")]
#[case::carriage_returns(&[("000001.sql", "--! Previous: -\r\n\r\nselect 1;\r\n")], "CR LF")]
#[case::twice(&[("000001.sql", "--! Previous: -\n--! Previous: -\n\nselect 1;\n")], "twice")]
#[case::one_number_twice(&[("000001.sql", FIRST), ("000001-again.sql", FIRST)], "the number 000001")]
fn what_the_tool_cannot_read_is_refused(#[case] files: &[(&str, &str)], #[case] problem: &str) {
    let problems = read(files).unwrap_err();
    assert!(problems.contains(problem), "{problems}");
}

#[test]
fn placeholders_are_filled_in_after_the_hash_is_taken() {
    let files = [("000001.sql", FIRST), ("000002.sql", THIRD)];
    let set = read_with("graphile-migrate", &files, &[("APP_USER", "7")]).unwrap();
    let migration = &set.migrations()[1];
    assert_eq!(migration.up.text(), "--! no-transaction\nselect 7;");
    assert_eq!(migration.rule, Some(BodyRule::WHOLE));
    assert!(migration.refused.is_none());
    assert_eq!(migration.up.checksum(), Script::new(migration.up.source().clone()).checksum());
    let longer = read_with("graphile-migrate", &files, &[("APP_USE", "7")]).unwrap();
    assert!(longer.migrations()[1].up.names(":APP_USER"));
}

#[test]
fn the_names_that_the_tool_knows_need_values_and_others_need_capitals() {
    let owned = FIRST.replace("select 1", "alter database :DATABASE_NAME owner to :DATABASE_OWNER");
    let problems =
        read_with("graphile-migrate", &[("000001.sql", &owned)], &[("app_user", "")]).unwrap_err();
    for part in [":DATABASE_NAME,", ":DATABASE_OWNER,", "\"app_user\""] {
        assert!(problems.contains(part), "{problems}");
    }
}

#[test]
fn what_is_not_committed_is_left_out() {
    let files = [
        ("afterReset.sql", "create extension citext;"),
        ("committed/000001.sql", FIRST),
        ("committed/notes.sql", ""),
        ("current.sql", "-- Enter migration here\n"),
        ("current/1-draft.sql", "select 2;"),
        ("fixtures/views.sql", "select 3;"),
    ];
    let set = read(&files).unwrap();
    let left_out: Vec<_> = set.left_out.iter().map(|it| it.file.to_string_lossy()).collect();
    assert_eq!(left_out, ["afterReset.sql", "committed/notes.sql", "current/1-draft.sql"]);
}

#[test]
fn is_told_by_its_headers() {
    assert!(GraphileMigrate.recognises(&folder_of(&[("committed/000001.sql", FIRST)])));
    assert!(GraphileMigrate.recognises(&folder_of(&[("000001-a.sql", FIRST)])));
    assert!(!GraphileMigrate.recognises(&folder_of(&[("000001.sql", "select 1;")])));
    assert!(!GraphileMigrate.recognises(&folder_of(&[("000001_a.sql", FIRST)])));
}
