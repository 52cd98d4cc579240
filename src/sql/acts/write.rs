use crate::schema::Kind;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node};
use crate::sql::uses::{Item, Scope, outputs};
use crate::sql::words::{identifier, object};
use crate::sql::{Named, RowWrite, Verb};

impl Reader {
    /// Reads a statement that writes rows, and gives the columns of its `RETURNING`.
    pub(in crate::sql) fn write(
        &mut self,
        node: Node<'_>,
        outer: &Scope<'_>,
    ) -> Option<Vec<String>> {
        let mut scope = Scope::within(outer);
        self.with_clause(node, &mut scope);
        let name = node.children().find_map(target_name)?;
        let relation = object(Kind::Table, name);
        let act = self.writes(how(node), &relation, name);
        self.write_works(node, how(node), &relation, name);
        let target = Self::target_item(node, &relation);
        match node.kind() {
            Is::INSERT => self.insert(node, act, target, &mut scope),
            Is::MERGE => self.merge(node, act, target, &mut scope),
            _ => self.change(node, act, target, &mut scope),
        }
        let returning = node.child(Is::RETURNING_CLAUSE)?;
        self.expression(returning, &scope);
        returning.child(Is::TARGET_LIST).and_then(|list| outputs(list, &scope))
    }

    fn writes(&mut self, how: RowWrite, relation: &Named, name: Node<'_>) -> usize {
        self.does(Verb::Write(how), relation.clone(), name)
    }

    /// A column that is written, as a part of the act on its table.
    fn writes_column(&mut self, of: usize, relation: &Named, column: Node<'_>) {
        let verb = self.reading.acts.get(of).map(|act| act.verb.clone());
        let Some(verb) = verb else { return };
        let named = relation.member(Kind::Column, identifier(column));
        let mut act = self.act(verb, named, column.span());
        act.part_of = Some(of);
        self.add(act);
    }

    fn insert(&mut self, node: Node<'_>, act: usize, target: Item, scope: &mut Scope<'_>) {
        let Some(relation) = target.relation.clone() else { return };
        for column in node.child(Is::COLUMN_TARGET_LIST).into_iter().flat_map(targets) {
            self.writes_column(act, &relation, column);
        }
        let source = [
            Is::SELECT,
            Is::SELECT_INTO,
            Is::COMPOUND_SELECT,
            Is::PAREN_SELECT,
            Is::TABLE,
            Is::VALUES,
        ];
        if let Some(query) = node.child_of(&source) {
            self.query(query, scope);
        }
        scope.items.push(target);
        if let Some(conflict) = node.child(Is::ON_CONFLICT_CLAUSE) {
            scope.items.push(Item { alias: "excluded".to_owned(), ..Item::of(&relation) });
            self.conflict(conflict, act, &relation, scope);
            scope.items.pop();
        }
    }

    fn conflict(&mut self, node: Node<'_>, of: usize, relation: &Named, scope: &Scope<'_>) {
        for part in node.children().filter(|child| !child.is_token()) {
            match part.kind() {
                Is::CONFLICT_ON_CONSTRAINT => {
                    if let Some(name) = part.child(Is::CONSTRAINT_NAME_REF) {
                        let named = relation.member(Kind::Constraint, identifier(name));
                        self.uses(named, name.span());
                    }
                }
                Is::CONFLICT_DO_UPDATE_SET => self.set_clauses(part, of, relation, scope),
                _ => self.expression(part, scope),
            }
        }
    }

    /// `SET`: the columns are written, the values are read. What else the node holds is read too.
    fn set_clauses(&mut self, node: Node<'_>, of: usize, relation: &Named, scope: &Scope<'_>) {
        for part in node.children() {
            if part.kind() == Is::SET_CLAUSE {
                for column in part.find(Is::SET_COLUMN_LIST).into_iter().flat_map(set_targets) {
                    self.writes_column(of, relation, column);
                }
            }
            self.expression(part, scope);
        }
    }

