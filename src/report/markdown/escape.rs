use super::super::text::{first_line, visible};

/// One line that is read as it stands, also in a cell of a table.
pub(super) fn plain(text: &str) -> String {
    escaped(&visible(&first_line(text)))
}

/// The same as code. Backticks would show `&lt;` and `\|` as they are.
pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", plain(text))
}

/// What Markdown, HTML or a table would take for theirs becomes a character reference, which every reader of Markdown shows as
/// the character.
fn escaped(text: &str) -> String {
    let escape = |character| match character {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '`' | '*' | '_' | '[' | ']' | '|' | '~' | '\\' | '$' => {
            format!("&#{};", u32::from(character))
        }
        other => other.to_string(),
    };
    text.chars().map(escape).collect()
}

/// A text in a fence that nothing in it closes.
pub(in crate::report) fn fenced(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(3.max(longest + 1));
    format!("{fence}text\n{}\n{fence}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(plain("a|b <i>*_`x`_*"), "a&#124;b &lt;i&gt;&#42;&#95;&#96;x&#96;&#95;&#42;");
        assert_eq!(code("a&b"), "<code>a&amp;b</code>");
    }

    #[test]
    fn a_fence_is_longer_than_any_in_its_text() {
        assert_eq!(fenced("a ```` b"), "`````text\na ```` b\n`````\n");
    }
}
