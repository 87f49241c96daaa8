"""What a target's settings say of an API: read as written, and every mistake told with its line."""

from __future__ import annotations

import pytest

from tests.workspace.folder import TARGET, Folder
from toolkit.workspace.settings import load_settings

TABLE = "[targets.stage.api.actions]\n"
LINES = len(TARGET.splitlines())


def test_a_target_speaks_by_the_convention_unless_told_otherwise(folder: Folder) -> None:
    folder.settings(TARGET)
    settings = load_settings(folder.root).settings
    assert settings is not None
    assert settings.targets["stage"].apis() == {}


def test_a_whole_table_is_read(folder: Folder) -> None:
    text = """
base-url = "https://api.example.com/ui/"
id = "/actionId"
headers = { x-product = "journeys" }
ignored = ["/revision", "/endpoint/headers/*/order"]
[targets.stage.api.actions.list]
call = "GET custom-actions"
elements = "/data/items"
total = "/data/count"
query = { kind = "custom" }
paging = { style = "cursor", parameter = "after", next = "/data/next", size-parameter = "limit", size = 50 }
[targets.stage.api.actions.read]
call = "GET custom-actions/{id}"
element = ""
absent-status = [404, 410]
[targets.stage.api.actions.create]
call = "POST custom-actions"
within = "/action"
id = "/data/actionId"
[targets.stage.api.actions.change]
call = "PATCH custom-actions/{id}"
[targets.stage.api.actions.delete]
call = "POST custom-actions/{id}/remove"
[targets.stage.api.actions.fields]
"/endpoint/headers/*/name" = "/config/headers/*/key"
[targets.stage.api.actions.values."/actionType"]
custom = "CUSTOM"
[targets.stage.api.actions.fixed]
"/actionType" = "custom"
[targets.stage.api.cappings]
deploy = "PUT limits/{id}/live"
"""
    folder.settings(TARGET + TABLE + text)
    loaded = load_settings(folder.root)
    assert loaded.findings == ()
    assert loaded.settings is not None
    apis = loaded.settings.targets["stage"].apis()
    assert list(apis) == ["actions", "cappings"]
    assert apis["actions"].base_url == "https://api.example.com/ui"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param('lists = "x"', "the field", id="an unknown setting"),
        pytest.param('base-url = "http://api.example.com"', "https is needed", id="plain http"),
        pytest.param('id = "uid"', "a pointer like", id="no pointer"),
        pytest.param('id = "/items/*"', "a pointer like", id="a star at the end"),
        pytest.param('headers = { Authorization = "x" }', "other settings say", id="a reserved header"),
        pytest.param('headers = { x-key = "${secret:a/b}" }', "plain ASCII", id="a secret in a header"),
        pytest.param('headers = { "x y" = "z" }', "the name of a header", id="no name of a header"),
        pytest.param('list = { call = "actions" }', "a method and a path", id="no method"),
        pytest.param('list = { call = "GET ../actions" }', "a method and a path", id="a path upwards"),
        pytest.param('list = { call = "GET a?b=c" }', "a method and a path", id="a query in a path"),
        pytest.param('list = { call = "GET a/{id}" }', "the path holds no { or }", id="an id in a list"),
        pytest.param('read = { call = "GET actions" }', "has to be {id}", id="no id"),
        pytest.param('read = { call = "GET a/{id}/{id}" }', "has to be {id}", id="two ids"),
        pytest.param('read = { call = "GET a/x{id}" }', "has to be {id}", id="an id within a part"),
        pytest.param('read = { call = "GET a/{id}", absent-status = [500] }', "499", id="a fault as absence"),
        pytest.param('fields = { "/a/*/b" = "/a/b" }', "the same number of *", id="stars differ"),
        pytest.param('fields = { "/a" = "/c", "/b" = "/c" }', "is named for /a too", id="one for two"),
        pytest.param('fields = { "/uid" = "/key" }', "id names this field", id="the id as a field"),
        pytest.param('values = { "/a" = { x = "X", y = "X" } }', "two words of ours", id="one word for two"),
        pytest.param('fixed = { "/a" = [1] }', "a text, a number", id="a list as a fixed value"),
        pytest.param(
            'list = { call = "GET a", paging = { style = "cursor", parameter = "c" } }',
            "a cursor needs next",
            id="a cursor from nowhere",
        ),
        pytest.param(
            'list = { call = "GET a", paging = { style = "page", parameter = "c", next = "/n" } }',
            "nothing else has it",
            id="a next page by number",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(folder: Folder, text: str, says: str) -> None:
    folder.settings(TARGET + TABLE + text + "\n")
    (found,) = load_settings(folder.root).findings
    assert says in found.message
    assert found.code == "AJO302"
    assert found.pointer.startswith("/targets/stage/api/actions/")
    assert found.line == LINES + 2


def test_made_up_secrets_go_to_no_other_machine_through_an_api(folder: Folder) -> None:
    local = "\n".join(f'{name} = "http://127.0.0.1"' for name in ("base-url", "journeys-url", "ims-url"))
    text = f'{local}\nsecrets = {{ from = "made-up" }}\n{TABLE}base-url = "https://api.example.com"\n'
    folder.settings(TARGET + text)
    (found,) = load_settings(folder.root).findings
    assert "made-up secrets" in found.message
