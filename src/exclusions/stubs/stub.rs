use std::collections::BTreeMap;
use std::ops::Range;

use crate::migration::MigrationId;

/// A file that stands in for a migration's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stub {
    /// Its text.
    pub text: String,
    /// What was taken out, in words.
    pub without: Vec<String>,
}

/// Stubs by the migration that they stand in for.
pub type Stubs = BTreeMap<MigrationId, Stub>;

/// A stretch of a file, and what comes in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) span: Range<usize>,
    pub(super) text: String,
    /// What it takes out, in words.
    pub(super) without: String,
}

impl Edit {
    /// A statement with its semicolon, and the rest of its last line where nothing else stands there.
    pub(super) fn of_statement(file: &str, span: Range<usize>, without: String) -> Self {
        let after = &file[span.end..];
        let blanks = after.len() - after.trim_start().len();
        let semicolon = if after[blanks..].starts_with(';') { blanks + 1 } else { 0 };
        let mut end = span.end + semicolon;
        let line = file[end..].find('\n').map_or(&file[end..], |at| &file[end..=end + at]);
        let begins_line =
            file[..span.start].rsplit('\n').next().is_none_or(|it| it.trim().is_empty());
        if begins_line && line.trim().is_empty() {
            end += line.len();
        }
        Self { span: span.start..end, text: String::new(), without }
    }
}

impl Stub {
    /// The file with these changes made; of two that overlap, the first.
    pub(super) fn changed(&mut self, mut edits: Vec<Edit>) {
        edits.sort_by_key(|edit| edit.span.start);
        let mut text = String::with_capacity(self.text.len());
        let mut done = 0;
        for edit in edits.into_iter() {
            if edit.span.start < done || edit.span.end > self.text.len() {
                continue;
            }
            text.push_str(&self.text[done..edit.span.start]);
            text.push_str(&edit.text);
            done = edit.span.end;
            self.without.push(edit.without);
        }
        text.push_str(&self.text[done..]);
        self.text = text;
    }
}
