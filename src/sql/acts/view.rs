use super::table::query_of;
use crate::schema::Kind;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node};
use crate::sql::uses::{Item, Scope};
use crate::sql::words::{fold, hash, identifier, object};

impl Reader {
    /// `CREATE VIEW` and `CREATE MATERIALIZED VIEW`.
    pub(super) fn create_view(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        let Some(name) = node.child(Is::VIEW) else { return };
        let is_materialized = node.kind() == Is::CREATE_MATERIALIZED_VIEW;
        let kind = if is_materialized { Kind::MaterializedView } else { Kind::View };
        let view = object(kind, name);
        let said = node.child(Is::COLUMN_LIST).into_iter();
        let said: Vec<_> = said.flat_map(|list| list.all(Is::COLUMN_NAME)).collect();
        let query = query_of(node);
        let mut act = self.made(node, view.clone(), name);
        let options = node.child(Is::WITH_PARAMS).map(|options| format!("{} ", fold(options)));
        act.definition = query
            .map(|query| format!("{}query {}", options.unwrap_or_default(), hash(&fold(query))));
        let position = self.add(act);
        let mut scope = Scope::within(scope);
        if node.has(Is::RECURSIVE_KW) {
            let columns = Some(said.iter().copied().map(identifier).collect());
            let alias = view.name.clone();
            scope.queries.push(Item { alias, columns, ..Item::default() });
        }
        let columns = query.and_then(|query| self.query(query, &scope));
        self.output_columns(&view, position, &said, columns);
    }
}
