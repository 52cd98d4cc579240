//! A statement that would have done nothing: `CREATE … IF NOT EXISTS` fails, and what it makes was to be there already.

use super::inquiry::Inquiry;
use super::objects::maker_of;
use super::rules::hypothesis;
use super::trouble::Trouble;
use super::verdict::Diagnosis;
use super::way_out::Change;
use crate::lineage::{Author, Effect};
use crate::scenario::Cause;
use crate::schema::ObjectId;
use crate::sql::{Guard, Verb};

/// More replays than this are not worth the guess.
const MOST: usize = 3;

/// Adds who else may be to blame: migrations that were left out or come later, and that make what the statement makes. Only a
/// replay can tell, and where the first answer's own way out makes it pass, that one holds.
pub(super) fn consider_skipping(
    inquiry: &Inquiry<'_>,
    trouble: &Trouble,
    diagnosis: &mut Diagnosis,
) {
    let is_open = matches!(diagnosis.cause, Cause::MissingFromSet | Cause::OrderedLater);
    if !matches!(trouble, Trouble::Missing(_)) || !is_open {
        return;
    }
    let Some(object) = guarded(inquiry) else { return };
    let others = others(inquiry, &object);
    let own = diagnosis.ways_out.iter().find_map(|way_out| way_out.change.clone());
    if let (Some(own), Cause::OrderedLater, false) = (own, diagnosis.cause, others.is_empty()) {
        diagnosis.otherwise.push((own, diagnosis.clone()));
    }
    diagnosis.otherwise.extend(others);
}

/// What the statement makes unless it is there, and that is not there.
fn guarded(inquiry: &Inquiry<'_>) -> Option<ObjectId> {
    let act = inquiry.reading.acts.first()?;
    let is_guarded = act.verb == Verb::Create && act.guard == Guard::IfNotExists;
    let object = is_guarded.then(|| inquiry.past.resolve(&act.object).into_iter().next())??;
    (!inquiry.is_there(&object)).then_some(object)
}

fn others(inquiry: &Inquiry<'_>, object: &ObjectId) -> Vec<(Change, Diagnosis)> {
    let left_out = maker_of(&inquiry.complete, object)
        .and_then(|maker| inquiry.complete.authors().get(maker.author))
        .filter(|author| inquiry.is_left_out(author));
    let makes = |effect: &Effect| matches!(effect, Effect::Made | Effect::Kept);
    let later = inquiry.later_history(object).into_iter().filter(|it| makes(&it.effect));
    let later = later.filter_map(|happening| inquiry.whole().authors().get(happening.author));
    let tell = |author: &Author, cause: Cause| hypothesis(inquiry, object, author, cause);
    let left_out = left_out.into_iter().filter_map(|it| tell(it, Cause::ExcludedDependency));
    left_out.chain(later.filter_map(|it| tell(it, Cause::OrderedLater))).take(MOST).collect()
}
