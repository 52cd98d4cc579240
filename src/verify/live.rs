use crate::outcome::{Ending, Found};
use crate::schema::contract::ContractOutcome;
use crate::schema::drift::Drift;
use crate::status::{State, Status};

/// What was found out about a live database.
#[derive(Debug)]
pub struct Verified {
    /// Host, port and database, for people.
    pub database: String,
    /// The files against its history; `None` where it has no history table that is known.
    pub status: Option<Status>,
    /// How it keeps the contract; `None` where the scenario has none.
    pub contract: Option<ContractOutcome>,
    /// The database against a replay of what it has applied; `None` where only the contract was asked for.
    pub replay: Option<Replay>,
}

/// A replay of what a live database has applied.
#[derive(Debug)]
pub struct Replay {
    /// How many migrations were replayed.
    pub migrations: usize,
    /// Which server it was on, for people; empty where there was none.
    pub server: String,
    /// The major version of the live server.
    pub live_major: u32,
    /// What stopped it: then nothing was compared.
    pub stopped: Option<Box<Found>>,
    /// How the live database differs.
    pub drift: Option<Drift>,
}

/// What pending migrations are to a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PendingIs {
    /// Told, and no more: they may run next.
    Told,
    /// Wrong: the application waits for them.
    Wrong,
}

impl Verified {
    /// Whether the database is as it should be.
    #[must_use]
    pub fn is_right(&self, pending: PendingIs) -> bool {
        self.ending(pending) == Ending::AsExpected
    }

    /// How a command ends that asked: 1 where the database is not as it should be, 3 where nobody could tell, 4 where nothing
    /// was there to be looked at.
    #[must_use]
    pub fn ending(&self, pending: PendingIs) -> Ending {
        let history = self.status.as_ref().map(|status| history(status, pending));
        let contract = self.contract.as_ref().map(|contract| wrong_if(!contract.is_kept()));
        let replay = self.replay.as_ref().map(Replay::ending);
        let all = [history.flatten(), contract, replay];
        let worst = all.into_iter().flatten().reduce(Ending::or_worse);
        worst.unwrap_or(Ending::NothingDone)
    }
}

fn history(status: &Status, pending: PendingIs) -> Option<Ending> {
    let has = |wanted: &[State]| status.files.iter().any(|file| wanted.contains(&file.state));
    let is_wrong = has(&[State::Edited, State::Failed]) || !status.missing.is_empty();
    let waits = pending == PendingIs::Wrong && has(&[State::Pending, State::Late]);
    (is_wrong || waits || pending == PendingIs::Wrong).then_some(wrong_if(is_wrong || waits))
}

fn wrong_if(is_wrong: bool) -> Ending {
    if is_wrong { Ending::MigrationFailed } else { Ending::AsExpected }
}

impl Replay {
    fn ending(&self) -> Ending {
        match (&self.stopped, &self.drift) {
            (Some(found), _) => found.blame.into(),
            (None, Some(drift)) => wrong_if(!drift.comparison.is_same()),
            (None, None) if self.migrations == 0 => Ending::NothingDone,
            (None, None) => Ending::Environment,
        }
    }
}
