use std::collections::BTreeMap;

use annotate_snippets::{AnnotationKind, Element, Level, Origin};

use super::Style;
use super::snippet::snippet;
use super::text::visible;
use crate::place::{Problem, Problems, Severity};

/// One problem with its source line and what to do about it.
#[must_use]
pub fn render_problem(problem: &Problem, style: Style) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = level.primary_title(visible(&problem.message)).elements(place_of(problem));
    if let Some(help) = &problem.help {
        group = group.element(Level::HELP.message(visible(help)));
    }
    style.renderer().render(&[group])
}

/// How many problems of one message are shown whole. A folder that is read by the wrong layout has one
/// for each of its files.
const MOST_ALIKE: usize = 5;

/// All problems, one after the other; of many that say the same, the rest are only named.
#[must_use]
pub fn render_problems(problems: &Problems, style: Style) -> String {
    let mut alike: BTreeMap<(Severity, &str), Vec<&Problem>> = BTreeMap::new();
    for problem in &problems.0 {
        alike.entry((problem.severity, &problem.message)).or_default().push(problem);
    }
    let mut rendered = Vec::new();
    let mut shown: BTreeMap<(Severity, &str), usize> = BTreeMap::new();
    for problem in &problems.0 {
        let key = (problem.severity, problem.message.as_str());
        let all = &alike[&key];
        let count = shown.entry(key).or_default();
        *count += 1;
        // One more is no longer than to say that there is one more.
        if *count <= MOST_ALIKE || all.len() <= MOST_ALIKE + 1 {
            rendered.push(render_problem(problem, style));
        } else if *count == MOST_ALIKE + 1 {
            rendered.push(render_problem(&the_rest(&all[MOST_ALIKE..]), style));
        }
    }
    rendered.join("\n\n")
}

/// One problem that stands for many that say the same.
fn the_rest(problems: &[&Problem]) -> Problem {
    const MOST_NAMED: usize = 20;
    let name = |problem: &&Problem| match (&problem.place, &problem.path) {
        (Some(place), _) => Some(place.to_string()),
        (None, Some(path)) => Some(path.display().to_string()),
        (None, None) => None,
    };
    let mut names: Vec<_> = problems.iter().take(MOST_NAMED).filter_map(name).collect();
    if problems.len() > MOST_NAMED {
        names.push(format!("and {} more", problems.len() - MOST_NAMED));
    }
    Problem {
        message: format!("the same {} times more: {}", problems.len(), problems[0].message),
        help: Some(names.join(", ")).filter(|names| !names.is_empty()),
        place: None,
        path: None,
        label: None,
        rule: None,
        severity: problems[0].severity,
    }
}

fn place_of(problem: &Problem) -> Option<Element<'static>> {
    match (&problem.place, &problem.path) {
        (Some(place), _) => {
            let label = problem.label.as_deref().map(visible);
            Some(snippet(place, AnnotationKind::Primary, label).into())
        }
        (None, Some(path)) => Some(Origin::path(visible(&path.display().to_string())).into()),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests;
