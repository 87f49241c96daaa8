"""The Conversions API of Meta, ``POST graph.facebook.com/v{N}.0/{dataset}/events``.

Request and answer ``{events_received, messages, fbtrace_id}``:
https://developers.facebook.com/documentation/ads-commerce/conversions-api/using-the-api (up to 1,000 events,
one bad event refuses all). Errors have the shape and the codes of
https://developers.facebook.com/docs/graph-api/guides/error-handling: ``OAuthException`` 190 for a token,
subcode 463 for an expired one, 100 for a parameter. Code 104 for no token, 803 for an object that is none and
2500 for a path that is none are older observations; the shape of a refusal of a parameter and of a token are
as observed in https://www.volcengine.com/article/2490042. Meta publishes no rate for single events.

Made up here: an access token that begins with ``expired`` has expired; every numeric dataset exists. Events
as a form with ``data`` in JSON are read, multipart forms are not.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from toolkit.emulator.call import Call
from toolkit.emulator.partners.asked import FORM, JSON, NotAskedWell, form_fields
from toolkit.emulator.partners.credentials import bearer, is_credible
from toolkit.emulator.partners.facebook_events import Rejected, check_events
from toolkit.emulator.partners.stand_in import below
from toolkit.emulator.refusals import Refusal
from toolkit.emulator.wire import NotJsonError, parse_json, reply

HOST = "graph.facebook.com"

_VERSION = re.compile(r"v[1-9][0-9]?\.[0-9]")
_DATASET = re.compile(r"[0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class Facebook:
    """The one edge. `clock` is seconds since the epoch; events may be seven days old."""

    clock: Callable[[], float]

    def routes(self) -> list[Route]:
        """The one route, and an error in Graph's shape beside it."""
        return below(HOST, {"/{version}/{dataset}/events": {"POST": self._events}}, _refuse)

    def reset(self) -> None:
        """There is nothing to forget."""

    def _events(self, call: Call) -> Response:
        if not _VERSION.fullmatch(call.parameters["version"]):
            return _error(400, 2500, "Unknown path components")
        try:
            fields = _fields(call)
            refused = _bad_token(_access_token(call, fields))
            if refused is not None:
                return refused
            if not _DATASET.fullmatch(call.parameters["dataset"]):
                message = "Unsupported post request. There is no object with this id"
                return _error(400, 100, message, kind="GraphMethodException", error_subcode=33)
            count = check_events(fields, self.clock())
        except Rejected as rejected:
            return _invalid(rejected)
        return reply({"events_received": count, "messages": [], "fbtrace_id": _trace()})


def _fields(call: Call) -> Mapping[str, Any]:
    """The request's parameters; raises :class:`Rejected` when they can't be read."""
    try:
        if call.media_type == JSON:
            value = parse_json(call.body)
            if isinstance(value, dict):
                return value
        elif call.media_type == FORM:
            fields = form_fields(call.body)
            data = {"data": parse_json(fields["data"].encode())} if "data" in fields else {}
            return {**fields, **data}
    except (NotJsonError, NotAskedWell):
        pass
    raise Rejected("The parameters can't be read as JSON or as a form")


def _access_token(call: Call, fields: Mapping[str, Any]) -> str:
    in_body = fields.get("access_token")
    sent = call.parameter("access_token") or bearer(call.header("authorization") or "")
    return sent or (in_body if isinstance(in_body, str) else "")


def _bad_token(token: str) -> Response | None:
    if not token:
        return _error(400, 104, "An access token is required to request this resource.")
    if not is_credible(token):
        return _error(401, 190, "Invalid OAuth access token - Cannot parse access token")
    if token.startswith("expired"):
        return _error(401, 190, "The session of this access token has expired.", error_subcode=463)
    return None


def _invalid(rejected: Rejected) -> Response:
    more: dict[str, Any] = {"is_transient": False}
    if rejected.subcode:
        more |= {
            "error_subcode": rejected.subcode,
            "error_user_title": rejected.title,
            "error_user_msg": str(rejected),
        }
    return _error(400, 100, "Invalid parameter" if rejected.subcode else f"(#100) {rejected}", **more)


def _error(status: int, code: int, message: str, kind: str = "OAuthException", **more: Any) -> Response:
    error = {"message": message, "type": kind, "code": code, **more, "fbtrace_id": _trace()}
    headers = (
        {"WWW-Authenticate": f'OAuth "Facebook Platform" "invalid_token" "{code}"'} if status == 401 else {}
    )
    return reply({"error": error}, status, headers)


def _trace() -> str:
    return "A" + secrets.token_urlsafe(16)


def _refuse(refusal: Refusal) -> Response:
    answer = _error(400 if refusal.status == 404 else refusal.status, 2500, refusal.message)
    answer.headers.update(refusal.headers or {})
    return answer
