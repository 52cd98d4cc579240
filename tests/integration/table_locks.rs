//! Locks, rewrites and long statements over tables with rows.

use crate::support::{Project, Ran, local_or_say_why, shared};

const BASE: &str = "create table plans (id int, price int);\n\
                    insert into plans select i, i from generate_series(1, 3) i;\n\
                    create table empty (id int);\n";

/// The first file is applied.
fn run(pending: &str, more: &str) -> Ran {
    let files = [("1.sql", BASE), ("2.sql", pending)];
    let scenario = format!("[replay]\npasses = [\"apply\"]\n{more}[[seed]]\nthrough = \"1\"\n");
    let project = Project::with_scenario(&files, &scenario);
    project.run(&["run", "scenarios/case.toml", "--backend", shared()])
}

const REWRITE: &str = "alter table plans alter column price type bigint;";
/// It may only where nothing is sent with it.
const COMMITS: &str =
    "do $$ begin update plans set price = price + 0; commit; insert into empty values (1); end $$;";
const SLOW: &str = "begin;\nlock table plans;\nselect pg_sleep(0.3);\ncommit;";

#[tokio::test]
async fn what_a_table_with_rows_goes_through_is_told() {
    if !local_or_say_why().await {
        return;
    }
    let told: &[(&str, &str, &str)] = &[
        (
            REWRITE,
            "",
            "note: apply 2.sql: public.plans (3 rows) is locked against reads and writes for ",
        ),
        (REWRITE, "transaction = \"file\"\n", "ms (ACCESS EXCLUSIVE), and rewritten\n"),
        (REWRITE, "transaction = \"all\"\n", "ms (ACCESS EXCLUSIVE), and rewritten\n"),
        ("create index on plans (id);", "", "is locked against writes for "),
        (SLOW, "", "ms (ACCESS EXCLUSIVE)"),
        (COMMITS, "", "1 passed"),
        ("create procedure p() language plpgsql as 'begin commit; end';\ncall p();", "", ""),
    ];
    let whole = "-- diesel sends the file as one query";
    let folder = [
        ("2026-01-01-000000_base/up.sql", BASE),
        ("2026-01-01-000000_base/down.sql", "select 1;"),
        ("2026-01-02-000000_more/up.sql", REWRITE),
        ("2026-01-02-000000_more/down.sql", whole),
    ];
    let scenario = "[replay]\npasses = [\"apply\"]\n[[seed]]\nthrough = \"20260101000000\"\n";
    let project = Project::with_scenario(&folder, scenario);
    let ran = project.run(&["run", "scenarios/case.toml", "--backend", shared()]);
    ran.assert(0, &["public.plans (3 rows) is locked against reads and writes for "]);
    for (sql, more, text) in told {
        run(sql, more).assert(0, &[text, "1 passed"]);
    }
}

/// As golang-migrate sends it, with a transaction of its own around it or without.
#[tokio::test]
async fn a_file_that_is_sent_as_a_whole_is_asked_about_too() {
    if !local_or_say_why().await {
        return;
    }
    let indexed = "create index concurrently i on plans (id);";
    let failing =
        "begin;\nalter table plans add a int;\nalter table plans add check (price > 1);\ncommit;";
    let told: &[(&str, i32, &[&str])] = &[
        (REWRITE, 0, &["ms (ACCESS EXCLUSIVE), and rewritten\n"]),
        (SLOW, 1, &["longer than the 200 ms that `lock` allows", "step: apply 2"]),
        (indexed, 0, &["1 passed"]),
        (COMMITS, 0, &["1 passed"]),
        (failing, 1, &["error[23514]", "2_b.up.sql:3:1"]),
    ];
    for (sql, code, text) in told {
        let files = [
            ("1_a.up.sql", BASE),
            ("1_a.down.sql", "select 1;"),
            ("2_b.up.sql", sql),
            ("2_b.down.sql", "select 1;"),
        ];
        let scenario = "[replay]\npasses = [\"apply\"]\n[limits]\nlock = \"200ms\"\n[[seed]]\nthrough = \"1\"\n";
        let project = Project::with_scenario(&files, scenario);
        project.run(&["run", "scenarios/case.toml", "--backend", shared()]).assert(*code, text);
    }
}

#[tokio::test]
async fn in_one_transaction_a_lock_is_told_of_the_file_that_takes_it() {
    if !local_or_say_why().await {
        return;
    }
    let files = [
        ("1_base.sql", BASE),
        ("2_rewrite.sql", REWRITE),
        ("3_row.sql", "insert into plans values (4, 4);"),
        ("4_other.sql", "create table other (id int); select pg_sleep(0.6);"),
    ];
    for marks in ["", "-- Up Migration\n"] {
        let texts: Vec<_> =
            files.iter().map(|(name, sql)| (*name, format!("{marks}{sql}"))).collect();
        let files: Vec<_> = texts.iter().map(|(name, sql)| (*name, sql.as_str())).collect();
        let through = if marks.is_empty() { "1" } else { "1_base" };
        let scenario = format!(
            "[replay]\npasses = [\"apply\"]\ntransaction = \"all\"\n[limits]\nrewrite = \"fail\"\nlock = \"400ms\"\n[[seed]]\nthrough = \"{through}\"\n"
        );
        let project = Project::with_scenario(&files, &scenario);
        let ran = project.run(&["run", "scenarios/case.toml", "--backend", shared()]);
        ran.assert(1, &["2_rewrite", "public.plans (3 rows) is rewritten"]);
        assert!(!ran.text.contains("note: apply"), "{}", ran.text);
        assert_eq!(ran.text.matches("\nerror").count(), 1, "{}", ran.text);
    }
}

#[tokio::test]
async fn what_has_no_rows_or_blocks_nobody_is_not_told() {
    if !local_or_say_why().await {
        return;
    }
    let quiet = [
        "alter table empty add column a int;",
        "alter table plans add column a int;",
        "create table own (id int); insert into own values (1); alter table own add column b int;",
        "create index concurrently i on plans (id);",
        "insert into plans values (4, 4); update plans set price = 1; delete from plans where id = 2;",
        "do $$ begin commit; end $$;",
    ];
    for sql in quiet {
        let ran = run(sql, "");
        ran.assert(0, &["1 passed"]);
        let is_told = ["is locked", "is rewritten"].iter().any(|words| ran.text.contains(words));
        assert!(!is_told, "{sql}\n{}", ran.text);
    }
}

#[tokio::test]
async fn what_passes_a_limit_is_a_failure() {
    if !local_or_say_why().await {
        return;
    }
    let lock = "[limits]\nlock = \"100ms\"\n";
    run(SLOW, lock).assert(1, &["longer than the 100 ms that `lock` allows", "step: apply 2.sql"]);
    run("create index on plans (id);", "[limits]\nlock = \"1m\"\n").assert(0, &["note: "]);
    let rewrite = "[limits]\nrewrite = \"fail\"\n";
    run(REWRITE, rewrite).assert(1, &["error: public.plans (3 rows) is rewritten"]);
    run("truncate plans; insert into plans values (1, 1);", rewrite).assert(0, &[]);
    let accepted =
        "[[accept]]\npass = \"apply\"\nobject = \"table public.plans\"\nreason = \"small\"\n";
    run(REWRITE, &format!("{rewrite}{accepted}")).assert(0, &["1 passed"]);
}
