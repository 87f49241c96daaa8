"""The options of curl: which take a value, and what becomes of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

SHORT: Final = {
    "X": "--request", "H": "--header", "d": "--data", "u": "--user", "G": "--get", "A": "--user-agent",
    "e": "--referer", "b": "--cookie", "I": "--head", "F": "--form", "T": "--upload-file", "E": "--cert",
    "K": "--config", "n": "--netrc", "o": "--output", "m": "--max-time", "w": "--write-out",
    "c": "--cookie-jar",
    "x": "--proxy", "D": "--dump-header", "U": "--proxy-user", "k": "--insecure", "s": "--silent",
    "S": "--show-error", "L": "--location", "v": "--verbose", "i": "--include", "f": "--fail",
    "#": "--progress-bar", "N": "--no-buffer", "g": "--globoff", "0": "--http1.0", "4": "--ipv4",
    "6": "--ipv6",
    "O": "--remote-name", "J": "--remote-header-name", "R": "--remote-time", "a": "--append",
    "q": "--disable",
    ":": "--next", "r": "--range", "y": "--speed-time", "Y": "--speed-limit", "z": "--time-cond",
}  # fmt: skip


def _names(text: str) -> frozenset[str]:
    return frozenset(f"--{name}" for name in text.split())


DATA: Final = _names("data data-ascii data-raw data-binary data-urlencode json")
USED: Final = DATA | _names("request header user url user-agent referer cookie oauth2-bearer")
"""Options with a value that a definition is made of, or that are named where they can't be."""

IGNORED_WITH_VALUE: Final = _names(
    "output max-time write-out cookie-jar proxy dump-header proxy-user connect-timeout retry retry-delay "
    "retry-max-time cacert capath resolve connect-to max-redirs ciphers interface limit-rate stderr trace "
    "trace-ascii speed-time speed-limit keepalive-time noproxy tls-max time-cond proxy-header dns-servers "
    "expect100-timeout happy-eyeballs-timeout-ms local-port max-filesize output-dir tls13-ciphers"
)
IGNORED: Final = _names(
    "insecure silent show-error location verbose include fail progress-bar no-buffer globoff compressed "
    "basic http0.9 http1.0 http1.1 http2 http2-prior-knowledge http3 http3-only ipv4 ipv6 remote-name "
    "remote-header-name remote-time append disable path-as-is fail-with-body fail-early "
    "tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 ssl-reqd no-keepalive no-progress-meter tcp-nodelay tcp-fastopen "
    "create-dirs location-trusted post301 post302 post303 retry-all-errors retry-connrefused trace-time raw "
    "styled-output no-sessionid ca-native no-alpn no-npn no-silent parallel"
)
FLAGS: Final = IGNORED | _names("get head next netrc")
REFUSED: Final = {
    **dict.fromkeys(("--form", "--form-string"), "a form with files; custom actions send JSON"),
    "--upload-file": "an upload of a file; custom actions send JSON",
    "--config": "options from a file; write them out",
    "--aws-sigv4": "a signature made for each call, which the platform can't make",
    **dict.fromkeys(
        ("--digest", "--ntlm", "--negotiate", "--anyauth"),
        "a form of authentication that the platform does not have",
    ),
    **dict.fromkeys(
        ("--cert", "--key", "--cert-type", "--key-type", "--pass", "--pkcs12", "--engine"),
        "a client certificate; the platform offers its own (mutual TLS)",
    ),
    "--next": "a second request; make one action of each",
    "--head": "the method HEAD; custom actions call POST, GET and PUT",
    "--netrc": "a password from a file; name it with --user",
    "--range": "a part of an answer; a journey reads it whole",
    "--unix-socket": "a service on this machine; the platform can't reach it",
}
LONG: Final = USED | IGNORED_WITH_VALUE | FLAGS | frozenset(REFUSED)


def takes_value(option: str) -> bool:
    """Tell whether the word after an option is its value."""
    return option in USED or option in IGNORED_WITH_VALUE


def full_name(written: str) -> str | None:
    """Return the option that a long one stands for, which curl lets one cut short; None for no known one."""
    if written in LONG:
        return written
    return _only(name for name in LONG if name.startswith(written) and len(written) > 4)


def _only(names: Iterable[str]) -> str | None:
    found = list(names)
    return found[0] if len(found) == 1 else None
