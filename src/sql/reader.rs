use std::ops::Range;

use super::syntax::Node;
use super::words::{self, Given};
use super::{Act, Fault, Guard, Inside, Named, Reading, Use, Verb};
use crate::schema::Kind;

/// Queries, blocks and bodies that are nested deeper than this are not read: the stack is not for them.
const DEEPEST: usize = 64;

/// Collects what a statement does and speaks of, while its tree is walked.
#[derive(Debug, Default)]
pub(super) struct Reader {
    pub(super) reading: Reading,
    /// Where in the statement the walk is.
    pub(super) inside: Inside,
    /// The names that the statement has given so far.
    pub(super) given: Given,
    /// How deep the walk is in queries, blocks and bodies.
    pub(super) depth: usize,
}

impl Reader {
    /// An act as it most often is; what is special about it is set before it is added.
    pub(super) fn act(&self, verb: Verb, object: Named, span: Range<usize>) -> Act {
        Act {
            verb,
            object,
            span,
            guard: Guard::None,
            inside: self.inside,
            part_of: None,
            definition: None,
            columns_from: Vec::new(),
            has_other_columns: false,
        }
    }

    /// Adds an act and gives its position.
    pub(super) fn add(&mut self, act: Act) -> usize {
        self.reading.acts.push(act);
        self.reading.acts.len() - 1
    }

    /// Adds an act about which nothing is special.
    pub(super) fn does(&mut self, verb: Verb, object: Named, node: Node<'_>) -> usize {
        let act = self.act(verb, object, node.span());
        self.add(act)
    }

    /// Notes that an object is spoken of.
    pub(super) fn uses(&mut self, object: Named, span: Range<usize>) {
        self.uses_among(object, Vec::new(), span);
    }

    /// Notes that a column is spoken of, which may belong to one of these relations.
    pub(super) fn uses_among(&mut self, object: Named, among: Vec<Named>, span: Range<usize>) {
        self.reading.uses.push(Use { object, among, span, inside: self.inside });
    }

    /// Notes a use of the object whose name this node holds.
    pub(super) fn uses_named(&mut self, kind: Kind, node: Node<'_>) -> Named {
        let object = words::object(kind, node);
        self.uses(object.clone(), node.span());
        object
    }

    /// Notes a use of a column of this relation.
    pub(super) fn uses_column_of(&mut self, relation: &Named, node: Node<'_>) {
        let column = relation.member(Kind::Column, words::identifier(node));
        self.uses_among(column, vec![relation.clone()], node.span());
    }

    /// Reads something that may be nested in its like; nothing where that goes too far.
    pub(super) fn deeper<T>(
        &mut self,
        node: Node<'_>,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        if self.depth >= DEEPEST {
            let message = "something that is less deeply nested".to_owned();
            self.reading.faults.push(Fault { message, span: node.span() });
            return None;
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Reads something as being at another place of the statement.
    pub(super) fn at<T>(&mut self, inside: Inside, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.inside, inside);
        let result = read(self);
        self.inside = before;
        result
    }
}

impl Reading {
    /// Leaves out what is about objects of which this holds, and the parts of it.
    pub(super) fn without(self, is_out: impl Fn(&Named) -> bool) -> Self {
        let mut kept = self.with_acts(|act| !is_out(&act.object));
        for act in &mut kept.acts {
            act.columns_from.retain(|object| !is_out(object));
        }
        kept.uses.retain(|used| !is_out(&used.object));
        for used in &mut kept.uses {
            used.among.retain(|object| !is_out(object));
        }
        kept
    }

    /// Keeps the acts of which this holds, and whose whole is kept.
    pub(crate) fn with_acts(mut self, keeps: impl Fn(&Act) -> bool) -> Self {
        let mut places: Vec<Option<usize>> = Vec::with_capacity(self.acts.len());
        let mut count = 0;
        self.acts.retain_mut(|act| {
            let whole = act.part_of.map(|of| places.get(of).copied().flatten());
            let is_kept = keeps(act) && whole != Some(None);
            places.push(is_kept.then_some(count));
            count += usize::from(is_kept);
            act.part_of = whole.flatten();
            is_kept
        });
        self
    }
}

impl Named {
    /// Whether the name is missing, as it is where the text ends too early.
    pub(super) fn is_blank(&self) -> bool {
        let lacks_name = self.name.is_empty() && self.kind != Kind::Column;
        lacks_name
            || self
                .member
                .as_ref()
                .is_some_and(|member| member.is_empty() && self.kind != Kind::EnumValue)
    }
}
