//! Medians, and Markdown tables.

use std::time::Duration;

/// The middle one; of an even number the mean of the middle two.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}

pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// The least one: what is left when nothing else runs on the machine.
pub(crate) fn least(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

/// A median with the least and the greatest value behind it.
pub(crate) fn with_range(values: &[f64], digits: usize) -> String {
    let least = least(values);
    let greatest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    format!("{:.digits$} ({least:.digits$}–{greatest:.digits$})", median(values))
}

/// Begins a table; the first column is text, the others are figures.
pub(crate) fn begin(title: &str, head: &[&str]) {
    println!("### {title}\n");
    println!("| {} |", head.join(" | "));
    println!("|---{}|", "|--:".repeat(head.len() - 1));
}

/// Prints a row at once: a run that is broken off has told what it knew.
pub(crate) fn row(cells: &[String]) {
    println!("| {} |", cells.join(" | "));
}

/// Ends a table.
pub(crate) fn end() {
    println!();
}
