use std::collections::BTreeMap;

use super::format::value;
use super::lists::{Alternative, alternatives, elements};
use crate::sql::syntax::{Excerpt, Is, Node, Step};
use crate::sql::words::identifier;

/// No more ways than these are tried to put a string together.
const MOST: usize = 256;

/// What the variables of a body may hold, as far as they hold constants.
#[derive(Debug, Default)]
pub(in crate::sql) struct Constants {
    /// The bodies that the walk is in, each by a number of its own.
    open: Vec<usize>,
    opened: usize,
    /// By variable: in which body it got which alternatives.
    known: BTreeMap<String, Vec<(usize, Vec<Alternative>)>>,
    /// Arrays of constants.
    arrays: BTreeMap<String, Vec<Excerpt>>,
}

impl Constants {
    /// Begins a sequence of statements.
    pub(super) fn enter(&mut self) {
        self.opened += 1;
        self.open.push(self.opened);
    }

    /// Ends it.
    pub(super) fn leave(&mut self) {
        self.open.pop();
    }

    /// `name text := 'constant'`.
    pub(super) fn declare(&mut self, node: Node<'_>) {
        let name = node.child(Is::PLPGSQL_VAR_NAME).map(identifier);
        let init = node.child(Is::PLPGSQL_VAR_INIT).and_then(|init| init.child(Is::PLPGSQL_EXPR));
        if let (Some(name), Some(init)) = (name, init) {
            self.set(name, init);
        }
    }

    /// `name := 'constant'`.
    pub(super) fn assign(&mut self, node: Node<'_>) {
        let Some(target) = node.child(Is::PLPGSQL_ASSIGN_TARGET) else { return };
        let is_whole = target.children().count() == 1;
        if let Some(value) = node.child(Is::PLPGSQL_EXPR).filter(|_| is_whole) {
            self.set(identifier(target), value);
        }
    }

    fn set(&mut self, name: String, value: Node<'_>) {
        if let Some(list) = elements(value, self) {
            self.arrays.insert(name, list);
            return;
        }
        let texts = self.texts(value).into_iter();
        let alternatives = texts.map(|text| [(name.clone(), text)].into()).collect();
        self.remember(name, alternatives);
    }

    /// `FOREACH name IN ARRAY …` and `FOR name IN SELECT …`, over constants.
    pub(super) fn iterate(&mut self, node: Node<'_>) {
        let names = node.children().filter(|part| part.kind() == Is::PLPGSQL_FOR_VARIABLE);
        let names: Vec<_> = names.map(identifier).collect();
        let over = node.children().filter(|child| !child.is_token()).find(|child| {
            !matches!(
                child.kind(),
                Is::PLPGSQL_LABEL | Is::PLPGSQL_FOR_VARIABLE | Is::PLPGSQL_FOR_EACH_SLICE
            )
        });
        let alternatives = over.map(|over| alternatives(over, &names, self)).unwrap_or_default();
        for name in names {
            self.remember(name, alternatives.clone());
        }
    }

    /// A variable gets what cannot be known.
    pub(super) fn forget(&mut self, name: String) {
        self.remember(name, Vec::new());
    }

    fn remember(&mut self, name: String, alternatives: Vec<Alternative>) {
        let body = self.open.last().copied().unwrap_or_default();
        let known = self.known.entry(name).or_default();
        known.retain(|(of, _)| *of != body);
        known.push((body, alternatives));
    }

    /// The elements of an array variable.
    pub(super) fn array(&self, name: &str) -> Option<Vec<Excerpt>> {
        self.arrays.get(name).cloned()
    }

    /// Every text that an expression may give; what is not known in it is a name that nothing has.
    pub(super) fn texts(&self, expression: Node<'_>) -> Vec<Excerpt> {
        let mut ways: Vec<Alternative> = vec![Alternative::new()];
        for name in names_in(expression) {
            if ways.iter().any(|way| way.contains_key(&name)) {
                continue;
            }
            let choices = self.choices(&name);
            if choices.is_empty() || ways.len() * choices.len() > MOST {
                continue;
            }
            let joined = ways.iter().flat_map(|way| {
                choices.iter().map(|choice| {
                    way.iter()
                        .chain(choice)
                        .map(|(name, text)| (name.clone(), text.clone()))
                        .collect()
                })
            });
            ways = joined.collect();
        }
        let mut texts: Vec<Excerpt> = Vec::new();
        for way in &ways {
            let text = value(expression, way);
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        texts
    }

    /// What a variable may hold: what it got in the same sequence of statements, or else anywhere.
    fn choices(&self, name: &str) -> Vec<Alternative> {
        let variable = name.split('.').next().unwrap_or(name);
        let Some(known) = self.known.get(variable) else {
            return Vec::new();
        };
        let here = self.open.last();
        let own = known.iter().find(|(body, _)| Some(body) == here);
        match own {
            Some((_, alternatives)) => alternatives.clone(),
            None => known.iter().flat_map(|(_, alternatives)| alternatives.clone()).collect(),
        }
    }
}

/// The variables of an expression, fields with the name of their row.
fn names_in(expression: Node<'_>) -> Vec<String> {
    let mut names = Vec::new();
    expression.walk(|node| {
        if !matches!(node.kind(), Is::NAME_REF | Is::FIELD_EXPR) {
            return Step::Into;
        }
        names.push(node.text().to_ascii_lowercase());
        Step::Over
    });
    names
}
