//! Files that must never run: what their first line says.

/// What the first line of a retired file begins with.
const MARK: &str = "-- retired:";

/// The text of a file with the reason in front of it, in the file's own line ends. What it said before stays.
#[must_use]
pub fn retired_text(text: &str, reason: &str) -> String {
    let (mark, rest) = text.strip_prefix('\u{feff}').map_or(("", text), |rest| ("\u{feff}", rest));
    let end = if rest.contains("\r\n") { "\r\n" } else { "\n" };
    let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{mark}{MARK} {reason}{end}{rest}")
}

/// Why a file was retired: what follows `-- retired:`, in any case of letters, among the comments that it begins with.
#[must_use]
pub fn reason_of(text: &str) -> Option<&str> {
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    let mut comments = lines.take_while(|line| line.is_empty() || line.starts_with("--"));
    comments.find_map(|line| {
        let (word, reason) = line.trim_start_matches('-').split_once(':')?;
        let is_reason = word.trim().eq_ignore_ascii_case("retired");
        Some(reason.trim()).filter(|reason| is_reason && !reason.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::plain(
        "select 1;\n",
        "-- retired: it  is\nwrong\n",
        "-- retired: it is wrong\nselect 1;\n"
    )]
    #[case::windows("\u{feff}a\r\nb\r\n", "x", "\u{feff}-- retired: x\r\na\r\nb\r\n")]
    #[case::empty("", "x", "-- retired: x\n")]
    fn the_reason_is_one_line_before_the_text(
        #[case] text: &str,
        #[case] reason: &str,
        #[case] expected: &str,
    ) {
        let reason = reason.trim_start_matches("-- retired: ");
        assert_eq!(retired_text(text, reason), expected);
    }

    #[rstest]
    #[case::ours("-- retired: it is wrong\nselect 1;\n", Some("it is wrong"))]
    #[case::by_hand("-- RETIRED: never ran.\r\n", Some("never ran."))]
    #[case::no_reason("-- retired: \n", None)]
    #[case::below_other_comments("\n-- users\n-- retired: x\n", Some("x"))]
    #[case::below_a_statement("select 1;\n-- retired: x\n", None)]
    #[case::short("--", None)]
    #[case::letters_of_more_bytes("-- retirée: x\n", None)]
    fn the_reason_is_read_again(#[case] text: &str, #[case] reason: Option<&str>) {
        assert_eq!(reason_of(text), reason);
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        assert_eq!(reason_of(&retired_text("select 1;", "a reason")), Some("a reason"));
    }
}
