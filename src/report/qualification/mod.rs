//! The report of a release qualification: what was tried, what came out, and what was not covered, on one page.
//!
//! [`Page`](page::Page) is made of a run once; Markdown and HTML only say it in their own way, so they agree.

mod case;
mod html;
mod markdown;
mod page;
mod uncovered;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use crate::outcome::RunOutcome;
use crate::scenario::Pass;

/// What is qualified, beside what a run tells.
#[derive(Debug, Clone, Default)]
pub struct Qualified {
    /// The scenario files, each with its description.
    pub scenarios: Vec<(PathBuf, Option<String>)>,
    /// The commit of the work tree, by the name that git gives it.
    pub commit: Option<String>,
    /// The passes that were asked for.
    pub passes: Vec<Pass>,
    /// Passes that were left out, and why.
    pub left_out: Vec<(Pass, String)>,
}

/// The report as Markdown, of at most so many bytes: cases that do not fit are left out, and the last sentence says so.
#[must_use]
pub fn qualification_markdown(qualified: &Qualified, run: &RunOutcome, most: usize) -> String {
    markdown::render(&page::Page::of(qualified, run), most)
}

/// The report as one HTML page that needs nothing beside itself.
#[must_use]
pub fn qualification_html(qualified: &Qualified, run: &RunOutcome) -> String {
    html::render(&page::Page::of(qualified, run))
}
