//! Indexes and keys that a partition gets from its table, and that `LIKE … INCLUDING INDEXES` copies.

use super::happening::Effect;
use super::names::{free_chosen, qualified};
use super::story::{At, Story};
use super::world::ThingId;
use crate::schema::{Kind, ObjectId};
use crate::sql::index_columns;

/// Whether a constraint has an index, by its definition.
pub(super) fn has_index(definition: Option<&str>) -> bool {
    let definition = definition.unwrap_or_default();
    ["primary key", "unique", "exclude"].iter().any(|start| definition.starts_with(start))
}

/// What tells the name of an index or constraint that Postgres chooses: its columns, and what it is.
pub(super) fn chosen_parts(kind: Kind, definition: &str) -> (String, &'static str) {
    let columns = index_columns(&columns_of(definition));
    match kind {
        Kind::Constraint if definition.starts_with("primary key") => (String::new(), "pkey"),
        Kind::Constraint if definition.starts_with("unique") => (columns, "key"),
        Kind::Constraint if definition.starts_with("exclude") => (columns, "excl"),
        Kind::Constraint if definition.starts_with("foreign key") => (columns, "fkey"),
        Kind::Constraint => (columns, "check"),
        _ => (columns, "idx"),
    }
}

impl Story {
    /// The same key or index for an heir, under the name that Postgres gives it (`generateClonedIndexStmt`). One that the heir
    /// has already is taken for it (`CompareIndexInfo`).
    pub(super) fn copy_index(&mut self, at: At<'_>, original: ThingId, heir: ThingId, bound: bool) {
        if bound && let Some(own) = self.like(original, heir) {
            self.bind(original, own);
            return;
        }
        let told = self.world.thing(original).clone();
        let definition = told.definition.as_deref().unwrap_or_default();
        let (columns, label) = chosen_parts(told.id.kind, definition);
        let table = self.world.thing(heir);
        let schema = table.schema.clone().unwrap_or_else(|| "public".to_owned());
        let name = free_chosen(&table.name, &columns, label, |name| {
            self.world.is_relation(&schema, name)
                || (told.id.kind == Kind::Constraint && self.world.is_constraint(&schema, name))
        });
        let mut owner = heir;
        if told.id.kind == Kind::Constraint {
            owner = self.world.add_member(Kind::Constraint, heir, &name);
            self.world.thing_mut(owner).definition.clone_from(&told.definition);
            self.tell(at, owner, Effect::Made);
        }
        let id = ObjectId::new(Kind::Index, qualified(&schema, &name));
        let index = self.world.add(id, Some(schema), &name);
        self.world.thing_mut(index).definition.clone_from(&told.definition);
        self.world.tie(owner, index);
        let happening = self.tell(at, index, Effect::Made);
        let copy = if owner == heir { index } else { owner };
        if bound {
            self.bind(original, copy);
        }
        for under in self.world.thing(heir).heirs.clone() {
            self.copy_index(at.following(happening), copy, under, true);
        }
    }

    /// Lets a copy go with its original.
    fn bind(&mut self, original: ThingId, copy: ThingId) {
        self.world.thing_mut(original).heirs.push(copy);
        self.world.tie(original, copy);
    }

    /// A key or index of the heir with the same definition, that is no copy of another one.
    fn like(&self, original: ThingId, heir: ThingId) -> Option<ThingId> {
        let wanted = self.world.thing(original);
        let parts = self.world.thing(heir).parts.iter().copied();
        let mut same = parts.filter(|part| {
            let part = self.world.thing(*part);
            let is_free =
                !part.owners.iter().any(|owner| self.world.thing(*owner).id.kind == part.id.kind);
            part.is_there()
                && is_free
                && part.id.kind == wanted.id.kind
                && part.definition == wanted.definition
        });
        same.next()
    }

    /// What a partition that is attached gets: the constraints and indexes of its table.
    pub(super) fn attach(&mut self, at: At<'_>, table: ThingId, heir: ThingId) {
        self.world.thing_mut(table).heirs.push(heir);
        self.world.thing_mut(heir).is_partition = true;
        self.world.tie(table, heir);
        for part in self.world.thing(table).parts.clone() {
            let told = self.world.thing(part);
            if told.is_there() && told.parent == Some(table) {
                self.inherit_by(at, part, heir, true);
            } else if told.is_there() && told.id.kind == Kind::Index {
                self.copy_index(at, part, heir, true);
            }
        }
    }

    /// A partition or heir that stands alone again; it keeps what it has.
    pub(super) fn detach(&mut self, table: ThingId, heir: ThingId) {
        self.world.thing_mut(heir).is_partition = false;
        self.world.untie(table, heir);
        let own = self.world.thing(heir).parts.clone();
        for part in self.world.thing(table).parts.clone() {
            for copy in self.world.thing(part).heirs.clone() {
                if own.contains(&copy) {
                    self.world.untie(part, copy);
                }
            }
        }
    }
}

/// The names of the columns of an index as its definition lists them: of an expression that of its function, or `expr`
/// (`FigureIndexColname`).
pub(super) fn columns_of(definition: &str) -> Vec<String> {
    let mut columns = Vec::new();
    let mut rest = definition;
    while let Some(open) = rest.find('(') {
        let before = rest.get(..open).unwrap_or_default();
        let is_list = columns.is_empty() || before.trim_end().ends_with("include");
        let (inside, after) = enclosed(rest.get(open + 1..).unwrap_or_default());
        if !is_list || before.contains(" where") {
            break;
        }
        columns.extend(items(inside).into_iter().map(item_name));
        rest = after;
    }
    columns
}

/// What stands before the parenthesis that closes, and after it.
fn enclosed(text: &str) -> (&str, &str) {
    let mut depth = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' if depth == 0 => {
                return (
                    text.get(..at).unwrap_or_default(),
                    text.get(at + 1..).unwrap_or_default(),
                );
            }
            ')' => depth -= 1,
            _ => {}
        }
    }
    (text, "")
}

/// Parts between commas that stand in no parentheses.
fn items(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let separators = move |character: char| {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        character == ',' && depth == 0
    };
    text.split(separators).map(str::trim).collect()
}

fn item_name(item: &str) -> String {
    let is_part =
        |character: char| character.is_alphanumeric() || character == '_' || character == '$';
    if let Some(quoted) = item.strip_prefix('"') {
        return quoted.split('"').next().unwrap_or_default().to_owned();
    }
    let name: String = item.chars().take_while(|character| is_part(*character)).collect();
    let after = item.get(name.len()..).unwrap_or_default();
    match after.strip_prefix('.') {
        Some(after) => item_name(after),
        None if name.is_empty() => "expr".to_owned(),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("(a, b desc) where (c > 0)", "a b")]
    #[case("using gin (labels jsonb_path_ops)", "labels")]
    #[case("unique (id, \"When\") include (c)", "id When c")]
    #[case("(lower(a), (a || b), app.f(a, b))", "lower expr f")]
    #[case("exclude using gist (room with =, during with &&) where (kind = 1)", "room during")]
    fn columns_are_read_from_definitions(#[case] definition: &str, #[case] expected: &str) {
        assert_eq!(columns_of(definition).join(" "), expected);
    }
}
