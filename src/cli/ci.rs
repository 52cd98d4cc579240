//! `init --ci`.

use std::path::PathBuf;

use clap::ValueEnum;
use migration_replay::harness::{CiFile, CiRequest, write_ci};
use migration_replay::outcome::Ending;
use migration_replay::report::{self, Tone};
use migration_replay::survey::CiService;

use super::console::{print, say, style};

/// A service that workflows can be written for.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Ci {
    /// GitHub Actions: .github/workflows/migration-replay.yml
    Github,
    /// GitLab: .gitlab/migration-replay.yml, to be included
    Gitlab,
}

impl Ci {
    fn service(self) -> CiService {
        match self {
            Self::Github => CiService::GitHub,
            Self::Gitlab => CiService::GitLab,
        }
    }
}

/// Writes a workflow, and tells what is left to do.
pub(super) fn workflow(ci: Ci, path: PathBuf, is_dry: bool) -> Ending {
    let request = CiRequest { path, service: ci.service(), writes: !is_dry };
    match write_ci(&request) {
        Ok(file) => {
            print(&told(&file, is_dry));
            Ending::AsExpected
        }
        Err(problems) => {
            say(&report::render_problems(&problems, style()));
            Ending::WrongInput
        }
    }
}

fn told(file: &CiFile, is_dry: bool) -> String {
    let deed = if is_dry { "would be written" } else { "written" };
    let deed = style().paint(Tone::Good, deed);
    let text = file.workflow.text();
    let dry = if is_dry { format!("\n{text}") } else { String::new() };
    let rest = if is_dry { String::new() } else { next(file) };
    format!("{}: {deed}\n{}{dry}{rest}", file.path.display(), about(file))
}

fn about(file: &CiFile) -> String {
    let workflow = &file.workflow;
    let count = match file.scenarios {
        1 => "1 scenario".to_owned(),
        more => format!("{more} scenarios"),
    };
    let images = if file.images.is_empty() { "any".to_owned() } else { file.images.join(", ") };
    let mut lines =
        vec![format!("checks and replays {}/ ({count}; images: {images})", workflow.scenarios)];
    match workflow.service {
        CiService::GitHub => {
            lines.push(format!("for pull requests, and pushes to {}", workflow.branch));
        }
        CiService::GitLab => {
            lines.push("on Postgres of the image that the jobs run in; no Docker is needed".into());
        }
    }
    let skipped = file.skipped();
    if !skipped.is_empty() {
        lines.push(format!(
            "the jobs run in one image, so cases of {} are skipped: give them jobs of their own, or runners with Docker",
            skipped.join(", ")
        ));
    }
    format!("  {}\n", lines.join("\n  "))
}

fn next(file: &CiFile) -> String {
    let workflow = &file.workflow;
    let lines = workflow.lines_to_fill_in();
    let lines: Vec<_> = lines.iter().map(usize::to_string).collect();
    let (what, more) = match workflow.service {
        CiService::GitHub => ("OWNER/migration-replay and COMMIT", String::new()),
        CiService::GitLab => ("URL and COMMIT", include(file)),
    };
    let lines = if lines.len() == 1 {
        format!("line {}", lines.concat())
    } else {
        format!("lines {}", lines.join(" and "))
    };
    let folder = &workflow.scenarios;
    format!(
        "\nnext:\n  {lines}: in place of {what}, where migration-replay is cloned from, and the commit to stay on\n{more}  what it runs, to be tried at the root of the repository: migration-replay check {folder} && migration-replay run {folder}\n"
    )
}

fn include(file: &CiFile) -> String {
    format!(
        "  in .gitlab-ci.yml:\n      include:\n        - local: {}\n    its jobs are of the stages build, test and .post: where `stages` are listed, the first two must be among them\n",
        file.workflow.service.path().display()
    )
}
