use std::collections::BTreeSet;

use super::at;
use crate::outcome::LackKind;
use crate::plan::CasePlan;
use crate::postgres::{KnownImages, image_with, is_of_postgres};
use crate::preflight::{Files, Offer, lacks};
use crate::survey::{KnowsImages, NeededExtension};

/// What the files of a folder need of their server, and do not make.
#[derive(Default)]
pub(super) struct Needs {
    pub(super) extensions: Vec<NeededExtension>,
    pub(super) roles: Vec<(String, String)>,
    pub(super) settings: Vec<(String, String, String)>,
}

impl Needs {
    /// Held against a server that has nothing but its own user, and settings as they are by default.
    pub(super) fn of(case: &CasePlan) -> Self {
        let settings = [("wal_level", "replica"), ("shared_preload_libraries", "")];
        let offer = Offer {
            roles: BTreeSet::from(["postgres".to_owned()]),
            settings: settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            ..Offer::default()
        };
        let mut needs = Self::default();
        for lack in lacks(case, &Files::default().wants(case), &offer) {
            let by = at(&lack.place);
            match lack.kind {
                LackKind::Extension => {
                    let name = lack.need.trim_start_matches("extension ").to_owned();
                    if !is_of_postgres(&name) {
                        needs.extensions.push(NeededExtension { name, by });
                    }
                }
                LackKind::Role => {
                    needs.roles.push((lack.need.trim_start_matches("role ").to_owned(), by));
                }
                LackKind::Setting => {
                    if let Some((name, value)) = lack.need.split_once(" = ") {
                        needs.settings.push((name.to_owned(), value.to_owned(), by));
                    }
                }
                LackKind::ExtensionVersion | LackKind::ServerVersion => {}
            }
        }
        needs
    }
}

/// The table of well-known images.
pub(super) struct Known;

impl KnowsImages for Known {
    fn major(&self, image: &str) -> Option<u32> {
        KnownImages::default().profile(image).major
    }

    fn has(&self, image: &str, extension: &str) -> Option<bool> {
        Some(KnownImages::default().profile(image).extensions?.contains(extension))
    }

    fn image_with(&self, extension: &str, major: Option<u32>) -> Option<String> {
        image_with(extension, major.unwrap_or(17))
    }
}
