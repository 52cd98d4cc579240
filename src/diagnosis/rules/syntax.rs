//! `syntax`: the server cannot parse the statement (42601).

use crate::diagnosis::WayOut;
use crate::diagnosis::inquiry::Inquiry;
use crate::diagnosis::trouble::Trouble;
use crate::diagnosis::verdict::Diagnosis;
use crate::outcome::Culprit;
use crate::scenario::Cause;

pub(super) fn rule(inquiry: &Inquiry<'_>, trouble: &Trouble) -> Option<Diagnosis> {
    if *trouble != Trouble::Syntax {
        return None;
    }
    let culprit = Culprit {
        migration: Some(inquiry.failed.id.clone()),
        place: inquiry.found.place.clone(),
        object: None,
        deed: "this is not SQL that the server knows".into(),
    };
    let mut diagnosis = Diagnosis::of(Cause::Syntax).blame(culprit);
    // Where our own parser has nothing to say against it, a newer server may know it.
    if inquiry.reading.faults.is_empty() && inquiry.outer.is_none() {
        diagnosis = diagnosis.detail(
            "the grammar of a current Postgres knows this statement: the server may be too old for it",
        );
    }
    Some(diagnosis.way_out(WayOut::words("mend the statement")))
}
