"""What is live becomes definitions, and the next diff finds nothing to do."""

from __future__ import annotations

import json
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.emulator import samples
from tests.platform.samples import resource
from tests.scenarios.desk import REPOSITORY, Desk, action
from tests.strategies import Refs, definitions
from tests.workflows.runner import git
from toolkit.app.connect import connected
from toolkit.emulator import EmulatorConfig, start_emulator
from toolkit.platform.port import PlatformError
from toolkit.workspace.load import open_workspace

REFERENCE = "refs/ajo/synced/here"


def steps(desk: Desk) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.ajo("diff", "--json").json()["steps"]
    return found


def test_every_shipped_definition_comes_back_with_nothing_to_do(desk: Desk) -> None:
    shutil.copytree(REPOSITORY / "actions", desk.root / "actions", dirs_exist_ok=True)
    own = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ajo"]["targets"]
    desk.settings(own["local"]["values"])
    assert desk.ajo("sync", "--yes").exit == 0
    shutil.rmtree(desk.root / "actions")
    (desk.root / "actions").mkdir()
    done = desk.ajo("import", "--use-values", "--json").json()
    assert {item["reason"].partition(":")[0] for item in done["leftOut"]} == {"built in"}
    assert len(done["files"]) == 11
    plan = desk.ajo("diff", "--json").json()
    assert (plan["steps"], len(plan["unchanged"])) == ([], 11)
    assert desk.ajo("fmt", "--check").exit == 0
    assert desk.ajo("validate").exit == 0
    slack = json.loads((desk.root / "actions/slack/SlackPostMessage.json").read_text())
    assert slack["authentication"]["value"] == "${secret:slack/SlackPostMessage/authorization}"
    assert slack["request"]["channel"] == "${slackChannel}"


@pytest.fixture
def production(desk: Desk) -> Iterator[Desk]:
    """A desk at a platform of its own, in a production sandbox, where throttlings may be."""
    with start_emulator(EmulatorConfig(sandboxes={"prod": "production"})) as running:
        made = Desk(desk.root, running, "prod", desk.capsys)
        made.settings(production=True)
        yield made


def create(desk: Desk, drawn: list[dict[str, Any]]) -> int:
    """Create what the platform takes of definitions, over HTTP; returns how many."""
    workspace = open_workspace(desk.root)
    _, target = workspace.target(None)
    created = 0
    environment: dict[str, str] = {}
    with connected(target, desk.root, environment) as platform:
        for raw in drawn:
            try:
                platform.create(resource(raw))
            except PlatformError:
                event("refused by the platform")
            else:
                created += 1
    return created


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(definitions(Refs(secrets=True)), min_size=1, max_size=4))
def test_the_diff_after_an_import_is_empty_whatever_is_live(
    production: Desk, drawn: list[dict[str, Any]]
) -> None:
    production.admin("reset", {})
    shutil.rmtree(production.root / "actions")
    (production.root / "actions").mkdir()
    create(production, drawn)
    listed = production.ajo("list", "--live", "--json").json()
    if listed.get("code") == "AJO507":  # twins by one pattern: nothing can be read
        event("live twice")
        return
    live = listed["items"]
    done = production.ajo("import", "--json")
    assert done.exit == 0, done.err
    report = done.json()
    event(f"{len(report['files'])} of {len(drawn)} imported")
    assert len(report["files"]) + len(report["leftOut"]) == len(live)
    plan = production.ajo("diff", "--json")
    assert plan.exit == 0, plan.err
    assert plan.json()["steps"] == []
    assert len(plan.json()["unchanged"]) == len(report["files"])
    assert production.ajo("fmt", "--check").exit == 0
    assert production.ajo("import", "--json").json()["files"] == []


def put_action(desk: Desk, **changes: Any) -> None:
    desk.call("POST", "actions", samples.action(**changes))


def test_one_or_those_of_a_pattern_are_imported(desk: Desk) -> None:
    for name in ("LoyaltyHello", "LoyaltyBye", "Other"):
        put_action(desk, name=name)
    assert [item["name"] for item in desk.ajo("import", "Other", "--json").json()["files"]] == ["Other"]
    assert [item["name"] for item in desk.ajo("import", "Loyal*", "--json").json()["files"]] == [
        "LoyaltyBye",
        "LoyaltyHello",
    ]
    nothing = desk.ajo("import", "Loyalti*", "--json")
    assert (nothing.exit, nothing.json()["code"]) == (3, "AJO308")


