//! Diesel, as of version 2.3: a folder per migration, `2024-01-01-120000_create_users/up.sql`, with
//! `down.sql` and `metadata.toml` where there is a need.
//!
//! Rules are those of diesel-rs/diesel: which folders are migrations, their versions and their
//! `metadata.toml` of `diesel_migrations/migrations_internals/src/lib.rs`; empty files of
//! `diesel_migrations/src/file_based_migrations.rs` and `diesel/src/pg/connection/result.rs`; order,
//! transactions and the history row of `diesel_migrations/src/migration_harness.rs`; the history table
//! of `diesel/src/migration/setup_migration_table.sql`.

use std::collections::BTreeMap;
use std::path::Component;

use toml::de::{DeTable, DeValue};

use super::{Folder, FolderFile, Layout, TWICE};
use crate::migration::split::Dialect;
use crate::migration::{
    BodyRule, Cut, Ledger, LedgerRead, LeftOut, Migration, MigrationId, MigrationSet, Script,
    Variables, Version, sql_text,
};
use crate::place::{Problem, Problems};

/// Folders of Diesel.
pub(super) struct Diesel;

const LEDGER: Ledger = Ledger {
    table: "__diesel_schema_migrations",
    create: "create table if not exists __diesel_schema_migrations (
        version varchar(50) not null primary key,
        run_on timestamp not null default current_timestamp
    )",
    record: |migration| {
        let version = sql_text(migration.version.as_str());
        format!("insert into __diesel_schema_migrations (version) values ({version})")
    },
    read: LedgerRead::Keys("select version from __diesel_schema_migrations", |migration| {
        migration.version.as_str().to_owned()
    }),
};

impl Layout for Diesel {
    fn name(&self) -> &'static str {
        "diesel"
    }

    fn recognises(&self, folder: &Folder) -> bool {
        folder.subfolders().into_values().flatten().any(|file| file.name() == "up.sql")
    }

    fn read(&self, folder: &Folder, _: &Variables) -> Result<MigrationSet, Problems> {
        let mut problems = Problems::default();
        let mut warnings = Problems::default();
        let mut left_out: Vec<_> = folder.sql_files().map(not_in_a_folder).collect();
        let mut migrations = BTreeMap::new();
        for name in names(folder) {
            match read_one(folder, name, &mut warnings) {
                Ok(migration) => {
                    let version = migration.version.as_str().to_owned();
                    if let Some((before, _)) = migrations.insert(version, (name, migration)) {
                        left_out.push(of_the_same_version(before, name));
                    }
                }
                Err(problem) => problems.push(problem),
            }
        }
        if migrations.is_empty() && !problems.has_errors() {
            let help = "name the folder that holds folders such as 2024-01-01-120000_users/up.sql";
            let message = "there is no migration of Diesel here";
            problems.push(Problem::error(message).path(&folder.path).help(help));
        }
        if problems.has_errors() {
            return Err(problems);
        }
        let migrations = migrations.into_values().map(|(_, migration)| migration).collect();
        let mut set = MigrationSet::in_order(self.name(), folder.path.clone(), migrations);
        set.rule = BodyRule::WHOLE_IN_TRANSACTION;
        set.ledger = Some(LEDGER);
        set.left_out = left_out;
        set.warnings = warnings;
        Ok(set)
    }
}

