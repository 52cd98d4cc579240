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
        let before = &file[..span.start];
        if is_blank(before.rsplit('\n').next()) && is_blank(file[end..].split('\n').next()) {
            end = after_line(file, end);
        }
        Self { span: span.start..end, text: String::new(), without }
    }
}

fn is_blank(line: Option<&str>) -> bool {
    line.is_none_or(|line| line.trim().is_empty())
}

/// Where the next line begins.
fn after_line(file: &str, at: usize) -> usize {
    file[at..].find('\n').map_or(file.len(), |end| at + end + 1)
}

impl Stub {
    /// The file with these changes made; of two that overlap, the first. Of the blank lines around what is taken out only those
    /// before it stay.
    pub(super) fn changed(&mut self, mut edits: Vec<Edit>) {
        edits.sort_by_key(|edit| edit.span.start);
        let mut text = String::with_capacity(self.text.len());
        let mut done = 0;
        for edit in edits {
            if edit.span.start < done || edit.span.end > self.text.len() {
                continue;
            }
            text.push_str(&self.text[done..edit.span.start]);
            text.push_str(&edit.text);
            done = edit.span.end;
            let is_gap = edit.text.is_empty() && (text.is_empty() || text.ends_with("\n\n"));
            while is_gap && done < self.text.len() && is_blank(self.text[done..].split('\n').next())
            {
                done = after_line(&self.text, done);
            }
            self.without.push(edit.without);
        }
        text.push_str(&self.text[done..]);
        self.text = text;
    }
}
