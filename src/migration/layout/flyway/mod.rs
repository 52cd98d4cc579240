//! Flyway, as of version 13: `V1_2__name.sql`, `R__name.sql`, `B1__name.sql`, at any depth.
//!
//! Rules are those of flyway/flyway: names and versions of `internal/resource/ResourceNameParser` and
//! `api/MigrationVersion`; order and duplicates of `internal/resolver/CompositeMigrationResolver`;
//! baselines of `api/migration/baseline`; refusal of late versions of `internal/info/MigrationInfoImpl`;
//! role and `search_path` before each migration of `PostgreSQLConnection` and
//! `internal/command/DbMigrate`. The other files here name theirs.

mod conf;
mod history;
mod names;
mod placeholders;
mod script;
mod settings;
mod statements;

use std::collections::BTreeMap;

use names::{Event, Kind, Name, Version};
use placeholders::Values;
use settings::Settings;

use super::{Folder, FolderFile, Known, Layout, TWICE, refused_alone, told_apart};
use crate::migration::split::Dialect;
use crate::migration::{
    BodyRule, Cut, LeftOut, Migration, MigrationKind, MigrationSet, Order, Script, Sessions,
    Variables, Wraps,
};
use crate::place::{Problem, Problems};

/// Folders of Flyway.
pub(super) struct Flyway;

/// What Flyway puts back before each migration: the role and the schemas, nothing else.
const RESTORED: Sessions = Sessions::Restored("RESET ROLE; RESET search_path");

impl Layout for Flyway {
    fn name(&self) -> &'static str {
        "flyway"
    }

    fn recorded_sums(&self, migration: &Migration) -> Vec<String> {
        vec![history::recorded_sum(migration).to_string()]
    }

    fn recognises(&self, folder: &Folder) -> bool {
        let mut sql = folder.files.iter().filter(|file| file.has_sql_ending());
        sql.any(|file| {
            let is_migration = |kind| !matches!(kind, Kind::Callback(_) | Kind::Undo);
            Name::read(file.stem()).is_ok_and(|name| name.is_separated && is_migration(name.kind))
        })
    }

    fn has_placeholders(&self) -> bool {
        true
    }

    fn known_names(&self) -> Known<&'static str> {
        Known { database: Some("flyway:database"), user: Some("flyway:user") }
    }

    fn read(&self, folder: &Folder, variables: &Variables) -> Result<MigrationSet, Problems> {
        let (settings, warnings) = Settings::of(folder);
        let values = Values::new(&settings.placeholders, variables);
        let mut reading = Reading { folder, settings, values, found: Found::default() };
        for file in &folder.files {
            reading.take(file);
        }
        let Reading { settings, mut found, .. } = reading;
        found.refuse_duplicates(folder);
        if found.migrations.is_empty() && !found.problems.has_errors() {
            let help = "name the folder that holds files such as V1__create_users.sql";
            let message = "there is no migration of Flyway here";
            found.problems.push(Problem::error(message).path(&folder.path).help(help));
        }
        let refused = refused_alone(&mut found.problems)?;
        found.pair_undos();
        let migrations = told_apart(found.migrations.into_iter().map(|it| it.migration).collect());
        let mut set = MigrationSet::in_order(self.name(), folder.path.clone(), migrations);
        set.rule = rule_of(&settings);
        set.order = if settings.is_out_of_order { Order::AppliedSet } else { Order::Strict };
        set.sessions = RESTORED;
        set.ledger = Some(history::LEDGER);
        set.left_out = found.left_out;
        set.warnings = Problems(warnings);
        set.refused = refused;
        Ok(set)
    }
}

fn rule_of(settings: &Settings) -> BodyRule {
    let wraps = match (settings.in_transaction, settings.is_group) {
        (false, _) => Wraps::Nothing,
        (true, true) => Wraps::All,
        (true, false) => Wraps::Each,
    };
    BodyRule { wraps, ..BodyRule::STATEMENTS_IN_TRANSACTION }
}

/// A folder on the way to a set.
struct Reading<'f> {
    folder: &'f Folder,
    settings: Settings,
    values: Values,
    found: Found,
}

#[derive(Default)]
struct Found {
    migrations: Vec<Named>,
    undos: BTreeMap<Version, (LeftOut, Script)>,
    left_out: Vec<LeftOut>,
    problems: Problems,
}

/// A migration and its place in the order: versions first, a baseline after its own version, and
/// repeatable ones by description.
struct Named {
    order: (bool, Option<Version>, bool, String),
    migration: Migration,
}

