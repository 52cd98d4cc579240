use crate::schema::Kind;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node};
use crate::sql::uses::{Scope, index_column_name};
use crate::sql::words::{Given, fold_tokens, identifier, index_columns, object, parts};
use crate::sql::{Guard, Named, Verb};

impl Reader {
    /// `CREATE INDEX`.
    pub(super) fn create_index(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        let Some(on) = node.find(Is::TABLE_NAME_REF) else { return };
        let table = object(Kind::Table, on);
        let said = node.child(Is::INDEX);
        let name = said.and_then(|name| parts(name).pop()).unwrap_or_else(|| {
            let columns: Vec<_> = items(node).map(item_name).collect();
            Given::default().choose(&table.name, &index_columns(&columns), "idx")
        });
        let index = Named::new(Kind::Index, table.schema.clone(), name);
        let mut act = self.act(Verb::Create, index, said.unwrap_or(on).span());
        if node.has(Is::IF_NOT_EXISTS) {
            act.guard = Guard::IfNotExists;
        }
        act.definition = Some(definition(node));
        self.add(act);
        self.uses(table.clone(), on.span());
        let scope = Scope::of_table(&table, scope);
        for part in node.children().filter(|child| !child.is_token()) {
            match part.kind() {
                Is::INDEX | Is::TABLE_RELATION_NAME | Is::WITH_PARAMS => {}
                Is::USING_METHOD => {
                    if let Some(method) = part.child(Is::ACCESS_METHOD_REF) {
                        self.uses_named(Kind::AccessMethod, method);
                    }
                }
                _ => self.expression(part, &scope),
            }
        }
    }

    /// `CREATE STATISTICS`.
    pub(super) fn create_statistics(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        let Some(from) = node.child(Is::FROM_TABLE).and_then(|it| it.child(Is::TABLE_NAME_REF))
        else {
            return;
        };
        let table = object(Kind::Table, from);
        let on = node.child(Is::STATISTICS_ON_CLAUSE);
        let said = node.child(Is::STATISTICS);
        let chosen = || {
            let columns = on.into_iter().flat_map(Node::children);
            let columns = columns.filter(|child| !child.is_token()).map(index_column_name);
            let columns: Vec<_> = columns.collect();
            let name = Given::default().choose(&table.name, &index_columns(&columns), "stat");
            Named::new(Kind::Statistics, table.schema.clone(), name)
        };
        let named = said.map_or_else(chosen, |name| object(Kind::Statistics, name));
        let act = self.made(node, named, said.unwrap_or(from));
        self.add(act);
        self.uses(table.clone(), from.span());
        if let Some(on) = on {
            self.expression(on, &Scope::of_table(&table, scope));
        }
    }
}

/// The items of an index, those of `INCLUDE` with them.
fn items(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let included = node.child(Is::INDEX_INCLUDE_CLAUSE);
    let lists = node
        .child(Is::PARTITION_ITEM_LIST)
        .into_iter()
        .chain(included.and_then(|clause| clause.child(Is::PARTITION_ITEM_LIST)));
    lists.flat_map(|list| list.all(Is::PARTITION_ITEM))
}

fn item_name(item: Node<'_>) -> String {
    match item.first_node() {
        Some(column) if column.kind() == Is::NAME_REF => identifier(column),
        Some(expression) => index_column_name(expression),
        None => String::new(),
    }
}

/// What tells an index from another one: whether it is unique, its method, its columns and condition.
fn definition(node: Node<'_>) -> String {
    let parts = node.children().filter(|part| {
        matches!(
            part.kind(),
            Is::UNIQUE_KW
                | Is::PARTITION_ITEM_LIST
                | Is::INDEX_INCLUDE_CLAUSE
                | Is::NULLS_NOT_DISTINCT
                | Is::WHERE_CLAUSE
        ) || (part.kind() == Is::USING_METHOD
            && !part.text().to_ascii_lowercase().ends_with("btree"))
    });
    fold_tokens(parts.flat_map(Node::tokens))
}
