//! Prisma Migrate: `NAME/migration.sql`, applied in the order of names.
//!
//! Taken from prisma/prisma, `packages/migrate/src/utils/listMigrations.ts` (every folder directly below is
//! a migration, sorted by `localeCompare`; anything else is passed over), and from prisma/prisma-engines:
//! `schema-connector/src/migrations_directory.rs` (the provider of `migration_lock.toml`),
//! `core/src/commands/apply_migrations.rs` (what is pending),
//! `sql-schema-connector/src/flavour/postgres/connector/native/mod.rs` (a script is one simple query with
//! nothing around it), `…/flavour/postgres.rs` and `…/sql_migration_persistence.rs` (the history table),
//! `schema-connector/src/checksum.rs` (SHA-256 in hexadecimal). `down.sql` is the name that Prisma's guide
//! "Generating down migrations" gives to a down file.

use std::collections::BTreeMap;

use super::locale_order::locale_order;
use super::{Folder, FolderFile, Layout};
use crate::migration::split::Dialect;
use crate::migration::{
    BodyRule, Cut, Ledger, LedgerRead, LeftOut, Migration, MigrationId, MigrationSet, Script,
    Variables, Version, sql_text,
};
use crate::place::{Problem, Problems};

/// A folder of folders with a `migration.sql` each.
pub(super) struct Prisma;

const LOCK: &str = "migration_lock.toml";
const SCRIPT: &str = "migration.sql";
const DOWN: &str = "down.sql";

