//! What well-known extensions bring: where the type or function of one is missing, its `CREATE EXTENSION` is what is missing.

use crate::schema::{Kind, ObjectId, parts};

/// An extension, and the types, functions, operator classes and access methods by which migrations know it.
/// Sources: appendix F of the PostgreSQL documentation; the documentation of `pgvector`, `PostGIS`, `pg_cron` and `TimescaleDB`.
const KNOWN: &[(&str, &[&str])] = &[
    ("bloom", &["bloom"]),
    ("btree_gin", &["int4_ops", "int8_ops", "text_ops", "uuid_ops", "timestamptz_ops"]),
    (
        "btree_gist",
        &[
            "gist_int4_ops",
            "gist_int8_ops",
            "gist_text_ops",
            "gist_uuid_ops",
            "int4",
            "int8",
            "text",
            "uuid",
            "timestamptz",
            "integer",
            "bigint",
            "inet",
            "date",
        ],
    ),
    ("citext", &["citext"]),
    ("cube", &["cube", "cube_distance"]),
    ("dblink", &["dblink", "dblink_connect", "dblink_exec"]),
    ("earthdistance", &["earth", "ll_to_earth", "earth_distance", "earth_box"]),
    ("fuzzystrmatch", &["levenshtein", "soundex", "metaphone", "dmetaphone", "difference"]),
    ("hstore", &["hstore", "akeys", "avals", "hstore_to_json", "hstore_to_jsonb"]),
    ("http", &["http_get", "http_post", "http"]),
    ("intarray", &["gin__int_ops", "gist__int_ops", "gist__intbig_ops", "query_int"]),
    ("isn", &["isbn", "isbn13", "issn", "ean13", "upc"]),
    ("lo", &["lo", "lo_manage"]),
    (
        "ltree",
        &["ltree", "lquery", "ltxtquery", "nlevel", "subpath", "text2ltree", "gist_ltree_ops"],
    ),
    ("pg_cron", &["schedule", "unschedule"]),
    ("pg_net", &["http_post", "http_get"]),
    ("pg_stat_statements", &["pg_stat_statements", "pg_stat_statements_reset"]),
    (
        "pg_trgm",
        &[
            "gin_trgm_ops",
            "gist_trgm_ops",
            "similarity",
            "word_similarity",
            "show_trgm",
            "strict_word_similarity",
            "set_limit",
        ],
    ),
    (
        "pgcrypto",
        &[
            "crypt",
            "gen_salt",
            "digest",
            "hmac",
            "gen_random_bytes",
            "encrypt",
            "decrypt",
            "pgp_sym_encrypt",
            "pgp_sym_decrypt",
            "pgp_pub_encrypt",
            "pgp_pub_decrypt",
            "gen_random_uuid",
        ],
    ),
    ("pgrowlocks", &["pgrowlocks"]),
    ("pgstattuple", &["pgstattuple", "pgstatindex"]),
    (
        "postgis",
        &[
            "geometry",
            "geography",
            "box2d",
            "box3d",
            "st_makepoint",
            "st_setsrid",
            "st_distance",
            "st_dwithin",
            "st_geomfromtext",
            "st_point",
            "st_contains",
            "st_intersects",
        ],
    ),
    ("seg", &["seg"]),
    ("tablefunc", &["crosstab", "normal_rand", "connectby"]),
    (
        "timescaledb",
        &["create_hypertable", "add_compression_policy", "add_retention_policy", "time_bucket"],
    ),
    ("tsm_system_rows", &["system_rows"]),
    ("unaccent", &["unaccent"]),
    (
        "uuid-ossp",
        &[
            "uuid_generate_v1",
            "uuid_generate_v1mc",
            "uuid_generate_v3",
            "uuid_generate_v4",
            "uuid_generate_v5",
            "uuid_nil",
            "uuid_ns_dns",
            "uuid_ns_url",
        ],
    ),
    (
        "vector",
        &[
            "vector",
            "halfvec",
            "sparsevec",
            "vector_cosine_ops",
            "vector_l2_ops",
            "vector_ip_ops",
            "halfvec_cosine_ops",
            "halfvec_l2_ops",
            "ivfflat",
            "hnsw",
            "cosine_distance",
            "l2_distance",
        ],
    ),
    ("xml2", &["xpath_table", "xslt_process"]),
];

/// Kinds of objects that extensions bring.
const fn may_be_brought(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Type
            | Kind::Function
            | Kind::Procedure
            | Kind::Aggregate
            | Kind::OperatorClass
            | Kind::AccessMethod
            | Kind::Table
            | Kind::View
            | Kind::TextSearchDictionary
    )
}

/// The extensions that are known to bring an object of this name.
pub(super) fn providers(object: &ObjectId) -> Vec<ObjectId> {
    if !may_be_brought(object.kind) {
        return Vec::new();
    }
    let name = object.name.split('(').next().unwrap_or_default();
    let Some(own) = parts(name).pop().map(|part| part.text) else { return Vec::new() };
    let bring = KNOWN.iter().filter(|(_, members)| members.contains(&own.as_str()));
    bring
        .map(|(extension, _)| ObjectId::new(Kind::Extension, crate::schema::quoted(extension)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case(Kind::Type, "public.citext", &["extension citext"])]
    #[case(Kind::Function, "public.uuid_generate_v4()", &["extension \"uuid-ossp\""])]
    #[case(Kind::Table, "public.users", &[])]
    #[case(Kind::Column, "public.users.vector", &[])]
    fn a_missing_member_leads_to_its_extension(
        #[case] kind: Kind,
        #[case] name: &str,
        #[case] extensions: &[&str],
    ) {
        let found: Vec<_> =
            providers(&ObjectId::new(kind, name)).iter().map(ToString::to_string).collect();
        assert_eq!(found, extensions);
    }
}
