//! One script: its `.conf`, its placeholders, and whether it runs in a transaction.

use super::conf::ScriptConf;
use super::names::{Kind, Name};
use super::placeholders::{Missing, Values};
use super::settings::Settings;
use super::statements::{Content, content};
use crate::migration::layout::{Folder, FolderFile};
use crate::migration::split::Dialect;
use crate::migration::{BodyRule, Cut, Migration, MigrationId, MigrationKind, Script, Version};
use crate::place::{Problem, SourceText};

/// What became of a script.
pub(super) enum Read {
    Run(Box<Migration>),
    /// Its `.conf` says that it is not run.
    Never,
}

pub(super) fn read(
    folder: &Folder,
    file: &FolderFile,
    name: &Name<'_>,
    settings: &Settings,
    values: &Values,
) -> Result<Read, Problem> {
    let values = values.in_file(file.name());
    let conf = conf_of(folder, file, &values)?;
    if !conf.is_run {
        return Ok(Read::Never);
    }
    let source = file.source(folder)?;
    let mut refused = None;
    let mut script = Script::new(source.clone());
    if conf.placeholders.unwrap_or(settings.has_placeholders) {
        match values.fill(&source) {
            Ok(Some(rewritten)) => script = script.rewritten(rewritten),
            Ok(None) => {}
            // A repeatable migration's checksum is of the filled-in text, so that Flyway stops at once;
            // it looks into others when their turn comes.
            Err(Missing::Value(problem)) if name.kind != Kind::Repeatable => {
                refused = Some(problem);
            }
            Err(Missing::Value(problem) | Missing::OnlyOnServer(problem)) => return Err(problem),
        }
    }
    let mut migration = named(name, file, script.cut(Cut::By(Dialect::ServerAndCopy)));
    decide(&mut migration, &conf, settings);
    migration.refused = refused.or(migration.refused);
    Ok(Read::Run(Box::new(migration)))
}

fn conf_of(folder: &Folder, file: &FolderFile, values: &Values) -> Result<ScriptConf, Problem> {
    let mut path = file.relative.clone().into_os_string();
    path.push(".conf");
    let Some(conf) = folder.files.iter().find(|it| it.relative.as_os_str() == path) else {
        return Ok(ScriptConf::default());
    };
    let source = conf.source(folder)?;
    match values.fill(&source) {
        Ok(None) => ScriptConf::read(&source),
        Ok(Some(filled)) => ScriptConf::read(&SourceText::new(source.path(), filled.text())),
        Err(Missing::Value(problem) | Missing::OnlyOnServer(problem)) => Err(problem),
    }
}

/// The identity is the version; a repeatable migration has its description instead, and a baseline is
/// another migration than the version that it stands for.
fn named(name: &Name<'_>, file: &FolderFile, up: Script) -> Migration {
    let version = name.version.as_ref().map(ToString::to_string);
    let (kind, id) = match (name.kind, version) {
        (Kind::Baseline, Some(version)) => (MigrationKind::Baseline, format!("B{version}")),
        (_, Some(version)) => (MigrationKind::Versioned, version),
        (_, None) => (MigrationKind::Repeatable, file.stem().to_owned()),
    };
    let version = Version::new(id.clone());
    Migration { kind, ..Migration::new(MigrationId::new(id), version, up) }
}

/// Whether the script runs in a transaction, and whether it may.
fn decide(migration: &mut Migration, conf: &ScriptConf, settings: &Settings) {
    if let Some(in_transaction) = conf.in_transaction {
        let rule = BodyRule::STATEMENTS_IN_TRANSACTION;
        migration.rule = Some(if in_transaction { rule } else { BodyRule::STATEMENTS });
        return;
    }
    if !settings.in_transaction {
        return;
    }
    match content(&migration.up) {
        Content::Transactional => {}
        Content::NotTransactional => migration.rule = Some(BodyRule::STATEMENTS),
        Content::Mixed(_) if settings.is_mixed => migration.rule = Some(BodyRule::STATEMENTS),
        Content::Mixed(statement) => {
            let message =
                "a script holds statements that run in a transaction and some that cannot";
            let help = "give them a script each, or write executeInTransaction=false into a file \
                        of the script's name and .conf";
            let place = migration.up.place_of(statement);
            migration.refused = Some(Problem::error(message).at(place).help(help));
        }
    }
}
