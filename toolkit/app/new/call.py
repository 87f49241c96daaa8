"""One HTTP call as somebody saw or described it, made into the draft of an action."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, unquote_plus, urlsplit

from toolkit.app.new.choice import Choice
from toolkit.app.new.credentials import (
    Vault,
    is_credential_name,
    looks_random,
    reference_text,
    secret_segment,
)
from toolkit.app.new.draft import Draft, in_order, listed
from toolkit.app.new.request import take_request
from toolkit.core.canonical import Json
from toolkit.core.errors import AjoError
from toolkit.model.labels import label_of
from toolkit.model.text import secret_refs

METHODS = ("POST", "GET", "PUT")
_OF_THE_SENDER = (
    "accept-encoding",
    "cache-control",
    "connection",
    "content-length",
    "dnt",
    "expect",
    "host",
    "keep-alive",
    "origin",
    "pragma",
    "priority",
    "proxy-connection",
    "referer",
    "te",
    "transfer-encoding",
    "upgrade-insecure-requests",
    "user-agent",
    "x-requested-with",
)
_SCHEME = re.compile(r"(basic|bearer|[a-z-]*(?:key|token|auth|oauth|sso|bot))[ \t]+(?=\S)", re.IGNORECASE)
_JSON_TYPE = re.compile(r"application/(json|[a-z0-9.!#$&^_-]+\+json)[ \t]*(;.*)?", re.IGNORECASE | re.DOTALL)
_SIGNED = ("aws4-hmac-sha256", "digest", "hawk", "signature", "oauth")


@dataclass(frozen=True, slots=True)
class Call:
    """What is sent: `user` is ``name:password`` of basic authentication, `notes` what its reader left out."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: Json = None
    user: str | None = None
    notes: tuple[str, ...] = ()


def draft_of_call(call: Call, choice: Choice, vault: Vault) -> Draft:
    """Make a draft of `call`: body fields become variables, credentials references.

    Raises :class:`AjoError` AJO810, AJO811, AJO813 or AJO901.
    """
    check_method(call.method, has_body=call.body is not None)
    draft = Draft({}, notes=list(call.notes))
    maker = _Maker(call, choice, vault, draft)
    return maker.make()


def check_method(method: str, *, has_body: bool) -> None:
    """Raise :class:`AjoError` AJO811 for what a custom action can't do."""
    if method not in METHODS:
        fix = "See whether the service takes POST or PUT for the same."
        raise AjoError(
            "AJO811", f"custom actions call with POST, GET or PUT, and the method is {method}", fix=fix
        )
    if method == "GET" and has_body:
        fix = "See whether the service takes POST, or the values as query parameters."
        raise AjoError("AJO811", "a custom action sends no body with GET", fix=fix)


