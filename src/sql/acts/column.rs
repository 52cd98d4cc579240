use super::constraint::{Constraint, Place, is_named};
use crate::schema::Kind;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node};
use crate::sql::uses::{Scope, is_type};
use crate::sql::words::{fold, fold_tokens, full_type, identifier, object, parts};
use crate::sql::{Guard, Named, Verb};

impl Reader {
    /// Adds a column with its sequence, and gives the constraints that are written at it.
    ///
    /// A column without a type is one that a partition takes over.
    pub(super) fn column_definition<'t>(
        &mut self,
        node: Node<'t>,
        table: &Named,
        part_of: Option<usize>,
        scope: &Scope<'_>,
    ) -> Vec<Constraint<'t>> {
        let Some(name) = node.child(Is::COLUMN_NAME) else {
            return Vec::new();
        };
        let column = identifier(name);
        let mut part_of = part_of;
        if node.children().any(|child| is_type(child.kind())) {
            let named = table.member(Kind::Column, &*column);
            let mut act = self.act(Verb::Create, named, name.span());
            act.part_of = part_of;
            act.definition = Some(definition(node));
            if node.has(Is::IF_NOT_EXISTS) {
                act.guard = Guard::IfNotExists;
            }
            let position = self.add(act);
            part_of = part_of.or(Some(position));
        }
        self.sequence_of(node, table, &column, part_of);
        self.column_uses(node, scope);
        let named = node.children().filter(|child| is_named(child.kind()));
        named
            .map(|constraint| {
                let column = Some(column.clone());
                Constraint::new(constraint, Place { of: table.clone(), column, part_of })
            })
            .collect()
    }

    /// The sequence behind `serial` and `identity`.
    fn sequence_of(&mut self, node: Node<'_>, table: &Named, column: &str, part_of: Option<usize>) {
        let identity = node
            .child(Is::GENERATED_CONSTRAINT)
            .and_then(|generated| generated.child(Is::GENERATED_IDENTITY));
        if identity.is_none() && !is_serial(node) {
            return;
        }
        let said = identity.and_then(|identity| identity.find(Is::SEQUENCE));
        let object = if let Some(sequence) = said {
            object(Kind::Sequence, sequence)
        } else {
            let name = self.given.choose(&table.name, column, "seq");
            Named::new(Kind::Sequence, table.schema.clone(), name)
        };
        let span = said.or(node.child(Is::COLUMN_NAME)).unwrap_or(node).span();
        let mut act = self.act(Verb::Create, object, span);
        act.part_of = part_of;
        self.add(act);
    }

    /// Type, collation, default: whatever is no constraint with a name.
    fn column_uses(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        for part in node.children().filter(|child| !child.is_token() && !is_named(child.kind())) {
            self.expression(part, scope);
        }
    }
}

fn is_serial(node: Node<'_>) -> bool {
    let path = node.child(Is::PATH_TYPE).and_then(|it| it.child(Is::PATH_REF));
    path.and_then(|path| parts(path).pop()).is_some_and(|name| {
        matches!(
            name.as_str(),
            "serial" | "serial2" | "serial4" | "serial8" | "bigserial" | "smallserial"
        )
    })
}

/// The type and all that is said of a column, in an order of its own, so that two columns can be compared.
fn definition(node: Node<'_>) -> String {
    let mut clauses: Vec<_> = node.children().filter_map(clause).collect();
    clauses.sort_by_key(|(turn, _)| *turn);
    let texts: Vec<_> = clauses.into_iter().map(|(_, text)| text).collect();
    texts.join(" ")
}

fn clause(node: Node<'_>) -> Option<(u8, String)> {
    let turn = match node.kind() {
        kind if is_type(kind) => return Some((0, full_type(node))),
        Is::COLLATE => 1,
        Is::NOT_NULL_CONSTRAINT => 2,
        Is::DEFAULT_CONSTRAINT => 3,
        Is::GENERATED_CONSTRAINT => 4,
        Is::PRIMARY_KEY_CONSTRAINT => 5,
        Is::UNIQUE_CONSTRAINT => 6,
        Is::CHECK_CONSTRAINT => 7,
        Is::REFERENCES_CONSTRAINT => 8,
        Is::STORAGE | Is::COMPRESSION_METHOD => 9,
        _ => return None,
    };
    Some((turn, without_name(node)))
}

/// A constraint without the name that it is given.
pub(super) fn without_name(node: Node<'_>) -> String {
    if !node.has(Is::CONSTRAINT_NAME_CLAUSE) {
        return fold(node);
    }
    let rest = node.children().filter(|child| child.kind() != Is::CONSTRAINT_NAME_CLAUSE);
    fold_tokens(rest.flat_map(Node::tokens))
}
