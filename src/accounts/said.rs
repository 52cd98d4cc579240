//! What a migration says itself that it takes away.

use std::collections::BTreeSet;

use super::{Loss, TableLosses, What};
use crate::migration::{Script, StatementKind};
use crate::schema::Kind;
use crate::sql::{self, Act, Deed, Inside, Named, Reading, RowWrite, Verb};

/// Whether a loss is said: by `DROP`, `DELETE`, `UPDATE`, `TRUNCATE` of that table or column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// The statement at this position says it.
    Yes(usize),
    /// Something runs whose statements cannot be read here.
    Perhaps,
    /// Nobody says it: a rebuild, a cascade, a lossy cast, a trigger.
    No,
}

/// What the statements of a migration say.
pub struct Sayings {
    statements: Vec<Reading>,
    /// The first words of each.
    words: Vec<String>,
}

impl Sayings {
    /// Reads a script.
    #[must_use]
    pub fn of(script: &Script) -> Self {
        let texts = script.statements().iter().map(|statement| match statement.kind {
            StatementKind::Meta => String::new(),
            _ => script.text_of(statement).into_owned(),
        });
        let (mut statements, mut words) = (Vec::new(), Vec::new());
        for text in texts {
            statements.push(sql::read(&text));
            words.push(text.to_ascii_lowercase());
        }
        Self { statements, words }
    }

    /// Whether a loss is said.
    #[must_use]
    pub fn said(&self, of: &TableLosses, loss: &Loss) -> Said {
        let names = Names::of(self, of);
        let what = &loss.what;
        let is_whole = of.rebuilt && loss.count == loss.of;
        if let Some(at) = self.position(|act| match what {
            What::Table => names.drops(act),
            What::Rows => {
                names.removes_rows(act) || names.is_moved(act) || (is_whole && names.drops(act))
            }
            What::Column(column) => !of.rebuilt && names.drops_column(act, column),
            What::Values { column, now, .. } => !of.rebuilt && names.sets(act, [column, now]),
        }) {
            return Said::Yes(at);
        }
        if matches!(what, What::Rows)
            && let Some(at) = self.detaches(&names)
        {
            return Said::Yes(at);
        }
        if of.rebuilt {
            return Said::No;
        }
        let runs_unread = self.words.iter().any(|text| {
            let first = text.split(|c: char| !c.is_ascii_alphabetic()).find(|it| !it.is_empty());
            match first {
                Some("select" | "call" | "perform" | "execute") => true,
                Some("do") => ["execute", "perform", "call"].iter().any(|word| text.contains(word)),
                _ => false,
            }
        });
        if runs_unread { Said::Perhaps } else { Said::No }
    }

    /// The statement that did what nobody said, as far as can be seen: that drops or alters the table, or writes to it.
    #[must_use]
    pub fn suspect(&self, of: &TableLosses) -> Option<usize> {
        let names = Names::of(self, of);
        let strongest = self.position(|act| names.drops(act));
        let altered = || {
            self.statements.iter().position(|reading| {
                reading.works.iter().any(|work| {
                    matches!(work.deed, Deed::AlterType { .. })
                        && work.on.as_ref().is_some_and(|on| names.is_table(on))
                })
            })
        };
        let spoken = || self.position(|act| names.is_table(&act.object));
        let cascades = || {
            self.position(|act| {
                let takes = matches!(act.verb, Verb::Drop { cascade: true });
                takes || matches!(act.verb, Verb::Write(RowWrite::Delete | RowWrite::Truncate))
            })
        };
        strongest.or_else(altered).or_else(spoken).or_else(cascades)
    }

    /// What the statements do when they run, with their positions.
    pub(super) fn acts(&self) -> impl Iterator<Item = (usize, &Act)> {
        let all = self.statements.iter().enumerate();
        all.flat_map(|(at, reading)| reading.acts.iter().map(move |act| (at, act)))
            .filter(|(_, act)| happens(act))
    }

    fn position(&self, is_it: impl Fn(&Act) -> bool) -> Option<usize> {
        self.statements.iter().position(|reading| reading.acts.iter().any(&is_it))
    }

    fn detaches(&self, names: &Names) -> Option<usize> {
        self.statements.iter().position(|reading| {
            reading.works.iter().any(|work| {
                matches!(work.deed, Deed::DetachPartition { .. })
                    && work.on.as_ref().is_some_and(|on| names.is_table(on))
            })
        })
    }
}

