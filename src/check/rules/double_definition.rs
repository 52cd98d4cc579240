use super::{Definition, Look};
use crate::check::{Finding, Related, Subject};
use crate::lineage::{Author, double_definitions};
use crate::scenario::{Level, Rule};

pub(super) static DEFINITION: Definition = Definition {
    rule: Rule::DoubleDefinition,
    level: Level::Warn,
    title: "two files make one object, with different shapes",
    look: Look::Set(look),
};

/// More differences than these are told as a number.
const MOST_TOLD: usize = 6;

fn look(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let lineage = subject.lineage();
    for double in double_definitions(lineage) {
        let happenings = lineage.happenings();
        let (Some(first), Some(second)) =
            (happenings.get(double.first), happenings.get(double.second))
        else {
            continue;
        };
        let name = |author: usize| lineage.authors().get(author).map(Author::name);
        let made_by = name(first.author).unwrap_or_default();
        let all = &double.differences;
        let mut details: Vec<_> = all.iter().take(MOST_TOLD).map(ToString::to_string).collect();
        if all.len() > MOST_TOLD {
            details.push(format!("and {} more", all.len() - MOST_TOLD));
        }
        let message = format!(
            "{} is made by {made_by} already, with another shape: which one is there depends on who comes first",
            double.object
        );
        let mut finding = Finding::new(Rule::DoubleDefinition, message)
            .at(second.place.clone())
            .help("keep one of the two; change the object in a later file by ALTER")
            .with(Related::place(&first.place, "the first shape"));
        finding.details = details;
        for author in [first.author, second.author] {
            if let Some(migration) = lineage.authors().get(author).and_then(Author::migration) {
                finding = finding.about(migration);
            }
        }
        found.push(finding);
    }
}
