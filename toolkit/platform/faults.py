"""The boundary where what others report becomes ours: exceptions of httpx, and answers that say no."""

from __future__ import annotations

import email.utils
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from toolkit.core.pointer import Path
from toolkit.platform.answers import Answer, MalformedAnswer, parse_answer
from toolkit.platform.port import Outcome, PlatformError
from toolkit.platform.veil import Veil

RETRIED_STATUSES = frozenset({429, 500, 502, 503, 504})
"""Answers after which the same request may well succeed."""

INTERNAL_ERROR = "4000"
"""The service's code for a fault of its own, and for a sandbox that it does not know (PF-ACC-5)."""

HTTPX_ERRORS = (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict, httpx.StreamError)
"""The roots of all exceptions of httpx."""


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What an exception of httpx says: our code, the words, and whether trying again helps.

    `unclear`: the request may have been carried out.
    """

    code: str
    words: str
    again: bool
    unclear: bool


_MEANINGS: Mapping[type[Exception], _Meaning] = {
    httpx.ConnectError: _Meaning("AJO501", "no connection", again=True, unclear=False),
    httpx.ConnectTimeout: _Meaning("AJO501", "no connection in time", again=True, unclear=False),
    httpx.PoolTimeout: _Meaning("AJO502", "no free connection in time", again=True, unclear=False),
    httpx.ProxyError: _Meaning("AJO501", "the proxy refused", again=True, unclear=False),
    httpx.TimeoutException: _Meaning("AJO502", "no answer in time", again=True, unclear=True),
    httpx.UnsupportedProtocol: _Meaning("AJO501", "the address is not http(s)", again=False, unclear=False),
    httpx.LocalProtocolError: _Meaning("AJO501", "can't be sent", again=False, unclear=False),
    httpx.TransportError: _Meaning("AJO501", "the connection broke", again=True, unclear=True),
    httpx.DecodingError: _Meaning("AJO504", "the content can't be decoded", again=False, unclear=True),
    httpx.TooManyRedirects: _Meaning("AJO504", "redirected in circles", again=False, unclear=False),
    httpx.HTTPError: _Meaning("AJO504", "an HTTP error", again=False, unclear=True),
    httpx.InvalidURL: _Meaning("AJO501", "the address is not a URL", again=False, unclear=False),
    httpx.CookieConflict: _Meaning("AJO504", "two cookies of one name", again=False, unclear=True),
    httpx.StreamError: _Meaning("AJO900", "an answer was read twice", again=False, unclear=True),
}


class Trouble(Exception):
    """One attempt failed. Never leaves this room: :meth:`error` makes of it what callers see.

    `again`: another attempt may help; `unclear`: the request may have been carried out; `service_code` is the
    platform's own code, `by_service` tells whether the service said it and not something in front of it;
    `retry_after_s` is what the answer asked to wait, in seconds.
    """

    def __init__(self, code: str, message: str, *, again: bool = False, unclear: bool = False) -> None:
        super().__init__(message)
        self.code, self.message, self.again, self.unclear = code, message, again, unclear
        self.status, self.request_id, self.service_code, self.by_service = 0, "", "", False
        self.path: Path = ()
        self.retry_after_s: float | None = None

    def error(self, *, writing: bool, request_ids: tuple[str, ...] = ()) -> PlatformError:
        """Return the error for callers: AJO510 where a write may have been carried out all the same."""
        unknown = writing and self.unclear
        return PlatformError(
            "AJO510" if unknown else self.code,
            self.message,
            outcome=Outcome.UNKNOWN if unknown else Outcome.REFUSED,
            status=self.status,
            request_id=self.request_id,
            path=self.path,
            request_ids=request_ids,
            service_code=self.service_code,
        )


def trouble_of_exception(error: Exception, request: str, veil: Veil) -> Trouble:
    """Translate an exception of httpx by the nearest class with a meaning; `request` names the request."""
    meaning = next(_MEANINGS[kind] for kind in type(error).__mro__ if kind in _MEANINGS)
    detail = veil.shown(str(error))
    message = f"{request}: {meaning.words}" + (f" ({detail})" if detail else "")
    return Trouble(meaning.code, message, again=meaning.again, unclear=meaning.unclear)


@dataclass(frozen=True, slots=True)
class Complaint:
    """What an answer that says no gives as its reason; `by_service` if in the service's own envelope."""

    code: str
    message: str
    request_id: str
    by_service: bool = False


