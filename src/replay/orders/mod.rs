//! The pass `orders`: pending migrations that need nothing of each other run in another order, as branches are merged.
//!
//! In another order one migration runs before some that stand before it. After the last of them the same migrations have run as
//! usually, so that both ends can be compared there, and nothing that follows has to run again.

mod choose;
mod ends;

use std::sync::Arc;
use std::time::Instant;

use super::case::CaseRun;
use super::sequence::Sequence;
use super::tour::{Line, Traces, about, verdict_of};
use crate::migration::{Migration, MigrationId};
use crate::outcome::{Blame, Culprit, Found, Phase, SqlError, Step};
use crate::postgres::PgSession;
use crate::preflight::dependencies;
use crate::scenario::Cause;
use crate::schema::Sides;
use choose::{Choice, Needs, Order, choose};
use ends::{End, without_noise};

const PHASE: Phase = Phase::Orders;
/// How many are tried where the pass is asked for without a number.
const DEFAULT_ORDERS: usize = 10;
const SIDES: Sides<'static> = Sides { left: "in the other order", right: "as usual" };

/// What came of an order.
enum Tried {
    /// Its end differs from the usual one in this.
    Ran(Traces),
    /// A migration failed.
    Failed(Box<Found>),
    /// The sessions hold something that a copy would not.
    Never,
}

/// Whether the migrations of an order run in it, or as they stand: what differs then is not the order's doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Other,
    Usual,
}

