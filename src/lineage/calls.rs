//! Calls of routines that migrations define: what their bodies do happens then.

use super::create::Last;
use super::names::is_routine;
use super::story::{At, Context, Done, Story};
use crate::migration::split::words;
use crate::sql::{Act, Inside, Use, Verb};

impl Story {
    /// Keeps what the body of a routine does, for those who call it.
    pub(super) fn keep_body(&mut self, context: &Context<'_>, done: &[Done]) {
        let acts = &context.reading.acts;
        let is_made = |act: &Act| act.verb == Verb::Create && is_routine(act.object.kind);
        let Some(at) = acts.iter().position(is_made) else { return };
        let Some(routine) = done.get(at).and_then(|done| done.outcome.thing()) else { return };
        let body = body_of(acts);
        if body.is_empty() {
            self.bodies.remove(&routine);
        } else {
            self.bodies.insert(routine, body);
        }
    }

    /// Does what the routines do that a statement calls: `SELECT f()`, `CALL p()`, `PERFORM f()`.
    pub(super) fn follow_calls(&mut self, context: &Context<'_>) {
        if self.bodies.is_empty() || !may_call(context.text) {
            return;
        }
        for used in &context.reading.uses {
            let is_run = !matches!(used.inside, Inside::Routine | Inside::Dynamic);
            if !is_run || !is_routine(used.object.kind) || is_in_definition(used, context) {
                continue;
            }
            let found = self.world.resolve(&used.object, self.path.schemas());
            let Some(body) = found.iter().find_map(|routine| self.bodies.get(routine)) else {
                continue;
            };
            self.run_body(context, &called(body, used));
        }
    }

    fn run_body(&mut self, context: &Context<'_>, acts: &[Act]) {
        let mut done: Vec<Done> = Vec::with_capacity(acts.len());
        for (number, act) in acts.iter().enumerate() {
            let whole = act.part_of.and_then(|whole| done.get(whole)).copied();
            let part_of = whole.and_then(|whole| whole.happening);
            let at = At { context, act, number, part_of, follows: false };
            let last = number.checked_sub(1).and_then(|last| acts.get(last)).zip(done.last());
            let last = last.map(|(act, done)| Last { act, done: *done });
            let became = self.act(at, whole, last);
            done.push(became);
        }
    }
}

/// The acts of a body, with their places among themselves.
fn body_of(acts: &[Act]) -> Vec<Act> {
    let mut positions = vec![None; acts.len()];
    let mut body: Vec<Act> = Vec::new();
    for (act, position) in acts.iter().zip(0..) {
        if act.inside == Inside::Routine {
            let part_of = act.part_of.and_then(|whole| positions.get(whole).copied().flatten());
            if let Some(known) = positions.get_mut(position) {
                *known = Some(body.len());
            }
            body.push(Act { part_of, ..act.clone() });
        }
    }
    body
}

/// The acts of a body as the call does them, if it does them: somebody may have looked before.
fn called(body: &[Act], used: &Use) -> Vec<Act> {
    let as_called =
        |act: &Act| Act { inside: Inside::Branch, span: used.span.clone(), ..act.clone() };
    body.iter().map(as_called).collect()
}

fn may_call(text: &str) -> bool {
    words(text).next().is_some_and(|first| matches!(&*first, "SELECT" | "CALL" | "DO" | "WITH"))
}

/// Whether the use is part of making something: the function of a trigger is not called then.
fn is_in_definition(used: &Use, context: &Context<'_>) -> bool {
    let acts = context.reading.acts.iter();
    let before = acts.filter(|act| act.span.start <= used.span.start);
    let last = before.max_by_key(|act| act.span.start);
    last.is_some_and(|act| act.verb == Verb::Create)
}
