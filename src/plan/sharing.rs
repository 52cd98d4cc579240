use std::collections::{BTreeMap, BTreeSet};

use super::{CasePlan, PrepStep};
use crate::migration::{BodyRule, Checksum};
use crate::scenario::Pass;

/// Which servers a case can share: those of the same image and settings, and, where the setup touches
/// what belongs to the whole server, of the same setup.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerGroup {
    /// The image; `None`: any server.
    pub image: Option<String>,
    /// Server settings.
    pub settings: BTreeMap<String, String>,
    /// The setup, where it belongs to the whole server.
    pub setup: Option<PrepKey>,
    /// Whether the data should lie on disk, because a dump may not fit into memory.
    pub on_disk: bool,
}

/// A dump larger than this (as it lies on disk) is restored to disk and not into memory: 64 MiB.
pub(super) const LARGE_DUMP: u64 = 64 << 20;

/// The content of a prepared database: equal keys, equal databases.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrepKey(String);

/// Part of every key, so that a change of what we write ourselves is another key.
const FORMAT: &str = "1";

impl PrepKey {
    /// Hashes everything that makes a difference.
    #[must_use]
    pub fn of(steps: &[PrepStep], rule: BodyRule, search_path: Option<&str>) -> Self {
        let mut text = format!("{FORMAT}\n{rule:?}\n{search_path:?}\n");
        for step in steps {
            text.push_str(&describe(step));
            text.push('\n');
        }
        Self(Checksum::of(text.as_bytes()).to_string())
    }

    /// The same, made on another kind of server and brought from there.
    #[must_use]
    pub(super) fn made_on(&self, group: &ServerGroup) -> Self {
        Self(Checksum::of(format!("{}\n{:?}", self.0, group.image).as_bytes()).to_string())
    }
}

fn describe(step: &PrepStep) -> String {
    match step {
        PrepStep::Role(name) => format!("role {name}"),
        PrepStep::User(name) => format!("user {name}"),
        PrepStep::Sql(script) => format!("sql {}", script.sent_checksum()),
        PrepStep::Migrate(migration) => {
            let rule = migration.rule;
            format!("migrate {} {} {rule:?}", migration.id, migration.up.sent_checksum())
        }
        PrepStep::Record(migration) => {
            format!("record {} {}", migration.id, migration.up.checksum())
        }
        PrepStep::Unrecorded(migration) => {
            let rule = migration.rule;
            format!("unrecorded {} {} {rule:?}", migration.id, migration.up.sent_checksum())
        }
        PrepStep::Pretended(migration) => {
            format!("pretended {} {}", migration.id, migration.up.checksum())
        }
        PrepStep::Interrupted { migration, statements } => {
            format!("{statements} of {} {}", migration.id, migration.up.sent_checksum())
        }
        PrepStep::Restore(dump) => {
            let about = (dump.format, dump.bytes, dump.modified, dump.file);
            format!("restore {about:?}")
        }
        PrepStep::Rows(rows) => format!("rows {rows}"),
    }
}

/// How many databases in its seed state a case needs: one, one for the passes that explore each migration, and one for `orders`.
fn databases_of(case: &CasePlan) -> usize {
    let passes = &case.scenario.replay.passes;
    let explores =
        |pass: &Pass| matches!(pass, Pass::Reexecute | Pass::Interrupt | Pass::RoundTrip);
    1 + usize::from(passes.iter().any(explores)) + usize::from(passes.contains(&Pass::Orders))
}

/// The keys that are needed more than once on servers of one group: worth a template database.
#[must_use]
pub fn shared_preparations<'c>(
    cases: impl Iterator<Item = &'c CasePlan>,
) -> BTreeSet<(ServerGroup, PrepKey)> {
    let mut users: BTreeMap<(ServerGroup, PrepKey), usize> = BTreeMap::new();
    for case in cases.filter(|case| case.alone.is_none()) {
        let keys = BTreeSet::from([
            (!case.setup.is_empty()).then(|| case.setup_key()),
            (!case.seeding.is_empty()).then(|| case.seed_key()),
        ]);
        for key in keys.into_iter().flatten() {
            *users.entry((case.group.clone(), key)).or_default() += databases_of(case);
        }
    }
    users.into_iter().filter(|(_, users)| *users > 1).map(|(key, _)| key).collect()
}
