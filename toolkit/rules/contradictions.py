"""Where a definition says one thing and does another (AJO293 to AJO296)."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.core.diagnostics import Severity
from toolkit.model.authentication import ApiKeyAuthentication, BasicAuthentication
from toolkit.model.custom_action import CustomAction
from toolkit.model.kinds import Definition
from toolkit.rules import pages
from toolkit.rules.examples import REMOVED, Example
from toolkit.rules.places import headers, token_headers, token_request
from toolkit.rules.reading import has_reference, with_unknowns
from toolkit.rules.rule import CUSTOM, Remark, Rule
from toolkit.rules.trait import Trait
from toolkit.rules.wording import quoted

_MEDIA_TYPES = {"form": "application/x-www-form-urlencoded", "json": "application/json"}


def _type_of_body(definition: Definition) -> Iterator[Remark]:
    request = token_request(definition)
    if request is None or request.body is None:
        return
    expected = _MEDIA_TYPES[request.body.body_type]
    for field in token_headers(definition):
        text = str(field.value)
        if field.name.lower() != "content-type" or has_reference(text):
            continue
        if text.partition(";")[0].strip().lower() != expected:
            message = f"{quoted(text)} is not the type of a body that is sent as {request.body.body_type}"
            yield Remark(field.path, message, f"Leave the header out, or write {expected}.")


def _plain_basic(definition: Definition) -> Iterator[Remark]:
    for field in (*headers(definition), *token_headers(definition)):
        if field.name.lower() != "authorization" or not isinstance(field.value, str):
            continue
        scheme, _, credentials = with_unknowns(field.value).partition(" ")
        if scheme.lower() == "basic" and ":" in credentials and "(" not in credentials:
            yield Remark(field.path, "user name and password are not encoded")


def _nulls_of_nothing(definition: Definition) -> Iterator[Remark]:
    if isinstance(definition, CustomAction) and definition.allow_null_values and definition.request is None:
        yield Remark(("allowNullValues",), "there is no request that nulls could stand in")


def _empty_credentials(definition: Definition) -> Iterator[Remark]:
    match definition.authentication if isinstance(definition, CustomAction) else None:
        case BasicAuthentication(username=username, password=password):
            parts = {"username": username, "password": password}
        case ApiKeyAuthentication(value=value):
            parts = {"value": value}
        case _:
            return
    for name, text in parts.items():
        if not text.strip():
            yield Remark(("authentication", name), f"{name} is empty")


RULES: tuple[Rule, ...] = (
    Rule(
        id="AJO293",
        severity=Severity.WARNING,
        summary="A token request's Content-Type is that of its body.",
        why="bodyType decides how the body is written: form as application/x-www-form-urlencoded, json as "
        "application/json. A header that says something else either has no effect or misleads the receiver.",
        fix="Leave the header out.",
        page=pages.CUSTOM_AUTHENTICATION,
        kinds=CUSTOM,
        check=_type_of_body,
        needs=frozenset({Trait.NEW_AUTHENTICATION}),
        wrong=Example("action with a token", {"/authentication/headers/Content-Type": "application/json"}),
        right=Example(
            "action with a token",
            {"/authentication/headers/Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
        ),
    ),
    Rule(
        id="AJO294",
        severity=Severity.WARNING,
        summary="Credentials of the scheme Basic are encoded.",
        why="Authorization: Basic carries user name, colon and password in base64 (RFC 7617). In custom "
        "authorization EncodeBase64 does that; nothing does it elsewhere.",
        fix="Write Basic EncodeBase64(<user>:<password>) in custom authorization, or use authentication of "
        "type basic.",
        page=pages.CUSTOM_AUTHENTICATION,
        kinds=CUSTOM,
        check=_plain_basic,
        needs=frozenset({Trait.NEW_AUTHENTICATION, Trait.CREDENTIAL_NAME}),
        wrong=Example(
            "action with a token",
            {"/authentication/headers/Authorization": "Basic journeys:${secret:loyalty/secret}"},
        ),
        right=Example(
            "action with a token",
            {"/authentication/headers/Authorization": "Basic EncodeBase64(journeys:${secret:loyalty/key})"},
        ),
    ),
    Rule(
        id="AJO295",
        severity=Severity.WARNING,
        summary="Null values are allowed where there is a request.",
        why="The option is one of the request payload: without it, optional headers and parameters that stay "
        "unfilled are left out all the same.",
        fix="Remove allowNullValues.",
        page=pages.CUSTOM_ACTION,
        kinds=CUSTOM,
        check=_nulls_of_nothing,
        needs=frozenset({Trait.NULLS_ALLOWED}),
        wrong=Example("action", {"/endpoint/method": "GET", "/request": REMOVED, "/allowNullValues": True}),
        right=Example("action", {"/allowNullValues": True}),
    ),
    Rule(
        id="AJO296",
        severity=Severity.ERROR,
        summary="User name, password and API key are filled in.",
        why="Basic authentication needs a user name and a password, an API key its value.",
        fix="Write ${secret:path/name}, or for a user name the name.",
        page=pages.CUSTOM_AUTHENTICATION,
        kinds=CUSTOM,
        check=_empty_credentials,
        needs=frozenset({Trait.NEW_AUTHENTICATION}),
        wrong=Example("action", {"/authentication": {"type": "basic", "username": "ajo", "password": ""}}),
        right=Example(
            "action",
            {"/authentication": {"type": "basic", "username": "ajo", "password": "${secret:loyalty/ajo}"}},
        ),
    ),
)
