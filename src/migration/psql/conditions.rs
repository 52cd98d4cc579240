/// The `\if`s that are open at one point of a script.
#[derive(Debug, Default)]
pub(super) struct Conditions(Vec<(Branch, usize)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Branch {
    /// It runs.
    Taken,
    /// None has run yet.
    Waiting,
    /// One ran already, or all of it is inside a branch that does not run.
    Passed,
    /// After `\else`.
    Else { runs: bool },
}

impl Conditions {
    /// Whether what stands here runs.
    pub(super) fn is_active(&self) -> bool {
        let runs = |branch: Branch| matches!(branch, Branch::Taken | Branch::Else { runs: true });
        self.0.last().is_none_or(|(branch, _)| runs(*branch))
    }

    /// Whether an `\elif` here is asked for its value.
    pub(super) fn is_waiting(&self) -> bool {
        self.0.last().is_some_and(|(branch, _)| *branch == Branch::Waiting)
    }

    /// `\if` at a byte of the script, in a place that runs.
    pub(super) fn open(&mut self, holds: bool, at: usize) {
        self.0.push((if holds { Branch::Taken } else { Branch::Waiting }, at));
    }

    /// `\if` in a place that does not run.
    pub(super) fn open_passed(&mut self, at: usize) {
        self.0.push((Branch::Passed, at));
    }

    /// `\elif`; `false` where it cannot stand.
    pub(super) fn otherwise_if(&mut self, holds: bool) -> bool {
        self.turn(|branch| match branch {
            Branch::Waiting if holds => Some(Branch::Taken),
            Branch::Waiting => Some(Branch::Waiting),
            Branch::Taken | Branch::Passed => Some(Branch::Passed),
            Branch::Else { .. } => None,
        })
    }

    /// `\else`; `false` where it cannot stand.
    pub(super) fn otherwise(&mut self) -> bool {
        self.turn(|branch| match branch {
            Branch::Waiting => Some(Branch::Else { runs: true }),
            Branch::Taken | Branch::Passed => Some(Branch::Else { runs: false }),
            Branch::Else { .. } => None,
        })
    }

    fn turn(&mut self, next: impl Fn(Branch) -> Option<Branch>) -> bool {
        let Some((branch, _)) = self.0.last_mut() else { return false };
        let Some(next) = next(*branch) else { return false };
        *branch = next;
        true
    }

    /// `\endif`; `false` where nothing is open.
    pub(super) fn close(&mut self) -> bool {
        self.0.pop().is_some()
    }

    /// Where the last `\if` that is still open began.
    pub(super) fn open_at(&self) -> Option<usize> {
        self.0.last().map(|(_, at)| *at)
    }
}

/// A truth value as psql reads it: a beginning of `true`, `false`, `yes`, `no`, `on`, `off` that is no
/// other's, in any case of letters, or `1` or `0`.
pub(super) fn truth(text: &str) -> Option<bool> {
    let text = text.to_ascii_lowercase();
    let begins = |word: &str, least: usize| text.len() >= least && word.starts_with(&text);
    if begins("true", 1) || begins("yes", 1) || begins("on", 2) || text == "1" {
        Some(true)
    } else if begins("false", 1) || begins("no", 1) || begins("off", 2) || text == "0" {
        Some(false)
    } else {
        None
    }
}
