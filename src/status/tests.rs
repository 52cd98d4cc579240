use std::collections::BTreeMap;

use rstest::rstest;

use super::*;
use crate::migration::layout::testing::{read_as, set_of};
use crate::migration::{MigrationSet, Order};

/// A folder against an export, a word for each file and for what has none: `applied 1, missing 7`.
fn told(set: &MigrationSet, order: Order, csv: &str) -> String {
    let table = HistoryTable::from_csv("history.csv", csv.as_bytes()).unwrap();
    let recorded = match recognised(&table) {
        Some(tool) => recorded(tool, &table),
        None => own_table(&table, set).unwrap(),
    };
    let status = status(set, &BTreeMap::new(), order, Some(&recorded));
    let files = status.files.iter().map(|it| format!("{} {}", it.state, it.migration.id));
    let missing = status.missing.iter().map(|it| format!("missing {}", it.key));
    files.chain(missing).collect::<Vec<_>>().join(", ")
}

/// A folder of each layout and an export of its tool: something applied, something pending, something missing.
#[rstest]
#[case::flyway(
    "flyway",
    &[("V1__a.sql", "select 1"), ("V1_1__b.sql", ""), ("V2__c.sql", ""), ("R__views.sql", "")],
    "installed_rank,version,description,type,script,checksum,installed_by,installed_on,execution_time,success\n\
     1,1,a,SQL,V1__a.sql,-1,me,2026-01-01 00:00:00,3,t\n\
     2,1.1,b,SQL,V1_1__b.sql,,me,2026-01-02 00:00:00,3,f\n\
     3,0.9,old,SQL,V0_9__old.sql,7,me,2026-01-02 00:00:00,3,true\n",
    "edited 1, failed 1.1, pending 2, pending R__views, missing V 0.9"
)]
#[case::flyway_undone_and_baselined(
    "flyway",
    &[("V1__a.sql", ""), ("V2__b.sql", ""), ("V3__c.sql", "")],
    "installed_rank,version,description,type,script,checksum,installed_by,installed_on,execution_time,success\n\
     3,3,c,UNDO_SQL,U3__c.sql,,me,2026-01-02,3,t\n\
     1,2,<< Flyway Baseline >>,BASELINE,<< Flyway Baseline >>,,me,2026-01-01,0,t\n\
     2,3,c,SQL,V3__c.sql,,me,2026-01-01,3,t\n",
    "covered 1, covered 2, pending 3"
)]
#[case::sqlx(
    "sqlx",
    &[("1_a.sql", "abc"), ("2_b.sql", ""), ("3_c.sql", "")],
    "version,description,installed_on,success,checksum,execution_time\n\
     1,a,2026-01-01,t,\\xcb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7,9\n\
     2,b,2026-01-01,f,\\x00,9\n\
     9,gone,2026-01-01,t,\\x00,9\n",
    "applied 1, failed 2, pending 3, missing 9"
)]
#[case::diesel(
    "diesel",
    &[("2026-01-01-000000_a/up.sql", ""), ("2026-01-02-000000_b/up.sql", "")],
    "version,run_on\n20260101000000,2026-02-02\n",
    "applied 20260101000000, pending 20260102000000"
)]
#[case::refinery(
    "refinery",
    &[("V1__a.sql", "select 1;\n"), ("V2__b.sql", ""), ("V3__c.sql", "")],
    "version,name,applied_on,checksum\n1,a,2026-01-01,13954345995306633449\n2,b,2026-01-01,5\n",
    "applied V1__a, edited V2__b, pending V3__c"
)]
#[case::golang_migrate(
    "golang-migrate",
    &[("1_a.up.sql", ""), ("2_b.up.sql", ""), ("3_c.up.sql", "")],
    "version,dirty\n2,f\n",
    "applied 1, applied 2, pending 3"
)]
#[case::golang_migrate_dirty(
    "golang-migrate",
    &[("1_a.up.sql", ""), ("2_b.up.sql", ""), ("3_c.up.sql", "")],
    "version,dirty\n2,t\n",
    "applied 1, failed 2, pending 3"
)]
#[case::golang_migrate_lost(
    "golang-migrate",
    &[("1_a.up.sql", "")],
    "version,dirty\n7,f\n",
    "applied 1, missing 7"
)]
#[case::goose(
    "goose",
    &[("001_a.sql", "-- +goose Up\n"), ("002_b.sql", "-- +goose Up\n")],
    "id,version_id,is_applied,tstamp\n1,0,t,x\n3,2,f,x\n2,2,t,x\n4,1,t,x\n5,8,t,x\n",
    "applied 1, pending 2, missing 8"
)]
#[case::dbmate(
    "dbmate",
    &[("20260101_a.sql", "-- migrate:up\n"), ("20260102_b.sql", "-- migrate:up\n")],
    "version\n20260101\n",
    "applied 20260101, pending 20260102"
)]
#[case::rails_or_plain_numbers("numbered", &[("001_a.sql", ""), ("002_b.sql", "")], "version\n2\n", "late 001_a.sql, applied 002_b.sql")]
#[case::ecto("numbered", &[("001_a.sql", ""), ("002_b.sql", "")], "version,inserted_at\n1,2026-01-01\n", "applied 001_a.sql, pending 002_b.sql")]
#[case::supabase(
    "supabase",
    &[("20260207050000_a.sql", ""), ("20260207060000_b.sql", ""), ("20260207070000_c.sql", "")],
    "version,statements,name\n20260207060000,{},b\n",
    "late 20260207050000, applied 20260207060000, pending 20260207070000"
)]
#[case::supabase_edited(
    "supabase",
    &[
        ("20260207050000_a.sql", "-- kept\ncreate table a (id  int);\nselect 'x;y';\n"),
        ("20260207060000_b.sql", "create table b (id bigint);"),
    ],
    "version,statements,name\n\
     20260207050000,\"{\"\"create table a (id int)\"\",\"\"select 'x;y'\"\"}\",a\n\
     20260207060000,\"{\"\"create table b (id int)\"\"}\",b\n",
    "applied 20260207050000, edited 20260207060000"
)]
#[case::prisma(
    "prisma",
    &[("1_a/migration.sql", ""), ("2_b/migration.sql", ""), ("3_c/migration.sql", "")],
    "id,checksum,finished_at,migration_name,logs,rolled_back_at,started_at,applied_steps_count\n\
     x,e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855,2026-01-01,1_a,,,2026-01-01,1\n\
     y,00,,2_b,oh,,2026-01-02,0\n\
     z,00,,3_c,oh,2026-01-03,2026-01-03,0\n",
    "applied 1_a, failed 2_b, pending 3_c"
)]
#[case::node_pg_migrate(
    "node-pg-migrate",
    &[("1_a.sql", ""), ("2_b.sql", "")],
    "id,name,run_on\n1,1_a,2026-01-01\n",
    "applied 1_a, pending 2_b"
)]
#[case::sql_migrate(
    "sql-migrate",
    &[("1_a.sql", "-- +migrate Up\n"), ("2_b.sql", "-- +migrate Up\n")],
    "id,applied_at\n1_a.sql,2026-01-01\n",
    "applied 1_a.sql, pending 2_b.sql"
)]
#[case::pop(
    "pop",
    &[("20260101000000_a.up.sql", ""), ("20260102000000_b.up.sql", "")],
    "version,version_self\n20260101000000,0\n",
    "applied 20260101000000, pending 20260102000000"
)]
#[case::ours(
    "numbered",
    &[("1_a.sql", ""), ("2_b.sql", "x"), ("3_c.sql", "")],
    "id,migration,version,file,checksum,phase,outcome,sqlstate,message,started_at,duration_ms\n\
     2,2_b.sql,2,2_b.sql,e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855,apply,applied,,,2026-01-01,1\n\
     3,3_c.sql,3,3_c.sql,00,apply,failed,42703,no,2026-01-01,1\n\
     4,2_b.sql,2,2_b.sql,00,apply,failed,42703,no,2026-01-01,1\n\
     1,1_a.sql,1,1_a.sql,e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855,apply,seeded,,,2026-01-01,1\n",
    "applied 1_a.sql, edited 2_b.sql, failed 3_c.sql"
)]
#[case::a_table_of_ones_own(
    "numbered",
    &[("001_a.sql", ""), ("002_b.sql", "x"), ("003_c.sql", ""), ("004_d.sql", "")],
    "id,filename,sha256,success,applied_at\n\
     1,001_a.sql,E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855,true,2026-01-01\n\
     2,002_b,e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855,true,2026-01-02\n\
     3,003_c.sql,e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855,false,2026-01-03\n\
     4,000_gone.sql,e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855,true,2026-01-03\n",
    "applied 001_a.sql, edited 002_b.sql, failed 003_c.sql, pending 004_d.sql, missing 000_gone.sql"
)]
fn an_export_of_every_tool_is_known_by_its_columns(
    #[case] layout: &str,
    #[case] files: &[(&str, &str)],
    #[case] csv: &str,
    #[case] expected: &str,
) {
    let set = read_as(layout, files).unwrap();
    assert_eq!(told(&set, set.order, csv), expected);
}

