//! A baseline proven: on the database that has its schema, on an empty one, and by what comes after it on both.

use std::sync::Arc;

use super::make::{Made, State, last, state};
use super::{BaselineRequest, Proven, Refuted};
use crate::baseline::{Baseline, Rows, stand_in};
use crate::migration::{Migration, MigrationKind};
use crate::outcome::Phase;
use crate::plan::CasePlan;
use crate::postgres::Database;
use crate::replay::case::CaseRun;
use crate::replay::pool::{ServerPool, SharedServer};
use crate::replay::sequence::Sequence;
use crate::schema::{Sides, compare};
use crate::verify::row_changes;

/// The old database is used up.
pub(super) async fn prove(
    run: &CaseRun<'_>,
    request: &BaselineRequest,
    server: &SharedServer,
    made: Made,
) -> Result<Proven, Refuted> {
    let Made { baseline, text, old, state: expected } = made;
    let Some(last) = last(run.case) else { return Err(Refuted::Empty) };
    let migration = stand_in(&run.case.set, last, &request.path, &text);
    let prover = Prover { run, migration, later: later(request) };

    let again = prover.run_on(&old).await?;
    same(
        "the baseline was run where its schema is there already",
        &again,
        &expected,
        AFTER,
        Rows::Kept,
    )?;
    let old_end =
        prover.run_later(&old, "where the migrations ran that the baseline stands for").await?;
    server.server.drop_database(&old).await?;
    // The baseline has to make the roles that the migrations made. On a server that is not ours others may be somebody else's.
    if run.case.alone.is_some() || !ServerPool::is_url(server) {
        server.take_back().await?;
    }

    let fresh = run.set_up_database().await?;
    let built = prover.run_on(&fresh).await?;
    same(
        "the baseline alone was run on an empty database",
        &built,
        &expected,
        INSTEAD,
        request.rows,
    )?;
    let twice = prover.run_on(&fresh).await?;
    same(
        "the baseline was run a second time on the database that it made",
        &twice,
        &built,
        AFTER,
        Rows::Kept,
    )?;
    let fresh_end = prover.run_later(&fresh, "where only the baseline ran").await?;
    same("the later migrations were run on both", &fresh_end, &old_end, INSTEAD, Rows::LeftOut)?;
    Ok(prover.proven(request, baseline, text))
}

const AFTER: Sides<'static> = Sides { left: "after it", right: "before" };
const INSTEAD: Sides<'static> = Sides { left: "with the baseline", right: "with the migrations" };

/// Fails where one is not as the other.
fn same(
    when: &'static str,
    left: &State,
    right: &State,
    sides: Sides<'_>,
    rows: Rows,
) -> Result<(), Refuted> {
    let mut differences = compare(&left.catalog, &right.catalog).describe(sides);
    if rows == Rows::Kept {
        let changes = row_changes(&right.rows, &left.rows);
        differences.extend(changes.iter().flat_map(|change| change.describe(sides)));
    }
    if differences.is_empty() { Ok(()) } else { Err(Refuted::Differs(when, differences)) }
}

/// What comes after the last migration that the baseline stands for.
fn later(request: &BaselineRequest) -> Vec<Arc<Migration>> {
    let is_before = |migration: &Arc<Migration>| {
        request.through.set.migrations().iter().any(|it| it.id == migration.id)
    };
    let after = request.whole.chain.iter().filter(|migration| !is_before(migration));
    after.filter(|migration| migration.kind != MigrationKind::Baseline).cloned().collect()
}

struct Prover<'r> {
    run: &'r CaseRun<'r>,
    migration: Migration,
    later: Vec<Arc<Migration>>,
}

impl Prover<'_> {
    fn case(&self) -> &CasePlan {
        self.run.case
    }

    /// Runs the baseline, as the layout's tool would.
    async fn run_on(&self, database: &Database) -> Result<State, Refuted> {
        self.run.emitter.working(Phase::Apply, Some(&self.migration.id));
        let mut session = self.run.session_as(self.case().user(), database).await?;
        let mut sequence = Sequence::one_by_one(self.case(), Phase::Apply);
        if let Some(found) = sequence.run_unrecorded(&mut session, &self.migration).await.found {
            return Err(found.into());
        }
        drop(session);
        state(&mut self.run.session(database).await?).await
    }

    /// Runs what comes after it.
    async fn run_later(&self, database: &Database, place: &str) -> Result<State, Refuted> {
        let mut session = self.run.session_as(self.case().user(), database).await?;
        let mut sequence = Sequence::of(self.case(), Phase::Apply);
        // It does nothing here, and must leave nothing in the session and its transaction that the others would find.
        if let Some(found) = sequence.run_unrecorded(&mut session, &self.migration).await.found {
            return Err(found.into());
        }
        for migration in &self.later {
            self.run.emitter.working(Phase::Apply, Some(&migration.id));
            if let Some(mut found) = sequence.run(&mut session, migration).await.found {
                found.details.push(format!("after the baseline, {place}"));
                return Err(found.into());
            }
        }
        sequence.finish(&mut session).await?;
        drop(session);
        state(&mut self.run.session(database).await?).await
    }

    fn proven(&self, request: &BaselineRequest, baseline: Baseline, text: String) -> Proven {
        let version = &self.run.server.server.version;
        let version = version.split(' ').next().unwrap_or_default();
        let backend = self.run.server.server.backend.name();
        Proven {
            text,
            last: baseline.about.through,
            migrations: request.through.chain.len(),
            objects: baseline.guard.len(),
            inserted: baseline.about.inserted,
            later: self.later.len(),
            server: format!("Postgres {version} ({backend})"),
        }
    }
}
