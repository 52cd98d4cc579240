use std::time::Duration;

use serde_json::Value;

use crate::outcome::Verdict;

/// A JSON report of `run`.
#[derive(Debug, Clone)]
pub(super) struct SavedReport {
    pub(super) cases: Vec<SavedCase>,
}

/// A case of one.
#[derive(Debug, Clone)]
pub(super) struct SavedCase {
    pub(super) name: String,
    pub(super) verdict: Verdict,
    pub(super) took: Duration,
}

impl SavedReport {
    /// Reads one; the error says why it is none.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let json: Value =
            serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
        let Some(cases) = json["cases"].as_array() else {
            return Err("it is no JSON report of `migration-replay run`".into());
        };
        match &json["version"] {
            version if version.as_u64() == Some(1) => {}
            other => {
                return Err(format!("its version is {other}, and this program knows version 1"));
            }
        }
        Ok(Self { cases: cases.iter().map(SavedCase::of).collect::<Result<_, _>>()? })
    }
}

impl SavedCase {
    fn of(json: &Value) -> Result<Self, String> {
        let Some(name) = json["name"].as_str().map(str::to_owned) else {
            return Err("a case in it has no name".into());
        };
        let Some(verdict) = json["verdict"].as_str().and_then(Verdict::from_name) else {
            return Err(format!("the case {name} in it has no verdict"));
        };
        Ok(Self { name, verdict, took: millis(&json["duration_ms"]) })
    }
}

fn millis(json: &Value) -> Duration {
    let seconds = json.as_f64().unwrap_or_default() / 1e3;
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}
