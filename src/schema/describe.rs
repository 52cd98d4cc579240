//! Differences in the words of a report.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use similar::TextDiff;

use super::compare::{Change, Comparison, Difference, Note};
use super::kind::Kind;
use super::object::ObjectId;

/// What to call the two sides, in words that fit after a value: `here`, `on the fresh replay`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sides<'a> {
    /// The left side.
    pub left: &'a str,
    /// The right side.
    pub right: &'a str,
}

/// Two values that are longer than this together stand on lines of their own.
const ONE_LINE: usize = 100;
/// So much of a long difference is shown.
const DIFF_LINES: usize = 40;
/// So many columns of another order are named.
const COLUMNS: usize = 6;

impl Comparison {
    /// One text of one or a few lines for each difference that does not follow from another.
    #[must_use]
    pub fn describe(&self, sides: Sides<'_>) -> Vec<String> {
        let roots = self.roots();
        let following = self.following();
        roots.into_iter().map(|root| root.text(sides, following.get(&root.object))).collect()
    }

    /// One line for each note.
    #[must_use]
    pub fn describe_notes(&self, sides: Sides<'_>) -> Vec<String> {
        self.notes.iter().map(|note| note.describe(sides)).collect()
    }

    /// How many objects of which kind go with each object that only one side has, at any depth.
    fn following(&self) -> BTreeMap<&ObjectId, BTreeMap<Kind, usize>> {
        let one_sided: BTreeMap<_, _> = self
            .differences
            .iter()
            .filter(|each| !matches!(each.change, Change::Changed { .. }))
            .map(|each| (&each.object, each))
            .collect();
        let parent_of = |each: &Difference| {
            let found = each.parents.iter().filter_map(|parent| one_sided.get(parent));
            found.copied().find(|parent| parent.change == each.change)
        };
        let mut counts: BTreeMap<&ObjectId, BTreeMap<Kind, usize>> = BTreeMap::new();
        for each in one_sided.values() {
            let mut root = *each;
            while let Some(parent) = parent_of(root) {
                root = parent;
            }
            if root.object != each.object {
                *counts.entry(&root.object).or_default().entry(each.object.kind).or_default() += 1;
            }
        }
        counts
    }
}

impl Difference {
    /// This difference alone, in one or a few lines.
    #[must_use]
    pub fn describe(&self, sides: Sides<'_>) -> String {
        self.text(sides, None)
    }

    fn text(&self, sides: Sides<'_>, following: Option<&BTreeMap<Kind, usize>>) -> String {
        let one_sided = |side: &str| {
            let with = following.map(counted).unwrap_or_default();
            let what =
                self.summary.as_ref().map(|summary| format!("\n  {summary}")).unwrap_or_default();
            format!("{}: only {side}{with}{what}", self.object)
        };
        match &self.change {
            Change::Missing => one_sided(sides.right),
            Change::Extra => one_sided(sides.left),
            Change::Changed { property, left, right } => {
                let left = shown(property, left.as_deref());
                let right = shown(property, right.as_deref());
                format!("{}: {}", self.object, values(property, &left, &right, sides))
            }
        }
    }
}

impl Note {
    /// The note on one line.
    #[must_use]
    pub fn describe(&self, sides: Sides<'_>) -> String {
        let same =
            self.left.iter().zip(&self.right).take_while(|(ours, theirs)| ours == theirs).count();
        let shown = |columns: &[String]| {
            let rest = columns.get(same..).unwrap_or_default();
            let named: Vec<_> = rest.iter().take(COLUMNS).map(String::as_str).collect();
            let dots = if rest.len() > COLUMNS { ", …" } else { "" };
            format!("{}{dots}", named.join(", "))
        };
        let from = if same > 0 { format!(" from the {}th on", same + 1) } else { String::new() };
        let from = from.replace(" 2th", " 2nd").replace(" 3th", " 3rd");
        format!(
            "{}: columns in another order{from}: {} {}, {} {}",
            self.table,
            shown(&self.left),
            sides.left,
            shown(&self.right),
            sides.right
        )
    }
}

/// `, with 3 columns and 1 index`
fn counted(following: &BTreeMap<Kind, usize>) -> String {
    let all: Vec<_> = following.iter().map(|(kind, count)| kind.counted(*count)).collect();
    match all.split_last() {
        None => String::new(),
        Some((only, [])) => format!(", with {only}"),
        Some((last, others)) => format!(", with {} and {last}", others.join(", ")),
    }
}

/// A property's value as it stands in a sentence.
fn shown(property: &str, value: Option<&str>) -> String {
    match value {
        Some(text) if property == "comment" => {
            format!("{text:?}").replace("\\n", "\n").replace("\\'", "'")
        }
        Some(text) => text.to_owned(),
        None if property == "grants to its owner" => "ALL".to_owned(),
        None => "none".to_owned(),
    }
}

fn values(property: &str, left: &str, right: &str, sides: Sides<'_>) -> String {
    if left.contains('\n') || right.contains('\n') {
        return format!(
            "{property} differs (- {}, + {})\n{}",
            sides.left,
            sides.right,
            diff(left, right)
        );
    }
    if left.chars().count() + right.chars().count() > ONE_LINE {
        let width = sides.left.chars().count().max(sides.right.chars().count()) + 1;
        let (here, there) = (format!("{}:", sides.left), format!("{}:", sides.right));
        return format!("{property} differs\n  {here:width$} {left}\n  {there:width$} {right}");
    }
    format!("{property} {left} {}, {right} {}", sides.left, sides.right)
}

/// The lines that differ, with two lines around them.
fn diff(left: &str, right: &str) -> String {
    let whole = TextDiff::from_lines(left, right)
        .unified_diff()
        .context_radius(2)
        .missing_newline_hint(false)
        .to_string();
    let mut text = String::new();
    for line in whole.lines().take(DIFF_LINES) {
        let _ = writeln!(text, "  {line}");
    }
    match whole.lines().count().saturating_sub(DIFF_LINES) {
        0 => text.trim_end().to_owned(),
        more => format!("{text}  … and {more} more lines"),
    }
}
