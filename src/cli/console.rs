//! What people see while a run goes on: live lines on a terminal, plain lines elsewhere.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use clap::Args;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use migration_replay::outcome::{CaseId, Event, Phase, RunOutcome};
use migration_replay::report::{self, Shown, Style};

/// What is shown of a run.
#[derive(Debug, Args)]
pub(crate) struct DisplayArguments {
    /// Print plain lines instead of live progress
    #[arg(long)]
    no_progress: bool,

    /// Show each failure whole, also where many are of one kind, and each hazard
    #[arg(long)]
    all: bool,
}

impl DisplayArguments {
    pub(super) fn console(&self) -> Console {
        let shown = if self.all { Shown::All } else { Shown::WorthALook };
        Console { shown, ..Console::new(self.no_progress) }
    }
}

/// Shows events as they come.
pub(super) struct Console {
    live: Option<Live>,
    shown: Shown,
    style: Style,
}

struct Live {
    bars: MultiProgress,
    total: ProgressBar,
    cases: Mutex<BTreeMap<CaseId, ProgressBar>>,
}

impl Console {
    /// Live where standard error is a terminal, unless `no_progress`.
    pub(super) fn new(no_progress: bool) -> Self {
        let is_terminal = std::io::stderr().is_terminal() && !no_progress;
        Self { live: is_terminal.then(Live::new), shown: Shown::WorthALook, style: style() }
    }

    /// Shows one event; `outcome` is the sum of all so far, this one included.
    pub(super) fn show(&self, event: &Event, outcome: &RunOutcome) {
        if let Some(live) = &self.live {
            live.update(event, outcome);
        }
        if let Some(line) = report::plain_line(event, outcome) {
            match &self.live {
                Some(live)
                    if matches!(
                        event,
                        Event::CaseFinished { .. }
                            | Event::Warning { .. }
                            | Event::Lacking { .. }
                            | Event::Explained { .. }
                    ) =>
                {
                    // A terminal that is gone shows nothing; the run goes on.
                    let _shown = live.bars.println(line);
                }
                Some(_) => {}
                None => say(&line),
            }
        }
    }

    /// Takes the live lines away.
    pub(super) fn clear(&self) {
        if let Some(live) = &self.live {
            let _cleared = live.bars.clear();
        }
    }

    /// Prints what a person needs at the end.
    pub(super) fn finish(&self, outcome: &RunOutcome) {
        self.clear();
        print(&report::summary(outcome, self.shown, self.style));
    }
}

/// Colours where standard output is a terminal that wants them (no-color.org).
pub(super) fn style() -> Style {
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let colour = std::io::stdout().is_terminal() && wanted;
    if colour { Style::Colour } else { Style::Plain }
}

/// Writes a result to standard output. A reader that is gone has read enough.
pub(super) fn print(text: &str) {
    let _printed = std::io::stdout().write_all(text.as_bytes());
    let _flushed = std::io::stdout().flush();
}

/// Writes a line to standard error. Where nobody listens any more the run goes on.
pub(super) fn say(line: &str) {
    let _written = writeln!(std::io::stderr(), "{}", line.trim_end());
}

impl Live {
    fn new() -> Self {
        let bars = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let total = bars.add(ProgressBar::new(0).with_style(total_style()));
        total.enable_steady_tick(Duration::from_millis(100));
        Self { bars, total, cases: Mutex::default() }
    }

    fn update(&self, event: &Event, outcome: &RunOutcome) {
        match event {
            Event::RunStarted { cases, .. } => self.total.set_length(cases.len() as u64),
            Event::ServerStarting { server } => {
                self.total.set_message(format!("starting {server}"));
            }
            Event::ServerReady { .. } => self.total.set_message(""),
            Event::CaseStarted { case, .. } => self.begin(*case, outcome),
            Event::Working { case, phase, what } => {
                let what = what.as_ref().map_or(String::new(), |id| format!(" {id}"));
                self.with(*case, |bar| bar.set_message(format!("{phase}{what}")));
            }
            Event::Investigating { case, what } => {
                self.with(*case, |bar| bar.set_message(what.clone()));
            }
            Event::StepFinished { case, step } if step.phase == Phase::Apply && step.bodies > 0 => {
                self.with(*case, |bar| bar.inc(1));
            }
            Event::CaseFinished { case, .. } => {
                self.total.inc(1);
                if let Some(bar) = self.cases().remove(case) {
                    bar.finish_and_clear();
                }
            }
            Event::CaseRestarted { case, .. } => self.with(*case, |bar| bar.set_position(0)),
            Event::Warning { .. }
            | Event::Lacking { .. }
            | Event::Explained { .. }
            | Event::StepFinished { .. }
            | Event::FailureFound { .. }
            | Event::HazardFound { .. }
            | Event::LeftOut { .. }
            | Event::Compared { .. }
            | Event::RowsGenerated { .. }
            | Event::Upgraded { .. }
            | Event::DatabaseKept { .. }
            | Event::RunFinished { .. } => {}
        }
    }

    fn begin(&self, case: CaseId, outcome: &RunOutcome) {
        let Some(head) = outcome.cases.get(case.0).map(|case| &case.head) else { return };
        // A bar that is not among the others yet would draw itself where they are.
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let bar = self.bars.insert_before(&self.total, bar.with_style(case_style()));
        bar.set_length(head.migrations as u64);
        bar.set_prefix(head.name.clone());
        bar.enable_steady_tick(Duration::from_millis(100));
        self.cases().insert(case, bar);
    }

    fn with(&self, case: CaseId, change: impl FnOnce(&ProgressBar)) {
        if let Some(bar) = self.cases().get(&case) {
            change(bar);
        }
    }

    fn cases(&self) -> std::sync::MutexGuard<'_, BTreeMap<CaseId, ProgressBar>> {
        self.cases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn total_style() -> ProgressStyle {
    template("{bar:24} {pos}/{len} cases  {elapsed}  {wide_msg}")
}

fn case_style() -> ProgressStyle {
    template("  {spinner} {prefix}  {pos}/{len}  {elapsed}  {wide_msg}")
}

/// A template of ours is right; a wrong one would only look plainer.
fn template(text: &str) -> ProgressStyle {
    ProgressStyle::with_template(text).unwrap_or_else(|_| ProgressStyle::default_bar())
}
