//! `atlas_schema_revisions`, as Atlas makes it on Postgres and fills it.

use crate::migration::{Ledger, LedgerRead, Migration, sql_text};

pub(super) const LEDGER: Ledger = Ledger {
    table: "atlas_schema_revisions.atlas_schema_revisions",
    create: "CREATE SCHEMA IF NOT EXISTS atlas_schema_revisions;
CREATE TABLE IF NOT EXISTS atlas_schema_revisions.atlas_schema_revisions (
    version character varying NOT NULL PRIMARY KEY,
    description character varying NOT NULL,
    type bigint NOT NULL DEFAULT 2,
    applied bigint NOT NULL DEFAULT 0,
    total bigint NOT NULL DEFAULT 0,
    executed_at timestamp with time zone NOT NULL,
    execution_time bigint NOT NULL,
    error text,
    error_stmt text,
    hash character varying NOT NULL,
    partial_hashes jsonb,
    operator_version character varying NOT NULL
)",
    record,
    read: LedgerRead::Keys(
        "SELECT version FROM atlas_schema_revisions.atlas_schema_revisions \
         WHERE version NOT LIKE '.%' AND applied = total ORDER BY version",
        |migration| migration.version.to_string(),
    ),
};

/// The hash is of this file alone: Atlas's own goes over the files before it too.
fn record(migration: &Migration) -> String {
    let stem = migration.file_name().trim_end_matches(".sql");
    let description = stem.split_once('_').map_or("", |(_, description)| description);
    let count = migration.up.statements().len();
    format!(
        "INSERT INTO atlas_schema_revisions.atlas_schema_revisions (version, description, \
         applied, total, executed_at, execution_time, error, error_stmt, hash, partial_hashes, \
         operator_version) VALUES ({}, {}, {count}, {count}, now(), 0, '', '', '{}', 'null', \
         'Atlas CLI')",
        sql_text(migration.version.as_str()),
        sql_text(description),
        migration.up.checksum(),
    )
}
