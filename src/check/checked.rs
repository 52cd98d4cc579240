use std::collections::BTreeSet;

use super::rules::definitions;
use super::{Finding, Judged, Subject, Verdict};
use crate::migration::MigrationSet;
use crate::outcome::Ending;
use crate::scenario::{Level, Rule};

/// Everything that was checked.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// What was found, each once, in the order of the scenarios and folders.
    pub findings: Vec<Told>,
    /// How many scenarios were read.
    pub scenarios: usize,
    /// How many folders of migrations.
    pub folders: usize,
    /// How many migrations in them.
    pub migrations: usize,
    /// Migrations in other languages than SQL, which nobody looked into.
    pub foreign: usize,
    /// Scenarios and folders that cannot be read, so that only this is told of them.
    pub unread: usize,
    /// Rules that were off everywhere.
    pub off: BTreeSet<Rule>,
    /// Whether a base told what is new, for some folder.
    pub has_base: bool,
    on: BTreeSet<Rule>,
}

/// A finding, and where it stands.
#[derive(Debug, Clone)]
pub struct Told {
    /// The finding.
    pub finding: Finding,
    /// Whether it makes `check` fail.
    pub fails: bool,
    /// Whether every scenario that has it declares it.
    pub is_known: bool,
    /// The scenarios that have it and do not declare it, or all of them if all do; none for a folder by itself.
    pub scenarios: Vec<String>,
}

impl Checked {
    /// Takes what was found for one scenario, or, without a name, for a folder.
    pub(crate) fn take(&mut self, verdict: Verdict, scenario: &str) {
        for judged in verdict.findings {
            let fails = judged.fails();
            let Judged { finding, is_known } = judged;
            let known = self.findings.iter_mut().find(|it| it.finding.is_same(&finding));
            let name = (!scenario.is_empty()).then(|| scenario.to_owned());
            let Some(known) = known else {
                let scenarios = name.into_iter().collect();
                self.findings.push(Told { finding, fails, is_known, scenarios });
                continue;
            };
            if known.is_known && !is_known {
                known.scenarios.clear();
            }
            if known.is_known || !is_known {
                known.scenarios.extend(name);
            }
            known.is_known &= is_known;
            known.fails |= fails;
            known.finding.level = known.finding.level.max(finding.level);
        }
    }

    /// Counts a folder.
    pub(crate) fn count(&mut self, set: &MigrationSet) {
        self.folders += 1;
        self.migrations += set.migrations().len();
        self.foreign += set.left_out.iter().filter(|it| it.is_gap && it.rule.is_none()).count();
    }

    /// Notes which rules were off.
    pub(crate) fn off(&mut self, subject: &Subject<'_>) {
        self.has_base |= subject.base.is_some();
        for definition in definitions() {
            let is_off = definition.level_in(subject.settings()) == Level::Off;
            if is_off { &mut self.off } else { &mut self.on }.insert(definition.rule);
        }
        self.off.retain(|rule| !self.on.contains(rule));
    }

    /// How `check` ends.
    #[must_use]
    pub fn ending(&self) -> Ending {
        let of = |told: &Told| match told.finding.rule {
            _ if !told.fails => Ending::AsExpected,
            Rule::Unreadable => Ending::WrongInput,
            _ => Ending::MigrationFailed,
        };
        let nothing = if self.folders + self.findings.len() == 0 {
            Ending::NothingDone
        } else {
            Ending::AsExpected
        };
        self.findings.iter().map(of).fold(nothing, Ending::or_worse)
    }
}
