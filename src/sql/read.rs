use std::ops::Range;

use super::reader::Reader;
use super::syntax::{self, Is, Node, Parsed, statement};
use super::uses::Scope;
use super::{Act, Fault, Named, Reading, Verb};

/// Reads what a statement does and speaks of.
///
/// The text is one statement as it is sent; a semicolon at its end, comments, and further statements do no harm. What cannot be
/// understood gives a fault, and never an error: the rest is read all the same.
#[must_use]
pub fn read(sql: &str) -> Reading {
    reading(&statement(sql))
}

/// Reads statements of one text, by the bytes in which they stand, as [`read`] reads each of them.
#[must_use]
pub fn read_each(text: &str, statements: &[Range<usize>]) -> Vec<Reading> {
    let mut all = Vec::with_capacity(statements.len());
    for some in at_once(statements) {
        if let Some(parsed) = syntax::statements(text, some) {
            all.extend(parsed.iter().map(reading));
        } else {
            let texts = some.iter().map(|span| text.get(span.clone()).unwrap_or_default());
            all.extend(texts.map(read));
        }
    }
    all
}

/// So many bytes are parsed at once: a text that is much longer may need a larger stack.
const AT_ONCE: usize = 3_000;

/// Statements that follow each other, in groups.
fn at_once(statements: &[Range<usize>]) -> impl Iterator<Item = &[Range<usize>]> {
    let mut begin = statements.first().map_or(0, |first| first.start);
    statements.chunk_by(move |_, next| {
        let is_near = next.end.saturating_sub(begin) <= AT_ONCE;
        if !is_near {
            begin = next.start;
        }
        is_near
    })
}

fn reading(parsed: &Parsed<'_>) -> Reading {
    let mut reader = Reader::default();
    reader.text(parsed, &Scope::default());
    let mut reading = reader.reading.without(Named::is_blank);
    reading.uses.sort_by_key(|used| used.span.start);
    reading.faults.sort_by_key(|fault| fault.span.start);
    reading
}

impl Reader {
    /// Reads statements one after the other.
    pub(super) fn text(&mut self, parsed: &Parsed<'_>, scope: &Scope<'_>) {
        let mut statement = Vec::new();
        for node in parsed.tree.root().into_iter().flat_map(Node::children) {
            statement.push(node);
            if node.tokens().last().is_some_and(|last| last.kind() == Is::SEMICOLON) {
                self.single(&std::mem::take(&mut statement), &parsed.faults, scope);
            }
        }
        self.single(&statement, &parsed.faults, scope);
        self.reading.faults.extend(parsed.faults.iter().cloned());
    }

    /// Reads the nodes of one statement. Where the grammar does not understand it, the first one is the statement as far as it
    /// was understood, and the others are what the parser made of the rest.
    fn single(&mut self, nodes: &[Node<'_>], faults: &[Fault], scope: &Scope<'_>) {
        let (Some(first), Some(last)) = (nodes.first(), nodes.last()) else { return };
        let span = first.span().start..last.span().end;
        if !faults.iter().any(|fault| meet(&fault.span, &span)) {
            let statements = nodes.iter().filter(|node| !node.is_token());
            return statements.for_each(|node| self.statement(*node, scope));
        }
        let tokens: Vec<_> = nodes.iter().flat_map(|node| node.tokens()).collect();
        let in_words = self.act_in_words(&tokens);
        let before = (self.reading.acts.len(), self.reading.uses.len());
        self.statement(*first, scope);
        let act = self.reading.acts.get(before.0);
        let is_misread = in_words.as_ref().is_some_and(|words| contradicts(words, act));
        if is_misread {
            self.reading.acts.truncate(before.0);
            self.reading.uses.truncate(before.1);
            self.reading.acts.extend(in_words);
        }
    }
}

/// Whether the words of a statement say that it does something else.
fn contradicts(words: &Act, act: Option<&Act>) -> bool {
    let Some(act) = act else { return true };
    matches!(words.verb, Verb::Create | Verb::Drop { .. }) && words.object.kind != act.object.kind
}

fn meet(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start <= other.end && other.start <= one.end
}