#[test]
fn a_change_of_sqitch_that_was_reworked_is_recorded_once_for_each_time() {
    let plan = "%syntax-version=1.0.0\n%project=p\n\n\
        a 2026-01-01T00:00:00Z M <m@example.org>\n@v1 2026-01-02T00:00:00Z M <m@example.org>\n\
        a [a@v1] 2026-01-03T00:00:00Z M <m@example.org>\nb 2026-01-04T00:00:00Z M <m@example.org>\n";
    let files = [
        ("sqitch.plan", plan),
        ("deploy/a@v1.sql", "abc"),
        ("deploy/a.sql", "edited"),
        ("deploy/b.sql", ""),
    ];
    let set = read_as("sqitch", &files).unwrap();
    let csv = "change_id,script_hash,change,project,note,committed_at,planned_at\n\
        2,a9993e364706816aba3e25717850c26c9cd0d89d,a,p,,2026-01-06,2026-01-03\n\
        1,a9993e364706816aba3e25717850c26c9cd0d89d,a,p,,2026-01-05,2026-01-01\n";
    assert_eq!(told(&set, set.order, csv), "applied a@v1, edited a, pending b");
}

/// The hashes are over all names and texts so far, made with a program of another language by the rule of `NewHashFile`.
#[rstest]
#[case::as_it_ran(
    "0xoiBEBByCn3Qg4/3ZN3bzJGTBHXJNbUIxA6ZttFvio=",
    "OOAg7AcKDOcuXuzka2wmvCrSkMj4OAV71gKeWYA49k8=",
    "applied 1, applied 2, pending 3"
)]
#[case::the_first_was_edited_and_nobody_knows_of_the_second(
    "O9iRQw2Ll6mJQjdtFWKUQ91Epa45flZAmcFX+A4Gr7w=",
    "F/W0nRwmzVf0s2uMBW7O9lD/tdZek/LiPzuxeNi9drs=",
    "edited 1, applied 2, pending 3"
)]
#[case::the_second_was_edited(
    "0xoiBEBByCn3Qg4/3ZN3bzJGTBHXJNbUIxA6ZttFvio=",
    "ZcI+m+3XX9Mzol1xPtQq3su1BMAtoHlSCJYWQmeW0bw=",
    "applied 1, edited 2, pending 3"
)]
fn the_first_file_that_atlas_ran_from_another_text_is_told(
    #[case] first: &str,
    #[case] second: &str,
    #[case] expected: &str,
) {
    let set = read_as(
        "atlas",
        &[
            ("1_a.sql", "select 1;\n"),
            ("2_b.sql", "select 2;\n"),
            ("3_c.sql", "select 3;\n"),
            (
                "atlas.sum",
                "h1:2Olpk/K4/pF5GIJAGYw+0hRKcvHaGDbDcc/aFgRJBac=\n\
     1_a.sql h1:0xoiBEBByCn3Qg4/3ZN3bzJGTBHXJNbUIxA6ZttFvio=\n\
     2_b.sql h1:OOAg7AcKDOcuXuzka2wmvCrSkMj4OAV71gKeWYA49k8=\n\
     3_c.sql h1:ZgYJb1pMSLp3at8pWX0c6uY0JK2OtzzJXwI1N74FPSY=\n",
            ),
        ],
    )
    .unwrap();
    assert_eq!(told(&set, set.order, &revisions(first, second)), expected);
}

