use serde_json::{Map, Value as Json};

/// The JSON Schema of scenario files, draft 2020-12, for editors.
pub const SCHEMA: &str = include_str!("schema.json");

/// What a `migration-replay.toml` shares with scenario files, by the keys of a scenario.
const SHARED: [&str; 4] = ["image", "replay", "limits", "check"];

/// The JSON Schema of `migration-replay.toml`, draft 2020-12: what scenarios share, and what images are.
#[must_use]
pub fn shared_schema() -> String {
    let scenario: Json = serde_json::from_str(SCHEMA).unwrap_or_default();
    let mut properties = Map::new();
    for key in SHARED {
        properties.insert(key.into(), scenario["properties"][key].clone());
    }
    let facts = serde_json::json!({
        "description": "What images are, so that other servers can stand for them.",
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "properties": {
                "major": { "description": "The major version of Postgres.", "type": "integer", "minimum": 1 },
                "extensions": {
                    "description": "The extensions beyond those of Postgres.",
                    "$ref": "#/$defs/texts",
                },
            },
            "required": ["major"],
            "additionalProperties": false,
        },
        "examples": [{ "team/db:17": { "major": 17, "extensions": ["vector"] } }],
    });
    properties.insert("images".into(), facts);
    let defs = ["texts", "replay", "limits", "check", "rule", "level"]
        .map(|key| (key.to_owned(), scenario["$defs"][key].clone()));
    let schema = serde_json::json!({
        "$schema": scenario["$schema"],
        "title": "What scenarios of migration-replay share",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "$defs": Map::from_iter(defs),
    });
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}

#[cfg(test)]
mod tests;
