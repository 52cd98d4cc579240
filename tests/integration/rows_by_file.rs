//! Rows accounted for where transactions are around files.

use crate::rows_accounted_for::{ROWS, TABLES};
use crate::support::{Project, Ran, local_or_say_why, shared};

/// The first file is applied, and has rows; `more` is the rest of the scenario.
fn run(files: &[(&str, &str)], rule: &str, more: &str) -> Ran {
    let scenario = format!(
        "[replay]\npasses = [\"apply\"]\ntransaction = \"{rule}\"\n\
         [[seed]]\nthrough = \"1\"\nsql = [\"../rows.sql\"]\n{more}"
    );
    let project = Project::with_scenario(files, &scenario);
    project.write("rows.sql", ROWS);
    project.run(&["run", "scenarios/case.toml", "--backend", shared()])
}

/// What one transaction writes looks alike from outside, and `now()` is its beginning.
#[tokio::test]
async fn in_one_transaction_each_migration_has_its_own_account() {
    if !local_or_say_why().await {
        return;
    }
    let files = [
        ("1.sql", TABLES),
        ("2.sql", "update teams set name = 'black' where id = 1;"),
        ("3.sql", "update teams set name = 'white' where id = 1;"),
        ("4.sql", "update users set touched = now();"),
        ("5.sql", "select lower(name) from teams;"),
    ];
    let asked =
        "[[expect.query]]\nsql = \"select count(*) from teams where name = 'white'\"\nequals = 1\n";
    let ran = run(&files, "all", asked);
    let lost = "1 of 3 values of column public.teams.name is another one";
    ran.assert(1, &[&format!("2.sql: {lost}"), &format!("3.sql: {lost}"), "black, then white"]);
    assert_eq!(ran.text.matches("data-lost (").count(), 2, "{}", ran.text);
}

/// Where one transaction is around each file, only what it has locked is looked at.
#[tokio::test]
async fn whatever_way_rows_are_written_to_it_is_told_with_its_own_file() {
    if !local_or_say_why().await {
        return;
    }
    let files = [
        ("1.sql", TABLES),
        ("2.sql", "update teams set name = 'black' where id = 1;"),
        ("3.sql", "alter table notes add column more int; alter table users rename to people;"),
        ("4.sql", "delete from log_old;"),
        ("5.sql", "do $$ begin execute 'update people set name = ''bob'' where id = 1'; end $$;"),
        ("6.sql", "select lower(name) from teams;"),
    ];
    for rule in ["statement", "file"] {
        let ran = run(&files, rule, "");
        let told = [
            "2.sql: 1 of 3 values of column public.teams.name is another one",
            "4.sql: 1 of 2 rows of table public.log",
            "5.sql: 1 of 3 values of column public.people.name is another one",
        ];
        ran.assert(1, &told);
        assert_eq!(ran.text.matches("data-lost (").count(), 3, "{}", ran.text);
    }
}

/// It has locked nothing of what it writes to when it is asked.
#[tokio::test]
async fn what_a_trigger_does_at_commit_is_told() {
    if !local_or_say_why().await {
        return;
    }
    let trigger = "create function wipe() returns trigger language plpgsql as $$ begin delete from notes; return null; end $$;\n\
        create constraint trigger wipe after update on teams deferrable initially deferred for each row execute function wipe();\n";
    let base = format!("{TABLES}{trigger}");
    let files = [("1.sql", &*base), ("2.sql", "update teams set id = id where id = 3;")];
    for rule in ["statement", "file"] {
        let ran = run(&files, rule, "");
        ran.assert(1, &["3 of 3 rows of table public.notes"]);
    }
}
