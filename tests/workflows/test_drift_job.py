"""The job of a schedule, step by step: drift fails it, and the patch is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.desk import Desk, action
from tests.workflows.runner import Job, Runner, git, load
from tests.workflows.test_pipeline_jobs import CLIENT_ID, CLIENT_SECRET, project_settings

DRIFT = "actions-drift.yml"


@pytest.fixture
def synced(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A repository whose one commit was synced by somebody with credentials."""
    monkeypatch.setenv("AJO_SECRET_PLATFORM_CLIENT_ID", desk.running.client_id)
    monkeypatch.setenv("AJO_SECRET_PLATFORM_CLIENT_SECRET", desk.running.client_secret)
    project_settings(desk)
    desk.write(action("Hello"))
    git(desk.root, "init", "--quiet")
    (desk.root / ".gitignore").write_text(".ajo/\n")
    git(desk.root, "add", "--all")
    git(desk.root, "commit", "--quiet", "--message", "A change")
    assert desk.ajo("sync", "--yes").exit == 0
    return desk


def run(desk: Desk, folder: Path) -> Job:
    context = {
        "vars.AJO_TARGET": "here",
        CLIENT_ID: desk.running.client_id,
        CLIENT_SECRET: desk.running.client_secret,
    }
    return Runner(desk.root, folder, git(desk.root, "rev-parse", "HEAD"), context).run(DRIFT, "drift")


def test_the_job_succeeds_without_drift_and_writes_nothing(synced: Desk, tmp_path: Path) -> None:
    before = synced.writes()
    job = run(synced, tmp_path / "machine")
    assert job.succeeded, job.log
    assert "### Target `here`: no drift" in job.summary
    assert (job.artifacts, synced.writes()) == ({}, before)


def test_the_job_fails_with_drift_and_keeps_a_patch_that_git_applies(synced: Desk, tmp_path: Path) -> None:
    live = synced.live()["Hello"]
    synced.call("PUT", f"actions/{live['uid']}", {**live, "description": "Edited in the product."})
    job = run(synced, tmp_path / "machine")
    assert job.failed_at == ["Drift"]
    assert "`Edited in the product.`" in job.summary.replace('"', "")
    git(synced.root, "apply", str(job.artifacts["patch"]))
    assert synced.ajo("diff", "--json").json()["steps"] == []


def test_the_job_may_only_read_and_no_other_step_sees_a_secret() -> None:
    whole: dict[Any, Any] = load(DRIFT)
    assert whole["permissions"] == {"contents": "read"}
    assert whole["defaults"]["run"]["shell"] == "bash"
    assert set(whole[True]) == {"schedule", "workflow_dispatch"}
    definition = whole["jobs"]["drift"]
    assert "secrets." not in json.dumps({**definition, "steps": []})
    for step in definition["steps"]:
        assert step.get("name") == "Drift" or "secrets." not in json.dumps(step)
    (step,) = [step for step in definition["steps"] if step.get("name") == "Drift"]
    assert set(step["env"]) == {
        "AJO_TARGET",
        "AJO_SECRET_PLATFORM_CLIENT_ID",
        "AJO_SECRET_PLATFORM_CLIENT_SECRET",
    }
