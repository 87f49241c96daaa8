"""Receipts: what they say of a sync, and undoing the sync by them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.scenarios.desk import Desk, action, capping
from tests.scenarios.test_rollback import commit
from tests.workflows.runner import git
from toolkit.sync.receipt_file import receipt_schema

VALID = Draft202012Validator(receipt_schema())
KEY = {
    "type": "apiKey",
    "name": "X-Api-Key",
    "value": "${secret:local/client-secret}",
    "location": "header",
}
SYNC = ("sync", "--yes", "--allow-destroy")


@pytest.fixture
def repo(desk: Desk) -> Desk:
    """A repository whose two commits are synced: the second one creates, changes, renames and deletes."""
    git(desk.root, "init", "--quiet")
    (desk.root / ".gitignore").write_text(".ajo/\n*.receipt.json\n")
    desk.write(action("Hello", authentication=KEY))
    desk.write(action("Gone", authentication=KEY))
    desk.write(action("Old"))
    desk.write(capping("hello", "hello.example.com"))
    commit(desk)
    assert desk.ajo(*SYNC, "--receipt", str(desk.root / "first.receipt.json")).exit == 0
    desk.write(action("Hello", authentication=KEY, description="A wrong release."))
    desk.write(action("New"))
    desk.write(action("Renamed", endpoint=action("Old")["endpoint"], lifecycle={"previousName": "Old"}))
    desk.write(capping("hello", "hello.example.com", calls=7))
    for name in ("Gone", "Old"):
        (desk.root / f"actions/team/{name}.json").unlink()
    commit(desk)
    done = desk.ajo(*SYNC, "--receipt", str(desk.root / "second.receipt.json"))
    assert done.exit == 0, done.err
    return desk


def receipt(desk: Desk, name: str = "second") -> dict[str, Any]:
    document: dict[str, Any] = json.loads((desk.root / f"{name}.receipt.json").read_text())
    return document


def undo(desk: Desk, *options: str, name: str = "second") -> Any:
    return desk.ajo("rollback", "--receipt", str(desk.root / f"{name}.receipt.json"), *options)


APPLY = ("--apply", "--yes", "--allow-destroy")


def test_a_receipt_says_who_when_which_commit_and_each_step_with_before_and_after(repo: Desk) -> None:
    document = receipt(repo)
    VALID.validate(document)
    assert document["commit"] == git(repo.root, "rev-parse", "HEAD")
    assert document["base"] == git(repo.root, "rev-parse", "HEAD~1")
    assert (document["committed"], document["complete"]) == (True, True)
    rows = {row["name"]: row for row in document["rows"]}
    assert rows["Hello"]["before"]["description"] == "What Hello does."
    assert rows["Hello"]["after"]["description"] == "A wrong release."
    assert (rows["New"]["before"], rows["New"]["after"]["description"]) == (None, "What New does.")
    assert (rows["Gone"]["before"]["description"], rows["Gone"]["after"]) == ("What Gone does.", None)
    assert rows["Renamed"]["previousIdentity"] == "Old"
    assert all(row["requestIds"] for row in rows.values())


def test_no_secret_is_in_a_receipt(repo: Desk) -> None:
    text = (repo.root / "second.receipt.json").read_text()
    assert repo.running.client_secret not in text
    assert '"value": "${secret:}"' in text


def test_undoing_a_sync_is_shown_first_and_writes_nothing(repo: Desk) -> None:
    writes = repo.writes()
    shown = undo(repo)
    assert shown.exit == 0, shown.err
    assert shown.out.startswith(f"Back to before the sync of {receipt(repo)['startedAt']}.")
    for words in (
        "~ update custom action Hello",
        "+ create custom action Gone",
        "- delete custom action New",
    ):
        assert words in shown.out
    assert "~ update custom action Old, until now Renamed" in shown.out
    assert repo.writes() == writes


def test_undoing_needs_the_same_leave_as_a_sync(repo: Desk) -> None:
    unasked = undo(repo, "--apply", "--allow-destroy")
    assert (unasked.exit, "AJO601" in unasked.err, "New" in repo.live()) == (6, True, True)
    refused = undo(repo, "--apply", "--yes")
    assert (refused.exit, "AJO604" in refused.err) == (6, True)


def test_a_sync_that_is_undone_leaves_what_was_before_secrets_included(repo: Desk) -> None:
    done = undo(repo, *APPLY)
    assert done.exit == 0, done.err
    assert set(repo.live()) == {"Hello", "Gone", "Old"}
    assert repo.live()["Hello"]["description"] == "What Hello does."
    (limit,) = repo.call("POST", "list/endpointConfigs", {})["results"]
    assert (limit["services"]["action"]["rating"]["maxCallsCount"], limit["state"]) == (100, "deployed")
    base, head = receipt(repo)["base"][:12], receipt(repo)["commit"][:12]
    assert f"git revert --no-edit {base}..{head}" in done.out
    git(repo.root, "checkout", "--quiet", base)
    assert repo.ajo("diff", "--exit-code").exit == 0


def test_undoing_twice_finds_nothing_to_do(repo: Desk) -> None:
    assert undo(repo, *APPLY).exit == 0
    again = undo(repo, *APPLY, "--json")
    assert again.exit == 0, again.err
    assert again.json()["receipt"]["rows"] == []


def test_undoing_the_undoing_brings_the_sync_back(repo: Desk) -> None:
    assert undo(repo, *APPLY, "--receipt-out", str(repo.root / "third.receipt.json")).exit == 0
    assert undo(repo, *APPLY, name="third").exit == 0
    assert set(repo.live()) == {"Hello", "New", "Renamed"}
    assert repo.ajo("diff", "--exit-code").exit == 0


def test_what_somebody_changed_since_is_refused_by_name_and_nothing_is_written(repo: Desk) -> None:
    live = repo.live()["Hello"]
    repo.call("PUT", f"actions/{live['uid']}", {**live, "description": "Edited in the product."})
    writes = repo.writes()
    refused = undo(repo, *APPLY)
    assert (refused.exit, "Hello" in refused.err) == (6, True)
    assert repo.writes() == writes


def test_what_a_receipt_hides_comes_from_the_definitions_of_then(repo: Desk) -> None:
    done = undo(repo, *APPLY, "--json").json()
    step = next(step for step in done["plan"]["steps"] if step["name"] == "Gone")
    assert step["secrets"] == ["${secret:local/client-secret}"]


def test_without_those_definitions_a_hidden_secret_is_not_made_up(repo: Desk) -> None:
    document = receipt(repo)
    document["base"] = document["commit"] = None
    (repo.root / "second.receipt.json").write_text(json.dumps(document))
    refused = undo(repo, *APPLY)
    assert refused.exit == 6
    assert "AJO632" in refused.err
    assert "Gone: what stood at authentication.value was hidden" in refused.err


def test_a_first_sync_is_undone_by_deleting_what_it_created(desk: Desk) -> None:
    desk.write(action("Hello"))
    file = str(desk.root / "a.receipt.json")
    assert desk.ajo("sync", "--yes", "--receipt", file).exit == 0
    assert desk.ajo("rollback", "--receipt", file, *APPLY).exit == 0
    assert desk.live() == {}


def test_a_protected_action_is_not_deleted_by_undoing_its_creation(desk: Desk) -> None:
    desk.write(action("Hello", lifecycle={"protect": True}))
    file = str(desk.root / "a.receipt.json")
    assert desk.ajo("sync", "--yes", "--receipt", file).exit == 0
    refused = desk.ajo("rollback", "--receipt", file, *APPLY)
    assert (refused.exit, "AJO605" in refused.err, set(desk.live())) == (6, True, {"Hello"})


def test_a_receipt_of_another_sandbox_is_refused(repo: Desk) -> None:
    document = receipt(repo) | {"sandbox": "elsewhere"}
    (repo.root / "second.receipt.json").write_text(json.dumps(document))
    refused = undo(repo)
    assert (refused.exit, "AJO631" in refused.err) == (6, True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ("[]", "does not say that its format is ajo-receipt"),
        ('{"format": "ajo-receipt", "version": 2}', "its version is 2"),
        ('{"format": "ajo-receipt", "version": 1}', "required property"),
        ("\ud800".encode("utf-8", "surrogatepass"), "not UTF-8"),
    ],
)
def test_what_is_no_receipt_is_refused_with_its_name(desk: Desk, text: str | bytes, words: str) -> None:
    file = desk.root / "x.json"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    refused = desk.ajo("rollback", "--receipt", str(file))
    assert (refused.exit, "AJO630" in refused.err, "x.json" in refused.err, words in refused.err) == (
        3,
        True,
        True,
        True,
    )


def test_either_a_commit_or_a_receipt_is_named(repo: Desk) -> None:
    assert repo.ajo("rollback").exit == 3
    assert undo(repo, "HEAD").exit == 3
    assert undo(repo, "--with-values").exit == 3
