//! The passes that explore each migration, on one tour: `interrupt` just before it runs for good, `reexecute` and `round-trip` just
//! after. What they try is taken back, so that each of them finds the line as it would without the others.

mod chain;
mod changers;
mod half_built;
mod in_doubt;
mod interrupt;
mod line;
mod reexecute;
mod round_trip;
mod since;
mod traces;
mod within;

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::case::CaseRun;
use super::emit::plain_step;
use super::over_rows::cannot_compute;
use crate::migration::{Migration, Pattern};
use crate::outcome::{Found, Phase, Step, Verdict};
use crate::scenario::Pass;
use chain::Chain;
use interrupt::{Twice, commits_as_a_whole, interrupt, judge_interrupted};
pub(super) use line::Line;
use reexecute::reexecute;
pub(super) use reexecute::{about, verdict_of};
use round_trip::goes_down;
pub(super) use traces::Traces;
pub(super) use within::{is_one_transaction, refuses_transactions};

/// One pass at one migration.
#[derive(Clone, Copy)]
struct Stop {
    phase: Phase,
    begun: Instant,
    /// Whether it is the first, to which the run for good is counted.
    is_first: bool,
}

impl CaseRun<'_> {
    /// Runs those of the three passes that the scenario wants.
    pub(super) async fn tour(&self, found: &mut Vec<Found>) {
        let wanted = [Pass::Interrupt, Pass::Reexecute, Pass::RoundTrip];
        let first = wanted.into_iter().find(|pass| self.explores(*pass));
        self.tell_if_nothing_goes_down();
        let Some(first) = first.map(Phase::from) else { return };
        let (mut line, pending) = match Line::begin(self, first).await {
            Ok(begun) => begun,
            Err(failure) => return found.push(*failure),
        };
        let mut seen = Vec::new();
        if let Err(failure) = self.along(&mut line, &pending, first, &mut seen).await {
            seen.push(*failure);
        }
        line.end().await;
        seen.sort_by_key(|found| found.phase);
        found.extend(seen);
    }

    /// Whether a pass is wanted, and can do something.
    fn explores(&self, pass: Pass) -> bool {
        let is_wanted = self.case.scenario.replay.passes.contains(&pass);
        is_wanted && (pass != Pass::RoundTrip || self.goes_down())
    }

    fn goes_down(&self) -> bool {
        self.case.chain.iter().any(|migration| goes_down(migration))
    }

    fn tell_if_nothing_goes_down(&self) {
        if self.case.scenario.replay.passes.contains(&Pass::RoundTrip) && !self.goes_down() {
            let reason = "no migration of this folder has a way down".to_owned();
            let step = plain_step(Phase::RoundTrip, Verdict::Skipped, Duration::ZERO);
            self.emitter.step(Step { reason: Some(reason), ..step });
        }
    }

    async fn along(
        &self,
        line: &mut Line<'_>,
        pending: &[Arc<Migration>],
        first: Phase,
        found: &mut Vec<Found>,
    ) -> Result<(), Box<Found>> {
        let mut chain = None;
        if self.explores(Pass::RoundTrip) {
            chain = Some(Chain::begin(line, self.stays(pending)).await?);
        }
        // One is enough: what comes of a COMMIT does not depend on what is committed.
        let killed = pending.iter().rposition(|migration| commits_as_a_whole(line, migration));
        for (position, migration) in pending.iter().enumerate() {
            let stop = |phase| {
                self.emitter.working(phase, Some(&migration.id));
                Stop { phase, begun: Instant::now(), is_first: phase == first }
            };
            let mut twice = None;
            if self.explores(Pass::Interrupt) {
                let stop = stop(Phase::Interrupt);
                let is_last = killed == Some(position);
                let (finding, whole) = self.interrupt_one(line, migration, is_last, stop).await?;
                found.extend(finding);
                twice = whole;
            }
            if self.explores(Pass::Reexecute) {
                let stop = stop(Phase::Reexecute);
                found.extend(self.reexecute_one(line, migration, twice, stop).await?);
            }
            if let Some(chain) = &mut chain {
                let stop = stop(Phase::RoundTrip);
                found.extend(self.trip_one(line, (position, migration), chain, stop).await?);
            }
        }
        match chain {
            Some(chain) => self.whole_chain(line, pending, &chain, found).await,
            None => Ok(()),
        }
    }

    async fn whole_chain(
        &self,
        line: &mut Line<'_>,
        pending: &[Arc<Migration>],
        chain: &Chain,
        found: &mut Vec<Found>,
    ) -> Result<(), Box<Found>> {
        self.emitter.working(Phase::RoundTrip, None);
        line.phase = Phase::RoundTrip;
        let (begun, before) = (Instant::now(), found.len());
        let bodies = chain.whole(line, pending, found).await?;
        let is_whole = found.len() == before;
        let verdict = if is_whole { Verdict::Passed } else { Verdict::Failed };
        if bodies > 0 {
            let step = plain_step(Phase::RoundTrip, verdict, begun.elapsed());
            self.emitter.step(Step { bodies, ..step });
        }
        Ok(())
    }

    async fn interrupt_one(
        &self,
        line: &mut Line<'_>,
        migration: &Migration,
        at_commit: bool,
        stop: Stop,
    ) -> Result<(Option<Found>, Option<Result<Twice, Box<Found>>>), Box<Found>> {
        line.phase = stop.phase;
        let mut before = interrupt(line, migration, self.case.ledger.as_ref(), at_commit)
            .await
            .map_err(|error| line.lost(error))?;
        line.run(migration).await?;
        let (reason, tried) = (before.boundaries.told(), before.boundaries.tried);
        let twice = before.boundaries.whole.take();
        let finding = judge_interrupted(line, migration, before).await?;
        self.tell_stop(migration, finding.as_ref(), reason, tried, stop);
        Ok((finding, twice))
    }

    async fn reexecute_one(
        &self,
        line: &mut Line<'_>,
        migration: &Migration,
        twice: Option<Result<Twice, Box<Found>>>,
        stop: Stop,
    ) -> Result<Option<Found>, Box<Found>> {
        line.phase = stop.phase;
        if stop.is_first {
            line.run(migration).await?;
        }
        let wanted = self.case.scenario.replay.reexecute;
        let bodies = usize::from(twice.is_none());
        let (finding, reason) = reexecute(line, migration, wanted, twice).await?;
        self.tell_stop(migration, finding.as_ref(), reason, bodies, stop);
        Ok(finding)
    }

    async fn trip_one(
        &self,
        line: &mut Line<'_>,
        (position, migration): (usize, &Migration),
        chain: &mut Chain,
        stop: Stop,
    ) -> Result<Option<Found>, Box<Found>> {
        line.phase = stop.phase;
        if stop.is_first {
            line.run(migration).await?;
        }
        let Some(finding) = chain.trip(line, (position, migration)).await? else {
            return Ok(None);
        };
        let finding = finding.map(|found| self.over_rows(found));
        let bodies = if goes_down(migration) { 2 } else { 0 };
        self.tell_stop(migration, finding.as_ref(), None, bodies, stop);
        Ok(finding)
    }

    /// A way down that cannot compute with what generated rows hold is a hazard, as a way up is in `apply`.
    fn over_rows(&self, mut found: Found) -> Found {
        if self.case.seed.rows.is_some() && cannot_compute(&found) {
            found.is_note = true;
            found.because.push("it computes with values of rows that were generated".to_owned());
        }
        found
    }

    /// Tells of a step that executed so many bodies, the run for good left out.
    fn tell_stop(
        &self,
        migration: &Migration,
        finding: Option<&Found>,
        reason: Option<String>,
        bodies: usize,
        stop: Stop,
    ) {
        let bodies = bodies + usize::from(stop.is_first);
        self.emitter.step(Step {
            phase: stop.phase,
            migration: Some(migration.id.clone()),
            file: Some(migration.up.source().path().to_owned()),
            verdict: verdict_of(finding),
            reason,
            took: stop.begun.elapsed(),
            statements: migration.up.statements().len() * bodies,
            bodies,
            output: None,
        });
    }

    /// How many of the pending migrations are not taken down.
    fn stays(&self, pending: &[Arc<Migration>]) -> usize {
        let down_to = self.case.scenario.replay.down_to.as_ref();
        let Some(Ok(pattern)) = down_to.map(|version| Pattern::new(&version.value)) else {
            return 0;
        };
        pending.iter().rposition(|it| pattern.matches(it)).map_or(0, |last| last + 1)
    }
}
