//! The word that would have kept a statement from failing: `IF NOT EXISTS`, `IF EXISTS`, `OR REPLACE`, `ON CONFLICT DO NOTHING`, or a
//! `DROP … IF EXISTS` before it where the grammar has no such word (documentation, the commands' own pages).

use super::inquiry::Inquiry;
use super::trouble::Trouble;
use super::{Change, WayOut};
use crate::schema::{Kind, ObjectId, parts, quoted};
use crate::sql::{Act, Guard, Named, Verb};

/// What is put where.
struct Word {
    /// The byte of the statement before which it is put.
    at: usize,
    sql: String,
}

/// The way out of saying it, where the failing statement is one of the file and has a place for it.
pub(super) fn guard(inquiry: &Inquiry<'_>, trouble: &Trouble) -> Option<WayOut> {
    if inquiry.outer.is_some() {
        return None;
    }
    let statement = inquiry.found.statement.as_deref()?;
    let (word, condition) = match trouble {
        Trouble::There(object) => (of_making(inquiry, statement, object)?, condition(object)),
        Trouble::RowThere { .. } => {
            (of_row(statement)?, "if the row that is there may stay as it is".to_owned())
        }
        Trouble::Missing(wanted) => {
            let object = &wanted.first()?.object;
            (of_dropping(inquiry, object)?, format!("if {object} need not be there"))
        }
        _ => return None,
    };
    let script = &inquiry.failed.up;
    let found = script.statements().get(inquiry.found.statement_index?)?;
    let start = found.span.start;
    // What is sent may be another text than what the file says there.
    let is_same =
        script.text().get(start..).is_some_and(|rest| rest.starts_with(statement.trim_end()));
    if !is_same {
        return None;
    }
    let at = start + word.at;
    let line = script.place(at..at).line_column().line;
    let said = word.sql.trim().trim_end_matches(';');
    let text = format!("say {said} in line {line} of {}, {condition}", inquiry.failed.id);
    let migration = inquiry.failed.id.clone();
    Some(WayOut { text, change: Some(Change::Say { sql: word.sql, migration, at }) })
}

fn condition(object: &ObjectId) -> String {
    match object.kind {
        Kind::Policy | Kind::Constraint | Kind::Trigger | Kind::Rule => {
            format!("if this {} is the one to keep", object.kind)
        }
        Kind::Function | Kind::Procedure | Kind::View => {
            format!("if this {} is to take the place of the one that is there", object.kind)
        }
        _ => "if it is meant to be the same; then make sure that the shapes agree".to_owned(),
    }
}

fn of_making(inquiry: &Inquiry<'_>, statement: &str, object: &ObjectId) -> Option<Word> {
    let act = act_on(inquiry, object, |verb| *verb == Verb::Create)?;
    let before_name = |sql: &str| Some(Word { at: act.span.start, sql: sql.to_owned() });
    let before_all = |sql: String| Some(Word { at: 0, sql });
    match act.object.kind {
        Kind::Table
        | Kind::Index
        | Kind::Sequence
        | Kind::Schema
        | Kind::Extension
        | Kind::MaterializedView
        | Kind::Column => before_name("IF NOT EXISTS "),
        Kind::Function | Kind::Procedure | Kind::View | Kind::Rule => {
            let create = statement.get(.."create".len())?;
            create
                .eq_ignore_ascii_case("create")
                .then(|| Word { at: create.len(), sql: " OR REPLACE".to_owned() })
        }
        Kind::Policy | Kind::Trigger => {
            let (member, owner) = (act.object.member.as_deref()?, owner(&act.object));
            before_all(format!(
                "DROP {} IF EXISTS {} ON {owner}; ",
                word(object.kind),
                quoted(member)
            ))
        }
        Kind::Constraint => {
            let (member, owner) = (act.object.member.as_deref()?, owner(&act.object));
            before_all(format!(
                "ALTER TABLE {owner} DROP CONSTRAINT IF EXISTS {}; ",
                quoted(member)
            ))
        }
        _ => None,
    }
}

fn word(kind: Kind) -> String {
    kind.word().to_ascii_uppercase()
}

fn owner(named: &Named) -> String {
    let schema = named.schema.as_deref().map(|schema| format!("{}.", quoted(schema)));
    format!("{}{}", schema.unwrap_or_default(), quoted(&named.name))
}

/// A statement that drops or alters what is not there.
fn of_dropping(inquiry: &Inquiry<'_>, object: &ObjectId) -> Option<Word> {
    let act = act_on(inquiry, object, |verb| matches!(verb, Verb::Drop { .. }))?;
    Some(Word { at: act.span.start, sql: "IF EXISTS ".to_owned() })
}

/// The statement's own act on an object, where nothing keeps it from failing yet and it is no part of another one.
fn act_on<'i>(
    inquiry: &'i Inquiry<'_>,
    object: &ObjectId,
    is_meant: impl Fn(&Verb) -> bool,
) -> Option<&'i Act> {
    let name = object.name.split('(').next().unwrap_or_default();
    let own = parts(name).pop()?.text;
    let is_named = |named: &Named| named.member.as_deref().unwrap_or(&named.name) == own;
    inquiry.reading.acts.iter().find(|act| {
        is_meant(&act.verb)
            && is_alike(act.object.kind, object.kind)
            && is_named(&act.object)
            && act.guard == Guard::None
            && act.part_of.is_none()
    })
}

/// A key and its index have one name.
fn is_alike(kind: Kind, other: Kind) -> bool {
    kind == other || matches!((kind, other), (Kind::Constraint, Kind::Index))
}

/// `INSERT` without `ON CONFLICT` and `RETURNING`.
fn of_row(statement: &str) -> Option<Word> {
    let text = statement.trim_end().trim_end_matches(';').trim_end();
    let lower = text.to_ascii_lowercase();
    let is_plain = lower.starts_with("insert")
        && !["on conflict", "returning", "--"].iter().any(|word| lower.contains(word));
    is_plain.then(|| Word { at: text.len(), sql: " ON CONFLICT DO NOTHING".to_owned() })
}
