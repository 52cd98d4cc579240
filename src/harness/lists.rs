use crate::exclusions::compare::List;
use crate::place::{Problems, SourceText};
use crate::source::read_lists;

/// What stands for a production that leaves out nothing.
const NONE: &str = "none";

/// Reads the exclusion lists that users name as `FILE`, `FILE:VARIABLE` or `FILE#REGEX`, and those of
/// production; `none` is a production that leaves out nothing.
///
/// # Errors
///
/// Every one that cannot be read, or is not there.
pub fn read_exclusion_lists(
    compared: &[String],
    production: &[String],
) -> Result<Vec<List>, Problems> {
    let mut problems = Problems::default();
    let mut lists = read_lists(compared).unwrap_or_else(|wrong| {
        problems.append(wrong);
        Vec::new()
    });
    for spec in production {
        let read =
            if spec == NONE { Ok(vec![nothing()]) } else { read_lists(std::slice::from_ref(spec)) };
        match read {
            Ok(read) => lists.extend(read.into_iter().map(|it| List { is_production: true, ..it })),
            Err(wrong) => problems.append(wrong),
        }
    }
    if problems.has_errors() { Err(problems) } else { Ok(lists) }
}

fn nothing() -> List {
    List {
        what: None,
        place: SourceText::new(NONE, "").place(0..0),
        entries: Vec::new(),
        unknown: Vec::new(),
        is_production: true,
    }
}
