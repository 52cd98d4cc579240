use std::collections::BTreeMap;

use super::expression::{Expression, Seen, instant, parse};
use super::facts::{TypeFact, TypeName};

/// What kind of values a type has.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Class {
    /// `boolean`.
    Truth,
    /// Whole numbers between these.
    Whole(i64, i64),
    /// `numeric`, with its digits in all and after the point, if it is narrowed.
    Decimal(Option<(u32, u32)>),
    /// Floating point, with the largest number as text.
    Float(&'static str),
    /// Text of at most so many characters.
    Text(Option<usize>),
    /// Text of exactly so many characters.
    Padded(usize),
    /// `date`.
    Date,
    /// `timestamp`, with or without time zone.
    Moment,
    /// `interval`.
    Span,
    /// `uuid`.
    Uuid,
    /// `json` and `jsonb`.
    Json,
    /// An enum.
    Labels(Vec<String>),
    /// Bits: how many, and whether always as many.
    Bits(usize, bool),
    /// An array.
    List(Box<Class>),
    /// A range.
    Range(Box<Class>),
    /// A composite type.
    Fields(Vec<Class>),
    /// A vector of so many numbers.
    Vector(usize),
    /// `bytea`.
    Bytes,
    /// One of a family that is told by its name: `inet`, `point`.
    Named(&'static str),
    /// Nobody knows.
    Unknown,
}

/// A type, with what a domain adds to it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Kind {
    /// What kind of values.
    pub(super) class: Class,
    /// Whether null is refused.
    pub(super) not_null: bool,
    /// What `VALUE` must satisfy.
    pub(super) checks: Vec<Expression>,
}

/// The kind of a type with its modifier.
pub(super) fn kind(name: &TypeName, modifier: i32, types: &BTreeMap<u32, TypeFact>) -> Kind {
    let mut kind = Kind { class: Class::Unknown, not_null: false, checks: Vec::new() };
    let (mut name, mut modifier) = (name, modifier);
    // A domain may be over a domain; more than a few are none that anybody writes.
    for _ in 0..8 {
        let Some(fact) = types.get(&name.oid).filter(|fact| fact.kind == 'd') else { break };
        kind.not_null |= fact.not_null;
        kind.checks.extend(fact.checks.iter().map(|check| parse(check)));
        let Some(base) = &fact.inner else { break };
        (name, modifier) = (base, fact.modifier);
    }
    kind.class = class(name, modifier, types, 4);
    kind
}

fn class(name: &TypeName, modifier: i32, types: &BTreeMap<u32, TypeFact>, depth: usize) -> Class {
    if depth == 0 {
        return Class::Unknown;
    }
    let inner = |name: &TypeName, modifier| Box::new(class(name, modifier, types, depth - 1));
    if name.builtin {
        if let Some(element) = name.name.strip_prefix('_') {
            let element = TypeName { oid: 0, name: element.to_owned(), builtin: true };
            return Class::List(inner(&element, modifier));
        }
        return builtin(&name.name, modifier);
    }
    let Some(fact) = types.get(&name.oid) else { return Class::Unknown };
    match (fact.kind, &fact.inner) {
        ('e', _) => Class::Labels(fact.labels.clone()),
        ('d', Some(base)) => *inner(base, fact.modifier),
        ('r', Some(of)) => Class::Range(inner(of, -1)),
        ('m', _) => Class::Named("multirange"),
        ('c', _) => {
            let fields = fact.fields.iter();
            Class::Fields(fields.map(|(field, modifier)| *inner(field, *modifier)).collect())
        }
        (_, Some(element)) if fact.name.starts_with('_') => Class::List(inner(element, modifier)),
        _ => extension(&fact.name, modifier),
    }
}

fn builtin(name: &str, modifier: i32) -> Class {
    let length = usize::try_from(modifier - 4).ok();
    match name {
        "bool" => Class::Truth,
        "int2" => Class::Whole(i64::from(i16::MIN), i64::from(i16::MAX)),
        "int4" => Class::Whole(i64::from(i32::MIN), i64::from(i32::MAX)),
        "int8" => Class::Whole(i64::MIN, i64::MAX),
        "oid" => Class::Whole(0, i64::from(u32::MAX)),
        "numeric" => Class::Decimal(digits(modifier)),
        "float4" => Class::Float("3.4e38"),
        "float8" => Class::Float("1.7e308"),
        "text" => Class::Text(None),
        "varchar" => Class::Text(length),
        "name" => Class::Text(Some(15)),
        "bpchar" => Class::Padded(length.unwrap_or(1)),
        "char" => Class::Padded(1),
        "bytea" => Class::Bytes,
        "date" => Class::Date,
        "timestamp" | "timestamptz" => Class::Moment,
        "interval" => Class::Span,
        "uuid" => Class::Uuid,
        "json" | "jsonb" => Class::Json,
        "bit" => Class::Bits(usize::try_from(modifier).unwrap_or(1), true),
        "varbit" => Class::Bits(usize::try_from(modifier).unwrap_or(8), false),
        "int4range" | "int8range" | "numrange" => {
            Class::Range(Box::new(Class::Whole(0, i64::from(i32::MAX))))
        }
        "daterange" => Class::Range(Box::new(Class::Date)),
        "tsrange" | "tstzrange" => Class::Range(Box::new(Class::Moment)),
        name if name.ends_with("multirange") => Class::Named("multirange"),
        name => super::samples::known(name).map_or(Class::Unknown, Class::Named),
    }
}

fn extension(name: &str, modifier: i32) -> Class {
    match name {
        "citext" => Class::Text(None),
        "vector" | "halfvec" => Class::Vector(usize::try_from(modifier).unwrap_or(3)),
        name => super::samples::known(name).map_or(Class::Unknown, Class::Named),
    }
}

/// Precision and scale (`numeric.c`, `make_numeric_typmod`).
fn digits(modifier: i32) -> Option<(u32, u32)> {
    let packed = u32::try_from(modifier - 4).ok()?;
    Some((packed >> 16, packed & 0x7ff))
}

impl Kind {
    /// A value as checks see it.
    pub(super) fn seen(&self, value: Option<&str>) -> Option<Seen> {
        let Some(text) = value else { return Some(Seen::Null) };
        match &self.class {
            Class::Truth => Some(Seen::Truth(text == "true")),
            Class::Whole(..) | Class::Decimal(_) | Class::Float(_) => {
                text.parse().ok().map(Seen::Number)
            }
            Class::Date | Class::Moment => instant(text).map(Seen::Days),
            Class::Text(_) | Class::Labels(_) | Class::Json | Class::Uuid | Class::List(_) => {
                Some(Seen::Text(text.to_owned()))
            }
            // Only its length is asked for.
            Class::Bytes => Some(Seen::Text("x".repeat(text.len().saturating_sub(2) / 2))),
            // What is padded loses its blanks when it becomes text.
            Class::Padded(_) => Some(Seen::Text(text.trim_end().to_owned())),
            _ => None,
        }
    }
}
