use std::ops::Range;

use crate::schema::Kind;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node};
use crate::sql::uses::{Scope, index_column_name};
use crate::sql::words::{Given, fold, fold_tokens, identifier, index_columns, object};
use crate::sql::{Guard, Named, Verb};

/// Where a constraint stands.
#[derive(Clone)]
pub(super) struct Place {
    /// The table or domain that it belongs to.
    pub(super) of: Named,
    /// The column that it is written at.
    pub(super) column: Option<String>,
    /// The act that it is a part of.
    pub(super) part_of: Option<usize>,
}

/// A constraint, before it has a name.
pub(super) struct Constraint<'t> {
    pub(super) node: Node<'t>,
    pub(super) place: Place,
    /// The node of the name that is said.
    name: Option<Node<'t>>,
    /// The columns that it is over, as it says them.
    columns: Vec<String>,
}

/// Whether a node is a constraint that the catalog keeps as one, with a name.
pub(super) fn is_named(kind: Is) -> bool {
    matches!(
        kind,
        Is::CHECK_CONSTRAINT
            | Is::EXCLUDE_CONSTRAINT
            | Is::FOREIGN_KEY_CONSTRAINT
            | Is::PRIMARY_KEY_CONSTRAINT
            | Is::REFERENCES_CONSTRAINT
            | Is::UNIQUE_CONSTRAINT
    )
}

impl<'t> Constraint<'t> {
    pub(super) fn new(node: Node<'t>, place: Place) -> Self {
        let columns = match (node.kind(), &place.column) {
            (Is::CHECK_CONSTRAINT, _) => checked_columns(node),
            (_, Some(column)) => vec![column.clone()],
            (Is::EXCLUDE_CONSTRAINT, None) => excluded_columns(node),
            _ => listed(node).map(identifier).collect(),
        };
        let name = node.child(Is::CONSTRAINT_NAME_CLAUSE);
        let name = name.and_then(|clause| clause.child(Is::CONSTRAINT_NAME));
        Self { node, place, name, columns }
    }

    /// Whether Postgres makes one index of this and the other one.
    pub(super) fn is_same_key(&self, other: &Self) -> bool {
        let is_key = |kind| matches!(kind, Is::PRIMARY_KEY_CONSTRAINT | Is::UNIQUE_CONSTRAINT);
        let rest = |constraint: &Self| {
            let kinds = [Is::CONSTRAINT_INCLUDE_CLAUSE, Is::NULLS_NOT_DISTINCT];
            let below = constraint.node.descendants();
            let rest = below.filter(|part| kinds.contains(&part.kind()) || is_timing(part.kind()));
            rest.map(fold).collect::<Vec<_>>()
        };
        is_key(self.node.kind())
            && is_key(other.node.kind())
            && self.columns == other.columns
            && rest(self) == rest(other)
    }

    /// Takes in a key over the same columns: the primary one is kept, and a name that is said.
    pub(super) fn merge(&mut self, other: Self) {
        let name = self.name.or(other.name);
        if other.node.kind() == Is::PRIMARY_KEY_CONSTRAINT {
            *self = other;
        }
        self.name = name;
    }

    /// The name that the statement says.
    pub(super) fn said(&self) -> Option<(String, Range<usize>)> {
        self.name.map(|name| (identifier(name), name.span()))
    }

    /// The name that Postgres gives to it where the statement says none.
    fn choose(&self, given: &mut Given) -> String {
        let of = &self.place.of.name;
        let included = self.node.find(Is::CONSTRAINT_INCLUDE_CLAUSE).into_iter();
        let included = included.flat_map(Node::descendants);
        let included = included.filter(|below| below.kind() == Is::COLUMN_NAME_REF).map(identifier);
        let indexed: Vec<_> = self.columns.iter().cloned().chain(included).collect();
        match self.node.kind() {
            Is::PRIMARY_KEY_CONSTRAINT => given.choose(of, "", "pkey"),
            Is::UNIQUE_CONSTRAINT => given.choose(of, &index_columns(&indexed), "key"),
            Is::EXCLUDE_CONSTRAINT => given.choose(of, &index_columns(&indexed), "excl"),
            Is::CHECK_CONSTRAINT => match self.columns.as_slice() {
                [only] if self.place.of.kind != Kind::Type => given.choose(of, only, "check"),
                _ => given.choose(of, "", "check"),
            },
            _ => given.choose(of, &index_columns(&self.columns), "fkey"),
        }
    }

