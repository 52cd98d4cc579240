//! What pending migrations take away from rows that were there.

use serde_json::Value;

use crate::support::{Project, local_or_say_why, shared};

pub(crate) const TABLES: &str = "\
    create table teams (id int primary key, name text not null);\n\
    create table users (id int primary key, team int references teams (id) on delete cascade, name text,\n\
        weight numeric(8, 3), born timestamp, settings json, touched timestamptz not null default '2020-01-01', edited bigint not null default 1577836800000);\n\
    create table log (at date, line text) partition by range (at);\n\
    create table log_old partition of log for values from ('2000-01-01') to ('2010-01-01');\n\
    create table log_new partition of log for values from ('2010-01-01') to ('2090-01-01');\n\
    create table notes (line text);\n\
    create function touch() returns trigger language plpgsql as $$ begin new.touched := now(); new.edited := extract(epoch from now()) * 1000; return new; end $$;\n\
    create trigger touch before update on users for each row execute function touch();\n";

pub(crate) const ROWS: &str = "\
    insert into teams values (1, 'red'), (2, 'blue'), (3, 'green');\n\
    insert into users values (1, 1, 'ann', 61.125, '2001-02-03 04:05:06', '{\"b\": 1, \"a\": 2}'), (2, 1, 'ben', 70.5, null, null), (3, 2, null, null, null, null);\n\
    insert into log values ('2005-05-05', 'old'), ('2020-02-02', 'new');\n\
    insert into notes values ('one'), ('two'), ('two');\n";

/// Databases with rows, then one pending migration each; what the report says of each. `more` is the rest of a scenario. It is
/// the same where one transaction is around each, or around all that is pending.
fn run(cases: &[(&str, &str)]) -> Vec<Value> {
    let free = run_in("", cases);
    for rule in ["file", "all"] {
        let wrapped = run_in(&format!("transaction = \"{rule}\"\n"), cases);
        for (at, (one, other)) in free.iter().zip(&wrapped).enumerate() {
            let words = |case: &Value| [&case["failures"], &case["hazards"]].map(messages);
            assert_eq!(words(one), words(other), "{rule}: {}", cases[at].0);
        }
    }
    free
}

/// Locks are not looked at there.
fn messages(found: &Value) -> Vec<String> {
    let all = found.as_array().into_iter().flatten().filter(|found| found["cause"] == "data-lost");
    all.map(|found| format!("{} {}", found["message"], found["details"])).collect()
}

fn run_in(rule: &str, cases: &[(&str, &str)]) -> Vec<Value> {
    let project = Project::new(&[("rows.sql", ROWS)]);
    for (at, (sql, more)) in cases.iter().enumerate() {
        project.write(&format!("migrations/{at:03}/1.sql"), TABLES);
        project.write(&format!("migrations/{at:03}/2.sql"), sql);
        let scenario = format!(
            "migrations = \"../migrations/{at:03}\"\n[replay]\npasses = [\"apply\"]\n{rule}[[seed]]\nthrough = \"1\"\n\
             sql = [\"../rows.sql\"]\n{more}"
        );
        project.write(&format!("scenarios/{at:03}.toml"), scenario);
    }
    let ran = project.run(&["run", "--backend", shared(), "--json", "report.json"]);
    let report: Value = serde_json::from_str(&project.read("report.json")).unwrap_or_default();
    let told = report["cases"].as_array().cloned().unwrap_or_default();
    assert_eq!(told.len(), cases.len(), "{}", ran.text);
    told
}

/// Migrations that lose nothing.
const KEEPING: &[&str] = &[
    "alter table users rename to people; alter table people rename column name to called;",
    "alter table users alter column weight type numeric(12, 5), alter column team type bigint, alter column born type timestamptz, alter column settings type jsonb;",
    "alter table users alter column id type text using id::text;",
    "alter table users add column size text; update users set size = 'small';",
    "update users set name = 'nobody' where name is null; alter table users alter column name set not null;",
    "alter table users add column label text; update users set label = name; alter table users drop column name;",
    "create table users_2 as select * from users; drop table users; alter table users_2 rename to users;",
    "create table archive as select * from notes; drop table notes;",
    "insert into notes values ('four'); alter table notes add column a int; update notes set a = 1;",
    "insert into teams values (4, 'black'); insert into notes values ('three');",
    "alter table log detach partition log_old;",
    "delete from users where id > 100; update users set name = 'x' where id > 100;",
    "create type colour as enum ('red', 'blue', 'green'); alter table teams alter column name type colour using name::colour;",
    "update users set touched = now(), weight = weight;",
    "alter table notes add column id bigint generated always as identity primary key;",
    "create schema app; alter table users set schema app;",
    "cluster users using users_pkey;",
    "alter table users drop column settings, add column settings json; update users set settings = '{\"a\": 2, \"b\": 1}' where id = 1;",
];

