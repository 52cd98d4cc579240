//! The queries, by what their answers depend on.

use std::fmt::Write;

/// What tells whether an answer may have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// The sums of the relations that it tells of: it can be asked for some of them alone.
    Relations,
    /// The same of functions.
    Functions,
    /// The sum of the rest.
    Rest,
    /// The sum of types.
    Types,
    /// Nothing: it is small. It is asked each time where it has told something, and where there are rows of this, without which it
    /// has nothing to tell.
    Small(&'static str),
}

/// One query of the catalog.
pub(super) struct Query {
    pub(super) scope: Scope,
    text: &'static str,
}

macro_rules! query {
    ($scope:expr, $name:literal) => {
        Query { scope: $scope, text: include_str!(concat!("sql/", $name, ".sql")) }
    };
}

use Scope::{Functions, Relations, Rest, Small, Types};

/// What there is of text search besides what the server came with.
const TEXT_SEARCH: &str = "(select oid from pg_ts_config union all select oid from pg_ts_parser
    union all select oid from pg_ts_template union all select oid from pg_ts_dict) as t where oid >= 16384";

/// The same of all that `others` tells.
const OTHERS: &str = "(select oid from pg_collation union all select oid from pg_conversion union all select oid from pg_am
    union all select oid from pg_transform
    union all select case when lanacl is null then oid else 16384 end from pg_language where lanispl) as t where oid >= 16384";

/// All of them.
pub(super) const QUERIES: [Query; 24] = [
    query!(Rest, "schemas"),
    query!(Rest, "extensions"),
    query!(Relations, "relations"),
    query!(Relations, "columns"),
    query!(Relations, "constraints"),
    query!(Relations, "indexes"),
    query!(Relations, "sequences"),
    query!(Functions, "functions"),
    query!(Types, "types"),
    query!(Relations, "triggers"),
    query!(Small("pg_policy"), "policies"),
    query!(Small("pg_rewrite where ev_class >= 16384 and rulename <> '_RETURN'"), "rules"),
    query!(Small("pg_statistic_ext"), "statistics"),
    query!(Small("pg_event_trigger"), "event_triggers"),
    query!(Small("pg_publication"), "publications"),
    query!(Small("pg_subscription"), "subscriptions"),
    query!(Small("pg_default_acl"), "default_privileges"),
    query!(Rest, "member_grants"),
    query!(Rest, "operators"),
    query!(Rest, "operator_classes"),
    query!(Small("pg_cast where oid >= 16384"), "casts"),
    query!(Small(TEXT_SEARCH), "text_search"),
    query!(Small("pg_foreign_data_wrapper"), "foreign_data"),
    query!(Small(OTHERS), "others"),
];

/// The place of the one that tells event triggers.
pub(super) const EVENT_TRIGGERS: usize = 13;

/// The versions of rows that are about relations and functions.
pub(super) const VERSIONS: &str = include_str!("sql/versions.sql");
/// The sums of the rest.
pub(super) const REST: &str = include_str!("sql/rest.sql");
/// The sums of types.
pub(super) const TYPE_MARKS: &str = include_str!("sql/type_marks.sql");
/// Which other relations print the names of some.
pub(super) const DEPENDENTS: &str = include_str!("sql/dependents.sql");

/// Everything that changes how Postgres prints a definition, and what makes many small queries slow: planning took a
/// quarter of the time, and the joins are written in a good order. With `pg_temp` last a temporary table called
/// `pg_class` is not in the way.
pub(super) const SETTINGS: &str = "
    set local search_path = pg_catalog, pg_temp;
    set local quote_all_identifiers = off;
    set local timezone = 'UTC';
    set local datestyle = 'ISO, YMD';
    set local intervalstyle = 'postgres';
    set local bytea_output = 'hex';
    set local extra_float_digits = 1;
    set local jit = off;
    set local join_collapse_limit = 1;
    set local plan_cache_mode = force_generic_plan;
    set local max_parallel_workers_per_gather = 0;";

/// For what asks for a few relations or functions. A generic plan is made for any number of them, and would read whole tables.
pub(super) const FOR_FEW: &str = "set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off;";

/// For what asks for everything, after [`FOR_FEW`].
pub(super) const FOR_ALL: &str = "set local enable_seqscan = on; set local enable_hashjoin = on; set local enable_mergejoin = on;";

impl Query {
    /// For every object.
    pub(super) fn whole(&self) -> &'static str {
        self.text
    }

    /// For the relations, or the functions, of the array `$1` alone.
    pub(super) fn for_some(&self) -> String {
        let mut text = String::with_capacity(self.text.len());
        let mut rest = self.text;
        while let Some((before, after)) = rest.split_once(ONLY) {
            let (column, behind) = after.split_once(" */").unwrap_or((after, ""));
            text.push_str(before);
            // Writing to a String cannot fail.
            let _written = write!(text, "and {column} = any ($1)");
            rest = behind;
        }
        text + rest
    }
}

/// Where a query says which column is the relation, or the function.
const ONLY: &str = "/* only ";

/// The tables of the catalog that the sum of the rest is made of.
pub(super) const TABLES_OF_REST: [&str; 19] = [
    "pg_am",
    "pg_amop",
    "pg_amproc",
    "pg_authid",
    "pg_collation",
    "pg_enum",
    "pg_extension",
    "pg_foreign_data_wrapper",
    "pg_foreign_server",
    "pg_init_privs",
    "pg_language",
    "pg_namespace",
    "pg_opclass",
    "pg_operator",
    "pg_opfamily",
    "pg_proc",
    "pg_range",
    "pg_tablespace",
    "pg_type",
];

