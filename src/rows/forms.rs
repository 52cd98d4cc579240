//! Texts in forms that programs expect: for tables whose triggers and functions refuse others.

/// How many forms there are.
pub(super) const COUNT: usize = 10;

/// The text of that form at `at`; different for each.
pub(super) fn form(form: usize, at: usize) -> Option<String> {
    Some(match form {
        0 => format!("1.0.{at}"),
        1 => format!("{}", 1000 + at),
        2 => format!("user{at}@example.com"),
        3 => format!("https://example.com/{at}"),
        4 => format!("9e4e7a7e-0000-4000-8000-{at:012x}"),
        5 => format!("{:04}-{:02}-{:02}", 2010 + at / 336, at / 28 % 12 + 1, at % 28 + 1),
        6 => format!("{at:064x}"),
        7 => format!(r#"{{"number": {at}}}"#),
        8 => format!("{} days", at + 1),
        9 => format!("+1202555{at:04}"),
        _ => return None,
    })
}

/// The form that the name of a column speaks of, if it does.
pub(super) fn by_name(column: &str, at: usize) -> Option<String> {
    const NAMES: &[(&[&str], usize)] = &[
        (&["version", "semver", "num"], 0),
        (&["count", "amount", "price", "year", "number"], 1),
        (&["email", "mail"], 2),
        (&["url", "uri", "link", "website", "href"], 3),
        (&["uuid", "guid"], 4),
        (&["date", "_at", "day"], 5),
        (&["hash", "checksum", "digest", "sha", "token"], 6),
        (&["json", "metadata", "settings", "config"], 7),
        (&["interval", "duration", "period", "cadence"], 8),
        (&["phone", "mobile", "tel"], 9),
    ];
    let column = column.to_lowercase();
    let speaks = |(words, _): &&(&[&str], usize)| words.iter().any(|word| column.contains(word));
    NAMES.iter().find(speaks).and_then(|(_, number)| form(*number, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_has_texts() {
        assert!((0..COUNT).all(|number| form(number, 7).is_some()));
        assert_eq!(form(COUNT, 7), None);
        assert_eq!(by_name("contact_email", 1).as_deref(), Some("user1@example.com"));
        assert_eq!(by_name("title", 1), None);
    }
}
