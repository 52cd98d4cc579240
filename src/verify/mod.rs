//! Is the result right? What was found is held against what the scenario expects.

mod judge;
mod result;

pub use judge::{Judgement, are_expected, judge};
pub use result::{Rows, compare_rows};
