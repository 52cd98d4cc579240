use std::path::PathBuf;

use super::*;
use crate::outcome::{Dump, Kept, Psql, Reproduction, Stopped, Verdict};
use crate::report::samples::{failed_run, found, place_of, run_with, unexpected};
use crate::report::{Style, json, junit};

fn kept() -> Kept {
    Kept {
        server: "postgres:17 (container migration-replay-kept-a-1f00)".into(),
        url: "postgres://postgres:secret@127.0.0.1:1/a".into(),
        is_on_given_server: false,
        psql: Psql::Here("psql".into()),
        roles: Vec::new(),
        stopped: Some(stopped()),
        dump: Dump::NotAsked,
    }
}

fn stopped() -> Stopped {
    Stopped {
        file: "008_plugins.sql".into(),
        place: Some(place_of("CREATE UNIQUE INDEX")),
        of: 3,
        ran: 1,
        left: 1,
        rolled_back: true,
        sql: "CREATE UNIQUE INDEX one_global\n    ON plugin_configs (plugin);\n".into(),
        settings: Vec::new(),
        temporary: Vec::new(),
        fails_alike: Some(true),
    }
}

fn of(kept: Kept) -> Reproduction {
    Reproduction {
        run: failed_run(),
        failure: Some(unexpected(found())),
        kept: Some(kept),
        statement: Some(PathBuf::from("/tmp/it/statement.sql")),
        ..Reproduction::default()
    }
}

