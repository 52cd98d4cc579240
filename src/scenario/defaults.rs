use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::check::read_check;
use super::fields::{Fields, File};
use super::parse::{read_images, read_limits, read_replay, syntax_problem};
use super::{CheckSettings, Limits, Replay};
use crate::place::{Located, Problems, SourceText};

/// What the scenarios of a repository share: its `migration-replay.toml`.
#[derive(Debug, Clone, Default)]
pub struct Defaults {
    /// Images for scenarios that name none.
    pub images: Vec<Located<String>>,
    /// `[replay]` for what a scenario leaves out.
    pub replay: Replay,
    /// `[limits]` for what a scenario leaves out.
    pub limits: Limits,
    /// `[check]` for what a scenario leaves out, and for folders.
    pub check: CheckSettings,
    /// Images that are not well known, by name.
    pub image_facts: BTreeMap<String, ImageFacts>,
    /// The file they are read from; empty where there is none.
    pub text: Arc<str>,
}

/// What `[images."x"]` says of an image, so that other servers can stand for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageFacts {
    /// Postgres major version.
    pub major: u32,
    /// Extensions beyond those of Postgres itself.
    pub extensions: Vec<String>,
}

/// Reads a `migration-replay.toml`.
///
/// # Errors
///
/// Everything that is wrong with it.
pub fn parse_defaults(source: &SourceText) -> Result<Defaults, Problems> {
    let (table, errors) = DeTable::parse_recoverable(source.text());
    if !errors.is_empty() {
        let problems = errors.iter().map(|error| syntax_problem(source, error));
        return Err(Problems(problems.collect()));
    }
    let file = File { source, problems: RefCell::default() };
    let mut fields = Fields::new(&file, "migration-replay.toml", table.into_inner(), 0..0);
    let built_in = Defaults::default();
    let defaults = Defaults {
        images: read_images(&mut fields).unwrap_or_default(),
        replay: read_replay(&mut fields, &built_in.replay),
        limits: read_limits(&mut fields, built_in.limits),
        check: read_check(&mut fields, &built_in.check),
        image_facts: fields
            .table("images", "[images.\"team/db:17\"]")
            .map(read_facts)
            .unwrap_or_default(),
        text: source.text().into(),
    };
    for key in ["setup", "exclude", "seed", "expect", "accept", "migrations"] {
        fields.not_yet(
            key,
            "write it into each scenario; shared are image, replay, limits, check, images",
        );
    }
    fields.finish();
    let mut problems = file.problems.into_inner();
    problems.sort();
    if problems.has_errors() { Err(problems) } else { Ok(defaults) }
}

fn read_facts(mut images: Fields<'_>) -> BTreeMap<String, ImageFacts> {
    let example = "[images.\"team/db:17\"]";
    images
        .rest()
        .into_iter()
        .filter_map(|(name, value)| {
            let mut table = images.as_table(&name.value, value, example)?;
            let major = read_major(&mut table);
            let extensions = table.texts("extensions", "extensions = [\"vector\"]");
            table.finish();
            let extensions = extensions.into_iter().map(|text| text.value).collect();
            Some((name.value, ImageFacts { major: major?, extensions }))
        })
        .collect()
}

fn read_major(table: &mut Fields<'_>) -> Option<u32> {
    let Some(value) = table.take("major") else {
        table.missing("major", "major = 17");
        return None;
    };
    let major = match value.get_ref() {
        DeValue::Integer(number) => number.as_str().parse().ok(),
        _ => None,
    };
    if major.is_none() {
        table.wrong("major", &value, "major = 17");
    }
    major
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::Transaction;
    use crate::scenario::parse;

    fn defaults(text: &str) -> Result<Defaults, Problems> {
        parse_defaults(&SourceText::new("migration-replay.toml", text))
    }

    #[test]
    fn a_scenario_overrides_key_by_key() {
        let shared = "image = \"postgres:15\"\n[replay]\ntransaction = \"file\"\n\
                      [limits]\nstatement = \"1s\"\ncase = \"2s\"";
        let shared = defaults(shared).unwrap();
        let text = "migrations = \"m\"\n[limits]\ncase = \"9s\"";
        let (scenario, problems) = parse(&SourceText::new("a.toml", text), &shared);
        assert_eq!(problems, Problems::default());
        let scenario = scenario.unwrap();
        assert_eq!(scenario.images[0].value, "postgres:15");
        assert_eq!(scenario.replay.transaction, Some(Transaction::File));
        assert_eq!(scenario.limits.statement.as_secs(), 1);
        assert_eq!(scenario.limits.case.as_secs(), 9);
    }

    #[test]
    fn an_image_is_described_by_version_and_extensions() {
        let read =
            defaults("[images.\"team/db:1\"]\nmajor = 17\nextensions = [\"vector\"]").unwrap();
        let facts = ImageFacts { major: 17, extensions: vec!["vector".into()] };
        assert_eq!(read.image_facts["team/db:1"], facts);
    }

    #[test]
    fn a_missing_version_and_an_unknown_key_are_told_together() {
        let problems = defaults("[images.x]\nextension = []").unwrap_err().to_string();
        assert!(problems.contains("has no `major`"), "{problems}");
        assert!(problems.contains("did you mean `extensions`?"), "{problems}");
    }
}
