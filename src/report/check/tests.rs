use time::macros::date;

use super::*;
use crate::check::{Calendar, Checked, Subject, Verdict, check};
use crate::lineage::Readings;
use crate::migration::layout::testing::set_of;
use crate::place::SourceText;
use crate::report::Style;
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

#[test]
fn a_finding_has_its_place_its_rule_and_what_to_do() {
    let checked = checked(&[("1_a.sql", "create table a (id integer);\nselect from where;\n")]);
    insta::assert_snapshot!(check_text(&checked, false, Style::Plain), @r"
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
    let drops = (0..8).map(|it| format!("drop table t{it};\n")).collect::<Vec<_>>().concat();
    let made = (0..8).map(|it| format!("create table t{it} (id integer);\n"));
    let made = made.collect::<Vec<_>>().concat();
    let text =
        check_text(&checked(&[("1_a.sql", &made), ("2_b.sql", &drops)]), false, Style::Plain);
    assert_eq!(text.matches("DROP takes away").count(), 5, "{text}");
    assert!(text.contains("destructive: 3 more"), "{text}");
    assert!(text.contains("migrations/2_b.sql:8:12"), "{text}");
    assert!(text.contains("0 errors, 8 warnings"), "{text}");
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
