"""Hypothesis strategies for every kind of definition, as parsed JSON in the file format.

What they draw always parses, and is in the one form that a platform can give back: no `$constant` where a
literal would do, no header named twice. `secrets` and `values` say which references texts may hold.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from toolkit.core.canonical import DecimalLiteral
from toolkit.model.payload import SCALAR_LIST_TYPES, SCALAR_TYPES
from toolkit.model.text import SecretRef, ValueRef, write_parts

Drawn = st.SearchStrategy[Any]

DATES = {
    "dateOnly": ("2026-01-01", "2024-02-29"),
    "dateTimeOnly": ("2026-01-01T10:00", "2026-01-01T10:00:00.5"),
    "dateTime": ("2026-01-01T10:00:00Z", "2026-01-01T10:00:00+02:00"),
}
_CHARACTERS = string.ascii_letters + string.digits + ' ${}$@:/*äß漢😀"\\<>\n'
_LETTERS = st.text(string.ascii_letters, min_size=1, max_size=8)

action_names = st.text(string.ascii_letters + string.digits + "_", min_size=1, max_size=30)
literals = st.text(_CHARACTERS, max_size=12)
labels = st.text(_CHARACTERS, min_size=1, max_size=12)
field_names = st.text(string.ascii_letters + "_-ä$", min_size=1, max_size=8).filter(
    lambda name: name[0] != "$"
)
header_names = st.builds("X-{}".format, _LETTERS)
secret_refs = st.builds(SecretRef, st.sampled_from(["a/key", "b/password"]), st.sampled_from(["", "v2"]))
decimals = st.from_regex(r"-?(0|[1-9][0-9]{0,6})(\.[0-9]{1,4})([eE][+-]?[0-9]{1,2})?", fullmatch=True).map(
    DecimalLiteral
)


@dataclass(frozen=True)
class Refs:
    """Which references a text may hold: secrets or not, and these names of values."""

    secrets: bool = False
    values: Sequence[str] = ()

    def texts(self, *, secret_here: bool = False) -> Drawn:
        """Draw text as a file writes it."""
        parts: list[Drawn] = [literals]
        if self.values:
            parts.append(st.builds(ValueRef, st.sampled_from(list(self.values))))
        if self.secrets and secret_here:
            parts.append(secret_refs)
        return st.lists(st.one_of(parts).filter(bool), min_size=1, max_size=3).map(write_parts) | st.just("")


def optional_members(required: dict[str, Drawn], optional: dict[str, Drawn]) -> Drawn:
    """Draw an object with all `required` and any of the `optional` members."""
    return st.fixed_dictionaries(required, optional=optional)


def holes(types: Sequence[str] = (*SCALAR_TYPES, *SCALAR_LIST_TYPES)) -> Drawn:
    """Draw a value that the marketer fills."""
    return optional_members(
        {"$variable": labels}, {"$type": st.sampled_from(list(types)), "$optional": st.booleans()}
    )


def objects_of(members: Drawn) -> Drawn:
    """Draw a payload's object that is not empty."""
    return st.dictionaries(field_names, members, min_size=1, max_size=4)


def constants(refs: Refs, *, nulls: bool) -> Drawn:
    """Draw a constant scalar, dates in their typed form."""
    dates = [
        st.fixed_dictionaries({"$constant": st.sampled_from(examples), "$type": st.just(name)})
        for name, examples in DATES.items()
    ]
    plain = [refs.texts(), st.integers(), decimals, st.booleans()]
    return st.one_of(*plain, *dates, *([st.none()] if nulls else []))


def typed_lists() -> Drawn:
    """Draw the constant lists whose type literals can't say: of dates, or empty."""
    empty = st.fixed_dictionaries(
        {"$constant": st.just([]), "$type": st.sampled_from(list(SCALAR_LIST_TYPES))}
    )
    dated = [
        st.fixed_dictionaries(
            {
                "$constant": st.lists(st.sampled_from(examples), min_size=1, max_size=3),
                "$type": st.just("list" + name[0].upper() + name[1:]),
            }
        )
        for name, examples in DATES.items()
    ]
    return st.one_of(empty, *dated)


def list_holes() -> Drawn:
    """Draw a list of objects that the marketer maps."""
    items = objects_of(st.recursive(holes(), objects_of, max_leaves=4))
    return optional_members({"$variable": labels, "$items": items}, {"$optional": st.booleans()})


def _fixed_list(items: list[Any]) -> Any:
    """Write constant dates of one type as a typed list: the one form in which they come back."""
    types = {item["$type"] if isinstance(item, dict) and "$constant" in item else None for item in items}
    scalars = all(isinstance(item, dict) and isinstance(item.get("$constant"), str) for item in items)
    if scalars and len(types) == 1:
        name = items[0]["$type"]
        return {
            "$constant": [item["$constant"] for item in items],
            "$type": "list" + name[0].upper() + name[1:],
        }
    return items


def request_payloads(refs: Refs = Refs(), *, nulls: bool = False) -> Drawn:
    """Draw the body of a request."""
    leaves = st.one_of(constants(refs, nulls=nulls), holes(), typed_lists(), list_holes())

    def deeper(nodes: Drawn) -> Drawn:
        return st.one_of(objects_of(nodes), st.lists(nodes, min_size=1, max_size=3).map(_fixed_list))

    return objects_of(st.recursive(leaves, deeper, max_leaves=8))


def response_payloads() -> Drawn:
    """Draw the body of a response."""
    leaves = st.sampled_from([*SCALAR_TYPES, *SCALAR_LIST_TYPES])

    def deeper(nodes: Drawn) -> Drawn:
        return st.one_of(objects_of(nodes), objects_of(nodes).map(lambda item: [item]))

    return objects_of(st.recursive(leaves, deeper, max_leaves=6))


