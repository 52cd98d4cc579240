use std::time::{Duration, Instant};

use super::locks::ends_block;
use super::migrate::{Body, MigrationRun, run_migration, run_rest};
use super::part::run_part;
use super::statement::begins_block;
use crate::migration::{BodyRule, Ledger, Migration, Sends, Sessions, Wraps};
use crate::outcome::{Blame, Found, Phase, SqlError, Stopped};
use crate::plan::{CasePlan, Stop};
use crate::postgres::{Ran, Session};

/// Migrations one after the other, with the sessions, transactions and history table that their tool
/// has.
pub(super) struct Sequence<'c> {
    rule: BodyRule,
    sessions: Sessions,
    ledger: Option<&'c Ledger>,
    phase: Phase,
    state: State,
    /// Whether the migration before may have left something in the session.
    is_marked: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Ready,
}

impl<'c> Sequence<'c> {
    /// As the case's tool runs what is pending.
    pub(super) fn of(case: &'c CasePlan, phase: Phase) -> Self {
        Self {
            rule: case.rule,
            sessions: case.sessions,
            ledger: case.ledger.as_ref(),
            phase,
            state: State::New,
            is_marked: false,
        }
    }

    /// The same one by one: a seed state came about release by release, so that `all` means each.
    pub(super) fn one_by_one(case: &'c CasePlan, phase: Phase) -> Self {
        Self { rule: case.rule.single(), ..Self::of(case, phase) }
    }

    /// What the tool does before its first migration.
    pub(super) async fn begin<S: Session>(&mut self, session: &mut S) -> Result<(), SqlError> {
        if self.state == State::Ready {
            return Ok(());
        }
        self.state = State::Ready;
        if let Some(ledger) = self.ledger {
            session.execute(ledger.create).await?;
        }
        match self.rule.wraps {
            Wraps::All => session.execute("BEGIN").await,
            Wraps::Nothing | Wraps::Each => Ok(()),
        }
    }

    /// Runs a migration and records it.
    pub(super) async fn run<S: Session>(
        &mut self,
        session: &mut S,
        migration: &Migration,
    ) -> MigrationRun {
        let breaks_out = match self.enter(session, migration).await {
            Ok(breaks_out) => breaks_out,
            Err(found) => return not_begun(found),
        };
        let run = run_migration(session, migration, self.rule, self.ledger, self.phase).await;
        self.after(session, migration, run, breaks_out).await
    }

    /// Runs a migration from a statement on, in the session that ran what comes before.
    pub(super) async fn run_rest<S: Session>(
        &mut self,
        session: &mut S,
        migration: &Migration,
        from: usize,
    ) -> MigrationRun {
        let rule = (self.rule, from);
        let run = run_rest(session, migration, rule, self.ledger, self.phase).await;
        self.after(session, migration, run, false).await
    }

    /// Where a migration that failed can be run on from: its first statement if nothing of it has stayed, else what comes after the
    /// last that has. `None` where that is not known, or what ran before went with it.
    pub(super) fn can_go_on_from(&self, migration: &Migration, failed: &Found) -> Option<usize> {
        let rule = migration.rule.unwrap_or(self.rule);
        let statements = migration.up.statements();
        let text_of = |at: usize| migration.up.text_of(&statements[at]);
        let last = |is_it: fn(&str) -> bool, until| (0..until).rfind(|at| is_it(&text_of(*at)));
        let behind_an_end = |until| last(ends_block, until).map_or(0, |at| at + 1);
        match (rule.wraps, rule.sends) {
            (Wraps::All, _) => None,
            (Wraps::Each, _) => Some(0),
            // What stands outside of blocks is one transaction, too, up to the next end of one.
            (Wraps::Nothing, Sends::Whole) => match failed.statement_index {
                Some(failed) => Some(behind_an_end(failed)),
                None => (behind_an_end(statements.len()) == 0).then_some(0),
            },
            (Wraps::Nothing, Sends::Statements) => {
                let failed = failed.statement_index?;
                let begun = last(begins_block, failed).filter(|at| *at >= behind_an_end(failed));
                Some(begun.unwrap_or(failed))
            }
        }
    }

