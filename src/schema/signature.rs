//! Function signatures: what a user writes against what Postgres prints.

use super::name;

/// A function as written: its name, and its argument types if any were given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signature<'a> {
    /// The name, perhaps with a schema.
    pub(super) name: &'a str,
    /// The argument types as Postgres would print them; nothing for any overload.
    pub(super) arguments: Option<Vec<String>>,
}

/// Reads `schema.name(type, type)`, or a name alone.
pub(super) fn parse(text: &str) -> Signature<'_> {
    let text = text.trim();
    let Some(open) = opening(text) else {
        return Signature { name: text, arguments: None };
    };
    let (name, rest) = text.split_at(open);
    let inside = rest.strip_prefix('(').unwrap_or(rest);
    let inside = inside.strip_suffix(')').unwrap_or(inside);
    Signature { name: name.trim(), arguments: Some(arguments(inside)) }
}

/// Whether two lists of argument types mean the same, where a schema may be left out on either side.
pub(super) fn same_arguments(wanted: &[String], actual: &[String]) -> bool {
    wanted.len() == actual.len()
        && wanted.iter().zip(actual).all(|(one, other)| same_type(one, other))
}

fn same_type(one: &str, other: &str) -> bool {
    let (ours, theirs) = (name::parts(one), name::parts(other));
    ours.iter().rev().zip(theirs.iter().rev()).all(|(ours, theirs)| ours.text == theirs.text)
}

/// Where the argument list opens: the first parenthesis outside of quotes.
fn opening(text: &str) -> Option<usize> {
    let mut inside_quotes = false;
    text.char_indices().find_map(|(at, character)| {
        inside_quotes ^= character == '"';
        (character == '(' && !inside_quotes).then_some(at)
    })
}

/// The types between commas, without the parts of `numeric(10, 2)` that no signature keeps.
fn arguments(inside: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let mut inside_quotes = false;
    let mut types = vec![String::new()];
    for character in inside.chars() {
        inside_quotes ^= character == '"';
        match character {
            '(' if !inside_quotes => depth += 1,
            ')' if !inside_quotes => depth = depth.saturating_sub(1),
            ',' if !inside_quotes && depth == 0 => types.push(String::new()),
            other if depth == 0 => {
                types.iter_mut().last().into_iter().for_each(|last| last.push(other));
            }
            _ => {}
        }
    }
    if types.len() == 1 && types.iter().all(|only| only.trim().is_empty()) {
        return Vec::new();
    }
    types.iter().map(|written| canonical(written)).collect()
}

/// A type as Postgres prints it in a signature: without length and precision.
pub(crate) fn canonical(written: &str) -> String {
    let folded =
        if written.contains('"') { written.trim().to_owned() } else { written.to_lowercase() };
    let spaced = folded.split_whitespace().collect::<Vec<_>>().join(" ");
    let unqualified = spaced.strip_prefix("pg_catalog.").unwrap_or(&spaced);
    let unqualified = unqualified.strip_prefix("variadic ").unwrap_or(unqualified);
    let bare = unqualified.trim_end_matches(['[', ']', ' ']);
    let array = if bare.len() < unqualified.len() { "[]" } else { "" };
    let name = match bare {
        "int" | "int4" => "integer",
        "int2" => "smallint",
        "int8" => "bigint",
        "float" | "float8" => "double precision",
        "float4" => "real",
        "decimal" => "numeric",
        "bool" => "boolean",
        "varchar" | "char varying" => "character varying",
        "char" | "bpchar" => "character",
        "varbit" => "bit varying",
        "timestamptz" => "timestamp with time zone",
        "timestamp" => "timestamp without time zone",
        "timetz" => "time with time zone",
        "time" => "time without time zone",
        other => other,
    };
    format!("{name}{array}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agrees(written: &str, printed: &str) -> bool {
        let (written, printed) = (parse(written), parse(printed));
        let (Some(wanted), Some(actual)) = (written.arguments, printed.arguments) else {
            return false;
        };
        written.name == printed.name && same_arguments(&wanted, &actual)
    }

    #[test]
    fn knows_the_common_names_of_types() {
        let same = [
            ("f(int, int4,INTEGER)", "f(integer, integer, integer)"),
            ("f( varchar(20) , numeric(10, 2))", "f(character varying, numeric)"),
            (
                "f(timestamptz, timestamp(3))",
                "f(timestamp with time zone, timestamp without time zone)",
            ),
            ("f(timestamp(3) with time zone)", "f(timestamp with time zone)"),
            ("f(bool[], int [], variadic text[])", "f(boolean[], integer[], text[])"),
            ("f(vector, public.mood)", "f(public.vector, public.mood)"),
            ("f(\"Mood\")", "f(public.\"Mood\")"),
            ("f()", "f()"),
        ];
        for (written, printed) in same {
            assert!(agrees(written, printed), "{written} should mean {printed}");
        }
    }

    #[test]
    fn keeps_other_types_apart() {
        let different = [
            ("f(uuid)", "f(uuid, uuid)"),
            ("f()", "f(uuid)"),
            ("f(a.mood)", "f(b.mood)"),
            ("f(text)", "f(text[])"),
        ];
        for (written, printed) in different {
            assert!(!agrees(written, printed), "{written} should not mean {printed}");
        }
    }

    #[test]
    fn takes_a_name_alone_for_any_overload() {
        assert_eq!(parse(" app.assess "), Signature { name: "app.assess", arguments: None });
    }
}
