//! Generated migrations and the scenarios that replay them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Result;

/// Writes `count` schema migrations: modules of ten files, each about tables of its own, so that the
/// cost of a file does not depend on how many there are.
pub(crate) fn write_schema_set(folder: &Path, count: usize) -> Result<PathBuf> {
    let folder = folder.join(format!("schema-{count}"));
    fs::create_dir_all(&folder)?;
    for number in 1..=count {
        let (module, step) = ((number - 1) / MODULE.len(), (number - 1) % MODULE.len());
        let (name, sql, _) = MODULE[step];
        let sql = sql.replace('@', &format!("m{module}"));
        fs::write(folder.join(format!("{number:05}_{name}.sql")), sql)?;
    }
    Ok(folder)
}

/// The same with a way down for each, in files as golang-migrate wants them.
pub(crate) fn write_reversible_set(folder: &Path, count: usize) -> Result<PathBuf> {
    let folder = folder.join(format!("reversible-{count}"));
    fs::create_dir_all(&folder)?;
    for number in 1..=count {
        let (module, step) = ((number - 1) / MODULE.len(), (number - 1) % MODULE.len());
        let (name, up, down) = MODULE[step];
        for (direction, sql) in [("up", up), ("down", down)] {
            let sql = sql.replace('@', &format!("m{module}"));
            fs::write(folder.join(format!("{number:05}_{name}.{direction}.sql")), sql)?;
        }
    }
    Ok(folder)
}

/// Writes so many tables, three by three as in a module, in so many files.
pub(crate) fn write_table_set(folder: &Path, tables: usize, files: usize) -> Result<PathBuf> {
    let folder = folder.join(format!("tables-{files}"));
    fs::create_dir_all(&folder)?;
    let making = MODULE.iter().filter(|(_, sql, _)| sql.contains("CREATE TABLE"));
    let making: Vec<_> = making.map(|(_, sql, _)| *sql).collect();
    let modules: Vec<_> = (0..tables / making.len()).collect();
    for (number, part) in modules.chunks(modules.len().div_ceil(files)).enumerate() {
        let texts = part.iter().map(|module| making.concat().replace('@', &format!("m{module}")));
        let sql: String = texts.collect();
        fs::write(folder.join(format!("{:05}_tables.sql", number + 1)), sql)?;
    }
    Ok(folder)
}

/// The files of a module, as teams write them: a few tables, then what the next months bring; each with its way down. `@` stands
/// for the module's name.
const MODULE: &[(&str, &str, &str)] = &[
    (
        "accounts",
        "CREATE TABLE @_accounts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    email text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX @_accounts_created_at ON @_accounts (created_at);
COMMENT ON TABLE @_accounts IS 'who may sign in';
",
        "DROP TABLE @_accounts;
",
    ),
    (
        "orders",
        "CREATE TYPE @_state AS ENUM ('open', 'paid', 'sent');
CREATE TABLE @_orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES @_accounts (id) ON DELETE CASCADE,
    state @_state NOT NULL DEFAULT 'open',
    total numeric(12, 2) NOT NULL CHECK (total >= 0),
    details jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX @_orders_account ON @_orders (account_id);
",
        "DROP TABLE @_orders;
DROP TYPE @_state;
",
    ),
    (
        "order_notes",
        "ALTER TABLE @_orders ADD COLUMN note text;
ALTER TABLE @_orders ADD COLUMN updated_at timestamptz;
",
        "ALTER TABLE @_orders DROP COLUMN note, DROP COLUMN updated_at;
",
    ),
    (
        "touch_function",
        "CREATE FUNCTION @_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END;
$$;
CREATE TRIGGER @_touch BEFORE UPDATE ON @_orders FOR EACH ROW EXECUTE FUNCTION @_touch();
",
        "DROP TRIGGER @_touch ON @_orders;
DROP FUNCTION @_touch();
",
    ),
    (
        "first_rows",
        "INSERT INTO @_accounts (name, email) VALUES
    ('Ada', 'ada at example.org'), ('Ben', 'ben at example.org'), ('Cleo', 'cleo at example.org');
INSERT INTO @_orders (account_id, total) SELECT id, 10 * id FROM @_accounts;
",
        "DELETE FROM @_orders;
DELETE FROM @_accounts;
",
    ),
    (
        "search_index",
        "CREATE INDEX @_orders_details ON @_orders USING gin (details);
CREATE INDEX @_orders_open ON @_orders (id) WHERE state = 'open';
",
        "DROP INDEX @_orders_details, @_orders_open;
",
    ),
    (
        "totals_view",
        "CREATE VIEW @_totals AS
    SELECT a.id, a.name, count(o.id) AS orders, sum(o.total) AS total
    FROM @_accounts a LEFT JOIN @_orders o ON o.account_id = a.id GROUP BY a.id, a.name;
",
        "DROP VIEW @_totals;
",
    ),
    (
        "currency",
        "ALTER TABLE @_orders ADD COLUMN currency text NOT NULL DEFAULT 'EUR';
UPDATE @_orders SET currency = 'USD' WHERE account_id = 2;
ALTER TABLE @_orders ADD CONSTRAINT @_currency CHECK (char_length(currency) = 3);
",
        "ALTER TABLE @_orders DROP COLUMN currency;
",
    ),
    (
        "order_lines",
        "CREATE TABLE @_lines (
    order_id bigint NOT NULL REFERENCES @_orders (id),
    position integer NOT NULL,
    product text NOT NULL,
    quantity integer NOT NULL DEFAULT 1,
    PRIMARY KEY (order_id, position)
);
",
        "DROP TABLE @_lines;
",
    ),
    (
        "total_function",
        "CREATE FUNCTION @_total(wanted bigint) RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(total), 0) FROM @_orders WHERE account_id = wanted;
$$;
ALTER TABLE @_accounts ALTER COLUMN name SET DEFAULT '';
DROP INDEX @_accounts_created_at;
",
        "CREATE INDEX @_accounts_created_at ON @_accounts (created_at);
ALTER TABLE @_accounts ALTER COLUMN name DROP DEFAULT;
DROP FUNCTION @_total(bigint);
",
    ),
];

