use super::{CasePlan, PrepStep};
use crate::migration::{Script, Sends};
use crate::place::Problems;

/// What scripts that will run ask for and cannot have. Migrations are left alone where another runs
/// them, or where they go to the server as they are.
pub(super) fn check_refusals(cases: &[CasePlan], problems: &mut Problems) {
    for case in cases {
        let steps = case.setup.iter().chain(&case.seeding);
        let is_ours = case.scenario.replay.runner.is_none() && case.rule.sends != Sends::Whole;
        for step in steps {
            match step {
                PrepStep::Sql(script) => check(script, problems),
                PrepStep::Migrate(migration)
                | PrepStep::Unrecorded(migration)
                | PrepStep::Interrupted { migration, .. }
                    if is_ours =>
                {
                    check(&migration.up, problems);
                }
                _ => {}
            }
        }
        for migration in case.chain.iter().filter(|_| is_ours) {
            check(&migration.up, problems);
        }
    }
}

/// Tells each once, however many cases have it.
fn check(script: &Script, problems: &mut Problems) {
    for refusal in &script.refusals().0 {
        if !problems.0.contains(refusal) {
            problems.push(refusal.clone());
        }
    }
}
