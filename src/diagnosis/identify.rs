//! Which object an error is about: what the statement names, held against what was there, and only then the message.

use std::ops::Range;

use super::extensions::providers;
use super::inquiry::{Inquiry, is_routine};
use super::keys::missing_keys;
use crate::schema::{Kind, ObjectId, parts, quoted};
use crate::sql::{Named, Verb};

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
    named: &'r Named,
    among: &'r [Named],
    span: Range<usize>,
}

/// What is missing, the likeliest first.
pub(super) fn missing(inquiry: &Inquiry<'_>) -> Vec<Wanted> {
    if inquiry.state() == "22P02" {
        return label(inquiry).into_iter().collect();
    }
    if matches!(inquiry.state(), "42P10" | "42830") {
        return missing_keys(inquiry).into_iter().map(Wanted::new).collect();
    }
    // "operator does not exist: uuid = text" is about types.
    if inquiry.found.error.message.starts_with("operator ") {
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
    let acts = inquiry.reading.acts.iter().filter(|act| act.verb != Verb::Create);
    let acted = acts.map(|act| Mention { named: &act.object, among: &[], span: act.span.clone() });
    let used = inquiry.reading.uses.iter().map(|it| Mention {
        named: &it.object,
        among: &it.among,
        span: it.span.clone(),
    });
    acted.chain(used)
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
    let meant = inquiry.past.resolve(mention.named);
    if meant.iter().any(|object| inquiry.is_there(object)) {
        return Vec::new();
    }
    meant.into_iter().take(1).collect()
}

/// The column in each relation that is there and has none of this name; the relation that once had one first.
fn absent_column(inquiry: &Inquiry<'_>, mention: &Mention<'_>) -> Vec<ObjectId> {
    let Some(column) = &mention.named.member else { return Vec::new() };
    let among =
        if mention.among.is_empty() { std::slice::from_ref(mention.named) } else { mention.among };
    let relations = among.iter().filter(|relation| !relation.name.is_empty());
    let tables = relations.flat_map(|relation| {
        let relation = Named { kind: Kind::Table, member: None, ..relation.clone() };
        inquiry.past.resolve(&relation)
    });
    let mut columns = Vec::new();
    for table in tables.filter(|table| inquiry.is_there(table)) {
        let id = member(Kind::Column, &table, column);
        if inquiry.is_there(&id) {
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

/// A member of a relation, as the catalog names it.
pub(super) fn member(kind: Kind, of: &ObjectId, name: &str) -> ObjectId {
    ObjectId::new(kind, format!("{}.{}", of.name, quoted(name)))
}

/// What the message itself says is missing, where the parser sees nothing: SQL that a function puts together, say.
fn said_missing(inquiry: &Inquiry<'_>) -> Vec<ObjectId> {
    let message = &inquiry.found.error.message;
    let names = quoted_names(message);
    let relation = |name: &str| ObjectId::new(Kind::Table, qualified(name));
    match (inquiry.state(), names.as_slice()) {
        ("42P01", [name, ..]) => vec![relation(name)],
        ("42703", [column, table, ..]) => vec![member(Kind::Column, &relation(table), column)],
        ("3F000", [name, ..]) => vec![ObjectId::new(Kind::Schema, quoted(name))],
        ("42704", [name, rest @ ..]) => {
            said_object(message, name, rest.first()).into_iter().collect()
        }
        ("42883", _) => {
            let name = message.strip_prefix("function ").and_then(|rest| rest.split('(').next());
            name.map(|name| ObjectId::new(Kind::Function, format!("{}()", qualified(name))))
                .into_iter()
                .collect()
        }
        _ => Vec::new(),
    }
}

/// `role "x" does not exist`, `constraint "x" of relation "t" does not exist`.
fn said_object(message: &str, name: &str, of: Option<&String>) -> Option<ObjectId> {
    let global = format!("{} {}", message.split(" \"").next()?, quoted(name));
    let id: ObjectId = global.parse().ok()?;
    Some(match (id.kind, of) {
        (
            kind @ (Kind::Constraint | Kind::Trigger | Kind::Policy | Kind::Rule | Kind::Column),
            Some(of),
        ) => member(kind, &ObjectId::new(Kind::Table, qualified(of)), name),
        (Kind::Extension | Kind::Role | Kind::Schema | Kind::Publication, _) => id,
        (kind, _) => ObjectId::new(kind, qualified(name)),
    })
}

/// A name of a message as the catalog has it: in the schema `public` unless it says another.
fn qualified(name: &str) -> String {
    let parts: Vec<_> = parts(name).into_iter().map(|part| quoted(&part.text)).collect();
    if parts.len() > 1 { parts.join(".") } else { format!("public.{}", parts.join(".")) }
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

/// What is there already, or in another shape, although the statement makes it.
pub(super) fn there(inquiry: &Inquiry<'_>) -> Option<ObjectId> {
    let names = quoted_names(&inquiry.found.error.message);
    let mut candidates = Vec::new();
    for act in &inquiry.reading.acts {
        let made = match &act.verb {
            Verb::Create => act.object.clone(),
            Verb::Rename(name) => renamed(&act.object, name),
            Verb::SetSchema(schema) => Named { schema: Some(schema.clone()), ..act.object.clone() },
            _ => continue,
        };
        let own = made.member.as_ref().unwrap_or(&made.name).clone();
        let meant = inquiry.past.resolve(&made);
        let is_named = names.contains(&own);
        for object in meant.into_iter().filter(|object| inquiry.is_there(object)) {
            let is_whole = made.member.is_none() || inquiry.state() == "42701";
            candidates.push((!is_named, !is_whole, object));
        }
    }
    candidates.sort_by_key(|(named, whole, _)| (*named, *whole));
    candidates.into_iter().next().map(|(_, _, object)| object).or_else(|| second_key(inquiry))
}

fn renamed(object: &Named, name: &str) -> Named {
    match &object.member {
        Some(_) => Named { member: Some(name.to_owned()), ..object.clone() },
        None => Named { name: name.to_owned(), ..object.clone() },
    }
}

/// "multiple primary keys for table … are not allowed": the one that is there.
fn second_key(inquiry: &Inquiry<'_>) -> Option<ObjectId> {
    let catalog = inquiry.evidence.catalog.as_ref()?;
    let altered = inquiry.reading.acts.iter().find(|act| act.object.kind == Kind::Constraint)?;
    let table = Named { kind: Kind::Table, member: None, ..altered.object.clone() };
    let table = inquiry.past.resolve(&table).into_iter().next()?;
    let mut keys = catalog.members(Kind::Constraint, &table);
    let is_primary = |definition: &str| definition.starts_with("PRIMARY KEY");
    keys.find(|(_, key)| key.property("definition").is_some_and(is_primary))
        .map(|(id, _)| id.clone())
}

/// A constraint that rows violate.
pub(super) struct Violated {
    pub(super) table: ObjectId,
    pub(super) about: Option<ObjectId>,
    pub(super) values: Vec<String>,
    /// Whether the statement itself brought the rows, and not the rule.
    pub(super) by_own_rows: bool,
}

/// What the fields of the error name (documentation, "Error and Notice Message Fields").
pub(super) fn violated(inquiry: &Inquiry<'_>) -> Option<Violated> {
    let named = &inquiry.found.error.named;
    let table = match &named.table {
        Some(table) => {
            let schema = named.schema.as_deref().unwrap_or("public");
            ObjectId::new(Kind::Table, format!("{}.{}", quoted(schema), quoted(table)))
        }
        None => acted_table(inquiry)?,
    };
    let column = named.column.as_ref().map(|column| member(Kind::Column, &table, column));
    let constraint = named.constraint.as_ref().map(|name| member(Kind::Constraint, &table, name));
    let brings_rule = inquiry.reading.acts.iter().any(|act| {
        matches!(act.verb, Verb::Create | Verb::Alter(_))
            && matches!(
                act.object.kind,
                Kind::Constraint | Kind::Index | Kind::Column | Kind::Table
            )
    });
    Some(Violated {
        about: column.or(constraint),
        values: values_in(inquiry.found.error.detail.as_deref().unwrap_or_default()),
        by_own_rows: !brings_rule,
        table,
    })
}

/// The table that the statement works on.
pub(super) fn acted_table(inquiry: &Inquiry<'_>) -> Option<ObjectId> {
    let mut acts = inquiry.reading.acts.iter();
    let act =
        acts.find(|act| matches!(act.object.kind, Kind::Table | Kind::Column | Kind::Constraint))?;
    let table = Named { kind: Kind::Table, member: None, ..act.object.clone() };
    inquiry.past.resolve(&table).into_iter().next()
}

/// `Key (a)=(1) is not present in table "z".`
pub(super) fn named_row(inquiry: &Inquiry<'_>) -> Option<ObjectId> {
    let detail = inquiry.found.error.detail.as_deref()?;
    let (_, rest) = detail.split_once(" is not present in table ")?;
    let name = quoted_names(rest).into_iter().next()?;
    let named = Named::new(Kind::Table, None, name);
    inquiry.past.resolve(&named).into_iter().next()
}

/// The values of `Key (a, b)=(1, x) already exists.`
fn values_in(detail: &str) -> Vec<String> {
    let Some((_, rest)) = detail.split_once(")=(") else { return Vec::new() };
    let Some((values, _)) = rest.rsplit_once(')') else { return Vec::new() };
    values.split(", ").map(str::to_owned).collect()
}

/// What depends on something, from the detail's lines: `view v depends on table t`.
pub(super) fn dependents(inquiry: &Inquiry<'_>) -> Vec<ObjectId> {
    let detail = inquiry.found.error.detail.as_deref().unwrap_or_default();
    let mut found = Vec::new();
    for line in detail.lines() {
        let Some((dependent, _)) = line.split_once(" depends on ") else { continue };
        let dependent = dependent.strip_prefix("rule _RETURN on ").unwrap_or(dependent);
        found.extend(dependent_object(inquiry, dependent));
    }
    found
}

/// `view v`, `constraint c on table t`, `column c of table t`, `default value for column c of table t`.
fn dependent_object(inquiry: &Inquiry<'_>, text: &str) -> Option<ObjectId> {
    let text = text.strip_prefix("default value for ").unwrap_or(text);
    let id: ObjectId = text.parse().ok()?;
    let of = [" on ", " of "].iter().find_map(|word| id.name.split_once(word));
    let Some((name, of)) = of else {
        let qualified = qualified(&id.name);
        let arguments = id.name.contains('(').then(|| id.name.clone());
        let plain =
            ObjectId::new(id.kind, arguments.map_or(qualified, |it| format!("public.{it}")));
        return Some(if inquiry.is_there(&plain) { plain } else { id });
    };
    let (_, table) = of.split_once(' ')?;
    let table = ObjectId::new(Kind::Table, qualified(table));
    Some(ObjectId::new(id.kind, format!("{}.{name}", table.name)))
}

/// The names that a message quotes, without the schema.
pub(super) fn quoted_names(message: &str) -> Vec<String> {
    let inside = message.split('"').skip(1).step_by(2).filter(|name| !name.is_empty());
    let mut names: Vec<String> = inside.map(str::to_owned).collect();
    // `function f(integer) does not exist` and `column t.c does not exist` quote nothing.
    if names.is_empty() {
        let words = message.split([' ', '(', ',']).filter(|word| !word.is_empty());
        names.extend(words.map(str::to_owned));
    }
    names.iter().filter_map(|name| parts(name).pop()).map(|part| part.text).collect()
}

/// The byte of the reading's statement at which the error is.
fn position(inquiry: &Inquiry<'_>) -> Option<usize> {
    let error = &inquiry.found.error;
    if let Some((text, at)) = &error.internal {
        return byte_of(text, *at);
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
