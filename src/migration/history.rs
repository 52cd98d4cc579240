//! History rows held against files: what is pending, and what is wrong. Two lists in, an answer out.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use super::{Migration, MigrationId, MigrationKind, Order};

/// A row of the schema history table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedRow {
    /// The migration's identity.
    pub id: MigrationId,
    /// The SHA-256 in hexadecimal of the file that was applied.
    pub checksum: String,
}

/// What a set and a history say together.
#[derive(Debug, Default)]
pub struct Pending {
    /// To be run, in order.
    pub run: Vec<Arc<Migration>>,
    /// Pending below the highest applied migration, and never run or refused by the order in force.
    pub out_of_order: Vec<Arc<Migration>>,
    /// Applied from a file that has changed since.
    pub divergent: Vec<Arc<Migration>>,
    /// The highest applied migration of the set.
    pub highest: Option<Arc<Migration>>,
}

/// Decides what is pending: `migrations` in the tool's order, `applied` in the order of recording.
#[must_use]
pub fn pending(migrations: &[Arc<Migration>], applied: &[AppliedRow], order: Order) -> Pending {
    let rows: HashMap<_, _> = applied.iter().map(|row| (&row.id, row)).collect();
    let in_play = in_play(migrations, |migration| rows.contains_key(&migration.id));
    let mark = Mark::of(&in_play, order, |migration| rows.contains_key(&migration.id));
    let mut answer = Pending { highest: mark.highest.cloned(), ..Pending::default() };
    for (position, migration) in in_play.iter().enumerate() {
        match rows.get(&migration.id) {
            Some(row) if row.checksum != migration.up.checksum().to_string() => {
                match migration.kind {
                    MigrationKind::Repeatable => answer.run.push((*migration).clone()),
                    MigrationKind::Versioned | MigrationKind::Baseline => {
                        answer.divergent.push((*migration).clone());
                    }
                }
            }
            Some(_) => {}
            None if mark.is_late(position, migration) => {
                answer.out_of_order.push((*migration).clone());
            }
            None => answer.run.push((*migration).clone()),
        }
    }
    answer
}

/// What runs on a database without any history, in order.
#[must_use]
pub fn from_nothing(migrations: &[Arc<Migration>]) -> Vec<Arc<Migration>> {
    in_play(migrations, |_| false).into_iter().cloned().collect()
}

/// The migrations that count at all: on a database without history the last baseline and what follows
/// it; on one with history those after the baseline that was applied there, if one was.
fn in_play(
    migrations: &[Arc<Migration>],
    is_applied: impl Fn(&Migration) -> bool,
) -> Vec<&Arc<Migration>> {
    let is_baseline = |migration: &Arc<Migration>| migration.kind == MigrationKind::Baseline;
    let has_history = migrations.iter().any(|migration| is_applied(migration));
    let start =
        migrations.iter().rposition(|it| is_baseline(it) && (!has_history || is_applied(it)));
    let counts = |position: usize, migration: &Arc<Migration>| match migration.kind {
        MigrationKind::Baseline => Some(position) == start,
        MigrationKind::Versioned => start.is_none_or(|start| position > start),
        MigrationKind::Repeatable => true,
    };
    migrations
        .iter()
        .enumerate()
        .filter(|(position, migration)| counts(*position, migration))
        .map(|(_, migration)| migration)
        .collect()
}

/// How far a history has come, and what that means to what it left out.
struct Mark<'m> {
    order: Order,
    position: Option<usize>,
    highest: Option<&'m Arc<Migration>>,
}

