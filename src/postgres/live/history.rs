use super::look::{LiveDatabase, LiveError};
use crate::postgres::quote::quote;
use crate::status::{HistoryTable, Tool, recognised, table_names};

/// A table of a known tool.
pub struct KnownTable {
    /// Its schema, and its name.
    pub name: (String, String),
    /// The tool.
    pub tool: &'static Tool,
}

impl KnownTable {
    /// `schema.name`.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("{}.{}", self.name.0, self.name.1)
    }
}

/// Relations of these names with their columns. Dropped columns are no columns.
const FIND: &str = "
SELECT n.nspname, c.relname, string_agg(lower(a.attname::text), ',' ORDER BY a.attnum)
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_' AND ";

impl LiveDatabase {
    /// The history tables of known tools that are there, by name and columns.
    ///
    /// # Errors
    ///
    /// If the server refuses, or is lost.
    pub async fn history_tables(&self) -> Result<Vec<KnownTable>, LiveError> {
        let names = table_names().map(|(_, table)| table.rsplit('.').next().unwrap_or(table));
        let names: Vec<_> = names.map(|name| format!("'{name}'")).collect();
        let found = self.relations(&format!("c.relname IN ({})", names.join(", "))).await?;
        let known = found.into_iter().filter_map(|(schema, name, columns)| {
            let shown = format!("{schema}.{name}");
            let table = HistoryTable { name: shown.clone(), columns, rows: Vec::new() };
            let tool = recognised(&table)?;
            let is_its = |known: &&str| *known == name || *known == shown;
            tool.tables.iter().any(is_its).then_some(KnownTable { name: (schema, name), tool })
        });
        Ok(known.collect())
    }

    /// The tables that a name means, with or without its schema.
    ///
    /// # Errors
    ///
    /// If the server refuses, or is lost.
    pub async fn tables_called(&self, name: &str) -> Result<Vec<(String, String)>, LiveError> {
        let literal = crate::postgres::literal(name);
        let condition = format!("{literal} IN (c.relname, n.nspname || '.' || c.relname)");
        let found = self.relations(&condition).await?;
        Ok(found.into_iter().map(|(schema, name, _)| (schema, name)).collect())
    }

    /// Reads all rows of a table.
    ///
    /// # Errors
    ///
    /// If the user may not read it, it is locked for long, or the server is lost.
    pub async fn history(&self, (schema, name): (&str, &str)) -> Result<HistoryTable, LiveError> {
        let found = self.query(&format!("SELECT * FROM {}.{}", quote(schema), quote(name))).await?;
        let columns = found.columns.iter().map(|column| column.to_lowercase()).collect();
        Ok(HistoryTable { name: format!("{schema}.{name}"), columns, rows: found.rows })
    }

    async fn relations(
        &self,
        condition: &str,
    ) -> Result<Vec<(String, String, Vec<String>)>, LiveError> {
        let sql = format!("{FIND}{condition} GROUP BY n.nspname, c.relname ORDER BY 1, 2");
        let found = self.query(&sql).await?;
        let relation = |row: Vec<Option<String>>| {
            let mut cells = row.into_iter().flatten();
            let (schema, name) = (cells.next()?, cells.next()?);
            Some((schema, name, cells.next()?.split(',').map(str::to_owned).collect()))
        };
        Ok(found.rows.into_iter().filter_map(relation).collect())
    }
}
