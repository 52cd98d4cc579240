//! What a scenario expects is held against what happens, and both ways of being wrong are failures.

use migration_replay::postgres::BackendChoice;
use rstest::rstest;

use crate::support::{Project, assert_ended, failures, server_or_say_why};

const MIGRATIONS: &[(&str, &str)] = &[
    (
        "001_users.sql",
        "create table users (id integer primary key, email text, tenant text);\n\
         alter table users enable row level security;\n\
         create policy own_tenant on users using (tenant = current_setting('app.tenant', true));\n\
         create function greet(text) returns text language sql as $$ select 'hello ' || $1 $$;\n\
         grant select on users to public;\n",
    ),
    ("002_rows.sql", "insert into users values (1, 'a', 'red'), (2, null, 'blue');\n"),
];

const BROKEN: &[(&str, &str)] = &[
    ("001_users.sql", "create table users (id integer primary key);\n"),
    ("002_index.sql", "create index on users (email);\n"),
    ("003_more.sql", "create table more (id integer);\n"),
];

/// What is added to a scenario over [`MIGRATIONS`], the exit code, and what the unexpected failures say.
#[rstest]
#[case::nothing_expected("", 0, &[])]
#[case::failure_that_does_not_happen(
    "[[expect.failure]]\npass = 'apply'\nmigration = '002'\nsqlstate = '42703'",
    1,
    &["the expected failure of 002 in the pass apply with SQLSTATE 42703 did not happen"]
)]
#[case::duplicates_that_are_not_there(
    "[expect]\ncheck = ['duplicate-version']",
    1,
    &["duplicate-version is declared as known, but the files have none"]
)]
#[case::contract_kept(
    "[expect.schema]\nfunctions = ['greet(text)']\nextensions = ['plpgsql']
     [expect.schema.tables.users]\nrequired = ['id', 'email']\npolicies = ['own_tenant']",
    0,
    &[]
)]
#[case::required_column_missing(
    "[expect.schema.tables.users]\nrequired = ['id', 'password_hash']",
    1,
    &["the schema contract is not kept at the end: missing column public.users.password_hash"]
)]
#[case::table_function_and_policy_missing(
    "[expect.schema]\nfunctions = ['greet(integer)']
     [expect.schema.tables.accounts]\nrequired = ['id']
     [expect.schema.tables.users]\npolicies = ['others']",
    1,
    &["greet(integer)", "accounts", "others"]
)]
#[case::contract_on_owners_kept("[expect.schema]\nowner = 'postgres'", 0, &[])]
#[case::contract_on_owners_not_kept(
    "[expect.schema]\nowner = 'app_owner'",
    1,
    &["table public.users belongs to postgres", "function public.greet(text) belongs to postgres"]
)]
#[case::contract_right_after_a_migration(
    "[expect.at.'001'.schema]\ntables = ['users', 'later']",
    1,
    &["not kept after 001_users.sql", "later"]
)]
#[case::query_as_expected("[[expect.query]]\nsql = 'select count(*) from users'\nequals = 2", 0, &[])]
#[case::query_with_another_result(
    "[[expect.query]]\nsql = 'select count(*) from users'\nequals = 3",
    1,
    &["the query returned 2, not 3"]
)]
#[case::query_that_the_server_refuses(
    "[[expect.query]]\nsql = 'select age from users'\nequals = 3",
    1,
    &["column \"age\" does not exist"]
)]
#[case::query_leaves_nothing_for_the_next(
    "[[expect.query]]\nsql = 'with gone as (delete from users returning 1) select count(*) from gone'\nequals = 2
     [[expect.query]]\nsql = 'select count(*) from users'\nequals = 2",
    0,
    &[]
)]
#[tokio::test(flavor = "multi_thread")]
async fn an_expectation_passes_or_fails_as_it_says(
    #[case] expectation: &str,
    #[case] code: u8,
    #[case] texts: &[&str],
) {
    if !server_or_say_why().await {
        return;
    }
    let outcome = Project::with_scenario(MIGRATIONS, expectation).replay_anywhere().await;
    assert_ended(&outcome, code);
    let unexpected = failures(&outcome).into_iter().filter(|(expected, ..)| !expected);
    let told: Vec<_> = unexpected.map(|(_, _, message)| message).collect();
    assert_eq!(told.is_empty(), texts.is_empty(), "{told:?}");
    for text in texts {
        assert!(told.iter().any(|message| message.contains(text)), "{text:?} in {told:?}");
    }
}

