//! `excluded-dependency`: with the migrations that the scenario leaves out, the statement would have found what it needs.

use crate::diagnosis::WayOut;
use crate::diagnosis::inquiry::Inquiry;
use crate::diagnosis::objects::{culprit_of, history_of, id_of, maker_of};
use crate::diagnosis::trouble::Trouble;
use crate::diagnosis::verdict::Diagnosis;
use crate::diagnosis::writers::{last_insert, written};
use crate::lineage::Happening;
use crate::migration::MigrationId;
use crate::outcome::Culprit;
use crate::scenario::Cause;
use crate::schema::ObjectId;
use crate::sql::RowWrite;

pub(super) fn rule(inquiry: &Inquiry<'_>, trouble: &Trouble) -> Option<Diagnosis> {
    inquiry.left_out_before().next()?;
    let (object, happening, deed) = match trouble {
        Trouble::Missing(wanted) => {
            let objects =
                wanted.iter().flat_map(|it| std::iter::once(&it.object).chain(&it.brought_by));
            let (object, maker) =
                objects.into_iter().find_map(|object| Some((object, maker(inquiry, object)?)))?;
            (object.clone(), maker, format!("would make {}, but is excluded", maker.object))
        }
        Trouble::There(object) | Trouble::RowThere { key: Some(object), .. } => {
            gone(inquiry, object)?
        }
        Trouble::Dependents { dependents, .. } => {
            dependents.iter().find_map(|dependent| gone(inquiry, dependent))?
        }
        Trouble::RowMissing(table, values) => {
            let row = last_insert(&inquiry.complete, table, values, |it| is_left_out(inquiry, it))?;
            (table.clone(), row, format!("would put rows into {table}, but is excluded"))
        }
        Trouble::Rows { table, about, .. } => mended(inquiry, table, about.as_ref())?,
        Trouble::Rule { about, .. } => {
            let history = inquiry.complete.history(about);
            let change = history.into_iter().rev().find(|it| is_left_out(inquiry, it))?;
            (about.clone(), change, format!("would change {about}, but is excluded"))
        }
        _ => return None,
    };
    Some(told(inquiry, &object, happening, deed))
}

/// Who would have made what is missing, where that one is left out and it would still be there.
fn maker<'i>(inquiry: &'i Inquiry<'_>, object: &ObjectId) -> Option<&'i Happening> {
    maker_of(&inquiry.complete, object).filter(|happening| is_left_out(inquiry, happening))
}

/// Who would have removed or renamed what is in the way.
fn gone<'i>(
    inquiry: &'i Inquiry<'_>,
    object: &ObjectId,
) -> Option<(ObjectId, &'i Happening, String)> {
    if inquiry.complete.exists(object) {
        return None;
    }
    let history = history_of(&inquiry.complete, object);
    let happening = history.into_iter().rev().find(|happening| happening.effect.takes())?;
    let deed = match &happening.effect {
        crate::lineage::Effect::RenamedTo(new) => {
            format!("would rename it to {new}, but is excluded")
        }
        _ => format!("would drop {object}, but is excluded"),
    };
    is_left_out(inquiry, happening).then(|| (object.clone(), happening, deed))
}

/// Who would have mended the rows that break a new rule: a write to the column, or else to rows of the table that are there.
fn mended<'i>(
    inquiry: &'i Inquiry<'_>,
    table: &ObjectId,
    about: Option<&ObjectId>,
) -> Option<(ObjectId, &'i Happening, String)> {
    let find = |object: &ObjectId, counts: &dyn Fn(RowWrite) -> bool| {
        let history = inquiry.complete.history(object);
        history.into_iter().rev().find(|happening| {
            is_left_out(inquiry, happening) && written(happening).is_some_and(counts)
        })
    };
    let of_column = about.and_then(|column| find(column, &|how| how == RowWrite::Update));
    let of_rows = || find(table, &|how| !matches!(how, RowWrite::Insert | RowWrite::InsertOrSkip));
    let happening = of_column.or_else(of_rows)?;
    let object = about.unwrap_or(table).clone();
    Some((object, happening, format!("would change the rows of {table}, but is excluded")))
}

fn is_left_out(inquiry: &Inquiry<'_>, happening: &Happening) -> bool {
    let author = inquiry.complete.authors().get(happening.author);
    author.is_some_and(|author| inquiry.is_left_out(author))
}

fn told(
    inquiry: &Inquiry<'_>,
    object: &ObjectId,
    happening: &Happening,
    deed: String,
) -> Diagnosis {
    let culprit = Culprit {
        object: Some(object.to_string()),
        ..culprit_of(&inquiry.complete, happening, deed)
    };
    let roots = roots(inquiry, happening.author);
    let mut diagnosis =
        Diagnosis::of(Cause::ExcludedDependency).about(object).blame(culprit.clone());
    let mut include: Vec<MigrationId> = Vec::new();
    for (position, through) in &roots {
        let Some(root) = inquiry.complete.authors().get(*position) else { continue };
        let Some(id) = id_of(root) else { continue };
        diagnosis = diagnosis.detail(format!("{through}, which {id} makes: excluded too"));
        include.push(id);
    }
    include.extend(culprit.migration);
    diagnosis.way_out(WayOut::include(include)).way_out(WayOut::exclude(&inquiry.failed.id))
}

/// The left-out migrations that a left-out one itself needs, in order, each with what for.
fn roots(inquiry: &Inquiry<'_>, author: usize) -> Vec<(usize, String)> {
    let lineage = &inquiry.complete;
    let mut open = vec![author];
    let mut found: Vec<(usize, String)> = Vec::new();
    while let Some(who) = open.pop() {
        let name = lineage.authors().get(who).map(crate::lineage::Author::name).unwrap_or_default();
        for need in lineage.needs().iter().filter(|need| need.author == who) {
            let maker = need.maker.and_then(|maker| lineage.happenings().get(maker));
            let Some(maker) = maker.filter(|maker| is_left_out(inquiry, maker)) else { continue };
            let is_known =
                maker.author == author || found.iter().any(|(it, _)| *it == maker.author);
            if maker.author != who && !is_known {
                found.push((maker.author, format!("{name} itself needs {}", need.object)));
                open.push(maker.author);
            }
        }
    }
    found.sort();
    found
}
