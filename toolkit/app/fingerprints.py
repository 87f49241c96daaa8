"""Which secrets are sent again: those that are asked for, and those that changed since the last sync."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from toolkit.core.errors import AjoError
from toolkit.core.fingerprint import MIN_KEY_BYTES, keyed_fingerprint
from toolkit.core.redact import Secret
from toolkit.model.catalog import Catalog, Resource, ResourceKey
from toolkit.model.text import SecretRef, parse_text
from toolkit.plan.decide import secrets_of
from toolkit.plan.types import Plan, Resend, ResendReason, StepKind
from toolkit.platform.port import SecretResolver
from toolkit.workspace.git import Moved
from toolkit.workspace.secret_state import Place, Recorded, recorded, to_record
from toolkit.workspace.settings import Target
from toolkit.workspace.synced import Standing

RESEND = "--resend-secrets"
_SHOWN = 5
"""Names in one sentence; who needs all of them asks `ajo secrets check`."""


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """What was recorded at the last sync, and what it would be now; `missing` are secrets that are not here.

    `why_none` says why nothing can be told, if so.
    """

    recorded: Recorded = field(default_factory=Recorded)
    now: Mapping[Place, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    why_none: str = ""

    def changed(self, desired: Catalog) -> dict[ResourceKey, tuple[Resend, ...]]:
        """Return the secrets of each resource whose fingerprint is another than at the last sync."""
        found: dict[ResourceKey, tuple[Resend, ...]] = {}
        for resource in desired:
            each = (
                Resend(reference, ResendReason.CHANGED)
                for reference, place in _places(resource)
                if self._is_changed(place)
            )
            if resends := tuple(each):
                found[resource.key] = resends
        return found

    def _is_changed(self, place: Place) -> bool:
        before, now = self.recorded.fingerprints.get(place), self.now.get(place)
        return before is not None and now is not None and before != now

    def notes(self, desired: Catalog, plan: Plan) -> Iterator[str]:
        """Say of which secrets that no step sends anyway nobody can tell whether they changed."""
        sent = {step.key for step in plan.steps}
        unsent = [use for resource in desired if resource.key not in sent for use in _places(resource)]
        if not unsent:
            return
        begin = "whether secrets changed since the last sync can't be told"
        if self.why_none:
            yield f"{begin}: {self.why_none}"
            return
        paths = dict.fromkeys(reference.path for reference, _ in unsent)
        if missing := [path for path in paths if path in self.missing]:
            yield f"{begin} for {_few(missing)}: {self.missing[missing[0]]}"
        if self.recorded.why_none:
            yield f"{begin}: {self.recorded.why_none}; `ajo sync {RESEND}` sends and records all of them"
            return
        new = [
            f"{reference.path} of {place[1]}"
            for reference, place in unsent
            if reference.path not in self.missing and place not in self.recorded.fingerprints
        ]
        if new:
            yield f"{begin} for {_few(new)}: nothing is recorded of it yet; {RESEND} sends and records it"

    def after(self, desired: Catalog, plan: Plan) -> dict[Place, str]:
        """Return what is to be recorded after every step is done: what was sent, and what nobody touched."""
        sent = {step.key for step in plan.steps if step.kind is not StepKind.DELETE}
        found: dict[Place, str] = {}
        for resource in desired:
            source = self.now if resource.key in sent else self.recorded.fingerprints
            found |= {place: source[place] for _, place in _places(resource) if place in source}
        return found

    def moves(self, stood: Standing, desired: Catalog, plan: Plan) -> tuple[Moved, ...]:
        """Write what is to be recorded beside the synced commit, where there is a key; raises GitError."""
        if self.why_none:
            return ()
        after = self.after(desired, plan)
        is_same = stood.before == stood.commit and after == dict(self.recorded.fingerprints)
        if is_same and not self.recorded.why_none:
            return ()
        return (to_record(stood, self.recorded, after),)


def fingerprints_of(
    target: Target, desired: Catalog, stood: Standing | None, resolve: SecretResolver
) -> Fingerprints | None:
    """Return the fingerprints of a target's secrets, or None without a key in its settings.

    Raises :class:`AjoError` AJO340 for a key that could be guessed.
    """
    if target.secret_fingerprint_key is None:
        return None
    if stood is None:
        return Fingerprints(why_none="this is no git repository with a commit")
    (reference,) = (part for part in parse_text(target.secret_fingerprint_key) if isinstance(part, SecretRef))
    try:
        key = resolve(reference)
    except AjoError as error:
        return Fingerprints(why_none=error.message)
    if len(key.reveal().encode()) < MIN_KEY_BYTES:
        message = f"the secret {reference.path} is too short for a key: {MIN_KEY_BYTES} characters are needed"
        raise AjoError("AJO340", message, fix="Make one with `openssl rand -hex 32`.")
    now: dict[Place, str] = {}
    missing: dict[str, str] = {}
    for resource in desired:
        for needed, place in _places(resource):
            try:
                now[place] = _fingerprint(key, target, place, resolve(needed))
            except AjoError as error:
                missing[needed.path] = error.message
    return Fingerprints(recorded(stood), now, missing)


def asked_for(desired: Catalog, patterns: Sequence[str]) -> dict[ResourceKey, tuple[Resend, ...]]:
    """Return the secrets that `patterns` ask to send again, by names of definitions or paths of secrets.

    Raises :class:`AjoError` AJO308 for a pattern that is about none.
    """
    found: dict[ResourceKey, tuple[Resend, ...]] = {}
    used: set[str] = set()
    for resource in desired:
        for reference, _ in _places(resource):
            hits = [each for each in patterns if _is_about(each, resource, reference)]
            used.update(hits)
            if hits:
                resend = Resend(reference, ResendReason.ASKED)
                found[resource.key] = (*found.get(resource.key, ()), resend)
    if unused := [each for each in patterns if each not in used]:
        message = f"nothing that sends a secret, and no secret, is called {', '.join(unused)}"
        raise AjoError("AJO308", message, fix="`ajo secrets check` lists secrets and who sends them.")
    return found


def together(*sides: Mapping[ResourceKey, Sequence[Resend]]) -> dict[ResourceKey, tuple[Resend, ...]]:
    """Join what is sent again for several reasons; the first that a secret has counts."""
    found: dict[ResourceKey, dict[str, Resend]] = {}
    for side in sides:
        for key, resends in side.items():
            for each in resends:
                found.setdefault(key, {}).setdefault(each.reference.path, each)
    return {key: tuple(resends.values()) for key, resends in found.items()}


def _is_about(pattern: str, resource: Resource, reference: SecretRef) -> bool:
    return fnmatchcase(resource.name, pattern) or fnmatchcase(reference.path, pattern)


def _places(resource: Resource) -> Iterator[tuple[SecretRef, Place]]:
    for reference in secrets_of(resource):
        yield reference, (resource.key.kind, resource.key.identity, reference.path)


def _fingerprint(key: Secret, target: Target, place: Place, secret: Secret) -> str:
    return keyed_fingerprint(key, [target.organisation, target.sandbox, *place], secret)


def _few(names: Iterable[str]) -> str:
    first = list(dict.fromkeys(names))
    more = f" and {len(first) - _SHOWN} more" if len(first) > _SHOWN else ""
    return ", ".join(first[:_SHOWN]) + more
