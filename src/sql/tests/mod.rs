//! What statements do and speak of, as data: a line of SQL, and what is read in it.

mod alters;
mod bodies;
mod faults;
mod objects;
mod places;
mod queries;
mod robust;
mod tables;
mod told;
