//! Values of types, as text that the type takes.

use super::class::Class;

/// Types whose values come from a list, and the list. The first is the plainest.
const NAMED: &[(&str, &[&str])] = &[
    ("time", &["00:00:00", "12:30:00", "23:59:59.999999"]),
    ("timetz", &["00:00:00+00", "12:30:00+14", "23:59:59-12"]),
    ("money", &["0", "1.50", "-92233720368547758.08"]),
    ("inet", &["192.0.2.1", "192.0.2.0/24", "::1", "2001:db8::/32"]),
    ("cidr", &["192.0.2.0/24", "0.0.0.0/0", "2001:db8::/32"]),
    ("macaddr", &["08:00:2b:01:02:03", "00:00:00:00:00:00"]),
    ("macaddr8", &["08:00:2b:01:02:03:04:05", "00:00:00:00:00:00:00:00"]),
    ("tsvector", &["", "'fat':2 'rat':3", "'grün'"]),
    ("tsquery", &["'fat' & 'rat'", "!'rat'", ""]),
    ("xml", &["<a/>", "<a b=\"ü\">text</a>"]),
    ("point", &["(0,0)", "(-1.5,1e10)"]),
    ("line", &["{1,-1,0}", "{0,1,2}"]),
    ("lseg", &["[(0,0),(1,1)]", "[(0,0),(0,0)]"]),
    ("box", &["(1,1),(0,0)", "(0,0),(0,0)"]),
    ("path", &["[(0,0),(1,1)]", "((0,0),(1,1),(1,0))"]),
    ("polygon", &["((0,0),(1,1),(1,0))", "((0,0))"]),
    ("circle", &["<(0,0),1>", "<(0,0),0>"]),
    ("pg_lsn", &["0/0", "16/B374D848"]),
    ("xid", &["3", "0"]),
    ("xid8", &["3", "0"]),
    ("cid", &["0", "1"]),
    ("tid", &["(0,1)", "(0,2)"]),
    ("pg_snapshot", &["10:20:10,14"]),
    ("txid_snapshot", &["10:20:10,14"]),
    ("jsonpath", &["$", "$.a[*]"]),
    ("regclass", &["pg_catalog.pg_class", "pg_catalog.pg_type"]),
    ("regtype", &["integer", "text"]),
    ("regproc", &["pg_catalog.now"]),
    ("regrole", &["pg_monitor"]),
    ("regnamespace", &["pg_catalog"]),
    ("int2vector", &["1 2", ""]),
    ("oidvector", &["1 2", ""]),
    ("refcursor", &["", "a"]),
    ("multirange", &["{}"]),
    ("hstore", &["", "\"a\"=>\"b\"", "\"ü\"=>NULL"]),
    ("ltree", &["Top", "Top.Science", ""]),
    ("lquery", &["Top.*", "*"]),
    ("ltxtquery", &["Top & Science"]),
    ("cube", &["(0)", "(1, 2),(3, 4)"]),
    ("seg", &["1", "1 .. 2"]),
    ("geometry", &["POINT(0 0)", "POINT EMPTY"]),
    ("geography", &["POINT(0 0)", "POINT(179 89)"]),
    ("sparsevec", &["{1:1}/3"]),
    ("isbn", &["978-0-393-04002-9"]),
    ("semver", &["1.0.0", "0.0.1-alpha"]),
];

/// The name of a family of values, if there is a list for it.
pub(super) fn known(name: &str) -> Option<&'static str> {
    NAMED.iter().find(|(known, _)| *known == name).map(|(known, _)| *known)
}

fn listed(name: &str) -> &'static [&'static str] {
    NAMED.iter().find(|(known, _)| *known == name).map_or(&[], |(_, values)| values)
}

