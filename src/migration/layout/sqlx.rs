//! sqlx: `VERSION_description.sql`, or `.up.sql` with `.down.sql`.
//!
//! The version is everything before the first underscore and must be a whole number, else the folder
//! is refused; files without an underscore, of another ending or in subfolders are passed over
//! (`sqlx-core/src/migrate/source.rs`). Endings tell reversible migrations from simple ones, and down
//! files never run going up (`migration_type.rs`, `migrator.rs`).
//!
//! A file is one simple query in a transaction with its history row; one that begins, to the letter,
//! with `-- no-transaction` has none around it (`source.rs`, `sqlx-postgres/src/migrate.rs`). Two up
//! files of one version are both read, and the second fails on the primary key of the history table.
//! What `sqlx.toml` can change (the table's name, characters left out of checksums) is not modelled.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha384};

use super::numbered::version_of;
use super::{Folder, FolderFile, Layout, TWICE, whole};
use crate::migration::{
    BodyRule, Ledger, LedgerRead, LeftOut, Migration, MigrationId, MigrationSet, Variables,
    Version, sql_text,
};
use crate::place::{Problem, Problems};

/// A folder of a project that uses sqlx.
pub(super) struct Sqlx;

const NO_TRANSACTION: &str = "-- no-transaction";

const LEDGER: Ledger = Ledger {
    table: "_sqlx_migrations",
    create: "create table if not exists _sqlx_migrations (\
             version bigint primary key, description text not null, \
             installed_on timestamptz not null default now(), success boolean not null, \
             checksum bytea not null, execution_time bigint not null)",
    record,
    read: LedgerRead::Keys("select version::text from _sqlx_migrations", key),
};

impl Layout for Sqlx {
    fn name(&self) -> &'static str {
        "sqlx"
    }

    fn recorded_sums(&self, migration: &Migration) -> Vec<String> {
        vec![checksum(migration)]
    }

    fn recognises(&self, folder: &Folder) -> bool {
        let names: Vec<_> = folder.files.iter().filter_map(Name::of).collect();
        let has_directive = |file: &FolderFile| file.bytes.starts_with(NO_TRANSACTION.as_bytes());
        let is_its_own =
            folder.is_said_beside("Cargo.toml", "sqlx") || folder.sql_files().any(has_directive);
        is_its_own && !names.is_empty() && names.iter().all(|name| name.version.is_some())
    }

    fn read(&self, folder: &Folder, _: &Variables) -> Result<MigrationSet, Problems> {
        let mut problems = Problems::default();
        let mut migrations = Vec::new();
        let downs = downs(folder);
        for file in &folder.files {
            let Some(name) = Name::of(file) else { continue };
            match (name.version, name.direction) {
                (None, _) => problems.push(refuse_name(folder, file)),
                (Some(_), Direction::Down) => {}
                (Some(number), Direction::Up) => {
                    match migration(folder, file, &name, downs.get(&number).copied()) {
                        Ok(migration) => migrations.push((number, migration)),
                        Err(problem) => problems.push(problem),
                    }
                }
            }
        }
        if problems.has_errors() {
            return Err(problems);
        }
        migrations.sort_by_key(|(number, _)| *number);
        let migrations = refuse_second_of_a_version(migrations);
        let mut set = MigrationSet::in_order(self.name(), folder.path.clone(), migrations);
        set.rule = BodyRule::WHOLE_IN_TRANSACTION;
        set.ledger = Some(LEDGER);
        set.left_out = passed_over(folder);
        Ok(set)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

/// What a file's name says.
struct Name<'file> {
    written: &'file str,
    /// `None` where what is written is no number, which the tool refuses.
    version: Option<i64>,
    description: &'file str,
    direction: Direction,
}

impl<'file> Name<'file> {
    /// `None` for files that the tool passes over.
    fn of(file: &'file FolderFile) -> Option<Self> {
        if file.is_direct() { Self::read(file.name()) } else { None }
    }

