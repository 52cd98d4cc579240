//! One migration through one session, under a transaction rule.

use std::time::{Instant, SystemTime};

use super::statement::{begins_block, no_data, run_statement, wants_data};
use crate::migration::{BodyRule, Ledger, Migration, Script, Sends, Statement, Wraps};
use crate::outcome::{Blame, Found, Phase, SqlError};
use crate::place::Problem;
use crate::postgres::{HistoryEntry, Outcome, Session};

/// What a migration's run came to.
#[derive(Debug)]
pub(super) struct MigrationRun {
    /// Statements sent.
    pub(super) statements: usize,
    /// What went wrong.
    pub(super) found: Option<Box<Found>>,
    /// How long it took.
    pub(super) took: std::time::Duration,
}

impl MigrationRun {
    /// One that did not come to run.
    pub(super) fn failed(found: Box<Found>) -> Self {
        let took = std::time::Duration::ZERO;
        Self { statements: 0, found: Some(found), took }
    }
}

/// Runs a migration and records it, failed or not; what was applied goes into the tool's own `ledger`
/// too. Under `Wraps::All` the transaction around it is the caller's.
pub(super) async fn run_migration<S: Session>(
    session: &mut S,
    migration: &Migration,
    rule: BodyRule,
    ledger: Option<&Ledger>,
    phase: Phase,
) -> MigrationRun {
    run_rest(session, migration, (rule, 0), ledger, phase).await
}

/// The same from a statement on, by its position: what comes before has run.
pub(super) async fn run_rest<S: Session>(
    session: &mut S,
    migration: &Migration,
    (rule, from): (BodyRule, usize),
    ledger: Option<&Ledger>,
    phase: Phase,
) -> MigrationRun {
    let begun = Instant::now();
    let started_at = SystemTime::now();
    let rule = migration.rule.unwrap_or(rule);
    let mut statements = 0;
    let entry =
        |outcome| HistoryEntry { migration, phase, outcome, started_at, took: begun.elapsed() };
    let body = Body { script: &migration.up, migration, phase };
    let body = body.run_from(session, (rule, from), &mut statements).await;
    let result = match note_in_ledger(session, migration, ledger, phase, body).await {
        Ok(()) => {
            let applied = entry(Outcome::Applied);
            let recorded = match rule.wraps {
                Wraps::Each => session.record_and_commit(&applied).await,
                Wraps::Nothing | Wraps::All => session.record(&applied).await,
            };
            recorded.map_err(|error| at_end(migration, phase, error))
        }
        Err(found) => Err(found),
    };
    if let Err(found) = &result {
        // The session may be gone, or in no transaction; the failure is told either way.
        let _rolled_back = session.execute("ROLLBACK").await;
        let _recorded = session.record(&entry(Outcome::Failed(&found.error))).await;
    }
    MigrationRun { statements, found: result.err(), took: begun.elapsed() }
}

/// Records a body that ran in the tool's own history table.
async fn note_in_ledger<S: Session>(
    session: &mut S,
    migration: &Migration,
    ledger: Option<&Ledger>,
    phase: Phase,
    body: Result<(), Box<Found>>,
) -> Result<(), Box<Found>> {
    body?;
    let Some(ledger) = ledger else { return Ok(()) };
    let noted = session.execute(&(ledger.record)(migration)).await;
    noted.map_err(|error| {
        let mut found = at_end(migration, phase, error);
        found.details.push(format!("when the tool records it in {}", ledger.table));
        found
    })
}

/// What of a migration is run, and for which pass: its way up, or its way down.
#[derive(Clone, Copy)]
pub(super) struct Body<'m> {
    pub(super) migration: &'m Migration,
    pub(super) script: &'m Script,
    pub(super) phase: Phase,
}

