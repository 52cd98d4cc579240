use super::constraint::{Constraint, Place, is_named};
use crate::schema::Kind;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node};
use crate::sql::uses::Scope;
use crate::sql::words::{identifier, object};
use crate::sql::{Named, Verb};

impl Reader {
    /// Adds constraints in the order in which they are written; those without a name get theirs in the order in which
    /// Postgres makes them: checks, the primary key, other indexes, foreign keys.
    pub(super) fn constraints(&mut self, constraints: &[Constraint<'_>], scope: &Scope<'_>) {
        let said: Vec<_> = constraints.iter().map(Constraint::said).collect();
        said.iter().flatten().for_each(|(name, _)| self.given.give(name));
        let mut names: Vec<_> =
            said.iter().map(|said| said.clone().map(|(name, _)| name)).collect();
        let mut order: Vec<_> = (0..constraints.len()).collect();
        order.sort_by_key(|at| constraints.get(*at).map_or(0, |it| turn(it.node.kind())));
        for at in order {
            if let (Some(constraint), Some(name)) = (constraints.get(at), names.get_mut(at)) {
                name.get_or_insert_with(|| constraint.choose(&mut self.given));
            }
        }
        for (constraint, name) in constraints.iter().zip(names) {
            self.constraint(constraint, name.unwrap_or_default(), scope);
        }
    }

    fn constraint(&mut self, constraint: &Constraint<'_>, name: String, scope: &Scope<'_>) {
        let (node, place) = (constraint.node, &constraint.place);
        let span = constraint.said().map_or_else(|| node.span(), |(_, span)| span);
        let named = place.of.member(Kind::Constraint, name.clone());
        let mut act = self.act(Verb::Create, named, span.clone());
        act.part_of = place.part_of;
        act.definition = Some(constraint.definition());
        let position = self.add(act);
        if let Some(index) = node.child(Is::USING_INDEX_NAME).and_then(|it| it.child(Is::INDEX_REF))
        {
            self.takes_index(index, &name, place);
        } else if constraint.has_index() {
            let object = Named::new(Kind::Index, place.of.schema.clone(), name);
            let mut act = self.act(Verb::Create, object, span);
            act.part_of = place.part_of.or(Some(position));
            act.definition = Some(constraint.index_definition());
            self.add(act);
        }
        self.constraint_uses(constraint, scope);
    }

    /// `USING INDEX`: the index gets the name of the constraint.
    fn takes_index(&mut self, index: Node<'_>, name: &str, place: &Place) {
        let mut old = object(Kind::Index, index);
        old.schema = old.schema.or_else(|| place.of.schema.clone());
        if old.name == name {
            self.uses(old, index.span());
        } else {
            self.does(Verb::Rename(name.to_owned()), old, index);
        }
    }

    fn constraint_uses(&mut self, constraint: &Constraint<'_>, scope: &Scope<'_>) {
        let (node, place) = (constraint.node, &constraint.place);
        let mut is_own = true;
        let mut other = None;
        for part in node.children() {
            match part.kind() {
                Is::TABLE_NAME_REF => {
                    is_own = false;
                    other = Some(self.uses_named(Kind::Table, part));
                }
                Is::COLUMN_NAME_REF | Is::FOREIGN_KEY_COLUMN_LIST | Is::INDEX_PARAMETERS => {
                    let table = if is_own { Some(&place.of) } else { other.as_ref() };
                    if let Some(table) = table {
                        self.columns_below(part, table);
                    }
                }
                Is::ON_DELETE_ACTION | Is::ON_UPDATE_ACTION | Is::CONSTRAINT_INCLUDE_CLAUSE => {
                    self.columns_below(part, &place.of);
                }
                Is::CONSTRAINT_INDEX_METHOD => {
                    if let Some(method) = part.child(Is::ACCESS_METHOD_REF) {
                        self.uses_named(Kind::AccessMethod, method);
                    }
                }
                Is::CONSTRAINT_NAME_CLAUSE | Is::USING_INDEX_NAME => {}
                _ => self.expression(part, scope),
            }
        }
    }

    /// Columns of this relation that are named below a node.
    pub(super) fn columns_below(&mut self, node: Node<'_>, relation: &Named) {
        let own = Some(node).filter(|node| node.kind() == Is::COLUMN_NAME_REF);
        let below = node.descendants().filter(|below| below.kind() == Is::COLUMN_NAME_REF);
        for column in own.into_iter().chain(below) {
            self.uses_column_of(relation, column);
        }
    }

    /// `ADD CONSTRAINT`.
    pub(super) fn add_constraint(&mut self, node: Node<'_>, of: &Named, scope: &Scope<'_>) {
        let Some(constraint) = node.children().find(|child| is_named(child.kind())) else {
            return self.add_not_null(node, of);
        };
        let place = Place { of: of.clone(), column: None, part_of: None };
        let constraint = Constraint::new(constraint, place);
        let own = Scope::of_table(of, scope);
        let scope = if of.kind == Kind::Type { scope } else { &own };
        self.constraints(&[constraint], scope);
    }

    /// `ADD NOT NULL column`, since Postgres 18.
    fn add_not_null(&mut self, node: Node<'_>, of: &Named) {
        let column =
            node.child(Is::NOT_NULL_CONSTRAINT).and_then(|it| it.child(Is::COLUMN_NAME_REF));
        if let Some(column) = column {
            let named = of.member(Kind::Column, identifier(column));
            let mut act = self.act(Verb::Alter("not null"), named, column.span());
            act.definition = Some("not null".to_owned());
            self.add(act);
        }
    }
}

/// The order in which Postgres makes constraints.
fn turn(kind: Is) -> u8 {
    match kind {
        Is::CHECK_CONSTRAINT => 0,
        Is::PRIMARY_KEY_CONSTRAINT => 1,
        Is::UNIQUE_CONSTRAINT | Is::EXCLUDE_CONSTRAINT => 2,
        _ => 3,
    }
}
