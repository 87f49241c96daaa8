"""What a token request says, whichever way it says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl

from toolkit.emulator.call import Call
from toolkit.emulator.wire import NotJsonError, parse_json

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

_MOST_FIELDS = 200


class NotAskedWell(ValueError):
    """The body can't be read as what its media type says; the message never quotes it."""


def form(call: Call) -> Mapping[str, str]:
    """The fields of a form-encoded body; raises :class:`NotAskedWell`, also for a field sent twice."""
    if call.media_type != FORM:
        raise NotAskedWell(f"Content-Type has to be {FORM}")
    return form_fields(call.body)


def form_fields(body: bytes) -> Mapping[str, str]:
    """The fields of a form; raises :class:`NotAskedWell` (RFC 6749, 3.2: none may be sent twice)."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        fields = dict(pairs)
        _ = [value.encode() for pair in pairs for value in pair]
    except ValueError:
        raise NotAskedWell("the body is no form in UTF-8") from None
    if len(fields) < len(pairs):
        raise NotAskedWell("a parameter is there more than once")
    return fields


def form_or_json(call: Call) -> Mapping[str, str]:
    """The fields of a form, or of a flat JSON object; raises :class:`NotAskedWell`."""
    if call.media_type != JSON:
        return form(call)
    try:
        value = parse_json(call.body)
    except NotJsonError as error:
        raise NotAskedWell(f"the body is no JSON: {error}") from None
    if not isinstance(value, dict):
        raise NotAskedWell("the body is no JSON object")
    return dict(_texts(value))


def _texts(value: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, item in value.items():
        if isinstance(item, (dict, list)):
            raise NotAskedWell("the parameters are a flat object")
        if item is not None:
            yield name, item if isinstance(item, str) else str(item)
