use std::path::{Path, PathBuf};

use super::{Folder, FolderFile};
use crate::place::{Located, Problem};

/// How many near names a message tells.
const NEAR: usize = 3;

impl Folder {
    /// Puts SQL of the scenario in place of a file, which keeps its name but ends in `.sql` from now on.
    ///
    /// # Errors
    ///
    /// When no file has that path, or its SQL file is there already.
    pub fn stand_in(
        &mut self,
        name: &Located<String>,
        stub: PathBuf,
        bytes: Vec<u8>,
    ) -> Result<(), Problem> {
        let wanted = Path::new(&name.value);
        let problem = |message: String| Problem::error(message).at_some(name.place.clone());
        let Some(at) = self.files.iter().position(|file| file.relative == wanted) else {
            let message = format!("there is no file {:?} in {}", name.value, self.path.display());
            let help = self.near(wanted, "paths count from the folder of the migrations");
            return Err(problem(message).help(help));
        };
        let relative = wanted.with_extension("sql");
        if relative != wanted && self.files.iter().any(|file| file.relative == relative) {
            let message = format!("{} already has {} beside it", name.value, relative.display());
            return Err(problem(message).help("take one of the two away"));
        }
        self.files[at] = FolderFile { relative, bytes, stand_in: Some(stub) };
        self.files.sort_by(|left, right| left.relative.cmp(&right.relative));
        Ok(())
    }

    /// Which files of the folder have nearly that path, or else a word of help.
    #[must_use]
    pub fn near(&self, wanted: &Path, otherwise: &str) -> String {
        let wanted = wanted.to_string_lossy();
        let mut near: Vec<_> = self
            .files
            .iter()
            .map(|file| file.relative.to_string_lossy())
            .map(|path| (strsim::damerau_levenshtein(&wanted, &path), path))
            .filter(|(distance, path)| *distance <= 1.max(path.len() / 3))
            .collect();
        near.sort();
        let names: Vec<_> = near.iter().take(NEAR).map(|(_, path)| &**path).collect();
        if names.is_empty() { otherwise.into() } else { format!("near it: {}", names.join(", ")) }
    }
}

impl FolderFile {
    /// Whether it is the SQL that stands in for the file of that path.
    #[must_use]
    pub fn stands_for(&self, path: &Path) -> bool {
        self.stand_in.is_some() && self.relative == path.with_extension("sql")
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::folder_of;
    use super::*;

    fn provide(folder: &mut Folder, name: &str) -> Result<(), String> {
        let name = Located::unplaced(name.to_owned());
        let stub = folder.stand_in(&name, "stub.sql".into(), b"select 2".into());
        stub.map_err(|problem| problem.to_string())
    }

    #[test]
    fn a_stub_is_the_content_of_the_file_it_stands_in_for() {
        let mut folder = folder_of(&[("1_a.sql", "select 1"), ("2_b.ts", "")]);
        provide(&mut folder, "2_b.ts").unwrap();
        provide(&mut folder, "1_a.sql").unwrap();
        let names: Vec<_> = folder.files.iter().map(FolderFile::name).collect();
        assert_eq!(names, ["1_a.sql", "2_b.sql"]);
        assert!(folder.files.iter().all(|file| file.bytes == b"select 2"));
        assert_eq!(folder.files[1].shown(&folder), Path::new("stub.sql"));
    }

    #[test]
    fn a_name_that_is_not_there_is_refused_with_near_ones() {
        let mut folder = folder_of(&[("20240101_x.ts", ""), ("20240102_y.ts", "")]);
        let why = provide(&mut folder, "20240101_z.ts").unwrap_err();
        assert!(why.contains("near it: 20240101_x.ts, 20240102_y.ts"), "{why}");
    }

    #[test]
    fn a_stub_takes_no_other_files_name() {
        let mut folder = folder_of(&[("1_a.ts", ""), ("1_a.sql", "")]);
        let why = provide(&mut folder, "1_a.ts").unwrap_err();
        assert!(why.contains("1_a.ts already has 1_a.sql beside it"), "{why}");
    }
}
