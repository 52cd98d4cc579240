use super::{Definition, FileView, Look};
use crate::check::Finding;
use crate::explain::InTransaction;
use crate::migration::Wraps;
use crate::scenario::{Level, Rule};
use crate::sql::Control;

pub(super) static DEFINITION: Definition = Definition {
    rule: Rule::OwnTransaction,
    level: Level::Warn,
    title: "a file begins or ends a transaction where its tool has opened one",
    look: Look::File(look),
};

fn look(view: &FileView<'_>, found: &mut Vec<Finding>) {
    let stands = InTransaction::of(view.migration, view.rule, view.up);
    if stands.rule.wraps == Wraps::Nothing {
        return;
    }
    let ends = stands.controls.iter().find(|(_, control)| *control != Control::Begin);
    let Some((place, control)) = ends.or(stands.controls.first()) else { return };
    let message = match control {
        Control::Begin => "BEGIN does nothing here: the tool has begun a transaction already",
        Control::Commit => {
            "COMMIT ends the transaction of the tool: what follows, and its history row, are outside of it"
        }
        Control::Rollback => {
            "ROLLBACK ends the transaction of the tool, and takes back what it did before"
        }
    };
    found.push(
        Finding::new(Rule::OwnTransaction, message)
            .at_line(place)
            .help("leave BEGIN and COMMIT to the tool")
            .about(view.migration),
    );
}
