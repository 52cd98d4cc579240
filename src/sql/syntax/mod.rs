//! The parser, wrapped: a text becomes a [`Tree`], whatever the text is.
//!
//! The grammar is `squawk-parser`'s, and so are the kinds of nodes.

mod parse;
mod places;
mod stack;
mod string;
mod tree;

pub(super) use parse::{Language, Parsed, excerpt, statement, statements};
pub(super) use places::Excerpt;
pub(super) use squawk_parser::SyntaxKind as Is;
pub(super) use string::{string, string_text};
pub(super) use tree::{Node, Step};
