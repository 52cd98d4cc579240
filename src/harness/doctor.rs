//! What this machine has for replays, and what scenarios want of it.

use std::collections::{BTreeMap, BTreeSet};

use super::Harness;
use crate::outcome::Ending;
use crate::plan::CasePlan;
use crate::postgres::{ImageStanding, KnownImages, Machine, Supply};

/// What was found.
#[derive(Debug)]
pub struct Checkup {
    /// What the machine has.
    pub machine: Machine,
    /// How each image that the scenarios want can be had; `None` is any server.
    pub images: BTreeMap<Option<String>, ImageStanding>,
}

impl Checkup {
    /// How a command ends that asked: 3 where there is no kind of server, or an image cannot be had.
    #[must_use]
    pub fn ending(&self) -> Ending {
        let is_none = |standing: &ImageStanding| matches!(standing, ImageStanding::Nothing(_));
        if self.images.values().any(is_none) || !self.machine.has_servers() {
            Ending::Environment
        } else {
            Ending::AsExpected
        }
    }
}

impl Harness {
    /// Looks for what the machine has, and whether it is enough for these cases. Nothing is started, and no registry is asked.
    pub async fn doctor(&self, cases: &[CasePlan], images: KnownImages) -> Checkup {
        let supply = Supply::new(self.backend.clone(), self.pg_bin.clone(), images);
        let machine = supply.survey().await;
        let wanted: BTreeSet<_> = cases.iter().map(|case| case.image.clone()).collect();
        let images = supply.standings(&machine, wanted).await;
        Checkup { machine, images }
    }
}
