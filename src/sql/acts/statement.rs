use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node};
use crate::sql::uses::Scope;

impl Reader {
    /// Reads one statement.
    pub(in crate::sql) fn statement(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        self.works(node);
        match node.kind() {
            Is::SELECT
            | Is::COMPOUND_SELECT
            | Is::PAREN_SELECT
            | Is::VALUES
            | Is::TABLE
            | Is::INSERT
            | Is::UPDATE
            | Is::DELETE
            | Is::MERGE => {
                self.query(node, scope);
            }
            Is::SELECT_INTO | Is::CREATE_TABLE_AS => self.create_table_as(node, scope),
            Is::COPY => self.copy(node, scope),
            Is::TRUNCATE => self.truncate(node),
            Is::CALL => self.call_procedure(node, scope),
            Is::DO => self.do_block(node, scope),
            Is::EXPLAIN | Is::PREPARE | Is::DECLARE => self.wrapped(node, scope),
            Is::REFRESH => self.refresh(node),
            Is::REINDEX => self.reindex(node),
            Is::LOCK | Is::CLUSTER | Is::VACUUM | Is::ANALYZE => self.maintained(node, scope),
            Is::REASSIGN | Is::SET_ROLE | Is::SET_SESSION_AUTH => self.roles_below(node),
            Is::GRANT | Is::REVOKE => self.grant(node),
            Is::COMMENT_ON | Is::SECURITY_LABEL => self.comment(node),
            Is::IMPORT_FOREIGN_SCHEMA => self.import_schema(node, scope),
            kind => {
                let word = node.children().next().map(Node::kind);
                match word {
                    Some(Is::CREATE_KW) => self.create(node, scope),
                    Some(Is::ALTER_KW) => self.alter_statement(node, scope),
                    Some(Is::DROP_KW) => self.drop_statement(node),
                    _ if kind == Is::ERROR => {}
                    _ => {}
                }
            }
        }
    }

    fn create(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        match node.kind() {
            Is::CREATE_TABLE | Is::CREATE_FOREIGN_TABLE => self.create_table(node, scope),
            Is::CREATE_INDEX => self.create_index(node, scope),
            Is::CREATE_STATISTICS => self.create_statistics(node, scope),
            Is::CREATE_VIEW | Is::CREATE_MATERIALIZED_VIEW => self.create_view(node, scope),
            Is::CREATE_FUNCTION | Is::CREATE_PROCEDURE => self.create_routine(node, scope),
            Is::CREATE_AGGREGATE => self.create_aggregate(node, scope),
            Is::CREATE_TRIGGER => self.create_trigger(node, scope),
            Is::CREATE_EVENT_TRIGGER => self.create_event_trigger(node, scope),
            Is::CREATE_RULE => self.create_rule(node, scope),
            Is::CREATE_POLICY => self.create_policy(node, scope),
            Is::CREATE_TYPE => self.create_type(node, scope),
            Is::CREATE_DOMAIN => self.create_domain(node, scope),
            Is::CREATE_SCHEMA => self.create_schema(node, scope),
            Is::CREATE_ROLE | Is::CREATE_USER | Is::CREATE_GROUP => self.create_role(node),
            Is::CREATE_CAST
            | Is::CREATE_OPERATOR
            | Is::CREATE_TRANSFORM
            | Is::CREATE_USER_MAPPING => self.create_odd(node, scope),
            _ => {
                self.create_simple(node, scope);
            }
        }
    }

    fn alter_statement(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        match node.kind() {
            Is::ALTER_ROLE | Is::ALTER_USER | Is::ALTER_GROUP => self.alter_role(node),
            Is::ALTER_POLICY => self.alter_policy(node, scope),
            Is::ALTER_DEFAULT_PRIVILEGES => self.default_privileges(node),
            Is::ALTER_DATABASE | Is::ALTER_SYSTEM | Is::ALTER_TABLESPACE => {}
            _ => self.alter(node, scope),
        }
    }

    /// The statement within `EXPLAIN`, `PREPARE` or `DECLARE`.
    fn wrapped(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        if let Some(inner) = node.children().filter(|child| !child.is_token()).last() {
            self.statement(inner, scope);
        }
    }
}
