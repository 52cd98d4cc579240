use time::macros::date;

use super::*;
use crate::check::{Calendar, Checked, Subject, Verdict, check};
use crate::lineage::Readings;
use crate::migration::layout::testing::set_of;
use crate::place::SourceText;
use crate::report::{RepositoryPaths, Style};
use crate::scenario::{Defaults, parse};

fn checked(files: &[(&str, &str)]) -> Checked {
    let source = SourceText::new("a.toml", "migrations = \"migrations\"\n");
    let scenario = parse(&source, &Defaults::default()).0.unwrap();
    let (set, readings) = (set_of(files), Readings::lean());
    let subject = Subject::new(&set, &scenario, &readings, Calendar::of(date!(2026 - 11 - 28)));
    let mut checked = Checked::default();
    checked.count(&set);
    checked.off(&subject);
    checked.take(Verdict::of(&scenario, check(&subject, &[]), |_| true), "");
    checked
}

fn paths() -> RepositoryPaths {
    RepositoryPaths::new("/repository/db", "/repository")
}

#[test]
fn a_finding_has_its_place_its_rule_and_what_to_do() {
    let checked = checked(&[("1_a.sql", "create table a (id integer);\nselect from where;\n")]);
    insta::assert_snapshot!(check_text(&checked, Shown::WorthALook, Style::Plain), @r"
    error: syntax error: expected from item, got WHERE
     --> migrations/1_a.sql:2:13
      |
    2 | select from where;
      |             ^^^^^
      |
      = rule: syntax (docs/rules/syntax.md)
      = help: mend the statement; the mistake is here or right before

    1 migration in 1 folder: 1 error, 0 warnings
    not checked: rules that are off (version-gap, naming, conditional-logic); what changed since a base (--base)
    ");
}

#[test]
fn many_findings_of_one_rule_are_named_after_the_first_ones() {
    let files: Vec<_> = (1..=14).map(|it| (format!("{it}_a.sql"), "")).collect();
    let mut files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    files.push(("20_b.sql", "select 1;"));
    let checked = checked(&files);
    let text = check_text(&checked, Shown::WorthALook, Style::Plain);
    assert_eq!(text.matches("the file is empty").count(), 5, "{text}");
    assert!(text.contains("empty-file: 9 more"), "{text}");
    assert!(text.contains("0 errors, 14 warnings"), "{text}");
    let text = check_text(&checked, Shown::All, Style::Plain);
    assert_eq!(text.matches("the file is empty").count(), 14, "{text}");
}

#[test]
fn what_a_long_past_took_away_is_one_line_where_no_base_tells_what_is_new() {
    let sql = |what: &str| (0..8).map(|it| what.replace('?', &it.to_string())).collect::<Vec<_>>();
    let made = sql("create table t? (id integer);\n").concat();
    let drops = sql("drop table t?;\n").concat();
    let checked = checked(&[("1_a.sql", &made), ("2_b.sql", &drops)]);
    let text = check_text(&checked, Shown::WorthALook, Style::Plain);
    assert!(text.contains("8 statements take rows away, and nobody declared it"), "{text}");
    assert!(text.contains("migrations/2_b.sql:8:12"), "{text}");
    assert!(!text.contains("DROP takes away"), "{text}");
}

#[test]
fn the_json_report_says_what_fails() {
    let text = check_json(&checked(&[("1_a.sql", "creat table a;\n")]));
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&report["verdict"], &report["version"]), (&"failed".into(), &1.into()));
    let finding = &report["findings"][0];
    assert_eq!((&finding["rule"], &finding["fails"]), (&"syntax".into(), &true.into()));
    assert_eq!(finding["standing"], "unknown");
}

#[test]
fn sarif_says_for_each_finding_its_rule_its_level_and_its_place() {
    let checked = checked(&[("1_a.sql", "create table a (id integer);\nselect from where;\n")]);
    let log: serde_json::Value = serde_json::from_str(&check_sarif(&checked, &paths())).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "migration-replay");
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 1, "{results:?}");
    let result = &results[0];
    assert_eq!((&result["ruleId"], &result["level"]), (&"syntax".into(), &"error".into()));
    assert!(result["message"]["text"].as_str().unwrap().starts_with("syntax error"));
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "db/migrations/1_a.sql");
    let region = (&place["region"]["startLine"], &place["region"]["startColumn"]);
    assert_eq!(region, (&2.into(), &13.into()));
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let rule = rules.iter().find(|rule| rule["id"] == "syntax").unwrap();
    let help = rule["help"]["markdown"].as_str().unwrap();
    assert!(help.contains("How to mend it"), "each rule is described: {help}");
}

#[test]
fn github_is_told_of_findings_at_their_places() {
    let checked = checked(&[("1_a.sql", "create table a (id integer);\nselect from where;\n")]);
    let text = super::super::check_annotations(&checked, &paths()).lines;
    let expected = "::error file=db/migrations/1_a.sql,line=2,col=13,title=syntax::syntax error: ";
    assert!(text.starts_with(expected), "{text}");
}
