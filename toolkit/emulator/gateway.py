"""What stands before the services: key, token, organisation, sandbox."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from starlette.responses import Response
from starlette.routing import Route

from toolkit.emulator.call import Call, Handler, Resource
from toolkit.emulator.config import PRODUCTION, Organisation
from toolkit.emulator.elements import Space
from toolkit.emulator.refusals import GatewayRefusal, Refusal, internal_error
from toolkit.emulator.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Gateway:
    """Admits callers to the sandboxes of their organisation (PF-ACC-3 to PF-ACC-5).

    Args:
        organisations: all that there are, the first one first.
        tokens: decides which bearer tokens count.
    """

    organisations: tuple[Organisation, ...]
    tokens: Tokens
    _production: frozenset[Space] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        production = frozenset(
            Space(one.id, name)
            for one in self.organisations
            for name, kind in one.sandboxes.items()
            if kind == PRODUCTION
        )
        object.__setattr__(self, "_production", production)

    def protect(
        self,
        path: str,
        methods: Mapping[str, Handler],
        kind: str = "",
        refuse: Callable[[Refusal, str, str], Response] = Refusal.answer,
    ) -> Route:
        """A route whose handlers only see admitted calls."""
        return Route(path, Resource(methods, self.admit, kind, refuse))

    def admit(self, call: Call) -> Space:
        """Where the caller may act.

        Raises:
            GatewayRefusal: 403 for a missing (403000) or wrong (403003) key and a missing token (403010), 401
                for a token that does not count (401013) or is another client's (401014).
            Refusal: 400 for a missing header, 403 for a foreign organisation, 500 with code 4000 for an
                unknown sandbox, as published in *Throttling API* [Q].
        """
        caller = self._owner_of_key(call.header("x-api-key"))
        self._check_token(call.header("authorization"), caller)
        if _required(call, "x-gw-ims-org-id") != caller.id:
            raise Refusal(403, 403, "the token does not belong to this organisation")
        sandbox = _required(call, "x-sandbox-name")
        if sandbox not in caller.sandboxes:
            raise internal_error()
        return Space(caller.id, sandbox)

    def spaces(self) -> Iterator[Space]:
        """Every sandbox of every organisation."""
        return (Space(one.id, sandbox) for one in self.organisations for sandbox in one.sandboxes)

    def is_production(self, space: Space) -> bool:
        """Whether the sandbox is a production one."""
        return space in self._production

    def _owner_of_key(self, key: str | None) -> Organisation:
        if not key:
            raise GatewayRefusal(403, "403000", "Api Key is required")
        for one in self.organisations:
            if hmac.compare_digest(key.encode(), one.client_id.encode()):
                return one
        raise GatewayRefusal(403, "403003", "Api Key is invalid")

    def _check_token(self, authorization: str | None, caller: Organisation) -> None:
        if not authorization:
            raise GatewayRefusal(403, "403010", "Oauth token is missing")
        scheme, _, token = authorization.partition(" ")
        client_id = self.tokens.client_of(token.strip()) if scheme.lower() == "bearer" else None
        if client_id is None:
            raise GatewayRefusal(401, "401013", "Oauth token is not valid")
        if client_id != caller.client_id:
            raise GatewayRefusal(401, "401014", "Token not allowed in the current context")


def _required(call: Call, header: str) -> str:
    value = call.header(header)
    if not value:
        raise Refusal(400, 400, f"the header {header} is required")
    return value
