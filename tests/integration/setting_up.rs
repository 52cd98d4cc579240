//! What the program tells of itself and of the machine: `doctor`, completions, man pages, schemas.

use crate::support::{Project, UrlServer, local_or_say_why};

#[test]
fn completions_and_man_pages_know_every_command() {
    let project = Project::new(&[("a", "")]);
    for shell in ["bash", "zsh", "fish"] {
        project.run(&["completions", shell]).assert(0, &["baseline", "verify", "contract-only"]);
    }
    project.run(&["man"]).assert(0, &[".TH migration", "exclusions"]);
    project.run(&["man", "--output", "man/man1"]).assert(0, &[]);
    assert!(project.read("man/man1/migration-replay.1").contains(".TH migration"));
    assert!(project.read("man/man1/migration-replay-verify.1").contains("contract"));
}

#[test]
fn schemas_are_printed_or_written() {
    let project = Project::new(&[("a", "")]);
    for flags in [&["schema", "-o", "s.json"][..], &["schema", "--shared", "-o", "s.json"]] {
        project.run(flags).assert(0, &[]);
        let schema: serde_json::Value = serde_json::from_str(&project.read("s.json")).unwrap();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert!(schema["properties"]["limits"].is_object(), "{flags:?}");
    }
    project.run(&["schema"]).assert(0, &["\"migrations\""]);
}

#[tokio::test]
async fn the_doctor_tells_what_is_there_and_what_is_missing() {
    if !local_or_say_why().await {
        return;
    }
    let Some(server) = UrlServer::start().await else { return };
    let programs = server.programs();
    server.stop().await;
    let Some(programs) = programs else { return };
    let project = Project::with_scenario(&[("001_a.sql", "select 1;")], "image = 'postgres:15'");
    let doctor = |docker: &str, bin: &str| {
        let mut command = project.command(&["doctor", "--pg-bin", bin]);
        let output = command.env("DOCKER_HOST", docker).output().unwrap();
        crate::support::Ran::from(&output)
    };
    let nowhere = "unix:///nowhere.sock";
    let bin = programs.display().to_string();
    let told = [
        "missing  no Docker engine answers",
        "say in DOCKER_HOST where it is",
        "Postgres 15 in",
        "git version",
        "ok       postgres:15: local Postgres 15",
    ];
    doctor(nowhere, &bin).assert(0, &told);
    let told = ["no Postgres binaries", "postgres:15: no Postgres binaries were found", "--pg-bin"];
    doctor(nowhere, "nowhere").assert(3, &told);
    project.write("scenarios/case.toml", "migrations = '../nowhere'");
    doctor(nowhere, &bin).assert(2, &["does not exist"]);
}
