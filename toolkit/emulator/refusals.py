"""What the platform says when it refuses: two shapes, the service's and the gateway's."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import Response

from toolkit.emulator.wire import JsonObject, render_json, reply

INPUT_OUTPUT = "INPUT_OUTPUT_ERROR"
INTERNAL = "INTERNAL_ERROR"


class Refusal(Exception):
    """An error of the service, answered in its envelope (PF-ACC-6).

    Args:
        status: HTTP status of the answer, repeated in the envelope.
        code: the service's code. Where nothing is documented or assumed, it is the HTTP status.
        message: one sentence; it never holds a value that was sent.
        family: ``INPUT_OUTPUT_ERROR``, or ``INTERNAL_ERROR`` for the platform's own failures.
        headers: further headers of the answer.
    """

    def __init__(
        self,
        status: int,
        code: int | str,
        message: str,
        *,
        family: str = INPUT_OUTPUT,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.family = family
        self.headers = headers

    def answer(self, request_id: str, schema: str = "") -> Response:
        """Render the envelope; ``schema`` is ``<kind>$<sandbox>``, absent where neither is known [Q]."""
        error: JsonObject = {
            "code": self.code,
            "family": self.family,
            "message": self.message,
            "service": "vyg-authoring-api",
            "version": "local",
            "context": "toolkit.emulator",
        }
        if schema:
            error["schema"] = schema
        envelope = {"status": self.status, "error": render_json(error).decode(), "requestId": request_id}
        return reply(envelope, self.status, self.headers)

    def plain_answer(self, request_id: str, schema: str = "") -> Response:  # noqa: ARG002 - as `answer`
        """Render ``{reason, message}``, as the journeys API does (PF-JRN-5)."""
        reason = HTTPStatus(self.status).phrase
        return reply({"reason": reason, "message": self.message}, self.status, self.headers)


class GatewayRefusal(Exception):
    """An error of the gateway before the service (PF-ACC-4): ``{error_code, message}``."""

    def __init__(self, status: int, error_code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error_code = error_code
        self.message = message

    def answer(self) -> Response:
        """Render the gateway's shape."""
        return reply({"error_code": self.error_code, "message": self.message}, self.status)


def internal_error() -> Refusal:
    """The platform's last resort: 500 with code 4000, as published in *Throttling API* [Q]."""
    return Refusal(500, 4000, "INTERNAL ERROR", family=INTERNAL)


def unknown_element(kind: str) -> Refusal:
    """404 for a uid that this sandbox does not have (PF-WRT-3)."""
    return Refusal(404, 404, f"no element of {kind} has this uid")
