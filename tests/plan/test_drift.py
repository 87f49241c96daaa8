"""What somebody did on the platform, told from what the files want."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from tests.plan.samples import action, changed, live, plan_of
from toolkit.model.catalog import Catalog, Resource
from toolkit.plan.drift import Act, Drift, drift_of
from toolkit.plan.stance import Handling
from toolkit.plan.types import Verdict


def found(
    desired: Iterable[Resource],
    live_ones: Iterable[Resource],
    base: Iterable[Resource],
    since: Iterable[Resource] = (),
) -> Drift:
    there, ours = Catalog.of(live_ones), Catalog.of(base)
    plan = plan_of(desired, there, ours, since, on_drift=Handling.OVERWRITE, on_conflict=Handling.OVERWRITE)
    return drift_of(plan, there, ours.resources.keys())


BASE = action()
EDITED = changed(BASE, description="Edited.")
OURS = changed(BASE, description="Ours.")


def test_a_field_that_only_the_platform_changed_drifted() -> None:
    drift = found([BASE], [live(EDITED)], [BASE])
    assert bool(drift)
    assert [(each.act, each.in_conflict) for each in drift.drifted] == [(Act.CHANGED, False)]
    assert [change.verdict for change in drift.drifted[0].changes] == [Verdict.THEIRS]
    assert (drift.count(Act.CHANGED), drift.count(Act.REMOVED), drift.as_left) == (1, 0, 0)


def test_a_field_that_both_changed_is_in_conflict() -> None:
    (each,) = found([OURS], [live(EDITED)], [BASE]).drifted
    assert each.in_conflict


def test_what_only_the_files_changed_is_none() -> None:
    drift = found([OURS, action("New")], [live(BASE)], [BASE])
    assert (drift.drifted, drift.as_left) == ((), 1)


def test_what_is_gone_was_removed_and_in_conflict_where_the_file_changed() -> None:
    assert [(each.act, each.in_conflict) for each in found([BASE], [], [BASE]).drifted] == [
        (Act.REMOVED, False)
    ]
    assert found([OURS], [], [BASE]).drifted[0].in_conflict


def test_what_left_the_files_is_told_only_where_somebody_changed_it() -> None:
    assert found([], [live(BASE)], [BASE]).drifted == ()
    (each,) = found([], [live(EDITED)], [BASE]).drifted
    assert (each.file, each.changes, each.in_conflict) == ("", (), True)
    assert "description changed on the platform" in each.why


def test_what_only_commits_since_name_is_not_ours_for_sure() -> None:
    drift = found([], [live(EDITED)], [], [BASE])
    assert drift.drifted == ()


def test_what_is_live_under_a_new_files_name_is_a_stranger() -> None:
    drift = found([BASE], [live(EDITED)], [])
    assert (drift.drifted, [each.name for each in drift.strangers]) == ((), [BASE.name])
    assert "is new and stands for it" in drift.strangers[0].reason


def test_what_a_broken_off_run_wrote_is_neither() -> None:
    drift = found([OURS], [live(BASE)], [], [BASE])
    assert (drift.drifted, drift.strangers) == ((), ())


def test_what_nobody_defined_is_a_stranger() -> None:
    drift = found([], [live(BASE)], [])
    assert [(each.name, each.reason) for each in drift.strangers] == [
        (BASE.name, "no definition stands for it")
    ]


@given(
    desired=st.sets(st.sampled_from(["A", "B", "C"])),
    base=st.sets(st.sampled_from(["A", "B", "C"])),
    strange=st.sets(st.sampled_from(["X", "Y"])),
)
def test_where_nobody_touched_the_platform_there_is_no_drift(
    desired: set[str], base: set[str], strange: set[str]
) -> None:
    drift = found(
        [changed(action(name), description="Ours.") for name in desired],
        [live(action(name)) for name in {*base, *strange}],
        [action(name) for name in base],
    )
    assert not drift
    assert {each.name for each in drift.strangers} == strange