/// On a server of its own, since roles outlive databases.
#[tokio::test(flavor = "multi_thread")]
async fn a_query_is_asked_as_a_role_with_settings() {
    if !server_or_say_why().await {
        return;
    }
    let expectations = "[setup]\nroles = ['expectations_reader']
        [[expect.query]]\nsql = 'select email from users'\nequals = 'a'
        role = 'expectations_reader'\nset = { 'app.tenant' = 'red' }
        [[expect.query]]\nsql = 'select count(*) from users'\nequals = 0\nrole = 'expectations_reader'
        [[expect.query]]\nsql = 'select count(*) from users'\nequals = 2";
    let project = Project::with_scenario(MIGRATIONS, expectations);
    assert_ended(&project.replay(BackendChoice::Auto, |_| {}).await.0, 0);
}

/// An `[[expect.failure]]` over [`BROKEN`], whose second migration fails with 42703.
#[rstest]
#[case::as_it_happens("migration = '002'\nsqlstate = '42703'", 0)]
#[case::by_file_name("migration = '002_index.sql'", 0)]
#[case::another_sqlstate("migration = '002'\nsqlstate = '42P01'", 1)]
#[case::another_migration("migration = '003'\nsqlstate = '42703'", 1)]
#[case::with_its_cause("migration = '002'\ncause = 'missing-from-set'", 0)]
#[case::another_cause("migration = '002'\ncause = 'dropped-earlier'", 1)]
#[case::somebody_who_is_not_to_blame("migration = '002'\nculprit = '001'", 1)]
#[case::on_this_seed("migration = '002'\nseed = 'fresh'", 0)]
#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_expected_only_where_all_that_is_said_of_it_holds(
    #[case] expected: &str,
    #[case] code: u8,
) {
    if !server_or_say_why().await {
        return;
    }
    let scenario = format!("[[expect.failure]]\npass = 'apply'\n{expected}");
    let outcome = Project::with_scenario(BROKEN, &scenario).replay_anywhere().await;
    assert_ended(&outcome, code);
    let unexpected = failures(&outcome).iter().filter(|(expected, ..)| !expected).count();
    // One for what happened, one for what did not.
    assert_eq!(unexpected, if code == 0 { 0 } else { 2 });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_optional_column_that_is_missing_is_a_warning() {
    if !server_or_say_why().await {
        return;
    }
    let contract = "[expect.schema.tables.users]\nrequired = ['id']\noptional = ['password_hash']";
    let outcome = Project::with_scenario(MIGRATIONS, contract).replay_anywhere().await;
    assert_ended(&outcome, 0);
    let warnings = outcome.warnings.join("\n");
    assert!(warnings.contains("users.password_hash is missing (optional)"), "{warnings:?}");
}

const COMMAND: &str = "[[expect.command]]\nrun = 'psql -Atc \"select count(*) from users\" \
                       \"$DATABASE_URL\" | grep -qx 2'";

#[tokio::test(flavor = "multi_thread")]
async fn a_command_runs_only_when_allowed() {
    if !server_or_say_why().await {
        return;
    }
    let project = Project::with_scenario(MIGRATIONS, COMMAND);
    project.run(&["run"]).assert(3, &["its commands run only with --allow-commands"]);
    project.run(&["run", "--allow-commands"]).assert(0, &[]);
    // Skipping the only case is not a green run.
    project.run(&["run", "--allow-skip"]).assert(4, &["--allow-commands"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_fails_shows_what_it_printed() {
    if !server_or_say_why().await {
        return;
    }
    let command = "[[expect.command]]\nrun = 'echo to be seen; exit 7'";
    let project = Project::with_scenario(MIGRATIONS, command);
    let ran = project.run(&["run", "--allow-commands"]);
    ran.assert(1, &["scenarios/case.toml:3:", "exit status: 7", "to be seen"]);
}

/// Who asks, and why the policies do not hold for them; nothing where they do.
#[rstest]
#[case::a_reader("asks_as_reader", "")]
#[case::the_owner("asks_as_owner", "owns it")]
#[case::one_that_bypasses("asks_as_auditor", "has BYPASSRLS")]
#[tokio::test]
async fn a_role_for_which_policies_do_not_hold_is_told(#[case] role: &str, #[case] why: &str) {
    if !server_or_say_why().await {
        return;
    }
    let setup = "alter role asks_as_auditor bypassrls;";
    let owned = ("003_owner.sql", "alter table users owner to asks_as_owner;");
    let files = [MIGRATIONS[0], MIGRATIONS[1], owned];
    let scenario = format!(
        "[setup]\nroles = ['asks_as_reader', 'asks_as_owner', 'asks_as_auditor']\nsql = ['../setup.sql']\n\
         [[expect.query]]\nsql = 'select count(*) >= 0 from users'\nequals = true\nrole = '{role}'"
    );
    let project = Project::with_scenario(&files, &scenario);
    project.write("setup.sql", setup);
    let ran = project.run(&["run", "scenarios/case.toml"]);
    let told = format!(
        "the policies of public.users do not hold for the role {role} of a query: it {why}"
    );
    assert_eq!(ran.text.contains(&told), !why.is_empty(), "{}", ran.text);
    assert_eq!(ran.code, Some(0), "{}", ran.text);
}
