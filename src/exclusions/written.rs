use std::path::PathBuf;

use super::{Examination, Fall};
use crate::migration::MigrationId;
use crate::outcome::Found;
use crate::place::Problems;

/// Everything that was found out and written, until the end or until somebody interrupted it.
#[derive(Debug, Default)]
pub struct Examined {
    /// The cases, in order.
    pub all: Vec<Examination>,
    /// Why the others are missing.
    pub broken_off: Option<String>,
    /// The folder without what is left out, if it was asked for.
    pub folder: Option<Result<WrittenFolder, Problems>>,
    /// The stubs, if they were asked for.
    pub stubs: Option<Result<WrittenStubs, Problems>>,
}

/// A replay of what was written, read from disk again.
#[derive(Debug, Clone)]
pub struct Proof {
    /// Of which case.
    pub case: String,
    /// How it fails; `None` where it passes.
    pub failure: Option<Box<Found>>,
}

/// A folder without the migrations that are left out.
#[derive(Debug, Clone)]
pub struct WrittenFolder {
    /// Where it is.
    pub path: PathBuf,
    /// How many files it has.
    pub files: usize,
    /// How many of them are migrations.
    pub migrations: usize,
    /// What it is without, in order.
    pub without: Vec<MigrationId>,
    /// One for each case.
    pub proofs: Vec<Proof>,
}

/// Files that stand in for those that the server cannot take.
#[derive(Debug, Clone)]
pub struct WrittenStubs {
    /// The folder of the stubs.
    pub path: PathBuf,
    /// The folder of the migrations, as the scenario writes it.
    pub source: PathBuf,
    /// The folder from which the scenario's paths count.
    pub base: PathBuf,
    /// The extensions that the server does not offer.
    pub lacking: Vec<String>,
    /// The stubs, in the order of the migrations.
    pub files: Vec<StubFile>,
    /// What has to be left out all the same, and how it fails.
    pub kept: Vec<Fall>,
    /// One for each case.
    pub proofs: Vec<Proof>,
}

/// One stub.
#[derive(Debug, Clone)]
pub struct StubFile {
    /// What it stands in for.
    pub migration: MigrationId,
    /// Where it is.
    pub path: PathBuf,
    /// The same as the scenario would write it.
    pub named: PathBuf,
    /// Where the file that it stands in for is in the folder of the migrations.
    pub stands_for: PathBuf,
    /// What was taken out, in words.
    pub without: Vec<String>,
}

/// Whether all of these passed.
#[must_use]
pub fn are_proven(proofs: &[Proof]) -> bool {
    !proofs.is_empty() && proofs.iter().all(|proof| proof.failure.is_none())
}
