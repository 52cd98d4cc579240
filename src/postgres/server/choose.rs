//! Which kind of server stands for an image: a decision over what was found, without touching anything.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::super::image::{ImageProfile, is_of_postgres};

/// What the user asked for with `--backend`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum BackendChoice {
    /// Containers where that works, else local binaries.
    #[default]
    Auto,
    /// Containers only.
    Container,
    /// Local binaries only.
    Local,
    /// This server only.
    Url(String),
}

impl BackendChoice {
    /// A server that runs already.
    ///
    /// # Errors
    ///
    /// What is wrong with the URL, without its password.
    pub fn url(url: &str) -> Result<Self, String> {
        super::url::read(url).map_err(|error| error.to_string())?;
        Ok(Self::Url(url.to_owned()))
    }
}

/// Postgres binaries found on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Installation {
    /// The folder with `postgres` and `initdb`.
    pub(super) bin: PathBuf,
    /// The folder with `extension/`.
    pub(super) share: PathBuf,
    /// Major version.
    pub(super) major: u32,
    /// Extensions that can be created.
    pub(super) extensions: BTreeSet<String>,
}

/// What stands for an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Choice {
    /// These binaries, with these extensions hidden, since the image lacks them.
    Local {
        /// Which binaries.
        installation: Installation,
        /// What the server must not find.
        hidden: BTreeSet<String>,
    },
    /// Nothing here, for this reason.
    Nothing(String),
}

/// Picks local binaries for an image (`None`: any server). What they cannot give is never silently
/// run on something else.
#[must_use]
pub(super) fn choose(
    image: Option<&str>,
    profile: &ImageProfile,
    installations: &[Installation],
) -> Choice {
    let Some(newest) = installations.iter().max_by_key(|found| found.major) else {
        return Choice::Nothing("no Postgres binaries were found on this machine".into());
    };
    let Some(image) = image else {
        return Choice::Local { installation: newest.clone(), hidden: BTreeSet::new() };
    };
    let Some(major) = profile.major else {
        return Choice::Nothing(format!("the Postgres version of image {image} is not known"));
    };
    let Some(needed) = &profile.extensions else {
        return Choice::Nothing(format!("the extensions of image {image} are not known"));
    };
    let Some(found) = installations.iter().find(|found| found.major == major) else {
        let majors = installations.iter().map(|found| found.major.to_string());
        let have = majors.collect::<Vec<_>>().join(", ");
        return Choice::Nothing(format!(
            "image {image} is Postgres {major}; the local binaries are {have}"
        ));
    };
    let missing: Vec<_> = needed.difference(&found.extensions).cloned().collect();
    if !missing.is_empty() {
        return Choice::Nothing(format!(
            "image {image} has the extension {}; the local Postgres {major} has not",
            missing.join(", ")
        ));
    }
    let lacks = |name: &&String| !is_of_postgres(name) && !needed.contains(*name);
    let hidden = found.extensions.iter().filter(lacks).cloned().collect();
    Choice::Local { installation: found.clone(), hidden }
}

#[cfg(test)]
mod tests {
    use super::super::super::KnownImages;
    use super::*;

    fn installation(major: u32, extensions: &[&str]) -> Installation {
        Installation {
            bin: format!("/pg/{major}/bin").into(),
            share: format!("/pg/{major}/share").into(),
            major,
            extensions: extensions.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    fn choice(image: &str, installations: &[Installation]) -> Choice {
        choose(Some(image), &KnownImages::default().profile(image), installations)
    }

    #[test]
    fn an_extension_that_the_image_lacks_is_hidden() {
        let found = installation(17, &["plpgsql", "pg_trgm", "vector"]);
        let Choice::Local { hidden, .. } = choice("postgres:17", std::slice::from_ref(&found))
        else {
            panic!("a local server can stand for the image");
        };
        assert_eq!(hidden, BTreeSet::from(["vector".to_owned()]));
        let Choice::Local { hidden, .. } = choice("pgvector/pgvector:pg17", &[found]) else {
            panic!("a local server can stand for the image");
        };
        assert!(hidden.is_empty());
    }

    #[test]
    fn another_major_version_never_stands_for_an_image() {
        let found = [installation(15, &["plpgsql"])];
        let expected = "image postgres:17 is Postgres 17; the local binaries are 15";
        assert_eq!(choice("postgres:17", &found), Choice::Nothing(expected.into()));
    }

    #[test]
    fn a_missing_extension_is_told() {
        let found = [installation(17, &["plpgsql"])];
        let expected =
            "image pgvector/pgvector:pg17 has the extension vector; the local Postgres 17 has not";
        assert_eq!(choice("pgvector/pgvector:pg17", &found), Choice::Nothing(expected.into()));
    }

    #[test]
    fn an_unknown_image_is_not_guessed_at() {
        let found = [installation(17, &["plpgsql"])];
        assert!(matches!(choice("team/db:17", &found), Choice::Nothing(_)));
    }

    #[test]
    fn no_image_means_the_newest_binaries() {
        let found = [installation(15, &[]), installation(17, &[])];
        let none = ImageProfile { major: None, extensions: None };
        let Choice::Local { installation, .. } = choose(None, &none, &found) else {
            panic!("any server will do");
        };
        assert_eq!(installation.major, 17);
    }
}
