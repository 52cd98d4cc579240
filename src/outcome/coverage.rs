/// How many tables got generated rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Tables that could hold rows.
    pub tables: usize,
    /// Those that hold generated rows.
    pub filled: usize,
    /// The others, each with the reason.
    pub unfilled: Vec<Unfilled>,
}

/// A table without generated rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfilled {
    /// Its name, with its schema.
    pub table: String,
    /// Why it has none.
    pub reason: String,
}

impl std::fmt::Display for Coverage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let plural = if self.tables == 1 { "table" } else { "tables" };
        write!(f, "rows: {} of {} {plural} filled", self.filled, self.tables)
    }
}
