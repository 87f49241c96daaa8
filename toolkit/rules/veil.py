"""A definition's text for people to look at, whatever state it is in: credentials in the open are masked."""

from __future__ import annotations

import re

from toolkit.core.redact import MASK
from toolkit.rules.secrets import looks_like_credential, looks_secret

_TEXT = r'"(?:[^"\\]|\\.)*"'
_STRING = re.compile(_TEXT)
_MEMBER = re.compile(rf"(?P<name>{_TEXT})(?P<between>\s*:\s*)(?P<text>{_TEXT})")
_USER_INFO = re.compile(r"//[^/?#\"]*@")
_MASKED = f'"{MASK}"'
_OF_AUTHENTICATION = ("authorization", "proxyauthorization", "value")


def veiled(text: str) -> str:
    """Return JSON, or what was meant to be, without the texts that may be a credential.

    Those are values whose name says so and that hold no ``${secret:…}``, well-known tokens, and what stands
    before the ``@`` of a URL. Masks too much rather than too little.
    """
    without_users = _USER_INFO.sub("//…@", text)
    without_values = _MEMBER.sub(_member, without_users)
    return _STRING.sub(lambda found: _MASKED if looks_like_credential(found[0]) else found[0], without_values)


def _member(found: re.Match[str]) -> str:
    letters = "".join(character for character in found["name"].lower() if character.isalnum())
    is_open = "${secret:" not in found["text"]
    if is_open and (looks_secret(found["name"]) or letters in _OF_AUTHENTICATION):
        return f"{found['name']}{found['between']}{_MASKED}"
    return found[0]
