use crate::schema::Kind;
use crate::sql::{Act, Guard, Inside, Named, Reading, RowWrite, Use, Verb, read};

/// What is read in a statement, in a line: acts in their order, those that are part of another one after a dot, then uses.
pub(super) fn told(sql: &str) -> String {
    let reading = read(sql);
    let mut lines: Vec<_> = reading.acts.iter().map(act).collect();
    lines.extend(reading.uses.iter().map(used));
    lines.extend(faults(&reading));
    lines.join("; ")
}

/// The acts alone.
pub(super) fn acts(sql: &str) -> String {
    read(sql).acts.iter().map(act).collect::<Vec<_>>().join("; ")
}

/// The uses alone.
pub(super) fn uses(sql: &str) -> String {
    read(sql).uses.iter().map(used).collect::<Vec<_>>().join("; ")
}

fn faults(reading: &Reading) -> impl Iterator<Item = String> {
    reading.faults.iter().map(|fault| format!("fault {} at {:?}", fault.message, fault.span))
}

fn act(act: &Act) -> String {
    let dot = if act.part_of.is_some() { "." } else { "" };
    let verb = match &act.verb {
        Verb::Create => "create".to_owned(),
        Verb::Alter(what) => format!("alter {what} of"),
        Verb::Rename(_) => "rename".to_owned(),
        Verb::SetSchema(_) => "move".to_owned(),
        Verb::Drop { .. } => "drop".to_owned(),
        Verb::Write(how) => written(*how).to_owned(),
    };
    let after = match &act.verb {
        Verb::Rename(name) => format!(" to {name}"),
        Verb::SetSchema(name) => format!(" into {name}"),
        Verb::Drop { cascade: true } => " cascade".to_owned(),
        _ => String::new(),
    };
    let guard = match act.guard {
        Guard::None => "",
        Guard::IfNotExists => " unless there",
        Guard::IfExists => " if there",
        Guard::OrReplace => " or replace",
    };
    let definition = act.definition.as_ref().map(|text| format!(" = {text}")).unwrap_or_default();
    let from: Vec<_> = act.columns_from.iter().map(name).collect();
    let from = if from.is_empty() { String::new() } else { format!(" like {}", from.join(", ")) };
    let more = if act.has_other_columns { " and more" } else { "" };
    format!(
        "{dot}{verb} {}{after}{guard}{definition}{from}{more}{}",
        named(&act.object),
        inside(act.inside)
    )
}

fn written(how: RowWrite) -> &'static str {
    match how {
        RowWrite::Insert => "insert",
        RowWrite::InsertOrSkip => "insert or skip",
        RowWrite::Update => "update",
        RowWrite::Delete => "delete",
        RowWrite::Truncate => "truncate",
    }
}

fn used(used: &Use) -> String {
    let among: Vec<_> = used.among.iter().map(name).collect();
    let is_said = matches!(used.among.as_slice(), [only] if only.name == used.object.name);
    let among = if among.is_empty() || is_said {
        String::new()
    } else {
        format!(" among {}", among.join(", "))
    };
    format!("use {}{among}{}", named(&used.object), inside(used.inside))
}

fn inside(inside: Inside) -> &'static str {
    match inside {
        Inside::Statement => "",
        Inside::Block => " @block",
        Inside::Branch => " @branch",
        Inside::Routine => " @routine",
        Inside::Dynamic => " @dynamic",
    }
}

fn named(object: &Named) -> String {
    format!("{} {}", object.kind, name(object))
}

fn name(object: &Named) -> String {
    let parts = [object.schema.as_deref(), Some(&*object.name), object.member.as_deref()];
    let said: Vec<_> = parts.into_iter().flatten().collect();
    let arguments = object.arguments.as_ref().map(|types| format!("({})", types.join(", ")));
    let is_call = object.kind == Kind::Function && arguments.is_none();
    let arguments = if is_call { String::new() } else { arguments.unwrap_or_default() };
    format!("{}{arguments}", said.join("."))
}
