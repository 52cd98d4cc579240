use super::Reading;
use super::reader::Reader;
use super::syntax::{Node, statement};
use super::uses::Scope;

/// Reads what a statement does and speaks of.
///
/// The text is one statement as it is sent; a semicolon at its end, comments, and further statements do no harm. What cannot be
/// understood gives a fault, and never an error: the rest is read all the same.
#[must_use]
pub fn read(sql: &str) -> Reading {
    let parsed = statement(sql);
    let mut reader = Reader::default();
    let scope = Scope::default();
    let statements = parsed.tree.root().into_iter().flat_map(Node::children);
    for node in statements.filter(|child| !child.is_token()) {
        reader.statement(node, &scope);
    }
    let mut reading = reader.reading;
    reading.faults.splice(0..0, parsed.faults);
    reading.uses.sort_by_key(|used| used.span.start);
    reading
}