    /// `UPDATE` and `DELETE`.
    fn change(&mut self, node: Node<'_>, act: usize, target: Item, scope: &mut Scope<'_>) {
        let Some(relation) = target.relation.clone() else { return };
        scope.items.push(target);
        if let Some(from) = node.child_of(&[Is::FROM_CLAUSE, Is::USING_CLAUSE]) {
            self.items_of(from, scope);
        }
        let rest = [Is::SET_CLAUSE, Is::WHERE_CLAUSE];
        for part in node.children().filter(|child| rest.contains(&child.kind())) {
            for column in part.find(Is::SET_COLUMN_LIST).into_iter().flat_map(set_targets) {
                self.writes_column(act, &relation, column);
            }
            self.expression(part, scope);
        }
    }

    fn merge(&mut self, node: Node<'_>, act: usize, target: Item, scope: &mut Scope<'_>) {
        let Some(relation) = target.relation.clone() else { return };
        scope.items.push(target);
        if let Some(using) = node.child(Is::USING_ON_CLAUSE) {
            self.items_of(using, scope);
        }
        for when in node.children().filter(|child| !child.is_token()) {
            let action = when.child_of(&[Is::MERGE_UPDATE, Is::MERGE_INSERT, Is::MERGE_DELETE]);
            let Some(action) = action else { continue };
            if let Some(condition) = when.child(Is::MERGE_CONDITION) {
                self.expression(condition, scope);
            }
            for column in action.child(Is::COLUMN_TARGET_LIST).into_iter().flat_map(targets) {
                self.writes_column(act, &relation, column);
            }
            self.set_clauses(action, act, &relation, scope);
        }
    }

    /// `COPY`: rows are written by `FROM`, read by `TO`.
    pub(super) fn copy(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        let Some(table) = node.child(Is::COPY_TABLE) else {
            if let Some(query) = node.child(Is::COPY_QUERY).and_then(Node::first_node) {
                self.query(query, scope);
            }
            return;
        };
        let Some(name) = table.child(Is::TABLE_NAME_REF) else { return };
        let columns = table.child(Is::COLUMN_REF_LIST);
        let columns = columns.into_iter().flat_map(|list| list.all(Is::COLUMN_NAME_REF));
        let relation = object(Kind::Table, name);
        if node.has(Is::COPY_FROM) {
            let act = self.writes(RowWrite::Insert, &relation, name);
            self.copy_works(name);
            columns.for_each(|column| self.writes_column(act, &relation, column));
        } else {
            self.uses(relation.clone(), name.span());
            columns.for_each(|column| self.uses_column_of(&relation, column));
        }
        if let Some(condition) = node.child(Is::WHERE_CLAUSE) {
            self.expression(condition, &Scope::of_table(&relation, scope));
        }
    }

    pub(super) fn truncate(&mut self, node: Node<'_>) {
        let names = node.descendants().filter(|below| below.kind() == Is::TABLE_NAME_REF);
        for name in names {
            let relation = object(Kind::Table, name);
            self.writes(RowWrite::Truncate, &relation, name);
        }
    }
}

/// The node that names what is written to.
fn target_name(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        Is::RELATION_NAME_REF => Some(node),
        Is::RELATION_NAME | Is::TABLE_RELATION_NAME => {
            node.child_of(&[Is::RELATION_NAME_REF, Is::TABLE_NAME_REF])
        }
        _ => None,
    }
}

fn how(node: Node<'_>) -> RowWrite {
    match node.kind() {
        Is::INSERT if node.has(Is::ON_CONFLICT_CLAUSE) => RowWrite::InsertOrSkip,
        Is::INSERT => RowWrite::Insert,
        Is::DELETE => RowWrite::Delete,
        _ => RowWrite::Update,
    }
}

/// The columns of a list of targets.
fn targets(list: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    list.all(Is::COLUMN_TARGET).filter_map(|target| target.child(Is::COLUMN_NAME_REF))
}

/// The columns on the left sides of a `SET`.
fn set_targets(list: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    list.children().flat_map(|set| {
        let alone = set.child(Is::COLUMN_TARGET).and_then(|it| it.child(Is::COLUMN_NAME_REF));
        let listed = set.child(Is::COLUMN_TARGET_LIST).into_iter().flat_map(targets);
        alone.into_iter().chain(listed)
    })
}
