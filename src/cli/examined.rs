//! `migration-replay exclusions`.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use migration_replay::exclusions::{
    Examination, Examined, Strictness, are_proven, closed_list, render,
};
use migration_replay::harness::{Harness, Prepared, Wishes};
use migration_replay::outcome::{Ending, Event, RunOutcome};
use migration_replay::place::Problems;
use migration_replay::report::{self, Style};

use super::compared::compared;
use super::console::{Console, say, style};
use super::exclusions::{ExclusionsArguments, Format};
use super::files::{check_writable, ended, put, replace};
use super::interrupt::{interrupted, interrupted_twice};
use super::run::prepare;

/// `migration-replay exclusions`.
pub(crate) async fn exclusions(arguments: Box<ExclusionsArguments>) -> Ending {
    if !arguments.lists.compare.is_empty() {
        return compared(&arguments);
    }
    let (harness, prepared) = match read(&arguments) {
        Ok(read) => read,
        Err(problems) => return refuse(&problems),
    };
    if !prepared.warnings.0.is_empty() {
        say(&report::render_problems(&prepared.warnings, style()));
    }
    let all = prepared.cases.len();
    let cases = harness.select(prepared.cases);
    if cases.is_empty() {
        let filter = harness.filter.as_deref().unwrap_or_default();
        say(&format!("nothing selected: none of {all} cases has {filter:?} in its name"));
        return Ending::NothingDone;
    }
    for case in cases.iter().filter(|case| case.scenario.replay.runner.is_some()) {
        say(&format!(
            "{}: its runner is not used here; the files are run by our own rules",
            case.name
        ));
    }
    let wishes = Wishes { folder: arguments.write_folder.clone(), stubs: arguments.stubs.clone() };
    let console = Arc::new(Console::new(arguments.no_progress));
    let examine = harness.examine(
        &cases,
        prepared.images,
        &wishes,
        listener(console.clone()),
        Box::pin(interrupted()),
    );

    let examined = tokio::select! {
        examined = examine => examined,
        () = interrupted_twice() => return Ending::Environment,
    };
    console.clear();
    tell(&arguments, &examined)
}

fn read(arguments: &ExclusionsArguments) -> Result<(Harness, Prepared), Problems> {
    let files = [("--output", &arguments.output), ("--write-list", &arguments.write_list)];
    for (flag, file) in files {
        if let Some(file) = file {
            check_writable(flag, file)?;
        }
    }
    let mut harness = arguments.servers.harness()?;
    harness.filter.clone_from(&arguments.filter);
    let flags = arguments.folder.scenario();
    let prepared = prepare(flags.as_ref(), &arguments.scenarios, &harness)?;
    Ok((harness, prepared))
}

pub(super) fn listener(console: Arc<Console>) -> migration_replay::replay::EventSink {
    let known = Mutex::new(RunOutcome::default());
    Arc::new(move |event: Event| {
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        known.add(&event);
        console.show(&event, &known);
    })
}

/// Tells what was found out, writes what was asked for, and sums up.
fn tell(arguments: &ExclusionsArguments, examined: &Examined) -> Ending {
    let mut ending = show(arguments, examined);
    if let Some(why) = &examined.broken_off {
        say(&format!("broken off: {why}"));
        ending = ending.or_worse(Ending::Environment);
    }
    if let Some(file) = &arguments.write_list {
        ending = ending.or_worse(write_list(file, &examined.all));
    }
    let strictness = if arguments.strict { Strictness::Strict } else { Strictness::Lenient };
    let endings = examined.all.iter().map(|examination| examination.ending(strictness));
    let endings: Vec<_> = endings.collect();
    let is_nothing = endings.iter().all(|ending| *ending == Ending::NothingDone);
    let of_cases = endings
        .into_iter()
        .filter(|ending| is_nothing || *ending != Ending::NothingDone)
        .fold(Ending::AsExpected, Ending::or_worse);
    ending.or_worse(of_cases).or_worse(of_written(examined))
}

/// What was asked for and could not be written is wrong input; what was written and does not pass, a migration that fails.
fn of_written(examined: &Examined) -> Ending {
    let folder = examined.folder.as_ref().map(|it| it.as_ref().map(|it| are_proven(&it.proofs)));
    let stubs = examined
        .stubs
        .as_ref()
        .map(|it| it.as_ref().map(|it| it.lacking.is_empty() || are_proven(&it.proofs)));
    let endings = [folder, stubs].into_iter().flatten().map(|written| match written {
        Ok(true) => Ending::AsExpected,
        Ok(false) => Ending::MigrationFailed,
        Err(_) => Ending::WrongInput,
    });
    endings.fold(Ending::AsExpected, Ending::or_worse)
}

fn show(arguments: &ExclusionsArguments, examined: &Examined) -> Ending {
    let colours = if arguments.output.is_some() { Style::Plain } else { style() };
    let text = match arguments.format {
        Format::Text => render::text(examined, colours),
        Format::Markdown => render::markdown(examined),
        Format::Json => render::json(examined),
    };
    put(arguments.output.as_deref(), &text)
}

fn write_list(file: &Path, examinations: &[Examination]) -> Ending {
    if let Some(list) = closed_list(examinations) {
        return ended(replace(file, list.toml.as_bytes()));
    }
    say("no list was written: not every case has one that passes");
    Ending::AsExpected
}

fn refuse(problems: &Problems) -> Ending {
    say(&report::render_problems(problems, style()));
    Ending::WrongInput
}
