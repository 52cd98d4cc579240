use super::{CasePlan, ServerGroup};
use crate::outcome::Phase;

impl CasePlan {
    /// The kind of server that the seed state is built on, where that is another one than the case's. A replay that stops
    /// in the seed state stays on the case's own, which is the one that is kept.
    #[must_use]
    pub fn built_on(&self) -> Option<ServerGroup> {
        let image = self.seed.image.as_ref()?;
        let is_other = self.image.as_deref() != Some(image.value.as_str());
        let is_built = !self.seeding.is_empty() && self.stop_in(Phase::Seed).is_none();
        (is_other && is_built)
            .then(|| ServerGroup { image: Some(image.value.clone()), ..self.group.clone() })
    }
}
