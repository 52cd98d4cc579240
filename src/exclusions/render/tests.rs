use super::samples::{examination, examined};
use super::*;
use crate::place::SourceText;
use crate::report::Style;
use crate::scenario::{Defaults, parse};

#[test]
fn people_read_what_falls_what_is_needed_and_the_smallest_list_once_for_all_cases_alike() {
    insta::assert_snapshot!(text(&examined(), Style::Plain), @r#"
    not closed: s@a:1/fresh
    not closed: s@b:2/fresh
      2 entries, and 1 more migration fails

    error[42703]: 4.sql falls: column "a" does not exist
     --> m/4.sql:1:29
      |
    1 | ALTER TABLE t RENAME COLUMN a TO b;
      |                             ^^^^
      |
     ::: m/3.sql:1:19
      |
    1 | ALTER TABLE t ADD a int;
      |                   - would make column public.t.a, but is excluded
      |
      = cause: excluded-dependency (docs/causes/excluded-dependency.md)

      the list that passes, 3 of 4 migrations (proven by a replay):
        1.sql  no longer needed (its reason: slow | old)
        3.sql  needed: type "vec" does not exist (missing-from-set)
        4.sql  falls with 3.sql, which would make column public.t.a

      the smallest list found that passes: 3.sql and 4.sql; found out by 7 replays
    "#);
}

#[test]
fn a_page_has_a_table_for_each_case() {
    let page = markdown(&examined());
    let (first, _) = page.split_once("\n## s@b:2/fresh").unwrap();
    insta::assert_snapshot!(first, @r#"
    # Exclusion lists

    ## s@a:1/fresh

    The list is **not closed**: 2 entries, and 1 more migration fails.

    | migration | on the list | what a replay shows | where | its reason |
    |---|---|---|---|---|
    | `1.sql` | yes | no longer needed |  | slow \| old |
    | `3.sql` | yes | needed: type "vec" does not exist (missing-from-set) | m/3.sql:1:21 | needs vec |
    | `4.sql` | **no** | falls with 3.sql, which would make column public.t.a | m/4.sql:1:29, m/3.sql:1:19 | |

    The list that passes, proven by a replay:

        1.sql,3.sql,4.sql

    Beyond that: the smallest list found that passes: 3.sql and 4.sql.

    Found out by 7 replays.
    "#);
}

#[test]
fn the_list_to_paste_is_for_all_images_unless_only_some_need_it() {
    let mut other = examination("b:2");
    other.entries.pop();
    if let Ok(findings) = &mut other.outcome {
        findings.falls.clear();
    }
    let list = closed_list(&[examination("a:1"), other]).unwrap();
    insta::assert_snapshot!(list.toml, @r#"
    # The list with everything that falls with it; proven by a replay.
    # MIGRATION_EXCLUDE=1.sql,3.sql,4.sql

    # No longer needed, as a replay has shown.
    [[exclude]]
    migration = "1.sql"
    reason    = "slow | old"

    [[exclude]]
    migration = "3.sql"
    reason    = "needs vec"
    images    = ["a:1"]

    [[exclude]]
    migration = "4.sql"
    reason    = "falls with 3.sql, which would make column public.t.a"
    images    = ["a:1"]
    "#);
    let pasted = format!("migrations = \"m\"\nimage = [\"a:1\", \"b:2\"]\n{}", list.toml);
    let (scenario, problems) = parse(&SourceText::new("s.toml", pasted), &Defaults::default());
    assert!(!problems.has_errors(), "{problems}");
    assert_eq!(scenario.unwrap().exclude.len(), list.migrations.len());
}

#[test]
fn a_case_without_a_list_that_passes_gives_no_list_to_paste() {
    let mut stuck = examination("a:1");
    if let Ok(findings) = &mut stuck.outcome {
        findings.stuck = Some(findings.falls[0].found.clone());
    }
    assert_eq!(closed_list(&[stuck]), None);
}

#[test]
fn json_has_the_same_with_places() {
    let report: serde_json::Value = serde_json::from_str(&json(&examined())).unwrap();
    let case = &report["cases"][0];
    assert_eq!(case["verdict"], "not-closed");
    assert_eq!(case["closed"], serde_json::json!(["1.sql", "3.sql", "4.sql"]));
    assert_eq!(case["smallest"], serde_json::json!(["3.sql", "4.sql"]));
    assert_eq!(case["entries"][0]["standing"], "free");
    assert_eq!(case["entries"][1]["failure"]["message"], "type \"vec\" does not exist");
    let fall = &case["falls"][0];
    assert_eq!((fall["file"].as_str(), fall["line"].as_u64()), (Some("m/4.sql"), Some(1)));
    assert_eq!(fall["culprits"][0]["migration"], "3.sql");
}
