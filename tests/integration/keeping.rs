//! What is kept outlives its run and the sweeps of later ones, and goes away with `clean`.

use rstest::rstest;

use crate::support::{Cleaner, Project, Ran, UrlServer, ask, docker_or_say_why, local_or_say_why};

/// A case that passes, and a case of that name that fails in its second migration.
fn project(name: &str) -> Project {
    let scenario = "migrations = '../migrations'\nimage = 'postgres:15'\n";
    let project = Project::new(&[
        ("quick/001_users.sql", "create table users (id integer);\n"),
        (
            "migrations/001_users.sql",
            "create table users (id integer);\ninsert into users values (1), (2);\n",
        ),
        ("migrations/002_index.sql", "create table tags ();\ncreate index on tags (colour);\n"),
    ]);
    project.write(&format!("scenarios/{name}.toml"), scenario);
    project.write("quick.toml", "migrations = 'quick'\nimage = 'postgres:15'\n");
    project
}

/// Whatever a test server needs to be thrown away in the end.
struct Place {
    backend: String,
    server: Option<UrlServer>,
}

async fn place(kind: &str) -> Option<Place> {
    let server = match kind {
        "container" => docker_or_say_why().await.then_some(None)?,
        "local" => local_or_say_why().await.then_some(None)?,
        _ => Some(UrlServer::start().await?),
    };
    let backend = server.as_ref().map_or(kind, |server| &server.url).to_owned();
    Some(Place { backend, server })
}

impl Place {
    /// The URL of a kept database, with the password that is not printed for a server that is not ours.
    fn url(&self, ran: &Ran) -> String {
        let url = ran.url();
        match &self.server {
            Some(server) => {
                server.url_of(url.split('?').next().unwrap().rsplit_once('/').unwrap().1)
            }
            None => url,
        }
    }
}

const COUNT: &str = "select count(*)::text from users";

#[rstest]
#[case::container("container")]
#[case::local("local")]
#[case::url("url")]
#[tokio::test(flavor = "multi_thread")]
async fn a_kept_database_outlives_its_run_and_goes_away_with_clean(#[case] kind: &str) {
    let Some(place) = place(kind).await else { return };
    let name = format!("keeping-{kind}");
    let project = project(&name);
    let cleaner = Cleaner::new(&project, &name, &place.backend);
    let reports = ["--json", "out.json", "--junit", "out.xml"];
    let run = ["run", "--keep", "--backend", &place.backend];
    let ran = project.run(&[&run[..], &reports].concat());
    ran.assert(
        1,
        &["= kept: psql ", "kept: 1 database", "take away what is kept: migration-replay clean"],
    );
    let url = place.url(&ran);
    let password = url.split([':', '@']).nth(2).unwrap();
    for report in [project.read("out.json"), project.read("out.xml")] {
        assert!(report.contains(&name) && !report.contains(password), "{report}");
    }
    project.run(&["run", "quick.toml", "--backend", &place.backend]).assert(0, &[]);
    cleaner.clean(&["--dry-run"]).assert(0, &["would remove: "]);
    assert_eq!(ask(&url, COUNT).await.unwrap(), ["2"], "it is still there");
    assert!(ask(&url, "select * from tags").await.is_ok(), "as the failure left it");
    cleaner.clean(&[]).assert(0, &["removed: "]);
    assert!(ask(&url, COUNT).await.is_err(), "it is gone");
    cleaner.clean(&[]).assert(0, &["nothing is there to clean up"]);
    if let Some(server) = place.server {
        assert_eq!(server.strangers().await, Vec::<String>::new(), "left on the server");
        drop(cleaner);
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_in_the_seed_keeps_its_database_too() {
    let Some(place) = place("local").await else { return };
    let project = project("keeping-seed");
    project.write(
        "scenarios/keeping-seed.toml",
        "migrations = '../migrations'\nseed = [{ name = 's', through = '002' }]\n",
    );
    let cleaner = Cleaner::new(&project, "keeping-seed", &place.backend);
    let ran = project.run(&["run", "--keep", "--backend", &place.backend]);
    ran.assert(1, &["seed 002_index.sql", "kept: 1 database"]);
    assert_eq!(ask(&ran.url(), COUNT).await.unwrap(), ["2"]);
    drop(cleaner);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_or_is_expected_is_not_kept() {
    let Some(place) = place("local").await else { return };
    let project = project("keeping-nothing");
    let expected = "[[expect.failure]]\npass = 'apply'\nmigration = '002'\nsqlstate = '42703'\n";
    let scenario = format!("migrations = '../migrations'\nimage = 'postgres:15'\n{expected}");
    project.write("scenarios/keeping-nothing.toml", scenario);
    let run = ["run", "--keep", "--backend", &place.backend, "scenarios", "quick.toml"];
    let ran = project.run(&run);
    ran.assert(0, &["2 cases: 2 passed"]);
    assert!(!ran.text.contains("kept"), "{}", ran.text);
}

/// The role belongs to the whole server, and the database needs it.
#[tokio::test(flavor = "multi_thread")]
async fn on_a_server_given_by_url_the_roles_of_a_kept_database_stay_with_it() {
    let Some(place) = place("url").await else { return };
    let project = project("keeping-roles");
    project.write("migrations/001_users.sql", "create role keeping_app;\ncreate table users ();\nalter table users owner to keeping_app;\n");
    let cleaner = Cleaner::new(&project, "keeping-roles", &place.backend);
    let run = ["run", "--keep", "--allow-server-objects", "--backend", &place.backend];
    project.run(&run).assert(1, &["roles that stay with it: keeping_app"]);
    let server = place.server.unwrap();
    assert_eq!(server.strangers().await.len(), 2, "the database and its role");
    cleaner.clean(&[]).assert(0, &["removed: "]);
    assert_eq!(server.strangers().await, Vec::<String>::new(), "left on the server");
    drop(cleaner);
    server.stop().await;
}

#[test]
fn clean_refuses_a_backend_that_is_none() {
    let project = project("keeping-wrong");
    project
        .run(&["clean", "--backend", "cloud"])
        .assert(2, &["it is auto, container, local, or a URL"]);
    project.run(&["clean", "--backend", "postgres://127.0.0.1:1/x"]).assert(3, &["cannot connect"]);
}
