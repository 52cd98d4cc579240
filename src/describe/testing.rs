//! Small catalogs and cases for tests of this module.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::{Description, Sequence};
use crate::migration::Script;
use crate::migration::layout::testing::set_of;
use crate::place::SourceText;
use crate::plan::{CasePlan, Inputs, Origin, build};
use crate::scenario::{Defaults, parse};
use crate::schema::{Catalog, Object};

/// A catalog from lines such as `column public.users.email < table public.users | type=text`.
pub(super) fn catalog(lines: &str) -> Catalog {
    let mut catalog = Catalog::default();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut fields = line.split(" | ");
        let mut identities = fields.next().unwrap().split(" < ").map(|text| text.parse().unwrap());
        let id = identities.next().unwrap();
        let parents = identities.collect();
        let properties = fields.map(|field| field.split_once('=').unwrap());
        let properties =
            properties.map(|(name, value)| (name.to_owned(), value.replace("\\n", "\n"))).collect();
        catalog.insert(id, Object { properties, parents });
    }
    catalog
}

/// A description with no migrations.
pub(super) fn description(lines: &str) -> Description {
    Description {
        name: "shop".into(),
        seed: None,
        sequence: Sequence::default(),
        catalog: catalog(lines),
    }
}

/// The cases of a scenario over files that all hold one statement.
pub(super) fn cases(files: &[&str], toml: &str) -> Vec<CasePlan> {
    let files: Vec<_> = files.iter().map(|name| (*name, "select 1;")).collect();
    let text = SourceText::new("scenarios/case.toml", format!("migrations = 'm'\n{toml}"));
    let (scenario, problems) = parse(&text, &Defaults::default());
    let scenario = scenario.unwrap_or_else(|| panic!("{problems}"));
    let sql = scenario.seeds.iter().flat_map(|seed| &seed.sql).map(|sql| &sql.file);
    let script = |file: &PathBuf| Script::new(SourceText::new(file.clone(), "select 1;"));
    let scripts = scenario.setup.sql.iter().chain(sql);
    let inputs = Inputs {
        releases: BTreeMap::new(),
        set: Arc::new(set_of(&files)),
        scripts: scripts.map(|file| (file.value.clone(), Arc::new(script(&file.value)))).collect(),
        dumps: BTreeMap::new(),
        environment: BTreeMap::new(),
        origin: Origin::File("scenarios/case.toml".into()),
    };
    build(&Arc::new(scenario), &inputs).unwrap_or_else(|problems| panic!("{problems}")).0
}
