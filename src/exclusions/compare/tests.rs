use super::*;
use crate::migration::MigrationSet;
use crate::migration::layout::testing::set_of;
use crate::place::SourceText;

fn read(path: &str, text: &str, what: &str) -> Vec<List> {
    let source = Source::parse(what).unwrap();
    lists_in(&SourceText::new(path, text), &source.spec)
        .unwrap_or_else(|problem| panic!("{problem}"))
}

/// `line: entry entry` for each list.
fn told(text: &str, what: &str) -> Vec<String> {
    let lists = read("f", text, what);
    let line = |list: &List| {
        let entries = list.entries.iter().map(|entry| entry.text.as_str());
        let unknown = list.unknown.iter().map(|entry| entry.text.as_str());
        let all: Vec<_> = entries.chain(unknown).collect();
        format!("{}: {}", list.place.line_column().line, all.join(" "))
    };
    lists.iter().map(line).collect()
}

const WORKFLOW: &str = r#"
env:
  MIGRATION_EXCLUDE: 008_a.sql,048_b.sql  # see the issue
jobs:
  test:
    env: { MIGRATION_EXCLUDE: "008_a.sql, 048_b.sql", NODE_ENV: test }
    steps:
      # MIGRATION_EXCLUDE: 999_old.sql
      - run: echo "$MIGRATION_EXCLUDE ${MIGRATION_EXCLUDE}"
        env:
          MIGRATION_EXCLUDE: >-
            008_a.sql,
            048_b.sql
          OTHER: x
      - run: MIGRATION_EXCLUDE='008_a.sql' npm run migrate
      - run: |
          export MIGRATION_EXCLUDE="048_b.sql 049_c.sql"
          echo "MIGRATION_EXCLUDE=008_a.sql,049_c.sql" >> "$GITHUB_ENV"
      - env:
          MIGRATION_EXCLUDE: ${{ vars.SKIP }}
      - env:
          MIGRATION_EXCLUDE: ''
"#;

#[test]
fn every_copy_in_a_workflow_is_a_list() {
    let expected = [
        "3: 008_a.sql 048_b.sql",
        "6: 008_a.sql 048_b.sql",
        "11: 008_a.sql 048_b.sql",
        "15: 008_a.sql",
        "17: 048_b.sql 049_c.sql",
        "18: 008_a.sql 049_c.sql",
        "20: ${{ vars.SKIP }}",
        "22: ",
    ];
    assert_eq!(told(WORKFLOW, "ci.yml"), expected);
}

#[rstest::rstest]
#[case::plain_over_lines("SKIP: 1_a.sql,\n  2_b.sql\nOTHER: x", &["1: 1_a.sql 2_b.sql"])]
#[case::list("SKIP:\n  - 1_a.sql # why\n  - '2_b.sql'\nOTHER: x", &["1: 1_a.sql 2_b.sql"])]
#[case::flow_list("SKIP: [1_a.sql, '2_b.sql']", &["1: 1_a.sql 2_b.sql"])]
#[case::flow_list_over_lines("SKIP: [\n  1_a.sql,\n  2_b.sql\n]", &["1: 1_a.sql 2_b.sql"])]
#[case::literal("SKIP: |\n  1_a.sql\n\n  2_b.sql\n", &["1: 1_a.sql 2_b.sql"])]
#[case::anchor("SKIP: &skip 1_a.sql,2_b.sql\n", &["1: 1_a.sql 2_b.sql"])]
#[case::gitlab("SKIP:\n  description: what to skip\n  value: '1_a.sql'\n", &["1: 1_a.sql"])]
#[case::kubernetes("env:\n  - name: SKIP\n    value: \"1_a.sql,2_b.sql\"\n", &["2: 1_a.sql 2_b.sql"])]
#[case::ecs("{\"name\": \"SKIP\", \"value\": \"1_a.sql\"}", &["1: 1_a.sql"])]
#[case::json("{\"SKIP\": \"1_a.sql,2_b.sql\", \"A\": 1}", &["1: 1_a.sql 2_b.sql"])]
#[case::compose_map("environment:\n  SKIP: 1_a.sql\n  A: x", &["2: 1_a.sql"])]
#[case::compose_list("environment:\n  - SKIP=1_a.sql, 2_b.sql\n  - 'SKIP=3_c.sql'", &["2: 1_a.sql 2_b.sql", "3: 3_c.sql"])]
#[case::dotenv("A=b\nSKIP=1_a.sql,2_b.sql\n#SKIP=3", &["2: 1_a.sql 2_b.sql"])]
#[case::default("SKIP=\"${SKIP:-1_a.sql,2_b.sql}\"", &["1: 1_a.sql 2_b.sql"])]
#[case::quoted_over_lines("SKIP=\"1_a.sql,\n2_b.sql\"", &["1: 1_a.sql 2_b.sql"])]
#[case::dockerfile("ENV SKIP 1_a.sql\nENV SKIP=2_b.sql A=b", &["1: 1_a.sql", "2: 2_b.sql"])]
#[case::toml("[env]\nSKIP = \"1_a.sql\"", &["2: 1_a.sql"])]
#[case::double_quoted("SKIP: \"1_a.sql,2_b.sql\" # SKIP: 3", &["1: 1_a.sql 2_b.sql"])]
#[case::mixed("SKIP: 1_a.sql,${{ vars.MORE }}", &["1: 1_a.sql ${{ vars.MORE }}"])]
#[case::windows_ends("SKIP: >-\r\n  1_a.sql,\r\n  2_b.sql\r\nA: x\r\n", &["1: 1_a.sql 2_b.sql"])]
fn a_variable_is_read_however_it_is_set(#[case] text: &str, #[case] expected: &[&str]) {
    assert_eq!(told(text, "f:SKIP"), expected);
}

