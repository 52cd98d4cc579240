use super::Stamp;

/// The name of a migration's file, or of its folder, taken apart: `V` `042` `__` `create_users` `.up.sql`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameParts<'n> {
    /// What comes before the version.
    pub prefix: &'n str,
    /// The version as the name writes it.
    pub version: &'n str,
    /// What parts it from the words: `_`, `__`, `-`.
    pub separator: &'n str,
    /// The words.
    pub words: &'n str,
    /// What comes after them.
    pub ending: &'n str,
}

/// Endings of files, the longest first.
const ENDINGS: &[&str] = &[".down.sql", ".up.sql", ".undo.sql", ".do.sql", ".sql"];

impl<'n> NameParts<'n> {
    /// Takes a name apart; nothing where it does not begin with a version, but for letters such as Flyway's `V`.
    #[must_use]
    pub fn of(name: &'n str) -> Option<Self> {
        let ending = ENDINGS.iter().find(|ending| name.ends_with(**ending)).copied().unwrap_or("");
        let (stem, ending) = name.split_at(name.len() - ending.len());
        let prefix = stem.find(|c: char| !c.is_ascii_uppercase()).filter(|end| *end <= 1)?;
        let (prefix, rest) = stem.split_at(prefix);
        let version = version_of(rest, prefix)?;
        let (version, rest) = rest.split_at(version);
        let words = rest.find(|c: char| !matches!(c, '_' | '-' | '.')).unwrap_or(rest.len());
        let (separator, words) = rest.split_at(words);
        let is_apart = !separator.is_empty() || words.is_empty();
        is_apart.then_some(Self { prefix, version, separator, words, ending })
    }

    /// The same name with another version.
    #[must_use]
    pub fn with_version(&self, version: &str) -> String {
        [self.prefix, version, self.separator, self.words, self.ending].concat()
    }
}

/// How long the version is that a text begins with.
fn version_of(text: &str, prefix: &str) -> Option<usize> {
    for dashed in [22, 17] {
        if text.get(..dashed).is_some_and(|start| start.contains('-') && Stamp::of(start).is_some())
        {
            return Some(dashed);
        }
    }
    if !prefix.is_empty() {
        // Flyway: digits with `.` or `_` between them, up to two underscores.
        let end = text.find("__").unwrap_or(text.len());
        let version = &text[..end];
        let is_version = version
            .split(['.', '_'])
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
        return is_version.then_some(end);
    }
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    (end > 0).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("042_create_users.sql", ["", "042", "_", "create_users", ".sql"])]
    #[case("000001_a.up.sql", ["", "000001", "_", "a", ".up.sql"])]
    #[case("V1.2__add_roles.sql", ["V", "1.2", "__", "add_roles", ".sql"])]
    #[case("2026-02-07-080000_add-roles", ["", "2026-02-07-080000", "_", "add-roles", ""])]
    #[case("7-x.sql", ["", "7", "-", "x", ".sql"])]
    fn names_are_taken_apart_and_put_together(#[case] name: &str, #[case] parts: [&str; 5]) {
        let found = NameParts::of(name).unwrap();
        let NameParts { prefix, version, separator, words, ending } = found;
        assert_eq!([prefix, version, separator, words, ending], parts);
        assert_eq!(found.with_version(version), name);
    }

    #[rstest::rstest]
    #[case::no_number("users.sql")]
    #[case::repeatable("R__views.sql")]
    #[case::a_letter_after_it("042a_x.sql")]
    fn other_names_have_no_version(#[case] name: &str) {
        assert_eq!(NameParts::of(name), None);
    }
}
