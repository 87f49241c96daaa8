"""When to misbehave, and how: rules as data, counted and drawn the same way in every run."""

from __future__ import annotations

import fnmatch
import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from toolkit.emulator.refusals import Refusal
from toolkit.emulator.wire import JsonObject

STATUSES: Final = (401, 403, 404, 409, 429, 500, 502, 503, 504)
"""What :data:`KINDS`' ``status`` may answer."""

BEFORE, AFTER = "before", "after"
"""The moments of a fault: before the platform sees the request, or after it did what was asked."""

MAX_SECONDS: Final = 600.0

_PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "latency": {"seconds": 1.0},
    "refuse": {"seconds": 1.0},
    "reset": {"moment": BEFORE},
    "truncate": {},
    "malformed": {},
    "wrong-type": {},
    "drip": {"seconds": 1.0, "pieces": 10},
    "status": {"status": 503, "moment": BEFORE, "retryAfter": None},
    "duplicate": {},
    "stale": {"seconds": 1.0, "reads": None},
    "edit": {"moment": AFTER, "collection": "actions", "name": None, "changes": None},
}
KINDS: Final = tuple(_PARAMETERS)
"""Every way to misbehave:

``latency`` waits `seconds` before the request is seen. ``refuse`` drops the connection unanswered, all other
connections too, and accepts none for `seconds`. ``reset`` drops it before or after the request was carried
out. ``truncate`` ends the connection in the middle of the answer, ``malformed`` cuts the JSON, ``wrong-type``
answers HTML, ``drip`` sends the answer in `pieces` over `seconds`. ``status`` answers an error, before or
after the request was carried out. ``duplicate`` delivers the request twice and answers what the second
delivery brought. ``stale`` shows the sandbox to readers as it was before this write, for `seconds` or for so
many `reads`. ``edit`` lets somebody else change the element `name` of `collection` before or after the
request: `changes` is a JSON merge patch, null removes the element.
"""

_WHEN: Mapping[str, Any] = {
    "method": None,
    "path": "*",
    "sandbox": None,
    "nth": None,
    "times": None,
    "probability": None,
    "seed": 0,
}


@dataclass
class FaultRule:
    """One way to misbehave, and for which requests; counts what it saw and how often it struck.

    Requests match by `method`, `path` (``*`` stands for any text) and `sandbox`. Of those, ``nth`` strikes
    the ones at these positions (from 1), ``probability`` each with that chance, drawn from ``seed``; without
    either all are struck. ``times`` ends it after so many.
    """

    id: int
    kind: str
    parameters: JsonObject
    when: JsonObject
    seen: int = 0
    struck: int = 0
    _chance: random.Random = field(default_factory=random.Random, repr=False)

    def strikes(self, method: str, path: str, sandbox: str) -> bool:
        """Count a request, and tell whether it is one to misbehave for; to be asked once for each."""
        if not self._matches(method, path, sandbox):
            return False
        self.seen += 1
        hit = self._is_due() and (self.when["times"] is None or self.struck < self.when["times"])
        self.struck += hit
        return hit

    def _matches(self, method: str, path: str, sandbox: str) -> bool:
        return (
            self.when["method"] in (None, method)
            and self.when["sandbox"] in (None, sandbox)
            and fnmatch.fnmatchcase(path, self.when["path"])
        )

    def _is_due(self) -> bool:
        if self.when["probability"] is not None:
            return bool(self._chance.random() < self.when["probability"])
        return self.when["nth"] is None or self.seen in self.when["nth"]

    def shown(self) -> JsonObject:
        """The rule as the administration API gives it."""
        stated = {key: value for key, value in {**self.parameters, **self.when}.items() if value is not None}
        return {"id": self.id, "fault": self.kind, **stated, "seen": self.seen, "struck": self.struck}