#[rstest::rstest]
#[case("run: echo $SKIP")]
#[case("MY_SKIP: a\nSKIP_ALL: b")]
#[case("if [ \"${SKIP}\" == x ]; then")]
#[case("const skip = process.env.SKIP;")]
#[case("docs say SKIP is a list")]
fn a_use_of_a_variable_is_no_list(#[case] text: &str) {
    let source = Source::parse("f:SKIP").unwrap();
    let problem = lists_in(&SourceText::new("f", text), &source.spec).unwrap_err();
    assert_eq!(problem.message, "the variable SKIP is not set there");
}

#[test]
fn names_in_code_are_found_by_a_pattern() {
    let code =
        "const SKIPPED = [\n  '008_a.sql', // broken\n  \"048_b.sql\",\n];\nimport './9_x.sql';\n";
    assert_eq!(told(code, r#"run.ts#^\s+['"](\w+\.sql)"#), ["2: 008_a.sql 048_b.sql"]);
    assert_eq!(told(code, r"run.ts#(?s)SKIPPED = \[(.*?)\]"), ["1: 008_a.sql 048_b.sql"]);
    assert_eq!(told("skip('1'); skip('2')", r"run.ts#skip\('\d'\)"), ["1: skip('1') skip('2')"]);
}

#[test]
fn a_scenario_and_a_plain_file_are_lists_too() {
    let scenario = "migrations = 'm'\n[[exclude]]\nmigration = '008'\nreason = 'x'\n";
    assert_eq!(told(scenario, "a.toml"), ["3: 008"]);
    assert_eq!(told("migrations = 'm'\n", "a.toml"), ["1: "]);
    assert_eq!(
        told("# left out\n\n008_a.sql\n  048_b.sql # later\n", "a.txt"),
        ["3: 008_a.sql 048_b.sql"]
    );
    let broken = SourceText::new("a.toml", "migrations = 1");
    assert!(lists_in(&broken, &Spec::Scenario).is_err());
}

fn folder() -> MigrationSet {
    let names = ["008_a.sql", "010_x.sql", "048_b.sql", "049_c.sql"];
    set_of(&names.map(|name| (name, "select 1;")))
}

fn list(text: &str) -> List {
    read("list", text, "list.txt").remove(0)
}

fn files(rows: &[&Row]) -> Vec<String> {
    rows.iter().map(|row| row.file.clone()).collect()
}

#[test]
fn what_entries_mean_counts_and_not_how_they_are_written() {
    let lists = [list("008\n048_b.sql"), list("8\n048*"), list("008_a\n48")];
    let comparison = compare(&lists, &folder());
    assert!(!comparison.has_findings());
    assert_eq!(comparison.groups(), [[0, 1, 2]]);
    assert_eq!(comparison.rows.len(), 2);
}

#[test]
fn lists_that_differ_are_told_by_migration() {
    let comparison = compare(&[list("008\n048"), list("008"), list("048\n008")], &folder());
    assert_eq!(files(&comparison.differing()), ["048_b.sql"]);
    assert_eq!(comparison.groups(), [vec![0, 2], vec![1]]);
    assert!(comparison.has_findings());
    assert!(comparison.only_in_production().is_empty());
}

#[test]
fn what_production_runs_and_nobody_tries_is_told() {
    let mut production = list("049");
    production.is_production = true;
    let comparison = compare(&[list("008\n048"), list("008\n048"), production], &folder());
    assert!(comparison.differing().is_empty());
    assert_eq!(files(&comparison.only_in_production()), ["008_a.sql", "048_b.sql"]);
    assert_eq!(files(&comparison.not_in_production()), ["049_c.sql"]);
    assert!(comparison.has_findings());
}

#[test]
fn entries_that_match_nothing_and_entries_that_are_there_twice_are_told_with_their_place() {
    let comparison = compare(&[list("008\n042_gone.sql\n48_bb.sql\n008_a.sql\n[x")], &folder());
    let told: Vec<_> = comparison.problems().0.iter().map(ToString::to_string).collect();
    let expected = [
        "list:2:1: \"042_gone.sql\" matches no migration of migrations (remove it: it leaves out nothing)",
        "list:3:1: \"48_bb.sql\" matches no migration of migrations (remove it, or name the nearest: 048_b.sql)",
        "list:5:1: \"[x\" matches no migration of migrations (remove it: it leaves out nothing)",
        "list:4:1: \"008_a.sql\" is on the list already",
    ];
    assert_eq!(told, expected);
}

#[test]
fn entries_that_are_there_twice_fail_nothing() {
    let comparison = compare(&[list("008\n008_a.sql"), list("008")], &folder());
    assert_eq!(comparison.duplicates.len(), 1);
    assert!(!comparison.has_findings());
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_and_entries_stand_where_they_say(text in "(SKIP|[: =\"'#\n,\\[\\]{}$|>&-]|[a-z0-9.]{1,3}|  ){0,40}") {
        let source = SourceText::new("f", text.as_str());
        for list in lists_in(&source, &Spec::Variable("SKIP".into())).unwrap_or_default() {
            for entry in list.entries {
                proptest::prop_assert_eq!(&text[entry.place.span()], entry.text);
            }
        }
    }
}
