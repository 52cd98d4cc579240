//! The form that a layout wants a migration in.

use std::path::Path;

use crate::migration::layout::{self, Folder, FolderFile, Known};
use crate::migration::{Migration, MigrationId, MigrationSet, Script, Variables};
use crate::place::{Located, SourceText};

/// What a layout wants around the SQL of a way up, where it wants anything: before, after.
const AROUND: [(&str, &str, &str); 4] = [
    ("goose", "-- +goose Up\n-- +goose StatementBegin\n", "-- +goose StatementEnd\n"),
    ("sql-migrate", "-- +migrate Up\n-- +migrate StatementBegin\n", "-- +migrate StatementEnd\n"),
    ("dbmate", "-- migrate:up\n", "\n-- migrate:down\n"),
    ("node-pg-migrate", "-- Up Migration\n", ""),
];

/// The text as a file of the layout.
pub(super) fn wrapped(layout: &str, text: &str) -> String {
    match AROUND.iter().find(|(name, ..)| *name == layout) {
        Some((_, before, after)) => format!("{before}{text}{after}"),
        None => text.to_owned(),
    }
}

/// The text as a migration of a set, read as the layout reads the file of one of the set's own; `path` is what people
/// should see. It is recorded nowhere, so that it needs no version of its own.
#[must_use]
pub fn stand_in(set: &MigrationSet, like: &Migration, path: &Path, text: &str) -> Migration {
    let own = like.up.source().path();
    let relative = own.strip_prefix(&set.root).unwrap_or(own);
    let file = FolderFile { stand_in: Some(path.to_owned()), ..FolderFile::new(relative, text) };
    let folder = Folder { path: set.root.clone(), files: vec![file], beside: Vec::new() };
    let layout = Located::unplaced(set.layout.to_owned());
    let read =
        layout::read(&folder, Some(&layout), None, &Variables::default(), Known::default()).ok();
    let read = read.as_ref().map(MigrationSet::migrations);
    // A layout that needs more than one file (a journal, a plan) does not change what is in it.
    let (up, rule) = match read {
        Some([only]) => (only.up.saying("", 0), only.rule),
        _ => (Script::new(SourceText::new(path, text)), None),
    };
    Migration { rule, ..Migration::new(MigrationId::new("baseline"), like.version.clone(), up) }
}
