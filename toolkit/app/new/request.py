"""The request of a draft from an example, but for the credentials in it."""

from __future__ import annotations

from typing import Any

from toolkit.app.new.choice import Choice
from toolkit.app.new.credentials import is_secret_field, looks_random
from toolkit.app.new.draft import Draft, not_a_payload
from toolkit.core.canonical import Json
from toolkit.core.pointer import Path, format_pointer, lookup
from toolkit.model.inference import NotAPayload, infer_request


def take_request(draft: Draft, body: Json, choice: Choice) -> None:
    """Infer the request from `body`; a credential never stays as a constant, whatever was chosen.

    Raises :class:`AjoError` AJO810.
    """

    def stays(path: Path) -> bool:
        if not choice.is_constant(path):
            return False
        value = lookup(body, path)
        name = next((part for part in reversed(path) if isinstance(part, str)), "")
        if not isinstance(value, str) or not (is_secret_field(name) or looks_random(value)):
            return True
        draft.note(f"{format_pointer(('request', *path))} looks like a credential and stays a variable")
        return False

    try:
        inferred = infer_request(body, stays)
    except NotAPayload as error:
        raise not_a_payload("the example of the request", error) from None
    draft.take("request", inferred)
    if _holds_null(inferred.payload):
        draft.document["allowNullValues"] = True


def _holds_null(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_null, value.values()))
    return any(map(_holds_null, value)) if isinstance(value, list) else value is None
