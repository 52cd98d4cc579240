use super::Blame;
use crate::named::named;
use crate::scenario::Pass;

named! {
    /// The one word for a case or a step.
    Verdict {
        /// All as expected.
        Passed = "passed",
        /// The migration (or what it leaves) is wrong.
        Failed = "failed",
        /// We could not tell.
        Errored = "errored",
        /// Not run, for a reason that is told.
        Skipped = "skipped",
    }
}

named! {
    /// A part of a case: what comes before the passes, the passes, and what is checked at the end.
    Phase {
        /// Roles and SQL of `[setup]`.
        Setup = "setup",
        /// The seed state.
        Seed = "seed",
        /// The pass `apply`.
        Apply = "apply",
        /// The pass `rerun`.
        Rerun = "rerun",
        /// The pass `reexecute`.
        Reexecute = "reexecute",
        /// The pass `interrupt`.
        Interrupt = "interrupt",
        /// The pass `round-trip`.
        RoundTrip = "round-trip",
        /// The pass `orders`.
        Orders = "orders",
        /// The pass `converge`.
        Converge = "converge",
        /// Contract, queries, commands, and expected failures that did not happen.
        Expect = "expect",
    }
}

impl From<Pass> for Phase {
    fn from(pass: Pass) -> Self {
        match pass {
            Pass::Apply => Self::Apply,
            Pass::Rerun => Self::Rerun,
            Pass::Reexecute => Self::Reexecute,
            Pass::Interrupt => Self::Interrupt,
            Pass::RoundTrip => Self::RoundTrip,
            Pass::Orders => Self::Orders,
            Pass::Converge => Self::Converge,
        }
    }
}

/// How a run ended, and with which exit code (see `docs/exit-codes.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ending {
    /// All as expected: 0.
    #[default]
    AsExpected,
    /// A migration failed: 1.
    MigrationFailed,
    /// Wrong usage or scenario: 2.
    WrongInput,
    /// The environment: 3.
    Environment,
    /// Nothing selected or nothing replayed: 4.
    NothingDone,
}

impl From<Blame> for Ending {
    /// How a run ends that found something of this kind.
    fn from(blame: Blame) -> Self {
        match blame {
            Blame::Migration => Self::MigrationFailed,
            Blame::Scenario => Self::WrongInput,
            Blame::Environment => Self::Environment,
        }
    }
}

impl Ending {
    /// The exit code; these numbers are an interface.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::AsExpected => 0,
            Self::MigrationFailed => 1,
            Self::WrongInput => 2,
            Self::Environment => 3,
            Self::NothingDone => 4,
        }
    }

    /// Which of two endings is told: 2 before 1 before 3 before 4 before 0.
    #[must_use]
    pub fn or_worse(self, other: Self) -> Self {
        let rank = |ending| match ending {
            Self::AsExpected => 0,
            Self::NothingDone => 1,
            Self::Environment => 2,
            Self::MigrationFailed => 3,
            Self::WrongInput => 4,
        };
        if rank(other) > rank(self) { other } else { self }
    }
}
