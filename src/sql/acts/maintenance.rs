use crate::schema::Kind;
use crate::sql::Verb;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node};
use crate::sql::uses::{Scope, names_of};

impl Reader {
    /// `REFRESH MATERIALIZED VIEW`.
    pub(super) fn refresh(&mut self, node: Node<'_>) {
        if let Some((name, mut view)) =
            node.child(Is::VIEW_REF).and_then(|it| Some((it, names_of(it)?)))
        {
            view.kind = Kind::MaterializedView;
            self.does(Verb::Alter("rows"), view, name);
        }
    }

    /// `REINDEX`.
    pub(super) fn reindex(&mut self, node: Node<'_>) {
        let target = node.children().find(|child| child.first_node().is_some());
        let name = target.and_then(|target| target.children().find(|it| names_of(*it).is_some()));
        if let Some((name, object)) = name.and_then(|name| Some((name, names_of(name)?))) {
            self.does(Verb::Alter("rebuilt"), object, name);
        }
    }

    /// `CALL`.
    pub(super) fn call_procedure(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        if let Some(name) = node.child(Is::PROCEDURE_NAME_REF) {
            self.uses_named(Kind::Procedure, name);
        }
        if let Some(arguments) = node.child(Is::ARG_LIST) {
            self.expression(arguments, scope);
        }
    }

    /// `VACUUM`, `ANALYZE`, `CLUSTER` and `LOCK`: tables and columns are used.
    pub(super) fn maintained(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        let lists = node.child(Is::TABLE_AND_COLUMNS_LIST).into_iter();
        let mut has_list = false;
        for one in lists.flat_map(|list| list.all(Is::TABLE_AND_COLUMNS)) {
            has_list = true;
            let Some(name) = one.find(Is::TABLE_NAME_REF) else { continue };
            let table = self.uses_named(Kind::Table, name);
            if let Some(columns) = one.child(Is::COLUMN_REF_LIST) {
                self.columns_below(columns, &table);
            }
        }
        if !has_list {
            self.references_below(node, scope);
        }
    }
}
