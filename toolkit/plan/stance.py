"""How a plan treats what somebody else did on the platform since the base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from toolkit.core.pointer import Path
from toolkit.model.catalog import Catalog, Resource, ResourceKey
from toolkit.plan.types import Resend


class Handling(StrEnum):
    """What becomes of a change on the platform: it stops the plan, gives way to the file, or stays."""

    REFUSE = "refuse"
    OVERWRITE = "overwrite"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Waiver:
    """A drift that the team accepts until a day (that day included): a field, or with ``()`` all of it."""

    kind: str
    name: str
    path: Path
    reason: str
    until: date

    def covers(self, resource: Resource, path: Path) -> bool:
        """Tell whether the field at `path` of `resource` is waived."""
        is_named = (self.kind, self.name) == (resource.key.kind, resource.name)
        return is_named and path[: len(self.path)] == self.path


@dataclass(frozen=True, slots=True)
class Stance:
    """What is done about drift and conflicts; `waivers` are those that hold on the day of the plan.

    With `adopt`, what is live under a definition's identity and never was ours counts as its base. `resends`
    are the secrets that are sent again, by the resource that sends them.
    """

    on_drift: Handling = Handling.OVERWRITE
    on_conflict: Handling = Handling.REFUSE
    waivers: tuple[Waiver, ...] = ()
    adopt: bool = False
    resends: Mapping[ResourceKey, tuple[Resend, ...]] = field(default_factory=dict)

    def waiver(self, resource: Resource, path: Path) -> Waiver | None:
        """Return what waives the field at `path`."""
        return next((item for item in self.waivers if item.covers(resource, path)), None)


@dataclass(frozen=True, slots=True)
class Base:
    """What was ours: the definitions at the last synced commit, and every version committed since.

    `revision` is how people name that commit. What stands in neither never was ours. `secret_hosts` binds
    secrets to hosts, as the settings of that commit say. `named_at` tells when a commit since first named a
    resource, in seconds since 1970. `days_of_evidence` is how old evidence may be by those settings, None
    where they demand none.
    """

    catalog: Catalog = field(default_factory=Catalog)
    since: tuple[Resource, ...] = ()
    revision: str = ""
    secret_hosts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    named_at: Mapping[ResourceKey, int] = field(default_factory=dict)
    days_of_evidence: int | None = None

    def history(self) -> dict[ResourceKey, Known]:
        """Return what is known of each resource."""
        versions: dict[ResourceKey, list[Resource]] = {each.key: [each] for each in self.catalog}
        for each in self.since:
            known = versions.setdefault(each.key, [])
            if all(each.document != other.document or each.protected != other.protected for other in known):
                known.append(each)
        return {
            key: Known(self.catalog.get(key), tuple(known), self.named_at.get(key, 0))
            for key, known in versions.items()
        }


@dataclass(frozen=True, slots=True)
class Known:
    """One resource since the base: as it was there, if it was, and all versions, the oldest first.

    `named_at` is when a commit since the base first named it, in seconds since 1970; 0 where nobody knows.
    """

    base: Resource | None = None
    versions: tuple[Resource, ...] = ()
    named_at: int = 0

    def came_after(self, live: Resource) -> bool:
        """Tell whether `live` was there before any definition named it, so that no sync of ours made it."""
        made_at = live.remote.made_at if live.remote else 0
        return self.base is None and 0 < made_at < self.named_at

    @property
    def protected(self) -> bool:
        """Tell whether any version was protected: to lift that and delete takes two syncs."""
        return any(version.protected for version in self.versions)
