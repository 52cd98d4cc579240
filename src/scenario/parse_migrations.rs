use std::path::PathBuf;

use toml::de::DeValue;

use super::fields::Fields;
use super::{FileList, MigrationSource};
use crate::place::{Located, Problem};

const EXAMPLE: &str = "migrations = \"../migrations\"";
const FILES_EXAMPLE: &str = "files = [\"b.sql\", \"a.sql\"], or files = \"order.txt\"";
const PROVIDE_EXAMPLE: &str = "provide = { \"20240101_fill.ts\" = \"stubs/fill.sql\" }";

/// Reads `migrations`: a folder, or a table that says more about it.
pub(super) fn read_migrations(fields: &mut Fields<'_>) -> Option<MigrationSource> {
    let Some(value) = fields.take("migrations") else {
        fields.missing("migrations", EXAMPLE);
        return None;
    };
    if let DeValue::Table(_) = value.get_ref() {
        return read_source(fields.as_table("migrations", value, EXAMPLE)?);
    }
    let Some(text) = value.get_ref().as_str().filter(|text| !text.is_empty()) else {
        fields.wrong("migrations", &value, EXAMPLE);
        return None;
    };
    let place = fields.place().source().place(value.span());
    Some(MigrationSource::folder(Located { value: text.into(), place: Some(place) }))
}

fn read_source(mut table: Fields<'_>) -> Option<MigrationSource> {
    let path = table.required("path", "path = \"../migrations\"");
    let layout = table.text("layout", "layout = \"numbered\"");
    let files = read_files(&mut table);
    let provide = table.table("provide", PROVIDE_EXAMPLE).map(read_provide).unwrap_or_default();
    let git_ref = table.text("ref", "ref = \"v1.2\"");
    if let (Some(layout), Some(_)) = (&layout, &files) {
        let message = "`layout` and `files` exclude each other";
        let help = "the list says which files run in which order: leave `layout` out";
        table.report(Problem::error(message).at_some(layout.place.clone()).help(help));
    }
    table.finish();
    Some(MigrationSource { path: path?.map(PathBuf::from), layout, files, provide, git_ref })
}

fn read_files(table: &mut Fields<'_>) -> Option<FileList> {
    if !table.holds("files") {
        return None;
    }
    let is_list = table.holds_list("files");
    let before = table.place();
    let files = table.texts("files", FILES_EXAMPLE);
    let mut files: Vec<_> = files.into_iter().map(|file| file.map(PathBuf::from)).collect();
    if !is_list {
        return files.pop().map(FileList::Manifest);
    }
    if files.is_empty() {
        let help = format!("write it like {FILES_EXAMPLE}");
        table.report(Problem::error("`files` names no file").at(before).help(help));
    }
    Some(FileList::Listed(files))
}

fn read_provide(mut table: Fields<'_>) -> Vec<(Located<String>, Located<PathBuf>)> {
    let mut provided = Vec::new();
    for (name, value) in table.rest() {
        match table.as_text(&value) {
            Some(stub) => provided.push((name, stub.map(PathBuf::from))),
            None => table.wrong(&name.value, &value, PROVIDE_EXAMPLE),
        }
    }
    provided
}