    fn read(name: &'file str) -> Option<Self> {
        let (written, rest) = name.split_once('_')?;
        rest.strip_suffix(".sql")?;
        let endings = [(".up.sql", Direction::Up), (".down.sql", Direction::Down)];
        let (ending, direction) = endings
            .into_iter()
            .find(|(ending, _)| rest.ends_with(ending))
            .unwrap_or((".sql", Direction::Up));
        let description = rest.trim_end_matches(ending);
        Some(Self { written, version: written.parse().ok(), description, direction })
    }
}

fn downs(folder: &Folder) -> BTreeMap<i64, &FolderFile> {
    let mut downs = BTreeMap::new();
    for file in &folder.files {
        if let Some(Name { version: Some(version), direction: Direction::Down, .. }) =
            Name::of(file)
        {
            downs.insert(version, file);
        }
    }
    downs
}

fn migration(
    folder: &Folder,
    file: &FolderFile,
    name: &Name<'_>,
    down: Option<&FolderFile>,
) -> Result<Migration, Problem> {
    let up = whole::script(folder, file)?;
    let stands_alone = up.source().text().starts_with(NO_TRANSACTION);
    Ok(Migration {
        down: down.map(|down| whole::script(folder, down)).transpose()?,
        rule: stands_alone.then_some(BodyRule::WHOLE),
        ..Migration::new(MigrationId::new(name.written), Version::new(name.written), up)
    })
}

fn refuse_name(folder: &Folder, file: &FolderFile) -> Problem {
    Problem::error("sqlx refuses the name: what stands before the first _ is no whole number")
        .path(folder.path.join(&file.relative))
        .help(
            "name it like 20240131120000_create_users.sql, or without any _ if it is no migration",
        )
}

/// The history table takes a version once; which of two files comes first is the file system's.
fn refuse_second_of_a_version(migrations: Vec<(i64, Migration)>) -> Vec<Migration> {
    let mut last: Option<(i64, String)> = None;
    let mut kept = Vec::new();
    for (number, mut migration) in migrations {
        match &last {
            Some((version, first)) if *version == number => {
                let message = format!(
                    "{first} has the version {number} as well: sqlx cannot record it twice \
                     (unique violation in _sqlx_migrations)"
                );
                let path = migration.up.source().path().to_owned();
                let help = "give one of them another version";
                let problem = Problem::error(message).path(path).help(help);
                migration.refused = Some(problem.of_rule(TWICE));
            }
            _ => last = Some((number, migration.file_name().to_owned())),
        }
        kept.push(migration);
    }
    kept
}

/// What looks like a migration, and is none to the tool.
fn passed_over(folder: &Folder) -> Vec<LeftOut> {
    let mut found = folder.switched_off();
    for file in folder.sql_files().filter(|file| Name::of(file).is_none()) {
        if version_of(file.name()).is_some() {
            let why = "sqlx passes over names without _";
            found.push(LeftOut::new(&file.relative, why));
        }
    }
    found
}

fn record(migration: &Migration) -> String {
    let name = Name::read(migration.file_name());
    let description = name.map_or("", |name| name.description).replace('_', " ");
    let checksum = checksum(migration);
    format!(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
         values ({}, {}, true, decode('{checksum}', 'hex'), 0)",
        key(migration),
        sql_text(&description)
    )
}

/// The SHA-384 of the file, as hexadecimal digits.
fn checksum(migration: &Migration) -> String {
    let mut digits = String::new();
    for byte in Sha384::digest(migration.up.source().text()) {
        let _infallible = write!(digits, "{byte:02x}");
    }
    digits
}

