//! Unique keys that a statement relies on without naming them: `ON CONFLICT (a)`, `REFERENCES t (a)`.

use super::inquiry::Inquiry;
use super::message::quoted_names;
use super::writers::statement_text;
use crate::lineage::{Effect, Happening, Lineage};
use crate::schema::{Kind, ObjectId};
use crate::sql::{Named, RowWrite, Verb};

/// Keys of the table that some migration makes, made or would make, and that are not there.
pub(super) fn missing_keys(inquiry: &Inquiry<'_>) -> Vec<ObjectId> {
    let Some(table) = table(inquiry) else { return Vec::new() };
    let lineages = [&inquiry.complete, &inquiry.past, inquiry.whole()];
    let (mut absent, mut made_anew) = (Vec::new(), Vec::new());
    for lineage in lineages {
        let makes =
            |it: &&Happening| it.effect.brings() || matches!(it.effect, Effect::Swallowed(_));
        for happening in lineage.happenings().iter().filter(makes) {
            let key = &happening.object;
            if absent.contains(key) || !is_unique_on(lineage, happening, &table) {
                continue;
            }
            if !inquiry.is_there(key) {
                absent.push(key.clone());
            } else if !made_anew.contains(key) && inquiry.past.maker(key) != Some(happening) {
                made_anew.push(key.clone());
            }
        }
    }
    // One of that name is there, over other columns, and a migration that did not run makes it anew.
    if absent.is_empty() { made_anew } else { absent }
}

/// The table whose key is missing: the one that is inserted into, or the one that the message names as referenced.
pub(super) fn table(inquiry: &Inquiry<'_>) -> Option<ObjectId> {
    let named = if matches!(inquiry.state(), "42830" | "42704") {
        let name = quoted_names(&inquiry.found.error.message).pop()?;
        Named::new(Kind::Table, None, name)
    } else {
        let is_insert =
            |verb: &Verb| matches!(verb, Verb::Write(RowWrite::Insert | RowWrite::InsertOrSkip));
        inquiry.reading.acts.iter().find(|act| is_insert(&act.verb))?.object.clone()
    };
    let table = Named { kind: Kind::Table, member: None, ..named };
    inquiry.past.resolve(&table).into_iter().next()
}

/// Whether a happening makes a unique index or key of a table, by the statement that makes it.
fn is_unique_on(lineage: &Lineage, happening: &Happening, table: &ObjectId) -> bool {
    let is_of_table = match happening.object.kind {
        Kind::Constraint => happening.object.name.starts_with(&format!("{}.", table.name)),
        Kind::Index => is_index_of(lineage, happening, table),
        _ => return false,
    };
    let Some(author) = lineage.authors().get(happening.author) else { return false };
    let script = author.script();
    let Some(statement) = script.statements().get(happening.statement) else { return false };
    let text = script.text_of(statement).to_ascii_lowercase();
    is_of_table && (text.contains("unique") || text.contains("primary key"))
}

/// Whether an index is of this table: as a part of it or of one of its keys, or as the statement says behind `ON`.
fn is_index_of(lineage: &Lineage, index: &Happening, table: &ObjectId) -> bool {
    let whole = index.part_of.and_then(|whole| lineage.happenings().get(whole));
    if let Some(whole) = whole {
        return whole.object == *table
            || whole.object.name.starts_with(&format!("{}.", table.name));
    }
    let text = statement_text(lineage, index).to_ascii_lowercase();
    let mut words = text.split_whitespace().skip_while(|word| *word != "on").skip(1);
    let on = words.find(|word| *word != "only").unwrap_or_default();
    own_part(on.split('(').next().unwrap_or_default()) == own_part(&table.name.to_ascii_lowercase())
}

fn own_part(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or_default().trim_matches('"')
}
