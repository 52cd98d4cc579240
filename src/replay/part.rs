//! A part of a body: the statements before the one that a replay is stopped at. They are committed, so
//! that others see them, and what the session held is written down, since it goes away with it.

use super::emit::Emitter;
use super::migrate::at_end;
use super::passes::Progress;
use super::sequence::Sequence;
use super::statement::run_statement;
use crate::migration::{Sends, Wraps};
use crate::outcome::{Blame, Found, Phase, SqlError, Stopped};
use crate::plan::{Stop, StopBody};
use crate::postgres::Session;

/// Settings that this session has otherwise than a new one elsewhere, and temporary tables. Settings of the
/// transaction itself are none of a session; the role is not listed among the settings.
const MARKS: &str = "\
SELECT 'setting', name, setting FROM pg_catalog.pg_settings
    WHERE source IN ('session', 'database', 'user', 'database user') AND name NOT LIKE 'transaction\\_%'
UNION ALL SELECT 'setting', 'role', current_user::text WHERE current_user <> session_user
UNION ALL SELECT 'table', relname::text, '' FROM pg_catalog.pg_class
    WHERE relnamespace = pg_catalog.pg_my_temp_schema() AND relkind IN ('r', 'p')
ORDER BY 1, 2";

/// Runs the part of a migration that comes before the stop.
pub(super) async fn stop_in<S: Session>(
    session: &mut S,
    sequence: &mut Sequence<'_>,
    stop: &Stop,
    emitter: &Emitter,
    found: &mut Vec<Found>,
) -> Progress {
    let StopBody::Migration(migration) = &stop.body else { return Progress::Complete };
    emitter.working(Phase::Apply, Some(&migration.id));
    match sequence.run_part(session, migration, stop).await {
        Ok(stopped) => Progress::AsAsked(Box::new(stopped)),
        Err(wrong) => {
            found.push(*wrong);
            Progress::Stopped
        }
    }
}

/// Runs the statements before the stop. A transaction around all migrations is the caller's to begin.
pub(super) async fn run_part<S: Session>(
    session: &mut S,
    stop: &Stop,
) -> Result<Stopped, Box<Found>> {
    let wrong = |error| in_body(Box::new(Found::sql(stop.phase, Blame::Migration, error)), stop);
    let begins = match (stop.rule.wraps, stop.rule.sends) {
        (Wraps::Each, _) => true,
        // One query of several statements is one transaction.
        (Wraps::Nothing, Sends::Whole) => stop.runs > 0,
        (Wraps::Nothing | Wraps::All, _) => false,
    };
    if begins {
        session.execute("BEGIN").await.map_err(wrong)?;
    }
    run_statements(session, stop).await.map_err(|found| in_body(found, stop))?;
    let is_open = session.in_transaction().await.map_err(wrong)?;
    let mut stopped = describe(stop, is_open);
    read_marks(session, &mut stopped).await.map_err(wrong)?;
    if is_open && let Err(error) = session.execute("COMMIT").await {
        return Err(match &stop.body {
            StopBody::Migration(migration) => at_end(migration, stop.phase, error),
            StopBody::Script(_) => wrong(error),
        });
    }
    Ok(stopped)
}

async fn run_statements<S: Session>(session: &mut S, stop: &Stop) -> Result<(), Box<Found>> {
    let script = stop.body.script();
    let statements = script.statements();
    if stop.runs == 0 {
        return Ok(());
    }
    if stop.rule.sends == Sends::Whole {
        let end = statements.get(stop.runs).map_or(script.body().end, |next| next.span.start);
        let sent = session.execute(&script.text()[script.body().start..end]).await;
        return sent.map_err(|error| Box::new(Found::sql(stop.phase, Blame::Migration, error)));
    }
    for (index, statement) in statements.iter().take(stop.runs).enumerate() {
        run_statement(session, script, statement).await.map_err(|mut found| {
            found.statement_index = Some(index);
            found
        })?;
    }
    Ok(())
}

fn describe(stop: &Stop, is_open: bool) -> Stopped {
    let script = stop.body.script();
    let next = script.statements().get(stop.leaves.start.max(stop.leaves.end.saturating_sub(1)));
    Stopped {
        file: stop.body.name(),
        place: next.filter(|_| !stop.leaves_end).map(|statement| script.place_of(statement)),
        of: script.statements().len(),
        ran: stop.runs,
        left: stop.leaves.len(),
        rolled_back: is_open,
        sql: stop.sql(),
        settings: Vec::new(),
        temporary: Vec::new(),
        fails_alike: None,
    }
}

async fn read_marks<S: Session>(session: &mut S, stopped: &mut Stopped) -> Result<(), SqlError> {
    for row in session.query(MARKS).await?.0 {
        let mut cells = row.into_iter().map(Option::unwrap_or_default);
        let (Some(kind), Some(name), Some(value)) = (cells.next(), cells.next(), cells.next())
        else {
            continue;
        };
        match kind.as_str() {
            "setting" => stopped.settings.push((name, value)),
            _ => stopped.temporary.push(name),
        }
    }
    Ok(())
}

fn in_body(mut found: Box<Found>, stop: &Stop) -> Box<Found> {
    found.phase = stop.phase;
    match &stop.body {
        StopBody::Migration(migration) => found.migration = Some(migration.id.clone()),
        StopBody::Script(_) if found.blame == Blame::Migration => found.blame = Blame::Scenario,
        StopBody::Script(_) => {}
    }
    found.file = Some(stop.body.script().source().path().to_owned());
    found
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::migrate::tests::FakeSession;
    use super::*;
    use crate::migration::BodyRule;
    use crate::migration::layout::testing::set_of;
    use crate::plan::Otherwise;

    /// What is sent when the third statement of a file is stopped before.
    async fn sent(rule: BodyRule, open_block: bool) -> (Vec<String>, Stopped) {
        let set = set_of(&[("1_a.sql", "select 1;\nselect 2;\nselect 3;")]);
        let migration: Arc<_> = set.migrations()[0].clone();
        let stop = Stop {
            phase: Phase::Apply,
            body: StopBody::Migration(migration),
            rule,
            runs: 2,
            leaves: 2..3,
            leaves_end: false,
            fails_with: None,
            otherwise: Otherwise::Keep,
        };
        let mut session = FakeSession::default();
        session.open_block = open_block;
        let stopped = run_part(&mut session, &stop).await.unwrap();
        (session.log, stopped)
    }

    #[tokio::test]
    async fn a_file_in_a_transaction_is_committed_half_way_and_not_recorded() {
        let (log, stopped) = sent(BodyRule::STATEMENTS_IN_TRANSACTION, true).await;
        assert_eq!(log, ["BEGIN", "select 1", "select 2", "COMMIT"]);
        assert!(stopped.rolled_back);
        assert_eq!((stopped.ran, stopped.of, stopped.sql.as_str()), (2, 3, "select 3;\n"));
    }

    #[tokio::test]
    async fn statements_on_their_own_stay_so() {
        let (log, stopped) = sent(BodyRule::STATEMENTS, false).await;
        assert_eq!(log, ["select 1", "select 2"]);
        assert!(!stopped.rolled_back);
    }

    #[tokio::test]
    async fn a_query_of_several_statements_is_cut_before_the_one_that_fails() {
        let (log, _) = sent(BodyRule::WHOLE, true).await;
        assert_eq!(log, ["BEGIN", "select 1;\nselect 2;\n", "COMMIT"]);
    }
}
