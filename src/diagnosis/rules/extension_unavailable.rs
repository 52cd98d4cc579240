//! `extension-unavailable`: `CREATE EXTENSION` of what the server does not offer (0A000, before Postgres 13 58P01), or the use
//! of something that only such an extension brings, after an attempt to create it was caught.

use crate::diagnosis::WayOut;
use crate::diagnosis::inquiry::Inquiry;
use crate::diagnosis::objects::culprit_of;
use crate::diagnosis::trouble::Trouble;
use crate::diagnosis::verdict::Diagnosis;
use crate::outcome::Culprit;
use crate::scenario::Cause;
use crate::schema::{Kind, ObjectId};

pub(super) fn rule(inquiry: &Inquiry<'_>, trouble: &Trouble) -> Option<Diagnosis> {
    let (extension, culprit) = match trouble {
        Trouble::Unavailable(extension) => {
            let culprit = Culprit {
                migration: Some(inquiry.failed.id.clone()),
                place: inquiry.found.place.clone(),
                object: Some(extension.to_string()),
                deed: format!("needs {extension}, which the server does not offer"),
            };
            (extension.clone(), culprit)
        }
        Trouble::Missing(wanted) => attempted(inquiry, wanted)?,
        _ => return None,
    };
    let image = inquiry.case.image_name();
    let advice = match extension.name.as_str() {
        "vector" => "replay on an image that has it, such as pgvector/pgvector:pg17".to_owned(),
        "postgis" => "replay on an image that has it, such as postgis/postgis:17-3.5".to_owned(),
        "timescaledb" => {
            "replay on an image that has it, such as timescale/timescaledb:latest-pg17".to_owned()
        }
        _ => format!("replay on an image that has {extension}; {image} has not"),
    };
    let mut diagnosis = Diagnosis::of(Cause::ExtensionUnavailable)
        .about(&extension)
        .blame(culprit)
        .way_out(WayOut::words(advice))
        .way_out(WayOut::exclude(&inquiry.failed.id));
    let others = others_with(inquiry, &extension);
    if !others.is_empty() {
        diagnosis =
            diagnosis.detail(format!("{extension} is also created by {}", others.join(", ")));
    }
    Some(diagnosis)
}

/// An extension that brings what is missing, that the server does not offer, and that an earlier migration tried to create.
fn attempted(
    inquiry: &Inquiry<'_>,
    wanted: &[crate::diagnosis::missing::Wanted],
) -> Option<(ObjectId, Culprit)> {
    let brought = wanted.iter().flat_map(|wanted| &wanted.brought_by);
    let direct = wanted.iter().map(|wanted| &wanted.object);
    let mut extensions = brought.chain(direct).filter(|id| id.kind == Kind::Extension);
    extensions.find_map(|extension| {
        let name = extension.name.trim_matches('"');
        if inquiry.evidence.offered.is_empty() || inquiry.evidence.offered.contains_key(name) {
            return None;
        }
        let tried = inquiry.past.history(extension);
        let happening = tried.first()?;
        let deed = format!("tries to create {extension}, which the server does not offer");
        Some((extension.clone(), culprit_of(&inquiry.past, happening, deed)))
    })
}

fn others_with(inquiry: &Inquiry<'_>, extension: &ObjectId) -> Vec<String> {
    let history = inquiry.later_history(extension);
    let mut names: Vec<_> = history
        .iter()
        .filter_map(|happening| inquiry.whole().authors().get(happening.author))
        .map(crate::lineage::Author::name)
        .collect();
    names.dedup();
    names
}
