//! Supabase: `supabase/migrations/20250101000000_name.sql`, as `supabase db push` applies them.
//!
//! Rules are those of supabase/cli: names and order of `pkg/migration/list.go`; one batch per file with
//! its row of the history, and `RESET ALL` before it, of `pkg/migration/{apply,file}.go`; late files of
//! `internal/migration/up/up.go`. The other files here name theirs.

mod cutter;
mod history;

use std::collections::HashSet;
use std::ops::Range;

use super::{Folder, FolderFile, Layout, TWICE};
use crate::migration::split::{TokenKind, tokens, words};
use crate::migration::{
    BodyRule, Cut, LeftOut, Migration, MigrationId, MigrationSet, Order, Sessions, Variables,
    Version,
};
use crate::place::{Problem, Problems};

/// The migrations of a Supabase project.
pub(super) struct Supabase;

impl Layout for Supabase {
    fn name(&self) -> &'static str {
        "supabase"
    }

    fn recognises(&self, folder: &Folder) -> bool {
        let is_its_folder = folder.path.ends_with("supabase/migrations")
            || folder.is_said_beside("config.toml", "project_id");
        let is_of_another = folder.file("meta/_journal.json").is_some();
        let has_files = folder.sql_files().any(|file| split_name(file.name()).is_some());
        is_its_folder && !is_of_another && has_files
    }

    fn read(&self, folder: &Folder, _: &Variables) -> Result<MigrationSet, Problems> {
        let mut problems = Problems::default();
        let mut left_out = folder.switched_off();
        let mut versions = HashSet::new();
        let mut migrations = Vec::new();
        for file in folder.sql_files() {
            let version = match version_of(folder, file) {
                Ok(version) => version,
                Err(why) => {
                    left_out.push(LeftOut::new(&file.relative, why));
                    continue;
                }
            };
            match read_file(folder, file, version) {
                Ok(mut migration) => {
                    if !versions.insert(version) {
                        refuse_second(&mut migration);
                    }
                    migrations.push(migration);
                }
                Err(problem) => problems.push(problem),
            }
        }
        if migrations.is_empty() && !problems.has_errors() {
            let help = "name the folder that holds files such as 20250101000000_users.sql";
            let message = "there is no migration of Supabase here";
            problems.push(Problem::error(message).path(&folder.path).help(help));
        }
        if problems.has_errors() {
            return Err(problems);
        }
        let mut set = MigrationSet::in_order(self.name(), folder.path.clone(), migrations);
        set.rule = BodyRule::STATEMENTS_IN_TRANSACTION;
        set.order = Order::Strict;
        set.sessions = Sessions::Restored("RESET ALL");
        set.ledger = Some(history::LEDGER);
        set.left_out = left_out;
        Ok(set)
    }
}

/// The version of a file, or why the CLI passes over it.
fn version_of<'f>(folder: &Folder, file: &'f FolderFile) -> Result<&'f str, &'static str> {
    let is_first = folder.files.first().is_some_and(|first| first.relative == file.relative);
    if is_first && is_old_beginning(file.name()) {
        return Err("the CLI passes over an _init.sql from before December 2021");
    }
    let split = split_name(file.name());
    split.map(|(version, _)| version).ok_or("its name is not like 20250101000000_name.sql")
}

/// Version and name of `20250101000000_name.sql`.
fn split_name(name: &str) -> Option<(&str, &str)> {
    let (version, rest) = name.strip_suffix(".sql")?.split_once('_')?;
    let is_number = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some((version, rest))
}

/// The last moment, as versions write it, before the CLI stopped writing such files.
const OLD: u64 = 20_211_209_000_000;

/// Whether a name holds fourteen digits and `_init.sql`, and is older than that.
fn is_old_beginning(name: &str) -> bool {
    let Some((before, _)) = name.split_once("_init.sql") else { return false };
    let digits = before.len().checked_sub(14).and_then(|start| before.get(start..));
    let is_number = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
    digits.filter(is_number).and_then(|it| it.parse::<u64>().ok()).is_some_and(|it| it < OLD)
}

fn read_file(folder: &Folder, file: &FolderFile, version: &str) -> Result<Migration, Problem> {
    let script = file.script(folder)?;
    let spans = cutter::statements(script.text()).into_iter();
    let spans: Vec<_> = spans.filter_map(|span| without_comments(script.text(), span)).collect();
    let is_alone =
        spans.first().is_some_and(|first| commits_at_once(&script.text()[first.clone()]));
    let up = script.cut(Cut::At(spans));
    let mut migration = Migration::new(MigrationId::new(version), Version::new(version), up);
    if is_alone {
        migration.rule = Some(BodyRule::STATEMENTS);
    }
    Ok(migration)
}