def urls(refs: Refs = Refs()) -> Drawn:
    """Draw a URL's text; its parts are any text, which rules check and the format does not."""
    return refs.texts().map("https://api.example.com/{}".format)


def _cache_durations() -> Drawn:
    unit = st.sampled_from(["milliseconds", "seconds", "minutes", "hours", "days", "months", "years"])
    return st.one_of(
        st.fixed_dictionaries({"duration": st.integers(1, 10_000), "timeUnit": unit}),
        st.fixed_dictionaries({"expiryInResponse": st.just("json://expires_in"), "timeUnit": unit}),
    )


def authentications(refs: Refs = Refs()) -> Drawn:
    """Draw any form of authentication."""
    secret = refs.texts(secret_here=True)
    named_secrets = st.dictionaries(_LETTERS, secret, max_size=3)
    body = st.fixed_dictionaries({"bodyType": st.sampled_from(["form", "json"]), "bodyParams": named_secrets})
    return st.one_of(
        st.fixed_dictionaries({"type": st.just("basic"), "username": secret, "password": secret}),
        st.fixed_dictionaries(
            {
                "type": st.just("apiKey"),
                "name": _LETTERS,
                "value": secret,
                "location": st.sampled_from(["header", "queryParam"]),
            }
        ),
        optional_members(
            {
                "type": st.just("customAuthorization"),
                "endpoint": urls(refs),
                "method": st.sampled_from(["GET", "POST"]),
                "tokenInResponse": st.sampled_from(["response", "json://access_token"]),
                "authorizationType": st.sampled_from(["bearer", "header", "queryParam"]),
            },
            {
                "subType": st.just("certificateCredential"),
                "aud": st.just("https://idp.example.com/"),
                "headers": named_secrets,
                "body": body,
                "cacheDuration": _cache_durations(),
                "tokenTarget": _LETTERS,
            },
        ),
    )


def _parameters(names: Drawn, refs: Refs) -> Drawn:
    value = st.one_of(refs.texts(secret_here=True), holes(["string"]))
    return st.lists(st.tuples(names, value), max_size=3, unique_by=lambda pair: pair[0].lower()).map(dict)


def _endpoints(refs: Refs) -> Drawn:
    headers = st.one_of(header_names, st.sampled_from(["Content-Type", "content-type", "Charset"]))
    return optional_members(
        {"method": st.sampled_from(["POST", "GET", "PUT"]), "url": urls(refs)},
        {"headers": _parameters(headers, refs), "query": _parameters(_LETTERS, refs)},
    )


def _envelope(kind: str, name: Drawn) -> dict[str, Drawn]:
    return {
        "$schema": st.just("../schemas/schema.json"),
        "formatVersion": st.just(1),
        "kind": st.just(kind),
        "name": name,
    }


def lifecycles() -> Drawn:
    """Draw what is ours alone."""
    return optional_members({}, {"protect": st.booleans(), "owner": labels, "previousName": action_names})


@st.composite
def custom_actions(draw: st.DrawFn, refs: Refs = Refs()) -> dict[str, Any]:
    """Draw a custom action's definition."""
    governance = optional_members(
        {"channel": st.sampled_from(["email", "sms", "push", "other"])}, {"requiredMarketingAction": labels}
    )
    definition: dict[str, Any] = draw(
        optional_members(
            {**_envelope("CustomAction", action_names), "endpoint": _endpoints(refs)},
            {
                "description": literals,
                "authentication": authentications(refs),
                "governance": governance,
                "response": response_payloads(),
                "failureResponse": response_payloads(),
                "lifecycle": lifecycles(),
            },
        )
    )
    if draw(st.booleans()):
        nulls = draw(st.booleans())
        definition["request"] = draw(request_payloads(refs, nulls=nulls))
        definition["allowNullValues"] = nulls
    return definition


def campaign_actions(refs: Refs = Refs()) -> Drawn:
    """Draw a Campaign action's definition."""
    return optional_members(
        {
            **_envelope("CampaignAction", action_names),
            "campaignType": st.sampled_from(["classic", "standard"]),
            "request": request_payloads(refs),
        },
        {
            "description": literals,
            "endpoint": st.fixed_dictionaries({"url": urls(refs)}),
            "lifecycle": lifecycles(),
        },
    )


_methods = st.lists(
    st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTION"]), min_size=1, max_size=6
)


def _service_limits() -> Drawn:
    numbers = st.integers(1, 10**9)
    rating = st.fixed_dictionaries({"maxCallsCount": numbers, "periodInMs": numbers})
    return optional_members({"rating": rating}, {"maxHttpConnections": numbers})


def endpoint_configs(refs: Refs = Refs()) -> Drawn:
    """Draw a capping's definition."""
    services = optional_members({}, {"action": _service_limits(), "dataSource": _service_limits()})
    return optional_members(
        {
            **_envelope("EndpointConfig", labels),
            "url": urls(refs),
            "methods": _methods,
            "services": services.filter(bool),
        },
        {"description": literals, "lifecycle": lifecycles()},
    )


def throttling_configs(refs: Refs = Refs()) -> Drawn:
    """Draw a throttling's definition."""
    return optional_members(
        {
            **_envelope("ThrottlingConfig", labels),
            "urlPattern": urls(refs),
            "methods": _methods,
            "maxThroughput": st.integers(200, 5000),
        },
        {"description": literals, "lifecycle": lifecycles()},
    )


def definitions(refs: Refs = Refs()) -> Drawn:
    """Draw a definition of any kind."""
    return st.one_of(
        custom_actions(refs), campaign_actions(refs), endpoint_configs(refs), throttling_configs(refs)
    )
