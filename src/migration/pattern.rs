use globset::{Glob, GlobMatcher};

use super::Migration;

/// How users name a migration: by version, file name or glob.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    glob: Option<GlobMatcher>,
}

impl Pattern {
    /// Reads a pattern. A text without `*`, `?`, `[` or `{` is a version or a file name.
    ///
    /// # Errors
    ///
    /// What is wrong with the glob.
    pub fn new(text: &str) -> Result<Self, String> {
        let glob = if text.contains(['*', '?', '[', '{']) {
            let glob = Glob::new(text).map_err(|error| error.kind().to_string())?;
            Some(glob.compile_matcher())
        } else {
            None
        };
        Ok(Self { text: text.to_owned(), glob })
    }

    /// Whether the migration is meant.
    #[must_use]
    pub fn matches(&self, migration: &Migration) -> bool {
        let file = migration.file_name();
        if let Some(glob) = &self.glob {
            return glob.is_match(file) || glob.is_match(migration.id.as_str());
        }
        let stem = |name: &str| name.trim_end_matches(".sql").trim_end_matches(".up").to_owned();
        migration.version.is(&self.text)
            || migration.id.as_str() == self.text
            || file == self.text
            || stem(file) == stem(&self.text)
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}
