use super::*;
use crate::outcome::{Event, Verdict};
use crate::place::{Problem, SourceText};
use crate::report::samples::{failed_run, finish, run_of};

#[test]
fn what_should_be_looked_at_is_told_with_its_place() {
    let mut run = run_of(&["a@x/fresh"]);
    let text = SourceText::new("scenarios/a.toml", "image = 'x'\nmigrations = 'db'\n");
    let problem = Problem::warning("no tag matches").at(text.place(12..22)).help("git tag");
    run.input = problem.into();
    run.add(&Event::Warning { text: "the server was changed".into() });
    let json: serde_json::Value = serde_json::from_str(&json(&run)).unwrap();
    let expected = serde_json::json!([
        { "message": "no tag matches", "file": "scenarios/a.toml", "line": 2, "column": 1, "help": "git tag" },
        { "message": "the server was changed" },
    ]);
    assert_eq!(json["warnings"], expected);
}

#[test]
fn has_the_documented_fields_in_the_documented_order() {
    let text = json(&failed_run()).replace(env!("CARGO_PKG_VERSION"), "0.0.0");
    insta::assert_snapshot!(text, @r#"
    {
      "version": 1,
      "tool": "migration-replay 0.0.0",
      "started_at": "2026-05-28T20:26:40.123Z",
      "duration_ms": 3400.0,
      "verdict": "failed",
      "cases": [
        {
          "name": "a@postgres:17.2/fresh",
          "scenario": "scenarios/a.toml",
          "image": "postgres:17",
          "server_version": "17.2",
          "backend": "local",
          "layout": "numbered",
          "seed": "fresh",
          "verdict": "failed",
          "duration_ms": 340.0,
          "bodies": 2,
          "statements": 6,
          "fixed": [],
          "preflight": [],
          "steps": [
            {
              "pass": "apply",
              "migration": "001_base.sql",
              "file": "migrations/001_base.sql",
              "verdict": "passed",
              "duration_ms": 12.0,
              "statements": 2
            },
            {
              "pass": "apply",
              "migration": "008_plugins.sql",
              "file": "migrations/008_plugins.sql",
              "verdict": "failed",
              "duration_ms": 12.0,
              "statements": 2
            },
            {
              "pass": "apply",
              "migration": "009_more.sql",
              "file": "migrations/009_more.sql",
              "verdict": "skipped",
              "reason": "not reached: 008_plugins.sql failed before",
              "duration_ms": 12.0,
              "statements": 2
            }
          ],
          "excluded": [
            {
              "migration": "005_vector.sql",
              "reason": "needs the vector extension"
            }
          ],
          "failures": [
            {
              "pass": "apply",
              "migration": "008_plugins.sql",
              "file": "migrations/008_plugins.sql",
              "line": 5,
              "column": 11,
              "statement": null,
              "sqlstate": "42703",
              "message": "column \"scope\" does not exist",
              "cause": null,
              "certain": false,
              "culprits": [],
              "advice": [],
              "reproduce": "migration-replay run a.toml --filter 'a@any/fresh'",
              "expected": false,
              "standing": "unknown",
              "about": [
                "scope"
              ],
              "blame": "migration"
            }
          ],
          "hazards": []
        }
      ]
    }
    "#);
}

#[test]
fn a_case_that_did_not_run_says_why() {
    let mut run = run_of(&["a@any/fresh"]);
    finish(&mut run, 0, Verdict::Skipped, Some("no server"));
    assert!(json(&run).contains(r#""reason": "no server""#));
}

#[test]
fn durations_have_three_decimals_at_most() {
    assert_eq!(serde_json::to_string(&millis(Duration::from_nanos(1_234_567))).unwrap(), "1.235");
}
