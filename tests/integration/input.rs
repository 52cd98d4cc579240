//! Bad input: each a clear error of one kind, with its place and what is right, and reports that say so.

use migration_replay::postgres::docker_answers;
use rstest::rstest;

use crate::support::{Project, UrlServer, docker_or_say_why, local_or_say_why, server_or_say_why};

const FILES: &[(&str, &str)] = &[
    ("migrations/001_users.sql", "create table users (id integer primary key);\n"),
    ("migrations/002_posts.sql", "create table posts (id integer primary key);\n"),
    ("migrations/010_own.sql", "select 1;\nbegin;\ncreate table own (id integer);\ncommit;\n"),
    ("twice/001_users.sql", "create table users (id integer);\n"),
    ("twice/001_posts.sql", "create table posts (id integer);\n"),
    ("pairs/001_users.up.sql", "create table users (id integer);\n"),
    ("pairs/1_posts.up.sql", "create table posts (id integer);\n"),
    ("sleepy/001_sleep.sql", "select 1;\nselect pg_sleep(600);\n"),
    ("unnumbered/users.sql", "create table users (id integer);\n"),
    ("empty/README.md", "no migrations yet\n"),
    ("no-scenarios/notes.txt", "\n"),
];

/// Scenarios that are wrong: the file's text from line 2 on, and what is printed besides that place.
#[rstest]
#[case::unknown_key("images = 'postgres:17'", &["unknown key `images`", "did you mean `image`?"])]
#[case::far_from_any_key("zzz = 1", &["unknown key `zzz`", "known here: ", "exclude_from_env"])]
#[case::number_for_a_text("image = 17", &["`image` cannot be ", "write it like image = "])]
#[case::text_for_a_table("setup = 'roles'", &["`setup` cannot be ", "write it like [setup]"])]
#[case::not_toml("image = postgres:17", &["this is not valid TOML", "quote texts"])]
#[case::exclusion_without_reason("[[exclude]]\nmigration = '001'", &["has no `reason`", "add reason = "])]
#[case::exclusion_of_nothing(
    "exclude = [{ migration = '003_post', reason = 'x' }]",
    &["\"003_post\" matches no migration of", "the nearest is 002_posts.sql"]
)]
#[case::all_excluded(
    "exclude = [{ migration = '*', reason = 'x' }]",
    &["every migration is excluded", "nothing to replay"]
)]
#[case::exclusion_on_another_image(
    "exclude = [{ migration = '001', reason = 'x', images = ['postgres:1'] }]",
    &["\"postgres:1\" is not one of this scenario's images"]
)]
#[case::through_nothing("seed = [{ through = '045' }]", &["`through` \"045\" matches no migration of"])]
#[case::after_beyond_through(
    "seed = [{ through = '001', sql = [{ after = '002', file = 'case.toml' }] }]",
    &["`after = \"002\"` is not in this seed's own chain"]
)]
#[case::missing_seed_file("seed = [{ sql = ['rows.sql'] }]", &["rows.sql does not exist"])]
#[case::missing_dump("seed = [{ dump = 'prod.dump' }]", &["prod.dump does not exist"])]
#[case::two_seeds_of_one_name("seed = [{ name = 'a' }, { name = 'a' }]", &["two seeds are named \"a\""])]
#[case::slash_in_a_seed_name("seed = [{ name = 'a/b' }]", &["\"a/b\" contains a slash", "name = \"a-b\""])]
#[case::unknown_pass("replay = { passes = ['aply'] }", &["cannot be \"aply\"", "did you mean \"apply\"?"])]
#[case::not_a_length_of_time("limits = { statement = 'soon' }", &["is not a length of time", "\"60s\""])]
#[case::not_an_sqlstate(
    "expect = { failure = [{ pass = 'apply', migration = '001', sqlstate = '4270' }] }",
    &["\"4270\" is not an SQLSTATE"]
)]
#[case::failure_of_no_migration(
    "expect = { failure = [{ pass = 'apply', migration = '011' }] }",
    &["`migration` \"011\" matches no migration of"]
)]
#[case::failure_of_no_seed(
    "expect = { failure = [{ pass = 'converge', seed = 'dump' }] }",
    &["no seed of this scenario is named \"dump\"", "the scenario has: fresh"]
)]
#[case::query_without_result(
    "expect = { query = [{ sql = 'select 1' }] }",
    &["has no `equals`", "add equals = 5"]
)]
fn a_wrong_scenario_is_refused_before_any_server_starts(
    #[case] line: &str,
    #[case] texts: &[&str],
) {
    assert_refused(line, texts);
}

