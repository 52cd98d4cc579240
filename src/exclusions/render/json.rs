//! JSON: an interface, `version` 1. Fields may be added; none changes its name or meaning.

use serde::Serialize;

use super::words::standing_name;
use crate::exclusions::{
    self, Examination, Examined, Fall, NoFindings, Standing, WrittenFolder, WrittenStubs,
};
use crate::migration::MigrationId;
use crate::outcome::{self, Found};
use crate::place::{Place, Problems};
use crate::scenario::{Cause, SqlState};

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    tool: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    broken_off: Option<&'a str>,
    cases: Vec<Case<'a>>,
    /// Only where a folder was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    folder: Option<Folder<'a>>,
    /// Only where stubs were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    stubs: Option<StubFolder<'a>>,
}

#[derive(Serialize, Default)]
struct Folder<'a> {
    path: Option<String>,
    /// Why nothing was written.
    error: Option<String>,
    migrations: usize,
    without: Vec<&'a str>,
    proofs: Vec<Proof<'a>>,
}

#[derive(Serialize, Default)]
struct StubFolder<'a> {
    path: Option<String>,
    /// Why nothing was written.
    error: Option<String>,
    /// The extensions that the server does not offer.
    lacking: &'a [String],
    files: Vec<StubFile<'a>>,
    /// What has to be left out all the same.
    kept: Vec<Failure<'a>>,
    proofs: Vec<Proof<'a>>,
}

#[derive(Serialize)]
struct StubFile<'a> {
    migration: &'a str,
    file: String,
    stands_for: String,
    without: &'a [String],
}

#[derive(Serialize)]
struct Proof<'a> {
    case: &'a str,
    passed: bool,
    failure: Option<Failure<'a>>,
}

#[derive(Serialize)]
struct Case<'a> {
    name: &'a str,
    scenario: &'a str,
    image: &'a str,
    seed: &'a str,
    folder: String,
    /// `closed`, `not-closed`, `errored`, `skipped`.
    verdict: &'static str,
    /// Only where there are no findings.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    entries: Vec<Entry<'a>>,
    falls: Vec<Failure<'a>>,
    /// What fails although everything was tried.
    stuck: Option<Failure<'a>>,
    /// The list with what falls with it; `null` where that does not pass.
    closed: Option<Vec<&'a str>>,
    /// The smallest list found that passes.
    smallest: Option<Vec<&'a str>>,
    replays: usize,
}

#[derive(Serialize)]
struct Entry<'a> {
    migration: &'a str,
    file: String,
    reason: &'a str,
    /// `needed`, `free`, `free-with`, `either`, `idle`, `unknown`.
    standing: &'static str,
    /// The entries that have to be taken off with it.
    with: Vec<&'a str>,
    /// What fails without it.
    failure: Option<Failure<'a>>,
}

#[derive(Serialize)]
struct Failure<'a> {
    migration: Option<&'a str>,
    file: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
    statement: Option<&'a str>,
    sqlstate: Option<&'a str>,
    message: &'a str,
    cause: Option<&'static str>,
    certain: bool,
    culprits: Vec<Culprit<'a>>,
    objects: &'a [String],
    because: &'a [String],
}

#[derive(Serialize)]
struct Culprit<'a> {
    migration: Option<&'a str>,
    file: Option<String>,
    line: Option<usize>,
    object: Option<&'a str>,
    deed: &'a str,
}

/// The examinations as JSON.
#[must_use]
pub fn json(examined: &Examined) -> String {
    let report = Report {
        version: 1,
        tool: concat!("migration-replay ", env!("CARGO_PKG_VERSION")),
        broken_off: examined.broken_off.as_deref(),
        cases: examined.all.iter().map(case).collect(),
        folder: examined.folder.as_ref().map(folder),
        stubs: examined.stubs.as_ref().map(stubs),
    };
    // Only maps with odd keys and failing `Serialize` implementations are errors; there are none here.
    let text = serde_json::to_string_pretty(&report);
    debug_assert!(text.is_ok(), "plain structs are always JSON");
    text.unwrap_or_default() + "\n"
}

fn folder(written: &Result<WrittenFolder, Problems>) -> Folder<'_> {
    match written {
        Ok(written) => Folder {
            path: Some(written.path.display().to_string()),
            error: None,
            migrations: written.migrations,
            without: names(&written.without),
            proofs: written.proofs.iter().map(proof).collect(),
        },
        Err(problems) => Folder { error: Some(problems.to_string()), ..Folder::default() },
    }
}