def complaint_in(answer: Answer) -> Complaint:
    """Read the reason out of an envelope (PF-ACC-6, PF-JRN-5), the gateway's (PF-ACC-4) or plain text."""
    try:
        body = parse_answer(answer.content)
    except MalformedAnswer:
        body = None
    request_id = answer.request_id
    match body:
        case {"error": str() as text, "status": int()}:
            inner = _inner(text)
            request_id = request_id or str(body.get("requestId", ""))
            return Complaint(str(inner.get("code", "")), str(inner.get("message", text)), request_id, True)
        case {"error_code": code, "message": message}:
            return Complaint(str(code), str(message), request_id)
        case {"reason": str() as reason, "message": str() as message}:
            return Complaint(reason, message, request_id, True)
        case {"error": str() as code}:
            return Complaint(code, str(body.get("error_description", "")), request_id)
    return Complaint("", answer.text() or "no content", request_id)


def _inner(text: str) -> dict[str, Any]:
    try:
        inner = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return inner if isinstance(inner, dict) else {}


def trouble_of_answer(
    answer: Answer, request: str, veil: Veil, places: Mapping[str, Path] | None = None
) -> Trouble | None:
    """Return why an answer is no success, None if it is one.

    `request` names the request; `places` are the service's codes about the element sent, each with the
    field of the comparable document: such an answer is a clear refusal, whatever its status.
    """
    if 200 <= answer.status < 300:
        return None
    if 300 <= answer.status < 400:
        return _redirected(answer, request, veil)
    complaint = complaint_in(answer)
    about_element = complaint.code in (places or {})
    said = " ".join(part for part in (complaint.code, complaint.message) if part)
    message = f"{request}: HTTP {answer.status}: {veil.shown(said)}"
    if complaint.request_id:
        message += f" (request {veil.shown(complaint.request_id)})"
    if complaint.by_service and complaint.code == INTERNAL_ERROR:
        message += "; a sandbox that does not exist is answered so too: check the target's sandbox"
    trouble = Trouble(_code(answer.status, complaint, about_element), message)
    if not about_element:
        trouble.again = answer.status in RETRIED_STATUSES
        trouble.unclear = answer.status >= 500
    trouble.status, trouble.request_id = answer.status, veil.shown(complaint.request_id)
    trouble.by_service, trouble.service_code = complaint.by_service, veil.shown(complaint.code)
    trouble.path = (places or {}).get(complaint.code, ())
    trouble.retry_after_s = retry_after_s(answer.headers)
    return trouble


def _code(status: int, complaint: Complaint, about_element: bool) -> str:
    if about_element:
        return "AJO505"
    by_gateway = not complaint.by_service and complaint.code.startswith("403")
    if status == 401 or (status == 403 and by_gateway):
        return "AJO401"  # token or API key (PF-ACC-4)
    if status == 403:
        return "AJO402"  # organisation or sandbox (PF-ACC-5)
    if status == 429 or status >= 500:
        return "AJO503"
    return "AJO505" if complaint.by_service else "AJO504"


def _redirected(answer: Answer, request: str, veil: Veil) -> Trouble:
    # Followed, a redirect would carry the credentials to wherever the answer points.
    target = veil.shown(answer.headers.get("location", "").partition("?")[0]) or "nowhere"
    message = f"{request}: HTTP {answer.status}: redirected to {target}; is the base URL right?"
    trouble = Trouble("AJO504", message)
    trouble.status, trouble.request_id = answer.status, veil.shown(answer.request_id)
    return trouble


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that ``Retry-After`` asks for, None without one that can be read (PF-ACC-8).

    A date counts from the answer's own ``Date``, so that clocks need not agree.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        until = email.utils.parsedate_to_datetime(value)
        now = email.utils.parsedate_to_datetime(headers.get("date", ""))
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
