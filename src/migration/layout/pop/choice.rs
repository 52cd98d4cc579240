use std::collections::BTreeMap;

use super::name::{Database, Name, Tool};
use crate::migration::LeftOut;
use crate::migration::layout::{Folder, FolderFile, TWICE};
use crate::place::{Problem, Problems};

/// A file with what its name says.
pub(super) type Named<'folder> = (&'folder FolderFile, Name<'folder>);

/// Which files of one direction run.
#[derive(Debug, Default)]
pub(super) struct Choice<'folder> {
    /// One per version, in the order of versions as texts.
    pub(super) runs: BTreeMap<&'folder str, Named<'folder>>,
    /// The others.
    pub(super) others: Vec<LeftOut>,
    /// Where a choice is by chance.
    pub(super) warnings: Problems,
}

impl<'folder> Choice<'folder> {
    /// Takes one file per version: that for Postgres before that for all.
    pub(super) fn of(folder: &'folder Folder, tool: Tool, is_up: bool) -> Self {
        let mut choice = Self::default();
        for file in &folder.files {
            match Name::of(file.name(), tool) {
                Some(name) if name.is_up == is_up => choice.offer(folder, (file, name), tool),
                _ => {}
            }
        }
        if tool == Tool::Popx {
            choice.leave_out_what_is_taken_for_applied();
        }
        choice
    }

    fn offer(&mut self, folder: &Folder, offered: Named<'folder>, tool: Tool) {
        let (file, name) = offered;
        if matches!(name.database, Database::Other | Database::Unknown) {
            let why = "its name says that it is not for Postgres";
            return self.others.push(LeftOut::new(&file.relative, why));
        }
        let Some(before) = self.runs.insert(name.version, offered) else { return };
        let are_alike = before.1.database == name.database;
        let keeps_before =
            if are_alike { tool == Tool::Pop } else { before.1.database == Database::Postgres };
        let (kept, lost) = if keeps_before { (before, offered) } else { (offered, before) };
        self.runs.insert(name.version, kept);
        let kept = kept.0.relative.display().to_string();
        if are_alike {
            let message = format!(
                "{} and {kept} have one version, and {} runs only one of them: which, is not certain",
                lost.0.relative.display(),
                tool.name()
            );
            let help = "give one of them another version";
            let problem = Problem::warning(message).path(&folder.path).help(help);
            self.warnings.push(problem.of_rule(TWICE));
        }
        let why = format!("{kept} has its version, and only one file of a version runs");
        self.others.push(LeftOut { is_gap: are_alike, ..LeftOut::new(&lost.0.relative, why) });
    }

    /// Older versions of the tool recorded only fourteen digits of a version; what is recorded so
    /// counts as applied.
    fn leave_out_what_is_taken_for_applied(&mut self) {
        let shortened =
            |version: &str| version.get(..Tool::Pop.longest_version()).map(str::to_owned);
        let is_taken = |version: &&str| {
            shortened(version).is_some_and(|it| it != *version && self.runs.contains_key(&*it))
        };
        let taken: Vec<_> = self.runs.keys().copied().filter(is_taken).collect();
        for version in taken {
            if let Some((file, _)) = self.runs.remove(version) {
                let why = "popx takes it for applied: its first 14 digits are another version";
                self.others.push(LeftOut::new(&file.relative, why));
            }
        }
    }
}
