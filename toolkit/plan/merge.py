"""Field by field: what differs between live and desired, and who changed it since the base."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from toolkit.core.canonical import same_json
from toolkit.core.pointer import Path
from toolkit.core.redact import MASK
from toolkit.model.document import Document
from toolkit.model.text import MASKED, SECRET_LOST, secret_refs
from toolkit.plan.types import ABSENT, FieldChange, Verdict

HOLE_KEY = "$variable"
ITEMS_KEY = "$items"

_PARAMETERS = (("endpoint", "headers"), ("endpoint", "query"))
_CREDENTIAL = re.compile(
    r"auth|key|token|secret|passw|pwd|cookie|sig$|signature|credential|session|jwt", re.IGNORECASE
)
_SHAPES_OF_ACCESS = ("type", "subType", "bodyType", "expiryInResponse")
"""Members that decide which others an authentication has."""

_SCHEME = re.compile(r"\s*(basic|bearer|digest)\s", re.IGNORECASE)


def compare(desired: Document, live: Document, base: Document | None = None) -> tuple[FieldChange, ...]:
    """Return every field that differs or can't be known, in the order of the desired document.

    Without a `base` every difference counts as ours: the files say what should be.
    """
    return tuple(_compare((), desired, live, base if base is not None else live))


def _compare(path: Path, desired: Any, live: Any, base: Any) -> Iterator[FieldChange]:
    if _is_one(path, desired, live, base):
        yield from _leaf(path, desired, live, base)
    elif isinstance(desired, dict) and isinstance(live, dict) and _same_sort(desired, live):
        for key in [*desired, *(key for key in live if key not in desired)]:
            yield from _compare(
                (*path, key), desired.get(key, ABSENT), live.get(key, ABSENT), _inside(base, key)
            )
    elif isinstance(desired, list) and isinstance(live, list):
        for index in range(max(len(desired), len(live))):
            yield from _compare((*path, index), _at(desired, index), _at(live, index), _inside(base, index))
    else:
        yield from _leaf(path, desired, live, base)


def _leaf(path: Path, desired: Any, live: Any, base: Any) -> Iterator[FieldChange]:
    verdict = classify(desired, live, base)
    if verdict is not Verdict.UNCHANGED:
        yield FieldChange(path, presentable(path, _veiled(live, desired, base)), desired, verdict)


def _veiled(live: Any, *sides: Any) -> Any:
    """Hide each text of `live` where a side says that a secret stands, whatever its place is called."""
    if isinstance(live, dict):
        return {key: _veiled(value, *(_inside(side, key) for side in sides)) for key, value in live.items()}
    if isinstance(live, list):
        items = enumerate(live)
        return [_veiled(item, *(_inside(side, index) for side in sides)) for index, item in items]
    is_hidden = isinstance(live, str) and live not in (MASKED, SECRET_LOST) and any(map(_has_secret, sides))
    return MASK if is_hidden else live


def _is_one(path: Path, desired: Any, live: Any, base: Any) -> bool:
    """Tell whether two sides must not be mixed: both changed, and each into a shape of its own.

    Half of one and half of the other would be what nobody wrote.
    """
    if base is live:
        return False
    if isinstance(desired, list) and isinstance(live, list):
        is_apart = len(desired) != len(live)
    elif isinstance(desired, dict) and isinstance(live, dict):
        is_apart = (ITEMS_KEY in desired) != (ITEMS_KEY in live)
        if path[:1] == ("authentication",):
            is_apart = any(desired.get(key) != live.get(key) for key in _SHAPES_OF_ACCESS)
    else:
        return False
    return is_apart and not _same(desired, base) and differs(base, live)


def differs(ours: Any, live: Any) -> bool:
    """Tell whether live is known to hold something else than `ours`; each may be :data:`ABSENT`."""
    return any(change.verdict is not Verdict.UNKNOWABLE for change in _compare((), ours, live, live))


def is_writable(path: Path, live: Any) -> bool:
    """Tell whether what is live can be sent back: nothing is masked or looks like a credential."""
    if isinstance(live, dict):
        return all(is_writable((*path, key), member) for key, member in live.items())
    if isinstance(live, list):
        return all(is_writable((*path, index), item) for index, item in enumerate(live))
    is_hidden = live in (MASKED, SECRET_LOST)
    return live is ABSENT or bool(not is_hidden and same_json(presentable(path, live), live))


def with_live(desired: Document, live: Document, paths: Iterable[Path]) -> Document:
    """Return `desired` with the fields at `paths`, as :func:`compare` names them, as they are live."""
    root: Any = {"": _copy(desired)}
    gone: list[tuple[Any, str | int]] = []
    for path in paths:
        node: Any = root
        value: Any = live
        last = path[-1]
        for part in ("", *path[:-1]):
            node = node[part]
        for part in path:
            value = _inside(value, part)
        if value is ABSENT:
            gone.append((node, last))
        elif isinstance(node, list) and last == len(node):
            node.append(value)
        else:
            node[last] = value
    for node, last in reversed(gone):
        del node[last]
    document: Document = root[""]
    return document


def without_secrets(live: Document, paths: Iterable[Path]) -> Document:
    """Return what is live as it may be kept: no text at the `paths` of secrets, no credential typed in."""
    shown: Document = presentable((), with_mask(live, paths, MASK))
    return shown


def with_mask(live: Document, paths: Iterable[Path], mask: str = MASKED) -> Document:
    """Return what is live with a mask in the place of each text at `paths`."""
    masked: Document = _copy(live)
    for path in paths:
        node: Any = masked
        for part in path[:-1]:
            node = _inside(node, part)
        text = _inside(node, path[-1])
        if isinstance(text, str) and text not in (MASKED, SECRET_LOST):
            node[path[-1]] = mask
    return masked


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(member) for key, member in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def presentable(path: Path, live: Any) -> Any:
    """Hide what was typed into a header or parameter that usually holds a credential, or looks like one."""
    if live == SECRET_LOST:
        return live
    if isinstance(live, str) and path[:2] in _PARAMETERS and _is_credential(path[2:], live):
        return MASK
    if isinstance(live, dict):
        return {key: presentable((*path, key), member) for key, member in live.items()}
    return live


def _is_credential(names: Path, live: str) -> bool:
    return bool(_SCHEME.match(live)) or any(_CREDENTIAL.search(str(name)) for name in names)


def classify(desired: Any, live: Any, base: Any) -> Verdict:
    """Tell who changed one field since the base; each may be :data:`ABSENT`.

    A secret whose reference we changed is ours although nobody can compare it, and so is a text of ours where
    a sandbox copy left its placeholder: that is nobody's change.
    """
    if live == SECRET_LOST and isinstance(desired, str) and desired != live:
        return Verdict.OURS
    if not _is_knowable(desired, live):
        return Verdict.OURS if _has_secret(base) and not _same(desired, base) else Verdict.UNKNOWABLE
    ours_changed = not _same(desired, base)
    theirs_changed = _is_knowable(base, live) and not _same(live, base)
    if theirs_changed and isinstance(base, dict) and isinstance(live, dict):
        theirs_changed = not _same_sort(base, live) or differs(base, live)
    if _same(desired, live):
        return Verdict.AGREED if ours_changed and theirs_changed else Verdict.UNCHANGED
    if ours_changed and theirs_changed:
        return Verdict.CONFLICT
    return Verdict.OURS if ours_changed else Verdict.THEIRS


def _is_knowable(desired: Any, live: Any) -> bool:
    """Tell whether live can be compared at all: a mask can't, nor what we must not read to know a secret."""
    if isinstance(live, str) and live == MASKED:
        return desired is ABSENT
    return not (_has_secret(desired) and isinstance(live, str) and live != SECRET_LOST)


def _has_secret(value: Any) -> bool:
    return isinstance(value, str) and any(True for _ in secret_refs(value))


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
