use super::create::{odd, operator};
use super::trigger::relation_of;
use crate::schema::Kind;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node};
use crate::sql::uses::names_of;
use crate::sql::words::{identifier, object};
use crate::sql::{Guard, Named, Verb};

impl Reader {
    /// `DROP` of anything.
    pub(super) fn drop_statement(&mut self, node: Node<'_>) {
        match node.kind() {
            Is::DROP_ROLE | Is::DROP_USER | Is::DROP_GROUP => self.drop_role(node),
            Is::DROP_OWNED => self.roles_below(node),
            Is::DROP_TRIGGER => self.drop_member(node, Kind::Trigger, Is::TRIGGER_REF),
            Is::DROP_POLICY => self.drop_member(node, Kind::Policy, Is::POLICY_REF),
            Is::DROP_RULE => self.drop_member(node, Kind::Rule, Is::RULE_REF),
            Is::DROP_CAST | Is::DROP_TRANSFORM | Is::DROP_USER_MAPPING => {
                if let Some((object, name)) = odd(node) {
                    self.drops(node, object, name);
                }
            }
            Is::DROP_OPERATOR => {
                let list = node.child(Is::OP_SIG_LIST).into_iter();
                for one in list.flat_map(|list| list.all(Is::OP_SIG)) {
                    if let Some((object, name)) = operator(one) {
                        self.drops(node, object, name);
                    }
                }
            }
            _ => self.drop_named(node),
        }
    }

    fn drop_named(&mut self, node: Node<'_>) {
        let lists = [Is::FUNCTION_SIG_LIST, Is::PROCEDURE_SIG_LIST, Is::ROUTINE_SIG_LIST];
        let names = node.child_of(&lists).unwrap_or(node).children();
        for name in names {
            let Some(mut object) = names_of(name) else { continue };
            object.kind = match node.kind() {
                Is::DROP_MATERIALIZED_VIEW => Kind::MaterializedView,
                Is::DROP_FOREIGN_TABLE => Kind::ForeignTable,
                _ => object.kind,
            };
            self.drops(node, object, name);
        }
    }

    fn drop_member(&mut self, node: Node<'_>, kind: Kind, name: Is) {
        let (Some(name), Some(on)) = (node.child(name), relation_of(node)) else { return };
        let table = object(Kind::Table, on);
        self.drops(node, table.member(kind, identifier(name)), name);
        self.uses(table, on.span());
    }

    fn drops(&mut self, node: Node<'_>, object: Named, name: Node<'_>) {
        let verb = Verb::Drop { cascade: node.has(Is::CASCADE) };
        let mut act = self.act(verb, object, name.span());
        if node.has(Is::IF_EXISTS) {
            act.guard = Guard::IfExists;
        }
        self.add(act);
    }
}
