use crate::exclusions::compare::{Comparison, List, Row};
use crate::place::LineColumn;

/// Lists that leave out the same, under one letter.
pub(super) struct Group<'c> {
    pub(super) letter: String,
    pub(super) lists: Vec<&'c List>,
    /// The position of the first of them.
    first: usize,
}

impl Group<'_> {
    pub(super) fn leaves_out(&self, row: &Row) -> bool {
        row.left_out_by.get(self.first).copied().unwrap_or_default()
    }

    pub(super) fn is_production(&self) -> bool {
        self.lists.iter().any(|list| list.is_production)
    }
}

pub(super) fn groups(comparison: &Comparison) -> Vec<Group<'_>> {
    let groups = comparison.groups().into_iter().enumerate();
    let groups = groups.map(|(number, members)| Group {
        letter: letter(number),
        first: members.first().copied().unwrap_or_default(),
        lists: members.into_iter().filter_map(|member| comparison.lists.get(member)).collect(),
    });
    groups.collect()
}

/// `A` to `Z`, then `A2`, `B2` …
fn letter(number: usize) -> String {
    let letters = ('A'..='Z').nth(number % 26).unwrap_or('A');
    if number < 26 { letters.to_string() } else { format!("{letters}{}", number / 26 + 1) }
}

/// `ci.yml:12`; a list that is in no file has no line.
pub(super) fn place(list: &List) -> String {
    let path = list.place.source().path().display();
    let LineColumn { line, .. } = list.place.line_column();
    if list.place.source().text().is_empty() { path.to_string() } else { format!("{path}:{line}") }
}

/// `048_b.sql`, `048_b.sql and 049_c.sql`
pub(super) fn files(rows: &[&Row]) -> Vec<String> {
    rows.iter().map(|row| row.file.clone()).collect()
}
