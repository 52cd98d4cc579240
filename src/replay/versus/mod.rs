//! A case held against itself at the base of a change: since when does it fail, and what does the change do behind what fails
//! already?

mod left_out;
mod log;
mod there;

use std::collections::BTreeSet;
use std::sync::Arc;

use self::left_out::falls_with;
use self::log::Log;
use self::there::Extent;
use super::emit::Emitter;
use super::run::{Eyes, run_on_server, try_ways_out};
use super::shared::Shared;
use crate::migration::MigrationId;
use crate::outcome::{
    Comparison, Event, Excluded, Failure, KnownCase, KnownFailure, Origin, Phase, Relation,
    Standing, Step, Verdict, short,
};
use crate::plan::{Against, CasePlan, There};
use crate::postgres::ServerError;
use crate::verify::{Judgement, Past, View, fixed, judge, not_reached, place, unreached, verdict};

/// How often more is left out of a case to see what lies behind a failure that was there before.
const MOST_ROUNDS: usize = 10;

/// Runs a case and judges it, against the base where there is one.
pub(super) async fn run_and_judge(
    shared: &Shared,
    case: &CasePlan,
    emitter: &Emitter,
) -> Result<Judgement, ServerError> {
    let Some(against) = &case.against else {
        return Ok(judge(case, run_on_server(shared, case, emitter, Eyes::Open).await?));
    };
    let versus = Versus { shared, case, against, emitter };
    match &against.there {
        There::Same(Some(known)) => Ok(versus.take_over(known)),
        There::Same(None) | There::Other(_) | There::Nowhere(_) => {
            // The server stays between two replays of the case.
            shared.hold(case).await;
            let judged = Box::pin(versus.run()).await;
            shared.release(case).await;
            judged
        }
    }
}

struct Versus<'a> {
    shared: &'a Shared,
    case: &'a CasePlan,
    against: &'a Against,
    emitter: &'a Emitter,
}

/// One replay of the case and what the base says of it.
struct Round {
    judgement: Judgement,
    steps: Vec<Step>,
    view: View,
}

