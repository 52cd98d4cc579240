use std::sync::Arc;

use super::{Otherwise, Stop, StopBody, in_order};
use crate::migration::{BodyRule, Migration, Pattern};
use crate::outcome::{Found, Phase, SqlErrorKind};
use crate::plan::{CasePlan, PrepStep};

impl Stop {
    /// Just before the statement that failed; `None` where no statement of a file is to blame, or where
    /// nobody can stop before it (a runner of the user's own, a dump).
    #[must_use]
    pub fn before(found: &Found, case: &CasePlan) -> Option<Self> {
        if found.error.kind == SqlErrorKind::Lost {
            return None;
        }
        let (body, rule) = body_of(found, case)?;
        let count = body.script().statements().len();
        let (runs, leaves) = match found.statement_index.filter(|index| *index < count) {
            Some(index) => (index, index..index + 1),
            None => (0, 0..count),
        };
        let leaves_end = found.statement_index.is_none();
        let is_of_server = found.error.sqlstate.is_some();
        let is_refused =
            matches!(&body, StopBody::Migration(migration) if migration.refused.is_some());
        if leaves_end && !is_of_server && !is_refused {
            return None;
        }
        let is_refusal_of_server = found.error.kind == SqlErrorKind::Refused;
        let fails_with = found.error.sqlstate.clone().filter(|_| is_refusal_of_server);
        let otherwise = if runs == 0 { Otherwise::Keep } else { Otherwise::Drop };
        let phase = found.phase;
        Some(Self { phase, body, rule, runs, leaves, leaves_end, fails_with, otherwise })
    }

    /// Where the user says: a migration, and after a colon the number of a statement in it, from 1.
    ///
    /// # Errors
    ///
    /// That there is no such migration or statement in the case.
    pub fn at(text: &str, case: &CasePlan) -> Result<Self, String> {
        let number = text.rsplit_once(':').and_then(|(name, number)| {
            let number: usize = number.parse().ok()?;
            Some((name, number))
        });
        let (name, number) = number.unwrap_or((text, 1));
        let (migration, phase, rule) = migration_named(name, case)?;
        let count = migration.up.statements().len();
        if number == 0 || number > count.max(1) {
            return Err(format!("{} has {count} statements, counted from 1", migration.id));
        }
        let runs = number - 1;
        Ok(Self {
            phase,
            rule: migration.rule.unwrap_or(rule),
            body: StopBody::Migration(migration),
            runs,
            leaves: runs..number.min(count),
            leaves_end: false,
            fails_with: None,
            otherwise: Otherwise::Keep,
        })
    }
}

/// The body that a failure is in, and how it is run.
fn body_of(found: &Found, case: &CasePlan) -> Option<(StopBody, BodyRule)> {
    let is_failing = |migration: &&Arc<Migration>| found.migration.as_ref() == Some(&migration.id);
    let of_migration = |migration: &Arc<Migration>, rule: BodyRule| {
        (StopBody::Migration(migration.clone()), migration.rule.unwrap_or(rule))
    };
    let steps = match found.phase {
        Phase::Setup => &case.setup,
        Phase::Seed => &case.seeding,
        Phase::Apply if case.scenario.replay.runner.is_none() => {
            let migration = case.chain.iter().find(is_failing)?;
            return Some(of_migration(migration, case.rule));
        }
        Phase::Apply
        | Phase::Rerun
        | Phase::Reexecute
        | Phase::Interrupt
        | Phase::RoundTrip
        | Phase::Orders
        | Phase::Converge
        | Phase::Expect => return None,
    };
    steps.iter().find_map(|step| match step {
        PrepStep::Migrate(migration) | PrepStep::Unrecorded(migration)
            if is_failing(&migration) =>
        {
            Some(of_migration(migration, case.rule.single()))
        }
        PrepStep::Sql(script) if found.file.as_deref() == Some(script.source().path()) => {
            Some((StopBody::Script(script.clone()), BodyRule::STATEMENTS))
        }
        _ => None,
    })
}

/// A migration that the case runs, by what a user calls it.
fn migration_named(
    name: &str,
    case: &CasePlan,
) -> Result<(Arc<Migration>, Phase, BodyRule), String> {
    let pattern = Pattern::new(name)?;
    let seeded = case.seeding.iter().find_map(|step| match step {
        PrepStep::Migrate(migration) if pattern.matches(migration) => Some(migration),
        _ => None,
    });
    if let Some(migration) = seeded {
        return Ok((migration.clone(), Phase::Seed, case.rule.single()));
    }
    if case.scenario.replay.runner.is_some() {
        return Err("a runner of your own is not stopped in the middle".into());
    }
    let in_dump = |step: &PrepStep| matches!(step, PrepStep::Record(it) if pattern.matches(it));
    if case.seeding.iter().any(in_dump) {
        return Err(format!("{name} is in the dump of the seed state and is not run"));
    }
    let run = in_order(case);
    if let Some(migration) = run.iter().find(|migration| pattern.matches(migration)) {
        return Ok((migration.clone(), Phase::Apply, case.rule));
    }
    let excluded = |it: &&Arc<Migration>| pattern.matches(it);
    match case.set.migrations().iter().find(excluded) {
        Some(migration) => Err(format!("{} is left out in this case", migration.id)),
        None => Err(format!("no migration is called {name}")),
    }
}
