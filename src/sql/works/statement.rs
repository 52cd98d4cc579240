use std::ops::Range;

use super::{Control, Deed, Reindexed, Work};
use crate::schema::Kind;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node};
use crate::sql::uses::names_of;
use crate::sql::words::object;
use crate::sql::{Named, RowWrite};

impl Reader {
    /// Notes what a statement does to relations, but for rows that it writes: those are noted where they are read.
    pub(in crate::sql) fn works(&mut self, node: Node<'_>) {
        let concurrently = node.tokens().any(|token| token.kind() == Is::CONCURRENTLY_KW);
        match node.kind() {
            Is::ALTER_TABLE => self.table_works(node),
            Is::CREATE_TABLE => self.new_table_works(node),
            Is::CREATE_INDEX => self.works_on_each(node, &Deed::CreateIndex { concurrently }),
            Is::DROP_INDEX => self.works_on_each(node, &Deed::DropIndex { concurrently }),
            Is::REINDEX => self.reindex_works(node, concurrently),
            Is::CREATE_TRIGGER => self.works_on_each(node, &Deed::CreateTrigger),
            Is::DROP_TRIGGER | Is::ALTER_TRIGGER => {
                self.works_on_each(node, &Deed::ChangeTrigger);
            }
            Is::CREATE_POLICY | Is::ALTER_POLICY | Is::DROP_POLICY => {
                self.works_on_each(node, &Deed::Policy);
            }
            Is::CREATE_RULE | Is::ALTER_RULE | Is::DROP_RULE => {
                self.works_on_each(node, &Deed::Rule);
            }
            Is::CREATE_STATISTICS => self.works_on_each(node, &Deed::CreateStatistics),
            Is::COMMENT_ON | Is::SECURITY_LABEL => self.comment_works(node),
            Is::DROP_TABLE | Is::DROP_VIEW | Is::DROP_MATERIALIZED_VIEW => {
                self.works_on_each(node, &Deed::Drop);
            }
            Is::TRUNCATE => {
                let how = RowWrite::Truncate;
                self.works_on_each(node, &Deed::Write { how, every_row: true, repeatable: true });
            }
            Is::REFRESH => self.works_on_each(node, &Deed::Refresh { concurrently }),
            Is::CREATE_PUBLICATION | Is::ALTER_PUBLICATION => {
                self.works_on_each(node, &Deed::Publish);
            }
            _ => self.other_works(node),
        }
    }

    fn other_works(&mut self, node: Node<'_>) {
        match node.kind() {
            Is::LOCK => self.works_on_each(node, &Deed::Lock(mode(node))),
            Is::CLUSTER => self.maintenance_works(node, &Deed::Cluster, "CLUSTER of all tables"),
            Is::VACUUM => {
                let full = node.tokens().any(|token| token.kind() == Is::FULL_KW);
                self.maintenance_works(node, &Deed::Vacuum { full }, "VACUUM");
            }
            Is::ANALYZE => self.works_on_each(node, &Deed::Analyze),
            Is::BEGIN => self.works_alone(Deed::Control(Control::Begin), node),
            Is::COMMIT_TRANSACTION => self.works_alone(Deed::Control(Control::Commit), node),
            Is::ROLLBACK_TRANSACTION => self.works_alone(Deed::Control(Control::Rollback), node),
            _ => {
                if let Some(words) = refuses(node) {
                    self.works_alone(Deed::Alone(words), node);
                }
            }
        }
    }

    pub(super) fn works_on(&mut self, deed: Deed, on: Named, name: Node<'_>) {
        self.push_work(deed, Some(on), name.span());
    }

    fn works_alone(&mut self, deed: Deed, node: Node<'_>) {
        self.push_work(deed, None, node.span());
    }

    pub(super) fn push_work(&mut self, deed: Deed, on: Option<Named>, span: Range<usize>) {
        self.reading.works.push(Work { deed, on, span, inside: self.inside });
    }

    /// The same to every relation that the statement names, but for those that it only reads.
    fn works_on_each(&mut self, node: Node<'_>, deed: &Deed) {
        for name in names(node) {
            if let Some(mut named) = names_of(name) {
                if node.kind() == Is::DROP_MATERIALIZED_VIEW || node.kind() == Is::REFRESH {
                    named.kind = Kind::MaterializedView;
                }
                self.works_on(deed.clone(), named, name);
            }
        }
    }

