use std::path::PathBuf;
use std::sync::Arc;

use super::{Against, PrepKey, ServerGroup, Stop};
use crate::migration::history::from_nothing;
use crate::migration::{BodyRule, Ledger, Migration, MigrationSet, Order, Script, Sessions};
use crate::outcome::{CaseHead, Excluded};
use crate::place::Located;
use crate::scenario::{Expect, ExpectedFailure, Rule, Scenario, Seed};

/// One case: a point of image × seed.
#[derive(Debug, Clone)]
pub struct CasePlan {
    /// `scenario@image/seed`.
    pub name: String,
    /// The scenario it is a point of.
    pub scenario: Arc<Scenario>,
    /// The image asked for; `None`: any server at hand.
    pub image: Option<String>,
    /// The seed state.
    pub seed: Seed,
    /// All migrations of the folder.
    pub set: Arc<MigrationSet>,
    /// Those that are replayed, in order.
    pub chain: Vec<Arc<Migration>>,
    /// Those that are left out.
    pub excluded: Vec<Excluded>,
    /// What comes before any seed.
    pub setup: Vec<PrepStep>,
    /// What makes the seed state, after the setup.
    pub seeding: Vec<PrepStep>,
    /// How bodies are run, unless a migration says otherwise.
    pub rule: BodyRule,
    /// Which migrations count as pending.
    pub order: Order,
    /// Which migrations one session runs.
    pub sessions: Sessions,
    /// The history table of the tool, where something of the case refers to it.
    pub ledger: Option<Ledger>,
    /// Which servers it can share.
    pub group: ServerGroup,
    /// What in it belongs to the whole server, so that it gets one of its own: `CREATE ROLE`.
    pub alone: Option<&'static str>,
    /// The expected failures that are meant for this image and seed.
    pub expected_failures: Vec<ExpectedFailure>,
    /// Findings about the files that the scenario declares as known, and that are not there any more.
    pub stale_findings: Vec<Located<Rule>>,
    /// Where the replay stops, after the steps of that phase, in the middle of one more body; `None`: it goes through.
    pub stop: Option<Stop>,
    /// The one command that runs just this case.
    pub reproduce: String,
    /// The case at the base of a change, where it is compared with one.
    pub against: Option<Against>,
}

/// A step of setup or seed.
#[derive(Debug, Clone)]
pub enum PrepStep {
    /// Creates a role.
    Role(String),
    /// Creates the role that replays: it may log in with the password of the server's own user.
    User(String),
    /// Runs a SQL file.
    Sql(Arc<Script>),
    /// Applies a migration and records it.
    Migrate(Arc<Migration>),
    /// Records a migration that a dump holds already.
    Record(Arc<Migration>),
    /// Applies a migration, and does not record it.
    Unrecorded(Arc<Migration>),
    /// Records a migration that is not run, as its tool would.
    Pretended(Arc<Migration>),
    /// Runs the first statements of a migration, and does not record it.
    Interrupted {
        /// Which.
        migration: Arc<Migration>,
        /// How many.
        statements: usize,
    },
    /// Restores a dump.
    Restore(DumpFile),
    /// From here on every table is kept filled with so many generated rows.
    Rows(usize),
}

/// A dump on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DumpFile {
    /// The file.
    pub path: PathBuf,
    /// How it is written.
    pub format: DumpFormat,
    /// Its size in bytes, as it lies on disk.
    pub bytes: u64,
    /// When it was last changed, to know it again.
    pub modified: Option<std::time::SystemTime>,
    /// Device and number of the file: another name for it is the same dump.
    pub file: (u64, u64),
}

/// How a dump is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DumpFormat {
    /// SQL text, as `pg_dump` writes it by default.
    Plain,
    /// SQL text, compressed with gzip.
    PlainGzip,
    /// SQL text, compressed with Zstandard.
    PlainZstd,
    /// `pg_dump --format=custom`; restored by the image's own `pg_restore`.
    Custom,
    /// `pg_dump --format=directory`; restored in the same way.
    Directory,
}

impl DumpFormat {
    /// Tells the format by the first bytes of a file: `PGDMP` begins a custom-format archive
    /// (`pg_backup_archiver.c`), 1f 8b begins gzip (RFC 1952),
    /// 28 b5 2f fd Zstandard (RFC 8878).
    #[must_use]
    pub fn of(first_bytes: &[u8]) -> Self {
        if first_bytes.starts_with(b"PGDMP") {
            Self::Custom
        } else if first_bytes.starts_with(&[0x1f, 0x8b]) {
            Self::PlainGzip
        } else if first_bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
            Self::PlainZstd
        } else {
            Self::Plain
        }
    }
}

impl CasePlan {
    /// The same on a fresh database.
    #[must_use]
    pub fn fresh(&self) -> Self {
        Self { seed: Seed::fresh(), seeding: Vec::new(), stop: None, ..self.clone() }
    }

    /// The image in names and messages.
    #[must_use]
    pub fn image_name(&self) -> &str {
        self.image.as_deref().unwrap_or("any")
    }

    /// What must come out.
    #[must_use]
    pub fn expect(&self) -> &Expect {
        &self.scenario.expect
    }

    /// Migrations of the chain that the seed leaves pending.
    #[must_use]
    pub fn expected_pending(&self) -> usize {
        let seeded = |migration: &Arc<Migration>| {
            self.seeding.iter().any(|step| match step {
                PrepStep::Migrate(done) | PrepStep::Record(done) | PrepStep::Pretended(done) => {
                    done.id == migration.id
                }
                _ => false,
            })
        };
        if self.seed.begins_empty() {
            return from_nothing(&self.chain).len();
        }
        self.chain.iter().filter(|migration| !seeded(migration)).count()
    }

    /// What reports know of the case before it runs.
    #[must_use]
    pub fn head(&self) -> CaseHead {
        let scenario = match &self.scenario.source {
            Some(source) => source.path().display().to_string(),
            None => self.scenario.name.clone(),
        };
        CaseHead {
            layout: self.set.layout,
            inputs: self.inputs_key(),
            name: self.name.clone(),
            scenario,
            image: self.image_name().to_owned(),
            seed: self.seed.name.clone(),
            migrations: self.expected_pending(),
            excluded: self.excluded.clone(),
        }
    }

    /// The name that the database must have.
    #[must_use]
    pub fn database(&self) -> Option<&str> {
        self.scenario.setup.database.as_ref().map(|name| name.value.as_str())
    }

    /// The role that replays, where it is not the server's own user.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.scenario.setup.user.as_ref().map(|name| name.value.as_str())
    }

    /// Identifies the database after the setup.
    #[must_use]
    pub fn setup_key(&self) -> PrepKey {
        PrepKey::of(&self.setup, self.rule, self.scenario.setup.search_path.as_deref())
    }

    /// Identifies the database after setup and seed.
    #[must_use]
    pub fn seed_key(&self) -> PrepKey {
        let steps: Vec<_> = self.setup.iter().chain(&self.seeding).cloned().collect();
        let key = PrepKey::of(&steps, self.rule, self.scenario.setup.search_path.as_deref());
        match self.built_on() {
            Some(group) => key.made_on(&group),
            None => key,
        }
    }

    /// Identifies the end of the fresh replay that this case is compared with.
    #[must_use]
    pub fn fresh_end_key(&self) -> PrepKey {
        let mut steps = self.setup.clone();
        steps.extend(self.chain.iter().cloned().map(PrepStep::Migrate));
        PrepKey::of(&steps, self.rule, self.scenario.setup.search_path.as_deref())
    }
}
