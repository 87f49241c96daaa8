"""Settings: read from either file, and every mistake told with its line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.workspace.folder import TARGET, Folder
from toolkit.core.diagnostics import MAX_ALIKE, Finding
from toolkit.workspace.read import MAX_FILE_BYTES
from toolkit.workspace.secret_settings import (
    CommandSecrets,
    DirectorySecrets,
    EnvironmentSecrets,
    KeyringSecrets,
    MadeUpSecrets,
)
from toolkit.workspace.settings import (
    LoadedSettings,
    Settings,
    find_root,
    load_settings,
)
from toolkit.workspace.toml import MAX_KEY_PARTS
from toolkit.workspace.urls import is_loopback


def load(folder: Folder, text: str) -> LoadedSettings:
    folder.settings(text)
    return load_settings(folder.root)


def read(folder: Folder, text: str) -> Settings:
    loaded = load(folder, text)
    assert loaded.settings is not None, loaded.findings
    assert loaded.findings == ()
    return loaded.settings


def wrong(folder: Folder, text: str) -> Finding:
    (found,) = load(folder, text).findings
    return found


def test_a_target_has_the_platforms_addresses_by_default(folder: Folder) -> None:
    target = read(folder, TARGET).targets["stage"]
    assert target.base_url == "https://platform.adobe.io/journey/orchestration"
    assert target.ims_url == "https://ims-na1.adobelogin.com"
    assert target.production is False


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("", EnvironmentSecrets, id="by default"),
        pytest.param('[targets.stage.secrets]\nprefix = "X_"\n', EnvironmentSecrets, id="environment"),
        pytest.param('secrets = { from = "directory", path = "x" }\n', DirectorySecrets, id="directory"),
        pytest.param(
            'secrets = { from = "command", command = ["op", "read", "op://vault/{path}"] }\n',
            CommandSecrets,
            id="command",
        ),
        pytest.param('secrets = { from = "keyring" }\n', KeyringSecrets, id="keyring"),
        pytest.param(
            'base-url = "http://127.0.0.1"\njourneys-url = "http://127.0.0.1"\n'
            'ims-url = "http://localhost"\nsecrets = { from = "made-up" }\n',
            MadeUpSecrets,
            id="made up",
        ),
    ],
)
def test_secrets_come_from_where_the_settings_say(folder: Folder, text: str, kind: type) -> None:
    assert type(read(folder, TARGET + text).targets["stage"].secrets) is kind


def test_settings_may_stand_in_a_pyproject(folder: Folder) -> None:
    (folder.root / "ajo.toml").unlink()
    text = TARGET.replace("[targets", "[tool.ajo.targets")
    folder.settings(f'[project]\nname = "x"\n[tool.ajo]\nactions = "a"\n{text}', name="pyproject.toml")
    loaded = load_settings(folder.root)
    assert (loaded.file, loaded.findings) == ("pyproject.toml", ())
    assert loaded.settings
    assert (loaded.settings.actions, list(loaded.settings.targets)) == ("a", ["stage"])


def test_a_mistake_in_a_pyproject_has_its_line(folder: Folder) -> None:
    (folder.root / "ajo.toml").unlink()
    folder.settings('[project]\nname = "x"\n\n[tool.ajo]\n\nacions = "a"\n', name="pyproject.toml")
    (found,) = load_settings(folder.root).findings
    assert (found.place, found.path) == ("pyproject.toml:6:1", ("acions",))


def test_an_ajo_toml_goes_before_a_pyproject(folder: Folder) -> None:
    folder.settings('[tool.ajo]\nactions = "other"\n', name="pyproject.toml")
    assert load_settings(folder.root).file == "ajo.toml"


@pytest.mark.parametrize(
    "text",
    ["[tool]\nother = 1\n", "tool = 1\n", "[tool.ajo]\n"],
    ids=["no table", "no table of tools", "empty"],
)
def test_a_pyproject_without_settings_gives_the_defaults(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    loaded = load_settings(tmp_path)
    assert loaded.settings
    assert loaded.settings.actions == "actions"


@pytest.mark.parametrize(
    ("text", "line", "path", "words"),
    [
        pytest.param('colour = "red"\n', 1, "colour", "the field", id="unknown"),
        pytest.param('\nacions = "x"\n', 2, "acions", 'did you mean "actions"?', id="unknown, near another"),
        pytest.param(
            TARGET + "sandox = 1\n", 7, "targets.stage.sandox", 'did you mean "sandbox"?', id="in a target"
        ),
        pytest.param(
            TARGET + "client_id = 1\n", 7, "targets.stage.client_id", '"client-id"?', id="underscore"
        ),
        pytest.param(
            TARGET + 'base-url = "platform"\n', 7, "targets.stage.base-url", "https://host", id="no URL"
        ),
        pytest.param(
            TARGET + 'base-url = "https://"\n', 7, "targets.stage.base-url", "https://host", id="no host"
        ),
        pytest.param(
            TARGET + 'base-url = "https://h:x"\n', 7, "targets.stage.base-url", "a URL like", id="port"
        ),
        pytest.param(
            TARGET + 'base-url = "https://h:99999"\n', 7, "targets.stage.base-url", "a URL", id="big port"
        ),
        pytest.param(
            TARGET + 'base-url = "https://[::1"\n', 7, "targets.stage.base-url", "a URL", id="bracket"
        ),
        pytest.param(
            TARGET + 'base-url = "https://u@h"\n', 7, "targets.stage.base-url", "a URL like", id="user"
        ),
        pytest.param(
            TARGET + 'base-url = "https://:p@h"\n', 7, "targets.stage.base-url", "a URL", id="password"
        ),
        pytest.param(
            TARGET + 'base-url = "https://h?a=b"\n', 7, "targets.stage.base-url", "a URL", id="query"
        ),
        pytest.param(
            TARGET + 'base-url = "https://h/?"\n', 7, "targets.stage.base-url", "a URL", id="empty query"
        ),
        pytest.param(
            TARGET + 'base-url = "https://h/#"\n', 7, "targets.stage.base-url", "a URL", id="fragment"
        ),
        pytest.param(
            TARGET + 'base-url = "https://h/ö"\n', 7, "targets.stage.base-url", "a URL", id="not ASCII"
        ),
        pytest.param(
            TARGET + 'base-url = "https://h/\\n"\n', 7, "targets.stage.base-url", "a URL", id="line end"
        ),
        pytest.param(
            TARGET + 'base-url = "http://h"\n', 7, "targets.stage.base-url", "https is needed", id="http"
        ),
        pytest.param(
            TARGET + 'ims-url = "http://h"\n', 7, "targets.stage.ims-url", "https is needed", id="http IMS"
        ),
        pytest.param(
            TARGET + 'ims-url = "http://localhost.example.com"\n',
            7,
            "targets.stage.ims-url",
            "https is",
            id="nearly",
        ),
        pytest.param(
            TARGET + 'base-url = "ftp://h"\n', 7, "targets.stage.base-url", "https is needed", id="FTP"
        ),
        pytest.param(
            TARGET + 'routes = { a = "http://h" }\n', 7, "targets.stage.routes.a", "https is", id="route"
        ),
        pytest.param(
            TARGET + 'scopes = ["a b"]\n', 7, "targets.stage.scopes[0]", "visible ASCII", id="scope"
        ),
        pytest.param(TARGET + "scopes = []\n", 7, "targets.stage.scopes", "the array must", id="no scopes"),
        pytest.param(
            TARGET + "scopes = [\n'a=b',\n'c d']\n", 7, "targets.stage.scopes[1]", "visible", id="far down"
        ),
        pytest.param(
            TARGET + "workers = 33\n", 7, "targets.stage.workers", "less than or equal to 32", id="workers"
        ),
        pytest.param(
            TARGET + "timeout-seconds = 0\n", 7, "targets.stage.timeout-seconds", "equal to 1", id="time"
        ),
        pytest.param(
            TARGET + "production = 1\n", 7, "targets.stage.production", "a valid boolean", id="production"
        ),
        pytest.param(
            TARGET + "production = 2026-01-01\n", 7, "targets.stage.production", "boolean", id="date"
        ),
        pytest.param(
            TARGET + "[targets.stage.values]\nx = 1\n", 8, "targets.stage.values.x", "a text", id="value"
        ),
        pytest.param(
            TARGET + 'secrets = "x"\n', 7, "targets.stage.secrets", "a table with from", id="secrets"
        ),
        pytest.param(
            TARGET + 'secrets = { from = "vault" }\n',
            7,
            "targets.stage.secrets",
            "a table with from",
            id="vault",
        ),
        pytest.param(
            TARGET + 'secrets = { from = "directory" }\n',
            7,
            "targets.stage.secrets",
            '"path" is missing',
            id="path",
        ),
        pytest.param("targets = 1\n", 1, "targets", "an object", id="targets"),
        pytest.param("actions = ''\n", 1, "actions", "at least 1 character", id="no folder"),
        pytest.param('default-target = ""\n', 1, "default-target", "there are none", id="no default"),
    ],
)
def test_a_wrong_setting_is_told_with_its_line(
    folder: Folder, text: str, line: int, path: str, words: str
) -> None:
    found = wrong(folder, text)
    assert found.code in {"AJO302", "AJO303"}
    assert (found.file, found.line, found.message.partition(": ")[0]) == ("ajo.toml", line, path)
    assert words in found.message


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("organisation", "organization", 'the field "organisation" is missing'),
        ('"ABC@AdobeOrg"', '"A B"', "visible ASCII"),
        ('"ABC@AdobeOrg"', '""', "visible ASCII"),
        ('"stage"\n', '"st\\nage"\n', "visible ASCII"),
        ('"client"', '"${"', "is not closed"),
    ],
    ids=["name", "space", "empty", "line end in a header", "client id"],
)
def test_what_a_target_needs_is_checked(folder: Folder, old: str, new: str, words: str) -> None:
    assert any(words in found.message for found in load(folder, TARGET.replace(old, new)).findings)


def test_every_wrong_setting_is_told(folder: Folder) -> None:
    text = 'colour = 1\n[targets.a]\nworkers = 99\n[targets.b]\nbase-url = "x"\n'
    told = [(found.line, found.message.partition(": ")[0]) for found in load(folder, text).findings]
    assert sorted(told) == [
        *[(1, "colour")],
        *[(2, "targets.a")] * 4,
        *[(3, "targets.a.workers")],
        *[(4, "targets.b")] * 4,
        *[(5, "targets.b.base-url")],
    ]


@pytest.mark.parametrize(
    "secret", ["hunter2", "hunter2${", "hun${ter2}", "hunter2${secret:a}", "${secret:a}hunter2", ""]
)
def test_a_client_secret_written_out_is_refused_and_not_shown(folder: Folder, secret: str) -> None:
    found = wrong(folder, TARGET.replace("${secret:platform/client-secret}", secret))
    assert (found.code, found.line) == ("AJO302", 6)
    assert "write a reference like ${secret:platform/client-secret}, never the secret" in found.message
    assert "ter2" not in repr(found)


def test_a_client_secret_of_another_type_is_not_shown(folder: Folder) -> None:
    found = wrong(folder, TARGET.replace('"${secret:platform/client-secret}"', "4711"))
    assert "4711" not in repr(found)


@pytest.mark.parametrize(
    "urls",
    [
        pytest.param("", id="the platform's"),
        pytest.param('base-url = "http://127.0.0.1:1"\n', id="one of them here"),
        pytest.param('ims-url = "http://127.0.0.1:1"\n', id="the other one here"),
        pytest.param(
            'base-url = "http://[::1]:1"\nims-url = "https://example.com"\n', id="tokens from elsewhere"
        ),
    ],
)
def test_made_up_secrets_never_go_to_another_machine(folder: Folder, urls: str) -> None:
    found = wrong(folder, TARGET + urls + 'secrets = { from = "made-up" }\n')
    assert (found.code, found.path) == ("AJO302", ("targets", "stage", "secrets"))
    assert "on this machine only" in found.message


def test_a_default_target_that_is_not_there_is_told_with_those_that_are(folder: Folder) -> None:
    found = wrong(folder, 'default-target = "live"\n' + TARGET)
    assert (found.code, found.line) == ("AJO303", 1)
    assert found.message == 'default-target: "live" is not a target; there are stage'


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param('a = 1\nb = "x\n', 2, id="text not closed"),
        pytest.param("[a]\n[a]\n", 2, id="table twice"),
        pytest.param("a = " + "[" * 50_000, 0, id="deeply nested"),
        pytest.param("a = " + "1" * 5_000, 0, id="long number"),
        pytest.param("\ufeffa = 1", 1, id="byte order mark"),
    ],
)
def test_settings_that_are_no_toml_are_told(folder: Folder, text: str, line: int) -> None:
    loaded = load(folder, text)
    assert loaded.settings is None
    assert [(found.code, found.line) for found in loaded.findings] == [("AJO302", line)]


def test_settings_that_are_no_text_are_told(folder: Folder) -> None:
    folder.put("ajo.toml", b"a = '\xff'")
    (found,) = load_settings(folder.root).findings
    assert (found.code, found.place) == ("AJO302", "ajo.toml")


def test_settings_that_are_not_there_are_told(tmp_path: Path) -> None:
    (found,) = load_settings(tmp_path).findings
    assert (found.code, found.file) == ("AJO302", "pyproject.toml")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param('[targets."a.b"]\n"work ers" = 1\n', 1, id="odd key"),
        pytest.param("targets.a.workers = 0\n", 1, id="dotted key"),
        pytest.param("[targets]\na = { workers = 0 }\n", 2, id="inline table"),
        pytest.param(
            "# a line\u2028separator\n[targets.a]\nworkers = 0\n", 3, id="separators that end no line"
        ),
        pytest.param("x = '''\n[targets.a\n'''\n[targets.a]\n", 1, id="a header inside a text"),
        pytest.param("[[targets]]\n", 0, id="an array of tables"),
    ],
)
def test_lines_are_found_in_any_spelling_of_a_table(folder: Folder, text: str, line: int) -> None:
    assert line in {found.line for found in load(folder, text).findings}


def test_a_finding_can_be_made_for_any_place_of_the_settings(folder: Folder) -> None:
    found = load(folder, TARGET).finding("AJO305", ("targets", "stage", "sandbox"), "a word", "a fix")
    assert (found.place, found.fix) == ("ajo.toml:4:1", "a fix")
    assert found.message == "targets.stage.sandbox: a word"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1", "https://localhost:1/x", "http://[::1]:8", "http://LOCALHOST"]
)
def test_this_machine_is_known_by_its_names(url: str) -> None:
    assert is_loopback(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1.example.com", "http://example.com/localhost", "http://0.0.0.0"]
)
def test_another_machine_is_not_this_one(url: str) -> None:
    assert not is_loopback(url)


def test_a_trailing_slash_of_an_address_does_not_count(folder: Folder) -> None:
    target = read(folder, TARGET + 'base-url = "https://example.com/api/"\n').targets["stage"]
    assert target.base_url == "https://example.com/api"


def test_settings_over_1_mib_are_not_read(folder: Folder) -> None:
    found = wrong(folder, "#" * (MAX_FILE_BYTES + 1))
    assert (found.code, found.file) == ("AJO302", "ajo.toml")
    assert found.message == f"not readable: {MAX_FILE_BYTES + 1} bytes; at most {MAX_FILE_BYTES} are read"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a." * 500_000 + "a = 1", id="key"),
        pytest.param("[" + "a . " * 250_000 + "a]", id="table"),
        pytest.param("x = {" + '"a".' * 250_000 + "a = 1}", id="inside"),
    ],
)
def test_a_key_of_endless_parts_is_refused_before_a_parser_follows_it(folder: Folder, text: str) -> None:
    assert wrong(folder, text).message == f"not readable: a key has more than {MAX_KEY_PARTS} parts"


def test_a_key_of_many_parts_and_a_text_with_many_dots_are_no_trouble(folder: Folder) -> None:
    folder.settings("x." * (MAX_KEY_PARTS - 1) + "x = '" + "..." * 1_000 + "'\n")
    (found,) = load_settings(folder.root).findings
    assert found.message.startswith('x: the field "x" is unknown here')


def test_settings_nested_beyond_reason_are_refused(folder: Folder) -> None:
    assert wrong(folder, "x = " + "[" * 100_000).message == "not readable: nested too deeply"


def test_a_pipe_or_device_in_the_place_of_settings_is_not_waited_for(tmp_path: Path) -> None:
    inner = tmp_path / "outer" / "inner"
    inner.mkdir(parents=True)
    os.mkfifo(inner / "pyproject.toml")
    (tmp_path / "outer" / "pyproject.toml").symlink_to("/dev/zero")
    (tmp_path / "ajo.toml").touch()
    assert find_root(inner) == tmp_path


def test_a_thousand_mistakes_of_one_kind_are_told_by_a_few(folder: Folder) -> None:
    findings = load(folder, "".join(f"x{number} = 1\n" for number in range(1_000))).findings
    assert len(findings) == MAX_ALIKE
    assert findings[-1].message.endswith("(and 900 more like this, not listed)")
