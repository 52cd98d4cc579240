//! The history of every object over migrations in their order: who made, changed, renamed and dropped it, and who needs it.
//!
//! Start from [`Lineage::of`]: it takes [`Author`]s in the order in which they run and gives [`Happening`]s, one for each
//! thing done to an object, and [`Need`]s, one for each object that a statement speaks of. It supposes that every statement
//! does what it says; what could not have worked is told as [`Effect::Impossible`] and changes nothing. No server is asked.

mod answers;
mod author;
mod build;
mod calls;
mod change;
mod chosen;
mod copies;
mod create;
mod declared;
mod doubles;
mod extensions;
mod find;
mod graph;
mod happening;
mod inherit;
mod moment;
mod names;
mod narrow;
mod needs;
mod path;
mod readings;
mod remove;
mod resolve;
mod see;
mod sighting;
mod story;
mod thing;
mod twofold;
mod types;
mod uses;
mod world;

pub use answers::Lineage;
pub use author::{Author, Opening};
pub use declared::{Declared, Disagreement, declared, disagreements};
pub use doubles::{DoubleDefinition, Unlike, double_definitions};
pub use extensions::extension_with;
pub use graph::{Graph, Link, Node, Requirement};
pub use happening::{Effect, Happening, Known, Need, Strength};
pub use moment::{Moment, Relation, moments};
pub use readings::{Readings, ScriptReading};
pub use sighting::{Sighting, Sightings};
pub use twofold::{Told, Twofold};

#[cfg(test)]
mod tests;
