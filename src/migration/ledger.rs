use super::{Migration, Script};

/// The history table of the user's own tool, as that tool makes and fills it. It is there for
/// migrations that refer to it or may hide it, and for a runner of the user's own; ours is another one.
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

impl Ledger {
    /// Whether a script speaks of the table, or may hide it from a tool that finds it along the search
    /// path.
    #[must_use]
    pub fn matters_to(&self, script: &Script) -> bool {
        let (is_searched, name) = match self.table.rsplit_once('.') {
            Some((_, name)) => (false, name),
            None => (true, self.table),
        };
        script.names(name) || (is_searched && script.names("search_path"))
    }
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
    use rstest::rstest;

    use super::*;
    use crate::place::SourceText;

    #[rstest]
    #[case::speaks_of_it("versions", "select * from Versions", true)]
    #[case::may_hide_it("versions", "SET search_path = ''", true)]
    #[case::cannot_hide_it("tool.versions", "SET search_path = ''", false)]
    #[case::another_table("versions", "select 1", false)]
    fn a_history_table_matters_where_it_is_named_or_may_be_hidden(
        #[case] table: &'static str,
        #[case] sql: &str,
        #[case] matters: bool,
    ) {
        let ledger = Ledger {
            table,
            create: "",
            record: |_| String::new(),
            read: LedgerRead::Highest("select"),
        };
        assert_eq!(ledger.matters_to(&Script::new(SourceText::new("a.sql", sql))), matters);
    }

    #[test]
    fn texts_are_quoted_for_either_setting_of_standard_conforming_strings() {
        assert_eq!(sql_text("it's"), "'it''s'");
        assert_eq!(sql_text(r"a\b"), r" E'a\\b'");
    }
}
