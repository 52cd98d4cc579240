use super::{Definition, FileView, Look};
use crate::check::Finding;
use crate::explain::InTransaction;
use crate::migration::{Sends, Wraps};
use crate::scenario::{Level, Rule};

pub(super) static DEFINITION: Definition = Definition {
    rule: Rule::NotInTransaction,
    level: Level::Error,
    title: "a statement stands in a transaction that it refuses",
    look: Look::File(look),
};

fn look(view: &FileView<'_>, found: &mut Vec<Finding>) {
    let stands = InTransaction::of(view.migration, view.rule, view.up);
    let why = match (stands.rule.wraps, stands.rule.sends) {
        (Wraps::Each | Wraps::All, _) => "the tool runs this file in a transaction",
        (Wraps::Nothing, Sends::Whole) => {
            "the tool sends this file whole, and several statements are one transaction then"
        }
        (Wraps::Nothing, Sends::Statements) => "the file has begun one",
    };
    for obstacle in stands.obstacles.iter().filter(|it| it.is_inside) {
        let message = if obstacle.what.starts_with("the new enum value") {
            obstacle.what.clone()
        } else {
            format!("{} cannot run in a transaction, and {why}", obstacle.what)
        };
        found.push(
            Finding::new(Rule::NotInTransaction, message)
                .at_line(&obstacle.place)
                .help("give it a file of its own that the tool runs outside of a transaction (docs/layouts.md)")
                .about(view.migration),
        );
    }
}
