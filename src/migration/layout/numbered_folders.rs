//! Numbered files in numbered folders, one per release: `2/01_users.sql`. Projects that have them run
//! them with scripts of their own, folder after folder.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::path::{Component, Path};

use super::numbered::version_of;
use super::{Folder, FolderFile};
use crate::migration::{LeftOut, Migration, MigrationId, Variables, Version};
use crate::place::{Problem, Problems};

/// Whether the migrations lie one folder down: none is numbered beside the folders.
pub(super) fn are_there(folder: &Folder) -> bool {
    let is_direct = |file: &FolderFile| file.is_sql() && version_of(file.name()).is_some();
    !folder.files.iter().any(is_direct) && folder.files.iter().any(is_one)
}

/// The migrations, in the order of folders, then of files, both by their numbers.
pub(super) fn read(folder: &Folder, variables: &Variables) -> Result<Vec<Migration>, Problems> {
    let mut problems = Problems::default();
    let mut files: Vec<_> = folder.files.iter().filter(|file| is_one(file)).collect();
    files.sort_by(|left, right| by_numbers(&left.relative, &right.relative));
    let downs: HashMap<_, _> =
        files.iter().filter(|it| is_down(it)).map(|it| (it.relative.as_path(), *it)).collect();
    let mut migrations = Vec::new();
    for file in files.iter().filter(|file| !is_down(file)) {
        match migration(folder, file, &downs, variables) {
            Ok(migration) => migrations.push(migration),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.has_errors() { Err(problems) } else { Ok(migrations) }
}

/// SQL files elsewhere, and files that are switched off.
pub(super) fn left_out(folder: &Folder) -> Vec<LeftOut> {
    let mut found = Vec::new();
    for file in folder.files.iter().filter(|file| !is_one(file)) {
        if let Some(switched_off) = file.left_out() {
            found.push(switched_off);
        } else if file.has_sql_ending() {
            let why = "it is not a numbered file in a numbered folder";
            found.push(LeftOut::new(&file.relative, why));
        } else if let Some(language) = file.language()
            && folder_of(file).is_some_and(has_number)
            && version_of(file.stem()).is_some()
        {
            found.push(LeftOut::foreign(&file.relative, language));
        }
    }
    found
}

fn migration(
    folder: &Folder,
    file: &FolderFile,
    downs: &HashMap<&Path, &FolderFile>,
    variables: &Variables,
) -> Result<Migration, Problem> {
    let stem = file.name().trim_end_matches(".sql").trim_end_matches(".up");
    let down = downs.get(file.relative.with_file_name(format!("{stem}.down.sql")).as_path());
    let id = file.relative.to_string_lossy().replace('\\', "/");
    let version = format!(
        "{}/{}",
        folder_of(file).unwrap_or_default(),
        version_of(file.name()).unwrap_or_default()
    );
    Ok(Migration {
        down: down.map(|down| down.psql_script(folder, variables)).transpose()?,
        ..Migration::new(
            MigrationId::new(id),
            Version::new(version),
            file.psql_script(folder, variables)?,
        )
    })
}

fn is_one(file: &FolderFile) -> bool {
    let has_numbers = folder_of(file).is_some_and(has_number) && version_of(file.name()).is_some();
    has_numbers && file.has_sql_ending()
}

fn is_down(file: &FolderFile) -> bool {
    file.name().ends_with(".down.sql")
}

fn has_number(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_digit())
}

/// The folder of a file that lies one folder down.
fn folder_of(file: &FolderFile) -> Option<&str> {
    let mut parts = file.relative.components();
    match (parts.next()?, parts.next(), parts.next()) {
        (Component::Normal(folder), Some(_), None) => folder.to_str(),
        _ => None,
    }
}

/// Numbers inside names count as numbers: `1.10` comes after `1.9`.
fn by_numbers(left: &Path, right: &Path) -> Ordering {
    let parts = |path: &Path| {
        let names = path.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
        names.map(|name| numbers_and_words(&name)).collect::<Vec<_>>()
    };
    parts(left).cmp(&parts(right)).then_with(|| left.cmp(right))
}

/// The runs of digits of a name, without leading zeros and by length first, and what is between them.
fn numbers_and_words(name: &str) -> Vec<(usize, String)> {
    let mut runs: Vec<(bool, String)> = Vec::new();
    for character in name.chars() {
        let is_digit = character.is_ascii_digit();
        match runs.last_mut() {
            Some((of_digits, run)) if *of_digits == is_digit => run.push(character),
            _ => runs.push((is_digit, character.to_string())),
        }
    }
    let key = |(is_number, run): (bool, String)| {
        if !is_number {
            return (0, run);
        }
        let number = run.trim_start_matches('0').to_owned();
        (number.len() + 1, number)
    };
    runs.into_iter().map(key).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ids, read_as, set_of};

    #[test]
    fn folders_run_one_after_the_other_and_both_numbers_count() {
        let set = set_of(&[
            ("10/01_e.up.sql", ""),
            ("2/10_d.sql", ""),
            ("2/9_c.sql", ""),
            ("1.10/1_b.sql", ""),
            ("1.9/7_a.sql", ""),
        ]);
        let order = ["1.9/7_a.sql", "1.10/1_b.sql", "2/9_c.sql", "2/10_d.sql", "10/01_e.up.sql"];
        assert_eq!(ids(&set), order);
        assert!(set.duplicates().is_empty());
    }

    #[test]
    fn a_down_file_belongs_to_the_one_of_its_folder() {
        let files = [("1/01_a.up.sql", "up"), ("1/01_a.down.sql", "down"), ("2/01_a.up.sql", "up")];
        let set = set_of(&files);
        assert_eq!(set.layout, "numbered");
        assert_eq!(ids(&set), ["1/01_a.up.sql", "2/01_a.up.sql"]);
        assert!(set.migrations()[0].down.is_some() && set.migrations()[1].down.is_none());
    }

    #[test]
    fn numbered_files_beside_the_folders_are_the_migrations() {
        let set = set_of(&[("1_a.sql", ""), ("2/1_b.sql", "")]);
        assert_eq!(ids(&set), ["1_a.sql"]);
    }

    #[test]
    fn other_sql_files_are_told() {
        let files = [
            ("1/01_a.sql", ""),
            ("1/02_b.sql.skip", ""),
            ("1/03_c.py", ""),
            ("1/deep/04_d.sql", ""),
            ("schema.sql", ""),
            ("seeds/01_e.sql", ""),
        ];
        let set = read_as("numbered", &files).unwrap();
        assert_eq!(ids(&set), ["1/01_a.sql"]);
        let told: Vec<_> =
            set.left_out.iter().map(|it| (it.file.to_string_lossy(), it.is_gap)).collect();
        assert_eq!(
            told,
            [
                ("1/02_b.sql.skip".into(), false),
                ("1/03_c.py".into(), true),
                ("1/deep/04_d.sql".into(), false),
                ("schema.sql".into(), false),
                ("seeds/01_e.sql".into(), false),
            ]
        );
    }
}
