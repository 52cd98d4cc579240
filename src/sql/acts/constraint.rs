use std::ops::Range;

use crate::schema::Kind;
use crate::sql::Named;
use crate::sql::syntax::{Is, Node};
use crate::sql::uses::{columns_of, index_column_name};
use crate::sql::words::{Given, fold, fold_tokens, identifier, index_columns};

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
            (Is::CHECK_CONSTRAINT, _) => columns_of(node),
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
    pub(super) fn choose(&self, given: &mut Given) -> String {
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

    /// Whether Postgres makes an index for it.
    pub(super) fn has_index(&self) -> bool {
        matches!(
            self.node.kind(),
            Is::PRIMARY_KEY_CONSTRAINT | Is::UNIQUE_CONSTRAINT | Is::EXCLUDE_CONSTRAINT
        )
    }

    /// What tells its index from another one.
    pub(super) fn index_definition(&self) -> String {
        match self.node.child(Is::CONSTRAINT_EXCLUSION_LIST) {
            Some(list) => fold(list),
            None => format!("unique ({})", self.columns.join(", ")),
        }
    }

    /// The constraint as one that stands beside the columns: `foreign key (a) references b (id)`.
    pub(super) fn definition(&self) -> String {
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
