use std::path::{Path, PathBuf};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::LiveError;

/// The root certificates that an address names: a file, `system` for those of the machine, or else the file where libpq
/// looks; `None` where there is no such file.
pub(super) fn roots(
    named: Option<&Path>,
) -> Result<Option<Vec<CertificateDer<'static>>>, LiveError> {
    match named {
        Some(path) if path.as_os_str() == "system" => {
            Ok(Some(rustls_native_certs::load_native_certs().certs))
        }
        Some(path) => certificates(path).map(Some),
        None => match usual_place().filter(|path| path.is_file()) {
            Some(path) => certificates(&path).map(Some),
            None => Ok(None),
        },
    }
}

/// Where libpq looks when nothing is said (documentation of libpq, "Client Verification of Server Certificates").
fn usual_place() -> Option<PathBuf> {
    std::env::home_dir().map(|home| home.join(".postgresql/root.crt"))
}

/// All certificates of a PEM file.
pub(super) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, LiveError> {
    let refuse = |why: String| {
        LiveError::Certificate(format!("{} is no PEM file of certificates: {why}", path.display()))
    };
    let read = CertificateDer::pem_file_iter(path).map_err(|error| refuse(error.to_string()))?;
    let all: Result<Vec<_>, _> = read.collect();
    let all = all.map_err(|error| refuse(error.to_string()))?;
    if all.is_empty() { Err(refuse("there is none in it".into())) } else { Ok(all) }
}

/// The key of a PEM file.
pub(super) fn key(path: &Path) -> Result<PrivateKeyDer<'static>, LiveError> {
    PrivateKeyDer::from_pem_file(path).map_err(|error| {
        LiveError::Certificate(format!("{} is no PEM file of a key: {error}", path.display()))
    })
}