/// The second line of a scenario is wrong: these texts say how.
pub(crate) fn assert_refused(line: &str, texts: &[&str]) {
    let project = Project::new(FILES);
    project.write("scenarios/case.toml", format!("migrations = '../migrations'\n{line}\n"));
    let ran = project.run(&["run", "--junit", "out/junit.xml", "--json", "out.json"]);
    ran.assert(2, &[&["scenarios/case.toml:2:"], texts].concat());
    assert!(project.read("out/junit.xml").contains("<testsuites"), "a JUnit report");
    assert!(project.read("out.json").contains("\"version\""), "a JSON report");
}

/// What a replay cannot do is told before it begins: in migrations, setup and seeds, but not in what is
/// excluded or in branches that do not run.
#[rstest]
#[case::migration("", 2, &["db/001_a.sql:2:1", "\\ir runs another file", "files = ["])]
#[case::excluded("exclude = [{ migration = '001', reason = 'x' }]", 0, &[])]
#[case::branch("setup = { variables = { skip = 'yes' } }", 0, &[])]
#[case::setup("setup = { sql = 'db/other.txt' }", 2, &["db/other.txt:1:1", "leaves for another database"])]
#[case::seed("seed = [{ sql = 'db/other.txt' }]", 2, &["db/other.txt:1:1", "leaves for another database"])]
#[tokio::test(flavor = "multi_thread")]
async fn psql_commands_are_refused_before_any_server_starts(
    #[case] line: &str,
    #[case] code: i32,
    #[case] texts: &[&str],
) {
    if code == 0 && !local_or_say_why().await {
        return;
    }
    let project = Project::new(&[
        ("db/001_a.sql", "\\if :{?skip} \\else\n\\ir other.txt\n\\endif\nselect 1;\n"),
        ("db/002_b.sql", "select 2;\n"),
        ("db/other.txt", "\\connect other\n"),
    ]);
    project.write("case.toml", format!("migrations = 'db'\n{line}\n"));
    let ran = project.run(&["run", "case.toml", "--backend", "local"]);
    ran.assert(code, texts);
    assert_eq!(ran.text.contains("server ready"), code == 0, "{}", ran.text);
}

/// Arguments after `run` that are wrong, with the exit code and what must be printed.
#[rstest]
#[case::scenario_and_folder(
    &["scenarios", "--migrations", "migrations"],
    2,
    &["cannot be used with", "--migrations"]
)]
#[case::image_without_folder(&["--image", "postgres:17"], 2, &["--migrations <DIR>"])]
#[case::no_jobs(&["--jobs", "0"], 2, &["--jobs"])]
#[case::unknown_backend(&["--backend", "docker"], 2, &["auto, container, local, or a URL"])]
#[case::no_scenario_file(&["absent.toml"], 2, &["absent.toml", "there is no such scenario file or folder"])]
#[case::no_scenarios_in_folder(&["no-scenarios"], 2, &["no-scenarios", "there are no scenario files"])]
#[case::default_folder_is_not_there(&[], 2, &["scenarios", "there is no such scenario file or folder"])]
#[case::missing_folder(&["--migrations", "nowhere"], 2, &["nowhere does not exist"])]
#[case::empty_folder(&["--migrations", "empty"], 2, &["there are no .sql files in empty"])]
#[case::unnumbered_files(&["--migrations", "unnumbered"], 2, &["unnumbered follow no known layout"])]
#[case::exclude_nothing(
    &["--migrations", "migrations", "--exclude", "001,009"],
    2,
    &["\"009\" matches no migration of migrations"]
)]
#[case::through_nothing(
    &["--migrations", "migrations", "--through", "009"],
    2,
    &["--through \"009\" matches no migration of migrations"]
)]
#[case::pairs_of_one_version(
    &["--migrations", "pairs"],
    2,
    &["two migrations have the version 1: 001_users.up.sql and 1_posts.up.sql"]
)]
#[case::report_cannot_be_written(
    &["--migrations", "migrations", "--junit", "empty/README.md/out.xml"],
    2,
    &["empty/README.md/out.xml", "the file of --junit cannot be written"]
)]
#[case::filter_lets_nothing_through(
    &["--migrations", "migrations", "--filter", "absent"],
    4,
    &["nothing selected", "none of 1 case", "\"absent\""]
)]
#[case::nobody_at_the_url(
    &["--migrations", "migrations", "--backend", "postgres://me:geheim@127.0.0.1:1/postgres"],
    3,
    &["127.0.0.1:1/postgres", "cannot connect"]
)]
#[case::url_without_a_port_number(
    &["--migrations", "migrations", "--backend", "postgres://me:geheim@127.0.0.1:none/postgres"],
    2,
    &["the server URL cannot be read", "write it like postgres://user:password@127.0.0.1:5432/postgres"]
)]
#[case::url_without_a_host(
    &["--migrations", "migrations", "--backend", "postgres:///postgres?password=geheim"],
    2,
    &["the server URL names no host"]
)]
fn wrong_arguments_have_an_exit_code_of_their_own(
    #[case] arguments: &[&str],
    #[case] code: i32,
    #[case] texts: &[&str],
) {
    let ran = Project::new(FILES).run(&[&["run"], arguments].concat());
    ran.assert(code, texts);
    assert!(!ran.text.contains("geheim"), "a password was printed:\n{}", ran.text);
}

