use time::macros::date;

use super::*;
use crate::lineage::Readings;
use crate::migration::layout::testing::set_of;
use crate::outcome::Standing;
use crate::place::SourceText;
use crate::scenario::{Defaults, Rule, Scenario, parse};

fn scenario(text: &str) -> Scenario {
    let text = format!("migrations = \"migrations\"\n{text}");
    parse(&SourceText::new("a.toml", text), &Defaults::default()).0.unwrap()
}

/// What is found in files under a scenario, as `rule: message`.
fn found(files: &[(&str, &str)], text: &str) -> Vec<String> {
    let (set, scenario, readings) = (set_of(files), scenario(text), Readings::lean());
    let calendar = Calendar::of(date!(2026 - 11 - 28));
    let subject = Subject::new(&set, &scenario, &readings, calendar);
    let declared: Vec<_> = scenario.expect.check.iter().map(|it| it.value).collect();
    check(&subject, &declared).iter().map(|it| format!("{}: {}", it.rule, it.message)).collect()
}

const MADE: (&str, &str) = ("1_a.sql", "create table a (id integer, b text);");

#[rstest::rstest]
#[case::drop_table("drop table a;", &["destructive: DROP takes away the rows of table public.a"])]
#[case::delete("delete from a;", &["destructive: DELETE takes away rows of table public.a"])]
#[case::truncate("truncate a;", &["destructive: TRUNCATE takes away the rows of table public.a"])]
#[case::own_helper("create table h (id integer); insert into h select id from a; drop table h;", &[])]
#[case::in_a_function("create function f() returns void language sql as $$ delete from a $$;", &[])]
#[case::not_there("drop table if exists z;", &[])]
#[case::insert("insert into a values (1);", &[])]
fn rows_are_taken_away_only_by_what_does_so(#[case] sql: &str, #[case] expected: &[&str]) {
    assert_eq!(found(&[MADE, ("2_b.sql", sql)], ""), expected);
}

#[rstest::rstest]
#[case::the_column("table = \"a\"\ncolumns = [\"b\"]", true)]
#[case::all_of_the_table("table = \"public.a\"", true)]
#[case::another_column("table = \"a\"\ncolumns = [\"id\"]", false)]
#[case::another_file("table = \"a\"\nmigration = \"1\"", false)]
fn what_a_scenario_declares_is_not_told(#[case] change: &str, #[case] is_quiet: bool) {
    let text = format!("[[expect.change]]\n{change}\nreason = \"x\"\n");
    let found = found(&[MADE, ("2_b.sql", "alter table a drop column b;")], &text);
    assert_eq!(found.is_empty(), is_quiet, "{found:?}");
}

#[rstest::rstest]
#[case::guarded_and_other("create table if not exists a (id bigint);", true)]
#[case::guarded_and_the_same("create table if not exists a (id integer, b text);", false)]
#[case::gone_with_its_column(
    "create index i on a (b); alter table a drop column b, add column b text; create index i on a (b, id);",
    false
)]
#[case::dropped_between("drop table a; create table a (id bigint);", false)]
fn two_shapes_of_one_object_are_told(#[case] sql: &str, #[case] is_told: bool) {
    let text = "[check]\nrules.destructive = \"off\"";
    let found = found(&[MADE, ("2_b.sql", sql)], text);
    assert_eq!(found.iter().any(|it| it.starts_with("double-definition")), is_told, "{found:?}");
}

#[test]
fn a_rule_that_is_off_is_looked_for_where_it_is_declared() {
    let files = [("1_a.sql", "select 1;"), ("3_c.sql", "select 1;")];
    assert!(found(&files, "").is_empty());
    let declared = found(&files, "[expect]\ncheck = [\"version-gap\"]");
    assert_eq!(declared, ["version-gap: no file has the number 2"]);
}

#[test]
fn findings_about_files_that_the_base_has_were_there_before() {
    let set = set_of(&[("1_a.sql", "creat table a;"), ("2_b.sql", "creat table b;")]);
    let fork = set_of(&[("1_a.sql", "creat table a;")]);
    let (scenario, readings) = (scenario(""), Readings::lean());
    let mut subject = Subject::new(&set, &scenario, &readings, Calendar::of(date!(2026 - 11 - 28)));
    subject.base = Some(Base { name: "main".into(), fork: Some(fork.into()) });
    let standings: Vec<_> = check(&subject, &[]).iter().map(|it| it.standing).collect();
    assert_eq!(standings, [Standing::Before, Standing::Introduced]);
    let verdict = Verdict::of(&scenario, check(&subject, &[]), |_| true);
    let fails: Vec<_> = verdict.findings.iter().map(Judged::fails).collect();
    assert_eq!(fails, [false, true]);
}

#[test]
fn every_rule_has_one_definition() {
    for rule in Rule::ALL {
        let count = definitions().iter().filter(|it| it.rule == *rule).count();
        assert_eq!(count, 1, "{rule}");
        assert!(definition(*rule).is_some_and(|it| !it.title.is_empty()), "{rule}");
    }
}
