use super::constants::Constants;
use super::into::without_into;
use crate::schema::Kind;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Excerpt, Is, Language, Node, excerpt};
use crate::sql::uses::{Scope, is_type};
use crate::sql::words::identifier;
use crate::sql::{Inside, Named};

/// What is known while a body is walked.
struct Body<'a> {
    scope: Scope<'a>,
    constants: Constants,
    /// Statements that the grammar refuses and that were understood all the same.
    understood: Vec<std::ops::Range<usize>>,
}

impl Reader {
    /// Reads a body in PL/pgSQL.
    pub(super) fn plpgsql(&mut self, text: Excerpt, mut scope: Scope<'_>) {
        let parsed = excerpt(text, Language::PlPgSql);
        let Some(root) = parsed.tree.root() else { return };
        scope.variables.extend(variables(root));
        let mut body = Body { scope, constants: Constants::default(), understood: Vec::new() };
        self.parts(root, &mut body);
        let faults = parsed.faults.into_iter().filter(|fault| {
            let covers = |place: &std::ops::Range<usize>| {
                place.start <= fault.span.start && fault.span.end <= place.end
            };
            !body.understood.iter().any(covers)
        });
        self.reading.faults.extend(faults);
    }

    fn parts(&mut self, node: Node<'_>, body: &mut Body<'_>) {
        for part in node.children().filter(|child| !child.is_token()) {
            self.part(part, body);
        }
    }

    fn part(&mut self, node: Node<'_>, body: &mut Body<'_>) {
        match node.kind() {
            Is::PLPGSQL_BLOCK => self.block(node, body),
            Is::PLPGSQL_BODY => self.branch(|reader| reader.sequence(node, body)),
            Is::PLPGSQL_VAR_DECL => {
                self.parts(node, body);
                body.constants.declare(node);
            }
            Is::PLPGSQL_ASSIGN_STMT => {
                self.parts(node, body);
                body.constants.assign(node);
            }
            Is::PLPGSQL_ASSIGN_TARGET => self.assigned_field(node, body),
            Is::PLPGSQL_FOR_EACH_STMT | Is::PLPGSQL_FOR_QUERY_STMT => {
                body.constants.iterate(node);
                self.parts(node, body);
            }
            Is::PLPGSQL_DYN_EXECUTE_STMT
            | Is::PLPGSQL_FOR_DYN_STMT
            | Is::PLPGSQL_OPEN_EXECUTE
            | Is::PLPGSQL_RETURN_QUERY_EXECUTE_STMT => {
                if let Some(text) = node.child(Is::PLPGSQL_EXPR) {
                    self.executed(text, &body.constants);
                }
                self.parts(node, body);
                let into = node.child(Is::PLPGSQL_INTO_CLAUSE).into_iter();
                let into = into.flat_map(Node::descendants);
                for target in into.filter(|it| it.kind() == Is::PLPGSQL_VAR_NAME_REF) {
                    body.constants.forget(identifier(target));
                }
            }
            Is::ERROR => self.refused(node, body),
            Is::PLPGSQL_EXPR | Is::SELECT | Is::SELECT_INTO => {
                self.query(node, &body.scope);
            }
            kind if is_type(kind) => self.type_use(node),
            kind if is_own(kind) => self.parts(node, body),
            _ => self.statement(node, &body.scope),
        }
    }

    /// A block: with an exception handler, what it does may be undone.
    fn block(&mut self, node: Node<'_>, body: &mut Body<'_>) {
        if node.has(Is::PLPGSQL_EXCEPTION_SECTION) {
            return self.branch(|reader| reader.block_parts(node, body));
        }
        self.block_parts(node, body);
    }

    fn block_parts(&mut self, node: Node<'_>, body: &mut Body<'_>) {
        for part in node.children().filter(|child| !child.is_token()) {
            if part.kind() == Is::PLPGSQL_BODY {
                self.sequence(part, body);
            } else {
                self.part(part, body);
            }
        }
    }

    /// Statements one after the other; after one that may end the block, the rest may not happen.
    fn sequence(&mut self, node: Node<'_>, body: &mut Body<'_>) {
        self.deeper(node, |reader| {
            reader.statements(node, body);
            Some(())
        });
    }

    fn statements(&mut self, node: Node<'_>, body: &mut Body<'_>) {
        let before = self.inside;
        body.constants.enter();
        for part in node.children().filter(|child| !child.is_token()) {
            self.part(part, body);
            if self.inside == Inside::Block && part.find(Is::PLPGSQL_RETURN_STMT).is_some() {
                self.inside = Inside::Branch;
            }
        }
        body.constants.leave();
        self.inside = before;
    }

    /// What may happen.
    fn branch(&mut self, read: impl FnOnce(&mut Self)) {
        let inside = if self.inside == Inside::Block { Inside::Branch } else { self.inside };
        self.at(inside, read);
    }

