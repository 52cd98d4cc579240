//! Committed migrations of graphile-migrate, `committed/000001-name.sql`, by the rules of its sources:
//! names in src/migrationFilename.ts; headers, chain, order, placeholders and history table in
//! src/migration.ts; hashes in src/hash.ts; `--! no-transaction` in src/header.ts; names of
//! placeholders in src/settings.ts.

mod header;
mod placeholders;

use super::{Folder, FolderFile, Known, Layout};
use crate::migration::split::Dialect;
use crate::migration::{
    BodyRule, Cut, Ledger, LedgerRead, LeftOut, Migration, MigrationId, MigrationSet, Order,
    Script, Variables, Version, sql_text,
};
use crate::place::{Problem, Problems};
use header::{Commit, headers, value};

/// `committed/NUMBER-name.sql`, or the same where the folder is `committed` itself.
pub(super) struct GraphileMigrate;

const LEDGER: Ledger = Ledger {
    table: "graphile_migrate.migrations",
    create: "CREATE SCHEMA IF NOT EXISTS graphile_migrate; \
             CREATE TABLE IF NOT EXISTS graphile_migrate.migrations \
             (hash text PRIMARY KEY, previous_hash text REFERENCES graphile_migrate.migrations, \
             filename text NOT NULL, date timestamptz NOT NULL DEFAULT now()); \
             CREATE TABLE IF NOT EXISTS graphile_migrate.current \
             (filename text PRIMARY KEY DEFAULT 'current.sql', content text NOT NULL, \
             date timestamptz NOT NULL DEFAULT now())",
    record,
    read: LedgerRead::Highest(
        "SELECT replace(filename, '.sql', '') FROM graphile_migrate.migrations \
         ORDER BY filename DESC LIMIT 1",
    ),
};

/// The migration before may have been excluded, and is then not there to be referred to.
fn record(migration: &Migration) -> String {
    let text = migration.up.source().text();
    let (headers, _) = headers(text);
    let said = |key| sql_text(value(text, &headers, key).unwrap_or_default());
    format!(
        "INSERT INTO graphile_migrate.migrations (hash, previous_hash, filename) VALUES ({}, \
         (SELECT hash FROM graphile_migrate.migrations WHERE hash = {}), {})",
        said("Hash"),
        said("Previous"),
        sql_text(migration.id.as_str())
    )
}

impl Layout for GraphileMigrate {
    fn name(&self) -> &'static str {
        "graphile-migrate"
    }

    fn recorded_sums(&self, migration: &Migration) -> Vec<String> {
        let text = migration.up.source().text();
        value(text, &headers(text).0, "Hash").map(str::to_owned).into_iter().collect()
    }

    fn recognises(&self, folder: &Folder) -> bool {
        committed(folder).into_iter().any(|file| {
            let text = String::from_utf8_lossy(&file.bytes);
            value(&text, &headers(&text).0, "Previous").is_some()
        })
    }

    fn has_placeholders(&self) -> bool {
        true
    }

    fn known_names(&self) -> Known<&'static str> {
        Known { database: Some("DATABASE_NAME"), user: Some("DATABASE_OWNER") }
    }

    fn read(&self, folder: &Folder, variables: &Variables) -> Result<MigrationSet, Problems> {
        let mut problems = placeholders::check_names(variables);
        let mut commits: Vec<Commit<'_>> = Vec::new();
        let mut files = committed(folder);
        files.sort_by_key(|file| number_of(file.name()));
        for file in &files {
            match Commit::read(folder, file) {
                Ok(commit) => commits.push(commit),
                Err(problem) => problems.push(problem),
            }
        }
        if files.is_empty() {
            let message = "there are no committed migrations";
            let help = "name the folder that holds committed/000001.sql";
            problems.push(Problem::error(message).path(&folder.path).help(help));
        }
        if commits.len() == files.len() {
            problems.append(header::check_chain(&commits));
        }
        let mut migrations = Vec::new();
        for commit in commits {
            match migration_of(commit, variables) {
                Ok(migration) => migrations.push(migration),
                Err(found) => problems.append(found),
            }
        }
        if problems.has_errors() {
            return Err(problems);
        }
        let mut set = MigrationSet::in_order(self.name(), folder.path.clone(), migrations);
        set.rule = BodyRule::WHOLE_IN_TRANSACTION;
        set.order = Order::HighWaterMark;
        set.ledger = Some(LEDGER);
        set.left_out = left_out(folder);
        Ok(set)
    }
}

