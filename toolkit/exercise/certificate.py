"""A certificate and key of yours, in place of those with which Adobe signs assertions."""

from __future__ import annotations

from toolkit.core.errors import AjoError
from toolkit.exercise.token import Certificate


def read_certificate(certificate: bytes, key: bytes) -> Certificate:
    """Return what signs with an RSA `key` (PEM, without password) and names its `certificate` (PEM).

    Raises ``AjoError`` AJO705 for what can't be used, AJO902 without the package that signs.
    """
    try:
        from cryptography import x509  # noqa: PLC0415  # an optional package
        from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415
        from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415
    except ModuleNotFoundError:
        message = "signing needs the package cryptography, which is not installed"
        raise AjoError("AJO902", message, fix="Run pip install 'ajo-actions[certificates]'.") from None
    try:
        found = x509.load_pem_x509_certificate(certificate)
        private = load_pem_private_key(key, password=None)
    except (ValueError, TypeError):
        raise AjoError("AJO705", "certificate or key is no PEM, or the key has a password") from None
    if not isinstance(private, rsa.RSAPrivateKey) or private.public_key() != found.public_key():
        raise AjoError("AJO705", "the key is no RSA key, or not the one of the certificate")
    return Certificate(
        sign=lambda data: private.sign(data, padding.PKCS1v15(), hashes.SHA256()),
        sha1=found.fingerprint(hashes.SHA1()),  # noqa: S303  # what x5t is (RFC 7515, 4.1.7)
        sha256=found.fingerprint(hashes.SHA256()),
    )