    async fn after<S: Session>(
        &mut self,
        session: &mut S,
        migration: &Migration,
        mut run: MigrationRun,
        breaks_out: bool,
    ) -> MigrationRun {
        if run.found.is_none()
            && let Err(error) = session.has_run(Ran::Script(&migration.up)).await
        {
            run.found = Some(self.found(Blame::Environment, error));
        }
        if breaks_out
            && run.found.is_none()
            && let Err(error) = session.execute("BEGIN").await
        {
            return not_begun(self.found(Blame::Migration, error));
        }
        run
    }

    /// Runs a migration, and records it nowhere.
    pub(super) async fn run_unrecorded<S: Session>(
        &mut self,
        session: &mut S,
        migration: &Migration,
    ) -> MigrationRun {
        let begun = Instant::now();
        let entered = self.enter(session, migration).await;
        let body = Body { migration, script: &migration.up, phase: self.phase };
        let rule = migration.rule.unwrap_or(self.rule);
        let found = match entered {
            Ok(_) => body.run_alone(session, rule).await.err(),
            Err(found) => Some(found),
        };
        let statements = migration.up.statements().len();
        MigrationRun { statements, found, took: begun.elapsed() }
    }

    /// Runs the first statements of a migration, each for good, as a run does that is interrupted then.
    pub(super) async fn run_first<S: Session>(
        &mut self,
        session: &mut S,
        migration: &Migration,
        statements: usize,
    ) -> Result<(), Box<Found>> {
        self.enter(session, migration).await?;
        let body = Body { migration, script: &migration.up, phase: self.phase };
        for index in 0..statements {
            body.run_one(session, index).await?;
        }
        Ok(())
    }

    /// Runs a part of a migration, which nothing follows.
    pub(super) async fn run_part<S: Session>(
        &mut self,
        session: &mut S,
        migration: &Migration,
        stop: &Stop,
    ) -> Result<Stopped, Box<Found>> {
        self.enter(session, migration).await?;
        run_part(session, stop).await
    }

    /// What the tool does before a migration; `true` where that ended the transaction around all.
    async fn enter<S: Session>(
        &mut self,
        session: &mut S,
        migration: &Migration,
    ) -> Result<bool, Box<Found>> {
        self.begin(session).await.map_err(|error| self.found(Blame::Migration, error))?;
        if std::mem::take(&mut self.is_marked) {
            let unmarked = self.unmark(session).await;
            unmarked.map_err(|error| self.found(Blame::Environment, error))?;
        }
        self.is_marked = migration.up.marks_session();
        let breaks_out = self.rule.wraps == Wraps::All
            && migration.rule.is_some_and(|rule| rule.wraps == Wraps::Nothing);
        if breaks_out {
            let ended = session.execute("COMMIT").await;
            ended.map_err(|error| self.found(Blame::Migration, error))?;
        }
        Ok(breaks_out)
    }

    /// What the tool does between two migrations about what the first left in the session; a transaction has only one.
    async fn unmark<S: Session>(&self, session: &mut S) -> Result<(), SqlError> {
        match self.sessions {
            Sessions::Own if self.rule.wraps != Wraps::All => session.renew().await,
            Sessions::Shared | Sessions::Own => Ok(()),
            Sessions::Restored(sql) => session.restore(sql).await,
        }
    }

    /// What the tool does after its last migration.
    pub(super) async fn finish<S: Session>(&mut self, session: &mut S) -> Result<(), SqlError> {
        match (self.state, self.rule.wraps) {
            (State::Ready, Wraps::All) => session.execute("COMMIT").await,
            _ => Ok(()),
        }
    }

    fn found(&self, blame: Blame, error: SqlError) -> Box<Found> {
        Box::new(Found::sql(self.phase, blame, error))
    }
}