fn stubs(written: &Result<WrittenStubs, Problems>) -> StubFolder<'_> {
    match written {
        Ok(written) => StubFolder {
            path: Some(written.path.display().to_string()),
            error: None,
            lacking: &written.lacking,
            files: written.files.iter().map(stub).collect(),
            kept: written.kept.iter().map(fall).collect(),
            proofs: written.proofs.iter().map(proof).collect(),
        },
        Err(problems) => StubFolder { error: Some(problems.to_string()), ..StubFolder::default() },
    }
}

fn stub(stub: &exclusions::StubFile) -> StubFile<'_> {
    StubFile {
        migration: stub.migration.as_str(),
        file: stub.path.display().to_string(),
        stands_for: stub.stands_for.display().to_string(),
        without: &stub.without,
    }
}

fn proof(proof: &exclusions::Proof) -> Proof<'_> {
    Proof {
        case: &proof.case,
        passed: proof.failure.is_none(),
        failure: proof.failure.as_deref().map(failure),
    }
}

fn case(examination: &Examination) -> Case<'_> {
    let findings = examination.findings();
    let (verdict, reason) = match &examination.outcome {
        Ok(findings) if findings.is_closed() => ("closed", None),
        Ok(_) => ("not-closed", None),
        Err(NoFindings::NoServer { reason, is_skipped: true }) => ("skipped", Some(&**reason)),
        Err(NoFindings::NoServer { reason, .. }) => ("errored", Some(&**reason)),
        Err(NoFindings::Halted(found)) => ("errored", Some(&*found.error.message)),
    };
    let smallest = findings.and_then(|findings| findings.smallest.as_ref());
    Case {
        name: &examination.case,
        scenario: &examination.scenario,
        image: &examination.image,
        seed: &examination.seed,
        folder: examination.folder.display().to_string(),
        verdict,
        reason,
        entries: examination.entries.iter().map(|it| entry(examination, it)).collect(),
        falls: examination.falls().iter().map(fall).collect(),
        stuck: findings.and_then(|findings| findings.stuck.as_deref()).map(failure),
        closed: examination.closed_in_order().map(names),
        smallest: smallest.map(|list| names(list.iter())),
        replays: findings.map_or(0, |findings| findings.replays),
    }
}

fn names<'a>(ids: impl IntoIterator<Item = &'a MigrationId>) -> Vec<&'a str> {
    ids.into_iter().map(MigrationId::as_str).collect()
}

fn entry<'a>(examination: &'a Examination, entry: &'a exclusions::Entry) -> Entry<'a> {
    let standing = examination.standing(entry);
    let with = match standing {
        Standing::FreeWith(with) => names(with),
        _ => Vec::new(),
    };
    let failure = match standing {
        Standing::Needed(found) => Some(failure(found)),
        _ => None,
    };
    Entry {
        migration: entry.migration.as_str(),
        file: entry.file.display().to_string(),
        reason: &entry.reason,
        standing: standing_name(standing),
        with,
        failure,
    }
}

fn fall(fall: &Fall) -> Failure<'_> {
    failure(&fall.found)
}

fn failure(found: &Found) -> Failure<'_> {
    let at = found.place.as_ref().map(Place::line_column);
    let file = found.place.as_ref().map(|place| place.source().path());
    Failure {
        migration: found.migration.as_ref().map(MigrationId::as_str),
        file: file.or(found.file.as_deref()).map(|file| file.display().to_string()),
        line: at.map(|at| at.line),
        column: at.map(|at| at.column),
        statement: found.statement.as_deref(),
        sqlstate: found.error.sqlstate.as_ref().map(SqlState::as_str),
        message: &found.error.message,
        cause: found.cause.map(Cause::name),
        certain: found.certain,
        culprits: found.culprits.iter().map(culprit).collect(),
        objects: &found.objects,
        because: &found.because,
    }
}

fn culprit(culprit: &outcome::Culprit) -> Culprit<'_> {
    let place = culprit.place.as_ref();
    Culprit {
        migration: culprit.migration.as_ref().map(MigrationId::as_str),
        file: place.map(|place| place.source().path().display().to_string()),
        line: place.map(|place| place.line_column().line),
        object: culprit.object.as_deref(),
        deed: &culprit.deed,
    }
}
