//! What holds for every script.

use super::tests::{shown, streamed};
use super::*;
use proptest::prelude::*;

/// Scripts made of the fragments that splitters get wrong.
fn script() -> impl Strategy<Value = String> {
    let fragment = prop::sample::select(vec![
        "'",
        "''",
        "E'",
        "e'\\'",
        "\"",
        "$$",
        "$a$",
        "$a",
        "$1",
        "a$b$",
        "--",
        "-",
        "/*",
        "*/",
        "/",
        "*",
        "(",
        ")",
        ";",
        "; ",
        "\\;",
        "\\",
        "\\\\",
        "\\g\n",
        "\\r ",
        "\\echo x",
        "\n",
        "\r\n",
        " ",
        "select ",
        "é",
        "\u{feff}",
        "create function f() ",
        "create or replace procedure ",
        "begin ",
        "case ",
        "end ",
        "U&'",
        "B'",
        "copy t from stdin;\n",
        "copy t (a) from stdin",
        "\\copy t from stdin\n",
        "\\.\n",
        "\n\\.\n",
        "\\.",
        "1\t2\n",
        "set standard_conforming_strings = off;",
        "reset all;",
        "1",
    ]);
    prop::collection::vec(fragment, 0..40).prop_map(|fragments| fragments.concat())
}

/// How many pieces hold each byte of the script.
fn holders(script: &str) -> Vec<usize> {
    let mut holders = vec![0; script.len()];
    for piece in split(script).pieces {
        let in_gap = |place: &usize| piece.gaps.iter().any(|gap| gap.contains(place));
        piece.span.clone().filter(|place| !in_gap(place)).for_each(|place| holders[place] += 1);
        if let PieceKind::CopyIn { data } = piece.kind {
            data.for_each(|place| holders[place] += 1);
        }
    }
    holders
}

proptest! {
    #[test]
    fn a_stream_gives_the_same_as_the_whole(script in script(), chunk in 1_usize..20) {
        let whole = split(&script);
        let lines = whole.pieces.iter().map(|piece| piece.line);
        let expected: Vec<_> = shown(&script).into_iter().zip(lines).collect();
        let (shown, problems) = streamed(&script, chunk);
        prop_assert_eq!(shown, expected);
        prop_assert_eq!(problems, whole.problems);
    }

    #[test]
    fn no_byte_is_in_two_pieces(script in script()) {
        prop_assert!(holders(&script).iter().all(|&count| count <= 1));
    }

    #[test]
    fn statements_and_commands_are_each_in_order(script in script()) {
        let (commands, statements): (Vec<_>, Vec<_>) =
            split(&script).pieces.into_iter().partition(|piece| piece.kind == PieceKind::Meta);
        for pieces in [commands, statements] {
            prop_assert!(pieces.iter().all(|piece| piece.span.start < piece.span.end));
            prop_assert!(pieces.is_sorted_by(|before, after| before.span.end <= after.span.start));
        }
    }

    #[test]
    fn only_blanks_comments_and_separators_are_left_out(script in script()) {
        // Without comments, `\r` and text after COPY, what may be left out is easy to tell.
        let script = script.replace(['-', '/'], "").replace("\\r", "");
        prop_assume!(!split(&script).problems.iter().any(|problem| problem.kind == ProblemKind::TextAfterCopy));
        let is_free = |byte: u8| byte.is_ascii_whitespace() || b";\\.g".contains(&byte) || "\u{feff}".as_bytes().contains(&byte);
        let mut bytes = script.bytes().zip(holders(&script));
        prop_assert!(bytes.all(|(byte, count)| count == 1 || is_free(byte)));
    }

    #[test]
    fn places_in_a_text_stay_true(script in script()) {
        for piece in split(&script).pieces {
            let characters = script[piece.span.clone()].chars().count();
            prop_assert_eq!(piece.text(&script).chars().count(), characters);
        }
    }

    #[test]
    fn any_text_can_be_split(script in "\\PC*") {
        let tokens = tokens(&script).count();
        prop_assert!(tokens <= script.len());
        prop_assert!(split(&script).pieces.len() <= script.len());
    }
}
