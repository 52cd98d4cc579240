use std::collections::HashMap;

use super::{Definition, Look};
use crate::check::{Finding, Subject};
use crate::lineage::{Author, Effect, Happening};
use crate::migration::{Migration, Pattern};
use crate::scenario::{ExpectedChange, Judged, Level, Rule};
use crate::schema::Kind;
use crate::sql::{Inside, RowWrite};

pub(super) static DEFINITION: Definition = Definition {
    rule: Rule::Destructive,
    level: Level::Warn,
    title: "rows are taken away, and nobody declared it",
    look: Look::Set(look),
};

/// What can be done about it.
const HELP: &str =
    "copy what is worth keeping first, and declare it in a scenario: [[expect.change]]";

fn look(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    if subject.scenario.limits.data == Judged::Note {
        return;
    }
    let lineage = subject.lineage();
    let mut makers: HashMap<&str, &Happening> = HashMap::new();
    for told in lineage.happenings() {
        let is_own = made_in_this_file(&makers, told);
        if told.effect.brings() {
            makers.insert(&told.object.name, told);
        }
        let Some(what) = takes_away(told) else { continue };
        let Some(migration) = lineage.authors().get(told.author).and_then(Author::migration) else {
            continue;
        };
        let changes = &subject.scenario.expect.changes;
        if is_own || changes.iter().any(|change| declares(change, told, migration)) {
            continue;
        }
        let finding = Finding::new(Rule::Destructive, format!("{what} {}", told.object))
            .at(told.place.clone())
            .help(HELP);
        found.push(finding.about(migration));
    }
}

/// What a happening does to rows that may be there, in words.
fn takes_away(told: &Happening) -> Option<&'static str> {
    if told.part_of.is_some() || told.inside == Inside::Routine {
        return None;
    }
    match (&told.effect, told.object.kind) {
        (Effect::Removed, Kind::Column) => Some("DROP takes away the values of"),
        (Effect::Removed, Kind::Table) => Some("DROP takes away the rows of"),
        (Effect::Removed, Kind::Schema) => Some("DROP takes away the tables of"),
        (Effect::Written(RowWrite::Delete), _) => Some("DELETE takes away rows of"),
        (Effect::Written(RowWrite::Truncate), _) => Some("TRUNCATE takes away the rows of"),
        _ => None,
    }
}

/// Whether nobody but this file has put anything there: a helper table, or one that was made empty right before.
fn made_in_this_file(makers: &HashMap<&str, &Happening>, told: &Happening) -> bool {
    let maker = makers.get(table_of(told));
    maker.is_some_and(|it| it.author == told.author && it.effect == Effect::Made)
}

/// The table whose rows they are.
fn table_of(told: &Happening) -> &str {
    let name = told.object.name.as_str();
    match told.object.kind {
        Kind::Column => name.rsplit_once('.').map_or(name, |(table, _)| table),
        _ => name,
    }
}

fn declares(change: &ExpectedChange, told: &Happening, migration: &Migration) -> bool {
    let table = table_of(told);
    let unqualified = table.rsplit_once('.').map_or(table, |(_, name)| name);
    let is_table = change.table.value == table || change.table.value == unqualified;
    let is_of = change
        .migration
        .as_ref()
        .is_none_or(|it| Pattern::new(&it.value).is_ok_and(|pattern| pattern.matches(migration)));
    let column = told.object.name.rsplit('.').next().unwrap_or_default();
    let is_column = change.columns.is_empty()
        || told.object.kind == Kind::Column && change.columns.iter().any(|it| it == column);
    is_table && is_of && is_column
}