#[test]
fn a_file_that_came_in_between_later_is_late_and_makes_no_other_one_edited() {
    let set = read_as(
        "atlas",
        &[
            ("1_a.sql", "select 1;\n"),
            ("1x_d.sql", "select 9;\n"),
            ("2_b.sql", "select 2;\n"),
            (
                "atlas.sum",
                "h1:LmG48uCFjJlRCaU8EvuQbtJsUvAVy9b0l36Q2xB1uDo=\n\
     1_a.sql h1:0xoiBEBByCn3Qg4/3ZN3bzJGTBHXJNbUIxA6ZttFvio=\n\
     1x_d.sql h1:bSe2fOPKi6OFEl5y6X5a+Jrtdr/33f1qJNQ9KqRBvP8=\n\
     2_b.sql h1:60LlsLmTbCyd1ORrI4tnB0puOiwZd5SWiDRuRsTTj9U=\n",
            ),
        ],
    )
    .unwrap();
    let ran = revisions(
        "0xoiBEBByCn3Qg4/3ZN3bzJGTBHXJNbUIxA6ZttFvio=",
        "OOAg7AcKDOcuXuzka2wmvCrSkMj4OAV71gKeWYA49k8=",
    );
    assert_eq!(told(&set, set.order, &ran), "applied 1, late 1x, applied 2");
}

