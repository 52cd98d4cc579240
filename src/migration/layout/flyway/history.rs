//! `flyway_schema_history`, as Flyway makes it on Postgres and fills it. (`PostgreSQLDatabase`,
//! `JdbcTableSchemaHistory`, `ChecksumCalculator`)

use super::names::Name;
use crate::migration::{Ledger, LedgerRead, Migration, MigrationKind, Script, sql_text};

pub(super) const LEDGER: Ledger = Ledger {
    table: "flyway_schema_history",
    create: "CREATE TABLE IF NOT EXISTS public.flyway_schema_history (
    installed_rank integer NOT NULL CONSTRAINT flyway_schema_history_pk PRIMARY KEY,
    version varchar(50),
    description varchar(200) NOT NULL,
    type varchar(20) NOT NULL,
    script varchar(1000) NOT NULL,
    checksum integer,
    installed_by varchar(100) NOT NULL,
    installed_on timestamp NOT NULL DEFAULT now(),
    execution_time integer NOT NULL,
    success boolean NOT NULL
);
CREATE INDEX IF NOT EXISTS flyway_schema_history_s_idx ON public.flyway_schema_history (success);",
    record,
    read: LedgerRead::Keys(
        "SELECT type || ' ' || coalesce(version, description) FROM public.flyway_schema_history \
         WHERE success ORDER BY installed_rank",
        key,
    ),
};

fn record(migration: &Migration) -> String {
    let version = match migration.kind {
        MigrationKind::Repeatable => "NULL".to_owned(),
        MigrationKind::Versioned | MigrationKind::Baseline => sql_text(version(migration)),
    };
    let checksum = recorded_sum(migration);
    // Flyway writes the row in a session of its own, whatever role the script took on.
    format!(
        "RESET ROLE; INSERT INTO public.flyway_schema_history (installed_rank, version, \
         description, type, script, checksum, installed_by, execution_time, success) \
         SELECT coalesce(max(installed_rank), 0) + 1, {version}, {}, '{}', {}, {checksum}, \
         current_user, 0, true FROM public.flyway_schema_history",
        sql_text(&description(&migration.up)),
        kind(migration),
        sql_text(migration.file_name()),
    )
}

/// Placeholders count where a changed file runs again.
pub(super) fn recorded_sum(migration: &Migration) -> i32 {
    checksum(match migration.kind {
        MigrationKind::Repeatable => migration.up.text(),
        MigrationKind::Versioned | MigrationKind::Baseline => migration.up.source().text(),
    })
}

fn key(migration: &Migration) -> String {
    let what = match migration.kind {
        MigrationKind::Repeatable => description(&migration.up),
        MigrationKind::Versioned | MigrationKind::Baseline => version(migration).to_owned(),
    };
    format!("{} {what}", kind(migration))
}

fn kind(migration: &Migration) -> &'static str {
    match migration.kind {
        MigrationKind::Baseline => "SQL_BASELINE",
        MigrationKind::Versioned | MigrationKind::Repeatable => "SQL",
    }
}

fn version(migration: &Migration) -> &str {
    migration.version.as_str().trim_start_matches('B')
}

/// What follows `__`, with blanks for underscores, and cut to the column's width.
fn description(script: &Script) -> String {
    let stem = script.source().path().file_stem().and_then(|stem| stem.to_str());
    let name = stem.and_then(|stem| Name::read(stem).ok());
    let text = name.map(|name| name.description.replace('_', " ")).unwrap_or_default();
    if text.chars().count() <= 200 {
        return text;
    }
    text.chars().take(197).chain("...".chars()).collect()
}

/// The CRC-32 of all lines without their ends, as a signed number.
fn checksum(text: &str) -> i32 {
    let mut hasher = crc32fast::Hasher::new();
    for line in text.trim_start_matches('\u{feff}').split(['\n', '\r']) {
        hasher.update(line.as_bytes());
    }
    hasher.finalize().cast_signed()
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::read_with;
    use super::*;

    #[test]
    fn line_ends_and_byte_order_marks_do_not_change_the_checksum() {
        assert_eq!(
            checksum("select 1;\nselect 2;"),
            checksum("\u{feff}select 1;\r\nselect 2;\r\n")
        );
        assert_eq!(checksum("123456789"), 0xcbf4_3926_u32.cast_signed());
    }

    #[test]
    fn a_row_tells_version_description_kind_and_checksum() {
        let files = [("V1_2__add_it.sql", "-- ${a}"), ("R__all_views.sql", "-- ${a}")];
        let set = read_with("flyway", &files, &[("a", "b")]).unwrap();
        let rows: Vec<_> = set.migrations().iter().map(|it| record(it)).collect();
        let expected =
            format!("'1.2', 'add it', 'SQL', 'V1_2__add_it.sql', {}", checksum("-- ${a}"));
        assert!(rows[0].contains(&expected), "{}", rows[0]);
        let expected =
            format!("NULL, 'all views', 'SQL', 'R__all_views.sql', {}", checksum("-- b"));
        assert!(rows[1].contains(&expected), "{}", rows[1]);
        assert_eq!(key(&set.migrations()[1]), "SQL all views");
    }
}
