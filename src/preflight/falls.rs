use std::collections::BTreeSet;

use super::Want;
use super::read::What;
use super::want::authors;
use crate::lineage::{Graph, Lineage, Opening, Readings};
use crate::migration::MigrationId;
use crate::outcome::LackKind;
use crate::plan::{CasePlan, PrepStep};
use crate::schema::Kind;

/// Which files fall with which; laid out when first asked for.
pub(super) struct Falls<'c> {
    case: &'c CasePlan,
    laid: Option<(Lineage, Graph)>,
}

impl<'c> Falls<'c> {
    pub(super) fn of(case: &'c CasePlan) -> Self {
        Self { case, laid: None }
    }

    /// The migrations that fall when the server has not what a file wants, without that file.
    pub(super) fn with(&mut self, want: &Want, kind: LackKind) -> Vec<MigrationId> {
        let case = self.case;
        let (lineage, graph) = self.laid.get_or_insert_with(|| dependencies(case));
        let mut direct: BTreeSet<usize> = BTreeSet::new();
        // A file that goes on without it takes nobody along but those who need the thing itself.
        if !want.said.is_guarded {
            direct.insert(want.position);
        }
        if matches!(kind, LackKind::Extension | LackKind::Role) {
            let others = needing(graph, &want.said.what).into_iter();
            direct.extend(others.filter(|position| *position != want.position));
        }
        let fallen: Vec<_> = direct.iter().copied().collect();
        direct.extend(graph.falls_with(&fallen));
        direct.remove(&want.position);
        let authors = lineage.authors();
        let fallen = direct.into_iter().filter_map(|position| authors.get(position));
        fallen.filter_map(|author| Some(author.migration()?.id.clone())).collect()
    }
}

/// The files that need an extension or a role themselves.
fn needing(graph: &Graph, what: &What) -> Vec<usize> {
    let (kind, name) = match what {
        What::Extension { name, .. } => (Kind::Extension, name),
        What::Role(name) => (Kind::Role, name),
        _ => return Vec::new(),
    };
    let is_it = |object: &crate::schema::ObjectId| {
        object.kind == kind && object.name == crate::schema::quoted(name)
    };
    let nodes = graph.nodes().iter().enumerate();
    nodes
        .filter(|(_, node)| node.outside.iter().any(|link| is_it(&link.object)))
        .map(|(position, _)| position)
        .collect()
}

/// What the files of a case do to objects, in their order, and which file needs which.
#[must_use]
pub fn dependencies(case: &CasePlan) -> (Lineage, Graph) {
    let authors: Vec<_> = authors(case).into_iter().map(|(author, _)| author).collect();
    let roles = case.setup.iter().filter_map(|step| match step {
        PrepStep::Role(name) | PrepStep::User(name) => Some(name.clone()),
        _ => None,
    });
    let opening = Opening {
        search_path: case.scenario.setup.search_path.clone(),
        sessions: case.sessions,
        roles: roles.collect(),
        there: None,
    };
    let lineage = Lineage::of(&authors, &opening, &Readings::new());
    let graph = Graph::of(&lineage);
    (lineage, graph)
}