/// A statement without the comments before it, which the CLI sends too: an error that names something
/// is then not found in a comment.
fn without_comments(text: &str, span: Range<usize>) -> Option<Range<usize>> {
    let first = tokens(&text[span.clone()]).next()?;
    let is_word = first.kind == TokenKind::Word;
    Some(if is_word { span.start + first.offset..span.end } else { span })
}

/// Statements that a server runs as the first of a batch although they refuse transactions, and
/// commits at once; as a later one it refuses them.
const COMMITTING: &[&[&str]] = &[
    &["CREATE", "INDEX", "CONCURRENTLY"],
    &["CREATE", "UNIQUE", "INDEX", "CONCURRENTLY"],
    &["DROP", "INDEX", "CONCURRENTLY"],
    &["REINDEX"],
    &["VACUUM"],
    &["CREATE", "DATABASE"],
    &["DROP", "DATABASE"],
    &["CREATE", "TABLESPACE"],
    &["DROP", "TABLESPACE"],
    &["ALTER", "SYSTEM"],
];

fn commits_at_once(sql: &str) -> bool {
    let words: Vec<_> = words(sql).take(4).collect();
    COMMITTING.iter().any(|beginning| {
        beginning.len() <= words.len()
            && beginning.iter().zip(&words).all(|(left, right)| left == right)
    })
}

/// The version is the key of the history table.
fn refuse_second(migration: &mut Migration) {
    let message = format!("the version {} is in the history already", migration.version);
    let place = migration.up.place(0..0);
    migration.id = MigrationId::new(migration.file_name());
    let help = "give it a version of its own: the digits before the first _";
    migration.refused = Some(Problem::error(message).at(place).of_rule(TWICE).help(help));
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::testing::{folder_of, ids, read_as, sent};
    use super::*;

    #[test]
    fn files_run_by_name_as_text_and_others_are_told() {
        let set = read_as(
            "supabase",
            &[
                ("10_b.sql", ""),
                ("9_a.sql", ""),
                ("notes.sql", ""),
                ("8.sql", ""),
                ("x/1_c.sql", ""),
            ],
        )
        .unwrap();
        assert_eq!(ids(&set), ["10", "9"]);
        let left_out: Vec<_> = set.left_out.iter().map(|it| it.file.to_str()).collect();
        assert_eq!(left_out, [Some("8.sql"), Some("notes.sql")]);
    }

    #[rstest]
    #[case::old("20211208235959_init.sql", true)]
    #[case::later("20211209000000_init.sql", false)]
    #[case::another_name("20200101000000_initial.sql", false)]
    fn an_old_init_file_that_comes_first_is_passed_over(#[case] name: &str, #[case] is_old: bool) {
        let set = read_as("supabase", &[(name, ""), ("20250101000000_a.sql", "")]).unwrap();
        assert_eq!(set.migrations().len(), if is_old { 1 } else { 2 });
        let set = read_as("supabase", &[("1_a.sql", ""), (name, "")]).unwrap();
        assert_eq!(set.migrations().len(), 2, "it is not the first");
    }

    #[test]
    fn the_projects_folder_is_known_by_its_path_or_its_config() {
        let mut folder = folder_of(&[("20250101000000_a.sql", "")]);
        assert!(!Supabase.recognises(&folder));
        folder.path = "app/supabase/migrations".into();
        assert!(Supabase.recognises(&folder));
        folder.path = "migrations".into();
        folder.beside.push(FolderFile::new("config.toml", "project_id = \"app\""));
        assert!(Supabase.recognises(&folder));
        folder.files.push(FolderFile::new("meta/_journal.json", "{}"));
        assert!(!Supabase.recognises(&folder));
    }

    #[test]
    fn comments_before_a_statement_are_recorded_and_not_sent() {
        let files = [("1_a.sql", "-- one;\n/* 2 */ select 1;\n-- end")];
        let set = read_as("supabase", &files).unwrap();
        let migration = &set.migrations()[0];
        assert_eq!(sent(&migration.up), ["select 1"]);
        let recorded = (history::LEDGER.record)(migration);
        assert!(recorded.contains("ARRAY['-- one;\n/* 2 */ select 1', '-- end']"), "{recorded}");
    }

    #[test]
    fn a_version_is_given_once() {
        let set = read_as("supabase", &[("1_a.sql", ""), ("1_b.sql", "")]).unwrap();
        assert_eq!(ids(&set), ["1", "1_b.sql"]);
        assert!(set.migrations()[1].refused.is_some());
    }

    #[test]
    fn a_statement_that_refuses_transactions_runs_as_the_first_of_its_file_alone() {
        let index = "create index concurrently a on t (b);";
        let later = format!("select 1; {index}");
        let set = read_as("supabase", &[("1_a.sql", index), ("2_b.sql", &later)]).unwrap();
        assert_eq!(set.migrations()[0].rule, Some(BodyRule::STATEMENTS));
        assert_eq!(set.migrations()[1].rule, None);
    }
}
