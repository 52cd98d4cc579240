//! Pairs of `VERSION_name.up.sql` and `VERSION_name.down.sql`, as golang-migrate has them (its
//! MIGRATIONS.md: versions are unsigned integers, one up file per version). Its Postgres driver sends
//! each file as one simple query, which is one implicit transaction.

use std::collections::{BTreeMap, HashMap};

use super::numbered::version_of;
use super::{Folder, FolderFile, Layout};
use crate::migration::{BodyRule, Migration, MigrationId, MigrationSet, Variables, Version};
use crate::place::{Problem, Problems};

/// A folder whose SQL files are all `.up.sql` or `.down.sql`.
pub(super) struct Pairs;

impl Layout for Pairs {
    fn name(&self) -> &'static str {
        "pairs"
    }

    fn recognises(&self, folder: &Folder) -> bool {
        let mut sql = folder.files.iter().filter(|file| file.is_sql()).peekable();
        sql.peek().is_some() && sql.all(|file| is_up(file) || is_down(file))
    }

    fn read(&self, folder: &Folder, _: &Variables) -> Result<MigrationSet, Problems> {
        let mut problems = Problems::default();
        let mut ups: BTreeMap<String, &FolderFile> = BTreeMap::new();
        let mut migrations = Vec::new();
        let downs = folder.down_files();
        for file in folder.files.iter().filter(|file| file.is_sql() && !is_down(file)) {
            match read_pair(folder, file, &downs) {
                Ok(migration) => {
                    let number = migration.version.as_str().trim_start_matches('0').to_owned();
                    if let Some(first) = ups.insert(number, file) {
                        problems.push(refuse_duplicate(folder, &migration.version, first, file));
                    }
                    migrations.push(migration);
                }
                Err(problem) => problems.push(problem),
            }
        }
        if migrations.is_empty() && !problems.has_errors() {
            let message = "there are only down files here, and no .up.sql";
            let help = "name the folder that holds the .up.sql files";
            problems.push(Problem::error(message).path(&folder.path).help(help));
        }
        if problems.has_errors() {
            return Err(problems);
        }
        let mut set = MigrationSet::by_number(self.name(), folder.path.clone(), migrations);
        set.rule = BodyRule::WHOLE;
        set.left_out = folder.switched_off();
        Ok(set)
    }
}

fn is_up(file: &FolderFile) -> bool {
    file.name().ends_with(".up.sql")
}

fn is_down(file: &FolderFile) -> bool {
    file.name().ends_with(".down.sql")
}

fn read_pair(
    folder: &Folder,
    file: &FolderFile,
    downs: &HashMap<&str, &FolderFile>,
) -> Result<Migration, Problem> {
    let path = || folder.path.join(&file.relative);
    let version = version_of(file.name()).ok_or_else(|| {
        Problem::error("the file name does not begin with a number")
            .path(path())
            .help("name it like 000001_create_users.up.sql")
    })?;
    let down_name = format!("{}.down.sql", file.name().trim_end_matches(".up.sql"));
    let down = downs.get(down_name.as_str());
    Ok(Migration {
        down: down.map(|down| down.script(folder)).transpose()?,
        ..Migration::new(MigrationId::new(version), Version::new(version), file.script(folder)?)
    })
}

/// golang-migrate stops with "duplicate migration file" (source/migration.go), so this is an error.
fn refuse_duplicate(
    folder: &Folder,
    version: &Version,
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
        .help("give one of them the next free version, or read the folder as layout = \"numbered\"")
}

#[cfg(test)]
mod tests {
    use super::super::testing::{folder_of, set_of};
    use super::*;

    #[test]
    fn pairs_are_one_migration_with_a_down_script() {
        let set = set_of(&[("1_a.up.sql", "up"), ("1_a.down.sql", "down"), ("10_b.up.sql", "")]);
        assert_eq!(set.layout, "pairs");
        assert_eq!(set.migrations().len(), 2);
        assert!(set.migrations()[0].down.is_some());
        assert_eq!(set.migrations()[1].id.as_str(), "10");
    }

    #[test]
    fn a_version_given_twice_is_refused_as_golang_migrate_does() {
        let folder = folder_of(&[("1_a.up.sql", ""), ("001_b.up.sql", "")]);
        let problems =
            Pairs.read(&folder, &Variables::default()).err().map(|problems| problems.to_string());
        assert!(problems.is_some_and(|text| text.contains("001_b.up.sql and 1_a.up.sql")));
    }
}
