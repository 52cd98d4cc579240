use csv::{ErrorKind, ReaderBuilder};

use crate::place::Problem;

/// A history table as text: its columns, and its rows as Postgres prints them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryTable {
    /// What people should call it: `public.schema_migrations`, or the file of an export.
    pub name: String,
    /// The columns, in lower case.
    pub columns: Vec<String>,
    /// The rows; each has as many cells as there are columns.
    pub rows: Vec<Vec<Option<String>>>,
}

impl HistoryTable {
    /// Reads an export: CSV with a header, as psql's `\copy … to … csv header` writes it. An empty cell is NULL.
    ///
    /// # Errors
    ///
    /// When there is no header, or a line has another number of cells than the header.
    pub fn from_csv(name: &str, bytes: &[u8]) -> Result<Self, Problem> {
        let refuse = |message: String| {
            Problem::error(message)
                .path(name)
                .help("export the history table like this: psql -c \"\\copy TABLE to history.csv csv header\"")
        };
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = ReaderBuilder::new().from_reader(bytes);
        let header = reader.headers().map_err(|error| refuse(why(&error)))?;
        let columns: Vec<_> = header.iter().map(|it| it.trim().to_lowercase()).collect();
        if columns.iter().all(String::is_empty) {
            return Err(refuse("the export is empty: it has not even a header".into()));
        }
        let cell = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let rows = reader.records().map(|record| Ok(record?.iter().map(cell).collect()));
        let rows: Result<_, csv::Error> = rows.collect();
        let rows = rows.map_err(|error| refuse(why(&error)))?;
        Ok(Self { name: name.to_owned(), columns, rows })
    }

    /// Whether it has all of these columns.
    #[must_use]
    pub fn has(&self, columns: &[&str]) -> bool {
        columns.iter().all(|column| self.columns.iter().any(|it| it == column))
    }
}

/// What is wrong with a CSV file, with its line.
fn why(error: &csv::Error) -> String {
    let line = error.position().map_or_else(String::new, |at| format!("line {}: ", at.line()));
    match error.kind() {
        ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{line}{len} cells, where the header has {expected_len}")
        }
        ErrorKind::Utf8 { .. } => format!("{line}not UTF-8"),
        _ => format!("this is no CSV file: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_has_columns_and_rows_and_empty_cells_are_null() {
        let text = "\u{feff}Version,dirty\n3,f\n\"a,\n\"\"b\",\n";
        let table = HistoryTable::from_csv("h.csv", text.as_bytes()).unwrap();
        assert_eq!(table.columns, ["version", "dirty"]);
        assert_eq!(table.rows[0], [Some("3".to_owned()), Some("f".to_owned())]);
        assert_eq!(table.rows[1], [Some("a,\n\"b".to_owned()), None]);
    }

    #[rstest::rstest]
    #[case::empty("", "it has not even a header")]
    #[case::ragged("a,b\n1,2\n3\n", "line 3: 1 cells, where the header has 2")]
    fn what_is_no_export_is_refused_with_its_line(#[case] text: &str, #[case] why: &str) {
        let problem = HistoryTable::from_csv("h.csv", text.as_bytes()).unwrap_err();
        assert!(problem.message.contains(why), "{}", problem.message);
    }
}
