//! Atlas's versioned migrations: `20250101000000_name.sql` and `atlas.sum`.
//!
//! Rules are those of ariga/atlas: files, versions, directives and checkpoints of
//! `sql/migrate/dir.go`; which are pending of `sql/migrate/migrate.go` (`Pending`); transactions of
//! `cmd/atlas/internal/cmdapi/migrate.go`; the history table of `cmd/atlas/internal/migrate/ent`.
//! The other files here name theirs.

mod directives;
mod history;
mod lexer;
mod sum;

pub(super) use sum::chain;

use std::collections::HashSet;
use std::ops::Range;

use super::{Folder, FolderFile, Layout, TWICE};
use crate::migration::{
    BodyRule, Cut, Migration, MigrationId, MigrationKind, MigrationSet, Order, Script, Variables,
    Version,
};
use crate::place::{Problem, Problems, SourceText};

/// Folders of Atlas.
pub(super) struct Atlas;

impl Layout for Atlas {
    fn name(&self) -> &'static str {
        "atlas"
    }

    fn recognises(&self, folder: &Folder) -> bool {
        folder.file(sum::NAME).is_some() && !folder.sql_files().any(is_of_another_tool)
    }

    fn read(&self, folder: &Folder, _: &Variables) -> Result<MigrationSet, Problems> {
        let files: Vec<_> = folder.sql_files().collect();
        sum::check(folder, &files)?;
        let is_template = folder.is_said_beside("atlas.hcl", "template_dir");
        let mut problems = Problems::default();
        let mut warnings = Problems::default();
        let mut versions = HashSet::new();
        let mut migrations = Vec::new();
        for file in files {
            match read_file(folder, file, is_template, &mut warnings) {
                Ok(mut migration) => {
                    if !versions.insert(migration.version.clone()) {
                        refuse_second(&mut migration);
                    }
                    migrations.push(migration);
                }
                Err(problem) => problems.push(problem),
            }
        }
        if problems.has_errors() {
            return Err(problems);
        }
        let mut set = MigrationSet::in_order(self.name(), folder.path.clone(), migrations);
        set.rule = BodyRule::STATEMENTS_IN_TRANSACTION;
        set.order = Order::Strict;
        set.ledger = Some(history::LEDGER);
        set.left_out = folder.switched_off();
        set.warnings = warnings;
        Ok(set)
    }
}

/// Atlas keeps sums for folders of other tools too (`format=goose` and others); those run by the rules
/// of their tool.
fn is_of_another_tool(file: &FolderFile) -> bool {
    let marks = ["-- +goose Up", "-- migrate:up", "-- liquibase formatted sql"];
    let text = String::from_utf8_lossy(&file.bytes);
    let is_half = file.name().ends_with(".down.sql") || file.name().ends_with(".up.sql");
    is_half || marks.iter().any(|mark| text.lines().any(|line| line.starts_with(mark)))
}

fn read_file(
    folder: &Folder,
    file: &FolderFile,
    is_template: bool,
    warnings: &mut Problems,
) -> Result<Migration, Problem> {
    let source = file.source(folder)?;
    if let Some(at) = source.text().find("{{").filter(|_| is_template) {
        let help = "render the folder first, and name the result";
        let message = "Atlas's templates are not filled in here";
        return Err(Problem::error(message).at(source.place(at..at + 2)).help(help));
    }
    let body = body_of(&source, warnings);
    let cut = lexer::statements(source.text(), body.clone());
    let spans = cut.as_ref().map_or_else(|_| Vec::new(), Clone::clone);
    let script = Script::new(source.clone()).section(body).cut(Cut::At(spans));
    let version = version_of(file.name());
    let mut migration = Migration::new(MigrationId::new(version), Version::new(version), script);
    if !directives::of_file(source.text(), "checkpoint").is_empty() {
        migration.kind = MigrationKind::Baseline;
    }
    match rule_of(&source) {
        Ok(rule) => migration.rule = rule,
        Err(problem) => migration.refused = Some(problem),
    }
    if let Err(unreadable) = cut {
        let place = source.place(unreadable.at..unreadable.at + 1);
        let help = "Atlas reads neither backslash escapes nor nested comments, nor a quote in a \
                    comment without line end";
        migration.refused = Some(Problem::error(unreadable.message).at(place).help(help));
    }
    Ok(migration)
}

/// What stands before the first `_`.
fn version_of(name: &str) -> &str {
    let stem = name.trim_end_matches(".sql");
    stem.split('_').next().unwrap_or(stem)
}

/// All of the file, or of an archive (`-- atlas:txtar`) the part that is the migration.
fn body_of(source: &SourceText, warnings: &mut Problems) -> Range<usize> {
    let text = source.text();
    let whole = 0..text.len();
    if directives::of_file(text, "txtar").is_empty() {
        return whole;
    }
    let mut parts = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let name = line.trim_end().strip_prefix("-- ").and_then(|it| it.strip_suffix(" --"));
        if let Some(name) = name {
            parts.push((name, at, at + line.len()));
        }
        at += line.len();
    }
    if let Some((name, start, end)) = parts.iter().find(|(name, ..)| name.starts_with("checks")) {
        let message = format!("the checks of {name} are not run here");
        warnings.push(Problem::warning(message).at(source.place(*start..*end)));
    }
    let Some(index) = parts.iter().position(|(name, ..)| *name == "migration.sql") else {
        return whole;
    };
    let end = parts.get(index + 1).map_or(text.len(), |(_, start, _)| *start);
    parts[index].2..end
}

/// What `-- atlas:txmode` says; Atlas refuses other words when the file's turn comes.
fn rule_of(source: &SourceText) -> Result<Option<BodyRule>, Problem> {
    let modes = directives::of_file(source.text(), "txmode");
    let message = match modes.as_slice() {
        [] => return Ok(None),
        ["none"] => return Ok(Some(BodyRule::STATEMENTS)),
        ["file"] => return Ok(Some(BodyRule::STATEMENTS_IN_TRANSACTION)),
        ["all"] => "a file cannot ask for one transaction around all".to_owned(),
        [mode] => format!("there is no transaction mode {mode:?}"),
        _ => "the file gives more than one transaction mode".to_owned(),
    };
    let at = source.text().find("atlas:txmode").unwrap_or_default();
    let place = source.place(at..at + "atlas:txmode".len());
    Err(Problem::error(message).at(place).help("write -- atlas:txmode none, or file"))
}

/// Atlas finds the version recorded, with as many statements as the first file had, and stops.
fn refuse_second(migration: &mut Migration) {
    let message = format!("another file has the version {}", migration.version);
    let place = migration.up.place(0..0);
    migration.id = MigrationId::new(migration.file_name());
    let help = "give it a version of its own: what stands before the first _";
    migration.refused = Some(Problem::error(message).at(place).of_rule(TWICE).help(help));
}

#[cfg(test)]
mod tests;
