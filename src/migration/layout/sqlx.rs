//! sqlx: `VERSION_description.sql`, or `.up.sql` and `.down.sql`, as `sqlx::migrate!` and `sqlx migrate`
//! read them.
//!
//! Rules are those of launchbadge/sqlx: names, and `-- no-transaction` at the very beginning of a file,
//! of `sqlx-core/src/migrate/source.rs`; which are pending of `sqlx-core/src/migrate/migrator.rs`; each
//! file as one query in a transaction with its history row of `sqlx-postgres/src/migrate.rs`.

use std::collections::HashMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha384};

use super::seconds::refuse_seconds;
use super::{Folder, FolderFile, Layout};
use crate::migration::split::Dialect;
use crate::migration::{
    BodyRule, Cut, Ledger, LedgerRead, Migration, MigrationId, MigrationSet, Variables, Version,
    sql_text,
};
use crate::place::{Problem, Problems};

/// Folders of sqlx.
pub(super) struct Sqlx;

/// What a file begins with that is to run without a transaction.
const NO_TRANSACTION: &str = "-- no-transaction";

impl Layout for Sqlx {
    fn name(&self) -> &'static str {
        "sqlx"
    }

    fn recognises(&self, folder: &Folder) -> bool {
        let mut named = folder.sql_files().filter(|file| Name::read(file.name()).is_some());
        let is_marked = |file: &FolderFile| file.bytes.starts_with(NO_TRANSACTION.as_bytes());
        let is_said = folder.is_said_beside("Cargo.toml", "sqlx");
        named.any(|file| is_said || is_marked(file))
    }

    fn read(&self, folder: &Folder, _: &Variables) -> Result<MigrationSet, Problems> {
        let mut problems = Problems::default();
        let mut migrations = Vec::new();
        let downs = folder.down_files();
        for file in folder.sql_files().filter(|file| !file.name().ends_with(".down.sql")) {
            // Without an underscore sqlx passes a file over.
            if !file.name().contains('_') {
                continue;
            }
            match read_file(folder, file, &downs) {
                Ok(migration) => migrations.push(migration),
                Err(problem) => problems.push(problem),
            }
        }
        if migrations.is_empty() && !problems.has_errors() {
            let help = "name the folder that holds files such as 20260101000000_create_users.sql";
            let message = "there is no migration of sqlx here";
            problems.push(Problem::error(message).path(&folder.path).help(help));
        }
        if problems.has_errors() {
            return Err(problems);
        }
        refuse_seconds(&mut migrations, "_sqlx_migrations has one row for each");
        let mut set = MigrationSet::by_number(self.name(), folder.path.clone(), migrations);
        set.rule = BodyRule::WHOLE_IN_TRANSACTION;
        set.ledger = Some(LEDGER);
        set.left_out = folder.switched_off();
        Ok(set)
    }
}

const LEDGER: Ledger = Ledger {
    table: "_sqlx_migrations",
    create: "CREATE TABLE IF NOT EXISTS _sqlx_migrations (version bigint PRIMARY KEY, \
             description text NOT NULL, installed_on timestamptz NOT NULL DEFAULT now(), \
             success boolean NOT NULL, checksum bytea NOT NULL, execution_time bigint NOT NULL)",
    record,
    read: LedgerRead::Keys("SELECT version FROM _sqlx_migrations WHERE success", |migration| {
        number(migration).to_string()
    }),
};

fn record(migration: &Migration) -> String {
    let description = Name::read(migration.file_name()).map_or("", |name| name.description);
    let mut sum = String::with_capacity(96);
    for byte in Sha384::digest(migration.up.source().text().as_bytes()) {
        // Writing into a String cannot fail.
        let _written = write!(sum, "{byte:02x}");
    }
    format!(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES ({}, {}, true, '\\x{sum}', 0)",
        number(migration),
        sql_text(&description.replace('_', " "))
    )
}

fn number(migration: &Migration) -> i64 {
    // Reading has refused other versions.
    migration.version.as_str().parse().unwrap_or_default()
}

/// `VERSION_description`, taken apart.
struct Name<'n> {
    version: &'n str,
    description: &'n str,
}

impl<'n> Name<'n> {
    fn read(name: &'n str) -> Option<Self> {
        let (version, rest) = name.split_once('_')?;
        version.parse::<i64>().ok()?;
        let rest = rest.strip_suffix(".sql")?;
        let description = rest.strip_suffix(".up").unwrap_or(rest);
        Some(Self { version, description })
    }
}

fn read_file(
    folder: &Folder,
    file: &FolderFile,
    downs: &HashMap<&str, &FolderFile>,
) -> Result<Migration, Problem> {
    let Some(name) = Name::read(file.name()) else {
        let message = "the file name does not begin with a number and an underscore";
        let help = "sqlx refuses the folder; name it like 20260101000000_create_users.sql";
        return Err(Problem::error(message).path(file.shown(folder)).help(help));
    };
    let script =
        |file: &FolderFile| file.script(folder).map(|script| script.cut(Cut::By(Dialect::Server)));
    let down = format!("{}_{}.down.sql", name.version, name.description);
    let up = script(file)?;
    let is_alone = up.source().text().starts_with(NO_TRANSACTION);
    Ok(Migration {
        down: downs.get(down.as_str()).map(|down| script(down)).transpose()?,
        rule: is_alone.then_some(BodyRule::WHOLE),
        ..Migration::new(MigrationId::new(name.version), Version::new(name.version), up)
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ids, read_as};
    use super::*;

    #[test]
    fn simple_and_reversible_files_are_read_by_number() {
        let files =
            [("10_b.up.sql", ""), ("10_b.down.sql", ""), ("9_a.sql", ""), ("notes.sql", "")];
        let set = read_as("sqlx", &files).unwrap();
        assert_eq!(ids(&set), ["9", "10"]);
        assert!(set.migrations()[1].down.is_some());
    }

    #[test]
    fn only_the_very_beginning_of_a_file_takes_its_transaction_away() {
        let files =
            [("1_a.sql", "-- no-transaction\nselect 1"), ("2_b.sql", "\n-- no-transaction")];
        let set = read_as("sqlx", &files).unwrap();
        assert_eq!(set.migrations()[0].rule, Some(BodyRule::WHOLE));
        assert_eq!(set.migrations()[1].rule, None);
    }

    #[test]
    fn a_name_without_number_is_refused_as_sqlx_refuses_the_folder() {
        let refused = read_as("sqlx", &[("a_b.sql", ""), ("1_a.sql", "")]).unwrap_err();
        assert!(refused.contains("migrations/a_b.sql"), "{refused}");
    }

    #[test]
    fn the_second_of_a_version_is_refused_when_it_comes_to_be_recorded() {
        let set = read_as("sqlx", &[("1_a.sql", ""), ("01_b.sql", ""), ("2_c.sql", "")]).unwrap();
        let refused: Vec<_> = set.migrations().iter().map(|it| it.refused.is_some()).collect();
        assert_eq!(refused, [false, true, false]);
    }

    #[test]
    fn the_history_row_is_the_one_that_sqlx_writes() {
        let set = read_as("sqlx", &[("7_add_users_table.up.sql", "")]).unwrap();
        let row = record(&set.migrations()[0]);
        assert!(
            row.contains("VALUES (7, 'add users table', true, '\\x38b060a751ac96384cd9"),
            "{row}"
        );
    }
}
