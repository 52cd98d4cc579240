//! Where servers come from in this run: the user's choice and what was found, put together.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use tokio::sync::OnceCell;

use super::{
    BackendChoice, Choice, Installation, Server, ServerError, ServerRequest, choose, container,
    local, url,
};
use crate::postgres::image::{ImageProfile, KnownImages};

/// The image where a container is wanted and the scenario names none.
const ANY_IMAGE: &str = "postgres:17";

/// Starts servers as the user chose.
pub struct Supply {
    choice: BackendChoice,
    pg_bin: Option<PathBuf>,
    images: KnownImages,
    docker: OnceCell<Result<(), String>>,
    installations: OnceCell<Vec<Installation>>,
}

/// A server, and what should be said about the choice.
pub struct Supplied {
    /// The server.
    pub server: Server,
    /// Why it is not what one would expect.
    pub remark: Option<String>,
}

impl Supply {
    /// Takes the choice of `--backend`, the folder of `--pg-bin`, and what is known of images.
    #[must_use]
    pub fn new(choice: BackendChoice, pg_bin: Option<PathBuf>, images: KnownImages) -> Self {
        Self { choice, pg_bin, images, docker: OnceCell::new(), installations: OnceCell::new() }
    }

    /// What is known of images.
    pub(super) fn known_images(&self) -> &KnownImages {
        &self.images
    }

    /// What the user chose.
    #[must_use]
    pub fn choice(&self) -> &BackendChoice {
        &self.choice
    }

    /// Starts a server for a group of cases.
    ///
    /// # Errors
    ///
    /// That nothing here can stand for the image, or that a start failed.
    pub async fn start(&self, request: &ServerRequest) -> Result<Supplied, ServerError> {
        let silent = |server| Supplied { server, remark: None };
        match &self.choice {
            BackendChoice::Url(address) => {
                let profile = self.profile(request);
                let found = self.installations().await;
                url::start(address, &profile, request, found).await.map(silent)
            }
            BackendChoice::Container => {
                self.docker().await.map_err(|why| {
                    ServerError::Failed(format!("no Docker engine answers: {why}"))
                })?;
                self.container(request).await.map(silent)
            }
            BackendChoice::Local => self.local(request).await.map(silent),
            BackendChoice::Auto => self.auto(request).await,
        }
    }

    /// Containers where Docker answers and the image can be had, else local binaries, saying so.
    async fn auto(&self, request: &ServerRequest) -> Result<Supplied, ServerError> {
        if request.image.is_none()
            && let Ok(server) = self.local(request).await
        {
            return Ok(Supplied { server, remark: None });
        }
        let why_not = match self.docker().await {
            Ok(()) => match self.container(request).await {
                Ok(server) => return Ok(Supplied { server, remark: None }),
                Err(error) => error.to_string(),
            },
            Err(why) => format!("no Docker engine answers: {why}"),
        };
        match self.local(request).await {
            Ok(server) => {
                let remark = format!("{}: using local binaries, since {why_not}", server.label);
                Ok(Supplied { server, remark: Some(remark) })
            }
            Err(local) => Err(ServerError::CannotServe(format!("{why_not}; and {local}"))),
        }
    }

    async fn container(&self, request: &ServerRequest) -> Result<Server, ServerError> {
        container::start(request.image.as_deref().unwrap_or(ANY_IMAGE), request).await
    }

    async fn local(&self, request: &ServerRequest) -> Result<Server, ServerError> {
        let image = request.image.as_deref();
        let found = self.installations().await;
        match choose(image, &self.profile(request), found) {
            Choice::Nothing(why) => Err(ServerError::CannotServe(why)),
            Choice::Local { installation, hidden } => {
                let name = image.unwrap_or("any");
                let label = format!("{name} (local Postgres {})", installation.major);
                local::start(&installation, &hidden, label, request).await
            }
        }
    }

    fn profile(&self, request: &ServerRequest) -> ImageProfile {
        let none = ImageProfile { major: None, extensions: None };
        request.image.as_deref().map_or(none, |image| self.images.profile(image))
    }

    async fn docker(&self) -> Result<(), String> {
        self.docker.get_or_init(container::docker_answers).await.clone()
    }

    pub(super) async fn installations(&self) -> &[Installation] {
        let find = || async {
            let pg_bin = self.pg_bin.clone();
            let found = tokio::task::spawn_blocking(move || find_installations(pg_bin.as_deref()));
            found.await.unwrap_or_default()
        };
        self.installations.get_or_init(find).await
    }
}

/// Looks in `--pg-bin`, in Debian's place, on the PATH, and in Homebrew's places.
fn find_installations(pg_bin: Option<&Path>) -> Vec<Installation> {
    let folders = pg_bin.map_or_else(usual_folders, |folder| vec![folder.to_owned()]);
    let mut seen = BTreeSet::new();
    folders
        .into_iter()
        .filter(|bin| bin.join("postgres").is_file() && bin.join("initdb").is_file())
        .filter_map(|bin| installation_in(&bin))
        .filter(|found| seen.insert((found.major, found.share.clone())))
        .collect()
}

fn usual_folders() -> Vec<PathBuf> {
    let of_debian = subfolders("/usr/lib/postgresql", "bin");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<_> = std::env::split_paths(&path).collect();
    let homebrew = ["/opt/homebrew/opt", "/usr/local/opt"];
    let of_homebrew = homebrew.into_iter().flat_map(|root| subfolders(root, "bin"));
    of_debian.into_iter().chain(on_path).chain(of_homebrew).collect()
}

fn subfolders(root: &str, below: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root).into_iter().flatten().filter_map(Result::ok);
    entries.map(|entry| entry.path().join(below)).collect()
}

fn installation_in(bin: &Path) -> Option<Installation> {
    let output = |program: &str, argument: &str| {
        let output = Command::new(bin.join(program)).arg(argument).output().ok()?;
        String::from_utf8(output.stdout).ok()
    };
    // postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)
    let version = output("postgres", "--version")?;
    let number =
        version.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let digits = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    let share = PathBuf::from(output("pg_config", "--sharedir")?.trim());
    let extensions = std::fs::read_dir(share.join("extension")).ok()?.filter_map(|entry| {
        let name = entry.ok()?.file_name().into_string().ok()?;
        name.strip_suffix(".control").map(str::to_owned)
    });
    Some(Installation {
        bin: bin.to_owned(),
        major: number[..digits].parse().ok()?,
        extensions: extensions.collect(),
        share,
    })
}
