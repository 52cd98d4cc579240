//! Access lists as properties, one per role.

use std::collections::BTreeMap;

/// What each role may do, from lines such as `app=arw/owner`.
///
/// The owner's own rights are told only where they are not the usual ones, so that a grant that was taken back leaves
/// nothing and a new kind of right in a newer Postgres is no difference.
pub(super) fn properties(
    acl: &str,
    default_acl: &str,
    owner: Option<&str>,
) -> BTreeMap<String, String> {
    let mut letters = by_role(acl);
    let usual = by_role(default_acl);
    let mut properties = BTreeMap::new();
    if let Some(owner) = owner {
        let own = letters.remove(owner);
        if usual.contains_key(owner) && own.as_ref() != usual.get(owner) {
            properties
                .insert("grants to its owner".to_owned(), own.map_or_else(none, |own| words(&own)));
        }
    }
    for (role, letters) in &letters {
        let role = if role.is_empty() { "PUBLIC" } else { role };
        properties.insert(format!("grants to {role}"), words(letters));
    }
    properties
}

fn none() -> String {
    "none".to_owned()
}

/// The letters of each role, whoever granted them; PUBLIC is the role without a name.
fn by_role(acl: &str) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for (role, letters) in acl.lines().filter_map(item) {
        all.entry(role).or_default().push_str(letters);
    }
    all
}

/// Splits `"odd=role"=rw/owner` into the role and its letters.
fn item(line: &str) -> Option<(String, &str)> {
    let Some(quoted) = line.strip_prefix('"') else {
        let (role, rest) = line.split_once('=')?;
        return Some((role.to_owned(), rest.split('/').next()?));
    };
    let end = quoted
        .match_indices("\"=")
        .map(|(at, _)| at)
        .find(|at| quoted[..*at].matches('"').count() % 2 == 0)?;
    let letters = quoted.get(end + 2..)?.split('/').next()?;
    Some((quoted[..end].replace("\"\"", "\""), letters))
}

/// `SELECT, UPDATE with grant option`
fn words(letters: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for letter in letters.chars() {
        match (letter, words.last_mut()) {
            ('*', Some(last)) => last.push_str(" with grant option"),
            _ => words.push(word(letter)),
        }
    }
    words.sort();
    words.dedup();
    words.join(", ")
}

fn word(letter: char) -> String {
    let word = match letter {
        'r' => "SELECT",
        'a' => "INSERT",
        'w' => "UPDATE",
        'd' => "DELETE",
        'D' => "TRUNCATE",
        'x' => "REFERENCES",
        't' => "TRIGGER",
        'X' => "EXECUTE",
        'U' => "USAGE",
        'C' => "CREATE",
        'c' => "CONNECT",
        'T' => "TEMPORARY",
        's' => "SET",
        'A' => "ALTER SYSTEM",
        'm' => "MAINTAIN",
        other => return other.to_string(),
    };
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(acl: &str, default_acl: &str) -> Vec<String> {
        let all = properties(acl, default_acl, Some("joe"));
        all.into_iter().map(|(name, value)| format!("{name}: {value}")).collect()
    }

    #[test]
    fn tells_each_role_apart() {
        let acl = "joe=arwdDxt/joe\napp=r*w/joe\napp=a/ann\n=r/joe\n\"my\"\"=role\"=d/joe";
        let expected = [
            "grants to PUBLIC: SELECT",
            "grants to app: INSERT, SELECT with grant option, UPDATE",
            "grants to my\"=role: DELETE",
        ];
        assert_eq!(told(acl, "joe=arwdDxt/joe"), expected);
    }

    #[test]
    fn tells_an_owner_without_the_usual_rights() {
        assert_eq!(told("joe=r/joe", "joe=arwdDxt/joe"), ["grants to its owner: SELECT"]);
        assert_eq!(told("", "joe=arwdDxt/joe"), ["grants to its owner: none"]);
    }
}
