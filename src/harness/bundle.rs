use std::fs::File;
use std::io;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};
use tempfile::NamedTempFile;

use crate::outcome::{Dump, Reproduction};
use crate::report::{Style, bundle_readme, render_failure, session_file, statement_file};

/// Writes everything that somebody else needs to see the same failure: beside its place, and then renamed
/// into it.
pub(super) fn write_bundle(
    path: &Path,
    dump: &Path,
    reproduction: &Reproduction,
) -> io::Result<()> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    std::fs::create_dir_all(folder)?;
    let file = NamedTempFile::new_in(folder)?;
    let mut archive = Builder::new(GzEncoder::new(file, Compression::default()));
    add_text(&mut archive, "README.md", &bundle_readme(reproduction))?;
    if let Some(failure) = &reproduction.failure {
        let diagnosis = render_failure(failure, Style::Plain) + "\n";
        add_text(&mut archive, "diagnosis.txt", &diagnosis)?;
    }
    if let Some(roles) = roles_of(reproduction) {
        add_text(&mut archive, "roles.sql", &roles)?;
    }
    if let Some(statement) = statement_file(reproduction) {
        let settings = session_file(reproduction).unwrap_or_default();
        add_text(&mut archive, "statement.sql", &format!("{settings}{statement}"))?;
    }
    add_file(&mut archive, "dump.sql", dump)?;
    let file = archive.into_inner()?.finish()?;
    file.persist(path)?;
    Ok(())
}

fn roles_of(reproduction: &Reproduction) -> Option<String> {
    match reproduction.kept.as_ref().map(|kept| &kept.dump) {
        Some(Dump::Written { roles }) if !roles.is_empty() => Some(roles.join("\n") + "\n"),
        _ => None,
    }
}

/// Everything lies in one folder, so that unpacking litters nobody's.
const FOLDER: &str = "migration-replay";

fn header(bytes: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::Regular);
    header.set_mode(0o644);
    header.set_size(bytes);
    header
}

fn add_text<W: io::Write>(archive: &mut Builder<W>, name: &str, text: &str) -> io::Result<()> {
    let mut header = header(text.len() as u64);
    archive.append_data(&mut header, format!("{FOLDER}/{name}"), text.as_bytes())
}

fn add_file<W: io::Write>(archive: &mut Builder<W>, name: &str, path: &Path) -> io::Result<()> {
    let file = File::open(path)?;
    let mut header = header(file.metadata()?.len());
    archive.append_data(&mut header, format!("{FOLDER}/{name}"), file)
}
