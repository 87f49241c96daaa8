"""What somebody changed on the platform is told, and can be brought back into the files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.desk import Desk, Ran, action, capping
from tests.workflows.runner import git


@pytest.fixture
def repo(desk: Desk) -> Desk:
    """A repository with values, a secret and a capping, synced."""
    git(desk.root, "init", "--quiet")
    (desk.root / ".gitignore").write_text(".ajo/\n*.patch\n")
    desk.settings({"host": "api.example.com", "template": "welcome"})
    desk.write(definition())
    desk.write(action("Other"))
    desk.write(capping("hello", "hello.example.com"))
    commit(desk)
    assert desk.ajo("sync", "--yes").exit == 0
    return desk


def definition(**changes: Any) -> dict[str, Any]:
    return action(
        "Hello",
        **{
            "endpoint": {"method": "POST", "url": "https://${host}/v1/messages"},
            "authentication": {"type": "basic", "username": "ajo", "password": "${secret:team/hello}"},
            "request": {
                "template": "${template}",
                "tags": ["a", "b"],
                "recipient": {"id": {"$variable": "Member id"}},
            },
            **changes,
        },
    )


def commit(desk: Desk) -> str:
    git(desk.root, "add", "--all")
    git(desk.root, "commit", "--quiet", "--message", "A change")
    return git(desk.root, "rev-parse", "HEAD")


def edit_live(desk: Desk, name: str, **changes: Any) -> None:
    """Change a live action as somebody in the product would."""
    found = desk.live()[name]
    desk.call("PUT", f"actions/{found['uid']}", {**found, **changes})


def edit_endpoint(desk: Desk, **changes: Any) -> None:
    edit_live(desk, "Hello", endpoint={**desk.live()["Hello"]["endpoint"], **changes})


def drift(desk: Desk, *options: str) -> Any:
    ran = desk.ajo("drift", "--json", *options)
    assert ran.exit in (0, 2), ran.err
    assert ran.json()["drift"] is (ran.exit == 2)
    return ran.json()


def brought(desk: Desk) -> Ran:
    """Write the patch, let git apply it, and let the next drift find nothing."""
    file = desk.root / "drift.patch"
    ran = desk.ajo("drift", "--patch", str(file))
    assert ran.exit == 2, ran.err
    git(desk.root, "apply", "drift.patch")
    assert desk.ajo("diff", "--json").json()["steps"] == []
    return ran


def hello(desk: Desk) -> Any:
    return json.loads((desk.root / "actions/team/Hello.json").read_text())


def test_without_drift_the_exit_code_is_0_and_with_it_2(repo: Desk) -> None:
    clean = repo.ajo("drift")
    assert (clean.exit, clean.out.splitlines()[-1]) == (
        0,
        "No drift: 3 as they were left, 0 not managed here.",
    )
    edit_live(repo, "Hello", description="Edited.")
    assert repo.ajo("drift").exit == 2


def test_drift_names_field_values_who_and_when(repo: Desk) -> None:
    edit_live(repo, "Hello", description="Edited.")
    (found,) = drift(repo)["drifted"]
    live = repo.live()["Hello"]["metadata"]
    assert (found["name"], found["file"]) == ("Hello", "actions/team/Hello.json")
    assert found["changes"] == [
        {
            "pointer": "/description",
            "verdict": "theirs",
            "live": "Edited.",
            "desired": "What Hello does.",
        }
    ]
    assert (found["lastChangedBy"], found["lastChangedAt"]) == (
        live["lastModifiedBy"],
        live["lastModifiedAt"],
    )
    shown = repo.ajo("drift").out
    assert 'description: "What Hello does." → "Edited."' in shown
    assert f"last changed by {live['lastModifiedBy']} at {live['lastModifiedAt']}" in shown


def test_what_the_files_changed_since_is_no_drift(repo: Desk) -> None:
    repo.write(definition(description="Ours."))
    repo.write(action("New"))
    (repo.root / "actions/team/Other.json").unlink()
    commit(repo)
    assert drift(repo)["drifted"] == []


def test_a_removal_and_something_new_are_told_apart(repo: Desk) -> None:
    repo.call("DELETE", f"actions/{repo.live()['Other']['uid']}")
    repo.call("POST", "actions", {"name": "Foreign", "actionType": "custom", "endpoint": endpoint()})
    found = drift(repo)
    assert [(item["act"], item["name"]) for item in found["drifted"]] == [("removed", "Other")]
    assert [(item["name"], bool(item["lastChangedBy"])) for item in found["unmanaged"]] == [("Foreign", True)]


def endpoint() -> dict[str, str]:
    return {"url": "https://foreign.example.com/v1", "method": "POST"}


def test_something_new_alone_is_no_drift(repo: Desk) -> None:
    repo.call("POST", "actions", {"name": "Foreign", "actionType": "custom", "endpoint": endpoint()})
    shown = repo.ajo("drift")
    assert (shown.exit, "Foreign: no definition stands for it, last changed by" in shown.out) == (0, True)


def test_a_new_file_for_what_never_was_ours_is_no_drift(repo: Desk) -> None:
    repo.call("POST", "actions", {"name": "Foreign", "actionType": "custom", "endpoint": endpoint()})
    repo.write(action("Foreign"))
    commit(repo)
    found = drift(repo)
    assert (found["drifted"], "is new and stands for it" in found["unmanaged"][0]["reason"]) == ([], True)


@pytest.mark.parametrize("handling", ["refuse", "overwrite", "keep"])
def test_drift_is_told_whatever_the_settings_do_about_it(repo: Desk, handling: str) -> None:
    values = {"host": "api.example.com", "template": "welcome"}
    repo.settings(values, on_drift=handling, on_conflict=handling)
    edit_live(repo, "Hello", description="Edited.")
    assert len(drift(repo)["drifted"]) == 1


def test_a_waived_drift_is_accepted_and_an_expired_waiver_is_not(repo: Desk) -> None:
    edit_live(repo, "Hello", description="Edited.")
    waiver = {
        "target": "here",
        "kind": "CustomAction",
        "name": "Hello",
        "field": "description",
        "reason": "the shop tries a wording",
        "until": "2999-12-31",
    }
    file = repo.root / "ajo-waivers.json"
    file.write_text(json.dumps({"formatVersion": 1, "waivers": [waiver]}))
    assert len(drift(repo)["accepted"]) == 1
    assert "Accepted:" in repo.ajo("drift").out
    file.write_text(json.dumps({"formatVersion": 1, "waivers": [{**waiver, "until": "2020-01-01"}]}))
    expired = drift(repo)
    assert (len(expired["drifted"]), expired["findings"][0]["code"]) == (1, "AJO609")


def test_a_conflict_is_marked_and_not_in_the_patch(repo: Desk) -> None:
    edit_live(repo, "Hello", description="Edited.")
    repo.write(definition(description="Ours."))
    file = repo.root / "drift.patch"
    shown = repo.ajo("drift", "--patch", str(file))
    assert '[conflict] description: "Ours." → "Edited."' in shown.out
    assert "not in it: Hello: description: the file was changed too; decide by hand" in shown.out
    assert not file.exists()


def test_a_definition_that_was_removed_here_and_changed_there_is_told(repo: Desk) -> None:
    edit_live(repo, "Other", description="Edited.")
    (repo.root / "actions/team/Other.json").unlink()
    commit(repo)
    (found,) = drift(repo, "--patch", str(repo.root / "drift.patch"))["drifted"]
    assert (found["conflict"], "description changed on the platform" in found["why"]) == (True, True)


def test_without_a_base_the_files_stand_for_it(desk: Desk) -> None:
    desk.write(action("Hello"))
    assert desk.ajo("sync", "--yes").exit == 0
    edit_live(desk, "Hello", description="Edited.")
    ran = desk.ajo("drift")
    assert (ran.exit, "No base:" in ran.err) == (2, True)


def test_the_patch_changes_the_one_line_and_keeps_references(repo: Desk) -> None:
    before = (repo.root / "actions/team/Hello.json").read_text().splitlines()
    edit_endpoint(repo, url="https://api.example.com/v2/messages")
    brought(repo)
    after = (repo.root / "actions/team/Hello.json").read_text().splitlines()
    assert [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]] == [
        ('    "url": "https://${host}/v1/messages"', '    "url": "https://${host}/v2/messages"')
    ]


def test_a_reference_whose_text_is_gone_becomes_text_and_a_longer_host_is_another(repo: Desk) -> None:
    edit_endpoint(repo, url="https://api.example.community/v1/messages")
    brought(repo)
    assert hello(repo)["endpoint"]["url"] == "https://api.example.community/v1/messages"


@pytest.mark.parametrize("form", ["canonical", "compact", "four spaces"])
def test_every_sort_of_change_comes_back_into_files_of_any_layout(repo: Desk, form: str) -> None:
    file = repo.root / "actions/team/Hello.json"
    document = definition(allowNullValues=True)
    file.write_text(
        {
            "canonical": json.dumps(document),
            "compact": json.dumps(document),
            "four spaces": json.dumps(document, indent=4),
        }[form]
    )
    if form == "canonical":
        assert repo.ajo("fmt").exit == 0
    commit(repo)
    assert repo.ajo("sync", "--yes", "--allow-destroy").exit == 0
    fields = [
        {"name": "template", "type": "string", "isVariable": False, "value": "welcome"},
        {
            "name": "tags",
            "type": "listString",
            "isVariable": False,
            "items": [
                {"type": "string", "isVariable": False, "value": text} for text in ("a", "new", "b", "c")
            ],
        },
        {
            "name": "recipient",
            "type": "object",
            "isVariable": False,
            "fields": [
                {"name": "id", "type": "string", "isVariable": True, "label": "Member", "isOptional": True},
                {"name": "age", "type": "integer", "isVariable": True, "label": "Age", "isOptional": False},
            ],
        },
    ]
    live = repo.live()["Hello"]
    headers = [*live["endpoint"]["headers"], {"name": "X-Market", "isVariable": False, "value": "ch"}]
    edit_live(
        repo,
        "Hello",
        description="Edited.",
        endpoint={**live["endpoint"], "method": "PUT", "headers": headers},
        requestPayload={"fields": fields, "allowNullValues": False},
        responsePayload={"fields": [{"name": "id", "type": "string"}]},
        channel="email",
    )
    text = file.read_text()
    brought(repo)
    new = hello(repo)
    assert new["request"] == {
        "template": "${template}",
        "tags": ["a", "new", "b", "c"],
        "recipient": {
            "id": {"$variable": "Member", "$optional": True},
            "age": {"$variable": "Age", "$type": "integer"},
        },
    }
    assert new["endpoint"]["headers"] == {"X-Market": "ch"}
    assert (new["governance"], new["response"]) == ({"channel": "email"}, {"id": "string"})
    assert new["authentication"] == document["authentication"]
    if form == "canonical":
        assert repo.ajo("fmt", "--check", str(file)).exit == 0
    else:
        assert file.read_text()[:120] == text[:120]


def test_an_authentication_that_was_replaced_comes_back_with_a_reference_to_provide(repo: Desk) -> None:
    new = {"type": "apiKey", "name": "X-Api-Key", "value": "canary-api-key", "location": "header"}
    edit_live(repo, "Hello", authentication=new)
    shown = brought(repo)
    assert "secrets to provide: ${secret:team/Hello/x-api-key}" in shown.out
    assert hello(repo)["authentication"]["value"] == "${secret:team/Hello/x-api-key}"
    assert "canary-api-key" not in shown.out + shown.err + (repo.root / "drift.patch").read_text()


def test_a_credential_that_somebody_typed_comes_back_as_a_reference(repo: Desk) -> None:
    headers = [*repo.live()["Hello"]["endpoint"]["headers"]]
    headers.append({"name": "X-Token", "isVariable": False, "value": "canary-token"})
    edit_endpoint(repo, headers=headers)
    runs = [repo.ajo("drift", "--format", form) for form in ("text", "markdown", "json")]
    shown = brought(repo)
    said = "".join(run.out + run.err for run in (*runs, shown))
    assert "canary-token" not in said + (repo.root / "drift.patch").read_text()
    assert hello(repo)["endpoint"]["headers"] == {"X-Token": "${secret:team/Hello/x-token}"}


def test_a_token_in_a_payload_is_not_in_the_patch(repo: Desk) -> None:
    token = "ghp_canary012345678901234567890123456789"
    fields = [{"name": "note", "type": "string", "isVariable": False, "value": token}]
    edit_live(repo, "Hello", requestPayload={"fields": fields, "allowNullValues": False})
    file = repo.root / "drift.patch"
    shown = repo.ajo("drift", "--patch", str(file))
    assert "not in it: Hello: its file would not be valid: AJO253" in shown.out
    assert not file.exists()


def test_what_was_removed_on_the_platform_loses_its_file_unless_it_is_protected(repo: Desk) -> None:
    repo.call("DELETE", f"actions/{repo.live()['Other']['uid']}")
    brought(repo)
    assert not (repo.root / "actions/team/Other.json").exists()


def test_a_protected_one_keeps_its_file(repo: Desk) -> None:
    repo.write(action("Other", lifecycle={"protect": True}))
    commit(repo)
    assert repo.ajo("sync", "--yes").exit == 0
    repo.call("DELETE", f"actions/{repo.live()['Other']['uid']}")
    shown = repo.ajo("drift", "--patch", "-")
    assert (shown.out, "lifecycle.protect stands in its file" in shown.err) == ("", True)


def two_targets(repo: Desk) -> None:
    file = repo.root / "ajo.toml"
    lines = repo.target_lines({"host": "api.example.com", "template": "welcome"})
    file.write_text(f"{file.read_text()}[targets.other]\n{lines}")
    commit(repo)
    assert repo.ajo("sync", "--yes").exit == 0


def test_other_targets_keep_a_definition_that_was_removed_from_one(repo: Desk) -> None:
    two_targets(repo)
    repo.call("DELETE", f"actions/{repo.live()['Other']['uid']}")
    shown = brought(repo)
    written = json.loads((repo.root / "actions/team/Other.json").read_text())
    assert written["lifecycle"] == {"targets": ["other"]}
    assert "these files are for other too" in shown.out


def test_all_targets_are_told_and_one_that_can_not_be_read_stops_none(repo: Desk) -> None:
    two_targets(repo)
    edit_live(repo, "Hello", description="Edited.")
    found = repo.ajo("drift", "--all-targets", "--json")
    assert (found.exit, found.json()["complete"], len(found.json()["targets"])) == (2, True, 2)
    file = repo.root / "ajo.toml"
    file.write_text(file.read_text().replace(f'"{repo.sandbox}"', '"nowhere"', 1))
    partly = repo.ajo("drift", "--all-targets")
    assert (partly.exit, "Target here: not read" in partly.out) == (5, True)
    assert "~ changed custom action Hello" in partly.out
    assert "not read" in repo.ajo("drift", "--all-targets", "--format", "markdown").out


def test_a_patch_for_all_targets_is_refused(repo: Desk) -> None:
    refused = repo.ajo("drift", "--all-targets", "--patch", "x", "--json")
    assert (refused.exit, refused.json()["code"]) == (3, "AJO901")


def test_a_capping_comes_back_too_and_one_that_was_undeployed_can_not(repo: Desk) -> None:
    (live,) = repo.live("endpointConfigs").values()
    rating = {"maxCallsCount": 7, "periodInMs": 1000}
    services = {"action": {"maxHttpConnections": 50, "rating": rating}}
    path = f"endpointConfigs/{live['uid']}"
    repo.call("POST", f"{path}/undeploy")
    repo.call("PUT", path, {**live, "services": services, "methods": ["PUT", "POST"]})
    shown = repo.ajo("drift", "--patch", "-")
    assert "not in it: hello: state: a definition stands for a limit that is deployed" in shown.err
    repo.call("POST", f"{path}/deploy")
    brought(repo)
    written = json.loads((repo.root / "actions/team/hello.capping.json").read_text())
    assert (written["methods"], written["services"]) == (["POST", "PUT"], services)


def test_the_patch_applies_in_a_folder_of_the_repository(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "init", "--quiet")
    desk.write(action("Hello"))
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "A change")
    assert desk.ajo("sync", "--yes").exit == 0
    edit_live(desk, "Hello", description="Edited.")
    brought(desk)


def test_drift_never_writes_to_the_platform(repo: Desk) -> None:
    edit_live(repo, "Hello", description="Edited.")
    before = repo.writes()
    repo.ajo("drift", "--patch", "-")
    repo.ajo("drift", "--all-targets")
    assert repo.writes() == before
