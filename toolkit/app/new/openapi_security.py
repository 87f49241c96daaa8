"""How an operation wants to be called: its security schemes as an action's authentication."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from toolkit.app.new.credentials import Vault, reference_text
from toolkit.app.new.draft import Draft, listed
from toolkit.app.new.openapi_spec import Description, Operation


@dataclass(slots=True)
class Access:
    """The authentication of an action, and credentials beside it that are headers or parameters."""

    authentication: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)


def access_of(
    description: Description, operation: Operation, server: str, tools: tuple[Vault, Draft]
) -> Access:
    """Return the first way in that a custom action can go; what it can't is told."""
    vault, draft = tools
    alternatives = list(_alternatives(description, operation))
    reasons: list[str] = []
    for schemes in alternatives:
        unfit = [reason for name, scheme, _ in schemes for reason in _unfit(name, scheme)]
        if unfit:
            reasons += unfit
            continue
        if len(alternatives) > 1:
            draft.note("there are several ways to authenticate; the first that an action can use was taken")
        access = Access()
        for _, scheme, scopes in schemes:
            _apply(access, scheme, (scopes, server), vault, draft)
        return access
    if reasons:
        draft.note(f"the authentication was left out: {listed(reasons)}")
    return Access()


def _alternatives(
    description: Description, operation: Operation
) -> Iterator[list[tuple[str, dict[str, Any], list[str]]]]:
    wanted = operation.content.get("security", description.root.get("security"))
    components = description.resolve(description.root.get("components"))
    known = description.resolve(components.get("securitySchemes"))
    for requirement in wanted if isinstance(wanted, list) else []:
        if isinstance(requirement, dict) and requirement:
            yield [
                (name, description.resolve(known.get(name)), [str(scope) for scope in scopes or ()])
                for name, scopes in requirement.items()
                if isinstance(scopes, list) or scopes is None
            ]


def _unfit(name: str, scheme: dict[str, Any]) -> list[str]:
    """Say why a custom action can't use a scheme; empty when it can."""
    kind, place, how = scheme.get("type"), scheme.get("in"), str(scheme.get("scheme", "")).lower()
    match kind:
        case "http":
            fits = how in ("basic", "bearer")
            told = f"{name} is HTTP {how}"
        case "apiKey":
            fits = (
                place in ("header", "query") and isinstance(scheme.get("name"), str) and scheme["name"] != ""
            )
            told = f"{name} is a key in a {place}"
        case "oauth2":
            fits = isinstance(_client_flow(scheme).get("tokenUrl"), str)
            told = f"{name} is OAuth 2 without the client credentials flow"
        case _:
            fits = False
            told = f"{name} is of the type {kind}" if kind else f"{name} is not described"
    return [] if fits else [told]


def _client_flow(scheme: dict[str, Any]) -> dict[str, Any]:
    flows = scheme.get("flows")
    flow = flows.get("clientCredentials") if isinstance(flows, dict) else None
    return flow if isinstance(flow, dict) else {}


def _apply(
    access: Access, scheme: dict[str, Any], wish: tuple[list[str], str], vault: Vault, draft: Draft
) -> None:
    made = _authentication(scheme, wish, vault, draft)
    if access.authentication is None:
        access.authentication = made
    elif made["type"] == "apiKey":
        place = access.headers if made["location"] == "header" else access.query
        place[made["name"]] = made["value"]
    else:
        draft.note("a second form of authentication beside the first was left out")


def _authentication(
    scheme: dict[str, Any], wish: tuple[list[str], str], vault: Vault, draft: Draft
) -> dict[str, Any]:
    kind, how = scheme["type"], str(scheme.get("scheme", "")).lower()
    if kind == "oauth2":
        return _client_credentials(scheme, wish, vault, draft)
    if kind == "apiKey":
        location = "header" if scheme["in"] == "header" else "queryParam"
        name = scheme["name"]
        secret = vault.reference(name.lower().removeprefix("x-"))
        return {"type": "apiKey", "name": name, "value": secret, "location": location}
    if how == "basic":
        user, password = vault.reference("username"), vault.reference("password")
        return {"type": "basic", "username": user, "password": password}
    draft.note(
        "a bearer token is kept as one secret; where the service's tokens expire soon, replace it by a "
        "customAuthorization that fetches them"
    )
    value = f"Bearer {vault.reference('token')}"
    return {"type": "apiKey", "name": "Authorization", "value": value, "location": "header"}


def _client_credentials(
    scheme: dict[str, Any], wish: tuple[list[str], str], vault: Vault, draft: Draft
) -> dict[str, Any]:
    scopes, server = wish
    endpoint = _client_flow(scheme)["tokenUrl"]
    try:
        endpoint = urljoin(server, endpoint) if "://" not in endpoint else endpoint
    except ValueError:
        draft.note("the address of the token endpoint is no URL")
    parameters = {
        "grant_type": "client_credentials",
        "client_id": vault.reference("client-id"),
        "client_secret": vault.reference("client-secret"),
        **({"scope": reference_text(" ".join(scopes))} if scopes else {}),
    }
    draft.note(
        "OAuth 2: the client's id and secret are sent in the form, and the token's life is read from "
        "expires_in (RFC 6749); check both in the service's documentation"
    )
    return {
        "type": "customAuthorization",
        "endpoint": reference_text(endpoint),
        "method": "POST",
        "body": {"bodyType": "form", "bodyParams": parameters},
        "tokenInResponse": "json://access_token",
        "cacheDuration": {"expiryInResponse": "json://expires_in", "timeUnit": "seconds"},
        "authorizationType": "bearer",
    }
