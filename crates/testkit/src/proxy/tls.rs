//! A certificate authority of a test, for clients that speak HTTPS only.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// A host name that the certificate is valid for, too, and that DNS never resolves.
pub const UNRESOLVABLE_HOST: &str = "slipway.invalid";

/// The authority, and the certificate that it issued to a server on 127.0.0.1.
pub struct CertificateAuthority {
    /// The certificate that a client must trust, in PEM.
    pub certificate: String,
    pub(super) acceptor: TlsAcceptor,
}

impl CertificateAuthority {
    /// A new one, with a certificate for 127.0.0.1 and [`UNRESOLVABLE_HOST`]. The keys are never stored.
    pub fn new() -> CertificateAuthority {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.distinguished_name.push(DnType::CommonName, "Slipway's tests");
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate of the authority").pem();
        let issuer = Issuer::new(params, key);
        let key = KeyPair::generate().expect("a key");
        let server = CertificateParams::new(["127.0.0.1", UNRESOLVABLE_HOST].map(str::to_owned))
            .and_then(|params| params.signed_by(&key, &issuer))
            .expect("a certificate of the server");
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring speaks them")
            .with_no_client_auth()
            .with_single_cert(vec![server.der().clone()], key)
            .expect("the key is the certificate's");
        CertificateAuthority { certificate, acceptor: TlsAcceptor::from(Arc::new(config)) }
    }
}

impl Default for CertificateAuthority {
    fn default() -> CertificateAuthority {
        CertificateAuthority::new()
    }
}
