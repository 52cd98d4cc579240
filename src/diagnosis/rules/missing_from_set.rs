//! `missing-from-set`: nothing here makes what the statement needs: no migration before or after it, none that is excluded.

use crate::diagnosis::inquiry::Inquiry;
use crate::diagnosis::objects::{bare, id_of};
use crate::diagnosis::trouble::Trouble;
use crate::diagnosis::verdict::Diagnosis;
use crate::diagnosis::{Change, WayOut};
use crate::lineage::Author;
use crate::outcome::Culprit;
use crate::scenario::Cause;
use crate::schema::{Kind, ObjectId, parts};

pub(super) fn rule(inquiry: &Inquiry<'_>, trouble: &Trouble) -> Option<Diagnosis> {
    let (objects, what): (Vec<&ObjectId>, String) = match trouble {
        Trouble::Missing(wanted) => {
            let first = wanted.first()?;
            let objects = std::iter::once(&first.object).chain(&first.brought_by).collect();
            let by = first.brought_by.iter().map(|by| format!(", nor {by}, which may bring it"));
            (objects, format!("nothing here makes {}{}", first.object, by.collect::<String>()))
        }
        Trouble::RowMissing(table, _) => {
            (vec![table], format!("nothing here puts that row into {table}"))
        }
        Trouble::Rule { table, about } => {
            (vec![about, table], format!("nothing here changes {about} so that the row fits"))
        }
        _ => return None,
    };
    let mut diagnosis = Diagnosis::of(Cause::MissingFromSet).detail(what);
    for object in &objects {
        diagnosis = diagnosis.about(object);
    }
    if let Some(first) = objects.first() {
        diagnosis.otherwise = unread(inquiry, first);
        let gaps: Vec<_> = inquiry.case.set.left_out.iter().filter(|it| it.is_gap).collect();
        if !gaps.is_empty() {
            let names: Vec<_> = gaps.iter().map(|gap| gap.file.display().to_string()).collect();
            let line =
                format!("migrations that are not SQL were not replayed: {}", names.join(", "));
            diagnosis = diagnosis.detail(line);
            diagnosis.certain = false;
        }
        diagnosis.ways_out.extend(extensions(inquiry, &objects));
        let advice =
            format!("add the migration that makes {first}; it may not have been committed");
        diagnosis = diagnosis.way_out(WayOut::words(advice));
    }
    Some(diagnosis.way_out(WayOut::exclude(&inquiry.failed.id)))
}

/// To create the extensions of these that the server offers.
fn extensions(inquiry: &Inquiry<'_>, objects: &[&ObjectId]) -> Vec<WayOut> {
    let offered = objects.iter().filter(|object| {
        object.kind == Kind::Extension && inquiry.evidence.offered.contains_key(bare(&object.name))
    });
    let sql = offered.map(|it| format!("CREATE EXTENSION IF NOT EXISTS {}", it.name));
    sql.map(|sql| WayOut::insert(sql, &inquiry.failed.id)).collect()
}

/// Files that say the object's name in SQL that cannot be read (a function puts it together, say): left out, or later.
fn unread(inquiry: &Inquiry<'_>, object: &ObjectId) -> Vec<(Change, Diagnosis)> {
    const MOST: usize = 3;
    let name = object.name.split('(').next().unwrap_or_default();
    let Some(own) = parts(name).pop().map(|part| part.text) else { return Vec::new() };
    // Those whose statements make it were looked at: what they make is not what is missing.
    let makers = inquiry.whole().history(object).into_iter().filter(|it| it.effect.brings());
    let makers: Vec<_> = makers.map(|it| inquiry.whole().authors().get(it.author)).collect();
    let is_read = |author: &Author| makers.iter().flatten().any(|it| id_of(it) == id_of(author));
    let says = |author: &&Author| author.script().names(&own) && !is_read(author);
    let left_out = inquiry.complete.authors().iter().filter(|author| inquiry.is_left_out(author));
    let excluded = left_out.filter(says).map(|author| (author, Cause::ExcludedDependency));
    let later = inquiry.later_authors().iter().filter(says).map(|it| (it, Cause::OrderedLater));
    let candidates = excluded.chain(later).take(MOST);
    candidates.filter_map(|(author, cause)| hypothesis(inquiry, object, author, cause)).collect()
}

/// That this author makes the object, to be tried out.
pub(in crate::diagnosis) fn hypothesis(
    inquiry: &Inquiry<'_>,
    object: &ObjectId,
    author: &Author,
    cause: Cause,
) -> Option<(Change, Diagnosis)> {
    let id = id_of(author)?;
    let (way_out, deed) = if cause == Cause::ExcludedDependency {
        let deed = format!("with it {object} is as the statement needs it, but it is excluded");
        (WayOut::include(vec![id.clone()]), deed)
    } else {
        let deed = format!("with it {object} is as the statement needs it, but it runs only later");
        (WayOut::move_before(&id, &inquiry.failed.id), deed)
    };
    let change = way_out.change.clone()?;
    let place = Some(author.script().source().place(0..0));
    let culprit = Culprit { migration: Some(id), place, object: Some(object.to_string()), deed };
    let diagnosis = Diagnosis::of(cause).about(object).blame(culprit).way_out(way_out);
    Some((change, diagnosis.way_out(WayOut::exclude(&inquiry.failed.id))))
}
