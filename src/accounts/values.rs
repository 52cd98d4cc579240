//! When two values of columns mean the same, whatever their types.

use std::borrow::Cow;

/// Types whose values can be compared with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Number,
    Time,
    Text,
    Json,
    Other,
}

/// The family of a type, by the name that `format_type` prints.
pub(super) fn family(data_type: &str) -> Family {
    let base = data_type.split('(').next().unwrap_or_default().trim_end();
    if data_type.ends_with("[]") {
        return Family::Other;
    }
    match base {
        "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" => {
            Family::Number
        }
        "date" => Family::Time,
        "text" | "character varying" | "character" | "bpchar" | "name" | "citext" => Family::Text,
        "json" | "jsonb" => Family::Json,
        _ if base.starts_with("timestamp") => Family::Time,
        _ => Family::Other,
    }
}

/// A form that is the same for values that mean the same, as long as their types are of one family.
pub(super) fn normal<'v>(value: &'v str, data_type: &str) -> Cow<'v, str> {
    match family(data_type) {
        Family::Number => number(value, data_type),
        Family::Time => time(value),
        Family::Text if data_type.starts_with("character(") || data_type == "bpchar" => {
            Cow::Borrowed(value.trim_end_matches(' '))
        }
        Family::Json => json(value),
        Family::Text | Family::Other => Cow::Borrowed(value),
    }
}

/// Whether two values mean the same.
pub(super) fn same(before: (&str, &str), after: (&str, &str)) -> bool {
    if before.0 == after.0 {
        return true;
    }
    // A single-precision number is printed with fewer digits than the same number in double precision.
    if before.1 == "real" || after.1 == "real" {
        let single = |text: &str| text.parse::<f32>().ok();
        return single(before.0).is_some() && single(before.0) == single(after.0);
    }
    normal(before.0, before.1) == normal(after.0, after.1)
}

/// Without an exponent, without zeros at the end of a fraction, without a sign of zero.
fn number<'v>(value: &'v str, data_type: &str) -> Cow<'v, str> {
    let is_float = matches!(data_type, "real" | "double precision");
    if is_float && value.contains(['e', 'E']) {
        let plain = value.parse::<f64>().map(|number| format!("{number}"));
        return plain
            .map_or(Cow::Borrowed(value), |text| Cow::Owned(without_zeros(&text).to_owned()));
    }
    Cow::Borrowed(without_zeros(value))
}

fn without_zeros(value: &str) -> &str {
    let short =
        if value.contains('.') { value.trim_end_matches('0').trim_end_matches('.') } else { value };
    if short == "-0" { "0" } else { short }
}

/// A point in time without what a midnight or UTC would add. Values are read in the time zone UTC.
fn time(value: &str) -> Cow<'_, str> {
    let value = value.strip_suffix("+00").unwrap_or(value);
    Cow::Borrowed(value.strip_suffix(" 00:00:00").unwrap_or(value))
}

/// The order of keys and white space mean nothing.
fn json(value: &str) -> Cow<'_, str> {
    let read: Result<serde_json::Value, _> = serde_json::from_str(value);
    read.map_or(Cow::Borrowed(value), |value| Cow::Owned(value.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("5", "integer", "5.00", "numeric(10,2)")]
    #[case("5", "smallint", "5", "text")]
    #[case("5.00", "numeric(10,2)", "5.00", "text")]
    #[case("0.1", "real", "0.10000000149011612", "double precision")]
    #[case("1e+20", "double precision", "100000000000000000000", "numeric")]
    #[case("2026-01-02", "date", "2026-01-02 00:00:00", "timestamp without time zone")]
    #[case(
        "2026-01-02 03:04:05",
        "timestamp without time zone",
        "2026-01-02 03:04:05+00",
        "timestamp with time zone"
    )]
    #[case("ab  ", "character(4)", "ab", "text")]
    #[case("{\"b\": 1,  \"a\": 2}", "json", "{\"a\": 2, \"b\": 1}", "jsonb")]
    #[case("true", "boolean", "true", "text")]
    fn a_type_change_that_keeps_the_value_is_no_change(
        #[case] before: &str,
        #[case] from: &str,
        #[case] after: &str,
        #[case] to: &str,
    ) {
        assert!(same((before, from), (after, to)));
    }

    #[rstest::rstest]
    #[case("1.234", "numeric", "1.23", "numeric(10,2)")]
    #[case("2026-01-02 03:04:05", "timestamp without time zone", "2026-01-02", "date")]
    #[case("10", "integer", "1", "integer")]
    #[case("100", "integer", "1", "integer")]
    #[case("a", "text", "A", "text")]
    #[case("{\"a\": [1, 2]}", "jsonb", "{\"a\": [2, 1]}", "jsonb")]
    fn a_value_that_lost_something_is_another(
        #[case] before: &str,
        #[case] from: &str,
        #[case] after: &str,
        #[case] to: &str,
    ) {
        assert!(!same((before, from), (after, to)));
    }
}
