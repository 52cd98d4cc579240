use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::ring;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::LiveError;
use super::address::{TlsMode, TlsRequest};
use super::certificates::{certificates, key, roots};
use super::trust::Trust;

/// What makes TLS of a connection, as an address asks for it.
pub(super) fn connector(request: &TlsRequest) -> Result<MakeRustlsConnect, LiveError> {
    let provider = Arc::new(ring::default_provider());
    let trust = trust(request, provider.clone())?;
    let refuse = |error: rustls::Error| LiveError::Certificate(error.to_string());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(refuse)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(trust));
    let config = match &request.client {
        Some((certificate, private)) => builder
            .with_client_auth_cert(certificates(certificate)?, key(private)?)
            .map_err(refuse)?,
        None => builder.with_no_client_auth(),
    };
    Ok(MakeRustlsConnect::new(config))
}

/// A root certificate turns `require` into `verify-ca`, as in libpq.
fn trust(
    request: &TlsRequest,
    provider: Arc<rustls::crypto::CryptoProvider>,
) -> Result<Trust, LiveError> {
    let has_to = match request.mode {
        TlsMode::Disable | TlsMode::Prefer => return Ok(Trust::anybody(provider)),
        TlsMode::Require => false,
        TlsMode::VerifyCa | TlsMode::VerifyFull => true,
    };
    match roots(request.root.as_deref())? {
        Some(roots) => {
            let by_name = request.mode == TlsMode::VerifyFull;
            Trust::vouched(provider, roots, by_name).map_err(LiveError::Certificate)
        }
        None if has_to => Err(LiveError::Certificate(format!(
            "sslmode={} needs a root certificate, and there is none in ~/.postgresql/root.crt; name one with sslrootcert=FILE, or sslrootcert=system",
            request.mode
        ))),
        None => Ok(Trust::anybody(provider)),
    }
}
