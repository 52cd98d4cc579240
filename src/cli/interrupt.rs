use tokio::signal::unix::{SignalKind, signal};

/// Resolves at the second request to stop: then the program ends at once, and what is left is swept by
/// the next start.
pub(super) async fn interrupted_twice() {
    interrupted().await;
    interrupted().await;
}

/// Resolves when the user (or the CI server) asks the run to stop.
pub(super) async fn interrupted() -> String {
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => "interrupted (SIGINT)".to_owned(),
        _ = terminate.recv() => "stopped from outside (SIGTERM)".to_owned(),
    }
}
