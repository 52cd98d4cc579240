//! In which state a kept database is, and what in it is otherwise than in the real run.

use crate::outcome::{Kept, Reproduction, Stopped};

/// One sentence, and what else there is to know about the state, a line each.
pub(super) struct State {
    pub(super) what: String,
    pub(super) notes: Vec<String>,
}

pub(super) fn state_of(it: &Reproduction, kept: &Kept) -> State {
    let Some(stopped) = &kept.stopped else {
        let what = "the database as the failure left it".to_owned();
        return State { what, notes: Vec::new() };
    };
    let what = match (&it.failure, stopped.left) {
        (Some(_), 0..=1) => "the database just before the statement fails".to_owned(),
        (Some(_), _) => format!("the database just before {}, which fails", stopped.file),
        (None, _) => {
            format!("the database just before statement {} of {}", stopped.ran + 1, stopped.file)
        }
    };
    let mut notes = vec![what_ran(stopped)];
    notes.extend(trial(it, stopped));
    notes.extend(gone(stopped));
    State { what, notes }
}

fn what_ran(stopped: &Stopped) -> String {
    let Stopped { file, of, ran, .. } = stopped;
    let (which, was, it) = match ran {
        0 => return format!("{file}: none of its statements was run"),
        1 => ("statement 1".to_owned(), "was", "it is"),
        _ => (format!("statements 1–{ran}"), "were", "they are"),
    };
    let end = if stopped.rolled_back {
        format!("; in the real run {it} rolled back")
    } else {
        String::new()
    };
    format!("{file}: {which} of {of} {was} run and committed{end}")
}

fn trial(it: &Reproduction, stopped: &Stopped) -> Option<String> {
    let state = it.failure.as_ref().and_then(|failure| failure.found.error.sqlstate.as_ref());
    let state = state.map_or_else(String::new, |state| format!(" with {state}"));
    Some(if stopped.fails_alike? {
        format!("tried on a copy: it fails{state}, as in the run")
    } else {
        let why = "it needs what its session or transaction did before";
        format!("tried on a copy: run by hand it does not fail{state}; {why}")
    })
}

/// What went away with the session.
fn gone(stopped: &Stopped) -> Option<String> {
    let tables = if stopped.temporary.len() == 1 { "table" } else { "tables" };
    let names = stopped.temporary.join(", ");
    let is_any = !stopped.temporary.is_empty();
    is_any.then(|| format!("gone with the session of the run: the temporary {tables} {names}"))
}
