//! After a failure: why it failed, and which ways out hold.

use std::time::Duration;

use tokio::time::Instant;

use super::bench::Bench;
use super::emit::Emitter;
use super::over_rows::generated_only;
use super::trial::Trial;
use crate::diagnosis::{Change, Diagnosis, Evidence, WayOut, diagnose};
use crate::exclusions::{Answer, End, Halted, List, Trials, closure};
use crate::migration::MigrationId;
use crate::outcome::{Advice, Blame, Event, Found, Phase};
use crate::plan::CasePlan;
use crate::scenario::Cause;
use crate::verify::are_expected;

/// How long ways out of one failure are tried; one that is under way is finished.
const PATIENCE: Duration = Duration::from_mins(1);
/// More migrations than this are not left out together with one.
const LARGEST_CLOSURE: usize = 60;

/// What becomes of the ways out of a failure that nobody expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WaysOut {
    /// They are tried out.
    Tried,
    /// They are named: nobody knows yet whether the failure is anybody's to mend.
    Named,
}

/// Explains what a case found.
pub(super) struct Investigation<'a> {
    pub(super) case: &'a CasePlan,
    pub(super) bench: Bench<'a>,
    pub(super) emitter: &'a Emitter,
    pub(super) ways_out: WaysOut,
}

impl Investigation<'_> {
    /// Adds to each finding its cause, who is to blame, and ways out; those of failures that nobody expected are tried out, if
    /// that is asked for.
    pub(super) async fn explain(&self, found: &mut [Found]) {
        self.tell_generated(found).await;
        if self.case.scenario.replay.runner.is_some() {
            return;
        }
        let mut diagnoses = Vec::new();
        for (position, each) in found.iter_mut().enumerate() {
            if !is_open(each) {
                continue;
            }
            if let Some(diagnosis) = self.diagnosis(each).await {
                if !diagnosis.is_guess {
                    diagnosis.tell(each);
                }
                diagnoses.push((position, diagnosis));
            }
        }
        self.trace(found).await;
        let expected = are_expected(self.case, found);
        for (position, diagnosis) in diagnoses {
            let Some(each) = found.get_mut(position) else { continue };
            if expected.get(position) == Some(&true) {
                if !diagnosis.is_guess {
                    each.advice = diagnosis.ways_out.iter().map(unproven).collect();
                }
                continue;
            }
            self.emitter
                .event(Event::Explained { case: self.emitter.case, found: Box::new(each.clone()) });
            self.prove(each, diagnosis).await;
        }
    }

    /// Tries out the ways out of findings whose causes are told.
    pub(super) async fn try_ways_out(&self, found: &mut [&mut Found]) {
        if self.case.scenario.replay.runner.is_some() {
            return;
        }
        for each in found.iter_mut().filter(|each| is_of_a_statement(each)) {
            let unexplained = Found { cause: None, ..(**each).clone() };
            if let Some(diagnosis) = self.diagnosis(&unexplained).await {
                self.prove(each, diagnosis).await;
            }
        }
    }

    async fn diagnosis(&self, found: &Found) -> Option<Diagnosis> {
        let what = "looking at the failure again".into();
        self.emitter.event(Event::Investigating { case: self.emitter.case, what });
        let evidence = self.bench.look_again(self.case, found).await;
        diagnose(self.case, found, &evidence)
    }

    /// Where a schema that differs came from, unless that is expected. One whose culprit is expected is not until it has one.
    async fn trace(&self, found: &mut [Found]) {
        let expected = are_expected(self.case, found);
        for (each, expected) in found.iter_mut().zip(expected) {
            let differs = each.phase == Phase::Converge && each.cause == Some(Cause::SchemaDiffers);
            if differs && !expected {
                let what = "tracing where the schemas part".into();
                self.emitter.event(Event::Investigating { case: self.emitter.case, what });
                self.bench.tell_origins(self.case, each).await;
            }
        }
    }

    /// Marks what only generated rows cause: the same migration passes without them, on a database of its own.
    async fn tell_generated(&self, found: &mut [Found]) {
        let Some(bare) = self.case.without_generated_rows() else { return };
        for each in found.iter_mut().filter(|each| is_open(each) && each.phase == Phase::Apply) {
            let Some(id) = &each.migration else { continue };
            let what = "trying without generated rows".into();
            self.emitter.event(Event::Investigating { case: self.emitter.case, what });
            let fails = match self.bench.try_out(&bare).await {
                Trial::Passed => false,
                Trial::Failed(bare) => {
                    bare.blame != Blame::Migration || bare.migration.as_ref() == Some(id)
                }
            };
            if !fails {
                *each = generated_only(each.clone());
            }
        }
    }

    /// Settles what the files alone cannot, and tries each way out.
    async fn prove(&self, found: &mut Found, diagnosis: Diagnosis) {
        let until = Instant::now() + PATIENCE;
        let (diagnosis, settled) = self.settle(diagnosis, until).await;
        if diagnosis.is_guess {
            return;
        }
        diagnosis.tell(found);
        if self.ways_out == WaysOut::Named {
            found.advice = diagnosis.ways_out.iter().map(unproven).collect();
            return;
        }
        found.advice.clear();
        let mut is_reordered = false;
        for way_out in &diagnosis.ways_out {
            let reorders = way_out.change.as_ref().is_some_and(Change::reorders);
            if reorders && is_reordered {
                continue;
            }
            let tried = match &way_out.change {
                Some(change) if settled.as_ref() == Some(change) => {
                    Tried::Holds(way_out.text.clone())
                }
                Some(change) if Instant::now() < until => {
                    self.say_trying(way_out);
                    self.attempt(way_out, change, until).await
                }
                _ => Tried::Not,
            };
            is_reordered |= reorders && matches!(tried, Tried::Holds(_));
            match tried {
                Tried::Holds(text) => found.advice.push(Advice { text, proven: true }),
                Tried::Not => found.advice.push(unproven(way_out)),
                Tried::Fails(_) if reorders => {}
                Tried::Fails(line) => found.because.push(line),
            }
        }
    }

    /// The first of the other answers whose change makes the replay pass holds; else the first answer.
    async fn settle(
        &self,
        mut diagnosis: Diagnosis,
        until: Instant,
    ) -> (Diagnosis, Option<Change>) {
        for (change, other) in std::mem::take(&mut diagnosis.otherwise) {
            if Instant::now() >= until {
                break;
            }
            let Some(plan) = change.made_in(self.case) else { continue };
            if matches!(self.bench.try_out(&plan).await, Trial::Passed) {
                return (other, Some(change));
            }
        }
        (diagnosis, None)
    }

    async fn attempt(&self, way_out: &WayOut, change: &Change, until: Instant) -> Tried {
        match change {
            Change::Exclude(migration) => self.attempt_to_exclude(migration, until).await,
            Change::Include(migrations) => self.attempt_to_include(migrations, until).await,
            _ => {
                let Some(plan) = change.made_in(self.case) else { return Tried::Not };
                match self.bench.try_out(&plan).await {
                    Trial::Passed => Tried::Holds(way_out.text.clone()),
                    Trial::Failed(next) => disproven(&way_out.text, &next),
                }
            }
        }
    }

    /// Leaves out one more after the other, until the rest runs to its end.
    async fn attempt_to_exclude(&self, migration: &MigrationId, until: Instant) -> Tried {
        let listed = self.case.listed();
        let mut list: List = listed.into_iter().map(|entry| entry.migration.clone()).collect();
        list.insert(migration.clone());
        let mut attempt = Attempt { case: self.case, bench: self.bench, until };
        let Ok(closed) = closure(&mut attempt, &list, LARGEST_CLOSURE).await else {
            return Tried::Not;
        };
        let with_it: Vec<_> = closed.fallen().cloned().collect();
        match closed.end {
            End::Passed => Tried::Holds(closure_text(migration, &with_it)),
            End::Stuck(_) => Tried::Not,
        }
    }

    /// Takes back what is left out, and whatever that turns out to need of the list.
    async fn attempt_to_include(&self, migrations: &[MigrationId], until: Instant) -> Tried {
        let mut all = migrations.to_vec();
        loop {
            let way_out = WayOut::include(all.clone());
            let plan = way_out.change.as_ref().and_then(|change| change.made_in(self.case));
            let Some(plan) = plan else { return Tried::Not };
            let next = match self.bench.try_out(&plan).await {
                Trial::Passed => return Tried::Holds(way_out.text),
                Trial::Failed(next) => next,
            };
            let left_out = diagnose(&plan, &next, &Evidence::default());
            let more = left_out.into_iter().flat_map(|diagnosis| diagnosis.culprits);
            let more = more.filter_map(|culprit| culprit.migration).find(|culprit| {
                plan.excluded.iter().any(|excluded| excluded.migration == *culprit)
            });
            match more {
                Some(more) if Instant::now() < until => {
                    all.push(more);
                    let position = |id: &MigrationId| {
                        self.case.set.migrations().iter().position(|it| it.id == *id)
                    };
                    all.sort_by_key(position);
                }
                _ => return disproven(&WayOut::include(all).text, &next),
            }
        }
    }

    fn say_trying(&self, way_out: &WayOut) {
        let what = format!("trying: {}", way_out.text);
        self.emitter.event(Event::Investigating { case: self.emitter.case, what });
    }
}

