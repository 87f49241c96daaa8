"""What a custom authorization asks for its token with: functions, certificates (AJO246 to AJO249)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.core.diagnostics import Severity
from toolkit.core.pointer import Path
from toolkit.model.authentication import ApiKeyAuthentication, BasicAuthentication, CustomAuthorization
from toolkit.model.custom_action import CustomAction
from toolkit.model.kinds import Definition
from toolkit.rules import pages
from toolkit.rules.examples import Example
from toolkit.rules.places import (
    headers,
    once,
    query_parameters,
    token_headers,
    token_parameters,
    token_request,
)
from toolkit.rules.reading import read_url, with_unknowns
from toolkit.rules.rule import CUSTOM, Remark, Rule
from toolkit.rules.trait import Trait
from toolkit.rules.wording import quoted

FUNCTION = "EncodeBase64"
_OPENING = FUNCTION + "("
_UNOPENED = re.compile(rf"(?<![A-Za-z0-9_]){FUNCTION}(?![A-Za-z0-9_(])")
_CALL = re.compile(r"(?<![A-Za-z0-9_])([A-Za-z_][A-Za-z0-9_]*)\(")
_LONGEST_SCOPE = 1_000
_BODY: Path = ("authentication", "body", "bodyParams")


@once
def _evaluated(definition: Definition) -> Iterator[tuple[Path, str]]:
    """Yield the texts in which functions count."""
    for field in (*token_headers(definition), *token_parameters(definition)):
        yield field.path, with_unknowns(str(field.value))


@once
def _not_evaluated(definition: Definition) -> Iterator[tuple[Path, str]]:
    """Yield the texts in which a function is just text."""
    for field in (*headers(definition), *query_parameters(definition)):
        if isinstance(field.value, str):
            yield field.path, with_unknowns(field.value)
    match definition.authentication if isinstance(definition, CustomAction) else None:
        case BasicAuthentication(username=username, password=password):
            yield ("authentication", "username"), with_unknowns(username)
            yield ("authentication", "password"), with_unknowns(password)
        case ApiKeyAuthentication(value=value):
            yield ("authentication", "value"), with_unknowns(value)
        case _:
            return


def _function_syntax(definition: Definition) -> Iterator[Remark]:
    for path, text in _evaluated(definition):
        fault = _encoding_fault(text)
        if fault:
            yield Remark(path, f"{FUNCTION} {fault}")


def _encoding_fault(text: str) -> str:
    start = text.find(_OPENING)
    while start >= 0:
        start += len(_OPENING)
        end = text.find(")", start)
        if end < 0:
            return "is not closed"
        if end == start:
            return "encodes nothing"
        if _OPENING in text[start:end]:
            return "stands inside itself"
        start = text.find(_OPENING, end)
    return "is not followed by (" if _UNOPENED.search(text) else ""


def _unknown_functions(definition: Definition) -> Iterator[Remark]:
    for path, text in _evaluated(definition):
        for name in dict.fromkeys(_CALL.findall(text)):
            if name != FUNCTION:
                yield Remark(path, f"{quoted(name + '(')} looks like a function and is sent as it is")
    for path, text in _not_evaluated(definition):
        if _OPENING in text:
            fix = "Use custom authorization, or write the encoded text."
            yield Remark(path, f"{FUNCTION} is a function in custom authorization only", fix)


def _certificate(definition: Definition) -> CustomAuthorization | None:
    request = token_request(definition)
    return request if request and request.sub_type == "certificateCredential" else None


def _audience(request: CustomAuthorization) -> Iterator[Remark]:
    if request.sub_type is None and request.aud is not None:
        fix = "Remove it, or add the subType certificateCredential."
        yield Remark(("authentication", "aud"), "aud is for signed assertions only", fix)
    elif request.sub_type is not None and not (request.aud or "").strip():
        fix = 'Add "aud", the audience that the token endpoint expects.'
        yield Remark(("authentication",), "aud, the assertion's audience, is missing", fix)


def _certificate_musts(definition: Definition) -> Iterator[Remark]:
    request = token_request(definition)
    if request is None:
        return
    yield from _audience(request)
    if request.sub_type is None:
        return
    if request.method != "POST":
        yield Remark(("authentication", "method"), "a token is asked for by GET", "Use POST.")
    url = read_url(request.endpoint)
    if url and url.scheme == "http":
        yield Remark(
            ("authentication", "endpoint"), "the token endpoint is not called by https", "Use https://."
        )
    parameters = request.body.body_params if request.body else {}
    client, scope = parameters.get("client_id", ""), parameters.get("scope", "")
    if not client or client != client.strip():
        path = (*_BODY, "client_id") if "client_id" in parameters else ("authentication",)
        fix = "Give the client's id, without blanks around it."
        yield Remark(path, "client_id is missing, or has blanks around it", fix)
    if len(with_unknowns(scope)) > _LONGEST_SCOPE:
        fix = "Ask for fewer scopes."
        yield Remark((*_BODY, "scope"), f"the scope is longer than {_LONGEST_SCOPE} characters", fix)
    for name in ("client_assertion", "client_assertion_type"):
        if name in parameters:
            yield Remark((*_BODY, name), f"the platform itself adds {name}", "Remove the parameter.")


def _certificate_advice(definition: Definition) -> Iterator[Remark]:
    request = _certificate(definition)
    if request is None:
        return
    url = read_url(request.endpoint)
    if url and url.query is not None:
        message = "the token endpoint has a query, as authorization endpoints do"
        yield Remark(("authentication", "endpoint"), message, "Use the address of the token endpoint.")
    if request.body and "," in request.body.body_params.get("scope", ""):
        fix = "Put blanks between the scopes."
        yield Remark((*_BODY, "scope"), "the scopes have commas between them, not blanks", fix)
    if request.body and request.body.body_params.get("grant_type", "") != "client_credentials":
        path = (
            (*_BODY, "grant_type") if "grant_type" in request.body.body_params else ("authentication", "body")
        )
        fix = 'Write "grant_type": "client_credentials".'
        yield Remark(path, "the grant type is not client_credentials, which an assertion is for", fix)
    if request.body and "client_secret" in request.body.body_params:
        message = "the certificate stands in for client_secret"
        yield Remark((*_BODY, "client_secret"), message, "Remove the parameter.")


_BASIC = "/authentication/headers/Authorization"

RULES: tuple[Rule, ...] = (
    Rule(
        id="AJO246",
        severity=Severity.ERROR,
        summary="EncodeBase64 has its parentheses, holds something and is not nested.",
        why="The platform shows it in one form: EncodeBase64(<text>). Any other is undecided, and what is "
        "sent after a mistake is a wrong credential.",
        fix="Write EncodeBase64(<text>).",
        page=pages.CUSTOM_AUTHENTICATION,
        kinds=CUSTOM,
        check=_function_syntax,
        needs=frozenset({Trait.NEW_AUTHENTICATION}),
        wrong=Example(
            "action with a token", {_BASIC: "Basic EncodeBase64(journeys:${secret:loyalty/secret}"}
        ),
        right=Example(
            "action with a token", {_BASIC: "Basic EncodeBase64(journeys:${secret:loyalty/secret})"}
        ),
    ),
    Rule(
        id="AJO247",
        severity=Severity.WARNING,
        summary="No function but EncodeBase64, and that in custom authorization only.",
        why='One function is available in the authentication payload. The page calls it "Encode64" in a '
        "note and writes EncodeBase64 in its example; the example is what customers run, so any other "
        "name is a warning.",
        fix="Write EncodeBase64(<text>) if a function is meant.",
        page=pages.CUSTOM_AUTHENTICATION,
        kinds=CUSTOM,
        check=_unknown_functions,
        needs=frozenset({Trait.NEW_AUTHENTICATION, Trait.FUNCTION}),
        wrong=Example("action with a token", {_BASIC: "Basic Encode64(journeys:${secret:loyalty/secret})"}),
        right=Example(
            "action with a token", {_BASIC: "Basic EncodeBase64(journeys:${secret:loyalty/secret})"}
        ),
    ),
    Rule(
        id="AJO248",
        severity=Severity.ERROR,
        summary="Certificate-based authentication keeps to its guardrails.",
        why="The method must be POST, the endpoint https, client_id given without blanks around it, the "
        "scope at most 1,000 characters; client_assertion and client_assertion_type are added by the "
        "platform.",
        fix="Do as the message says.",
        page=pages.CUSTOM_AUTHENTICATION,
        kinds=CUSTOM,
        check=_certificate_musts,
        needs=frozenset({Trait.NEW_AUTHENTICATION}),
        wrong=Example(
            "action with a certificate", {"/authentication/body/bodyParams/client_id": " journeys"}
        ),
        right=Example("action with a certificate", {"/authentication/body/bodyParams/client_id": "journeys"}),
    ),
    Rule(
        id="AJO249",
        severity=Severity.WARNING,
        summary="Certificate-based authentication is the grant of client credentials.",
        why="The signed assertion replaces the secret, and goes with the grant type client_credentials and "
        "one text of scopes with blanks between them; a ? in the URL is a sign that the authorization "
        "endpoint was pasted instead of the token endpoint.",
        fix="Do as the message says.",
        page=pages.CUSTOM_AUTHENTICATION,
        kinds=CUSTOM,
        check=_certificate_advice,
        needs=frozenset({Trait.NEW_AUTHENTICATION}),
        wrong=Example(
            "action with a certificate",
            {"/authentication/endpoint": "https://login.loyalty.example/authorize?p=1"},
        ),
        right=Example(
            "action with a certificate", {"/authentication/endpoint": "https://login.loyalty.example/token"}
        ),
    ),
)
