/// A moment in days since 1970, of a date or time stamp in ISO form; `None` for what is none.
pub(in crate::rows) fn instant(text: &str) -> Option<f64> {
    let text = text.trim();
    match text {
        "infinity" => return Some(f64::INFINITY),
        "-infinity" => return Some(f64::NEG_INFINITY),
        _ => {}
    }
    let (text, is_before_christ) = match text.strip_suffix(" BC") {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    let mut parts = date.split('-');
    let year: i64 = parts.next()?.parse().ok()?;
    let (month, day): (i64, i64) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    if parts.next().is_some() || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = if is_before_christ { 1 - year } else { year };
    let days = days(year, month, day);
    #[expect(clippy::cast_precision_loss, reason = "far fewer days than a float is exact for")]
    Some(days as f64 + fraction(time))
}

/// Days since 1970 in the Gregorian calendar (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// `12:30:00` as a part of a day; a time zone is taken for UTC.
fn fraction(time: &str) -> f64 {
    let clock = time.split(['+', '-', 'Z']).next().unwrap_or_default();
    let mut unit = 1.0 / 24.0;
    let mut sum = 0.0;
    for part in clock.split(':') {
        sum += part.trim().parse::<f64>().unwrap_or(0.0) * unit;
        unit /= 60.0;
    }
    sum
}

/// An interval such as `1 day` or `01:30:00` in days; `None` for what is none.
pub(super) fn span(text: &str) -> Option<f64> {
    let mut words = text.split_whitespace();
    let mut sum = 0.0;
    while let Some(word) = words.next() {
        if word.contains(':') {
            sum += fraction(word);
            continue;
        }
        let number: f64 = word.parse().ok()?;
        let unit = match words.next()?.trim_end_matches('s') {
            "year" => 365.25,
            "mon" | "month" => 30.0,
            "week" => 7.0,
            "day" => 1.0,
            "hour" => 1.0 / 24.0,
            "min" | "minute" => 1.0 / 1440.0,
            "sec" | "second" => 1.0 / 86_400.0,
            _ => return None,
        };
        sum += number * unit;
    }
    Some(sum)
}
