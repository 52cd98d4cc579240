//! The order of files: by the number their names begin with, then by name.

use std::cmp::Ordering;
use std::ops::Range;

use time::{Date, Month};

use super::super::javascript::compare_names;

/// The digits a name begins with.
pub(super) fn prefix(name: &str) -> Option<&str> {
    let digits = name.find(|c: char| !c.is_ascii_digit()).unwrap_or(name.len());
    (digits > 0).then(|| &name[..digits])
}

/// By the number, then by the whole name.
pub(super) fn in_order(left: &str, right: &str) -> Ordering {
    let number = |name: &str| number_of(prefix(name).unwrap_or("0"));
    number(left).total_cmp(&number(right)).then_with(|| compare_names(left, right))
}

/// Numbers are those of JavaScript; one of 17 digits is a date, and counts as its milliseconds.
fn number_of(digits: &str) -> f64 {
    utc_milliseconds(digits).unwrap_or_else(|| digits.parse().unwrap_or(f64::INFINITY))
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of four-digit years are exact")]
fn utc_milliseconds(digits: &str) -> Option<f64> {
    if digits.len() != 17 {
        return None;
    }
    let part = |span: Range<usize>| digits[span].parse::<u16>().ok();
    let byte = |span: Range<usize>| part(span).and_then(|part| u8::try_from(part).ok());
    let month = Month::try_from(byte(4..6)?).ok()?;
    let date = Date::from_calendar_date(part(0..4)?.into(), month, byte(6..8)?).ok()?;
    let moment =
        date.with_hms_milli(byte(8..10)?, byte(10..12)?, byte(12..14)?, part(14..17)?).ok()?;
    Some((moment.assume_utc().unix_timestamp_nanos() / 1_000_000) as f64)
}