impl Reading<'_> {
    fn take(&mut self, file: &FolderFile) {
        if !file.has_sql_ending() {
            self.found.left_out.extend(other_file(file));
            return;
        }
        let leave_out = |why: &str| LeftOut::new(&file.relative, why);
        let name = match Name::read(file.stem()) {
            Ok(name) => name,
            Err(wrong) if self.settings.names_are_checked => {
                let help = "validateMigrationNaming is on; name it like V1__create_users.sql";
                let path = file.shown(self.folder);
                self.found.problems.push(Problem::error(wrong.why()).path(path).help(help));
                return;
            }
            Err(wrong) => return self.found.left_out.push(leave_out(wrong.why())),
        };
        match name.kind {
            Kind::Callback(event) => {
                let is_gap = event == Event::Migrate;
                let why = "it is a callback, which is not run here";
                self.found.left_out.push(LeftOut { is_gap, ..leave_out(why) });
            }
            Kind::Undo => match (name.version, file.script(self.folder)) {
                (Some(version), Ok(script)) => {
                    let why = "there is no version that it would take back";
                    let script = script.cut(Cut::By(Dialect::ServerAndCopy));
                    self.found.undos.insert(version, (leave_out(why), script));
                }
                (_, Err(problem)) => self.found.problems.push(problem),
                (None, Ok(_)) => {}
            },
            Kind::Versioned | Kind::Baseline | Kind::Repeatable => self.take_script(file, name),
        }
    }

    fn take_script(&mut self, file: &FolderFile, name: Name<'_>) {
        match script::read(self.folder, file, &name, &self.settings, &self.values) {
            Ok(script::Read::Run(migration)) => {
                let is_repeatable = name.kind == Kind::Repeatable;
                let is_baseline = name.kind == Kind::Baseline;
                let description =
                    if is_repeatable { name.description.replace('_', " ") } else { String::new() };
                let order = (is_repeatable, name.version, is_baseline, description);
                self.found.migrations.push(Named { order, migration: *migration });
            }
            Ok(script::Read::Never) => {
                let why = "its .conf says shouldExecute=false";
                self.found.left_out.push(LeftOut::new(&file.relative, why));
            }
            Err(problem) => self.found.problems.push(problem),
        }
    }
}

/// Migrations in another language, and scripts that are switched off.
fn other_file(file: &FolderFile) -> Option<LeftOut> {
    let is_migration = Name::read(file.stem()).is_ok_and(|name| name.is_separated);
    let shell = ["sh", "bash", "ps1", "bat", "cmd"];
    let ending = file.relative.extension().and_then(|it| it.to_str()).unwrap_or_default();
    let language = file.language().or(shell.contains(&ending).then_some("a shell script"));
    match language {
        Some(language) if is_migration => Some(LeftOut::foreign(&file.relative, language)),
        _ => file.left_out(),
    }
}

impl Found {
    /// Sorts the migrations; Flyway stops at two that it cannot tell apart.
    fn refuse_duplicates(&mut self, folder: &Folder) {
        self.migrations.sort_by(|left, right| left.order.cmp(&right.order));
        for pair in self.migrations.windows(2) {
            if pair[0].order != pair[1].order {
                continue;
            }
            let [first, second] = [&pair[0].migration, &pair[1].migration];
            let what = match first.kind {
                MigrationKind::Repeatable => "two repeatable migrations have one description",
                MigrationKind::Versioned => "two migrations have one version",
                MigrationKind::Baseline => "two baselines have one version",
            };
            let shown = |it: &Migration| {
                let path = it.up.source().path();
                path.strip_prefix(&folder.path).unwrap_or(path).display().to_string()
            };
            let message = format!("{what}: {} and {}", shown(first), shown(second));
            let help = "rename one of them, or name the subfolder that is meant";
            let problem = Problem::error(message).path(&folder.path).of_rule(TWICE).help(help);
            self.problems.push(problem);
        }
    }

    /// Gives each version its undo script; the others are told.
    fn pair_undos(&mut self) {
        for named in &mut self.migrations {
            if let (Some(version), MigrationKind::Versioned) =
                (&named.order.1, named.migration.kind)
                && let Some((_, script)) = self.undos.remove(version)
            {
                named.migration.down = Some(script);
            }
        }
        let undos = std::mem::take(&mut self.undos);
        self.left_out.extend(undos.into_values().map(|(left_out, _)| left_out));
    }
}

#[cfg(test)]
mod tests;
