//! Drizzle: SQL files in the order of `meta/_journal.json`, or folders `TIMESTAMP_name/migration.sql`.
//!
//! Taken from drizzle-team/drizzle-orm. Branch `main` (0.x), `drizzle-orm/src/migrator.ts` (the journal,
//! and the marker at which a file is cut) and `drizzle-orm/src/pg-core/dialect.ts`, `migrate` (one
//! transaction around all that is pending; pending is what has a later `when` than the last row). Branch
//! `rc5` (1.0), `drizzle-orm/src/migrator.ts` and `migrator.utils.ts` (folders, the time in their names,
//! pending is what has no row of its name) and `drizzle-orm/src/pg-core/async/session.ts`, `migrate`.

mod folders;
mod journal;

use super::{Folder, FolderFile, Layout};
use crate::migration::{
    BodyRule, Cut, LeftOut, Migration, MigrationId, MigrationSet, Script, Sends, Variables,
    Version, Wraps,
};
use crate::place::{Problem, Problems};

/// Both forms of a Drizzle folder.
pub(super) struct Drizzle;

/// Everything that is pending in one transaction, each portion as it stands in the file.
const RULE: BodyRule = BodyRule { wraps: Wraps::All, sends: Sends::Statements };

/// Where a file is cut, wherever the marker stands.
const MARKER: &str = "--> statement-breakpoint";

impl Layout for Drizzle {
    fn name(&self) -> &'static str {
        "drizzle"
    }

    fn recognises(&self, folder: &Folder) -> bool {
        folder.file(journal::PATH).is_some() || folders::are_in(folder)
    }

    fn read(&self, folder: &Folder, _: &Variables) -> Result<MigrationSet, Problems> {
        let mut set = match folder.file(journal::PATH) {
            Some(journal) => journal::read(folder, journal)?,
            None => folders::read(folder)?,
        };
        set.rule = RULE;
        set.left_out = folder.switched_off();
        for file in unused(folder, &set) {
            let why = "Drizzle never runs it";
            set.left_out.push(LeftOut::new(&file.relative, why));
        }
        Ok(set)
    }
}

/// SQL files that none of the migrations is made of.
fn unused<'f>(folder: &'f Folder, set: &MigrationSet) -> Vec<&'f FolderFile> {
    let used: Vec<_> = set.migrations().iter().map(|it| it.up.source().path()).collect();
    let sql = folder.files.iter().filter(|file| file.has_sql_ending());
    sql.filter(|file| !used.contains(&file.shown(folder).as_path())).collect()
}

fn migration(
    folder: &Folder,
    file: &FolderFile,
    id: &str,
    version: String,
) -> Result<Migration, Problem> {
    let script = file.script(folder)?;
    let portions = portions(script.text());
    let up: Script = script.cut(Cut::At(portions));
    Ok(Migration::new(MigrationId::new(id), Version::new(version), up))
}

/// What stands between the markers. A portion of blanks alone is sent by Drizzle and does nothing.
fn portions(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut portions = Vec::new();
    let mut start = 0;
    for part in text.split(MARKER) {
        if !part.trim().is_empty() {
            portions.push(start..start + part.len());
        }
        start += part.len() + MARKER.len();
    }
    portions
}

#[cfg(test)]
mod tests;
