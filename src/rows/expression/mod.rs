//! Expressions as Postgres prints them: what they say, whether a row satisfies them, which values they hint at.
//!
//! `pg_get_expr` prints a small language: casts as `::`, every operator's operands in parentheses, names qualified. What is not
//! understood is [`Expression::Unknown`], and the server judges it.

mod evaluate;
mod functions;
mod hints;
mod instant;
mod lexer;
mod parse;

pub(super) use evaluate::{Row, Seen, truth};
pub(super) use hints::{Hints, columns_of, hints};
pub(super) use instant::instant;
pub(super) use parse::parse;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    /// `NULL`.
    Null,
    /// `true` and `false`.
    Truth(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// A column; `VALUE` in a domain.
    Column(String),
    /// `x::type`.
    Cast(Box<Expression>, String),
    /// `f(x, y)`.
    Call(String, Vec<Expression>),
    /// `x = y`.
    Binary(String, Box<Expression>, Box<Expression>),
    /// `x = ANY (y)`.
    Any(String, Box<Expression>, Box<Expression>),
    /// `x <> ALL (y)`.
    All(String, Box<Expression>, Box<Expression>),
    /// `NOT x`.
    Not(Box<Expression>),
    /// `x AND y`.
    And(Box<Expression>, Box<Expression>),
    /// `x OR y`.
    Or(Box<Expression>, Box<Expression>),
    /// `x IS NULL`.
    IsNull(Box<Expression>),
    /// `x IS TRUE`, `x IS FALSE`.
    Is(Box<Expression>, bool),
    /// `ARRAY[x, y]`.
    List(Vec<Expression>),
    /// `CASE WHEN x THEN y ELSE z END`, with conditions only.
    Case(Vec<(Expression, Expression)>, Box<Expression>),
    /// Something else.
    Unknown,
}

#[cfg(test)]
mod tests;
