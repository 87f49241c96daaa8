"""Field by field: what differs between live and desired, and who changed it since the base."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from toolkit.core.canonical import same_json
from toolkit.core.pointer import Path
from toolkit.core.redact import MASK
from toolkit.model.document import Document
from toolkit.model.text import MASKED, SECRET_LOST, secret_refs
from toolkit.plan.types import ABSENT, FieldChange, Verdict

HOLE_KEY = "$variable"

_PARAMETERS = (("endpoint", "headers"), ("endpoint", "query"))
_CREDENTIAL = re.compile(
    r"auth|key|token|secret|passw|pwd|cookie|sig$|signature|credential|session|jwt", re.IGNORECASE
)
_SCHEME = re.compile(r"\s*(basic|bearer|digest)\s", re.IGNORECASE)


def compare(desired: Document, live: Document, base: Document | None = None) -> tuple[FieldChange, ...]:
    """Return every field that differs or can't be known, in the order of the desired document.

    Without a `base` every difference counts as ours: the files say what should be.
    """
    return tuple(_compare((), desired, live, base if base is not None else live))


def _compare(path: Path, desired: Any, live: Any, base: Any) -> Iterator[FieldChange]:
    if isinstance(desired, dict) and isinstance(live, dict) and _same_sort(desired, live):
        for key in [*desired, *(key for key in live if key not in desired)]:
            yield from _compare(
                (*path, key), desired.get(key, ABSENT), live.get(key, ABSENT), _inside(base, key)
            )
    elif isinstance(desired, list) and isinstance(live, list):
        for index in range(max(len(desired), len(live))):
            yield from _compare((*path, index), _at(desired, index), _at(live, index), _inside(base, index))
    else:
        verdict = classify(desired, live, base)
        if verdict is not Verdict.UNCHANGED:
            yield FieldChange(path, _presentable(path, live), desired, verdict)


def _presentable(path: Path, live: Any) -> Any:
    """Hide what was typed into a header or parameter that usually holds a credential, or looks like one."""
    if isinstance(live, str) and path[:2] in _PARAMETERS and _is_credential(path[2:], live):
        return MASK
    if isinstance(live, dict):
        return {key: _presentable((*path, key), member) for key, member in live.items()}
    return live


def _is_credential(names: Path, live: str) -> bool:
    return bool(_SCHEME.match(live)) or any(_CREDENTIAL.search(str(name)) for name in names)


def classify(desired: Any, live: Any, base: Any) -> Verdict:
    """Tell who changed one field since the base; each may be :data:`ABSENT`."""
    if not _is_knowable(desired, live):
        return Verdict.UNKNOWABLE
    ours_changed = not _same(desired, base)
    theirs_changed = _is_knowable(base, live) and not _same(live, base)
    if _same(desired, live):
        return Verdict.AGREED if ours_changed and theirs_changed else Verdict.UNCHANGED
    if ours_changed and theirs_changed:
        return Verdict.CONFLICT
    return Verdict.OURS if ours_changed else Verdict.THEIRS


def _is_knowable(desired: Any, live: Any) -> bool:
    """Tell whether live can be compared at all: a mask can't, nor what we must not read to know a secret."""
    if isinstance(live, str) and live == MASKED:
        return desired is ABSENT
    has_secret = isinstance(desired, str) and any(True for _ in secret_refs(desired))
    return not (has_secret and isinstance(live, str) and live != SECRET_LOST)


def _same_sort(desired: dict[str, Any], live: dict[str, Any]) -> bool:
    """Tell whether two objects are both holes or both plain; a hole beside a plain object is one change."""
    return (HOLE_KEY in desired) == (HOLE_KEY in live)


def _same(left: Any, right: Any) -> bool:
    if left is ABSENT or right is ABSENT:
        return left is right
    return same_json(left, right)


def _inside(value: Any, key: str | int) -> Any:
    if isinstance(value, dict) and isinstance(key, str):
        return value.get(key, ABSENT)
    return _at(value, key) if isinstance(value, list) and isinstance(key, int) else ABSENT


def _at(items: list[Any], index: int) -> Any:
    return items[index] if index < len(items) else ABSENT
