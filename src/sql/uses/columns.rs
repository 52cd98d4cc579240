use super::scope::{Meaning, Scope};
use crate::schema::Kind;
use crate::sql::Named;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node, Step};
use crate::sql::words::identifier;

/// Columns that every table has.
const SYSTEM: &[&str] = &["cmax", "cmin", "ctid", "tableoid", "xmax", "xmin"];

impl Reader {
    /// A name that stands alone.
    pub(super) fn column(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        if is_key_word(node) {
            return;
        }
        self.column_called(&identifier(node), node, scope);
    }

    /// A column of the query, by its name alone.
    pub(in crate::sql) fn column_called(&mut self, name: &str, node: Node<'_>, scope: &Scope<'_>) {
        if SYSTEM.contains(&name) {
            return;
        }
        let of_any = || Named::new(Kind::Column, None, "").member(Kind::Column, name);
        match scope.meaning(name) {
            Meaning::ColumnAmong(among) => {
                let only = among.first().filter(|_| among.len() == 1);
                let column = only.map_or_else(of_any, |only| only.member(Kind::Column, name));
                self.uses_among(column, among, node.span());
            }
            Meaning::PerhapsAmong(among) => self.uses_among(of_any(), among, node.span()),
            Meaning::Other => {}
        }
    }

    /// `a.b`, `a.b.c` or `(expression).field`.
    pub(super) fn field<'t>(&mut self, node: Node<'t>, scope: &Scope<'_>) -> Step<'t> {
        let Some(parts) = dotted(node) else {
            return match node.first_node() {
                Some(base) => {
                    self.expression(base, scope);
                    Step::Over
                }
                None => Step::Into,
            };
        };
        let names: Vec<_> = parts.iter().map(|part| identifier(*part)).collect();
        match names.as_slice() {
            [qualifier, column] => self.qualified_column(qualifier, column, node, scope),
            [.., schema, table, column] => {
                let relation = Named::new(Kind::Table, Some(schema.clone()), table.clone());
                let column = relation.member(Kind::Column, column.clone());
                self.uses_among(column, vec![relation], node.span());
            }
            _ => {}
        }
        Step::Over
    }

    fn qualified_column(&mut self, by: &str, column: &str, node: Node<'_>, scope: &Scope<'_>) {
        if SYSTEM.contains(&column) || column.is_empty() {
            return;
        }
        let item = scope.item(by);
        if let Some(relation) = item.and_then(|item| item.relation.as_ref()) {
            let named = relation.member(Kind::Column, column);
            self.uses_among(named, vec![relation.clone()], node.span());
        } else if item.is_none() && matches!(by, "new" | "old") {
            let named = Named::new(Kind::Column, None, "").member(Kind::Column, column);
            self.uses(named, node.span());
        }
    }
}

/// The different columns that an expression names.
pub(in crate::sql) fn columns_of(expression: Node<'_>) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    expression.walk(|node| {
        let named = match node.kind() {
            Is::CALL_EXPR => match node.first_node().filter(|callee| dotted(*callee).is_some()) {
                Some(callee) => return Step::Behind(callee),
                None => return Step::Into,
            },
            Is::NAME_REF if !is_key_word(node) => Some(node),
            Is::FIELD_EXPR => dotted(node).and_then(|parts| parts.last().copied()),
            _ => None,
        };
        let Some(column) = named.map(identifier) else {
            return Step::Into;
        };
        if !columns.contains(&column) {
            columns.push(column);
        }
        Step::Over
    });
    columns
}

/// The names of `a.b.c`; nothing where something else than a name stands before a dot. A star gives no names.
pub(super) fn dotted(node: Node<'_>) -> Option<Vec<Node<'_>>> {
    let mut parts = Vec::new();
    let mut has_star = false;
    let mut at = node;
    while at.kind() == Is::FIELD_EXPR {
        let mut nodes = at.children().filter(|child| !child.is_token());
        let base = nodes.next()?;
        parts.extend(nodes.next().filter(|field| field.kind() == Is::NAME_REF));
        has_star |= at.has(Is::STAR);
        at = base;
    }
    if at.kind() != Is::NAME_REF {
        return None;
    }
    parts.push(at);
    parts.reverse();
    Some(if has_star { Vec::new() } else { parts })
}

/// `current_user`, `localtime` and their like: names to the grammar, functions to Postgres.
fn is_key_word(node: Node<'_>) -> bool {
    node.children().next().is_some_and(|token| {
        matches!(
            token.kind(),
            Is::CURRENT_CATALOG_KW
                | Is::CURRENT_DATE_KW
                | Is::CURRENT_ROLE_KW
                | Is::CURRENT_SCHEMA_KW
                | Is::CURRENT_TIME_KW
                | Is::CURRENT_TIMESTAMP_KW
                | Is::CURRENT_USER_KW
                | Is::LOCALTIME_KW
                | Is::LOCALTIMESTAMP_KW
                | Is::SESSION_USER_KW
                | Is::SYSTEM_USER_KW
                | Is::USER_KW
        )
    })
}
