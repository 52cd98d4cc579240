use super::Repeat;
use super::explanation::Scene;
use crate::lineage::Happening;
use crate::migration::StatementKind;
use crate::place::Place;

/// One statement, and what it does.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its position in [`Script::statements`](crate::migration::Script::statements).
    pub statement: usize,
    /// Where it begins.
    pub place: Place,
    /// Its first words, for one that does nothing to objects.
    pub words: String,
    /// What it does to objects, in order.
    pub deeds: Vec<Deed>,
    /// Whether it can run again.
    pub repeat: Repeat,
}

/// Something done to an object, and what goes with that.
#[derive(Debug, Clone)]
pub struct Deed {
    /// What is done.
    pub happening: Happening,
    /// Its parts and consequences: the columns of a new table, what `CASCADE` drops.
    pub parts: Vec<Happening>,
}

/// What a migration does, by the lineage; psql's own commands are no statements of it.
pub(super) fn steps(scene: &Scene<'_>) -> Vec<Step> {
    let script = &scene.migration.up;
    let statements = script.statements().iter().enumerate();
    let statements = statements.filter(|(_, statement)| statement.kind != StatementKind::Meta);
    let step = |(number, statement): (usize, &crate::migration::Statement)| {
        let text = script.text_of(statement);
        let skipped = code_start(&text);
        let start = statement.span.start + skipped;
        Step {
            statement: number,
            place: script.place(start..start),
            words: first_words(text.get(skipped..).unwrap_or_default()),
            deeds: deeds(scene, number),
            repeat: Repeat::Harmless,
        }
    };
    statements.map(step).filter(|step| !step.words.is_empty()).collect()
}

fn deeds(scene: &Scene<'_>, statement: usize) -> Vec<Deed> {
    let happenings = scene.lineage.happenings().iter().enumerate();
    let own =
        happenings.filter(|(_, told)| told.author == scene.author && told.statement == statement);
    let mut deeds: Vec<(usize, Deed)> = Vec::new();
    for (number, told) in own {
        let root = root_of(scene, number);
        match deeds.iter_mut().find(|(known, _)| *known == root) {
            Some((_, deed)) if root != number => deed.parts.push(told.clone()),
            _ => deeds.push((number, Deed { happening: told.clone(), parts: Vec::new() })),
        }
    }
    deeds.into_iter().map(|(_, deed)| deed).collect()
}

/// The happening that one is a part of, or a part of a part.
fn root_of(scene: &Scene<'_>, number: usize) -> usize {
    let mut root = number;
    while let Some(whole) = scene.lineage.happenings().get(root).and_then(|told| told.part_of)
        && whole < root
    {
        root = whole;
    }
    root
}

/// Where blanks and comments end.
pub(super) fn code_start(text: &str) -> usize {
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let after = if rest.starts_with("--") {
            rest.find('\n').map_or(rest.len(), |end| end + 1)
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else {
            return text.len() - rest.len();
        };
        rest = rest.get(after..).unwrap_or_default();
    }
}

fn first_words(text: &str) -> String {
    const MOST: usize = 60;
    let line = text.lines().next().unwrap_or_default().trim_end_matches([';', ' ']);
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}
