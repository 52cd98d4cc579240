use std::path::{Path, PathBuf};

use super::Retired;
use super::applied::relative;
use crate::migration::MigrationSet;
use crate::place::{Place, Problem, Problems, SourceText};

/// The text that a lock begins with.
const HEAD: &str = "\
# What is applied is not edited any more. Written by: migration-replay lock
# version, file, SHA-256; for retired files: the word, file, SHA-256, why
";

/// What stands in the place of the version of a retired file.
const RETIRED: &str = "retired";

/// What every migration of a folder was when it was recorded: one line each, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    /// The migrations.
    pub entries: Vec<LockEntry>,
    /// Files that must never run.
    pub retired: Vec<LockedRetired>,
}

/// One migration of a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockEntry {
    /// Its version.
    pub version: String,
    /// Its file, relative to the folder.
    pub file: PathBuf,
    /// The SHA-256 of the file, 64 hexadecimal digits.
    pub checksum: String,
    /// Where the lock says it; `None` where it was not read from a file.
    pub place: Option<Place>,
}

/// One retired file of a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedRetired {
    /// The file, relative to the folder.
    pub file: PathBuf,
    /// The SHA-256 of the file, 64 hexadecimal digits.
    pub checksum: String,
    /// Why; empty where nobody said.
    pub reason: String,
    /// Where the lock says it; `None` where it was not read from a file.
    pub place: Option<Place>,
}

/// How a folder differs from its lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change<'a> {
    /// The file is not what was recorded.
    Edited(&'a LockEntry),
    /// The file is there under another name.
    Renamed(&'a LockEntry, PathBuf),
    /// The file is not there any more.
    Missing(&'a LockEntry),
    /// A retired file is not what was recorded.
    RetiredEdited(&'a LockedRetired),
    /// A retired file is not there any more.
    RetiredMissing(&'a LockedRetired),
    /// A file of the folder, that the lock does not have.
    NotRecorded(PathBuf),
}

impl Lock {
    /// The lock that a folder should have.
    #[must_use]
    pub fn of(set: &MigrationSet, retired: &[Retired]) -> Self {
        let entries = set.migrations().iter().map(|migration| LockEntry {
            version: migration.version.to_string(),
            file: relative(set, migration).to_owned(),
            checksum: migration.up.checksum().to_string(),
            place: None,
        });
        let retired = retired.iter().map(|it| LockedRetired {
            file: it.file.clone(),
            checksum: it.checksum.to_string(),
            reason: it.reason.clone().unwrap_or_default(),
            place: None,
        });
        Self { entries: entries.collect(), retired: retired.collect() }
    }

    /// Reads a lock.
    ///
    /// # Errors
    ///
    /// Every line that is none of a lock, such as the marks of a merge conflict.
    pub fn parse(source: &SourceText) -> Result<Self, Problems> {
        let mut lock = Self::default();
        let mut problems = Problems::default();
        let mut start = 0;
        for line in source.text().split_inclusive('\n') {
            let text = line.trim_end();
            let place = source.place(start..start + text.len());
            start += line.len();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            if !lock.take(text, &place) {
                let help = "resolve the merge, then run: migration-replay lock";
                problems.push(Problem::error("this is no line of a lock").at(place).help(help));
            }
        }
        if problems.has_errors() { Err(problems) } else { Ok(lock) }
    }

    /// Reads the lines of a lock that a merge left with marks of a conflict: what both sides recorded counts.
    #[must_use]
    pub fn merged(source: &SourceText) -> Self {
        let mut lock = Self::default();
        let mut start = 0;
        for line in source.text().split_inclusive('\n') {
            let text = line.trim_end();
            let _other = lock.take(text, &source.place(start..start + text.len()));
            start += line.len();
        }
        lock
    }

    fn take(&mut self, line: &str, place: &Place) -> bool {
        let fields: Vec<_> = line.split('\t').collect();
        let [first, file, checksum, rest @ ..] = fields.as_slice() else { return false };
        let is_sum = checksum.len() == 64 && checksum.bytes().all(|it| it.is_ascii_hexdigit());
        let (file, checksum) = (PathBuf::from(file), (*checksum).to_owned());
        let place = Some(place.clone());
        match (*first, rest) {
            (RETIRED, rest) if is_sum => {
                let reason = rest.join(" ");
                self.retired.push(LockedRetired { file, checksum, reason, place });
            }
            (version, []) if is_sum => {
                let version = version.to_owned();
                self.entries.push(LockEntry { version, file, checksum, place });
            }
            _ => return false,
        }
        true
    }

    /// The text of the file: the same lock gives the same bytes.
    #[must_use]
    pub fn render(&self) -> String {
        let line = |fields: &[&str]| fields.join("\t") + "\n";
        let mut text = HEAD.to_owned();
        for entry in &self.entries {
            text += &line(&[&entry.version, &shown(&entry.file), &entry.checksum]);
        }
        for retired in &self.retired {
            let file = shown(&retired.file);
            let reason = retired.reason.replace(['\t', '\n'], " ");
            text += line(&[RETIRED, &file, &retired.checksum, &reason]).trim_end();
            text.push('\n');
        }
        text
    }

    /// How a folder differs from what is recorded, in the order of the lock. A file that was retired since is none of the
    /// differences.
    #[must_use]
    pub fn changes<'a>(&'a self, now: &Self) -> Vec<Change<'a>> {
        let mut changes = Vec::new();
        for entry in &self.entries {
            changes.extend(now.change_of(entry, self));
        }
        for retired in &self.retired {
            match now.retired.iter().find(|it| it.file == retired.file) {
                Some(there) if there.checksum == retired.checksum => {}
                Some(_) => changes.push(Change::RetiredEdited(retired)),
                None => changes.push(Change::RetiredMissing(retired)),
            }
        }
        let is_known = |file: &Path| self.holds(file) || changes.iter().any(|it| it.is_now(file));
        let entries = now.entries.iter().map(|it| &it.file);
        let files = entries.chain(now.retired.iter().map(|it| &it.file));
        let new: Vec<_> = files.filter(|file| !is_known(file)).cloned().collect();
        changes.extend(new.into_iter().map(Change::NotRecorded));
        changes
    }

    fn change_of<'a>(&self, entry: &'a LockEntry, lock: &Self) -> Option<Change<'a>> {
        if let Some(there) = self.entries.iter().find(|it| it.file == entry.file) {
            return (there.checksum != entry.checksum).then_some(Change::Edited(entry));
        }
        if self.retired.iter().any(|it| it.file.with_extension("") == entry.file) {
            return None;
        }
        let is_moved = |it: &&LockEntry| it.checksum == entry.checksum && !lock.holds(&it.file);
        Some(match self.entries.iter().find(is_moved) {
            Some(moved) => Change::Renamed(entry, moved.file.clone()),
            None => Change::Missing(entry),
        })
    }

    /// Whether a file is recorded.
    #[must_use]
    pub fn holds(&self, file: &Path) -> bool {
        self.entries.iter().any(|it| it.file == file)
            || self.retired.iter().any(|it| it.file == file)
    }
}