fn revisions(first: &str, second: &str) -> String {
    format!(
        "version,type,applied,total,executed_at,error,hash\n\
         1,2,1,1,2026-01-01,,{first}\n2,2,1,1,2026-01-02,,{second}\n"
    )
}
#[rstest]
#[case(Order::AppliedSet)]
#[case(Order::HighWaterMark)]
#[case(Order::Strict)]
fn what_is_pending_before_something_applied_is_late_whatever_the_tool_does_then(
    #[case] order: Order,
) {
    let set = set_of(&[("1_a.sql", ""), ("2_b.sql", ""), ("3_c.sql", "")]);
    let expected = "late 1_a.sql, applied 2_b.sql, pending 3_c.sql";
    assert_eq!(told(&set, order, "version\n2\n"), expected);
}

#[test]
fn of_two_files_with_one_version_the_record_is_about_one() {
    let set = set_of(&[("1_a.sql", ""), ("2_b.sql", ""), ("2_c.sql", "")]);
    assert!(
        told(&set, set.order, "version\n1\n2\n").starts_with("applied 1_a.sql, applied 2_b.sql")
    );
    assert!(told(&set, set.order, "version\n1\n2\n").contains("pending 2_c.sql"));
}

#[test]
fn a_record_whose_file_was_switched_off_is_missing_and_says_so() {
    let set = set_of(&[("1_a.sql", ""), ("2_b.sql.retired", "")]);
    let table = HistoryTable::from_csv("h.csv", b"version\n1\n2\n").unwrap();
    let recorded = recorded(recognised(&table).unwrap(), &table);
    let status = status(&set, &BTreeMap::new(), set.order, Some(&recorded));
    assert_eq!(status.missing[0].retired, Some("2_b.sql.retired".into()));
    assert!(!status.is_settled());
}

#[test]
fn what_is_left_out_on_purpose_is_neither_pending_nor_late() {
    let set = set_of(&[("1_a.sql", ""), ("2_b.sql", ""), ("3_c.sql", "")]);
    let table = HistoryTable::from_csv("h.csv", b"version\n1\n3\n").unwrap();
    let recorded = recorded(recognised(&table).unwrap(), &table);
    let excluded = BTreeMap::from([(set.migrations()[1].id.clone(), "no need".to_owned())]);
    let status = status(&set, &excluded, Order::Strict, Some(&recorded));
    assert_eq!(status.files[1].state, State::Excluded);
    assert!(status.is_settled());
}

#[test]
fn a_table_that_names_no_migration_is_refused_with_the_tools_that_are_known() {
    let set = set_of(&[("1_a.sql", "")]);
    let table = HistoryTable::from_csv("h.csv", b"colour,size\nred,big\n").unwrap();
    assert!(recognised(&table).is_none());
    let problem = own_table(&table, &set).unwrap_err();
    assert!(problem.message.contains("h.csv (colour, size)"), "{}", problem.message);
    assert!(problem.help.is_some_and(|help| help.contains("flyway, sqlx")));
}
