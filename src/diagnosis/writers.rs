//! Who wrote rows.

use super::inquiry::Inquiry;
use crate::lineage::{Effect, Happening, Lineage};
use crate::migration::Script;
use crate::schema::ObjectId;
use crate::sql::RowWrite;

/// How a happening writes rows, if it does.
pub(super) const fn written(happening: &Happening) -> Option<RowWrite> {
    match happening.effect {
        Effect::Written(how) => Some(how),
        _ => None,
    }
}

pub(super) const fn inserts(happening: &Happening) -> bool {
    matches!(written(happening), Some(RowWrite::Insert | RowWrite::InsertOrSkip))
}

/// The last happening that put rows into a table: one whose statement says one of the values, if there is one.
pub(super) fn last_insert<'l>(
    lineage: &'l Lineage,
    table: &ObjectId,
    values: &[String],
    counts: impl Fn(&Happening) -> bool,
) -> Option<&'l Happening> {
    let history = lineage.history(table);
    let inserts = || history.iter().rev().filter(|it| inserts(it) && counts(it));
    let says_value = |happening: &&&Happening| {
        let statement = statement_text(lineage, happening);
        values.iter().any(|value| value.len() > 1 && statement.contains(value.as_str()))
    };
    inserts().find(says_value).or_else(|| inserts().next()).copied()
}

/// The text of the statement of a happening, with the data that follows it.
pub(super) fn statement_text(lineage: &Lineage, happening: &Happening) -> String {
    let Some(author) = lineage.authors().get(happening.author) else { return String::new() };
    let script = author.script();
    let Some(statement) = script.statements().get(happening.statement) else {
        return String::new();
    };
    let end = data_end(script, happening.statement);
    script.text().get(statement.span.start..end).unwrap_or_default().to_owned()
}

/// Where a statement ends, its COPY data included.
fn data_end(script: &Script, index: usize) -> usize {
    let statements = script.statements();
    match statements.get(index).map(|statement| (&statement.kind, statement.span.end)) {
        Some((crate::migration::StatementKind::CopyIn { data }, _)) => data.end,
        Some((_, end)) => end,
        None => 0,
    }
}

/// An earlier statement with the same words as the one that failed.
pub(super) fn same_statement<'l>(
    inquiry: &Inquiry<'_>,
    lineage: &'l Lineage,
) -> Option<&'l Happening> {
    let failed = folded(inquiry.found.statement.as_deref()?);
    let mut happenings = lineage.happenings().iter();
    happenings.find(|happening| folded(&statement_text(lineage, happening)) == failed)
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches(';').to_ascii_lowercase()
}
