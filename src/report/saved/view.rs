//! What a page shows of a run that is read from its JSON report.

use serde_json::Value;

use super::super::markdown::{CaseView, RunView};
use super::json::SavedCase;

impl RunView {
    pub(super) fn of_saved(
        broken_off: Option<String>,
        incomplete: &[String],
        warnings: &[&Value],
        cases: &[&SavedCase],
    ) -> Self {
        let compared = cases.iter().flat_map(|case| compared(&case.json));
        let mut lines: Vec<String> = Vec::new();
        compared.for_each(|line| {
            if !lines.contains(&line) {
                lines.push(line);
            }
        });
        let cases = cases.iter().map(|case| view(case)).collect();
        let warnings = warnings.iter().map(|it| warning(it)).collect();
        let incomplete = incomplete.to_vec();
        Self { broken_off, incomplete, warnings, cases, compared: lines }
    }
}

/// `scenarios/a.toml:3:1: no tag matches (see git tag)`
fn warning(warning: &Value) -> String {
    let place = place(warning).map(|place| format!("{place}: ")).unwrap_or_default();
    let help = warning["help"].as_str().map(|help| format!(" ({help})")).unwrap_or_default();
    format!("{place}{}{help}", text(&warning["message"]))
}

/// What comparing a case with the base came to.
fn compared(case: &Value) -> Vec<String> {
    let base = text(&case["base"]["name"]);
    let before = list(&case["failures"]).filter(|it| it["forgiven"] == true);
    let before = before.map(|it| format!("there before this change, at {base}: {}", in_short(it)));
    let fixed = list(&case["fixed"]);
    let fixed =
        fixed.map(|it| format!("fixed by this change: {}: {}", step(it), text(&it["message"])));
    before.chain(fixed).collect()
}

fn view(case: &SavedCase) -> CaseView {
    let json = &case.json;
    let is_counting = |failure: &&Value| failure["expected"] != true && failure["forgiven"] != true;
    let failures: Vec<_> = list(&json["failures"]).filter(is_counting).collect();
    let is_left = |it: &&Value| it["pass"] == "apply" && it["verdict"] == "skipped";
    let left: Vec<_> = list(&json["steps"]).filter(is_left).collect();
    let excluded = list(&json["excluded"]);
    CaseView {
        name: case.name.clone(),
        verdict: case.verdict,
        took: case.took,
        why: failures.first().map_or_else(|| text(&json["reason"]), |it| in_short(it)),
        count: failures.len(),
        failures: failures.iter().map(|it| rendered(it)).collect(),
        excluded: excluded.map(|it| (text(&it["migration"]), text(&it["reason"]))).collect(),
        not_reached: left.iter().map(|it| text(&it["migration"])).collect(),
        not_reached_because: left.first().map(|it| text(&it["reason"])).unwrap_or_default(),
    }
}

/// `008_plugins.sql failed with 42703`
fn in_short(failure: &Value) -> String {
    let kinds = [&failure["sqlstate"], &failure["cause"]];
    match kinds.into_iter().find_map(Value::as_str) {
        Some(kind) => format!("{} failed with {kind}", step(failure)),
        None => format!("{} failed: {}", step(failure), text(&failure["message"])),
    }
}

fn step(failure: &Value) -> String {
    match (failure["pass"].as_str().unwrap_or_default(), failure["migration"].as_str()) {
        ("apply", Some(migration)) => migration.to_owned(),
        (pass, Some(migration)) => format!("{pass} {migration}"),
        (pass, None) => pass.to_owned(),
    }
}

/// A failure as the terminal shows it, without the source line, which no report holds.
fn rendered(failure: &Value) -> String {
    let state = failure["sqlstate"].as_str().map(|it| format!("[{it}]")).unwrap_or_default();
    let mut lines = vec![format!("error{state}: {}", text(&failure["message"]))];
    lines.extend(place(failure).map(|place| format!(" --> {place}")));
    let mut note = |name: &str, told: String| {
        if !told.is_empty() {
            lines.push(format!("  = {name}: {told}"));
        }
    };
    note("step", format!("{} {}", text(&failure["pass"]), text(&failure["migration"])));
    note("details", list(&failure["details"]).map(text).collect::<Vec<_>>().join("\n"));
    let certain = if failure["certain"] == true { "" } else { "perhaps " };
    note("cause", failure["cause"].as_str().map(|it| format!("{certain}{it}")).unwrap_or_default());
    note("because", list(&failure["because"]).map(text).collect::<Vec<_>>().join("\n"));
    for culprit in list(&failure["culprits"]) {
        let place = place(culprit).unwrap_or_else(|| text(&culprit["migration"]));
        note("culprit", format!("{place}: {}", text(&culprit["deed"])));
    }
    for advice in list(&failure["advice"]) {
        let proof = if advice["proven"] == true { " (proven by a replay)" } else { "" };
        note("help", format!("{}{proof}", text(&advice["text"])));
    }
    note("reproduce", text(&failure["reproduce"]));
    lines.join("\n")
}

/// `db/008.sql:3:14`
fn place(json: &Value) -> Option<String> {
    let file = json["file"].as_str()?;
    let number = |key: &str| json[key].as_u64().map(|it| format!(":{it}")).unwrap_or_default();
    Some(format!("{file}{}{}", number("line"), number("column")))
}

fn list(json: &Value) -> impl Iterator<Item = &Value> {
    json.as_array().into_iter().flatten()
}

fn text(json: &Value) -> String {
    json.as_str().unwrap_or_default().to_owned()
}