/// Other lists for one case, as long as there is time.
struct Attempt<'a> {
    case: &'a CasePlan,
    bench: Bench<'a>,
    until: Instant,
}

impl Trials for Attempt<'_> {
    async fn replay(&mut self, left_out: &List, _purpose: &str) -> Result<Answer, Halted> {
        if Instant::now() >= self.until {
            let why = "there is no time left";
            return Err(Halted(Box::new(Found::new(Phase::Apply, Blame::Environment, why))));
        }
        match self.bench.try_out(&self.case.leaving_out(left_out)).await {
            Trial::Passed => Ok(Answer::Passed),
            Trial::Failed(found) => Ok(Answer::Failed(found)),
        }
    }

    async fn foresee(&mut self, left_out: &List) -> Vec<Found> {
        if Instant::now() >= self.until {
            return Vec::new();
        }
        self.bench.explore(&self.case.leaving_out(left_out)).await
    }
}

/// Whether a finding is about a migration that failed, and nobody knows yet why.
fn is_open(found: &Found) -> bool {
    found.cause.is_none() && is_of_a_statement(found)
}

fn is_of_a_statement(found: &Found) -> bool {
    found.blame == Blame::Migration
        && found.migration.is_some()
        && matches!(found.phase, Phase::Seed | Phase::Apply | Phase::Converge)
        && found.error.sqlstate.is_some()
}

fn unproven(way_out: &WayOut) -> Advice {
    Advice { text: way_out.text.clone(), proven: false }
}

/// What came of trying a way out.
enum Tried {
    /// It holds: in these words.
    Holds(String),
    /// It does not: what happened.
    Fails(String),
    /// It could not be tried, or not to the end.
    Not,
}

fn disproven(text: &str, next: &Found) -> Tried {
    let at = next.migration.as_ref().map_or(String::new(), |id| format!(" {id}"));
    Tried::Fails(format!("tried and no way out: {text}; then{at} fails, {}", next.error))
}

/// `exclude 011 too, and with it 017 and 018, which fall with it`
fn closure_text(migration: &MigrationId, with_it: &[MigrationId]) -> String {
    let names: Vec<_> = with_it.iter().map(MigrationId::as_str).collect();
    match names.split_last() {
        None => format!("exclude {migration} too"),
        Some((only, [])) => format!("exclude {migration} too, and {only}, which falls with it"),
        Some((last, others)) => {
            let others = others.join(", ");
            format!("exclude {migration} too, and {others} and {last}, which fall with it")
        }
    }
}
