//! What tests share: a project folder to run in, and servers to run on.

mod kept;
mod project;
mod servers;

pub(crate) use kept::{Cleaner, ask, sqlstate_of};
pub(crate) use project::{Project, Ran, assert_ended, failures, git};
pub(crate) use servers::{
    UrlServer, containers_of, docker_or_say_why, docker_words, local_or_say_why, on_shared,
    server_or_say_why, shared,
};
