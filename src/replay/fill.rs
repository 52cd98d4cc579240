//! Generated rows: tables are filled as they come, and emptied again where the rows are in the way.

mod serve;

use std::collections::{BTreeMap, BTreeSet};

use super::case::CaseRun;
use super::made_by_rows;
use crate::outcome::{Coverage, SqlError, SqlErrorKind, Unfilled};
use crate::postgres::{Database, PgSession, Session};
use crate::rows::{self, Due, Facts, KEEPING, Parents, Table, add_parents};
use serve::Round;

/// How many rows of a table others may refer to.
const MOST_PARENTS: usize = 200;

/// A database that is kept filled.
pub(super) struct Filling {
    session: PgSession,
    /// How many rows for each table.
    rows: usize,
    /// The table of the tool that runs the migrations.
    ledger: Option<&'static str>,
    /// Its number, once it is there.
    not_ours: BTreeSet<u32>,
    /// Why tables have no rows.
    reasons: BTreeMap<u32, String>,
    /// Tables that took no rows, as they were then: as long as they stay so, they are not tried again.
    given_up: BTreeMap<u32, Table>,
    /// Tables that SQL of the scenario has emptied.
    meant_empty: BTreeSet<u32>,
    /// Whether tables were emptied since they were filled.
    is_short: bool,
    /// Whether no table gets rows before the end.
    waits: bool,
}

/// The tables, and how many rows each holds, counted no further than the rows that it should have.
struct Held {
    facts: Facts,
    counts: BTreeMap<u32, usize>,
}

impl Filling {
    /// Begins to keep a database filled, or goes on where another session did.
    pub(super) async fn begin(
        run: &CaseRun<'_>,
        database: &Database,
        rows: usize,
    ) -> Result<Self, SqlError> {
        let mut session = run.session(database).await?;
        session.execute(&format!("SET synchronous_commit = off; {KEEPING}")).await?;
        let ledger = run.case.set.ledger.map(|ledger| ledger.table);
        Ok(Self {
            session,
            rows,
            ledger,
            not_ours: BTreeSet::new(),
            reasons: BTreeMap::new(),
            given_up: BTreeMap::new(),
            meant_empty: BTreeSet::new(),
            is_short: false,
            waits: false,
        })
    }

    /// No table gets rows before the end: files of one release run one right after the other, and nobody writes rows in
    /// between.
    pub(super) fn waiting(self) -> Self {
        Self { waits: true, ..self }
    }

    /// The same from now on.
    pub(super) fn wait(&mut self) {
        self.waits = true;
    }

    /// Whether tables were emptied and not filled again yet.
    pub(super) fn is_short(&self) -> bool {
        self.is_short
    }

    /// What the tables are now.
    pub(super) async fn facts(&mut self) -> Result<Facts, SqlError> {
        let facts = self.session.facts().await?;
        Ok(self.without_ledger(facts))
    }

    fn without_ledger(&mut self, mut facts: Facts) -> Facts {
        if let Some(ledger) = self.ledger {
            let is_ledger = |table: &Table| table.shown() == ledger || table.name == ledger;
            let ledgers = facts.tables.iter().filter(|table| is_ledger(table));
            self.not_ours.extend(ledgers.map(|table| table.oid));
            facts.tables.retain(|table| !is_ledger(table));
        }
        facts
    }

    /// Fills the tables that have no rows yet, and tops up those that have new columns.
    ///
    /// # Errors
    ///
    /// If the server is lost. What it refuses is told with the coverage.
    pub(super) async fn fill(&mut self) -> Result<(), SqlError> {
        if self.waits {
            return Ok(());
        }
        let mut unfilled = self.session.unfilled_tables().await?;
        unfilled.retain(|oid| !self.not_ours.contains(oid));
        let is_known = |oid: &u32| self.given_up.contains_key(oid);
        if !self.is_short && unfilled.iter().all(is_known) {
            return Ok(());
        }
        self.is_short = false;
        let facts = self.session.facts_of(&unfilled).await?;
        let facts = self.without_ledger(facts);
        let mut due: BTreeMap<_, _> = rows::due(&facts).into_iter().collect();
        due.retain(|at, _| {
            let table = &facts.tables[*at];
            self.given_up.get(&table.oid) != Some(table)
        });
        self.serve_due(&facts, due).await
    }

