//! What the files of a repository say of the databases that its migrations are for, and first scenarios made of that.
//!
//! Start from [`images`] and [`left_out`], which read one text, and [`Draft`], which becomes a scenario file that
//! teaches; [`Hook`] and [`Workflow`] check them from then on. Which files there are is the edge's to find out.

mod choice;
mod draft;
mod hook;
mod images;
mod left_out;
mod name;
mod tags;
mod workflow;

#[cfg(test)]
mod tests;

pub use choice::{Choice, KnowsImages, NeededExtension, choose};
pub use draft::{Draft, DraftReleases, LeftOutMigration};
pub use hook::{Hook, HookRefusal, is_empty, removed};
pub use images::{ImageMention, images};
pub use left_out::{ListMention, left_out};
pub use name::scenario_names;
pub use tags::release_glob;
pub use workflow::{CiService, Workflow, is_plain};