class FaultRules:
    """The rules in force, in the order they were added; safe to use from several threads."""

    def __init__(self) -> None:
        self._rules: list[FaultRule] = []
        self._next = 1
        self._lock = threading.Lock()

    def add(self, *stated: Any) -> list[FaultRule]:
        """Put rules in force, all or none; raises a 400 :class:`Refusal` that says what is wrong with one."""
        read = [read_rule(each) for each in stated]
        added = []
        with self._lock:
            for kind, parameters, when in read:
                chance = random.Random(when["seed"])
                added.append(FaultRule(self._next, kind, parameters, when, _chance=chance))
                self._next += 1
            self._rules.extend(added)
        return added

    def remove(self, rule_id: int | None = None) -> int:
        """Take one rule out of force, or all; says how many."""
        with self._lock:
            kept = [rule for rule in self._rules if rule_id is not None and rule.id != rule_id]
            removed = len(self._rules) - len(kept)
            self._rules = kept
        return removed

    def striking(self, method: str, path: str, sandbox: str) -> FaultRule | None:
        """Count a request with every rule; the first that strikes is the one that counts."""
        if not self._rules:
            return None
        with self._lock:
            struck = [rule for rule in self._rules if rule.strikes(method, path, sandbox)]
        return struck[0] if struck else None

    def shown(self) -> list[JsonObject]:
        """All rules as the administration API gives them."""
        with self._lock:
            return [rule.shown() for rule in self._rules]


def read_rule(stated: Any) -> tuple[str, JsonObject, JsonObject]:
    """The kind, the parameters and the conditions of a rule as it is stated, defaults filled in.

    Raises:
        Refusal: 400, saying what is wrong.
    """
    if not isinstance(stated, dict):
        raise _wrong("a fault is a JSON object")
    kind = stated.get("fault")
    if not isinstance(kind, str) or kind not in KINDS:
        raise _wrong(f"fault has to be one of {', '.join(KINDS)}")
    known = {"fault", *_PARAMETERS[kind], *_WHEN}
    unknown = sorted(set(stated) - known)
    if unknown:
        raise _wrong(f"{kind} knows no {', '.join(unknown)}; it knows {', '.join(sorted(known))}")
    for name, value in stated.items():
        check = _CHECKS.get(name)
        if value is not None and check is not None and not check[0](value):
            raise _wrong(f"{name} has to be {check[1]}")
    parameters = {name: stated.get(name, default) for name, default in _PARAMETERS[kind].items()}
    if kind == "edit" and not parameters["name"]:
        raise _wrong("edit needs the name of what somebody else changes")
    when = {name: stated.get(name, default) for name, default in _WHEN.items()}
    if isinstance(when["nth"], int):
        when["nth"] = [when["nth"]]
    return kind, parameters, when


def _wrong(message: str) -> Refusal:
    return Refusal(400, 400, message)


def _is_count(value: Any) -> bool:
    return type(value) is int and 1 <= value <= 1_000_000


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 1000


_CHECKS: Mapping[str, tuple[Any, str]] = {
    "method": (lambda value: value in ("GET", "HEAD", "POST", "PUT", "DELETE"), "an HTTP method"),
    "path": (_is_text, "a path, with * for any text"),
    "sandbox": (_is_text, "the name of a sandbox"),
    "nth": (
        lambda value: _is_count(value) or (isinstance(value, list) and value and all(map(_is_count, value))),
        "a position from 1, or a list of such",
    ),
    "times": (_is_count, "a count from 1"),
    "probability": (lambda value: _is_number(value) and 0 <= value <= 1, "a number from 0 to 1"),
    "seed": (lambda value: type(value) is int, "an integer"),
    "seconds": (lambda value: _is_number(value) and 0 <= value <= MAX_SECONDS, "seconds from 0 to 600"),
    "pieces": (_is_count, "a count from 1"),
    "reads": (_is_count, "a count from 1"),
    "moment": (lambda value: value in (BEFORE, AFTER), "before or after"),
    "status": (lambda value: type(value) is int and value in STATUSES, f"one of {STATUSES}"),
    "retryAfter": (
        lambda value: _is_text(value) or (type(value) is int and 0 <= value <= MAX_SECONDS),
        "seconds, or the text of the header Retry-After",
    ),
    "collection": (
        lambda value: value in ("actions", "endpointConfigs", "throttlingConfigs"),
        "actions, endpointConfigs or throttlingConfigs",
    ),
    "name": (_is_text, "a text"),
    "changes": (lambda value: isinstance(value, dict), "a JSON object, or null to remove the element"),
}
"""What each member of a rule has to be, and how to say so."""
