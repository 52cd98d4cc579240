//! The migrations replayed on a fresh database, and what they made written down.

use std::collections::BTreeMap;

use super::Refuted;
use crate::baseline::{About, Baseline, Dump, Guard, Rows, role_of};
use crate::migration::{Ledger, Migration};
use crate::outcome::{Blame, Found, Phase};
use crate::plan::CasePlan;
use crate::postgres::{Database, DumpedRows, PgSession, Session};
use crate::replay::case::CaseRun;
use crate::replay::sequence::Sequence;
use crate::schema::{Catalog, quoted};
use crate::verify::RowSum;

/// A database as it is at one moment.
pub(super) struct State {
    pub(super) catalog: Catalog,
    pub(super) rows: BTreeMap<String, RowSum>,
}

/// A baseline, and the database that it was made of.
pub(super) struct Made {
    pub(super) baseline: Baseline,
    pub(super) text: String,
    pub(super) old: Database,
    pub(super) state: State,
}

struct Dumped {
    dump: Dump,
    roles: Vec<String>,
    state: State,
}

pub(super) async fn make(run: &CaseRun<'_>, rows: Rows) -> Result<Made, Refuted> {
    let empty = run.set_up_database().await?;
    run.server.accept_globals().await?;
    let mut session = run.session_as(run.case.user(), &empty).await?;
    // The tool's own history table is there before the first migration.
    Sequence::one_by_one(run.case, Phase::Apply).begin(&mut session).await?;
    drop(session);
    let before = dump(run, &empty).await?;
    run.server.server.drop_database(&empty).await?;

    let old = run.set_up_database().await?;
    run.replay_fresh(&old)
        .await
        .map_err(|found| Box::new(Found { phase: Phase::Apply, ..*found }))?;
    let after = dump(run, &old).await?;
    let guard = Guard::of(&after.state.catalog, &before.state.catalog);
    if guard.is_empty() {
        return Err(Refuted::Empty);
    }
    let about = about(run, &before, &after);
    let mut dump = after.dump.without(&before.dump);
    if let Some(ledger) = &run.case.ledger {
        dump.entries.retain(|entry| !is_of(ledger, &entry.name) || !entry.kind.contains("DATA"));
    }
    let baseline = Baseline { dump, guard, rows, about };
    Ok(Made { text: baseline.text(), baseline, old, state: after.state })
}

fn about(run: &CaseRun<'_>, before: &Dumped, after: &Dumped) -> About {
    let own = run.server.server.config().get_user().unwrap_or("postgres");
    let new_roles = after.roles.iter().filter(|sql| !before.roles.contains(sql));
    let is_of_ledger = |table: &str| run.case.ledger.is_some_and(|it| is_of(&it, table));
    let inserted = after.state.rows.iter().filter_map(|(table, sum)| {
        let count =
            sum.count - before.state.rows.get(table).map_or(0, |old| old.count).min(sum.count);
        (count > 0 && !is_of_ledger(table)).then(|| (table.clone(), count))
    });
    About {
        layout: run.case.set.layout,
        through: last(run.case).map(|it| it.file_name().to_owned()).unwrap_or_default(),
        migrations: run.case.chain.len(),
        server: run.server.server.version.clone(),
        owner: quoted(run.case.user().unwrap_or(own)),
        roles: new_roles.map(|sql| (role_of(sql), sql.clone())).collect(),
        inserted: inserted.collect(),
    }
}

pub(super) fn last(case: &CasePlan) -> Option<&Migration> {
    case.chain.last().map(AsRef::as_ref)
}

/// Whether a table, or a sequence of it, is the tool's history.
fn is_of(ledger: &Ledger, name: &str) -> bool {
    let table = ledger.table.rsplit('.').next().unwrap_or(ledger.table).trim_matches('"');
    name.rsplit('.').next().is_some_and(|name| name.trim_matches('"').starts_with(table))
}

async fn dump(run: &CaseRun<'_>, database: &Database) -> Result<Dumped, Refuted> {
    let failed = |why: String| Box::new(Found::new(Phase::Apply, Blame::Environment, why));
    let file = tempfile::NamedTempFile::new().map_err(|error| failed(error.to_string()))?;
    let dumped = run.server.server.dump(database, file.path(), DumpedRows::Inserted).await;
    let roles = dumped.map_err(failed)?;
    let text = std::fs::read(file.path()).map_err(|error| failed(error.to_string()))?;
    let dump = Dump::read(&String::from_utf8_lossy(&text));
    let mut session = run.session(database).await?;
    Ok(Dumped { dump, roles, state: state(&mut session).await? })
}

pub(super) async fn state(session: &mut PgSession) -> Result<State, Refuted> {
    let tables = session.tables().await?;
    let rows = session.row_sums(&tables).await?;
    Ok(State { catalog: session.catalog().await?, rows })
}
