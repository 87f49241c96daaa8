"""What rules about several definitions need to know of each one: a small record that is quick to keep."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from toolkit.core.pointer import Path
from toolkit.model.authentication import ApiKeyAuthentication, BasicAuthentication
from toolkit.model.custom_action import CampaignAction, CustomAction
from toolkit.model.document import Document, part_document, references
from toolkit.model.guardrails import MILLISECONDS_A_SECOND, Rate
from toolkit.model.kinds import Definition
from toolkit.model.limits import EndpointConfig, ThrottlingConfig
from toolkit.model.text import secret_refs
from toolkit.rules.places import headers, query_parameters, token_headers, token_parameters, urls
from toolkit.rules.reading import UNKNOWN, Url, read_url

_DEFAULT_PORTS = {"http": "80", "https": "443"}

SecretUse = tuple[str, str, Path]
"""The path of a secret, the host that it goes to, and where a definition refers to it."""

Origin = tuple[str, str]
"""Scheme and host: what two URLs have to share before their paths matter."""


@dataclass(frozen=True, slots=True)
class Address:
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


@dataclass(frozen=True, slots=True)
class Facts:
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


def facts_of(definition: Definition, file: str = "") -> Facts:
    """Return what is known of a definition; depends on nothing else."""
    match definition:
        case CustomAction():
            return _of_action(definition, file)
        case CampaignAction():
            text = definition.endpoint.url if definition.endpoint else ""
            secrets = _secrets(definition)
            return Facts(definition.kind, definition.name, file, text, _address(text), secrets=secrets)
        case EndpointConfig():
            return _of_capping(definition, file)
        case ThrottlingConfig():
            return Facts(
                definition.kind,
                definition.name,
                file,
                definition.url_pattern,
                _address(definition.url_pattern),
                methods=tuple(definition.methods),
                services=("action",),
                rate=Rate(definition.max_throughput, MILLISECONDS_A_SECOND),
            )


def _of_action(action: CustomAction, file: str) -> Facts:
    authentication = action.authentication
    called = (_address(place.text) for place in urls(action)) if authentication else ()
    return Facts(
        action.kind,
        action.name,
        file,
        action.endpoint.url,
        _address(action.endpoint.url),
        methods=(action.endpoint.method,),
        authentication=_digest(part_document(authentication)) if authentication else "",
        hosts=tuple(dict.fromkeys(address.host for address in called if address)),
        secrets=_secrets(action),
    )


def _digest(authentication: Document) -> str:
    """Return what tells two authentications apart; they hold texts and whole numbers only."""
    return hashlib.sha256(json.dumps(authentication, sort_keys=True).encode()).hexdigest()


def _secrets(action: CustomAction | CampaignAction) -> tuple[SecretUse, ...]:
    """Return which secret goes to which host; those of a token request go to its own."""
    held = _texts_of(action) if isinstance(action, CustomAction) else references(action)
    found = [(reference.path, path) for path, text in held if "${" in text for reference in secret_refs(text)]
    if not found:
        return ()
    hosts = {place.path[0]: _host(place.text) for place in urls(action)}
    own = hosts.get("endpoint", "")
    return tuple((secret, hosts.get(str(path[0]), own), path) for secret, path in found)


def _texts_of(action: CustomAction) -> Iterator[tuple[Path, str]]:
    """Yield the texts that may hold secrets; far fewer than an action has."""
    for field in (
        *headers(action),
        *query_parameters(action),
        *token_headers(action),
        *token_parameters(action),
    ):
        if isinstance(field.value, str):
            yield field.path, field.value
    match action.authentication:
        case BasicAuthentication(username=username, password=password):
            yield ("authentication", "username"), username
            yield ("authentication", "password"), password
        case ApiKeyAuthentication(value=value):
            yield ("authentication", "value"), value
        case _:
            pass


def _host(text: str) -> str:
    """Return the host of a URL, whatever else is wrong with it; empty for one that is not known."""
    url = read_url(text)
    host = url.host if url is not None else None
    return "" if host is None or UNKNOWN in host else host.lower()


def _of_capping(capping: EndpointConfig, file: str) -> Facts:
    services = {"action": capping.services.action, "dataSource": capping.services.data_source}
    limit = services["action"]
    return Facts(
        capping.kind,
        capping.name,
        file,
        capping.url,
        _address(capping.url),
        methods=tuple(capping.methods),
        services=tuple(name for name, found in services.items() if found),
        rate=Rate(limit.rating.max_calls_count, limit.rating.period_in_ms) if limit else None,
    )


def _address(text: str) -> Address | None:
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
