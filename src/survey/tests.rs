use std::path::PathBuf;

use super::*;
use crate::place::SourceText;

/// `line image` for each.
fn told(text: &str) -> Vec<String> {
    let beside = [SourceText::new(".env", "PG_VERSION=14\n")];
    let found = images(&SourceText::new("f", text), &beside);
    found.iter().map(|it| format!("{} {}", it.place.line_column().line, it.image)).collect()
}

#[rstest::rstest]
#[case::compose("services:\n  db:\n    image: postgres:16-alpine # x\n", &["3 postgres:16-alpine"])]
#[case::quoted("image: \"pgvector/pgvector:pg17\"", &["1 pgvector/pgvector:pg17"])]
#[case::registry("image: 'localhost:5000/team/postgres:15'", &["1 localhost:5000/team/postgres:15"])]
#[case::without_tag("image: postgres\nservices: [postgres]", &["1 postgres"])]
#[case::digest("image: postgres:17@sha256:0123", &["1 postgres:17@sha256:0123"])]
#[case::default("image: postgres:${PG_VERSION:-15}", &["1 postgres:15"])]
#[case::beside("image: postgres:${PG_VERSION}", &["1 postgres:14"])]
#[case::matrix("pg: [15, '17']\nimage: postgres:${{ matrix.pg }}-alpine", &["2 postgres:15-alpine", "2 postgres:17-alpine"])]
#[case::matrix_of_images("image: [postgres:15, pgvector/pgvector:pg16]", &["1 postgres:15", "1 pgvector/pgvector:pg16"])]
#[case::gitlab("services:\n  - postgres:13\n  - name: postgis/postgis:16-3.4\n", &["2 postgres:13", "3 postgis/postgis:16-3.4"])]
#[case::dockerfile("ARG PG=17\nFROM --platform=x postgres:${PG} AS db\n", &["2 postgres:17"])]
#[case::helm("image:\n  repository: bitnami/postgresql\n  tag: \"16.2\"\n", &["2 bitnami/postgresql:16.2"])]
#[case::flow("db: { image: postgres:16, ports: [5432:5432] }", &["1 postgres:16"])]
#[case::nowhere("image: postgres:${{ inputs.version }}", &[])]
fn images_are_found_however_they_are_written(#[case] text: &str, #[case] expected: &[&str]) {
    assert_eq!(told(text), expected);
}

#[rstest::rstest]
#[case("# image: postgres:16")]
#[case("postgres:\n  ports: ['5432:5432']")]
#[case("POSTGRES_USER: postgres")]
#[case("url: postgres://postgres:postgres@postgres:5432/db")]
#[case("host: postgres:5432")]
#[case("image: postgrest/postgrest:v12")]
#[case("image: quay.io/prometheuscommunity/postgres-exporter:v0.15")]
fn what_is_no_image_of_postgres_is_none(#[case] text: &str) {
    assert_eq!(told(text), Vec::<String>::new());
}

#[test]
fn lists_are_found_by_the_names_of_their_variables() {
    let text = "env:\n  MIGRATION_EXCLUDE: 008_a.sql,009\n  SKIP_MIGRATIONS: true\n  A_SKIP: x\n  SKIPPED_MIGRATIONS: 1_a\n";
    let found = left_out(&SourceText::new("ci.yml", text));
    let told: Vec<_> =
        found.iter().map(|it| (it.variable.as_str(), it.list.entries.len())).collect();
    assert_eq!(told, [("MIGRATION_EXCLUDE", 2), ("SKIPPED_MIGRATIONS", 1)]);
}

#[test]
fn scenarios_are_named_after_what_says_most() {
    let folders = [
        "db/migrations",
        "services/billing/migrations",
        "services/orders/db/migrations",
        "old/orders/migrations",
        "a b/sql",
        "sql",
    ];
    let names = scenario_names(&folders.map(PathBuf::from));
    assert_eq!(names, ["migrations", "billing", "orders", "orders-migrations", "a-b", "sql"]);
    let same = ["migrations", "db/migrations", "x/db/migrations"].map(PathBuf::from);
    assert_eq!(scenario_names(&same), ["migrations", "db-migrations", "x"]);
}

#[rstest::rstest]
#[case(&["v1.0", "v1.1", "2020.1"], Some("v*"))]
#[case(&["1.0.0", "2.0.0", "v3.0"], Some("[0-9]*"))]
#[case(&["release-1.2"], Some("release-*"))]
#[case(&["nightly", "vacation"], None)]
fn tags_of_releases_have_a_glob(#[case] tags: &[&str], #[case] glob: Option<&str>) {
    assert_eq!(release_glob(tags), glob);
}

