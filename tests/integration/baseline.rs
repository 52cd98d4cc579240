//! `baseline`: what it writes does nothing on a database that has the schema, makes it on an empty one, and refuses a half of it.

use std::os::unix::fs::{PermissionsExt, symlink};

use crate::support::{Project, Ran, UrlServer, local_or_say_why, shared};

const SHOP: [(&str, &str); 3] = [
    (
        "001_users.sql",
        "create type mood as enum ('ok', 'bad');
        create table users (id bigserial primary key, email text not null unique, mood mood default 'ok');
        comment on table users is 'who may log in';
        create function touch() returns trigger language plpgsql as
            $$ begin new.email := lower(new.email); return new; end $$;
        create trigger users_touch before insert on users for each row execute function touch();
        create index users_mood on users (mood) where mood = 'bad';\n",
    ),
    (
        "002_plans.sql",
        "create schema billing;
        create table billing.plans (code text primary key, price numeric(10, 2) not null check (price >= 0));
        insert into billing.plans values ('free', 0), ('pro', 10);
        create view cheap as select * from billing.plans where price < 5;
        create materialized view all_plans as select code from billing.plans;
        create function \"Odd $schema$ Name\"(a text[], b users) returns integer language sql as 'select 1';
        alter table users enable row level security;
        create policy own on users using (email = current_user);
        grant select on users to public;
        alter default privileges in schema billing grant select on tables to public;\n",
    ),
    ("003_more.sql", "alter table users add column plan text references billing.plans;\n"),
];

fn baseline(project: &Project, words: &[&str]) -> (Ran, String) {
    baseline_on(shared(), project, words)
}

fn baseline_on(backend: &str, project: &Project, words: &[&str]) -> (Ran, String) {
    let all = [&["baseline", "--backend", backend, "-o", "out.sql"], words].concat();
    let ran = project.run(&all);
    (ran, project.read("out.sql"))
}

/// The files that it stands for as one.
fn old() -> String {
    SHOP[..2].iter().map(|(_, sql)| *sql).collect()
}

#[tokio::test]
async fn it_takes_the_place_of_the_migrations_on_old_and_new_databases() {
    if !local_or_say_why().await {
        return;
    }
    let project = Project::with_scenario(&SHOP, "");
    let (ran, text) = baseline(&project, &["--through", "002"]);
    let told = [
        "baseline for 2 migrations through 002_plans.sql",
        "the migration after it runs on both, and both end in one schema",
        "warning: without the rows that the migrations inserted (--with-rows keeps them):\n  billing.plans: 2 rows",
        "written to out.sql",
    ];
    ran.assert(0, &told);
    assert!(text.contains("-- Without the rows that the migrations inserted into billing.plans."));

    let after = "create table at_last (path text);
        insert into at_last values (current_setting('search_path'));
        do $$ begin
            assert (select path from at_last) = '\"$user\", public', (select path from at_last);
            assert current_setting('check_function_bodies') = 'on';
        end $$;\n";
    let files = [
        ("003_baseline.sql", text.as_str()),
        ("004_more.sql", SHOP[2].1),
        ("005_after.sql", after),
    ];
    let half = "[[expect.failure]]
        pass = 'apply'
        migration = '003'
        sqlstate = '55000'";
    for rule in ["statement", "file", "query", "all"] {
        let seeds = format!(
            "{half}\nseed = 'half'
            [replay]\ntransaction = '{rule}'
            [[seed]]\nname = 'fresh'\n[[seed]]\nname = 'live'\nsql = 'live.sql'
            [[seed]]\nname = 'half'\nsql = 'half.sql'\n"
        );
        let project = Project::with_scenario(&files, &seeds);
        project.write("scenarios/live.sql", old());
        project.write(
            "scenarios/half.sql",
            old() + "drop index users_mood; alter table users drop email cascade;",
        );
        project.run(&["run", "--backend", shared()]).assert(0, &["3 passed"]);
    }
}

#[tokio::test]
async fn a_half_of_the_schema_is_refused_by_name() {
    if !local_or_say_why().await {
        return;
    }
    let project = Project::with_scenario(&SHOP, "");
    let (_, text) = baseline(&project, &["--through", "002"]);
    let seed = "[[seed]]\nsql = 'half.sql'\n";
    let project = Project::with_scenario(&[("003_baseline.sql", &text)], seed);
    project.write(
        "scenarios/half.sql",
        old() + "drop index users_mood; drop table billing.plans cascade;",
    );
    let ran = project.run(&["run", "--backend", shared()]);
    let told = "the baseline finds only a part of its schema";
    ran.assert(
        1,
        &[told, "missing are: index public.users_mood", "table billing.plans", "error[55000]"],
    );
    assert!(!ran.text.contains("column billing.plans.code"), "{}", ran.text);
}

