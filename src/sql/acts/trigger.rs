use crate::schema::Kind;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node};
use crate::sql::uses::{Item, Scope};
use crate::sql::words::{fold_tokens, identifier, object};
use crate::sql::{Inside, Named};

impl Reader {
    /// `CREATE TRIGGER`.
    pub(super) fn create_trigger(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        let (Some(name), Some(on)) = (node.child(Is::TRIGGER), relation_of(node)) else { return };
        let table = object(Kind::Table, on);
        let mut act = self.made(node, table.member(Kind::Trigger, identifier(name)), name);
        act.definition = Some(definition(node));
        self.add(act);
        self.uses(table.clone(), on.span());
        let scope = old_and_new(&table, scope);
        for part in node.children().filter(|child| !child.is_token()) {
            match part.kind() {
                Is::TRIGGER_EVENT_LIST => self.columns_below(part, &table),
                Is::FROM_TABLE => {
                    if let Some(from) = part.child(Is::TABLE_NAME_REF) {
                        self.uses_named(Kind::Table, from);
                    }
                }
                Is::WHEN_CONDITION | Is::CALL_EXPR => self.expression(part, &scope),
                _ => {}
            }
        }
    }

    /// `CREATE EVENT TRIGGER`.
    pub(super) fn create_event_trigger(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        let Some(name) = node.child(Is::EVENT_TRIGGER) else { return };
        let mut act = self.made(node, object(Kind::EventTrigger, name), name);
        act.definition = Some(definition(node));
        self.add(act);
        if let Some(call) = node.child(Is::CALL_EXPR) {
            self.expression(call, scope);
        }
    }

    /// `CREATE RULE`.
    pub(super) fn create_rule(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        let on = node.child(Is::RULE_ON);
        let relation = on.and_then(|on| on.child(Is::RELATION_NAME_REF));
        let (Some(name), Some(relation)) = (node.child(Is::RULE), relation) else { return };
        let table = object(Kind::Table, relation);
        let mut act = self.made(node, table.member(Kind::Rule, identifier(name)), name);
        act.definition = Some(definition(node));
        self.add(act);
        self.uses(table.clone(), relation.span());
        let scope = old_and_new(&table, scope);
        if let Some(condition) = on.and_then(|on| on.child(Is::WHERE_CLAUSE)) {
            self.expression(condition, &scope);
        }
        let actions = node
            .child(Is::RULE_DO)
            .into_iter()
            .flat_map(|rule| rule.child(Is::RULE_STMT_LIST).unwrap_or(rule).children());
        let actions = actions.filter(|child| !child.is_token());
        self.at(Inside::Routine, |reader| {
            actions.for_each(|action| reader.statement(action, &scope));
        });
    }
}

/// The relation that a trigger, rule or policy is on.
pub(super) fn relation_of(node: Node<'_>) -> Option<Node<'_>> {
    let on = node.child_of(&[Is::ON_RELATION, Is::ON_TABLE])?;
    on.child_of(&[Is::RELATION_NAME_REF, Is::TABLE_NAME_REF])
}

/// A scope in which `NEW` and `OLD` are rows of the table, and its columns have no other name.
fn old_and_new<'a>(table: &Named, scope: &'a Scope<'a>) -> Scope<'a> {
    let mut scope = Scope::within(scope);
    scope.items = ["new", "old"].map(|alias| Item::called(alias, table)).to_vec();
    scope
}

/// The statement after the name, without the relation.
fn definition(node: Node<'_>) -> String {
    let parts = node.children().filter(|part| {
        !matches!(
            part.kind(),
            Is::CREATE_KW
                | Is::OR_REPLACE
                | Is::TRIGGER_KW
                | Is::EVENT_KW
                | Is::RULE_KW
                | Is::AS_KW
                | Is::TRIGGER
                | Is::EVENT_TRIGGER
                | Is::RULE
                | Is::ON_RELATION
                | Is::SEMICOLON
        )
    });
    let text = fold_tokens(parts.flat_map(Node::tokens));
    text.replace("execute procedure ", "execute function ")
}
