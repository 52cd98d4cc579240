use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use crate::migration::{LeftOut, Script, Variables, psql};
use crate::place::{Problem, SourceText};

/// The files of a migration folder, read.
#[derive(Debug, Clone, Default)]
pub struct Folder {
    /// The folder as people should see it in messages.
    pub path: PathBuf,
    /// Its files, those of its subfolders too, sorted by path.
    pub files: Vec<FolderFile>,
    /// Files that tell which tool the project uses (`Cargo.toml`, `go.mod`, `flyway.conf`), from the
    /// folder itself and those above it, the nearest first; their paths are only names.
    pub beside: Vec<FolderFile>,
}

/// One file.
#[derive(Debug, Clone)]
pub struct FolderFile {
    /// Its path relative to the folder.
    pub relative: PathBuf,
    /// Its content; empty for files that are not text of the migrations, such as Go sources.
    pub bytes: Vec<u8>,
    /// The file of the scenario that stands in for it, where its content is from there.
    pub stand_in: Option<PathBuf>,
}

/// Endings by which a file is switched off without being deleted.
const SWITCHED_OFF: &[&str] = &[".retired", ".disabled", ".skip", ".bak"];

/// Languages that migrations are written in beside SQL, by ending.
const LANGUAGES: &[(&str, &str)] = &[
    ("cjs", "JavaScript"),
    ("cs", "C#"),
    ("cts", "TypeScript"),
    ("ex", "Elixir"),
    ("exs", "Elixir"),
    ("go", "Go"),
    ("groovy", "Groovy"),
    ("java", "Java"),
    ("js", "JavaScript"),
    ("kt", "Kotlin"),
    ("mjs", "JavaScript"),
    ("mts", "TypeScript"),
    ("php", "PHP"),
    ("pl", "Perl"),
    ("py", "Python"),
    ("rb", "Ruby"),
    ("rs", "Rust"),
    ("scala", "Scala"),
    ("ts", "TypeScript"),
    ("fizz", "fizz"),
];

/// How stems end of files that test migrations, or only declare their types.
const TESTS: &[&str] = &["_test", ".test", ".spec", ".d"];

impl Folder {
    /// The SQL files directly in the folder.
    pub fn sql_files(&self) -> impl Iterator<Item = &FolderFile> {
        self.files.iter().filter(|file| file.is_sql())
    }

    /// Whether the text of at least half of the SQL files tells a tool: what one file has by chance, such as
    /// a line left over from another tool, does not. Only files with the `mark` in them are looked at.
    #[must_use]
    pub fn most_sql_files_say(&self, mark: &str, tells: impl Fn(&str) -> bool) -> bool {
        let says = |file: &&FolderFile| {
            let text = String::from_utf8_lossy(&file.bytes);
            text.contains(mark) && tells(&text)
        };
        let telling = self.sql_files().filter(says).count();
        telling > 0 && telling * 2 >= self.sql_files().count()
    }

    /// The files called `….down.sql`, by name.
    #[must_use]
    pub fn down_files(&self) -> HashMap<&str, &FolderFile> {
        let downs = self.sql_files().filter(|file| file.name().ends_with(".down.sql"));
        downs.map(|file| (file.name(), file)).collect()
    }

    /// The files of each folder directly below this one, by its name.
    #[must_use]
    pub fn subfolders(&self) -> BTreeMap<&str, Vec<&FolderFile>> {
        let mut folders: BTreeMap<&str, Vec<&FolderFile>> = BTreeMap::new();
        for file in &self.files {
            let mut parents = file.relative.parent().into_iter().flat_map(Path::components);
            if let (Some(folder), None) = (parents.next(), parents.next())
                && let Some(name) = folder.as_os_str().to_str()
            {
                folders.entry(name).or_default().push(file);
            }
        }
        folders
    }

    /// The file of that path, relative to the folder.
    #[must_use]
    pub fn file(&self, relative: &str) -> Option<&FolderFile> {
        self.files.iter().find(|file| file.relative == Path::new(relative))
    }

    /// The files directly in the folder that their names switch off.
    #[must_use]
    pub fn switched_off(&self) -> Vec<LeftOut> {
        self.files.iter().filter_map(FolderFile::left_out).collect()
    }

