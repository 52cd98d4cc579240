use tokio::signal::unix::{SignalKind, signal};

/// Resolves when the user (or the CI server) asks the run to stop. A second Ctrl-C is then left to the
/// system, which ends the program at once; what is left is swept by the next start.
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
