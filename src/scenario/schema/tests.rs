use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rstest::rstest;
use toml::de::{DeTable, DeValue};

use super::*;
use crate::migration::{Order, Transaction};
use crate::place::{Problems, SourceText};
use crate::scenario::{
    Cause, Defaults, Judged, Level, Pass, Reexecute, Rewrite, Rule, parse, parse_defaults,
};

fn schema() -> Json {
    serde_json::from_str(SCHEMA).unwrap()
}

fn problems_of(text: &str) -> Problems {
    parse(&SourceText::new("a.toml", text), &Defaults::default()).1
}

/// The keys that the parser knows in a table: it lists them where it finds one that it does not know.
fn known_keys(problems: &Problems) -> BTreeSet<String> {
    let told = problems.0.iter().find(|it| it.message.contains("unknown key `zzzzzzzzzz`"));
    let help = told.and_then(|it| it.help.as_deref()).unwrap_or_else(|| panic!("{problems}"));
    let keys = help.strip_prefix("known here: ").unwrap_or_else(|| panic!("{help}"));
    keys.split(", ").map(str::to_owned).collect()
}

/// The keys that the parser misses.
fn missed_keys(problems: &Problems) -> BTreeSet<String> {
    let missed = problems.0.iter().filter_map(|it| it.message.split_once(" has no `"));
    missed.map(|(_, rest)| rest.trim_end_matches('`').to_owned()).collect()
}

const UNKNOWN: &str = "zzzzzzzzzz = 1";

