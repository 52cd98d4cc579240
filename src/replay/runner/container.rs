//! The runner in a container image: the repository mounted where it lies on this machine, and the
//! machine's own network, so that the server is found where the environment says.

use std::path::{Path, PathBuf};
use std::time::Duration;

use testcontainers::core::Mount;
use testcontainers::runners::AsyncRunner;
use testcontainers::{ContainerAsync, GenericImage, ImageExt};

use super::super::shell::Ended;
use crate::postgres::owner_label;

/// Runs a command in a new container and removes it.
pub(super) async fn run(
    image: &str,
    command: &str,
    folder: &Path,
    environment: Vec<(String, String)>,
    socket: Option<PathBuf>,
    limit: Duration,
) -> Ended {
    let failed = |why: String| Ended { failure: Some(why), output: String::new() };
    let folder = match folder_to_mount(folder) {
        Ok(folder) => folder,
        Err(error) => return failed(format!("has no folder to run in: {error}")),
    };
    let (name, tag) = match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, tag),
        _ => (image, "latest"),
    };
    let (label, owner) = owner_label();
    let mut request = GenericImage::new(name, tag)
        .with_entrypoint("sh")
        .with_cmd(["-c", command])
        .with_network("host")
        .with_label(label, owner)
        .with_working_dir(folder.inside.display().to_string())
        .with_mount(bind(&folder.mounted));
    if let Some(socket) = &socket {
        request = request.with_mount(bind(socket));
    }
    for (name, value) in environment {
        request = request.with_env_var(name, value);
    }
    let container = match request.start().await {
        Ok(container) => container,
        Err(error) => return failed(format!("cannot be run in {image}: {error}")),
    };
    let has_ended = tokio::time::timeout(limit, ended(&container)).await.is_ok();
    let out = container.stdout_to_vec().await.unwrap_or_default();
    let err = container.stderr_to_vec().await.unwrap_or_default();
    let code = container.exit_code().await;
    // A container that cannot be removed now is swept by the next start.
    let _removed = container.rm().await;
    let output = String::from_utf8_lossy(&[out, err].concat()).into_owned();
    let failure = match code {
        _ if !has_ended => Some(format!("did not end in {limit:?}")),
        Ok(Some(0)) => None,
        Ok(Some(code)) => Some(format!("failed (exit status: {code})")),
        Ok(None) => Some("did not end".into()),
        Err(error) => Some(format!("ended in an unknown way: {error}")),
    };
    Ended { failure, output }
}

/// Waits for the end of a container's program.
async fn ended(container: &ContainerAsync<GenericImage>) {
    const LOOK_AGAIN: Duration = Duration::from_millis(50);
    // An engine that does not answer is told when the exit code is asked for.
    while container.is_running().await.unwrap_or(false) {
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

struct Folder {
    /// The repository, or the folder itself.
    mounted: PathBuf,
    inside: PathBuf,
}

fn folder_to_mount(folder: &Path) -> std::io::Result<Folder> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let inside = folder.canonicalize()?;
    let repository = inside.ancestors().find(|above| above.join(".git").exists());
    let mounted = repository.unwrap_or(&inside).to_owned();
    Ok(Folder { mounted, inside })
}

fn bind(path: &Path) -> Mount {
    let path = path.display().to_string();
    Mount::bind_mount(path.clone(), path)
}
