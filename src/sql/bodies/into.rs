use crate::sql::syntax::{Excerpt, Is, Node};
use crate::sql::words::identifier;

/// A statement without its `INTO variable, …`, which only PL/pgSQL knows, and the words that name the variables. Nothing where it
/// has none.
pub(super) fn without_into(statement: Node<'_>) -> Option<(Excerpt, Vec<String>)> {
    let tokens: Vec<_> = statement.tokens().collect();
    let into = place_of_into(&tokens)?;
    let after = end_of_targets(&tokens, into + 1);
    let start = statement.written().start;
    let cut = tokens.get(into)?.written().start;
    let end = statement.written().end;
    let resumed = tokens.get(after).map_or(end, |token| token.written().start);
    let mut text = Excerpt::default();
    statement.copy_to(&mut text, start..cut);
    statement.copy_to(&mut text, resumed..end);
    let targets = tokens.get(into + 1..after).unwrap_or_default();
    Some((text, targets.iter().copied().map(identifier).collect()))
}

/// The `INTO` outside of parentheses that is not that of `INSERT INTO`.
fn place_of_into(tokens: &[Node<'_>]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut before = Is::EOF;
    for (at, token) in tokens.iter().enumerate() {
        match token.kind() {
            Is::L_PAREN | Is::L_BRACK => depth += 1,
            Is::R_PAREN | Is::R_BRACK => depth = depth.saturating_sub(1),
            Is::INTO_KW if depth == 0 && !matches!(before, Is::INSERT_KW | Is::MERGE_KW) => {
                return Some(at);
            }
            _ => {}
        }
        before = token.kind();
    }
    None
}

/// Where the list of variables ends that begins here: names with fields and subscripts, with commas between.
fn end_of_targets(tokens: &[Node<'_>], first: usize) -> usize {
    let kind = |at: usize| tokens.get(at).map_or(Is::EOF, |token| token.kind());
    let mut at = first + usize::from(kind(first) == Is::STRICT_KW);
    loop {
        at += 1;
        while kind(at) == Is::DOT {
            at += 2;
        }
        while kind(at) == Is::L_BRACK {
            while !matches!(kind(at), Is::R_BRACK | Is::EOF) {
                at += 1;
            }
            at += 1;
        }
        if kind(at) != Is::COMMA {
            return at;
        }
        at += 1;
    }
}
