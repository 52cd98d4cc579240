use super::constraint::{Constraint, Place, is_named};
use crate::schema::Kind;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node};
use crate::sql::uses::Scope;
use crate::sql::words::{Given, fold, identifier, object};
use crate::sql::{Act, Guard, Named, Verb};

impl Reader {
    /// `CREATE TABLE` and `CREATE FOREIGN TABLE`.
    pub(super) fn create_table(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        let Some(name) = node.child(Is::TABLE_NAME) else { return };
        let is_foreign = node.kind() == Is::CREATE_FOREIGN_TABLE;
        let kind = if is_foreign { Kind::ForeignTable } else { Kind::Table };
        let table = object(kind, name);
        let mut act = self.made(node, table.clone(), name);
        act.definition = manner(node);
        let of_type = node.child(Is::OF_TYPE).and_then(|of| of.find(Is::PATH_REF));
        let of_type = of_type.map(|path| object(Kind::Type, path));
        let parents_of = parents(node).map(|parent| object(Kind::Table, parent));
        act.columns_from = of_type.into_iter().chain(parents_of).collect();
        let position = self.add(act);
        for parent in parents(node) {
            self.uses_named(Kind::Table, parent);
        }
        let scope = Scope::of_table(&table, scope);
        self.table_parts(node, &table, position, &scope);
        self.rest_of_table(node, &scope);
    }

    /// Columns, then the constraints of columns and table.
    fn table_parts(&mut self, node: Node<'_>, table: &Named, position: usize, scope: &Scope<'_>) {
        self.given = Given::default();
        let mut constraints = Vec::new();
        let parts = node.child(Is::TABLE_ARG_LIST);
        for part in parts.into_iter().flat_map(Node::children) {
            if part.kind() == Is::COLUMN {
                let of = Some(position);
                constraints.extend(self.column_definition(part, table, of, scope));
            } else if is_named(part.kind()) {
                let place = Place { of: table.clone(), column: None, part_of: Some(position) };
                constraints.push(Constraint::new(part, place));
            }
        }
        self.constraints(&without_doubles(constraints), scope);
    }

    /// The clauses after the columns.
    fn rest_of_table(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        for part in node.children() {
            match part.kind() {
                Is::PARTITION_BY
                | Is::PARTITION_FOR_VALUES_IN
                | Is::PARTITION_FOR_VALUES_FROM
                | Is::OF_TYPE => self.expression(part, scope),
                Is::USING_METHOD => {
                    if let Some(method) = part.child(Is::ACCESS_METHOD_REF) {
                        self.uses_named(Kind::AccessMethod, method);
                    }
                }
                Is::SERVER_CLAUSE => {
                    if let Some(server) = part.child(Is::SERVER_REF) {
                        self.uses_named(Kind::Server, server);
                    }
                }
                _ => {}
            }
        }
    }

    /// `CREATE TABLE … AS` and `SELECT … INTO`.
    pub(super) fn create_table_as(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        let into = node.child(Is::INTO_CLAUSE).unwrap_or(node);
        let Some(name) = into.child(Is::TABLE_NAME) else { return };
        let table = object(Kind::Table, name);
        let mut act = self.made(node, table.clone(), name);
        act.definition = manner(into);
        let position = self.add(act);
        let query = if node.kind() == Is::SELECT_INTO { Some(node) } else { query_of(node) };
        let columns = query.and_then(|query| self.query(query, scope));
        let said = node.child(Is::TABLE_ARG_LIST).into_iter().flat_map(|list| list.all(Is::COLUMN));
        let said: Vec<_> = said.filter_map(|column| column.child(Is::COLUMN_NAME)).collect();
        self.output_columns(&table, position, &said, columns);
    }

    /// The columns of what a query makes: as said, or as the query names them.
    pub(super) fn output_columns(
        &mut self,
        of: &Named,
        position: usize,
        said: &[Node<'_>],
        columns: Option<Vec<String>>,
    ) {
        let span = self.reading.acts.get(position).map_or(0..0, |act| act.span.clone());
        if columns.is_none()
            && let Some(act) = self.reading.acts.get_mut(position)
        {
            act.has_other_columns = true;
        }
        let names = said.iter().map(|name| (identifier(*name), name.span()));
        let of_query = columns.unwrap_or_default().into_iter().skip(said.len());
        let of_query = of_query.map(|name| (name, span.clone()));
        for (name, span) in names.chain(of_query).collect::<Vec<_>>() {
            let mut act = self.act(Verb::Create, of.member(Kind::Column, name), span);
            act.part_of = Some(position);
            self.add(act);
        }
    }

    /// The act of a statement that makes something, with its guard.
    pub(super) fn made(&self, node: Node<'_>, object: Named, name: Node<'_>) -> Act {
        let mut act = self.act(Verb::Create, object, name.span());
        if node.has(Is::IF_NOT_EXISTS) {
            act.guard = Guard::IfNotExists;
        } else if node.has(Is::OR_REPLACE) {
            act.guard = Guard::OrReplace;
        }
        act
    }
}

/// The query of `AS`.
pub(super) fn query_of(node: Node<'_>) -> Option<Node<'_>> {
    node.child_of(&[
        Is::SELECT,
        Is::SELECT_INTO,
        Is::COMPOUND_SELECT,
        Is::PAREN_SELECT,
        Is::TABLE,
        Is::VALUES,
    ])
}

/// What is special about a table: that it is temporary, a partition, or has partitions.
fn manner(node: Node<'_>) -> Option<String> {
    let words = node.children().filter_map(|part| match part.kind() {
        Is::TEMP => Some("temporary".to_owned()),
        Is::UNLOGGED
        | Is::PARTITION_OF
        | Is::PARTITION_FOR_VALUES_IN
        | Is::PARTITION_FOR_VALUES_FROM
        | Is::PARTITION_FOR_VALUES_WITH
        | Is::PARTITION_DEFAULT
        | Is::PARTITION_BY
        | Is::OF_TYPE
        | Is::INHERITS => Some(fold(part)),
        _ => None,
    });
    let words: Vec<_> = words.collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// The relations whose columns the table takes over.
fn parents(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let of = node.child(Is::PARTITION_OF).and_then(|it| it.child(Is::TABLE_NAME_REF));
    let inherited = node.child(Is::INHERITS).into_iter();
    let inherited = inherited.flat_map(|it| it.all(Is::TABLE_NAME_REF));
    let parts = node.child(Is::TABLE_ARG_LIST).into_iter();
    let like = parts.flat_map(|list| list.all(Is::LIKE_CLAUSE));
    let like = like.filter_map(|clause| clause.child(Is::RELATION_NAME_REF));
    of.into_iter().chain(inherited).chain(like)
}

/// Without the keys that are over the same columns as one before: Postgres makes one index of both, and gives it the name that
/// is said (`transformIndexConstraints`).
fn without_doubles(constraints: Vec<Constraint<'_>>) -> Vec<Constraint<'_>> {
    let mut kept: Vec<Constraint<'_>> = Vec::new();
    for constraint in constraints {
        let double = kept.iter_mut().find(|other| other.is_same_key(&constraint));
        match double {
            None => kept.push(constraint),
            Some(other) => other.merge(constraint),
        }
    }
    kept
}
