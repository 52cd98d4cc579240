//! pop, and popx of Ory, which takes it further: `VERSION_name.up.sql`, with a database's name
//! before the direction where a file is only for that one.
//!
//! For pop the rules are those of gobuffalo/pop: names of `migrator.go` and `match.go`, order and
//! choice of `migration_info.go` and `migrator.go`, templates of `migration_content.go`, the history
//! table of `schema_migrations.go`. For popx they are those of ory/x, folder `popx`: `match.go`,
//! `migration_box.go`, `migration_info.go`, `migrator.go`.
//!
//! Versions are compared as texts. Of a version's files one runs: that for Postgres, else the one
//! for all databases. It is one simple query, as pgx sends what has no arguments, in a transaction
//! with its history row; popx leaves out the transaction for `.autocommit.` files.

mod choice;
mod name;
mod template;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::numbered::version_of;
use super::{Folder, FolderFile, Layout, whole};
use crate::migration::{
    BodyRule, Ledger, LedgerRead, LeftOut, Migration, MigrationId, MigrationSet, Script, Variables,
    Version, sql_text,
};
use crate::place::{Problem, Problems};
use choice::{Choice, Named};
use name::{Database, Name, Tool};
use template::Unfilled;

/// Folders of pop and popx.
pub(super) struct Pop;

const POP: Ledger = Ledger {
    table: "schema_migration",
    create: "create table if not exists schema_migration (version varchar(14) not null primary key); \
             create unique index if not exists schema_migration_version_idx on schema_migration (version)",
    record,
    read: LedgerRead::Keys("select version from schema_migration", key),
};

const POPX: Ledger = Ledger {
    create: "create table if not exists schema_migration \
             (version varchar(48) not null, version_self int not null default 0); \
             create unique index if not exists schema_migration_version_idx on schema_migration (version); \
             create index if not exists schema_migration_version_self_idx on schema_migration (version_self)",
    ..POP
};

impl Layout for Pop {
    fn name(&self) -> &'static str {
        "pop"
    }

    fn recognises(&self, folder: &Folder) -> bool {
        let tells = |file: &FolderFile| match Name::of(file.name(), Tool::Popx) {
            Some(name) => {
                name.is_autocommit || matches!(name.database, Database::Postgres | Database::Other)
            }
            None => Name::of(file.name(), Tool::Pop).is_some_and(|name| name.is_fizz),
        };
        let is_its_own = folder.has_beside("database.yml")
            || folder.is_said_beside("go.mod", "gobuffalo/pop")
            || folder.is_said_beside("go.mod", "ory/pop")
            || folder.files.iter().any(tells);
        let is_up =
            |file: &FolderFile| Name::of(file.name(), Tool::Popx).is_some_and(|it| it.is_up);
        is_its_own && folder.files.iter().any(is_up)
    }

    fn has_placeholders(&self) -> bool {
        true
    }

    fn read(&self, folder: &Folder, variables: &Variables) -> Result<MigrationSet, Problems> {
        let tool = Tool::of(folder);
        let mut problems = refused(folder, tool);
        let ups = Choice::of(folder, tool, true);
        let downs = Choice::of(folder, tool, false);
        let mut left_out = passed_over(folder, tool);
        left_out.extend(ups.others);
        let mut migrations = Vec::new();
        let mut reader = Reader { folder, tool, variables, told: BTreeSet::new() };
        for (version, chosen) in ups.runs {
            if chosen.1.is_fizz {
                left_out.push(LeftOut::foreign(&chosen.0.relative, "fizz"));
                continue;
            }
            let down = downs.runs.get(version).filter(|(_, name)| !name.is_fizz);
            match reader.migration(chosen, down.map(|(file, _)| *file)) {
                Ok(migration) => migrations.push(migration),
                Err(found) => found.into_iter().for_each(|problem| problems.push(problem)),
            }
        }
        if problems.has_errors() {
            return Err(problems);
        }
        let mut set = MigrationSet::in_order(self.name(), folder.path.clone(), migrations);
        set.rule = BodyRule::WHOLE_IN_TRANSACTION;
        set.ledger = Some(if tool == Tool::Popx { POPX } else { POP });
        set.left_out = left_out;
        set.warnings = ups.warnings;
        Ok(set)
    }
}

