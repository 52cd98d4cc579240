//! Splitting a text in memory.

use super::Dialect;
use super::bytes::{Input, Lines};
use super::piece::{Piece, PieceKind, Problem, Split};
use super::scanner::{Scanner, Step};

/// Cuts a script into what psql would do with it, in psql's order.
///
/// Empty statements are left out. A statement without its semicolon at the end of the script is given, as psql sends it.
#[must_use]
pub fn split(text: &str) -> Split {
    split_as(text, Dialect::Psql)
}

/// The same, in a dialect.
#[must_use]
pub fn split_as(text: &str, dialect: Dialect) -> Split {
    let bytes = text.as_bytes();
    let mut scanner = Scanner::new(dialect);
    let mut lines = Lines::new();
    let mut split = Split::default();
    loop {
        match scanner.step(bytes, Input::Complete) {
            Step::Sql { span, gaps } => {
                let line = lines.line_of(bytes, span.start);
                split.pieces.push(Piece { kind: PieceKind::Sql, span, line, gaps });
            }
            Step::CopyIn { span, gaps } => {
                let line = lines.line_of(bytes, span.start);
                split.pieces.push(Piece {
                    kind: PieceKind::CopyIn { data: 0..0 },
                    span,
                    line,
                    gaps,
                });
            }
            Step::CopyData(lines) => set_data(&mut split, |data| *data = lines),
            Step::CopyEnd(end) => set_data(&mut split, |data| {
                *data = if data.end == end { data.clone() } else { end..end }
            }),
            Step::Meta(span) => {
                let line = lines.line_of(bytes, span.start);
                split.pieces.push(Piece { kind: PieceKind::Meta, span, line, gaps: Vec::new() });
            }
            Step::Problem(kind, offset) => {
                let line = lines.line_of(bytes, offset);
                split.problems.push(Problem { kind, offset, line });
            }
            Step::NeedMore | Step::End => return split,
        }
    }
}

fn set_data(split: &mut Split, set: impl FnOnce(&mut std::ops::Range<usize>)) {
    if let Some(Piece { kind: PieceKind::CopyIn { data }, .. }) = split.pieces.last_mut() {
        set(data);
    }
}
