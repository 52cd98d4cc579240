use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use time::PrimitiveDateTime;

use super::{NameParts, Stamp};
use crate::migration::MigrationSet;

/// How the files of a folder are named and written.
#[derive(Debug, Clone)]
pub struct Style {
    layout: &'static str,
    prefix: String,
    separator: String,
    /// What stands between words.
    between: char,
    scheme: Scheme,
    shape: Shape,
}

/// What versions are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    /// Numbers with so many digits at least.
    Number(usize),
    /// Moments.
    Stamp(Stamp),
}

/// Which files a migration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// `042_x.sql`.
    One,
    /// `042_x.up.sql`, and a file for the way down.
    Up { has_down: bool },
    /// `042_x/up.sql` and `down.sql`.
    UpAndDown,
    /// `042_x/migration.sql`.
    Folder,
}

/// A file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Where, relative to the folder.
    pub path: PathBuf,
    /// What is in it.
    pub text: String,
}

/// Why no next file can be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoStyle {
    /// A file of SQL alone is not enough.
    #[error("{0} keeps more than files of SQL, which only its own command writes")]
    ToolWrites(&'static str),
    /// The names of the folder have no versions.
    #[error("no name in this folder begins with a version, so there is none that comes next")]
    NoVersions,
    /// Nothing is left of the name that was given.
    #[error("a name needs a letter or a digit")]
    NoName,
}

/// Layouts whose tools write a journal, a sum or a plan beside the files.
const KEEP_MORE: &[&str] = &["atlas", "drizzle", "graphile-migrate", "list", "pop", "sqitch"];

impl Style {
    /// The style of a folder, as its last migration has it.
    ///
    /// # Errors
    ///
    /// Where the tool keeps more than files, or names have no versions.
    pub fn of(set: &MigrationSet) -> Result<Self, NoStyle> {
        if KEEP_MORE.contains(&set.layout) {
            return Err(NoStyle::ToolWrites(set.layout));
        }
        let names = set.migrations().iter().rev().filter_map(|migration| {
            let path = migration.up.source().path();
            let relative = path.strip_prefix(&set.root).unwrap_or(path);
            let parts = NameParts::of(name_of(relative)?)?;
            Some((shape(relative, migration.down.is_some()), parts))
        });
        let all: Vec<_> = names.collect();
        let (shape, last) = all.first().cloned().ok_or(NoStyle::NoVersions)?;
        let hyphens = all.iter().filter(|(_, parts)| parts.words.contains('-')).count();
        let scheme = match Stamp::of(last.version) {
            Some(form) => Scheme::Stamp(form),
            None => Scheme::Number(last.version.len()),
        };
        let separator = if last.separator.is_empty() { "_" } else { last.separator };
        Ok(Self {
            layout: set.layout,
            prefix: last.prefix.to_owned(),
            separator: separator.to_owned(),
            between: if hyphens * 2 > all.len() { '-' } else { '_' },
            scheme,
            shape,
        })
    }

    pub(super) const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The version that comes after all that are taken; for moments not before `now`.
    #[must_use]
    pub fn next(&self, taken: &BTreeSet<String>, now: PrimitiveDateTime) -> String {
        match self.scheme {
            Scheme::Number(width) => after_number(taken, width),
            Scheme::Stamp(form) => {
                let last = taken.iter().filter_map(|it| form.read(it)).max();
                let after = last.and_then(|last| last.checked_add(form.tick()));
                form.write(after.map_or(now, |after| after.max(now)))
            }
        }
    }

    /// The files of a new migration.
    ///
    /// # Errors
    ///
    /// Where the name has no letter and no digit.
    pub fn files(&self, version: &str, name: &str) -> Result<Vec<NewFile>, NoStyle> {
        let words = self.words(name);
        if words.is_empty() {
            return Err(NoStyle::NoName);
        }
        let stem = [self.prefix.as_str(), version, &self.separator, &words].concat();
        let file = |path: String, text: String| NewFile { path: path.into(), text };
        let comment = format!("-- {}\n", name.trim());
        Ok(match self.shape {
            Shape::One => vec![file(format!("{stem}.sql"), self.text(&comment))],
            Shape::Up { has_down } => {
                let up = file(format!("{stem}.up.sql"), comment);
                let down = has_down.then(|| file(format!("{stem}.down.sql"), String::from(UNDO)));
                std::iter::once(up).chain(down).collect()
            }
            Shape::UpAndDown => vec![
                file(format!("{stem}/up.sql"), comment),
                file(format!("{stem}/down.sql"), UNDO.to_owned()),
            ],
            Shape::Folder => vec![file(format!("{stem}/migration.sql"), comment)],
        })
    }

    /// The words of a name in the folder's style.
    fn words(&self, name: &str) -> String {
        let lower = name.to_lowercase();
        let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join(&self.between.to_string())
    }

