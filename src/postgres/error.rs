use std::error::Error as _;

use tokio_postgres::error::{DbError, ErrorPosition};

use crate::outcome::{NamedInError, SqlError, SqlErrorKind};
use crate::scenario::SqlState;

/// What tokio-postgres reports, as a value.
pub(super) fn sql_error(error: &tokio_postgres::Error) -> SqlError {
    let Some(db) = error.as_db_error() else {
        return SqlError {
            kind: SqlErrorKind::Lost,
            message: lost_message(error),
            ..SqlError::default()
        };
    };
    let (position, internal) = match db.position() {
        Some(ErrorPosition::Original(at)) => (Some(*at), None),
        Some(ErrorPosition::Internal { position, query }) => {
            (None, Some((query.clone(), *position)))
        }
        None => (None, None),
    };
    SqlError {
        kind: kind_of(db.code().code()),
        sqlstate: SqlState::parse(db.code().code()),
        message: db.message().to_owned(),
        detail: db.detail().map(str::to_owned),
        hint: db.hint().map(str::to_owned),
        context: db.where_().map(str::to_owned),
        position,
        internal,
        named: named(db),
    }
}

fn named(db: &DbError) -> Option<Box<NamedInError>> {
    let named = NamedInError {
        schema: db.schema().map(str::to_owned),
        table: db.table().map(str::to_owned),
        column: db.column().map(str::to_owned),
        data_type: db.datatype().map(str::to_owned),
        constraint: db.constraint().map(str::to_owned),
    };
    (named != NamedInError::default()).then(|| Box::new(named))
}

/// SQLSTATEs after which this connection or the server is gone: 57P01 `admin_shutdown`,
/// 57P02 `crash_shutdown`, 57P03 `cannot_connect_now`, 57P04 `database_dropped`, and class 08.
fn kind_of(state: &str) -> SqlErrorKind {
    if matches!(state, "57P01" | "57P02" | "57P03" | "57P04") || state.starts_with("08") {
        SqlErrorKind::Lost
    } else {
        SqlErrorKind::Refused
    }
}

fn lost_message(error: &tokio_postgres::Error) -> String {
    match error.source() {
        Some(source) => format!("the connection to the server was lost: {source}"),
        None => format!("the connection to the server was lost: {error}"),
    }
}
