//! golang-migrate: `VERSION_name.up.sql` and `VERSION_name.down.sql` in one folder.
//!
//! Rules are those of golang-migrate/migrate: names of `source/parse.go`; which files are read and
//! duplicates of `source/iofs/iofs.go`; versions without an up file of `migrate.go` (`newMigration`);
//! each file as one query, and the history table, of `database/postgres/postgres.go`. The URL option
//! `x-multi-statement`, which cuts files at semicolons, is not followed.

use std::collections::{BTreeMap, HashMap};

use super::{Folder, FolderFile, Layout};
use crate::migration::split::Dialect;
use crate::migration::{
    BodyRule, Cut, Ledger, LedgerRead, LeftOut, Migration, MigrationId, MigrationSet, Order,
    Variables, Version,
};
use crate::place::{Problem, Problems};

/// A folder whose SQL files are all `.up.sql` or `.down.sql`.
pub(super) struct GolangMigrate;

impl Layout for GolangMigrate {
    fn name(&self) -> &'static str {
        "golang-migrate"
    }

    fn recognises(&self, folder: &Folder) -> bool {
        let mut sql = folder.sql_files().peekable();
        let is_directed = |name: &str| name.ends_with(".up.sql") || name.ends_with(".down.sql");
        sql.peek().is_some()
            && sql.all(|file| is_directed(file.name()))
            && folder.sql_files().any(|file| Name::read(file.name()).is_some())
    }

    fn read(&self, folder: &Folder, _: &Variables) -> Result<MigrationSet, Problems> {
        let mut reading = Reading::default();
        for file in folder.sql_files() {
            match Name::read(file.name()) {
                Some(name) => reading.take(folder, file, name),
                None => {
                    let why = "golang-migrate passes it over: its name is not like 1_name.up.sql";
                    reading.left_out.push(LeftOut::new(&file.relative, why));
                }
            }
        }
        let migrations = reading.migrations(folder);
        let mut problems = reading.problems;
        if migrations.is_empty() && !problems.has_errors() {
            let message = "there is no .up.sql file here";
            let help = "name the folder that holds files such as 000001_create_users.up.sql";
            problems.push(Problem::error(message).path(&folder.path).help(help));
        }
        if problems.has_errors() {
            return Err(problems);
        }
        let mut set = MigrationSet::by_number(self.name(), folder.path.clone(), migrations);
        set.rule = BodyRule::WHOLE;
        set.order = Order::HighWaterMark;
        set.ledger = Some(LEDGER);
        set.left_out = reading.left_out;
        set.left_out.extend(folder.switched_off());
        Ok(set)
    }
}

/// One row: the version that the database is at.
const LEDGER: Ledger = Ledger {
    table: "public.schema_migrations",
    create: "CREATE TABLE IF NOT EXISTS public.schema_migrations \
             (version bigint PRIMARY KEY, dirty boolean NOT NULL)",
    record: |migration| {
        format!(
            "TRUNCATE public.schema_migrations; \
             INSERT INTO public.schema_migrations (version, dirty) VALUES ({}, false)",
            significant(migration.version.as_str())
        )
    },
    read: LedgerRead::Highest("SELECT version FROM public.schema_migrations"),
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

/// `VERSION_name.up.sql`, taken apart.
struct Name<'n> {
    version: &'n str,
    direction: Direction,
}

impl<'n> Name<'n> {
    fn read(name: &'n str) -> Option<Self> {
        let (version, rest) = name.split_once('_')?;
        // A version is an unsigned number of 64 bits.
        version
            .parse::<u64>()
            .ok()
            .filter(|_| version.bytes().all(|byte| byte.is_ascii_digit()))?;
        let direction = match rest {
            _ if rest.ends_with(".up.sql") => Direction::Up,
            _ if rest.ends_with(".down.sql") => Direction::Down,
            _ => return None,
        };
        Some(Self { version, direction })
    }
}

/// A version without leading zeros.
fn significant(version: &str) -> &str {
    let digits = version.trim_start_matches('0');
    if digits.is_empty() { "0" } else { digits }
}

