use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::{CheckSettings, Expect, Pass, Runner};
use crate::migration::{Order, Transaction, Variables};
use crate::named::named;
use crate::place::{Located, SourceText};

/// One scenario: which migrations, on which images, from which seed states, and what is expected.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Its name in case names: the file's stem, or its path where two share one.
    pub name: String,
    /// The file it was read from; `None` when flags or the library made it.
    pub source: Option<SourceText>,
    /// The folder that its relative paths count from.
    pub folder: PathBuf,
    /// The user's own words.
    pub description: Option<String>,
    /// Which migrations.
    pub migrations: MigrationSource,
    /// Images to run on; empty: any server at hand.
    pub images: Vec<Located<String>>,
    /// The environment variable whose comma-separated list is excluded too.
    pub exclude_from_env: Option<Located<String>>,
    /// What is left out on purpose.
    pub exclude: Vec<Exclusion>,
    /// The environment that exists before any seed.
    pub setup: Setup,
    /// The states to start from; never empty.
    pub seeds: Vec<Seed>,
    /// How to replay.
    pub replay: Replay,
    /// Time limits.
    pub limits: Limits,
    /// How much findings about the files matter.
    pub check: CheckSettings,
    /// What must come out.
    pub expect: Expect,
    /// Stop after this version (a run made of flags only).
    pub through: Option<Located<String>>,
    /// The text of the repository's `migration-replay.toml`, which defaults are taken from; empty where there is none.
    pub shared: Arc<str>,
}

/// Where the migrations are.
#[derive(Debug, Clone)]
pub struct MigrationSource {
    /// The folder as written.
    pub path: Located<PathBuf>,
    /// The layout, where it is not to be detected.
    pub layout: Option<Located<String>>,
    /// The files in order, where no layout reads the folder; or one manifest that lists them.
    pub files: Option<FileList>,
    /// SQL files that stand in for files of the folder, by the name of the latter.
    pub provide: Vec<(Located<String>, Located<PathBuf>)>,
    /// The commit, tag or branch to read from instead of the work tree.
    pub git_ref: Option<Located<String>>,
}

/// An ordered list of migrations.
#[derive(Debug, Clone)]
pub enum FileList {
    /// Written in the scenario.
    Listed(Vec<Located<PathBuf>>),
    /// In a file of its own: one path per line.
    Manifest(Located<PathBuf>),
}

impl MigrationSource {
    /// A folder whose layout is detected.
    #[must_use]
    pub fn folder(path: Located<PathBuf>) -> Self {
        Self { path, layout: None, files: None, provide: Vec::new(), git_ref: None }
    }
}

/// A migration left out on purpose.
#[derive(Debug, Clone)]
pub struct Exclusion {
    /// A version, file name or glob.
    pub migration: Located<String>,
    /// Why.
    pub reason: String,
    /// Where it is discussed.
    pub issue: Option<String>,
    /// Until when it is meant to hold: an ISO date or a git tag; `check` judges it.
    pub until: Option<Located<String>>,
    /// The images it is for; empty: all.
    pub images: Vec<String>,
}

/// What is there before any seed.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// Roles to create.
    pub roles: Vec<String>,
    /// SQL files to run.
    pub sql: Vec<Located<PathBuf>>,
    /// Server settings, name to value, given when the server starts.
    pub settings: BTreeMap<String, String>,
    /// The `search_path` of the session that replays.
    pub search_path: Option<String>,
    /// Values for the placeholders of the layout.
    pub variables: Variables,
    /// The name of the database, where migrations say it.
    pub database: Option<Located<String>>,
    /// The role that replays and owns the database; no superuser unless the setup makes it one.
    pub user: Option<Located<String>>,
}

/// The state a database is in before the replay.
#[derive(Debug, Clone, Default)]
pub struct Seed {
    /// Its name in case names, without a slash.
    pub name: String,
    /// Migrations up to this version are applied and recorded; with `dump`: what the dump is at.
    pub through: Option<Located<String>>,
    /// What was left out then; `None`: as the scenario does.
    pub exclude: Option<Vec<Located<String>>>,
    /// A dump to restore.
    pub dump: Option<Located<PathBuf>>,
    /// SQL files to run, in order.
    pub sql: Vec<SeedSql>,
    /// How many rows are generated for each table; `None`: none are.
    pub rows: Option<usize>,
    /// The commit, tag or branch whose migrations were applied.
    pub git_ref: Option<Located<String>>,
    /// Tags that each make such a seed: a glob.
    pub releases: Option<Releases>,
    /// Where the history table does not say what was run.
    pub history: SeedHistory,
    /// A migration that an earlier run left half-way.
    pub interrupted: Option<Interrupted>,
    /// The image that the state is built on; `None`: the case's own.
    pub image: Option<Located<String>>,
}

/// Releases that seeds are made of.
#[derive(Debug, Clone)]
pub struct Releases {
    /// The tags: a glob.
    pub tags: Located<String>,
    /// How many, the newest first; `None`: all.
    pub newest: Option<usize>,
}

