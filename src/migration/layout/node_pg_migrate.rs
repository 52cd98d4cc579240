//! SQL migrations of node-pg-migrate, `PREFIX_name.sql` with a section each way, by the rules of its
//! sources: order and names in src/migration.ts, src/utils/fileNameUtils.ts and
//! src/utils/comparators.ts; sections in src/sqlMigration.ts; pairs of `.up.sql` and `.down.sql` in
//! src/migrationLoader.ts; transactions, order and history table in src/runner.ts and
//! src/migration.ts. Its defaults hold: one transaction for all that is pending, the order checked,
//! the table `pgmigrations` in the schema `public`.

mod order;
mod sections;

use std::collections::BTreeMap;

use super::{Folder, FolderFile, Layout};
use crate::migration::split::Dialect;
use crate::migration::{
    BodyRule, Cut, Ledger, LedgerRead, LeftOut, Migration, MigrationId, MigrationSet, Order,
    Script, Sends, Variables, Version, Wraps, sql_text,
};
use crate::place::{Problem, Problems};
use order::{in_order, prefix};
use sections::Sections;

/// `PREFIX_name.sql`, where a prefix is a number, a time in milliseconds or a date of 17 digits.
pub(super) struct NodePgMigrate;

const LEDGER: Ledger = Ledger {
    table: "public.pgmigrations",
    create: "CREATE TABLE IF NOT EXISTS public.pgmigrations \
             (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL)",
    record: |migration| {
        let name = sql_text(migration.id.as_str());
        format!("INSERT INTO public.pgmigrations (name, run_on) VALUES ({name}, now())")
    },
    read: LedgerRead::Keys("SELECT name FROM public.pgmigrations", |migration| {
        migration.id.to_string()
    }),
};

impl Layout for NodePgMigrate {
    fn name(&self) -> &'static str {
        "node-pg-migrate"
    }

    fn recognises(&self, folder: &Folder) -> bool {
        let mut sql = folder.sql_files().filter(|file| prefix(file.name()).is_some()).peekable();
        sql.peek().is_some()
            && (folder.is_said_beside("package.json", "\"node-pg-migrate\"")
                || sql.any(says_up_migration))
    }

    fn read(&self, folder: &Folder, _: &Variables) -> Result<MigrationSet, Problems> {
        let mut problems = unnumbered(folder);
        let mut units = Vec::new();
        for unit in units_of(folder) {
            match unit.checked(folder) {
                Ok(unit) => units.push(unit),
                Err(problem) => problems.push(problem),
            }
        }
        units.sort_by(|left, right| in_order(&left.file_name, &right.file_name));
        let mut migrations = Vec::new();
        for unit in &units {
            match unit.read(folder) {
                Ok(migration) => migrations.push(migration),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.has_errors() {
            return Err(problems);
        }
        let mut set = MigrationSet::in_order(self.name(), folder.path.clone(), migrations);
        set.rule = BodyRule { wraps: Wraps::All, sends: Sends::Whole };
        set.order = Order::Strict;
        set.ledger = Some(LEDGER);
        set.left_out = left_out(folder);
        set.warnings = not_loaded(folder, &set.left_out);
        Ok(set)
    }
}

/// Whether the file has the comment that the tool's own template begins with. In a pair the name says
/// the direction, and other tools have such pairs as well, so that it tells nothing there.
fn says_up_migration(file: &FolderFile) -> bool {
    if file.name().ends_with(".up.sql") {
        return false;
    }
    let text = String::from_utf8_lossy(&file.bytes);
    let mut comments = text.lines().filter(|line| line.contains("--") && line.len() < 80);
    comments.any(|line| line.trim().eq_ignore_ascii_case("-- up migration"))
}

/// Files that the tool reads: all that are directly in the folder and not hidden.
fn seen(folder: &Folder) -> impl Iterator<Item = &FolderFile> {
    folder.files.iter().filter(|file| file.is_direct() && !file.name().starts_with('.'))
}

/// The SQL files without a number, which the tool stops at as soon as it has two files to order.
fn unnumbered(folder: &Folder) -> Problems {
    let mut problems = Problems::default();
    if seen(folder).count() < 2 {
        return problems;
    }
    for file in folder.sql_files().filter(|file| prefix(file.name()).is_none()) {
        let message =
            "the file name does not begin with a number, and node-pg-migrate orders by it";
        let help = "name it like 1700000000000_create-users.sql, or move it out of the folder";
        problems.push(Problem::error(message).path(file.shown(folder)).help(help));
    }
    problems
}

/// Migrations in JavaScript and TypeScript, and files that are switched off.
fn left_out(folder: &Folder) -> Vec<LeftOut> {
    let mut left_out = folder.switched_off();
    left_out.extend(folder.foreign(|stem| prefix(stem).is_some()));
    left_out
}

/// The tool loads every file of the folder, and stops at what is no program.
fn not_loaded(folder: &Folder, left_out: &[LeftOut]) -> Problems {
    let mut problems = Problems::default();
    let is_known = |file: &FolderFile| left_out.iter().any(|it| it.file == file.relative);
    for file in seen(folder).filter(|file| !file.is_sql() && !is_known(file)) {
        let message = "node-pg-migrate takes this file for a migration, and stops at it";
        let help = "move it out of the folder, unless --ignore-pattern passes it over";
        problems.push(Problem::warning(message).path(file.shown(folder)).help(help));
    }
    problems
}

/// The files of one migration.
#[derive(Debug, Default)]
struct Unit<'f> {
    /// The name by which it is ordered: that of the file, without its direction.
    file_name: String,
    single: Option<&'f FolderFile>,
    up: Option<&'f FolderFile>,
    down: Option<&'f FolderFile>,
}

