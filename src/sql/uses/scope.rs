use std::ops::Range;

use crate::sql::Named;

/// What names mean at one place: the relations of a query, and the query around it.
#[derive(Debug, Default)]
pub(in crate::sql) struct Scope<'a> {
    pub(in crate::sql) outer: Option<&'a Scope<'a>>,
    /// What `FROM` brings, in its order.
    pub(in crate::sql) items: Vec<Item>,
    /// What `WITH` brings.
    pub(in crate::sql) queries: Vec<Item>,
    /// Names that are no columns: variables and parameters.
    pub(in crate::sql) variables: Vec<String>,
    /// Names that the query gives to its own output: `ORDER BY` may use them.
    pub(in crate::sql) outputs: Vec<String>,
    /// Where the queries of `WITH` stand that were read already.
    pub(in crate::sql) read: Vec<Range<usize>>,
}

/// One thing that `FROM` or `WITH` brings.
#[derive(Debug, Clone, Default)]
pub(in crate::sql) struct Item {
    /// The name that it is spoken of by.
    pub(in crate::sql) alias: String,
    /// What it is, if it is a relation of the database.
    pub(in crate::sql) relation: Option<Named>,
    /// Its columns, where they are known: those of a query or a list of aliases.
    pub(in crate::sql) columns: Option<Vec<String>>,
    /// Whether it may have columns besides.
    pub(in crate::sql) has_more: bool,
}

impl Item {
    /// A relation under its own name.
    pub(in crate::sql) fn of(relation: &Named) -> Self {
        Self::called(&relation.name, relation)
    }

    /// A relation under this name.
    pub(in crate::sql) fn called(alias: &str, relation: &Named) -> Self {
        Self { alias: alias.to_owned(), relation: Some(relation.clone()), ..Self::default() }
    }

    fn has(&self, column: &str) -> bool {
        let columns = self.columns.as_ref();
        columns.is_some_and(|columns| columns.iter().any(|known| known == column))
    }
}

/// What a name without a qualifier turns out to be.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::sql) enum Meaning {
    /// A column of one of these relations, innermost query first.
    ColumnAmong(Vec<Named>),
    /// The same, unless it is a column of something whose columns are not known: a function in `FROM`.
    PerhapsAmong(Vec<Named>),
    /// A variable, a column of a subquery, a whole row: nothing of the database, as far as one can see.
    Other,
}

impl<'a> Scope<'a> {
    /// A scope within another one.
    pub(in crate::sql) fn within(outer: &'a Scope<'a>) -> Self {
        Scope { outer: Some(outer), ..Scope::default() }
    }

    /// A scope of one relation, for the expressions of a table.
    pub(in crate::sql) fn of_table(table: &Named, outer: &'a Scope<'a>) -> Self {
        Scope { items: vec![Item::of(table)], ..Self::within(outer) }
    }

    fn levels(&self) -> impl Iterator<Item = &Scope<'a>> {
        std::iter::successors(Some(self), |scope| scope.outer)
    }

    /// The query of a `WITH` that this name means.
    pub(in crate::sql) fn with_query(&self, name: &str) -> Option<&Item> {
        self.levels().flat_map(|scope| &scope.queries).find(|query| query.alias == name)
    }

    /// What `FROM` brings under this name.
    pub(in crate::sql) fn item(&self, alias: &str) -> Option<&Item> {
        self.levels().flat_map(|scope| &scope.items).find(|item| item.alias == alias)
    }

    /// Whether this is the name of a variable or parameter.
    pub(in crate::sql) fn is_variable(&self, name: &str) -> bool {
        self.levels().any(|scope| scope.variables.iter().any(|variable| variable == name))
    }

    /// Whether the queries of a `WITH` that stands there are known.
    pub(in crate::sql) fn was_read(&self, place: &Range<usize>) -> bool {
        self.levels().any(|scope| scope.read.contains(place))
    }

    /// What a name without a qualifier means.
    pub(in crate::sql) fn meaning(&self, name: &str) -> Meaning {
        let is_output = self.outputs.iter().any(|output| output == name);
        if is_output || self.is_variable(name) {
            return Meaning::Other;
        }
        let mut among: Vec<Named> = Vec::new();
        let mut is_certain = true;
        for scope in self.levels() {
            if scope.items.iter().any(|item| item.alias == name || item.has(name)) {
                break;
            }
            for item in &scope.items {
                match &item.relation {
                    Some(relation) if among.contains(relation) => {}
                    Some(relation) => among.push(relation.clone()),
                    None => is_certain &= item.columns.is_some() && !item.has_more,
                }
            }
        }
        match (among.is_empty(), is_certain) {
            (true, _) => Meaning::Other,
            (_, true) => Meaning::ColumnAmong(among),
            (_, false) => Meaning::PerhapsAmong(among),
        }
    }
}
