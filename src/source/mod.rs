//! Reads scenario files, migration folders, SQL files and dumps from disk. The only module of the
//! library that opens the user's files (but for the contents of a dump, which are streamed, and certificates).

mod again;
mod checked;
mod discover;
mod folder;
mod git;
mod history;
mod hooks;
mod inputs;
mod lists;
mod migrations;
mod paths;
mod releases;
mod reports;
mod retire;
mod survey;
mod tree;

pub(crate) use again::{FolderAgain, write_file};
pub(crate) use checked::{
    Checkable, Repository, checkable, described, hold, lock_of, lock_path, lock_text, move_path,
    replace_file, retired, scenarios_near, tags_named,
};
pub(crate) use discover::{discover, names, read_text, shared_file};
pub(crate) use history::read_history;
pub(crate) use hooks::HookFile;
pub(crate) use inputs::{Given, read_inputs};
pub(crate) use lists::read_lists;
pub(crate) use paths::repository_of;
pub(crate) use paths::tidy;
pub(crate) use releases::with_releases;
pub(crate) use reports::read_reports;
pub use retire::Renamed;
pub(crate) use retire::{retire_file, retired_path};
pub(crate) use survey::{Surveyed, above_migrations, survey};
pub(crate) use tree::Tree;
