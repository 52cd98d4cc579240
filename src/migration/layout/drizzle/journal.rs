use serde::Deserialize;

use super::{Folder, FolderFile, migration};
use crate::migration::{Ledger, LedgerRead, Migration, MigrationSet, Order};
use crate::place::{Place, Problem, Problems, SourceText};

/// Where the journal is.
pub(super) const PATH: &str = "meta/_journal.json";

#[derive(Debug, Deserialize)]
struct Journal {
    entries: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    when: serde_json::Number,
    tag: String,
}

/// Reads the files that a journal lists, in its order.
pub(super) fn read(folder: &Folder, file: &FolderFile) -> Result<MigrationSet, Problems> {
    let source = file.source(folder)?;
    let journal: Journal =
        serde_json::from_str(source.text()).map_err(|error| refuse_journal(&source, &error))?;
    let mut problems = Problems::default();
    let mut migrations: Vec<Migration> = Vec::new();
    let mut searched = 0;
    for entry in &journal.entries {
        let place = place_of_tag(&source, &mut searched, &entry.tag);
        match read_entry(folder, entry, &place) {
            Ok(migration) if migrations.iter().any(|earlier| earlier.id == migration.id) => {
                problems.push(refuse_duplicate(&entry.tag, place));
            }
            Ok(migration) => migrations.push(migration),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.has_errors() {
        return Err(problems);
    }
    let mut set = MigrationSet::in_order("drizzle", folder.path.clone(), migrations);
    set.order = Order::HighWaterMark;
    set.ledger = Some(LEDGER);
    let unlisted = super::unused(folder, &set);
    set.warnings = Problems(unlisted.into_iter().map(|file| warn(folder, file)).collect());
    warn_of_times(&source, &set, &mut problems);
    set.warnings.append(problems);
    Ok(set)
}

fn read_entry(folder: &Folder, entry: &Entry, place: &Place) -> Result<Migration, Problem> {
    let name = format!("{}.sql", entry.tag);
    match folder.file(&name) {
        Some(file) => migration(folder, file, &entry.tag, entry.when.to_string()),
        None => Err(Problem::error(format!("the journal lists {name}, which is not there"))
            .at(place.clone())
            .help("restore the file, or take its entry out of the journal")),
    }
}

/// Each tag is looked for after the one before it.
fn place_of_tag(source: &SourceText, searched: &mut usize, tag: &str) -> Place {
    let quoted = format!("{tag:?}");
    match source.text()[*searched..].find(&quoted) {
        Some(found) => {
            let start = *searched + found;
            *searched = start + quoted.len();
            source.place(start..*searched)
        }
        None => source.place(*searched..*searched),
    }
}

fn refuse_journal(source: &SourceText, error: &serde_json::Error) -> Problem {
    let before = source.text().split_inclusive('\n').take(error.line().saturating_sub(1));
    let start = before.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
    let help = "an entry is like { \"idx\": 0, \"when\": 1709553600000, \"tag\": \"0000_init\" }";
    let said = error.to_string();
    let why = said.rfind(" at line ").map_or(said.as_str(), |end| &said[..end]);
    Problem::error(format!("this is no journal of Drizzle: {why}"))
        .at(source.place(start..start + 1))
        .help(help)
}

/// Drizzle itself would run the file twice.
fn refuse_duplicate(tag: &str, place: Place) -> Problem {
    Problem::error(format!("the journal lists {tag} twice"))
        .at(place)
        .help("take one of the two entries out")
}

fn warn(folder: &Folder, file: &FolderFile) -> Problem {
    Problem::warning(format!("Drizzle never runs this file: {PATH} does not list it"))
        .path(file.shown(folder))
        .help("make it with drizzle-kit generate --custom, or delete it")
}

/// A later entry with an earlier time never runs on a database that has the former.
fn warn_of_times(source: &SourceText, set: &MigrationSet, problems: &mut Problems) {
    let mut searched = 0;
    let mut latest: Option<&Migration> = None;
    for migration in set.migrations() {
        let place = place_of_tag(source, &mut searched, migration.id.as_str());
        let before = latest.filter(|it| it.version.number_order(&migration.version).is_ge());
        if let Some(before) = before {
            let message = format!(
                "its `when` is not later than that of {}: databases that have the latter skip it",
                before.id
            );
            let help = "give the entry a `when` that is later than all before it";
            problems.push(Problem::warning(message).at(place).help(help));
        } else {
            latest = Some(migration);
        }
    }
}

const LEDGER: Ledger = Ledger {
    table: "drizzle.__drizzle_migrations",
    create: "create schema if not exists drizzle; \
        create table if not exists drizzle.__drizzle_migrations \
        (id serial primary key, hash text not null, created_at bigint)",
    record: |migration| {
        let (checksum, when) = (migration.up.checksum(), &migration.version);
        format!(
            "insert into drizzle.__drizzle_migrations (hash, created_at) \
             values ('{checksum}', {when})"
        )
    },
    read: LedgerRead::Highest(
        "select created_at::text from drizzle.__drizzle_migrations \
         order by created_at desc limit 1",
    ),
};
