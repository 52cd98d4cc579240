//! Names of files. (`refinery_core/src/util.rs`)

use super::super::FolderFile;

/// The parts of `V1__users` and `U1__users`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name<'f> {
    pub(super) prefix: &'f str,
    pub(super) version: &'f str,
    pub(super) title: &'f str,
}

impl<'f> Name<'f> {
    pub(super) fn of(file: &'f FolderFile) -> Option<Self> {
        let (prefix, rest) = file.stem().split_at_checked(1)?;
        let (version, title) = rest.split_once("__")?;
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
        let is_version = version.splitn(2, '.').all(is_number);
        let is_title =
            !title.is_empty() && title.chars().all(|it| it.is_alphanumeric() || it == '_');
        (matches!(prefix, "V" | "U") && is_version && is_title).then_some(Self {
            prefix,
            version,
            title,
        })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::plain("V1__a.sql", Some(("V", "1", "a")))]
    #[case::late("U002__a_b9.sql", Some(("U", "002", "a_b9")))]
    #[case::point("V1.5__a.sql", Some(("V", "1.5", "a")))]
    #[case::more_points("V1.5.2__a.sql", None)]
    #[case::three_underscores("V1___a.sql", Some(("V", "1", "_a")))]
    #[case::dash_in_the_name("V1__a-b.sql", None)]
    #[case::one_underscore("V1_a.sql", None)]
    #[case::no_version("V__a.sql", None)]
    #[case::small_letter("v1__a.sql", None)]
    #[case::repeatable("R__a.sql", None)]
    fn names_are_taken_apart(
        #[case] name: &str,
        #[case] parts: Option<(&'static str, &'static str, &'static str)>,
    ) {
        let file = FolderFile::new(name, "");
        let expected = parts.map(|(prefix, version, title)| Name { prefix, version, title });
        assert_eq!(Name::of(&file), expected);
    }
}
