//! Statements within a statement: `DO` blocks, the bodies of routines, and strings that are executed.
//!
//! What a string will be is known only as far as it is made of constants. Whatever is not known becomes a name that nothing
//! has, and what is read about that name is dropped.

mod constants;
mod dynamic;
mod format;
mod into;
mod lists;
mod plpgsql;
mod routine;
