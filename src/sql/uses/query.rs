use super::output::column_name;
use super::scope::{Item, Scope};
use crate::schema::Kind;
use crate::sql::Named;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node};
use crate::sql::words::{identifier, object};

impl Reader {
    /// Reads a query, and gives the names of its columns where they are all known.
    pub(in crate::sql) fn query(
        &mut self,
        node: Node<'_>,
        outer: &Scope<'_>,
    ) -> Option<Vec<String>> {
        self.deeper(node, |reader| reader.query_of_kind(node, outer))
    }

    fn query_of_kind(&mut self, node: Node<'_>, outer: &Scope<'_>) -> Option<Vec<String>> {
        match node.kind() {
            Is::SELECT | Is::SELECT_INTO | Is::PLPGSQL_EXPR => self.select(node, outer),
            Is::COMPOUND_SELECT => self.compound(node, outer),
            Is::PAREN_SELECT | Is::PAREN_EXPR => self.paren(node, outer),
            Is::VALUES => self.values(node, outer),
            Is::TABLE => self.table_query(node, outer),
            Is::INSERT | Is::UPDATE | Is::DELETE | Is::MERGE => self.write(node, outer),
            _ => {
                self.expressions_below(node, outer);
                None
            }
        }
    }

    fn select(&mut self, node: Node<'_>, outer: &Scope<'_>) -> Option<Vec<String>> {
        let mut scope = Scope::within(outer);
        self.with_clause(node, &mut scope);
        if let Some(from) = node.child(Is::FROM_CLAUSE) {
            self.items_of(from, &mut scope);
        }
        let list = targets_of(node);
        let mut sorted = Vec::new();
        for part in node.children() {
            match part.kind() {
                Is::WITH_CLAUSE | Is::FROM_CLAUSE | Is::INTO_CLAUSE | Is::LOCKING_CLAUSE => {}
                Is::ORDER_BY_CLAUSE | Is::GROUP_BY_CLAUSE => sorted.push(part),
                Is::SELECT_CLAUSE => {
                    let is_sorted = |part: &Node<'_>| part.kind() == Is::DISTINCT_CLAUSE;
                    sorted.extend(part.children().filter(is_sorted));
                    let rest = part.children().filter(|part| !is_sorted(part));
                    rest.for_each(|part| self.expression(part, &scope));
                }
                _ => self.expression(part, &scope),
            }
        }
        let columns = list.map(|list| outputs(list, &scope));
        scope.outputs = list.map(aliases).unwrap_or_default();
        for part in sorted {
            self.expression(part, &scope);
        }
        columns.flatten()
    }

    /// `UNION` and its like: a chain that leans to the left, walked without a deep stack.
    fn compound(&mut self, node: Node<'_>, outer: &Scope<'_>) -> Option<Vec<String>> {
        let (operands, tails) = chain(node);
        let mut scope = Scope::within(outer);
        let first = operands.first().copied();
        if let Some(with) = first {
            self.with_clause(with, &mut scope);
        }
        let mut columns = None;
        for (number, operand) in operands.into_iter().enumerate() {
            let of_operand = self.query(operand, &scope);
            if number == 0 {
                columns = of_operand;
            }
        }
        scope.outputs = columns.clone().unwrap_or_default();
        for tail in tails {
            self.expression(tail, &scope);
        }
        columns
    }

    fn paren(&mut self, node: Node<'_>, outer: &Scope<'_>) -> Option<Vec<String>> {
        let mut scope = Scope::within(outer);
        self.with_clause(node, &mut scope);
        let mut columns = None;
        for part in node.children().filter(|child| !child.is_token()) {
            match part.kind() {
                Is::WITH_CLAUSE => {}
                Is::ORDER_BY_CLAUSE | Is::LIMIT_CLAUSE | Is::OFFSET_CLAUSE | Is::FETCH_CLAUSE => {
                    self.expression(part, &scope);
                }
                _ => {
                    columns = self.query(part, &scope);
                    scope.outputs = columns.clone().unwrap_or_default();
                }
            }
        }
        columns
    }

    fn values(&mut self, node: Node<'_>, outer: &Scope<'_>) -> Option<Vec<String>> {
        let mut scope = Scope::within(outer);
        self.with_clause(node, &mut scope);
        let list = node.child(Is::ROW_LIST)?;
        self.expression(list, &scope);
        let width =
            list.child(Is::ROW).map(|row| row.children().filter(|child| !child.is_token()).count());
        width.map(|width| (1..=width).map(|number| format!("column{number}")).collect())
    }

    fn table_query(&mut self, node: Node<'_>, outer: &Scope<'_>) -> Option<Vec<String>> {
        let name = node.find(Is::RELATION_NAME_REF)?;
        let relation = object(Kind::Table, name);
        if let Some(query) = outer.with_query(&relation.name).filter(|_| relation.schema.is_none())
        {
            return query.columns.clone();
        }
        self.uses(relation, name.span());
        None
    }

