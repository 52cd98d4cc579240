use std::fmt::Write as _;

use super::super::text::first_line;
use super::left::left_sql;
use super::state::state_of;
use crate::outcome::{CaseOutcome, Dump, Reproduction};

/// What somebody needs to know who unpacks a bundle.
#[must_use]
pub fn bundle_readme(it: &Reproduction) -> String {
    let Some(case) = it.case() else { return String::new() };
    let parts =
        [about(it, case), versions(case), restore(it, case), statement(it).unwrap_or_default()];
    parts.join("\n")
}

fn about(it: &Reproduction, case: &CaseOutcome) -> String {
    let name = first_line(&case.head.name);
    let state = it.kept.as_ref().map(|kept| state_of(it, kept));
    let what = state.as_ref().map_or("a database", |state| state.what.as_str());
    let notes = state.iter().flat_map(|state| &state.notes);
    let mut listed = String::new();
    for note in notes {
        let _infallible = writeln!(listed, "- {}", first_line(note));
    }
    let diagnosis = match it.failure {
        Some(_) => "\n`diagnosis.txt` tells what fails and why.\n",
        None => "",
    };
    format!("# {name}\n\n`dump.sql` is {}.\n\n{listed}{diagnosis}", first_line(what))
}

fn versions(case: &CaseOutcome) -> String {
    format!(
        "## Versions

| | |
|---|---|
| migration-replay | {} |
| PostgreSQL | {} ({}) |
| image | {} |
| scenario | {} |
| layout of the migrations | {} |
",
        env!("CARGO_PKG_VERSION"),
        first_line(&case.server_version),
        case.backend,
        first_line(&case.head.image),
        first_line(&case.head.scenario),
        case.head.layout,
    )
}

fn restore(it: &Reproduction, case: &CaseOutcome) -> String {
    let image = image(case);
    let has_roles = it
        .kept
        .as_ref()
        .is_some_and(|kept| matches!(&kept.dump, Dump::Written { roles } if !roles.is_empty()));
    let roles = if has_roles { "    psql -v ON_ERROR_STOP=1 -f roles.sql\n" } else { "" };
    format!(
        "## Restore

On a server of the same image, for instance:

    docker run --rm -d --name replay -e POSTGRES_PASSWORD=replay -p 127.0.0.1:5432:5432 {image}
    export PGHOST=127.0.0.1 PGUSER=postgres PGPASSWORD=replay
    until psql -c 'SELECT 1' >/dev/null 2>&1; do sleep 1; done
    createdb replay
    export PGDATABASE=replay
{roles}    psql -v ON_ERROR_STOP=1 -f dump.sql
"
    )
}

/// The image, or the one of the same major version where the case took any server.
fn image(case: &CaseOutcome) -> String {
    if case.head.image != "any" {
        return first_line(&case.head.image);
    }
    let major = case.server_version.split(|c: char| !c.is_ascii_digit()).next();
    format!("postgres:{}", major.unwrap_or_default())
}

fn statement(it: &Reproduction) -> Option<String> {
    left_sql(it)?;
    let what = if it.failure.is_some() { "What fails" } else { "What comes next" };
    Some(format!("{what}:\n\n    psql -f statement.sql\n"))
}