impl Change<'_> {
    fn is_now(&self, file: &Path) -> bool {
        matches!(self, Self::Renamed(_, now) if now == file)
    }
}

/// A path as every machine writes it.
fn shown(file: &Path) -> String {
    file.to_string_lossy().replace('\\', "/")
}

impl Retired {
    /// Whether a lock, or a base, may have had it under the name that it had before.
    pub(super) fn was(&self, file: &Path) -> bool {
        self.before() == file
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::Checksum;

    fn sum(text: &str) -> String {
        Checksum::of(text.as_bytes()).to_string()
    }

    fn lock(entries: &[(&str, &str)], retired: &[(&str, &str)]) -> Lock {
        let entries = entries.iter().map(|(file, text)| LockEntry {
            version: file.split('_').next().unwrap().to_owned(),
            file: file.into(),
            checksum: sum(text),
            place: None,
        });
        let retired = retired.iter().map(|(file, text)| LockedRetired {
            file: file.into(),
            checksum: sum(text),
            reason: "never ran".into(),
            place: None,
        });
        Lock { entries: entries.collect(), retired: retired.collect() }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let lock = lock(&[("001_a.sql", "a"), ("002 b.sql", "b")], &[("003_c.sql.retired", "c")]);
        let text = lock.render();
        let mut read = Lock::parse(&SourceText::new("db.lock", text.as_str())).unwrap();
        assert_eq!(read.entries[1].place.as_ref().map(|it| it.line_column().line), Some(4));
        read.entries.iter_mut().for_each(|it| it.place = None);
        read.retired.iter_mut().for_each(|it| it.place = None);
        assert_eq!(read, lock);
        assert_eq!(read.render(), text);
    }

    #[test]
    fn the_marks_of_a_conflict_are_told_with_their_lines() {
        let text = lock(&[("001_a.sql", "a")], &[]).render() + "<<<<<<< HEAD\n002\tb.sql\t12\n";
        let problems = Lock::parse(&SourceText::new("db.lock", text)).unwrap_err().to_string();
        assert!(problems.contains("db.lock:4:1"), "{problems}");
        assert!(problems.contains("db.lock:5:1"), "{problems}");
    }

    #[test]
    fn edited_renamed_missing_and_new_files_are_told_apart() {
        let known = lock(
            &[("001_a.sql", "a"), ("002_b.sql", "b"), ("003_c.sql", "c"), ("004_d.sql", "d")],
            &[("000_z.sql.retired", "z")],
        );
        let now = lock(
            &[("001_a.sql", "A"), ("0020_b.sql", "b"), ("005_e.sql", "e")],
            &[("000_z.sql.retired", "Z"), ("004_d.sql.retired", "d")],
        );
        let told: Vec<_> = known
            .changes(&now)
            .iter()
            .map(|change| match change {
                Change::Edited(it) => format!("edited {}", it.file.display()),
                Change::Renamed(it, to) => format!("{} is {}", it.file.display(), to.display()),
                Change::Missing(it) => format!("missing {}", it.file.display()),
                Change::RetiredEdited(it) => format!("retired edited {}", it.file.display()),
                Change::RetiredMissing(it) => format!("retired missing {}", it.file.display()),
                Change::NotRecorded(it) => format!("new {}", it.display()),
            })
            .collect();
        let expected = [
            "edited 001_a.sql",
            "002_b.sql is 0020_b.sql",
            "missing 003_c.sql",
            "retired edited 000_z.sql.retired",
            "new 005_e.sql",
            "new 004_d.sql.retired",
        ];
        assert_eq!(told, expected);
    }
}
