"""A sync under a lease: renewed while it runs, stopped before the next write once it is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.fake_platform import FakePlatform, Trouble
from tests.plan.samples import action
from tests.sync.samples import plan_for
from tests.workflows.runner import git
from tests.workspace.leasing import DURATION, NOON, Place, bare_with_a_commit
from toolkit.app.leased import Manner
from toolkit.app.sync import Pace, alone, carry_out
from toolkit.core.codes import Exit
from toolkit.core.errors import AjoError
from toolkit.core.redact import Secret
from toolkit.model.catalog import Resource, ResourceKey
from toolkit.model.text import SecretRef
from toolkit.plan.guard import approve
from toolkit.plan.types import Plan, Policy
from toolkit.sync.receipt import Receipt, RowStatus
from toolkit.workspace.lease import GRACE
from toolkit.workspace.load import Grounds, open_grounds

ALPHA, BETA, GAMMA = action("Alpha"), action("Beta"), action("Gamma")


def no_secret(reference: SecretRef) -> Secret:
    raise AssertionError("none is needed")


@dataclass(slots=True)
class Team:
    """Two clones of a repository whose target ``prod`` has a lease; `said` is what people were told."""

    place: Place
    said: list[str] = field(default_factory=list)

    def grounds(self, clone: str) -> Grounds:
        root = self.place.clone(clone)
        (root / "ajo.toml").write_text('[targets.prod]\nkind = "directory"\npath = "export"\n')
        return open_grounds(root)

    def manner(self, clone: str) -> Manner:
        environment = {**self.place.remote(clone).environment, "XDG_STATE_HOME": str(self.place.top / clone)}
        return Manner(environment, self.said.append, "origin", self.place.clock)

    def sync(self, platform: FakePlatform, plan: Plan, clone: str = "one") -> Receipt:
        approved = approve(plan, Policy(allow_destroy=True), "ada")
        with alone(self.grounds(clone), "prod", "ajo sync", self.manner(clone)) as account:
            return carry_out(approved, platform, no_secret, Pace(1), account=account)

    def taken_by_another(self) -> None:
        """Let the lease end and another have it."""
        self.place.clock.at += DURATION + GRACE
        self.place.take("two")


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(bare_with_a_commit(tmp_path))


def once(operation: str, act: Callable[[], None]) -> Callable[[str, ResourceKey], None]:
    """Something that happens when an operation is first asked for."""
    left = [act]

    def on_call(asked: str, key: ResourceKey) -> None:
        if asked == operation and left:
            left.pop()()

    return on_call


def endings(receipt: Receipt) -> list[tuple[RowStatus, str]]:
    return [(row.status, row.code) for row in receipt.rows]


def test_the_lease_is_held_while_the_plan_is_carried_out_and_gone_afterwards(team: Team) -> None:
    seen: list[str] = []
    platform = FakePlatform(on_call=once("create", lambda: seen.append(team.place.there())))
    assert team.sync(platform, plan_for(platform, [ALPHA])).complete
    assert (bool(seen[0]), team.place.there(), team.said) == (True, "", [])


def test_a_lease_is_given_back_when_something_breaks(team: Team) -> None:
    with (
        pytest.raises(RuntimeError),
        alone(team.grounds("one"), "prod", "ajo sync", team.manner("one")),
    ):
        raise RuntimeError
    assert team.place.there() == ""


def test_a_sync_that_takes_longer_than_its_lease_renews_it(team: Team) -> None:
    refused: list[str] = []

    def slow(operation: str, key: ResourceKey) -> None:
        if operation == "create":
            team.place.clock.pass_by(minutes=7)
            refused.append(team.place.refused("two").code)

    platform = FakePlatform(on_call=slow)
    plan = plan_for(platform, [ALPHA, BETA, GAMMA, action("Delta")])
    assert team.sync(platform, plan).complete
    assert team.place.clock.at - NOON > DURATION
    assert refused == ["AJO624"] * 4


def test_a_lost_lease_stops_before_the_next_write_and_leaves_the_others(team: Team) -> None:
    platform = FakePlatform(on_call=once("create", team.taken_by_another))
    receipt = team.sync(platform, plan_for(platform, [ALPHA, BETA, GAMMA]))
    assert endings(receipt) == [
        (RowStatus.DONE, ""),
        (RowStatus.FAILED, "AJO626"),
        (RowStatus.SKIPPED, "AJO511"),
    ]
    assert platform.keys == [ALPHA.key]
    assert "the lease of target prod is lost: it is held by process 7 of ann" in receipt.rows[1].message
    assert team.place.terms().holder.place == "https://ci.example/two"


@pytest.mark.parametrize("desired", [[action("Alpha", description="new")], []], ids=["update", "delete"])
def test_a_lease_lost_while_what_is_live_is_read_again_stops_the_write(
    team: Team, desired: list[Resource]
) -> None:
    platform = FakePlatform([ALPHA], on_call=once("fetch", team.taken_by_another))
    before = platform.document(ALPHA.key)
    receipt = team.sync(platform, plan_for(platform, desired, base=[ALPHA]))
    assert endings(receipt) == [(RowStatus.FAILED, "AJO626")]
    assert platform.document(ALPHA.key) == before


def test_what_a_write_did_is_found_out_after_the_lease_was_lost(team: Team) -> None:
    troubles = {("create", ALPHA.key): [Trouble.LOST_AFTER]}
    platform = FakePlatform(troubles=troubles, on_call=once("create", team.taken_by_another))
    receipt = team.sync(platform, plan_for(platform, [ALPHA]))
    assert endings(receipt) == [(RowStatus.DONE, "")]


def test_a_lease_that_had_ended_is_taken_over_and_that_is_said(team: Team) -> None:
    team.place.take("two")
    team.place.clock.at += DURATION + GRACE
    platform = FakePlatform()
    assert team.sync(platform, plan_for(platform, [ALPHA])).complete
    (said,) = team.said
    assert said.startswith(
        "the lease of target prod had ended and is taken over from process 7 of ann on ci-1"
    )


def test_a_lease_that_can_not_be_given_back_is_said_and_ends(team: Team) -> None:
    platform = FakePlatform(on_call=once("create", lambda: team.place.hook("update", "exit 1")))
    assert team.sync(platform, plan_for(platform, [ALPHA])).complete
    (said,) = team.said
    assert said.startswith("refs/ajo/lease/prod could not be given back: ")
    assert said.endswith("it ends at 2026-11-25 12:15:00 UTC")


def test_without_the_lease_nothing_is_asked_or_written(team: Team) -> None:
    team.place.take("two")
    platform = FakePlatform()
    with pytest.raises(AjoError, match="is leased by process 7 of ann") as caught:
        team.sync(platform, plan_for(platform, [ALPHA]))
    assert (caught.value.code, platform.calls) == ("AJO624", [])
    assert not (team.place.clone("one") / ".ajo/journal").exists()


def test_an_unborn_branch_has_a_lease_without_a_commit(team: Team) -> None:
    root = team.place.clone("one")
    git(root, "checkout", "--quiet", "--orphan", "new")
    seen: list[str] = []
    platform = FakePlatform(on_call=once("create", lambda: seen.append(team.place.terms().commit)))
    assert team.sync(platform, plan_for(platform, [ALPHA])).complete
    assert seen == [""]


@pytest.mark.parametrize(
    "here", ["", "HEAD~1"], ids=["nothing is known here", "an older commit is known here"]
)
def test_a_clone_that_does_not_know_what_was_synced_last_writes_nothing(team: Team, here: str) -> None:
    root = team.place.clone("one")
    git(team.place.bare, "update-ref", "refs/ajo/synced/prod", "refs/heads/main")
    if here:
        git(root, "update-ref", "refs/ajo/synced/prod", here)
    platform = FakePlatform()
    plan = plan_for(platform, [ALPHA])
    with pytest.raises(AjoError) as caught:
        team.sync(platform, plan)
    assert (caught.value.code, caught.value.exit, platform.calls) == ("AJO627", Exit.REFUSED, [])
    main = git(team.place.bare, "rev-parse", "main")[:12]
    assert f"refs/ajo/synced/prod is at {main} on remote origin, and " in caught.value.message
    assert team.place.there() == ""
    git(root, "fetch", "--quiet", "origin", "+refs/ajo/*:refs/ajo/*")
    assert team.sync(platform, plan).complete


@pytest.mark.parametrize("there", ["", "HEAD~1"], ids=["nothing was pushed", "an older commit was pushed"])
def test_a_clone_that_synced_last_itself_goes_on(team: Team, there: str) -> None:
    root = team.place.clone("one")
    git(root, "update-ref", "refs/ajo/synced/prod", "HEAD")
    if there:
        git(root, "push", "--quiet", "origin", f"{there}:refs/ajo/synced/prod")
    platform = FakePlatform()
    assert team.sync(platform, plan_for(platform, [ALPHA])).complete
