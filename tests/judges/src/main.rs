//! `judge TOOL FOLDER DATABASE_URL` runs the migrations of a folder with the real runner of a tool, as a
//! program that uses it does. It ends with 1 where the runner refuses or fails, and with 2 where the runner
//! was not reached.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use diesel::Connection;
use diesel::pg::PgConnection;
use diesel_migrations::{FileBasedMigrations, MigrationHarness};

type Failed = Box<dyn Error + Send + Sync>;
type Judged = Result<(), Failed>;

/// No connection: nothing was judged.
#[derive(Debug)]
struct Unreached(Failed);

impl std::fmt::Display for Unreached {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no connection to the database: {}", self.0)
    }
}

impl Error for Unreached {}

fn unreached(error: impl Into<Failed>) -> Unreached {
    Unreached(error.into())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [tool, folder, url] = arguments.as_slice() else {
        eprintln!("judge: error: say it as: judge sqlx|diesel|refinery FOLDER DATABASE_URL");
        return ExitCode::from(2);
    };
    let judged = match tool.as_str() {
        "sqlx" => sqlx(Path::new(folder), url).await,
        "diesel" => diesel(Path::new(folder), url),
        "refinery" => refinery(Path::new(folder), url).await,
        _ => {
            eprintln!(
                "judge: error: there is no runner {tool:?} here, only sqlx, diesel and refinery"
            );
            return ExitCode::from(2);
        }
    };
    match judged {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{tool}: {}", with_causes(&*error));
            ExitCode::from(if error.is::<Unreached>() { 2 } else { 1 })
        }
    }
}

async fn sqlx(folder: &Path, url: &str) -> Judged {
    use sqlx::Connection;
    let migrator = sqlx::migrate::Migrator::new(folder).await?;
    // It wants a host even where `?host=` names the folder of a socket.
    let url = url.replacen("@/", "@localhost/", 1);
    let mut connection = sqlx::PgConnection::connect(&url).await.map_err(unreached)?;
    migrator.run(&mut connection).await?;
    Ok(connection.close().await?)
}

fn diesel(folder: &Path, url: &str) -> Judged {
    let migrations = FileBasedMigrations::from_path(folder)?;
    let mut connection = PgConnection::establish(url).map_err(unreached)?;
    connection.run_pending_migrations(migrations)?;
    Ok(())
}

async fn refinery(folder: &Path, url: &str) -> Judged {
    let migrations = refinery::load_sql_migrations(folder)?;
    let connecting = tokio_postgres::connect(url, tokio_postgres::NoTls);
    let (mut client, connection) = connecting.await.map_err(unreached)?;
    let connection = tokio::spawn(connection);
    refinery::Runner::new(&migrations).run_async(&mut client).await?;
    drop(client);
    Ok(connection.await??)
}

/// An error and what caused it, each once.
fn with_causes(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        cause = error.source();
    }
    text
}
