use std::borrow::Cow;
use std::ops::Range;

use squawk_parser::SyntaxKind;

use super::places::{Excerpt, Places};

/// A parsed text: nodes and tokens in one list, each before its children, without blanks and comments.
///
/// The list is made straight from the events of the parser. It costs one allocation, has the errors with it, and walking over
/// an expression is a loop, so that a chain of a thousand `OR` needs no deep stack.
#[derive(Debug)]
pub(in crate::sql) struct Tree<'s> {
    pub(super) text: Cow<'s, str>,
    pub(super) entries: Vec<Entry>,
    pub(super) places: Places,
}

/// A node or a token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) kind: SyntaxKind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// The position after the last descendant.
    pub(super) next: usize,
    pub(super) is_token: bool,
}

/// A place in a [`Tree`].
#[derive(Debug, Clone, Copy)]
pub(in crate::sql) struct Node<'t> {
    tree: &'t Tree<'t>,
    at: usize,
    entry: Entry,
}

impl<'t> Tree<'t> {
    /// The node that holds everything; nothing for an empty tree.
    pub(in crate::sql) fn root(&'t self) -> Option<Node<'t>> {
        self.node(0)
    }

    /// A tree of its own of some entries: of what stands in this range of the text, which is the text of the new one. What comes after
    /// it, a semicolon, is left out.
    pub(super) fn part<'s>(
        &self,
        entries: Range<usize>,
        of: Range<usize>,
        text: &'s str,
    ) -> Option<Tree<'s>> {
        let root = *self.entries.first()?;
        let part = self.entries.get(entries.clone())?;
        let kept = part.iter().rposition(|entry| entry.start < of.end).map_or(0, |last| last + 1);
        let part = part.get(..kept)?;
        let start = part.first().map_or(of.start, |entry| entry.start);
        let tokens = part.iter().filter(|entry| entry.is_token);
        let end = tokens.map(|entry| entry.end).max().unwrap_or(start);
        let last = entries.start + kept;
        let root = Entry { start, end, next: last, ..root };
        let moved = std::iter::once(&root).chain(part).map(|entry| Entry {
            start: entry.start - of.start,
            end: entry.end.min(end) - of.start,
            next: entry.next.min(last) + 1 - entries.start,
            ..*entry
        });
        let entries = moved.collect();
        Some(Tree { text: Cow::Borrowed(text), entries, places: Places::default() })
    }

    /// Everything in it, to be compared.
    #[cfg(test)]
    pub(in crate::sql) fn outline(&self) -> Vec<(SyntaxKind, Range<usize>, usize)> {
        self.entries.iter().map(|it| (it.kind, it.start..it.end, it.next)).collect()
    }

    fn node(&'t self, at: usize) -> Option<Node<'t>> {
        self.entries.get(at).map(|entry| Node { tree: self, at, entry: *entry })
    }
}

impl<'t> Node<'t> {
    pub(in crate::sql) fn kind(self) -> SyntaxKind {
        self.entry.kind
    }

    /// Its position among all nodes and tokens.
    pub(super) fn position(self) -> usize {
        self.at
    }

    /// The position after everything below it.
    pub(super) fn behind(self) -> usize {
        self.entry.next
    }

    pub(in crate::sql) fn is_token(self) -> bool {
        self.entry.is_token
    }

