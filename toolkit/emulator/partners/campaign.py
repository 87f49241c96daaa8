"""Adobe Campaign v7/v8 transactional messaging, as the platform's integration calls it.

The payload ``{channel, eventType, email, ctx}`` and the cap of 4,000 messages in five minutes:
https://github.com/AdobeDocs/journey-optimizer.en/blob/HEAD/help/using/action/acc-action.md. Nobody checks an
event against its template (same page): Campaign keeps an event (``nms:rtEvent``) and gives its id, then looks
for the template
(https://experienceleague.adobe.com/docs/campaign-classic/using/transactional-messaging/processing/event-description.html).
So an unknown event type is accepted as well, and its status tells; the names of statuses are those of the
REST interface, https://experienceleague.adobe.com/en/docs/experience-cloud/campaign/apis/managing-transactional-messages.

How the platform reaches Campaign is set up by Adobe and not documented: host, paths, the absence of a
credential, the answers and the 429 are assumed (the platform itself drops what is above the cap).

Made up here: every event type is published but those that begin with ``unknown``.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from toolkit.emulator.call import Call
from toolkit.emulator.partners.stand_in import below
from toolkit.emulator.rates import Window
from toolkit.emulator.refusals import Refusal
from toolkit.emulator.wire import NotJsonError, parse_json, reply

HOST = "campaign.example"

_MOST_EVENTS = 10_000
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_CHANNELS = {"email": "email", "sms": "mobilePhone", "push": "registrationToken"}
"""The field that says where a message goes; those of SMS and push are assumed, other fields pass."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """Takes events and tells what became of them; `limit` counts all of them together."""

    limit: Window
    _events: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def routes(self) -> list[Route]:
        """Events, and the status of one."""
        paths = {"/events": {"POST": self._push}, "/events/{event}": {"GET": self._status}}
        return below(HOST, paths, _refuse)

    def reset(self) -> None:
        """Forget all events and what counts against the limit."""
        with self._lock:
            self._events.clear()
        self.limit.reset()

    def _push(self, call: Call) -> Response:
        wait = self.limit.wait("")
        if wait:
            return _error(
                429, "the integration takes 4,000 messages in five minutes", {"Retry-After": str(wait)}
            )
        if call.media_type != "application/json":
            return _error(415, "Content-Type has to be application/json")
        try:
            event = parse_json(call.body)
        except NotJsonError as problem:
            return _error(400, f"the body is no JSON: {problem}")
        wrong = "; ".join(_problems(event))
        return _error(400, wrong) if wrong else reply({"eventId": self._keep(event["eventType"])})

    def _keep(self, event_type: str) -> str:
        with self._lock:
            if len(self._events) >= _MOST_EVENTS:
                del self._events[next(iter(self._events))]
            last = int(next(reversed(self._events), "0"))
            number = str(last + 1)
            self._events[number] = "routingFailed" if event_type.startswith("unknown") else "processed"
            return number

    def _status(self, call: Call) -> Response:
        status = self._events.get(call.parameters["event"])
        if status is None:
            return _error(404, "there is no event of this id")
        reason = (
            {"reason": "no message is published for this event type"} if status == "routingFailed" else {}
        )
        return reply({"eventId": call.parameters["event"], "status": status, **reason})


def _problems(event: Any) -> Iterator[str]:
    if not isinstance(event, dict):
        yield "the body is no JSON object"
        return
    channel, event_type = event.get("channel"), event.get("eventType")
    if not isinstance(channel, str) or channel not in _CHANNELS:
        yield "channel has to be email, sms or push"
    elif not isinstance(event.get(_CHANNELS[channel]), str) or not event[_CHANNELS[channel]].strip():
        yield f"{_CHANNELS[channel]} has to say where the message goes"
    elif channel == "email" and not _ADDRESS.fullmatch(event["email"]):
        yield "email is no e-mail address"
    if not isinstance(event_type, str) or not _NAME.fullmatch(event_type):
        yield "eventType has to be the internal name of an event"
    if not isinstance(event.get("ctx", {}), dict):
        yield "ctx has to be an object"


def _error(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    return reply({"error": {"code": status, "message": message}}, status, headers)


def _refuse(refusal: Refusal) -> Response:
    return _error(refusal.status, refusal.message, refusal.headers)
