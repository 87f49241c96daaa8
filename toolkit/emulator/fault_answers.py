"""What the platform, its gateway or a proxy in between answers when something is wrong."""

from __future__ import annotations

from starlette.responses import HTMLResponse, Response

from toolkit.emulator.refusals import GatewayRefusal, Refusal, internal_error

_BY_GATEWAY = {
    401: ("401013", "Oauth token is not valid"),
    429: ("429050", "Too many requests"),
    503: ("503010", "The service is not available"),
}
_BY_SERVICE = {
    403: "the permission for this is missing",
    404: "no element has this uid",
    409: "the element was changed meanwhile",
}


def error_answer(status: int, retry_after: int | str | None, request_id: str) -> Response:
    """An error as its usual author words it: gateway (PF-ACC-4), service (PF-ACC-6), or a proxy's page."""
    if status in _BY_GATEWAY:
        answer = GatewayRefusal(status, *_BY_GATEWAY[status]).answer()
    elif status in _BY_SERVICE:
        answer = Refusal(status, status, _BY_SERVICE[status]).answer(request_id)
    elif status == 500:
        answer = internal_error().answer(request_id)
    else:
        answer = HTMLResponse(f"<html><h1>{status} proxy error</h1></html>", status)
    if retry_after is not None:
        answer.headers["retry-after"] = str(retry_after)
    return answer
