use super::Deed;
use super::filling::worth;
use crate::schema::Kind;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node};
use crate::sql::words::{identifier, object};
use crate::sql::works::Filling;
use crate::sql::{Named, RowWrite};

/// Functions whose second use changes nothing more.
const IDEMPOTENT: &[&str] = &["btrim", "coalesce", "lower", "trim", "upper"];

impl Reader {
    /// Notes that rows of this relation are written.
    pub(in crate::sql) fn write_works(
        &mut self,
        node: Node<'_>,
        how: RowWrite,
        relation: &Named,
        name: Node<'_>,
    ) {
        let is_filtered = node.has(Is::WHERE_CLAUSE) || node.kind() == Is::MERGE;
        let every_row = matches!(how, RowWrite::Update | RowWrite::Delete) && !is_filtered;
        let repeatable = match how {
            RowWrite::Insert => looks_first(node),
            RowWrite::Update => node.kind() != Is::MERGE && !builds_on_itself(node),
            RowWrite::InsertOrSkip | RowWrite::Delete | RowWrite::Truncate => true,
        };
        self.works_on(Deed::Write { how, every_row, repeatable }, relation.clone(), name);
    }

    /// Notes a `COPY … FROM`.
    pub(in crate::sql) fn copy_works(&mut self, name: Node<'_>) {
        let deed = Deed::Write { how: RowWrite::Insert, every_row: false, repeatable: false };
        self.works_on(deed, object(Kind::Table, name), name);
    }
}

/// Whether the query of an `INSERT` leaves out what is there: `NOT EXISTS`, `EXCEPT`, `NOT IN`.
fn looks_first(node: Node<'_>) -> bool {
    let tokens: Vec<_> = node.tokens().map(Node::kind).collect();
    let is_not = |pair: &[Is]| matches!(pair, [Is::NOT_KW, Is::EXISTS_KW | Is::IN_KW]);
    tokens.windows(2).any(is_not) || tokens.contains(&Is::EXCEPT_KW)
}

/// Whether a new value is made from the old one, or is another one each time.
fn builds_on_itself(node: Node<'_>) -> bool {
    let sets = node.descendants().filter(|below| below.kind() == Is::SET_SINGLE_COLUMN);
    sets.into_iter().any(|set| {
        let (Some(target), Some(value)) = (set.find(Is::COLUMN_NAME_REF), set.child(Is::SET_EXPR))
        else {
            return false;
        };
        let column = identifier(target);
        let mut names = value.descendants().filter(|below| below.kind() == Is::NAME_REF);
        let feeds = names.any(|name| identifier(name) == column);
        (feeds && !is_idempotent(value)) || worth(value) == Filling::Each
    })
}

fn is_idempotent(value: Node<'_>) -> bool {
    let call = value.child(Is::CALL_EXPR).and_then(Node::first_node);
    call.is_some_and(|callee| {
        let words = callee.text().to_ascii_lowercase();
        let name = words.split('(').next().unwrap_or_default().trim();
        IDEMPOTENT.contains(&name)
    })
}
