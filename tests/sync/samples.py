"""Plans made and carried out against the platform in memory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.fake_platform import FakePlatform
from tests.plan.samples import SCOPE, action, capping
from toolkit.model.catalog import Catalog, Resource
from toolkit.plan.compute import compute
from toolkit.plan.guard import approve
from toolkit.plan.stance import Base, Handling, Stance
from toolkit.plan.types import Plan, Policy
from toolkit.sync.receipt import Receipt
from toolkit.sync.runner import RunOptions, run

OURS = [action("Old"), capping("https://old.example.com/*")]
"""What was ours and has left the files."""


def plan_for(
    platform: FakePlatform, desired: Iterable[Resource], base: Iterable[Resource] | None = None
) -> Plan:
    live = platform.read().catalog
    ours = None if base is None else Base(Catalog.of(base))
    return compute(SCOPE, Catalog.of(desired), live, ours, stance=Stance(on_conflict=Handling.OVERWRITE))


def carry_out(platform: FakePlatform, plan: Plan, **options: Any) -> Receipt:
    return run(approve(plan, Policy(allow_destroy=True), "ada"), platform, RunOptions(**options))


def sync(platform: FakePlatform, desired: Iterable[Resource], **options: Any) -> Receipt:
    return carry_out(platform, plan_for(platform, desired), **options)
