use super::HistoryTable;
use super::proof::Proof;
use super::row::Row;
use super::tool::{Reach, RowState, Tool, base_name, number};
use crate::migration::{Migration, MigrationKind, layout};

/// Every history table that is known. The columns of the first that fits count, so those with more columns come first.
const TOOLS: &[Tool] = &[
    Tool {
        name: "migration-replay",
        tables: &["migration_replay.history"],
        columns: &["migration", "version", "file", "checksum", "phase", "outcome"],
        order: Some("id"),
        key: |row| row.cell("migration").map(str::to_owned),
        keys: |migration| vec![migration.id.to_string()],
        state: |row| match row.cell("outcome") {
            Some("failed") => RowState::Failed,
            _ => RowState::Applied,
        },
        sums: Some(("checksum", Proof::Sum(|migration| vec![migration.up.checksum().to_string()]))),
        at: &["started_at"],
        ..VERSIONS
    },
    Tool {
        name: "flyway",
        tables: &["flyway_schema_history", "schema_version"],
        columns: &["installed_rank", "version", "description", "type", "script", "success"],
        order: Some("installed_rank"),
        key: flyway_key,
        keys: flyway_keys,
        state: flyway_state,
        sums: Some(("checksum", Proof::Sum(|it| layout::recorded_sums("flyway", it)))),
        at: &["installed_on"],
        ..VERSIONS
    },
    Tool {
        name: "sqlx",
        tables: &["_sqlx_migrations"],
        columns: &["version", "description", "success", "checksum", "execution_time"],
        state: |row| if row.denies("success") { RowState::Failed } else { RowState::Applied },
        sums: Some(("checksum", Proof::Sum(|it| layout::recorded_sums("sqlx", it)))),
        at: &["installed_on"],
        ..VERSIONS
    },
    Tool {
        name: "prisma",
        tables: &["_prisma_migrations"],
        columns: &["migration_name", "finished_at", "rolled_back_at", "checksum"],
        order: Some("started_at"),
        key: |row| row.cell("migration_name").map(str::to_owned),
        keys: |migration| vec![migration.id.to_string()],
        state: |row| match (row.cell("rolled_back_at"), row.cell("finished_at")) {
            (Some(_), _) => RowState::Undone,
            (None, Some(_)) => RowState::Applied,
            (None, None) => RowState::Failed,
        },
        sums: Some(("checksum", Proof::Sum(|migration| vec![migration.up.checksum().to_string()]))),
        at: &["finished_at", "started_at"],
        ..VERSIONS
    },
    Tool {
        name: "atlas",
        tables: &["atlas_schema_revisions"],
        columns: &["version", "applied", "total", "hash", "error"],
        // Rows of Atlas's own begin with a dot.
        key: |row| row.cell("version").filter(|it| !it.starts_with('.')).map(number),
        state: atlas_state,
        order: Some("executed_at"),
        sums: Some(("hash", Proof::Chain)),
        at: &["executed_at"],
        ..VERSIONS
    },
    Tool {
        name: "sqitch",
        tables: &["changes"],
        columns: &["change_id", "change", "project", "committed_at", "planned_at"],
        order: Some("committed_at"),
        reach: Reach::EachTime,
        key: |row| row.cell("change").map(str::to_owned),
        // The script of a reworked change has a tag in its name.
        keys: |it| vec![it.id.as_str().split('@').next().unwrap_or_default().to_owned()],
        sums: Some(("script_hash", Proof::Sum(|it| layout::recorded_sums("sqitch", it)))),
        at: &["committed_at"],
        ..VERSIONS
    },
    Tool {
        name: "graphile-migrate",
        tables: &["graphile_migrate.migrations"],
        columns: &["hash", "previous_hash", "filename"],
        order: Some("filename"),
        key: |row| row.cell("filename").map(stem),
        keys: |migration| vec![stem(migration.file_name()), stem(migration.id.as_str())],
        sums: Some(("hash", Proof::Sum(|it| layout::recorded_sums("graphile-migrate", it)))),
        at: &["date"],
        ..VERSIONS
    },
    Tool {
        name: "drizzle",
        tables: &["__drizzle_migrations"],
        columns: &["hash", "created_at"],
        order: Some("id"),
        key: |row| {
            row.cell("name").map(str::to_owned).or_else(|| row.cell("created_at").map(number))
        },
        keys: |it| vec![it.id.to_string(), number(it.version.as_str())],
        sums: Some(("hash", Proof::Sum(|migration| vec![migration.up.checksum().to_string()]))),
        at: &["applied_at"],
        ..VERSIONS
    },
    Tool {
        name: "refinery",
        tables: &["refinery_schema_history"],
        columns: &["version", "name", "applied_on", "checksum"],
        sums: Some(("checksum", Proof::Sum(|it| layout::recorded_sums("refinery", it)))),
        at: &["applied_on"],
        ..VERSIONS
    },
    Tool {
        name: "supabase",
        tables: &["supabase_migrations.schema_migrations"],
        columns: &["version", "statements"],
        sums: Some(("statements", Proof::Statements)),
        ..VERSIONS
    },
    Tool {
        name: "goose",
        tables: &["goose_db_version"],
        columns: &["version_id", "is_applied"],
        order: Some("id"),
        // The row of version 0 says that the table was made.
        key: |row| row.cell("version_id").map(number).filter(|version| version != "0"),
        state: |row| if row.denies("is_applied") { RowState::Undone } else { RowState::Applied },
        at: &["tstamp"],
        ..VERSIONS
    },
    Tool {
        name: "golang-migrate",
        tables: &["schema_migrations"],
        columns: &["version", "dirty"],
        state: |row| if row.affirms("dirty") { RowState::Failed } else { RowState::Applied },
        reach: Reach::UpTo,
        ..VERSIONS
    },
    Tool {
        name: "diesel",
        tables: &["__diesel_schema_migrations"],
        columns: &["version", "run_on"],
        at: &["run_on"],
        ..VERSIONS
    },
    Tool {
        name: "node-pg-migrate",
        tables: &["pgmigrations"],
        columns: &["name", "run_on"],
        order: Some("id"),
        key: |row| row.cell("name").map(str::to_owned),
        keys: |migration| vec![migration.id.to_string(), stem(migration.file_name())],
        at: &["run_on"],
        ..VERSIONS
    },
    Tool {
        name: "sql-migrate",
        tables: &["gorp_migrations"],
        columns: &["id", "applied_at"],
        only_these: true,
        key: |row| row.cell("id").map(str::to_owned),
        keys: |migration| vec![migration.id.to_string()],
        at: &["applied_at"],
        ..VERSIONS
    },
    Tool {
        name: "ecto",
        tables: &["schema_migrations"],
        columns: &["version", "inserted_at"],
        only_these: true,
        at: &["inserted_at"],
        ..VERSIONS
    },
    Tool { name: "pop", columns: &["version", "version_self"], ..POP },
    VERSIONS,
    POP,
];

