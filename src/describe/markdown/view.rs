use std::fmt::Write as _;

use super::super::contents::{Contents, Entry};
use super::other::paragraphs;
use super::schema::local_name;
use super::table::{indexes, triggers};
use super::text::{Table, block, cell_code, code, heading, prose};
use crate::schema::Kind;

/// A view: its columns and its query.
pub(super) fn section(contents: &Contents<'_>, (id, object): Entry<'_>) -> String {
    let kind = if id.kind == Kind::MaterializedView { " (materialized)" } else { "" };
    let mut text = heading(4, &format!("{}{kind}", code(local_name(id))));
    text.push_str(&paragraphs(object));
    if let Some(options) = object.property("options") {
        let _ = write!(text, "Options: {}.\n\n", code(options));
    }
    let mut columns = Table::new(&["column", "type", "comment"]);
    for (name, column) in contents.columns(id) {
        let property = |name: &str| column.property(name).unwrap_or_default();
        columns.row(&[cell_code(name), cell_code(property("type")), prose(property("comment"))]);
    }
    text.push_str(&columns.end());
    if let Some(definition) = object.property("definition") {
        text.push('\n');
        text.push_str(&block("sql", definition));
    }
    text.push_str(&indexes(contents, id));
    text.push_str(&triggers(contents, id));
    text
}
