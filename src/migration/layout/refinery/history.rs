//! The table `refinery_schema_history`. (`refinery_core/src/traits/mod.rs`, `runner.rs`)

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::migration::{Ledger, LedgerRead, Migration, sql_text};

/// With versions of the usual length.
pub(super) const LEDGER: Ledger = Ledger {
    table: "refinery_schema_history",
    create: "create table if not exists refinery_schema_history (
        version int4 primary key,
        name varchar(255),
        applied_on varchar(255),
        checksum varchar(255)
    )",
    record: |migration| record(migration, checksum_as::<i32>),
    read: LedgerRead::Keys("select version::text from refinery_schema_history", number),
};

/// With versions as the crate's feature `int8-versions` has them.
pub(super) const LONG_LEDGER: Ledger = Ledger {
    create: "create table if not exists refinery_schema_history (
        version int8 primary key,
        name varchar(255),
        applied_on varchar(255),
        checksum varchar(255)
    )",
    record: |migration| record(migration, checksum_as::<i64>),
    ..LEDGER
};

/// With versions of either length.
pub(super) fn recorded_sums(migration: &Migration) -> Vec<String> {
    [checksum_as::<i32>, checksum_as::<i64>].map(|sum| sum_of(migration, sum).to_string()).into()
}

fn sum_of(migration: &Migration, checksum: fn(&str, i64, &str) -> u64) -> u64 {
    let version = number(migration).parse().unwrap_or_default();
    checksum(title(migration), version, migration.up.text())
}

fn title(migration: &Migration) -> &str {
    migration.id.as_str().split_once("__").map_or("", |(_, title)| title)
}

fn record(migration: &Migration, checksum: fn(&str, i64, &str) -> u64) -> String {
    let (version, name) = (number(migration), title(migration));
    let sum = sum_of(migration, checksum);
    format!(
        "insert into refinery_schema_history (version, name, applied_on, checksum) \
         values ({version}, {}, to_char(clock_timestamp() at time zone 'UTC', \
         'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), '{sum}')",
        sql_text(name)
    )
}

fn number(migration: &Migration) -> String {
    migration.version.as_str().to_owned()
}

/// `SipHash` 1-3 with keys of zero, which is what the standard library's hasher is, too.
fn checksum_as<V: Hash + TryFrom<i64> + Default>(name: &str, version: i64, sql: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    V::try_from(version).unwrap_or_default().hash(&mut hasher);
    sql.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// The sums are what Refinery 0.9.2 wrote into its table for these files.
    #[rstest]
    #[case("a", 1, "select 1;\n", "13954345995306633449")]
    #[case("some_notes", 12, "create table notes (body text);\n", "2328993734622281847")]
    fn checksums_are_those_that_refinery_writes(
        #[case] name: &str,
        #[case] version: i64,
        #[case] sql: &str,
        #[case] sum: &str,
    ) {
        assert_eq!(checksum_as::<i32>(name, version, sql).to_string(), sum);
    }
}
