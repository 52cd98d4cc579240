//! Sqitch: the changes of `sqitch.plan`, each a script that psql runs.
//!
//! Taken from sqitchers/sqitch: `lib/App/Sqitch/Plan.pm` and `Plan/Depend.pm` (the plan, its
//! dependencies), `Plan/Change.pm` (which script a change has once it was reworked), `Target.pm` and
//! `Config.pm` (folders and settings of `sqitch.conf`), `Engine.pm` (what is deployed: all that follows
//! the last deployed change; a plan that changed before it is refused), `Engine/pg.pm` (one psql per
//! script, which stops at the first error) and `Command/deploy.pm` (variables).

mod change;
mod conf;
mod depend;
mod plan;

#[cfg(test)]
mod tests;

use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

use sha1::{Digest, Sha1};

use super::{Folder, FolderFile, Layout};
use crate::migration::{
    LeftOut, Migration, MigrationId, MigrationSet, Order, Script, Sessions, Variables, Version,
};
use crate::place::{Problem, Problems};
use change::Change;
use conf::Conf;

/// A folder with a `sqitch.plan`, or with the `sqitch.conf` that says where it is.
pub(super) struct Sqitch;

const CONF: &str = "sqitch.conf";
const PLAN: &str = "sqitch.plan";

impl Layout for Sqitch {
    fn name(&self) -> &'static str {
        "sqitch"
    }

    fn recorded_sums(&self, migration: &Migration) -> Vec<String> {
        vec![script_hash(migration)]
    }

    fn recognises(&self, folder: &Folder) -> bool {
        folder.file(PLAN).is_some() || folder.file(CONF).is_some()
    }

    fn has_placeholders(&self) -> bool {
        true
    }

    fn read(&self, folder: &Folder, variables: &Variables) -> Result<MigrationSet, Problems> {
        let project = Project::of(folder, variables)?;
        let file = project.plan()?;
        let (changes, warnings) = plan::read(&file.source(folder)?)?;
        let mut problems = Problems::default();
        let mut migrations = Vec::new();
        for (position, change) in changes.iter().enumerate() {
            match project.migration(change, position + 1) {
                Ok(migration) => migrations.push(migration),
                Err(found) => problems.append(found),
            }
        }
        if problems.has_errors() {
            return Err(problems);
        }
        let mut set = MigrationSet::in_order(self.name(), folder.path.clone(), migrations);
        set.order = Order::Strict;
        set.sessions = Sessions::Own;
        set.left_out = project.unplanned(&set);
        set.warnings = warnings;
        Ok(set)
    }
}

/// Where things are in a project.
struct Project<'f> {
    folder: &'f Folder,
    conf: Conf,
    /// What paths of the settings begin with when the folder is not the project's but its top folder.
    above: PathBuf,
    variables: Variables,
}

impl<'f> Project<'f> {
    fn of(folder: &'f Folder, variables: &Variables) -> Result<Self, Problems> {
        let own = folder.file(CONF);
        let file = own.or_else(|| folder.beside.iter().find(|file| file.name() == CONF));
        let text = file.map(|file| String::from_utf8_lossy(&file.bytes).into_owned());
        let conf = Conf::parse(&text.unwrap_or_default());
        let refuse = |message: String, help: &str| {
            Err(Problem::error(message).path(folder.path.join(CONF)).help(help).into())
        };
        if conf.engine() != "pg" {
            let message = format!("this project is for the engine {}, not for pg", conf.engine());
            return refuse(message, "name a project whose sqitch.conf says engine = pg");
        }
        if let Some(ending) = conf.get("extension").filter(|ending| *ending != "sql") {
            let message = format!("scripts with the ending .{ending} are not read");
            return refuse(message, "call them .sql, and leave `extension` out of sqitch.conf");
        }
        let above = match own {
            Some(_) => PathBuf::new(),
            None => clean(Path::new(conf.get("top_dir").unwrap_or_default())),
        };
        let mut all = conf.variables();
        all.0.extend([("ON_ERROR_STOP".into(), "1".into()), ("registry".into(), registry(&conf))]);
        all.0.extend(variables.0.clone());
        Ok(Self { folder, conf, above, variables: all })
    }

