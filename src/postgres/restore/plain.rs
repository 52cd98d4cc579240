use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::pin::pin;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use futures_util::SinkExt;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::frames::Frames;
use crate::migration::split::{Event, Query, Stream};
use crate::outcome::SqlError;
use crate::plan::{DumpFile, DumpFormat};
use crate::postgres::PgSession;
use crate::postgres::error::sql_error;

/// Where and why a dump stopped.
#[derive(Debug)]
pub struct RestoreError {
    /// The line of the dump, where it is known.
    pub line: Option<usize>,
    /// The statement.
    pub statement: Option<String>,
    /// What the server (or the file system) said.
    pub error: SqlError,
}

impl RestoreError {
    pub(super) fn message(message: impl Into<String>) -> Self {
        let error = SqlError { message: message.into(), ..SqlError::default() };
        Self { line: None, statement: None, error }
    }
}

/// What the reading thread sends to the session.
enum Item {
    Sql(Query),
    CopyIn(Query),
    Data(Bytes),
    CopyEnd,
    Meta(Query),
    Broken(String),
}

/// How many items may wait between file and server.
const QUEUE: usize = 16;

/// Restores SQL text, plain or compressed. Returns how many statements were sent.
///
/// # Errors
///
/// The first statement that fails, with its line.
pub async fn restore_plain(session: &PgSession, dump: &DumpFile) -> Result<usize, RestoreError> {
    let (sender, mut items) = channel(QUEUE);
    let (path, format) = (dump.path.clone(), dump.format);
    let reading = tokio::task::spawn_blocking(move || read(&path, format, &sender));
    let mut statements = 0;
    while let Some(item) = items.recv().await {
        match item {
            Item::Sql(query) => execute(session, query).await?,
            Item::CopyIn(query) => copy(session, query, &mut items).await?,
            Item::Meta(query) => {
                obey(query)?;
                continue;
            }
            Item::Broken(message) => return Err(RestoreError::message(message)),
            Item::Data(_) | Item::CopyEnd => continue,
        }
        statements += 1;
    }
    let _ended = reading.await;
    Ok(statements)
}

async fn execute(session: &PgSession, query: Query) -> Result<(), RestoreError> {
    let result = session.limited(session.client().batch_execute(&query.text)).await;
    result.map_err(|error| at(query, error))
}

fn at(query: Query, error: SqlError) -> RestoreError {
    RestoreError { line: Some(query.line), statement: Some(query.text), error }
}

async fn copy(
    session: &PgSession,
    query: Query,
    items: &mut Receiver<Item>,
) -> Result<(), RestoreError> {
    let send = async {
        let sink = session.client().copy_in::<_, Bytes>(query.text.as_str()).await?;
        let mut sink = pin!(sink);
        while let Some(Item::Data(data)) = items.recv().await {
            sink.send(data).await?;
        }
        sink.finish().await
    };
    // Data may take as long as there are data; each piece that the server takes is progress.
    send.await.map(drop).map_err(|error| at(query, sql_error(&error)))
}

/// `\restrict` and `\unrestrict` guard psql, which this is not (`pg_dump` documentation, 17.6 and later).
fn obey(query: Query) -> Result<(), RestoreError> {
    let command = query.text.split_whitespace().next().unwrap_or_default();
    if matches!(command, "\\restrict" | "\\unrestrict") {
        return Ok(());
    }
    let hint = match command {
        "\\connect" | "\\c" => {
            "dump one database with pg_dump, not the whole server with pg_dumpall"
        }
        _ => "make the dump with pg_dump, plain or --format=custom",
    };
    let error = SqlError {
        message: format!("the psql command {command} cannot be obeyed here"),
        hint: Some(hint.into()),
        ..SqlError::default()
    };
    Err(at(query, error))
}

fn read(path: &Path, format: DumpFormat, sender: &Sender<Item>) {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) => {
            let _gone = sender.blocking_send(Item::Broken(error.to_string()));
            return;
        }
    };
    let reader: Box<dyn Read> = match format {
        DumpFormat::PlainGzip => Box::new(MultiGzDecoder::new(file)),
        DumpFormat::PlainZstd => Box::new(Frames::Between(BufReader::new(file))),
        DumpFormat::Plain | DumpFormat::Custom | DumpFormat::Directory => Box::new(file),
    };
    let mut stream = Stream::new(BufReader::with_capacity(128 * 1024, reader));
    loop {
        let item = match stream.next_event() {
            Ok(None) => return,
            Ok(Some(Event::Sql(query))) => Item::Sql(query),
            Ok(Some(Event::CopyIn(query))) => Item::CopyIn(query),
            Ok(Some(Event::CopyData(data))) => Item::Data(Bytes::copy_from_slice(data)),
            Ok(Some(Event::CopyEnd)) => Item::CopyEnd,
            Ok(Some(Event::Meta(query))) => Item::Meta(query),
            Err(error) => Item::Broken(error.to_string()),
        };
        let is_broken = matches!(item, Item::Broken(_));
        // Nobody listens any more once a statement has failed.
        if sender.blocking_send(item).is_err() || is_broken {
            return;
        }
    }
}
