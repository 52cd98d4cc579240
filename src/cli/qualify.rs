use std::path::PathBuf;

use clap::Args;
use migration_replay::harness::{Harness, Qualification, QualifyRequest, prepare_qualification};
use migration_replay::outcome::Ending;
use migration_replay::place::{Problem, Problems};
use migration_replay::replay::Upgrades;
use migration_replay::scenario::Pass;

use super::arguments::{ReportArguments, ServerArguments, pass, with_exit_codes};
use super::console::{DisplayArguments, say};
use super::files::{QualificationFiles, ReportFiles, check_writable};
use super::run::{carry_out, choose, refuse, tell_prepared};

const EXAMPLES: &str = "\
Examples:
  migration-replay qualify scenarios/upgrade.toml --html qualification.html
      every release and image of a scenario, with every pass that can run; a page to attach to a release
  migration-replay qualify scenarios/upgrade.toml --markdown qualification.md --junit qualify.xml
      the same as Markdown, and a report for the CI server
  migration-replay qualify scenarios/upgrade.toml --passes apply,rerun,converge
      only these passes

Which releases: [[seed]] with releases = \"v*\" or ref = \"v1.2\". docs/qualifying.md has an example.";

#[derive(Debug, Args)]
#[command(after_help = with_exit_codes(EXAMPLES))]
pub(crate) struct QualifyArguments {
    /// Scenario files, or folders with scenario files
    #[arg(value_name = "SCENARIO", required = true)]
    scenarios: Vec<PathBuf>,

    /// Which passes to run [default: those of each scenario, and all others that can run]
    #[arg(long, value_name = "PASS", value_delimiter = ',', value_parser = pass)]
    passes: Vec<Pass>,

    #[command(flatten, next_help_heading = "Servers")]
    servers: ServerArguments,

    /// Write the qualification as one HTML page, which needs nothing beside itself
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    html: Option<PathBuf>,

    /// Write the qualification as Markdown
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    markdown: Option<PathBuf>,

    /// Write a JUnit report
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    junit: Option<PathBuf>,

    /// Write a JSON report
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    json: Option<PathBuf>,

    #[command(flatten, next_help_heading = "Reports")]
    display: DisplayArguments,

    /// Only cases whose name contains this text; names are scenario@image/seed
    #[arg(long, value_name = "TEXT", help_heading = "Cases")]
    filter: Option<String>,

    /// How many cases at once [default: one per processor]
    #[arg(long, value_name = "N", help_heading = "Cases", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,

    /// Let scenarios run their commands (`[[expect.command]]`, `runner`): only for scenarios that you
    /// trust
    #[arg(long, help_heading = "Cases")]
    allow_commands: bool,

    /// Skip cases that cannot run here, instead of counting them as errors
    #[arg(long, help_heading = "Cases")]
    allow_skip: bool,
}

/// `migration-replay qualify`.
pub(crate) async fn qualify(arguments: Box<QualifyArguments>) -> Ending {
    let files = match arguments.check_files() {
        Ok(files) => files,
        Err(problems) => return refuse(&problems, &ReportFiles::default()),
    };
    let mut harness = match arguments.harness() {
        Ok(harness) => harness,
        Err(problem) => return refuse(&problem.into(), &files),
    };
    let request =
        QualifyRequest { paths: arguments.scenarios.clone(), passes: arguments.passes.clone() };
    let qualification = match prepare_qualification(&request, &harness.environment) {
        Ok(qualification) => qualification,
        Err(problems) => return refuse(&problems, &files),
    };
    let Qualification { prepared, qualified } = qualification;
    tell_prepared(&prepared, None);
    for (pass, why) in &qualified.left_out {
        say(&format!("without the pass {pass}: {why}"));
    }
    let (markdown, html) = (arguments.markdown.clone(), arguments.html.clone());
    let files = files.with(QualificationFiles { qualified, markdown, html });
    let chosen = match choose(&mut harness, prepared, None, &files) {
        Ok(chosen) => chosen,
        Err(ending) => return ending,
    };
    carry_out(&harness, chosen, files, arguments.display.console()).await
}

impl QualifyArguments {
    /// Checks, before anything is started, that the files can be written.
    fn check_files(&self) -> Result<ReportFiles, Problems> {
        let pages = [("--html", &self.html), ("--markdown", &self.markdown)];
        for (flag, path) in
            pages.into_iter().filter_map(|(flag, path)| Some((flag, path.as_ref()?)))
        {
            check_writable(flag, path)?;
        }
        ReportFiles::check(&ReportArguments {
            junit: self.junit.clone(),
            json: self.json.clone(),
            markdown: None,
        })
    }

    fn harness(&self) -> Result<Harness, Problem> {
        let mut harness = self.servers.harness()?;
        harness.filter.clone_from(&self.filter);
        if let Some(jobs) = self.jobs {
            harness.settings.jobs = jobs.into();
        }
        harness.settings.allow_commands = self.allow_commands;
        harness.settings.allow_skip = self.allow_skip;
        harness.settings.upgrades = Upgrades::Told;
        Ok(harness)
    }
}
