//! Refinery, as of version 0.9: `V1__name.sql`, and `U2__name.sql` for what may be late, at any depth.
//!
//! Rules are those of rust-db/refinery: names and versions of `refinery_core/src/util.rs`; which are
//! pending, late or repeated, of `refinery_core/src/traits/mod.rs`; one transaction per file with its
//! history row of `refinery_core/src/traits/async.rs` and `drivers/tokio_postgres.rs`.

mod history;
mod names;

use names::Name;

use super::{Folder, FolderFile, Layout, TWICE};
use crate::migration::split::Dialect;
use crate::migration::{
    BodyRule, Cut, LeftOut, Migration, MigrationId, MigrationSet, Order, Variables, Version,
};
use crate::place::{Problem, Problems};

/// Folders of Refinery. Flyway's names are the same, so something has to tell of Refinery.
pub(super) struct Refinery;

/// The feature of the crate that makes versions longer.
const LONG_VERSIONS: &str = "int8-versions";

impl Layout for Refinery {
    fn name(&self) -> &'static str {
        "refinery"
    }

    fn recorded_sums(&self, migration: &Migration) -> Vec<String> {
        history::recorded_sums(migration)
    }

    fn recognises(&self, folder: &Folder) -> bool {
        let is_migration = |file: &FolderFile| Name::of(file).is_some();
        let in_rust = |file: &FolderFile| is_in_rust(file) && is_migration(file);
        let is_told = folder.is_said_beside("Cargo.toml", "refinery")
            || folder.has_beside("refinery.toml")
            || folder.files.iter().any(in_rust);
        is_told && folder.files.iter().any(|file| file.has_sql_ending() && is_migration(file))
    }

    fn read(&self, folder: &Folder, _: &Variables) -> Result<MigrationSet, Problems> {
        let mut problems = Problems::default();
        let mut left_out = folder.switched_off();
        let mut found = Vec::new();
        for file in &folder.files {
            let name = Name::of(file);
            if is_in_rust(file) {
                left_out.extend(name.map(|_| LeftOut::foreign(&file.relative, "Rust")));
            } else if file.has_sql_ending() {
                match name.map(|name| numbered(folder, file, name)) {
                    Some(Ok(one)) => found.push(one),
                    Some(Err(problem)) => problems.push(problem),
                    None => left_out.push(passed_over(file)),
                }
            }
        }
        found.sort_by_key(|one| one.number);
        let migrations = read_all(folder, &found, &mut problems);
        if migrations.is_empty() && !problems.has_errors() {
            let help = "name the folder that holds files such as V1__create_users.sql";
            let message = "there is no migration of Refinery here";
            problems.push(Problem::error(message).path(&folder.path).help(help));
        }
        if problems.has_errors() {
            return Err(problems);
        }
        let is_long =
            says_long(folder) || found.iter().any(|one| i32::try_from(one.number).is_err());
        let mut set = MigrationSet::in_order(self.name(), folder.path.clone(), migrations);
        set.rule = BodyRule::WHOLE_IN_TRANSACTION;
        set.order = Order::Strict;
        set.ledger = Some(if is_long { history::LONG_LEDGER } else { history::LEDGER });
        set.left_out = left_out;
        Ok(set)
    }
}

/// A file whose version is a number that Refinery takes.
struct Numbered<'f> {
    number: i64,
    name: Name<'f>,
    file: &'f FolderFile,
}

fn is_in_rust(file: &FolderFile) -> bool {
    file.language() == Some("Rust")
}

fn passed_over(file: &FolderFile) -> LeftOut {
    LeftOut::new(&file.relative, "Refinery passes over names that are not like V1__users.sql")
}

fn says_long(folder: &Folder) -> bool {
    folder.is_said_beside("Cargo.toml", LONG_VERSIONS)
}

fn numbered<'f>(
    folder: &Folder,
    file: &'f FolderFile,
    name: Name<'f>,
) -> Result<Numbered<'f>, Problem> {
    let refuse = |message: &str, help: &str| {
        Err(Problem::error(message).path(file.shown(folder)).help(help))
    };
    let Ok(number) = name.version.parse::<i64>() else {
        let message = "its version is no whole number, or too long, and Refinery stops";
        return refuse(message, "name it like V2__users.sql");
    };
    let may_be_long = says_long(folder) || !folder.is_said_beside("Cargo.toml", "refinery");
    if i32::try_from(number).is_err() && !may_be_long {
        let message = "its version is above 2147483647, and Refinery stops";
        let help = "give the crate the feature: refinery = { features = [\"int8-versions\"] }";
        return refuse(message, help);
    }
    Ok(Numbered { number, name, file })
}