#[test]
fn tells_the_failure_the_state_and_the_way_there() {
    insta::assert_snapshot!(reproduction(&of(kept()), Style::Plain), @r#"
    failed: a@postgres:17.2/fresh

    error[42703]: column "scope" does not exist
     --> migrations/008_plugins.sql:5:11
      |
    5 |     WHERE scope = 'global';
      |           ^^^^^
      |
      = step: apply 008_plugins.sql
      = reproduce: migration-replay run a.toml --filter 'a@any/fresh'

    kept: the database just before the statement fails
      on postgres:17 (container migration-replay-kept-a-1f00)
      008_plugins.sql: statement 1 of 3 was run and committed; in the real run it is rolled back
      tried on a copy: it fails with 42703, as in the run

      psql postgres://postgres:secret@127.0.0.1:1/a
      DATABASE_URL=postgres://postgres:secret@127.0.0.1:1/a

    what fails, in /tmp/it/statement.sql:

      CREATE UNIQUE INDEX one_global
          ON plugin_configs (plugin);

      psql postgres://postgres:secret@127.0.0.1:1/a -f /tmp/it/statement.sql

    take it away: migration-replay clean
    "#);
}

#[test]
fn tells_what_is_otherwise_than_in_the_run() {
    let stopped = Stopped {
        ran: 0,
        left: 2,
        settings: vec![("search_path".into(), "app, public".into())],
        temporary: vec!["t".into()],
        fails_alike: Some(false),
        ..stopped()
    };
    let kept = Kept {
        stopped: Some(stopped),
        is_on_given_server: true,
        roles: vec!["app".into()],
        url: "postgres://postgres@127.0.0.1:1/a".into(),
        ..kept()
    };
    let text = reproduction(&of(kept), Style::Plain);
    let from = text.find("kept: ").unwrap();
    let to = text.find("what fails").unwrap();
    insta::assert_snapshot!(&text[from..to], @r#"
    kept: the database just before 008_plugins.sql, which fails
      on postgres:17 (container migration-replay-kept-a-1f00)
      008_plugins.sql: none of its statements was run
      tried on a copy: run by hand it does not fail with 42703; it needs what its session or transaction did before
      gone with the session of the run: the temporary table t
      settings of the session in the run, set by the URL: search_path = "app, public"
      roles that stay with it: app

      psql postgres://postgres@127.0.0.1:1/a
      DATABASE_URL=postgres://postgres@127.0.0.1:1/a
      its password is the one that you gave, PGPASSWORD for instance
    "#);
    assert!(text.contains("take it away: migration-replay clean --backend URL"), "{text}");
}

#[test]
fn a_case_that_passes_keeps_nothing_and_says_so() {
    let run = run_with(Vec::new(), Vec::new(), Verdict::Passed);
    let it = Reproduction { run, ..Reproduction::default() };
    insta::assert_snapshot!(reproduction(&it, Style::Plain), @r"
    passed: a@postgres:17.2/fresh in 340 ms
    kept: nothing, since nothing fails; --at MIGRATION[:STATEMENT] stops where you say
    ");
}

#[test]
fn a_long_statement_is_shown_by_its_first_lines() {
    let sql = "select\n".repeat(20);
    let stopped = Stopped { sql, ..stopped() };
    let it = of(Kept { stopped: Some(stopped), ..kept() });
    assert!(reproduction(&it, Style::Plain).contains("  select\n  … (8 lines more)\n"));
    assert_eq!(statement_file(&it).unwrap().matches("select").count(), 20);
}

#[test]
fn the_file_of_the_statement_says_where_it_is_from() {
    insta::assert_snapshot!(statement_file(&of(kept())).unwrap(), @r#"
    -- migrations/008_plugins.sql:5:11
    -- column "scope" does not exist (SQLSTATE 42703)
    CREATE UNIQUE INDEX one_global
        ON plugin_configs (plugin);
    "#);
}

#[test]
fn several_statements_stop_at_the_first_error() {
    let stopped = Stopped { left: 2, ..stopped() };
    let text = statement_file(&of(Kept { stopped: Some(stopped), ..kept() })).unwrap();
    assert!(text.contains("\n\\set ON_ERROR_STOP on\nCREATE"), "{text}");
}

#[test]
fn settings_are_said_again_where_no_url_does() {
    assert_eq!(session_file(&of(kept())), None);
    let settings = vec![("search_path".to_owned(), "\"it's\", app".to_owned())];
    let stopped = Stopped { settings, ..stopped() };
    let text = session_file(&of(Kept { stopped: Some(stopped), ..kept() })).unwrap();
    let expected = "SELECT pg_catalog.set_config('search_path', '\"it''s\", app', false);\n";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn a_bundle_tells_how_it_is_restored() {
    let dump = Dump::Written { roles: vec!["CREATE ROLE app;".into()] };
    insta::assert_snapshot!(bundle_readme(&of(Kept { dump, ..kept() })), @r"
    # a@postgres:17.2/fresh

    `dump.sql` is the database just before the statement fails.

    - 008_plugins.sql: statement 1 of 3 was run and committed; in the real run it is rolled back
    - tried on a copy: it fails with 42703, as in the run

    `diagnosis.txt` tells what fails and why.

    ## Versions

    | | |
    |---|---|
    | migration-replay | 0.1.0 |
    | PostgreSQL | 17.2 (local) |
    | image | postgres:17 |
    | scenario | scenarios/a.toml |
    | layout of the migrations | numbered |

    ## Restore

    On a server of the same image, for instance:

        docker run --rm -d --name replay -e POSTGRES_PASSWORD=replay -p 127.0.0.1:5432:5432 postgres:17
        export PGHOST=127.0.0.1 PGUSER=postgres PGPASSWORD=replay
        until psql -c 'SELECT 1' >/dev/null 2>&1; do sleep 1; done
        createdb replay
        export PGDATABASE=replay
        psql -v ON_ERROR_STOP=1 -f roles.sql
        psql -v ON_ERROR_STOP=1 -f dump.sql

    What fails:

        psql -f statement.sql
    ");
}

#[test]
fn no_report_file_has_the_password() {
    let mut run = failed_run();
    run.cases[0].kept = Some(kept());
    assert!(
        crate::report::summary(&run, crate::report::Shown::All, Style::Plain).contains("secret")
    );
    let files = [json(&run), junit(&run), bundle_readme(&of(kept()))];
    assert!(files.iter().all(|text| !text.contains("secret")), "{files:?}");
}