fn migration_of(commit: Commit<'_>, variables: &Variables) -> Result<Migration, Problems> {
    let refused = commit.refused();
    let text = commit.source.text();
    let rewritten = placeholders::filled_in(&commit.source, commit.body.clone(), variables)?;
    let sent = rewritten.as_ref().map_or(&text[commit.body.clone()], |it| it.text());
    let rule = without_transaction(sent).then_some(BodyRule::WHOLE);
    let script = Script::new(commit.source.clone()).cut(Cut::By(Dialect::Server));
    let up = match rewritten {
        Some(rewritten) => script.rewritten(rewritten),
        None => script.section(commit.body),
    };
    let id = MigrationId::new(format!("{}.sql", commit.number));
    let migration = Migration::new(id, Version::new(commit.number), up);
    Ok(Migration { rule, refused, ..migration })
}

/// Whether the first line of a body is `--! no-transaction`.
fn without_transaction(body: &str) -> bool {
    let line = body.lines().next().unwrap_or_default();
    let said =
        line.strip_prefix("--!").map(|rest| rest.trim_start_matches(super::javascript::is_space));
    said.and_then(|said| said.strip_prefix("no-transaction"))
        .is_some_and(|rest| !rest.starts_with(placeholders::is_word))
}

/// The committed migrations: of `committed`, or where there are none there, directly in the folder.
fn committed(folder: &Folder) -> Vec<&FolderFile> {
    let is_one = |file: &&FolderFile| number_of(file.name()).is_some();
    let below: Vec<_> = folder
        .files
        .iter()
        .filter(|file| file.relative.parent() == Some("committed".as_ref()))
        .filter(is_one)
        .collect();
    if below.is_empty() { folder.sql_files().filter(is_one).collect() } else { below }
}

/// The digits of `000001.sql` and `000001-name.sql`.
fn number_of(name: &str) -> Option<&str> {
    let stem = name.strip_suffix(".sql")?;
    let digits = stem.find(|c: char| !c.is_ascii_digit()).unwrap_or(stem.len());
    let rest = &stem[digits..];
    let is_slug = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let fits = rest.is_empty() || (rest.starts_with('-') && rest.chars().all(is_slug));
    (digits > 0 && fits).then(|| &stem[..digits])
}

/// What lies beside the committed migrations; fixtures are in the migrations that include them.
fn left_out(folder: &Folder) -> Vec<LeftOut> {
    let committed: Vec<_> = committed(folder).iter().map(|file| &file.relative).collect();
    let mut left_out = folder.switched_off();
    for file in folder.files.iter().filter(|it| it.has_sql_ending()) {
        let mut parents = file.relative.components().map(|part| part.as_os_str().to_string_lossy());
        let top = parents.next().unwrap_or_default();
        let why = match (&*top, file.is_direct()) {
            _ if committed.contains(&&file.relative) => continue,
            ("current.sql", true) | ("current", false) if says_nothing(folder, file) => continue,
            ("current.sql", true) | ("current", false) => "it is not committed yet",
            ("committed", false) => "its name is not like 000001-name.sql",
            (_, true) => "it is not committed; if .gmrc runs it, name it as sql under [setup]",
            (_, false) => continue,
        };
        left_out.push(LeftOut::new(&file.relative, why));
    }
    left_out
}

/// Whether a file holds comments alone, as `current.sql` does after a commit.
fn says_nothing(folder: &Folder, file: &FolderFile) -> bool {
    file.script(folder).is_ok_and(|script| script.statements().is_empty())
}

#[cfg(test)]
mod tests;
