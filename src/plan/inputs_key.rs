use std::fmt::Write;

use super::CasePlan;
use crate::migration::{Checksum, Migration};

/// Part of every key: another number where a replay would find something else.
const FORMAT: &str = "1";

impl CasePlan {
    /// Identifies everything that makes a difference to what a case comes to: the scenario and what it shares with others, the
    /// migrations, what comes before them, and the version of this program. `None` where a program of the user's is run, which
    /// may look at anything.
    #[must_use]
    pub fn inputs_key(&self) -> Option<String> {
        let mut text = self.settings_text()?;
        for migration in self.set.migrations() {
            text.push_str(&describe(migration));
        }
        let excluded = self.excluded.iter().map(|it| it.migration.as_str());
        text.extend(excluded.flat_map(|id| ["excluded ", id, "\n"]));
        Some(Checksum::of(text.as_bytes()).to_string())
    }

    /// Identifies all of that but the migrations that are pending on the seed state.
    #[must_use]
    pub fn settings_key(&self) -> Option<String> {
        Some(Checksum::of(self.settings_text()?.as_bytes()).to_string())
    }

    fn settings_text(&self) -> Option<String> {
        let scenario = &self.scenario;
        let runs_programs = scenario.replay.runner.is_some() || !self.expect().commands.is_empty();
        if runs_programs {
            return None;
        }
        let written = match &scenario.source {
            Some(source) => source.text().to_owned(),
            // Flags: what else they say is in the steps and exclusions.
            None => format!("{:?} {:?}", scenario.replay, scenario.limits),
        };
        let mut text = String::new();
        let (image, seed) = (self.image_name(), &self.seed.name);
        let version = env!("CARGO_PKG_VERSION");
        // Text takes everything that is written to it.
        let _written = writeln!(
            text,
            "{FORMAT} {version}\n{}\n{written}\n{image}\n{seed} {:?}\n{:?}\n{:?} {:?} {:?}",
            scenario.shared,
            self.seed.rows,
            (self.setup_key(), self.seed_key()),
            self.rule,
            self.order,
            self.sessions,
        );
        let stale = self.stale_findings.iter().map(|it| it.value.name());
        text.extend(stale.flat_map(|name| ["stale ", name, "\n"]));
        Some(text)
    }
}

fn describe(migration: &Migration) -> String {
    let scripts = [Some(&migration.up), migration.down.as_ref(), migration.verify.as_ref()];
    let sums = scripts.map(|script| script.map(|it| (it.checksum(), it.sent_checksum())));
    let Migration { id, version, rule, order, kind, .. } = migration;
    format!("{id} {version} {rule:?} {order:?} {kind:?} {sums:?}\n")
}
