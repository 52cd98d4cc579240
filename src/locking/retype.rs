/// What a change of a column's type does to the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Retyped {
    /// The values stay as they are.
    Kept,
    /// Every value is written anew.
    Rewritten,
    /// The types are not known well enough.
    Unknown,
}

/// Whether the values of a column have to be written anew when its type changes.
///
/// Documentation: `ALTER TABLE`, "Notes" (binary coercible types). Which types are so: `pg_cast.castmethod = 'b'`, and the
/// support functions of the length casts: `varchar_support`, `varbit_support`, `numeric_support`, `timestamp_support`,
/// `interval_support`. From `timestamp` to `timestamptz` it depends on the time zone of the session.
#[must_use]
pub fn retyped(from: &str, to: &str) -> Retyped {
    if from == to {
        return Retyped::Kept;
    }
    let (old, new) = (Type::of(from), Type::of(to));
    let is_longer = |old: &Type| match (old.first(), new.first()) {
        (_, None) => true,
        (Some(old), Some(new)) => new >= old,
        (None, Some(_)) => false,
    };
    let is_kept = match (old.name, new.name) {
        (_, "text") if matches!(old.name, "character varying" | "citext" | "xml") => true,
        ("text" | "citext", "character varying") => new.first().is_none(),
        ("character varying", "character varying") | ("bit varying", "bit varying") => {
            is_longer(&old)
        }
        ("numeric", "numeric") => {
            is_longer(&old) && (new.first().is_none() || old.scale() == new.scale())
        }
        ("citext" | "character varying" | "text", "citext")
        | ("cidr", "inet")
        | ("integer", "oid")
        | ("oid", "integer") => true,
        (one, other) if one == other && is_time(one) => is_longer(&old),
        ("timestamp without time zone", "timestamp with time zone")
        | ("timestamp with time zone", "timestamp without time zone") => return Retyped::Unknown,
        _ => false,
    };
    match is_kept {
        true => Retyped::Kept,
        false if old.name == new.name || (is_known(old.name) && is_known(new.name)) => {
            Retyped::Rewritten
        }
        false => Retyped::Unknown,
    }
}

/// A type as its definition says it, taken apart.
struct Type<'t> {
    name: &'t str,
    numbers: Vec<u32>,
}

impl<'t> Type<'t> {
    fn of(text: &'t str) -> Self {
        let (name, rest) = text.split_once('(').unwrap_or((text, ""));
        let (inside, after) = rest.split_once(')').unwrap_or((rest, ""));
        let numbers = inside.split(',').filter_map(|number| number.trim().parse().ok()).collect();
        let name = name.trim();
        Self { name: full_name(name, after), numbers }
    }

    fn first(&self) -> Option<u32> {
        self.numbers.first().copied()
    }

    fn scale(&self) -> u32 {
        self.numbers.get(1).copied().unwrap_or_default()
    }
}

/// `timestamp(3) with time zone` has its number in the middle.
fn full_name<'t>(name: &'t str, after: &str) -> &'t str {
    match (name, after.trim()) {
        ("timestamp", "with time zone") => "timestamp with time zone",
        ("timestamp", "without time zone") => "timestamp without time zone",
        ("time", "with time zone") => "time with time zone",
        ("time", "without time zone") => "time without time zone",
        ("serial" | "serial4", _) => "integer",
        ("bigserial" | "serial8", _) => "bigint",
        ("smallserial" | "serial2", _) => "smallint",
        _ => name,
    }
}

fn is_time(name: &str) -> bool {
    matches!(
        name,
        "timestamp with time zone"
            | "timestamp without time zone"
            | "time with time zone"
            | "time without time zone"
            | "interval"
    )
}

/// Whether all casts of a type are known here: no domain, and no type of an extension.
fn is_known(name: &str) -> bool {
    const KNOWN: [&str; 24] = [
        "bigint",
        "boolean",
        "bytea",
        "character",
        "character varying",
        "date",
        "double precision",
        "inet",
        "integer",
        "interval",
        "json",
        "jsonb",
        "macaddr",
        "money",
        "numeric",
        "real",
        "smallint",
        "text",
        "time with time zone",
        "time without time zone",
        "timestamp with time zone",
        "timestamp without time zone",
        "uuid",
        "xml",
    ];
    let bare = name.trim_end_matches("[]");
    KNOWN.contains(&bare)
}
