"""Going back to an earlier commit: the platform first, and the files are told about."""

from __future__ import annotations

import json

import pytest

from tests.scenarios.desk import Desk, action, capping
from tests.workflows.runner import git


@pytest.fixture
def repo(desk: Desk) -> Desk:
    """A repository whose first commit (tag ``good``) and second commit are both synced."""
    git(desk.root, "init", "--quiet")
    (desk.root / ".gitignore").write_text(".ajo/\n")
    desk.write(action("Hello"))
    desk.write(action("Gone"))
    desk.write(capping("hello", "hello.example.com"))
    commit(desk)
    git(desk.root, "tag", "good")
    assert desk.ajo("sync", "--yes").exit == 0
    desk.write(action("Hello", description="A wrong release."))
    desk.write(action("New"))
    (desk.root / "actions/team/Gone.json").unlink()
    commit(desk)
    assert desk.ajo("sync", "--yes", "--allow-destroy").exit == 0
    return desk


def commit(desk: Desk) -> str:
    git(desk.root, "add", "--all")
    git(desk.root, "commit", "--quiet", "--message", "A change")
    return git(desk.root, "rev-parse", "HEAD")


def reference(desk: Desk) -> str:
    return git(desk.root, "for-each-ref", "--format=%(objectname)", "refs/ajo/")


def test_a_rollback_is_shown_and_nothing_is_written_without_apply(repo: Desk) -> None:
    before = repo.writes()
    shown = repo.ajo("rollback", "good")
    assert shown.exit == 0
    assert shown.out.startswith(f"Back to {git(repo.root, 'rev-parse', 'good')[:12]} (good).")
    assert 'description: "A wrong release." → "What Hello does."' in shown.out
    assert "+ create custom action Gone" in shown.out
    assert "- delete custom action New" in shown.out
    assert repo.writes() == before


def test_a_rollback_needs_the_same_leave_as_a_sync(repo: Desk) -> None:
    assert (repo.ajo("rollback", "good", "--apply").exit, "New" in repo.live()) == (6, True)
    unasked = repo.ajo("rollback", "good", "--apply", "--allow-destroy")
    assert (unasked.exit, "AJO601" in unasked.err, "New" in repo.live()) == (6, True, True)
    refused = repo.ajo("rollback", "good", "--apply", "--yes")
    assert (refused.exit, "AJO604: the plan deletes New" in refused.err) == (6, True)
    assert repo.live()["Hello"]["description"] == "A wrong release."


def test_a_rollback_brings_the_platform_back_and_leaves_files_and_reference(repo: Desk) -> None:
    at = reference(repo)
    done = repo.ajo("rollback", "good", "--apply", "--yes", "--allow-destroy")
    assert done.exit == 0, done.err
    assert set(repo.live()) == {"Hello", "Gone"}
    assert repo.live()["Hello"]["description"] == "What Hello does."
    assert git(repo.root, "status", "--porcelain") == ""
    assert reference(repo) == at
    assert "3 definitions differ: Gone, Hello, New" in done.out


def test_what_is_not_reverted_is_seen_as_drift_by_the_next_diff(repo: Desk) -> None:
    assert repo.ajo("rollback", "good", "--apply", "--yes", "--allow-destroy").exit == 0
    assert '[drift] description: "What Hello does." → "A wrong release."' in repo.ajo("diff").out


def test_the_command_that_is_named_makes_files_and_platform_agree(repo: Desk) -> None:
    done = repo.ajo("rollback", "good", "--apply", "--yes", "--allow-destroy", "--json").json()
    assert done["receipt"]["complete"]
    assert done["command"].startswith("git revert --no-edit ")
    git(repo.root, *done["command"].split()[1:])
    assert repo.ajo("diff").out.splitlines()[-1].startswith("Nothing to do:")
    again = repo.ajo("sync", "--yes")
    assert (again.exit, reference(repo)) == (0, git(repo.root, "rev-parse", "HEAD"))


