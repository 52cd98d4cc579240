use std::path::Path;

use serde_json::{Map, Value as Json, json};

use crate::check::{Checked, Finding, Told, definitions};
use crate::place::Place;
use crate::scenario::Level;

/// The schema that the text follows (OASIS, SARIF 2.1.0).
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// What `check` found as SARIF 2.1.0, for code scanning. What scenarios declare as known, and what was there before the base, is
/// left out. `root` is the folder that paths in the repository begin at.
#[must_use]
pub fn check_sarif(checked: &Checked, root: &Path) -> String {
    let rules = definitions().iter().map(|definition| {
        let name = definition.rule.name();
        json!({
            "id": name,
            "shortDescription": { "text": definition.title },
            "help": { "text": format!("docs/rules/{name}.md") },
        })
    });
    let told = checked.findings.iter().filter(|told| is_news(told));
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "migration-replay",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": told.map(|told| result(&told.finding, root)).collect::<Vec<_>>(),
        }],
    });
    // Plain values are always JSON.
    serde_json::to_string_pretty(&log).unwrap_or_default() + "\n"
}

fn is_news(told: &Told) -> bool {
    !told.is_known && told.finding.standing != crate::outcome::Standing::Before
}

fn result(finding: &Finding, root: &Path) -> Json {
    let help = finding.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    let mut result = json!({
        "ruleId": finding.rule.name(),
        "level": if finding.level == Level::Error { "error" } else { "warning" },
        "message": { "text": format!("{}{help}", finding.message) },
    });
    if let Some(file) = finding.file() {
        result["locations"] = json!([location(file, finding.place.as_ref(), root)]);
    }
    let related = finding.related.iter().map(|it| {
        let mut location = location(&it.path, it.place.as_ref(), root);
        location["message"] = json!({ "text": it.says });
        location
    });
    let related: Vec<_> = related.collect();
    if !related.is_empty() {
        result["relatedLocations"] = Json::Array(related);
    }
    result
}

fn location(file: &Path, place: Option<&Place>, root: &Path) -> Json {
    let file = file.strip_prefix(root).unwrap_or(file);
    let uri = file.to_string_lossy().replace('\\', "/").replace('%', "%25").replace(' ', "%20");
    let mut physical = Map::new();
    physical.insert("artifactLocation".into(), json!({ "uri": uri }));
    if let Some(place) = place {
        let at = place.line_column();
        let region = json!({ "startLine": at.line, "startColumn": at.column });
        physical.insert("region".into(), region);
    }
    json!({ "physicalLocation": physical })
}
