//! Plain numbered files, `NNN_name.sql`, run as `psql -f` runs them: in numeric order, statement by
//! statement. Numbers may carry a letter (`042a`) or be timestamps. There is no tool behind this
//! layout; its transaction rule is psql's (documentation of psql, option `--file`). Where all lie one
//! folder down, in numbered folders, those are the first of two numbers.

use std::collections::HashMap;

use super::{Folder, FolderFile, Layout, numbered_folders};
use crate::migration::{Migration, MigrationId, MigrationSet, Sessions, Variables, Version};
use crate::place::{Problem, Problems};

/// `NNN_name.sql`; `NNN_name.down.sql` beside it is its down file.
pub(super) struct Numbered;

impl Layout for Numbered {
    fn name(&self) -> &'static str {
        "numbered"
    }

    fn recognises(&self, folder: &Folder) -> bool {
        folder.files.iter().any(|file| file.is_sql() && version_of(file.name()).is_some())
            || numbered_folders::are_there(folder)
    }

    fn has_placeholders(&self) -> bool {
        true
    }

    fn read(&self, folder: &Folder, variables: &Variables) -> Result<MigrationSet, Problems> {
        if numbered_folders::are_there(folder) {
            let migrations = numbered_folders::read(folder, variables)?;
            let mut set = MigrationSet::in_order(self.name(), folder.path.clone(), migrations);
            set.sessions = Sessions::Own;
            set.left_out = numbered_folders::left_out(folder);
            return Ok(set);
        }
        let mut problems = Problems::default();
        let mut migrations = Vec::new();
        let downs = folder.down_files();
        for file in folder.files.iter().filter(|file| file.is_sql()) {
            if file.name().ends_with(".down.sql") {
                continue;
            }
            match read_file(folder, file, &downs, variables) {
                Ok(migration) => migrations.push(migration),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.has_errors() {
            return Err(problems);
        }
        let mut set = MigrationSet::by_number(self.name(), folder.path.clone(), migrations);
        set.sessions = Sessions::Own;
        set.left_out = folder.switched_off();
        set.left_out.extend(folder.foreign(|stem| version_of(stem).is_some()));
        Ok(set)
    }
}

fn read_file(
    folder: &Folder,
    file: &FolderFile,
    downs: &HashMap<&str, &FolderFile>,
    variables: &Variables,
) -> Result<Migration, Problem> {
    let Some(version) = version_of(file.name()) else {
        let help = "name it like 001_create_users.sql, or give it the ending .skip";
        let message = "the file name does not begin with a number";
        return Err(Problem::error(message).path(folder.path.join(&file.relative)).help(help));
    };
    let stem = file.name().trim_end_matches(".sql").trim_end_matches(".up");
    let down_name = format!("{stem}.down.sql");
    let down = downs.get(down_name.as_str());
    let up = file.psql_script(folder, variables)?;
    Ok(Migration {
        down: down.map(|down| down.psql_script(folder, variables)).transpose()?,
        ..Migration::new(MigrationId::new(file.name()), Version::new(version), up)
    })
}

/// The digits a name begins with, and letters that follow them directly.
pub(super) fn version_of(name: &str) -> Option<&str> {
    let digits = name.find(|c: char| !c.is_ascii_digit()).unwrap_or(name.len());
    let letters = name[digits..].find(|c: char| !c.is_ascii_lowercase()).unwrap_or(0);
    let version = &name[..digits + letters];
    let separated = name[version.len()..].starts_with(['_', '-', '.', ' ']);
    (digits > 0 && separated).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{folder_of, set_of};
    use super::*;

    #[test]
    fn reads_numbers_letters_and_timestamps() {
        assert_eq!(version_of("001_a.sql"), Some("001"));
        assert_eq!(version_of("042a_b.sql"), Some("042a"));
        assert_eq!(version_of("20260207050000_sec.sql"), Some("20260207050000"));
        assert_eq!(version_of("7-x.sql"), Some("7"));
        assert_eq!(version_of("a_001.sql"), None);
        assert_eq!(version_of("12monkeys"), None);
    }

    #[test]
    fn numbers_sort_as_numbers_not_as_text() {
        let set =
            set_of(&[("1000_d.sql", ""), ("020_c.sql", ""), ("3_a.sql", ""), ("3a_b.sql", "")]);
        let ids: Vec<_> = set.migrations().iter().map(|migration| migration.id.as_str()).collect();
        assert_eq!(ids, ["3_a.sql", "3a_b.sql", "020_c.sql", "1000_d.sql"]);
    }

    #[test]
    fn a_down_file_belongs_to_its_migration_and_is_none_of_its_own() {
        let set = set_of(&[("1_a.sql", "up"), ("1_a.down.sql", "down"), ("2_b.sql", "")]);
        assert_eq!(set.migrations().len(), 2);
        let down = set.migrations()[0].down.as_ref().map(|down| down.source().text().to_owned());
        assert_eq!(down.as_deref(), Some("down"));
    }

    #[test]
    fn retired_files_never_run_and_are_told() {
        let set = set_of(&[("1_a.sql", ""), ("2_b.sql.retired", "drop table x")]);
        assert_eq!(set.migrations().len(), 1);
        assert_eq!(set.left_out[0].why, "its name ends in .retired");
    }

    #[test]
    fn a_file_that_is_not_utf_8_is_told_with_its_line() {
        let mut folder = folder_of(&[("1_a.sql", "select 1;\nselect '")]);
        folder.files[0].bytes.push(0xe9);
        let problems = Numbered
            .read(&folder, &Variables::default())
            .err()
            .map(|problems| problems.to_string());
        assert_eq!(
            problems.as_deref(),
            Some(
                "migrations/1_a.sql: line 2 is not UTF-8 (byte 0xe9) (save the file as UTF-8, \
                 for instance: iconv -f latin1 -t utf-8)"
            )
        );
    }
}
