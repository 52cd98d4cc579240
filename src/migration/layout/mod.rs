//! Folder layouts: each migration tool's own rule for order, identity, direction and transactions, one
//! small file each. [`read`] picks the layout and reads the folder.

mod annotated;
mod atlas;
mod dbmate;
mod diesel;
mod drizzle;
mod flyway;
mod folder;
mod golang_migrate;
mod goose;
mod graphile_migrate;
mod javascript;
mod list;
mod locale_order;
mod node_pg_migrate;
mod numbered;
mod numbered_folders;
mod pop;
mod prisma;
mod refinery;
mod sqitch;
mod sql_migrate;
mod sqlx;
mod stand_in;
mod supabase;
mod whole;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use folder::{Folder, FolderFile};
pub use list::{read_list, read_manifest};

use std::collections::{BTreeMap, BTreeSet};

use super::{Migration, MigrationId, MigrationSet, Variables};
use crate::place::{Located, Place, Problem, Problems};

/// The rule of `check` that two migrations of one version break.
const TWICE: &str = "duplicate-version";

/// A migration tool's rules for a folder of migrations.
pub trait Layout: Sync {
    /// Its name in scenarios.
    fn name(&self) -> &'static str;

    /// Whether the folder looks like one of this layout.
    fn recognises(&self, folder: &Folder) -> bool;

    /// Whether it fills in `[setup] variables`.
    fn has_placeholders(&self) -> bool {
        false
    }

    /// What its placeholders for the database and for its owner are called, where the tool knows these
    /// values by itself.
    fn known_names(&self) -> Known<&'static str> {
        Known::default()
    }

    /// The checksums that the tool may have written into its history table for a migration; none where it keeps none, or
    /// none that tell whether a file was edited.
    fn recorded_sums(&self, _migration: &Migration) -> Vec<String> {
        Vec::new()
    }

    /// Reads the folder.
    ///
    /// # Errors
    ///
    /// Everything that the real tool would refuse, all at once; but for what is only in [`MigrationSet::refused`].
    fn read(&self, folder: &Folder, variables: &Variables) -> Result<MigrationSet, Problems>;
}

/// What is wrong with a folder that can be read all the same: several files of one version, and nothing else.
///
/// # Errors
///
/// All of it, where there is more.
fn refused_alone(problems: &mut Problems) -> Result<Problems, Problems> {
    let refused = problems.take_of(TWICE);
    if !problems.has_errors() {
        return Ok(refused);
    }
    let mut all = std::mem::take(problems);
    all.append(refused);
    Err(all)
}

/// Gives those that share an identity one of their own, which is the file's name: the tool has no word for them.
fn told_apart(migrations: Vec<Migration>) -> Vec<Migration> {
    let mut known = BTreeSet::new();
    let apart = migrations.into_iter().map(|migration| {
        if known.insert(migration.id.clone()) {
            return migration;
        }
        let id = MigrationId::new(migration.file_name());
        Migration { id, ..migration }
    });
    apart.collect()
}

/// What a scenario's setup says of the database, under the names that a tool has for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Known<T> {
    /// The name of the database.
    pub database: Option<T>,
    /// The role that owns it.
    pub user: Option<T>,
}

/// All layouts; where several recognise a folder, the first is taken.
const LAYOUTS: &[&dyn Layout] = &[
    &sqitch::Sqitch,
    &drizzle::Drizzle,
    &prisma::Prisma,
    &diesel::Diesel,
    &graphile_migrate::GraphileMigrate,
    &pop::Pop,
    &goose::Goose,
    &sql_migrate::SqlMigrate,
    &dbmate::Dbmate,
    &node_pg_migrate::NodePgMigrate,
    &refinery::Refinery,
    &flyway::Flyway,
    &atlas::Atlas,
    &supabase::Supabase,
    &sqlx::Sqlx,
    &golang_migrate::GolangMigrate,
    &numbered::Numbered,
];