fn read_all(folder: &Folder, found: &[Numbered<'_>], problems: &mut Problems) -> Vec<Migration> {
    let mut migrations = Vec::new();
    for (position, one) in found.iter().enumerate() {
        let same: Vec<_> =
            found[..position].iter().filter(|before| before.number == one.number).collect();
        let is_repeated = |before: &&Numbered<'_>| {
            before.name.title == one.name.title && before.file.bytes == one.file.bytes
        };
        if let Some(before) = same.iter().copied().find(is_repeated) {
            let message = format!("it is {} once more, and Refinery stops", before.file.name());
            let help = "remove one of the two files";
            problems.push(Problem::error(message).path(one.file.shown(folder)).help(help));
        }
        match read_one(folder, one) {
            Ok(mut migration) => {
                migration.refused =
                    same.first().map(|before| second_of_its_version(&migration, before));
                migrations.push(migration);
            }
            Err(problem) => problems.push(problem),
        }
    }
    migrations
}

fn read_one(folder: &Folder, one: &Numbered<'_>) -> Result<Migration, Problem> {
    let script = one.file.script(folder)?.cut(Cut::By(Dialect::Server));
    let Numbered { number, name, .. } = one;
    let id = format!("{}{number}__{}", name.prefix, name.title);
    Ok(Migration {
        order: (name.prefix == "U").then_some(Order::AppliedSet),
        ..Migration::new(MigrationId::new(id), Version::new(number.to_string()), script)
    })
}

/// Two different files of one version are found out by the key of the history table.
fn second_of_its_version(second: &Migration, first: &Numbered<'_>) -> Problem {
    let first = first.file.name();
    Problem::error(format!("{first} is in the history as version {} already", second.version))
        .at(second.up.place(0..0))
        .of_rule(TWICE)
        .help("give it the next free version")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::testing::{folder_of, ids, read_as, set_of};
    use super::*;

    #[test]
    fn files_at_any_depth_are_ordered_by_number() {
        let set = set_of(&[
            ("V10__c.sql", ""),
            ("late/U3__b.sql", ""),
            ("V002__a.sql", ""),
            ("V4__d.rs", ""),
            ("mod.rs", ""),
            ("notes.sql", ""),
        ]);
        assert_eq!(set.layout, "refinery");
        assert_eq!(ids(&set), ["V2__a", "U3__b", "V10__c"]);
        let orders: Vec<_> = set.migrations().iter().map(|migration| migration.order).collect();
        assert_eq!(orders, [None, Some(Order::AppliedSet), None]);
        let left_out: Vec<_> =
            set.left_out.iter().map(|it| (it.file.to_str(), it.is_gap)).collect();
        assert_eq!(left_out, [(Some("V4__d.rs"), true), (Some("notes.sql"), false)]);
    }

    #[rstest]
    #[case::nothing(&[], false)]
    #[case::its_settings(&[("refinery.toml", "")], true)]
    #[case::the_crate(&[("Cargo.toml", "refinery = \"0.9\"")], true)]
    #[case::another_crate(&[("Cargo.toml", "tokio = \"1\"")], false)]
    fn a_folder_is_refinerys_only_where_something_tells_so(
        #[case] beside: &[(&str, &str)],
        #[case] is_its_own: bool,
    ) {
        let mut folder = folder_of(&[("V1__a.sql", "")]);
        folder.beside.extend(beside.iter().map(|(name, text)| FolderFile::new(*name, *text)));
        assert_eq!(Refinery.recognises(&folder), is_its_own);
    }

    #[rstest]
    #[case::point(&[("V1.5__a.sql", "")], "no whole number")]
    #[case::too_long(&[("V99999999999999999999__a.sql", "")], "too long")]
    #[case::same_file_twice(&[("V1__a.sql", "x"), ("more/V1__a.sql", "x")], "V1__a.sql once more")]
    #[case::same_text_twice(&[("U1__a.sql", "x"), ("V1__a.sql", "x")], "U1__a.sql once more")]
    #[case::none(&[("a.sql", "")], "no migration")]
    fn what_refinery_stops_at_is_refused(#[case] files: &[(&str, &str)], #[case] message: &str) {
        let problems = read_as("refinery", files).unwrap_err();
        assert!(problems.contains(message), "{problems}");
    }

    #[test]
    fn a_second_file_of_a_version_is_refused_when_its_turn_comes() {
        let set = read_as("refinery", &[("V1__a.sql", "x"), ("V1__b.sql", "x")]).unwrap();
        let refused: Vec<_> = set.migrations().iter().map(|it| it.refused.is_some()).collect();
        assert_eq!(refused, [false, true]);
    }

    #[test]
    fn long_versions_need_the_feature_where_the_crate_is_told() {
        let folder = |features: &str| {
            let mut folder = folder_of(&[("V20240101000000__a.sql", "")]);
            let manifest = format!("refinery = {{ features = [{features}] }}");
            folder.beside.push(FolderFile::new("Cargo.toml", manifest));
            Refinery.read(&folder, &Variables::default())
        };
        assert!(folder("\"tokio-postgres\"").is_err());
        let ledger = folder("\"int8-versions\"").unwrap().ledger.unwrap();
        assert!(ledger.create.contains("version int8"));
    }
}