/// Awkward values of a class, plain ones first; short, so that they come again.
pub(super) fn awkward(class: &Class) -> Vec<String> {
    let owned = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    match class {
        Class::Truth => owned(&["true", "false"]),
        Class::Whole(low, high) => {
            let numbers = [0, 1, -1, 42, *high, *low];
            let fits = numbers.iter().filter(|number| (low..=high).contains(number));
            fits.map(ToString::to_string).collect()
        }
        Class::Decimal(digits) => decimals(*digits),
        Class::Float(most) => owned(&["0", "1", "-0.5", most]),
        Class::Text(most) => texts(*most),
        Class::Padded(length) => texts(Some(*length)),
        Class::Date => owned(&["2000-02-29", "1970-01-01", "0001-01-01", "9999-12-31"]),
        Class::Moment => owned(&[
            "2000-02-29 12:00:00",
            "1970-01-01 00:00:00",
            "0001-01-01 00:00:00",
            "9999-12-31 23:59:59.999999",
        ]),
        Class::Span => owned(&["1 day", "00:00:00", "-1 mons", "100 years"]),
        Class::Json => owned(&["{}", r#"{"key": "wért"}"#, r#"{"a": {"b": [1, null, "x"]}}"#]),
        Class::Labels(labels) => labels.clone(),
        Class::Bytes => owned(&[r"\x", r"\x00", r"\xdeadbeef"]),
        Class::Bits(length, _) => vec!["0".repeat(*length), "1".repeat(*length)],
        Class::List(of) => {
            let few: Vec<_> = awkward(of).into_iter().filter(|it| it.len() < 40).take(3).collect();
            let mut lists = vec!["{}".to_owned()];
            lists.extend(few.first().map(|first| braces(std::slice::from_ref(first))));
            lists.push(braces(&few));
            lists
        }
        Class::Fields(fields) => {
            let at = |place: usize| fields.iter().map(move |field| pick(field, place)).collect();
            let rows: [Vec<Option<String>>; 2] = [at(0), at(1)];
            rows.iter().map(|row| record(row)).collect()
        }
        Class::Range(_) => {
            (0..3).filter_map(|at| distinct(class, at)).chain(["empty".into()]).collect()
        }
        Class::Uuid => std::iter::once("9e4e7a7e-ffff-4000-8000-000000000000".to_owned())
            .chain((0..4).filter_map(|at| distinct(class, at)))
            .collect(),
        Class::Vector(_) => (0..4).filter_map(|at| distinct(class, at)).collect(),
        Class::Named(name) => owned(listed(name)),
        Class::Unknown => owned(&["", "0", "a"]),
    }
}

fn pick(class: &Class, place: usize) -> Option<String> {
    let values = awkward(class);
    values.get(place % values.len().max(1)).cloned()
}

/// As many different values as are asked for, the one at `at`; `None` where there are no more.
pub(super) fn distinct(class: &Class, at: usize) -> Option<String> {
    let number = i64::try_from(at).ok()?;
    match class {
        Class::Truth => ["true", "false"].get(at).map(|it| (*it).to_owned()),
        Class::Whole(_, high) => {
            let begin = if *high > 2_000_000 { 1_000_000 } else { 20_000 };
            (begin + number <= *high).then(|| (begin + number).to_string())
        }
        Class::Decimal(Some((precision, scale))) => {
            let whole = 10_i64.checked_pow(precision.saturating_sub(*scale)).unwrap_or(i64::MAX);
            (number < whole).then(|| number.to_string())
        }
        Class::Decimal(None) | Class::Float(_) => Some((1_000_000 + number).to_string()),
        Class::Text(None) => Some(long_name(at)),
        Class::Text(Some(most)) if *most >= 20 => Some(long_name(at)),
        Class::Text(Some(most)) => letters(at, *most),
        Class::Padded(length) => letters(at, *length),
        Class::Date => Some(day(number)),
        Class::Moment => Some(format!("{} 12:00:00", day(number))),
        Class::Span => Some(format!("{} days", number + 1)),
        Class::Uuid => Some(format!("9e4e7a7e-0000-4000-8000-{at:012x}")),
        Class::Json => Some(format!(r#"{{"number": {at}}}"#)),
        Class::Labels(labels) => labels.get(at).cloned(),
        Class::Bits(length, _) => {
            let bits = format!("{at:0length$b}");
            (bits.len() == *length).then_some(bits)
        }
        Class::Bytes => Some(format!(r"\x{at:08x}")),
        Class::List(of) => distinct(of, at).map(|item| braces(&[item])),
        Class::Range(of) => {
            let (low, high) = (distinct(of, at * 2)?, distinct(of, at * 2 + 1)?);
            Some(format!("[\"{low}\",\"{high}\")"))
        }
        Class::Fields(fields) => {
            let values: Option<Vec<_>> =
                fields.iter().map(|it| distinct(it, at).map(Some)).collect();
            values.map(|values| record(&values))
        }
        Class::Vector(length) => {
            let rest = std::iter::repeat_n("0".to_owned(), length.saturating_sub(1));
            let all: Vec<_> = std::iter::once(at.to_string()).chain(rest).collect();
            Some(format!("[{}]", all.join(",")))
        }
        Class::Named(name) => named(name, at),
        Class::Unknown => Some(at.to_string()),
    }
}

fn named(name: &str, at: usize) -> Option<String> {
    let (high, low) = (at / 256 % 256, at % 256);
    Some(match name {
        "inet" => format!("10.1.{high}.{low}"),
        "cidr" => format!("10.1.{high}.{low}/32"),
        "macaddr" => format!("08:00:2b:01:{high:02x}:{low:02x}"),
        "macaddr8" => format!("08:00:2b:01:02:03:{high:02x}:{low:02x}"),
        "ltree" => format!("Top.r{at}"),
        "hstore" => format!("\"n\"=>\"{at}\""),
        "time" => format!("{:02}:{:02}:{:02}", at / 3600 % 24, at / 60 % 60, at % 60),
        "pg_lsn" => format!("1/{at:X}"),
        "money" | "xid" | "xid8" | "cid" => at.to_string(),
        "semver" => format!("1.0.{at}"),
        "point" => format!("({at},{at})"),
        "geometry" | "geography" => format!("POINT({} {})", at % 180, at % 90),
        name => return listed(name).get(at).map(|it| (*it).to_owned()),
    })
}

fn decimals(digits: Option<(u32, u32)>) -> Vec<String> {
    let owned = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    let Some((precision, scale)) = digits else {
        return owned(&["0", "1", "-0.5", "12345678901234567890.123456789"]);
    };
    let whole = "9".repeat(precision.saturating_sub(scale) as usize);
    let most = match scale {
        0 => whole,
        scale => format!("{whole}.{}", "9".repeat(scale as usize)),
    };
    let most = if most.starts_with('.') { format!("0{most}") } else { most };
    let mut all = vec!["0".to_owned()];
    if precision > scale {
        all.push("1".to_owned());
    }
    all.extend([format!("-{most}"), most]);
    all
}

/// Texts that people and programs trip over, cut to what fits.
fn texts(most: Option<usize>) -> Vec<String> {
    let long = "漢字🙂ß ".repeat(240);
    let all =
        ["a", "", "no such value", " ", "Ünïcödé 漢字 🙂", "O'Brien \"x\" %", "NULL", "0", &long];
    let mut texts: Vec<String> = Vec::new();
    for text in all {
        let cut: String = text.chars().take(most.unwrap_or(usize::MAX)).collect();
        if !texts.contains(&cut) {
            texts.push(cut);
        }
    }
    texts
}

/// Different also where case does not count.
fn long_name(at: usize) -> String {
    if at % 5 == 3 { format!("erzeügt-{at}") } else { format!("generated-{at}") }
}

/// A text that other tables do not have.
pub(super) fn of_table(table: &str, at: usize) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
    let table: String = table.chars().map(plain).collect();
    format!("{}-{}", long_name(at), table.to_ascii_lowercase())
}

/// So many letters and digits.
pub(super) fn letters(at: usize, length: usize) -> Option<String> {
    const DIGITS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let mut name = vec![DIGITS[0]; length];
    let mut rest = at;
    for place in name.iter_mut().rev() {
        *place = DIGITS[rest % DIGITS.len()];
        rest /= DIGITS.len();
    }
    (rest == 0).then(|| String::from_utf8_lossy(&name).into_owned())
}

/// A day, so many days after the first of 2010; months are taken for 28 days.
fn day(number: i64) -> String {
    let (months, day) = (number.div_euclid(28), number.rem_euclid(28));
    format!("{:04}-{:02}-{:02}", 2010 + months.div_euclid(12), months.rem_euclid(12) + 1, day + 1)
}

fn escaped(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\""))
}

/// An array's text.
pub(super) fn braces(items: &[String]) -> String {
    let items: Vec<_> = items
        .iter()
        .map(|item| if item.starts_with('{') { item.clone() } else { escaped(item) })
        .collect();
    format!("{{{}}}", items.join(","))
}

/// A composite value's text.
fn record(fields: &[Option<String>]) -> String {
    let fields = fields.iter().map(|field| field.as_deref().map(escaped).unwrap_or_default());
    format!("({})", fields.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn distinct_values_are_distinct_and_fit() {
        for class in [
            Class::Text(None),
            Class::Text(Some(3)),
            Class::Padded(2),
            Class::Padded(36),
            Class::Whole(-32_768, 32_767),
            Class::Decimal(Some((5, 2))),
            Class::Date,
            Class::Uuid,
            Class::Range(Box::new(Class::Date)),
            Class::Named("inet"),
        ] {
            let values: BTreeSet<_> = (0..500).filter_map(|at| distinct(&class, at)).collect();
            assert_eq!(values.len(), 500, "{class:?}");
            if let Class::Text(Some(most)) | Class::Padded(most) = class {
                assert!(values.iter().all(|value| value.chars().count() <= most), "{values:?}");
            }
        }
        assert_eq!(distinct(&Class::Truth, 2), None);
        assert_eq!(distinct(&Class::Padded(1), 36), None);
    }

    #[test]
    fn awkward_texts_are_cut_to_what_fits() {
        assert_eq!(
            awkward(&Class::Text(Some(2))),
            ["a", "", "no", " ", "Ün", "O'", "NU", "0", "漢字"]
        );
        assert!(awkward(&Class::Text(None)).iter().any(|text| text.len() > 2704));
    }

    #[test]
    fn numbers_go_to_their_ends() {
        assert_eq!(awkward(&Class::Decimal(Some((4, 2)))), ["0", "1", "-99.99", "99.99"]);
        assert_eq!(awkward(&Class::Decimal(Some((2, 2)))), ["0", "-0.99", "0.99"]);
    }

    #[test]
    fn arrays_and_records_are_escaped() {
        assert_eq!(braces(&["a\"b".into(), "c\\d".into()]), r#"{"a\"b","c\\d"}"#);
        assert_eq!(record(&[Some("a,b".into()), None]), r#"("a,b",)"#);
    }
}