fn not_begun(found: Box<Found>) -> MigrationRun {
    MigrationRun { statements: 0, found: Some(found), took: Duration::ZERO }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::migrate::tests::FakeSession;
    use super::*;
    use crate::migration::layout::testing::set_of;
    use crate::migration::{MigrationSet, sql_text};

    const ALL: BodyRule = BodyRule { wraps: Wraps::All, ..BodyRule::STATEMENTS };

    fn sequence(rule: BodyRule, sessions: Sessions) -> Sequence<'static> {
        Sequence {
            rule,
            sessions,
            ledger: None,
            phase: Phase::Apply,
            state: State::New,
            is_marked: false,
        }
    }

    async fn log_of(mut sequence: Sequence<'_>, set: &MigrationSet) -> Vec<String> {
        let mut session = FakeSession::default();
        for migration in set.migrations() {
            assert!(sequence.run(&mut session, migration).await.found.is_none());
        }
        sequence.finish(&mut session).await.unwrap();
        session.log
    }

    const MARKED: [(&str, &str); 3] = [
        ("1_a.sql", "SET search_path = x"),
        ("2_b.sql", "update t set a = 1"),
        ("3_c.sql", "select 3"),
    ];

    #[tokio::test]
    async fn a_session_of_its_own_is_opened_only_after_one_that_was_marked() {
        let set = set_of(&MARKED);
        let log = log_of(sequence(BodyRule::STATEMENTS, Sessions::Own), &set).await;
        let is_new = |entry: &String| entry == "renew";
        assert_eq!((log.iter().position(is_new), log.iter().rposition(is_new)), (Some(2), Some(2)));
        for (rule, sessions) in [(BodyRule::STATEMENTS, Sessions::Shared), (ALL, Sessions::Own)] {
            assert!(!log_of(sequence(rule, sessions), &set).await.iter().any(is_new));
        }
    }

    #[tokio::test]
    async fn settings_are_restored_after_a_migration_that_may_have_changed_some() {
        let set = set_of(&MARKED);
        let restored = Sessions::Restored("RESET ALL");
        let log = log_of(sequence(BodyRule::STATEMENTS, restored), &set).await;
        assert_eq!(log.iter().filter(|entry| *entry == "RESET ALL").count(), 1);
        assert_eq!(log[2], "RESET ALL");
    }

    #[tokio::test]
    async fn a_migration_without_transaction_breaks_out_of_the_one_for_all() {
        let set = set_of(&[("1_a.sql", "select 1"), ("2_b.sql", "select 2")]);
        let mut session = FakeSession::default();
        let mut sequence = sequence(ALL, Sessions::Shared);
        sequence.run(&mut session, &set.migrations()[0]).await;
        let alone = set_of(&[("2_b.sql", "select 2")]);
        let mut migrations = alone.migrations().to_vec();
        drop(alone);
        let mut second = Arc::try_unwrap(migrations.remove(0)).unwrap();
        second.rule = Some(BodyRule::STATEMENTS);
        sequence.run(&mut session, &second).await;
        sequence.finish(&mut session).await.unwrap();
        let expected = [
            "BEGIN",
            "select 1",
            "record 1_a.sql applied",
            "COMMIT",
            "select 2",
            "record 2_b.sql applied",
            "BEGIN",
            "COMMIT",
        ];
        assert_eq!(session.log, expected);
    }

    #[tokio::test]
    async fn the_tools_own_history_table_is_made_first_and_filled_inside_each_transaction() {
        let ledger = Ledger {
            table: "versions",
            create: "create versions",
            record: |migration| format!("insert {}", sql_text(migration.version.as_str())),
            read: crate::migration::LedgerRead::Highest("select"),
        };
        let set = set_of(&[("1_a.sql", "select 1")]);
        let mut sequence = sequence(BodyRule::STATEMENTS_IN_TRANSACTION, Sessions::Shared);
        sequence.ledger = Some(&ledger);
        let expected = [
            "create versions",
            "BEGIN",
            "select 1",
            "insert '1'",
            "record 1_a.sql applied",
            "COMMIT",
        ];
        assert_eq!(log_of(sequence, &set).await, expected);
    }

    #[test]
    fn a_failed_file_goes_on_where_nothing_of_it_was_lost() {
        let set = set_of(&[("1_a.sql", "select 1; begin; select 2; select 3; commit; select 4")]);
        let from = |rule, failed| {
            let mut found = Found::new(Phase::Apply, Blame::Migration, "failed");
            found.statement_index = Some(failed);
            sequence(rule, Sessions::Shared).can_go_on_from(&set.migrations()[0], &found)
        };
        assert_eq!(from(BodyRule::STATEMENTS, 0), Some(0));
        assert_eq!(from(BodyRule::STATEMENTS, 3), Some(1));
        assert_eq!(from(BodyRule::STATEMENTS, 5), Some(5));
        assert_eq!(from(BodyRule::STATEMENTS_IN_TRANSACTION, 3), Some(0));
        assert_eq!(from(ALL, 3), None);
        assert_eq!(from(BodyRule::WHOLE, 3), Some(0));
        assert_eq!(from(BodyRule::WHOLE, 5), Some(5));
    }
}