/// Writes a set whose statements are work for the server.
pub(crate) fn write_data_set(folder: &Path) -> Result<PathBuf> {
    let folder = folder.join("data");
    fs::create_dir_all(&folder)?;
    for (position, sql) in DATA.iter().enumerate() {
        fs::write(folder.join(format!("{:03}_data.sql", position + 1)), sql)?;
    }
    Ok(folder)
}

const DATA: &[&str] = &[
    "CREATE TABLE readings (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sensor integer NOT NULL,
    taken_at timestamptz NOT NULL,
    value double precision NOT NULL,
    label text
);
",
    "INSERT INTO readings (sensor, taken_at, value)
SELECT n % 500, timestamptz '2026-01-01' + n * interval '1 second', sin(n)
FROM generate_series(1, 200000) AS n;
",
    "CREATE INDEX readings_sensor ON readings (sensor, taken_at);
",
    "UPDATE readings SET label = 'sensor ' || sensor WHERE id % 2 = 0;
",
    "CREATE TABLE sensors AS SELECT DISTINCT sensor AS id FROM readings;
ALTER TABLE sensors ADD PRIMARY KEY (id);
ALTER TABLE readings ADD FOREIGN KEY (sensor) REFERENCES sensors (id);
",
    "ALTER TABLE readings ALTER COLUMN value TYPE numeric(10, 6);
",
    "DELETE FROM readings WHERE id % 10 = 0;
CREATE INDEX readings_label ON readings (label text_pattern_ops);
",
    "UPDATE readings SET label = 'unknown' WHERE label IS NULL;
ALTER TABLE readings ALTER COLUMN label SET NOT NULL;
",
];

/// Writes `count` files of 5 KB each, with the things that make splitting hard.
pub(crate) fn write_large_set(folder: &Path, count: usize) -> Result<PathBuf> {
    let folder = folder.join(format!("large-{count}"));
    fs::create_dir_all(&folder)?;
    for number in 1..=count {
        let mut sql = String::new();
        let mut part = 0;
        while sql.len() < 5 * 1024 {
            let (_, text, _) = MODULE[(number + part) % MODULE.len()];
            writeln!(sql, "-- part {part}; it's a \"comment\"")?;
            sql.push_str(&text.replace('@', &format!("f{number}_{part}")));
            part += 1;
        }
        sql.truncate(sql[..5 * 1024].rfind(";\n").map_or(5 * 1024, |end| end + 2));
        fs::write(folder.join(format!("{number:05}_large.sql")), sql)?;
    }
    Ok(folder)
}

/// A scenario file over a folder of migrations.
pub(crate) struct ScenarioFile<'a> {
    /// The migrations.
    pub(crate) migrations: &'a Path,
    /// Such as `statement`; empty: as the layout has it.
    pub(crate) transaction: &'a str,
    /// Such as `"apply"`.
    pub(crate) passes: &'a [&'a str],
    /// `[[seed]]` tables, as text.
    pub(crate) seeds: &'a str,
}

impl ScenarioFile<'_> {
    /// Writes it beside the migrations.
    pub(crate) fn write(&self, name: &str) -> Result<PathBuf> {
        let mut text = String::new();
        writeln!(text, "migrations = {:?}", self.migrations.to_string_lossy())?;
        writeln!(text, "{}", self.seeds)?;
        writeln!(text, "[replay]")?;
        if !self.transaction.is_empty() {
            writeln!(text, "transaction = {:?}", self.transaction)?;
        }
        writeln!(text, "passes = {:?}", self.passes)?;
        writeln!(text, "[limits]\nstatement = \"30m\"\ncase = \"60m\"")?;
        let file = self.migrations.with_file_name(format!("{name}.toml"));
        fs::write(&file, text)?;
        Ok(file)
    }
}
