"""Strategies: definitions of every kind as documents, and the same ones structurally damaged.

Wider than tests/strategies.py: all that the format allows, not only what a platform can give back.
"""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

from tests.core.json_values import decimals
from toolkit.core.canonical import DecimalLiteral
from toolkit.core.pointer import Path, lookup
from toolkit.model.kinds import KINDS
from toolkit.model.payload import SCALAR_LIST_TYPES, SCALAR_TYPES
from toolkit.model.text import SecretRef, ValueRef, write_parts

Strategy = st.SearchStrategy[Any]

words = st.text(max_size=8)
labels = st.text(min_size=1, max_size=8)
value_refs = st.builds(ValueRef, st.sampled_from(["host", "a_1"]))
secret_refs = st.builds(SecretRef, st.sampled_from(["a", "b-c/d.e"]), st.sampled_from(["", "2026-11"]))
dollars = st.sampled_from(["$", "$$", "{", "${", "}", "$${x}"])
literals = words | dollars


def value_texts(*, secrets: bool = False) -> Strategy:
    """Texts with references, well formed."""
    references: st.SearchStrategy[ValueRef | SecretRef] = value_refs | secret_refs if secrets else value_refs
    return st.lists(literals | references, max_size=3).map(write_parts)


secret_texts = value_texts(secrets=True)
filled_texts = value_texts().filter(bool)
field_names = st.text(min_size=1, max_size=6).filter(lambda name: name[0] != "$" and "\x00" not in name)
header_names = st.text(min_size=1, max_size=6).filter(lambda name: "\x00" not in name)
constants = st.none() | st.booleans() | st.integers() | decimals | value_texts()


def of(required: dict[str, Strategy], optional: dict[str, Strategy] | None = None) -> Strategy:
    """Objects with all of `required` and some of `optional`."""
    return st.fixed_dictionaries(required, optional=optional or {})


def members(names: Strategy, values: Strategy) -> Strategy:
    """Objects with one to three free names."""
    return st.dictionaries(names, values, min_size=1, max_size=3)


def hole(types: tuple[str, ...], **more: Strategy) -> Strategy:
    """Variables of some of `types`."""
    return of({"$variable": labels, **more}, {"$type": st.sampled_from(types), "$optional": st.booleans()})


any_hole = hole((*SCALAR_TYPES, *SCALAR_LIST_TYPES))
item_nodes = st.recursive(any_hole, lambda inner: members(field_names, inner), max_leaves=4)
list_holes = of(
    {"$variable": labels, "$items": members(field_names, item_nodes)}, {"$optional": st.booleans()}
)
typed_scalars = of(
    {"$constant": value_texts(), "$type": st.sampled_from(["dateTime", "dateTimeOnly", "dateOnly"])}
)
typed_lists = of({"$constant": st.lists(constants, max_size=2), "$type": st.sampled_from(SCALAR_LIST_TYPES)})
nodes = st.recursive(
    constants | any_hole | list_holes | typed_scalars | typed_lists,
    lambda inner: members(field_names, inner) | st.lists(inner, min_size=1, max_size=3),
    max_leaves=6,
)
requests = members(field_names, nodes)
response_leaves = st.sampled_from((*SCALAR_TYPES, *SCALAR_LIST_TYPES))
responses = members(
    field_names,
    st.recursive(
        response_leaves,
        lambda inner: members(field_names, inner) | members(field_names, inner).map(lambda item: [item]),
        max_leaves=5,
    ),
)
parameters = st.dictionaries(header_names, secret_texts | hole(("string",)), max_size=2)
time_units = st.sampled_from(["milliseconds", "seconds", "minutes", "hours", "days", "months", "years"])
cache_durations = of({"duration": st.integers(1, 10**30), "timeUnit": time_units}) | of(
    {"expiryInResponse": filled_texts, "timeUnit": time_units}
)
secret_parameters = st.dictionaries(header_names, secret_texts, max_size=2)
authentications = (
    of({"type": st.just("basic"), "username": secret_texts, "password": secret_texts})
    | of(
        {
            "type": st.just("apiKey"),
            "name": filled_texts,
            "value": secret_texts,
            "location": st.sampled_from(["header", "queryParam"]),
        }
    )
    | of(
        {
            "type": st.just("customAuthorization"),
            "endpoint": value_texts(),
            "method": st.sampled_from(["GET", "POST"]),
            "tokenInResponse": filled_texts,
            "authorizationType": st.sampled_from(["bearer", "header", "queryParam"]),
        },
        {
            "subType": st.just("certificateCredential"),
            "headers": secret_parameters,
            "body": of({"bodyType": st.sampled_from(["form", "json"]), "bodyParams": secret_parameters}),
            "cacheDuration": cache_durations,
            "tokenTarget": filled_texts,
        },
    )
)
lifecycles = of(
    {},
    {
        "protect": st.booleans(),
        "previousName": labels,
        "owner": labels,
        "targets": st.lists(words, min_size=1, max_size=2),
        "links": st.lists(words, max_size=2),
        "allow": st.lists(
            of(
                {
                    "rule": st.sampled_from(["AJO253", "ACME001"]),
                    "at": st.sampled_from(["", "/request/a", "/request/a~1b/0"]),
                    "because": labels.filter(str.strip),
                }
            ),
            max_size=2,
        ),
    },
)
methods = st.lists(
    st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTION"]), min_size=1, max_size=4
)
service_limits = of(
    {"rating": of({"maxCallsCount": st.integers(1), "periodInMs": st.integers(1)})},
    {"maxHttpConnections": st.integers(1)},
)
services = of({}, {"action": service_limits, "dataSource": service_limits}).filter(bool)


