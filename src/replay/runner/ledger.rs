use std::collections::BTreeSet;

use crate::migration::{LedgerRead, Migration, MigrationId, Version};
use crate::outcome::SqlError;
use crate::plan::{CasePlan, PrepStep};
use crate::postgres::Session;

/// What the runner's history table says is applied; `None` where nobody knows how to read it.
pub(super) async fn applied<S: Session>(
    session: &mut S,
    case: &CasePlan,
) -> Result<Option<BTreeSet<MigrationId>>, SqlError> {
    let runner = case.scenario.replay.runner.as_ref();
    let own_query = runner.and_then(|runner| runner.history.as_ref());
    let (sql, key) = match (own_query, &case.ledger) {
        (Some(query), _) => (query.value.as_str(), Key::AnyName),
        (None, Some(ledger)) => match ledger.read {
            LedgerRead::Keys(sql, key) => (sql, Key::Of(key)),
            LedgerRead::Highest(sql) => (sql, Key::UpTo(Skipped::of(case))),
        },
        (None, None) => return Ok(None),
    };
    let values = match session.query(sql).await {
        Ok(rows) => rows.0.into_iter().filter_map(|row| row.into_iter().next().flatten()).collect(),
        // Before its first run the runner has made no table.
        Err(error) if is_not_there(&error) => Vec::new(),
        Err(error) => return Err(error),
    };
    let migrations = case.set.migrations().iter();
    let applied = migrations.filter(|migration| key.is_applied(migration, &values));
    Ok(Some(applied.map(|migration| migration.id.clone()).collect()))
}

/// 42P01 `undefined_table`, 3F000 `invalid_schema_name`.
fn is_not_there(error: &SqlError) -> bool {
    error.sqlstate.as_ref().is_some_and(|state| ["42P01", "3F000"].contains(&state.as_str()))
}

/// How a row means a migration.
enum Key {
    Of(fn(&Migration) -> String),
    UpTo(Skipped),
    AnyName,
}

impl Key {
    fn is_applied(&self, migration: &Migration, values: &[String]) -> bool {
        match self {
            Self::Of(key) => values.contains(&key(migration)),
            Self::UpTo(skipped) => {
                let is_below = |value: &String| {
                    migration.version.number_order(&Version::new(value.as_str())).is_le()
                };
                values.iter().any(is_below) && !skipped.0.contains(&migration.id)
            }
            Self::AnyName => values.iter().any(|value| migration.is_called(value)),
        }
    }
}

/// Migrations below the highest one of the seed that the seed does not hold: the one version in the
/// table counts them as applied, but nobody ever ran them.
struct Skipped(BTreeSet<MigrationId>);

impl Skipped {
    fn of(case: &CasePlan) -> Self {
        let seeded: Vec<_> = case
            .seeding
            .iter()
            .filter_map(|step| match step {
                PrepStep::Migrate(migration)
                | PrepStep::Record(migration)
                | PrepStep::Pretended(migration) => Some(migration),
                _ => None,
            })
            .collect();
        let is_below = |migration: &Migration| {
            seeded.iter().any(|it| migration.version.number_order(&it.version).is_lt())
        };
        let is_seeded = |migration: &Migration| seeded.iter().any(|it| it.id == migration.id);
        let set = case.set.migrations().iter();
        let skipped = set.filter(|migration| is_below(migration) && !is_seeded(migration));
        Self(skipped.map(|migration| migration.id.clone()).collect())
    }
}