    fn has_index(&self) -> bool {
        matches!(
            self.node.kind(),
            Is::PRIMARY_KEY_CONSTRAINT | Is::UNIQUE_CONSTRAINT | Is::EXCLUDE_CONSTRAINT
        )
    }

    /// The constraint as one that stands beside the columns: `foreign key (a) references b (id)`.
    fn definition(&self) -> String {
        let is_name = |kind| kind == Is::CONSTRAINT_NAME_CLAUSE;
        let rest = self.node.children().filter(|child| !is_name(child.kind()));
        let text = fold_tokens(rest.flat_map(Node::tokens));
        let columns = || self.columns.join(", ");
        match (self.node.kind(), &self.place.column) {
            (Is::REFERENCES_CONSTRAINT, _) => format!("foreign key ({}) {text}", columns()),
            (Is::PRIMARY_KEY_CONSTRAINT, Some(_)) => {
                text.replacen("primary key", &format!("primary key ({})", columns()), 1)
            }
            (Is::UNIQUE_CONSTRAINT, Some(_)) => {
                text.replacen("unique", &format!("unique ({})", columns()), 1)
            }
            _ => text,
        }
    }
}

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
            act.definition = Some(fold_index(constraint));
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
            act.guard = Guard::None;
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

fn is_timing(kind: Is) -> bool {
    matches!(
        kind,
        Is::DEFERRABLE_CONSTRAINT_OPTION
            | Is::INITIALLY_DEFERRED_CONSTRAINT_OPTION
            | Is::INITIALLY_IMMEDIATE_CONSTRAINT_OPTION
            | Is::NOT_DEFERRABLE_CONSTRAINT_OPTION
    )
}

/// The columns before `REFERENCES`, or those of a key.
fn listed(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let list = node.child(Is::FOREIGN_KEY_COLUMN_LIST).or_else(|| {
        node.child(Is::INDEX_PARAMETERS).and_then(|it| it.child(Is::CONSTRAINT_COLUMN_REF_LIST))
    });
    list.into_iter().flat_map(Node::descendants).filter(|it| it.kind() == Is::COLUMN_NAME_REF)
}

fn excluded_columns(node: Node<'_>) -> Vec<String> {
    let list = node.child(Is::CONSTRAINT_EXCLUSION_LIST);
    let items = list.into_iter().flat_map(|list| list.all(Is::CONSTRAINT_EXCLUSION));
    items.filter_map(Node::first_node).map(index_column_name).collect()
}

/// The different columns of a condition; a check of one column has it in its name.
fn checked_columns(node: Node<'_>) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    let mut called = None;
    for below in node.descendants() {
        if below.kind() == Is::CALL_EXPR {
            called = below.first_node().map(Node::written);
        }
        let is_callee = called.as_ref() == Some(&below.written());
        if below.kind() == Is::NAME_REF && !is_callee {
            let name = identifier(below);
            if !columns.contains(&name) {
                columns.push(name);
            }
        }
    }
    columns
}

/// What tells the index of a constraint from another one.
fn fold_index(constraint: &Constraint<'_>) -> String {
    let is_unique = constraint.node.kind() != Is::EXCLUDE_CONSTRAINT;
    let list = constraint.node.child(Is::CONSTRAINT_EXCLUSION_LIST);
    let columns = list.map_or_else(|| format!("({})", constraint.columns.join(", ")), fold);
    if is_unique { format!("unique {columns}") } else { columns }
}
