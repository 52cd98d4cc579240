use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::case::{CasePage, ChangeRow, Changes, Hazard, PassRow};
use super::page::{Cell, Fact, Page, Row, mark, word};
use super::uncovered::Uncovered;
use crate::outcome::Verdict;

/// Colours, and how the page is laid out on screens of any width and on paper. It refers to nothing outside.
const STYLE: &str = include_str!("page.css");

pub(super) fn render(page: &Page) -> String {
    let title = format!("{}: {}", word(page.verdict), page.title);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content="migration-replay";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { "Upgrade qualification: " (page.title) }
                    p class={ "headline " (page.verdict) } { span aria-hidden="true" { (mark(page.verdict)) " " } (page.headline) }
                    (facts(&page.facts))
                    @for warning in &page.warnings { p { strong { "Warning: " } (warning) } }
                }
                main {
                    (matrix(page))
                    @if !page.uncovered.is_empty() {
                        section aria-labelledby="not-covered" {
                            h2 id="not-covered" { "Not covered by any case" }
                            (not_covered(&page.uncovered))
                        }
                    }
                    h2 { "Cases" }
                    @for one in &page.cases { (case(one)) }
                }
            }
        }
    };
    page.into_string()
}

fn facts(facts: &[Fact]) -> Markup {
    html! { dl { @for fact in facts { dt { (fact.name) } dd { (fact.value) } } } }
}

fn verdict(verdict: Verdict) -> Markup {
    html! { span class={ "verdict " (verdict) } { span aria-hidden="true" { (mark(verdict)) " " } (verdict) } }
}

/// A table that scrolls by itself where the screen is too narrow, with the keyboard as well.
fn scrolling(label: &str, table: &Markup) -> Markup {
    html! { div class="scroll" role="region" aria-label=(label) tabindex="0" { (table) } }
}

fn matrix(page: &Page) -> Markup {
    let table = html! {
        table class="matrix" {
            thead { tr {
                th scope="col" { "from" }
                @for image in &page.images { th scope="col" { (image) } }
            } }
            tbody { @for row in &page.rows { (matrix_row(row)) } }
        }
    };
    html! {
        section aria-labelledby="matrix" {
            h2 id="matrix" { "Releases and images" }
            p class="soft" { "Rows: the state that a database is in before the upgrade. Columns: the server." }
            @if page.rows.is_empty() { p { "There are no cases." } } @else { (scrolling("Releases and images", &table)) }
        }
    }
}

fn matrix_row(row: &Row) -> Markup {
    let shown = |cell: &Cell| {
        html! {
            a href={ "#" (cell.anchor) } { (verdict(cell.verdict)) }
            " " span class="soft" { (cell.took) @if !cell.note.is_empty() { ", " (cell.note) } }
        }
    };
    html! { tr {
        th scope="row" { (row.seed) }
        @for cell in &row.cells {
            td { @if let Some(cell) = cell { (shown(cell)) } @else { span class="soft" { "no such case" } } }
        }
    } }
}

fn case(case: &CasePage) -> Markup {
    html! {
        section class="case" id=(case.anchor) aria-labelledby={ (case.anchor) "-name" } {
            h3 id={ (case.anchor) "-name" } { (case.name) " " (verdict(case.verdict)) }
            @if let Some(reason) = &case.reason { p { (reason) } }
            (facts(&case.facts))
            @if !case.passes.is_empty() { h4 { "Passes" } (passes(&case.passes)) }
            @if !case.failures.is_empty() {
                h4 { "Failures" }
                @for failure in &case.failures {
                    h5 { (failure.title) }
                    @match &failure.as_in {
                        Some((anchor, name)) => p { "The same as in " a href={ "#" (anchor) } { (name) } "." },
                        None => pre tabindex="0" { (failure.text) },
                    }
                }
            }
            (changes(&case.changes))
            @if !case.hazards.is_empty() { h4 { "Hazards and notes" } (hazards(&case.hazards)) }
            @if !case.uncovered.is_empty() { h4 { "Not covered, or known before" } (not_covered(&case.uncovered)) }
        }
    }
}

/// A table whose rows become blocks on narrow screens. Browsers forget then that it is a table, so that its roles are said.
struct Stacked<'a> {
    class: &'static str,
    heads: &'a [&'static str],
    /// Which cell of a row names it.
    naming: usize,
}

impl Stacked<'_> {
    fn of(&self, rows: Vec<Vec<Markup>>) -> Markup {
        html! { table class=(self.class) role="table" {
            thead role="rowgroup" { tr role="row" {
                @for head in self.heads { th scope="col" role="columnheader" { (head) } }
            } }
            tbody role="rowgroup" { @for row in rows { (self.row(&row)) } }
        } }
    }

    fn row(&self, cells: &[Markup]) -> Markup {
        html! { tr role="row" {
            @for (number, cell) in cells.iter().enumerate() {
                @if number == self.naming { th scope="row" role="rowheader" { (cell) } }
                @else { td role="cell" { (cell) } }
            }
        } }
    }
}

fn passes(rows: &[PassRow]) -> Markup {
    let heads = &["pass", "verdict", "time", "more"];
    let told = |row: &PassRow| {
        let not_run = || html! { span class="verdict none" { "not run" } };
        row.verdict.map_or_else(not_run, verdict)
    };
    let cells = rows.iter().map(|row| {
        vec![html! { (row.name) }, told(row), html! { (row.took) }, html! { (row.note) }]
    });
    Stacked { class: "passes", heads, naming: 0 }.of(cells.collect())
}

fn hazards(hazards: &[Hazard]) -> Markup {
    let heads = &["where", "what", "ask production before"];
    let query = |hazard: &Hazard| {
        let query = hazard.query.as_ref();
        query.map(|query| html! { code class="query" { (query) } }).unwrap_or_default()
    };
    let cells = hazards
        .iter()
        .map(|hazard| vec![html! { (hazard.at) }, html! { pre { (hazard.text) } }, query(hazard)]);
    Stacked { class: "stack", heads, naming: 0 }.of(cells.collect())
}

fn changes(changes: &Changes) -> Markup {
    let body = match changes {
        Changes::Fresh => return html! {},
        Changes::Unknown => html! { p class="soft" { "The upgrade did not come to its end." } },
        Changes::Told(rows) if rows.is_empty() => {
            html! { p { "Nothing: the schema is as it was." } }
        }
        Changes::Told(rows) => table_of_changes(rows),
    };
    html! { h4 { "What the upgrade changes in the schema" } (body) }
}

fn table_of_changes(rows: &[ChangeRow]) -> Markup {
    let heads = &["change", "object", "more"];
    let cells = rows.iter().map(|row| {
        let more = if row.text.is_empty() {
            html! {}
        } else {
            html! { pre { (row.text) } }
        };
        vec![html! { span class="deed" { (row.deed) } }, html! { (row.object) }, more]
    });
    Stacked { class: "stack", heads, naming: 1 }.of(cells.collect())
}

fn not_covered(all: &[Uncovered]) -> Markup {
    let cells = all.iter().map(|one| vec![html! { (one.what) }, html! { (one.why) }]);
    Stacked { class: "stack", heads: &["what", "why"], naming: 0 }.of(cells.collect())
}