    fn plan(&self) -> Result<&'f FolderFile, Problem> {
        let top = clean(Path::new(self.conf.get("top_dir").unwrap_or_default()));
        let path = match self.conf.get("plan_file") {
            Some(path) => self.within(Path::new(path)),
            None => self.within(&top.join(PLAN)),
        };
        self.file(&path).ok_or_else(|| {
            Problem::error("the plan of this project is not there")
                .path(self.folder.path.join(path))
                .help("name the folder that holds sqitch.plan, or the one of its sqitch.conf")
        })
    }

    /// A path of the settings, relative to the folder.
    fn within(&self, path: &Path) -> PathBuf {
        let path = clean(path);
        path.strip_prefix(&self.above).map(Path::to_owned).unwrap_or(path)
    }

    fn file(&self, path: &Path) -> Option<&'f FolderFile> {
        self.folder.files.iter().find(|file| file.relative == path)
    }

    /// The folder of scripts of a kind: `deploy`, `revert` or `verify`.
    fn scripts(&self, kind: &str, is_reworked: bool) -> PathBuf {
        let get = |key: &str| self.conf.get(key).map(PathBuf::from);
        let own = get(&format!("{kind}_dir"));
        let top = || get("top_dir").unwrap_or_default();
        let path = if is_reworked {
            let reworked = || get("reworked_dir").unwrap_or_else(top);
            get(&format!("reworked_{kind}_dir")).unwrap_or_else(|| {
                match (own, get("reworked_dir")) {
                    (Some(own), None) => own,
                    (Some(own), Some(reworked)) => reworked.join(own),
                    (None, _) => reworked().join(kind),
                }
            })
        } else {
            own.unwrap_or_else(|| top().join(kind))
        };
        self.within(&path)
    }

    /// The names that the scripts of a change may have, without ending: its own, or that of a later tag.
    fn script_name(&self, change: &Change) -> String {
        let tagged: Vec<_> =
            change.rework_tags.iter().map(|tag| format!("{}@{tag}", change.name)).collect();
        let is_there = |name: &&String| {
            let path = self.scripts("deploy", true).join(format!("{name}.sql"));
            self.file(&path).is_some()
        };
        tagged.iter().find(is_there).or(tagged.first()).unwrap_or(&change.name).clone()
    }

    fn migration(&self, change: &Change, position: usize) -> Result<Migration, Problems> {
        let name = self.script_name(change);
        let is_reworked = !change.rework_tags.is_empty();
        let path = |kind| self.scripts(kind, is_reworked).join(format!("{name}.sql"));
        let script = |kind| -> Result<Option<Script>, Problems> {
            let file = self.file(&path(kind));
            let read = |file: &FolderFile| file.psql_script(self.folder, &self.variables);
            Ok(file.map(read).transpose()?)
        };
        let Some(up) = script("deploy")? else {
            let message =
                format!("the script of this change, {}, is not there", path("deploy").display());
            let help = "write it, or take the change out of the plan";
            return Err(Problem::error(message).at(change.place.clone()).help(help).into());
        };
        Ok(Migration {
            down: script("revert")?,
            verify: script("verify")?,
            ..Migration::new(MigrationId::new(name), Version::new(position.to_string()), up)
        })
    }

    /// Scripts that no change of the plan has.
    fn unplanned(&self, set: &MigrationSet) -> Vec<LeftOut> {
        let planned: Vec<_> = set.migrations().iter().map(|it| it.up.source().path()).collect();
        let folder = self.scripts("deploy", false);
        let deployed = self.folder.files.iter().filter(|file| file.relative.starts_with(&folder));
        deployed
            .filter(|file| file.has_sql_ending() && !planned.contains(&&*file.shown(self.folder)))
            .map(|file| LeftOut::new(&file.relative, "the plan has no change of its name"))
            .collect()
    }
}

/// The SHA-1 of the deploy script, as hexadecimal digits. (`Plan/Change.pm`, `_deploy_hash`)
fn script_hash(migration: &Migration) -> String {
    let mut digits = String::new();
    for byte in Sha1::digest(migration.up.source().text()) {
        let _infallible = write!(digits, "{byte:02x}");
    }
    digits
}

fn registry(conf: &Conf) -> String {
    conf.get("registry").unwrap_or("sqitch").to_owned()
}

/// A path without `.` in it.
fn clean(path: &Path) -> PathBuf {
    path.components().filter(|part| *part != Component::CurDir).collect()
}