#[test]
fn everything_that_is_wrong_with_several_scenarios_is_told_at_once() {
    let project = Project::new(FILES);
    project.write("scenarios/a.toml", "migrations = '../migrations'\nimages = 'x'\nseeds = []\n");
    project.write("scenarios/b.toml", "migrations = '../nowhere'\n");
    project.write("scenarios/c.toml", "migrations = '../migrations'\n");
    project.write("scenarios/d.toml", "image = 'x'\n");
    project.write("scenarios/e.toml", b"migrations = '../migrations'\n# gr\xfcn\n");
    let ran = project.run(&["run", "--junit", "out.xml", "--json", "out.json"]);
    let wrong = [
        "scenarios/a.toml:2:1",
        "unknown key `images`",
        "scenarios/a.toml:3:1",
        "unknown key `seeds`",
        "scenarios/b.toml:1:14",
        "nowhere does not exist",
        "scenarios/d.toml:1",
        "has no `migrations`",
        "scenarios/e.toml",
        "line 2 is not UTF-8",
    ];
    ran.assert(2, &wrong);
    assert!(!ran.text.contains("c.toml"), "nothing is wrong with c.toml:\n{}", ran.text);
    for report in [project.read("out.xml"), project.read("out.json")] {
        for told in ["unknown key `images`", "nowhere does not exist", "line 2 is not UTF-8"] {
            assert!(report.contains(told), "{told:?} in {report}");
        }
    }
}

#[test]
fn a_migration_that_is_not_utf_8_is_told_with_line_and_byte() {
    let project = Project::new(FILES);
    project.write("migrations/003_text.sql", b"select 1;\nselect 'gr\xfcn';\n");
    let ran = project.run(&["run", "--migrations", "migrations"]);
    ran.assert(2, &["migrations/003_text.sql", "line 2 is not UTF-8 (byte 0xfc)", "iconv"]);
}

