use super::names::{leading_name, listed};

/// What a constraint or a unique index says about columns of its table. Names are as Postgres prints them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    Primary(Vec<String>),
    Unique(Vec<String>),
    Foreign(ForeignKey),
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ForeignKey {
    pub(super) columns: Vec<String>,
    /// The table that it refers to, with its schema.
    pub(super) table: String,
}

impl Key {
    /// Reads what `pg_get_constraintdef` prints; nothing for other constraints.
    pub(super) fn of_constraint(definition: &str) -> Option<Self> {
        if let Some(rest) = definition.strip_prefix("PRIMARY KEY ") {
            return Some(Self::Primary(columns(rest)?.0));
        }
        if let Some(rest) = definition.strip_prefix("UNIQUE ") {
            let rest = rest.strip_prefix("NULLS NOT DISTINCT ").unwrap_or(rest);
            return Some(Self::Unique(columns(rest)?.0));
        }
        let (columns, rest) = columns(definition.strip_prefix("FOREIGN KEY ")?)?;
        let (table, _) = leading_name(rest.strip_prefix(" REFERENCES ")?);
        Some(Self::Foreign(ForeignKey { columns, table: table.to_owned() }))
    }

    /// Reads what `pg_get_indexdef` prints of a unique index. One on expressions, or on some rows only,
    /// says nothing about columns.
    pub(super) fn of_unique_index(definition: &str) -> Option<Self> {
        let (_, method) = definition.split_once(" USING ")?;
        let (_, list) = method.split_once(' ')?;
        let (items, rest) = listed(list)?;
        let is_whole = !rest.contains(" WHERE ");
        let names: Option<Vec<_>> = items.into_iter().map(indexed_column).collect();
        names.filter(|_| is_whole).map(Self::Unique)
    }
}

fn columns(list: &str) -> Option<(Vec<String>, &str)> {
    let (items, rest) = listed(list)?;
    Some((items.into_iter().map(str::to_owned).collect(), rest))
}

/// The column of an index element such as `email COLLATE "C" DESC`; nothing for an expression.
fn indexed_column(element: &str) -> Option<String> {
    let (name, rest) = leading_name(element);
    (!name.is_empty() && !rest.starts_with('(')).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(all: &[&str]) -> Vec<String> {
        all.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn reads_the_keys_of_constraints() {
        let of = Key::of_constraint;
        assert_eq!(
            of("PRIMARY KEY (id, \"createdAt\")"),
            Some(Key::Primary(names(&["id", "\"createdAt\""])))
        );
        assert_eq!(
            of("UNIQUE NULLS NOT DISTINCT (email) INCLUDE (id)"),
            Some(Key::Unique(names(&["email"])))
        );
        let definition =
            "FOREIGN KEY (a, b) REFERENCES app.\"Odd (one)\"(x, y) MATCH FULL ON DELETE CASCADE";
        let table = "app.\"Odd (one)\"".to_owned();
        assert_eq!(
            of(definition),
            Some(Key::Foreign(ForeignKey { columns: names(&["a", "b"]), table }))
        );
        assert_eq!(of("CHECK ((tier <> ''::text))"), None);
        assert_eq!(of("EXCLUDE USING gist (room WITH =)"), None);
    }

    #[test]
    fn a_unique_index_is_a_key_where_it_holds_for_all_rows_of_plain_columns() {
        let of = |rest: &str| {
            Key::of_unique_index(&format!("CREATE UNIQUE INDEX i ON public.t USING btree {rest}"))
        };
        assert_eq!(
            of("(email COLLATE \"C\" DESC, id)"),
            Some(Key::Unique(names(&["email", "id"])))
        );
        assert_eq!(of("(lower(email))"), None);
        assert_eq!(of("((a || b))"), None);
        assert_eq!(of("(email) WHERE (scope = 'global'::text)"), None);
    }
}
