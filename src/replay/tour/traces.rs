//! What work in an open transaction did, before it is rolled back: to the schema, and to the rows of tables.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::line::Line;
use super::since::Since;
use crate::migration::{LockedChanges, Script};
use crate::outcome::{Found, SqlError};
use crate::postgres::catalog::{Changed, Moment, Reading, is_of_rest};
use crate::postgres::{MayWrite, PgSession, Sequences, Writes, is_of_catalog};
use crate::schema::{Catalog, Comparison, compare};
use crate::verify::{RowChange, RowSum, row_changes};

/// What differs afterwards.
#[derive(Debug, Default)]
pub(in crate::replay) struct Traces {
    pub(in crate::replay) schema: Comparison,
    pub(in crate::replay) rows: Vec<RowChange>,
}

impl Traces {
    pub(in crate::replay) fn is_empty(&self) -> bool {
        self.schema.is_same() && self.rows.is_empty()
    }
}

/// A transaction that is looked at.
pub(super) struct Trial {
    before: Writes,
    sequences: Sequences,
    /// The schema at some moment before.
    earlier: Reading,
    /// What may be otherwise when the transaction begins.
    since: Since,
    /// What it changes besides relations that it locks, where that is known.
    besides: Option<LockedChanges>,
}

/// What a moment of it looks like: the catalog, where it was written to, and the rows of the tables that were.
pub(super) struct View {
    pub(super) catalog: Option<Arc<Catalog>>,
    pub(super) rows: BTreeMap<String, RowSum>,
}

impl Trial {
    /// Begins. `nextval` is not rolled back, so the state of sequences is kept where one of the scripts may advance one.
    pub(super) async fn begin(line: &mut Line<'_>, scripts: &[&Script]) -> Result<Self, SqlError> {
        let (earlier, since) = line.earlier().await?;
        let sequences = if scripts.iter().any(|script| may_advance_sequences(script)) {
            line.sequences().await?
        } else {
            Sequences::default()
        };
        let besides = since.changes_of(scripts, &line.changers(&earlier.catalog));
        let before = line.beside().await?.begin_trial(may_write(besides)).await?;
        Ok(Self { before, sequences, earlier, since, besides })
    }

    /// What is so now. Constraints that wait for the end are checked first.
    pub(super) async fn look(&self, session: &mut PgSession) -> Result<View, SqlError> {
        self.look_at(session, true).await
    }

    /// The same without the catalog.
    pub(super) async fn look_at_rows(&self, session: &mut PgSession) -> Result<View, SqlError> {
        self.look_at(session, false).await
    }

    async fn look_at(&self, session: &mut PgSession, at_catalog: bool) -> Result<View, SqlError> {
        let may = may_write(self.besides);
        let writes = session.writes_after("SET CONSTRAINTS ALL IMMEDIATE", may).await?;
        let is_new = |(table, count): &(&String, &i64)| self.before.get(*table) != Some(*count);
        let (catalog, tables): (Vec<_>, Vec<_>) = writes
            .iter()
            .filter(is_new)
            .map(|(table, _)| table)
            .partition(|table| is_of_catalog(table));
        let catalog = if catalog.is_empty() || !at_catalog {
            None
        } else {
            let changed = self.changed(&catalog);
            let earlier = Some((&self.earlier, changed));
            Some(session.read_again(Moment::InTransaction, earlier).await?.catalog)
        };
        Ok(View { catalog, rows: session.row_sums(tables).await? })
    }

    /// What may differ from the earlier reading, where these tables of the catalog have been written to.
    fn changed(&self, written: &[&String]) -> Changed<'_> {
        match self.besides {
            Some(besides) => self.since.changed(besides),
            None => self.since.changed_anyhow(written.iter().any(|table| is_of_rest(table))),
        }
    }

    /// Takes back what was done, also by sequences.
    pub(super) async fn roll_back(self, session: &mut PgSession) -> Result<(), SqlError> {
        session.roll_back(&self.sequences).await
    }
}

impl View {
    /// One of which only the schema is known.
    pub(super) fn of_catalog(catalog: Arc<Catalog>) -> Self {
        Self { catalog: Some(catalog), rows: BTreeMap::new() }
    }

    /// How it differs from the line, which is where it was before.
    pub(super) async fn against(self, line: &mut Line<'_>) -> Result<Traces, Box<Found>> {
        let before = match line.beside().await {
            Ok(session) => session.row_sums(self.rows.keys()).await,
            Err(error) => Err(error),
        };
        let before = before.map_err(|error| line.lost(error))?;
        let schema = match &self.catalog {
            Some(after) => compare(after, &*line.catalog().await?),
            None => Comparison::default(),
        };
        Ok(Traces { schema, rows: row_changes(&before, &self.rows) })
    }
}

fn may_write(besides: Option<LockedChanges>) -> MayWrite {
    if besides.is_some() { MayWrite::Relations } else { MayWrite::Catalog }
}

/// Whether a script may take numbers of a sequence. Cautious.
fn may_advance_sequences(script: &Script) -> bool {
    ["insert", "nextval", "copy", "setval", "select", "call", "merge"]
        .iter()
        .any(|word| script.names(word))
}

/// Whether what a script makes of a schema may depend on more than the schema: on rows, or on the code of functions. Cautious.
pub(super) fn looks_at_more_than_schema(script: &Script) -> bool {
    ["do", "select", "call", "execute"].iter().any(|word| script.names(word))
}
