//! Happenings in words.

use crate::lineage::{Effect, Happening, Known};
use crate::schema::{Kind, ObjectId};
use crate::sql::{Inside, RowWrite, Verb};

/// What happened to an object, fitting after its name: `made`, `dropped with table public.agents`.
pub(super) fn what_happened(told: &Happening) -> String {
    let verb = match &told.effect {
        Effect::Made if told.object.kind == Kind::Column => "added".to_owned(),
        Effect::Made => "made".to_owned(),
        Effect::Kept => "kept: IF NOT EXISTS, and it was there".to_owned(),
        Effect::Swallowed(_) => "not made: IF NOT EXISTS kept what was there already".to_owned(),
        Effect::Replaced => "replaced".to_owned(),
        Effect::Altered(what) => format!("changed: {what}"),
        Effect::RenamedTo(other) => format!("renamed to {}", other.name),
        Effect::RenamedFrom(other) => format!("renamed from {}", other.name),
        Effect::Removed => "dropped".to_owned(),
        Effect::RemovedWith(other) => format!("dropped with {other}"),
        Effect::MadeAgainWithout => "its table was made again without it".to_owned(),
        Effect::Absent => "nothing to do: IF EXISTS, and it was not there".to_owned(),
        Effect::Written(how) => written(*how, told.object.kind).to_owned(),
        Effect::Unclear => return format!("{} {}", maybe(told), place_in_statement(told.inside)),
        Effect::Impossible => return impossible(told).to_owned(),
        Effect::NotDone => return format!("not {}: the branch did not run", done(&told.verb)),
        Effect::Reshaped(properties) => format!("changed: {}", properties.join(", ")),
    };
    match told.inside {
        Inside::Branch | Inside::Dynamic if told.known == Known::Server => {
            format!("{verb}, {} that ran", place_in_statement(told.inside))
        }
        _ if told.known == Known::Server => format!("{verb}, as the server shows"),
        Inside::Statement | Inside::Block => verb,
        Inside::Branch | Inside::Routine | Inside::Dynamic => {
            format!("{verb}, {}", place_in_statement(told.inside))
        }
    }
}

/// What would happen to an object, fitting after `would`: `add it`, `drop it`.
pub(super) fn what_would_happen(told: &Happening) -> String {
    match &told.effect {
        Effect::Made if told.object.kind == Kind::Column => "add it".to_owned(),
        Effect::Made | Effect::Swallowed(_) => "make it".to_owned(),
        Effect::Kept | Effect::Absent | Effect::NotDone => "change nothing".to_owned(),
        Effect::Replaced => "replace it".to_owned(),
        Effect::Altered(what) => format!("change its {what}"),
        Effect::RenamedTo(other) => format!("rename it to {}", other.name),
        Effect::RenamedFrom(other) => format!("rename it from {}", other.name),
        Effect::Removed => "drop it".to_owned(),
        Effect::RemovedWith(other) => format!("drop it with {other}"),
        Effect::MadeAgainWithout => "make its table again without it".to_owned(),
        Effect::Written(_) => "write its rows".to_owned(),
        Effect::Unclear => format!("perhaps {} it", verb_of(&told.verb)),
        Effect::Impossible => "fail".to_owned(),
        Effect::Reshaped(properties) => format!("change its {}", properties.join(", ")),
    }
}

/// The stable word for an effect.
pub(super) fn effect_word(effect: &Effect) -> &'static str {
    match effect {
        Effect::Made => "made",
        Effect::Kept => "kept",
        Effect::Swallowed(_) => "swallowed",
        Effect::Replaced => "replaced",
        Effect::Altered(_) => "altered",
        Effect::RenamedTo(_) => "renamed_to",
        Effect::RenamedFrom(_) => "renamed_from",
        Effect::Removed => "removed",
        Effect::RemovedWith(_) => "removed_with",
        Effect::MadeAgainWithout => "made_again_without",
        Effect::Absent => "absent",
        Effect::Written(_) => "written",
        Effect::Unclear => "unclear",
        Effect::Impossible => "impossible",
        Effect::NotDone => "not_done",
        Effect::Reshaped(_) => "reshaped",
    }
}

/// The stable word for where in a statement something stands.
pub(super) fn inside_word(inside: Inside) -> &'static str {
    match inside {
        Inside::Statement => "statement",
        Inside::Block => "block",
        Inside::Branch => "branch",
        Inside::Routine => "routine",
        Inside::Dynamic => "dynamic",
    }
}

/// `agents.metadata` of `public.agents.metadata`: the schema that everybody uses is not said, nor the arguments of a
/// function.
pub(super) fn short(object: &ObjectId) -> &str {
    let name = object.name.strip_prefix("public.").unwrap_or(&object.name);
    match object.kind {
        Kind::Function | Kind::Procedure | Kind::Aggregate => {
            name.split_once('(').map_or(name, |(name, _)| name)
        }
        _ => name,
    }
}

fn written(how: RowWrite, kind: Kind) -> &'static str {
    match (how, kind) {
        (RowWrite::Insert | RowWrite::InsertOrSkip, Kind::Column) => "filled in new rows",
        (RowWrite::Insert, _) => "rows inserted",
        (RowWrite::InsertOrSkip, _) => "rows inserted, with ON CONFLICT",
        (RowWrite::Update, Kind::Column) => "values updated",
        (RowWrite::Update, _) => "rows updated",
        (RowWrite::Delete, _) => "rows deleted",
        (RowWrite::Truncate, _) => "truncated",
    }
}

fn maybe(told: &Happening) -> String {
    format!("may be {}", done(&told.verb))
}

fn done(verb: &Verb) -> &'static str {
    match verb {
        Verb::Create => "made",
        Verb::Alter(_) | Verb::SetSchema(_) => "changed",
        Verb::Rename(_) => "renamed",
        Verb::Drop { .. } => "dropped",
        Verb::Write(_) => "written",
    }
}

fn verb_of(verb: &Verb) -> &'static str {
    match verb {
        Verb::Create => "make",
        Verb::Alter(_) | Verb::SetSchema(_) => "change",
        Verb::Rename(_) => "rename",
        Verb::Drop { .. } => "drop",
        Verb::Write(_) => "write",
    }
}

fn place_in_statement(inside: Inside) -> &'static str {
    match inside {
        Inside::Statement | Inside::Block => "by this statement",
        Inside::Branch => "in a branch",
        Inside::Routine => "in a routine that somebody calls",
        Inside::Dynamic => "by SQL that is put together",
    }
}

fn impossible(told: &Happening) -> &'static str {
    match &told.verb {
        Verb::Create => "would fail: it is there already",
        Verb::Rename(_) | Verb::SetSchema(_) => {
            "would fail: it is not there, or the new name is taken"
        }
        Verb::Alter(_) | Verb::Drop { .. } | Verb::Write(_) => "would fail: it is not there",
    }
}
