//! The pass `orders`: pending migrations in other orders.

use crate::support::{Project, Ran, local_or_say_why, shared};

const PASSES: &str = "[replay]\npasses = [\"apply\"]\norders = 10\n";
/// The first file is applied.
const OLD: &str = "[[seed]]\nthrough = \"1\"\n";

const BASE: &str = "create table plans (id serial primary key, name text, price int);\n\
                    create table subs (plan int references plans);\n\
                    insert into plans (name, price) values ('a', 1), ('b', 2);\n\
                    create function fee() returns int language sql as 'select 1';\n";

fn run(first: &str, second: &str, more: &str) -> Ran {
    let files = [("1_base.sql", BASE), ("2_first.sql", first), ("3_second.sql", second)];
    let project = Project::with_scenario(&files, &format!("{PASSES}{more}"));
    project.run(&["run", "scenarios/case.toml", "--backend", shared()])
}

struct Case {
    first: &'static str,
    second: &'static str,
    told: &'static [&'static str],
}

const CONFLICTS: &[Case] = &[
    Case {
        first: "create or replace function fee() returns int language sql as 'select 2';",
        second: "create or replace function fee() returns int language sql as 'select 3';",
        told: &[
            "error: 3_second.sql and 2_first.sql leave another schema in the other order",
            "function public.fee()",
            "step: orders 3_second.sql",
            "cause: out-of-order",
            "3_second.sql ran before 2_first.sql, as it does where its branch is merged first",
        ],
    },
    Case {
        first: "update plans set price = price * 2;",
        second: "insert into plans (name, price) values ('c', 3);",
        told: &[
            "leave other rows in the other order",
            "table public.plans: other values of price",
            "  only in the other order: name c, price 6",
        ],
    },
    Case {
        first: "insert into plans (id, name) values (7, 'x');",
        second: "insert into subs values (7);",
        told: &[
            "error[23503]",
            "step: orders 3_second.sql",
            "culprit: 2_first.sql ran after it and not before",
        ],
    },
    Case {
        first: "insert into plans (name, price) values ('c', null);",
        second: "delete from plans where price is null; alter table plans alter column price set not null;",
        told: &[
            "error[23502]",
            "step: orders 2_first.sql",
            "culprit: 3_second.sql ran before it and not after",
        ],
    },
    Case {
        first: "create table if not exists notes (id int);",
        second: "create table if not exists notes (id int, body text);",
        told: &["leave another schema in the other order", "column public.notes.body"],
    },
    Case {
        first: "create or replace view dear as select count(*) as n from plans;",
        second: "create or replace view dear as select count(*) as n from plans where true;",
        told: &["leave another schema in the other order", "view public.dear"],
    },
    Case {
        first: "alter table plans add column tier int;",
        second: "create view all_plans as select * from plans;",
        told: &["leave another schema in the other order", "view public.all_plans"],
    },
];

#[tokio::test]
async fn two_branches_that_do_not_bear_the_other_order_are_found() {
    if !local_or_say_why().await {
        return;
    }
    let mut wrong = Vec::new();
    for case in CONFLICTS {
        let ran = run(case.first, case.second, OLD);
        let is_told = case.told.iter().all(|told| ran.text.contains(told));
        if ran.code != Some(1) || !is_told {
            wrong.push(format!("{}\nexit code {:?}\n{}", case.second, ran.code, ran.text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n---\n"));
}

/// The first and the second of two files that bear both orders, or of which one needs the other.
const QUIET: &[(&str, &str)] = &[
    ("alter table plans add column a int;", "alter table plans add column b int;"),
    ("create table t (a int);", "alter table t add column b int;"),
    ("alter table plans alter column price set default 1;", "alter table plans drop column price;"),
    (
        "create function rate() returns int language sql as 'select 1';",
        "create or replace function rate() returns int language sql as 'select 2';",
    ),
    ("create table t (a int);", "alter table if exists t add column b int;"),
    (
        "create table t (a int);",
        "create function f() returns bigint language sql as 'select count(*) from t';",
    ),
    ("insert into plans (name) values ('c');", "insert into plans (name) values ('d'), ('e');"),
    (
        "create table a (id uuid default gen_random_uuid()); insert into a values (default);",
        "create table b (id int, at timestamptz); insert into b values (1, now());",
    ),
    ("create index concurrently i on plans (name);", "create index j on plans (price);"),
    ("-- nothing\nselect 1;", "-- DEPENDS: 2_first.sql\ndo $$ begin perform 1; end $$;"),
    (
        "create table owners (id serial primary key, name text);\n\
         create table cars (id serial primary key, owner int references owners);\n\
         insert into owners (name) values ('x'); insert into cars (owner) values (1);",
        "select 1;",
    ),
];

#[tokio::test]
async fn what_bears_both_orders_is_quiet() {
    if !local_or_say_why().await {
        return;
    }
    let mut wrong = Vec::new();
    for (first, second) in QUIET {
        let ran = run(first, second, OLD);
        if ran.code != Some(0) || ran.text.contains("orders ") {
            wrong.push(format!("{first}\n{second}\nexit code {:?}\n{}", ran.code, ran.text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n---\n"));
}

#[tokio::test]
async fn on_a_fresh_database_it_is_a_note() {
    if !local_or_say_why().await {
        return;
    }
    let conflict = &CONFLICTS[0];
    run(conflict.first, conflict.second, "").assert(0, &["note: orders 3_second.sql:"]);
}

#[tokio::test]
async fn what_is_expected_or_accepted_fails_nothing() {
    if !local_or_say_why().await {
        return;
    }
    let conflict = &CONFLICTS[0];
    let expected = "[[expect.failure]]\npass = \"orders\"\nmigration = \"3\"\ncause = \"out-of-order\"\nculprit = \"2\"\n";
    run(conflict.first, conflict.second, &format!("{OLD}{expected}")).assert(0, &[]);
    let accepted = "[[accept]]\npass = \"orders\"\nmigration = \"3\"\nreason = \"merged\"\n";
    run(conflict.first, conflict.second, &format!("{OLD}{accepted}")).assert(0, &[]);
    run("select 1;", "select 2;", &format!("{OLD}{accepted}")).assert(1, &["not found any more"]);
}

#[tokio::test]
async fn a_file_moves_over_several_and_the_nearest_conflict_is_told() {
    if !local_or_say_why().await {
        return;
    }
    let change = |to: u8| {
        format!("create or replace function fee() returns int language sql as 'select {to}';")
    };
    let (second, fourth) = (change(2), change(4));
    let files = [
        ("1.sql", BASE),
        ("2.sql", &second),
        ("3.sql", "create table other (a int);"),
        ("4.sql", &fourth),
    ];
    let project = Project::with_scenario(&files, &format!("{PASSES}{OLD}"));
    let ran = project.run(&["run", "scenarios/case.toml", "--backend", shared()]);
    ran.assert(1, &["4.sql ran before 2.sql and what follows that", "4.sql and 2.sql leave"]);
    assert!(!ran.text.contains("3.sql"), "{}", ran.text);
    let one = format!("[replay]\norders = 1\n{OLD}");
    let project = Project::with_scenario(&files, &one);
    project.run(&["run", "scenarios/case.toml", "--backend", shared()]).assert(0, &["1 passed"]);
}

#[test]
fn a_number_out_of_range_is_refused() {
    let project = Project::with_scenario(&[("1.sql", "select 1;")], "[replay]\norders = -1\n");
    let ran = project.run(&["run", "scenarios/case.toml", "--backend", shared()]);
    ran.assert(2, &["a whole number from 0 to 1000: orders = 10"]);
}
