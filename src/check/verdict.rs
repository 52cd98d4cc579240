use super::Finding;
use super::rules::definition;
use crate::outcome::Standing;
use crate::place::Located;
use crate::scenario::{Level, Rule, Scenario};

/// Findings of one scenario, or folder, held against what it declares as known.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// Everything that was found, in order.
    pub findings: Vec<Judged>,
    /// What is declared as known, and is not there.
    pub stale: Vec<Located<Rule>>,
}

/// A finding, and whether it is known.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The finding.
    pub finding: Finding,
    /// Whether `[expect] check` declares it.
    pub is_known: bool,
}

impl Judged {
    /// Whether it makes `check` fail.
    #[must_use]
    pub fn fails(&self) -> bool {
        let is_new = self.finding.standing != Standing::Before;
        self.finding.level == Level::Error && is_new && !self.is_known
    }
}

impl Verdict {
    /// Findings that nobody could have declared: what declares them could not be read.
    #[must_use]
    pub fn unknown(found: Vec<Finding>) -> Self {
        let judged = found.into_iter().map(|finding| Judged { finding, is_known: false });
        Self { findings: judged.collect(), stale: Vec::new() }
    }

    /// Holds findings against what a scenario declares. Rules that need more than was given, `can_tell` says which, are not held
    /// to have found nothing.
    #[must_use]
    pub fn of(scenario: &Scenario, found: Vec<Finding>, can_tell: impl Fn(Rule) -> bool) -> Self {
        let declared = &scenario.expect.check;
        let is_there = |rule: Rule| found.iter().any(|finding| finding.rule == rule);
        let stale: Vec<_> = declared
            .iter()
            .filter(|it| !is_there(it.value) && can_tell(it.value))
            .cloned()
            .collect();
        let level = definition(Rule::StaleExpectation)
            .map_or(Level::Error, |it| it.level_in(&scenario.check));
        let told = stale.iter().filter(|_| level != Level::Off).map(|it| {
            let finding = Finding { level, ..not_there(it) };
            Judged { finding, is_known: false }
        });
        let is_known = |finding: &Finding| declared.iter().any(|it| it.value == finding.rule);
        let judged = found.into_iter().map(|finding| {
            let is_known = is_known(&finding);
            Judged { finding, is_known }
        });
        Self { findings: judged.chain(told).collect(), stale }
    }
}

fn not_there(declared: &Located<Rule>) -> Finding {
    let rule = declared.value;
    let message = format!("{rule} is declared as known, but the files have none");
    let finding = Finding::new(Rule::StaleExpectation, message)
        .help(format!("remove {:?} from `check`", rule.name()));
    Finding { place: declared.place.clone(), ..finding }
}
