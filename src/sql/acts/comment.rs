use crate::schema::Kind;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node};
use crate::sql::uses::names_of;
use crate::sql::words::{identifier, path};
use crate::sql::{Named, Verb};

impl Reader {
    /// `COMMENT ON` and `SECURITY LABEL`.
    pub(super) fn comment(&mut self, node: Node<'_>) {
        let word = if node.kind() == Is::COMMENT_ON { "comment" } else { "security label" };
        let about =
            node.children().find(|child| !child.is_token() && child.kind() != Is::FOR_PROVIDER);
        if let Some((object, name)) = about.and_then(|about| self.commented(about)) {
            self.does(Verb::Alter(word), object, name);
        }
    }

    /// The object of a comment; where it is a member, the relation is used.
    fn commented<'t>(&mut self, about: Node<'t>) -> Option<(Named, Node<'t>)> {
        let member = match about.kind() {
            Is::OBJECT_COLUMN => return column(about),
            Is::OBJECT_CONSTRAINT => Kind::Constraint,
            Is::OBJECT_POLICY => Kind::Policy,
            Is::OBJECT_RULE => Kind::Rule,
            Is::OBJECT_TRIGGER => Kind::Trigger,
            Is::OBJECT_CAST => return super::create::cast(about),
            Is::OBJECT_OPERATOR => return super::create::operator(about),
            _ => {
                let name = about
                    .children()
                    .find(|child| names_of(*child).is_some())
                    .or_else(|| about.find(Is::ROLE_NAME_REF))?;
                let mut object = names_of(name)?;
                object.kind = kind_said(about, object.kind);
                return Some((object, name));
            }
        };
        let kinds = [Is::CONSTRAINT_NAME_REF, Is::POLICY_REF, Is::RULE_REF, Is::TRIGGER_REF];
        let name = about.child_of(&kinds)?;
        let on = about.child_of(&[Is::TABLE_NAME_REF, Is::RELATION_NAME_REF, Is::DOMAIN_REF])?;
        let kind = if on.kind() == Is::DOMAIN_REF { Kind::Type } else { Kind::Table };
        let relation = self.uses_named(kind, on);
        Some((relation.member(member, identifier(name)), name))
    }
}

fn column(about: Node<'_>) -> Option<(Named, Node<'_>)> {
    let name = about.child(Is::QUALIFIED_COLUMN_NAME_REF)?;
    let mut parts = path(name);
    let (column, _) = parts.pop()?;
    let (table, _) = parts.pop()?;
    let schema = parts.pop().map(|(schema, _)| schema);
    Some((Named::new(Kind::Table, schema, table).member(Kind::Column, column), name))
}

/// The kind that the words of the statement say, where the name alone does not.
pub(super) fn kind_said(node: Node<'_>, kind: Kind) -> Kind {
    let is = |word| node.has(word);
    match kind {
        Kind::View if is(Is::MATERIALIZED_KW) => Kind::MaterializedView,
        Kind::Table if is(Is::FOREIGN_KW) => Kind::ForeignTable,
        other => other,
    }
}