    /// What the tool has to find in a file.
    fn text(&self, comment: &str) -> String {
        match self.layout {
            "goose" => format!("-- +goose Up\n{comment}\n-- +goose Down\n"),
            "sql-migrate" => format!("-- +migrate Up\n{comment}\n-- +migrate Down\n"),
            "dbmate" => format!("-- migrate:up\n{comment}\n-- migrate:down\n"),
            "node-pg-migrate" => format!("-- Up Migration\n{comment}\n-- Down Migration\n"),
            _ => comment.to_owned(),
        }
    }
}

/// What stands in a file for the way down.
const UNDO: &str = "-- takes back what the way up does\n";

/// The number after all that are taken. Versions with several parts go on in the last: `1.2`, `1.3`.
pub(super) fn after_number(taken: &BTreeSet<String>, width: usize) -> String {
    let key = |version: &str| -> Option<Vec<u64>> {
        version.split(['.', '_']).map(|part| part.parse().ok()).collect()
    };
    let last = taken.iter().filter_map(|it| Some((key(it)?, it))).max();
    let Some((mut numbers, written)) = last else { return format!("{:0width$}", 1) };
    if let [only] = numbers.as_slice() {
        return format!("{:0width$}", only + 1);
    }
    if let Some(last) = numbers.last_mut() {
        *last += 1;
    }
    let point = if written.contains('.') { "." } else { "_" };
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(point)
}

/// The part of a path that has the version: the file, or its folder.
pub(crate) fn name_of(relative: &Path) -> Option<&str> {
    let file = relative.file_name()?.to_str()?;
    let is_plain = matches!(file, "up.sql" | "down.sql" | "migration.sql");
    if is_plain { relative.parent()?.file_name()?.to_str() } else { Some(file) }
}

fn shape(relative: &Path, has_down: bool) -> Shape {
    let file = relative.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    match file {
        "up.sql" => Shape::UpAndDown,
        "migration.sql" => Shape::Folder,
        name if name.ends_with(".up.sql") => Shape::Up { has_down },
        _ => Shape::One,
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::migration::layout::testing::{read_as, set_of};

    fn next(set: &MigrationSet, name: &str) -> Vec<String> {
        let style = Style::of(set).unwrap();
        let taken = set.migrations().iter().map(|migration| {
            let path = migration.up.source().path().strip_prefix(&set.root).unwrap().to_owned();
            NameParts::of(name_of(&path).unwrap()).unwrap().version.to_owned()
        });
        let version = style.next(&taken.collect(), datetime!(2026-02-07 08:00:00));
        let files = style.files(&version, name).unwrap();
        files.iter().map(|file| file.path.display().to_string()).collect()
    }

    #[rstest::rstest]
    #[case::numbers(&["001_a.sql", "002_b.sql"], &["003_add_roles.sql"])]
    #[case::numbers_grow(&["9_a.sql"], &["10_add_roles.sql"])]
    #[case::hyphens(&["001-a-b.sql", "002-c-d.sql"], &["003-add-roles.sql"])]
    #[case::pairs(&["000001_a.up.sql", "000001_a.down.sql"], &["000002_add_roles.up.sql", "000002_add_roles.down.sql"])]
    #[case::moments(&["20250101000000_a.sql"], &["20260207080000_add_roles.sql"])]
    #[case::moments_to_come(&["20260207090000_a.sql"], &["20260207090001_add_roles.sql"])]
    #[case::flyway(&["V1__a.sql", "V1.2__b.sql"], &["V1.3__add_roles.sql"])]
    #[case::diesel(&["2025-01-01-000000_a/up.sql", "2025-01-01-000000_a/down.sql"], &["2026-02-07-080000_add_roles/up.sql", "2026-02-07-080000_add_roles/down.sql"])]
    #[case::prisma(&["20250101000000_a/migration.sql"], &["20260207080000_add_roles/migration.sql"])]
    fn the_next_file_is_named_as_those_before(#[case] files: &[&str], #[case] expected: &[&str]) {
        let set = set_of(&files.iter().map(|file| (*file, "select 1;")).collect::<Vec<_>>());
        assert_eq!(next(&set, "Add roles!"), expected);
    }

    #[test]
    fn annotations_of_the_tool_are_in_the_new_file() {
        let set = set_of(&[("00001_a.sql", "-- +goose Up\nselect 1;\n")]);
        let files = Style::of(&set).unwrap().files("00002", "Add roles").unwrap();
        assert_eq!(files[0].text, "-- +goose Up\n-- Add roles\n\n-- +goose Down\n");
    }

    #[test]
    fn what_only_the_tool_can_write_is_left_to_it() {
        let set = read_as(
            "sqitch",
            &[
                ("sqitch.plan", "%project=x\n\na 2026-01-01T00:00:00Z A <a@b> # a\n"),
                ("deploy/a.sql", "select 1;"),
            ],
        );
        assert_eq!(Style::of(&set.unwrap()).unwrap_err(), NoStyle::ToolWrites("sqitch"));
        assert!(Style::of(&set_of(&[("1_a.sql", "")])).unwrap().files("2", "?!").is_err());
    }
}
