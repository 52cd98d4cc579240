use super::query::passed_on;
use super::scope::{Item, Scope};
use crate::schema::Kind;
use crate::sql::Named;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node};
use crate::sql::words::{identifier, object};

impl Reader {
    /// Reads the items of a `FROM` or `USING` into the scope, and the conditions of its joins.
    pub(in crate::sql) fn items_of(&mut self, clause: Node<'_>, scope: &mut Scope<'_>) {
        let mut conditions = Vec::new();
        for item in clause.children().filter(|child| !child.is_token()) {
            self.item(item, scope, &mut conditions);
        }
        for condition in conditions {
            self.join_condition(condition, scope);
        }
    }

    fn item<'t>(&mut self, node: Node<'t>, scope: &mut Scope<'_>, conditions: &mut Vec<Node<'t>>) {
        match node.kind() {
            Is::JOIN_EXPR | Is::JOIN => {
                self.deeper(node, |reader| {
                    reader.join(node, scope, conditions);
                    Some(())
                });
            }
            Is::RELATION_FROM_ITEM => self.relation_item(node, scope),
            Is::PAREN_FROM_ITEM => self.paren_item(node, scope, conditions),
            Is::PAREN_EXPR => {
                self.deeper(node, |reader| {
                    for child in node.children().filter(|child| !child.is_token()) {
                        reader.item(child, scope, conditions);
                    }
                    Some(())
                });
            }
            Is::FUNCTION_FROM_ITEM
            | Is::EXPR_FROM_ITEM
            | Is::ROWS_FROM_ITEM
            | Is::JSON_TABLE_FROM_ITEM
            | Is::XML_TABLE_FROM_ITEM
            | Is::GRAPH_TABLE_FROM_ITEM => self.function_item(node, scope),
            Is::ON_CLAUSE | Is::JOIN_USING_CLAUSE => conditions.push(node),
            _ => {}
        }
    }

    /// A chain of joins leans to the left: it is walked without a deep stack.
    fn join<'t>(&mut self, node: Node<'t>, scope: &mut Scope<'_>, conditions: &mut Vec<Node<'t>>) {
        let mut chain = Vec::new();
        let mut at = Some(node);
        while let Some(join) = at {
            let mut nodes = join.children().filter(|child| !child.is_token());
            let first = nodes.next();
            let rest: Vec<_> = nodes.collect();
            chain.push(rest);
            match first {
                Some(left) if left.kind() == Is::JOIN_EXPR => at = Some(left),
                Some(left) => {
                    self.item(left, scope, conditions);
                    at = None;
                }
                None => at = None,
            }
        }
        for item in chain.into_iter().rev().flatten() {
            self.item(item, scope, conditions);
        }
    }

    fn relation_item(&mut self, node: Node<'_>, scope: &mut Scope<'_>) {
        let Some(name) = node.child(Is::RELATION_NAME_REF) else {
            return;
        };
        let relation = object(Kind::Table, name);
        let alias = Alias::of(node);
        let mut item = match scope.with_query(&relation.name) {
            Some(query) if relation.schema.is_none() => query.clone(),
            _ => {
                self.uses(relation.clone(), name.span());
                Item::of(&relation)
            }
        };
        alias.apply(&mut item);
        scope.items.push(item);
        if let Some(sample) = node.child(Is::TABLESAMPLE_CLAUSE) {
            self.expression(sample, scope);
        }
    }

    fn paren_item<'t>(
        &mut self,
        node: Node<'t>,
        scope: &mut Scope<'_>,
        conditions: &mut Vec<Node<'t>>,
    ) {
        let Some(inside) = node.child_of(&[Is::PAREN_SELECT, Is::PAREN_EXPR]) else {
            return;
        };
        let query = [Is::SELECT, Is::COMPOUND_SELECT, Is::PAREN_SELECT, Is::TABLE, Is::VALUES];
        let is_query = inside.kind() == Is::PAREN_SELECT || inside.child_of(&query).is_some();
        if !is_query {
            return self.item(inside, scope, conditions);
        }
        let columns = if node.has(Is::LATERAL_KW) {
            self.query(inside, scope)
        } else {
            let outside = Scope {
                outer: scope.outer,
                queries: scope.queries.clone(),
                variables: scope.variables.clone(),
                ..Scope::default()
            };
            self.query(inside, &outside)
        };
        let relation = passed_on(inside, scope).filter(|_| columns.is_none());
        let mut item = Item { relation, columns, ..Item::default() };
        Alias::of(node).apply(&mut item);
        scope.items.push(item);
    }

    /// A function in `FROM`: its columns are those of the alias, or one that is called like the alias.
    fn function_item(&mut self, node: Node<'_>, scope: &mut Scope<'_>) {
        let alias = Alias::of(node);
        for child in node.children().filter(|child| child.kind() != Is::FROM_ALIAS) {
            self.expression(child, scope);
        }
        if let Some(types) = node.child(Is::FROM_ALIAS).and_then(|it| it.child(Is::COLUMN_DEF_LIST))
        {
            self.expression(types, scope);
        }
        let called = node.find(Is::NAME_REF).map(identifier).unwrap_or_default();
        let known = columns_of_function(&called);
        let name = alias.name.clone().unwrap_or(called);
        let mut item = Item { alias: name.clone(), has_more: true, ..Item::default() };
        let declared = node.descendants().filter(|below| below.kind() == Is::COLUMN_NAME);
        let ordinality = node.has(Is::WITH_ORDINALITY).then_some("ordinality");
        let known = known.iter().copied().chain(ordinality).map(str::to_owned);
        let columns: Vec<_> = declared.map(identifier).chain([name]).chain(known).collect();
        item.columns = Some(columns);
        alias.apply(&mut item);
        scope.items.push(item);
    }

    fn join_condition(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        if node.kind() == Is::ON_CLAUSE {
            return self.expressions_below(node, scope);
        }
        let columns = node.child(Is::COLUMN_REF_LIST);
        for column in columns.into_iter().flat_map(|list| list.all(Is::COLUMN_NAME_REF)) {
            self.column_called(&identifier(column), column, scope);
        }
    }

    /// The relation that a statement writes to, as its scope sees it.
    pub(in crate::sql) fn target_item(node: Node<'_>, relation: &Named) -> Item {
        let alias = node
            .child_of(&[Is::REQUIRED_AS_ALIAS, Is::OPTIONAL_AS_ALIAS])
            .and_then(|alias| alias.child(Is::TABLE_ALIAS));
        alias.map_or_else(|| Item::of(relation), |alias| Item::called(&identifier(alias), relation))
    }
}

