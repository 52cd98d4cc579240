//! `describe`: the schema of a real replay as a page, the same every time.

use crate::support::{Project, Ran, local_or_say_why, shared};

const SHOP: &[(&str, &str)] = &[
    (
        "001_users.sql",
        "create table users (id integer primary key, email text unique);\n\
         comment on table users is 'who may log in';\n",
    ),
    (
        "002_orders.sql",
        "create table orders (id bigserial primary key, buyer integer not null references users);\n",
    ),
    ("003_broken.sql", "create table missing_type (a no_such_type);\n"),
    ("004_never.sql", "create table never (a integer);\n"),
];

/// Its own files on local servers; what is printed on standard output alone is a file here.
fn describe(project: &Project, words: &[&str]) -> (Ran, String) {
    let all = [&["describe", "--backend", shared(), "-o", "out/schema.md"], words].concat();
    let ran = project.run(&all);
    let page = project.read("out/schema.md");
    let _removed = std::fs::remove_file(project.path("out/schema.md"));
    (ran, page)
}

#[tokio::test]
async fn a_page_is_the_same_every_time_and_holds_what_the_migrations_made() {
    if !local_or_say_why().await {
        return;
    }
    let project = Project::with_scenario(&SHOP[..2], "");
    let (ran, page) = describe(&project, &[]);
    ran.assert(0, &[]);
    assert!(page.contains("After `002_orders.sql`.\n"), "{page}");
    assert!(page.contains("\n#### `users`\n\nwho may log in.\n"), "{page}");
    assert!(page.contains("    \"users\" ||..o{ \"orders\" : \"buyer\"\n"), "{page}");
    assert!(page.contains("| `buyer` | `integer` | no | | FK | |"), "{page}");
    assert_eq!(describe(&project, &[]).1, page);
}

#[tokio::test]
async fn what_was_reached_is_described_where_a_migration_fails() {
    if !local_or_say_why().await {
        return;
    }
    let project = Project::with_scenario(SHOP, "");
    let (ran, page) = describe(&project, &[]);
    ran.assert(1, &["type \"no_such_type\" does not exist", "003_broken.sql:1", "not complete"]);
    assert!(page.contains("After `002_orders.sql`.\n\n**Not complete**: `003_broken.sql` failed."));
    assert!(page.contains("#### `orders`") && !page.contains("never"), "{page}");
    let (ran, page) = describe(&project, &["--through", "001"]);
    ran.assert(0, &[]);
    assert!(page.contains("After `001_users.sql`.\n") && !page.contains("orders"), "{page}");
}

#[tokio::test]
async fn a_seed_that_fails_is_not_described() {
    if !local_or_say_why().await {
        return;
    }
    let project = Project::with_scenario(&SHOP[..2], "[[seed]]\nsql = 'rows.sql'\n");
    project.write("scenarios/rows.sql", "insert into nowhere values (1);\n");
    let (ran, page) = describe(&project, &[]);
    ran.assert(2, &["relation \"nowhere\" does not exist", "nothing is described"]);
    assert_eq!(page, "");
}

#[test]
fn a_sequence_needs_no_server() {
    let project = Project::with_scenario(SHOP, "exclude = [{ migration = '003', reason = 'old' }]");
    let words =
        ["describe", "--sequence", "--format", "mermaid", "--backend", "postgres://nowhere/"];
    let ran = project.run(&words);
    ran.assert(
        0,
        &["flowchart TD", "m_003_broken_sql[\"003_broken.sql (excluded: old)\"]:::excluded"],
    );
}

#[test]
fn one_case_has_to_be_chosen() {
    let project = Project::with_scenario(SHOP, "image = ['postgres:15', 'postgres:17']");
    let ran = project.run(&["describe"]);
    ran.assert(
        2,
        &["one case is described, and there are 2", "--filter", "case@postgres:17/fresh"],
    );
    project.run(&["describe", "--filter", "18"]).assert(4, &["nothing selected"]);
    let ran = project.run(&["describe", "--filter", "15", "--through", "9"]);
    ran.assert(2, &["--through \"9\" matches no migration", "the nearest is"]);
}
