use std::path::Path;

/// A service that runs a repository's checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CiService {
    /// GitHub Actions.
    GitHub,
    /// GitLab CI.
    GitLab,
}

/// A file for a CI service that checks and replays what a repository has. It is made of the one in `docs/workflows`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workflow {
    /// For whom.
    pub service: CiService,
    /// The folder of scenarios, counted from the root of the repository, with `/`.
    pub scenarios: String,
    /// The branch that pull requests go into.
    pub branch: String,
    /// The image that jobs of GitLab run in; `None`: that of the template.
    pub image: Option<String>,
}

const GITHUB: &str = include_str!("../../docs/workflows/migration-replay-action.yml");
const GITLAB: &str = include_str!("../../docs/workflows/gitlab-ci.yml");

/// What the reader of a workflow has to put in.
const TO_FILL_IN: &[&str] = &["OWNER/", "URL", "COMMIT"];

impl CiService {
    /// Where the file belongs, counted from the root of the repository.
    #[must_use]
    pub fn path(self) -> &'static Path {
        Path::new(match self {
            Self::GitHub => ".github/workflows/migration-replay.yml",
            Self::GitLab => ".gitlab/migration-replay.yml",
        })
    }

    /// As `init --ci` calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::GitHub => "github",
            Self::GitLab => "gitlab",
        }
    }
}

impl Workflow {
    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> String {
        let head = format!(
            "# Checks and replays the migrations of this repository before they are merged; written by\n# `migration-replay init --ci {}`, and yours to change.\n",
            self.service.name()
        );
        let template = match self.service {
            CiService::GitHub => GITHUB,
            CiService::GitLab => GITLAB,
        };
        let mut text = head + without_head(template);
        for (there, here) in self.changes() {
            text = text.replace(&there, &here);
        }
        text
    }

    /// What is otherwise in the template.
    fn changes(&self) -> Vec<(String, String)> {
        let scenarios = &self.scenarios;
        let named =
            |before: &str| (format!("{before}scenarios\n"), format!("{before}{scenarios}\n"));
        match self.service {
            CiService::GitHub => vec![
                ("branches: [main]".to_owned(), format!("branches: [{}]", self.branch)),
                named("check: "),
                named("arguments: "),
            ],
            CiService::GitLab => vec![
                (IMAGE.to_owned(), format!("image: {}", self.image())),
                ("check scenarios ".to_owned(), format!("check {scenarios} ")),
                named("run "),
            ],
        }
    }

    fn image(&self) -> &str {
        self.image.as_deref().unwrap_or(IMAGE.trim_start_matches("image: "))
    }

    /// The lines that somebody has to put something into, counted from 1.
    #[must_use]
    pub fn lines_to_fill_in(&self) -> Vec<usize> {
        let text = self.text();
        let is_open = |line: &str| {
            !line.trim_start().starts_with('#') && TO_FILL_IN.iter().any(|it| line.contains(it))
        };
        let lines = text.lines().enumerate().filter(|(_, line)| is_open(line));
        lines.map(|(position, _)| position + 1).collect()
    }
}

/// The image of the template for GitLab.
const IMAGE: &str = "image: postgres:17-bookworm";

/// A template without the comment at its beginning, which is for those who copy it.
fn without_head(template: &str) -> &str {
    let mut rest = template;
    while let Some((_, after)) = rest.split_once('\n').filter(|(line, _)| line.starts_with('#')) {
        rest = after;
    }
    rest
}

/// Whether a word can stand in a workflow as it is: it means nothing else to YAML, to a shell, or to those who split arguments.
#[must_use]
pub fn is_plain(word: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._/-".contains(c);
    !word.is_empty() && !word.starts_with('-') && word.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workflow(service: CiService) -> Workflow {
        Workflow {
            service,
            scenarios: "backend/replays".into(),
            branch: "trunk".into(),
            image: Some("pgvector/pgvector:pg17".into()),
        }
    }

    #[test]
    fn everything_that_differs_is_in_its_template_once() {
        for (service, template) in [(CiService::GitHub, GITHUB), (CiService::GitLab, GITLAB)] {
            for (there, here) in workflow(service).changes() {
                assert_eq!(template.matches(&there).count(), 1, "{there}");
                let text = workflow(service).text();
                assert_eq!(text.matches(&here).count(), 1, "{text}");
                assert!(!text.contains(&there), "{text}");
            }
        }
    }

    #[test]
    fn the_rest_is_the_template_and_what_is_to_be_put_in_is_told() {
        for (service, template) in [(CiService::GitHub, GITHUB), (CiService::GitLab, GITLAB)] {
            let workflow = workflow(service);
            let text = workflow.text();
            let changed = text.lines().filter(|line| !template.lines().any(|it| it == *line));
            assert_eq!(changed.count(), 2 + workflow.changes().len(), "{text}");
            let lines: Vec<_> = text.lines().collect();
            let open: Vec<_> =
                workflow.lines_to_fill_in().iter().map(|it| lines[it - 1].trim()).collect();
            let expected: &[&str] = match service {
                CiService::GitHub => &["- uses: OWNER/migration-replay@COMMIT"],
                CiService::GitLab => &[
                    "- cargo install --locked --root program --git URL --rev COMMIT",
                    "key: migration-replay-COMMIT",
                ],
            };
            assert_eq!(open, expected);
        }
    }

    #[test]
    fn words_that_mean_something_to_yaml_or_a_shell_are_not_plain() {
        assert!(is_plain("backend/db-1/scenarios") && is_plain("release/1.x"));
        for word in ["", "my scenarios", "a:b", "$HOME", "-x", "a#b"] {
            assert!(!is_plain(word), "{word}");
        }
    }
}
