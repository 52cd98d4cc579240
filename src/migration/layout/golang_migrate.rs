//! golang-migrate: `VERSION_name.up.sql` and `VERSION_name.down.sql`.
//!
//! Names are those of `source/parse.go`: the version is an unsigned number of 64 bits, and whatever
//! follows `.up.` or `.down.` is the ending, so `1_a.up.sql.bak` is a migration as well. What does not
//! match is passed over, and so are subfolders (`source/iofs/iofs.go`). Two files of one version and
//! direction are refused; up and down belong together by version alone; a version without an up file
//! is recorded and runs nothing (`source/migration.go`, `migrate.go`).
//!
//! The Postgres drivers send each file as one simple query and keep one row, the version they are at
//! (`database/postgres/postgres.go`, `database/pgx/v5/pgx.go`). Their option `x-multi-statement` is
//! said in the URL of the database, so a folder cannot tell it; it is not modelled.

use std::collections::BTreeMap;

use super::numbered::version_of;
use super::{Folder, FolderFile, Layout, TWICE, refused_alone, told_apart, whole};
use crate::migration::{
    BodyRule, Ledger, LedgerRead, LeftOut, Migration, MigrationId, MigrationSet, Order, Variables,
    Version,
};
use crate::place::{Problem, Problems};

/// A folder whose SQL files are all `.up.sql` or `.down.sql`.
pub(super) struct GolangMigrate;

/// The tool names the schema that was current when it connected; that is `public` here.
const LEDGER: Ledger = Ledger {
    table: "public.schema_migrations",
    create: "CREATE TABLE IF NOT EXISTS public.schema_migrations \
             (version bigint PRIMARY KEY, dirty boolean NOT NULL)",
    record: |migration| {
        let version = number(migration.version.as_str());
        format!(
            "TRUNCATE public.schema_migrations; \
             INSERT INTO public.schema_migrations (version, dirty) VALUES ({version}, false)"
        )
    },
    read: LedgerRead::Highest("SELECT version FROM public.schema_migrations LIMIT 1"),
};

impl Layout for GolangMigrate {
    fn name(&self) -> &'static str {
        "golang-migrate"
    }

    fn recognises(&self, folder: &Folder) -> bool {
        let mut sql = folder.sql_files().peekable();
        let is_there = sql.peek().is_some();
        if folder.is_said_beside("go.mod", "golang-migrate/migrate") {
            return sql.any(|file| Name::of(file).is_some());
        }
        is_there && sql.all(|file| Name::of(file).is_some())
    }

    fn read(&self, folder: &Folder, _: &Variables) -> Result<MigrationSet, Problems> {
        let mut problems = Problems::default();
        let versions = by_version(folder, &mut problems);
        if !versions.is_empty() && versions.values().all(|files| files.ups.is_empty()) {
            let message = "there are only down files here, and no .up.sql";
            let help = "name the folder that holds the .up.sql files";
            problems.push(Problem::error(message).path(&folder.path).help(help));
        }
        let mut migrations = Vec::new();
        for files in versions.values() {
            for (file, down) in files.pairs() {
                match migration(folder, file, down) {
                    Ok(migration) => migrations.push(migration),
                    Err(problem) => problems.push(problem),
                }
            }
        }
        let refused = refused_alone(&mut problems)?;
        let migrations = told_apart(migrations);
        let mut set = MigrationSet::in_order(self.name(), folder.path.clone(), migrations);
        set.rule = BodyRule::WHOLE;
        set.order = Order::HighWaterMark;
        set.ledger = Some(LEDGER);
        set.left_out = passed_over(folder);
        set.warnings = surprises(folder, &versions);
        set.refused = refused;
        Ok(set)
    }
}

/// What a file's name says.
struct Name<'file> {
    written: &'file str,
    version: u64,
    is_up: bool,
}

impl<'file> Name<'file> {
    fn of(file: &'file FolderFile) -> Option<Self> {
        let (written, rest) = file.name().split_once('_')?;
        if !file.is_direct() || !written.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        // The name is as long as it can be: the last direction that an ending follows counts.
        let up = rest.rfind(".up.");
        let down = rest.rfind(".down.");
        up.or(down)?;
        Some(Self { written, version: written.parse().ok()?, is_up: up > down })
    }
}

/// The files of one version: of each direction one, or the tool refuses the folder.
#[derive(Default)]
struct Files<'folder> {
    ups: Vec<&'folder FolderFile>,
    downs: Vec<&'folder FolderFile>,
}

