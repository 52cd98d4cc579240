use super::*;
use crate::exclusions::compare::{Comparison, List, Source, compare, lists_in};
use crate::migration::layout::testing::set_of;
use crate::place::SourceText;
use crate::report::Style;

fn lists(path: &str, text: &str) -> Vec<List> {
    let source = Source::parse(path).unwrap();
    lists_in(&SourceText::new(path, text), &source.spec).unwrap()
}

/// Two jobs that agree, one that does not, with an entry for a file that is gone; and production.
fn comparison() -> Comparison {
    let names = ["008_plugins.sql", "046_templates.sql", "048_events.sql", "049_bpmn.sql"];
    let workflow = "MIGRATION_EXCLUDE: 008,048,049\nx:\n  MIGRATION_EXCLUDE: 008, 48, 49\ny:\n  MIGRATION_EXCLUDE: 008,048,008_plugins.sql\n";
    let mut all = lists("ci.yml", workflow);
    all.extend(lists("skipped.txt", "008\n042_gone.sql\n048\n049\n"));
    let mut production = lists("deploy.txt", "046\n");
    for list in &mut production {
        list.is_production = true;
    }
    all.extend(production);
    compare(&all, &set_of(&names.map(|name| (name, "select 1;"))))
}

#[test]
fn people_see_who_leaves_out_what_and_what_follows() {
    insta::assert_snapshot!(text(&comparison(), Style::Plain), @r#"
    error: "042_gone.sql" matches no migration of migrations
     --> skipped.txt:2:1
      |
    2 | 042_gone.sql
      | ^^^^^^^^^^^^
      |
      = help: remove it: it leaves out nothing

    warning: "008_plugins.sql" is on the list already
     --> ci.yml:5:30
      |
    5 |   MIGRATION_EXCLUDE: 008,048,008_plugins.sql
      |                              ^^^^^^^^^^^^^^^ "008" says the same, line 5

    A  ci.yml:1, :3, skipped.txt:1 (MIGRATION_EXCLUDE): 3 migrations
    B  ci.yml:5 (MIGRATION_EXCLUDE): 2 migrations
    C  deploy.txt:1 (production): 1 migration

    left out by        A  B  C
    008_plugins.sql    x  x  -
    046_templates.sql  -  -  x
    048_events.sql     x  x  -
    049_bpmn.sql       x  -  -

    the lists differ about: 049_bpmn.sql
    production runs what a list leaves out: 008_plugins.sql, 048_events.sql, 049_bpmn.sql
    production leaves out what a list does not: 046_templates.sql
    1 entry matches no migration of migrations
    "#);
}

#[test]
fn lists_that_agree_take_few_words() {
    let names = ["008_plugins.sql", "048_events.sql"];
    let set = set_of(&names.map(|name| (name, "select 1;")));
    let all = [lists("a.txt", "008\n048\n"), lists("b.txt", "48\n8\n")].concat();
    insta::assert_snapshot!(text(&compare(&all, &set), Style::Plain), @"
    A  a.txt:1, b.txt:1: 2 migrations

    2 lists leave out the same 2 migrations
    ");
    insta::assert_snapshot!(text(&compare(&all[..1], &set), Style::Plain), @"
    A  a.txt:1: 2 migrations

    the list leaves out 2 migrations
    ");
}

#[test]
fn markdown_has_the_whole_matrix() {
    insta::assert_snapshot!(markdown(&comparison()), @r#"
    ## Exclusion lists

    | list | where | what | entries |
    |---|---|---|---|
    | A | `ci.yml:1` | `MIGRATION_EXCLUDE` | 3 |
    | A | `ci.yml:3` | `MIGRATION_EXCLUDE` | 3 |
    | A | `skipped.txt:1` | `file` | 4 |
    | B | `ci.yml:5` | `MIGRATION_EXCLUDE` | 3 |
    | C, production | `deploy.txt:1` | `file` | 1 |

    | left out | A | B | C |
    |---|---|---|---|
    | `008_plugins.sql` | x | x |   |
    | `046_templates.sql` |   |   | x |
    | `048_events.sql` | x | x |   |
    | `049_bpmn.sql` | x |   |   |

    The lists differ about:

    - `049_bpmn.sql`

    Production runs what a list leaves out:

    - `008_plugins.sql`
    - `048_events.sql`
    - `049_bpmn.sql`

    Production leaves out what a list does not:

    - `046_templates.sql`

    Entries:

    - `skipped.txt:2:1`: "042_gone.sql" matches no migration of migrations (remove it: it leaves out nothing)
    - `ci.yml:5:30`: "008_plugins.sql" is on the list already
    "#);
}

#[test]
fn json_has_every_entry_with_its_place() {
    let json: serde_json::Value = serde_json::from_str(&json(&comparison())).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["agree"], false);
    assert_eq!(json["lists"][2]["line"], 5);
    assert_eq!(json["lists"][2]["entries"][1]["entry"], "048");
    assert_eq!(json["lists"][4]["production"], true);
    assert_eq!(json["left_out"][0]["lists"], serde_json::json!([0, 1, 2, 3]));
    assert_eq!(json["differing"], serde_json::json!(["049_bpmn.sql"]));
    assert_eq!(json["not_in_production"], serde_json::json!(["046_templates.sql"]));
    assert_eq!(json["stale"][0]["line"], 2);
    assert_eq!(json["duplicates"][0]["earlier"]["column"], 22);
}