def test_a_limit_is_asked_for_by_its_pattern_and_named_after_it(desk: Desk) -> None:
    uid = desk.call("POST", "endpointConfigs", {**samples.capping(), "orgId": desk.running.organisation})[
        "uid"
    ]
    left = desk.ajo("import", "--json").json()["leftOut"]
    assert any("its state is created" in item["reason"] for item in left)
    desk.call("POST", f"endpointConfigs/{uid}/deploy")
    done = desk.ajo("import", "https://api.example.org/data/2.5/*", "--json").json()
    assert [item["file"] for item in done["files"]] == ["actions/example/example-data-2-5.capping.json"]
    assert steps(desk) == []


def test_what_a_file_stands_for_is_left_alone(desk: Desk) -> None:
    desk.write(action("Hello"))
    assert desk.ajo("sync", "--yes").exit == 0
    before = (desk.root / "actions/team/Hello.json").read_bytes()
    done = desk.ajo("import", "--force")
    assert "Hello: actions/team/Hello.json stands for it" in done.out
    assert (desk.root / "actions/team/Hello.json").read_bytes() == before


def test_what_is_to_be_renamed_is_managed(desk: Desk) -> None:
    desk.write(action("Hello"))
    assert desk.ajo("sync", "--yes").exit == 0
    (desk.root / "actions/team/Hello.json").unlink()
    desk.write(action("Welcome", lifecycle={"previousName": "Hello"}))
    assert desk.ajo("import", "--json").json()["files"] == []


def test_nothing_is_written_by_a_dry_run_or_a_diff_and_git_applies_the_diff(desk: Desk) -> None:
    put_action(desk)
    assert "would write actions/slack/SlackPost.json" in desk.ajo("import", "--dry-run").out
    patch = desk.ajo("import", "--diff").out
    assert list((desk.root / "actions").iterdir()) == []
    (desk.root / "import.patch").write_text(patch)
    git(desk.root, "init", "--quiet")
    git(desk.root, "apply", "import.patch")
    assert steps(desk) == []


def test_a_file_in_the_way_is_kept_unless_it_may_be_replaced(desk: Desk) -> None:
    put_action(desk)
    desk.write(action("Elsewhere", lifecycle={"targets": ["here"]}), "slack/slackpost.json")
    kept = desk.ajo("import", "--json").json()
    assert (kept["files"], kept["leftOut"][-1]["reason"]) == (
        [],
        "actions/slack/SlackPost.json exists already; --force replaces it",
    )
    (desk.root / "actions/slack/slackpost.json").rename(desk.root / "actions/slack/SlackPost.json")
    assert "wrote actions/slack/SlackPost.json" in desk.ajo("import", "--force").out


def test_names_that_differ_by_case_alone_get_folders_of_their_own(desk: Desk) -> None:
    for name in ("Hello", "hello", "HELLO"):
        put_action(desk, name=name)
    files = [item["file"] for item in desk.ajo("import", "--json").json()["files"]]
    assert len({file.lower() for file in files}) == 3
    assert steps(desk) == []


def test_a_name_that_a_file_system_keeps_for_itself_gets_another_file(desk: Desk) -> None:
    put_action(desk, name="CON")
    done = desk.ajo("import", "--json").json()
    assert done["files"][0]["file"] == "actions/slack/CON_.json"
    assert [found["code"] for found in done["files"][0]["findings"]] == ["AJO012"]
    assert steps(desk) == []


@pytest.mark.parametrize(
    "name", ["../../outside", "/etc/passwd", "a\\..\\b", "..", "ä/ö", "x" * 300, "nul.txt"]
)
def test_no_name_of_a_limit_leads_out_of_the_folder(production: Desk, name: str) -> None:
    body = samples.throttling(name=name, orgId=production.running.organisation)
    uid = production.call("POST", "throttlingConfigs", body)["uid"]
    production.call("POST", f"throttlingConfigs/{uid}/deploy")
    outside = {path for path in production.root.rglob("*") if path.is_file()}
    report = production.ajo("import", "--json").json()
    written = {path for path in production.root.rglob("*") if path.is_file()} - outside
    assert [path.parent for path in written] == [production.root / "actions/example"]
    assert len(report["files"]) == 1
    assert steps(production) == []


