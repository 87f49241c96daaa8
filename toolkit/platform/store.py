"""The single requests of one collection: get, post, put, delete, and the steps of what is deployed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.platform.call import ABSENT, Call
from toolkit.platform.client import Conversation
from toolkit.platform.dialect import Dialect
from toolkit.platform.paging import usable_uid
from toolkit.platform.port import Outcome, PlatformError
from toolkit.platform.shapes import Element


class Store:
    """The single requests of one collection (PF-WRT-1 to PF-WRT-4)."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect, self._places = dialect, dialect.places

    def get(self, talk: Conversation, uid: str) -> Element | None:
        """Read one element; None if there is none with this uid (PF-WRT-3)."""
        call = self._dialect.to_read(uid)
        element = self._result(talk.send(call), uid)
        if element == {}:
            message = f"{call}: the answer is not {{result: {{uid: {uid!r}, …}}}} (PF-WRT-3)"
            raise PlatformError("AJO504", message, request_ids=talk.request_ids)
        return element

    def post(self, talk: Conversation, body: Element) -> str:
        """Create an element and return its uid (PF-WRT-1); sent once, AJO510 without a clear answer."""
        call = self._dialect.to_create(body)
        uid = self._dialect.created_id(talk.send(call))
        if not usable_uid(uid):
            message = f"{call}: the answer names no uid (PF-WRT-1)"
            raise PlatformError("AJO510", message, outcome=Outcome.UNKNOWN, request_ids=talk.request_ids)
        return str(uid)

    def put(self, talk: Conversation, uid: str, body: Element) -> None:
        """Replace an element (PF-WRT-2)."""
        talk.send(self._dialect.to_change(uid, body))

    def delete(self, talk: Conversation, uid: str) -> None:
        """Remove an element (PF-WRT-4); one that is gone already is removed."""
        try:
            talk.send(self._dialect.to_delete(uid))
        except PlatformError as error:
            if not self.is_absent(error):
                raise

    def is_absent(self, error: PlatformError) -> bool:
        """Tell whether an answer says that there is no such element."""
        return self._dialect.is_absent(error)

    def step(self, talk: Conversation, uid: str, name: str) -> None:
        """Take the step ``deploy`` or ``undeploy`` (PF-CAP-4)."""
        talk.send(self._dialect.to_step(uid, name))

    def can_deploy(self, talk: Conversation, uid: str) -> None:
        """Raise AJO505 with every reason why an element can't be deployed (PF-CAP-2).

        The verdict stands in the answer itself or, as ``static/journeys-throttling.yaml`` has it, in its
        member ``canDeploy``.
        """
        call = self._dialect.to_step(uid, "canDeploy")
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
        return self._dialect.path(uid)

    # Answers hold what a traceback with local variables must not show, so no frame that raises keeps one.

    def _result(self, answer: Any, uid: str) -> Element | None:
        """Return the element of an answer (PF-WRT-3), None if there is none, ``{}`` for another shape."""
        if answer is ABSENT:
            return None
        element = self._dialect.element_in(answer)
        return dict(element) if isinstance(element, dict) and element.get("uid") == uid else {}