@dataclass(slots=True)
class _Maker:
    call: Call
    choice: Choice
    vault: Vault
    draft: Draft
    authentication: dict[str, Any] | None = None

    def make(self) -> Draft:
        url, query = self._url()
        headers = self._own_headers()
        self.choice.check(self.call.body, [name for name, _ in headers], [name for name, _ in query])
        if self.call.user is not None:
            self._basic(self.call.user)
        # Credentials first, so that the same text elsewhere is known as one.
        ordered = sorted(headers, key=lambda header: header[0].lower() != "authorization")
        header_values = {name: self._header(name, value) for name, value in ordered}
        query_values = {name: self._parameter(name, value) for name, value in query}
        endpoint = {
            "method": self.call.method,
            "url": url,
            "headers": self._finished({name: header_values[name] for name, _ in headers}),
            "query": self._finished(query_values),
        }
        self.draft.document = in_order(
            {"endpoint": in_order(endpoint), "authentication": self.authentication}
        )
        if self.call.body is not None:
            take_request(self.draft, self.call.body, self.choice)
        return self.draft

    def _url(self) -> tuple[str, list[tuple[str, str]]]:
        text = self.call.url.strip()
        if "://" not in text:
            text = "https://" + text
            self.draft.note("the URL has no scheme; https:// was taken")
        try:
            parts = urlsplit(text)
        except ValueError:
            raise _bad_url("it is not a URL") from None
        user, at, host = parts.netloc.rpartition("@")
        if at and self.call.user is None:
            self._basic(unquote(user))
        if parts.fragment:
            self.draft.note("the URL's fragment (#…) is never sent and was left out")
        if "$(" in text or "`" in text:
            raise _bad_url("a command's output, $(…), stands in it")
        path = self._path(host, parts.path)
        return reference_text(f"{parts.scheme}://{host}{path}"), self._query(parts.query)

    def _path(self, host: str, path: str) -> str:
        segments = path.split("/")
        index = secret_segment(host, segments)
        if index is None:
            return path
        self.draft.note(
            f"segment {index} of the URL's path looks like a credential, which an action's URL can't hold: "
            "the URL ends before it. See whether the service takes the credential as a header; a journey can "
            "append the rest as dynamic path"
        )
        for segment in segments[index:]:
            if looks_random(segment):
                self.vault.keep(segment, "path")
        return "/".join([*segments[:index], ""])

    def _query(self, text: str) -> list[tuple[str, str]]:
        found: dict[str, str] = {}
        for pair in filter(None, text.split("&")):
            name, _, value = (unquote_plus(part) for part in pair.partition("="))
            if not name or looks_random(name):
                self.draft.note("a query parameter without a name of its own was left out")
            elif name in found:
                self.draft.note(f"the query parameter {name} stands there several times; the first was taken")
            else:
                found[name] = value
        return list(found.items())

    def _own_headers(self) -> list[tuple[str, str]]:
        found: dict[str, tuple[str, str]] = {}
        left_out = []
        for name, value in self.call.headers:
            lower = name.lower()
            if lower in _OF_THE_SENDER or lower.startswith("sec-") or (lower, value) == ("accept", "*/*"):
                left_out.append(name)
            elif lower == "cookie":
                self.draft.note("the cookies were left out: a journey has no session with a service")
            elif lower in found:
                self.draft.note(f"the header {name} stands there several times; the first was taken")
            elif not self._is_default(lower, value):
                found[lower] = (name, value)
        if left_out:
            self.draft.note(f"headers that belong to the sender were left out: {listed(left_out)}")
        return list(found.values())

    def _is_default(self, name: str, value: str) -> bool:
        if name == "charset":
            return True
        if name != "content-type":
            return False
        if not _JSON_TYPE.fullmatch(value):
            self.draft.note("Content-Type is no JSON type and was left out: custom actions send JSON")
            return True
        return value.replace(" ", "").lower() == "application/json"

    def _header(self, name: str, value: str) -> Any:
        if name.lower() in ("authorization", "proxy-authorization"):
            return self._authorization(name, value)
        return self._value("header", name, value, variable=self.choice.is_variable_header(name))

    def _parameter(self, name: str, value: str) -> Any:
        return self._value("queryParam", name, value, variable=self.choice.is_variable_parameter(name))

    def _value(self, location: str, name: str, value: str, *, variable: bool) -> Any:
        """Return a constant, a variable, or None where the value became the authentication."""
        if variable:
            return {"$variable": label_of(re.sub("^[Xx]-", "", name))}
        if any(secret_refs(value)):
            return reference_text(value)
        is_key = bool(value) and is_credential_name(name)
        if not (is_key or looks_random(value) or self.vault.knows(value)):
            return self._constant(value, name)
        reference = self.vault.keep(value, name)
        if not is_key:
            self.draft.note(f"the value of {name} looks like a credential: it became a secret")
        elif self.authentication is None:
            self.authentication = {"type": "apiKey", "name": name, "value": reference, "location": location}
            return None
        return reference

    def _constant(self, value: str, name: str) -> str:
        if "$(" in value or "`" in value:
            fix = "Write the value itself into the command."
            raise AjoError("AJO811", f"a command's output, $(…), stands in the value of {name}", fix=fix)
        return reference_text(value)

    def _authorization(self, name: str, value: str) -> Any:
        scheme, _, rest = value.partition(" ")
        if scheme.lower() in _SIGNED:
            self.draft.note(
                f"{name} is a signature made for each call, which the platform can't make: it was left out"
            )
            return None
        if scheme.lower() == "basic" and (user := _decoded(rest.strip())) is not None:
            self._basic(user)
            return None
        found = _SCHEME.match(value)
        before = found[0] if found else ""
        kept = value if any(secret_refs(value)) else before + self.vault.keep(value[len(before) :], "token")
        if self.authentication is None:
            self.authentication = {"type": "apiKey", "name": name, "value": kept, "location": "header"}
            return None
        return kept

    def _basic(self, user: str) -> None:
        name, colon, password = user.partition(":")
        if self.authentication is not None:
            self.draft.note("a second user name and password were left out")
            return
        if colon and not password:
            self._key_as_user(name)
            return
        secret = self.vault.keep(password, "password") if password else self.vault.reference("password")
        if looks_random(name):
            name = self.vault.keep(name, "username")
        self.authentication = {"type": "basic", "username": reference_text(name), "password": secret}

    def _key_as_user(self, key: str) -> None:
        """Send an API key that a service takes as a user's name; the platform's own form needs a password."""
        self.vault.keep(key, "username")
        encoded = base64.b64encode(f"{key}:".encode()).decode()
        value = f"Basic {self.vault.keep(encoded, 'basic-credentials')}"
        location = {"name": "Authorization", "value": value, "location": "header"}
        self.authentication = {"type": "apiKey", **location}
        self.draft.note(
            "the platform's basic authentication needs a password, and this call has none: the header is "
            "sent as an API key. Its secret is the Base64 of the user name and a colon"
        )

    def _finished(self, values: dict[str, Any]) -> dict[str, Any]:
        """Drop what became the authentication; credentials that stand elsewhere too are references by now."""
        return {
            name: self.vault.keep(value, name)
            if isinstance(value, str) and self.vault.knows(value)
            else value
            for name, value in values.items()
            if value is not None
        }


def _decoded(text: str) -> str | None:
    """Return the user name and password of a Basic header; None when it holds none."""
    try:
        user = base64.b64decode(text, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    return user if ":" in user and user.isprintable() else None


def _bad_url(message: str) -> AjoError:
    return AjoError("AJO811", f"the URL can't be used: {message}", fix="Give a URL as https://host/path.")