/// A relation or function is in the bucket of its OID without so many bits: few sums are sent each time, and those of single
/// relations only where that of their bucket has changed.
pub(super) const BITS_OF_BUCKET: u32 = 7;

/// The version of a row is its xmin and ctid (documentation, "System Columns"). An age tells an xmin without a way through text.
/// Tags have six bits.
const SUM: &str =
    "sum(hashtidextended(ctid, (((select age('3'::xid)::int8) - age(xmin)) << 6) | tag))";

/// The numbers of the small queries that have something to tell.
pub(super) fn small() -> String {
    let told = QUERIES.iter().enumerate().filter_map(|(number, query)| match query.scope {
        Small(rows) => Some(format!("case when exists (select from {rows}) then {number} end")),
        _ => None,
    });
    format!("select concat_ws(' ', {})", told.collect::<Vec<_>>().join(", "))
}

/// A sum for each bucket.
pub(super) fn buckets() -> String {
    format!("select oid::int8 >> {BITS_OF_BUCKET}, {SUM} from ({VERSIONS}) as version group by 1")
}

/// A sum for each relation and function.
pub(super) fn marks(versions: &str) -> String {
    format!(
        "select kind || case kind when '0' then '' else oid::text end, {SUM}
        from ({versions}) as version (kind, oid, xmin, ctid, tag) group by kind, oid"
    )
}

/// The same for those of some buckets, whose first OIDs are in the array `$1`. As `int8`, no other condition on an OID leads to
/// its index.
pub(super) fn marks_of_some() -> String {
    let versions = VERSIONS.replace(" >= 16384", "::int8 >= 16384");
    let mut parts = versions.split(OF_BUCKETS);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (column, behind) = part.split_once(" */").unwrap_or((part, ""));
        let size = 1 << BITS_OF_BUCKET;
        // Writing to a String cannot fail.
        let _written = write!(
            text,
            ", lateral (select from unnest($1) as first
            where {column} >= first and {column} < (first::int8 + {size})::oid) as bucket {behind}"
        );
    }
    marks(&text)
}

/// Where it says which column is the relation, or the function.
const OF_BUCKETS: &str = "/* in buckets of ";

/// The relations that the transaction has locked to change them, and those of the array `$1`; tables for their indexes. Rows are read
/// and written under weaker locks. Toast tables are part of their own. Everything is found by an index.
pub(super) const LOCKED: &str = "
    select distinct 'r' || oid
    from (
        select coalesce((select indrelid from pg_index where indexrelid = locked), locked) as oid
        from (
            select relation as locked from pg_locks
            where pid = pg_backend_pid() and locktype = 'relation' and relation >= 16384
              and mode not in ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
            union all select unnest($1)
        ) as found
    ) as t
    where (select relkind from pg_class where oid = t.oid) is distinct from 't'";

/// A sum for each function.
pub(super) fn function_marks() -> String {
    let versions: Vec<_> =
        VERSIONS.split("union all").filter(|part| part.contains("'f'")).collect();
    let versions = versions.join("union all");
    format!("select * from ({}) as mark (unit, sum) where unit like 'f%'", marks(&versions))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use regex::Regex;

    use super::*;

    /// Tables whose rows nobody changes alone: the row that goes with them is summed.
    const GO_ALONG: [&str; 3] = ["pg_depend", "pg_policy", "pg_statistic_ext"];

    fn tables(text: &str) -> BTreeSet<&str> {
        let after_from = Regex::new(r"\b(?:from|join) (pg_[a-z_]+)\b").unwrap();
        after_from.captures_iter(text).filter_map(|it| Some(it.get(1)?.as_str())).collect()
    }

    #[test]
    fn every_table_that_is_not_read_each_time_is_summed() {
        let summed = &tables(VERSIONS) | &tables(REST);
        for query in QUERIES.iter().filter(|query| !matches!(query.scope, Small(_))) {
            let read = tables(query.whole());
            let missing: Vec<_> =
                read.difference(&summed).filter(|table| !GO_ALONG.contains(table)).collect();
            assert!(missing.is_empty(), "{missing:?} of {}", query.whole());
        }
    }

    #[test]
    fn it_is_known_which_tables_the_sum_of_the_rest_is_made_of() {
        let mut tables = tables(REST);
        // A composite type is written to with its relation.
        assert!(tables.remove("pg_class"));
        // The table behind the view of roles.
        assert!(tables.remove("pg_roles") && tables.insert("pg_authid"));
        assert_eq!(tables.into_iter().collect::<Vec<_>>(), TABLES_OF_REST);
    }

    #[test]
    fn event_triggers_are_told_where_they_are_looked_for() {
        assert!(QUERIES[EVENT_TRIGGERS].whole().contains("pg_event_trigger"));
    }

    #[test]
    fn types_are_summed_one_by_one_as_they_are_summed_together() {
        assert!(tables(TYPE_MARKS).is_subset(&tables(REST)));
        let asked = |tag: u32| TYPE_MARKS.contains(&format!("ctid, {tag}"));
        assert!((3..=5).all(asked));
    }

    #[test]
    fn versions_are_asked_for_by_bucket_from_every_table() {
        let joined = marks_of_some().matches("from unnest($1)").count();
        assert_eq!(joined, VERSIONS.matches("from pg_").count());
    }

    #[test]
    fn queries_for_some_say_of_which_column() {
        for query in &QUERIES {
            let is_for_some = matches!(query.scope, Relations | Functions);
            assert_eq!(query.whole().contains(ONLY), is_for_some, "{}", query.whole());
            assert_eq!(query.for_some().contains(" = any ($1)"), is_for_some);
            assert!(!query.for_some().contains(ONLY));
        }
    }
}
