"""Whatever goes wrong, and however often: once it stops going wrong, running again finishes the work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import law
from tests.fake_platform import Call, FakePlatform, Trouble
from tests.plan.samples import action, capping, throttling
from tests.sync.samples import carry_out, plan_for
from toolkit.model.catalog import Resource, ResourceKey
from toolkit.plan.types import Plan
from toolkit.sync.receipt import Receipt, RowStatus

SECRETIVE = {"type": "basic", "username": "u", "password": "${secret:acme/password}"}
POOL: Sequence[Resource] = [
    action("Welcome", headers={"X-Api-Key": "${secret:acme/key}"}),
    action("Goodbye", authentication=SECRETIVE),
    capping(),
    throttling(),
]
OLD: Sequence[Resource] = [
    action("Welcome", description="old"),
    action("Goodbye", description="old"),
    capping(calls=10),
    throttling(throughput=200),
]
THEIRS = [action("Theirs"), capping("https://theirs.example.com/*")]
ROUNDS = 2

parts = st.lists(st.sampled_from(range(len(POOL))), unique=True)
calls = st.tuples(
    st.sampled_from(["create", "update", "delete", "fetch", "find"]),
    st.sampled_from([resource.key for resource in POOL]),
)
scripts = st.dictionaries(
    calls, st.lists(st.none() | st.sampled_from(list(Trouble)), min_size=1, max_size=2), max_size=6
)


@dataclass
class Story:
    """What is desired, what the base knew, the platform, and who edits what when it is looked at."""

    desired: list[Resource]
    base: list[Resource]
    platform: FakePlatform
    edited: set[ResourceKey]

    def plan(self) -> Plan:
        """Plan what is left to do."""
        return plan_for(self.platform, self.desired, self.base)

    def run(self) -> Receipt:
        """Plan and carry out, while others edit."""
        return carry_out(self.platform, self.plan(), workers=2)

    def edit(self, operation: str, key: ResourceKey) -> None:
        """Change an action the first time it is looked at, as somebody in the product would."""
        if operation == "fetch" and key in self.edited and self.platform.document(key) is not None:
            self.edited.discard(key)
            self.platform.edit(key, description="edited in the product")


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Draw a story; its live resources are old, and so is the base."""
    platform = FakePlatform([*(OLD[index] for index in draw(parts)), *THEIRS], troubles=draw(scripts))
    edited = draw(st.sets(st.sampled_from([POOL[0].key, POOL[1].key])))
    desired, base = ([pool[index] for index in draw(parts)] for pool in (POOL, OLD))
    story = Story(desired, base, platform, edited)
    platform.on_call = story.edit
    return story


def writes(calls: list[Call]) -> list[Call]:
    return [call for call in calls if call[0] in ("create", "update", "delete")]


@law
@given(stories())
def test_running_again_after_any_failures_finishes_the_work(story: Story) -> None:
    for _ in range(ROUNDS):
        story.run()
    story.platform.give_up_troubles()
    story.edited.clear()
    assert story.run().complete
    assert not story.plan()


@law
@given(stories())
def test_no_failure_makes_twins(story: Story) -> None:
    for _ in range(ROUNDS):
        story.run()
    story.platform.read()
    assert max(Counter(story.platform.keys).values()) == 1


@law
@given(stories())
def test_one_run_never_sends_a_create_twice(story: Story) -> None:
    story.run()
    creates = Counter(key for operation, key in story.platform.calls if operation == "create")
    assert max(creates.values(), default=0) <= 1


@law
@given(stories())
def test_no_failure_touches_what_is_not_ours(story: Story) -> None:
    ours = {resource.key for resource in [*story.desired, *story.base]}
    for _ in range(ROUNDS):
        story.run()
    assert {key for _, key in story.platform.calls} <= ours
    assert all(story.platform.document(each.key) == each.document for each in THEIRS)


@law
@given(stories())
def test_a_row_that_is_done_tells_the_truth(story: Story) -> None:
    receipt = story.run()
    left = {step.key for step in story.plan().steps}
    assert not left & {row.key for row in receipt.rows if row.status is RowStatus.DONE}


@law
@given(stories())
def test_a_step_that_is_skipped_asked_the_platform_for_nothing(story: Story) -> None:
    receipt = story.run()
    asked = {key for _, key in writes(story.platform.calls)}
    assert not asked & {row.key for row in receipt.rows if row.status is RowStatus.SKIPPED}


@law
@given(stories())
def test_without_failures_one_run_is_enough(story: Story) -> None:
    story.platform.give_up_troubles()
    story.edited.clear()
    assert story.run().complete
    assert not story.plan()
