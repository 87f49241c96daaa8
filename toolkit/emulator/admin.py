"""What a test may do that no customer can: under ``/_admin``, with the emulator's own token."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from toolkit.emulator.actions import ActionsApi
from toolkit.emulator.call import NOWHERE, Call, Resource
from toolkit.emulator.elements import Space
from toolkit.emulator.gateway import Gateway
from toolkit.emulator.journeys import JourneysApi
from toolkit.emulator.refusals import Refusal
from toolkit.emulator.wire import JsonObject, reply

PREFIX = "/_admin"
TOKEN_HEADER = "x-emulator-admin-token"


@dataclass(frozen=True, slots=True)
class Admin:
    """Routes under ``/_admin``; every one needs ``token`` in the header ``x-emulator-admin-token``."""

    token: str
    gateway: Gateway
    actions: ActionsApi
    journeys: JourneysApi

    def routes(self) -> list[Route]:
        """All routes, and a guarded 404 for every other path of the prefix."""
        handlers: dict[str, dict[str, Callable[[Call], Response]]] = {
            "journeys": {"POST": self._put_journey},
            "sandbox-copy": {"POST": self._copy_sandbox},
            "expire-tokens": {"POST": self._expire_tokens},
            "{rest:path}": {},
        }
        return [
            Route(f"{PREFIX}/{path}", Resource(methods, self.admit)) for path, methods in handlers.items()
        ]

    def admit(self, call: Call) -> Space:
        """Let nobody through without the token."""
        if not hmac.compare_digest((call.header(TOKEN_HEADER) or "").encode(), self.token.encode()):
            raise Refusal(401, 401, f"the header {TOKEN_HEADER} is missing or wrong")
        return NOWHERE

    def _put_journey(self, call: Call) -> Response:
        """``{organisation?, sandbox, journey}``: add the journey, or replace the one of the same id."""
        body = _object(call)
        journey = body.get("journey")
        if not isinstance(journey, dict):
            raise Refusal(400, 400, "journey has to be an object")
        return reply({"journey": self.journeys.put(self.space(body, "sandbox"), journey)})

    def _copy_sandbox(self, call: Call) -> Response:
        """``{organisation?, from, to}``: copy all actions as the sandbox tooling does (PF-ACT-15)."""
        body = _object(call)
        copied, skipped = self.actions.copy_sandbox(self.space(body, "from"), self.space(body, "to"))
        return reply({"copied": copied, "skipped": skipped})

    def _expire_tokens(self, _: Call) -> Response:
        """End every bearer token now."""
        return reply({"expired": self.gateway.tokens.expire_all()})

    def space(self, body: JsonObject, key: str) -> Space:
        """The sandbox named at ``key``, of the first organisation unless the body names another."""
        organisation, sandbox = body.get("organisation", self.gateway.organisations[0].id), body.get(key)
        for space in self.gateway.spaces():
            if (space.organisation, space.sandbox) == (organisation, sandbox):
                return space
        raise Refusal(400, 400, f"{key} has to be the name of a sandbox of the organisation")


def _object(call: Call) -> JsonObject:
    refused = Refusal(400, 400, "the body has to be a JSON object")
    return call.json_object(refused, refused)
