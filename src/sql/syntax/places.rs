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
    /// Where they stand in the text.
    at: Range<usize>,
    /// Where they stand in the statement.
    source: Range<usize>,
    /// Whether they stand there byte for byte.
    is_verbatim: bool,
}

impl Piece {
    /// The part of it that stands in this range of the text.
    fn clip(&self, range: &Range<usize>) -> Self {
        let at = self.at.start.max(range.start)..self.at.end.min(range.end);
        let source = if self.is_verbatim {
            let start = self.source.start + (at.start - self.at.start);
            start..start + at.len()
        } else {
            self.source.clone()
        };
        Self { at, source, is_verbatim: self.is_verbatim }
    }
}

impl Places {
    /// The range of the statement that this range of the text comes from.
    pub(in crate::sql) fn range(&self, range: Range<usize>) -> Range<usize> {
        if self.pieces.is_empty() {
            return range;
        }
        let found = self.within(&range).map(|piece| piece.source);
        let whole = found.reduce(|one, next| one.start.min(next.start)..one.end.max(next.end));
        whole.unwrap_or_else(|| self.point(range.start))
    }

    /// The place of an empty range.
    fn point(&self, at: usize) -> Range<usize> {
        let after = self.pieces.partition_point(|piece| piece.at.start <= at);
        let piece = after.checked_sub(1).and_then(|before| self.pieces.get(before));
        let point = piece.map_or(0, |piece| {
            let into = at.saturating_sub(piece.at.start);
            if piece.is_verbatim { piece.source.start + into } else { piece.source.start }
        });
        point..point
    }

    /// The pieces of a range, clipped to it.
    fn within(&self, range: &Range<usize>) -> impl Iterator<Item = Piece> {
        let first = self.pieces.partition_point(|piece| piece.at.end <= range.start);
        let pieces = self.pieces.get(first..).unwrap_or_default().iter();
        let range = range.clone();
        pieces
            .take_while({
                let end = range.end;
                move |piece| piece.at.start < end
            })
            .map(move |piece| piece.clip(&range))
    }
}

/// A text that knows where its bytes come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::sql) struct Excerpt {
    pub(in crate::sql) text: String,
    pub(in crate::sql) places: Places,
}

impl Excerpt {
    /// A part of a text whose places are known.
    pub(in crate::sql) fn of(text: &str, places: &Places, range: Range<usize>) -> Self {
        let mut excerpt = Self::default();
        excerpt.push_from(text, places, range);
        excerpt
    }

    /// Adds a part of a text whose places are known.
    pub(in crate::sql) fn push_from(&mut self, text: &str, places: &Places, range: Range<usize>) {
        let Some(part) = text.get(range.clone()).filter(|part| !part.is_empty()) else {
            return;
        };
        let shift = self.text.len();
        self.text.push_str(part);
        if places.pieces.is_empty() {
            let at = shift..self.text.len();
            self.places.pieces.push(Piece { at, source: range, is_verbatim: true });
            return;
        }
        for mut piece in places.within(&range) {
            let moved = |at: usize| at - range.start + shift;
            piece.at = moved(piece.at.start)..moved(piece.at.end);
            self.places.pieces.push(piece);
        }
    }

    /// Adds bytes that stand for this range of the statement.
    pub(in crate::sql) fn push_for(&mut self, text: &str, source: Range<usize>) {
        if !text.is_empty() {
            let at = self.text.len()..self.text.len() + text.len();
            self.places.pieces.push(Piece { at, source, is_verbatim: false });
            self.text.push_str(text);
        }
    }

    /// Adds another text.
    pub(in crate::sql) fn append(&mut self, other: &Self) {
        self.push_from(&other.text, &other.places, 0..other.text.len());
    }

    /// The range of the statement that it comes from.
    pub(in crate::sql) fn span(&self) -> Range<usize> {
        self.places.range(0..self.text.len())
    }
}
