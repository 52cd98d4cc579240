//! Why a statement failed: the cause, the migrations to blame, and ways out.
//!
//! Start from [`diagnose`]. It takes what a second replay saw ([`Evidence`]), lays the history of every object over what ran
//! and over what was left out ([`crate::lineage`]), finds what the server complains about (`trouble`), and asks the rules, one
//! file each in `rules/`. Nothing here touches a server: a way out is only proposed, as a [`WayOut`] that somebody can try.

mod changed_plan;
mod evidence;
mod extensions;
mod guard;
mod history;
mod inquiry;
mod inside;
mod keys;
mod message;
mod missing;
mod objects;
mod rules;
mod skipped;
mod there;
mod trouble;
mod verdict;
mod violated;
mod way_out;
mod writers;

pub use evidence::Evidence;
pub use verdict::{Diagnosis, diagnose};
pub use way_out::{Change, WayOut};
