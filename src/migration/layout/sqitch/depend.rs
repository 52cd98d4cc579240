use super::change::{Change, is_name};
use crate::place::{Place, Problem, Problems};

/// What a change requires, or conflicts with.
#[derive(Debug)]
pub(super) struct Depend {
    pub(super) place: Place,
    pub(super) is_conflict: bool,
    pub(super) on: On,
}

/// What it is about.
#[derive(Debug)]
pub(super) enum On {
    /// A change of the plan, as of a tag where one is given.
    Change(String, Option<String>),
    /// A tag of the plan.
    Tag(String),
    /// Something of another project, or an identity that only a database knows.
    Elsewhere,
}

impl Depend {
    /// Reads `name`, `name@tag`, `@tag`, `project:name` or a SHA-1, with `!` in front for a conflict.
    pub(super) fn parse(written: &str, project: &str, place: Place) -> Option<Self> {
        let (is_conflict, rest) = match written.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, written),
        };
        let (elsewhere, rest) = match rest.split_once(':') {
            Some((of, rest)) if is_name(of) => (of != project, rest),
            Some(_) => return None,
            None => (false, rest),
        };
        let is_id = rest.len() == 40 && rest.bytes().all(|byte| byte.is_ascii_hexdigit());
        let on = match rest.split_once('@') {
            None if is_name(rest) => On::Change(rest.to_owned(), None),
            Some(("", tag)) if is_name(tag) => On::Tag(tag.to_owned()),
            Some((name, tag)) if is_name(name) && is_name(tag) => {
                On::Change(name.to_owned(), Some(tag.to_owned()))
            }
            _ => return None,
        };
        Some(Self { place, is_conflict, on: if elsewhere || is_id { On::Elsewhere } else { on } })
    }
}

/// Checks what the changes depend on: required ones must come before, and conflicting ones after. What
/// another project must bring is a warning. `tags` are in order, each after its section.
pub(super) fn check(changes: &[Change], tags: &[String]) -> (Problems, Problems) {
    let plan = Plan { changes, tags };
    let mut problems = Problems::default();
    let mut warnings = Problems::default();
    for (position, change) in changes.iter().enumerate() {
        for depend in &change.depends {
            match &depend.on {
                On::Elsewhere if depend.is_conflict => {}
                On::Elsewhere => warnings.push(warn(depend, change)),
                _ if depend.is_conflict => problems.0.extend(plan.conflict(position, depend)),
                _ => problems.0.extend(plan.requirement(position, depend)),
            }
        }
    }
    (problems, warnings)
}

struct Plan<'p> {
    changes: &'p [Change],
    tags: &'p [String],
}

impl Plan<'_> {
    fn requirement(&self, position: usize, depend: &Depend) -> Option<Problem> {
        let change = &self.changes[position];
        let before = |name: &str| self.changes[..position].iter().rfind(|it| it.name == name);
        let tag_before = |tag: &str| {
            self.tags[..change.section.min(self.tags.len())].iter().position(|it| it == tag)
        };
        let (is_met, name) = match &depend.on {
            On::Change(name, None) => (before(name).is_some(), name),
            On::Change(name, Some(tag)) => {
                // As of a tag, what counts is the last instance before the section at hand.
                let settled = |it: &&Change| it.name == *name && it.section < change.section;
                let last = self.changes.iter().rfind(settled);
                let is_met = match (last, tag_before(tag)) {
                    (Some(last), Some(tag)) => last.section <= tag,
                    _ => false,
                };
                (is_met, name)
            }
            On::Tag(tag) => (tag_before(tag).is_some(), tag),
            On::Elsewhere => return None,
        };
        (!is_met).then(|| self.refuse_requirement(change, depend, name))
    }

    fn refuse_requirement(&self, change: &Change, depend: &Depend, name: &str) -> Problem {
        let is_later = self.changes.iter().any(|it| it.name == name)
            || self.tags.iter().any(|tag| tag == name);
        let (message, help) = match &depend.on {
            _ if name == change.name => {
                ("a change cannot require itself".to_owned(), "take the dependency out")
            }
            On::Change(_, Some(tag)) => (
                format!("there is no {name} before {change} as of @{tag}", change = change.name),
                "name the tag that its next instance was made after, such as [name@v1]",
            ),
            _ if is_later => (
                format!("{} requires {name}, which comes later in the plan", change.name),
                "move the line of the change down, below what it requires",
            ),
            _ => (
                format!("{} requires {name}, which the plan does not have", change.name),
                "add the change to the plan before this one, or take the dependency out",
            ),
        };
        Problem::error(message).at(depend.place.clone()).help(help)
    }

    fn conflict(&self, position: usize, depend: &Depend) -> Option<Problem> {
        let refuse = |message: String, help: &str| {
            Some(Problem::error(message).at(depend.place.clone()).help(help))
        };
        let change = &self.changes[position];
        let found = match &depend.on {
            On::Change(name, None) => self.changes.iter().position(|it| it.name == *name),
            On::Change(name, Some(tag)) => self.as_of(tag, |it| it.name == *name),
            On::Tag(tag) => self.as_of(tag, |_| true),
            On::Elsewhere => return None,
        };
        match found {
            None => refuse(
                format!("{} conflicts with a change that the plan does not have", change.name),
                "name a change of the plan, or take the conflict out",
            ),
            Some(other) if other < position => refuse(
                format!(
                    "{} conflicts with {}, which is deployed before it",
                    change.name, self.changes[other].name
                ),
                "take one of the two out of the plan",
            ),
            Some(_) => None,
        }
    }

    /// The last such change up to a tag.
    fn as_of(&self, tag: &str, is_one: impl Fn(&Change) -> bool) -> Option<usize> {
        let tag = self.tags.iter().position(|it| it == tag)?;
        self.changes.iter().rposition(|it| it.section <= tag && is_one(it))
    }
}

fn warn(depend: &Depend, change: &Change) -> Problem {
    let message =
        format!("{} requires something of another project, which is not checked", change.name);
    Problem::warning(message)
        .at(depend.place.clone())
        .help("bring what it needs with `sql` under [setup]")
}
