use std::path::{Component, Path};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use serde_json::{Map, Value as Json, json};

use super::pages;
use crate::check::{Checked, Definition, Finding, Told, definitions};
use crate::place::Place;
use crate::report::RepositoryPaths;
use crate::scenario::Level;

/// The schema that the text follows (OASIS, SARIF 2.1.0).
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// What of a path is not as it is in a URI (RFC 3986, "unreserved").
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What `check` found as SARIF 2.1.0, for code scanning. What scenarios declare as known, and what was there before the base, is
/// left out.
#[must_use]
pub fn check_sarif(checked: &Checked, paths: &RepositoryPaths) -> String {
    let rules = definitions().iter().map(|definition| rule(definition));
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
            "results": told.map(|told| result(&told.finding, paths)).collect::<Vec<_>>(),
        }],
    });
    // Plain values are always JSON.
    serde_json::to_string_pretty(&log).unwrap_or_default() + "\n"
}

fn rule(definition: &Definition) -> Json {
    let help = pages::help(definition.rule);
    let mut rule = json!({
        "id": definition.rule.name(),
        "shortDescription": { "text": definition.title },
        "help": { "text": help, "markdown": help },
    });
    if let Some(address) = pages::address(definition.rule, env!("CARGO_PKG_REPOSITORY")) {
        rule["helpUri"] = address.into();
    }
    rule
}

fn is_news(told: &Told) -> bool {
    !told.is_known && told.finding.standing != crate::outcome::Standing::Before
}

fn result(finding: &Finding, paths: &RepositoryPaths) -> Json {
    let help = finding.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    let mut result = json!({
        "ruleId": finding.rule.name(),
        "level": if finding.level == Level::Error { "error" } else { "warning" },
        "message": { "text": format!("{}{help}", finding.message) },
    });
    if let Some(file) = finding.file() {
        result["locations"] = json!([location(file, finding.place.as_ref(), paths)]);
    }
    let related = finding.related.iter().map(|it| {
        let mut location = location(&it.path, it.place.as_ref(), paths);
        location["message"] = json!({ "text": it.says });
        location
    });
    let related: Vec<_> = related.collect();
    if !related.is_empty() {
        result["relatedLocations"] = Json::Array(related);
    }
    result
}

fn location(file: &Path, place: Option<&Place>, paths: &RepositoryPaths) -> Json {
    let uri = uri(&paths.of(file));
    let mut physical = Map::new();
    physical.insert("artifactLocation".into(), json!({ "uri": uri }));
    if let Some(place) = place {
        let at = place.line_column();
        let region = json!({ "startLine": at.line, "startColumn": at.column });
        physical.insert("region".into(), region);
    }
    json!({ "physicalLocation": physical })
}

/// A path as a URI: relative to the root of the repository, or a whole one for a file that lies elsewhere.
fn uri(path: &Path) -> String {
    let parts = path.components().filter_map(|part| match part {
        Component::Normal(part) => {
            Some(percent_encode(part.as_encoded_bytes(), ESCAPED).to_string())
        }
        _ => None,
    });
    let path_of_uri = parts.collect::<Vec<_>>().join("/");
    if path.is_absolute() { format!("file:///{path_of_uri}") } else { path_of_uri }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("db/001 größe #1?.sql", "db/001%20gr%C3%B6%C3%9Fe%20%231%3F.sql")]
    #[case("db/100%.sql", "db/100%25.sql")]
    #[case("v1:db/a.sql", "v1%3Adb/a.sql")]
    #[case("/elsewhere/a.sql", "file:///elsewhere/a.sql")]
    fn paths_are_uris_whatever_is_in_them(#[case] path: &str, #[case] expected: &str) {
        assert_eq!(uri(Path::new(path)), expected);
    }
}
