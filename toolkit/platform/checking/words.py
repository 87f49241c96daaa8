"""What single answers say, in a few words that hold nothing of their texts."""

from __future__ import annotations

import json
import re

from toolkit.platform.checking.sightings import Look

_CODE = re.compile(r"[A-Za-z0-9_]{1,32}")


def said(look: Look) -> str:
    """Return a look in a few words: status and the code of the answer, never its text."""
    if look.trouble and not look.status:
        return look.trouble
    code = ""
    if isinstance(look.answer, dict):
        code = str(look.answer.get("error_code") or service_code(look) or "")
    return f"{look.status} {code}" if _CODE.fullmatch(code) else str(look.status)


def service_code(look: Look) -> str | None:
    """Return the code in the service's envelope (PF-ACC-6); None where the answer is not in it."""
    match look.answer:
        case {"error": str() as text, "status": int() as status} if status == look.status:
            try:
                inner = json.loads(text)
            except (ValueError, RecursionError):
                return None
            return str(inner.get("code", "")) if isinstance(inner, dict) else None
    return None


def is_reached(look: Look) -> bool:
    """Tell whether anything answered."""
    return look.status != 0
