//! Parts of the library that Postgres itself, or psql, is the judge of.

use crate::support::UrlServer;
use crate::{catalog_notices, splitter_agrees_with_psql, variables_agree_with_psql};

#[tokio::test(flavor = "multi_thread")]
async fn the_catalog_notices_every_change() {
    let Some(server) = UrlServer::start().await else { return };
    catalog_notices::check(&server.url).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_splitter_agrees_with_psql() {
    let Some(server) = UrlServer::start().await else { return };
    let url = server.url.clone();
    let checked = tokio::task::spawn_blocking(move || splitter_agrees_with_psql::check(&url));
    checked.await.unwrap().unwrap_or_else(|differences| panic!("{differences}"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn variables_and_conditions_agree_with_psql() {
    let Some(server) = UrlServer::start().await else { return };
    let url = server.url.clone();
    let checked = tokio::task::spawn_blocking(move || variables_agree_with_psql::check(&url));
    checked.await.unwrap().unwrap_or_else(|differences| panic!("{differences}"));
    server.stop().await;
}