impl Body<'_> {
    /// Runs it under a transaction rule; the statements sent are counted. What [`Wraps::Each`] begins is the caller's to end.
    pub(super) async fn run<S: Session>(
        self,
        session: &mut S,
        rule: BodyRule,
        statements: &mut usize,
    ) -> Result<(), Box<Found>> {
        self.run_from(session, (rule, 0), statements).await
    }

    /// The same from a statement on, by its position: what comes before has run.
    async fn run_from<S: Session>(
        self,
        session: &mut S,
        (rule, from): (BodyRule, usize),
        statements: &mut usize,
    ) -> Result<(), Box<Found>> {
        if let Some(problem) = &self.migration.refused {
            return Err(self.found_in(Box::new(refusal(problem))));
        }
        if rule.wraps == Wraps::Each {
            let begun = session.execute("BEGIN").await;
            begun.map_err(|error| at_end(self.migration, self.phase, error))?;
        }
        match rule.sends {
            Sends::Whole => self.run_as_query(session, from, statements).await,
            Sends::Statements => self.run_statements(session, (rule, from), statements).await,
        }
    }

    /// Runs it for good, and records nothing. A failure leaves no transaction open.
    pub(super) async fn run_alone<S: Session>(
        self,
        session: &mut S,
        rule: BodyRule,
    ) -> Result<(), Box<Found>> {
        let mut statements = 0;
        let mut ran = self.run(session, rule, &mut statements).await;
        if ran.is_ok() && (rule.wraps == Wraps::Each || self.leaves_open(session, rule).await) {
            ran = session.execute("COMMIT").await.map_err(|error| self.at_its_end(error));
        }
        if ran.is_err() {
            // The session may be gone, or in no transaction; the failure is told either way.
            let _rolled_back = session.execute("ROLLBACK").await;
        }
        ran
    }

    /// Whether a body that was sent whole has begun a transaction and not ended it: the tool's own transaction for its history
    /// row does that (golang-migrate, `SetVersion` of its Postgres driver: BEGIN is a warning then, and COMMIT ends both).
    async fn leaves_open<S: Session>(self, session: &mut S, rule: BodyRule) -> bool {
        let mut statements = self.script.statements().iter();
        rule.sends == Sends::Whole
            && statements.any(|statement| begins_block(&self.script.text_of(statement)))
            && session.in_transaction().await.unwrap_or(false)
    }

    async fn run_statements<S: Session>(
        self,
        session: &mut S,
        (rule, from): (BodyRule, usize),
        statements: &mut usize,
    ) -> Result<(), Box<Found>> {
        let mut opens_block = None;
        for (index, statement) in self.script.statements().iter().enumerate().skip(from) {
            *statements += usize::from(self.run_one(session, index).await?);
            if begins_block(&self.script.text_of(statement)) {
                opens_block = Some(statement);
            }
        }
        match opens_block {
            Some(statement) if rule.wraps == Wraps::Nothing => {
                self.refuse_open_block(session, statement).await
            }
            _ => Ok(()),
        }
    }

    /// Sends one of its statements, by position; `false` for what is not for the server.
    pub(super) async fn run_one<S: Session>(
        self,
        session: &mut S,
        index: usize,
    ) -> Result<bool, Box<Found>> {
        let Some(statement) = self.script.statements().get(index) else { return Ok(false) };
        let sent = run_statement(session, self.script, statement).await;
        sent.map_err(|mut found| {
            found.statement_index = Some(index);
            self.found_in(found)
        })
    }

    /// The whole body as one simple query, as golang-migrate's Postgres driver sends it; or all from a statement on.
    async fn run_as_query<S: Session>(
        self,
        session: &mut S,
        from: usize,
        statements: &mut usize,
    ) -> Result<(), Box<Found>> {
        let script = self.script;
        let all = script.statements();
        if let Some(copy) = all.iter().skip(from).find(|it| wants_data(script, it)) {
            return Err(self.found_in(no_data(script, copy)));
        }
        let Some(first) = all.get(from) else { return Ok(()) };
        *statements += all.len() - from;
        let mut body = script.body();
        if from > 0 {
            body.start = first.span.start;
        }
        let mut complete = from;
        let sent = session.execute_counting(&script.text()[body.clone()], &mut complete).await;
        sent.map(drop).map_err(|error| {
            let mut found = Box::new(Found::sql(self.phase, Blame::Migration, error));
            let offset = found.error.position.map(|at| script.offset_of_error(body.start, at));
            let index = match offset {
                Some(offset) => script.index_at(offset),
                None => (complete < script.statements().len()).then_some(complete),
            };
            let statement = index.and_then(|index| script.statements().get(index));
            found.place = match (found.error.position, statement) {
                (Some(at), _) => Some(script.place_of_error(body.start, at)),
                (None, Some(statement)) => {
                    Some(script.place_of_quoted(statement, &found.error.message))
                }
                (None, None) => None,
            };
            found.statement = statement.map(|it| script.shown(it).into_owned());
            found.statement_index = index;
            self.found_in(found)
        })
    }

    /// A file that leaves its own transaction open would lose everything since, as `psql -f` does at its
    /// end; later files would run inside it.
    async fn refuse_open_block<S: Session>(
        self,
        session: &mut S,
        begin: &Statement,
    ) -> Result<(), Box<Found>> {
        let is_open = session.in_transaction().await;
        match is_open {
            Ok(false) => Ok(()),
            Ok(true) => {
                let message = "the transaction that begins here is never committed";
                let mut found = Found::new(self.phase, Blame::Migration, message);
                found.place = Some(self.script.place_of(begin));
                found.error.hint =
                    Some("end the file with COMMIT; otherwise its work is lost".into());
                Err(self.found_in(Box::new(found)))
            }
            Err(error) => Err(at_end(self.migration, self.phase, error)),
        }
    }

    /// An error that none of its statements is to blame for alone.
    pub(super) fn at_its_end(self, error: SqlError) -> Box<Found> {
        self.found_in(Box::new(Found::sql(self.phase, Blame::Migration, error)))
    }

    fn found_in(self, mut found: Box<Found>) -> Box<Found> {
        found.phase = self.phase;
        found.migration = Some(self.migration.id.clone());
        found.file = Some(self.script.source().path().to_owned());
        found
    }
}

/// What the tool itself refuses when it comes to the migration.
fn refusal(problem: &Problem) -> Found {
    let mut found = Found::new(Phase::Apply, Blame::Migration, problem.message.clone());
    found.place.clone_from(&problem.place);
    found.error.hint.clone_from(&problem.help);
    found
}

/// An error that no statement of the file is to blame for alone: at BEGIN, COMMIT or the history row.
pub(super) fn at_end(migration: &Migration, phase: Phase, error: SqlError) -> Box<Found> {
    let mut found = Box::new(Found::sql(phase, Blame::Migration, error));
    found.details.push("at the end of the file, when it was recorded and committed".into());
    Body { migration, script: &migration.up, phase }.found_in(found)
}

#[cfg(test)]
pub(super) mod tests;
