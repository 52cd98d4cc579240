//! Servers in containers, through testcontainers.

use std::collections::HashMap;
use std::time::Duration;

use testcontainers::bollard::models::{ContainerSummary, ContainerSummaryStateEnum, PortBinding};
use testcontainers::bollard::query_parameters::{
    ListContainersOptionsBuilder, LogsOptionsBuilder, RemoveContainerOptionsBuilder,
    RenameContainerOptionsBuilder,
};
use testcontainers::core::client::docker_client_instance;
use testcontainers::core::{IntoContainerPort, Mount};
use testcontainers::runners::AsyncRunner;
use testcontainers::{ContainerAsync, ContainerRequest, GenericImage, ImageExt};
use tokio_postgres::Config;

use super::super::owner::{OWNER_LABEL, Owner};
use super::leftover::{Found, Thing};
use super::{
    Backend, Keeper, START_PATIENCE, Server, ServerError, ServerRequest, Started, Tools,
    random_password, settings, wait_for_answer,
};

/// Where the server's data lies in the container. Images from 18 on have another default, so it is
/// always set.
const DATA: &str = "/var/lib/postgresql/data";

pub(super) struct Container(ContainerAsync<GenericImage>);

/// Whether a Docker engine answers, and why not.
///
/// # Errors
///
/// The engine's (or the client's) own words.
pub async fn docker_answers() -> Result<(), String> {
    let answer = async {
        let docker = docker_client_instance().await.map_err(|error| error.to_string())?;
        docker.ping().await.map(drop).map_err(|error| error.to_string())
    };
    match tokio::time::timeout(Duration::from_secs(10), answer).await {
        Ok(result) => result,
        Err(_) => Err("the Docker engine did not answer in 10 s".into()),
    }
}

pub(super) async fn start(image: &str, request: &ServerRequest) -> Result<Server, ServerError> {
    let password = random_password();
    let container = container_request(image, request, &password)
        .start()
        .await
        .map_err(|error| ServerError::Failed(format!("image {image}: {error}")))?;
    let port = container
        .get_host_port_ipv4(5432.tcp())
        .await
        .map_err(|error| ServerError::Failed(format!("image {image}: {error}")))?;
    let mut config = Config::new();
    config
        .host(if engine_is_here() { "127.0.0.1".to_owned() } else { host_of(&container).await? })
        .port(port)
        .user("postgres")
        .password(password)
        .dbname("postgres")
        .application_name("migration-replay")
        .connect_timeout(Duration::from_secs(5));
    let container = Container(container);
    let client = match wait_for_answer(&config, || container.is_gone()).await {
        Ok(client) => client,
        Err(error) => {
            container.stop().await;
            return Err(ServerError::Failed(format!("image {image}: {error}")));
        }
    };
    let started = Started {
        label: format!("{image} (container)"),
        backend: Backend::Container,
        config,
        tools: Tools::Container(container.0.id().to_owned()),
        keeper: Keeper::Container(Box::new(container)),
    };
    Server::take_over(started, client)
        .await
        .map_err(|error| ServerError::Failed(format!("image {image}: {error}")))
}

fn container_request(
    image: &str,
    request: &ServerRequest,
    password: &str,
) -> ContainerRequest<GenericImage> {
    let (name, tag) = match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, tag),
        _ => (image, "latest"),
    };
    let mut command = vec!["postgres".to_owned()];
    for (name, value) in settings(request) {
        command.extend(["-c".to_owned(), format!("{name}={value}")]);
    }
    let on_disk = request.on_disk;
    let mut container = GenericImage::new(name, tag)
        .with_exposed_port(5432.tcp())
        .with_env_var("POSTGRES_PASSWORD", password)
        .with_env_var("POSTGRES_USER", "postgres")
        .with_env_var("PGDATA", DATA)
        .with_env_var("LANG", "C.UTF-8")
        .with_label(OWNER_LABEL, Owner::this().to_text())
        .with_startup_timeout(START_PATIENCE)
        .with_shm_size(256 << 20)
        .with_host_config_modifier(|host| {
            if engine_is_here() {
                host.publish_all_ports = Some(false);
                let loopback =
                    PortBinding { host_ip: Some("127.0.0.1".into()), host_port: Some("0".into()) };
                let bindings = HashMap::from([("5432/tcp".to_owned(), Some(vec![loopback]))]);
                host.port_bindings = Some(bindings);
            }
        });
    if !on_disk {
        container = container.with_mount(Mount::tmpfs_mount(DATA));
    }
    container.with_cmd(command)
}

