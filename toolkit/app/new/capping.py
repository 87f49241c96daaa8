"""A capping from its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from toolkit.core.errors import AjoError
from toolkit.model.document import Document


@dataclass(frozen=True, slots=True)
class CappingWish:
    """How many calls to what: `connections` stays undefined where None."""

    name: str
    url: str
    methods: tuple[str, ...]
    calls: int
    period_ms: int
    connections: int | None = None


def capping_fields(wish: CappingWish) -> Document:
    """Return the fields of a capping for actions; raises :class:`AjoError` AJO813."""
    authority = wish.url.partition("://")[2].split("/")[0]
    if "@" in authority:
        raise AjoError("AJO813", "the URL pattern holds a user name or password")
    limit: dict[str, Any] = {"rating": {"maxCallsCount": wish.calls, "periodInMs": wish.period_ms}}
    if wish.connections is not None:
        limit = {"maxHttpConnections": wish.connections, **limit}
    methods = list(dict.fromkeys(method.upper() for method in wish.methods))
    return {"name": wish.name, "url": wish.url, "methods": methods, "services": {"action": limit}}