fn units_of(folder: &Folder) -> impl Iterator<Item = Unit<'_>> {
    let mut units: BTreeMap<String, Unit<'_>> = BTreeMap::new();
    for file in folder.sql_files() {
        let stem = file.stem();
        let name = stem.strip_suffix(".up").or_else(|| stem.strip_suffix(".down")).unwrap_or(stem);
        let unit = units.entry(name.to_owned()).or_default();
        unit.file_name = format!("{name}.sql");
        let slot = match &stem.as_bytes()[name.len()..] {
            b".up" => &mut unit.up,
            b".down" => &mut unit.down,
            _ => &mut unit.single,
        };
        *slot = Some(file);
    }
    units.into_values()
}

impl Unit<'_> {
    fn checked(self, folder: &Folder) -> Result<Self, Problem> {
        match (self.single, self.up, self.down) {
            (Some(single), Some(other), _) | (Some(single), None, Some(other)) => {
                let message =
                    format!("one migration has both {} and {}", single.name(), other.name());
                let help = "keep the file with both sections, or the pair of .up.sql and .down.sql";
                Err(Problem::error(message).path(single.shown(folder)).help(help))
            }
            (None, None, Some(down)) => {
                let message = format!("{} has no .up.sql beside it", down.name());
                let help = "add the .up.sql of the same name, or take the file away";
                Err(Problem::error(message).path(down.shown(folder)).help(help))
            }
            _ => Ok(self),
        }
    }

    fn read(&self, folder: &Folder) -> Result<Migration, Problem> {
        let stem = self.file_name.trim_end_matches(".sql");
        let migration = |up: Script| {
            let version = prefix(stem).unwrap_or(stem);
            Migration::new(MigrationId::new(stem), Version::new(version), up)
        };
        let script = |file: &FolderFile| -> Result<Script, Problem> {
            Ok(file.script(folder)?.cut(Cut::By(Dialect::Server)))
        };
        let down = self.down.map(script).transpose()?;
        match (self.single, self.up) {
            (Some(file), _) => {
                let sections = Sections::of(file.source(folder)?.text());
                let down = match sections.down {
                    Some(down) => Some(script(file)?.section(down)),
                    None => None,
                };
                Ok(Migration { down, ..migration(script(file)?.section(sections.up)) })
            }
            (None, Some(file)) => Ok(Migration { down, ..migration(script(file)?) }),
            (None, None) => Err(Problem::error("there is no file that goes up").path(&folder.path)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{folder_of, ids, read_as};
    use super::*;

    fn read(files: &[(&str, &str)]) -> Result<MigrationSet, String> {
        read_as("node-pg-migrate", files)
    }

    #[test]
    fn a_date_of_17_digits_counts_as_its_milliseconds() {
        let set = read(&[
            ("1700000000001_c.sql", ""),
            ("20231114221320000_b.sql", ""),
            ("1699999999999_a.sql", ""),
            ("7_first.sql", ""),
        ]);
        let ids = ids(set.as_ref().unwrap()).join(" ");
        assert_eq!(ids, "7_first 1699999999999_a 20231114221320000_b 1700000000001_c");
    }

    #[test]
    fn a_pair_is_one_migration_under_the_name_without_its_direction() {
        let set = read(&[("1_a.up.sql", "-- Down Migration"), ("1_a.down.sql", "b")]).unwrap();
        assert_eq!(ids(&set), ["1_a"]);
        let migration = &set.migrations()[0];
        assert_eq!(migration.up.body(), 0.."-- Down Migration".len());
        assert!(migration.down.is_some());
    }

    #[test]
    fn what_the_tool_refuses_is_told_at_once() {
        let files = [("1_a.sql", ""), ("1_a.up.sql", ""), ("2_b.down.sql", ""), ("c.sql", "")];
        let problems = read(&files).unwrap_err();
        for part in
            ["both 1_a.sql and 1_a.up.sql", "2_b.down.sql has no .up.sql", "begin with a number"]
        {
            assert!(problems.contains(part), "{problems}");
        }
        assert!(read(&[("c.sql", "")]).is_ok(), "a single file needs no order");
    }

    #[test]
    fn javascript_is_a_gap_and_other_files_are_warned_of() {
        let files = [("1_a.sql", ""), ("2_b.js", ""), ("3_c.cts", ""), ("README.md", "")];
        let set = read(&files).unwrap();
        let gaps: Vec<_> = set.left_out.iter().filter(|it| it.is_gap).map(|it| &it.file).collect();
        assert_eq!(gaps.len(), 2, "{gaps:?}");
        assert!(set.warnings.to_string().contains("README.md"));
    }

    #[test]
    fn is_told_by_its_comment_or_by_the_package_beside() {
        let by_comment = folder_of(&[("1_a.sql", "-- Up Migration\nselect 1")]);
        assert!(NodePgMigrate.recognises(&by_comment));
        let mut by_package = folder_of(&[("1_a.sql", "select 1")]);
        assert!(!NodePgMigrate.recognises(&by_package));
        let package = r#"{ "devDependencies": { "node-pg-migrate": "^8.0.0" } }"#;
        by_package.beside.push(FolderFile::new("package.json", package));
        assert!(NodePgMigrate.recognises(&by_package));
    }
}
