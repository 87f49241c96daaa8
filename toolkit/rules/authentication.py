"""How an action proves who it is: names, collisions, what comes with the token (AJO240 to AJO245)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from toolkit.core.diagnostics import Severity
from toolkit.core.pointer import Path
from toolkit.model.authentication import (
    AnsweredCacheDuration,
    ApiKeyAuthentication,
    Authentication,
    BasicAuthentication,
    CustomAuthorization,
    FixedCacheDuration,
)
from toolkit.model.custom_action import CustomAction
from toolkit.model.document import DEFAULT_HEADERS
from toolkit.model.kinds import Definition
from toolkit.rules import pages
from toolkit.rules.examples import REMOVED, Example
from toolkit.rules.headers import header_name_fault, query_name_fault
from toolkit.rules.places import headers, query_parameters, token_request
from toolkit.rules.reading import literals
from toolkit.rules.rule import CUSTOM, Remark, Rule
from toolkit.rules.trait import Trait
from toolkit.rules.wording import quoted, steering_character

_SELECTOR = re.compile(r"json://[^\s/.\x00-\x1f\x7f]+(\.[^\s/.\x00-\x1f\x7f]+)*")
_SECONDS = {
    "milliseconds": 0.001,
    "seconds": 1,
    "minutes": 60,
    "hours": 3_600,
    "days": 86_400,
    "months": 30 * 86_400,
    "years": 365 * 86_400,
}
_DEFAULTS = frozenset(map(str.lower, DEFAULT_HEADERS))
_MINUTE, _MONTH = 60, 31 * 86_400


def _credential_of(definition: Definition) -> tuple[Path, str, str] | None:
    return _sent_under(definition.authentication) if isinstance(definition, CustomAction) else None


def _sent_under(authentication: Authentication | None) -> tuple[Path, str, str] | None:
    """Return where the credential's name stands, how it is sent (header, queryParam), and the name."""
    match authentication:
        case BasicAuthentication():
            return ("authentication", "type"), "header", "Authorization"
        case ApiKeyAuthentication(name=name, location=location):
            return ("authentication", "name"), location, name
        case CustomAuthorization(authorization_type="bearer"):
            return ("authentication", "authorizationType"), "header", "Authorization"
        case CustomAuthorization(authorization_type=kind, token_target=str(name)):
            return ("authentication", "tokenTarget"), kind, name
        case _:
            return None


def _unsendable(definition: Definition) -> Iterator[Remark]:
    sent = _credential_of(definition)
    if sent:
        path, kind, name = sent
        fault = header_name_fault(name) if kind == "header" else query_name_fault(name)
        if fault:
            yield Remark(path, f"the name {quoted(name)} {fault}")
    if isinstance(definition, CustomAction) and isinstance(definition.authentication, BasicAuthentication):
        written = "".join(literals(definition.authentication.username))
        if ":" in written or steering_character(written):
            message = "the user name holds a colon or a control character"
            fix = "Use a user name without it: a colon ends the user name in basic authentication (RFC 7617)."
            yield Remark(("authentication", "username"), message, fix)


def collides(
    authentication: Authentication | None, headers: Iterable[str], query: Collection[str], name: str = ""
) -> bool:
    """Tell whether an action and its authentication send one name twice; `name` is that of its credential.

    Left out, it is the one that is written.
    """
    sent = _sent_under(authentication)
    if sent is None:
        return False
    _, kind, written = sent
    if kind == "queryParam":
        return (name or written) in query
    lower = (name or written).lower()
    return lower in _DEFAULTS or lower in map(str.lower, headers)


def _collision(definition: Definition) -> Iterator[Remark]:
    sent = _credential_of(definition)
    if sent is None:
        return
    path, kind, name = sent
    message = f"the authentication sends {quoted(name)} too"
    if kind == "queryParam":
        yield from (
            Remark(field.path, message) for field in query_parameters(definition) if field.name == name
        )
        return
    written = [field for field in headers(definition) if field.name.lower() == name.lower()]
    yield from (Remark(field.path, message) for field in written)
    if not written and name.lower() in _DEFAULTS:
        yield Remark(path, f"the platform itself sends the header {quoted(name)}")


def _body_of_method(definition: Definition) -> Iterator[Remark]:
    request = token_request(definition)
    if request and request.method == "POST" and request.body is None:
        yield Remark(("authentication",), "the token request is a POST without a body")
    if request and request.method == "GET" and request.body is not None:
        fix = "Use POST, or put the parameters into the query of the endpoint."
        yield Remark(("authentication", "body"), "the token request is a GET with a body", fix)


def _selectors(definition: Definition) -> Iterator[Remark]:
    request = token_request(definition)
    if request is None:
        return
    token = request.token_in_response
    if token != "response" and not _SELECTOR.fullmatch(token):
        yield Remark(("authentication", "tokenInResponse"), f"{quoted(token)} selects nothing")
    if isinstance(request.cache_duration, AnsweredCacheDuration):
        expiry = request.cache_duration.expiry_in_response
        if not _SELECTOR.fullmatch(expiry):
            path = ("authentication", "cacheDuration", "expiryInResponse")
            yield Remark(
                path, f"{quoted(expiry)} selects nothing", "Write json:// and the path, as json://expires_in."
            )


def _token_target(definition: Definition) -> Iterator[Remark]:
    request = token_request(definition)
    if request is None:
        return
    if request.authorization_type == "bearer" and request.token_target is not None:
        fix = "Remove tokenTarget; a bearer token is sent in Authorization."
        yield Remark(("authentication", "tokenTarget"), "a bearer token has no target", fix)
    if request.authorization_type != "bearer" and request.token_target is None:
        yield Remark(
            ("authentication",), f"authorizationType {request.authorization_type} needs a tokenTarget"
        )


