//! Rows of one table: values are chosen, held against checks and keys, and chosen again where they do not hold.

mod point;

use std::collections::BTreeMap;

use super::choices::{Choices, Style, choices as of_column};
use super::class::{Class, Kind, kind};
use super::expression::{Expression, Row, Seen, columns_of, parse, truth};
use super::facts::{Column, Facts, Table};
use super::repair::{Wish, repair};
use super::rules::{Pointing, Rule, bounds, must_differ, pointing, rule};

/// How often the values of one row are chosen again.
const ATTEMPTS: usize = 120;

/// After so many rows that could not be made no more are tried.
const PATIENCE: usize = 5;

/// A value of a row; `None` is null.
pub type Cell = Option<String>;

/// What rows of other tables hold in the columns that foreign keys point to: by table, rows by column.
pub type Parents = BTreeMap<u32, Vec<BTreeMap<i16, String>>>;

/// What is wanted of one table.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// How many rows.
    pub rows: usize,
    /// How many were made before: values that must differ go on from there.
    pub offset: usize,
    /// How much is dared.
    pub style: Style,
}

/// Rows of one table: the columns that they fill, and their values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Made {
    /// The numbers of the columns.
    pub columns: Vec<i16>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// Why there are none, or fewer than wanted.
    pub short: Option<String>,
}

/// Makes rows for a table.
#[must_use]
pub fn make(facts: &Facts, table: &Table, parents: &Parents, wanted: Wanted) -> Made {
    let mut maker = Maker::new(facts, table, parents, wanted);
    let mut made = Made {
        columns: maker.columns.iter().map(|column| column.number).collect(),
        ..Made::default()
    };
    if let Some(why) = maker.hopeless(facts) {
        made.short = Some(why);
        return made;
    }
    let mut failed = 0;
    for turn in 0..wanted.rows {
        if let Some(row) = maker.row(turn) {
            made.rows.push(row);
            continue;
        }
        made.short = Some(maker.trouble());
        failed += 1;
        if failed == PATIENCE {
            break;
        }
    }
    made
}

struct Maker<'f> {
    table: &'f Table,
    columns: Vec<&'f Column>,
    kinds: Vec<Kind>,
    choices: Vec<Choices>,
    /// Columns whose values must all be different.
    unique: Vec<bool>,
    checks: Vec<(Expression, Vec<usize>)>,
    keys: Vec<Rule>,
    references: Vec<Pointing>,
    /// How many rows are wanted.
    wanted: usize,
    /// What kept the last row from being made.
    kept_from: Option<String>,
}

/// What does not hold of a row: checks, and the columns that those and keys are over.
#[derive(Default)]
struct Wrong {
    checks: Vec<usize>,
    columns: Vec<usize>,
}

/// Columns that were changed.
type Touched = BTreeMap<usize, Option<Must>>;

/// What the value of a column must be, for a check to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Must {
    BeNull,
    NotBeNull,
}

/// A row as checks see it.
struct Seeing<'m> {
    maker: &'m Maker<'m>,
    cells: &'m [Cell],
}

impl Row for Seeing<'_> {
    fn value(&self, column: &str) -> Option<Seen> {
        let place = self.maker.place(column)?;
        self.maker.kinds[place].seen(self.cells[place].as_deref())
    }
}

