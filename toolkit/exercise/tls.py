"""TLS as the platform speaks it, with authorities and a certificate of the user's."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

import certifi

from toolkit.core.errors import AjoError


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Paths of PEM files: authorities to trust beside the public ones, a certificate of ours and its key."""

    authorities: str = ""
    certificate: str = ""
    key: str = ""


NO_FILES = TlsFiles()


def tls_context(files: TlsFiles) -> ssl.SSLContext:
    """Return TLS 1.3 or 1.2, our certificate offered where a server asks for one.

    *Transport security layer* (``help/using/action/about-custom-action-configuration.md``). Raises
    ``AjoError`` AJO705 for a file that can't be used.
    """
    context = ssl.create_default_context(cafile=certifi.where())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.post_handshake_auth = True
    try:
        if files.authorities:
            context.load_verify_locations(files.authorities)
        if files.certificate:
            # An empty password, so that nobody is asked for one on the terminal.
            context.load_cert_chain(files.certificate, files.key or None, password="")
    except OSError as error:
        reason = getattr(error, "reason", None) or error.strerror or "it is not PEM"
        message = f"the certificate, its key or the authorities can't be used: {reason}"
        raise AjoError("AJO705", message) from None
    return context