#[tokio::test]
async fn rows_come_with_it_where_somebody_asks() {
    if !local_or_say_why().await {
        return;
    }
    let needs = "insert into users (email) values ('a@example.org'); alter table users add column plan text;
        update users set plan = (select code from billing.plans where price = 10);
        alter table users alter column plan set not null;\n";
    let project = Project::with_scenario(&[SHOP[0], SHOP[1], ("003_needs_them.sql", needs)], "");
    let (ran, text) = baseline(&project, &["--through", "002"]);
    ran.assert(1, &["003_needs_them.sql", "where only the baseline ran", "nothing is written"]);
    assert_eq!(text, "");
    let (ran, text) = baseline(&project, &["--through", "002", "--with-rows"]);
    ran.assert(0, &["with the rows that the migrations inserted:\n  billing.plans: 2 rows"]);
    assert!(
        text.contains("INSERT INTO billing.plans (code, price) VALUES ('pro', 10.00);"),
        "{text}"
    );
}

/// The server's programs, with a `pg_dump` that says what `filter` lets through.
async fn programs(project: &Project, filter: &str) -> Option<String> {
    let server = UrlServer::start().await?;
    let folder = server.programs();
    server.stop().await;
    let folder = folder?;
    std::fs::create_dir(project.path("bin")).unwrap();
    for program in std::fs::read_dir(&folder).unwrap().map(Result::unwrap) {
        if program.file_name() != "pg_dump" {
            symlink(program.path(), project.path("bin").join(program.file_name())).unwrap();
        }
    }
    let script = format!(
        "#!/bin/sh\nfor last; do :; done\n'{}/pg_dump' \"$@\" && sed -i '{filter}' \"$last\"\n",
        folder.display()
    );
    project.write("bin/pg_dump", script);
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(project.path("bin/pg_dump"), mode).unwrap();
    Some(project.path("bin").display().to_string())
}

#[tokio::test]
async fn one_that_forgets_something_is_not_written() {
    if !local_or_say_why().await {
        return;
    }
    for (filter, told) in [
        ("/^CREATE INDEX users_mood/d", "index public.users_mood: only with the migrations"),
        ("/^COMMENT ON TABLE/d", "comment none with the baseline"),
        ("/^GRANT SELECT ON TABLE public.users/d", "table public.users: grants to PUBLIC"),
        (
            "s/numeric(10,2)/numeric(12,2)/",
            "numeric(12,2) with the baseline, numeric(10,2) with the migrations",
        ),
    ] {
        let project = Project::with_scenario(&SHOP, "");
        let Some(bin) = programs(&project, filter).await else { return };
        let (ran, text) = baseline(&project, &["--through", "002", "--pg-bin", &bin]);
        ran.assert(
            1,
            &["error: the baseline alone was run on an empty database, and this differs:", told],
        );
        assert_eq!(text, "", "{filter}");
    }
}

#[tokio::test]
async fn roles_of_the_migrations_are_made_and_what_the_setup_made_is_not() {
    if !local_or_say_why().await {
        return;
    }
    let files = [
        ("001_roles.sql", "create role shop_reader nologin; create role shop_owner;\n"),
        (
            "002_tables.sql",
            "create table orders (id integer primary key, buyer uuid references auth.users);
            alter table orders owner to shop_owner; grant select on orders to shop_reader;\n",
        ),
    ];
    let project = Project::with_scenario(&files, "[setup]\nsql = 'setup.sql'\nroles = ['anon']\n");
    let setup = "create schema auth; create table auth.users (id uuid primary key); grant usage on schema auth to anon;";
    project.write("scenarios/setup.sql", setup);
    let (ran, text) = baseline_on("local", &project, &["--through", "002"]);
    ran.assert(0, &["no migration comes after it"]);
    assert!(text.contains("THEN CREATE ROLE shop_reader; END IF;"), "{text}");
    assert!(text.contains("ALTER TABLE public.orders OWNER TO shop_owner;"), "{text}");
    assert!(!text.contains("CREATE TABLE auth.users") && !text.contains("anon"), "{text}");
    assert!(!text.contains("OWNER TO postgres"), "{text}");
}

#[tokio::test]
async fn it_has_the_form_that_the_layout_wants() {
    if !local_or_say_why().await {
        return;
    }
    let up = |sql: &str| {
        format!("-- +goose Up\n-- +goose StatementBegin\n{sql}\n-- +goose StatementEnd\n")
    };
    let files = SHOP.map(|(name, sql)| (name, up(sql)));
    let files = files.each_ref().map(|(name, sql)| (*name, sql.as_str()));
    let project = Project::with_scenario(&files, "");
    let (ran, text) = baseline(&project, &["--through", "002"]);
    ran.assert(0, &["written to out.sql"]);
    assert!(text.starts_with("-- +goose Up\n-- +goose StatementBegin\n-- Baseline:"), "{text}");
}

#[test]
fn what_cannot_be_made_is_said_before_a_server_starts() {
    let project = Project::with_scenario(&SHOP, "image = ['postgres:15', 'postgres:17']");
    project
        .run(&["baseline", "--through", "2"])
        .assert(2, &["a baseline is made of one case, and there are 2"]);
    let ran = project.run(&["baseline", "--through", "9", "--filter", "15"]);
    ran.assert(2, &["--through \"9\" matches no migration"]);
}