impl Layout for Prisma {
    fn name(&self) -> &'static str {
        "prisma"
    }

    fn recognises(&self, folder: &Folder) -> bool {
        let is_prisma = |files: &Vec<&FolderFile>| {
            let has = |name: &str| files.iter().any(|file| file.name() == name);
            has(SCRIPT) && !has("up.sql") && !has("snapshot.json")
        };
        folder.file(LOCK).is_some() || folder.subfolders().values().any(is_prisma)
    }

    fn read(&self, folder: &Folder, _: &Variables) -> Result<MigrationSet, Problems> {
        let mut problems = Problems::default();
        problems.0.extend(check_provider(folder).err());
        let mut named = Vec::new();
        for (name, files) in migration_folders(folder) {
            match read_one(folder, name, &files) {
                Ok(migration) => named.push(migration),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.has_errors() {
            return Err(problems);
        }
        named.sort_by(|left, right| locale_order(left.id.as_str(), right.id.as_str()));
        let warnings = warn_of_older_order(folder, &named);
        let mut set = MigrationSet::in_order(self.name(), folder.path.clone(), named);
        set.rule = BodyRule::WHOLE;
        set.ledger = Some(LEDGER);
        set.left_out = left_out(folder);
        set.warnings = warnings;
        Ok(set)
    }
}

/// The files of each folder below this one, at any depth: Prisma asks only for folders.
fn migration_folders(folder: &Folder) -> BTreeMap<&str, Vec<&FolderFile>> {
    let mut folders: BTreeMap<&str, Vec<&FolderFile>> = BTreeMap::new();
    for file in folder.files.iter().filter(|file| !file.is_direct()) {
        let first = file.relative.components().next();
        if let Some(name) = first.and_then(|first| first.as_os_str().to_str()) {
            folders.entry(name).or_default().push(file);
        }
    }
    folders
}

fn read_one(folder: &Folder, name: &str, files: &[&FolderFile]) -> Result<Migration, Problem> {
    let file = |wanted: &str| {
        let path = std::path::Path::new(name).join(wanted);
        files.iter().find(|file| file.relative == path)
    };
    let script = |file: &&FolderFile| file.script(folder).map(as_sent);
    let Some(up) = file(SCRIPT) else {
        let help = "delete the folder, or restore its migration.sql; Prisma stops here with P3015";
        let message = format!("the folder has no {SCRIPT}");
        return Err(Problem::error(message).path(folder.path.join(name)).help(help));
    };
    Ok(Migration {
        down: file(DOWN).map(script).transpose()?,
        ..Migration::new(MigrationId::new(name), version_of(name), script(up)?)
    })
}

fn as_sent(script: Script) -> Script {
    script.cut(Cut::By(Dialect::Server))
}

/// The digits that a name begins with, or all of it.
pub(super) fn version_of(name: &str) -> Version {
    let digits = name.find(|c: char| !c.is_ascii_digit()).unwrap_or(name.len());
    Version::new(if digits == 0 { name } else { &name[..digits] })
}

/// Prisma compares the first line that begins with `provider`, and nothing where there is no lock file.
fn check_provider(folder: &Folder) -> Result<(), Problem> {
    let Some(lock) = folder.file(LOCK) else { return Ok(()) };
    let source = lock.source(folder)?;
    let help = "Prisma stops with P3019 unless it says provider = \"postgresql\"";
    let Some(line) = source.text().lines().find(|line| line.starts_with("provider")) else {
        let message = "the lock file names no provider";
        return Err(Problem::error(message).path(lock.shown(folder)).help(help));
    };
    let provider = line.trim_start_matches("provider = ").trim_matches('"');
    if provider == "postgresql" {
        return Ok(());
    }
    let start = source.text().find(line).unwrap_or_default();
    let message = format!("these migrations are for {provider}, not for postgresql");
    Err(Problem::error(message).at(source.place(start..start + line.len())).help(help))
}

/// Older versions of Prisma sorted in the engine, by bytes.
fn warn_of_older_order(folder: &Folder, migrations: &[Migration]) -> Problems {
    let differs = migrations.windows(2).find(|pair| pair[0].id > pair[1].id);
    let Some([first, second]) = differs else { return Problems::default() };
    let message =
        format!("{} runs before {} with new versions of Prisma only", first.id, second.id);
    let help = "give all folders numbers of one length, such as 20240131120000_add_users";
    Problems::from(Problem::warning(message).path(&folder.path).help(help))
}

/// SQL files that look like migrations, and that Prisma never looks at.
fn left_out(folder: &Folder) -> Vec<LeftOut> {
    let is_known = |file: &&FolderFile| {
        let is_one_below = file.relative.components().count() == 2;
        is_one_below && [SCRIPT, DOWN].contains(&file.name())
    };
    let others = folder.files.iter().filter(|file| file.has_sql_ending() && !is_known(file));
    let why = "Prisma runs only NAME/migration.sql";
    let mut left_out = folder.switched_off();
    left_out.extend(others.map(|file| LeftOut::new(&file.relative, why)));
    left_out
}

const LEDGER: Ledger = Ledger {
    table: "_prisma_migrations",
    create: "create table if not exists _prisma_migrations (\
        id varchar(36) primary key not null, checksum varchar(64) not null, finished_at timestamptz, \
        migration_name varchar(255) not null, logs text, rolled_back_at timestamptz, \
        started_at timestamptz not null default now(), applied_steps_count integer not null default 0)",
    record: |migration| {
        let (checksum, name) = (migration.up.checksum(), sql_text(migration.id.as_str()));
        format!(
            "insert into _prisma_migrations \
             (id, checksum, finished_at, migration_name, applied_steps_count) \
             values (md5(random()::text || clock_timestamp()::text)::uuid::text, '{checksum}', \
             clock_timestamp(), {name}, 1)"
        )
    },
    read: LedgerRead::Keys(
        "select migration_name from _prisma_migrations where rolled_back_at is null",
        |migration| migration.id.as_str().to_owned(),
    ),
};

#[cfg(test)]
mod tests {
    use super::super::testing::{folder_of, ids, read_as, set_of};
    use super::*;

    #[test]
    fn folders_with_a_script_are_detected_and_sorted_as_names() {
        let set = set_of(&[
            ("10_c/migration.sql", ""),
            ("1_a/migration.sql", ""),
            ("2_b/migration.sql", ""),
            ("2_b/down.sql", "drop table b"),
            ("migration_lock.toml", "# keep\nprovider = \"postgresql\"\n"),
        ]);
        assert_eq!(set.layout, "prisma");
        assert_eq!(ids(&set), ["1_a", "10_c", "2_b"]);
        assert!(set.migrations()[2].down.is_some());
        assert!(set.warnings.0[0].message.starts_with("1_a runs before 10_c"));
    }

    #[test]
    fn a_folder_without_script_is_refused_even_when_it_is_only_a_group() {
        let files = [("1_a/migration.sql", ""), ("old/0_b/migration.sql", "")];
        let problems = read_as("prisma", &files).err();
        assert!(problems.is_some_and(|text| text.contains("migrations/old: the folder has no")));
    }

    #[test]
    fn a_lock_file_for_another_database_is_refused_with_its_line() {
        let files =
            [("migration_lock.toml", "# x\nprovider = \"sqlite\""), ("1_a/migration.sql", "")];
        let problems = read_as("prisma", &files).err();
        assert!(problems.is_some_and(|text| text.contains("lock.toml:2:1: these migrations are")));
    }

    #[test]
    fn sql_files_that_prisma_passes_over_are_told() {
        let set = set_of(&[("1_a/migration.sql", ""), ("1_a/data.sql", ""), ("2_b.sql", "")]);
        let told: Vec<_> = set.left_out.iter().map(|it| it.file.to_string_lossy()).collect();
        assert_eq!(told, ["1_a/data.sql", "2_b.sql"]);
    }

    #[test]
    fn pairs_of_diesel_and_folders_of_drizzle_are_none_of_prisma() {
        assert!(!Prisma.recognises(&folder_of(&[("1_a/up.sql", ""), ("1_a/migration.sql", "")])));
        let drizzle = [("1_a/snapshot.json", "{}"), ("1_a/migration.sql", "")];
        assert!(!Prisma.recognises(&folder_of(&drizzle)));
    }
}