    /// Reads the queries of a `WITH` into the scope, unless they were read already.
    pub(in crate::sql) fn with_clause(&mut self, node: Node<'_>, scope: &mut Scope<'_>) {
        let Some(clause) = node.child(Is::WITH_CLAUSE) else {
            return;
        };
        let is_recursive = clause.has(Is::RECURSIVE_KW);
        for table in clause.all(Is::WITH_TABLE) {
            let Some(alias) = table.child(Is::CTE_NAME).map(identifier) else {
                continue;
            };
            if scope.outer.is_some_and(|outer| outer.was_read(&table.written())) {
                return;
            }
            let said: Vec<_> = table.child(Is::COLUMN_LIST).into_iter().flat_map(names).collect();
            let query = table.children().filter(|child| !child.is_token());
            let query = query.skip_while(|child| child.kind() != Is::CTE_NAME).find(is_query);
            if is_recursive {
                let first = query.and_then(first_columns);
                let columns = if said.is_empty() { first } else { Some(said.clone()) };
                scope.queries.push(Item { alias: alias.clone(), columns, ..Item::default() });
            }
            let read = query.and_then(|query| self.query(query, scope));
            let columns = if said.is_empty() { read } else { Some(said) };
            scope.queries.retain(|query| query.alias != alias);
            scope.queries.push(Item { alias, columns, ..Item::default() });
            scope.read.push(table.written());
        }
    }
}

fn is_query(node: &Node<'_>) -> bool {
    matches!(
        node.kind(),
        Is::SELECT
            | Is::SELECT_INTO
            | Is::COMPOUND_SELECT
            | Is::PAREN_SELECT
            | Is::VALUES
            | Is::TABLE
            | Is::INSERT
            | Is::UPDATE
            | Is::DELETE
            | Is::MERGE
    )
}

fn names(list: Node<'_>) -> impl Iterator<Item = String> {
    list.all(Is::COLUMN_NAME).map(identifier)
}

/// The operands of a chain of `UNION`, from left to right, and the clauses after them.
fn chain(node: Node<'_>) -> (Vec<Node<'_>>, Vec<Node<'_>>) {
    let mut operands = Vec::new();
    let mut tails = Vec::new();
    let mut at = Some(node);
    while let Some(compound) = at.take() {
        let mut sides = Vec::new();
        for child in compound.children().filter(|child| !child.is_token()) {
            match child.kind() {
                Is::UNION | Is::INTERSECT | Is::EXCEPT => {}
                _ if is_query(&child) || child.kind() == Is::PAREN_EXPR => sides.push(child),
                _ => tails.push(child),
            }
        }
        let mut sides = sides.into_iter();
        let left = sides.next();
        operands.extend(sides.rev());
        match left {
            Some(left) if left.kind() == Is::COMPOUND_SELECT => at = Some(left),
            Some(left) => operands.push(left),
            None => {}
        }
    }
    operands.reverse();
    (operands, tails)
}

/// The columns of a query as its first part names them, where none of them is a star.
fn first_columns(query: Node<'_>) -> Option<Vec<String>> {
    let list = query.find(Is::SELECT_CLAUSE)?.child(Is::TARGET_LIST)?;
    list.all(Is::TARGET).map(column_name).collect()
}

fn targets_of(node: Node<'_>) -> Option<Node<'_>> {
    let clause = node.child(Is::SELECT_CLAUSE).unwrap_or(node);
    clause.child(Is::TARGET_LIST)
}

/// The relation whose rows a query in parentheses passes on with all their columns: `(SELECT * FROM t WHERE …)`.
pub(super) fn passed_on(query: Node<'_>, scope: &Scope<'_>) -> Option<Named> {
    let select = query.child(Is::SELECT).filter(|select| !select.has(Is::WITH_CLAUSE))?;
    let mut targets = targets_of(select)?.all(Is::TARGET);
    let is_star = |target: Node<'_>| target.has(Is::STAR) && target.first_node().is_none();
    let from = select.child(Is::FROM_CLAUSE)?;
    let mut items = from.children().filter(|child| !child.is_token());
    let (item, target) = (items.next()?, targets.next()?);
    let is_all = is_star(target) && targets.next().is_none() && items.next().is_none();
    let is_relation = item.kind() == Is::RELATION_FROM_ITEM;
    let name = item.child(Is::RELATION_NAME_REF).filter(|_| is_all && is_relation)?;
    let relation = object(Kind::Table, name);
    let is_with = relation.schema.is_none() && scope.with_query(&relation.name).is_some();
    (!is_with).then_some(relation)
}

/// The names of the output, where a star can be resolved.
pub(in crate::sql) fn outputs(list: Node<'_>, scope: &Scope<'_>) -> Option<Vec<String>> {
    let mut columns = Vec::new();
    for target in list.all(Is::TARGET) {
        match column_name(target) {
            Some(name) => columns.push(name),
            None => columns.extend(starred(target, scope)?),
        }
    }
    Some(columns)
}

/// The columns of a star, where all that it stands for are known.
fn starred(target: Node<'_>, scope: &Scope<'_>) -> Option<Vec<String>> {
    let of = target.child(Is::FIELD_EXPR).and_then(Node::first_node).map(identifier);
    let items = scope.items.iter().filter(|item| of.as_ref().is_none_or(|of| item.alias == *of));
    let is_known = |item: &Item| item.relation.is_none() && !item.has_more;
    let columns = items.map(|item| item.columns.clone().filter(|_| is_known(item)));
    let columns: Option<Vec<_>> = columns.collect();
    columns.filter(|columns| !columns.is_empty()).map(|columns| columns.concat())
}

/// The names that a query gives to its columns itself.
fn aliases(list: Node<'_>) -> Vec<String> {
    let named = list.all(Is::TARGET).filter(|target| target.has(Is::AS_NAME));
    named.filter_map(column_name).collect()
}
