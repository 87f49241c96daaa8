"""A kind that is not ours, held to its promise at every call: it answers what it should, or says why not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from toolkit.core.canonical import dump_json, parse_json, same_json
from toolkit.core.errors import AjoError
from toolkit.model.catalog import Catalog, JourneyUse, RemoteRef, Resource, ResourceKey, identity_of
from toolkit.model.kinds import KINDS
from toolkit.platform.port import LiveState, OtherResource, Outcome, Platform, PlatformError, Written
from toolkit.platform.veil import Veil

METHODS = ("read", "find", "fetch", "create", "update", "delete", "close")
"""What a platform has to have."""

Answer = TypeVar("Answer")


class WrongAnswer(Exception):
    """An answer is not what was promised; the message says how, and holds nothing of the answer's values."""


class Guarded:
    """A platform of a kind that is not ours.

    Args:
        platform: the foreign one.
        shown: how errors name it.
        veil: knows the secrets that it was given.
    """

    def __init__(self, platform: Platform, shown: str, veil: Veil) -> None:
        self._platform, self._shown, self._veil = platform, shown, veil

    def read(self) -> LiveState:
        """List everything."""
        return self._asked("read", self._platform.read, _live_state)

    def find(self, key: ResourceKey) -> Resource | None:
        """Look a resource up by its identity."""
        return self._asked("find", lambda: self._platform.find(key), lambda found: _maybe(found, key))

    def fetch(self, key: ResourceKey, remote: RemoteRef) -> Resource | None:
        """Read one resource afresh; None when it is gone."""
        return self._asked("fetch", lambda: self._platform.fetch(key, remote), _maybe)

    def create(self, resource: Resource) -> Written:
        """Create and read back."""
        return self._asked(
            "create",
            lambda: self._platform.create(resource),
            lambda found: _written(found, resource.key),
            Outcome.UNKNOWN,
        )

    def update(self, resource: Resource, remote: RemoteRef) -> Written:
        """Replace and read back."""
        return self._asked(
            "update",
            lambda: self._platform.update(resource, remote),
            lambda found: _written(found, resource.key),
            Outcome.UNKNOWN,
        )

    def delete(self, key: ResourceKey, remote: RemoteRef) -> Written:
        """Remove."""
        return self._asked("delete", lambda: self._platform.delete(key, remote), _removed, Outcome.UNKNOWN)

    def edits_since(self, moment: datetime) -> None:
        """Say that there is no log: none is asked for of a kind that is not ours."""

    def close(self) -> None:
        """Give back what was taken."""
        self._asked("close", self._platform.close, lambda _: None)

    def _asked(
        self,
        name: str,
        call: Callable[[], object],
        check: Callable[[Any], Answer],
        outcome: Outcome = Outcome.REFUSED,
    ) -> Answer:
        """Call, and check what comes back; `outcome` is what is known when it does something else."""
        try:
            return check(call())
        except WrongAnswer as wrong:
            message = f"{self._shown} answers {name} wrongly: {self._veil.shown(str(wrong))}"
        except PlatformError as error:
            raise self._of_its_own(error) from None
        except AjoError as error:
            raise PlatformError(
                error.code, f"{self._shown}: {self._veil.shown(error.message)}", fix=error.fix
            ) from None
        except (Exception, SystemExit) as error:  # noqa: BLE001  # a package may do anything
            words = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            message = f"{self._shown} failed in {name}: {self._veil.shown(words)}"
        raise PlatformError("AJO514", message, outcome=outcome)

    def _of_its_own(self, error: PlatformError) -> PlatformError:
        return PlatformError(
            error.code,
            f"{self._shown}: {self._veil.shown(error.message)}",
            fix=self._veil.shown(error.fix),
            outcome=error.outcome,
            status=error.status,
            request_id=self._veil.shown(error.request_id),
            path=error.path,
            request_ids=tuple(map(self._veil.shown, error.request_ids)),
            service_code=self._veil.shown(error.service_code),
        )


def _live_state(found: Any) -> LiveState:
    _expect(found, LiveState, "a LiveState")
    _expect(found.catalog, Catalog, "a Catalog in it")
    for key, resource in found.catalog.resources.items():
        _maybe(resource, key)
    for other in found.others:
        _expect(other, OtherResource, "an OtherResource among the others")
        if not all(isinstance(text, str) for text in (other.kind, other.name, other.uid, other.reason)):
            raise WrongAnswer("an OtherResource of texts was expected")
    return found  # type: ignore[no-any-return]


def _written(found: Any, key: ResourceKey) -> Written:
    _expect(found, Written, "a Written")
    _expect(found.resource, Resource, "the resource as it reads back in it")
    _maybe(found.resource, key)
    return _with_ids(found)


def _removed(found: Any) -> Written:
    _expect(found, Written, "a Written")
    if found.resource is not None:
        raise WrongAnswer("a Written without a resource was expected after a removal")
    return _with_ids(found)


def _with_ids(found: Any) -> Written:
    if not isinstance(found.request_ids, tuple) or not all(isinstance(one, str) for one in found.request_ids):
        raise WrongAnswer("request_ids are texts in a tuple")
    return found  # type: ignore[no-any-return]


def _maybe(found: Any, key: ResourceKey | None = None) -> Resource | None:
    """Check one resource: of a kind that is known, live, in JSON, and the one that `key` names."""
    if found is None:
        return None
    _expect(found, Resource, "a Resource or None")
    _expect(found.key, ResourceKey, "a ResourceKey")
    kind = found.key.kind
    if not isinstance(kind, str) or kind not in KINDS:
        raise WrongAnswer(f"a resource of one of the kinds {', '.join(KINDS)} was expected")
    _check_remote(found.remote)
    try:
        if not same_json(parse_json(dump_json(found.document)), found.document):
            raise WrongAnswer(f"the document of a {kind} holds other numbers or keys than exact JSON has")
        identity = identity_of(kind, found.document)
    except (TypeError, KeyError, ValueError, AttributeError, RecursionError):
        raise WrongAnswer(f"the document of a {kind} is no comparable one") from None
    if identity != found.key.identity or (key is not None and found.key != key):
        raise WrongAnswer(f"the key of a {kind} is not that of its document, or of what was asked for")
    return found  # type: ignore[no-any-return]


def _check_remote(remote: Any) -> None:
    _expect(remote, RemoteRef, "a RemoteRef with each live resource")
    if not all(isinstance(text, str) for text in (remote.uid, remote.fingerprint, remote.state)):
        raise WrongAnswer("uid, fingerprint and state of a RemoteRef are texts")
    if not remote.uid or not remote.fingerprint:
        raise WrongAnswer("uid and fingerprint of a RemoteRef are not empty")
    if not isinstance(remote.used_in, tuple) or not all(
        isinstance(use, JourneyUse) for use in remote.used_in
    ):
        raise WrongAnswer("used_in of a RemoteRef is a tuple of JourneyUse")


def _expect(found: Any, wanted: type, words: str) -> None:
    if not isinstance(found, wanted):
        raise WrongAnswer(f"{words} was expected, not {type(found).__name__}")
