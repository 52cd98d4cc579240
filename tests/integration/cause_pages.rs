//! Every cause has its page in `docs/causes/`.

use std::fs;
use std::path::{Path, PathBuf};

use migration_replay::scenario::Cause;

const PARTS: [&str; 4] = [
    "\n## What it means\n",
    "\n## How it looks\n",
    "\n## How to mend it\n",
    "\n## How sure it is\n",
];

/// Found when the folder is read, so that no failure has it.
const WITHOUT_A_FAILURE: Cause = Cause::DuplicateVersion;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/causes")
}

#[test]
fn every_cause_has_a_page_with_all_its_parts() {
    for cause in Cause::ALL {
        let page = fs::read_to_string(folder().join(format!("{cause}.md"))).unwrap_or_default();
        assert!(page.starts_with(&format!("# {cause}\n")), "docs/causes/{cause}.md");
        let positions: Vec<_> = PARTS.iter().map(|part| page.find(part)).collect();
        assert!(positions.iter().all(Option::is_some), "{cause}: {positions:?}");
        assert!(positions.is_sorted(), "{cause}: the parts are in another order");
        let line = format!(" = cause: {cause} (docs/causes/{cause}.md)\n");
        assert_eq!(page.contains(&line), *cause != WITHOUT_A_FAILURE, "{cause}: how it looks");
    }
}

#[test]
fn the_index_names_every_cause_and_every_page_is_of_one() {
    let index = fs::read_to_string(folder().join("README.md")).unwrap();
    for cause in Cause::ALL {
        let link = format!("| [{cause}]({cause}.md) |");
        assert_eq!(index.matches(&link).count(), 1, "{link}");
    }
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy();
        assert!(name == "README" || Cause::from_name(&name).is_some(), "{}", path.display());
    }
}
