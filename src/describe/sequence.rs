use std::collections::BTreeSet;
use std::path::Path;

use crate::migration::history::from_nothing;
use crate::migration::{Migration, MigrationId, Script, Wraps};
use crate::named::named;
use crate::plan::{CasePlan, PrepStep};

/// What a database goes through, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sequence {
    /// Setup and seed: what is there before the replay begins.
    pub before: Vec<Station>,
    /// What the replay runs, and what lies in between and does not run.
    pub replayed: Vec<Station>,
}

/// One file on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Station {
    /// The migration; `None` for SQL files of setup and seed, and for dumps.
    pub migration: Option<MigrationId>,
    /// The name of the file.
    pub file: String,
    /// What becomes of it.
    pub state: State,
    /// Why it does not run.
    pub reason: Option<String>,
}

named! {
    /// What becomes of a file on the way.
    State {
        /// It is part of the setup.
        Setup = "setup",
        /// It is part of the seed state.
        Seeded = "seeded",
        /// It is a dump that the seed state begins with.
        Dump = "dump",
        /// The replay runs it.
        Applied = "applied",
        /// It is left out on purpose.
        Excluded = "excluded",
        /// A baseline stands for it.
        Superseded = "superseded",
        /// It failed.
        Failed = "failed",
        /// Something before it failed.
        NotReached = "not-reached",
    }
}

impl Sequence {
    /// The way of a case; `stopped_at` is the migration that failed, if one did.
    #[must_use]
    pub fn of(case: &CasePlan, stopped_at: Option<&MigrationId>) -> Self {
        let mut walk = Walk { case, passed: BTreeSet::new() };
        let before = walk.before();
        let mut replayed = walk.replayed();
        if let Some(failed) = stopped_at {
            stop(&mut replayed, failed, case.rule.wraps == Wraps::All);
        }
        Self { before, replayed }
    }

    /// The last migration that is in the database.
    #[must_use]
    pub fn last(&self) -> Option<&Station> {
        let is_in = |station: &&Station| {
            station.migration.is_some() && matches!(station.state, State::Applied | State::Seeded)
        };
        let mut backwards = self.replayed.iter().rev().chain(self.before.iter().rev());
        backwards.find(is_in)
    }

    /// The migration that failed.
    #[must_use]
    pub fn failed(&self) -> Option<&Station> {
        self.replayed.iter().find(|station| station.state == State::Failed)
    }

    /// Migrations that are left out on purpose.
    pub fn excluded(&self) -> impl Iterator<Item = &Station> {
        let all = self.before.iter().chain(&self.replayed);
        all.filter(|station| station.state == State::Excluded)
    }
}

/// A walk along the migrations of a case.
struct Walk<'c> {
    case: &'c CasePlan,
    /// Those that the walk has come by.
    passed: BTreeSet<&'c MigrationId>,
}

impl<'c> Walk<'c> {
    /// Setup and seed. What was left out between two seeded migrations is told between them.
    fn before(&mut self) -> Vec<Station> {
        let mut stations = Vec::new();
        for step in &self.case.setup {
            if let PrepStep::Sql(script) = step {
                stations.push(script_station(script, State::Setup));
            }
        }
        for step in &self.case.seeding {
            match step {
                PrepStep::Sql(script) => stations.push(script_station(script, State::Seeded)),
                PrepStep::Restore(dump) => stations.push(Station {
                    migration: None,
                    file: file_name(&dump.path),
                    state: State::Dump,
                    reason: None,
                }),
                PrepStep::Migrate(migration)
                | PrepStep::Record(migration)
                | PrepStep::Unrecorded(migration)
                | PrepStep::Pretended(migration) => {
                    self.excluded_before(migration, &mut stations);
                    self.passed.insert(&migration.id);
                    stations.push(station(migration, State::Seeded));
                }
                PrepStep::Role(_)
                | PrepStep::User(_)
                | PrepStep::Interrupted { .. }
                | PrepStep::Rows(_) => {}
            }
        }
        stations
    }

    fn excluded_before(&mut self, migration: &Migration, stations: &mut Vec<Station>) {
        for earlier in self.case.set.migrations() {
            if earlier.id == migration.id {
                return;
            }
            if let Some(reason) = self.reason(&earlier.id)
                && !self.is_seeded(&earlier.id)
                && self.passed.insert(&earlier.id)
            {
                stations.push(excluded(earlier, reason));
            }
        }
    }

    fn replayed(&mut self) -> Vec<Station> {
        let from_nothing: BTreeSet<_> =
            from_nothing(&self.case.chain).iter().map(|it| it.id.clone()).collect();
        let ahead = self.case.set.migrations().iter();
        let ahead = ahead.filter(|migration| !self.passed.contains(&migration.id));
        let stations = ahead.map(|migration| match self.reason(&migration.id) {
            Some(reason) => excluded(migration, reason),
            None if self.case.seed.begins_empty() && !from_nothing.contains(&migration.id) => {
                Station {
                    reason: Some("a baseline stands for it".into()),
                    ..station(migration, State::Superseded)
                }
            }
            None => station(migration, State::Applied),
        });
        stations.collect()
    }