const POP: Tool = Tool { name: "pop", tables: &["schema_migration"], ..VERSIONS };

/// A table of versions and nothing else.
const VERSIONS: Tool = Tool {
    name: "dbmate or Rails",
    tables: &["schema_migrations"],
    columns: &["version"],
    only_these: false,
    order: None,
    key: |row| row.cell("version").map(number),
    keys: |migration| vec![number(migration.version.as_str())],
    state: |_| RowState::Applied,
    reach: Reach::Each,
    sums: None,
    at: &[],
};

/// The tool whose history table this is, by its columns; among those that have the same columns, by its name.
#[must_use]
pub fn recognised(table: &HistoryTable) -> Option<&'static Tool> {
    let fits = |tool: &&Tool| {
        // Whoever has a `version` may be anybody, unless that is all there is.
        let is_bare = tool.columns.len() == 1 || tool.only_these;
        table.has(tool.columns) && (!is_bare || table.columns.len() == tool.columns.len())
    };
    let called = |tool: &&Tool| tool.tables.iter().any(|name| is_called(&table.name, name));
    let fitting = TOOLS.iter().filter(fits);
    fitting.clone().find(called).or_else(|| fitting.clone().next())
}

/// Whether a table, `schema.name`, is called like a known one, which has a schema only where it matters.
fn is_called(table: &str, known: &str) -> bool {
    table == known || (!known.contains('.') && table.rsplit('.').next() == Some(known))
}

/// The history tables of known tools, as they are called; the most telling first.
pub fn table_names() -> impl Iterator<Item = (&'static str, &'static str)> {
    TOOLS.iter().flat_map(|tool| tool.tables.iter().map(|table| (tool.name, *table)))
}

/// The tools whose tables are known, each once.
#[must_use]
pub fn named() -> Vec<&'static str> {
    let mut names: Vec<_> = TOOLS.iter().map(|tool| tool.name).collect();
    names.dedup();
    names
}

fn stem(file: &str) -> String {
    base_name(file).trim_end_matches(".sql").to_owned()
}

/// Versions compare part by part, and zeros at the end make no difference.
fn parts(version: &str) -> String {
    let parts = version.split(['.', '_']).map(number);
    let mut parts: Vec<_> = parts.collect();
    while parts.len() > 1 && parts.last().is_some_and(|it| it == "0") {
        parts.pop();
    }
    parts.join(".")
}

/// A repeatable has no version and is known by its file; a baseline may have the version of another file. Rows of kind
/// SCHEMA say that Flyway made a schema.
fn flyway_key(row: &Row<'_>) -> Option<String> {
    let kind = row.cell("type").filter(|kind| *kind != "SCHEMA")?;
    match row.cell("version") {
        Some(version) if kind.ends_with("_BASELINE") => Some(format!("B {}", parts(version))),
        Some(version) => Some(format!("V {}", parts(version))),
        None => Some(format!("R {}", base_name(row.cell("script")?))),
    }
}

fn flyway_keys(migration: &Migration) -> Vec<String> {
    let version = migration.version.as_str();
    vec![match migration.kind {
        MigrationKind::Baseline => format!("B {}", parts(version.trim_start_matches('B'))),
        MigrationKind::Versioned => format!("V {}", parts(version)),
        MigrationKind::Repeatable => format!("R {}", migration.file_name()),
    }]
}

fn flyway_state(row: &Row<'_>) -> RowState {
    match row.cell("type").unwrap_or_default() {
        _ if row.denies("success") => RowState::Failed,
        "BASELINE" => RowState::Baseline,
        kind if kind.starts_with("UNDO") || kind == "DELETE" => RowState::Undone,
        _ => RowState::Applied,
    }
}

/// A revision of type 1 is a baseline; one that has not all its statements applied broke off.
/// (atlas `sql/migrate`, `Revision`)
fn atlas_state(row: &Row<'_>) -> RowState {
    let is_whole = row.cell("applied") == row.cell("total");
    match row.cell("type") {
        Some("1") => RowState::Baseline,
        _ if is_whole && row.cell("error").is_none_or(str::is_empty) => RowState::Applied,
        _ => RowState::Failed,
    }
}
