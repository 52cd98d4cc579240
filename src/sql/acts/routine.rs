use crate::schema::Kind;
use crate::sql::Named;
use crate::sql::reader::Reader;
use crate::sql::syntax::{Is, Node, string};
use crate::sql::uses::{Scope, arguments, is_type};
use crate::sql::words::{argument, fold, fold_identifier, fold_tokens, hash, identifier, object};

impl Reader {
    /// `CREATE FUNCTION` and `CREATE PROCEDURE`.
    pub(super) fn create_routine(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        let Some(name) = node.child_of(&[Is::FUNCTION_NAME, Is::PROCEDURE_NAME]) else { return };
        let is_function = node.kind() == Is::CREATE_FUNCTION;
        let kind = if is_function { Kind::Function } else { Kind::Procedure };
        let mut routine = object(kind, name);
        let parameters = node.child(Is::PARAM_LIST);
        routine.arguments = Some(parameters.map(arguments).unwrap_or_default());
        let mut act = self.made(node, routine, name);
        let language = language(node);
        act.definition = Some(definition(node, &language));
        self.add(act);
        for part in [parameters, node.child(Is::RET_TYPE)].into_iter().flatten() {
            self.expression(part, scope);
        }
        self.options(node, &language);
        self.routine_body(node, &language, scope);
    }

    /// What the options of a routine speak of.
    fn options(&mut self, node: Node<'_>, language: &str) {
        let options = node.child(Is::FUNC_OPTION_LIST).into_iter().flat_map(Node::children);
        for option in options {
            if option.kind() == Is::LANGUAGE_FUNC_OPTION && !is_everywhere(language) {
                let named = option.child_of(&[Is::LANGUAGE_REF, Is::LITERAL]).unwrap_or(option);
                let object = Named::new(Kind::Language, None, language);
                self.uses(object, named.span());
            } else if option.kind() == Is::SUPPORT_FUNC_OPTION
                && let Some(function) = option.child(Is::FUNCTION_NAME_REF)
            {
                self.uses_named(Kind::Function, function);
            }
        }
    }

    /// `CREATE AGGREGATE`.
    pub(super) fn create_aggregate(&mut self, node: Node<'_>, scope: &Scope<'_>) {
        let Some(name) = node.child(Is::AGGREGATE_NAME) else { return };
        let mut aggregate = object(Kind::Aggregate, name);
        let parameters = node.child(Is::PARAM_LIST);
        aggregate.arguments = parameters.map(arguments);
        let mut act = self.made(node, aggregate, name);
        let attributes = node.child(Is::ATTRIBUTE_LIST);
        act.definition = attributes.map(fold);
        self.add(act);
        if let Some(parameters) = parameters {
            self.expression(parameters, scope);
        }
        if let Some(attributes) = attributes {
            self.attribute_values(attributes);
        }
    }
}

/// The language of a routine; without any it is SQL with a body of its own.
fn language(node: Node<'_>) -> String {
    let options = node.child(Is::FUNC_OPTION_LIST).into_iter().flat_map(Node::children);
    let said = options.filter(|option| option.kind() == Is::LANGUAGE_FUNC_OPTION).last();
    said.and_then(name_of_language).unwrap_or_else(|| "sql".to_owned())
}

/// The language that an option names, as an identifier or as a string.
pub(in crate::sql) fn name_of_language(option: Node<'_>) -> Option<String> {
    let named = option.child_of(&[Is::LANGUAGE_REF, Is::LITERAL])?;
    if named.kind() == Is::LITERAL {
        return string(named).map(|value| fold_identifier(&value.text));
    }
    Some(identifier(named))
}

/// Languages that every database has.
pub(in crate::sql) fn is_everywhere(language: &str) -> bool {
    matches!(language, "sql" | "plpgsql" | "c" | "internal")
}

/// Parameters, what it returns, its options, and a sum of its body.
fn definition(node: Node<'_>, language: &str) -> String {
    let parameters = node.child(Is::PARAM_LIST).into_iter().flat_map(|list| list.all(Is::PARAM));
    let parameters: Vec<_> = parameters.map(parameter).collect();
    let mut words = vec![format!("({})", parameters.join(", "))];
    words.extend(node.child(Is::RET_TYPE).map(returns));
    words.push(format!("language {language}"));
    let mut options = Vec::new();
    let mut body = node.child_of(&[Is::ATOMIC_BODY, Is::RETURN_STMT]);
    for option in node.child(Is::FUNC_OPTION_LIST).into_iter().flat_map(Node::children) {
        match option.kind() {
            Is::AS_FUNC_OPTION => body = Some(option),
            Is::LANGUAGE_FUNC_OPTION => {}
            _ => options.push(fold(option)),
        }
    }
    options.sort();
    words.extend(options);
    words.extend(body.map(|body| format!("body {}", hash(&folded_body(body)))));
    words.join(" ")
}

fn parameter(node: Node<'_>) -> String {
    let words = node.children().filter_map(|part| match part.kind() {
        Is::PARAM_IN => None,
        kind if is_type(kind) => Some(argument(part)),
        _ => Some(fold(part)),
    });
    words.collect::<Vec<_>>().join(" ")
}

fn returns(node: Node<'_>) -> String {
    if let Some(one) = node.children().find(|child| is_type(child.kind())) {
        return format!("returns {}", argument(one));
    }
    let columns = node.descendants().filter(|it| it.kind() == Is::RETURN_TABLE_COLUMN);
    let columns: Vec<_> = columns.map(parameter).collect();
    format!("returns table ({})", columns.join(", "))
}

/// The body with blanks folded; comments and the case of words stay, since a body is a string to Postgres.
fn folded_body(body: Node<'_>) -> String {
    let literal = body.find(Is::LITERAL).filter(|_| body.kind() == Is::AS_FUNC_OPTION);
    match literal.and_then(string) {
        Some(text) => text.text.split_whitespace().collect::<Vec<_>>().join(" "),
        None => fold_tokens(body.tokens()),
    }
}
