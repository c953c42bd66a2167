//! A certificate authority of a test's own, for clients that speak HTTPS only.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// A name that the certificate is good for, too, and that leads nowhere by itself.
pub const HOST: &str = "slipway.invalid";

/// The authority and what a server on 127.0.0.1 shows of it.
pub struct Authority {
    /// What a client must be told to trust, in PEM.
    pub certificate: String,
    pub(crate) acceptor: TlsAcceptor,
}

impl Authority {
    /// A new one, with a certificate for 127.0.0.1 and [`HOST`]. The keys are never stored.
    pub fn new() -> Authority {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.distinguished_name.push(DnType::CommonName, "Slipway's tests");
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate of the authority").pem();
        let issuer = Issuer::new(params, key);
        let key = KeyPair::generate().expect("a key");
        let server = CertificateParams::new(["127.0.0.1", HOST].map(str::to_owned))
            .and_then(|params| params.signed_by(&key, &issuer))
            .expect("a certificate of the server");
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring speaks them")
            .with_no_client_auth()
            .with_single_cert(vec![server.der().clone()], key)
            .expect("the key is the certificate's");
        Authority { certificate, acceptor: TlsAcceptor::from(Arc::new(config)) }
    }
}

impl Default for Authority {
    fn default() -> Authority {
        Authority::new()
    }
}
