use super::trigger::relation_of;
use crate::schema::Kind;
use crate::sql::Verb;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node};
use crate::sql::uses::Scope;
use crate::sql::words::{fold_tokens, identifier, object};

impl Reader {
    /// `CREATE POLICY`.
    pub(super) fn create_policy(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        let (Some(name), Some(on)) = (node.child(Is::POLICY), relation_of(node)) else { return };
        let table = object(Kind::Table, on);
        let mut act =
            self.act(Verb::Create, table.member(Kind::Policy, identifier(name)), name.span());
        act.definition = Some(definition(node));
        self.add(act);
        self.uses(table.clone(), on.span());
        self.policy_clauses(node, &Scope::of_table(&table, scope));
    }

    /// `ALTER POLICY`.
    pub(super) fn alter_policy(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        let (Some(name), Some(on)) = (node.child(Is::POLICY_REF), relation_of(node)) else {
            return;
        };
        let table = object(Kind::Table, on);
        let policy = table.member(Kind::Policy, identifier(name));
        let renamed = node.child(Is::POLICY_RENAME_TO).and_then(|to| to.child(Is::POLICY));
        let verb = match renamed {
            Some(new) => Verb::Rename(identifier(new)),
            None => Verb::Alter("definition"),
        };
        let mut act = self.act(verb, policy, name.span());
        let clauses = node.child(Is::ALTER_POLICY_TO).unwrap_or(node);
        if renamed.is_none() {
            act.definition = Some(definition(clauses));
        }
        self.add(act);
        self.uses(table.clone(), on.span());
        self.policy_clauses(clauses, &Scope::of_table(&table, scope));
    }

    fn policy_clauses(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        for part in node.children() {
            match part.kind() {
                Is::POLICY_ROLES => self.roles_below(part),
                Is::USING_EXPR_CLAUSE | Is::WITH_CHECK_EXPR_CLAUSE => {
                    self.expressions_below(part, scope);
                }
                _ => {}
            }
        }
    }
}

/// The clauses of a policy.
fn definition(node: Node<'_>) -> String {
    let parts = node.children().filter(|part| {
        matches!(
            part.kind(),
            Is::AS_POLICY_TYPE
                | Is::POLICY_COMMAND
                | Is::POLICY_ROLES
                | Is::USING_EXPR_CLAUSE
                | Is::WITH_CHECK_EXPR_CLAUSE
        )
    });
    fold_tokens(parts.flat_map(Node::tokens))
}
