/// An identifier, quoted.
#[must_use]
pub fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A literal, quoted; standard-conforming strings are on in our own sessions.
#[must_use]
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Numbers of objects as an array literal.
#[must_use]
pub fn oid_array<'o>(oids: impl IntoIterator<Item = &'o u32>) -> String {
    let oids: Vec<_> = oids.into_iter().map(u32::to_string).collect();
    format!("'{{{}}}'", oids.join(","))
}
