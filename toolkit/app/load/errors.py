"""Errors on their way from one process to another."""

from __future__ import annotations

from typing import Any

from toolkit.core.errors import AjoError


def as_json(error: AjoError) -> dict[str, str]:
    """Return an error for another process."""
    return {"code": error.code, "message": error.message, "fix": error.fix, "place": error.place}


def as_error(value: Any) -> AjoError:
    """Read what :func:`as_json` wrote."""
    return AjoError(value["code"], value["message"], fix=value["fix"], place=value["place"])
