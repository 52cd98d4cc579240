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

/// All problems, one after the other.
#[must_use]
pub fn render_problems(problems: &Problems, style: Style) -> String {
    let rendered = problems.0.iter().map(|problem| render_problem(problem, style));
    rendered.collect::<Vec<_>>().join("\n\n")
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