    /// The migrations directly in the folder that are written in another language: files with such an
    /// ending whose stem `is_migration` takes for one.
    #[must_use]
    pub fn foreign(&self, is_migration: impl Fn(&str) -> bool) -> Vec<LeftOut> {
        let mut found = Vec::new();
        for file in self.files.iter().filter(|file| file.is_direct()) {
            if let Some(language) = file.language()
                && is_migration(file.stem())
            {
                found.push(LeftOut::foreign(&file.relative, language));
            }
        }
        found
    }

    /// Whether a file of that name beside or above the folder says a word: `Cargo.toml` `sqlx`.
    #[must_use]
    pub fn is_said_beside(&self, name: &str, word: &str) -> bool {
        self.beside
            .iter()
            .filter(|file| file.name() == name)
            .any(|file| String::from_utf8_lossy(&file.bytes).contains(word))
    }

    /// Whether a file of that name is beside or above the folder.
    #[must_use]
    pub fn has_beside(&self, name: &str) -> bool {
        self.beside.iter().any(|file| file.name() == name)
    }
}

impl FolderFile {
    /// A file with its content.
    pub fn new(relative: impl Into<PathBuf>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { relative: relative.into(), bytes: bytes.into(), stand_in: None }
    }

    /// The file's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.relative.file_name().and_then(|name| name.to_str()).unwrap_or_default()
    }

    /// The file's name without its last ending.
    #[must_use]
    pub fn stem(&self) -> &str {
        self.relative.file_stem().and_then(|name| name.to_str()).unwrap_or_default()
    }

    /// Whether it lies directly in the folder.
    #[must_use]
    pub fn is_direct(&self) -> bool {
        self.relative.components().count() == 1
    }

    /// Whether it is a `.sql` file, wherever it lies. Hidden files and what editors leave behind
    /// are not.
    #[must_use]
    pub fn has_sql_ending(&self) -> bool {
        let has_ending = self.relative.extension().is_some_and(|ending| ending == "sql");
        has_ending && !self.name().starts_with('.')
    }

    /// Whether it is a `.sql` file directly in the folder.
    #[must_use]
    pub fn is_sql(&self) -> bool {
        self.is_direct() && self.has_sql_ending()
    }

    /// The language it is written in, by its ending, where that is one that migrations are written in
    /// beside SQL.
    #[must_use]
    pub fn language(&self) -> Option<&'static str> {
        let ending = self.relative.extension()?.to_str()?;
        if TESTS.iter().any(|test| self.stem().ends_with(test)) {
            return None;
        }
        LANGUAGES.iter().find(|(known, _)| *known == ending).map(|(_, language)| *language)
    }

    /// Why the file is none of the migrations, if its name switches it off.
    #[must_use]
    pub fn left_out(&self) -> Option<LeftOut> {
        let ending = SWITCHED_OFF.iter().find(|ending| self.name().ends_with(**ending))?;
        Some(LeftOut::new(&self.relative, format!("its name ends in {ending}")))
    }

    /// The path that people should see: that of the file whose content it is.
    #[must_use]
    pub fn shown(&self, folder: &Folder) -> PathBuf {
        self.stand_in.clone().unwrap_or_else(|| folder.path.join(&self.relative))
    }

    /// The file's text, with the path that people should see.
    ///
    /// # Errors
    ///
    /// When it is not UTF-8: with the line.
    pub fn source(&self, folder: &Folder) -> Result<SourceText, Problem> {
        let path = self.shown(folder);
        match std::str::from_utf8(&self.bytes) {
            Ok(text) => Ok(SourceText::new(path, text)),
            Err(error) => {
                let before = &self.bytes[..error.valid_up_to()];
                let line = before.split(|byte| *byte == b'\n').count();
                let byte = self.bytes[error.valid_up_to()];
                let message = format!("line {line} is not UTF-8 (byte 0x{byte:02x})");
                let help = "save the file as UTF-8, for instance: iconv -f latin1 -t utf-8";
                Err(Problem::error(message).path(path).help(help))
            }
        }
    }

    /// The whole file as psql would run it, its variables, conditions and commands obeyed.
    ///
    /// # Errors
    ///
    /// When it is not UTF-8.
    pub fn psql_script(&self, folder: &Folder, variables: &Variables) -> Result<Script, Problem> {
        self.source(folder).map(|source| psql::read(source, variables))
    }

    /// The whole file as it stands, cut as psql cuts it.
    ///
    /// # Errors
    ///
    /// When it is not UTF-8.
    pub fn script(&self, folder: &Folder) -> Result<Script, Problem> {
        self.source(folder).map(Script::new)
    }
}
