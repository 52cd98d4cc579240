use std::sync::Arc;

use crate::lineage::{Author, Effect, Happening, Lineage, Opening, Readings};
use crate::migration::{Migration, MigrationId, Script, Version};
use crate::place::SourceText;
use crate::schema::ObjectId;

/// Migrations `1.sql`, `2.sql` and so on.
pub(super) fn authors(files: &[&str]) -> Vec<Author> {
    let migration = |(number, sql): (usize, &&str)| {
        let name = format!("{}.sql", number + 1);
        let script = Script::new(SourceText::new(name.clone(), *sql));
        let version = Version::new((number + 1).to_string());
        Author::Migration(Arc::new(Migration::new(MigrationId::new(name), version, script)))
    };
    files.iter().enumerate().map(migration).collect()
}

/// The lineage of migrations on a fresh database.
pub(super) fn lineage(files: &[&str]) -> Lineage {
    laid(files, &Opening::default())
}

pub(super) fn laid(files: &[&str], opening: &Opening<'_>) -> Lineage {
    Lineage::of(&authors(files), opening, &Readings::new())
}

pub(super) fn id(text: &str) -> ObjectId {
    text.parse().unwrap()
}

/// What came to an object: the migration, and what it did.
pub(super) fn history(lineage: &Lineage, object: &str) -> String {
    let told = lineage.history(&id(object)).into_iter().map(|happening| said(lineage, happening));
    told.collect::<Vec<_>>().join("; ")
}

fn said(lineage: &Lineage, told: &Happening) -> String {
    let effect = match &told.effect {
        Effect::Swallowed(by) => {
            let by = by.and_then(|by| lineage.happenings().get(by));
            let by = by.map_or("nobody".to_owned(), |by| (by.author + 1).to_string());
            format!("swallowed by {by}")
        }
        Effect::RenamedTo(other) => format!("renamed to {}", other.name),
        Effect::RenamedFrom(other) => format!("renamed from {}", other.name),
        Effect::RemovedWith(other) => format!("removed with {other}"),
        Effect::Altered(what) => format!("altered {what}"),
        Effect::MadeAgainWithout => "made again without".to_owned(),
        Effect::Written(how) => format!("{how:?}").to_lowercase(),
        other => format!("{other:?}").to_lowercase(),
    };
    format!("{} {effect}", told.author + 1)
}

/// What is there at the end, but for what every database has.
pub(super) fn there(lineage: &Lineage) -> String {
    let known = ["schema public", "extension plpgsql", "language plpgsql", "role postgres"];
    let mut there: Vec<_> = lineage.there().map(ToString::to_string).collect();
    there.retain(|id| !known.contains(&id.as_str()));
    there.sort();
    there.join("; ")
}
