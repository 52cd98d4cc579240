use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use time::Date;

use super::applied::{by_file, is_same_text, relative};
use super::{Base, Branch, Lock, Recorded, Retired};
use crate::lineage::{Author, Lineage, Opening, Readings};
use crate::migration::history::from_nothing;
use crate::migration::{BodyRule, Migration, MigrationId, MigrationSet, Order};
use crate::scenario::{CheckSettings, Rule, Scenario};

/// What is checked: a folder of migrations, and what is known beside it.
#[derive(Debug)]
pub struct Subject<'a> {
    /// The migrations.
    pub set: &'a MigrationSet,
    /// The scenario that names them; for a folder by itself, the one that stands for it.
    pub scenario: &'a Scenario,
    /// How bodies are run, unless a migration says otherwise.
    pub rule: BodyRule,
    /// Which migrations the tool takes for pending.
    pub order: Order,
    /// The statements, read.
    pub readings: &'a Readings,
    /// Files that must never run.
    pub retired: Vec<Retired>,
    /// The lock beside the folder, with its path, where there is one.
    pub lock: Option<(PathBuf, Lock)>,
    /// What the folder was where this branch left its base, if one was named.
    pub base: Option<Base>,
    /// Other branches, the base among them.
    pub branches: Vec<Branch>,
    /// Migrations that the seeds of the scenario hold already.
    pub seeded: Vec<Recorded>,
    /// What day it is, and which releases are out.
    pub calendar: Calendar,
    pub(super) lineage: OnceCell<Lineage>,
}

/// What day it is, and which releases are out.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// Today.
    pub today: Date,
    /// The tags of the repository, where `until` names any.
    pub tags: BTreeSet<String>,
}

impl Calendar {
    /// A day on which no release that anybody asked for is out.
    #[must_use]
    pub fn of(today: Date) -> Self {
        Self { today, tags: BTreeSet::new() }
    }
}

impl<'a> Subject<'a> {
    /// A folder of which nothing else is known.
    #[must_use]
    pub fn new(
        set: &'a MigrationSet,
        scenario: &'a Scenario,
        readings: &'a Readings,
        calendar: Calendar,
    ) -> Self {
        Self {
            set,
            scenario,
            rule: scenario.replay.transaction.map_or(set.rule, |it| set.rule.overridden(it)),
            order: scenario.replay.order.unwrap_or(set.order),
            readings,
            retired: Vec::new(),
            lock: None,
            base: None,
            branches: Vec::new(),
            seeded: Vec::new(),
            calendar,
            lineage: OnceCell::new(),
        }
    }

    /// Whether enough is known for a rule to say that there is nothing.
    #[must_use]
    pub fn can_tell(&self, rule: Rule) -> bool {
        match rule {
            Rule::VersionTaken => !self.branches.is_empty(),
            Rule::NotRecorded => self.lock.is_some(),
            Rule::AppliedChanged => self.lock.is_some() || self.base.is_some(),
            Rule::LateVersion => !self.recorded().is_empty(),
            _ => true,
        }
    }

    pub(super) fn settings(&self) -> &CheckSettings {
        &self.scenario.check
    }

    /// The migrations as a database without history runs them.
    pub(super) fn authors(&self) -> Vec<Author> {
        from_nothing(self.set.migrations()).into_iter().map(Author::Migration).collect()
    }

    /// What they do to objects that are made twice or taken away; laid when the first rule asks.
    pub(super) fn lineage(&self) -> &Lineage {
        self.lineage.get_or_init(|| {
            let authors = self.authors();
            let narrowed = self.readings.narrowed(&authors);
            Lineage::of(&authors, &Opening::for_set(self.set), &narrowed)
        })
    }

    /// Where a migration's file lies in the folder.
    pub(super) fn relative<'m>(&self, migration: &'m Migration) -> &'m Path {
        relative(self.set, migration)
    }

    /// The migrations that this change did not touch; `None` where no base tells.
    #[must_use]
    pub fn settled(&self) -> Option<BTreeSet<MigrationId>> {
        let base = self.base.as_ref()?;
        let Some(fork) = &base.fork else { return Some(BTreeSet::new()) };
        let before = by_file(fork);
        let is_settled = |migration: &Migration| {
            before.get(self.relative(migration)).is_some_and(|then| {
                is_same_text(then.up.source().text(), migration.up.source().text())
            })
        };
        let all = self.set.migrations().iter();
        Some(all.filter(|it| is_settled(it)).map(|it| it.id.clone()).collect())
    }

    /// The migrations of which somebody knows that they are applied or merged, with who knows it.
    pub(super) fn recorded(&self) -> Vec<Recorded> {
        let mut all = self.seeded.clone();
        if let Some(Base { name, fork: Some(fork) }) = &self.base {
            let files = by_file(fork).into_keys().map(Path::to_owned).collect();
            all.push(Recorded { files, says: format!("merged into {name}") });
        } else if let Some((path, lock)) = &self.lock {
            let files = lock.entries.iter().map(|it| it.file.clone()).collect();
            all.push(Recorded { files, says: format!("recorded in {}", path.display()) });
        }
        all
    }
}
