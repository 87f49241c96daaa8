"""What rules about several definitions need to know of each one: a small record that is quick to keep."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from toolkit.core.pointer import Path
from toolkit.model.authentication import (
    ApiKeyAuthentication,
    Authentication,
    BasicAuthentication,
    CustomAuthorization,
)
from toolkit.model.custom_action import CampaignAction, CustomAction
from toolkit.model.document import Document, part_document, references
from toolkit.model.guardrails import MILLISECONDS_A_SECOND, Rate
from toolkit.model.kinds import Definition
from toolkit.model.limits import EndpointConfig, ThrottlingConfig
from toolkit.model.outline import Outline
from toolkit.model.text import secret_refs
from toolkit.rules.alike import MOST, Mark, authentication_with, mark_of
from toolkit.rules.places import once
from toolkit.rules.reading import UNKNOWN, Url, read_url
from toolkit.rules.urls import plain_parts

_DEFAULT_PORTS = {"http": "80", "https": "443"}

SecretUse = tuple[str, str, Path]
"""The path of a secret, the host that it goes to, and where a definition refers to it."""

_Reference = tuple[str, Path]
"""The path of a secret, and where a definition refers to it."""

_URL: Path = ("endpoint", "url")
_AS_WRITTEN: Mapping[Path, str] = MappingProxyType({})

Origin = tuple[str, str]
"""Scheme and host: what two URLs have to share before their paths matter."""


class Address(NamedTuple):
    """Where an action calls, or what a limit's pattern stands for; the host in lower case, no default port.

    The path begins with ``/``; in a pattern, ``*`` stands for any text.
    """

    scheme: str
    host: str
    path: str

    @property
    def origin(self) -> Origin:
        """Scheme and host."""
        return self.scheme, self.host


class Facts(NamedTuple):
    """What is known of one definition, values filled in.

    `url` is a URL or pattern as it is written, `address` what it stands for: None where a definition has no
    URL, or one that other rules have a word to say about.
    `rate` is the limit of calls by actions that a capping or throttling sets, None for everything else.
    `authentication` is a digest, empty for none. `hosts` are those that a credential goes to, `secrets` what
    goes where: to an empty host where a URL does not tell.
    """

    kind: str
    name: str
    file: str = ""
    url: str = ""
    address: Address | None = None
    methods: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    rate: Rate | None = None
    authentication: str = ""
    hosts: tuple[str, ...] = ()
    secrets: tuple[SecretUse, ...] = ()


class Call(NamedTuple):
    """What facts depend on: a definition's URL or pattern, where it stands, and what they have of the rest.

    `secrets` are those outside of its authentication.
    """

    kind: str
    name: str
    url: str
    url_path: Path
    methods: tuple[str, ...] = ()
    authentication: Authentication | None = None
    secrets: tuple[_Reference, ...] = ()
    services: tuple[str, ...] = ()
    rate: Rate | None = None


def call_of(outline: Outline) -> Call:
    """Return the same from an outline, of an action or a capping."""
    if outline.pattern is not None:
        limit = outline.services.get("action")
        rate = Rate(limit.calls, limit.period_ms) if limit else None
        services = tuple(outline.services)
        return Call(
            outline.kind,
            outline.name,
            outline.pattern,
            ("url",),
            outline.methods,
            services=services,
            rate=rate,
        )
    methods = (outline.method,) if outline.method else ()
    secrets = tuple(_secrets_in(place for place in outline.references if place[0][0] != "authentication"))
    return Call(outline.kind, outline.name, outline.url or "", _URL, methods, outline.authentication, secrets)


def facts_of(definition: Definition, file: str = "", texts: Mapping[Path, str] = _AS_WRITTEN) -> Facts:
    """Return what is known of a definition once `texts` stand at their places; depends on nothing else."""
    return facts_of_call(_call(definition), file, texts)


def _call(definition: Definition) -> Call:
    kind, name = definition.kind, definition.name
    match definition:
        case CustomAction(endpoint=endpoint, authentication=authentication):
            secrets = _secrets_of_request(definition)
            return Call(kind, name, endpoint.url, _URL, (endpoint.method,), authentication, secrets)
        case CampaignAction(endpoint=place):
            return Call(kind, name, place.url if place else "", _URL, secrets=_references(definition))
        case EndpointConfig(url=url, methods=methods):
            found = {"action": definition.services.action, "dataSource": definition.services.data_source}
            limit = found["action"]
            services = tuple(name for name, limit in found.items() if limit)
            rate = Rate(limit.rating.max_calls_count, limit.rating.period_in_ms) if limit else None
            return Call(kind, name, url, ("url",), tuple(methods), services=services, rate=rate)
        case ThrottlingConfig(url_pattern=url, methods=methods):
            rate = Rate(definition.max_throughput, MILLISECONDS_A_SECOND)
            return Call(kind, name, url, ("urlPattern",), tuple(methods), services=("action",), rate=rate)


def facts_of_call(
    call: Call,
    file: str,
    texts: Mapping[Path, str] = _AS_WRITTEN,
    sent: OfAuthentication | None = None,
) -> Facts:
    """Do what :func:`facts_of` does; `sent` is what is known already of the authentication."""
    url = texts.get(call.url_path, call.url)
    address = _address(url)
    found = sent or of_authentication(call.authentication, texts)
    own = address.host if address else ""
    secrets = call.secrets + found.secrets
    return Facts(
        call.kind,
        call.name,
        file,
        url,
        address,
        call.methods,
        call.services,
        call.rate,
        found.digest,
        _hosts(own, found.host) if found.digest else (),
        _at_host(secrets, own or _host(url), found.goes_to) if secrets else (),
    )


class OfAuthentication(NamedTuple):
    """What is known of an authentication: where its token comes from, if it is known in full, is its `host`.

    `goes_to` is where its secrets go, None where that is the action's own host.
    """

    digest: str = ""
    host: str = ""
    goes_to: str | None = None
    secrets: tuple[_Reference, ...] = ()


_NO_AUTHENTICATION = OfAuthentication()


_remembered: dict[Mark, OfAuthentication] = {}


def of_authentication(authentication: Authentication | None, texts: Mapping[Path, str]) -> OfAuthentication:
    """Return what is known of an authentication once `texts` stand at their places."""
    mark = mark_of(authentication, texts)
    if mark is None or authentication is None:
        return _NO_AUTHENTICATION
    found = _remembered.get(mark)
    if found is None:
        if len(_remembered) >= MOST:
            _remembered.clear()
        found = _of_authentication(authentication_with(authentication, texts))
        _remembered[mark] = found
    return found


def _of_authentication(authentication: Authentication) -> OfAuthentication:
    digest = _digest(part_document(authentication))
    secrets = tuple(_secrets_in(_texts_of(authentication)))
    if not isinstance(authentication, CustomAuthorization):
        return OfAuthentication(digest, secrets=secrets)
    address = _address(authentication.endpoint)
    return OfAuthentication(digest, address.host if address else "", _host(authentication.endpoint), secrets)


def _digest(authentication: Document) -> str:
    """Return what tells two authentications apart; they hold texts and whole numbers only."""
    return hashlib.sha256(json.dumps(authentication, sort_keys=True).encode()).hexdigest()


@once
def _references(definition: Definition) -> Iterator[_Reference]:
    yield from _secrets_in(references(definition))


@once
def _secrets_of_request(definition: Definition) -> Iterator[_Reference]:
    if isinstance(definition, CustomAction):
        for part, members in (("headers", definition.endpoint.headers), ("query", definition.endpoint.query)):
            for name, value in members.items():
                if isinstance(value, str) and "${" in value:
                    yield from _secrets_in([(("endpoint", part, name), value)])


def _secrets_in(held: Iterable[tuple[Path, str]]) -> Iterator[_Reference]:
    for path, text in held:
        if "${secret:" in text:
            yield from ((reference.path, path) for reference in secret_refs(text))


def _hosts(own: str, of_tokens: str) -> tuple[str, ...]:
    if own == of_tokens or not of_tokens:
        return (own,) if own else ()
    return (own, of_tokens) if own else (of_tokens,)


def _at_host(found: Sequence[_Reference], own: str, of_tokens: str | None = None) -> tuple[SecretUse, ...]:
    """Say which secret goes to which host; those of a token request go to its own."""
    return tuple(
        [
            (secret, own if of_tokens is None or path[0] != "authentication" else of_tokens, path)
            for secret, path in found
        ]
    )


def _texts_of(authentication: Authentication) -> Iterator[tuple[Path, str]]:
    """Yield the texts that may hold secrets."""
    match authentication:
        case BasicAuthentication(username=username, password=password):
            yield ("authentication", "username"), username
            yield ("authentication", "password"), password
        case ApiKeyAuthentication(value=value):
            yield ("authentication", "value"), value
        case CustomAuthorization(headers=fields, body=body):
            for name, text in fields.items():
                yield ("authentication", "headers", name), text
            for name, text in body.body_params.items() if body else ():
                yield ("authentication", "body", "bodyParams", name), text


def _host(text: str) -> str:
    """Return the host of a URL, whatever else is wrong with it; empty for one that is not known."""
    plain = plain_parts(text) if "$" not in text else None
    if plain:
        return plain[0]
    url = read_url(text)
    host = url.host if url is not None else None
    return "" if host is None or UNKNOWN in host else host.lower()


def _address(text: str) -> Address | None:
    plain = plain_parts(text) if "$" not in text else None
    if plain:
        return Address("https", plain[0], plain[1] or "/")
    url = read_url(text)
    if url is None or not _is_plain(url):
        return None
    return Address(str(url.scheme), str(url.host).lower(), url.path or "/")


def _is_plain(url: Url) -> bool:
    """Tell whether a URL is known in full and is one that an action could have."""
    return (
        url.is_http
        and url.is_at_name
        and not url.is_at_address
        and url.port in (None, "", _DEFAULT_PORTS[str(url.scheme)])
        and url.user_info is None
        and url.query is None
        and url.fragment is None
        and UNKNOWN not in f"{url.host}{url.path}"
    )