#[derive(Default)]
struct Reading<'f> {
    ups: BTreeMap<String, (&'f FolderFile, &'f str)>,
    downs: HashMap<String, &'f FolderFile>,
    left_out: Vec<LeftOut>,
    problems: Problems,
}

impl<'f> Reading<'f> {
    fn take(&mut self, folder: &Folder, file: &'f FolderFile, name: Name<'f>) {
        let key = significant(name.version).to_owned();
        let first = match name.direction {
            Direction::Up => self.ups.insert(key, (file, name.version)).map(|(file, _)| file),
            Direction::Down => self.downs.insert(key, file),
        };
        if let Some(first) = first {
            let both = [first.name(), file.name()];
            self.problems.push(duplicate(folder, name.version, both));
        }
    }

    fn migrations(&mut self, folder: &Folder) -> Vec<Migration> {
        let mut migrations = Vec::new();
        for (key, (file, version)) in std::mem::take(&mut self.ups) {
            match read_pair(folder, file, version, self.downs.remove(&key)) {
                Ok(migration) => migrations.push(migration),
                Err(problem) => self.problems.push(problem),
            }
        }
        let mut alone: Vec<_> = std::mem::take(&mut self.downs).into_values().collect();
        alone.sort_by(|left, right| left.relative.cmp(&right.relative));
        for file in alone {
            let why = "it has no .up.sql beside it; golang-migrate only counts its version";
            self.left_out.push(LeftOut::new(&file.relative, why));
        }
        migrations
    }
}

fn read_pair(
    folder: &Folder,
    up: &FolderFile,
    version: &str,
    down: Option<&FolderFile>,
) -> Result<Migration, Problem> {
    let script =
        |file: &FolderFile| file.script(folder).map(|script| script.cut(Cut::By(Dialect::Server)));
    Ok(Migration {
        down: down.map(script).transpose()?,
        ..Migration::new(MigrationId::new(version), Version::new(version), script(up)?)
    })
}

fn duplicate(folder: &Folder, version: &str, [first, second]: [&str; 2]) -> Problem {
    let message = format!("two migrations have the version {version}: {first} and {second}");
    Problem::error(message)
        .path(&folder.path)
        .help("give one of them the next free version, or read the folder as layout = \"numbered\"")
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ids, read_as, sent, set_of};
    use super::*;

    #[test]
    fn pairs_are_one_migration_with_a_down_script() {
        let set = set_of(&[("1_a.up.sql", "up"), ("1_a.down.sql", "down"), ("10_b.up.sql", "")]);
        assert_eq!(set.layout, "golang-migrate");
        assert_eq!(ids(&set), ["1", "10"]);
        let down = set.migrations()[0].down.as_ref().map(sent);
        assert_eq!(down, Some(vec!["down".to_owned()]));
    }

    #[test]
    fn a_version_given_twice_is_refused() {
        let files = [("1_a.up.sql", ""), ("001_b.up.sql", "")];
        let refused = read_as("golang-migrate", &files).unwrap_err();
        assert!(refused.contains("001_b.up.sql and 1_a.up.sql"), "{refused}");
    }

    #[test]
    fn what_is_passed_over_is_told() {
        let files = [("1_a.up.sql", ""), ("2_b.down.sql", ""), ("x.up.sql", ""), ("3_c.sql", "")];
        let set = read_as("golang-migrate", &files).unwrap();
        let told: Vec<_> = set.left_out.iter().map(|it| it.file.display().to_string()).collect();
        assert_eq!(told, ["3_c.sql", "x.up.sql", "2_b.down.sql"]);
        assert_eq!(ids(&set), ["1"]);
    }

    #[test]
    fn backslashes_are_the_servers_to_refuse() {
        let set = read_as("golang-migrate", &[("1_a.up.sql", "\\echo a\nselect 1")]).unwrap();
        assert_eq!(sent(&set.migrations()[0].up), ["\\echo a\nselect 1"]);
    }

    #[test]
    fn the_history_table_holds_the_version_as_a_number() {
        let set = read_as("golang-migrate", &[("0042_a.up.sql", "")]).unwrap();
        assert!((LEDGER.record)(&set.migrations()[0]).ends_with("VALUES (42, false)"));
    }
}
