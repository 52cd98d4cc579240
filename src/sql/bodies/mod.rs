//! Statements within a statement: `DO` blocks, the bodies of routines, and strings that are executed.

mod routine;