/// Plain images have nothing, others have `vector`.
struct Known;

impl KnowsImages for Known {
    fn major(&self, image: &str) -> Option<u32> {
        image.rsplit([':', 'g']).next()?.split('-').next()?.parse().ok()
    }

    fn has(&self, image: &str, extension: &str) -> Option<bool> {
        (!image.starts_with("own/")).then(|| image.contains(extension))
    }

    fn image_with(&self, extension: &str, major: Option<u32>) -> Option<String> {
        (extension == "vector").then(|| format!("pgvector:pg{}", major.unwrap_or(17)))
    }
}

fn chosen(text: &str, needed: &[&str]) -> Choice {
    let needed = needed
        .iter()
        .map(|name| NeededExtension { name: (*name).to_owned(), by: "005.sql:3".into() });
    choose(&images(&SourceText::new("c.yml", text), &[]), &needed.collect::<Vec<_>>(), &Known)
}

#[test]
fn an_image_that_lacks_an_extension_gives_way_to_one_that_has_it() {
    let choice = chosen("image: postgres:16\nimage: postgres:16-alpine", &["vector"]);
    assert_eq!(choice.images, ["pgvector:pg16"]);
    assert_eq!(
        choice.reasons,
        [
            "c.yml:1 says postgres:16, which lacks the extension vector that 005.sql:3 creates; pgvector:pg16 has it.",
            "c.yml:2 says postgres:16-alpine, which is of a version that is here already.",
        ]
    );
    assert_eq!(chosen("image: own/postgres:16", &["vector"]).images, ["own/postgres:16"]);
    assert_eq!(chosen("image: postgres:16", &["cron"]).images, ["postgres:16"]);
    assert_eq!(chosen("", &["vector"]).images, ["pgvector:pg17"]);
    assert_eq!(chosen("", &[]).images, Vec::<String>::new());
}

#[test]
fn a_draft_teaches() {
    let draft = Draft {
        name: "shop".into(),
        migrations: "../db".into(),
        read_as: "9 migrations, read as goose".into(),
        choice: chosen("image: postgres:16", &[]),
        left_out: vec![LeftOutMigration { migration: "008".into(), list: "SKIP (c.yml:3)".into() }],
        roles: vec![("app".into(), "003.sql:1".into())],
        middle: Some(("004".into(), "005.sql".into())),
        releases: Some(DraftReleases { glob: "v*".into(), refused: Some("no SQL there".into()) }),
        dumps: vec!["../a.dump".into(), "../b.dump".into()],
        seeds: vec!["../seed.sql".into()],
        has_downs: true,
        ..Draft::default()
    };
    insta::assert_snapshot!(draft.text(), @r#"
    # The first scenario of this folder. Run it: migration-replay run
    # Every key: docs/scenario-files.md.

    description = "shop: new databases, and older ones with rows"

    # 9 migrations, read as goose.
    migrations = "../db"

    # c.yml:1 says postgres:16.
    image = "postgres:16"

    # Left out as it is elsewhere; write the true reasons. What falls with them, and what is not needed any more:
    # migration-replay exclusions
    [[exclude]]
    migration = "008"
    reason    = "left out by SKIP (c.yml:3)"

    # What the migrations need and do not make.
    [setup]
    # 003.sql:1 speaks of app.
    roles = ["app"]

    # A new database: every migration, from the first to the last.
    [[seed]]
    name = "fresh"

    # An older database with rows that are awkward on purpose: 005.sql and what comes after it have to get over them.
    # Better is the version that production has today.
    [[seed]]
    name    = "older"
    through = "004"
    rows    = 20

    # Databases of earlier releases, tags like v*. Not yet: no SQL there.
    # [[seed]]
    # releases = "v*"
    # newest   = 2
    # rows     = 20

    # A dump (and 1 more like it): say which version it is at.
    # [[seed]]
    # name    = "dump"
    # dump    = "../a.dump"
    # through = "004"

    # SQL that fills tables: a seed takes it where its tables are there.
    # sql = ["../seed.sql"]

    # There are ways down. This goes down and up again, migration by migration:
    # [replay]
    # passes = ["apply", "rerun", "round-trip", "converge"]
    "#);
}
