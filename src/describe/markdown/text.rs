//! Pieces of Markdown.

use std::fmt::Write as _;

/// Inline code, whatever it holds (the specification of Markdown, 6.1: the fence is longer than any run of backticks inside).
/// Line breaks become spaces.
pub(super) fn code(text: &str) -> String {
    let line = one_line(text);
    let longest = line.split(|it| it != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let pad = if line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{line}{pad}{fence}")
}

/// Inline code for each of several names.
pub(super) fn codes<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    texts.map(code).collect::<Vec<_>>().join(", ")
}

/// Somebody's sentence, shown as it was written and not taken for Markdown.
pub(super) fn prose(text: &str) -> String {
    let text = text.trim();
    let mut safe = String::with_capacity(text.len());
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let word = |it: Option<char>| it.is_some_and(char::is_alphanumeric);
        match character {
            '\\' | '`' | '*' | '<' | '[' | ']' | '|' | '~' | '&' => safe.extend(['\\', character]),
            '_' if !(word(before) && word(rest.peek().copied())) => safe.push_str("\\_"),
            '#' | '>' | '-' | '+' if before.is_none_or(|it| it == '\n') => {
                safe.extend(['\\', character]);
            }
            '\n' => safe.push('\n'),
            _ if character.is_control() => safe.push(' '),
            other => safe.push(other),
        }
        before = Some(character);
    }
    safe
}

/// A sentence that ends with a full stop.
pub(super) fn sentence(text: &str) -> String {
    let text = prose(text);
    if text.ends_with(['.', '!', '?', ':', ';']) { text } else { text + "." }
}

/// Everything between line breaks on one line.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A table; cells are Markdown of one line each.
pub(super) struct Table {
    text: String,
}

impl Table {
    pub(super) fn new(heads: &[&str]) -> Self {
        let rule: String = heads.iter().map(|_| "---|").collect();
        Self { text: format!("| {} |\n|{rule}\n", heads.join(" | ")) }
    }

    pub(super) fn row(&mut self, cells: &[String]) {
        self.text.push('|');
        for cell in cells {
            let cell = cell.trim().replace('\n', "<br>");
            let _ = if cell.is_empty() {
                self.text.write_str(" |")
            } else {
                write!(self.text, " {cell} |")
            };
        }
        self.text.push('\n');
    }

    pub(super) fn end(self) -> String {
        self.text
    }
}

/// Inline code for a cell: GitHub takes a `|` for the cell's end also in code, unless it is escaped.
pub(super) fn cell_code(text: &str) -> String {
    if text.is_empty() { String::new() } else { code(text).replace('|', "\\|") }
}

/// A block of SQL. The fence is longer than any run of backticks inside.
pub(super) fn block(language: &str, text: &str) -> String {
    let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", text.trim_matches('\n').trim_end())
}

/// A heading, with an empty line before and after it.
pub(super) fn heading(level: usize, text: &str) -> String {
    format!("\n{} {text}\n\n", "#".repeat(level))
}

/// A titled list, or nothing where it has no items.
pub(super) fn list(title: &str, items: impl Iterator<Item = String>) -> String {
    let items: Vec<_> = items.map(|item| format!("- {item}\n")).collect();
    if items.is_empty() { String::new() } else { format!("\n{title}:\n\n{}", items.concat()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_holds_any_text() {
        assert_eq!(code("a\n  b"), "`a b`");
        assert_eq!(code("a `b` ``c``"), "``` a `b` ``c`` ```");
        assert_eq!(cell_code("a || b"), "`a \\|\\| b`");
    }

    #[test]
    fn prose_is_not_taken_for_markdown() {
        let shown = prose("- the *tier* of user_id, <b>_old_</b> | [x](y)\n# 1");
        assert_eq!(
            shown,
            "\\- the \\*tier\\* of user_id, \\<b>\\_old\\_\\</b> \\| \\[x\\](y)\n\\# 1"
        );
        assert_eq!(sentence("who may log in"), "who may log in.");
    }

    #[test]
    fn a_cell_is_one_line() {
        let mut table = Table::new(&["a", "b"]);
        table.row(&["x\ny".into(), String::new()]);
        assert_eq!(table.end(), "| a | b |\n|---|---|\n| x<br>y | |\n");
    }
}
