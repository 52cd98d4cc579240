use super::references::is_type;
use super::scope::Scope;
use crate::schema::Kind;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node, Step};

impl Reader {
    /// Reads an expression, or anything that holds expressions.
    pub(in crate::sql) fn expression(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        node.walk(|below| self.visit(below, scope));
    }

    /// Reads what is below a node.
    pub(in crate::sql) fn expressions_below(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        for child in node.children() {
            self.expression(child, scope);
        }
    }

    fn visit<'t>(&mut self, node: Node<'t>, scope: &Scope<'_>) -> Step<'t> {
        match node.kind() {
            Is::SELECT
            | Is::SELECT_INTO
            | Is::COMPOUND_SELECT
            | Is::PAREN_SELECT
            | Is::VALUES
            | Is::TABLE => {
                self.query(node, scope);
                Step::Over
            }
            Is::FROM_CLAUSE | Is::RELATION_FROM_ITEM => Step::Over,
            Is::NAME_REF => {
                self.column(node, scope);
                Step::Over
            }
            Is::FIELD_EXPR => self.field(node, scope),
            Is::CALL_EXPR => self.call(node),
            Is::CAST_EXPR => {
                self.cast_of_name(node);
                Step::Into
            }
            Is::COLLATION_REF => {
                self.uses_named(Kind::Collation, node);
                Step::Over
            }
            Is::OP_CLASS_REF => {
                self.uses_named(Kind::OperatorClass, node);
                Step::Over
            }
            kind if is_type(kind) => {
                self.type_use(node);
                Step::Over
            }
            _ => Step::Into,
        }
    }
}