def _cache_duration(definition: Definition) -> Iterator[Remark]:
    request = token_request(definition)
    path = ("authentication", "cacheDuration")
    match request.cache_duration if request else None:
        case FixedCacheDuration(duration=duration, time_unit=unit):
            if duration < _MINUTE / _SECONDS[unit]:
                yield Remark(path, "the token is kept for less than a minute")
            elif duration > _MONTH / _SECONDS[unit]:
                yield Remark(path, "the token is kept for more than a month")
        case AnsweredCacheDuration(expiry_in_response=expiry, time_unit=unit):
            if re.split("[./]", expiry)[-1] == "expires_in" and unit != "seconds":
                fix = 'Use "timeUnit": "seconds".'
                yield Remark(path, f"expires_in counts seconds (RFC 6749), not {unit}", fix)
            elif request and request.token_in_response == "response":
                fix = "Select the token from the answer as well, or give a fixed duration."
                yield Remark(path, "the whole answer is the token, so it holds no expiry", fix)
        case _:
            return


_KEY = {"type": "apiKey", "name": "appid", "value": "${secret:loyalty/key}", "location": "queryParam"}

RULES: tuple[Rule, ...] = (
    Rule(
        id="AJO240",
        severity=Severity.ERROR,
        summary="A credential's name can be sent.",
        why="The name of an API key or of a token's target becomes a header or a query parameter and obeys "
        "the same rules; a colon would end the user name of basic authentication.",
        fix="Use a name that a header or query parameter can have.",
        page=pages.CUSTOM_AUTHENTICATION,
        kinds=CUSTOM,
        check=_unsendable,
        needs=frozenset({Trait.NEW_AUTHENTICATION}),
        wrong=Example("action", {"/authentication": {**_KEY, "name": "app id", "location": "header"}}),
        right=Example("action", {"/authentication": {**_KEY, "name": "app-id", "location": "header"}}),
    ),
    Rule(
        id="AJO241",
        severity=Severity.ERROR,
        summary="The authentication and the action do not send one name twice.",
        why="Basic and bearer authentication send Authorization, an API key or token target what it names. "
        "Which one counts beside a header or parameter of the action is not documented.",
        fix="Remove the header or parameter of the action, or give the credential another name.",
        page=pages.CUSTOM_AUTHENTICATION,
        kinds=CUSTOM,
        check=_collision,
        needs=frozenset({Trait.COLLISION}),
        wrong=Example("action", {"/authentication": _KEY, "/endpoint/query/appid": {"$variable": "App"}}),
        right=Example("action", {"/authentication": _KEY, "/endpoint/query/app": {"$variable": "App"}}),
    ),
    Rule(
        id="AJO242",
        severity=Severity.ERROR,
        summary="A token request by POST has a body, one by GET has none.",
        why="The body is mandatory for POST, and described for POST alone.",
        fix="Add a body.",
        page=pages.CUSTOM_AUTHENTICATION,
        kinds=CUSTOM,
        check=_body_of_method,
        needs=frozenset({Trait.NEW_AUTHENTICATION}),
        wrong=Example("action with a token", {"/authentication/body": REMOVED}),
        right=Example(
            "action with a token", {"/authentication/body": REMOVED, "/authentication/method": "GET"}
        ),
    ),
    Rule(
        id="AJO243",
        severity=Severity.ERROR,
        summary='The token is selected by "response" or json://path.',
        why='The platform knows two forms: the whole answer, "response", and a JSON field by its path, '
        "such as json://access_token. The page writes one example with a blank after json:, which is a "
        "slip.",
        fix='Write "response", or json:// and the path with dots, as json://data.token.',
        page=pages.CUSTOM_AUTHENTICATION,
        kinds=CUSTOM,
        check=_selectors,
        needs=frozenset({Trait.NEW_AUTHENTICATION}),
        wrong=Example("action with a token", {"/authentication/tokenInResponse": "access_token"}),
        right=Example("action with a token", {"/authentication/tokenInResponse": "json://data.access_token"}),
    ),
    Rule(
        id="AJO244",
        severity=Severity.ERROR,
        summary="tokenTarget is given for header and queryParam, and only for them.",
        why="It names the header or parameter that carries the token; a bearer token is always in "
        "Authorization.",
        fix="Add tokenTarget with the name of the header or parameter.",
        page=pages.CUSTOM_AUTHENTICATION,
        kinds=CUSTOM,
        check=_token_target,
        needs=frozenset({Trait.NEW_AUTHENTICATION}),
        wrong=Example("action with a token", {"/authentication/authorizationType": "header"}),
        right=Example(
            "action with a token",
            {"/authentication/authorizationType": "header", "/authentication/tokenTarget": "x-auth-token"},
        ),
    ),
    Rule(
        id="AJO245",
        severity=Severity.WARNING,
        summary="A token is kept for a plausible time.",
        why="Below a minute nearly every call asks for a token; tokens that live over a month are rare. "
        "Adobe advises to stay a minute below the token's real life.",
        fix="Give the token's life time less one minute, in the unit that fits.",
        page=pages.CUSTOM_AUTHENTICATION,
        kinds=CUSTOM,
        check=_cache_duration,
        needs=frozenset({Trait.NEW_AUTHENTICATION}),
        wrong=Example("action with a token", {"/authentication/cacheDuration/timeUnit": "milliseconds"}),
        right=Example("action with a token", {"/authentication/cacheDuration/timeUnit": "minutes"}),
    ),
)
