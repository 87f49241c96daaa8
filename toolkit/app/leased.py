"""A lease of a target while it is written to: taken on a git remote, renewed, and required for each write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from toolkit.core.errors import AjoError
from toolkit.model.catalog import RemoteRef, Resource, ResourceKey
from toolkit.platform.port import Edit, LiveState, Platform, Written
from toolkit.workspace.git import Repository
from toolkit.workspace.git_process import GitError
from toolkit.workspace.holder import this_process
from toolkit.workspace.lease import Application, Clock, Lease, place_of, take
from toolkit.workspace.load import Grounds
from toolkit.workspace.remote import Remote, said
from toolkit.workspace.synced import reference_of


@dataclass(frozen=True, slots=True)
class Manner:
    """How a target is held: `say` hears what people should know; `remote` has the lease, None for none."""

    environment: Mapping[str, str]
    say: Callable[[str], None]
    remote: str | None = None
    now: Clock = lambda: datetime.now(UTC)


@contextmanager
def leased(grounds: Grounds, target: str, command: str, manner: Manner) -> Iterator[Lease | None]:
    """Hold the lease of a target while the block runs, if there is to be one.

    Raises :class:`AjoError` AJO624, AJO625, AJO627 where what was synced last is not known here, and AJO820
    outside of a repository.
    """
    if manner.remote is None:
        yield None
        return
    repository = Repository.around(grounds.root, manner.environment)
    holder = this_process(place_of(grounds.root, manner.environment), command, manner.now())
    duration = timedelta(minutes=grounds.settings.targets[target].lease_minutes)
    asked = Application(target, _head(repository), holder, duration)
    remote = Remote(repository, manner.remote, manner.environment)
    lease = take(remote, asked, manner.now)
    try:
        _require_known(remote, target)
        if lease.taken_over:
            manner.say(f"the lease of target {target} had ended and is taken over from {lease.taken_over}")
        yield lease
    finally:
        if trouble := lease.release():
            manner.say(trouble)


def _require_known(remote: Remote, target: str) -> None:
    """Raise :class:`AjoError` AJO627 where a sync of another clone moved what this one takes for the base."""
    name = reference_of(target)
    try:
        there, here = remote.references(name).get(name), remote.repository.reference(name)
    except (GitError, AjoError) as error:
        raise AjoError("AJO625", f"{name} of remote {remote.name}: {said(error)}") from None
    if there is None or there == here or (here and remote.repository.is_ancestor(there, here)):
        return
    shown = f"at {here[:12]} here" if here else "not there in this clone"
    raise AjoError("AJO627", f"{name} is at {there[:12]} on remote {remote.name}, and {shown}")


def _head(repository: Repository) -> str:
    try:
        return repository.commit("HEAD")
    except AjoError:  # nothing is committed yet
        return ""


class LeasedPlatform:
    """A platform that is written to only while a lease holds; raises :class:`AjoError` AJO626 before a write.

    The lease is renewed before what is live is read again, not between that and the write: there another's
    edit would go unseen. A read never fails for it, so what a write did can still be found out.
    """

    def __init__(self, platform: Platform, lease: Lease) -> None:
        self._platform, self._lease = platform, lease

    def read(self) -> LiveState:
        """List everything."""
        return self._platform.read()

    def find(self, key: ResourceKey) -> Resource | None:
        """Look a resource up by its identity in a fresh list."""
        self._lease.keep()
        return self._platform.find(key)

    def fetch(self, key: ResourceKey, remote: RemoteRef) -> Resource | None:
        """Read one resource afresh; None when it is gone."""
        self._lease.keep()
        return self._platform.fetch(key, remote)

    def create(self, resource: Resource) -> Written:
        """Create and read back."""
        self._lease.keep()
        self._lease.require()
        return self._platform.create(resource)

    def update(self, resource: Resource, remote: RemoteRef) -> Written:
        """Replace and read back."""
        self._lease.require()
        return self._platform.update(resource, remote)

    def delete(self, key: ResourceKey, remote: RemoteRef) -> Written:
        """Remove the resource."""
        self._lease.require()
        return self._platform.delete(key, remote)

    def edits_since(self, moment: datetime) -> Sequence[Edit] | None:
        """Return what the platform's log says was done after `moment`."""
        return self._platform.edits_since(moment)

    def close(self) -> None:
        """Give connections back."""
        self._platform.close()
