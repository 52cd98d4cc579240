use super::{Definition, FileView, Look};
use crate::check::Finding;
use crate::migration::Script;
use crate::scenario::{Level, Rule};

pub(super) static DEFINITION: Definition = Definition {
    rule: Rule::Syntax,
    level: Level::Error,
    title: "the server will not understand a statement",
    look: Look::File(look),
};

/// What comes after a mistake in one statement is most often its consequence, so only the first is told.
fn look(view: &FileView<'_>, found: &mut Vec<Finding>) {
    let scripts = [Some(&view.migration.up), view.migration.down.as_ref()];
    for script in scripts.into_iter().flatten() {
        of_script(view, script, found);
    }
}

fn of_script(view: &FileView<'_>, script: &Script, found: &mut Vec<Finding>) {
    view.readings.each(script, |number, reading| {
        let (Some(fault), Some(statement)) =
            (reading.faults.first(), script.statements().get(number))
        else {
            return;
        };
        let start = statement.span.start + fault.span.start;
        let end = (statement.span.start + fault.span.end).max(start + 1);
        found.push(
            Finding::new(Rule::Syntax, format!("syntax error: {}", fault.message))
                .at(script.place(start..end))
                .help("mend the statement; the mistake is here or right before")
                .about(view.migration),
        );
    });
}