impl CaseRun<'_> {
    pub(super) async fn orders(&self, found: &mut Vec<Found>) {
        self.emitter.working(PHASE, None);
        let (line, pending) = match Line::begin(self, PHASE).await {
            Ok(begun) => begun,
            Err(failure) => return found.push(*failure),
        };
        let begun = Instant::now();
        let (lineage, graph) = dependencies(self.case);
        let needs = Needs::of(&lineage, &graph, &pending);
        let most = self.case.scenario.replay.orders.unwrap_or(DEFAULT_ORDERS);
        let choice = choose(pending.len(), most, |later, earlier| needs.says(later, earlier));
        match self.try_orders(line, &pending, &choice.orders).await {
            Ok(tried) => self.tell_orders(&pending, &choice, tried, begun, found),
            Err(failure) => found.push(*failure),
        }
    }

    /// Tries orders, and those that go wrong once more as they stand, to know what differs each time.
    async fn try_orders(
        &self,
        line: Line<'_>,
        pending: &[Arc<Migration>],
        orders: &[Order],
    ) -> Result<Vec<(Order, Tried)>, Box<Found>> {
        let mut tried = self.walk(line, pending, orders, Way::Other).await?;
        let is_suspect = |tried: &Tried| match tried {
            Tried::Ran(traces) => !traces.is_empty(),
            Tried::Failed(_) => true,
            Tried::Never => false,
        };
        let suspects: Vec<_> =
            tried.iter().filter(|(_, tried)| is_suspect(tried)).map(|(order, _)| *order).collect();
        if suspects.is_empty() {
            return Ok(tried);
        }
        let (line, _) = Line::begin(self, PHASE).await?;
        for (order, usual) in self.walk(line, pending, &suspects, Way::Usual).await? {
            let Some((_, other)) = tried.iter_mut().find(|(known, _)| *known == order) else {
                continue;
            };
            *other = match (std::mem::replace(other, Tried::Never), usual) {
                (Tried::Ran(traces), Tried::Ran(noise)) => {
                    Tried::Ran(without_noise(traces, &noise))
                }
                (Tried::Failed(failure), Tried::Ran(_)) => Tried::Failed(failure),
                _ => Tried::Never,
            };
        }
        Ok(tried)
    }

    async fn walk(
        &self,
        mut line: Line<'_>,
        pending: &[Arc<Migration>],
        orders: &[Order],
        way: Way,
    ) -> Result<Vec<(Order, Tried)>, Box<Found>> {
        let tried = self.walk_along(&mut line, pending, orders, way).await;
        line.end().await;
        tried
    }

    /// Goes along the migrations as they stand; each order leaves the line before its first migration, on a copy, and is compared
    /// with it after its last.
    async fn walk_along(
        &self,
        line: &mut Line<'_>,
        pending: &[Arc<Migration>],
        orders: &[Order],
        way: Way,
    ) -> Result<Vec<(Order, Tried)>, Box<Found>> {
        let last = orders.iter().map(|order| order.moved).max();
        let mut open: Vec<(Order, End)> = Vec::new();
        let mut tried = Vec::new();
        for (position, migration) in pending.iter().enumerate().take(last.map_or(0, |it| it + 1)) {
            for order in orders.iter().filter(|order| order.first == position) {
                self.emitter.working(PHASE, pending.get(order.moved).map(|it| &it.id));
                let ended = self.on_copy(line, pending, *order, way).await;
                match ended.map_err(|error| line.lost(error))? {
                    Some(Ok(end)) => open.push((*order, end)),
                    Some(Err(failure)) if failure.blame != Blame::Migration => return Err(failure),
                    Some(Err(failure)) => tried.push((*order, Tried::Failed(failure))),
                    None => tried.push((*order, Tried::Never)),
                }
            }
            line.run(migration).await?;
            let (due, rest): (Vec<_>, Vec<_>) =
                open.into_iter().partition(|(order, _)| order.moved == position);
            open = rest;
            if !due.is_empty() {
                let usual = self.end_of_line(line).await.map_err(|error| line.lost(error))?;
                let compared =
                    due.into_iter().map(|(order, end)| (order, Tried::Ran(end.against(&usual))));
                tried.extend(compared);
            }
        }
        Ok(tried)
    }

    fn ledger(&self) -> Option<&str> {
        self.case.ledger.as_ref().map(|ledger| ledger.table)
    }

    async fn end_of_line(&self, line: &Line<'_>) -> Result<End, SqlError> {
        End::of(&mut line.overseer().await?, self.ledger()).await
    }

    /// `None` where the line cannot be copied.
    async fn on_copy(
        &self,
        line: &mut Line<'_>,
        pending: &[Arc<Migration>],
        order: Order,
        way: Way,
    ) -> Result<Option<Result<End, Box<Found>>>, SqlError> {
        let Some((mut session, copy)) = line.copy().await? else { return Ok(None) };
        let positions: Vec<_> = match way {
            Way::Other => order.positions().collect(),
            Way::Usual => (order.first..=order.moved).collect(),
        };
        let migrations: Vec<_> = positions.iter().filter_map(|at| pending.get(*at)).collect();
        let ran = self.run_in_order(&mut session, &migrations).await;
        drop(session);
        let end = match ran {
            Ok(()) => {
                let mut session = line.session_on(&copy).await?;
                Ok(End::of(&mut session, self.ledger()).await?)
            }
            Err(failure) => Err(failure),
        };
        line.drop(&copy);
        Ok(Some(end))
    }

    async fn run_in_order(
        &self,
        session: &mut PgSession,
        migrations: &[&Arc<Migration>],
    ) -> Result<(), Box<Found>> {
        let mut sequence = Sequence::one_by_one(self.case, PHASE);
        for migration in migrations {
            if let Some(failure) = sequence.run_unrecorded(session, migration).await.found {
                return Err(failure);
            }
        }
        Ok(())
    }

    /// A step for each migration that ran earlier, and what was found. Of the orders of one migration that go wrong the nearest
    /// is told: the others have it in them.
    fn tell_orders(
        &self,
        pending: &[Arc<Migration>],
        choice: &Choice,
        tried: Vec<(Order, Tried)>,
        begun: Instant,
        found: &mut Vec<Found>,
    ) {
        let took = begun.elapsed() / u32::try_from(pending.len().max(1)).unwrap_or(1);
        let mut tried: Vec<_> = tried.into_iter().collect();
        tried.sort_by_key(|(order, _)| std::cmp::Reverse(order.first));
        for (position, migration) in pending.iter().enumerate() {
            let mut reasons = Vec::new();
            let (mut ran, mut bodies, mut finding) = (0, 0, None);
            for (order, tried) in tried.iter().filter(|(order, _)| order.moved == position) {
                if matches!(tried, Tried::Never) {
                    continue;
                }
                ran += 1;
                bodies += 1 + order.moved - order.first;
                finding = finding.or_else(|| self.finding(pending, *order, tried));
            }
            let bound = choice.bound.iter().find(|order| order.moved == position);
            let all = choice.orders.iter().filter(|order| order.moved == position).count();
            if all == 0 && bound.is_none() {
                continue;
            }
            reasons
                .push(format!("{ran} other {} tried", if ran == 1 { "order" } else { "orders" }));
            if all > ran {
                let why = "not tried on a copy: the session holds settings of earlier files, or a second try ends otherwise";
                reasons.push(format!("{} {why}", all - ran));
            }
            if let Some(needed) = bound.and_then(|order| pending.get(order.first)) {
                reasons.push(format!("not before {}, which it needs", needed.id));
            }
            self.emitter.step(Step {
                phase: PHASE,
                migration: Some(migration.id.clone()),
                file: Some(migration.up.source().path().to_owned()),
                verdict: verdict_of(finding.as_ref()),
                reason: Some(reasons.join("; ")),
                took,
                statements: bodies,
                bodies,
                output: None,
            });
            found.extend(finding);
        }
    }

    fn finding(&self, pending: &[Arc<Migration>], order: Order, tried: &Tried) -> Option<Found> {
        let (moved, first) = (pending.get(order.moved)?, pending.get(order.first)?);
        let mut found = match tried {
            Tried::Failed(failure) => (**failure).clone(),
            Tried::Ran(traces) if !traces.is_empty() => differing(moved, first, traces),
            Tried::Ran(_) | Tried::Never => return None,
        };
        let with = if order.moved - order.first > 1 { " and what follows that" } else { "" };
        found.because.push(format!(
            "{} ran before {}{with}, as it does where its branch is merged first; no statement says that one needs the other",
            moved.id, first.id
        ));
        let is_moved = found.migration.as_ref() == Some(&moved.id);
        found.culprits.push(culprit(if is_moved { &first.id } else { &moved.id }, is_moved));
        found.cause = Some(Cause::OutOfOrder);
        found.certain = true;
        // On an empty database nothing is newer than the rest: it may be settled long ago.
        found.is_note = self.case.seed.begins_empty();
        Some(found)
    }
}

fn differing(moved: &Migration, first: &Migration, traces: &Traces) -> Found {
    let what = match (traces.schema.is_same(), traces.rows.is_empty()) {
        (true, _) => "other rows",
        (false, true) => "another schema",
        (false, false) => "another schema and other rows",
    };
    let message = format!("{} and {} leave {what} in the other order", moved.id, first.id);
    about(PHASE, moved, traces, SIDES, message)
}

fn culprit(id: &MigrationId, ran_after: bool) -> Culprit {
    let deed =
        if ran_after { "ran after it and not before" } else { "ran before it and not after" };
    Culprit { migration: Some(id.clone()), place: None, object: None, deed: deed.into() }
}
