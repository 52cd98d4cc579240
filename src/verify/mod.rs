//! Is the result right? What was found is held against what the scenario expects.

mod claims;
mod data;
mod generated;
mod judge;
mod live;
mod result;
mod rows;
mod standing;

pub use claims::claims_to_be_rerunnable;
pub use data::{data_lost, is_declared, never_changed};
pub use generated::{fills_after, fills_between, is_hazard, judges_generated_rows};
pub use judge::{Judgement, are_expected, judge};
pub use live::{PendingIs, Replay, Verified};
pub use result::{Rows, compare_rows};
pub use rows::{FewRows, RowChange, RowSum, row_changes};
pub use standing::{Past, View, fixed, not_reached, place, unreached, verdict};
