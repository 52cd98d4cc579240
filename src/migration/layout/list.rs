//! An ordered list of files, given by the scenario or by a manifest, each run as `psql -f` runs it. There
//! is no tool behind this layout; its transaction rule is psql's (documentation of psql, option `--file`).

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::numbered::version_of;
use super::{Folder, FolderFile};
use crate::migration::{
    LeftOut, Migration, MigrationId, MigrationSet, Sessions, Variables, Version,
};
use crate::place::{Located, Problem, Problems, SourceText};

/// The name under which reports know it; no folder is recognised as one.
pub(super) const NAME: &str = "list";

/// The paths that a manifest lists: one per line, without blank lines and `#` comments.
#[must_use]
pub fn read_manifest(source: &SourceText) -> Vec<Located<PathBuf>> {
    let mut files = Vec::new();
    let mut start = 0;
    for line in source.text().split_inclusive('\n') {
        let text = line.trim_start_matches('\u{feff}').trim();
        if !text.is_empty() && !text.starts_with('#') {
            let at = start + line.find(text).unwrap_or_default();
            let place = source.place(at..at + text.len());
            files.push(Located { value: text.into(), place: Some(place) });
        }
        start += line.len();
    }
    files
}

/// Reads the listed files of a folder, in their order. Paths count from the folder.
///
/// # Errors
///
/// Every file that is listed twice, is not there, or holds no SQL.
pub fn read_list(
    folder: &Folder,
    files: &[Located<PathBuf>],
    variables: &Variables,
) -> Result<MigrationSet, Problems> {
    let mut problems = Problems::default();
    let mut listed: BTreeMap<PathBuf, &Path> = BTreeMap::new();
    let mut migrations = Vec::new();
    for path in files {
        let found = find(folder, path).and_then(|file| {
            let first = listed.insert(file.relative.clone(), &path.value);
            if first.is_some() {
                Err(twice(path))
            } else {
                read_file(folder, file, path, variables)
            }
        });
        match found {
            Ok(migration) => migrations.push(migration),
            Err(problem) => problems.push(problem),
        }
    }
    if files.is_empty() {
        let help = "list one path per line, such as 001_create_users.sql";
        problems.push(Problem::error("the list names no file").path(&folder.path).help(help));
    }
    if problems.has_errors() {
        return Err(problems);
    }
    let mut set = MigrationSet::in_order(NAME, folder.path.clone(), migrations);
    set.sessions = Sessions::Own;
    set.left_out = unlisted(folder, &listed);
    Ok(set)
}

fn find<'f>(folder: &'f Folder, path: &Located<PathBuf>) -> Result<&'f FolderFile, Problem> {
    let wanted = plain(&path.value);
    let is_it = |file: &&FolderFile| file.relative == wanted || file.stands_for(&wanted);
    let Some(file) = folder.files.iter().find(is_it) else {
        let shown = path.value.display();
        let message = format!("{shown} is listed, and is not in {}", folder.path.display());
        return Err(Problem::error(message)
            .at_some(path.place.clone())
            .help(folder.near(&wanted, "paths of the list count from the folder `path`")));
    };
    if !file.has_sql_ending() {
        let message = format!("{} is listed, and does not end in .sql", path.value.display());
        let name = path.value.display();
        let help =
            format!("name SQL that stands in for it: provide = {{ \"{name}\" = \"stub.sql\" }}");
        return Err(Problem::error(message).at_some(path.place.clone()).help(help));
    }
    Ok(file)
}

fn read_file(
    folder: &Folder,
    file: &FolderFile,
    path: &Located<PathBuf>,
    variables: &Variables,
) -> Result<Migration, Problem> {
    let id = path.value.to_string_lossy();
    let version = version_of(file.name()).unwrap_or(&id);
    let down = down_file(folder, file);
    let up = file.psql_script(folder, variables)?;
    Ok(Migration {
        down: down.map(|down| down.psql_script(folder, variables)).transpose()?,
        ..Migration::new(MigrationId::new(&*id), Version::new(version), up)
    })
}