/// The folders below this one that hold anything, whatever it is.
fn names(folder: &Folder) -> Vec<&str> {
    let mut names: Vec<_> = folder.files.iter().filter_map(name_of_its_folder).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn name_of_its_folder(file: &FolderFile) -> Option<&str> {
    match file.relative.components().next()? {
        Component::Normal(name) if !file.is_direct() => name.to_str(),
        _ => None,
    }
}

fn not_in_a_folder(file: &FolderFile) -> LeftOut {
    LeftOut::new(&file.relative, "Diesel takes no files beside its folders")
}

/// Diesel keeps migrations by version, so that one of two is lost without a word.
fn of_the_same_version(lost: &str, kept: &str) -> LeftOut {
    let why = format!("{kept} has the same version, and Diesel runs only one of them");
    LeftOut { is_gap: true, rule: Some(TWICE), ..LeftOut::new(lost, why) }
}

fn read_one(folder: &Folder, name: &str, warnings: &mut Problems) -> Result<Migration, Problem> {
    let Some(up) = folder.file(&format!("{name}/up.sql")) else {
        let help = "write it, or move the folder away; an empty folder is passed over";
        let problem = Problem::error("there is no up.sql in it, and Diesel stops");
        return Err(problem.path(folder.path.join(name)).help(help));
    };
    let up = script(folder, up)?;
    let version = version_of(name);
    let down = folder.file(&format!("{name}/down.sql"));
    let metadata = folder.file(&format!("{name}/metadata.toml"));
    let in_transaction = metadata.is_none_or(|file| match InTransaction::of(file) {
        InTransaction::Said(is_so) => is_so,
        InTransaction::NotSaid => {
            let message = "run_in_transaction is not in it, which Diesel takes for false";
            warnings.push(about(folder, file, message));
            false
        }
        InTransaction::Unreadable => {
            let message = "Diesel cannot read it, and runs the migration in a transaction";
            warnings.push(about(folder, file, message));
            true
        }
    });
    Ok(Migration {
        down: down.map(|down| script(folder, down)).transpose()?,
        rule: (!in_transaction).then_some(BodyRule::WHOLE),
        refused: up.statements().is_empty().then(|| without_statement(&up)),
        ..Migration::new(MigrationId::new(&*version), Version::new(&*version), up)
    })
}

fn script(folder: &Folder, file: &FolderFile) -> Result<Script, Problem> {
    Ok(file.script(folder)?.cut(Cut::By(Dialect::Server)))
}

/// What stands before the first `_`, without dashes.
fn version_of(name: &str) -> String {
    name.split('_').next().unwrap_or_default().replace('-', "")
}

fn about(folder: &Folder, metadata: &FolderFile, message: &str) -> Problem {
    let help = "write one line: run_in_transaction = false";
    Problem::warning(message).path(metadata.shown(folder)).help(help)
}

/// Diesel refuses a file of no bytes itself, and one of comments when the server answers that the
/// query was empty.
fn without_statement(up: &Script) -> Problem {
    Problem::error("there is no statement in it, and Diesel takes that for an error")
        .at(up.place(0..0))
        .help("write SQL into it; `select 1;` changes nothing")
}

/// What a `metadata.toml` says of transactions.
#[derive(Debug, PartialEq, Eq)]
enum InTransaction {
    Said(bool),
    NotSaid,
    Unreadable,
}

impl InTransaction {
    fn of(metadata: &FolderFile) -> Self {
        let text = std::str::from_utf8(&metadata.bytes).ok();
        let Some(table) = text.and_then(|text| DeTable::parse(text).ok()) else {
            return Self::Unreadable;
        };
        match table.get_ref().get("run_in_transaction").map(toml::Spanned::get_ref) {
            Some(DeValue::Boolean(is_so)) => Self::Said(*is_so),
            Some(_) => Self::Unreadable,
            None => Self::NotSaid,
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::testing::{ids, read_as, sent, set_of};
    use super::*;

    #[test]
    fn folders_are_ordered_by_their_versions_as_text() {
        let set = set_of(&[
            ("2024-01-02-000000_b/up.sql", "select 2"),
            ("20240101000000_a/up.sql", "select 1"),
            ("20240101000000_a/down.sql", "select -1"),
            ("9_c/up.sql", "select 3"),
            ("10/up.sql", "select 0"),
        ]);
        assert_eq!(set.layout, "diesel");
        assert_eq!(ids(&set), ["10", "20240101000000", "20240102000000", "9"]);
        let first = &set.migrations()[1];
        assert_eq!(first.file_name(), "20240101000000_a");
        assert_eq!(first.down.as_ref().map(sent), Some(vec!["select -1".to_owned()]));
        assert!(set.migrations()[0].down.is_none());
    }

    #[rstest]
    #[case::nothing_said(None, true, 0)]
    #[case::no(Some("run_in_transaction = false"), false, 0)]
    #[case::yes(Some("run_in_transaction = true"), true, 0)]
    #[case::another_key(Some("other = 1"), false, 1)]
    #[case::empty(Some(""), false, 1)]
    #[case::a_word(Some("run_in_transaction = \"false\""), true, 1)]
    #[case::no_toml(Some("run_in_transaction: false"), true, 1)]
    fn metadata_say_whether_there_is_a_transaction(
        #[case] metadata: Option<&str>,
        #[case] in_transaction: bool,
        #[case] warned: usize,
    ) {
        let mut files = vec![("1_a/up.sql", "select 1")];
        files.extend(metadata.map(|text| ("1_a/metadata.toml", text)));
        let set = read_as("diesel", &files).unwrap();
        let rule = (!in_transaction).then_some(BodyRule::WHOLE);
        assert_eq!(set.migrations()[0].rule, rule);
        assert_eq!(set.warnings.0.len(), warned);
    }

    #[test]
    fn every_folder_without_up_file_is_refused() {
        let files = [("1_a/up.sql", ""), ("2_b/down.sql", ""), ("3_c/more/up.sql", "")];
        let problems = read_as("diesel", &files).unwrap_err();
        assert!(problems.contains("migrations/2_b: there is no up.sql in it"), "{problems}");
        assert!(problems.contains("migrations/3_c: there is no up.sql in it"), "{problems}");
    }

    #[rstest]
    #[case::nothing("", true)]
    #[case::comments("-- later\n;", true)]
    #[case::statement("select 1", false)]
    fn a_file_without_statement_stops_diesel_when_its_turn_comes(
        #[case] text: &str,
        #[case] is_refused: bool,
    ) {
        let set = read_as("diesel", &[("1_a/up.sql", text)]).unwrap();
        assert_eq!(set.migrations()[0].refused.is_some(), is_refused);
    }

    #[test]
    fn of_two_folders_with_one_version_one_is_lost() {
        let files =
            [("2024-01_a/up.sql", "select 1"), ("202401_b/up.sql", "select 2"), ("x.sql", "")];
        let set = read_as("diesel", &files).unwrap();
        assert_eq!(sent(&set.migrations()[0].up), ["select 2"]);
        let gaps: Vec<_> = set.left_out.iter().filter(|it| it.is_gap).collect();
        assert_eq!(gaps.len(), 1);
        assert_eq!(gaps[0].file.to_str(), Some("2024-01_a"));
        assert_eq!(set.left_out.len(), 2);
    }
}
