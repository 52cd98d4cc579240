//! What work in an open transaction did, before it is rolled back: to the schema, and to the rows of tables.

use std::collections::BTreeMap;

use crate::migration::Script;
use crate::outcome::SqlError;
use crate::postgres::{PgSession, Session, Writes, is_of_catalog};
use crate::schema::{Catalog, Comparison, compare};
use crate::sql::{self, Deed};
use crate::verify::{RowChange, RowSum, row_changes};

/// What differs afterwards.
#[derive(Debug, Default)]
pub(super) struct Traces {
    pub(super) schema: Comparison,
    pub(super) rows: Vec<RowChange>,
}

impl Traces {
    pub(super) fn is_empty(&self) -> bool {
        self.schema.is_same() && self.rows.is_empty()
    }
}

/// A transaction that is looked at.
pub(super) struct Trial {
    before: Writes,
    sequences: String,
}

/// What a moment of it looks like: the catalog, where it was written to, and the rows of the tables that were.
pub(super) struct View {
    pub(super) catalog: Option<Catalog>,
    pub(super) rows: BTreeMap<String, RowSum>,
}

const SEQUENCES: &str = "
    SELECT pg_catalog.string_agg(pg_catalog.format('SELECT pg_catalog.setval(%s::oid::regclass, %s, %L)', c.oid,
        coalesce(pg_catalog.pg_sequence_last_value(c.oid), s.seqstart),
        pg_catalog.pg_sequence_last_value(c.oid) IS NOT NULL), '; ')
    FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
    WHERE c.relpersistence <> 't'";

impl Trial {
    /// Begins. `nextval` is not rolled back, so the state of sequences is kept where the script may advance one.
    pub(super) async fn begin(session: &mut PgSession, script: &Script) -> Result<Self, SqlError> {
        session.execute("BEGIN").await?;
        let sequences = if may_advance_sequences(script) {
            session.query(SEQUENCES).await?.0.into_iter().flatten().flatten().next()
        } else {
            None
        };
        let before = session.writes().await?;
        Ok(Self { before, sequences: sequences.unwrap_or_default() })
    }

    /// What is so now. Constraints that wait for the end are checked first.
    pub(super) async fn look(&self, session: &mut PgSession) -> Result<View, SqlError> {
        session.execute("SET CONSTRAINTS ALL IMMEDIATE").await?;
        let writes = session.writes().await?;
        let is_new = |(table, count): &(&String, &i64)| self.before.get(*table) != Some(*count);
        let (catalog, tables): (Vec<_>, Vec<_>) = writes
            .iter()
            .filter(is_new)
            .map(|(table, _)| table)
            .partition(|table| is_of_catalog(table));
        let catalog = if catalog.is_empty() { None } else { Some(session.open_catalog().await?) };
        Ok(View { catalog, rows: session.row_sums(tables).await? })
    }

    /// Takes back what was done, also by sequences.
    pub(super) async fn roll_back(self, session: &mut PgSession) -> Result<(), SqlError> {
        session.execute("ROLLBACK").await?;
        if self.sequences.is_empty() { Ok(()) } else { session.execute(&self.sequences).await }
    }
}

impl View {
    /// One of which only the schema is known.
    pub(super) fn of_catalog(catalog: Catalog) -> Self {
        Self { catalog: Some(catalog), rows: BTreeMap::new() }
    }

    /// How it differs from what a session outside of the transaction sees.
    pub(super) async fn against(self, session: &mut PgSession) -> Result<Traces, SqlError> {
        let before = session.row_sums(self.rows.keys()).await?;
        let schema = match &self.catalog {
            Some(after) => compare(after, &session.catalog().await?),
            None => Comparison::default(),
        };
        Ok(Traces { schema, rows: row_changes(&before, &self.rows) })
    }
}

/// Whether a script may take numbers of a sequence. Cautious.
fn may_advance_sequences(script: &Script) -> bool {
    ["insert", "nextval", "copy", "setval", "select", "call", "merge"]
        .iter()
        .any(|word| script.names(word))
}

/// Whether a script begins or ends transactions itself, or has a statement that refuses to be in one.
pub(super) fn needs_no_transaction(script: &Script) -> bool {
    // What a session has prepared for itself would be gone.
    let forgets = ["deallocate", "discard"].iter().any(|word| script.names(word));
    forgets
        || script.statements().iter().any(|statement| {
            sql::read(&script.text_of(statement))
                .works
                .iter()
                .any(|work| refuses_transactions(&work.deed))
        })
}

/// Whether it begins or ends transactions, or refuses to be in one.
pub(super) fn refuses_transactions(deed: &Deed) -> bool {
    match deed {
        Deed::Control(_) | Deed::Alone(_) | Deed::Vacuum { .. } => true,
        Deed::CreateIndex { concurrently }
        | Deed::DropIndex { concurrently }
        | Deed::Reindex { concurrently, .. }
        | Deed::DetachPartition { concurrently, .. } => *concurrently,
        _ => false,
    }
}

/// Whether an error may come from the transaction around it, and not from what it is about: `active_sql_transaction`,
/// `invalid_transaction_termination`, `unsafe_new_enum_value_usage`, `object_in_use` (pending trigger events),
/// `no_active_sql_transaction`, `in_failed_sql_transaction` (documentation, appendix A).
pub(super) fn is_of_transaction(error: &SqlError) -> bool {
    const STATES: [&str; 6] = ["25001", "2D000", "55P04", "55006", "25P01", "25P02"];
    error.sqlstate.as_ref().is_some_and(|state| STATES.contains(&state.as_str()))
}
