//! What one statement wants. Parsing costs, so only those are parsed whose words say that it may be worth it.

use std::borrow::Cow;
use std::ops::Range;

use super::features;
use crate::migration::split::words;
use crate::schema::Kind;
use crate::sql::{self, Guard, Inside, Verb};

/// What a statement wants of the server, or what it makes that others want.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) what: What,
    /// The bytes of the statement that say so.
    pub(super) span: Range<usize>,
    /// Whether the statement may survive without it.
    pub(super) is_guarded: bool,
}

/// What is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// An extension is created, perhaps in one version.
    Extension { name: String, version: Option<String> },
    /// A role is spoken of.
    Role(String),
    /// A role is made.
    MakesRole(String),
    /// Something is said that only newer servers know.
    Feature { major: u32, name: &'static str },
    /// A setting has to have a value.
    Setting { name: &'static str, value: &'static str, for_what: &'static str },
}

/// Words that make a statement worth parsing.
const TELLING: &[&str] = &[
    "AUTHORIZATION",
    "EXTENSION",
    "GRANT",
    "GROUP",
    "OWNED",
    "OWNER",
    "POLICY",
    "REVOKE",
    "ROLE",
    "USER",
];

/// The same in the body of a `DO`, which is a string to its statement.
const TELLING_IN_BODIES: &[&str] = &["extension", "grant", "owner", "role", "user"];

/// A slot for logical decoding can be made only then (documentation of `wal_level`).
const LOGICAL_SLOT: &str = "PG_CREATE_LOGICAL_REPLICATION_SLOT";

/// What a statement says; nothing for most.
pub(super) fn said(text: &str) -> Vec<Said> {
    let mut is_worth_it = false;
    let mut may_be_new = false;
    let mut makes_slot = false;
    let mut first = None;
    for word in words(text) {
        is_worth_it |= TELLING.contains(&&*word);
        may_be_new |= features::begins(&word);
        makes_slot |= word == LOGICAL_SLOT;
        first.get_or_insert(word);
    }
    if first.as_deref() == Some("DO") {
        let body = text.to_ascii_lowercase();
        is_worth_it = TELLING_IN_BODIES.iter().any(|word| body.contains(word));
    }
    let mut all = Vec::new();
    if is_worth_it {
        all.extend(of_objects(text));
    }
    if may_be_new {
        let words: Vec<Cow<'_, str>> = words(text).collect();
        all.extend(
            features::newest(&words)
                .map(|(major, name)| whole(text, What::Feature { major, name })),
        );
    }
    if makes_slot && matches!(first.as_deref(), Some("SELECT" | "CALL" | "DO")) {
        let (name, value) = ("wal_level", "logical");
        all.push(whole(text, What::Setting { name, value, for_what: "makes a logical slot" }));
    }
    all
}

fn whole(text: &str, what: What) -> Said {
    Said { what, span: 0..text.find('\n').unwrap_or(text.len()), is_guarded: false }
}

fn of_objects(text: &str) -> Vec<Said> {
    let reading = sql::read(text);
    let is_run = |inside: Inside| inside != Inside::Routine;
    let is_guarded = |inside: Inside| matches!(inside, Inside::Branch | Inside::Dynamic);
    let made = reading.acts.iter().filter(|act| is_run(act.inside)).filter_map(|act| {
        let name = act.object.name.clone();
        let what = match (act.object.kind, &act.verb) {
            (Kind::Extension, Verb::Create) => {
                let version = act.definition.as_deref().and_then(version_in);
                What::Extension { name, version }
            }
            (Kind::Role, Verb::Create | Verb::Rename(_)) => What::MakesRole(match &act.verb {
                Verb::Rename(new) => new.clone(),
                _ => name,
            }),
            (Kind::Role, Verb::Alter(_)) if act.guard != Guard::IfExists => What::Role(name),
            _ => return None,
        };
        Some(Said { what, span: act.span.clone(), is_guarded: is_guarded(act.inside) })
    });
    let used = reading.uses.iter().filter(|it| is_run(it.inside) && it.object.kind == Kind::Role);
    let used = used.map(|it| Said {
        what: What::Role(it.object.name.clone()),
        span: it.span.clone(),
        is_guarded: is_guarded(it.inside),
    });
    let mut all: Vec<_> = made.chain(used).collect();
    all.retain(|said| !matches!(&said.what, What::Role(name) if means_no_role(name)));
    all
}

/// Words that stand for roles (documentation of GRANT, SET ROLE).
fn means_no_role(name: &str) -> bool {
    matches!(name, "public" | "current_role" | "current_user" | "session_user" | "none" | "default")
}

/// The version in `with schema x version '0.7' cascade`.
fn version_in(definition: &str) -> Option<String> {
    let (_, rest) = definition.split_once("version ")?;
    let word = rest.split_whitespace().next()?;
    Some(word.trim_matches(['\'', '"']).to_owned())
}