#[tokio::test]
async fn what_keeps_its_rows_is_no_loss() {
    if !local_or_say_why().await {
        return;
    }
    let cases: Vec<_> = KEEPING.iter().map(|sql| (*sql, "")).collect();
    let told = run(&cases);
    let wrong = told.iter().zip(KEEPING).filter(|(case, _)| {
        case["verdict"] != "passed" || case["hazards"].to_string().contains("data-lost")
    });
    let wrong: Vec<_> = wrong.map(|(case, sql)| format!("{sql}\n{case:#}")).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n---\n"));
}

/// What is lost, in the words that are told, and why.
const LOSING: &[(&str, &[&str])] = &[
    (
        "alter table users drop column weight;",
        &[
            "column public.users.weight is gone with 2 values",
            "id 1: weight 61.125",
            "says so itself",
        ],
    ),
    ("drop table notes;", &["table public.notes is gone with 3 rows", "says so itself"]),
    (
        "delete from users where id = 3;",
        &["1 of 3 rows of table public.users is gone", "says so itself"],
    ),
    (
        "delete from teams where name = 'red';",
        &[
            "2 of 3 rows of table public.users are gone",
            "it deletes rows of public.teams: what refers to them by the foreign key users_team_fkey goes, too (ON DELETE CASCADE)",
        ],
    ),
    ("truncate notes;", &["3 of 3 rows of table public.notes are gone", "says so itself"]),
    (
        "update users set name = upper(name);",
        &["2 of 3 values of column public.users.name are other ones", "id 1: name ann, then ANN"],
    ),
    (
        "alter table users alter column weight type numeric(5, 1);",
        &[
            "1 of 3 values of column public.users.weight is another one",
            "id 1: weight 61.125, then 61.1",
            "the new type does not keep the values",
        ],
    ),
    (
        "alter table users alter column born type date;",
        &["column public.users.born", "id 1: born 2001-02-03 04:05:06, then 2001-02-03"],
    ),
    (
        "alter table teams alter column name type boolean using name = 'red';",
        &["column public.teams.name are other ones", "the new type does not keep the values"],
    ),
    (
        "create table users_2 (id int primary key, team int, name text);\n\
         insert into users_2 select id, team, name from users; drop table users; alter table users_2 rename to users;",
        &[
            "column public.users.weight is gone with 2 values",
            "the table was built again, and they were not taken over",
        ],
    ),
    (
        "create table n (line text); insert into n select distinct line from notes; drop table notes; alter table n rename to notes;",
        &["1 of 3 rows of table public.notes is gone", "the table was built again"],
    ),
    (
        "create function lose() returns trigger language plpgsql as $$ begin new.weight := null; return new; end $$;\n\
         create trigger lose before update on users for each row execute function lose();\n\
         update users set born = '2002-02-02' where id = 3;\nupdate users set born = born;",
        &[
            "column public.users.weight are other ones",
            "a cascade, a trigger or a rule did it",
            "id 1: weight 61.125, then null",
        ],
    ),
    ("drop table log_old;", &["1 of 2 rows of table public.log is gone", "says so itself"]),
    (
        "do $$ declare t text; begin for t in select relname from pg_class where relname = 'notes' loop execute 'delete from ' || t; end loop; end $$;",
        &["3 of 3 rows of table public.notes are gone", "cannot be read here"],
    ),
    (
        "update teams set name = 'black' where id in (select team from users);",
        &["2 of 3 values of column public.teams.name"],
    ),
];

