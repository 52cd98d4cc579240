use super::Migration;

/// The history table of the user's own tool, as that tool makes and fills it. It is there for
/// migrations that refer to it, and for a runner of the user's own; ours is another one.
#[derive(Debug, Clone, Copy)]
pub struct Ledger {
    /// Its name as the tool writes it, with a schema only where the tool names one.
    pub table: &'static str,
    /// SQL that creates it as the tool does on an empty database; harmless where it is there already.
    pub create: &'static str,
    /// SQL that records a migration after it ran.
    pub record: fn(&Migration) -> String,
    /// How to learn from it what was applied.
    pub read: LedgerRead,
}

/// How a tool's history table tells what was applied.
#[derive(Debug, Clone, Copy)]
pub enum LedgerRead {
    /// A query that gives a key per applied migration, and the key that a migration has there.
    Keys(&'static str, fn(&Migration) -> String),
    /// A query that gives the one version up to which all are applied, or no row.
    Highest(&'static str),
}

/// A text as an SQL literal.
#[must_use]
pub fn sql_text(text: &str) -> String {
    if text.contains('\\') {
        return format!(" E'{}'", text.replace('\\', r"\\").replace('\'', "''"));
    }
    format!("'{}'", text.replace('\'', "''"))
}

impl PartialEq for Ledger {
    /// A table has one ledger.
    fn eq(&self, other: &Self) -> bool {
        self.table == other.table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_for_either_setting_of_standard_conforming_strings() {
        assert_eq!(sql_text("it's"), "'it''s'");
        assert_eq!(sql_text(r"a\b"), r" E'a\\b'");
    }
}
