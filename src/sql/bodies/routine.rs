use crate::schema::Kind;
use crate::sql::acts::{is_everywhere, name_of_language};
use crate::sql::reader::Reader;
use crate::sql::syntax::{Excerpt, Is, Language, Node, excerpt, string};
use crate::sql::uses::Scope;
use crate::sql::words::identifier;
use crate::sql::{Inside, Named};

/// Names that the body of a routine knows without saying so.
const KNOWN: &[&str] = &[
    "found",
    "new",
    "old",
    "sqlerrm",
    "sqlstate",
    "tg_argv",
    "tg_event",
    "tg_level",
    "tg_name",
    "tg_nargs",
    "tg_op",
    "tg_relid",
    "tg_relname",
    "tg_table_name",
    "tg_table_schema",
    "tg_tag",
    "tg_when",
];

impl Reader {
    /// `DO`.
    pub(in crate::sql) fn do_block(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        let said = node.child(Is::DO_LANGUAGE);
        let language = said.and_then(name_of_language).unwrap_or_else(|| "plpgsql".to_owned());
        if let Some(said) = said.filter(|_| !is_everywhere(&language)) {
            self.uses(Named::new(Kind::Language, None, &*language), said.span());
        }
        let Some(body) = node.child(Is::LITERAL).and_then(string) else { return };
        let inside = if self.inside == Inside::Statement { Inside::Block } else { self.inside };
        self.at(inside, |reader| reader.body(node, body, &language, Scope::within(scope)));
    }

    /// The body of `CREATE FUNCTION` and `CREATE PROCEDURE`.
    pub(in crate::sql) fn routine_body(
        &mut self,
        node: Node<'_>,
        language: &str,
        scope: &Scope<'_>,
    ) {
        let parameters = node.child(Is::PARAM_LIST).into_iter().flat_map(Node::descendants);
        let parameters = parameters.filter(|below| below.kind() == Is::PARAM_NAME);
        let columns = node.child(Is::RET_TYPE).into_iter().flat_map(Node::descendants);
        let columns =
            columns.filter(|below| below.kind() == Is::COLUMN_NAME && language == "plpgsql");
        let variables: Vec<_> = parameters.chain(columns).map(identifier).collect();
        let options = node.child(Is::FUNC_OPTION_LIST);
        let text = options.and_then(|options| options.find(Is::AS_DEFINITION));
        let text = text.and_then(|text| text.child(Is::LITERAL)).and_then(string);
        self.at(Inside::Routine, |reader| {
            let scope = Scope { variables, ..Scope::within(scope) };
            if let Some(text) = text {
                reader.body(node, text, language, scope);
            } else if let Some(body) = node.child(Is::ATOMIC_BODY) {
                reader.atomic(body, &scope);
            } else if let Some(result) = node.child(Is::RETURN_STMT) {
                reader.expressions_below(result, &scope);
            }
        });
    }

    fn atomic(&mut self, body: Node<'_>, scope: &Scope<'_>) {
        for part in body.children().filter(|child| !child.is_token()) {
            if part.kind() == Is::RETURN_STMT {
                self.expressions_below(part, scope);
            } else {
                self.statement(part, scope);
            }
        }
    }

    /// A body that is a string.
    fn body(&mut self, node: Node<'_>, text: Excerpt, language: &str, mut scope: Scope<'_>) {
        self.deeper(node, |reader| {
            match language {
                "plpgsql" => {
                    scope.variables.extend(KNOWN.iter().map(|name| (*name).to_owned()));
                    reader.plpgsql(text, scope);
                }
                "sql" => reader.text(&excerpt(text, Language::Sql), &scope),
                _ => {}
            }
            Some(())
        });
    }
}
