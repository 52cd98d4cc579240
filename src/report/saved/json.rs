use std::time::{Duration, SystemTime};

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::outcome::{Blame, Ending, Shard, ShardPart, Verdict};

/// A JSON report of `run`. What this program does not know of is kept.
#[derive(Debug, Clone)]
pub(super) struct SavedReport {
    pub(super) tool: String,
    pub(super) started_at: SystemTime,
    pub(super) took: Duration,
    pub(super) broken_off: Option<String>,
    pub(super) shard: Option<ShardPart>,
    /// Shards that were missing when this report was put together.
    pub(super) problems: Vec<String>,
    /// What should be looked at, and stopped nothing.
    pub(super) warnings: Vec<Value>,
    pub(super) cases: Vec<SavedCase>,
}

/// A case of one.
#[derive(Debug, Clone)]
pub(super) struct SavedCase {
    pub(super) name: String,
    pub(super) verdict: Verdict,
    pub(super) took: Duration,
    /// Everything that the report says of it.
    pub(super) json: Value,
}

impl SavedReport {
    /// Reads one; the error says why it is none.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut json: Value =
            serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
        let Some(Value::Array(cases)) = json.get_mut("cases").map(Value::take) else {
            return Err("it is no JSON report of `migration-replay run`".into());
        };
        match &json["version"] {
            version if version.as_u64() == Some(1) => {}
            other => {
                return Err(format!("its version is {other}, and this program knows version 1"));
            }
        }
        let text = |key: &str| json[key].as_str().map(str::to_owned);
        let problems = json["incomplete"].as_array().into_iter().flatten();
        Ok(Self {
            tool: text("tool").unwrap_or_default(),
            started_at: started_at(&json["started_at"]),
            took: millis(&json["duration_ms"]),
            broken_off: text("broken_off"),
            shard: shard(&json["shard"]),
            problems: problems.filter_map(|it| it.as_str().map(str::to_owned)).collect(),
            warnings: json["warnings"].as_array().cloned().unwrap_or_default(),
            cases: cases.into_iter().map(SavedCase::of).collect::<Result<_, _>>()?,
        })
    }
}

impl SavedCase {
    fn of(json: Value) -> Result<Self, String> {
        let Some(name) = json["name"].as_str().map(str::to_owned) else {
            return Err("a case in it has no name".into());
        };
        let Some(verdict) = json["verdict"].as_str().and_then(Verdict::from_name) else {
            return Err(format!("the case {name} in it has no verdict"));
        };
        Ok(Self { name, verdict, took: millis(&json["duration_ms"]), json })
    }

    /// How a run ends that has this case; the same rule as that of [`RunOutcome`](crate::outcome::RunOutcome).
    pub(super) fn ending(&self) -> Ending {
        let failures = self.json["failures"].as_array().into_iter().flatten();
        let unexpected = failures.filter(|failure| failure["expected"] != true);
        let blamed = unexpected.filter_map(|it| it["blame"].as_str().and_then(Blame::from_name));
        let worst = blamed.map(Ending::from).fold(Ending::AsExpected, Ending::or_worse);
        match self.verdict {
            Verdict::Passed => Ending::AsExpected,
            Verdict::Skipped => Ending::NothingDone,
            Verdict::Failed => worst.or_worse(Ending::MigrationFailed),
            Verdict::Errored if worst == Ending::AsExpected => Ending::Environment,
            Verdict::Errored => worst,
        }
    }
}

fn started_at(json: &Value) -> SystemTime {
    let at = json.as_str().and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok());
    at.map_or(SystemTime::UNIX_EPOCH, SystemTime::from)
}

fn millis(json: &Value) -> Duration {
    let seconds = json.as_f64().unwrap_or_default() / 1e3;
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

fn shard(json: &Value) -> Option<ShardPart> {
    let number = |key: &str| json[key].as_u64().and_then(|it| usize::try_from(it).ok());
    Some(ShardPart {
        shard: Shard::new(number("number")?, number("of")?)?,
        all_cases: number("all_cases")?,
        division: json["division"].as_str()?.to_owned(),
        run: json["run"].as_str().unwrap_or_default().to_owned(),
    })
}
