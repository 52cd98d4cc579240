//! What all forms say alike.

use crate::exclusions::{Examination, Fall, List, Standing};
use crate::migration::MigrationId;
use crate::outcome::Found;
use crate::scenario::Cause;

/// `001`, `001 and 002`, `001, 002 and 003`.
pub(super) fn listed<'i>(ids: impl IntoIterator<Item = &'i MigrationId>) -> String {
    let names: Vec<_> = ids.into_iter().map(MigrationId::as_str).collect();
    match names.split_last() {
        None => "nothing".to_owned(),
        Some((only, [])) => (*only).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// `1 migration`, `2 migrations`.
pub(super) fn counted(count: usize, one: &str, more: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {more}") }
}

/// Why something falls, without saying what.
pub(super) fn why_it_falls(fall: &Fall) -> String {
    why(&fall.found)
}

/// Whether it fails for want of something that is left out.
pub(super) fn is_dependent(found: &Found) -> bool {
    found.cause == Some(Cause::ExcludedDependency)
}

/// `falls with 010, which would make column public.t.c`, or `fails: …`.
fn why(found: &Found) -> String {
    let blamed =
        found.culprits.iter().find_map(|culprit| Some((culprit.migration.as_ref()?, culprit)));
    match blamed {
        Some((migration, culprit)) if is_dependent(found) => {
            let deed = culprit.deed.strip_suffix(", but is excluded").unwrap_or(&culprit.deed);
            format!("falls with {migration}, which {deed}")
        }
        _ => format!("fails: {}", in_short(found)),
    }
}

/// `column "x" does not exist (missing-from-set)`.
pub(super) fn in_short(found: &Found) -> String {
    let message = found.error.message.lines().next().unwrap_or_default();
    match found.cause {
        Some(cause) if found.certain => format!("{message} ({cause})"),
        Some(cause) => format!("{message} (perhaps {cause})"),
        None => message.to_owned(),
    }
}

/// What the replays say about one entry.
pub(super) fn standing(entry: &MigrationId, standing: &Standing) -> String {
    match standing {
        Standing::Needed(found) => match &found.migration {
            Some(failed) if failed != entry => {
                format!("needed: without its entry {failed} {}", why(found))
            }
            _ if is_dependent(found) => format!("needed: {}", why(found)),
            _ => format!("needed: {}", in_short(found)),
        },
        Standing::Free => "no longer needed".to_owned(),
        Standing::FreeWith(with) => {
            format!("no longer needed, if {} {} off too", listed(with), comes(with))
        }
        Standing::Either => {
            "could go by itself, but then others that can go have to stay".to_owned()
        }
        Standing::Idle => "of no effect here: the seed state holds it already".to_owned(),
        Standing::Unknown => "nobody can tell: no list was found that passes".to_owned(),
    }
}

fn comes(with: &List) -> &'static str {
    if with.len() == 1 { "comes" } else { "come" }
}

/// The word that stands for a standing in JSON.
pub(super) const fn standing_name(standing: &Standing) -> &'static str {
    match standing {
        Standing::Needed(_) => "needed",
        Standing::Free => "free",
        Standing::FreeWith(_) => "free-with",
        Standing::Either => "either",
        Standing::Idle => "idle",
        Standing::Unknown => "unknown",
    }
}

/// One sentence about the whole list.
pub(super) fn headline(examination: &Examination) -> String {
    let entries = examination.entries.len();
    let list = match entries {
        0 => "nothing is excluded".to_owned(),
        _ => counted(entries, "entry", "entries"),
    };
    let falls = examination.falls().len();
    match (entries, falls) {
        (0, 0) => format!("{list}, and nothing fails"),
        (_, 0) => format!("{list}, and nothing else fails"),
        (0, _) => {
            format!("{list}, and {} here", counted(falls, "migration fails", "migrations fail"))
        }
        (_, _) => {
            let falls = counted(falls, "more migration fails", "more migrations fail");
            format!("{list}, and {falls}")
        }
    }
}

/// What the smallest list says that the entries do not.
pub(super) fn about_smallest(examination: &Examination) -> Option<String> {
    let smallest = examination.findings()?.smallest.as_ref()?;
    let closed = examination.closed()?;
    if *smallest == closed {
        return (!closed.is_empty()).then(|| "none of them can go".to_owned());
    }
    Some(match smallest.len() {
        0 => "the whole list can go: everything passes without it".to_owned(),
        _ => format!("the smallest list found that passes: {}", listed(smallest)),
    })
}

/// Why the search for a list that passes came to no end.
pub(super) fn about_stuck(examination: &Examination, found: &Found) -> String {
    let Some(migration) = &found.migration else { return "it fails all the same".to_owned() };
    if examination.troubled().len() == examination.order.len() {
        return format!("{migration} fails too, and nothing would be left to replay");
    }
    format!("{migration} fails all the same")
}