/// What the history table of a seed says.
#[derive(Debug, Clone, Default)]
pub enum SeedHistory {
    /// What was run.
    #[default]
    Whole,
    /// Nothing: the database was restored without it, say.
    None,
    /// Something else than what was run.
    Wrong {
        /// Run, and not recorded: versions, file names or globs.
        not_recorded: Vec<Located<String>>,
        /// Recorded, and not run.
        recorded_not_run: Vec<Located<String>>,
    },
}

impl SeedHistory {
    /// Whether it tells of migrations that were not run.
    #[must_use]
    pub fn records_what_was_not_run(&self) -> bool {
        matches!(self, Self::Wrong { recorded_not_run, .. } if !recorded_not_run.is_empty())
    }
}

/// A migration that an earlier run left half-way, and did not record.
#[derive(Debug, Clone)]
pub struct Interrupted {
    /// Which: version, file name or glob.
    pub migration: Located<String>,
    /// How many of its statements were run; from 1.
    pub after_statement: Located<usize>,
}

/// A SQL file of a seed.
#[derive(Debug, Clone)]
pub struct SeedSql {
    /// The file as written.
    pub file: Located<PathBuf>,
    /// Run right after this version; `None`: after the whole seed chain.
    pub after: Option<Located<String>>,
}

impl Seed {
    /// The seed of a scenario that names none: an empty database.
    #[must_use]
    pub fn fresh() -> Self {
        Self { name: "fresh".into(), ..Self::default() }
    }

    /// Whether the database is empty (but for the setup) when the replay begins, and nothing but migrations fills it.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        self.begins_empty() && self.rows.is_none()
    }

    /// Whether the database is empty (but for the setup) when the replay begins: nothing is older than the replay, so
    /// nothing is new.
    #[must_use]
    pub fn begins_empty(&self) -> bool {
        let is_bare = self.through.is_none() && self.dump.is_none() && self.sql.is_empty();
        let is_told_nothing = !self.history.records_what_was_not_run();
        is_bare && is_told_nothing && !self.is_of_commits() && self.interrupted.is_none()
    }

    /// Whether it is made of the migrations of a commit.
    #[must_use]
    pub fn is_of_commits(&self) -> bool {
        self.git_ref.is_some() || self.releases.is_some()
    }
}

/// How to replay.
#[derive(Debug, Clone)]
pub struct Replay {
    /// Which passes, in order.
    pub passes: Vec<Pass>,
    /// The transaction rule; `None`: the layout's own.
    pub transaction: Option<Transaction>,
    /// The user's own runner, instead of ours.
    pub runner: Option<Runner>,
    /// Which migrations count as pending; `None`: as the layout's tool has it.
    pub order: Option<Order>,
    /// Of which bodies the pass `reexecute` makes a failure.
    pub reexecute: Reexecute,
    /// How far down the pass `round-trip` goes: this version stays; `None`: to where it began.
    pub down_to: Option<Located<String>>,
    /// How many other orders the pass `orders` tries; 0: the pass does not run.
    pub orders: Option<usize>,
}

named! {
    /// Which bodies have to survive a second run.
    Reexecute {
        /// Those that claim to: every statement in them is guarded.
        Guarded = "guarded",
        /// All.
        All = "all",
    }
}

impl Default for Replay {
    fn default() -> Self {
        Self {
            passes: vec![Pass::Apply, Pass::Rerun, Pass::Converge],
            transaction: None,
            runner: None,
            order: None,
            reexecute: Reexecute::Guarded,
            down_to: None,
            orders: None,
        }
    }
}

/// Limits. One of time that is reached is a failure if the server still answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For one statement; 5 minutes by default.
    pub statement: Duration,
    /// For one case, its seed included; 30 minutes by default.
    pub case: Duration,
    /// Which failures that only generated rows cause are failures of the case.
    pub generated_rows: Judged,
    /// Of which migrations an undeclared `DROP`, `DELETE`, `UPDATE` or `TRUNCATE` over rows is a failure.
    pub data: Judged,
    /// How long a pending migration may keep reads or writes from a table with rows; `None`: it is told and not judged.
    pub lock: Option<Duration>,
    /// Whether a pending migration that rewrites a table with rows fails.
    pub rewrite: Rewrite,
}

named! {
    /// What becomes of a migration that rewrites a table with rows.
    Rewrite {
        /// It fails.
        Fail = "fail",
        /// It is told.
        Note = "note",
    }
}

named! {
    /// Of which migrations something is judged; of the others it is reported.
    Judged {
        /// Of those that are new.
        New = "new",
        /// Of all.
        Strict = "strict",
        /// Of none.
        Note = "note",
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            statement: Duration::from_mins(5),
            case: Duration::from_mins(30),
            generated_rows: Judged::New,
            data: Judged::New,
            lock: None,
            rewrite: Rewrite::Note,
        }
    }
}