impl<'folder> Files<'folder> {
    /// What goes up, with what goes down: by version alone where that says it, else by name.
    fn pairs(&self) -> Vec<(&'folder FolderFile, Option<&'folder FolderFile>)> {
        if let [] | [_] = self.ups.as_slice() {
            let down = self.downs.first().copied();
            let up = self.ups.first().copied().or(down);
            return up.map(|up| (up, down)).into_iter().collect();
        }
        let down = |up: &FolderFile| {
            let name = up.name().replacen(".up.", ".down.", 1);
            self.downs.iter().copied().find(|down| down.name() == name)
        };
        self.ups.iter().map(|up| (*up, down(up))).collect()
    }

    /// The first of several files of one direction, and the others; two pairs are one clash.
    fn clash(&self) -> Option<(&'folder FolderFile, &[&'folder FolderFile])> {
        let several = [&self.ups, &self.downs].into_iter().find(|files| files.len() > 1)?;
        several.split_first().map(|(first, others)| (*first, others))
    }
}

fn by_version<'folder>(
    folder: &'folder Folder,
    problems: &mut Problems,
) -> BTreeMap<u64, Files<'folder>> {
    let mut versions: BTreeMap<u64, Files<'_>> = BTreeMap::new();
    for file in &folder.files {
        let Some(name) = Name::of(file) else { continue };
        let files = versions.entry(name.version).or_default();
        if name.is_up { files.ups.push(file) } else { files.downs.push(file) }
    }
    for (version, files) in &versions {
        let Some((first, others)) = files.clash() else { continue };
        for other in others {
            problems.push(refuse_duplicate(folder, *version, first, other));
        }
    }
    versions
}

fn migration(
    folder: &Folder,
    file: &FolderFile,
    down: Option<&FolderFile>,
) -> Result<Migration, Problem> {
    let name = Name::of(file);
    let up = whole::script(folder, file)?;
    let runs = name.as_ref().is_some_and(|name| name.is_up);
    let version = name.map_or("", |name| name.written);
    Ok(Migration {
        down: down.map(|down| whole::script(folder, down)).transpose()?,
        ..Migration::new(
            MigrationId::new(version),
            Version::new(version),
            if runs { up } else { up.section(0..0) },
        )
    })
}

fn refuse_duplicate(
    folder: &Folder,
    version: u64,
    first: &FolderFile,
    second: &FolderFile,
) -> Problem {
    let message = format!(
        "two migrations have the version {version}: {} and {}",
        first.name(),
        second.name()
    );
    Problem::error(message)
        .path(&folder.path)
        .of_rule(TWICE)
        .help("give one of them the next free version, or read the folder as layout = \"numbered\"")
}

/// What looks like a migration, and is none to the tool.
fn passed_over(folder: &Folder) -> Vec<LeftOut> {
    let others = folder.files.iter().filter(|file| file.is_direct() && Name::of(file).is_none());
    let looks_like_one = |file: &&FolderFile| {
        version_of(file.name()).is_some() && (file.is_sql() || file.left_out().is_some())
    };
    let why = "golang-migrate passes over names unlike 000001_name.up.sql";
    others.filter(looks_like_one).map(|file| LeftOut::new(&file.relative, why)).collect()
}

/// What the tool does and hardly anybody expects.
fn surprises(folder: &Folder, versions: &BTreeMap<u64, Files<'_>>) -> Problems {
    let mut warnings = Problems::default();
    for (version, files) in versions {
        let Some(file) = files.ups.first() else {
            let message = format!(
                "version {version} has no up file: golang-migrate records it and runs nothing"
            );
            let help = format!("add {version}_name.up.sql, or remove the down file");
            warnings.push(Problem::warning(message).path(&folder.path).help(help));
            continue;
        };
        if file.left_out().is_some() {
            let message = "golang-migrate runs this file all the same: its ending does not count";
            let help = "move it out of the folder to switch it off";
            warnings.push(Problem::warning(message).path(file.shown(folder)).help(help));
        }
    }
    warnings
}