impl<'f> Maker<'f> {
    fn new(facts: &'f Facts, table: &'f Table, parents: &Parents, wanted: Wanted) -> Self {
        let columns: Vec<_> = table.columns.iter().filter(|it| !it.automatic).collect();
        let kinds: Vec<_> =
            columns.iter().map(|it| kind(&it.type_, it.modifier, &facts.types)).collect();
        let place = |number: i16| columns.iter().position(|column| column.number == number);
        let by_name = |name: &String| columns.iter().position(|column| column.name == *name);
        let mut parsed: Vec<Expression> = table
            .checks
            .iter()
            .filter(|it| !it.expression.is_empty())
            .map(|it| parse(&it.expression))
            .collect();
        parsed.extend(bounds(table));
        let keys: Vec<_> =
            table.keys.iter().filter_map(|key| rule(key, &place, &by_name)).collect();
        let unique = (0..columns.len()).map(|column| must_differ(table, &keys, &place, column));
        let unique: Vec<_> = unique.collect();
        let range = (wanted.offset, wanted.rows);
        let choices = columns.iter().zip(&kinds);
        let choices = choices.map(|(column, kind)| {
            of_column(&table.name, column, kind, &parsed, wanted.style, range)
        });
        let choices = choices.collect();
        let checks = parsed.into_iter().map(|check| {
            let columns = columns_of(&check).iter().filter_map(by_name).collect();
            (check, columns)
        });
        let checks = checks.collect();
        let references = table.references.iter();
        let references = references.filter_map(|key| pointing(table, key, parents, &place));
        let mut references: Vec<_> = references.collect();
        references.sort_by_key(|it| std::cmp::Reverse(it.columns.len()));
        let (wanted, kept_from) = (wanted.rows, None);
        Self { table, columns, kinds, choices, unique, checks, keys, references, wanted, kept_from }
    }

    /// Why there can be no row at all.
    fn hopeless(&self, facts: &Facts) -> Option<String> {
        if self.table.partitioned && self.table.partitions.is_empty() {
            return Some("it has no partition".to_owned());
        }
        let stuck = self.references.iter().find(|it| {
            it.rows.is_empty()
                && it.own.is_none()
                && it.columns.iter().all(|column| !self.choices[*column].nullable)
        })?;
        let to = facts.tables.iter().find(|table| table.oid == stuck.to);
        let to = to.map_or_else(|| "another table".to_owned(), Table::shown);
        Some(format!("it must refer to rows of {to}, which has none"))
    }

    fn trouble(&self) -> String {
        self.kept_from.clone().unwrap_or_else(|| "no more different rows are possible".to_owned())
    }

    fn row(&mut self, turn: usize) -> Option<Vec<Cell>> {
        let mut cells: Vec<Cell> = (0..self.columns.len()).map(|at| self.first(at, turn)).collect();
        let all = (0..self.columns.len()).map(|column| (column, None)).collect();
        self.point(&mut cells, &all, turn, 0);
        for attempt in 1..ATTEMPTS {
            let wrong = self.wrong(&cells);
            if wrong.columns.is_empty() {
                self.remember(&cells);
                return Some(cells);
            }
            let touched = self.mend(&mut cells, &wrong, (turn, attempt));
            self.point(&mut cells, &touched, turn, attempt);
        }
        None
    }

