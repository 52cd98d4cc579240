use crate::lineage::{Graph, Link, Requirement, Twofold};

/// What a migration needs, and who needs it.
#[derive(Debug, Clone, Default)]
pub struct Neighbours {
    /// What no file makes: extensions, roles, and what is missing.
    pub outside: Vec<Link>,
    /// Earlier ones without whom it fails.
    pub needs: Vec<Neighbour>,
    /// Earlier ones whose objects it speaks of where it would not fail without them.
    pub mentions: Vec<Neighbour>,
    /// Later ones that fail without it.
    pub needed_by: Vec<Neighbour>,
    /// Later ones that speak of its objects where they would not fail without it.
    pub mentioned_by: Vec<Neighbour>,
}

/// Another file that a migration has to do with.
#[derive(Debug, Clone)]
pub struct Neighbour {
    /// What to call it: the name of the file.
    pub name: String,
    /// Why it is left out, if it is.
    pub left_out: Option<String>,
    /// The objects that it is about.
    pub through: Vec<Link>,
}

impl Neighbours {
    pub(super) fn of(told: &Twofold, graph: &Graph, author: usize) -> Self {
        let Some(node) = graph.nodes().get(author) else { return Self::default() };
        let all = |requirements: &[Requirement]| {
            requirements.iter().map(|it| neighbour(told, it.author, it)).collect()
        };
        let later = |of: fn(&crate::lineage::Node) -> &Vec<Requirement>| {
            let nodes = graph.nodes().iter().enumerate();
            let found = nodes.filter_map(|(number, node)| {
                let requirement = of(node).iter().find(|it| it.author == author)?;
                Some(neighbour(told, number, requirement))
            });
            found.collect()
        };
        Self {
            outside: node.outside.clone(),
            needs: all(&node.requires),
            mentions: all(&node.mentions),
            needed_by: later(|node| &node.requires),
            mentioned_by: later(|node| &node.mentions),
        }
    }
}

fn neighbour(told: &Twofold, author: usize, requirement: &Requirement) -> Neighbour {
    let name = told.all.authors().get(author).map(|it| match it.migration() {
        Some(migration) => migration.file_name().to_owned(),
        None => it.name(),
    });
    Neighbour {
        name: name.unwrap_or_default(),
        left_out: told.left_out(author).map(ToOwned::to_owned),
        through: requirement.through.clone(),
    }
}