    /// The tables that foreign keys, partitions and heirs bring in.
    fn new_table_works(&mut self, node: Node<'_>) {
        let mut point = |parent: Node<'_>, deed: Deed| {
            if let Some(name) = parent.find(Is::TABLE_NAME_REF) {
                self.works_on(deed, object(Kind::Table, name), name);
            }
        };
        let keys = [Is::REFERENCES_CONSTRAINT, Is::FOREIGN_KEY_CONSTRAINT];
        for key in node.descendants().filter(|below| keys.contains(&below.kind())) {
            point(key, Deed::PointedTo);
        }
        if let Some(of) = node.child(Is::PARTITION_OF) {
            point(of, Deed::GivenPartition);
        }
        if let Some(parents) = node.child(Is::INHERITS) {
            for name in parents.all(Is::TABLE_NAME_REF) {
                self.works_on(Deed::GivenHeir, object(Kind::Table, name), name);
            }
        }
    }

    fn reindex_works(&mut self, node: Node<'_>, concurrently: bool) {
        let target = node.child_of(&[Is::REINDEX_TARGET_INDEX, Is::REINDEX_TARGET_TABLE]);
        let Some(target) = target else {
            return self.works_alone(Deed::Reindex { what: Reindexed::Many, concurrently }, node);
        };
        let is_index = target.kind() == Is::REINDEX_TARGET_INDEX;
        let what = if is_index { Reindexed::Index } else { Reindexed::Table };
        self.works_on_each(target, &Deed::Reindex { what, concurrently });
    }

    /// A comment on a member of a table does not lock the table against others.
    fn comment_works(&mut self, node: Node<'_>) {
        if let Some(table) = node.child(Is::OBJECT_TABLE) {
            self.works_on_each(table, &Deed::Comment);
        } else if let Some(column) = node
            .child(Is::OBJECT_COLUMN)
            .and_then(|about| about.child(Is::QUALIFIED_COLUMN_NAME_REF))
        {
            let mut parts = crate::sql::words::parts(column);
            parts.pop();
            let Some(name) = parts.pop() else { return };
            self.works_on(Deed::Comment, Named::new(Kind::Table, parts.pop(), name), column);
        }
    }

    /// Without a table it is about all of them, and refuses a transaction.
    fn maintenance_works(&mut self, node: Node<'_>, deed: &Deed, alone: &'static str) {
        if names(node).next().is_none() {
            return self.works_alone(Deed::Alone(alone), node);
        }
        self.works_on_each(node, deed);
    }
}

/// The nodes that name relations, outside of queries.
fn names(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    const NAMES: [Is; 4] = [Is::TABLE_NAME_REF, Is::RELATION_NAME_REF, Is::VIEW_REF, Is::INDEX_REF];
    const HOLDERS: [Is; 12] = [
        Is::TABLE_RELATION_NAME,
        Is::RELATION_NAME,
        Is::RELATION_LIST,
        Is::TABLE_LIST,
        Is::TABLE_AND_COLUMNS_LIST,
        Is::TABLE_AND_COLUMNS,
        Is::ON_TABLE,
        Is::ON_RELATION,
        Is::RULE_ON,
        Is::FROM_TABLE,
        Is::FOR_PUBLICATION_OBJECTS,
        Is::ADD_PUBLICATION_OBJECTS,
    ];
    let mut found = Vec::new();
    let mut left: Vec<_> = node.children().collect();
    left.reverse();
    while let Some(next) = left.pop() {
        if NAMES.contains(&next.kind()) {
            found.push(next);
        } else if HOLDERS.contains(&next.kind()) || next.kind() == Is::PUBLICATION_OBJECT_TABLE {
            let mut below: Vec<_> = next.children().collect();
            below.reverse();
            left.extend(below);
        }
    }
    found.into_iter()
}

/// The mode of `LOCK`, in upper case.
fn mode(node: Node<'_>) -> String {
    let clause = node.child(Is::LOCK_MODE_CLAUSE).and_then(Node::first_node);
    let words = clause.into_iter().flat_map(Node::tokens).map(|it| it.text().to_ascii_uppercase());
    let words = words.collect::<Vec<_>>().join(" ");
    if words.is_empty() { "ACCESS EXCLUSIVE".to_owned() } else { words }
}

/// What refuses a transaction and is about no relation: their pages say "cannot be executed inside a transaction block".
fn refuses(node: Node<'_>) -> Option<&'static str> {
    let says_no = |option: &str| {
        let options = node.descendants().filter(|below| below.kind() == Is::ATTRIBUTE_OPTION);
        let mut texts = options.map(|it| it.text().to_ascii_lowercase().replace(' ', ""));
        texts.any(|text| text == format!("{option}=false"))
    };
    match node.kind() {
        Is::ALTER_SYSTEM => Some("ALTER SYSTEM"),
        Is::CREATE_DATABASE => Some("CREATE DATABASE"),
        Is::DROP_DATABASE => Some("DROP DATABASE"),
        Is::ALTER_DATABASE if node.has(Is::SET_TABLESPACE) => Some("ALTER DATABASE SET TABLESPACE"),
        Is::CREATE_TABLESPACE => Some("CREATE TABLESPACE"),
        Is::DROP_TABLESPACE => Some("DROP TABLESPACE"),
        Is::CREATE_SUBSCRIPTION if !says_no("create_slot") && !says_no("connect") => {
            Some("CREATE SUBSCRIPTION with a slot")
        }
        Is::DROP_SUBSCRIPTION => Some("DROP SUBSCRIPTION with a slot"),
        Is::ALTER_SUBSCRIPTION if node.has(Is::REFRESH_PUBLICATION) => {
            Some("ALTER SUBSCRIPTION REFRESH PUBLICATION")
        }
        _ => None,
    }
}
