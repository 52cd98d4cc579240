//! Syntax that only newer servers know, as runs of words outside quotes. No names of functions: a project may have
//! made a function of its own under the name that a later version took.

/// Words, the major version that brought them, and what to call them. Source: appendix E of the documentation
/// ("Release Notes") of each version.
const FEATURES: &[(&[&str], u32, &str)] = &[
    (&["OR", "REPLACE", "TRIGGER"], 14, "CREATE OR REPLACE TRIGGER"),
    (&["NULLS", "NOT", "DISTINCT"], 15, "NULLS NOT DISTINCT"),
    (&["MERGE", "INTO"], 15, "MERGE"),
    (&["SECURITY_INVOKER"], 15, "security_invoker"),
    (&["TABLES", "IN", "SCHEMA"], 15, "TABLES IN SCHEMA"),
    (&["JSON_TABLE"], 17, "JSON_TABLE"),
    (&["WITHOUT", "OVERLAPS"], 18, "WITHOUT OVERLAPS"),
    (&["NOT", "ENFORCED"], 18, "NOT ENFORCED"),
];

/// Words with which some feature begins.
pub(super) fn begins(word: &str) -> bool {
    FEATURES.iter().any(|(words, ..)| words.first() == Some(&word))
}

/// The newest feature among these words.
pub(super) fn newest(words: &[impl AsRef<str>]) -> Option<(u32, &'static str)> {
    let is_there = |wanted: &[&str]| {
        words.windows(wanted.len()).any(|run| run.iter().zip(wanted).all(|(a, b)| a.as_ref() == *b))
    };
    let found = FEATURES.iter().filter(|(wanted, ..)| is_there(wanted));
    found.map(|(_, major, name)| (*major, *name)).max()
}
