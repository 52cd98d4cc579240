use std::collections::BTreeMap;
use std::sync::Arc;

use super::exclusions::read_pattern;
use super::{Inputs, PrepStep};
use crate::migration::{BodyRule, Migration, MigrationId, Sends, Wraps};
use crate::outcome::Excluded;
use crate::place::{Place, Problem, Problems};
use crate::scenario::{Interrupted, Scenario};

/// The first statements of a migration that an earlier run did not bring to its end.
pub(super) fn left_half_way(
    (scenario, interrupted): (&Scenario, &Interrupted),
    chain: &[Arc<Migration>],
    excluded: &BTreeMap<MigrationId, Excluded>,
    inputs: &Inputs,
    problems: &mut Problems,
) -> Option<PrepStep> {
    let set = &inputs.set;
    let pattern = read_pattern(&interrupted.migration, "`interrupted`", set, problems)?;
    let named: Vec<_> = set.matching(&pattern).collect();
    let overridden = scenario.replay.transaction.map(|rule| set.rule.overridden(rule));
    let rule = overridden.unwrap_or(set.rule);
    let is_pending = |it: &Migration| {
        !chain.iter().any(|known| known.id == it.id) && !excluded.contains_key(&it.id)
    };
    match refusal(interrupted, &named, rule, is_pending) {
        Some(problem) => {
            problems.push(problem);
            None
        }
        None => named.first().map(|migration| PrepStep::Interrupted {
            migration: (*migration).clone(),
            statements: interrupted.after_statement.value,
        }),
    }
}

/// Why there is no such state.
fn refusal(
    interrupted: &Interrupted,
    named: &[&Arc<Migration>],
    rule: BodyRule,
    is_pending: impl Fn(&Migration) -> bool,
) -> Option<Problem> {
    let name = &interrupted.migration.value;
    let refuse = |place: &Option<Place>, message: String, help: &str| {
        Some(Problem::error(message).at_some(place.clone()).help(help))
    };
    let place = &interrupted.migration.place;
    let (migration, others) = named.split_first()?;
    if let Some(other) = others.first() {
        let message =
            format!("{name:?} means {} and {}: one is interrupted", migration.id, other.id);
        return refuse(place, message, "name one file");
    }
    if !is_pending(migration) {
        let message =
            format!("{name:?} cannot have been interrupted: it is not pending in this seed");
        return refuse(place, message, "name the migration that comes after the seed's `through`");
    }
    let rule = migration.rule.unwrap_or(rule);
    if rule.wraps != Wraps::Nothing || rule.sends == Sends::Whole {
        let message =
            format!("{name:?} runs in one transaction: an interruption leaves nothing of it");
        let help = "leave `interrupted` out; or ask what would be without one: transaction = \"statement\" under [replay]";
        return refuse(place, message, help);
    }
    let (count, statements) = (migration.up.statements().len(), interrupted.after_statement.value);
    let place = &interrupted.after_statement.place;
    if statements > count {
        let message =
            format!("{name:?} has {count} statements, so it cannot stop after {statements}");
        return refuse(place, message, &format!("after_statement = {count}"));
    }
    let begin = migration.up.block_open_after(statements)?;
    let line = migration.up.place_of(begin).line_column().line;
    let message = format!(
        "after statement {statements} of {name:?} the transaction is open that begins in its line {line}: an interruption takes its statements back"
    );
    refuse(place, message, "name a statement before its BEGIN, or from its COMMIT on")
}
