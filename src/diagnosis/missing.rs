//! What a statement needs and does not find: what it names, held against what was there, and only then the message.

use std::ops::Range;

use super::extensions::providers;
use super::inquiry::Inquiry;
use super::keys::missing_keys;
use super::message::{quoted_names, said_missing};
use super::objects::{is_routine, member};
use crate::schema::{Kind, ObjectId, parts};
use crate::sql::{Act, Named, Verb};

/// Something that a statement needs and that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// What it is.
    pub(super) object: ObjectId,
    /// Extensions that bring it.
    pub(super) brought_by: Vec<ObjectId>,
}

impl Wanted {
    fn new(object: ObjectId) -> Self {
        let brought_by = providers(&object);
        Self { object, brought_by }
    }
}

/// Something that the statement names.
struct Mention<'r> {
    named: Named,
    among: &'r [Named],
    span: Range<usize>,
}

/// Those that every server has (documentation of `pg_am`).
const ACCESS_METHODS: &[&str] = &["heap", "btree", "hash", "gist", "gin", "spgist", "brin"];

/// What is missing, the likeliest first.
pub(super) fn missing(inquiry: &Inquiry<'_>) -> Vec<Wanted> {
    if inquiry.state() == "22P02" {
        return label(inquiry).into_iter().collect();
    }
    // "there is no primary key for referenced table" has the SQLSTATE of a missing object.
    let lacks_key = inquiry.found.error.message.starts_with("there is no primary key");
    if matches!(inquiry.state(), "42P10" | "42830") || lacks_key {
        return missing_keys(inquiry).into_iter().map(Wanted::new).collect();
    }
    // "operator does not exist: uuid = text" is about types; an operator class is an object.
    if inquiry.found.error.message.starts_with("operator does not exist") {
        return Vec::new();
    }
    let at = position(inquiry);
    let names = quoted_names(&inquiry.found.error.message);
    let mut candidates: Vec<(u8, usize, ObjectId)> = Vec::new();
    for (order, mention) in mentions(inquiry).enumerate() {
        if !is_asked_for(inquiry.state(), mention.named.kind) {
            continue;
        }
        let own = mention.named.member.as_ref().unwrap_or(&mention.named.name);
        let is_named = names.contains(own);
        let is_at = at.is_some_and(|at| mention.span.start <= at && at <= mention.span.end);
        let rank = match (is_named, is_at) {
            (true, true) => 0,
            (true, false) => 1,
            (false, true) => 2,
            (false, false) => 3,
        };
        let absent = absent(inquiry, &mention);
        candidates.extend(absent.into_iter().map(|object| (rank, order, object)));
    }
    candidates.sort_by_key(|(rank, order, _)| (*rank, *order));
    let best = candidates.first().map_or(3, |(rank, ..)| *rank);
    let mut found: Vec<ObjectId> = Vec::new();
    for (rank, _, object) in candidates {
        if rank == best && !found.contains(&object) {
            found.push(object);
        }
    }
    if best == 3 {
        found = said_missing(inquiry);
    }
    found.into_iter().map(Wanted::new).collect()
}

/// What the statement names and does not itself make.
fn mentions<'r>(inquiry: &'r Inquiry<'_>) -> impl Iterator<Item = Mention<'r>> {
    let acts = &inquiry.reading.acts;
    let changed = acts.iter().filter(|act| act.verb != Verb::Create);
    let changed = changed.map(|act| (act.object.clone(), act.span.clone()));
    // `ALTER TABLE t ADD COLUMN c` needs t, unless the statement makes it.
    let in_part = acts.iter().filter(|act| act.part_of.is_none());
    let wholes = in_part.filter_map(|act| Some((whole(&act.object)?, act.span.clone())));
    let acted = changed.chain(wholes).map(|(named, span)| Mention { named, among: &[], span });
    let used = inquiry.reading.uses.iter().map(|it| Mention {
        named: it.object.clone(),
        among: &it.among,
        span: it.span.clone(),
    });
    acted.chain(used)
}

/// The relation or type that a member belongs to.
fn whole(named: &Named) -> Option<Named> {
    named.member.as_ref()?;
    let kind = if named.kind == Kind::EnumValue { Kind::Type } else { Kind::Table };
    (!named.name.is_empty()).then(|| Named { kind, member: None, ..named.clone() })
}

/// Whether an error of this SQLSTATE can be about an object of this kind.
fn is_asked_for(state: &str, kind: Kind) -> bool {
    let is_relation = matches!(
        kind,
        Kind::Table
            | Kind::View
            | Kind::MaterializedView
            | Kind::ForeignTable
            | Kind::Sequence
            | Kind::Index
    );
    match state {
        "42P01" => is_relation,
        "42703" => kind == Kind::Column,
        "42883" => is_routine(kind),
        "3F000" => kind == Kind::Schema,
        "42704" => kind != Kind::Column && !is_routine(kind) && kind != Kind::Table,
        _ => false,
    }
}