#[test]
fn a_scenario_cannot_name_files_outside_its_repository() {
    let outside = Project::new(FILES);
    let project = Project::new(&[(".git/HEAD", "ref: refs/heads/main\n")]);
    let migrations = outside.path("migrations");
    let scenario = format!("migrations = '{}'\n", migrations.display());
    project.write("scenarios/case.toml", scenario);
    project.run(&["run"]).assert(2, &["scenarios/case.toml:1:", "lies outside the repository"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_files_with_one_version_are_a_warning_where_no_tool_refuses_them() {
    if !server_or_say_why().await {
        return;
    }
    let ran = Project::new(FILES).run(&["run", "--migrations", "twice"]);
    ran.assert(0, &["2 files have the version 001: 001_posts.sql, 001_users.sql"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_that_cannot_be_had_is_an_error_of_the_environment() {
    if !docker_or_say_why().await {
        return;
    }
    let project = Project::new(FILES);
    let image = "localhost:1/migration-replay/absent:1";
    let arguments = ["run", "--migrations", "migrations", "--json", "out.json", "--image", image];
    project.run(&arguments).assert(3, &[image]);
    assert!(project.read("out.json").contains("\"errored\""), "{}", project.read("out.json"));
    let only_containers = [&arguments[..], &["--backend", "container"]].concat();
    project.run(&only_containers).assert(3, &[image]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_image_a_case_is_skipped_only_where_the_user_chose_the_servers() {
    if !local_or_say_why().await {
        return;
    }
    let project = Project::new(FILES);
    let image = "postgres:12";
    let arguments = ["run", "--migrations", "migrations", "--image", image, "--backend", "local"];
    project
        .run(&arguments)
        .assert(4, &["image postgres:12 is Postgres 12; the local binaries are"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_url_with_a_wrong_password_or_database_is_told_without_the_password() {
    let Some(server) = UrlServer::start().await else { return };
    let wrong_password = server.url.replace(&server.password(), "geheim");
    let wrong_database = server.url_of("geheim_absent");
    let project = Project::new(FILES);
    let run = |url: &str| project.run(&["run", "--migrations", "migrations", "--backend", url]);
    let ran = run(&wrong_password);
    ran.assert(3, &["password authentication failed", "28P01"]);
    assert!(!ran.text.contains("geheim"), "{}", ran.text);
    let ran = run(&wrong_database);
    ran.assert(3, &["database \"geheim_absent\" does not exist"]);
    assert!(!ran.text.contains(&server.password()), "{}", ran.text);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_never_ends_fails_at_its_time_limit() {
    if !server_or_say_why().await {
        return;
    }
    let project = Project::new(FILES);
    project.write(
        "scenarios/case.toml",
        "migrations = '../sleepy'\nlimits = { statement = '300ms' }\n",
    );
    let ran = project.run(&["run", "--json", "out.json"]);
    ran.assert(1, &["sleepy/001_sleep.sql:2:1", "the time limit for one statement", "[limits]"]);
    assert!(project.read("out.json").contains("\"timeout\""), "{}", project.read("out.json"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_takes_too_long_fails_at_its_time_limit() {
    if !server_or_say_why().await {
        return;
    }
    let project = Project::new(FILES);
    project.write("scenarios/case.toml", "migrations = '../sleepy'\nlimits = { case = '3s' }\n");
    project.run(&["run"]).assert(1, &["001_sleep.sql:2:1", "the time limit for the case"]);
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Container,
    Local,
    Url,
}

/// The server's own program kills it: its working folder is the data folder.
#[rstest]
#[case::container(Kind::Container)]
#[case::local(Kind::Local)]
#[case::url(Kind::Url)]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_in_the_middle_is_an_error_and_the_reports_are_written(
    #[case] kind: Kind,
) {
    let mut server = None;
    let backend = match kind {
        Kind::Container if docker_answers().await.is_ok() => "container".to_owned(),
        Kind::Container => {
            docker_or_say_why().await;
            return;
        }
        Kind::Local if local_or_say_why().await => "local".to_owned(),
        Kind::Local => return,
        Kind::Url => {
            let Some(started) = UrlServer::start().await else { return };
            server.insert(started).url.clone()
        }
    };
    let project = Project::new(FILES);
    let kill = "copy (select 1) to program 'kill -QUIT $(head -n 1 postmaster.pid); sleep 60';";
    project.write("migrations/002_posts.sql", format!("select 1;\n{kill}\n"));
    let reports = ["--junit", "out.xml", "--json", "out.json"];
    let arguments = ["run", "--migrations", "migrations", "--image", "postgres:15"];
    let ran = project.run(&[&arguments[..], &reports, &["--backend", &backend]].concat());
    ran.assert(3, &["migrations/002_posts.sql:2:1", "002_posts.sql"]);
    let json = project.read("out.json");
    for told in ["\"errored\"", "\"server-lost\"", "001_users.sql"] {
        assert!(json.contains(told), "{told} in {json}");
    }
    assert!(project.read("out.xml").contains("<error"), "{}", project.read("out.xml"));
    if let Some(server) = server {
        server.stop().await;
    }
}
