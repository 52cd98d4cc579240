//! Databases that stay after a run: for the terminal of the person who asked, and for no report file.

use super::text::{counted, first_line, visible};
use crate::outcome::{CaseOutcome, RunOutcome};

/// The line below the failures of a case whose database stays.
pub(super) fn line(case: &CaseOutcome) -> Option<String> {
    let kept = case.kept.as_ref()?;
    Some(format!("\n  = kept: {}", visible(&kept.psql())))
}

/// The end of a summary: where the databases are, and how they go away.
pub(super) fn last_lines(run: &RunOutcome) -> Option<String> {
    let kept = run.cases.iter().filter_map(|case| Some((case, case.kept.as_ref()?)));
    let kept: Vec<_> = kept.collect();
    if kept.is_empty() {
        return None;
    }
    let mut lines = vec![format!("kept: {}", counted(kept.len(), "database"))];
    for (case, kept) in &kept {
        lines.push(format!("  {} on {}", first_line(&case.head.name), first_line(&kept.server)));
        lines.push(format!("    {}", visible(&kept.psql())));
        if !kept.roles.is_empty() {
            let roles = first_line(&kept.roles.join(", "));
            lines.push(format!("    roles that stay with it: {roles}"));
        }
    }
    let clean = kept.first().map_or("", |(_, kept)| kept.clean());
    lines.push(format!("take away what is kept: {clean}"));
    Some(lines.join("\n"))
}