fn down_file<'f>(folder: &'f Folder, file: &FolderFile) -> Option<&'f FolderFile> {
    let stem = file.name().trim_end_matches(".sql").trim_end_matches(".up");
    let down = file.relative.with_file_name(format!("{stem}.down.sql"));
    folder.files.iter().find(|other| other.relative == down && other.relative != file.relative)
}

fn twice(path: &Located<PathBuf>) -> Problem {
    Problem::error(format!("{} is listed twice", path.value.display()))
        .at_some(path.place.clone())
        .help("take one of the two out")
}

/// SQL files that nobody listed, but for the down files of those that are.
fn unlisted(folder: &Folder, listed: &BTreeMap<PathBuf, &Path>) -> Vec<LeftOut> {
    let downs: Vec<_> = folder
        .files
        .iter()
        .filter(|file| listed.contains_key(&file.relative))
        .filter_map(|file| down_file(folder, file))
        .map(|down| &down.relative)
        .collect();
    let unlisted = folder.files.iter().filter(|file| {
        file.has_sql_ending()
            && !listed.contains_key(&file.relative)
            && !downs.contains(&&file.relative)
    });
    unlisted.map(|file| LeftOut::new(&file.relative, "it is not in the list")).collect()
}

/// The path without its `.` parts.
fn plain(path: &Path) -> PathBuf {
    path.components().filter(|part| *part != Component::CurDir).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{folder_of, ids};
    use super::*;

    const FILES: &[(&str, &str)] = &[
        ("b/2_b.sql", ""),
        ("a.sql", "select 1;"),
        ("a.down.sql", "select 0;"),
        ("c.sql", ""),
        ("notes.txt", ""),
    ];

    fn read(folder: &Folder, files: &[&str]) -> Result<MigrationSet, Problems> {
        read_list(folder, &listed(files), &Variables::default())
    }

    fn listed(files: &[&str]) -> Vec<Located<PathBuf>> {
        files.iter().map(|file| Located::unplaced(PathBuf::from(file))).collect()
    }

    #[test]
    fn files_run_in_the_order_of_the_list_and_the_others_are_told() {
        let set = read(&folder_of(FILES), &["./b/2_b.sql", "a.sql"]).unwrap();
        assert_eq!(ids(&set), ["./b/2_b.sql", "a.sql"]);
        let versions = set.migrations().iter().map(|it| it.version.as_str());
        assert_eq!(versions.collect::<Vec<_>>(), ["2", "a.sql"]);
        assert!(set.migrations()[1].down.is_some());
        assert_eq!(set.left_out, [LeftOut::new("c.sql", "it is not in the list")]);
    }

    #[test]
    fn what_is_wrong_with_a_list_is_told_at_once() {
        let files = ["a.sql", "./a.sql", "cc.sql", "notes.txt"];
        let problems = read(&folder_of(FILES), &files).unwrap_err().to_string();
        for expected in [
            "./a.sql is listed twice",
            "cc.sql is listed, and is not in migrations (near it: c.sql)",
            "notes.txt is listed, and does not end in .sql",
        ] {
            assert!(problems.contains(expected), "{problems}");
        }
        assert!(read(&folder_of(FILES), &[]).is_err());
    }

    #[test]
    fn a_manifest_has_a_path_per_line_comments_and_blank_lines() {
        let source = SourceText::new("order.txt", "\u{feff}# first\r\n b.sql \r\n\n#\na b.sql");
        let files = read_manifest(&source);
        let paths: Vec<_> = files.iter().map(|file| file.value.to_string_lossy()).collect();
        assert_eq!(paths, ["b.sql", "a b.sql"]);
        assert_eq!(files[1].place.as_ref().map(|place| place.line_column().line), Some(5));
    }

    #[test]
    fn a_listed_file_of_another_language_is_the_sql_that_stands_in_for_it() {
        let mut folder = folder_of(&[("1_fill.ts", "")]);
        let name = Located::unplaced("1_fill.ts".to_owned());
        folder.stand_in(&name, "stubs/fill.sql".into(), b"select 1".into()).unwrap();
        let set = read(&folder, &["1_fill.ts"]).unwrap();
        assert_eq!(ids(&set), ["1_fill.ts"]);
        assert_eq!(set.migrations()[0].up.source().path(), Path::new("stubs/fill.sql"));
    }
}
