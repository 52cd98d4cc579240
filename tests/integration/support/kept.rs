use tokio_postgres::NoTls;

use super::{Project, Ran};

/// Takes away, in the end, what a test has kept; whatever else is kept on this machine stays.
pub(crate) struct Cleaner<'p> {
    project: &'p Project,
    case: String,
    backend: String,
}

impl<'p> Cleaner<'p> {
    /// For cases with this text in their name.
    pub(crate) fn new(project: &'p Project, case: &str, backend: &str) -> Self {
        Self { project, case: case.to_owned(), backend: backend.to_owned() }
    }

    pub(crate) fn clean(&self, flags: &[&str]) -> Ran {
        let arguments = ["clean", &self.case, "--backend", &self.backend];
        self.project.run(&[&arguments[..], flags].concat())
    }
}

impl Drop for Cleaner<'_> {
    fn drop(&mut self) {
        self.clean(&[]);
    }
}

impl Ran {
    /// The URL that was printed for a kept database.
    pub(crate) fn url(&self) -> String {
        let line = self.line_with("DATABASE_URL=").or_else(|| self.line_with("    psql "));
        let line = line.unwrap_or_else(|| panic!("no URL in\n{}", self.text));
        let (_, url) = line.split_at(line.find("postgres://").unwrap());
        url.trim_end().trim_end_matches('\'').to_owned()
    }

    pub(crate) fn line_with(&self, text: &str) -> Option<&str> {
        self.text.lines().find(|line| line.contains(text))
    }
}

/// The first column of the rows of a query.
pub(crate) async fn ask(url: &str, sql: &str) -> Result<Vec<String>, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    let rows = client.query(sql, &[]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Runs SQL as psql would, but for psql's own commands; the SQLSTATE of the error, if there is one.
pub(crate) async fn sqlstate_of(url: &str, sql: &str) -> Option<String> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let sql: Vec<_> = sql.lines().filter(|line| !line.starts_with('\\')).collect();
    for statement in sql.join("\n").split_inclusive(";\n") {
        if let Err(error) = client.batch_execute(statement).await {
            return Some(error.code().unwrap().code().to_owned());
        }
    }
    None
}
