use super::inquiry::Inquiry;
use super::message::{dependents, quoted_names};
use super::missing::{Wanted, missing};
use super::there::there;
use super::violated::{acted_table, named_row, violated};
use crate::schema::{Kind, ObjectId};
use crate::sql::{Named, Verb};

/// What the server complains about, held against what the statement says and what was there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Something is not there; the likeliest first.
    Missing(Vec<Wanted>),
    /// Something is there already, or there in another shape.
    There(ObjectId),
    /// A relation is there, and is of another sort than the statement needs: not partitioned, no view.
    Shape(ObjectId),
    /// A row is there already: its table, the key, and the values that are there twice.
    RowThere { table: ObjectId, key: Option<ObjectId>, values: Vec<String> },
    /// A row that others refer to is not there: the table that it should be in.
    RowMissing(ObjectId, Vec<String>),
    /// Rows break a rule that the statement brings: their table, what the rule is about, and the values.
    Rows { table: ObjectId, about: Option<ObjectId>, values: Vec<String> },
    /// The statement's own row breaks a rule that is there: a column that may not be null, a check.
    Rule { table: ObjectId, about: ObjectId },
    /// Others depend on what is to be dropped or altered.
    Dependents { of: Option<ObjectId>, dependents: Vec<ObjectId> },
    /// The extension is not offered by the server.
    Unavailable(ObjectId),
    /// The statement may not run in a transaction.
    InTransaction,
    /// A new label of an enum is used before it was committed.
    EnumUncommitted,
    /// The server cannot parse it.
    Syntax,
    /// Anything else.
    Other,
}

/// Classifies a finding by its SQLSTATE (documentation, appendix A).
pub(super) fn trouble(inquiry: &Inquiry<'_>) -> Trouble {
    let found = match inquiry.state() {
        // undefined_table, undefined_column, undefined_object, undefined_function, invalid_schema_name,
        // invalid_text_representation (a label that its enum lacks), invalid_column_reference (ON CONFLICT without its index),
        // invalid_foreign_key (a key that is not there)
        "42P01" | "42703" | "42704" | "42883" | "3F000" | "22P02" | "42P10" | "42830" => {
            let wanted = missing(inquiry);
            if wanted.is_empty() { cast(inquiry) } else { Some(Trouble::Missing(wanted)) }
        }
        // duplicate_table, duplicate_object, duplicate_column, duplicate_function, duplicate_schema,
        // invalid_function_definition and invalid_table_definition (another shape is there)
        "42P07" | "42710" | "42701" | "42723" | "42P06" | "42P13" | "42P16" => {
            there(inquiry).map(Trouble::There)
        }
        // invalid_object_definition, wrong_object_type
        "42P17" | "42809" => shape(inquiry),
        // not_null_violation, foreign_key_violation, unique_violation, check_violation, exclusion_violation
        "23502" | "23503" | "23505" | "23514" | "23P01" => violation(inquiry),
        // dependent_objects_still_exist
        "2BP01" => Some(dependent(inquiry)),
        // feature_not_supported, undefined_file: an extension that is not offered, or a column that a view uses
        "0A000" | "58P01" | "22023" => unavailable(inquiry).or_else(|| used_by_others(inquiry)),
        // active_sql_transaction
        "25001" => Some(Trouble::InTransaction),
        // unsafe_new_enum_value_usage
        "55P04" => Some(Trouble::EnumUncommitted),
        // syntax_error
        "42601" => Some(Trouble::Syntax),
        // data_exception: values that a column's new type cannot take
        state if state.starts_with("22") => cast(inquiry),
        _ => None,
    };
    found.unwrap_or(Trouble::Other)
}

/// A violated constraint: of rows that were there (the statement brings or tightens the rule), or of the statement's own rows.
fn violation(inquiry: &Inquiry<'_>) -> Option<Trouble> {
    let violated = violated(inquiry)?;
    let (table, about, values) = (violated.table, violated.about, violated.values);
    if !violated.by_own_rows {
        return Some(Trouble::Rows { table, about, values });
    }
    Some(match (inquiry.state(), named_row(inquiry)) {
        ("23505" | "23P01", _) => Trouble::RowThere { table, key: about, values },
        ("23503", Some(other)) => Trouble::RowMissing(other, values),
        // A domain's rule names no column: whatever changes what the statement speaks of may be to blame.
        _ => Trouble::Rule { table, about: about? },
    })
}

/// `table "t" is not partitioned`, `"v" is not a view`.
fn shape(inquiry: &Inquiry<'_>) -> Option<Trouble> {
    let names = quoted_names(&inquiry.found.error.message);
    let relation = |name: String| inquiry.past.resolve(&Named::new(Kind::Table, None, name));
    let mut relations = names.into_iter().take(1).flat_map(relation);
    relations.find(|relation| inquiry.is_there(relation)).map(Trouble::Shape)
}

fn cast(inquiry: &Inquiry<'_>) -> Option<Trouble> {
    let is_cast = |verb: &Verb| *verb == Verb::Alter("type");
    let act = inquiry.reading.acts.iter().find(|act| is_cast(&act.verb))?;
    let about = inquiry.past.resolve(&act.object).into_iter().next();
    let table = acted_table(inquiry)?;
    Some(Trouble::Rows { table, about, values: Vec::new() })
}

fn dependent(inquiry: &Inquiry<'_>) -> Trouble {
    let dropped = inquiry.reading.acts.iter().find(|act| matches!(act.verb, Verb::Drop { .. }));
    let of = dropped.and_then(|act| inquiry.past.resolve(&act.object).into_iter().next());
    Trouble::Dependents { of, dependents: dependents(inquiry) }
}

/// `CREATE EXTENSION` of what the server does not offer: `feature_not_supported` since Postgres 13, `undefined_file` before.
fn unavailable(inquiry: &Inquiry<'_>) -> Option<Trouble> {
    let acts = inquiry.reading.acts.iter();
    let made = acts.filter(|act| act.verb == Verb::Create && act.object.kind == Kind::Extension);
    let lacking = |name: &str| {
        inquiry.evidence.offered.is_empty() || !inquiry.evidence.offered.contains_key(name)
    };
    made.map(|act| act.object.name.clone())
        .find(|name| lacking(name))
        .map(|name| Trouble::Unavailable(ObjectId::new(Kind::Extension, name)))
}

/// "cannot alter type of a column used by a view or rule": `feature_not_supported`, with what uses it in the detail.
fn used_by_others(inquiry: &Inquiry<'_>) -> Option<Trouble> {
    let altered = inquiry
        .reading
        .acts
        .iter()
        .find(|act| matches!(act.verb, Verb::Alter(_)) && act.object.kind == Kind::Column)?;
    let dependents = dependents(inquiry);
    let of = inquiry.past.resolve(&altered.object).into_iter().next();
    (!dependents.is_empty()).then_some(Trouble::Dependents { of, dependents })
}
