use super::guard::guard;
use super::history::with_history;
use super::inquiry::Inquiry;
use super::rules::RULES;
use super::skipped::consider_skipping;
use super::trouble::trouble;
use super::{Change, Evidence, WayOut};
use crate::outcome::{Culprit, Found};
use crate::plan::CasePlan;
use crate::scenario::Cause;

/// Why something failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The cause.
    pub cause: Cause,
    /// Whether what is known leaves no other answer.
    pub certain: bool,
    /// Whether nothing speaks for it before one of the others was tried out: it is not told until then.
    pub is_guess: bool,
    /// Who is to blame.
    pub culprits: Vec<Culprit>,
    /// The objects that it is about, as the catalog names them.
    pub objects: Vec<String>,
    /// More lines for people.
    pub details: Vec<String>,
    /// What to do.
    pub ways_out: Vec<WayOut>,
    /// Other answers that the files alone cannot rule out: the first one whose change makes the replay pass holds instead.
    pub otherwise: Vec<(Change, Diagnosis)>,
}

impl Diagnosis {
    /// A cause that is certain, so far without anybody to blame.
    pub(super) fn of(cause: Cause) -> Self {
        Self {
            cause,
            certain: true,
            is_guess: false,
            culprits: Vec::new(),
            objects: Vec::new(),
            details: Vec::new(),
            ways_out: Vec::new(),
            otherwise: Vec::new(),
        }
    }

    /// Adds somebody to blame.
    pub(super) fn blame(mut self, culprit: Culprit) -> Self {
        self.culprits.push(culprit);
        self
    }

    /// Adds an object that it is about.
    pub(super) fn about(mut self, object: &impl ToString) -> Self {
        let object = object.to_string();
        if !self.objects.contains(&object) {
            self.objects.push(object);
        }
        self
    }

    /// Adds a line for people.
    pub(super) fn detail(mut self, line: impl Into<String>) -> Self {
        self.details.push(line.into());
        self
    }

    /// Adds a way out.
    pub(super) fn way_out(mut self, way_out: WayOut) -> Self {
        self.ways_out.push(way_out);
        self
    }

    /// Puts the diagnosis into the finding it is of, in place of an earlier one.
    pub fn tell(&self, found: &mut Found) {
        found.cause = Some(self.cause);
        found.certain = self.certain;
        found.culprits.clone_from(&self.culprits);
        found.objects.clone_from(&self.objects);
        found.because.clone_from(&self.details);
    }
}

/// Finds out why a migration failed; nothing where no rule knows.
#[must_use]
pub fn diagnose(case: &CasePlan, found: &Found, evidence: &Evidence) -> Option<Diagnosis> {
    let inquiry = Inquiry::new(case, found, evidence)?;
    let trouble = trouble(&inquiry);
    let diagnosis = RULES.iter().find_map(|rule| rule(&inquiry, &trouble))?;
    let mut diagnosis = with_history(diagnosis, &inquiry);
    consider_skipping(&inquiry, &trouble, &mut diagnosis);
    if let Some(guard) = guard(&inquiry, &trouble) {
        let is_last = |way_out: &WayOut| matches!(way_out.change, Some(Change::Exclude(_)));
        let at = diagnosis.ways_out.iter().position(is_last);
        diagnosis.ways_out.insert(at.unwrap_or(diagnosis.ways_out.len()), guard);
    }
    Some(diagnosis)
}
