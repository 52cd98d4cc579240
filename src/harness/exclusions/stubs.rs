use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::trials::{OnAll, WithStubs, of_one_folder, problem_of};
use crate::exclusions::{
    Examination, List, Stub, StubFile, StubQuestion, Stubbed, WrittenStubs, lacking, make_stubs,
};
use crate::migration::Migration;
use crate::outcome::CaseId;
use crate::place::{Problem, Problems};
use crate::plan::CasePlan;
use crate::replay::{EventSink, Workbench};
use crate::source::{FolderAgain, write_file};

/// Makes stubs for what the servers of the cases lack, writes them, and replays with them.
///
/// # Errors
///
/// When they cannot be made or written.
pub(super) async fn write(
    bench: &Workbench,
    cases: &[CasePlan],
    examinations: &[Examination],
    path: &Path,
    listener: &EventSink,
) -> Result<WrittenStubs, Problems> {
    let bare = of_one_folder(cases)?;
    let closed = examinations.iter().flat_map(Examination::troubled).collect();
    let Some(case) = bare.first() else { return Err(Problems::default()) };
    let lacking = all_lacking(bench, &bare).await?;
    let mut written = WrittenStubs {
        path: path.to_owned(),
        source: case.scenario.migrations.path.value.clone(),
        base: case.scenario.folder.clone(),
        lacking: lacking.iter().cloned().collect(),
        files: Vec::new(),
        kept: Vec::new(),
        proofs: Vec::new(),
    };
    if lacking.is_empty() {
        return Ok(written);
    }
    let folder = FolderAgain::of(&case.scenario, case.set.layout)?;
    let migrations = case.set.migrations();
    let all = OnAll { bench, cases: &bare, listener };
    let mut trials = WithStubs { all, folder: folder.clone(), migrations };
    let question = StubQuestion { closed, lacking };
    let made = make_stubs(&question, &mut trials).await.map_err(problem_of)?;
    if made.stubs.is_empty() {
        return Ok(WrittenStubs { kept: made.kept, ..written });
    }
    let folder = write_all(folder, migrations, &made, path, &mut written)?;
    let set = Arc::new(folder.lay_out()?);
    let kept: List = made.kept.iter().map(|fall| fall.migration.clone()).collect();
    let proofs = trials.all.prove(&set, &kept, "with the stubs that were written").await;
    Ok(WrittenStubs { kept: made.kept, proofs: proofs.map_err(problem_of)?, ..written })
}

/// What any of the servers lacks.
async fn all_lacking(bench: &Workbench, cases: &[CasePlan]) -> Result<BTreeSet<String>, Problems> {
    let mut all = BTreeSet::new();
    for (position, case) in cases.iter().enumerate() {
        let offered = bench.offered(CaseId(position), case).await;
        let offered = offered.map_err(|error| Problem::error(error.to_string()))?;
        all.extend(lacking(&case.set, &offered));
    }
    Ok(all)
}

/// Writes the stubs; the folder with them in it.
fn write_all(
    mut folder: FolderAgain,
    migrations: &[Arc<Migration>],
    made: &Stubbed,
    path: &Path,
    written: &mut WrittenStubs,
) -> Result<FolderAgain, Problems> {
    let stubbed = migrations.iter().filter_map(|it| Some((it, made.stubs.get(&it.id)?)));
    for (migration, stub) in stubbed {
        let Some(relative) = folder.relative(migration).map(Path::to_owned) else { continue };
        let titled = titled(migration, stub, &written.lacking);
        // Some tools want their own words first.
        let with_title = folder.clone().with_text(migration, &titled);
        let (with_stub, text) = match with_title.lay_out() {
            Ok(_) => (with_title, titled),
            Err(_) => (folder.with_text(migration, &stub.text), stub.text.clone()),
        };
        folder = with_stub;
        let file = path.join(&relative);
        write_file(&file, text.as_bytes())?;
        written.files.push(StubFile {
            migration: migration.id.clone(),
            named: seen_from(&written.base, &file),
            path: file,
            stands_for: relative,
            without: stub.without.clone(),
        });
    }
    Ok(folder)
}

/// A path as a scenario of this folder would write it.
fn seen_from(folder: &Path, path: &Path) -> PathBuf {
    let parts: Vec<_> = folder.components().filter(|it| *it != Component::CurDir).collect();
    let can_go_up = parts.iter().all(|part| matches!(part, Component::Normal(_)));
    if path.is_absolute() || !can_go_up {
        return path.to_owned();
    }
    let mut own = path.components().filter(|it| *it != Component::CurDir).peekable();
    let mut shared = 0;
    while shared < parts.len() && own.peek() == parts.get(shared) {
        own.next();
        shared += 1;
    }
    parts.iter().skip(shared).map(|_| Component::ParentDir).chain(own).collect()
}

/// The stub with a comment that says what it is.
fn titled(migration: &Migration, stub: &Stub, lacking: &[String]) -> String {
    let mut text = format!(
        "-- Stub of {}, for servers without {}. Taken out:\n",
        migration.file_name(),
        lacking.join(", ")
    );
    for without in &stub.without {
        let line = without.replace(['\n', '\r'], " ");
        text.push_str("--   ");
        text.push_str(&line);
        text.push('\n');
    }
    text.push('\n');
    text + &stub.text
}
