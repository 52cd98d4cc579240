//! Where a text sets a variable, and to what: line by line, so that YAML of any dialect, files for the
//! shell, `.env`, Dockerfiles and JSON are read alike, and a value keeps its place.

mod assigned;
mod lines;
mod yaml;

use std::ops::Range;

use lines::{Line, lines};

/// A value of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    /// The name, where it stands.
    pub(super) name: Range<usize>,
    /// The pieces of the value, where they stand: one, or one per line.
    pub(super) spans: Vec<Range<usize>>,
}

/// Every value that a text gives to a variable, in order.
pub(super) fn values(text: &str, name: &str) -> Vec<Value> {
    let lines = lines(text);
    let mut values: Vec<Value> = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        if line.is_remark() {
            continue;
        }
        for (at, _) in line.text.match_indices(name) {
            let found = Mention { lines: &lines, number, line, begin: at, end: at + name.len() };
            let is_inside = values.last().is_some_and(|it| it.holds(line.start + at));
            if !is_inside && let Some(spans) = found.value() {
                let name = line.start + found.begin..line.start + found.end;
                values.push(Value { name, spans });
            }
        }
    }
    values
}

impl Value {
    fn holds(&self, position: usize) -> bool {
        self.spans.iter().any(|span| span.contains(&position))
    }
}

/// A place where the name of the variable stands.
struct Mention<'l, 't> {
    lines: &'l [Line<'t>],
    number: usize,
    line: &'l Line<'t>,
    begin: usize,
    end: usize,
}

impl Mention<'_, '_> {
    /// The value, if this place gives it one.
    fn value(&self) -> Option<Vec<Range<usize>>> {
        let (before, after) = (&self.line.text[..self.begin], &self.line.text[self.end..]);
        if !begins_a_name(before) || after.starts_with(is_part) || is_behind_remark(before) {
            return None;
        }
        if let Some(value) = self.value_of_pair(before, after) {
            return Some(value);
        }
        let is_quoted = before.ends_with(['"', '\'']) && after.starts_with(['"', '\'']);
        let rest = if is_quoted { &after[1..] } else { after };
        let trimmed = rest.trim_start();
        let position = self.line.text.len() - trimmed.len();
        if let Some(value) = trimmed.strip_prefix(':') {
            let is_key = value.is_empty() || value.starts_with([' ', '\t']) || is_quoted;
            return is_key.then(|| self.yaml(position + 1));
        }
        if trimmed.starts_with('=') && !trimmed.starts_with("==") && !trimmed.starts_with("=~") {
            // `NAME = value` is a line of its own in files that are not for the shell.
            let is_spaced = rest.len() != trimmed.len();
            let is_first = before.trim().is_empty();
            return (!is_spaced || is_first).then(|| self.assigned(position + 1, is_spaced));
        }
        let is_docker = before.trim().eq_ignore_ascii_case("env") && rest.starts_with(' ');
        (is_docker && !trimmed.is_empty()).then(|| self.assigned(position, true))
    }
}

/// Whether a name may begin after this text. `$NAME`, `${NAME}` and `env.NAME` speak of a variable and do not set it.
fn begins_a_name(before: &str) -> bool {
    let is_used = before.ends_with("${") || before.ends_with(['$', '.', '-', '/', '%']);
    !is_used && !before.ends_with(is_part)
}

fn is_part(it: char) -> bool {
    it.is_alphanumeric() || it == '_'
}

fn is_behind_remark(before: &str) -> bool {
    before.contains(" #") || before.contains(" //")
}
