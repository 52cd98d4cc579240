/// A word as one types it in a shell: quoted where that is needed.
#[must_use]
pub fn shell_word(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=@,".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::plain("db/migrations", "db/migrations")]
    #[case::blank("a b", "'a b'")]
    #[case::quote("a'b", r"'a'\''b'")]
    #[case::nothing("", "''")]
    fn words_are_quoted_where_the_shell_would_take_them_apart(
        #[case] word: &str,
        #[case] typed: &str,
    ) {
        assert_eq!(shell_word(word), typed);
    }
}