    /// `NEW.updated_at := now()`: a column of the table that has the trigger.
    fn assigned_field(&mut self, node: Node<'_>, body: &Body<'_>) {
        let row = node.child(Is::PLPGSQL_VAR_NAME_REF).map(identifier).unwrap_or_default();
        let field = node.find(Is::COMPOSITE_FIELD_REF);
        if let Some(field) = field.filter(|_| matches!(row.as_str(), "new" | "old")) {
            let column = Named::new(Kind::Column, None, "").member(Kind::Column, identifier(field));
            self.uses(column, field.span());
        }
        for accessor in node.children().filter(|child| child.kind() == Is::INDEX_ACCESSOR) {
            self.expression(accessor, &body.scope);
        }
    }

    /// A statement with `INTO variable`, which the grammar refuses.
    fn refused(&mut self, node: Node<'_>, body: &mut Body<'_>) {
        if node.children().next().is_some_and(|first| first.kind() == Is::DECLARE_KW) {
            return self.declared_again(node, body);
        }
        let Some((text, targets)) = without_into(node) else { return };
        for target in targets {
            body.constants.forget(target);
        }
        let parsed = excerpt(text, Language::Sql);
        if parsed.faults.is_empty() {
            body.understood.push(node.span());
        }
        let statements = parsed.tree.root().into_iter().flat_map(Node::children);
        for statement in statements.filter(|child| !child.is_token()) {
            self.statement(statement, &body.scope);
        }
    }

    /// `DECLARE` before every declaration, which Postgres allows and the grammar does not.
    fn declared_again(&mut self, node: Node<'_>, body: &mut Body<'_>) {
        let mut text = node.excerpt();
        text.push_for(" begin end", node.span().end..node.span().end);
        let parsed = excerpt(text, Language::PlPgSql);
        if let Some(section) = parsed.tree.root().filter(|_| parsed.faults.is_empty()) {
            body.understood.push(node.span());
            body.scope.variables.extend(variables(section));
            self.parts(section, body);
        }
    }
}

/// The names of variables, and those that loops bring.
fn variables(root: Node<'_>) -> impl Iterator<Item = String> {
    let names = root
        .descendants()
        .filter(|node| matches!(node.kind(), Is::PLPGSQL_VAR_NAME | Is::PLPGSQL_FOR_VARIABLE));
    names.filter_map(|node| {
        let name = node.child(Is::PLPGSQL_VAR_NAME_REF).unwrap_or(node);
        Some(identifier(name)).filter(|name| !name.is_empty())
    })
}

/// Whether a node is PL/pgSQL's own, and no statement of SQL.
fn is_own(kind: Is) -> bool {
    matches!(
        kind,
        Is::PLPGSQL_ASSERT_STMT
            | Is::PLPGSQL_CALL_STMT
            | Is::PLPGSQL_CASE_STMT
            | Is::PLPGSQL_CASE_WHEN
            | Is::PLPGSQL_CURSOR_ARG
            | Is::PLPGSQL_CURSOR_ARG_LIST
            | Is::PLPGSQL_CURSOR_DECL
            | Is::PLPGSQL_DECLARE_SECTION
            | Is::PLPGSQL_DO_STMT
            | Is::PLPGSQL_ELSE_CLAUSE
            | Is::PLPGSQL_ELSIF_CLAUSE
            | Is::PLPGSQL_EXCEPTION_HANDLER
            | Is::PLPGSQL_EXCEPTION_SECTION
            | Is::PLPGSQL_EXEC_SQL_STMT
            | Is::PLPGSQL_EXIT_STMT
            | Is::PLPGSQL_EXIT_WHEN
            | Is::PLPGSQL_CONTINUE_STMT
            | Is::PLPGSQL_FOR_CURSOR_STMT
            | Is::PLPGSQL_FOR_I_STMT
            | Is::PLPGSQL_FOR_RANGE
            | Is::PLPGSQL_IF_STMT
            | Is::PLPGSQL_LOOP_STMT
            | Is::PLPGSQL_OPEN_QUERY
            | Is::PLPGSQL_OPEN_STMT
            | Is::PLPGSQL_PERFORM_STMT
            | Is::PLPGSQL_RAISE_STMT
            | Is::PLPGSQL_RAISE_USING_CLAUSE
            | Is::PLPGSQL_RAISE_OPTION_COLUMN
            | Is::PLPGSQL_RAISE_OPTION_CONSTRAINT
            | Is::PLPGSQL_RAISE_OPTION_DATATYPE
            | Is::PLPGSQL_RAISE_OPTION_DETAIL
            | Is::PLPGSQL_RAISE_OPTION_ERRCODE
            | Is::PLPGSQL_RAISE_OPTION_HINT
            | Is::PLPGSQL_RAISE_OPTION_MESSAGE
            | Is::PLPGSQL_RAISE_OPTION_SCHEMA
            | Is::PLPGSQL_RAISE_OPTION_TABLE
            | Is::PLPGSQL_RETURN_NEXT_STMT
            | Is::PLPGSQL_RETURN_QUERY_STMT
            | Is::PLPGSQL_RETURN_STMT
            | Is::PLPGSQL_USING_CLAUSE
            | Is::PLPGSQL_VAR_INIT
            | Is::PLPGSQL_WHILE_STMT
    )
}
