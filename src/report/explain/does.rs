use std::collections::BTreeMap;

use crate::explain::Deed;
use crate::lineage::{Effect, Happening};
use crate::schema::Kind;
use crate::sql::{Inside, RowWrite, Verb};

/// What is done to an object, as a sentence about the statement: `makes table public.users (3 columns)`.
pub(super) fn does(deed: &Deed) -> Option<String> {
    let told = &deed.happening;
    let what = match &told.effect {
        Effect::RenamedFrom(_) => return None,
        Effect::Unclear => doubtful(told)?,
        effect => format!("{}{}", certain(told, effect), with_parts(deed)),
    };
    Some(match told.inside {
        Inside::Statement | Inside::Block => what,
        Inside::Branch => format!("perhaps {what}, under a condition"),
        Inside::Dynamic => format!("perhaps {what}, by SQL that is put together"),
        Inside::Routine => format!("when it is called, perhaps {what}"),
    })
}

fn certain(told: &Happening, effect: &Effect) -> String {
    let object = &told.object;
    match effect {
        Effect::Made if adds(object.kind) => format!("adds {object}"),
        Effect::Made => format!("makes {object}"),
        Effect::Kept => format!("leaves {object} as it is: IF NOT EXISTS, and it is there"),
        Effect::Swallowed(_) => {
            format!("does not make {object}: IF NOT EXISTS keeps what is there")
        }
        Effect::Replaced => format!("replaces {object}"),
        Effect::Altered("comment") => format!("comments on {object}"),
        Effect::Altered("rows") => format!("fills {object} again"),
        Effect::Altered("rebuilt") => format!("builds {object} again"),
        Effect::Altered("validated") => format!("validates {object}"),
        Effect::Altered(what) => match &told.definition {
            Some(definition) if worth_telling(what) => {
                format!("changes {what} of {object}: {definition}")
            }
            _ => format!("changes {what} of {object}"),
        },
        Effect::RenamedTo(other) => format!("renames {object} to {}", other.name),
        Effect::RenamedFrom(other) => format!("renames {other} to {}", object.name),
        Effect::Removed => format!("drops {object}"),
        Effect::RemovedWith(other) => format!("drops {object}, with {other}"),
        Effect::MadeAgainWithout => format!("makes its table again without {object}"),
        Effect::Absent => format!("does nothing about {object}: IF EXISTS, and it is not there"),
        Effect::Written(how) => format!("{} {object}", writes(*how)),
        Effect::NotDone => format!("does nothing about {object}: the branch does not run"),
        Effect::Reshaped(properties) => {
            format!("changes {} of {object}, as the server shows", properties.join(", "))
        }
        Effect::Unclear | Effect::Impossible => {
            format!("fails on {object}, as far as the files say: {}", why_impossible(told))
        }
    }
}

/// What happens only under a condition that does not fit what is there, or when a routine is called; that a routine writes
/// rows is not told.
fn doubtful(told: &Happening) -> Option<String> {
    let verb = match &told.verb {
        Verb::Create if adds(told.object.kind) => "adds",
        Verb::Create => "makes",
        Verb::Alter(_) | Verb::SetSchema(_) => "changes",
        Verb::Rename(_) => "renames",
        Verb::Drop { .. } => "drops",
        Verb::Write(_) => return None,
    };
    Some(format!("{verb} {}", told.object))
}

fn adds(kind: Kind) -> bool {
    matches!(kind, Kind::Column | Kind::Constraint | Kind::EnumValue)
}

/// The definitions that are short and say what is new.
fn worth_telling(what: &str) -> bool {
    matches!(what, "type" | "default" | "row security" | "attach partition" | "grants")
}

fn writes(how: RowWrite) -> &'static str {
    match how {
        RowWrite::Insert => "inserts rows into",
        RowWrite::InsertOrSkip => "inserts rows, with ON CONFLICT, into",
        RowWrite::Update => "updates rows of",
        RowWrite::Delete => "deletes rows of",
        RowWrite::Truncate => "empties",
    }
}

fn why_impossible(told: &Happening) -> &'static str {
    match &told.verb {
        Verb::Create => "it is there already",
        Verb::Rename(_) | Verb::SetSchema(_) => "it is not there, or the new name is taken",
        Verb::Alter(_) | Verb::Drop { .. } | Verb::Write(_) => "it is not there",
    }
}

/// What goes with it: how many parts a new object has, what else is dropped, which columns are written.
fn with_parts(deed: &Deed) -> String {
    match &deed.happening.effect {
        Effect::Made => counted(deed, |part| part.effect == Effect::Made),
        Effect::Removed => {
            let others = deed.parts.iter().filter(|part| {
                let is_of_something =
                    matches!(part.object.kind, Kind::Column | Kind::Index | Kind::Sequence);
                let own = format!("{}.", deed.happening.object.name);
                part.effect.takes() && !is_of_something && !part.object.name.starts_with(&own)
            });
            let (keys, others): (Vec<_>, Vec<_>) =
                others.partition(|part| part.object.kind == Kind::Constraint);
            let mut named: Vec<_> = others.iter().map(|part| part.object.to_string()).collect();
            if !keys.is_empty() {
                named.push(format!("{} of other tables", Kind::Constraint.counted(keys.len())));
            }
            if named.is_empty() { String::new() } else { format!(" with {}", named.join(", ")) }
        }
        Effect::Written(RowWrite::Update) => {
            let columns = deed.parts.iter().filter(|part| part.object.kind == Kind::Column);
            let names = columns.filter_map(|part| part.object.name.rsplit('.').next());
            let names: Vec<_> = names.collect();
            if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) }
        }
        _ => String::new(),
    }
}

fn counted(deed: &Deed, is_meant: impl Fn(&Happening) -> bool) -> String {
    let mut kinds: BTreeMap<Kind, usize> = BTreeMap::new();
    for part in deed.parts.iter().filter(|part| is_meant(part)) {
        *kinds.entry(part.object.kind).or_default() += 1;
    }
    let counts: Vec<_> = kinds.into_iter().map(|(kind, count)| kind.counted(count)).collect();
    if counts.is_empty() { String::new() } else { format!(" ({})", counts.join(", ")) }
}
