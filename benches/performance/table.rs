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

/// A median with the least and the greatest value behind it.
pub(crate) fn with_range(values: &[f64], digits: usize) -> String {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let greatest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    format!("{:.digits$} ({least:.digits$}–{greatest:.digits$})", median(values))
}

/// Prints a table; the first column is text, the others are figures.
pub(crate) fn print(title: &str, head: &[&str], rows: &[Vec<String>]) {
    println!("### {title}\n");
    println!("| {} |", head.join(" | "));
    println!("|---{}|", "|--:".repeat(head.len() - 1));
    for row in rows {
        println!("| {} |", row.join(" | "));
    }
    println!();
}