/// Whether containers' ports appear on this machine's loopback interface.
fn engine_is_here() -> bool {
    match std::env::var("DOCKER_HOST") {
        Ok(host) => host.starts_with("unix:") || host.starts_with('/') || host.is_empty(),
        Err(_) => true,
    }
}

async fn host_of(container: &ContainerAsync<GenericImage>) -> Result<String, ServerError> {
    let host = container.get_host().await;
    host.map(|host| host.to_string()).map_err(|error| ServerError::Failed(error.to_string()))
}

impl Container {
    async fn is_gone(&self) -> Option<String> {
        match self.0.is_running().await {
            Ok(true) | Err(_) => None,
            Ok(false) => {
                let words = last_words(self.0.id()).await.unwrap_or_default();
                Some(format!("the server stopped while starting: {words}"))
            }
        }
    }

    /// Lets go of it: it stays.
    pub(super) fn forget(self) {
        std::mem::forget(self.0);
    }

    pub(super) async fn stop(self) {
        // A container that cannot be removed now is swept by the next start.
        let _removed = self.0.rm().await;
    }
}

/// The last lines of a container's log.
pub(super) async fn last_words(id: &str) -> Option<String> {
    let docker = docker_client_instance().await.ok()?;
    let options = LogsOptionsBuilder::default().stdout(true).stderr(true).tail("15").build();
    let mut logs = docker.logs(id, Some(options));
    let mut text = String::new();
    while let Some(Ok(line)) = futures_util::StreamExt::next(&mut logs).await {
        text.push_str(&String::from_utf8_lossy(&line.into_bytes()));
    }
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The names of containers that are kept begin like this.
const KEPT_PREFIX: &str = "migration-replay-kept-";

/// Gives a container the name that says that it is kept: labels cannot be changed.
pub(super) async fn keep(id: &str, case: &str) -> Result<String, ServerError> {
    let failed = |error: &dyn std::fmt::Display| {
        ServerError::Failed(format!("the container cannot be kept: {error}"))
    };
    let name = kept_name(case);
    let docker = docker_client_instance().await.map_err(|error| failed(&error))?;
    let options = RenameContainerOptionsBuilder::default().name(&name).build();
    docker.rename_container(id, options).await.map_err(|error| failed(&error))?;
    Ok(name)
}

/// A name for the container of a case: letters, digits, `_`, `.` and `-` are allowed.
fn kept_name(case: &str) -> String {
    let case: String = plain(case).chars().take(60).collect();
    format!("{KEPT_PREFIX}{case}-{:06x}", rand::random::<u32>() >> 8)
}

/// The name of a case, or a part of it, as it is in the names of containers.
pub(super) fn plain(case: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "._".contains(c) { c } else { '-' };
    case.chars().map(plain).collect()
}

/// Every container of ours.
pub(super) async fn find() -> Result<Vec<Found>, ServerError> {
    let failed = |error: &dyn std::fmt::Display| {
        ServerError::Failed(format!("the Docker engine cannot be asked: {error}"))
    };
    let docker = docker_client_instance().await.map_err(|error| failed(&error))?;
    let filters = HashMap::from([("label", vec![OWNER_LABEL])]);
    let options = ListContainersOptionsBuilder::default().all(true).filters(&filters).build();
    let containers = docker.list_containers(Some(options)).await;
    Ok(containers.map_err(|error| failed(&error))?.into_iter().filter_map(look_at).collect())
}

fn look_at(container: ContainerSummary) -> Option<Found> {
    let id = container.id?;
    let label = container.labels.as_ref().and_then(|labels| labels.get(OWNER_LABEL));
    let name = container.names.and_then(|names| names.into_iter().next()).unwrap_or_default();
    let name = name.trim_start_matches('/');
    Some(Found {
        label: format!("container {name} ({})", container.image.unwrap_or_default()),
        owner: label.and_then(|text| Owner::from_text(text)),
        is_kept: name.starts_with(KEPT_PREFIX),
        case: None,
        is_local_server: false,
        is_running: container.state == Some(ContainerSummaryStateEnum::RUNNING),
        thing: Thing::Container { id },
    })
}

/// Removes a container, running or not.
pub(super) async fn remove(id: &str) -> Result<(), String> {
    let docker = docker_client_instance().await.map_err(|error| error.to_string())?;
    let force = RemoveContainerOptionsBuilder::default().force(true).v(true).build();
    docker.remove_container(id, Some(force)).await.map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_container_is_named_after_its_case() {
        let name = kept_name("users@postgres:17/previous release");
        assert!(name.starts_with("migration-replay-kept-users-postgres-17-previous-release-"));
        assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)), "{name}");
    }
}
