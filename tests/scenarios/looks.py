"""Ways in which a platform may differ from the convention, one by one and together."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from tests.scenarios.disguise import Look

FREE = {("authentication", "headers"), ("body", "bodyParams"), ("body", "body_params")}
"""Objects whose keys are a person's own words."""


def renamed(value: Any, name_of: Callable[[str], str], where: tuple[str, ...] = ()) -> Any:
    """`value` with every name of a field turned; keys that people chose stay."""
    if isinstance(value, list):
        return [renamed(item, name_of, where) for item in value]
    if not isinstance(value, dict):
        return value
    if where[-2:] in FREE:
        return value
    return {name_of(name): renamed(member, name_of, (*where, name)) for name, member in value.items()}


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", lambda found: "_" + found[1].lower(), name)


def camel(name: str) -> str:
    return name[:1] + re.sub(r"_([a-z])", lambda found: found[1].upper(), name[1:])


OTHER_WORDS = {
    "uid": "id",
    "actionType": "type",
    "endpoint": "target",
    "url": "targetUrl",
    "method": "httpMethod",
    "queryParameters": "queryParams",
    "isVariable": "variable",
    "isOptional": "optional",
    "label": "displayName",
    "value": "constantValue",
    "requestPayload": "request",
    "responsePayload": "response",
    "failureResponsePayload": "errorResponse",
    "allowNullValues": "allowNulls",
    "fields": "params",
    "items": "elements",
    "usedIn": "usedBy",
}
BACK = {theirs: ours for ours, theirs in OTHER_WORDS.items() if theirs != "type"}


def reworded(value: Any, words: Mapping[str, str], where: tuple[str, ...] = ()) -> Any:
    """`value` with the words of fields exchanged, authentication and what is free left as it is."""
    if isinstance(value, list):
        return [reworded(item, words, where) for item in value]
    if not isinstance(value, dict) or where[:1] == ("authentication",):
        return value
    found = {}
    for name, member in value.items():
        found[words.get(name, name)] = reworded(member, words, (*where, name))
    return found


def other_words(element: Any) -> Any:
    """Other words for nearly everything; an action's type has the same name as a field's."""
    found = reworded(element, OTHER_WORDS)
    return {("actionName" if name == "name" else name): value for name, value in found.items()}


def our_words(body: Any) -> Any:
    typed = {**body, "actionType": body["type"], "name": body["actionName"]}
    del typed["type"], typed["actionName"]
    return reworded(typed, BACK)


_CONFIG = ("endpoint", "authentication", "requestPayload", "responsePayload", "failureResponsePayload")


def nested(element: Any) -> Any:
    """The configuration below ``config``, the rest where it was, and members that nobody here knows."""
    inside = {name: element[name] for name in _CONFIG if name in element}
    rest = {name: value for name, value in element.items() if name not in _CONFIG}
    answered = {"revision": 7, "links": {"self": "/somewhere"}} if "uid" in element else {}
    return {**rest, **({"config": inside} if inside else {}), **answered}


def flat(body: Any) -> Any:
    config = body.get("config", {})
    return {**{name: value for name, value in body.items() if name != "config"}, **config}


def typed(element: Any, word_of: Callable[[str], str]) -> Any:
    """`element` with the words of its type and of its payload's types turned."""
    found = {**element, "actionType": word_of(element["actionType"])}
    for payload in ("requestPayload", "responsePayload", "failureResponsePayload"):
        if payload in found:
            fields = [typed_field(field, word_of) for field in found[payload]["fields"]]
            found[payload] = {**found[payload], "fields": fields}
    return found


def typed_field(field: Any, word_of: Callable[[str], str]) -> Any:
    found = {**field, "type": word_of(field["type"])} if "type" in field else dict(field)
    for inner in ("fields", "items"):
        if inner in found:
            found[inner] = [typed_field(one, word_of) for one in found[inner]]
    return found


LOOKS = {
    "another prefix": Look(
        prefix="/ui/v3/authoring", collection="custom-actions", list_path="list/custom-actions"
    ),
    "an envelope": Look(
        prefix="/ajo",
        list_method="GET",
        list_path="actions",
        items=("data", "items"),
        read=("data",),
        created_id=("data", "uid"),
        sent=("action",),
        paging="page",
        plain_errors=True,
    ),
    "snake case": Look(
        prefix="/api/v1",
        list_method="GET",
        list_path="actions",
        items=("actions",),
        read=(),
        created_id=("uid",),
        update_method="PATCH",
        paging="cursor",
        out=lambda element: renamed(element, snake),
        back=lambda body: renamed(body, camel),
    ),
    "other words": Look(
        prefix="/authoring",
        collection="action-definitions",
        list_method="GET",
        list_path="action-definitions",
        items=("content",),
        read=("actionDefinition",),
        sent=("actionDefinition",),
        created_id=("actionDefinition", "id"),
        update_method="POST",
        paging="offset",
        out=other_words,
        back=our_words,
    ),
    "a nested configuration": Look(
        prefix="/v2",
        list_method="GET",
        list_path="actions",
        items=(),
        read=(),
        created_id=("uid",),
        delete_suffix="/remove",
        paging="none",
        out=nested,
        back=flat,
        summaries=("uid", "name", "actionType", "state"),
    ),
    "types in capitals": Look(
        prefix="/journeys/v1",
        list_method="GET",
        list_path="actions",
        items=("items",),
        paging="link",
        out=lambda element: typed(element, lambda word: snake(word).upper()),
        back=lambda body: typed(body, lambda word: camel(word.lower())),
    ),
}


_NAMES: tuple[tuple[Callable[[Any], Any], Callable[[Any], Any], str], ...] = (
    (lambda element: element, lambda body: body, "uid"),
    (lambda element: renamed(element, snake), lambda body: renamed(body, camel), "uid"),
    (other_words, our_words, "id"),
    (nested, flat, "uid"),
)


def mixed(chance: Random) -> Look:
    """A platform of which everything is chosen by chance."""
    out, back, uid = chance.choice(_NAMES)
    read = chance.choice([(), ("data",), ("result",), ("payload", "item")])
    collection = chance.choice(["actions", "custom-actions", "actionDefinitions"])
    paging = chance.choice(["headers", "page", "offset", "cursor", "link", "none"])
    method = "POST" if paging == "headers" else chance.choice(["GET", "POST"])
    paths = [f"list/{collection}", f"{collection}/search"] + ([collection] if method == "GET" else [])
    return Look(
        prefix=chance.choice(["/a", "/api/v1/x", "/journey/orchestration"]),
        collection=collection,
        list_method=method,
        list_path=chance.choice(paths),
        update_method=chance.choice(["PUT", "PATCH", "POST"]),
        delete_suffix=chance.choice(["", "/remove"]),
        items=chance.choice([("items",), ("data", "items"), ("results",)]),
        read=read,
        sent=chance.choice([(), ("action",), ("data",)]),
        created_id=chance.choice([(*read, uid), ("newId",)]),
        paging=paging,
        out=out,
        back=back,
        plain_errors=chance.random() < 0.5,
    )
