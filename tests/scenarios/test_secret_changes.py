"""A secret that changed is noticed without being kept, and sent again when somebody asks for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.desk import Desk, action
from tests.scenarios.test_base import commit
from tests.workflows.runner import git
from toolkit.core.codes import Exit

KEY, OLD, NEW = "AJO_SECRET_FINGERPRINT_KEY", "the-old-value", "the-new-value"
REFERENCE = "refs/ajo/secrets/here"
BASIC = {"type": "basic", "username": "ajo", "password": "${secret:team/password}"}


@pytest.fixture
def repo(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A synced repository whose target has a key for fingerprints; secrets come from the environment."""
    monkeypatch.setenv("AJO_SECRET_CLIENT", desk.running.client_secret)
    monkeypatch.setenv("AJO_SECRET_TEAM_PASSWORD", OLD)
    monkeypatch.setenv(KEY, "f" * 32)
    desk.settings(
        secrets="environment",
        client_secret="${secret:client}",
        secret_fingerprint_key="${secret:fingerprint-key}",
    )
    git(desk.root, "init", "--quiet")
    desk.write(action("Hello", authentication=BASIC))
    desk.write(action("Twin", authentication=BASIC))
    desk.write(action("Bare"))
    commit(desk)
    done = desk.ajo("sync", "--yes")
    assert (done.exit, "is at" in done.err) == (0, True)
    return desk


def kept(desk: Desk) -> dict[str, str]:
    document = json.loads(git(desk.root, "cat-file", "blob", REFERENCE))
    return {each["identity"]: each["fingerprint"] for each in document["fingerprints"]}


def names(desk: Desk, *arguments: str) -> dict[str, list[str]]:
    steps = desk.ajo("diff", "--json", *arguments).json()["steps"]
    return {step["name"]: [each["reason"] for each in step["resends"]] for step in steps}


def test_a_secret_that_stayed_is_no_difference(repo: Desk) -> None:
    done = repo.ajo("diff", "--exit-code")
    assert (done.exit, "Note" in done.out) == (0, False)


def test_a_changed_secret_is_a_step_of_each_action_that_sends_it_and_then_none(
    repo: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AJO_SECRET_TEAM_PASSWORD", NEW)
    assert names(repo) == {"Hello": ["changed"], "Twin": ["changed"]}
    for form in ("text", "markdown"):
        assert "changed since the last sync" in repo.ajo("diff", "--format", form).out
    before = len(repo.writes())
    assert repo.ajo("sync", "--yes").exit == 0
    assert [method for method, _ in repo.writes()[before:]] == ["PUT", "PUT"]
    assert repo.ajo("diff", "--exit-code").exit == 0


def test_equal_secrets_of_two_actions_do_not_show_as_equal_and_no_value_is_kept(repo: Desk) -> None:
    found = kept(repo)
    assert (set(found), len(set(found.values()))) == ({"Hello", "Twin"}, 2)
    assert OLD not in git(repo.root, "cat-file", "blob", REFERENCE)


def test_a_sync_that_is_not_complete_keeps_what_was_recorded(
    repo: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept(repo)
    monkeypatch.setenv("AJO_SECRET_TEAM_PASSWORD", NEW)
    repo.settings(
        workers=1,
        secrets="environment",
        client_secret="${secret:client}",
        secret_fingerprint_key="${secret:fingerprint-key}",
    )
    repo.call("POST", "actions", {"name": "A_taken", "actionType": "campaignClassic"})
    repo.write(action("A_taken"))
    commit(repo)
    assert repo.ajo("sync", "--yes").exit == 5
    assert kept(repo) == before
    assert set(names(repo)) == {"A_taken", "Hello", "Twin"}


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        (KEY, "AJO_SECRET_FINGERPRINT_KEY is not set"),
        ("AJO_SECRET_TEAM_PASSWORD", "for team/password: the secret team/password is not available"),
    ],
    ids=["the key", "a secret"],
)
def test_without_credentials_a_plan_says_that_it_can_not_tell(
    repo: Desk, monkeypatch: pytest.MonkeyPatch, gone: str, words: str
) -> None:
    monkeypatch.delenv(gone)
    document = repo.ajo("diff", "--json").json()
    assert (document["steps"], len(document["notes"])) == ([], 1)
    assert document["notes"][0].startswith("whether secrets changed since the last sync can't be told")
    assert words in document["notes"][0]
    assert "Note: whether secrets changed" in repo.ajo("diff").out
    assert "whether secrets changed" in repo.ajo("diff", "--format", "markdown").out


