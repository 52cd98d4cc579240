use std::ops::Range;

/// Where the bytes of a text come from, when the text was taken out of a statement: the body of a function, or a string that
/// was put together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::sql) struct Places {
    /// By where they begin; without any, the text is the statement itself.
    pieces: Vec<Piece>,
}

/// Bytes that come from one place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    /// Where they begin in the text.
    at: usize,
    /// Where they stand in the statement.
    source: Range<usize>,
    /// Whether they stand there byte for byte.
    is_verbatim: bool,
}

impl Places {
    /// The range of the statement that this range of the text comes from.
    pub(in crate::sql) fn range(&self, range: Range<usize>) -> Range<usize> {
        if self.pieces.is_empty() {
            return range;
        }
        let start = self.start(range.start);
        let end = if range.is_empty() { start } else { self.end(range.end) };
        start..end.max(start)
    }

    fn start(&self, at: usize) -> usize {
        self.piece(at).map_or(at, |piece| {
            if piece.is_verbatim {
                (piece.source.start + (at - piece.at)).min(piece.source.end)
            } else {
                piece.source.start
            }
        })
    }

    fn end(&self, at: usize) -> usize {
        self.piece(at.saturating_sub(1)).map_or(at, |piece| {
            if piece.is_verbatim {
                (piece.source.start + (at - piece.at)).min(piece.source.end)
            } else {
                piece.source.end
            }
        })
    }

    /// The piece that this byte of the text belongs to.
    fn piece(&self, at: usize) -> Option<&Piece> {
        let after = self.pieces.partition_point(|piece| piece.at <= at);
        self.pieces.get(after.checked_sub(1)?)
    }
}

/// A text that knows where its bytes come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::sql) struct Excerpt {
    pub(in crate::sql) text: String,
    pub(in crate::sql) places: Places,
}

impl Excerpt {
    /// Adds bytes that stand in the statement from `source` on.
    pub(in crate::sql) fn push_verbatim(&mut self, text: &str, source: usize) {
        self.push(text, source..source + text.len(), true);
    }

    /// Adds bytes that stand for this range of the statement.
    pub(in crate::sql) fn push_for(&mut self, text: &str, source: Range<usize>) {
        self.push(text, source, false);
    }

    /// Adds another text.
    pub(in crate::sql) fn append(&mut self, other: &Self) {
        let shift = self.text.len();
        self.text.push_str(&other.text);
        let moved = other.places.pieces.iter().cloned();
        self.places.pieces.extend(moved.map(|piece| Piece { at: piece.at + shift, ..piece }));
    }

    /// The same text, whose places were those of a text that was itself taken out of a statement.
    pub(in crate::sql) fn within(mut self, outer: &Places) -> Self {
        for piece in &mut self.places.pieces {
            piece.source = outer.range(piece.source.clone());
        }
        self
    }

    fn push(&mut self, text: &str, source: Range<usize>, is_verbatim: bool) {
        if !text.is_empty() {
            self.places.pieces.push(Piece { at: self.text.len(), source, is_verbatim });
            self.text.push_str(text);
        }
    }
}
