/// What a comment of a goose file can say (parser.go, `extractAnnotation`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Annotation {
    /// Going up begins here.
    Up,
    /// Going down begins here.
    Down,
    /// Semicolons do not end the statement from here on.
    StatementBegin,
    /// The statement ends here.
    StatementEnd,
    /// Both directions run without a transaction.
    NoTransaction,
    /// Variables are filled in from here on.
    EnvsubOn,
    /// Variables are not filled in from here on.
    EnvsubOff,
}

const ALL: &[(&str, Annotation)] = &[
    ("Up", Annotation::Up),
    ("Down", Annotation::Down),
    ("StatementBegin", Annotation::StatementBegin),
    ("StatementEnd", Annotation::StatementEnd),
    ("NO TRANSACTION", Annotation::NoTransaction),
    ("ENVSUB ON", Annotation::EnvsubOn),
    ("ENVSUB OFF", Annotation::EnvsubOff),
];

/// Whether goose takes the line for an annotation: a comment that says `+goose` anywhere.
pub(super) fn is_annotation(line: &str) -> bool {
    line.trim().starts_with("--") && line.contains("+goose")
}

/// Which annotation a line is.
///
/// # Errors
///
/// What is wrong with it: in a few words.
pub(super) fn annotation_of(line: &str) -> Result<Annotation, String> {
    if line.starts_with([' ', '\t']) {
        return Err("an annotation of goose must begin its line".into());
    }
    let said = line.replace("--", "").replacen("+goose", "", 1);
    let said = said.trim();
    let known = ALL.iter().find(|(name, _)| said.eq_ignore_ascii_case(name));
    known.map(|(_, annotation)| *annotation).ok_or_else(|| match said {
        "" => "this annotation says nothing after +goose".into(),
        _ => format!("goose has no annotation {said:?}"),
    })
}

/// The annotations, for messages.
pub(super) const EXAMPLES: &str = "-- +goose Up, Down, StatementBegin, StatementEnd, \
                                   NO TRANSACTION, ENVSUB ON or ENVSUB OFF";

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("-- +goose Up", Ok(Annotation::Up))]
    #[case("--+goose down", Ok(Annotation::Down))]
    #[case("-- +goose   no transaction  ", Ok(Annotation::NoTransaction))]
    #[case("-- -- +goose ENVSUB ON", Ok(Annotation::EnvsubOn))]
    #[case("-- +goose Up -- create", Err("goose has no annotation \"Up  create\""))]
    #[case("-- +goose", Err("this annotation says nothing after +goose"))]
    #[case("  -- +goose Up", Err("an annotation of goose must begin its line"))]
    #[case("-- +goose Up +goose Up", Err("goose has no annotation \"Up +goose Up\""))]
    fn annotations_are_read_as_goose_reads_them(
        #[case] line: &str,
        #[case] expected: Result<Annotation, &str>,
    ) {
        assert!(is_annotation(line));
        assert_eq!(annotation_of(line), expected.map_err(str::to_owned));
    }
}