    /// The text from its first to its last token.
    pub(in crate::sql) fn text(self) -> &'t str {
        self.tree.text.get(self.entry.start..self.entry.end).unwrap_or_default()
    }

    /// Where its text stands in the statement.
    pub(in crate::sql) fn span(self) -> Range<usize> {
        self.tree.places.range(self.entry.start..self.entry.end)
    }

    /// Where it is written in the text that was parsed, which is the statement itself or the body of something.
    pub(in crate::sql) fn written(self) -> Range<usize> {
        self.entry.start..self.entry.end
    }

    /// Its text, as a text of its own.
    pub(in crate::sql) fn excerpt(self) -> Excerpt {
        Excerpt::of(&self.tree.text, &self.tree.places, self.written())
    }

    /// Adds a part of the text around it to another one.
    pub(in crate::sql) fn copy_to(self, excerpt: &mut Excerpt, written: Range<usize>) {
        excerpt.push_from(&self.tree.text, &self.tree.places, written);
    }

    /// Where a part of the text around it stands in the statement.
    pub(in crate::sql) fn place_of(self, written: Range<usize>) -> Range<usize> {
        self.tree.places.range(written)
    }

    /// Nodes and tokens directly below.
    pub(in crate::sql) fn children(self) -> Children<'t> {
        Children { tree: self.tree, at: self.at + 1, end: self.entry.next }
    }

    /// Everything below, parents first.
    pub(in crate::sql) fn descendants(self) -> impl Iterator<Item = Node<'t>> {
        (self.at + 1..self.entry.next).filter_map(move |at| self.tree.node(at))
    }

    /// The tokens below, or itself.
    pub(in crate::sql) fn tokens(self) -> impl Iterator<Item = Node<'t>> {
        (self.at..self.entry.next)
            .filter_map(move |at| self.tree.node(at))
            .filter(|node| node.is_token())
    }

    /// The first child of this kind.
    pub(in crate::sql) fn child(self, kind: SyntaxKind) -> Option<Node<'t>> {
        self.children().find(|child| child.kind() == kind)
    }

    /// The first child of one of these kinds.
    pub(in crate::sql) fn child_of(self, kinds: &[SyntaxKind]) -> Option<Node<'t>> {
        self.children().find(|child| kinds.contains(&child.kind()))
    }

    /// All children of this kind.
    pub(in crate::sql) fn all(self, kind: SyntaxKind) -> impl Iterator<Item = Node<'t>> {
        self.children().filter(move |child| child.kind() == kind)
    }

    /// Whether there is a child of this kind.
    pub(in crate::sql) fn has(self, kind: SyntaxKind) -> bool {
        self.child(kind).is_some()
    }

    /// The first descendant of this kind.
    pub(in crate::sql) fn find(self, kind: SyntaxKind) -> Option<Node<'t>> {
        self.descendants().find(|node| node.kind() == kind)
    }

    /// The first child that is a node.
    pub(in crate::sql) fn first_node(self) -> Option<Node<'t>> {
        self.children().find(|child| !child.is_token())
    }

    /// Whether it is the first child of a node of one of these kinds.
    pub(in crate::sql) fn begins(self, kinds: &[SyntaxKind]) -> bool {
        let before = self.at.checked_sub(1).and_then(|before| self.tree.node(before));
        before.is_some_and(|parent| kinds.contains(&parent.kind()))
    }

    /// Walks over itself and what is below it; `visit` says where to go on.
    pub(in crate::sql) fn walk(self, mut visit: impl FnMut(Node<'t>) -> Step<'t>) {
        let mut at = self.at;
        while let Some(node) = self.tree.node(at).filter(|_| at < self.entry.next) {
            at = match visit(node) {
                Step::Into => at + 1,
                Step::Over => node.entry.next,
                Step::Behind(other) => other.entry.next.max(at + 1),
            };
        }
    }
}

/// Where a walk goes on.
pub(in crate::sql) enum Step<'t> {
    /// With the children.
    Into,
    /// With what follows the node and all below it.
    Over,
    /// With what follows this descendant.
    Behind(Node<'t>),
}

/// The children of a node.
#[derive(Debug, Clone)]
pub(in crate::sql) struct Children<'t> {
    tree: &'t Tree<'t>,
    at: usize,
    end: usize,
}

impl<'t> Iterator for Children<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        let node = self.tree.node(self.at).filter(|_| self.at < self.end)?;
        self.at = node.entry.next;
        Some(node)
    }
}