    fn reason(&self, id: &MigrationId) -> Option<&'c str> {
        let excluded = self.case.excluded.iter().find(|excluded| excluded.migration == *id);
        excluded.map(|excluded| excluded.reason.as_str())
    }

    fn is_seeded(&self, id: &MigrationId) -> bool {
        self.case.seeding.iter().any(|step| match step {
            PrepStep::Migrate(migration)
            | PrepStep::Record(migration)
            | PrepStep::Unrecorded(migration)
            | PrepStep::Pretended(migration) => migration.id == *id,
            _ => false,
        })
    }
}

/// Marks what failed and what was not reached; where one transaction holds all, nothing was.
fn stop(stations: &mut [Station], failed: &MigrationId, all_or_nothing: bool) {
    let position = stations.iter().position(|station| station.migration.as_ref() == Some(failed));
    let Some(position) = position else { return };
    for (at, station) in stations.iter_mut().enumerate() {
        if at == position {
            station.state = State::Failed;
        } else if station.state == State::Applied && (all_or_nothing || at > position) {
            station.state = State::NotReached;
        }
    }
}

fn station(migration: &Migration, state: State) -> Station {
    let file = file_name(Path::new(migration.file_name()));
    Station { migration: Some(migration.id.clone()), file, state, reason: None }
}

fn excluded(migration: &Migration, reason: &str) -> Station {
    Station { reason: Some(reason.to_owned()), ..station(migration, State::Excluded) }
}

fn script_station(script: &Script, state: State) -> Station {
    Station { migration: None, file: file_name(script.source().path()), state, reason: None }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::super::testing::cases;
    use super::*;
    use crate::plan::through;

    const FILES: [&str; 4] = ["001_a.sql", "002_b.sql", "003_c.sql", "004_d.sql"];

    fn told(case: &CasePlan, stopped_at: Option<&str>) -> String {
        let stopped_at = stopped_at.map(MigrationId::new);
        let sequence = Sequence::of(case, stopped_at.as_ref());
        let line = |station: &Station| format!("{} {}", station.file, station.state);
        let before: Vec<_> = sequence.before.iter().map(line).collect();
        let replayed: Vec<_> = sequence.replayed.iter().map(line).collect();
        format!("{} | {}", before.join(", "), replayed.join(", "))
    }

    #[test]
    fn a_fresh_case_replays_everything_but_what_is_excluded() {
        let case = &cases(&FILES, "exclude = [{ migration = '002', reason = 'no' }]")[0];
        let expected =
            " | 001_a.sql applied, 002_b.sql excluded, 003_c.sql applied, 004_d.sql applied";
        assert_eq!(told(case, None), expected);
        assert_eq!(Sequence::of(case, None).last().unwrap().file, "004_d.sql");
    }

    #[test]
    fn a_seed_holds_its_files_and_what_was_left_out_between_them() {
        let case = &cases(
            &FILES,
            "exclude = [{ migration = '002', reason = 'no' }]\n\
             [setup]\nsql = ['roles.sql']\n\
             [[seed]]\nthrough = '003'\nsql = [{ after = '001', file = 'rows.sql' }, 'last.sql']",
        )[0];
        assert_eq!(
            told(case, None),
            "roles.sql setup, 001_a.sql seeded, rows.sql seeded, 002_b.sql excluded, \
             003_c.sql seeded, last.sql seeded | 004_d.sql applied"
        );
    }

    #[test]
    fn what_was_excluded_then_and_is_not_now_runs_late() {
        let case = &cases(&FILES, "[[seed]]\nthrough = '003'\nexclude = ['002']")[0];
        let expected = "001_a.sql seeded, 003_c.sql seeded | 002_b.sql applied, 004_d.sql applied";
        assert_eq!(told(case, None), expected);
    }

    #[test]
    fn after_a_failure_nothing_is_reached() {
        let case = &cases(&FILES, "")[0];
        let expected =
            " | 001_a.sql applied, 002_b.sql applied, 003_c.sql failed, 004_d.sql not-reached";
        assert_eq!(told(case, Some("003_c.sql")), expected);
        let case = &cases(&FILES, "[replay]\ntransaction = 'all'")[0];
        let expected = " | 001_a.sql not-reached, 002_b.sql not-reached, 003_c.sql failed, 004_d.sql not-reached";
        assert_eq!(told(case, Some("003_c.sql")), expected);
        assert_eq!(Sequence::of(case, Some(&MigrationId::new("003_c.sql"))).last(), None);
    }

    #[test]
    fn a_version_ends_the_sequence_and_cuts_the_seed() {
        let case = &cases(&FILES, "[[seed]]\nthrough = '003'\nsql = 'last.sql'")[0];
        let cut = |version: &str| told(&through(case, version).unwrap(), None);
        assert_eq!(cut("002"), "001_a.sql seeded, 002_b.sql seeded | ");
        assert_eq!(
            cut("3"),
            "001_a.sql seeded, 002_b.sql seeded, 003_c.sql seeded, last.sql seeded | "
        );
        let problem = through(case, "009").unwrap_err().to_string();
        assert!(problem.contains("--through \"009\" matches no migration"), "{problem}");
    }
}