impl<'m> Mark<'m> {
    fn of(
        in_play: &[&'m Arc<Migration>],
        order: Order,
        is_applied: impl Fn(&Migration) -> bool,
    ) -> Self {
        let counts = |migration: &Migration| {
            migration.kind != MigrationKind::Repeatable && is_applied(migration)
        };
        let last = in_play.iter().rposition(|migration| counts(migration));
        let highest = match order {
            // A high-water mark is a version in a table, wherever its file stands.
            Order::HighWaterMark => in_play
                .iter()
                .filter(|migration| counts(migration))
                .max_by(|left, right| left.version.number_order(&right.version))
                .copied(),
            Order::AppliedSet | Order::Strict => last.map(|last| in_play[last]),
        };
        Self { order, position: last, highest }
    }

    fn is_late(&self, position: usize, migration: &Migration) -> bool {
        if migration.kind == MigrationKind::Repeatable {
            return false;
        }
        match migration.order.unwrap_or(self.order) {
            Order::AppliedSet => false,
            Order::Strict => self.position.is_some_and(|last| position < last),
            Order::HighWaterMark => self.highest.is_some_and(|highest| {
                migration.version.number_order(&highest.version) != Ordering::Greater
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::layout::testing::set_of;
    use crate::migration::{Script, Version};
    use crate::place::SourceText;

    fn ids(migrations: &[Arc<Migration>]) -> Vec<&str> {
        migrations.iter().map(|migration| migration.id.as_str()).collect()
    }

    fn applied(set: &[Arc<Migration>], wanted: &[&str]) -> Vec<AppliedRow> {
        set.iter()
            .filter(|migration| wanted.contains(&migration.id.as_str()))
            .map(|migration| AppliedRow {
                id: migration.id.clone(),
                checksum: migration.up.checksum().to_string(),
            })
            .collect()
    }

    #[test]
    fn the_applied_set_runs_a_late_lower_number() {
        let set = set_of(&[("1_a.sql", ""), ("2_b.sql", ""), ("3_c.sql", "")]);
        let rows = applied(set.migrations(), &["1_a.sql", "3_c.sql"]);
        let answer = pending(set.migrations(), &rows, Order::AppliedSet);
        assert_eq!(ids(&answer.run), ["2_b.sql"]);
        assert!(answer.out_of_order.is_empty());
    }

    #[test]
    fn a_high_water_mark_skips_a_late_lower_number() {
        let set = set_of(&[("1_a.sql", ""), ("2_b.sql", ""), ("3_c.sql", ""), ("4_d.sql", "")]);
        let rows = applied(set.migrations(), &["1_a.sql", "3_c.sql"]);
        let answer = pending(set.migrations(), &rows, Order::HighWaterMark);
        assert_eq!(ids(&answer.run), ["4_d.sql"]);
        assert_eq!(ids(&answer.out_of_order), ["2_b.sql"]);
    }

    #[test]
    fn a_file_that_changed_since_it_was_applied_is_divergent() {
        let set = set_of(&[("1_a.sql", "select 1")]);
        let rows = vec![AppliedRow { id: MigrationId::new("1_a.sql"), checksum: "other".into() }];
        let answer = pending(set.migrations(), &rows, Order::AppliedSet);
        assert_eq!(ids(&answer.divergent), ["1_a.sql"]);
        assert!(answer.run.is_empty());
    }

    fn set_with_kinds(kinds: &[MigrationKind]) -> Vec<Arc<Migration>> {
        let migration = |(at, kind): (usize, &MigrationKind)| {
            let name = format!("{at}.sql");
            let script = Script::new(SourceText::new(name.as_str(), "select 1"));
            let version = Version::new(at.to_string());
            let migration = Migration::new(MigrationId::new(at.to_string()), version, script);
            Arc::new(Migration { kind: *kind, ..migration })
        };
        kinds.iter().enumerate().map(migration).collect()
    }

    #[test]
    fn a_baseline_stands_for_what_is_before_it_only_where_there_is_no_history() {
        use MigrationKind::{Baseline, Versioned};
        let set = set_with_kinds(&[Versioned, Baseline, Versioned, Baseline, Versioned]);
        let on_empty = pending(&set, &[], Order::Strict);
        assert_eq!(ids(&on_empty.run), ["3", "4"]);
        let after_versions = pending(&set, &applied(&set, &["0"]), Order::Strict);
        assert_eq!(ids(&after_versions.run), ["2", "4"]);
        let after_baseline = pending(&set, &applied(&set, &["3"]), Order::Strict);
        assert_eq!(ids(&after_baseline.run), ["4"]);
        assert!(after_baseline.out_of_order.is_empty());
        assert_eq!(ids(&from_nothing(&set)), ["3", "4"]);
    }

    #[test]
    fn a_repeatable_runs_again_when_its_file_changes_and_is_never_late() {
        use MigrationKind::{Repeatable, Versioned};
        let set = set_with_kinds(&[Versioned, Repeatable, Versioned]);
        let mut rows = applied(&set, &["0", "1", "2"]);
        assert!(pending(&set, &rows, Order::Strict).run.is_empty());
        rows[1].checksum = "other".into();
        let answer = pending(&set, &rows, Order::Strict);
        assert_eq!(ids(&answer.run), ["1"]);
        assert!(answer.divergent.is_empty() && answer.out_of_order.is_empty());
        let answer = pending(&set, &applied(&set, &["0", "2"]), Order::Strict);
        assert_eq!(ids(&answer.run), ["1"]);
    }

    #[test]
    fn a_migration_that_may_be_late_runs_where_others_are_refused() {
        let mut set = set_with_kinds(&[MigrationKind::Versioned; 4]);
        let applied = applied(&set, &["3"]);
        Arc::get_mut(&mut set[1]).unwrap().order = Some(Order::AppliedSet);
        let answer = pending(&set, &applied, Order::Strict);
        assert_eq!(ids(&answer.run), ["1"]);
        assert_eq!(ids(&answer.out_of_order), ["0", "2"]);
    }

    #[test]
    fn a_high_water_mark_is_a_version_wherever_its_file_stands() {
        let mut set = set_with_kinds(&[MigrationKind::Versioned; 3]);
        set.swap(0, 2);
        let answer = pending(&set, &applied(&set, &["1"]), Order::HighWaterMark);
        assert_eq!(ids(&answer.run), ["2"]);
        assert_eq!(ids(&answer.out_of_order), ["0"]);
    }
}
