use crate::sql::syntax::{Is, Node};

/// The text of a node in one line: blanks and comments folded, words in lower case unless quoted.
///
/// Two texts that differ in layout and case only give the same.
pub(in crate::sql) fn fold(node: Node<'_>) -> String {
    fold_tokens(node.tokens())
}

/// The same for tokens of several nodes.
pub(in crate::sql) fn fold_tokens<'t>(tokens: impl Iterator<Item = Node<'t>>) -> String {
    let mut text = String::new();
    let mut before: Option<Node<'t>> = None;
    for token in tokens {
        if before.is_some_and(|before| is_apart(before, token)) {
            text.push(' ');
        }
        push(&mut text, token);
        before = Some(token);
    }
    text
}

fn push(text: &mut String, token: Node<'_>) {
    let written = token.text();
    let is_word = token.kind() == Is::IDENT || token.kind().is_keyword();
    if !is_word || written.contains('"') {
        text.push_str(written);
    } else {
        text.extend(written.chars().map(|character| character.to_ascii_lowercase()));
    }
}

/// Whether a blank stands between two tokens.
fn is_apart(before: Node<'_>, token: Node<'_>) -> bool {
    let (left, right) = (before.kind(), token.kind());
    let sticks_left = matches!(
        right,
        Is::COMMA | Is::R_PAREN | Is::R_BRACK | Is::DOT | Is::SEMICOLON | Is::COLON | Is::L_BRACK
    );
    let sticks_right = matches!(left, Is::L_PAREN | Is::L_BRACK | Is::DOT | Is::COLON);
    if sticks_left || sticks_right {
        return false;
    }
    if right == Is::L_PAREN {
        return !token.begins(&[Is::ARG_LIST, Is::PARAM_LIST]);
    }
    let touch = before.written().end == token.written().start;
    !(touch && is_sign(left) && is_sign(right))
}

fn is_sign(kind: Is) -> bool {
    kind.is_operator() || kind == Is::COLON
}

/// A short sum of a text, so that long definitions can be compared: FNV-1a of 64 bits.
pub(in crate::sql) fn hash(text: &str) -> String {
    let sum = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{sum:016x}")
}
