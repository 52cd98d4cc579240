//! Numbered folders of numbered files, `7/02_name.up.sql`, as projects with a runner of their own have
//! them: folders by number, in each the files by number. There is no tool behind this layout; its
//! transaction rule is psql's, as for numbered files.

use super::numbered::version_of;
use super::{Folder, FolderFile, Layout};
use crate::migration::{
    LeftOut, Migration, MigrationId, MigrationSet, Sessions, Variables, Version,
};
use crate::place::{Problem, Problems};

/// `NUMBER[_name]/NUMBER_name[.up].sql`.
pub(super) struct Nested;

impl Layout for Nested {
    fn name(&self) -> &'static str {
        "nested"
    }

    fn recognises(&self, folder: &Folder) -> bool {
        let has_direct = folder.sql_files().any(|file| version_of(file.name()).is_some());
        !has_direct && folder.files.iter().any(|file| Address::of(file).is_some())
    }

    fn read(&self, folder: &Folder, _: &Variables) -> Result<MigrationSet, Problems> {
        let mut problems = Problems::default();
        let mut found = Vec::new();
        let mut left_out = folder.switched_off();
        for file in folder.files.iter().filter(|file| file.has_sql_ending()) {
            match Address::of(file) {
                Some(_) if file.name().ends_with(".down.sql") => {}
                Some(address) => match read_file(folder, file, &address) {
                    Ok(migration) => found.push((address, migration)),
                    Err(problem) => problems.push(problem),
                },
                None => {
                    let why = "it is not in a numbered folder, or has no number";
                    left_out.push(LeftOut::new(&file.relative, why));
                }
            }
        }
        if problems.has_errors() {
            return Err(problems);
        }
        found.sort_by(|(left, _), (right, _)| left.order(right));
        let migrations = found.into_iter().map(|(_, migration)| migration).collect();
        let mut set = MigrationSet::in_order(self.name(), folder.path.clone(), migrations);
        set.sessions = Sessions::Own;
        set.left_out = left_out;
        Ok(set)
    }
}

/// Where a file stands: the numbers of its folder and its own.
struct Address {
    folder: Version,
    file: Version,
    relative: String,
}

impl Address {
    fn of(file: &FolderFile) -> Option<Self> {
        let relative = file.has_sql_ending().then(|| file.relative.to_str())??;
        let (folder, name) = relative.split_once('/')?;
        let number = match version_of(folder) {
            Some(number) => number,
            None => Some(folder).filter(|it| it.bytes().all(|byte| byte.is_ascii_digit()))?,
        };
        let own = version_of(name).filter(|_| !name.contains('/'))?;
        let relative = relative.to_owned();
        Some(Self { folder: Version::new(number), file: Version::new(own), relative })
    }

    fn order(&self, other: &Self) -> std::cmp::Ordering {
        self.folder
            .number_order(&other.folder)
            .then_with(|| self.file.number_order(&other.file))
            .then_with(|| self.relative.cmp(&other.relative))
    }
}

fn read_file(folder: &Folder, file: &FolderFile, address: &Address) -> Result<Migration, Problem> {
    let stem = address.relative.trim_end_matches(".sql").trim_end_matches(".up");
    let down = folder.file(&format!("{stem}.down.sql"));
    let version = format!("{}/{}", address.folder, address.file);
    Ok(Migration {
        down: down.map(|down| down.script(folder)).transpose()?,
        ..Migration::new(
            MigrationId::new(address.relative.as_str()),
            Version::new(version),
            file.script(folder)?,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ids, set_of};

    #[test]
    fn folders_come_by_number_and_in_each_its_files() {
        let set = set_of(&[
            ("10/1_a.up.sql", ""),
            ("2/10_b.up.sql", ""),
            ("2/9_c.up.sql", ""),
            ("2/9_c.down.sql", ""),
            ("readme.sql", ""),
        ]);
        assert_eq!(set.layout, "nested");
        assert_eq!(ids(&set), ["2/9_c.up.sql", "2/10_b.up.sql", "10/1_a.up.sql"]);
        assert!(set.migrations()[0].down.is_some());
        assert_eq!(set.left_out.len(), 1);
    }
}
