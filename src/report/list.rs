//! The cases of a run before it runs: as text, as JSON, and as a matrix for GitHub.

use std::collections::BTreeMap;

use serde::Serialize;

use super::text::{counted, visible};
use crate::outcome::{CaseHead, Shard};

/// A case that would run.
#[derive(Debug, Clone)]
pub struct ListedCase {
    /// What is known of it.
    pub head: CaseHead,
    /// Its passes, by their names.
    pub passes: Vec<&'static str>,
    /// The machine that it falls to, where there are several.
    pub shard: Option<Shard>,
}

#[derive(Serialize)]
struct Listing<'a> {
    version: u32,
    tool: &'static str,
    cases: Vec<One<'a>>,
}

#[derive(Serialize)]
struct One<'a> {
    name: &'a str,
    scenario: &'a str,
    image: &'a str,
    seed: &'a str,
    layout: &'static str,
    passes: &'a [&'static str],
    migrations: usize,
    shard: Option<String>,
}

/// A line for each case.
#[must_use]
pub fn list_text(cases: &[ListedCase]) -> String {
    let longest = cases.iter().map(|case| case.head.name.chars().count()).max().unwrap_or_default();
    let line = |case: &ListedCase| {
        let name = visible(&case.head.name);
        let migrations = counted(case.head.migrations, "migration");
        let shard = case.shard.map(|shard| format!("  shard {shard}")).unwrap_or_default();
        format!("{name:longest$}  {migrations:>14}  {}{shard}\n", case.passes.join(","))
    };
    cases.iter().map(line).collect()
}

/// Everything that is known of each case: an interface, `version` 1.
#[must_use]
pub fn list_json(cases: &[ListedCase]) -> String {
    fn one(case: &ListedCase) -> One<'_> {
        One {
            name: &case.head.name,
            scenario: &case.head.scenario,
            image: &case.head.image,
            seed: &case.head.seed,
            layout: case.head.layout,
            passes: &case.passes,
            migrations: case.head.migrations,
            shard: case.shard.map(|shard| shard.to_string()),
        }
    }
    let listing = Listing {
        version: 1,
        tool: concat!("migration-replay ", env!("CARGO_PKG_VERSION")),
        cases: cases.iter().map(one).collect(),
    };
    // Plain structs are always JSON.
    serde_json::to_string_pretty(&listing).unwrap_or_default() + "\n"
}

#[derive(Serialize)]
struct Matrix {
    include: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    shard: String,
    name: String,
    cases: usize,
}

/// One line of JSON that a job's `strategy.matrix` takes: an entry for each shard, named after its case where it has one only.
#[must_use]
pub fn list_github_matrix(cases: &[ListedCase]) -> String {
    let mut shards: BTreeMap<Shard, Vec<&str>> = BTreeMap::new();
    for case in cases {
        if let Some(shard) = case.shard {
            shards.entry(shard).or_default().push(&case.head.name);
        }
    }
    let entry = |(shard, names): (&Shard, &Vec<&str>)| Entry {
        shard: shard.to_string(),
        name: match names.as_slice() {
            [only] => (*only).to_owned(),
            several => format!("{shard}: {}", counted(several.len(), "case")),
        },
        cases: names.len(),
    };
    let matrix = Matrix { include: shards.iter().map(entry).collect() };
    serde_json::to_string(&matrix).unwrap_or_default() + "\n"
}

#[cfg(test)]
mod tests {
    use super::super::samples::run_of;
    use super::*;

    fn cases() -> Vec<ListedCase> {
        let run = run_of(&["a@postgres:17/fresh", "b@x/fresh", "c@x/fresh"]);
        let shards = [Shard::new(1, 2), Shard::new(2, 2), Shard::new(2, 2)];
        let listed = run.cases.into_iter().zip(shards).map(|(case, shard)| ListedCase {
            head: case.head,
            passes: vec!["apply", "rerun"],
            shard,
        });
        listed.collect()
    }

    #[test]
    fn a_case_is_a_line() {
        insta::assert_snapshot!(list_text(&cases()), @r"
        a@postgres:17/fresh    2 migrations  apply,rerun  shard 1/2
        b@x/fresh              2 migrations  apply,rerun  shard 2/2
        c@x/fresh              2 migrations  apply,rerun  shard 2/2
        ");
    }

    #[test]
    fn a_matrix_is_one_line_with_an_entry_for_each_shard() {
        insta::assert_snapshot!(list_github_matrix(&cases()), @r#"{"include":[{"shard":"1/2","name":"a@postgres:17/fresh","cases":1},{"shard":"2/2","name":"2/2: 2 cases","cases":2}]}"#);
    }

    #[test]
    fn json_tells_everything_of_a_case() {
        let list: serde_json::Value = serde_json::from_str(&list_json(&cases())).unwrap();
        assert_eq!(list["version"], 1);
        let expected = serde_json::json!({
            "name": "b@x/fresh", "scenario": "scenarios/a.toml", "image": "postgres:17",
            "seed": "fresh", "layout": "numbered", "passes": ["apply", "rerun"],
            "migrations": 2, "shard": "2/2",
        });
        assert_eq!(list["cases"][1], expected);
    }
}
