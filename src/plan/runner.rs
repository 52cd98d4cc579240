use crate::migration::MigrationSet;
use crate::place::{Problem, Problems};
use crate::scenario::{Pass, Scenario};

/// What a runner of the user's own cannot do, since nothing in it is stepped.
pub(super) fn check_runner(scenario: &Scenario, set: &MigrationSet, problems: &mut Problems) {
    let Some(runner) = &scenario.replay.runner else { return };
    for (version, _) in &scenario.expect.at {
        let message = "a runner of your own is not stopped after a migration";
        let help = "check the contract at the end, [expect.schema], or leave `runner` out";
        problems.push(Problem::error(message).at_some(version.place.clone()).help(help));
    }
    let steps = |pass: &&Pass| {
        matches!(pass, Pass::Reexecute | Pass::Interrupt | Pass::RoundTrip | Pass::Orders)
    };
    if let Some(pass) = scenario.replay.passes.iter().find(steps) {
        let message = format!(
            "the pass {pass} runs one migration after the other, and a runner of your own runs all"
        );
        let help = "leave the pass out, or leave `runner` out so that the files are run by the rules of their layout";
        problems.push(Problem::error(message).at_some(runner.command.place.clone()).help(help));
    }
    if set.ledger.is_some() {
        return;
    }
    for through in
        scenario.seeds.iter().filter(|it| it.dump.is_none()).filter_map(|it| it.through.as_ref())
    {
        let message = format!(
            "the history table of {:?} is not known, so that this seed cannot tell it what is applied",
            runner.command.value
        );
        let help = "seed it with a dump, or name the layout of the tool: migrations = { path = …, layout = … }";
        problems.push(Problem::error(message).at_some(through.place.clone()).help(help));
    }
}