/// A version as a number.
fn number(version: &str) -> &str {
    match version.trim_start_matches('0') {
        "" => "0",
        number => number,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{folder_of, ids, read_as, set_of, set_to_look_at};
    use super::*;
    use rstest::rstest;

    #[test]
    fn pairs_are_one_migration_with_a_down_script() {
        let set = set_of(&[("1_a.up.sql", "up"), ("1_a.down.sql", "down"), ("10_b.up.sql", "")]);
        assert_eq!(set.layout, "golang-migrate");
        assert_eq!(ids(&set), ["1", "10"]);
        assert!(set.migrations()[0].down.is_some());
    }

    #[test]
    fn up_and_down_belong_together_by_version_alone() {
        let set = set_of(&[("1_a.up.sql", "up"), ("01_undo.down.sql", "down")]);
        assert_eq!(set.migrations().len(), 1);
        assert!(set.migrations()[0].down.is_some());
    }

    #[rstest]
    #[case::up(&[("1_a.up.sql", ""), ("001_b.up.sql", "")], "001_b.up.sql and 1_a.up.sql")]
    #[case::down(
        &[("1_a.up.sql", ""), ("1_a.down.sql", ""), ("1_b.down.sql", "")],
        "1_a.down.sql and 1_b.down.sql"
    )]
    #[case::other_ending(&[("1_a.up.sql", ""), ("1_a.up.sql.bak", "")], "1_a.up.sql.bak")]
    fn a_version_given_twice_is_refused(#[case] files: &[(&str, &str)], #[case] told: &str) {
        let problems = read_as("golang-migrate", files).err();
        assert!(problems.is_some_and(|text| text.contains(told)));
    }

    #[test]
    fn of_two_pairs_each_up_file_has_its_own_down_file_and_they_are_one_clash() {
        let files = ["1_a.down.sql", "1_a.up.sql", "1_b.down.sql", "1_b.up.sql"];
        let set = set_to_look_at("golang-migrate", &files.map(|name| (name, "select 1")));
        assert_eq!(ids(&set), ["1", "1_b.up.sql"]);
        assert_eq!(set.refused.0.len(), 1);
        let down = |at: usize| set.migrations()[at].down.as_ref().map(|it| it.source().path());
        assert!(down(0).is_some_and(|path| path.ends_with("1_a.down.sql")));
        assert!(down(1).is_some_and(|path| path.ends_with("1_b.down.sql")));
    }

    #[test]
    fn a_version_with_a_down_file_alone_runs_nothing_and_is_recorded() {
        let set = set_of(&[("1_a.up.sql", "select 1"), ("2_b.down.sql", "drop table a")]);
        assert_eq!(ids(&set), ["1", "2"]);
        assert!(set.migrations()[1].up.statements().is_empty());
        assert!(set.warnings.to_string().contains("version 2 has no up file"));
    }

    #[test]
    fn down_files_alone_are_no_migrations() {
        let problems = read_as("golang-migrate", &[("1_a.down.sql", "")]).err();
        assert!(problems.is_some_and(|text| text.contains("only down files")));
    }

    #[test]
    fn names_that_do_not_match_are_passed_over_and_told() {
        let files = [
            ("1_a.up.sql", ""),
            ("2_b.sql", ""),
            ("2-c.up.sql", ""),
            ("99999999999999999999_d.up.sql", ""),
            ("seed.sql", ""),
            ("below/3_e.up.sql", ""),
        ];
        let set = read_as("golang-migrate", &files).unwrap();
        assert_eq!(ids(&set), ["1"]);
        let told: Vec<_> = set.left_out.iter().map(|it| it.file.display().to_string()).collect();
        assert_eq!(told, ["2-c.up.sql", "2_b.sql", "99999999999999999999_d.up.sql"]);
    }

    #[test]
    fn an_ending_after_the_direction_switches_nothing_off() {
        let set = set_of(&[("1_a.up.sql", "select 1"), ("2_b.up.sql.disabled", "select 2")]);
        assert_eq!(ids(&set), ["1", "2"]);
        assert!(set.warnings.to_string().contains("its ending does not count"));
    }

    #[test]
    fn a_folder_with_other_files_is_taken_where_the_module_says_so() {
        let mut folder = folder_of(&[("1_a.up.sql", ""), ("schema.sql", "")]);
        assert!(!GolangMigrate.recognises(&folder));
        let module = "require github.com/golang-migrate/migrate/v4 v4.17.0";
        folder.beside.push(FolderFile::new("go.mod", module));
        assert!(GolangMigrate.recognises(&folder));
    }

    #[test]
    fn the_history_has_one_row_with_the_version_as_a_number() {
        let set = set_of(&[("000010_a.up.sql", "")]);
        let ledger = set.ledger.unwrap();
        assert!((ledger.record)(&set.migrations()[0]).ends_with("VALUES (10, false)"));
    }
}
