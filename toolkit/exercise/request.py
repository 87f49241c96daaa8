"""An action and its values become a request, in which secrets are still references."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from toolkit.core.canonical import dump_json
from toolkit.core.errors import AjoError
from toolkit.exercise.addresses import DYNAMIC_PATH, Address, Place
from toolkit.exercise.body import constant, render_body
from toolkit.exercise.paths import append_path
from toolkit.exercise.values import Filled, fill
from toolkit.model.custom_action import CustomAction, ParameterValue
from toolkit.model.document import DEFAULT_HEADERS, texts, to_document
from toolkit.model.payload import TextHole
from toolkit.model.text import MASKED, SecretRef, escape_text, secret_refs, value_names


@dataclass(frozen=True, slots=True)
class PreparedRequest:
    """What will be sent, secrets aside.

    `url` ends with the dynamic path and has no query. `query` and `headers` are names and texts in which
    ``${secret:…}`` counts (a journey's values are escaped, so that they can't name a secret). `body` is
    compact JSON or None. `secrets` are the references to resolve, those of the authentication included, each
    once.
    """

    method: str
    url: str
    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    body: str | None = field(repr=False)
    secrets: tuple[SecretRef, ...]


def build_request(action: CustomAction, values: Mapping[str, Any]) -> PreparedRequest:
    """Return the request that `action` makes with `values` (address → value, ``path`` the dynamic path).

    ``Content-Type`` and ``Charset`` are always among the headers (PF-ACT-5). An unfilled optional header or
    parameter is left out, whatever ``allowNullValues`` says: neither can be null.

    Raises:
        ValuesError: AJO701, every value that is missing or does not fit.
        AjoError: AJO304 where a target's value was not filled in, AJO307 where a secret is only a mask.
    """
    secrets = _references(action)
    filled = fill(action, values)
    body = None
    if action.request is not None:
        rendered = render_body(action.request, filled, allow_null_values=action.allow_null_values)
        body = dump_json(rendered, indent=None)
    return PreparedRequest(
        method=action.endpoint.method,
        url=append_path(str(constant(action.endpoint.url)), str(filled.get(DYNAMIC_PATH) or "")),
        query=tuple(_parameters("query", action.endpoint.query, filled)),
        headers=_with_defaults(dict(_parameters("header", action.endpoint.headers, filled))),
        body=body,
        secrets=secrets,
    )


def _references(action: CustomAction) -> tuple[SecretRef, ...]:
    """Return the secrets `action` names; raises ``AjoError`` for what nobody can resolve."""
    document = to_document(action)
    found = [text for _, text in texts(action.kind, document)]
    if MASKED in found:
        raise AjoError("AJO307", f"a secret of {action.name} is only known as a mask")
    missing = sorted({name for text in found for name in value_names(text)})
    if missing:
        raise AjoError("AJO304", f"{action.name} was not filled with the values {', '.join(missing)}")
    return tuple(dict.fromkeys(reference for text in found for reference in secret_refs(text)))


def _parameters(
    place: Place, parameters: Mapping[str, ParameterValue], filled: Filled
) -> Iterator[tuple[str, str]]:
    for name, value in parameters.items():
        if not isinstance(value, TextHole):
            yield name, value
            continue
        given = filled.get(Address(place, (name,)))
        if given is not None:
            yield name, escape_text(str(given)) if given else ""


def _with_defaults(headers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Put the headers every action has in front, once each in whatever case they were written."""
    spelled = {name.lower(): name for name in DEFAULT_HEADERS}
    own = {spelled.get(name.lower(), name): text for name, text in headers.items()}
    return tuple({**DEFAULT_HEADERS, **own}.items())
