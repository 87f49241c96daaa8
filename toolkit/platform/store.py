"""The single requests of one collection: get, post, put, delete, and the steps of what is deployed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from toolkit.core.canonical import dump_json
from toolkit.core.pointer import Path
from toolkit.core.redact import Secret
from toolkit.platform.client import ABSENT, Call, Conversation, Effect
from toolkit.platform.paging import usable_uid
from toolkit.platform.port import Outcome, PlatformError
from toolkit.platform.shapes import Element


class Store:
    """The single requests of one collection (PF-WRT-1 to PF-WRT-4)."""

    def __init__(self, collection: str, places: Mapping[str, Path]) -> None:
        self._collection, self._places = collection, places

    def get(self, talk: Conversation, uid: str) -> Element | None:
        """Read one element; None if there is none with this uid (PF-WRT-3)."""
        element = _result(talk.send(Call("GET", self.path(uid), may_be_absent=True)), uid)
        if element == {}:
            message = f"GET /{self.path(uid)}: the answer is not {{result: {{uid: {uid!r}, …}}}} (PF-WRT-3)"
            raise PlatformError("AJO504", message, request_ids=talk.request_ids)
        return element

    def post(self, talk: Conversation, body: Element) -> str:
        """Create an element and return its uid (PF-WRT-1); sent once, AJO510 without a clear answer."""
        call = Call("POST", self._collection, Effect.ONCE, _json(body), places=self._places)
        uid = _created_uid(talk.send(call))
        if not uid:
            message = f"{call}: the answer names no uid (PF-WRT-1)"
            raise PlatformError("AJO510", message, outcome=Outcome.UNKNOWN, request_ids=talk.request_ids)
        return uid

    def put(self, talk: Conversation, uid: str, body: Mapping[str, Any]) -> None:
        """Replace an element (PF-WRT-2)."""
        talk.send(Call("PUT", self.path(uid), Effect.REPEATABLE, _json(body), places=self._places))

    def delete(self, talk: Conversation, uid: str) -> None:
        """Remove an element (PF-WRT-4); one that is gone already is removed."""
        try:
            talk.send(Call("DELETE", self.path(uid), Effect.REPEATABLE, places=self._places))
        except PlatformError as error:
            if error.status != 404 or error.code != "AJO505":
                raise

    def step(self, talk: Conversation, uid: str, name: str) -> None:
        """Take the step ``deploy`` or ``undeploy`` (PF-CAP-4)."""
        talk.send(Call("POST", f"{self.path(uid)}/{name}", Effect.REPEATABLE, places=self._places))

    def can_deploy(self, talk: Conversation, uid: str) -> None:
        """Raise AJO505 with every reason why an element can't be deployed (PF-CAP-2).

        The verdict stands in the answer itself or, as ``static/journeys-throttling.yaml`` has it, in its
        member ``canDeploy``.
        """
        call = Call("GET", f"{self.path(uid)}/canDeploy")
        answer = talk.send(call)
        verdict = answer.get("canDeploy", answer) if isinstance(answer, dict) else None
        match verdict:
            case {"validationStatus": "ok"}:
                return
            case {"validationStatus": "error"} if isinstance(verdict, dict):
                raise self._not_deployable(talk, call, verdict)
        message = f"{call}: validationStatus is neither ok nor error (PF-CAP-2)"
        raise PlatformError("AJO504", message, request_ids=talk.request_ids)

    def _not_deployable(self, talk: Conversation, call: Call, verdict: Mapping[str, Any]) -> PlatformError:
        errors = verdict.get("errors")
        reasons = [each for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []
        words = [f"{each.get('errorCode', '')} {each.get('error', '')}".strip() for each in reasons]
        said = "; ".join(words) or str(verdict.get("reason", "no reason given"))
        code = str(reasons[0].get("errorCode", "")) if reasons else ""
        return PlatformError(
            "AJO505",
            f"{call}: {talk.shown(said)}",
            path=self._places.get(code, ()),
            request_ids=talk.request_ids,
            service_code=talk.shown(code),
        )

    def path(self, uid: str) -> str:
        """Return the path of an element."""
        return f"{self._collection}/{quote(uid, safe='')}"


def _json(body: Mapping[str, Any]) -> Secret:
    return Secret(dump_json(body, indent=None))


# Answers hold what a traceback with local variables must not show, so no frame that raises keeps one.


def _result(answer: Any, uid: str) -> Element | None:
    """Return the element of an answer (PF-WRT-3), None if there is none, ``{}`` for another shape."""
    if answer is ABSENT:
        return None
    match answer:
        case {"result": {"uid": found} as element} if found == uid:
            return dict(element)
    return {}


def _created_uid(answer: Any) -> str:
    """Return the uid of an answer (PF-WRT-1), empty for another shape."""
    match answer:
        case {"uid": str() as uid} if usable_uid(uid):
            return uid
    return ""
