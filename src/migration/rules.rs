use crate::named::named;

named! {
    /// What is one transaction, as scenarios say it.
    Transaction {
        /// Every statement on its own, as `psql -f` does.
        Statement = "statement",
        /// A file, with its history row.
        File = "file",
        /// A file, sent as one simple query: an implicit transaction until the file holds its own
        /// `BEGIN` or `COMMIT` (protocol documentation, "Multiple Statements in a Simple Query").
        Query = "query",
        /// All pending migrations together.
        All = "all",
    }
}

named! {
    /// Which migrations count as pending.
    Order {
        /// Everything that is not recorded, wherever it is in the order.
        AppliedSet = "applied-set",
        /// Only what comes after the highest recorded one; lower ones are skipped for ever.
        HighWaterMark = "high-water-mark",
        /// Anything below the highest recorded one is refused.
        Strict = "strict",
    }
}

/// What is put around the bodies of migrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wraps {
    /// Nothing: what the body says counts.
    Nothing,
    /// A transaction around each body and its history row.
    Each,
    /// One transaction around all pending bodies.
    All,
}

/// In which portions a body is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sends {
    /// Statement by statement.
    Statements,
    /// The whole body as one simple query, which is one implicit transaction until it holds its own
    /// `BEGIN` or `COMMIT`.
    Whole,
}

/// How a tool runs the body of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BodyRule {
    /// What is put around it.
    pub wraps: Wraps,
    /// In which portions it is sent.
    pub sends: Sends,
}

impl BodyRule {
    /// `psql -f`: statement by statement, each on its own.
    pub const STATEMENTS: Self = Self { wraps: Wraps::Nothing, sends: Sends::Statements };
    /// The whole body as one simple query, with nothing around it.
    pub const WHOLE: Self = Self { wraps: Wraps::Nothing, sends: Sends::Whole };
    /// Statement by statement in a transaction per migration.
    pub const STATEMENTS_IN_TRANSACTION: Self =
        Self { wraps: Wraps::Each, sends: Sends::Statements };
    /// The whole body as one simple query in a transaction per migration.
    pub const WHOLE_IN_TRANSACTION: Self = Self { wraps: Wraps::Each, sends: Sends::Whole };

    /// This rule as a scenario overrides it: what the scenario does not say stays.
    #[must_use]
    pub fn overridden(self, transaction: Transaction) -> Self {
        match transaction {
            Transaction::Statement => Self::STATEMENTS,
            Transaction::File => Self { wraps: Wraps::Each, ..self },
            Transaction::Query => Self::WHOLE,
            Transaction::All => Self { wraps: Wraps::All, ..self },
        }
    }

    /// The rule for one migration alone: `All` means each.
    #[must_use]
    pub fn single(self) -> Self {
        match self.wraps {
            Wraps::All => Self { wraps: Wraps::Each, ..self },
            Wraps::Nothing | Wraps::Each => self,
        }
    }
}

/// Which migrations one session runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sessions {
    /// All of them: `SET`, temporary tables and advisory locks of one are there in the next.
    Shared,
    /// One each, as one `psql -f` per file has it.
    Own,
    /// All of them, and before each the tool sends this to undo settings of the one before: temporary
    /// tables and other settings stay.
    Restored(&'static str),
}