def kind(name: str, required: dict[str, Strategy], optional: dict[str, Strategy]) -> Strategy:
    """Definitions of one kind."""
    envelope = {"$schema": words, "formatVersion": st.just(1), "kind": st.just(name), "name": labels}
    return of({**envelope, **required}, {"description": words, "lifecycle": lifecycles, **optional})


custom_actions = kind(
    "CustomAction",
    {
        "endpoint": of(
            {"method": st.sampled_from(["POST", "GET", "PUT"]), "url": value_texts()},
            {"headers": parameters, "query": parameters},
        )
    },
    {
        "authentication": authentications,
        "governance": of(
            {"channel": st.sampled_from(["email", "sms", "push", "other"])},
            {"requiredMarketingAction": labels},
        ),
        "request": requests,
        "allowNullValues": st.booleans(),
        "response": responses,
        "failureResponse": responses,
    },
)
campaign_actions = kind(
    "CampaignAction",
    {"campaignType": st.sampled_from(["classic", "standard"]), "request": requests},
    {"endpoint": of({"url": value_texts()})},
)
cappings = kind("EndpointConfig", {"url": value_texts(), "methods": methods, "services": services}, {})
throttlings = kind(
    "ThrottlingConfig",
    {"urlPattern": value_texts(), "methods": methods, "maxThroughput": st.integers(200, 5000)},
    {},
)
definitions = custom_actions | custom_actions | campaign_actions | cappings | throttlings

# What damage puts in: every type of JSON, and what looks like a part of the format.
strangers = st.sampled_from(
    [
        *(None, True, 0, 1, -1, 300, 10**30, "", "x", "$", "string", "POST", "basic", [], {}, ["string"]),
        *(DecimalLiteral("1.0"), DecimalLiteral("0.5"), {"a": "string"}, {"$variable": "L"}, {"": 1}),
        *({"$variable": "L", "$items": {}}, {"$constant": [], "$type": "listString"}, {"$constant": "x"}),
        *(
            {"$x": "string"},
            {"a\x00b": "string"},
            [[1]],
            [{"a": {"$variable": "L"}}],
            "${host}",
            "${secret:a}",
            "${",
        ),
    ]
)
strange_keys = st.sampled_from(
    [
        "x",
        "",
        "$",
        "$x",
        "$variable",
        "$type",
        "$items",
        "$constant",
        "$optional",
        "a\x00",
        "\x00",
        "type",
        "url",
    ]
)


def places(value: Any, path: Path = ()) -> list[Path]:
    """Return the path of every value inside `value`, itself left out."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, member in inside for found in ((*path, key), *places(member, (*path, key)))]


def rename(parent: Any, old: Any, new: str) -> None:
    """Give a member another key in its old place; an item keeps its index."""
    if isinstance(parent, dict):
        entries = [(new if key == old else key, value) for key, value in parent.items()]
        parent.clear()
        parent.update(entries)


def damage(draw: st.DrawFn, document: Any, path: Path) -> None:
    """Change what stands at `path` in one of the ways in which people's hands slip."""
    parent, last = lookup(document, path[:-1]), path[-1]
    value = parent[last]
    match draw(st.sampled_from(["drop", "rename", "replace", "add", "swap", "null", "empty", "repeat"])):
        case "drop":
            del parent[last]
        case "rename":
            rename(parent, last, draw(strange_keys | st.just(str(last)[:-1]) | st.just(f"{last}s")))
        case "replace":
            parent[last] = copy.deepcopy(draw(strangers))
        case "swap":
            parent[last] = copy.deepcopy(lookup(document, draw(st.sampled_from(places(document)))))
        case "null":
            parent[last] = None
        case "add" if isinstance(value, dict):
            value[draw(strange_keys)] = copy.deepcopy(draw(strangers))
        case "empty" if isinstance(value, (str, list, dict)):
            parent[last] = type(value)()
        case "repeat" if isinstance(value, list):
            value.extend(copy.deepcopy(value))


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """Definitions with one to three of their parts dropped, renamed, replaced, swapped or emptied."""
    document = copy.deepcopy(draw(definitions))
    for _ in range(draw(st.integers(1, 3))):
        if paths := places(document):
            damage(draw, document, draw(st.sampled_from(paths)))
    return document


def known_kind(document: Any, otherwise: str) -> str:
    """Return the kind whose rules hold for `document`."""
    name = document.get("kind")
    return name if isinstance(name, str) and name in KINDS else otherwise
