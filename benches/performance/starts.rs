//! From the decision for a server to the answer to a first statement.

use std::time::Instant;

use migration_replay::postgres::BackendChoice;

use crate::servers::Kind;
use crate::table::{milliseconds, with_range};
use crate::{Arguments, Result, servers, table};

pub(crate) async fn measure(arguments: &Arguments) -> Result<()> {
    let running = servers::start_common(arguments.server, &arguments.image).await?;
    let image = arguments.image.as_str();
    let kinds = [
        (format!("container, {image}"), Kind::Container.choice(), Some(image)),
        ("local".to_owned(), Kind::Local.choice(), None),
        (format!("URL of a running server ({})", running.label), servers::as_url(&running)?, None),
    ];
    let mut rows = Vec::new();
    for (name, choice, image) in kinds {
        let mut times = Vec::new();
        for _ in 0..arguments.rounds {
            match start_once(choice.clone(), image).await {
                Ok(time) => times.push(time),
                Err(error) => {
                    println!("{name}: not measured: {error}\n");
                    break;
                }
            }
        }
        if !times.is_empty() {
            rows.push(vec![name, with_range(&times, 0)]);
        }
    }
    running.stop().await;
    table::print("cold start to the first statement, ms", &["server", "median (range)"], &rows);
    Ok(())
}

/// Looking for Docker or for binaries is part of it.
async fn start_once(choice: BackendChoice, image: Option<&str>) -> Result<f64> {
    let begun = Instant::now();
    let server = servers::start(choice, image).await?;
    server.admin().await?.batch_execute("CREATE TEMPORARY TABLE first (n integer)").await?;
    let time = milliseconds(begun.elapsed());
    server.stop().await;
    Ok(time)
}
