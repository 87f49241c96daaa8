"""Exercises as JSON for machines: each document names its format and version; fields are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.core.canonical import Json
from toolkit.exercise import Exchange, Rendered
from toolkit.exercise.outcomes import Account


def rendered_data(target: str, rendered: Rendered) -> dict[str, Any]:
    """Return what would be sent, secrets as references."""
    return {"format": "ajo-rendered", "version": 1, "target": target, **rendered.to_json()}


def exchange_data(target: str, exchange: Exchange, read: Mapping[str, Json]) -> dict[str, Any]:
    """Return an exchange, and what expressions read of it."""
    return {
        "format": "ajo-exchange",
        "version": 1,
        "target": target,
        **exchange.to_json(),
        "read": dict(read),
    }


def account_data(target: str, account: Account) -> dict[str, Any]:
    """Return what came of many exercises."""
    return {"format": "ajo-exercises", "version": 1, "target": target, **account.to_json()}