def test_a_throttling_without_a_name_is_named_by_the_next_sync(production: Desk) -> None:
    body = samples.throttling(orgId=production.running.organisation)
    del body["name"]
    uid = production.call("POST", "throttlingConfigs", body)["uid"]
    production.call("POST", f"throttlingConfigs/{uid}/deploy")
    assert (
        "it has no name on the platform; the next sync names it example-data" in production.ajo("import").out
    )
    (step,) = steps(production)
    assert [change["pointer"] for change in step["changes"]] == ["/name"]


def test_into_names_the_folder_and_can_not_leave_it(desk: Desk) -> None:
    put_action(desk)
    refused = desk.ajo("import", "--into", "../elsewhere", "--json")
    assert (refused.exit, refused.json()["code"]) == (3, "AJO901")
    assert desk.ajo("import", "--into", "crm/chat").exit == 0
    assert (desk.root / "actions/crm/chat/SlackPost.json").is_file()


def test_a_folder_that_leads_elsewhere_is_not_followed(desk: Desk, tmp_path: Path) -> None:
    put_action(desk)
    (tmp_path / "elsewhere").mkdir()
    (desk.root / "actions/slack").symlink_to(tmp_path / "elsewhere")
    refused = desk.ajo("import", "--json")
    assert refused.exit == 3
    assert list((tmp_path / "elsewhere").iterdir()) == []


SECRETS = {
    "password": "hunter2-canary",
    "header": "Bearer xoxb-canary-header",
    "query": "canary-query-key",
    "field": "canary-in-a-payload",
    "constant": "ghp_canary012345678901234567890123456789",
}


def test_secrets_become_references_named_at_the_end_and_nothing_that_looks_like_one_is_copied(
    desk: Desk,
) -> None:
    endpoint = samples.endpoint(
        headers=[samples.constant("Authorization-Token", SECRETS["header"])],
        queryParameters=[samples.constant("api_key", SECRETS["query"])],
    )
    put_action(desk, name="Open", endpoint=endpoint, authentication=samples.basic(SECRETS["password"]))
    field = samples.request_field("note", value=SECRETS["constant"])
    put_action(desk, name="Payload", requestPayload={"fields": [field]})
    field = samples.request_field("api_key", value=SECRETS["field"])
    put_action(desk, name="Named", requestPayload={"fields": [field]})
    put_action(desk, name="Custom", authentication=samples.custom_authorization())
    runs = [desk.ajo("import", "--dry-run"), desk.ajo("import", "--diff"), desk.ajo("import", "--json")]
    files = [path.read_text() for path in desk.root.rglob("*.json")]
    for secret in SECRETS.values():
        assert [text for run in runs for text in (run.out, run.err) if secret in text] == []
        assert not any(secret in text for text in files)
    report = runs[-1].json()
    assert {item["reference"] for item in report["secrets"]} == {
        "${secret:slack/Open/password}",
        "${secret:slack/Open/authorization-token}",
        "${secret:slack/Open/api-key}",
        "${secret:slack/Custom/x-retailer}",
        "${secret:slack/Custom/client-id}",
        "${secret:slack/Custom/client-secret}",
    }
    (refused,) = [item for item in report["leftOut"] if item["name"] == "Payload"]
    assert "AJO253 at /request/note" in refused["reason"]
    (refused,) = [item for item in report["leftOut"] if item["name"] == "Named"]
    assert "AJO254 at /request/api_key" in refused["reason"]
    assert steps(desk) == []
    opened = json.loads((desk.root / "actions/slack/Open.json").read_text())
    assert opened["endpoint"]["headers"]["Authorization-Token"] == (
        "Bearer ${secret:slack/Open/authorization-token}"
    )


