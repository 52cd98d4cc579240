use std::fmt::Write as _;

use super::super::names::split_schema;
use super::other::{one_item, rights};
use super::schema::local_name;
use super::text::{code, one_line, sentence};
use crate::schema::{Kind, Object, ObjectId};

/// A function's head, without its body:
/// ``- `touch(p_id uuid) → trigger` (plpgsql, security definer). What it is for.``
pub(super) fn item(id: &ObjectId, object: &Object) -> String {
    let head = object.property("definition").and_then(head);
    let (signature, notes) = match &head {
        Some(head) => (head.signature(), head.notes()),
        None => (local_name(id).to_owned(), String::new()),
    };
    let kind = if id.kind == Kind::Function { String::new() } else { format!("{} ", id.kind) };
    let mut text = format!("- {}", code(&(kind + &signature)));
    if !notes.is_empty() {
        let _ = write!(text, " ({notes})");
    }
    text.push('.');
    if let Some(comment) = object.property("comment") {
        let _ = write!(text, " {}", sentence(comment));
    }
    one_item(&(text + &rights(object, true)))
}

/// What `pg_get_functiondef` prints before the body: the name with its arguments on the first line, what
/// it returns, and its properties, each line indented by one space.
struct Head<'d> {
    name: &'d str,
    returns: Option<&'d str>,
    properties: Vec<&'d str>,
}

fn head(definition: &str) -> Option<Head<'_>> {
    let rest = definition.strip_prefix("CREATE OR REPLACE ")?;
    let (_, rest) = rest.split_once(' ')?;
    // Arguments may have defaults of several lines; the next part begins with a line break and a space.
    let (name, rest) = rest.split_once("\n ")?;
    let lines = rest.lines().take_while(|line| !is_body(line));
    let mut head = Head { name: split_schema(name).1, returns: None, properties: Vec::new() };
    for line in lines.map(str::trim) {
        match line.strip_prefix("RETURNS ") {
            Some(returns) if head.returns.is_none() => head.returns = Some(returns),
            _ => head.properties.push(line),
        }
    }
    Some(head)
}

/// `AS $function$`, `BEGIN ATOMIC` and `RETURN …` begin a body; they are not indented.
fn is_body(line: &str) -> bool {
    !line.starts_with(' ')
        && ["AS ", "BEGIN ATOMIC", "RETURN "].iter().any(|it| line.starts_with(it))
}

impl Head<'_> {
    fn signature(&self) -> String {
        let name = one_line(self.name);
        match self.returns {
            Some(returns) => format!("{name} → {returns}"),
            None => name,
        }
    }

    /// `plpgsql, stable, security definer`
    fn notes(&self) -> String {
        let notes = self.properties.iter().map(|line| {
            let line = line.strip_prefix("LANGUAGE ").unwrap_or(line);
            match line.strip_prefix("SET ") {
                Some(setting) => format!("set {}", code(setting)),
                None => line.to_lowercase(),
            }
        });
        notes.collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::catalog;
    use super::*;

    fn told(line: &str) -> String {
        let catalog = catalog(line);
        let (id, object) = catalog.objects.first_key_value().unwrap();
        item(id, object)
    }

    #[test]
    fn a_function_is_told_by_its_head() {
        let line = "function app.assess(uuid, text) | definition=CREATE OR REPLACE FUNCTION app.assess(p_user uuid, note text DEFAULT 'a, b'::text)\\n RETURNS TABLE(score integer, note text)\\n LANGUAGE plpgsql\\n STABLE SECURITY DEFINER\\n SET search_path TO 'public'\\nAS $function$\\nBEGIN\\n RETURNS 1;\\nEND\\n$function$\\n | comment=how likely it is that somebody leaves | grants to PUBLIC=EXECUTE";
        insta::assert_snapshot!(told(line), @"- `assess(p_user uuid, note text DEFAULT 'a, b'::text) → TABLE(score integer, note text)` (plpgsql, stable security definer, set `search_path TO 'public'`). how likely it is that somebody leaves.");
    }

    #[test]
    fn rights_are_told_where_they_are_not_the_usual_ones() {
        let line = "procedure public.work(integer) | definition=CREATE OR REPLACE PROCEDURE public.work(IN one integer)\\n LANGUAGE sql\\nAS $procedure$select 1$procedure$\\n | grants to app=EXECUTE";
        insta::assert_snapshot!(told(line), @"- `procedure work(IN one integer)` (sql). Grants: EXECUTE to `app`; nothing to `PUBLIC`.");
        insta::assert_snapshot!(told("aggregate public.total(integer) | state=… | grants to PUBLIC=EXECUTE"), @"- `aggregate total(integer)`.");
    }
}
