//! What is left to run, as files for psql.

use std::fmt::Write as _;

use super::super::text::first_line;
use crate::outcome::Reproduction;

/// What is left to run, where there is anything: of the file that the run was stopped in, or the statement that
/// failed.
pub(super) fn left_sql(it: &Reproduction) -> Option<String> {
    let kept = it.kept.as_ref()?;
    match (&kept.stopped, &it.failure) {
        (Some(stopped), _) => Some(stopped.sql.clone()).filter(|sql| !sql.trim().is_empty()),
        (None, Some(failure)) => {
            let statement = failure.found.statement.as_ref()?.trim_end().trim_end_matches(';');
            Some(format!("{statement};\n"))
        }
        (None, None) => None,
    }
}

/// A file with what is left to run, for psql; `None` where nothing is.
#[must_use]
pub fn statement_file(it: &Reproduction) -> Option<String> {
    let sql = left_sql(it)?;
    let stopped = it.kept.as_ref().and_then(|kept| kept.stopped.as_ref());
    let mut text = String::new();
    let of_failure = it.failure.as_ref().and_then(|failure| failure.found.place.as_ref());
    let place = of_failure.or_else(|| stopped.and_then(|stopped| stopped.place.as_ref()));
    if let Some(place) = place {
        let _infallible = writeln!(text, "-- {}", first_line(&place.to_string()));
    }
    if let Some(failure) = &it.failure {
        let _infallible = writeln!(text, "-- {}", first_line(&failure.found.error.to_string()));
    }
    if stopped.is_some_and(|stopped| stopped.left > 1) {
        text.push_str("\\set ON_ERROR_STOP on\n");
    }
    Some(text + &sql)
}

/// What makes a new session like the one that was stopped; `None` where nothing is to be done.
#[must_use]
pub fn session_file(it: &Reproduction) -> Option<String> {
    let stopped = it.kept.as_ref()?.stopped.as_ref()?;
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let lines = stopped.settings.iter().map(|(name, value)| {
        format!("SELECT pg_catalog.set_config({}, {}, false);\n", quoted(name), quoted(value))
    });
    let lines: String = lines.collect();
    (!lines.is_empty()).then(|| format!("-- settings of the session in the run\n{lines}\n"))
}