/// The version as the history table has it.
fn key(migration: &Migration) -> String {
    let written = migration.version.as_str();
    written.parse::<i64>().map_or_else(|_| written.to_owned(), |number| number.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{folder_of, ids, read_as};
    use super::*;
    use rstest::rstest;

    #[test]
    fn simple_and_reversible_migrations_run_in_the_order_of_numbers() {
        let files = [
            ("10_c.up.sql", "up"),
            ("10_c.down.sql", "down"),
            ("-1_a.sql", ""),
            ("9_up.sql", ""),
            ("11_d.down.sql", ""),
        ];
        let set = read_as("sqlx", &files).unwrap();
        assert_eq!(ids(&set), ["-1", "9", "10"]);
        assert!(set.migrations()[2].down.is_some());
    }

    #[rstest]
    #[case::no_number("seed_users.sql")]
    #[case::a_letter("1a_users.sql")]
    #[case::too_long("99999999999999999999_users.sql")]
    #[case::hidden("._1_users.sql")]
    fn a_name_without_a_whole_number_before_the_underscore_is_refused(#[case] name: &str) {
        let problems = read_as("sqlx", &[("1_a.sql", ""), (name, "")]).err();
        assert!(problems.is_some_and(|text| text.contains(name)), "{name}");
    }

    #[test]
    fn other_files_are_passed_over() {
        let files = [("1_a.sql", ""), ("2.sql", ""), ("seed.sql", ""), ("old/3_b.sql", "")];
        let set = read_as("sqlx", &files).unwrap();
        assert_eq!(ids(&set), ["1"]);
        assert_eq!(set.left_out.len(), 1);
        assert_eq!(set.left_out[0].file.to_str(), Some("2.sql"));
    }

    #[rstest]
    #[case::to_the_letter("-- no-transaction\nselect 1", true)]
    #[case::more_on_the_line("-- no-transaction: it is an index\nselect 1", true)]
    #[case::second_line("\n-- no-transaction\nselect 1", false)]
    #[case::other_spaces("--no-transaction\nselect 1", false)]
    #[case::byte_order_mark("\u{feff}-- no-transaction\nselect 1", false)]
    fn no_transaction_counts_at_the_very_beginning(#[case] text: &str, #[case] counts: bool) {
        let set = read_as("sqlx", &[("1_a.sql", text)]).unwrap();
        assert_eq!(set.migrations()[0].rule, counts.then_some(BodyRule::WHOLE));
    }

    #[test]
    fn the_second_file_of_a_version_is_refused_when_it_is_its_turn() {
        let set = read_as("sqlx", &[("1_a.sql", ""), ("01_b.sql", ""), ("2_c.sql", "")]).unwrap();
        let refused: Vec<_> = set.migrations().iter().map(|it| it.refused.is_some()).collect();
        assert_eq!(refused, [false, true, false]);
    }

    #[rstest]
    #[case::said(&[("1_a.sql", "")], "sqlx = \"0.8\"", true)]
    #[case::not_said(&[("1_a.sql", "")], "diesel = \"2\"", false)]
    #[case::directive(&[("1_a.sql", "-- no-transaction\nselect 1")], "", true)]
    #[case::it_would_refuse(&[("1_a.sql", ""), ("seed_it.sql", "")], "sqlx = \"0.8\"", false)]
    #[case::no_names(&[("V1.sql", "")], "sqlx = \"0.8\"", false)]
    fn it_is_recognised(#[case] files: &[(&str, &str)], #[case] cargo: &str, #[case] is_it: bool) {
        let mut folder = folder_of(files);
        folder.beside.push(FolderFile::new("Cargo.toml", cargo));
        assert_eq!(Sqlx.recognises(&folder), is_it);
    }

    #[test]
    fn the_history_row_has_the_description_and_the_sha_384_of_the_text() {
        let set = read_as("sqlx", &[("007_add_it's_table.up.sql", "abc")]).unwrap();
        let row = (LEDGER.record)(&set.migrations()[0]);
        assert!(row.contains("values (7, 'add it''s table', true, decode('cb00753f45a35e8bb5a0"));
    }
}
