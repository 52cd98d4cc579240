//! Comments that tell Atlas how to take a file: `-- atlas:NAME VALUE`. (`sql/migrate/dir.go`)

/// A directive: its name and what follows it on its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Directive<'t> {
    pub(super) name: &'t str,
    pub(super) value: &'t str,
    /// What stands before `atlas:` on the line.
    pub(super) prefix: &'t str,
}

impl<'t> Directive<'t> {
    /// The directive of the line that a text begins with.
    pub(super) fn first(text: &'t str) -> Option<Self> {
        let line = text.split('\n').next().unwrap_or_default();
        let printable = line.find(|c: char| !matches!(c, ' '..='~')).unwrap_or(line.len());
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let starts = line[..printable].rmatch_indices("atlas:").map(|(at, _)| at);
        let found = starts.map(|at| (at, &line[at + "atlas:".len()..]));
        let (at, rest) = found.into_iter().find(|(_, rest)| rest.starts_with(is_part))?;
        let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        let value = rest[end..].strip_prefix(' ').map_or("", |it| it.trim_start_matches(' '));
        Some(Self { name: &rest[..end], value, prefix: &line[..at] })
    }
}

/// Values of a directive of the whole file: comments at its top that a blank line parts from the
/// first statement, or a file of comments alone.
pub(super) fn of_file<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let mut rest = text;
    let mut comments = Vec::new();
    while rest.starts_with("--") || rest.starts_with('#') {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        comments.push(line.trim());
        rest = after;
    }
    if !rest.is_empty() && !rest.trim_start_matches([' ', '\t']).starts_with('\n') {
        return Vec::new();
    }
    let directives = comments.into_iter().filter_map(Directive::first);
    directives.filter(|directive| directive.name == name).map(|it| it.value).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::value("-- atlas:txmode none\n\nselect 1;", &["none"])]
    #[case::among_others("-- why\n-- atlas:nolint\n-- atlas:txmode file\n\n", &["file"])]
    #[case::no_value("-- atlas:txmode\n", &[""])]
    #[case::of_the_statement("-- atlas:txmode none\nselect 1;", &[])]
    #[case::later("select 1;\n-- atlas:txmode none\n\n", &[])]
    #[case::twice("-- atlas:txmode none\n--atlas:txmode file\n\n", &["none", "file"])]
    fn a_directive_of_the_file_stands_alone_at_its_top(
        #[case] text: &str,
        #[case] expected: &[&str],
    ) {
        assert_eq!(of_file(text, "txmode"), expected);
    }

    #[test]
    fn a_delimiter_is_given_by_the_first_line() {
        let directive = Directive::first("-- atlas:delimiter -- end\nselect 1").unwrap();
        assert_eq!(
            (directive.name, directive.value, directive.prefix),
            ("delimiter", "-- end", "-- ")
        );
        assert_eq!(Directive::first("select 1 -- größe atlas:delimiter x"), None);
    }
}
