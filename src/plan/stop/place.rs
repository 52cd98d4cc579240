use std::ops::Range;
use std::sync::Arc;

use crate::migration::{BodyRule, Migration, Script, Sends, StatementKind, Wraps};
use crate::outcome::Phase;
use crate::scenario::SqlState;

/// Where a replay stops: everything before is done, nothing after.
#[derive(Debug, Clone)]
pub struct Stop {
    /// The phase that runs the body.
    pub phase: Phase,
    /// The body that it stops in.
    pub body: StopBody,
    /// How the body is run.
    pub rule: BodyRule,
    /// How many of its statements are run.
    pub runs: usize,
    /// Which statements are left to be run by hand.
    pub leaves: Range<usize>,
    /// Whether the end of the body's transaction is left too, since that is what fails.
    pub leaves_end: bool,
    /// What is left fails with this, where that is known.
    pub fails_with: Option<SqlState>,
    /// What to do where it does not.
    pub otherwise: Otherwise,
}

/// What to do with a database in which the failure does not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Otherwise {
    /// It is kept, and says so.
    Keep,
    /// It goes away: [`Stop::whole`] is another try.
    Drop,
}

/// What a replay is stopped in.
#[derive(Debug, Clone)]
pub enum StopBody {
    /// The body of a migration.
    Migration(Arc<Migration>),
    /// A SQL file of setup or seed.
    Script(Arc<Script>),
}

impl StopBody {
    /// Its text.
    #[must_use]
    pub fn script(&self) -> &Script {
        match self {
            Self::Migration(migration) => &migration.up,
            Self::Script(script) => script,
        }
    }

    /// What it is called: the migration's identity, or the file.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Migration(migration) => migration.id.to_string(),
            Self::Script(script) => script.source().path().display().to_string(),
        }
    }
}

impl Stop {
    /// The same failure, with the statements of the file that come before it left to be run with it: some
    /// errors need what their own transaction did before. `None` where there are none.
    #[must_use]
    pub fn whole(&self) -> Option<Self> {
        let leaves = 0..self.leaves.end;
        let is_other = self.runs > 0;
        is_other.then(|| Self { runs: 0, leaves, otherwise: Otherwise::Keep, ..self.clone() })
    }

    /// Whether what is left has to be run in a transaction block.
    #[must_use]
    pub fn leaves_block(&self) -> bool {
        let in_transaction = self.rule.wraps != Wraps::Nothing || self.rule.sends == Sends::Whole;
        in_transaction && (self.leaves.len() > 1 || self.leaves_end)
    }

    /// What is left, as psql takes it.
    #[must_use]
    pub fn sql(&self) -> String {
        let script = self.body.script();
        let mut sql = String::new();
        if self.leaves_block() {
            sql.push_str("BEGIN;\n\n");
        }
        let left = script.statements().get(self.leaves.clone()).unwrap_or_default();
        for statement in left.iter().filter(|it| it.kind != StatementKind::Meta) {
            let text = script.text_of(statement);
            sql.push_str(&text);
            let ends_in_comment = text.lines().last().is_some_and(|line| line.contains("--"));
            sql.push_str(if ends_in_comment { "\n;\n" } else { ";\n" });
            if let StatementKind::CopyIn { data } = &statement.kind {
                sql.push_str(&script.text()[data.clone()]);
                sql.push_str("\\.\n");
            }
        }
        if self.leaves_block() && self.leaves_end {
            sql.push_str("\nCOMMIT;\n");
        }
        sql
    }
}
