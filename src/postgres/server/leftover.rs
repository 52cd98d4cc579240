//! What is there of earlier runs: what they kept because somebody asked for it, and what they left
//! because they were killed. The start of a run sweeps the second; `clean` takes both away.

use std::path::PathBuf;

use super::{BackendChoice, ServerError, container, databases, folder};
use crate::postgres::owner::{Life, Owner};

/// Something of ours that was found, as the finders hand it over.
pub(super) struct Found {
    pub(super) label: String,
    /// Who made it, where that can be read.
    pub(super) owner: Option<Owner>,
    pub(super) is_kept: bool,
    /// The case that it was kept for, where that can be read.
    pub(super) case: Option<String>,
    pub(super) is_running: bool,
    pub(super) is_local_server: bool,
    pub(super) thing: Thing,
}

/// What it is, as far as it takes to remove it.
#[derive(Debug)]
pub(super) enum Thing {
    Container { id: String },
    Folder(PathBuf),
    Database { url: String, name: String, roles: Vec<String> },
}

/// Whether something may be removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// Its run is over.
    Free,
    /// It was kept by another user, before the last boot, or where this machine cannot look: only who is
    /// sure that nobody needs it may take it away.
    OnlyWithAll,
    /// A run that still goes on uses it, or may use it.
    InUse,
}

/// Something that an earlier run kept or left.
#[derive(Debug)]
pub struct Leftover {
    /// What it is, for people: `container migration-replay-kept-users-1f00 (postgres:17)`.
    pub label: String,
    /// Whether somebody asked for it to be kept; else a dead run left it.
    pub is_kept: bool,
    /// The case that it was kept for, where that can be read.
    pub case: Option<String>,
    /// Whether it may be removed.
    pub claim: Claim,
    thing: Thing,
}

/// What earlier runs kept or left where this choice of servers would put it.
///
/// # Errors
///
/// That the Docker engine or the server that was chosen does not answer. With [`BackendChoice::Auto`] an
/// engine that does not answer has nothing.
pub async fn find_leftovers(choice: &BackendChoice) -> Result<Vec<Leftover>, ServerError> {
    let found = find(choice).await?;
    Ok(found.into_iter().filter_map(Leftover::of).collect())
}

/// Takes away what dead processes of ours left: containers, server folders, databases. Returns how
/// many things.
pub async fn sweep(choice: &BackendChoice) -> usize {
    let mut swept = 0;
    for found in find(choice).await.unwrap_or_default() {
        let is_dead = found.owner.as_ref().is_some_and(Owner::is_certainly_dead);
        if is_dead && !found.is_kept {
            swept += usize::from(found.thing.remove().await.is_ok());
        }
    }
    swept
}

async fn find(choice: &BackendChoice) -> Result<Vec<Found>, ServerError> {
    let mut found = folder::find();
    match choice {
        BackendChoice::Local => {}
        BackendChoice::Auto => found.extend(container::find().await.unwrap_or_default()),
        // Files of kept databases lie in folders, wherever the databases are; local servers do too.
        BackendChoice::Container => {
            found.retain(|folder| !folder.is_local_server);
            found.extend(container::find().await?);
        }
        BackendChoice::Url(address) => {
            found.retain(|folder| !folder.is_local_server);
            found.extend(databases::find(address).await?);
        }
    }
    Ok(found)
}

impl Leftover {
    fn of(found: Found) -> Option<Self> {
        let claim = claim(&found)?;
        let Found { label, is_kept, case, thing, .. } = found;
        Some(Self { label, is_kept, case, claim, thing })
    }

    /// Whether it was kept for a case with this text in its name.
    #[must_use]
    pub fn is_for(&self, text: &str) -> bool {
        let in_label = || self.label.contains(&container::plain(text));
        self.is_kept && self.case.as_ref().map_or_else(in_label, |case| case.contains(text))
    }

    /// Removes it.
    ///
    /// # Errors
    ///
    /// Why it is still there.
    pub async fn remove(&self) -> Result<(), String> {
        self.thing.remove().await
    }
}

impl Thing {
    async fn remove(&self) -> Result<(), String> {
        match self {
            Self::Container { id } => container::remove(id).await,
            Self::Folder(path) => {
                let path = path.clone();
                let removing = tokio::task::spawn_blocking(move || folder::remove(&path)).await;
                match removing {
                    Ok(removed) => removed.map_err(|error| error.to_string()),
                    Err(error) => Err(error.to_string()),
                }
            }
            Self::Database { url, name, roles } => databases::remove(url, name, roles).await,
        }
    }
}

/// Whether it may be removed; `None` for what a run that goes on uses and nobody kept.
fn claim(found: &Found) -> Option<Claim> {
    let is_kept = found.is_kept;
    let Some(owner) = &found.owner else { return Some(Claim::OnlyWithAll) };
    match owner.life() {
        Life::Alive => is_kept.then_some(Claim::InUse),
        Life::Dead if !is_kept || owner.is_of_this_user() => Some(Claim::Free),
        Life::Unknown if is_kept && owner.is_from_here() && owner.is_of_this_user() => {
            Some(Claim::Free)
        }
        Life::Unknown if !is_kept && found.is_running => Some(Claim::InUse),
        Life::Dead | Life::Unknown => Some(Claim::OnlyWithAll),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn dead() -> Owner {
        Owner { started: 1, ..Owner::this() }
    }

    fn elsewhere() -> Owner {
        Owner { boot: "another".into(), ..dead() }
    }

    /// As on a system that tells nothing about processes.
    fn silent() -> Owner {
        Owner { started: 0, ..Owner::this() }
    }

    #[rstest]
    #[case::kept_by_a_run_that_is_over(true, dead(), true, Some(Claim::Free))]
    #[case::kept_by_a_run_that_goes_on(true, Owner::this(), true, Some(Claim::InUse))]
    #[case::kept_elsewhere(true, elsewhere(), true, Some(Claim::OnlyWithAll))]
    #[case::kept_where_nobody_can_look(true, silent(), true, Some(Claim::Free))]
    #[case::left_by_a_dead_run(false, dead(), true, Some(Claim::Free))]
    #[case::of_a_run_that_goes_on(false, Owner::this(), true, None)]
    #[case::of_a_run_elsewhere(false, elsewhere(), true, Some(Claim::InUse))]
    #[case::stopped_long_ago(false, elsewhere(), false, Some(Claim::OnlyWithAll))]
    fn only_what_no_run_needs_is_free(
        #[case] is_kept: bool,
        #[case] owner: Owner,
        #[case] is_running: bool,
        #[case] expected: Option<Claim>,
    ) {
        let found = Found {
            label: "it".into(),
            owner: Some(owner),
            is_kept,
            case: None,
            is_running,
            is_local_server: false,
            thing: Thing::Folder(PathBuf::new()),
        };
        assert_eq!(claim(&found), expected);
    }

    #[test]
    fn what_tells_no_owner_is_taken_only_by_who_is_sure() {
        let thing = Thing::Folder(PathBuf::new());
        let found = Found {
            label: "it".into(),
            owner: None,
            is_kept: true,
            case: None,
            is_running: true,
            is_local_server: false,
            thing,
        };
        assert_eq!(claim(&found), Some(Claim::OnlyWithAll));
    }
}