#[tokio::test]
async fn what_is_lost_is_told_with_examples_and_fails() {
    if !local_or_say_why().await {
        return;
    }
    let cases: Vec<_> = LOSING.iter().map(|(sql, _)| (*sql, "")).collect();
    let told = run(&cases);
    let mut wrong = Vec::new();
    for (case, (sql, words)) in told.iter().zip(LOSING) {
        let failures = case["failures"].to_string();
        let missing: Vec<_> = words.iter().filter(|words| !failures.contains(**words)).collect();
        if case["verdict"] != "failed" || !missing.is_empty() || !failures.contains("data-lost") {
            wrong.push(format!("{sql}\nmissing {missing:?}\n{case:#}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n---\n"));
}

/// The rest of the scenario, the verdict, and what is told.
const DECLARED: &[(&str, &str, &str, &str)] = &[
    (
        "update users set weight = weight + 1;",
        "[[expect.change]]\ntable = \"users\"\ncolumns = [\"weight\"]\nreason = \"heavier\"\nsql = \"weight + 1\"",
        "passed",
        "",
    ),
    (
        "update users set weight = weight + 2 where id = 1;",
        "[[expect.change]]\ntable = \"users\"\ncolumns = [\"weight\"]\nreason = \"heavier\"\nsql = \"weight + 1\"",
        "failed",
        "id 1: weight 61.125, declared 62.125, is 63.125",
    ),
    (
        "alter table users drop column weight, drop column name;",
        "[[expect.change]]\ntable = \"public.users\"\ncolumns = [\"weight\"]\nreason = \"moved\"",
        "failed",
        "column public.users.name is gone with 2 values",
    ),
    (
        "delete from notes;",
        "[[expect.change]]\ntable = \"notes\"\nreason = \"old\"\nmigration = \"2\"",
        "passed",
        "",
    ),
    (
        "delete from notes;",
        "[[expect.change]]\ntable = \"notes\"\nreason = \"old\"\nmigration = \"1\"",
        "failed",
        "3 of 3 rows of table public.notes are gone",
    ),
    (
        "select 1;",
        "[[expect.change]]\ntable = \"notes\"\nreason = \"old\"",
        "failed",
        "the rows of notes are declared to change, and did not",
    ),
    (
        "update users set weight = 1;",
        "[[expect.change]]\ntable = \"users\"\ncolumns = [\"weight\"]\nreason = \"x\"\nsql = \"wight\"",
        "failed",
        "cannot be worked out",
    ),
    (
        "delete from notes;",
        "[limits]\ndata = \"note\"",
        "passed",
        "3 of 3 rows of table public.notes are gone",
    ),
    ("delete from teams;", "[limits]\ndata = \"note\"", "failed", "goes, too (ON DELETE CASCADE)"),
    (
        "delete from notes;",
        "[[expect.failure]]\npass = \"apply\"\nmigration = \"2\"\ncause = \"data-lost\"\nculprit = \"2\"",
        "passed",
        "data-lost",
    ),
];

#[tokio::test]
async fn a_declared_change_is_none_and_one_that_is_not_as_declared_is() {
    if !local_or_say_why().await {
        return;
    }
    let cases: Vec<_> = DECLARED.iter().map(|(sql, more, ..)| (*sql, *more)).collect();
    let told = run(&cases);
    let wrong = told.iter().zip(DECLARED).filter(|(case, (.., verdict, words))| {
        case["verdict"] != *verdict || !case.to_string().contains(words)
    });
    let wrong: Vec<_> =
        wrong.map(|(case, (sql, more, ..))| format!("{sql}\n{more}\n{case:#}")).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n---\n"));
}

#[tokio::test]
async fn rows_that_only_migrations_have_made_are_theirs_to_change() {
    if !local_or_say_why().await {
        return;
    }
    let files = [
        ("1.sql", "create table kinds (name text); insert into kinds values ('a'), ('b');"),
        ("2.sql", "update kinds set name = 'c' where name = 'b';"),
    ];
    let project = Project::with_scenario(&files, "[[seed]]\nthrough = \"1\"\n");
    let ran = project.run(&["run", "scenarios/case.toml", "--backend", shared()]);
    ran.assert(0, &["1 passed", "1 of 2 values of column public.kinds.name is another one"]);
}

#[tokio::test]
async fn tables_of_many_rows_are_accounted_for_by_sums() {
    if !local_or_say_why().await {
        return;
    }
    let rows = "insert into notes select n from generate_series(1, 12000) n;";
    let run = |sql: &str| {
        let scenario = "[[seed]]\nthrough = \"1\"\nsql = [\"../rows.sql\"]\n";
        let project = Project::with_scenario(&[("1.sql", TABLES), ("2.sql", sql)], scenario);
        project.write("rows.sql", rows);
        project.run(&["run", "scenarios/case.toml", "--backend", shared()])
    };
    run("alter table notes add column a int; update notes set a = 1;").assert(0, &["1 passed"]);
    run("delete from notes where line = '7';")
        .assert(1, &["1 of 12000 rows of table public.notes is gone"]);
    run("update notes set line = 'x' where line = '7';")
        .assert(1, &["the values of column public.notes.line are other ones"]);
    run("alter table notes drop column line;")
        .assert(1, &["column public.notes.line is gone with 12000 values"]);
}