def test_where_merges_stand_between_the_folder_is_brought_back_instead(repo: Desk) -> None:
    git(repo.root, "checkout", "--quiet", "-b", "side", "good")
    (repo.root / "notes.md").write_text("words")
    commit(repo)
    git(repo.root, "checkout", "--quiet", "-")
    git(repo.root, "merge", "--quiet", "--no-edit", "--no-ff", "side")
    command = repo.ajo("rollback", "good", "--json").json()["command"]
    assert command.startswith("git restore --source=")
    git(repo.root, *command.split()[1:])
    commit(repo)
    assert repo.ajo("rollback", "good", "--json").json()["command"] is None


def test_an_action_that_was_renamed_since_is_renamed_back_in_place(repo: Desk) -> None:
    (repo.root / "actions/team/Hello.json").unlink()
    repo.write(action("Welcome", description="A wrong release.", lifecycle={"previousName": "Hello"}))
    commit(repo)
    assert repo.ajo("sync", "--yes").exit == 0
    uid = repo.live()["Welcome"]["uid"]
    assert repo.ajo("rollback", "good", "--apply", "--yes", "--allow-destroy").exit == 0
    assert repo.live()["Hello"]["uid"] == uid
    assert "Welcome" not in repo.live()


def test_values_count_as_they_are_now_unless_those_of_then_are_asked_for(repo: Desk) -> None:
    repo.settings({"host": "old.example.com"})
    endpoint = {"method": "POST", "url": "https://${host}/v1"}
    repo.write(action("Hello", endpoint=endpoint))
    commit(repo)
    git(repo.root, "tag", "valued")
    repo.settings({"host": "new.example.com"})
    repo.write(action("Hello", endpoint=endpoint, description="Later."))
    commit(repo)
    assert repo.ajo("sync", "--yes", "--allow-destroy").exit == 0
    shown = repo.ajo("rollback", "valued").out
    assert "old.example.com" not in shown
    assert "Values count as they are now; at that commit others were: host (--with-values)." in shown
    then = repo.ajo("rollback", "valued", "--with-values", "--json").json()
    changes = {change["pointer"]: change["desired"] for change in then["plan"]["steps"][0]["changes"]}
    assert changes["/endpoint/url"] == "https://old.example.com/v1"


def test_the_settings_of_then_lead_nowhere(repo: Desk) -> None:
    now = (repo.root / "ajo.toml").read_text()
    repo.settings(base_url="http://127.0.0.1:9/journey/orchestration")
    commit(repo)
    git(repo.root, "tag", "elsewhere")
    (repo.root / "ajo.toml").write_text(now)
    commit(repo)
    assert repo.ajo("rollback", "elsewhere").exit == 0


def test_a_revision_that_is_none_or_holds_what_is_invalid_now_is_one_clear_error(repo: Desk) -> None:
    unknown = repo.ajo("rollback", "nowhere", "--json")
    assert (unknown.exit, unknown.json()["code"]) == (3, "AJO821")
    repo.write(action("bad-name"))
    repo.write(action("Twice", description="1"), "team/Twice.json")
    repo.write(action("Twice", description="2"), "other/Twice.json")
    commit(repo)
    git(repo.root, "tag", "bad")
    git(repo.root, "revert", "--no-edit", "HEAD")
    refused = repo.ajo("rollback", "bad", "--json")
    codes = {found["code"] for found in refused.json()["findings"]}
    assert (refused.exit, {"AJO200", "AJO010"} <= codes) == (3, True)


def test_a_rollback_keeps_its_receipt(repo: Desk) -> None:
    file = repo.root.parent / "receipt.json"
    repo.ajo("rollback", "good", "--apply", "--yes", "--allow-destroy", "--receipt-out", str(file))
    assert {row["status"] for row in json.loads(file.read_text())["rows"]} == {"done"}


def test_a_rollback_for_a_review_is_markdown(repo: Desk) -> None:
    shown = repo.ajo("rollback", "good", "--format", "markdown").out
    assert shown.startswith("### Back to `")
    assert "git revert" in shown