/// The objects that a mention may mean, if none of them is there.
fn absent(inquiry: &Inquiry<'_>, mention: &Mention<'_>) -> Vec<ObjectId> {
    if mention.named.kind == Kind::Column {
        return absent_column(inquiry, mention);
    }
    let is_built_in = |name: &str| ACCESS_METHODS.contains(&name);
    if mention.named.kind == Kind::AccessMethod && is_built_in(&mention.named.name) {
        return Vec::new();
    }
    let meant = inquiry.past.resolve(&mention.named);
    if meant.iter().any(|object| inquiry.is_there(object)) {
        return Vec::new();
    }
    meant.into_iter().take(1).collect()
}

/// The column in each relation that is there and has none of this name; the relation that once had one first.
fn absent_column(inquiry: &Inquiry<'_>, mention: &Mention<'_>) -> Vec<ObjectId> {
    let Some(column) = &mention.named.member else { return Vec::new() };
    let among =
        if mention.among.is_empty() { std::slice::from_ref(&mention.named) } else { mention.among };
    let relations = among.iter().filter(|relation| !relation.name.is_empty());
    let tables = relations.flat_map(|relation| {
        let relation = Named { kind: Kind::Table, member: None, ..relation.clone() };
        inquiry.past.resolve(&relation)
    });
    let mut columns = Vec::new();
    for table in tables.filter(|table| inquiry.is_there(table) || says_all_of(inquiry, table)) {
        let id = member(Kind::Column, &table, column);
        if inquiry.is_there(&id) || makes(inquiry, &id) {
            return Vec::new();
        }
        columns.push(id);
    }
    let is_known = |id: &ObjectId| {
        let histories = [&inquiry.complete, &inquiry.past, inquiry.whole()];
        histories.iter().any(|lineage| !lineage.history(id).is_empty())
    };
    columns.sort_by_key(|id| !is_known(id));
    columns
}

/// Whether what was sent makes an object itself: a file, or an annotated part of it, may hold several statements.
fn makes(inquiry: &Inquiry<'_>, object: &ObjectId) -> bool {
    makings(inquiry).any(|act| inquiry.past.resolve(&act.object).contains(object))
}

/// Whether what was sent makes a relation, and says each of its columns.
fn says_all_of(inquiry: &Inquiry<'_>, relation: &ObjectId) -> bool {
    let mut says = makings(inquiry).filter(|act| act.object.kind == Kind::Table);
    says.any(|act| {
        !act.has_other_columns
            && act.columns_from.is_empty()
            && inquiry.past.resolve(&act.object).contains(relation)
    })
}

fn makings<'r>(inquiry: &'r Inquiry<'_>) -> impl Iterator<Item = &'r Act> {
    inquiry.reading.acts.iter().filter(|act| act.verb == Verb::Create)
}

/// The byte of the reading's statement at which the error is.
fn position(inquiry: &Inquiry<'_>) -> Option<usize> {
    let error = &inquiry.found.error;
    if let Some((text, at)) = &error.internal {
        return inquiry.inside_at(byte_of(text, *at)?);
    }
    let script = &inquiry.failed.up;
    let statement = script.statements().get(inquiry.found.statement_index?)?;
    let at = error.position?;
    let rule = inquiry.failed.rule.unwrap_or(inquiry.case.rule);
    let start = match rule.sends {
        crate::migration::Sends::Whole => script.body().start,
        crate::migration::Sends::Statements => statement.span.start,
    };
    script.offset_of_error(start, at).checked_sub(statement.span.start)
}

fn byte_of(text: &str, character: u32) -> Option<usize> {
    text.char_indices().nth(character.saturating_sub(1) as usize).map(|(at, _)| at)
}

/// `invalid input value for enum status: "archived"`.
fn label(inquiry: &Inquiry<'_>) -> Option<Wanted> {
    let message = &inquiry.found.error.message;
    let rest = message.strip_prefix("invalid input value for enum ")?;
    let (name, label) = rest.split_once(": ")?;
    let name = parts(name);
    let (name, schema) = match name.as_slice() {
        [name] => (name, None),
        [schema, name, ..] => (name, Some(schema.text.clone())),
        [] => return None,
    };
    let named = Named::new(Kind::Type, schema, name.text.clone());
    let of = inquiry.past.resolve(&named).into_iter().next()?;
    Some(Wanted::new(member(Kind::EnumValue, &of, label.trim_matches('"'))))
}
