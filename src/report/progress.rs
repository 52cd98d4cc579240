use super::text::{counted, duration, first_line};
use crate::outcome::{CaseId, Event, Found, Relation, RunOutcome};

/// The line that tells an event where there is no terminal to draw on; `None` for events that come too
/// often to be told one by one. `run` knows the event's case.
#[must_use]
pub fn plain_line(event: &Event, run: &RunOutcome) -> Option<String> {
    let name = |case: &CaseId| {
        run.cases.get(case.0).map_or_else(String::new, |outcome| first_line(&outcome.head.name))
    };
    match event {
        Event::RunStarted { cases, .. } => {
            Some(format!("replaying {}", counted(cases.len(), "case")))
        }
        Event::Warning { text } => Some(format!("warning: {}", first_line(text))),
        Event::ServerReady { server, took } => {
            Some(format!("server ready: {} in {}", first_line(server), duration(*took)))
        }
        Event::CaseStarted { case, backend, server_version } => Some(format!(
            "started: {} on PostgreSQL {} ({backend})",
            name(case),
            first_line(server_version)
        )),
        Event::Lacking { case, lacks } => {
            let lacks = lacks.iter().map(|lack| first_line(&lack.to_string()));
            Some(format!("warning: {}: {}", name(case), lacks.collect::<Vec<_>>().join(". And ")))
        }
        Event::CaseRestarted { case, reason } => {
            Some(format!("again: {}: {}", name(case), first_line(reason)))
        }
        Event::Compared { case, comparison } => match &comparison.relation {
            Relation::Known(origin) => Some(format!(
                "unchanged: {} since {}; known from {origin}",
                name(case),
                comparison.base.shown()
            )),
            _ => None,
        },
        Event::CaseFinished { case, verdict, reason: Some(reason), .. } => {
            Some(format!("{verdict}: {}: {}", name(case), first_line(reason)))
        }
        Event::CaseFinished { case, verdict, reason: None, took } => {
            Some(format!("{verdict}: {} in {}", name(case), duration(*took)))
        }
        Event::Explained { case, found } => Some(explained(&name(case), found)),
        Event::ServerStarting { .. }
        | Event::Investigating { .. }
        | Event::Working { .. }
        | Event::StepFinished { .. }
        | Event::FailureFound { .. }
        | Event::HazardFound { .. }
        | Event::LeftOut { .. }
        | Event::RowsGenerated { .. }
        | Event::Upgraded { .. }
        | Event::DatabaseKept { .. }
        | Event::RunFinished { .. } => None,
    }
}

/// Where it failed and why, on one line: what people can start from while ways out are still tried.
fn explained(case: &str, found: &Found) -> String {
    let at = match (&found.place, &found.migration) {
        (Some(place), _) => format!(" at {place}"),
        (None, Some(migration)) => format!(" at {migration}"),
        (None, None) => String::new(),
    };
    let why = found.cause.map_or(String::new(), |cause| {
        let perhaps = if found.certain { "" } else { "perhaps " };
        format!(": {perhaps}{cause}")
    });
    let blamed = found.culprits.iter().find_map(|culprit| {
        let place = culprit.place.as_ref()?;
        Some(format!(" ({place} {})", culprit.deed))
    });
    first_line(&format!("fails: {case}{at}{why}{}", blamed.unwrap_or_default()))
}

#[cfg(test)]
mod tests;
