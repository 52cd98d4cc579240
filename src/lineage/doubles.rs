//! One object, defined twice.

use std::collections::BTreeMap;
use std::fmt;

use super::answers::Lineage;
use super::happening::{Effect, Happening};
use crate::schema::{Kind, ObjectId};
use crate::sql::{Inside, Verb};

/// An object that two authors make with different shapes: which one wins is a matter of who comes first, and whoever comes
/// second is silently ignored, or fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoubleDefinition {
    /// The object.
    pub object: ObjectId,
    /// The happening by which it is there.
    pub first: usize,
    /// The happening that makes it again, and changes nothing.
    pub second: usize,
    /// What is not the same.
    pub differences: Vec<Unlike>,
}

/// One difference between the object as it is there and its second definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unlike {
    /// A column or label that only the object that is there has.
    OnlyFirst(ObjectId),
    /// A column or label that only the second definition has.
    OnlySecond(ObjectId),
    /// Both have it, differently.
    Other {
        /// The object, or a column of it.
        object: ObjectId,
        /// As it is there.
        first: String,
        /// As the second definition has it.
        second: String,
    },
}

impl fmt::Display for Unlike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OnlyFirst(object) => write!(f, "{object}: only in the first"),
            Self::OnlySecond(object) => write!(f, "{object}: only in the second"),
            Self::Other { object, first, second } => {
                write!(f, "{object}: {first} in the first, {second} in the second")
            }
        }
    }
}

/// Every object that is made by two authors with different shapes. The first shape counts as later statements changed
/// it, so that a second definition which repeats the whole is none.
#[must_use]
pub fn double_definitions(lineage: &Lineage) -> Vec<DoubleDefinition> {
    let mut shapes = Shapes::default();
    let mut doubles = Vec::new();
    let all = lineage.happenings();
    for (number, told) in all.iter().enumerate() {
        if let Some(first) = shapes.first_of(told)
            && all.get(first).is_some_and(|first| first.author != told.author)
        {
            let differences = shapes.differences(number, all);
            if !differences.is_empty() {
                let object = told.object.clone();
                doubles.push(DoubleDefinition { object, first, second: number, differences });
            }
        }
        shapes.take(number, told);
    }
    doubles
}

/// What is there, while happenings are gone through in order.
#[derive(Debug, Default)]
struct Shapes {
    there: BTreeMap<ObjectId, Shape>,
}

#[derive(Debug)]
struct Shape {
    made: usize,
    /// `None` where it is not known, or was changed since.
    definition: Option<String>,
}

impl Shapes {
    /// Who made the object that this happening makes in vain.
    fn first_of(&self, told: &Happening) -> Option<usize> {
        let is_vain = matches!(told.effect, Effect::Kept | Effect::Impossible | Effect::Unclear);
        let is_whole = told.part_of.is_none() && told.inside != Inside::Routine;
        let makes = told.verb == Verb::Create && is_vain && is_whole;
        self.there.get(&told.object).filter(|_| makes).map(|shape| shape.made)
    }

    fn take(&mut self, number: usize, told: &Happening) {
        if told.effect.brings() {
            let shape = Shape { made: number, definition: told.definition.clone() };
            self.there.insert(told.object.clone(), shape);
        } else if told.effect.takes() {
            self.there.remove(&told.object);
        } else if matches!(told.effect, Effect::Altered("type") | Effect::Replaced)
            && let Some(shape) = self.there.get_mut(&told.object)
        {
            shape.definition = None;
        }
    }

    /// The parts of a second definition follow it, and say that they are parts of it.
    fn differences(&self, second: usize, all: &[Happening]) -> Vec<Unlike> {
        let Some(told) = all.get(second) else { return Vec::new() };
        let mut differences = Vec::new();
        differences.extend(self.other(told));
        let parts = all
            .iter()
            .skip(second + 1)
            .take_while(|it| (it.author, it.statement) == (told.author, told.statement));
        let parts: Vec<_> =
            parts.filter(|it| it.part_of == Some(second) && is_shape(it.object.kind)).collect();
        if parts.is_empty() {
            return differences;
        }
        for part in &parts {
            if !self.there.contains_key(&part.object) {
                differences.push(Unlike::OnlySecond(part.object.clone()));
            }
            differences.extend(self.other(part));
        }
        for kind in [Kind::Column, Kind::EnumValue] {
            let prefix = format!("{}.", told.object.name);
            let members = self.there.range(ObjectId::new(kind, prefix.clone())..);
            let members = members
                .map(|(id, _)| id)
                .take_while(|id| id.kind == kind && id.name.starts_with(&prefix));
            let missing = members.filter(|id| !parts.iter().any(|part| part.object == **id));
            differences.extend(missing.cloned().map(Unlike::OnlyFirst));
        }
        differences
    }

    fn other(&self, told: &Happening) -> Option<Unlike> {
        let first = self.there.get(&told.object)?.definition.clone()?;
        let second = told.definition.clone()?;
        let object = told.object.clone();
        (first != second).then_some(Unlike::Other { object, first, second })
    }
}

fn is_shape(kind: Kind) -> bool {
    matches!(kind, Kind::Column | Kind::EnumValue)
}
