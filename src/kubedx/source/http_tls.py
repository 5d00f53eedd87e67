"""TLS settings for OpenSSL."""

import ssl
import tempfile
from pathlib import Path

from kubedx.errors import ConfigError
from kubedx.source.access import ClientCertificate, TlsSettings


def tls_context(tls: TlsSettings, certificate: ClientCertificate | None) -> ssl.SSLContext:
    """The TLS settings of a connection. Raises ConfigError for certificates that are none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Clusters make their own authorities, often without the extensions that the strict mode of RFC 5280 asks for.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    if tls.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif tls.authority:
        try:
            context.load_verify_locations(cadata=tls.authority)
        except (ssl.SSLError, ValueError) as error:
            raise ConfigError("the certificate-authority of the cluster in the kubeconfig is not a PEM certificate; correct it") from error
    else:
        context.load_default_certs()
    if certificate:
        _load_certificate(context, certificate)
    return context


def _load_certificate(context: ssl.SSLContext, certificate: ClientCertificate) -> None:
    # OpenSSL takes certificates from files only, so they live in a private one for a moment.
    with tempfile.TemporaryDirectory(prefix="kubedx-") as directory:
        path = Path(directory, "client.pem")
        path.touch(mode=0o600)
        path.write_bytes(certificate.certificate + b"\n" + certificate.key)
        try:
            context.load_cert_chain(path, password="")
        except (ssl.SSLError, ValueError, OSError) as error:
            raise ConfigError(
                "the client certificate and key of the user in the kubeconfig do not work together; both must be PEM, "
                "the key without a password, and belong to each other",
            ) from error
