"""What rules about several definitions need to know of each one: a small record that is quick to keep."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from toolkit.model.custom_action import CampaignAction, CustomAction
from toolkit.model.document import Document, part_document
from toolkit.model.guardrails import MILLISECONDS_A_SECOND, Rate
from toolkit.model.kinds import Definition
from toolkit.model.limits import EndpointConfig, ThrottlingConfig
from toolkit.rules.places import urls
from toolkit.rules.reading import UNKNOWN, Url, read_url

_DEFAULT_PORTS = {"http": "80", "https": "443"}

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
    `authentication` is a digest, empty for none. `hosts` are those that a credential goes to.
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


def facts_of(definition: Definition, file: str = "") -> Facts:
    """Return what is known of a definition; depends on nothing else."""
    match definition:
        case CustomAction():
            return _of_action(definition, file)
        case CampaignAction():
            text = definition.endpoint.url if definition.endpoint else ""
            return Facts(definition.kind, definition.name, file, text, _address(text))
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
    )


def _digest(authentication: Document) -> str:
    """Return what tells two authentications apart; they hold texts and whole numbers only."""
    return hashlib.sha256(json.dumps(authentication, sort_keys=True).encode()).hexdigest()


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
