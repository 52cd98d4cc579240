//! Base and head: which migrations are new tells also where nothing is older than the replay.

use serde_json::Value;

use crate::base::{commit, compare, failures, pairs, repository};
use crate::support::{git, local_or_say_why, shared};

/// A table that is built again without one of its rows.
fn rebuild(table: &str) -> String {
    format!(
        "create table more (id int primary key, name text);\ninsert into more select * from {table} where id = 1;\n\
         drop table {table};\nalter table more rename to {table};\n"
    )
}

#[tokio::test]
async fn on_a_fresh_database_a_new_migration_must_keep_the_rows_that_older_ones_brought() {
    if !local_or_say_why().await {
        return;
    }
    let project = repository("migrations = '../migrations'\n[replay]\npasses = ['apply']\n");
    let table = |name: &str| {
        format!(
            "create table {name} (id int primary key, name text);\ninsert into {name} values (1, 'a'), (2, 'b');\n"
        )
    };
    project.write("migrations/008_alerts.sql", table("plans") + &table("roles"));
    project.write("migrations/009_notes.sql", rebuild("plans"));
    git(&project, &["checkout", "--quiet", "main"]);
    commit(&project);
    git(&project, &["checkout", "--quiet", "feature"]);
    git(&project, &["reset", "--quiet", "--hard", "main"]);
    project
        .write("migrations/050_said.sql", "delete from roles where id = 3;\ndelete from plans;\n");
    project.write("migrations/051_roles.sql", rebuild("roles"));
    project.run(&["run", "--backend", shared()]).assert(0, &["1 passed"]);
    compare(&project, &[]).assert(1, &["1 of 2 rows of table public.roles is gone", "data-lost"]);
    assert_eq!(failures(&project), pairs(&[("051_roles.sql", "introduced")]));
    let report: Value = serde_json::from_str(&project.read("out.json")).unwrap();
    let command = &report["cases"][0]["failures"][0]["reproduce"];
    assert!(command.as_str().unwrap().ends_with(" --base main"), "{command}");
    let report: Value = serde_json::from_str(&project.read("out.json")).unwrap();
    let hazards = &report["cases"][0]["hazards"];
    assert_eq!(hazards[0]["migration"], "050_said.sql", "{hazards}");
    // What is merged is settled, and nothing of it is told as mended.
    commit(&project);
    git(&project, &["branch", "--force", "main"]);
    project.write("migrations/052_more.sql", "create table x ();\n");
    let ran = compare(&project, &[]);
    ran.assert(0, &["1 passed"]);
    assert!(!ran.text.contains("051_roles.sql"), "{}", ran.text);
}

#[tokio::test]
async fn over_rows_that_are_generated_from_nothing_only_what_the_base_does_not_have_is_judged() {
    if !local_or_say_why().await {
        return;
    }
    let scenario = "migrations = '../migrations'\n[replay]\npasses = ['apply']\n[[seed]]\nname = 'filled'\nrows = 10\n";
    let project = repository(scenario);
    project.write(
        "migrations/008_alerts.sql",
        "create table a (id int primary key, nick text, old text);\n",
    );
    project.write("migrations/009_notes.sql", "alter table a alter nick set not null;\n");
    git(&project, &["checkout", "--quiet", "main"]);
    commit(&project);
    git(&project, &["checkout", "--quiet", "feature"]);
    git(&project, &["reset", "--quiet", "--hard", "main"]);
    // Files of one change run one right after the other: nobody writes rows without a mail in between.
    project.write(
        "migrations/050_mail.sql",
        "alter table a add mail text;\nupdate a set mail = '';\n",
    );
    project.write("migrations/051_mail.sql", "alter table a alter mail set not null;\n");
    compare(&project, &[]).assert(0, &["1 passed"]);
    project.write("migrations/052_old.sql", "alter table a alter old set not null;\n");
    project.run(&["run", "--backend", shared()]).assert(0, &["1 passed"]);
    compare(&project, &[]).assert(1, &["052_old.sql", "existing-rows-violate"]);
    assert_eq!(failures(&project), pairs(&[("052_old.sql", "introduced")]));
    project.write("migrations/052_old.sql", "alter table a drop old;\n");
    compare(&project, &[]).assert(1, &["column public.a.old is gone", "data-lost"]);
}
