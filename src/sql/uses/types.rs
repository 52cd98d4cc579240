use crate::schema::Kind;
use crate::sql::Named;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node};
use crate::sql::words::{is_built_in, object, parts};

impl Reader {
    /// The type that a node holds: a type of its own, the row of a table, or the type of a column.
    pub(in crate::sql) fn type_use(&mut self, node: Node<'_>) {
        let Some(path) = node.find(Is::PATH_REF) else {
            return;
        };
        match node.kind() {
            Is::PERCENT_TYPE => self.type_of_column(path),
            Is::PLPGSQL_PERCENT_ROWTYPE => {
                self.uses_named(Kind::Table, path);
            }
            _ => {
                let named = object(Kind::Type, path);
                if !is_built_in(named.schema.as_deref(), &named.name) {
                    self.uses(named, path.span());
                }
            }
        }
    }

    /// `users.id%TYPE`; a name alone is a variable's.
    fn type_of_column(&mut self, path: Node<'_>) {
        let mut parts = parts(path);
        let (Some(column), Some(table)) = (parts.pop(), parts.pop()) else {
            return;
        };
        let relation = Named::new(Kind::Table, parts.pop(), table);
        let column = relation.member(Kind::Column, column);
        self.uses_among(column, vec![relation], path.span());
    }
}