struct Reader<'a> {
    folder: &'a Folder,
    tool: Tool,
    variables: &'a Variables,
    /// Values that are not given and were told.
    told: BTreeSet<String>,
}

impl Reader<'_> {
    /// `Err(None)` for what was told already.
    fn migration(
        &mut self,
        (file, name): Named<'_>,
        down: Option<&FolderFile>,
    ) -> Result<Migration, Option<Problem>> {
        let (up, not_filled) = self.script(file)?;
        let down = down.map(|down| self.script(down)).transpose()?;
        let version = name.version;
        Ok(Migration {
            down: down.map(|(down, _)| down),
            rule: name.is_autocommit.then_some(BodyRule::WHOLE),
            refused: not_filled
                .or_else(|| refuse_long_version(self.folder, file, version, self.tool)),
            ..Migration::new(MigrationId::new(version), Version::new(version), up)
        })
    }

    /// The file with its values filled in, and why that did not go.
    fn script(&mut self, file: &FolderFile) -> Result<(Script, Option<Problem>), Option<Problem>> {
        let script = whole::script(self.folder, file)?;
        match template::fill(script.source(), self.variables) {
            Ok(None) => Ok((script, None)),
            Ok(Some(rewritten)) => Ok((script.rewritten(rewritten), None)),
            Err(Unfilled::NotUnderstood(problem)) => Ok((script, Some(problem))),
            Err(Unfilled::Missing(name, problem)) => Err(self.told.insert(name).then_some(problem)),
        }
    }
}

fn refuse_long_version(
    folder: &Folder,
    file: &FolderFile,
    version: &str,
    tool: Tool,
) -> Option<Problem> {
    let longest = tool.longest_version();
    if version.len() <= longest {
        return None;
    }
    let name = tool.name();
    let message = format!("{name} cannot record a version of more than {longest} digits");
    let help = "shorten it to a time stamp such as 20240131120000";
    Some(Problem::error(message).path(file.shown(folder)).help(help))
}

/// What the tool refuses when it reads the folder.
fn refused(folder: &Folder, tool: Tool) -> Problems {
    let mut problems = Problems::default();
    for file in &folder.files {
        match (tool, Name::of(file.name(), tool)) {
            (Tool::Pop, Some(name)) if name.is_fizz && name.database != Database::All => {
                problems.push(
                    Problem::error("pop refuses the name: fizz is for all databases")
                        .path(folder.path.join(&file.relative))
                        .help("name it like 20240131120000_create_users.up.fizz"),
                );
            }
            (Tool::Popx, None) if file.is_sql() => {
                problems.push(
                    Problem::error("popx refuses the name")
                        .path(folder.path.join(&file.relative))
                        .help("name it like 20240131120000000000_create_users.postgres.up.sql"),
                );
            }
            _ => {}
        }
    }
    if tool == Tool::Popx {
        refuse_without_down(folder, &mut problems);
    }
    problems
}

/// popx wants a down file for every version, for whichever database.
fn refuse_without_down(folder: &Folder, problems: &mut Problems) {
    let versions = |is_up: bool| -> BTreeSet<&str> {
        let names = folder.files.iter().filter_map(|file| Name::of(file.name(), Tool::Popx));
        names.filter(|name| name.is_up == is_up).map(|name| name.version).collect()
    };
    for version in versions(true).difference(&versions(false)) {
        let message = format!("version {version} has no down file, and popx refuses the folder");
        let help = format!("add one, such as {version}_name.down.sql; it may be empty");
        problems.push(Problem::error(message).path(&folder.path).help(help));
    }
}

/// What looks like a migration, and is none to the tool.
fn passed_over(folder: &Folder, tool: Tool) -> Vec<LeftOut> {
    let mut found = folder.switched_off();
    for file in folder.files.iter().filter(|file| file.has_sql_ending()) {
        if Name::of(file.name(), tool).is_none() && version_of(file.name()).is_some() {
            let why = format!("{} passes over names unlike 20240131_name.up.sql", tool.name());
            found.push(LeftOut::new(&file.relative, why));
        }
    }
    found
}

fn record(migration: &Migration) -> String {
    format!("insert into schema_migration (version) values ({})", sql_text(&key(migration)))
}

fn key(migration: &Migration) -> String {
    migration.version.to_string()
}
