use crate::sql::reader::Reader;
use crate::sql::syntax::Node;
use crate::sql::uses::Scope;

impl Reader {
    pub(in crate::sql) fn do_block(&mut self, _node: Node<'_>, _scope: &Scope<'_>) {}
    pub(in crate::sql) fn routine_body(
        &mut self,
        _node: Node<'_>,
        _language: &str,
        _scope: &Scope<'_>,
    ) {
    }
}
