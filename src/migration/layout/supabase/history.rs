//! `supabase_migrations.schema_migrations`, as the CLI makes and fills it. (`pkg/migration/history.go`)

use super::{cutter, split_name};
use crate::migration::{Ledger, LedgerRead, Migration, sql_text};

pub(super) const LEDGER: Ledger = Ledger {
    table: "supabase_migrations.schema_migrations",
    create: "CREATE SCHEMA IF NOT EXISTS supabase_migrations;
CREATE TABLE IF NOT EXISTS supabase_migrations.schema_migrations (
    version text NOT NULL PRIMARY KEY,
    statements text[],
    name text
)",
    record,
    read: LedgerRead::Keys(
        "SELECT version FROM supabase_migrations.schema_migrations ORDER BY version",
        |migration| migration.version.to_string(),
    ),
};

fn record(migration: &Migration) -> String {
    let name = split_name(migration.file_name()).map_or("", |(_, name)| name);
    let text = migration.up.text();
    let statements = cutter::statements(text).into_iter();
    let statements: Vec<_> = statements.map(|span| sql_text(&text[span])).collect();
    format!(
        "INSERT INTO supabase_migrations.schema_migrations (version, name, statements) \
         VALUES ({}, {}, ARRAY[{}]::text[])",
        sql_text(migration.version.as_str()),
        sql_text(name),
        statements.join(", "),
    )
}
