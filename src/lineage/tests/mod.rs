//! Histories, as data: files in their order, an object, and what came to it.

mod told;

mod graphs;
mod histories;
mod names;
mod narrowed;
mod seen;
