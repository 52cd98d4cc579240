//! What this machine has for replays: looked for, and not started.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use testcontainers::bollard::query_parameters::ListImagesOptionsBuilder;
use testcontainers::core::client::docker_client_instance;

use super::{Choice, Supply, choose, local};
use crate::postgres::image::{ImageProfile, is_of_postgres};

/// What a machine has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// The Docker engine; or why there is none.
    pub docker: Result<Engine, String>,
    /// Postgres binaries.
    pub local: Vec<LocalPostgres>,
    /// Why local servers cannot be started, whatever binaries there are.
    pub no_account: Option<String>,
}

/// A Docker engine that answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Engine {
    /// Its version.
    pub version: String,
    /// The version of its interface.
    pub api: String,
    /// The images that are there, with their tags.
    pub images: Vec<String>,
}

/// Postgres binaries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalPostgres {
    /// Where `postgres` and `initdb` are.
    pub bin: PathBuf,
    /// The major version.
    pub major: u32,
    /// Extensions beyond those of Postgres itself.
    pub extensions: Vec<String>,
}

/// How an image can be had here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageStanding {
    /// A container of an image that is there.
    Here,
    /// A container, once the image was pulled.
    ToBePulled,
    /// Local binaries of this major version.
    Local(u32),
    /// Not at all.
    Nothing(String),
}

impl Supply {
    /// Looks for what there is. Nothing is started, and no registry is asked.
    pub async fn survey(&self) -> Machine {
        let local = self.installations().await.iter().map(|found| LocalPostgres {
            bin: found.bin.clone(),
            major: found.major,
            extensions: found.extensions.iter().filter(|it| !is_of_postgres(it)).cloned().collect(),
        });
        Machine {
            docker: engine().await,
            local: local.collect(),
            no_account: local::account().err(),
        }
    }

    /// How each of these images can be had; `None` is any server.
    pub async fn standings(
        &self,
        machine: &Machine,
        images: impl IntoIterator<Item = Option<String>>,
    ) -> BTreeMap<Option<String>, ImageStanding> {
        let found = self.installations().await;
        let standing = |image: Option<String>| {
            let standing = match (&image, &machine.docker) {
                (Some(image), Ok(engine)) if engine.has(image) => ImageStanding::Here,
                (Some(_), Ok(_)) => ImageStanding::ToBePulled,
                (None, Ok(_)) if found.is_empty() => ImageStanding::ToBePulled,
                (image, _) => self.local_standing(machine, image.as_deref(), found),
            };
            (image, standing)
        };
        images.into_iter().map(standing).collect()
    }

    fn local_standing(
        &self,
        machine: &Machine,
        image: Option<&str>,
        found: &[super::Installation],
    ) -> ImageStanding {
        let none = ImageProfile { major: None, extensions: None };
        let profile = image.map_or(none, |image| self.known_images().profile(image));
        match (choose(image, &profile, found), &machine.no_account) {
            (Choice::Local { .. }, Some(why)) => ImageStanding::Nothing(why.clone()),
            (Choice::Local { installation, .. }, None) => ImageStanding::Local(installation.major),
            (Choice::Nothing(why), _) => ImageStanding::Nothing(why),
        }
    }
}

impl Machine {
    /// Whether there is any kind of server.
    #[must_use]
    pub fn has_servers(&self) -> bool {
        self.docker.is_ok() || (!self.local.is_empty() && self.no_account.is_none())
    }
}

impl Engine {
    /// Whether an image is there; one without a tag is `latest`.
    fn has(&self, image: &str) -> bool {
        let name = image.rsplit('/').next().unwrap_or(image);
        let tagged =
            if name.contains([':', '@']) { image.into() } else { format!("{image}:latest") };
        self.images.contains(&tagged)
    }
}

/// How long the engine may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

async fn engine() -> Result<Engine, String> {
    let asked = async {
        let docker = docker_client_instance().await.map_err(|error| error.to_string())?;
        let version = docker.version().await.map_err(|error| error.to_string())?;
        let all = ListImagesOptionsBuilder::default().build();
        let images = docker.list_images(Some(all)).await.map_err(|error| error.to_string())?;
        let mut images: Vec<_> = images.into_iter().flat_map(|image| image.repo_tags).collect();
        images.sort();
        let known = |text: Option<String>| text.unwrap_or_else(|| "unknown".into());
        Ok(Engine { version: known(version.version), api: known(version.api_version), images })
    };
    let patient = tokio::time::timeout(PATIENCE, asked).await;
    patient.unwrap_or_else(|_| Err("the Docker engine did not answer in 10 s".into()))
}
