"""What a documented constraint is, and how it is shown that the tool finds who breaks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.rules.examples import Example


@dataclass(frozen=True, slots=True)
class Filled:
    """A definition with a target's values filled in."""

    example: Example
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Constraint:
    """Something the platform documents that a definition, or its use, has to obey.

    `ids` are the codes that find it offline: of the format (AJO1xx) or of rules (AJO2xx). Each of `shown`
    breaks it and has one of `ids`; an id that none of them has is a rule, which brings its own wrong example.
    `elsewhere` says who finds what no file can tell: the plan, the platform, an exercise, people.
    """

    says: str
    page: str
    ids: tuple[str, ...] = ()
    shown: tuple[Example | Filled, ...] = ()
    elsewhere: str = ""


def action(changes: Mapping[str, object]) -> Example:
    """A custom action with these changes."""
    return Example("action", changes)


def url(*texts: str) -> tuple[Example, ...]:
    """Custom actions that call these URLs."""
    return tuple(action({"/endpoint/url": text}) for text in texts)


def filled_url(text: str, **values: str) -> Filled:
    """A custom action whose URL has values of a target in it."""
    return Filled(action({"/endpoint/url": text}), values)


def sends(value: object, **changes: object) -> Example:
    """A custom action whose request has a field ``field``."""
    more = {f"/{name}": change for name, change in changes.items()}
    return action({"/request/field": value, **more})


def token(changes: Mapping[str, object]) -> Example:
    """A custom action that fetches a token, with these changes below its authentication."""
    return Example("action with a token", {f"/authentication{key}": value for key, value in changes.items()})


def certificate(changes: Mapping[str, object]) -> Example:
    """A custom action that proves itself by certificate, with these changes below its authentication."""
    return Example(
        "action with a certificate", {f"/authentication{key}": value for key, value in changes.items()}
    )
