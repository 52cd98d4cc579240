use super::comparison::{Comparison, Duplicate, Stale};
use crate::place::{Problem, Problems};

impl Comparison {
    /// What is wrong with single entries, each where it stands.
    #[must_use]
    pub fn problems(&self) -> Problems {
        let stale = self.stale.iter().map(|stale| self.stale_problem(stale));
        let duplicates = self.duplicates.iter().map(duplicate_problem);
        let unknown = self.lists.iter().flat_map(|list| &list.unknown).map(|entry| {
            Problem::warning(format!("{} comes from elsewhere and is not compared", entry.text))
                .at(entry.place.clone())
        });
        Problems(stale.chain(duplicates).chain(unknown).collect())
    }

    fn stale_problem(&self, stale: &Stale) -> Problem {
        let message = format!("{:?} matches no migration of {}", stale.entry.text, self.folder);
        let problem = Problem::error(message).at(stale.entry.place.clone());
        match &stale.nearest {
            Some(nearest) => problem.help(format!("remove it, or name the nearest: {nearest}")),
            None => problem.help("remove it: it leaves out nothing"),
        }
    }
}

fn duplicate_problem(duplicate: &Duplicate) -> Problem {
    let Duplicate { entry, earlier, .. } = duplicate;
    let line = earlier.place.line_column();
    let message = format!("{:?} is on the list already", entry.text);
    let label = format!("{:?} says the same, line {}", earlier.text, line.line);
    Problem::warning(message).at(entry.place.clone()).label(label)
}
