"""Which fields of an action may change while journeys use it.

Rules: *Configure a custom action* (``help/using/action/about-custom-action-configuration.md``), PF-ACT-13.
"""

from __future__ import annotations

from toolkit.core.pointer import Path

_FREE_WHILE_IN_USE = (("name",), ("description",), ("endpoint", "url"), ("authentication",))


def is_free_while_in_use(path: Path) -> bool:
    """Tell whether the field at `path` may change although journeys use the action."""
    return any(path[: len(free)] == free for free in _FREE_WHILE_IN_USE)
