"""What the audit log tells of edits that a write went over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plan.samples import action
from toolkit.model.catalog import RemoteRef, ResourceKey, Touched
from toolkit.plan.types import StepKind
from toolkit.platform.port import Edit, PlatformError
from toolkit.sync.overwritten import NEAR, Disclosure, Over, ask, overwritten, told
from toolkit.sync.receipt import Row, RowStatus

SEEN = datetime(2026, 3, 1, 12, tzinfo=UTC)
OURS, THEIRS = "our-account", "their-account"
OVER = Over("u1", SEEN, ("r1", "r2"))


def edit(after_s: float, account: str = THEIRS, request_id: str = "", uid: str = "u1") -> Edit:
    return Edit(uid, SEEN + timedelta(seconds=after_s), account, f"{account}@example.com", request_id)


BEFORE = edit(0)
"""What made the version that was looked at."""

WRITE = edit(60, OURS, "r1")


def lost(*edits: Edit) -> list[Edit] | None:
    return overwritten(OVER, edits, frozenset({OURS}))


def asked(*answers: Sequence[Edit] | PlatformError | None, pauses: Sequence[float] = ()) -> Disclosure:
    left = list(answers)

    def look(_: datetime) -> Sequence[Edit] | None:
        answer = left.pop(0)
        if isinstance(answer, PlatformError):
            raise answer
        return answer

    return ask({7: OVER}, look, SEEN, pauses, lambda _: None)


def test_an_edit_between_look_and_write_was_overwritten() -> None:
    theirs = edit(59)
    assert lost(BEFORE, theirs, WRITE) == [theirs]


def test_every_edit_in_between_is_told() -> None:
    assert lost(BEFORE, edit(58), edit(59), WRITE) == [edit(58), edit(59)]


def test_without_an_edit_nothing_was_overwritten() -> None:
    assert lost(BEFORE, WRITE) == []
    assert lost(WRITE) == []


def test_an_edit_after_our_write_was_not_overwritten() -> None:
    assert lost(BEFORE, WRITE, edit(61)) == []


def test_an_edit_between_two_writes_of_ours_was_overwritten_by_the_second() -> None:
    assert lost(BEFORE, WRITE, edit(61), edit(62, OURS)) == [edit(61)]


@pytest.mark.parametrize("off_s", [-1.5, -0.001, 0.0, 0.4, 1.9])
def test_the_entry_of_the_version_that_was_looked_at_is_no_edit_though_clocks_differ(off_s: float) -> None:
    assert lost(edit(off_s), WRITE) == []


def test_an_edit_that_follows_the_version_at_once_is_told() -> None:
    assert lost(BEFORE, edit(0.3), WRITE) == [edit(0.3)]


def test_an_edit_that_the_version_itself_went_over_is_not_told_again() -> None:
    assert lost(edit(-0.5), edit(0, OURS, "old"), WRITE) == []


def test_an_edit_after_a_version_that_we_made_is_told() -> None:
    assert lost(edit(0, OURS, "old"), edit(0.3), WRITE) == [edit(0.3)]


def test_other_elements_and_earlier_times_do_not_count() -> None:
    assert lost(edit(-100), edit(-50), BEFORE, edit(59, uid="u2"), WRITE) == []


def test_a_log_without_our_write_says_nothing() -> None:
    assert lost(BEFORE, edit(59)) is None
    assert lost() is None


def test_without_the_time_of_the_version_nothing_can_be_said() -> None:
    assert overwritten(replace(OVER, seen=None), [BEFORE, WRITE], frozenset({OURS})) is None


@given(
    theirs=st.lists(st.floats(2.1, 59), max_size=5),
    later=st.lists(st.floats(61, 90), max_size=3),
    others=st.lists(st.floats(-100, 100), max_size=3),
)
def test_exactly_the_edits_in_the_window_are_told(
    theirs: list[float], later: list[float], others: list[float]
) -> None:
    window = [edit(at) for at in sorted(theirs)]
    foreign = [edit(at, uid="u2") for at in others]
    log = sorted([BEFORE, *window, WRITE, *map(edit, later), *foreign], key=lambda each: each.at)
    assert lost(*log) == window


def test_the_log_is_asked_again_until_it_shows_our_write() -> None:
    found = asked([BEFORE], [BEFORE, edit(59)], [BEFORE, edit(59), WRITE], pauses=(0.2, 0.4, 0.8))
    assert found == Disclosure({7: [edit(59)]})


def test_a_log_that_never_shows_our_write_is_said_to_tell_nothing() -> None:
    found = asked([BEFORE], [BEFORE, edit(59)], pauses=(0.2,))
    assert not found.lost
    assert "does not show 1 of 1 writes" in found.trouble


def test_a_log_that_can_t_be_read_is_said_so() -> None:
    found = asked(PlatformError("AJO402", "no permission for it"))
    assert found == Disclosure({}, "the platform's audit log was not read: no permission for it")


def test_a_platform_without_a_log_is_not_worth_a_word() -> None:
    assert asked(None) == Disclosure({})


def test_the_row_says_who_and_when_and_keeps_what_it_said() -> None:
    row = Row(StepKind.UPDATE, ResourceKey("CustomAction", "Hello"), "Hello", RowStatus.DONE)
    found = told(row, [edit(59)])
    assert (found.status, found.code) == (RowStatus.FAILED, "AJO515")
    assert "an edit by their-account@example.com at 2026-03-01 12:00:59 UTC" in found.message
    earlier = told(replace(row, code="AJO509", message="read back differently"), [edit(59)])
    assert earlier.message.startswith("read back differently; overwritten")


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2026-03-01T12:00:00.000000Z", SEEN),
        ("2026-03-01T13:00:00+01:00", SEEN),
        ("", None),
        ("yesterday", None),
        ("2026-03-01T12:00:00", None),
    ],
)
def test_the_time_of_a_version_is_read_from_what_the_platform_says(
    stated: str, expected: datetime | None
) -> None:
    remote = RemoteRef("u1", "", "", touched=Touched("somebody", stated))
    row = Row(StepKind.UPDATE, action("Hello").key, "Hello", RowStatus.DONE, request_ids=("r1",))
    assert Over.of(remote, row) == Over("u1", expected, ("r1",))


def test_the_tolerance_is_well_below_what_people_need_for_an_edit() -> None:
    assert timedelta(seconds=3) > NEAR
