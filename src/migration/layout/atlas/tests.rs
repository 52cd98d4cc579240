use rstest::rstest;

use super::super::testing::{folder_of, ids, sent};
use super::*;

/// A folder with its sum.
fn summed(files: &[(&str, &str)]) -> Folder {
    let mut folder = folder_of(files);
    let sql: Vec<_> = folder.sql_files().collect();
    let text = sum::of(&sql);
    folder.files.push(FolderFile::new(sum::NAME, text));
    folder
}

fn read(folder: &Folder) -> Result<MigrationSet, String> {
    Atlas.read(folder, &Variables::default()).map_err(|problems| problems.to_string())
}

fn set_of(files: &[(&str, &str)]) -> MigrationSet {
    read(&summed(files)).unwrap()
}

#[test]
fn files_run_by_name_and_are_called_by_what_stands_before_the_underscore() {
    let set =
        set_of(&[("10_c.sql", ""), ("9.sql", ""), ("2.10.x-20_d_e.sql", ""), ("x/1.sql", "")]);
    assert_eq!(ids(&set), ["10", "2.10.x-20", "9"]);
    assert!(Atlas.recognises(&summed(&[("1.sql", "")])));
}

#[rstest]
#[case::halves("1_a.down.sql", "")]
#[case::goose("1_a.sql", "-- +goose Up\nselect 1;")]
fn folders_of_other_tools_with_a_sum_are_theirs(#[case] name: &str, #[case] text: &str) {
    assert!(!Atlas.recognises(&summed(&[(name, text)])));
}

#[test]
fn a_sum_that_was_computed_elsewhere_is_accepted() {
    let mut folder = folder_of(&[("1_a.sql", "select 1;\n")]);
    assert!(read(&folder).unwrap_err().contains("there is no atlas.sum"));
    let text = "h1:ApfEFGGzL7FV4HTavk24Dcy/MwyMorbb9ehzGm3CXLM=\n\
                1_a.sql h1:0xoiBEBByCn3Qg4/3ZN3bzJGTBHXJNbUIxA6ZttFvio=\n";
    folder.files.push(FolderFile::new(sum::NAME, text));
    assert_eq!(read(&folder).map(|set| set.migrations().len()), Ok(1));
}

#[test]
fn what_differs_from_the_sum_is_told_by_file() {
    let mut folder = summed(&[("1_a.sql", "a"), ("2_b.sql", "b"), ("3_c.sql", "c")]);
    folder.files.retain(|file| file.name() != "2_b.sql");
    folder.files.insert(2, FolderFile::new("4_d.sql", ""));
    folder.files[0].bytes = b"other".into();
    let problems = read(&folder).unwrap_err();
    assert!(problems.contains("atlas.sum:3:1: 2_b.sql is listed in atlas.sum and is not there"));
    assert!(problems.contains("migrations/atlas.sum: 4_d.sql is not listed in atlas.sum"));
    assert!(problems.contains("atlas.sum:2:1: 1_a.sql was edited after its hash was written"));
}

#[test]
fn the_first_line_must_be_the_sum_of_the_others() {
    let mut folder = summed(&[("1_a.sql", "a")]);
    let text = String::from_utf8(folder.files[1].bytes.clone()).unwrap();
    let (_, entries) = text.split_once('\n').unwrap();
    folder.files[1].bytes = format!("h1:x\n{entries}").into();
    assert!(read(&folder).unwrap_err().contains("atlas.sum:1:1: the first line is not the sum"));
}

#[test]
fn a_file_may_be_left_out_of_the_sum() {
    let mut folder = summed(&[("1_a.sql", "-- atlas:sum ignore\n\na"), ("2_b.sql", "b")]);
    assert!(read(&folder).is_ok());
    folder.files[0].bytes.extend(b"; c");
    assert!(read(&folder).is_ok());
}

#[rstest]
#[case::none("-- atlas:txmode none\n\nvacuum;", Some(BodyRule::STATEMENTS))]
#[case::file("-- atlas:txmode file\n\n", Some(BodyRule::STATEMENTS_IN_TRANSACTION))]
#[case::said_to_a_statement("-- atlas:txmode none\nvacuum;", None)]
fn a_file_may_ask_for_no_transaction(#[case] text: &str, #[case] rule: Option<BodyRule>) {
    let set = set_of(&[("1_a.sql", text)]);
    assert_eq!(set.migrations()[0].rule, rule);
    assert!(set.migrations()[0].refused.is_none());
}

#[rstest]
#[case::all("-- atlas:txmode all\n\n", "1_a.sql:1:4: a file cannot ask for one transaction")]
#[case::unknown("-- atlas:txmode off\n\n", "there is no transaction mode \"off\"")]
#[case::two("-- atlas:txmode none\n-- atlas:txmode none\n\n", "more than one transaction mode")]
#[case::unreadable("select 1;\nselect 'a", "1_a.sql:2:8: this quote is never closed")]
fn what_atlas_cannot_run_is_refused_when_its_turn_comes(
    #[case] text: &str,
    #[case] expected: &str,
) {
    let set = set_of(&[("1_a.sql", text)]);
    let refused = set.migrations()[0].refused.as_ref().map(ToString::to_string);
    assert!(refused.as_ref().is_some_and(|it| it.contains(expected)), "{refused:?}");
}

#[test]
fn a_checkpoint_stands_for_what_is_before_it() {
    let set = set_of(&[("1_a.sql", ""), ("2_b.sql", "-- atlas:checkpoint\n\nselect 1")]);
    assert_eq!(set.migrations()[1].kind, MigrationKind::Baseline);
}

#[test]
fn a_second_file_of_one_version_is_refused() {
    let set = set_of(&[("1_a.sql", ""), ("1_b.sql", "")]);
    assert_eq!(ids(&set), ["1", "1_b.sql"]);
    let refused = set.migrations()[1].refused.as_ref().map(ToString::to_string);
    assert!(refused.is_some_and(|it| it.contains("another file has the version 1")));
}

#[test]
fn only_the_migration_of_an_archive_runs() {
    let text = "-- atlas:txtar\n\n-- checks.sql --\nselect 1;\n-- migration.sql --\nselect 2;\n";
    let set = set_of(&[("1_a.sql", text)]);
    assert_eq!(sent(&set.migrations()[0].up), ["select 2"]);
    let warning = set.warnings.to_string();
    assert!(warning.contains("1_a.sql:3:1: the checks of checks.sql are not run here"));
}

#[test]
fn templates_are_refused_where_the_project_has_them() {
    let mut folder = summed(&[("1_a.sql", "select '{{ .Env }}'")]);
    assert!(read(&folder).is_ok());
    folder.beside.push(FolderFile::new("atlas.hcl", "data \"template_dir\" \"x\" {}"));
    assert!(read(&folder).unwrap_err().starts_with("migrations/1_a.sql:1:9: Atlas's templates"));
}