    async fn serve_due(
        &mut self,
        facts: &Facts,
        due: BTreeMap<usize, Due>,
    ) -> Result<(), SqlError> {
        if due.is_empty() {
            return Ok(());
        }
        let parents = self.parents(facts, due.keys().copied()).await?;
        let new = due.iter().filter(|(_, due)| **due == Due::Fill);
        let new: Vec<_> = new.map(|(table, _)| &facts.tables[*table]).collect();
        let counts = self.counts(new.into_iter(), 1).await?;
        let populated = counts.into_iter().filter(|(_, rows)| *rows > 0).map(|(oid, _)| oid);
        let (inserted, refused) = (BTreeMap::new(), BTreeSet::new());
        let populated = populated.collect();
        let mut round = Round { facts, parents, due, inserted, populated, refused };
        let newest = made_by_rows::before(&mut self.session).await?;
        for helping in rows::order(facts, &round.due.keys().copied().collect()) {
            self.serve(&mut round, helping).await?;
        }
        self.serve_crowded(&mut round).await?;
        made_by_rows::note(&mut self.session, newest).await?;
        self.note(&round).await
    }

    /// Fills what is not filled yet, and counts the tables that hold rows; those that triggers filled are among them.
    ///
    /// # Errors
    ///
    /// If the server is lost.
    pub(super) async fn finish(&mut self) -> Result<Coverage, SqlError> {
        let held = self.fill_all().await?;
        Ok(self.coverage(&held))
    }

    /// The same at the end of a seed state, where those are topped up that hold fewer than half of their rows: migrations have emptied
    /// them, and people go on writing rows; or they had too little to refer to.
    ///
    /// # Errors
    ///
    /// If the server is lost.
    pub(super) async fn finish_seed(&mut self) -> Result<Coverage, SqlError> {
        let held = self.fill_all().await?;
        let mut short = rows::short(&held.facts, &held.counts, self.rows);
        short.retain(|table, _| !self.meant_empty.contains(&held.facts.tables[*table].oid));
        self.serve_due(&held.facts, short).await?;
        Ok(self.coverage(&held))
    }

    /// What is empty now is meant to be.
    ///
    /// # Errors
    ///
    /// If the server is lost.
    pub(super) async fn leave_empty(&mut self) -> Result<(), SqlError> {
        let Held { facts, counts } = self.held().await?;
        let short = rows::short(&facts, &counts, self.rows);
        self.meant_empty.extend(short.keys().map(|table| facts.tables[*table].oid));
        Ok(())
    }

    async fn fill_all(&mut self) -> Result<Held, SqlError> {
        self.given_up.clear();
        self.waits = false;
        self.fill().await?;
        // Triggers make tables too.
        self.fill().await?;
        self.held().await
    }

    async fn held(&mut self) -> Result<Held, SqlError> {
        let facts = self.facts().await?;
        let counts = self.counts(facts.tables.iter(), self.rows).await?;
        Ok(Held { facts, counts })
    }

    fn coverage(&self, held: &Held) -> Coverage {
        let is_unfilled = |table: &&Table| {
            table.filled.is_none() && held.counts.get(&table.oid).is_none_or(|rows| *rows == 0)
        };
        let told = held.facts.tables.iter().filter(is_unfilled).map(|table| Unfilled {
            table: table.shown(),
            reason: self.reasons.get(&table.oid).cloned().unwrap_or_default(),
        });
        let unfilled: Vec<_> = told.collect();
        let tables = held.facts.tables.len();
        Coverage { tables, filled: tables - unfilled.len(), unfilled }
    }

