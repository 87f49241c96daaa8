"""The journal tells what was under way when a run broke off, and decides nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import law
from tests.fake_platform import FakePlatform
from tests.plan.samples import action, capping, live, plan_of
from tests.sync.samples import carry_out, plan_for
from toolkit.plan.types import Plan, StepKind
from toolkit.sync.journal import MAX_BYTES, Begun, Journal, Unfinished, became, last_unfinished

OLD, NEW = action(description="old"), action(description="new")
SECRET = "canary-4711"


def file_of(root: Path) -> Path:
    return root / ".ajo/journal/dev.jsonl"


def events(root: Path) -> list[str]:
    lines = file_of(root).read_text().splitlines()
    return [json.loads(line)["event"] for line in lines if line]


def run(root: Path, plan: Plan, *, steps: int | None = None, ended: int | None = None) -> Journal:
    """Journal a run that breaks off after so many begun and ended steps; a whole one if left out."""
    journal = Journal(root, "dev")
    journal.begin(plan, journal.unfinished())
    receipt = carry_out(FakePlatform([OLD]), plan)
    for step in plan.steps[:steps]:
        journal.writing(step)
    for row in receipt.rows[:ended]:
        journal.wrote(row)
    if steps is None:
        journal.end(receipt)
    return journal


def broken_off(root: Path) -> Unfinished:
    found = Journal(root, "dev").unfinished()
    assert found is not None
    return found


def test_a_run_that_ended_leaves_nothing_to_say(tmp_path: Path) -> None:
    run(tmp_path, plan_for(FakePlatform([OLD]), [NEW, capping()]))
    assert Journal(tmp_path, "dev").unfinished() is None
    assert events(tmp_path) == ["begun", "writing", "writing", "wrote", "wrote", "ended"]


def test_a_run_that_broke_off_says_what_was_under_way(tmp_path: Path) -> None:
    plan = plan_for(FakePlatform([OLD]), [NEW, capping()])
    run(tmp_path, plan, steps=2, ended=1)
    assert [begun.key for begun in broken_off(tmp_path).steps] == [plan.steps[1].key]


def test_the_next_run_closes_it(tmp_path: Path) -> None:
    plan = plan_for(FakePlatform([OLD]), [NEW, capping()])
    run(tmp_path, plan, steps=1, ended=0)
    run(tmp_path, plan)
    assert "closed" in events(tmp_path)
    assert Journal(tmp_path, "dev").unfinished() is None


def test_a_line_that_a_crash_cut_off_swallows_nothing(tmp_path: Path) -> None:
    plan = plan_for(FakePlatform([OLD]), [NEW, capping()])
    run(tmp_path, plan, steps=2, ended=0)
    with file_of(tmp_path).open("a") as file:
        file.write('{"at": "2026-11-2')
    assert len(broken_off(tmp_path).steps) == 2
    run(tmp_path, plan)
    assert Journal(tmp_path, "dev").unfinished() is None


def test_a_long_journal_begins_anew(tmp_path: Path) -> None:
    plan = plan_for(FakePlatform([OLD]), [NEW])
    run(tmp_path, plan)
    with file_of(tmp_path).open("a") as file:
        file.write("x" * MAX_BYTES)
    run(tmp_path, plan)
    assert events(tmp_path) == ["begun", "writing", "wrote", "ended"]


@pytest.mark.parametrize("place", [".ajo", ".ajo/journal", ".ajo/journal/dev.jsonl"])
def test_what_can_not_be_written_is_noted_and_hinders_nothing(tmp_path: Path, place: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    root = tmp_path / "root"
    (root / place).parent.mkdir(parents=True)
    (root / place).symlink_to(elsewhere / "file" if place.endswith("jsonl") else elsewhere)
    journal = run(root, plan_for(FakePlatform([OLD]), [NEW]))
    assert "no journal can be kept" in journal.trouble
    assert list(elsewhere.iterdir()) == []


def test_a_full_disk_is_noted_and_hinders_nothing(tmp_path: Path) -> None:
    plan = plan_for(FakePlatform([OLD]), [NEW])
    journal = Journal(tmp_path, "dev")
    journal.begin(plan, None)
    os.dup2(os.open("/dev/full", os.O_WRONLY), journal._descriptor)
    journal.writing(plan.steps[0])
    assert "No space left" in journal.trouble


def test_no_document_and_no_message_gets_into_it(tmp_path: Path) -> None:
    secretive = action(description=SECRET, headers={"X-Tenant": SECRET})
    run(tmp_path, plan_for(FakePlatform([OLD]), [secretive]))
    assert SECRET not in file_of(tmp_path).read_text()


def line(run: str = "r", **more: str) -> bytes:
    return json.dumps({"run": run, **more}).encode()


STEP = {"event": "writing", "kind": "k", "identity": "i", "fingerprint": ""}
ODD_LINES = [
    line(event="begun", at="t"),
    line(event="begun"),
    b'{"run": 1}',
    line(step="create", **STEP),
    line(step="odd", **STEP),
    line(event="writing", fingerprint=""),
    line(event="wrote"),
    line("s", event="closed"),
    b"[" * 5000,
    b"\xff",
]


@law
@given(st.binary() | st.lists(st.sampled_from(ODD_LINES)).map(b"\n".join))
def test_no_content_of_a_journal_is_a_failure(content: bytes) -> None:
    found = last_unfinished(content)
    assert found is None or found.since == "t"


@pytest.mark.parametrize(
    ("begun", "plan", "words"),
    [
        (Begun(StepKind.CREATE, NEW.key, ""), plan_of([NEW], [live(NEW)]), "it was carried out"),
        (Begun(StepKind.CREATE, NEW.key, ""), plan_of([NEW]), "it was not carried out"),
        (
            Begun(StepKind.CREATE, NEW.key, ""),
            plan_of([NEW], [live(OLD)]),
            "what is there is neither what was nor what is wanted",
        ),
        (Begun(StepKind.UPDATE, NEW.key, OLD.digest), plan_of([NEW], [live(OLD)]), "it was not carried out"),
        (Begun(StepKind.UPDATE, NEW.key, OLD.digest), plan_of([NEW]), "it is gone from the platform"),
        (Begun(StepKind.UPDATE, NEW.key, OLD.digest), plan_of(), "no definition asks for it now"),
        (Begun(StepKind.DELETE, OLD.key, OLD.digest), plan_of(), "it was carried out"),
        (
            Begun(StepKind.DELETE, OLD.key, OLD.digest),
            plan_of([], [live(OLD)], [OLD]),
            "it was not carried out",
        ),
    ],
)
def test_what_became_of_it_is_told_by_what_is_live(begun: Begun, plan: Plan, words: str) -> None:
    assert became(begun, plan) == words
