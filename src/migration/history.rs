//! History rows held against files: what is pending, and what is wrong. Two lists in, an answer out.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Migration, MigrationId, Order};

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

/// Decides what is pending: `migrations` in version order, `applied` in any order.
#[must_use]
pub fn pending(migrations: &[Arc<Migration>], applied: &[AppliedRow], order: Order) -> Pending {
    let rows: HashMap<_, _> = applied.iter().map(|row| (&row.id, row)).collect();
    let highest = migrations.iter().rposition(|migration| rows.contains_key(&migration.id));
    let mut answer =
        Pending { highest: highest.map(|at| migrations[at].clone()), ..Pending::default() };
    for (position, migration) in migrations.iter().enumerate() {
        match rows.get(&migration.id) {
            Some(row) if row.checksum != migration.up.checksum().to_string() => {
                answer.divergent.push(migration.clone());
            }
            Some(_) => {}
            None => {
                let is_late = highest.is_some_and(|highest| position < highest);
                if is_late && order != Order::AppliedSet {
                    answer.out_of_order.push(migration.clone());
                } else {
                    answer.run.push(migration.clone());
                }
            }
        }
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::layout::testing::set_of;

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
}
