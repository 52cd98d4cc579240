use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::place::{Located, shell_word};
use crate::scenario::{
    Defaults, Exclusion, Expect, MigrationSource, Pass, Replay, Scenario, Seed, SeedSql, Setup,
};

/// The variable that people's workflows set.
const EXCLUDE_VARIABLE: &str = "MIGRATION_EXCLUDE";

/// A scenario made of flags.
#[derive(Debug, Clone, Default)]
pub struct FlagScenario {
    /// `--migrations`.
    pub migrations: PathBuf,
    /// `--layout`.
    pub layout: Option<String>,
    /// `--ref`.
    pub git_ref: Option<String>,
    /// `--image`, as often as given.
    pub images: Vec<String>,
    /// `--exclude`, comma-separated lists taken apart.
    pub exclude: Vec<String>,
    /// `--through`.
    pub through: Option<String>,
    /// `--seed-sql`, as often as given.
    pub seed_sql: Vec<PathBuf>,
    /// `--seed-through`.
    pub seed_through: Option<String>,
    /// `--rows`.
    pub rows: Option<usize>,
    /// `--passes`; empty: the usual ones.
    pub passes: Vec<Pass>,
}

impl FlagScenario {
    /// The list of `MIGRATION_EXCLUDE`, if it is set and not empty: runs made of flags read it.
    #[must_use]
    pub fn exclude_from<'e>(&self, environment: &'e BTreeMap<String, String>) -> Option<&'e str> {
        let list = environment.get(EXCLUDE_VARIABLE)?;
        (!list.trim().is_empty()).then_some(list.as_str())
    }

    /// The flags as a scenario.
    pub(super) fn scenario(
        &self,
        environment: &BTreeMap<String, String>,
        defaults: &Defaults,
    ) -> Scenario {
        let exclude = self.exclude.iter().map(|migration| Exclusion {
            migration: migration.clone().into(),
            reason: "--exclude".into(),
            issue: None,
            until: None,
            images: Vec::new(),
        });
        let from_environment =
            self.exclude_from(environment).map(|_| Located::unplaced(EXCLUDE_VARIABLE.to_owned()));
        let name = self.migrations.file_name().map(|name| name.to_string_lossy().into_owned());
        let images = self.images.iter().cloned().map(Located::unplaced);
        Scenario {
            name: name.unwrap_or_else(|| "migrations".into()),
            source: None,
            folder: PathBuf::new(),
            description: None,
            migrations: MigrationSource {
                layout: self.layout.clone().map(Located::unplaced),
                git_ref: self.git_ref.clone().map(Located::unplaced),
                ..MigrationSource::folder(self.migrations.clone().into())
            },
            images: if images.len() == 0 { defaults.images.clone() } else { images.collect() },
            exclude_from_env: from_environment,
            exclude: exclude.collect(),
            setup: Setup::default(),
            seeds: vec![self.seed()],
            replay: self.replay(defaults),
            limits: defaults.limits,
            check: defaults.check.clone(),
            expect: Expect::default(),
            through: self.through.clone().map(Located::unplaced),
            shared: defaults.text.clone(),
        }
    }

    fn replay(&self, defaults: &Defaults) -> Replay {
        let mut replay = defaults.replay.clone();
        if !self.passes.is_empty() {
            replay.passes.clone_from(&self.passes);
        }
        replay
    }

    fn seed(&self) -> Seed {
        let sql = self.seed_sql.iter().cloned();
        let sql: Vec<_> = sql.map(|file| SeedSql { file: file.into(), after: None }).collect();
        let name = match (&self.seed_through, sql.as_slice(), self.rows) {
            (Some(version), ..) => format!("through-{version}"),
            (None, [], None) => return Seed::fresh(),
            (None, [], Some(_)) => "rows".into(),
            (None, ..) => "seeded".into(),
        };
        let through = self.seed_through.clone().map(Located::unplaced);
        Seed { name, sql, through, rows: self.rows, ..Seed::default() }
    }

    /// The flags as one would type them again.
    pub(super) fn command_line(&self) -> String {
        let mut words =
            vec!["--migrations".to_owned(), shell_word(&self.migrations.to_string_lossy())];
        for (flag, value) in [("--layout", &self.layout), ("--ref", &self.git_ref)] {
            let value = value.iter().map(|value| shell_word(value));
            words.extend(value.flat_map(|value| [flag.to_owned(), value]));
        }
        for image in &self.images {
            words.extend(["--image".to_owned(), shell_word(image)]);
        }
        for migration in &self.exclude {
            words.extend(["--exclude".to_owned(), shell_word(migration)]);
        }
        if let Some(version) = &self.through {
            words.extend(["--through".to_owned(), shell_word(version)]);
        }
        if let Some(version) = &self.seed_through {
            words.extend(["--seed-through".to_owned(), shell_word(version)]);
        }
        for file in &self.seed_sql {
            words.extend(["--seed-sql".to_owned(), shell_word(&file.to_string_lossy())]);
        }
        if let Some(rows) = self.rows {
            words.extend(["--rows".to_owned(), rows.to_string()]);
        }
        if !self.passes.is_empty() {
            let names: Vec<_> = self.passes.iter().map(|pass| pass.name()).collect();
            words.extend(["--passes".to_owned(), names.join(",")]);
        }
        words.join(" ")
    }
}