/// The columns of functions of Postgres that give rows.
fn columns_of_function(name: &str) -> &'static [&'static str] {
    match name {
        "json_each" | "json_each_text" | "jsonb_each" | "jsonb_each_text" => &["key", "value"],
        "json_array_elements"
        | "json_array_elements_text"
        | "jsonb_array_elements"
        | "jsonb_array_elements_text" => &["value"],
        _ => &[],
    }
}

/// `AS name (columns)`.
struct Alias {
    name: Option<String>,
    columns: Vec<String>,
}

impl Alias {
    fn of(node: Node<'_>) -> Self {
        let alias = node.child(Is::FROM_ALIAS);
        let name = alias.and_then(|alias| alias.child(Is::TABLE_ALIAS)).map(identifier);
        let list = alias.and_then(|alias| alias.child_of(&[Is::COLUMN_LIST, Is::COLUMN_DEF_LIST]));
        let columns = list.into_iter().flat_map(Node::descendants);
        let columns = columns.filter(|below| below.kind() == Is::COLUMN_NAME).map(identifier);
        Self { name, columns: columns.collect() }
    }

    /// Names the item, and its first columns.
    fn apply(self, item: &mut Item) {
        if let Some(name) = self.name {
            item.alias = name;
        }
        if self.columns.is_empty() {
            return;
        }
        let known = item.columns.take().unwrap_or_default();
        let rest = known.into_iter().skip(self.columns.len());
        item.columns = Some(self.columns.iter().cloned().chain(rest).collect());
    }
}
