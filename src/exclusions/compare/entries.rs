use std::ops::Range;

/// One word of a value, without its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word<'t> {
    pub(super) text: &'t str,
    pub(super) span: Range<usize>,
}

/// Takes a value apart: at commas and semicolons, at line ends, and at blanks where it has no commas.
/// An expression such as `${{ vars.SKIP }}` is one word; `${NAME:-a.sql}` is its default.
pub(super) fn words<'t>(text: &'t str, spans: &[Range<usize>]) -> Vec<Word<'t>> {
    let spans: Vec<_> = spans.iter().map(|span| or_default(text, span)).collect();
    let value = |span: &Range<usize>| text.get(span.clone()).unwrap_or_default();
    let has_commas = spans.iter().any(|span| outside_expressions(value(span)).contains([',', ';']));
    let is_end = |it: char| match it {
        ',' | ';' | '\n' | '\r' => true,
        _ => !has_commas && it.is_whitespace(),
    };
    let mut words = Vec::new();
    for span in &spans {
        let value = value(span);
        let mut begin = 0;
        while begin <= value.len() {
            let rest = &value[begin..];
            let end = begin + end_of_word(rest, is_end);
            words.extend(word(text, span.start + begin..span.start + end));
            begin = end + value[end..].chars().next().map_or(1, char::len_utf8);
        }
    }
    words
}

/// The value with its expressions blanked out: their commas separate nothing.
fn outside_expressions(value: &str) -> String {
    let mut text = String::new();
    let mut rest = value;
    while let Some(begin) = rest.find("${") {
        text.push_str(&rest[..begin]);
        rest = &rest[begin + expression_end(&rest[begin..])..];
    }
    text + rest
}

fn end_of_word(rest: &str, is_end: impl Fn(char) -> bool) -> usize {
    let mut at = 0;
    while let Some(character) = rest[at..].chars().next() {
        if rest[at..].starts_with("${") {
            at += expression_end(&rest[at..]);
        } else if is_end(character) {
            return at;
        } else {
            at += character.len_utf8();
        }
    }
    at
}

/// The length of the expression that a text begins with: `${…}` or `${{ … }}`.
fn expression_end(text: &str) -> usize {
    let close = if text.starts_with("${{") { "}}" } else { "}" };
    text.find(close).map_or(text.len(), |at| at + close.len())
}

/// What a piece says, without blanks and quotes around it, and without a bracket of the list that it
/// begins or ends. A remark says nothing.
fn word(text: &str, piece: Range<usize>) -> Option<Word<'_>> {
    let is_around = |it: char| it.is_whitespace() || matches!(it, '\'' | '"' | '`');
    let mut begin = piece.start;
    let mut rest = text.get(piece)?;
    loop {
        let inside = rest.trim_start_matches(is_around);
        begin += rest.len() - inside.len();
        let trimmed = inside.trim_end_matches(is_around);
        let (opened, closed) = (trimmed.matches('[').count(), trimmed.matches(']').count());
        rest = match (trimmed.strip_prefix('['), trimmed.strip_suffix(']')) {
            (Some(inside), _) if opened > closed => {
                begin += 1;
                inside
            }
            (_, Some(inside)) if closed > opened => inside,
            _ => {
                let is_remark = ["//", "--", "#"].iter().any(|mark| trimmed.starts_with(mark));
                let is_said = !trimmed.is_empty() && !is_remark;
                return is_said.then(|| Word { text: trimmed, span: begin..begin + trimmed.len() });
            }
        };
    }
}

/// The default of a value that is `${NAME:-default}` as a whole; else the value.
fn or_default(text: &str, span: &Range<usize>) -> Range<usize> {
    let value = text.get(span.clone()).unwrap_or_default();
    let inside = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    match inside.and_then(|inside| inside.split_once(":-")) {
        Some((_, default)) if !default.is_empty() => {
            let end = span.end - 1;
            end - default.len()..end
        }
        _ => span.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("008_a.sql,048_b.sql", &["008_a.sql", "048_b.sql"])]
    #[case(" 008 , '048' ;\"049\",", &["008", "048", "049"])]
    #[case("008 048\t049", &["008", "048", "049"])]
    #[case("8 a.sql, 9 b.sql", &["8 a.sql", "9 b.sql"])]
    #[case("['008', '00[45]_*.sql']", &["008", "00[45]_*.sql"])]
    #[case("${{ vars.SKIP || 'a,b' }}", &["${{ vars.SKIP || 'a,b' }}"])]
    #[case("008,${MORE}", &["008", "${MORE}"])]
    #[case("${SKIP:-008_a.sql,9}", &["008_a.sql", "9"])]
    #[case("", &[])]
    #[case(" , ", &[])]
    fn a_value_is_taken_apart(#[case] value: &str, #[case] expected: &[&str]) {
        let whole = 0..value.len();
        let found: Vec<_> = words(value, std::slice::from_ref(&whole));
        let texts: Vec<_> = found.iter().map(|word| word.text).collect();
        assert_eq!(texts, expected);
        for word in found {
            assert_eq!(&value[word.span], word.text);
        }
    }

    proptest::proptest! {
        #[test]
        fn every_word_stands_where_it_says(value in "[a-z0-9 ,;'\"\\[\\]${}:\\-_\n.é]{0,40}") {
            let whole = 0..value.len();
            for word in words(&value, std::slice::from_ref(&whole)) {
                proptest::prop_assert_eq!(&value[word.span], word.text);
            }
        }
    }
}
