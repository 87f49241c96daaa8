"""Constraints of authentication, and of what it keeps secret."""

from __future__ import annotations

from typing import Final

from toolkit.rules import pages
from toolkit.rules.constraints.row import Constraint, action, certificate, token
from toolkit.rules.examples import REMOVED, Example

_AUTHENTICATION = "/authentication"
_BASIC = {"type": "basic", "username": "ajo", "password": "${secret:loyalty/ajo}"}
_KEY = {"type": "apiKey", "name": "X-Key", "value": "${secret:loyalty/key}", "location": "header"}
_LOST = "INSERT SECRET HERE"


def _without(members: dict[str, str], name: str) -> Example:
    return action({_AUTHENTICATION: {key: value for key, value in members.items() if key != name}})


def _with(members: dict[str, str], **changes: str) -> Example:
    return action({_AUTHENTICATION: {**members, **changes}})


CONSTRAINTS: Final = (
    Constraint(
        "Authentication is none, basic, API key or custom.",
        pages.CUSTOM_AUTHENTICATION,
        ("AJO105",),
        (_with(_BASIC, type="oauth2"), _with(_BASIC, type="Basic"), _with(_BASIC, type="noAuth")),
    ),
    Constraint(
        "Basic authentication has a user name and a password.",
        pages.CUSTOM_AUTHENTICATION,
        ("AJO104", "AJO296"),
        (
            _without(_BASIC, "username"),
            _without(_BASIC, "password"),
            _with(_BASIC, username=""),
            _with(_BASIC, password=" "),
        ),
    ),
    Constraint(
        "A user name holds no colon.",
        pages.CUSTOM_AUTHENTICATION,
        ("AJO240",),
        (_with(_BASIC, username="a:b"),),
    ),
    Constraint(
        "An API key has name, value and location, which is header or query parameter.",
        pages.CUSTOM_AUTHENTICATION,
        ("AJO104", "AJO106", "AJO107", "AJO240", "AJO296"),
        (
            *(_without(_KEY, name) for name in ("name", "value", "location")),
            _with(_KEY, location="body"),
            _with(_KEY, name=""),
            _with(_KEY, value=""),
            _with(_KEY, name="X Key"),
        ),
    ),
    Constraint(
        "One name is sent once: by the authentication or by the action.",
        pages.CUSTOM_AUTHENTICATION,
        ("AJO241",),
    ),
    Constraint(
        "A custom authorization has endpoint, method, tokenInResponse and authorizationType.",
        pages.CUSTOM_AUTHENTICATION,
        ("AJO104",),
        tuple(
            token({f"/{name}": REMOVED})
            for name in ("endpoint", "method", "tokenInResponse", "authorizationType")
        ),
    ),
    Constraint(
        "The method of a token request is GET or POST.",
        pages.CUSTOM_AUTHENTICATION,
        ("AJO106",),
        (token({"/method": "PUT"}), token({"/method": "post"})),
    ),
    Constraint("A token request by POST has a body.", pages.CUSTOM_AUTHENTICATION, ("AJO242",)),
    Constraint(
        "A body is of the type form or json, with bodyParams.",
        pages.CUSTOM_AUTHENTICATION,
        ("AJO106", "AJO104", "AJO293"),
        (
            token({"/body/bodyType": "xml"}),
            token({"/body/bodyParams": REMOVED}),
            token({"/body/bodyType": REMOVED}),
        ),
    ),
    Constraint(
        "Parameters of a body are flat pairs of texts. (An older state of the page says that nested objects "
        "are not supported, a newer one that they are; version 1 of the format has none.)",
        pages.CUSTOM_AUTHENTICATION,
        ("AJO105",),
        (
            token({"/body/bodyParams/a": {"b": "c"}}),
            token({"/body/bodyParams/a": ["b"]}),
            token({"/body/bodyParams/a": 1}),
        ),
    ),
    Constraint(
        "The token is the whole answer, response, or a field of it, json://path.",
        pages.CUSTOM_AUTHENTICATION,
        ("AJO243", "AJO107"),
        tuple(
            token({"/tokenInResponse": text})
            for text in ("access_token", "json: //a", "json://", "xml://a", "")
        ),
    ),
    Constraint(
        "cacheDuration has duration or expiryInResponse, never both, and a time unit.",
        pages.CUSTOM_AUTHENTICATION,
        ("AJO103", "AJO104", "AJO106", "AJO105", "AJO107"),
        (
            token({"/cacheDuration/expiryInResponse": "json://expires_in"}),
            token({"/cacheDuration/timeUnit": REMOVED}),
            token({"/cacheDuration": {"timeUnit": "hours"}}),
            token({"/cacheDuration/timeUnit": "weeks"}),
            token({"/cacheDuration/duration": "50"}),
            token({"/cacheDuration/duration": 0}),
        ),
    ),
    Constraint(
        "expiryInResponse is a selector, json://path.",
        pages.CUSTOM_AUTHENTICATION,
        ("AJO243",),
        (token({"/cacheDuration": {"expiryInResponse": "expires_in", "timeUnit": "seconds"}}),),
    ),
    Constraint(
        "A token is kept a minute less than it lives.",
        pages.CUSTOM_AUTHENTICATION,
        ("AJO245",),
        elsewhere="How long it really lives is known to its issuer alone.",
    ),
    Constraint(
        "The token is sent as bearer, header or queryParam; the last two need tokenTarget.",
        pages.CUSTOM_AUTHENTICATION,
        ("AJO106", "AJO244", "AJO240"),
        (
            token({"/authorizationType": "Bearer"}),
            token({"/authorizationType": "header"}),
            token({"/authorizationType": "queryParam"}),
            token({"/tokenTarget": "X-Token"}),
            token({"/authorizationType": "header", "/tokenTarget": "X Token"}),
        ),
    ),
    Constraint(
        "EncodeBase64 is the only function, in custom authorization. (A note of the page calls it Encode64.)",
        pages.CUSTOM_AUTHENTICATION,
        ("AJO246", "AJO247", "AJO294"),
    ),
    Constraint(
        "Headers of a token request obey the rules of headers.",
        pages.CUSTOM_AUTHENTICATION,
        ("AJO220", "AJO225"),
        (token({"/headers/a b": "c"}), token({"/headers/X-A": "a\nb"})),
    ),
    Constraint(
        "A certificate credential needs aud; aud needs a certificate credential.",
        pages.CUSTOM_AUTHENTICATION,
        ("AJO248",),
        (
            certificate({"/aud": REMOVED}),
            certificate({"/aud": " "}),
            token({"/aud": "https://login.example/"}),
        ),
    ),
    Constraint(
        "A certificate credential's token endpoint is called by POST and https.",
        pages.CUSTOM_AUTHENTICATION,
        ("AJO248", "AJO249"),
        (
            certificate({"/method": "GET"}),
            certificate({"/endpoint": "http://login.example/token"}),
            certificate({"/endpoint": "https://login.example/authorize?p=1"}),
        ),
    ),
    Constraint(
        "client_id is not blank, without blanks around it; scope is one text with blanks between, 1,000 at "
        "most.",
        pages.CUSTOM_AUTHENTICATION,
        ("AJO248", "AJO249"),
        (
            certificate({"/body/bodyParams/client_id": ""}),
            certificate({"/body/bodyParams/client_id": " a"}),
            certificate({"/body/bodyParams/scope": "a" * 1001}),
            certificate({"/body/bodyParams/scope": "a,b"}),
        ),
    ),
    Constraint(
        "client_assertion and its type are added by the platform; no client secret is needed.",
        pages.CUSTOM_AUTHENTICATION,
        ("AJO248", "AJO249"),
        (
            certificate({"/body/bodyParams/client_assertion": "${secret:a}"}),
            certificate({"/body/bodyParams/client_assertion_type": "a"}),
            certificate({"/body/bodyParams/client_secret": "${secret:a}"}),
        ),
    ),
    Constraint(
        "subType is certificateCredential.",
        pages.CUSTOM_AUTHENTICATION,
        ("AJO106",),
        (token({"/subType": "certificate"}),),
    ),
    Constraint(
        "Adobe's leaf certificate is registered with the identity provider, and renewed there.",
        pages.CUSTOM_AUTHENTICATION,
        elsewhere="People: nothing in a definition tells.",
    ),
    Constraint(
        "The token is kept for each journey on its own, an hour where nothing else is said.",
        pages.CUSTOM_AUTHENTICATION,
        elsewhere="The platform; a plan shows the hour as the default that it is.",
    ),
    Constraint(
        "Secrets are encrypted by the platform and come back masked; in files they are references.",
        pages.CUSTOM_AUTHENTICATION,
        ("AJO250", "AJO251", "AJO253", "AJO254", "AJO255", "AJO110"),
        (_with(_BASIC, password="opensesame"), action({"/request/template": "${secret:a}"})),
        elsewhere="Whether a masked secret is the same: nobody can tell, and the plan says so.",
    ),
    Constraint(
        "A sandbox copy leaves INSERT SECRET HERE where secrets and constant parameters were.",
        pages.CUSTOM_ACTION,
        ("AJO252",),
        (
            _with(_BASIC, password=_LOST),
            _with(_KEY, value=_LOST),
            token({"/body/bodyParams/client_secret": _LOST}),
            action({"/endpoint/headers/X-A": _LOST}),
            action({"/endpoint/query/a": _LOST}),
        ),
    ),
    Constraint(
        "Mutual TLS and TLS 1.3 or 1.2 are negotiated without any setting.",
        pages.CUSTOM_ACTION,
        ("AJO103",),
        (action({"/endpoint/tls": "1.2"}),),
        elsewhere="The endpoint: it has to trust Adobe's certificate chain.",
    ),
)
"""Each documented constraint of this subject."""