/// A table with a key that nobody knows (and keys that the parser asks for only where they are), and where the schema has it.
#[rstest]
#[case::scenario("", "")]
#[case::migrations("[migrations]\nfiles = 'order.txt'", "/$defs/migrations/oneOf/1")]
#[case::exclusion("[[exclude]]", "/$defs/exclusion")]
#[case::setup("[setup]", "/$defs/setup")]
#[case::seed("[[seed]]\nexclude = []", "/$defs/seed")]
#[case::seed_sql("[[seed]]\n[[seed.sql]]", "/$defs/seed_sql")]
#[case::history("[[seed]]\n[seed.history]", "/$defs/seed/properties/history/oneOf/1")]
#[case::interrupted("[[seed]]\n[seed.interrupted]", "/$defs/seed/properties/interrupted")]
#[case::replay("[replay]", "/$defs/replay")]
#[case::runner("[replay.runner]", "/$defs/replay/properties/runner/oneOf/1")]
#[case::limits("[limits]", "/$defs/limits")]
#[case::check("[check]", "/$defs/check")]
#[case::expect("[expect]", "/$defs/expect")]
#[case::failure("[[expect.failure]]\ndifferences = []", "/$defs/expected_failure")]
#[case::at("[expect.at.'1']", "/$defs/expect/properties/at/additionalProperties")]
#[case::contract("[expect.schema]", "/$defs/contract")]
#[case::table(
    "[expect.schema.tables.t]",
    "/$defs/contract/properties/tables/oneOf/1/additionalProperties"
)]
#[case::query("[[expect.query]]", "/$defs/query")]
#[case::command("[[expect.command]]", "/$defs/expect/properties/command/items")]
#[case::change("[[expect.change]]", "/$defs/change")]
#[case::accept("[[accept]]", "/$defs/accept")]
fn every_key_that_the_parser_knows_is_in_the_schema_and_no_other(
    #[case] table: &str,
    #[case] pointer: &str,
) {
    let problems = problems_of(&format!("{table}\n{UNKNOWN}\n"));
    let schema = schema();
    let there = schema.pointer(pointer).unwrap();
    let keys: BTreeSet<String> = there["properties"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(known_keys(&problems), keys);
    assert_eq!(there["additionalProperties"], Json::Bool(false));
    let required = there["required"].as_array().cloned().unwrap_or_default();
    let missed = missed_keys(&problems);
    for key in required {
        assert!(
            missed.contains(key.as_str().unwrap()),
            "{key} is required, and the parser says {missed:?}"
        );
    }
    for (key, about) in there["properties"].as_object().unwrap() {
        let is_told = about.get("description").is_some() || about.get("$ref").is_some();
        assert!(is_told, "{key} has no description");
    }
}

#[rstest]
#[case::shared("", "")]
#[case::facts("[images.'a/b:1']", "/properties/images/additionalProperties")]
#[case::limits("[limits]", "/$defs/limits")]
#[case::check("[check]", "/$defs/check")]
fn what_scenarios_share_has_the_keys_that_its_parser_knows(
    #[case] table: &str,
    #[case] pointer: &str,
) {
    let text = SourceText::new("migration-replay.toml", format!("{table}\n{UNKNOWN}\n"));
    let schema: Json = serde_json::from_str(&shared_schema()).unwrap();
    let there = schema.pointer(pointer).unwrap();
    let keys = there["properties"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(known_keys(&parse_defaults(&text).unwrap_err()), keys);
}

fn names_of<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> Json {
    all.iter().map(|value| name(*value)).collect()
}

#[test]
fn every_rule_can_be_given_a_level() {
    let schema = schema();
    let rules = schema.pointer("/$defs/check/properties/rules/properties").unwrap();
    let there: BTreeSet<_> = rules.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(there, Rule::ALL.iter().map(|rule| rule.name()).collect());
}

#[test]
fn every_name_that_the_parser_knows_is_in_the_schema() {
    let schema = schema();
    let expected = [
        ("/$defs/replay/properties/passes/oneOf/0", names_of(Pass::ALL, Pass::name)),
        ("/$defs/replay/properties/passes/oneOf/1/items", names_of(Pass::ALL, Pass::name)),
        ("/$defs/replay/properties/transaction", names_of(Transaction::ALL, Transaction::name)),
        ("/$defs/replay/properties/order", names_of(Order::ALL, Order::name)),
        ("/$defs/replay/properties/reexecute", names_of(Reexecute::ALL, Reexecute::name)),
        ("/$defs/limits/properties/data", names_of(Judged::ALL, Judged::name)),
        ("/$defs/limits/properties/generated_rows", names_of(Judged::ALL, Judged::name)),
        ("/$defs/limits/properties/rewrite", names_of(Rewrite::ALL, Rewrite::name)),
        ("/$defs/expected_failure/properties/pass", names_of(Pass::ALL, Pass::name)),
        ("/$defs/expected_failure/properties/cause", names_of(Cause::ALL, Cause::name)),
        ("/$defs/accept/properties/pass", names_of(Pass::ALL, Pass::name)),
        ("/$defs/rule", names_of(Rule::ALL, Rule::name)),
        ("/$defs/level", names_of(Level::ALL, Level::name)),
    ];
    for (pointer, names) in expected {
        let sorted = |json: &Json| -> BTreeSet<String> {
            json.as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
        };
        let there = &schema.pointer(pointer).unwrap()["enum"];
        assert_eq!(sorted(there), sorted(&names), "{pointer}");
    }
}

/// Every scenario of the repository: those of its systems, and one for each rule of each layout.
fn scenarios() -> Vec<PathBuf> {
    let below = |folder: PathBuf| -> Vec<PathBuf> {
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [below(root.join("scenarios")), below(root.join("tests/layouts"))].concat();
    let (mut found, folders): (Vec<_>, Vec<_>) = folders.into_iter().partition(|it| it.is_file());
    found.extend(folders.into_iter().flat_map(below));
    found.retain(|path| path.extension().is_some_and(|it| it == "toml"));
    found
}

fn json_of(value: &DeValue<'_>) -> Json {
    match value {
        DeValue::String(text) => Json::String(text.to_string()),
        DeValue::Integer(number) => number.as_str().parse::<i64>().unwrap().into(),
        DeValue::Float(number) => number.as_str().parse::<f64>().unwrap().into(),
        DeValue::Boolean(truth) => Json::Bool(*truth),
        DeValue::Datetime(time) => Json::String(time.to_string()),
        DeValue::Array(items) => items.iter().map(|item| json_of(item.get_ref())).collect(),
        DeValue::Table(table) => Json::Object(object_of(table)),
    }
}

fn object_of(table: &DeTable<'_>) -> Map<String, Json> {
    let pairs =
        table.iter().map(|(key, value)| (key.get_ref().to_string(), json_of(value.get_ref())));
    pairs.collect()
}

/// The words of JSON Schema that ours uses, in the order in which they are looked at.
const WORDS: [&str; 13] = [
    "$ref",
    "type",
    "enum",
    "const",
    "oneOf",
    "pattern",
    "minLength",
    "minimum",
    "maximum",
    "items",
    "properties",
    "required",
    "additionalProperties",
];

/// Why a value is not as a schema says (JSON Schema 2020-12, "Validation"), for the words that ours uses; a word that is not
/// known here is a panic. A library would do it, and would build half of our dependencies once more with other features.
fn why_not(root: &Json, schema: &Json, value: &Json) -> Option<String> {
    for word in schema.as_object()?.keys() {
        let is_annotation =
            ["description", "examples", "title", "$schema", "$defs"].contains(&word.as_str());
        assert!(is_annotation || WORDS.contains(&word.as_str()), "{word} is not known here");
    }
    let words = WORDS.iter().filter_map(|word| Some((*word, schema.get(word)?)));
    words.into_iter().find_map(|(word, said)| offends(root, schema, (word, said), value))
}

fn offends(
    root: &Json,
    schema: &Json,
    (word, said): (&str, &Json),
    value: &Json,
) -> Option<String> {
    let wrong = |is_wrong: bool| is_wrong.then(|| format!("{value} is against {word} {said}"));
    let is_a = |kind: &str| match kind {
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        _ => value.is_object(),
    };
    match word {
        "$ref" => why_not(root, root.pointer(&said.as_str()?[1..]).unwrap(), value),
        "type" => wrong(!match said {
            Json::Array(kinds) => kinds.iter().any(|kind| is_a(kind.as_str().unwrap())),
            kind => is_a(kind.as_str().unwrap()),
        }),
        "enum" => wrong(!said.as_array()?.contains(value)),
        "const" => wrong(said != value),
        "oneOf" => {
            let fitting = said.as_array()?.iter().filter(|it| why_not(root, it, value).is_none());
            wrong(fitting.count() != 1)
        }
        "pattern" => wrong(!regex::Regex::new(said.as_str()?).unwrap().is_match(value.as_str()?)),
        "minLength" => wrong((value.as_str()?.len() as u64) < said.as_u64()?),
        "minimum" => wrong(value.as_i64()? < said.as_i64()?),
        "maximum" => wrong(value.as_i64()? > said.as_i64()?),
        "items" => value.as_array()?.iter().find_map(|item| why_not(root, said, item)),
        "required" => {
            wrong(!said.as_array()?.iter().all(|key| value.get(key.as_str().unwrap()).is_some()))
        }
        "properties" => said.as_object()?.iter().find_map(|(key, said)| {
            why_not(root, said, value.get(key)?).map(|why| format!("{key}: {why}"))
        }),
        _ => value.as_object()?.iter().find_map(|(key, item)| {
            let is_known = schema.get("properties").is_some_and(|all| all.get(key).is_some());
            match said {
                _ if is_known => None,
                Json::Bool(false) => Some(format!("{key} is not known")),
                said => why_not(root, said, item).map(|why| format!("{key}: {why}")),
            }
        }),
    }
}

#[test]
fn every_scenario_of_the_repository_is_as_the_schema_says() {
    let schema = schema();
    let files = scenarios();
    assert!(files.len() > 30, "{}", files.len());
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let scenario = Json::Object(object_of(DeTable::parse(&text).unwrap().get_ref()));
        assert_eq!(why_not(&schema, &schema, &scenario), None, "{}", file.display());
    }
}

#[rstest]
#[case::unknown("migrations = 'm'\nmigration = 'n'")]
#[case::missing("image = 'postgres:17'")]
#[case::a_name("migrations = 'm'\n[replay]\npasses = ['applie']")]
#[case::a_number("migrations = 'm'\n[[seed]]\nrows = 0")]
#[case::no_reason("migrations = 'm'\n[[exclude]]\nmigration = '1'")]
#[case::a_state(
    "migrations = 'm'\n[[expect.failure]]\npass = 'apply'\nmigration = '1'\nsqlstate = '4270'"
)]
fn what_the_parser_refuses_the_schema_refuses(#[case] text: &str) {
    let schema = schema();
    let scenario = Json::Object(object_of(DeTable::parse(text).unwrap().get_ref()));
    assert!(why_not(&schema, &schema, &scenario).is_some());
    assert!(problems_of(text).has_errors());
}

/// Examples are what people copy.
#[test]
fn every_example_is_as_its_schema_says() {
    fn below(root: &Json, here: &Json) {
        if let Some(examples) = here.get("examples").and_then(Json::as_array) {
            for example in examples {
                assert_eq!(why_not(root, here, example), None);
            }
        }
        match here {
            Json::Object(members) => {
                members
                    .iter()
                    .filter(|(key, _)| *key != "examples")
                    .for_each(|(_, it)| below(root, it));
            }
            Json::Array(items) => items.iter().for_each(|it| below(root, it)),
            _ => {}
        }
    }
    let schema = schema();
    below(&schema, &schema);
}
