"""Firebase Cloud Messaging, ``POST fcm.googleapis.com/v1/projects/{project}/messages:send``.

Request and answer: https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages/send. Errors have
the shape ``{"error": {code, message, status, details}}``; details are ``FcmError`` with an ``errorCode`` or
``BadRequest`` with field violations: https://firebase.google.com/docs/cloud-messaging/error-codes and
https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode (UNREGISTERED is 404, SENDER_ID_MISMATCH 403,
QUOTA_EXCEEDED 429). The quota counts a project's messages and failed calls in a minute:
https://firebase.google.com/docs/cloud-messaging/throttling-and-quotas. That the status of UNREGISTERED is
``NOT_FOUND`` is in https://github.com/firebase/firebase-admin-node/pull/218.

Made up here: a device token that begins with ``unregistered`` belongs to no app instance any more, one that
begins with ``other-sender`` to another sender; a project that begins with ``other-`` belongs to somebody
else; one Google client may send to every other project.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from toolkit.emulator.call import Call
from toolkit.emulator.partners.credentials import bearer
from toolkit.emulator.partners.fcm_message import Violation, check_request
from toolkit.emulator.partners.stand_in import below
from toolkit.emulator.rates import Window
from toolkit.emulator.refusals import Refusal
from toolkit.emulator.tokens import Tokens
from toolkit.emulator.wire import JsonObject, NotJsonError, parse_json, reply

HOST = "fcm.googleapis.com"

_FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
_BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"
_ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"
_QUOTA_FAILURE = "type.googleapis.com/google.rpc.QuotaFailure"
_STATUS_NAMES = {404: "NOT_FOUND", 405: "UNIMPLEMENTED", 413: "INVALID_ARGUMENT"}


@dataclass(frozen=True, slots=True)
class Fcm:
    """The one method of the API.

    Args:
        tokens: what Google issued.
        quota: messages by project.
        clock: seconds since the epoch; a message's id is made of it.
    """

    tokens: Tokens
    quota: Window
    clock: Callable[[], float]

    def routes(self) -> list[Route]:
        """The one route, and 404 beside it."""
        return below(HOST, {"/v1/projects/{project}/messages:send": {"POST": self._send}}, _refuse)

    def reset(self) -> None:
        """Forget what counts against the quota."""
        self.quota.reset()

    def _send(self, call: Call) -> Response:
        project = call.parameters["project"]
        refused = self._not_admitted(call, project)
        if refused is not None:
            return refused
        wait = self.quota.wait(project)
        if wait:
            return _over_quota(wait)
        if call.media_type != "application/json":
            return _invalid([Violation("", "Content-Type has to be application/json")])
        try:
            request = parse_json(call.body)
        except NotJsonError as error:
            return _invalid([Violation("", f"Invalid JSON payload received: {error}")])
        violations = check_request(request)
        return _invalid(violations) if violations else self._deliver(project, request)

    def _not_admitted(self, call: Call, project: str) -> Response | None:
        authorization = call.header("authorization") or ""
        if not authorization:
            return _unauthenticated("CREDENTIALS_MISSING", "the request has no access token")
        if self.tokens.client_of(bearer(authorization)) is None:
            return _unauthenticated("ACCESS_TOKEN_EXPIRED", "the access token is unknown or has expired")
        if project.startswith("other-"):
            info = {
                "@type": _ERROR_INFO,
                "reason": "IAM_PERMISSION_DENIED",
                "domain": "cloudresourcemanager.googleapis.com",
                "metadata": {"permission": "cloudmessaging.messages.create"},
            }
            message = "Permission 'cloudmessaging.messages.create' denied on this project"
            return _error(403, "PERMISSION_DENIED", message, [info])
        return None

    def _deliver(self, project: str, request: JsonObject) -> Response:
        token = request["message"].get("token") or ""
        if token.startswith("unregistered"):
            return _error(404, "NOT_FOUND", "Requested entity was not found.", [_fcm_error("UNREGISTERED")])
        if token.startswith("other-sender"):
            details = [_fcm_error("SENDER_ID_MISMATCH")]
            return _error(403, "PERMISSION_DENIED", "SenderId mismatch", details)
        number = f"0:{int(self.clock() * 1_000_000)}%{secrets.token_hex(8)}"
        dry = request.get("validate_only") or request.get("validateOnly")
        return reply({"name": f"projects/{project}/messages/{'fake_message_id' if dry else number}"})


def _fcm_error(code: str) -> JsonObject:
    return {"@type": _FCM_ERROR, "errorCode": code}


def _unauthenticated(reason: str, message: str) -> Response:
    info = {"@type": _ERROR_INFO, "reason": reason, "domain": "googleapis.com", "metadata": {"service": HOST}}
    answer = _error(401, "UNAUTHENTICATED", message, [info])
    answer.headers["WWW-Authenticate"] = 'Bearer realm="https://accounts.google.com/"'
    return answer


def _over_quota(wait: int) -> Response:
    subject = {"subject": "SendsPerMinutePerProject", "description": "messages of the project in a minute"}
    details = [_fcm_error("QUOTA_EXCEEDED"), {"@type": _QUOTA_FAILURE, "violations": [subject]}]
    answer = _error(429, "RESOURCE_EXHAUSTED", "the message quota of the project is used up", details)
    answer.headers["Retry-After"] = str(wait)
    return answer


def _invalid(violations: list[Violation]) -> Response:
    fields: list[JsonObject] = [
        {**({"field": item.field} if item.field else {}), "description": item.description}
        for item in violations
    ]
    details: list[JsonObject] = [{"@type": _BAD_REQUEST, "fieldViolations": fields}]
    if any(item.semantic for item in violations):
        details.append(_fcm_error("INVALID_ARGUMENT"))
    message = "\n".join(item.description for item in violations)
    return _error(400, "INVALID_ARGUMENT", message, details)


def _error(code: int, status: str, message: str, details: list[JsonObject] | None = None) -> Response:
    error: dict[str, Any] = {"code": code, "message": message, "status": status}
    return reply({"error": {**error, **({"details": details} if details else {})}}, code)


def _refuse(refusal: Refusal) -> Response:
    answer = _error(refusal.status, _STATUS_NAMES.get(refusal.status, "UNKNOWN"), refusal.message)
    answer.headers.update(refusal.headers or {})
    return answer
