"""Git is the state: what was synced last is the base, and nobody's work is lost or overwritten unseen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.desk import Desk, action, capping
from tests.workflows.runner import git

REFERENCE = "refs/ajo/synced/here"


@pytest.fixture
def repo(desk: Desk) -> Desk:
    """A desk whose workspace is a git repository, with one action synced."""
    git(desk.root, "init", "--quiet")
    desk.write(action("Hello"))
    commit(desk)
    assert desk.ajo("sync", "--yes").exit == 0
    return desk


def commit(desk: Desk) -> str:
    git(desk.root, "add", "--all")
    git(desk.root, "commit", "--quiet", "--message", "A change")
    return git(desk.root, "rev-parse", "HEAD")


def reference(desk: Desk) -> str:
    return git(desk.root, "for-each-ref", "--format=%(objectname)", "refs/ajo/")


def edit_live(desk: Desk, name: str, **changes: Any) -> None:
    """Change a live action as somebody in the product would."""
    found = desk.live()[name]
    desk.call("PUT", f"actions/{found['uid']}", {**found, **changes})


def remove(desk: Desk, name: str) -> None:
    (desk.root / f"actions/team/{name}.json").unlink()


def taken(desk: Desk) -> str:
    """Let a definition fail that stands beside the others; returns what frees its name."""
    desk.settings(workers=1)
    uid = desk.call("POST", "actions", {"name": "A_taken", "actionType": "campaignClassic"})["uid"]
    desk.write(action("A_taken"))
    return str(uid)


def test_a_complete_sync_of_a_commit_moves_the_reference_to_it(repo: Desk) -> None:
    assert reference(repo) == git(repo.root, "rev-parse", "HEAD")


def test_a_sync_with_nothing_to_do_moves_the_reference_too(repo: Desk) -> None:
    (repo.root / "notes.md").write_text("words")
    later = commit(repo)
    assert repo.ajo("sync").exit == 0
    assert reference(repo) == later


def test_a_sync_of_what_is_not_committed_leaves_the_reference_and_says_so(repo: Desk) -> None:
    before = reference(repo)
    repo.write(action("Second"))
    done = repo.ajo("sync", "--yes")
    assert done.exit == 0
    assert f"{REFERENCE} stays where it was: 1 file not committed" in done.err
    assert "actions/team/Second.json" in done.err
    assert reference(repo) == before


def test_a_sync_of_what_git_ignores_leaves_the_reference(repo: Desk) -> None:
    (repo.root / ".gitignore").write_text("actions/team/Ignored.json\n")
    commit(repo)
    before = reference(repo)
    repo.write(action("Ignored"))
    assert "not committed" in repo.ajo("sync", "--yes").err
    assert reference(repo) == before


def test_a_sync_that_is_not_complete_leaves_the_reference_and_says_so(repo: Desk) -> None:
    before = reference(repo)
    taken(repo)
    commit(repo)
    partly = repo.ajo("sync", "--yes")
    assert partly.exit == 5
    assert "stays where it was: the sync is not complete" in partly.err
    assert reference(repo) == before


def test_a_removed_file_removes_what_was_ours_and_only_with_leave(repo: Desk) -> None:
    remove(repo, "Hello")
    repo.write(action("Other"))
    commit(repo)
    refused = repo.ajo("sync", "--yes")
    assert (refused.exit, "AJO604" in refused.err) == (6, True)
    assert list(repo.live()) == ["Hello"]
    assert repo.ajo("sync", "--yes", "--allow-destroy").exit == 0
    assert list(repo.live()) == ["Other"]


def test_a_target_may_allow_removals_in_its_settings(repo: Desk) -> None:
    settings = (repo.root / "ajo.toml").read_text()
    (repo.root / "ajo.toml").write_text(f"{settings}allow-destroy = true\n")
    remove(repo, "Hello")
    repo.write(action("Other"))
    commit(repo)
    assert repo.ajo("sync", "--yes").exit == 0
    assert list(repo.live()) == ["Other"]


def test_what_a_failed_run_created_and_a_later_commit_removed_is_deleted(repo: Desk) -> None:
    uid = taken(repo)
    repo.write(action("Brief"))
    commit(repo)
    assert repo.ajo("sync", "--yes").exit == 5
    assert "Brief" in repo.live()
    remove(repo, "Brief")
    commit(repo)
    repo.call("DELETE", f"actions/{uid}")
    assert repo.ajo("sync", "--yes", "--allow-destroy").exit == 0
    assert set(repo.live()) == {"Hello", "A_taken"}
    assert reference(repo) == git(repo.root, "rev-parse", "HEAD")


def test_what_a_failed_run_wrote_is_no_conflict_for_the_next_commit(repo: Desk) -> None:
    uid = taken(repo)
    repo.write(action("Hello", description="First try."))
    commit(repo)
    assert repo.ajo("sync", "--yes").exit == 5
    repo.call("DELETE", f"actions/{uid}")
    repo.write(action("Hello", description="Second try."))
    commit(repo)
    assert repo.ajo("sync", "--yes").exit == 0


def test_what_nobody_here_made_is_never_touched(repo: Desk) -> None:
    repo.call("POST", "actions", {**_body(repo, "Hello"), "name": "Theirs"})
    remove(repo, "Hello")
    repo.write(action("Other"))
    commit(repo)
    assert "Theirs" in repo.ajo("diff").out
    assert repo.ajo("sync", "--yes", "--allow-destroy").exit == 0
    assert set(repo.live()) == {"Other", "Theirs"}


def _body(desk: Desk, name: str) -> dict[str, Any]:
    found = desk.live()[name]
    return {key: found[key] for key in found if key not in ("uid", "metadata", "state", "name")}


def test_a_new_file_does_not_overwrite_what_somebody_made_under_its_name(repo: Desk) -> None:
    repo.call("POST", "actions", {**_body(repo, "Hello"), "name": "Theirs"})
    repo.write(action("Theirs", description="Ours now."))
    commit(repo)
    refused = repo.ajo("sync", "--yes")
    assert (refused.exit, "AJO606" in refused.err, "--adopt" in refused.err) == (6, True, True)
    adopted = repo.ajo("sync", "--yes", "--adopt")
    assert (adopted.exit, "[adopted]" in adopted.err) == (0, True)


def test_drift_is_shown_as_drift_in_every_format(repo: Desk) -> None:
    edit_live(repo, "Hello", description="Edited in the product.")
    assert '[drift] description: "Edited in the product." → ' in repo.ajo("diff").out
    assert "`description` **drift**" in repo.ajo("diff", "--format", "markdown").out
    (step,) = repo.ajo("diff", "--json").json()["steps"]
    assert [change["verdict"] for change in step["changes"]] == ["theirs"]


@pytest.mark.parametrize(
    ("treatment", "exit_code", "live"),
    [("overwrite", 0, "What Hello does."), ("refuse", 6, "Edited."), ("keep", 0, "Edited.")],
)
def test_a_target_decides_what_becomes_of_drift(
    repo: Desk, treatment: str, exit_code: int, live: str
) -> None:
    repo.settings(on_drift=treatment)
    commit(repo)
    edit_live(repo, "Hello", description="Edited.")
    assert repo.ajo("sync", "--yes").exit == exit_code
    assert repo.live()["Hello"]["description"] == live


@pytest.mark.parametrize(
    ("treatment", "exit_code", "live"),
    [("overwrite", 0, "Ours."), ("refuse", 6, "Edited."), ("keep", 0, "Edited.")],
)
def test_a_target_decides_what_becomes_of_a_conflict(
    repo: Desk, treatment: str, exit_code: int, live: str
) -> None:
    before = reference(repo)
    repo.settings(on_conflict=treatment)
    repo.write(action("Hello", description="Ours."))
    later = commit(repo)
    edit_live(repo, "Hello", description="Edited.")
    assert repo.ajo("sync", "--yes").exit == exit_code
    assert repo.live()["Hello"]["description"] == live
    assert reference(repo) == (later if treatment == "overwrite" else before)


def test_a_base_can_be_named(repo: Desk) -> None:
    first = git(repo.root, "rev-parse", "HEAD")
    git(repo.root, "update-ref", "-d", REFERENCE)
    remove(repo, "Hello")
    repo.write(action("Other"))
    commit(repo)
    assert repo.ajo("diff", "--json").json()["counts"]["delete"] == 0
    found = repo.ajo("diff", "--json", "--base", first).json()
    assert found["counts"]["delete"] == 1
    assert found["base"] == f"{first[:12]} ({first})"


def test_a_base_that_is_not_there_is_one_error(repo: Desk) -> None:
    refused = repo.ajo("diff", "--base", "no-such-branch")
    assert (refused.exit, "AJO821" in refused.err) == (3, True)


@pytest.mark.parametrize("service", ["github", "gitlab"])
def test_without_the_reference_a_pipeline_takes_the_commit_before_the_push(
    repo: Desk, service: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = git(repo.root, "rev-parse", "HEAD")
    git(repo.root, "update-ref", "-d", REFERENCE)
    remove(repo, "Hello")
    repo.write(action("Other"))
    commit(repo)
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"before": before}))
    variables = {"github": ("GITHUB_EVENT_PATH", str(event)), "gitlab": ("CI_COMMIT_BEFORE_SHA", before)}
    monkeypatch.setenv(*variables[service])
    monkeypatch.setenv("GITHUB_EVENT_NAME", "push")
    assert repo.ajo("diff", "--json").json()["counts"]["delete"] == 1


@pytest.mark.parametrize("given", ["0" * 40, "", "1" * 40])
def test_a_push_without_a_commit_before_it_is_no_base(
    repo: Desk, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(repo.root, "update-ref", "-d", REFERENCE)
    monkeypatch.setenv("CI_COMMIT_BEFORE_SHA", given)
    repo.write(action("Other"))
    found = repo.ajo("diff")
    assert found.exit == 0
    assert f"No base: {REFERENCE} is not in this clone: nothing was synced yet, or it was not" in found.err
    assert "git fetch origin '+refs/ajo/*:refs/ajo/*'" in found.err


def test_an_old_value_is_the_base_of_a_pattern(repo: Desk) -> None:
    repo.settings({"host": "old.example.com"})
    repo.write(capping("api", "${host}"))
    commit(repo)
    assert repo.ajo("sync", "--yes").exit == 0
    repo.settings({"host": "new.example.com"})
    commit(repo)
    counts = repo.ajo("diff", "--json").json()["counts"]
    assert (counts["create"], counts["delete"]) == (1, 1)


def test_a_pattern_of_a_value_between_two_syncs_is_ours(repo: Desk) -> None:
    uid = taken(repo)
    repo.settings({"host": "between.example.com"}, workers=1)
    repo.write(capping("api", "${host}"))
    commit(repo)
    assert repo.ajo("sync", "--yes").exit == 5
    repo.settings({"host": "new.example.com"}, workers=1)
    commit(repo)
    repo.call("DELETE", f"actions/{uid}")
    assert repo.ajo("sync", "--yes", "--allow-destroy").exit == 0
    assert list(repo.live("endpointConfigs")) == ["https://new.example.com/*"]


def test_a_target_that_led_elsewhere_has_no_base(repo: Desk) -> None:
    repo.settings(sandbox="elsewhere")
    repo.write(action("Other"))
    remove(repo, "Hello")
    found = repo.ajo("diff")
    assert 'target "here" led to another sandbox' in found.err
    assert "0 to delete" in found.out


def test_a_shallow_clone_says_what_is_missing_and_changes_nothing(repo: Desk, tmp_path: Path) -> None:
    base = git(repo.root, "rev-parse", "HEAD")
    for text in ("one", "two"):
        repo.write(action("Hello", description=text))
        commit(repo)
    place = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{repo.root}", str(place))
    shallow = Desk(place, repo.running, repo.sandbox, repo.capsys)
    before = repo.writes()
    missing = shallow.ajo("sync", "--yes", "--base", base)
    assert (missing.exit, "AJO822" in missing.err, "fetch-depth" in missing.err) == (3, True, True)
    git(place, "fetch", "--quiet", "--depth", "1", "origin", f"+{REFERENCE}:{REFERENCE}")
    cut = shallow.ajo("sync", "--yes")
    assert (cut.exit, "is cut at" in cut.err, "fetch-depth" in cut.err) == (3, True, True)
    assert repo.writes() == before
    git(place, "fetch", "--quiet", "--unshallow")
    assert shallow.ajo("sync", "--yes").exit == 0


def test_a_worktree_shares_the_reference(repo: Desk, tmp_path: Path) -> None:
    place = tmp_path / "worktree"
    git(repo.root, "worktree", "add", "--quiet", "--detach", str(place))
    beside = Desk(place, repo.running, repo.sandbox, repo.capsys)
    (place / "actions/team/Hello.json").unlink()
    beside.write(action("Other"))
    commit(beside)
    assert beside.ajo("sync", "--yes", "--allow-destroy").exit == 0
    assert reference(repo) == git(place, "rev-parse", "HEAD")


def test_the_reference_is_pushed_alone_when_asked_for(
    repo: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote = tmp_path / "remote.git"
    git(tmp_path, "init", "--quiet", "--bare", str(remote))
    git(repo.root, "remote", "add", "origin", str(remote))
    repo.write(action("Second"))
    later = commit(repo)
    git(repo.root, "update-ref", "-d", REFERENCE)
    monkeypatch.setenv("GIT_DIR", "/nonexistent")  # As inside a hook of another repository.
    assert repo.ajo("sync", "--yes", "--push-ref").exit == 0
    monkeypatch.delenv("GIT_DIR")
    assert git(remote, "for-each-ref", "--format=%(objectname) %(refname)") == f"{later} {REFERENCE}"


def test_a_reference_that_can_not_be_pushed_is_reported_and_the_sync_stays_done(repo: Desk) -> None:
    git(repo.root, "remote", "add", "origin", str(repo.root / "nowhere"))
    repo.write(action("Second"))
    later = commit(repo)
    done = repo.ajo("sync", "--yes", "--push-ref")
    assert (done.exit, "AJO825" in done.err, "1 done" in done.out) == (5, True, True)
    assert reference(repo) == later


def test_a_push_that_failed_is_made_up_for_by_the_next_run(repo: Desk, tmp_path: Path) -> None:
    remote = tmp_path / "remote.git"
    git(repo.root, "remote", "add", "origin", str(remote))
    git(tmp_path, "init", "--quiet", "--bare", str(remote))
    assert repo.ajo("sync", "--push-ref").exit == 0
    remote.rename(tmp_path / "away.git")
    repo.write(action("Second"))
    later = commit(repo)
    assert repo.ajo("sync", "--yes", "--push-ref").exit == 5
    (tmp_path / "away.git").rename(remote)
    assert repo.ajo("sync", "--push-ref").exit == 0
    assert git(remote, "for-each-ref", "--format=%(objectname)") == later


def test_a_reference_that_somebody_else_moved_is_not_pushed_over(repo: Desk, tmp_path: Path) -> None:
    remote = tmp_path / "remote.git"
    git(tmp_path, "init", "--quiet", "--bare", str(remote))
    git(repo.root, "remote", "add", "origin", str(remote))
    place = tmp_path / "elsewhere"
    git(tmp_path, "clone", "--quiet", str(repo.root), str(place))
    git(place, "commit", "--quiet", "--allow-empty", "--message", "Theirs")
    git(place, "push", "--quiet", str(remote), f"HEAD:{REFERENCE}")
    theirs = git(place, "rev-parse", "HEAD")
    repo.write(action("Second"))
    commit(repo)
    done = repo.ajo("sync", "--yes", "--push-ref")
    assert (done.exit, "AJO825" in done.err, theirs[:12] in done.err) == (5, True, True)
    assert git(remote, "for-each-ref", "--format=%(objectname)") == theirs


def test_a_list_that_breaks_off_never_leads_to_a_removal(repo: Desk) -> None:
    remove(repo, "Hello")
    repo.write(action("Other"))
    commit(repo)
    repo.admin("faults", {"fault": "malformed", "path": "*/list/actions", "sandbox": repo.sandbox})
    before = repo.writes()
    stopped = repo.ajo("sync", "--yes", "--allow-destroy")
    assert stopped.exit == 5
    assert repo.writes() == before


def waive(desk: Desk, **changes: Any) -> None:
    entry = {
        "target": "here",
        "kind": "CustomAction",
        "name": "Hello",
        "field": "description",
        "reason": "the shop tries a wording",
        "until": "2999-12-31",
        **changes,
    }
    document = {"formatVersion": 1, "waivers": [entry]}
    (desk.root / "ajo-waivers.json").write_text(json.dumps(document, indent=2))


def test_a_waived_drift_stays_and_is_shown_with_its_reason(repo: Desk) -> None:
    edit_live(repo, "Hello", description="Edited.")
    waive(repo)
    commit(repo)
    done = repo.ajo("sync", "--yes")
    assert (done.exit, "waived until 2999-12-31: the shop tries a wording" in done.err) == (0, True)
    assert repo.live()["Hello"]["description"] == "Edited."


def test_a_waiver_that_hides_nothing_is_a_warning_at_its_place(repo: Desk) -> None:
    waive(repo)
    (found,) = repo.ajo("diff", "--json").json()["findings"]
    assert (found["code"], found["line"]) == ("AJO611", 4)
    edit_live(repo, "Hello", description="Theirs")
    assert repo.ajo("diff", "--json").json()["findings"] == []


def test_an_expired_waiver_is_a_warning_and_hides_nothing(repo: Desk) -> None:
    edit_live(repo, "Hello", description="Edited.")
    waive(repo, until="2020-12-31")
    found = repo.ajo("diff")
    assert "[drift] description" in found.out
    assert "ajo-waivers.json:10:16: warning AJO609" in found.out
    assert repo.ajo("diff", "--json").json()["findings"][0]["code"] == "AJO609"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"until": "soon"}, "AJO105"),
        ({"field": "a..b"}, "AJO105"),
        ({"because": "x"}, "AJO103"),
        ({"kind": "Email"}, "AJO106"),
        ({"target": "elsewhere"}, "AJO303"),
    ],
)
def test_a_wrong_waiver_is_named_with_its_place(repo: Desk, changes: dict[str, Any], code: str) -> None:
    waive(repo, **changes)
    refused = repo.ajo("diff")
    assert refused.exit == 3
    assert "ajo-waivers.json:" in refused.err
    assert code in refused.err
    checked = repo.ajo("validate")
    assert (checked.exit, code in checked.out) == (3, True)
    waive(repo)
    assert repo.ajo("validate").exit == 0


def test_waivers_that_are_no_json_are_one_error(repo: Desk) -> None:
    (repo.root / "ajo-waivers.json").write_text("{")
    refused = repo.ajo("diff")
    assert (refused.exit, "ajo-waivers.json" in refused.err) == (3, True)


def test_a_renamed_definition_is_one_update_even_while_journeys_use_it(repo: Desk) -> None:
    uid = repo.live()["Hello"]["uid"]
    repo.add_journey("Hello")
    remove(repo, "Hello")
    renamed = action("Welcome", lifecycle={"previousName": "Hello"}, description="What Hello does.")
    repo.write({**renamed, "endpoint": action("Hello")["endpoint"]})
    commit(repo)
    found = repo.ajo("diff")
    assert "~ update custom action Welcome, until now Hello" in found.out
    assert "0 to create, 1 to update, 0 to delete" in found.out
    assert repo.ajo("sync", "--yes").exit == 0
    assert {name: item["uid"] for name, item in repo.live().items()} == {"Welcome": uid}
    assert "Nothing to do" in repo.ajo("diff").out


def test_a_failed_rename_is_finished_by_the_next_run(repo: Desk) -> None:
    remove(repo, "Hello")
    repo.write(
        {**action("Welcome", lifecycle={"previousName": "Hello"}), "endpoint": action("Hello")["endpoint"]}
    )
    uid = taken(repo)
    commit(repo)
    assert repo.ajo("sync", "--yes").exit == 5
    repo.call("DELETE", f"actions/{uid}")
    assert repo.ajo("sync", "--yes").exit == 0
    assert set(repo.live()) == {"Welcome", "A_taken"}


def test_a_definition_that_no_longer_is_for_a_target_leaves_it(repo: Desk) -> None:
    here, there = repo.target_lines(), repo.target_lines(sandbox="desk-598")
    (repo.root / "ajo.toml").write_text(
        f'default-target = "here"\n[targets.here]\n{here}[targets.there]\n{there}'
    )
    repo.write(action("Hello", lifecycle={"targets": ["there"]}))
    repo.write(action("Other"))
    commit(repo)
    assert repo.ajo("sync", "--yes", "--allow-destroy").exit == 0
    assert list(repo.live()) == ["Other"]


def test_a_protected_definition_survives_a_change_that_removes_flag_and_file_at_once(repo: Desk) -> None:
    repo.write(action("Hello", lifecycle={"protect": True}))
    repo.write(action("Other"))
    commit(repo)
    assert repo.ajo("sync", "--yes").exit == 0
    repo.write(action("Hello"))
    commit(repo)
    remove(repo, "Hello")
    commit(repo)
    refused = repo.ajo("sync", "--yes", "--allow-destroy")
    assert (refused.exit, "AJO605" in refused.err) == (6, True)
    git(repo.root, "revert", "--no-edit", "HEAD")
    assert repo.ajo("sync", "--yes").exit == 0
    remove(repo, "Hello")
    commit(repo)
    assert repo.ajo("sync", "--yes", "--allow-destroy").exit == 0
    assert list(repo.live()) == ["Other"]


def test_a_rotated_label_sends_the_secret_again_once(repo: Desk) -> None:
    def keyed(label: str) -> dict[str, Any]:
        value = f"${{secret:hello/key@{label}}}"
        key = {"type": "apiKey", "name": "X-Key", "value": value, "location": "header"}
        return action("Keyed", authentication=key)

    repo.write(keyed("2026-01"))
    commit(repo)
    assert repo.ajo("sync", "--yes").exit == 0
    repo.write(keyed("2026-02"))
    commit(repo)
    assert "1 to update" in repo.ajo("diff").out
    assert repo.ajo("sync", "--yes").exit == 0
    assert "Nothing to do" in repo.ajo("diff").out


def test_a_large_share_is_refused_until_it_is_allowed_by_name(repo: Desk) -> None:
    for number in range(11):
        repo.write(action(f"A{number}"))
    commit(repo)
    assert repo.ajo("sync", "--yes").exit == 0
    for number in range(11):
        repo.write(action(f"A{number}", description="All at once."))
    commit(repo)
    refused = repo.ajo("sync", "--yes")
    assert (refused.exit, "AJO608" in refused.err) == (6, True)
    assert "the plan would update 11 of 12 resources, more than 33 %" in refused.err
    assert repo.ajo("sync", "--yes", "--allow-mass-change").exit == 0


def test_a_base_with_a_definition_that_can_not_be_read_says_so_and_goes_on(repo: Desk) -> None:
    (repo.root / "actions/team/Broken.json").write_text("{")
    broken = commit(repo)
    remove(repo, "Broken")
    commit(repo)
    found = repo.ajo("diff", "--base", broken)
    assert f"Base: {broken[:12]} ({broken}); 1 of its definitions can't be read any more" in found.out
    assert "Nothing to do" in found.out


@pytest.mark.parametrize("settings", ['[targets.other]\norganisation = "x"\n', "{"], ids=["other", "broken"])
def test_a_base_whose_settings_do_not_know_the_target_is_none(repo: Desk, settings: str) -> None:
    ours = (repo.root / "ajo.toml").read_text()
    (repo.root / "ajo.toml").write_text(settings)
    strange = commit(repo)
    (repo.root / "ajo.toml").write_text(ours)
    remove(repo, "Hello")
    repo.write(action("Other"))
    found = repo.ajo("diff", "--base", strange)
    assert 'have no target "here"' in found.err
    assert "0 to delete" in found.out
