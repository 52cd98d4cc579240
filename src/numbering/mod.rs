//! Versions that are free: the next file of a folder in its own style, and other versions for files that clash.
//!
//! Start from [`Style::of`], which reads a folder's style from the names in it, and [`renumbering`], which plans who gets which
//! version. Nothing here touches a file.

mod name;
mod plan;
mod stamp;
mod style;

pub use name::NameParts;
pub use plan::{Clash, Move, Renumbering, renumbering};
pub use stamp::Stamp;
pub(crate) use style::name_of;
pub use style::{NewFile, NoStyle, Style};