/// Reads a folder by the named layout, or by the first that recognises it. `place` is where the
/// folder is written, `known` what the setup says of the database.
///
/// What the tool refuses for its versions alone can be looked at all the same; who runs it asks for [`MigrationSet::accepted`].
///
/// # Errors
///
/// When the layout is unknown or none recognises the folder, and whatever else the layout refuses.
pub fn read(
    folder: &Folder,
    layout: Option<&Located<String>>,
    place: Option<&Place>,
    variables: &Variables,
    known: Known<&str>,
) -> Result<MigrationSet, Problems> {
    let at = |problem: Problem| Problems::from(problem.at_some(place.cloned()));
    if !folder.files.iter().any(FolderFile::has_sql_ending) {
        let message = format!("there are no .sql files in {}", folder.path.display());
        return Err(at(Problem::error(message)
            .help("name a folder that holds migrations such as 001_create_users.sql")));
    }
    let chosen = match layout {
        Some(wanted) => named(wanted)?,
        None => LAYOUTS.iter().find(|layout| layout.recognises(folder)).ok_or_else(|| {
            let message = format!("the files of {} follow no known layout", folder.path.display());
            let help = "numbered files look like 001_create_users.sql or 001_create_users.up.sql";
            at(Problem::error(message).help(help))
        })?,
    };
    let names = chosen.known_names();
    let values = [(names.database, known.database), (names.user, known.user)];
    let implied = values.into_iter().filter_map(|(name, value)| Some((name?, value?)));
    let mut all: BTreeMap<_, _> =
        implied.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    all.extend(variables.0.clone());
    chosen.read(folder, &Variables(all))
}

/// Whether one of the layouts takes the folder for its own.
#[must_use]
pub fn recognises(folder: &Folder) -> bool {
    folder.files.iter().any(FolderFile::has_sql_ending)
        && LAYOUTS.iter().any(|layout| layout.recognises(folder))
}

/// Whether the layout of that name fills in variables; a list does, as psql does.
#[must_use]
pub fn fills_in_variables(name: &str) -> bool {
    let named = LAYOUTS.iter().find(|layout| layout.name() == name);
    named.is_none_or(|layout| layout.has_placeholders())
}

/// The checksums that the tool of that name may have recorded for a migration, see [`Layout::recorded_sums`].
#[must_use]
pub fn recorded_sums(name: &str, migration: &Migration) -> Vec<String> {
    let layout = LAYOUTS.iter().find(|layout| layout.name() == name);
    layout.map_or_else(Vec::new, |layout| layout.recorded_sums(migration))
}

/// What Atlas keeps of each of these files in its history: a hash over it and all before it; `None` for a file that it was told to
/// ignore. (`HashFile` in `sql/migrate/dir.go`)
#[must_use]
pub fn chained_sums(files: &[&Migration]) -> Vec<Option<String>> {
    atlas::chain(files.iter().map(|file| (file.file_name(), file.up.source().text().as_bytes())))
}

/// The names of all layouts.
pub fn names() -> impl Iterator<Item = &'static str> {
    LAYOUTS.iter().map(|layout| layout.name())
}

fn named(wanted: &Located<String>) -> Result<&'static &'static dyn Layout, Problem> {
    LAYOUTS.iter().find(|layout| layout.name() == wanted.value).ok_or_else(|| {
        let names: Vec<_> = names().collect();
        let help = if wanted.value == list::NAME {
            "give the list itself: migrations = { path = …, files = [\"b.sql\", \"a.sql\"] }".into()
        } else {
            let distance = |name: &&&str| strsim::damerau_levenshtein(&wanted.value, name);
            let near = names.iter().min_by_key(distance).filter(|name| distance(name) <= 2);
            let meant = near.map_or_else(String::new, |name| format!("did you mean {name:?}? "));
            format!("{meant}layouts of this version: {}", names.join(", "))
        };
        Problem::error(format!("there is no layout {:?}", wanted.value))
            .at_some(wanted.place.clone())
            .help(help)
    })
}