    async fn parents(
        &mut self,
        facts: &Facts,
        due: impl Iterator<Item = usize>,
    ) -> Result<Parents, SqlError> {
        let mut parents = Parents::new();
        let tables = due.map(|table| &facts.tables[table]);
        let Some(query) = rows::read_parents(facts, tables, MOST_PARENTS) else {
            return Ok(parents);
        };
        for row in self.session.query(&query).await?.0 {
            if let [Some(oid), Some(texts)] = row.as_slice()
                && let Ok(oid) = oid.parse()
            {
                add_parents(facts, &mut parents, oid, texts);
            }
        }
        Ok(parents)
    }

    /// How many rows these tables hold, counted up to `most`.
    async fn counts(
        &mut self,
        tables: impl Iterator<Item = &Table>,
        most: usize,
    ) -> Result<BTreeMap<u32, usize>, SqlError> {
        let Some(query) = rows::read_counts(tables, most) else { return Ok(BTreeMap::new()) };
        let rows = self.session.query(&query).await?.0;
        let count = |row: &Vec<Option<String>>| match row.as_slice() {
            [Some(oid), Some(rows)] => Some((oid.parse().ok()?, rows.parse().ok()?)),
            _ => None,
        };
        Ok(rows.iter().filter_map(count).collect())
    }

    /// Notes which tables are filled. Those that took nothing are tried again after the next file.
    async fn note(&mut self, round: &Round<'_>) -> Result<(), SqlError> {
        let took = |table: &&usize| round.inserted.get(table).is_some_and(|rows| *rows > 0);
        let is_known = |table: &usize| round.facts.tables[*table].filled.is_some();
        let filled: Vec<_> = round
            .due
            .keys()
            .filter(|it| took(it) || is_known(it))
            .map(|it| &round.facts.tables[*it])
            .collect();
        for table in &filled {
            self.reasons.remove(&table.oid);
        }
        for table in round.refused.iter().map(|table| &round.facts.tables[*table]) {
            if self.reasons.contains_key(&table.oid) {
                self.given_up.insert(table.oid, table.clone());
            }
        }
        let with_others =
            filled.into_iter().map(|table| (table, !round.populated.contains(&table.oid)));
        match rows::note_filled(with_others) {
            Some(sql) => self.session.execute(&sql).await,
            None => Ok(()),
        }
    }

    /// Takes all generated rows out; `false` where the server does not let us.
    ///
    /// # Errors
    ///
    /// If the server is lost.
    pub(super) async fn empty(&mut self) -> Result<bool, SqlError> {
        let facts = self.facts().await?;
        let all = (0..facts.tables.len()).collect();
        self.take_out(&facts, &all).await
    }

    /// An index that was being built CONCURRENTLY stays behind, broken, and is in the way of the second attempt.
    async fn drop_broken_indexes(&mut self) -> Result<(), SqlError> {
        const BROKEN: &str = "\
            SELECT pg_catalog.format('DROP INDEX IF EXISTS %I.%I', n.nspname, c.relname)
            FROM pg_catalog.pg_index i
            JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i'
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE NOT i.indisvalid";
        for row in self.session.query(BROKEN).await?.0 {
            if let Some(Some(drop)) = row.first() {
                self.session.execute(drop).await?;
            }
        }
        Ok(())
    }

    /// Takes the generated rows of these tables out again; `false` where the server does not let us.
    ///
    /// # Errors
    ///
    /// If the server is lost.
    pub(super) async fn take_out(
        &mut self,
        facts: &Facts,
        tables: &BTreeSet<usize>,
    ) -> Result<bool, SqlError> {
        self.is_short = true;
        self.drop_broken_indexes().await?;
        match self.session.execute(&rows::take_out(facts, tables)).await {
            Ok(()) => Ok(true),
            Err(error) if error.kind == SqlErrorKind::Lost => Err(error),
            Err(_) => {
                self.session.execute("ROLLBACK").await?;
                Ok(false)
            }
        }
    }
}
