//! `not-in-transaction`: `CREATE INDEX CONCURRENTLY`, `VACUUM` and their like refuse to run in a transaction block (25001).

use crate::diagnosis::WayOut;
use crate::diagnosis::inquiry::Inquiry;
use crate::diagnosis::trouble::Trouble;
use crate::diagnosis::verdict::Diagnosis;
use crate::outcome::Culprit;
use crate::scenario::Cause;

pub(super) fn rule(inquiry: &Inquiry<'_>, trouble: &Trouble) -> Option<Diagnosis> {
    if *trouble != Trouble::InTransaction {
        return None;
    }
    let culprit = Culprit {
        migration: Some(inquiry.failed.id.clone()),
        place: inquiry.found.place.clone(),
        object: inquiry
            .reading
            .acts
            .first()
            .and_then(|act| inquiry.past.resolve(&act.object).first().map(ToString::to_string)),
        deed: "cannot run in a transaction".into(),
    };
    let advice = match inquiry.case.set.layout {
        "goose" => "put `-- +goose NO TRANSACTION` at the top of the file".to_owned(),
        "dbmate" => "write `-- migrate:up transaction:false`".to_owned(),
        "sqlx" => "put `-- no-transaction` at the top of the file".to_owned(),
        "diesel" => "put `run_in_transaction = false` into the migration's metadata.toml".to_owned(),
        _ => "give the statement a migration of its own that the tool runs outside a transaction, with nothing else in it"
            .to_owned(),
    };
    let mut diagnosis = Diagnosis::of(Cause::NotInTransaction).blame(culprit.clone());
    if let Some(object) = culprit.object {
        diagnosis = diagnosis.about(&object);
    }
    Some(diagnosis.way_out(WayOut::words(advice)).way_out(WayOut::exclude(&inquiry.failed.id)))
}
