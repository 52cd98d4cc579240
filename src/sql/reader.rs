use std::ops::Range;

use super::syntax::Node;
use super::words;
use super::{Act, Guard, Inside, Named, Reading, Use, Verb};
use crate::schema::Kind;

/// Collects what a statement does and speaks of, while its tree is walked.
#[derive(Debug, Default)]
pub(super) struct Reader {
    pub(super) reading: Reading,
    /// Where in the statement the walk is.
    pub(super) inside: Inside,
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

    /// Reads something as being at another place of the statement.
    pub(super) fn at<T>(&mut self, inside: Inside, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.inside, inside);
        let result = read(self);
        self.inside = before;
        result
    }
}
