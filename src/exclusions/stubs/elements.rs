//! Parts of a statement that can be taken out of it: columns and constraints of `CREATE TABLE`, actions of `ALTER TABLE`,
//! columns of a plain view.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::migration::split::{Token, TokenKind, tokens};

/// The parts of one statement, between commas.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Elements {
    items: Vec<Item>,
    /// Where the rest of the statement begins.
    close: usize,
}

#[derive(Debug, PartialEq, Eq)]
struct Item {
    body: Range<usize>,
    /// A comment behind the comma, on the same line.
    tail: Range<usize>,
}

impl Elements {
    /// The parts of a statement; `None` where it has none that could go one by one.
    pub(super) fn of(sql: &str) -> Option<Self> {
        let tokens: Vec<_> = tokens(sql).collect();
        let region = table(&tokens).or_else(|| actions(&tokens, sql.len()))?;
        Some(Self::between(sql, &tokens, region))
    }

    /// The columns of a view whose query is one plain `SELECT`.
    pub(super) fn of_view(sql: &str) -> Option<Self> {
        let tokens: Vec<_> = tokens(sql).collect();
        let region = view(&tokens)?;
        Some(Self::between(sql, &tokens, region))
    }

    fn between(sql: &str, tokens: &[Token<'_>], region: Range<usize>) -> Self {
        let mut starts = vec![region.start];
        let mut depth = 0_usize;
        for token in tokens.iter().filter(|token| region.contains(&token.offset)) {
            if token.is_symbol('(') || token.is_symbol('[') {
                depth += 1;
            } else if token.is_symbol(')') || token.is_symbol(']') {
                depth = depth.saturating_sub(1);
            } else if token.is_symbol(',') && depth == 0 {
                starts.push(token.offset + 1);
            }
        }
        let close = region.start + sql[region.clone()].trim_end().len();
        let mut items: Vec<Item> = Vec::new();
        for (position, start) in starts.iter().enumerate() {
            let end = starts.get(position + 1).map_or(close, |next| next - 1);
            let text = &sql[*start..end.max(*start)];
            let comment = if position == 0 { 0 } else { same_line_comment(text) };
            if let Some(before) = items.last_mut() {
                before.tail = *start..start + comment;
            }
            items.push(Item { body: start + comment..end, tail: end..end });
        }
        Self { items, close }
    }

    /// Which part holds a byte of the statement.
    pub(super) fn at(&self, offset: usize) -> Option<usize> {
        self.items.iter().position(|item| item.body.contains(&offset))
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// The text of a part, on one line and without comments.
    pub(super) fn shown(&self, sql: &str, position: usize) -> String {
        let body = self.items.get(position).map_or("", |item| &sql[item.body.clone()]);
        let lines = body.lines().map(|line| {
            let comment = line.match_indices("--").map(|(at, _)| at);
            let is_quoted = |at: usize| line[..at].matches('\'').count() % 2 == 1;
            let end = comment.into_iter().find(|at| !is_quoted(*at)).unwrap_or(line.len());
            &line[..end]
        });
        lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
    }

    /// The statement without some of its parts.
    pub(super) fn without(&self, sql: &str, cut: &BTreeSet<usize>) -> String {
        let start = self.items.first().map_or(self.close, |item| item.body.start);
        let mut text = sql[..start].to_owned();
        let kept = self.items.iter().enumerate().filter(|(position, _)| !cut.contains(position));
        let kept: Vec<_> = kept.map(|(_, item)| item).collect();
        for (position, item) in kept.iter().enumerate() {
            text.push_str(&sql[item.body.clone()]);
            if position + 1 < kept.len() {
                text.push(',');
            }
            text.push_str(&sql[item.tail.clone()]);
        }
        let rest = &sql[self.close..];
        let last_line = text.lines().next_back().unwrap_or_default();
        if last_line.contains("--") && !rest.starts_with(['\n', '\r']) && !rest.is_empty() {
            text.push('\n');
        }
        text + rest
    }
}

/// The length of a comment that the line before a part ends with.
fn same_line_comment(text: &str) -> usize {
    let line = text.find('\n').map_or(text, |end| &text[..end]);
    if line.trim_start().starts_with("--") { line.trim_end_matches('\r').len() } else { 0 }
}

/// Between the parentheses of `CREATE TABLE name (…)`.
fn table(tokens: &[Token<'_>]) -> Option<Range<usize>> {
    let mut rest = tokens.iter().peekable();
    rest.next().filter(|token| token.is_word("create"))?;
    rest.find(|token| {
        !is_one_of(token, &["temp", "temporary", "unlogged", "global", "local", "foreign"])
    })
    .filter(|token| token.is_word("table"))?;
    let rest: Vec<_> = rest.copied().collect();
    let rest = after_words(&rest, &["if", "not", "exists"]);
    let rest = after_name(rest)?;
    let open = rest.first().filter(|token| token.is_symbol('('))?;
    let mut depth = 0_usize;
    let close = rest.iter().find(|token| {
        depth += usize::from(token.is_symbol('('));
        depth -= usize::from(token.is_symbol(')'));
        depth == 0
    })?;
    Some(open.offset + 1..close.offset)
}

/// What follows `ALTER TABLE name`.
fn actions(tokens: &[Token<'_>], end: usize) -> Option<Range<usize>> {
    let rest = after_words(tokens, &["alter"]);
    let rest = after_words(rest, &["foreign"]);
    let rest = rest.split_first().filter(|(first, _)| first.is_word("table"))?.1;
    let rest = after_words(after_words(rest, &["if", "exists"]), &["only"]);
    let rest = after_name(rest)?;
    let first = rest.first().filter(|token| !token.is_symbol('*'))?;
    let before = tokens.iter().take_while(|token| token.offset < first.offset).last()?;
    let last = tokens.last().filter(|token| token.is_symbol(';'));
    Some(end_of(before)..last.map_or(end, |semicolon| semicolon.offset))
}

/// The columns of `CREATE VIEW name AS SELECT … FROM …`.
fn view(tokens: &[Token<'_>]) -> Option<Range<usize>> {
    let at = tokens.iter().position(|token| token.is_word("view"))?;
    let is_head = |token: &Token<'_>| {
        is_one_of(token, &["create", "or", "replace", "temp", "temporary", "materialized"])
    };
    tokens[..at].iter().all(is_head).then_some(())?;
    let rest = after_words(&tokens[at + 1..], &["if", "not", "exists"]);
    let rest = after_name(rest)?;
    let (query, is_plain) = match rest {
        [first, second, query @ ..] => (query, first.is_word("as") && second.is_word("select")),
        _ => return None,
    };
    let select = rest.get(1)?;
    let mut depth = 0_usize;
    let mut from = None;
    for token in query {
        if token.is_symbol('(') {
            depth += 1;
        } else if token.is_symbol(')') {
            depth = depth.saturating_sub(1);
        } else if depth == 0
            && is_one_of(token, &["select", "union", "intersect", "except", "distinct"])
        {
            return None;
        } else if depth == 0 && token.is_word("from") && from.is_none() {
            from = Some(token.offset);
        }
    }
    from.filter(|_| is_plain).map(|from| end_of(select)..from)
}

fn is_one_of(token: &Token<'_>, words: &[&str]) -> bool {
    words.iter().any(|word| token.is_word(word))
}

/// What follows these words, if they are there.
fn after_words<'t, 's>(tokens: &'t [Token<'s>], words: &[&str]) -> &'t [Token<'s>] {
    let are_there = tokens.len() >= words.len()
        && tokens.iter().zip(words).all(|(token, word)| token.is_word(word));
    if are_there { &tokens[words.len()..] } else { tokens }
}

/// What follows a name, which may be qualified.
fn after_name<'t, 's>(tokens: &'t [Token<'s>]) -> Option<&'t [Token<'s>]> {
    let is_part = |token: &Token<'_>| matches!(token.kind, TokenKind::Word | TokenKind::Identifier);
    let mut rest = tokens.split_first().filter(|(first, _)| is_part(first))?.1;
    while let [dot, part, after @ ..] = rest {
        if !dot.is_symbol('.') || !is_part(part) {
            break;
        }
        rest = after;
    }
    Some(rest)
}

/// The byte behind a token, its quote included.
fn end_of(token: &Token<'_>) -> usize {
    let quote = usize::from(token.kind == TokenKind::Identifier);
    token.offset + token.text.len() + quote
}
