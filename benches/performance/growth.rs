//! Cost per migration as their number grows.

use crate::apply::compare;
use crate::sets::write_schema_set;
use crate::table::median;
use crate::{Arguments, Result, servers, table};

pub(crate) async fn measure(arguments: &Arguments) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let server = servers::start_common(arguments.server, &arguments.image).await?;
    let mut rows = Vec::new();
    for count in [100_u32, 300, 1_000, 3_000] {
        let migrations = write_schema_set(folder.path(), count as usize)?;
        let rounds = arguments.rounds.div_ceil(3);
        let figures = compare(&server, &migrations, "statement", rounds).await?;
        let each = |values: &[f64]| format!("{:.3}", median(values) / f64::from(count));
        rows.push(vec![
            count.to_string(),
            each(&figures.with_history),
            each(&figures.apply),
            format!("{:.2}", median(&figures.apply) / median(&figures.with_history)),
            each(&figures.prepare),
            each(&figures.run),
        ]);
    }
    let title = format!("ms per migration, {}, by statement", server.label);
    server.stop().await;
    let head = [
        "migrations",
        "psql with history",
        "harness, apply",
        "ratio",
        "reading and planning",
        "whole run",
    ];
    table::print(&title, &head, &rows);
    Ok(())
}
