//! Rows that foreign keys take along: the statement that is to blame is the one that wrote to the table they refer to.

use rstest::rstest;

use crate::support::{Project, local_or_say_why, shared};

const TABLES: &str = "\
    create table notes (line text);\n\
    create table teams (id int primary key, code text not null unique);\n\
    create table users (id int primary key, team int references teams on delete cascade);\n\
    create table badges (id int primary key, owner int references users on delete cascade,\n\
        code text references teams (code) on delete set null on update cascade);\n";

const ROWS: &str = "\
    insert into teams values (1, 'red'), (2, 'blue'); insert into users values (1, 1), (2, 2);\n\
    insert into badges values (1, 1, 'blue'), (2, 2, 'red');";

#[rstest]
#[case::along_with_what_it_refers_to(
    "delete from teams where id = 1;",
    "1 of 2 rows of table public.users is gone",
    "it deletes rows of public.teams: what refers to them by the foreign key users_team_fkey goes, too (ON DELETE CASCADE)"
)]
#[case::by_way_of_a_third_table(
    "delete from teams where id = 1;",
    "1 of 2 rows of table public.badges is gone",
    "it deletes rows of public.teams: what refers to them by the foreign keys badges_owner_fkey, users_team_fkey goes, too (ON DELETE CASCADE)"
)]
#[case::set_to_null(
    "delete from teams where id = 1;",
    "1 of 2 values of column public.badges.code is another one",
    "it deletes rows of public.teams: what refers to them by the foreign key badges_code_fkey becomes null (ON DELETE SET NULL)"
)]
#[case::changed_along(
    "update teams set code = 'green' where id = 1;",
    "1 of 2 values of column public.badges.code is another one",
    "it changes rows of public.teams: what refers to them by the foreign key badges_code_fkey changes, too (ON UPDATE CASCADE)"
)]
#[case::emptied_along(
    "truncate users cascade;",
    "2 of 2 rows of table public.badges are gone",
    "it empties public.users: what refers to them by the foreign key badges_owner_fkey goes, too (TRUNCATE … CASCADE)"
)]
#[tokio::test]
async fn the_foreign_key_is_named_and_the_statement_shown(
    #[case] statement: &str,
    #[case] lost: &str,
    #[case] why: &str,
) {
    if !local_or_say_why().await {
        return;
    }
    let sql = format!("delete from notes where false;\n{statement}\n");
    let scenario =
        "[replay]\npasses = [\"apply\"]\n[[seed]]\nthrough = \"1\"\nsql = [\"../rows.sql\"]\n";
    let project = Project::with_scenario(&[("1.sql", TABLES), ("2.sql", &sql)], scenario);
    project.write("rows.sql", ROWS);
    let ran = project.run(&["run", "scenarios/case.toml", "--backend", shared()]);
    let mut failures = ran.text.split("\nerror: ");
    let told = failures.find(|it| it.contains(lost)).unwrap_or_else(|| panic!("{}", ran.text));
    assert!(told.contains(&format!("{why}\n")), "{told}");
    assert!(told.contains("migrations/2.sql:2:1\n"), "{told}");
}