def test_a_commit_synced_without_the_key_leaves_nothing_to_tell_by(
    repo: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as without:
        without.delenv(KEY)
        repo.write(action("Later"))
        commit(repo)
        assert repo.ajo("sync", "--yes").exit == 0
    monkeypatch.setenv("AJO_SECRET_TEAM_PASSWORD", NEW)
    document = repo.ajo("diff", "--json").json()
    assert document["steps"] == []
    assert "another commit was synced since" in document["notes"][0]
    assert repo.ajo("sync", "--yes", "--resend-secrets").exit == 0
    assert repo.ajo("diff", "--json").json()["notes"] == []


@pytest.mark.parametrize("content", ["{", '{"format": "ajo-secret-fingerprints", "version": 2}', "[]"])
def test_what_can_not_be_read_as_fingerprints_tells_nothing(repo: Desk, tmp_path: Path, content: str) -> None:
    (tmp_path / "blob").write_text(content)
    blob = git(repo.root, "hash-object", "-w", str(tmp_path / "blob"))
    git(repo.root, "update-ref", REFERENCE, blob)
    document = repo.ajo("diff", "--json").json()
    assert (document["steps"], "nothing that this version can read" in document["notes"][0]) == ([], True)
    assert repo.ajo("sync", "--yes", "--resend-secrets").exit == 0
    assert set(kept(repo)) == {"Hello", "Twin"}


def test_a_key_that_could_be_guessed_is_refused(repo: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "short")
    refused = repo.ajo("diff")
    assert (refused.exit, "AJO340" in refused.err) == (3, True)
    assert "short" not in refused.err.replace("too short", "")


def test_another_key_has_everything_sent_again_once(repo: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "g" * 32)
    assert set(names(repo)) == {"Hello", "Twin"}
    assert repo.ajo("sync", "--yes").exit == 0
    assert not names(repo)


def test_a_saved_plan_with_a_changed_secret_is_carried_out_once(
    repo: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AJO_SECRET_TEAM_PASSWORD", NEW)
    plan = str(repo.root.parent / "plan.json")
    assert repo.ajo("diff", "--out", plan).exit == 0
    assert NEW not in Path(plan).read_text()
    assert repo.ajo("sync", plan, "--yes").exit == 0
    again = repo.ajo("sync", plan, "--yes")
    assert (again.exit, "AJO620" in again.err) == (Exit.REFUSED, True)


def test_a_plan_made_without_credentials_fits_a_sync_that_has_them(
    repo: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.write(action("Bare", description="new"))
    commit(repo)
    plan = str(repo.root.parent / "plan.json")
    with monkeypatch.context() as review:
        review.delenv(KEY)
        assert repo.ajo("diff", "--out", plan).exit == 0
    monkeypatch.setenv("AJO_SECRET_TEAM_PASSWORD", NEW)
    done = repo.ajo("sync", plan, "--yes")
    assert (done.exit, "Other differences have come up since" in done.err) == (0, True)
    assert "stays where it was" in done.err
    assert set(names(repo)) == {"Hello", "Twin"}


def test_a_saved_plan_that_resends_is_stale_where_nobody_can_tell(
    repo: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AJO_SECRET_TEAM_PASSWORD", NEW)
    plan = str(repo.root.parent / "plan.json")
    assert repo.ajo("diff", "--out", plan).exit == 0
    monkeypatch.delenv(KEY)
    stale = repo.ajo("sync", plan, "--yes")
    assert (stale.exit, "whether they changed can't be told here" in stale.err) == (Exit.REFUSED, True)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ([], {"Hello", "Twin"}),
        (["Hello"], {"Hello"}),
        (["team/*"], {"Hello", "Twin"}),
        (["H*", "--resend-secrets", "Twin"], {"Hello", "Twin"}),
    ],
    ids=["all", "a name", "a path", "two"],
)
def test_secrets_are_sent_again_when_asked_for(repo: Desk, pattern: list[str], found: set[str]) -> None:
    steps = names(repo, "--resend-secrets", *pattern)
    assert steps == {name: ["asked"] for name in found}


def test_what_a_saved_plan_was_asked_to_send_again_is_sent(repo: Desk) -> None:
    plan = str(repo.root.parent / "plan.json")
    assert repo.ajo("diff", "--resend-secrets", "Twin", "--out", plan).exit == 0
    before = len(repo.writes())
    assert repo.ajo("sync", plan, "--yes").exit == 0
    assert len(repo.writes()) == before + 1


def test_asking_for_what_sends_no_secret_is_an_error(repo: Desk) -> None:
    refused = repo.ajo("diff", "--resend-secrets", "Bare")
    assert (refused.exit, "AJO308" in refused.err) == (3, True)
    assert repo.ajo("diff", "--all-targets", "--resend-secrets").exit == 3


def test_fingerprints_move_and_are_pushed_together_with_the_reference(
    repo: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin = tmp_path / "origin.git"
    git(tmp_path, "init", "--quiet", "--bare", str(origin))
    git(repo.root, "remote", "add", "origin", str(origin))
    assert repo.ajo("sync", "--yes", "--push-ref").exit == 0
    listed = ("for-each-ref", "--format=%(refname) %(objectname)", "refs/ajo/")
    assert git(origin, *listed) == git(repo.root, *listed)
    monkeypatch.setenv("AJO_SECRET_TEAM_PASSWORD", NEW)
    assert repo.ajo("sync", "--yes", "--push-ref").exit == 0
    assert git(origin, *listed) == git(repo.root, *listed)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--no-checkout", str(repo.root), str(clone))
    git(clone, "fetch", "--quiet", "origin", "+refs/ajo/*:refs/ajo/*")
    assert git(clone, *listed) == git(repo.root, *listed)


def test_after_a_sandbox_copy_what_hides_behind_the_mask_is_sent_again_when_asked(
    repo: Desk, desk_numbers: Iterator[int]
) -> None:
    copy = Desk(repo.root, repo.running, f"desk-{next(desk_numbers):03}", repo.capsys)
    repo.admin("sandbox-copy", {"from": repo.sandbox, "to": copy.sandbox})
    copy.settings(secrets="environment", client_secret="${secret:client}")
    assert copy.ajo("diff", "--exit-code").exit == 0
    assert copy.ajo("sync", "--yes", "--resend-secrets").exit == 0
    assert [path.partition("/")[0] for method, path in copy.writes() if method == "PUT"] == ["actions"] * 2
