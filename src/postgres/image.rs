use std::collections::{BTreeMap, BTreeSet};

use crate::scenario::ImageFacts;

/// What an image promises: the major version, and the extensions that can be created in it. Used to
/// decide whether another server can stand in for the image without giving other answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageProfile {
    /// Postgres major version; `None` where it cannot be told from the name.
    pub major: Option<u32>,
    /// Extensions beyond those of Postgres itself; `None` where nothing is known of the image.
    pub extensions: Option<BTreeSet<String>>,
}

/// Extensions that come with Postgres (its `contrib` folder and `plpgsql`), 13 to 18.
const OF_POSTGRES: &[&str] = &[
    "adminpack",
    "amcheck",
    "autoinc",
    "bloom",
    "bool_plperl",
    "bool_plperlu",
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "dblink",
    "dict_int",
    "dict_xsyn",
    "earthdistance",
    "file_fdw",
    "fuzzystrmatch",
    "hstore",
    "hstore_plperl",
    "hstore_plperlu",
    "hstore_plpython3u",
    "insert_username",
    "intagg",
    "intarray",
    "isn",
    "jsonb_plperl",
    "jsonb_plperlu",
    "jsonb_plpython3u",
    "lo",
    "ltree",
    "ltree_plpython3u",
    "moddatetime",
    "old_snapshot",
    "pageinspect",
    "pg_buffercache",
    "pg_freespacemap",
    "pg_logicalinspect",
    "pg_overexplain",
    "pg_prewarm",
    "pg_stat_statements",
    "pg_surgery",
    "pg_trgm",
    "pg_visibility",
    "pg_walinspect",
    "pgcrypto",
    "pgrowlocks",
    "pgstattuple",
    "plperl",
    "plperlu",
    "plpgsql",
    "plpython3u",
    "pltcl",
    "pltclu",
    "postgres_fdw",
    "refint",
    "seg",
    "sslinfo",
    "tablefunc",
    "tcn",
    "tsm_system_rows",
    "tsm_system_time",
    "unaccent",
    "uuid-ossp",
    "xml2",
];

/// Well-known images: repository, and what it adds to Postgres.
const WELL_KNOWN: &[(&str, &[&str])] = &[
    ("postgres", &[]),
    ("library/postgres", &[]),
    ("bitnami/postgresql", &[]),
    ("cimg/postgres", &[]),
    ("pgvector/pgvector", &["vector"]),
    ("ankane/pgvector", &["vector"]),
    (
        "postgis/postgis",
        &[
            "postgis",
            "postgis_raster",
            "postgis_sfcgal",
            "postgis_tiger_geocoder",
            "postgis_topology",
            "address_standardizer",
            "address_standardizer_data_us",
        ],
    ),
    ("timescale/timescaledb", &["timescaledb"]),
];

/// The table of well-known images.
#[derive(Debug, Clone, Default)]
pub struct KnownImages {
    /// What the repository says of its own images; it wins.
    pub facts: BTreeMap<String, ImageFacts>,
}

impl KnownImages {
    /// What the name of an image says.
    #[must_use]
    pub fn profile(&self, image: &str) -> ImageProfile {
        if let Some(facts) = self.facts.get(image) {
            let extensions = facts.extensions.iter().cloned().collect();
            return ImageProfile { major: Some(facts.major), extensions: Some(extensions) };
        }
        let (repository, tag) = split_reference(image);
        let known = WELL_KNOWN.iter().find(|(name, _)| *name == repository);
        let names =
            |extensions: &[&str]| extensions.iter().map(|name| (*name).to_owned()).collect();
        ImageProfile {
            major: major_of(tag),
            extensions: known.map(|(_, extensions)| names(extensions)),
        }
    }
}

/// An image that has an extension, by the names that its makers give to tags.
#[must_use]
pub fn image_with(extension: &str, major: u32) -> Option<String> {
    let (repository, _) =
        WELL_KNOWN.iter().find(|(_, extensions)| extensions.contains(&extension))?;
    match *repository {
        "pgvector/pgvector" => Some(format!("pgvector/pgvector:pg{major}")),
        "postgis/postgis" => Some(format!("postgis/postgis:{major}-3.5")),
        "timescale/timescaledb" => Some(format!("timescale/timescaledb:latest-pg{major}")),
        _ => None,
    }
}

/// Whether an extension comes with Postgres itself.
#[must_use]
pub fn is_of_postgres(extension: &str) -> bool {
    OF_POSTGRES.contains(&extension)
}

/// Repository (without Docker Hub's host) and tag of an image reference; a digest is cut off.
fn split_reference(image: &str) -> (&str, &str) {
    let name = image.split('@').next().unwrap_or(image);
    let (repository, tag) = match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, tag),
        _ => (name, "latest"),
    };
    let repository = repository.strip_prefix("docker.io/").unwrap_or(repository);
    (repository, tag)
}

/// The major version in a tag: `17`, `16-alpine`, `17.2-bookworm`, `pg17`, `0.8.0-pg17`, `17-3.5`.
fn major_of(tag: &str) -> Option<u32> {
    let number = |text: &str| {
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        text[..end].parse().ok()
    };
    let after_pg = tag.split("pg").nth(1).and_then(number);
    let plausible = |major: &u32| (9..100).contains(major);
    after_pg.or_else(|| number(tag)).filter(plausible)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("postgres:17", Some(17), Some(""))]
    #[case("postgres:16-alpine", Some(16), Some(""))]
    #[case("docker.io/library/postgres:15.4-bookworm", Some(15), Some(""))]
    #[case("postgres", None, Some(""))]
    #[case("pgvector/pgvector:pg17", Some(17), Some("vector"))]
    #[case("pgvector/pgvector:0.8.0-pg16", Some(16), Some("vector"))]
    #[case("timescale/timescaledb:latest-pg15", Some(15), Some("timescaledb"))]
    #[case("localhost:5000/team/db:17", Some(17), None)]
    #[case("localhost:5000/team/db", None, None)]
    #[case("postgres:17@sha256:0123", Some(17), Some(""))]
    fn an_image_name_tells_version_and_extensions(
        #[case] image: &str,
        #[case] major: Option<u32>,
        #[case] extensions: Option<&str>,
    ) {
        let profile = KnownImages::default().profile(image);
        assert_eq!(profile.major, major);
        let found = profile.extensions.map(|names| names.into_iter().collect::<Vec<_>>().join(","));
        assert_eq!(found.as_deref(), extensions);
    }
}