    /// Changes something about a row that is wrong; which columns, and whether they must be null or not.
    fn mend(&self, cells: &mut [Cell], wrong: &Wrong, (turn, attempt): (usize, usize)) -> Touched {
        let mut draws = 0;
        let mut draw = || {
            draws += 1;
            mix(&[turn, attempt, draws])
        };
        let by_check = !wrong.checks.is_empty() && !draw().is_multiple_of(4);
        let mut wishes = BTreeMap::new();
        if by_check {
            let check = wrong.checks[draw() % wrong.checks.len()];
            repair(&self.checks[check].0, true, &mut draw, &mut wishes);
        } else {
            let first = draw() % wrong.columns.len();
            for (at, column) in wrong.columns.iter().enumerate() {
                if at == first || draw().is_multiple_of(2) {
                    wishes.insert(self.columns[*column].name.clone(), Wish::Other);
                }
            }
        }
        let mut touched = Touched::new();
        for (name, wish) in wishes {
            if let Some(at) = self.place(&name) {
                touched.insert(at, self.fulfil(wish, cells, at, (turn, attempt)));
            }
        }
        touched
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// Gives a column the value that is wished; whether it must be null or not.
    fn fulfil(
        &self,
        wish: Wish,
        cells: &mut [Cell],
        at: usize,
        (turn, attempt): (usize, usize),
    ) -> Option<Must> {
        let choices = &self.choices[at];
        let other = || self.other(at, turn, attempt);
        let (value, must) = match wish {
            Wish::Null if choices.nullable => (None, Some(Must::BeNull)),
            Wish::Value(value) => (Some(value), Some(Must::NotBeNull)),
            Wish::NotNull => {
                let value = cells[at].take().or_else(other);
                (value.or_else(|| choices.often.first().cloned()), Some(Must::NotBeNull))
            }
            Wish::Like(column) => {
                let value = self.place(&column).and_then(|column| cells[column].clone());
                // A moment's text begins with its day.
                let length = if self.kinds[at].class == Class::Date { 10 } else { usize::MAX };
                (value.map(|text| text.chars().take(length).collect()), None)
            }
            Wish::Null | Wish::Other => (other(), None),
        };
        cells[at] = value;
        must
    }

    /// The value that a column would have if nothing spoke against it: each comes in two rows, every fifth is null.
    fn first(&self, column: usize, turn: usize) -> Cell {
        let choices = &self.choices[column];
        let is_null = if self.is_twin(turn) {
            matches!(self.kinds[column].class, Class::Date | Class::Moment)
        } else {
            (turn + column).is_multiple_of(5)
        };
        if choices.nullable && is_null {
            return None;
        }
        if self.unique[column] {
            return choices.once.get(turn).or(choices.once.first()).cloned();
        }
        let turn = if self.is_twin(turn) { self.wanted } else { turn };
        let round = turn.div_ceil(2) + column;
        choices.often.get(round % choices.often.len().max(1)).cloned()
    }

    /// The last two of many rows are alike, and nothing has happened to them yet: no time is set. That is what an index over rows
    /// that were not deleted meets.
    fn is_twin(&self, turn: usize) -> bool {
        const MANY: usize = 10;
        self.wanted >= MANY && turn + 2 >= self.wanted
    }

    /// Another value.
    fn other(&self, column: usize, turn: usize, attempt: usize) -> Cell {
        let choices = &self.choices[column];
        let draw = mix(&[column, turn, attempt]);
        let values = if self.unique[column] || attempt > 10 && draw.is_multiple_of(2) {
            &choices.once
        } else {
            &choices.often
        };
        let count = values.len() + usize::from(choices.nullable);
        values.get(draw / 2 % count.max(1)).cloned()
    }

    /// What does not hold.
    fn wrong(&mut self, cells: &[Cell]) -> Wrong {
        let mut wrong = Wrong::default();
        let mut why = None;
        let seeing = Seeing { maker: self, cells };
        for (at, (check, columns)) in self.checks.iter().enumerate() {
            if truth(check, &seeing) == Some(false) {
                wrong.columns.extend(columns);
                wrong.checks.push(at);
                why = Some("no values were found that satisfy all its checks".to_owned());
            }
        }
        for rule in &self.keys {
            if rule.tuple(cells, &seeing).is_some_and(|tuple| rule.seen.contains(&tuple)) {
                wrong.columns.extend(&rule.columns);
                why = Some(format!("{} leaves no more different rows", rule.name));
            }
        }
        wrong.columns.extend(
            (0..cells.len()).filter(|at| cells[*at].is_none() && !self.choices[*at].nullable),
        );
        self.kept_from = why.or_else(|| self.kept_from.take());
        wrong.columns.sort_unstable();
        wrong.columns.dedup();
        wrong
    }

    fn remember(&mut self, cells: &[Cell]) {
        let tuples: Vec<_> = {
            let seeing = Seeing { maker: self, cells };
            self.keys.iter().map(|rule| rule.tuple(cells, &seeing)).collect()
        };
        for (rule, tuple) in self.keys.iter_mut().zip(tuples) {
            rule.seen.extend(tuple);
        }
    }
}

/// A number that is the same for the same ones and looks like chance (the finisher of splitmix64).
fn mix(numbers: &[usize]) -> usize {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for number in numbers {
        state ^= *number as u64;
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        state ^= state >> 31;
    }
    usize::try_from(state >> 8).unwrap_or_default()
}
