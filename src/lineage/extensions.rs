//! What well-known extensions bring, by their own documentation: a type, a function or an operator class that no migration
//! makes is theirs.

use crate::schema::Kind;

struct Known {
    extension: &'static str,
    kind: Kind,
    names: &'static [&'static str],
}

const fn known(extension: &'static str, kind: Kind, names: &'static [&'static str]) -> Known {
    Known { extension, kind, names }
}

#[rustfmt::skip]
const KNOWN: &[Known] = &[
    known("vector", Kind::Type, &["vector", "halfvec", "sparsevec"]),
    known("vector", Kind::AccessMethod, &["hnsw", "ivfflat"]),
    known("vector", Kind::OperatorClass, &["vector_ops", "vector_l2_ops", "vector_ip_ops", "vector_cosine_ops", "vector_l1_ops",
        "halfvec_l2_ops", "halfvec_ip_ops", "halfvec_cosine_ops", "halfvec_l1_ops", "bit_hamming_ops", "bit_jaccard_ops",
        "sparsevec_l2_ops", "sparsevec_ip_ops", "sparsevec_cosine_ops", "sparsevec_l1_ops"]),
    known("vector", Kind::Function, &["cosine_distance", "l2_distance", "inner_product", "l1_distance", "vector_dims", "vector_norm", "l2_normalize"]),
    known("pg_trgm", Kind::OperatorClass, &["gin_trgm_ops", "gist_trgm_ops"]),
    known("pg_trgm", Kind::Function, &["similarity", "word_similarity", "strict_word_similarity", "show_trgm", "set_limit", "show_limit"]),
    known("pgcrypto", Kind::Function, &["crypt", "gen_salt", "digest", "hmac", "gen_random_bytes", "pgp_sym_encrypt", "pgp_sym_decrypt",
        "pgp_sym_encrypt_bytea", "pgp_sym_decrypt_bytea", "pgp_pub_encrypt", "pgp_pub_decrypt", "armor", "dearmor"]),
    known("uuid-ossp", Kind::Function, &["uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v3", "uuid_generate_v4", "uuid_generate_v5", "uuid_nil"]),
    known("citext", Kind::Type, &["citext"]),
    known("hstore", Kind::Type, &["hstore"]),
    known("hstore", Kind::Function, &["hstore", "akeys", "avals", "skeys", "svals", "hstore_to_json", "hstore_to_jsonb"]),
    known("ltree", Kind::Type, &["ltree", "lquery", "ltxtquery"]),
    known("ltree", Kind::Function, &["subpath", "subltree", "nlevel", "lca", "text2ltree", "ltree2text"]),
    known("intarray", Kind::OperatorClass, &["gin__int_ops", "gist__int_ops", "gist__intbig_ops"]),
    known("cube", Kind::Type, &["cube"]),
    known("earthdistance", Kind::Function, &["earth_distance", "ll_to_earth", "earth_box"]),
    known("isn", Kind::Type, &["ean13", "isbn", "isbn13", "ismn", "issn", "upc"]),
    known("seg", Kind::Type, &["seg"]),
    known("unaccent", Kind::Function, &["unaccent"]),
    known("fuzzystrmatch", Kind::Function, &["levenshtein", "levenshtein_less_equal", "soundex", "metaphone", "dmetaphone", "daitch_mokotoff"]),
    known("tablefunc", Kind::Function, &["crosstab", "connectby", "normal_rand"]),
    known("postgis", Kind::Type, &["geometry", "geography", "box2d", "box3d"]),
    known("postgis", Kind::Function, &["st_makepoint", "st_setsrid", "st_point", "st_distance", "st_dwithin", "st_contains", "st_within",
        "st_intersects", "st_geomfromtext", "st_geomfromgeojson", "st_asgeojson", "st_transform", "st_buffer", "st_area", "st_x", "st_y"]),
    known("pg_cron", Kind::Function, &["schedule", "unschedule", "schedule_in_database"]),
    known("pgjwt", Kind::Function, &["sign", "verify", "url_encode", "url_decode"]),
    known("timescaledb", Kind::Function, &["create_hypertable", "add_retention_policy", "add_compression_policy", "add_continuous_aggregate_policy", "time_bucket"]),
    known("pg_partman", Kind::Function, &["create_parent", "run_maintenance"]),
    known("dblink", Kind::Function, &["dblink", "dblink_connect", "dblink_exec", "dblink_disconnect"]),
];

/// Extensions whose functions have names that others use as well: they count only with the schema that they live in.
const IN_A_SCHEMA: &[(&str, &str)] =
    &[("pg_cron", "cron"), ("pgjwt", "extensions"), ("pg_partman", "partman")];

/// The extension that brings a type, function, operator class or access method of this name, where it is a well-known
/// one.
#[must_use]
pub fn extension_with(kind: Kind, schema: Option<&str>, name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let brings = |it: &&Known| {
        let own = IN_A_SCHEMA.iter().find(|(extension, _)| *extension == it.extension);
        it.kind == kind
            && it.names.contains(&name.as_str())
            && own.is_none_or(|(_, own)| schema == Some(own))
    };
    KNOWN.iter().find(brings).map(|it| it.extension)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Kind::Type, None, "vector", Some("vector"))]
    #[case(Kind::OperatorClass, None, "gin_trgm_ops", Some("pg_trgm"))]
    #[case(Kind::Function, Some("extensions"), "uuid_generate_v4", Some("uuid-ossp"))]
    #[case(Kind::Function, Some("cron"), "schedule", Some("pg_cron"))]
    #[case(Kind::Function, None, "schedule", None)]
    #[case(Kind::Type, None, "mood", None)]
    fn what_well_known_extensions_bring_is_known(
        #[case] kind: Kind,
        #[case] schema: Option<&str>,
        #[case] name: &str,
        #[case] expected: Option<&str>,
    ) {
        assert_eq!(extension_with(kind, schema, name), expected);
    }
}