def test_what_a_sandbox_copy_lost_is_a_reference_that_the_next_sync_puts_back(desk: Desk) -> None:
    headers = [samples.constant("X-Market", "INSERT SECRET HERE")]
    put_action(desk, endpoint=samples.endpoint(headers=headers))
    assert "a sandbox copy lost endpoint.headers.X-Market" in desk.ajo("import").out
    assert [step["step"] for step in steps(desk)] == ["update"]


def test_values_are_offered_and_written_only_when_asked_for(desk: Desk) -> None:
    desk.settings({"slackHost": "slack.com", "channel": "C024BE91L"})
    put_action(desk)
    shown = desk.ajo("import", "--dry-run").out
    assert "holds values of the target: slackHost, channel (--use-values writes references)" in shown
    assert desk.ajo("import", "--use-values").exit == 0
    written = json.loads((desk.root / "actions/slack/SlackPost.json").read_text())
    assert written["endpoint"]["url"] == "https://${slackHost}/api/chat.postMessage"
    assert written["request"] == {"channel": "${channel}"}
    assert steps(desk) == []


def test_where_there_are_several_targets_a_definition_is_for_the_one_it_came_from(desk: Desk) -> None:
    settings_file = desk.root / "ajo.toml"
    settings_file.write_text(f"{settings_file.read_text()}[targets.other]\n{desk.target_lines()}")
    put_action(desk)
    assert desk.ajo("import").exit == 0
    written = json.loads((desk.root / "actions/slack/SlackPost.json").read_text())
    assert written["lifecycle"] == {"targets": ["here"]}
    left = desk.ajo("import", "--target", "other", "--json").json()["leftOut"]
    assert "add it to lifecycle.targets" in left[-1]["reason"]


@pytest.fixture
def repo(desk: Desk) -> Desk:
    """A repository that was synced once, and an action that somebody made by hand."""
    git(desk.root, "init", "--quiet")
    (desk.root / ".gitignore").write_text(".ajo/\n")
    desk.write(action("Hello"))
    commit(desk)
    assert desk.ajo("sync", "--yes").exit == 0
    put_action(desk)
    return desk


def commit(desk: Desk) -> str:
    git(desk.root, "add", "--all")
    git(desk.root, "commit", "--quiet", "--message", "A change")
    return git(desk.root, "rev-parse", "HEAD")


def test_with_a_base_the_diff_after_an_import_is_empty_too(repo: Desk) -> None:
    repo.ajo("import")
    assert steps(repo) == []
    commit(repo)
    assert steps(repo) == []


def test_a_file_that_is_removed_before_it_is_committed_leaves_the_resource_unmanaged(repo: Desk) -> None:
    repo.ajo("import")
    (repo.root / "actions/slack/SlackPost.json").unlink()
    assert steps(repo) == []


def test_a_file_that_was_committed_and_removed_without_a_sync_leaves_the_resource_alone(
    repo: Desk,
) -> None:
    repo.ajo("import")
    git(repo.root, "add", "--all")
    # The action was made before this commit, for sure.
    later = {**repo.environment(), "GIT_COMMITTER_DATE": "2099-01-01T00:00:00Z"}
    identity = ["-c", "user.name=Test", "-c", "user.email=test@acme.example"]
    subprocess.run(["git", *identity, "commit", "-qm", "Import"], cwd=repo.root, env=later, check=True)
    (repo.root / "actions/slack/SlackPost.json").unlink()
    commit(repo)
    plan = repo.ajo("diff", "--json").json()
    assert plan["steps"] == []
    assert "it was there before" in next(
        item["reason"] for item in plan["unmanaged"] if item["name"] == "SlackPost"
    )
    assert repo.ajo("sync", "--yes", "--allow-destroy").exit == 0
    assert "SlackPost" in repo.live()


def test_what_was_imported_and_synced_is_ours_and_its_removal_a_delete(repo: Desk) -> None:
    repo.ajo("import")
    commit(repo)
    assert repo.ajo("sync", "--yes").exit == 0
    (repo.root / "actions/slack/SlackPost.json").unlink()
    commit(repo)
    assert [(step["step"], step["name"]) for step in steps(repo)] == [("delete", "SlackPost")]
