"""Credentials in what a person hands over: recognised, replaced by references, and never shown.

Recognising errs on the side of secrecy: a reference that was not needed is replaced in a moment, a token that
went to git is stolen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from toolkit.core.redact import Redactor, Secret
from toolkit.model.text import ReferenceSyntaxError, SecretRef, escape_text, parse_text, secret_refs

_ENDINGS = (
    "apikey",
    "assertion",
    "auth",
    "authorization",
    "credential",
    "credentials",
    "jwt",
    "key",
    "passphrase",
    "passwd",
    "password",
    "pwd",
    "secret",
    "session",
    "sessionid",
    "sig",
    "signature",
    "token",
)
_HARMLESS = ("idempotencykey", "partitionkey", "routingkey", "dedupkey", "deduplicationkey")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ONE_WORD = re.compile(r"[A-Za-z0-9_+/=.~-]{20,}")
_HEX = re.compile(r"(?=.*[0-9])(?=.*[a-f])[0-9a-f]{32,}", re.IGNORECASE)
_CLASSES = ("[a-z]", "[A-Z]", "[0-9]")
_SHAPES = re.compile(
    r"(?<![A-Za-z0-9])(xox[a-z]-|xapp-|AKIA|ASIA|gh[oprsu]_|github_pat_|AIza|GOCSPX-|ya29\.|[rs]k_(live|test)_|"
    r"sk-|SG\.|glpat-|shpat_|EAA|eyJ[\w-]{8,}\.)[\w.-]{8}"
)
_UNFIT = re.compile(r"[^a-z0-9]+")
_WEBHOOKS = {
    "hooks.slack.com": 1,
    "discord.com": 2,
    "discordapp.com": 2,
    "hooks.zapier.com": 2,
    "outlook.office.com": 1,
    "api.telegram.org": 0,
}
"""Hosts whose addresses hold a credential, and how many segments of the path stand before it."""


def is_credential_name(name: str) -> bool:
    """Tell whether a header or parameter of this name usually carries a credential."""
    letters = "".join(character for character in name.lower() if character.isalnum())
    return letters.endswith(_ENDINGS) and letters not in _HARMLESS


def is_secret_field(name: str) -> bool:
    """Tell whether a payload's field of this name holds a credential; many a key in a payload is none."""
    letters = "".join(character for character in name.lower() if character.isalnum())
    if letters.endswith(("key", "auth", "session", "sig")):
        return letters.endswith(("apikey", "secretkey", "privatekey", "accesskey"))
    return is_credential_name(name)


def looks_random(text: str) -> bool:
    """Tell whether a value looks like a key or token: a known shape, or long, mixed, and one word."""
    if _SHAPES.search(text):
        return True
    if not _ONE_WORD.fullmatch(text) or _UUID.fullmatch(text):
        return False
    if _HEX.fullmatch(text):
        return True
    mixed = all(len(re.findall(letters, text)) >= 2 for letters in _CLASSES)
    kinds = ["a" if c.islower() else "A" if c.isupper() else "0" if c.isdigit() else "-" for c in text]
    changes = sum(before != after for before, after in pairwise(kinds))
    return mixed and changes >= len(text) * 0.35


def secret_segment(host: str, segments: list[str]) -> int | None:
    """Return the index of the first path segment that looks like a credential; None when none does."""
    for name, before in _WEBHOOKS.items():
        if host.lower() == name and len([segment for segment in segments if segment]) > before:
            return before + 1
    return next((index for index, segment in enumerate(segments) if looks_random(segment)), None)


@dataclass(slots=True)
class Vault:
    """Takes credentials and gives references; forgets nothing it must mask. `folder` begins their paths."""

    folder: str
    redactor: Redactor = field(default_factory=Redactor)
    _kept: dict[str, SecretRef] = field(default_factory=dict, repr=False)

    def keep(self, text: str, name: str) -> str:
        """Return the reference that stands for `text`, named after `name`; text with a reference stays."""
        if any(secret_refs(text)):
            return text
        if text not in self._kept:
            self.redactor.add(Secret(text))
            self._kept[text] = SecretRef(self._free(f"{self.folder}/{slug(name.lower().removeprefix('x-'))}"))
        return str(self._kept[text])

    def reference(self, name: str) -> str:
        """Return a reference for a secret that nobody has given."""
        return str(SecretRef(f"{self.folder}/{slug(name)}"))

    def knows(self, text: str) -> bool:
        """Tell whether `text` holds a credential that was kept."""
        return any(len(secret) >= 4 and secret in text for secret in self._kept)

    def _free(self, path: str) -> str:
        taken = {reference.path for reference in self._kept.values()}
        numbered = (f"{path}-{number}" for number in range(2, len(taken) + 3))
        return path if path not in taken else next(name for name in numbered if name not in taken)


def slug(name: str) -> str:
    """Return a name as secrets and folders are written: lower case, hyphens."""
    return _UNFIT.sub("-", name.lower()).strip("-") or "secret"


def reference_text(text: str) -> str:
    """Return a text in which ``${name}`` may refer to a target's value; what is malformed stays literal."""
    try:
        parse_text(text)
    except ReferenceSyntaxError:
        return escape_text(text)
    return text