/// The names that a table has in the course of a migration.
struct Names {
    names: BTreeSet<(String, String)>,
    partitions: BTreeSet<String>,
}

impl Names {
    fn of(sayings: &Sayings, of: &TableLosses) -> Self {
        let then = (of.table.schema.clone(), of.table.name.clone());
        let mut names = BTreeSet::from([then]);
        if let Some((schema, name)) = of.now.as_deref().and_then(|now| now.split_once('.')) {
            names.insert((schema.to_owned(), name.to_owned()));
        }
        let partitions = of.table.partitions.iter().cloned().collect();
        let mut all = Self { names, partitions };
        for act in sayings.statements.iter().flat_map(|reading| &reading.acts) {
            if let Verb::Rename(name) = &act.verb
                && act.object.kind != Kind::Column
                && all.is_table(&act.object)
            {
                all.names.insert((of.table.schema.clone(), name.clone()));
            }
        }
        all
    }

    fn is_table(&self, named: &Named) -> bool {
        self.names.iter().any(|(schema, name)| {
            named.name == *name && named.schema.as_ref().is_none_or(|said| said == schema)
        }) || self.partitions.contains(&named.name)
    }

    fn drops(&self, act: &Act) -> bool {
        let is_schema = act.object.kind == Kind::Schema
            && self.names.iter().any(|(schema, _)| *schema == act.object.name);
        let is_table = act.object.kind == Kind::Table && self.is_table(&act.object);
        matches!(act.verb, Verb::Drop { .. }) && (is_schema || is_table) && happens(act)
    }

    fn removes_rows(&self, act: &Act) -> bool {
        // The key of a row may be set to another.
        let writes = [RowWrite::Delete, RowWrite::Truncate, RowWrite::Update];
        let removes = matches!(&act.verb, Verb::Write(how) if writes.contains(how));
        let is_partition = matches!(act.verb, Verb::Drop { .. })
            && act.object.kind == Kind::Table
            && self.partitions.contains(&act.object.name);
        ((removes && self.is_table(&act.object)) || is_partition) && happens(act)
    }

    fn is_moved(&self, act: &Act) -> bool {
        matches!(act.verb, Verb::SetSchema(_)) && self.is_table(&act.object)
    }

    fn drops_column(&self, act: &Act, column: &str) -> bool {
        matches!(act.verb, Verb::Drop { .. })
            && act.object.kind == Kind::Column
            && self.is_table(&act.object)
            && act.object.member.as_deref() == Some(column)
            && happens(act)
    }

    fn sets(&self, act: &Act, columns: [&String; 2]) -> bool {
        let writes = matches!(act.verb, Verb::Write(RowWrite::Update | RowWrite::InsertOrSkip));
        let is_column = act.object.kind == Kind::Column
            && columns.iter().any(|column| act.object.member.as_ref() == Some(column));
        writes && is_column && self.is_table(&act.object) && happens(act)
    }
}

/// Whether an act is one of the migration's own run. The body of a routine runs when somebody calls it.
fn happens(act: &Act) -> bool {
    act.inside != Inside::Routine
}

/// Whether a migration may change rows that are there: not where all it does is to make things, or to alter what has none.
#[must_use]
pub fn may_touch_rows(script: &Script) -> bool {
    script.statements().iter().filter(|it| it.kind != StatementKind::Meta).any(|statement| {
        let reading = sql::read(&script.text_of(statement));
        let makes = |act: &Act| {
            matches!(act.verb, Verb::Create | Verb::Rename(_))
                || matches!(act.verb, Verb::Alter(what) if what != "type")
                || (matches!(act.verb, Verb::Drop { .. }) && !holds_rows(act))
        };
        let routine = |act: &&Act| act.inside != Inside::Routine;
        let only_makes = !reading.acts.is_empty()
            && reading.faults.is_empty()
            && reading
                .acts
                .iter()
                .filter(routine)
                .all(|act| act.inside == Inside::Statement && makes(act));
        !only_makes
    })
}

fn holds_rows(act: &Act) -> bool {
    let is_cascading = matches!(act.verb, Verb::Drop { cascade: true });
    is_cascading || matches!(act.object.kind, Kind::Table | Kind::Column | Kind::Schema)
}
