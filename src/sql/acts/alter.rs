use super::comment::kind_said;
use super::create::operator;
use super::trigger::relation_of;
use crate::schema::Kind;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node};
use crate::sql::uses::{Scope, names_of};
use crate::sql::words::{Given, identifier, object};
use crate::sql::{Guard, Named};

/// What an `ALTER` is about: the object, the node that names it, and whether it has to be there.
#[derive(Clone)]
pub(super) struct Target<'t> {
    pub(super) object: Named,
    pub(super) name: Node<'t>,
    pub(super) guard: Guard,
}

impl Reader {
    /// `ALTER` of anything but roles, policies and default privileges.
    pub(super) fn alter(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        let Some(target) = self.target(node) else {
            return self.references_below(node, scope);
        };
        self.given = Given::default();
        let before = self.reading.acts.len();
        let name = target.name.written();
        let actions = node.children().filter(|part| {
            !part.is_token()
                && part.written() != name
                && !matches!(part.kind(), Is::IF_EXISTS | Is::ON_RELATION | Is::ON_TABLE)
        });
        for action in actions.filter(|action| !covers(*action, target.name)) {
            self.action(action, &target, scope);
        }
        if target.guard == Guard::IfExists {
            let acts = self.reading.acts.iter_mut().skip(before);
            for act in acts.filter(|act| act.guard == Guard::None && act.part_of.is_none()) {
                act.guard = Guard::IfExists;
            }
        }
    }

    fn target<'t>(&mut self, node: Node<'t>) -> Option<Target<'t>> {
        let guard = if node.has(Is::IF_EXISTS) { Guard::IfExists } else { Guard::None };
        let member = match node.kind() {
            Is::ALTER_TRIGGER => Some((Kind::Trigger, Is::TRIGGER_REF)),
            Is::ALTER_RULE => Some((Kind::Rule, Is::RULE_REF)),
            _ => None,
        };
        if let Some((kind, name)) = member {
            let (name, on) = (node.child(name)?, relation_of(node)?);
            let table = object(Kind::Table, on);
            let object = table.member(kind, identifier(name));
            self.uses(table, on.span());
            return Some(Target { object, name, guard });
        }
        if node.kind() == Is::ALTER_OPERATOR {
            let (object, name) = operator(node.child(Is::OP_SIG)?)?;
            return Some(Target { object, name, guard });
        }
        let named = node.child(Is::TABLE_RELATION_NAME).unwrap_or(node);
        let name = named.children().find(|child| names_of(*child).is_some())?;
        let mut object = names_of(name)?;
        object.kind = kind_said(node, object.kind);
        Some(Target { object, name, guard })
    }
}

fn covers(node: Node<'_>, name: Node<'_>) -> bool {
    let (outer, inner) = (node.written(), name.written());
    outer.start <= inner.start && inner.end <= outer.end
}
