use std::borrow::Cow;
use std::ops::Range;

use squawk_parser::{EntryPoint, LexedStr, StrStep, SyntaxKind};

use super::places::{Excerpt, Places};
use super::stack::with_room;
use super::tree::{Entry, Node, Tree};
use crate::sql::Fault;

/// What a text is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sql) enum Language {
    Sql,
    PlPgSql,
}

/// A tree, and where the grammar did not understand the text.
#[derive(Debug)]
pub(in crate::sql) struct Parsed<'s> {
    pub(in crate::sql) tree: Tree<'s>,
    pub(in crate::sql) faults: Vec<Fault>,
}

/// Parses a statement.
pub(in crate::sql) fn statement(text: &str) -> Parsed<'_> {
    build(Cow::Borrowed(text), Places::default(), Language::Sql)
}

/// Parses several statements of one text at once, which costs less than one by one: a tree for each, as [`statement`] gives it.
/// Nothing where the grammar does not understand all of it, or sees other statements, or none (a comment that has not ended).
pub(in crate::sql) fn statements<'s>(
    text: &'s str,
    spans: &[Range<usize>],
) -> Option<Vec<Parsed<'s>>> {
    let (first, last) = (spans.first()?, spans.last()?);
    let whole = statement(text.get(first.start..last.end)?);
    if !whole.faults.is_empty() {
        return None;
    }
    let is_end = |node: &Node<'_>| node.kind() == SyntaxKind::SEMICOLON;
    let mut nodes = whole.tree.root()?.children().filter(|node| !is_end(node)).peekable();
    let mut all = Vec::with_capacity(spans.len());
    for span in spans {
        let own = span.start - first.start..span.end - first.start;
        let begin = nodes.peek()?;
        let (from, mut to) = (begin.position(), begin.position());
        while let Some(node) = nodes.next_if(|node| node.written().start < own.end) {
            let last = node.tokens().filter(|token| !is_end(token)).last()?;
            if node.written().start < own.start || last.written().end > own.end {
                return None;
            }
            to = node.behind();
        }
        if from == to {
            return None;
        }
        let tree = whole.tree.part(from..to, own, text.get(span.clone())?)?;
        all.push(Parsed { tree, faults: Vec::new() });
    }
    nodes.next().is_none().then_some(all)
}

/// Parses a text that was taken out of a statement.
pub(in crate::sql) fn excerpt(excerpt: Excerpt, language: Language) -> Parsed<'static> {
    build(Cow::Owned(excerpt.text), excerpt.places, language)
}

fn build(text: Cow<'_, str>, places: Places, language: Language) -> Parsed<'_> {
    let Some((entries, mut faults)) = with_room(&text, || steps(&text, language)) else {
        let message = "something that is less deeply nested".to_owned();
        let span = places.range(0..text.len());
        let tree = Tree { text, entries: Vec::new(), places };
        return Parsed { tree, faults: vec![Fault { message, span }] };
    };
    for fault in &mut faults {
        fault.span = places.range(fault.span.clone());
    }
    Parsed { tree: Tree { text, entries, places }, faults }
}

/// Runs the parser.
fn steps(text: &str, language: Language) -> (Vec<Entry>, Vec<Fault>) {
    let mut builder = Builder::default();
    let lexed = LexedStr::new(text);
    let entry = match language {
        Language::Sql => EntryPoint::SourceFile,
        Language::PlPgSql => EntryPoint::Plpgsql,
    };
    let output = entry.parse(&lexed.to_input());
    lexed.intersperse_trivia(&output, &mut |step| builder.take(&step));
    let lexical = lexed.errors().map(|(range, message)| Fault {
        message: message.to_owned(),
        span: range.start as usize..range.end as usize,
    });
    let faults = lexical.chain(builder.faults()).collect();
    (builder.entries, faults)
}

/// Turns the steps of the parser into a list.
#[derive(Default)]
struct Builder {
    entries: Vec<Entry>,
    /// The nodes that are open, and whether a token of theirs was seen.
    open: Vec<(usize, bool)>,
    /// Where the parser is, and where the last token ended.
    at: usize,
    end: usize,
    errors: Vec<(String, usize)>,
}

impl Builder {
    fn take(&mut self, step: &StrStep<'_>) {
        match *step {
            StrStep::Enter { kind } => {
                self.open.push((self.entries.len(), false));
                self.add(kind, false);
            }
            StrStep::Token { kind, text } => {
                let start = self.at;
                self.at += text.len();
                if !kind.is_trivia() {
                    self.token(kind, start);
                }
            }
            StrStep::Exit => self.close(),
            StrStep::Error { msg, pos } => self.errors.push((msg.to_owned(), pos)),
        }
    }

    fn add(&mut self, kind: SyntaxKind, is_token: bool) {
        let next = self.entries.len() + 1;
        self.entries.push(Entry { kind, start: self.end, end: self.end, next, is_token });
    }

    fn token(&mut self, kind: SyntaxKind, start: usize) {
        for (node, has_begun) in self.open.iter_mut().rev().take_while(|(_, has_begun)| !has_begun)
        {
            *has_begun = true;
            if let Some(entry) = self.entries.get_mut(*node) {
                entry.start = start;
            }
        }
        self.end = self.at;
        self.add(kind, true);
        if let Some(entry) = self.entries.last_mut() {
            entry.start = start;
        }
    }

    fn close(&mut self) {
        let Some((node, has_begun)) = self.open.pop() else {
            return;
        };
        let next = self.entries.len();
        if let Some(entry) = self.entries.get_mut(node) {
            entry.next = next;
            entry.end = if has_begun { self.end } else { entry.start };
        }
    }

    /// The errors, each with the token that it stands before.
    fn faults(&self) -> impl Iterator<Item = Fault> {
        let has_errors = !self.errors.is_empty();
        let tokens = self.entries.iter().filter(|entry| entry.is_token && has_errors);
        let tokens: Vec<_> = tokens.map(|token| token.start..token.end).collect();
        self.errors.iter().map(move |(message, at)| {
            let first = tokens.partition_point(|token| token.start < *at);
            let span = tokens.get(first).cloned().unwrap_or(self.end..self.end);
            Fault { message: message.clone(), span }
        })
    }
}