impl Versus<'_> {
    /// Tells what is known, and runs nothing.
    fn take_over(&self, known: &KnownCase) -> Judgement {
        self.compared(Relation::Known(known.origin.clone()), Vec::new(), None);
        let failures = known.failures.iter().map(|it| {
            let mut found = it.found();
            let commit = known.commit.as_deref().unwrap_or(&self.against.base.commit);
            found.because = vec![format!(
                "nothing that this case uses was changed since {}; known from {}",
                short(commit),
                known.origin
            )];
            Failure {
                found,
                expected: false,
                standing: Standing::Before,
                is_forgiven: self.shared.past() == Past::Forgiven,
                reproduce: self.case.reproduce.clone(),
            }
        });
        let failures: Vec<_> = failures.collect();
        Judgement { verdict: verdict(&failures), failures, hazards: Vec::new() }
    }

    async fn run(&self) -> Result<Judgement, ServerError> {
        let mut left_out: Vec<Excluded> = Vec::new();
        let mut known: Vec<Failure> = Vec::new();
        let mut round = Box::pin(self.round(self.case)).await?;
        let first_view = round.view.clone();
        let there = self.seen_there(&round);
        let changed = self.changed();
        for _ in 0..MOST_ROUNDS {
            let here = self.case.without(&left_out);
            let Some(behind) = stands_in_the_way(&here, &round, &changed) else { break };
            let more = falls_with(&here, &behind);
            let first = more.first().map_or_else(String::new, |it| it.migration.to_string());
            let reason = format!("without {first}, which failed before this change already");
            self.emitter.event(Event::CaseRestarted { case: self.emitter.case, reason });
            let case = self.emitter.case;
            self.emitter.event(Event::LeftOut { case, excluded: more.clone() });
            left_out.extend(more);
            known.push(behind);
            self.shared.hold(self.case).await;
            round = Box::pin(self.round(&self.case.without(&left_out))).await?;
        }
        let mut judgement = round.judgement;
        if !left_out.is_empty() {
            // What the end lacks because of what was left out was not brought by this change.
            let is_of_the_gap =
                |it: &Failure| it.standing == Standing::Before && it.found.phase > Phase::Apply;
            judgement.failures.retain(|it| !is_of_the_gap(it));
        }
        judgement.failures.splice(0..0, known);
        self.tell_unreached(&changed, &round.steps, &mut judgement);
        judgement.verdict = verdict(&judgement.failures);
        let fixed = fixed(&first_view, &judgement.failures, &round.steps);
        let relation = match &self.against.there {
            There::Same(_) => Relation::Same,
            There::Other(_) => Relation::Changed(changed.len()),
            There::Nowhere(why) => Relation::Nowhere(why.clone()),
        };
        self.compared(relation, fixed, there);
        Ok(judgement)
    }

    fn compared(&self, relation: Relation, fixed: Vec<KnownFailure>, there: Option<KnownCase>) {
        let base = (*self.against.base).clone();
        let comparison = Box::new(Comparison { base, relation, fixed, there });
        self.emitter.event(Event::Compared { case: self.emitter.case, comparison });
    }

    /// The migrations that the base does not have, or not like this.
    fn changed(&self) -> BTreeSet<MigrationId> {
        match &self.against.there {
            There::Same(_) => BTreeSet::new(),
            There::Other(other) => self.case.changed_since(&other.plan),
            There::Nowhere(_) => self.case.chain.iter().map(|it| it.id.clone()).collect(),
        }
    }

    /// Replays a case here and, where that says something, at the base; both at once where they may share a server.
    async fn round(&self, here: &CasePlan) -> Result<Round, ServerError> {
        let log = Arc::new(Log::default());
        let listening = log.clone().listening(self.emitter);
        let there = async {
            match &self.against.there {
                There::Same(_) => Ok(View::Same),
                There::Nowhere(_) => Ok(View::nothing()),
                There::Other(other) => self.view(here, other, Extent::Rest).await,
            }
        };
        let eyes = self.eyes();
        let (found, view) = if self.shared.runs_alone(here) {
            let found = run_on_server(self.shared, here, &listening, eyes).await;
            (found, there.await)
        } else {
            tokio::join!(run_on_server(self.shared, here, &listening, eyes), there)
        };
        let (mut judgement, mut view) = (judge(here, found?), view?);
        if let There::Other(other) = &self.against.there {
            let open = |it: &&Failure| !it.expected;
            if judgement.failures.iter().filter(open).any(|it| view.is_unsure_of(it)) {
                view = self.view(here, other, Extent::Whole).await?;
            }
            let is_new = |it: &&Failure| view.standing_of(&it.found) == Standing::Introduced;
            if judgement.failures.iter().filter(open).any(|it| is_new(&it)) {
                view = self.behind(here, other, view).await?;
            }
        }
        place(&mut judgement, &view, self.shared.past());
        if eyes == Eyes::Judging {
            self.try_ways_out(here, &mut judgement.failures).await?;
        }
        Ok(Round { judgement, steps: log.take(), view })
    }

    /// Nobody needs a way out of what failed before this change and fails nothing.
    fn eyes(&self) -> Eyes {
        match (self.shared.past(), &self.against.there) {
            (Past::Counts, _) | (_, There::Nowhere(_)) => Eyes::Open,
            (Past::Forgiven, _) => Eyes::Judging,
        }
    }

    /// Tries the ways out of what this change brings.
    async fn try_ways_out(
        &self,
        here: &CasePlan,
        failures: &mut [Failure],
    ) -> Result<(), ServerError> {
        let is_new = |it: &&mut Failure| !it.expected && it.standing == Standing::Introduced;
        let mut new: Vec<_> = failures.iter_mut().filter(is_new).map(|it| &mut it.found).collect();
        if new.is_empty() {
            return Ok(());
        }
        self.shared.hold(here).await;
        let tried = Box::pin(try_ways_out(self.shared, here, self.emitter, &mut new)).await;
        self.shared.release(here).await;
        tried
    }

    /// A changed migration that was not reached is never green, unless another failure of the change says enough.
    fn tell_unreached(
        &self,
        changed: &BTreeSet<MigrationId>,
        steps: &[Step],
        judgement: &mut Judgement,
    ) {
        let counts = |it: &Failure| !it.expected && it.standing == Standing::Introduced;
        if judgement.failures.iter().any(counts) {
            return;
        }
        let is_in_the_way =
            |it: &&Failure| it.found.phase <= Phase::Apply && it.standing == Standing::Before;
        let before: Vec<_> = judgement.failures.iter().filter(is_in_the_way).collect();
        if before.is_empty() {
            return;
        }
        let missed = unreached(self.case, changed, steps);
        let told: Vec<_> = missed.iter().map(|it| not_reached(self.case, it, &before)).collect();
        judgement.failures.extend(told);
    }

    /// What a whole replay of the base came to.
    fn seen_there(&self, round: &Round) -> Option<KnownCase> {
        let open = round.judgement.failures.iter().filter(|it| !it.expected);
        let before = open.filter(|it| it.standing == Standing::Before);
        let mut failures: Vec<_> = before.map(|it| KnownFailure::of(&it.found)).collect();
        match (&self.against.there, &round.view) {
            (There::Other(other), View::Failed { failures: seen, .. }) if other.known.is_none() => {
                let is_new = |it: &&KnownFailure| {
                    !failures.iter().any(|known| known.identity.is_like(&it.identity))
                };
                let more: Vec<_> = seen.iter().filter(is_new).cloned().collect();
                failures.extend(more);
            }
            (There::Same(None), _) => {}
            _ => return None,
        }
        let verdict = if failures.is_empty() { Verdict::Passed } else { Verdict::Failed };
        let commit = Some(self.against.base.commit.clone());
        Some(KnownCase { verdict, failures, commit, origin: Origin::Cache })
    }
}

/// What failed before this change already, and keeps changed migrations from being reached.
fn stands_in_the_way(
    here: &CasePlan,
    round: &Round,
    changed: &BTreeSet<MigrationId>,
) -> Option<Failure> {
    let open = round.judgement.failures.iter().filter(|it| !it.expected);
    let stop = open.clone().find(|it| it.found.phase == Phase::Apply)?;
    let in_chain = here.chain.iter().any(|it| Some(&it.id) == stop.found.migration.as_ref());
    let is_old = stop.standing == Standing::Before
        && stop.found.migration.as_ref().is_some_and(|it| !changed.contains(it));
    let is_hiding = !unreached(here, changed, &round.steps).is_empty();
    (in_chain && is_old && is_hiding).then(|| stop.clone())
}
