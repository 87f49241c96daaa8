"""Where a definition goes, what hinders it, and what people hand over: read within limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.app_new.desk import document, made, refusal, workspace_at
from toolkit.app.new import make_capping
from toolkit.app.new.capping import CappingWish
from toolkit.app.new.choice import Choice
from toolkit.app.new.inputs import read_example, read_text
from toolkit.app.new.place import folder_for, put
from toolkit.core.errors import AjoError, InvalidDefinitions
from toolkit.workspace.load import open_workspace

POST: dict[str, Any] = {"url": "https://api.loyalty.example/v2", "method": "post"}


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("https://api.loyalty.example/v2", "loyalty"),
        ("https://api.loyalty.co.uk/v2", "loyalty"),
        ("https://eu1.Acme-Mail.com:443/", "acme-mail"),
        ("https://${loyaltyApiHost}/v2", "loyalty"),
        ("https://${region}.loyalty.example/", "loyalty"),
        ("https://localhost/", "send-it"),
        ("nonsense", "send-it"),
    ],
)
def test_a_folder_is_named_after_the_host(url: str, folder: str) -> None:
    assert folder_for(url, None, "Send_It") == folder


@pytest.mark.parametrize("folder", ["../x", "/tmp/x", "a/../b", ".hidden", "", "a//b", "a\\b", "x\n"])
def test_a_folder_outside_of_the_definitions_is_refused(tmp_path: Path, folder: str) -> None:
    assert refusal(tmp_path, **POST, folder=folder).code == "AJO901"


def test_the_schema_is_found_from_any_depth(tmp_path: Path) -> None:
    result = made(tmp_path, **POST, folder="a/b")
    assert document(result)["$schema"] == "../../../schemas/v1/custom-action.schema.json"


def test_what_is_made_is_put_in_its_place_and_is_valid_there(tmp_path: Path) -> None:
    result = made(tmp_path, **POST, request={"a": "b"})
    path = put(open_workspace(tmp_path), result.made, force=False)
    assert path == tmp_path.resolve() / "actions/loyalty/Sample.json"
    again = open_workspace(tmp_path)
    assert (len(again.definitions), again.findings) == (1, ())


def test_a_file_is_never_replaced_without_force(tmp_path: Path) -> None:
    workspace = workspace_at(tmp_path)
    put(workspace, made(tmp_path, **POST).made, force=False)
    other = made(tmp_path, url="https://api.loyalty.example/v3", method="PUT").made
    with pytest.raises(AjoError) as caught:
        put(workspace, other, force=False)
    assert caught.value.code == "AJO814"
    assert "--force" in caught.value.fix
    assert put(workspace, other, force=True).read_text() == other.text


def test_a_name_that_another_definition_has_is_refused(tmp_path: Path) -> None:
    put(workspace_at(tmp_path), made(tmp_path, **POST).made, force=False)
    assert refusal(tmp_path, **POST, folder="elsewhere").code == "AJO010"


def test_a_folder_that_leads_out_of_the_workspace_is_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    workspace = workspace_at(tmp_path / "inside")
    (workspace.root / "actions/loyalty").symlink_to(outside)
    result = made(tmp_path / "inside", **POST)
    with pytest.raises(AjoError) as caught:
        put(workspace, result.made, force=True)
    assert caught.value.code == "AJO008"


def test_findings_come_with_the_draft(tmp_path: Path) -> None:
    result = made(tmp_path, url="https://10.0.0.1/", method="POST", request={"a.b": "c"}, folder="x")
    assert sorted(finding.code for finding in result.made.findings) == ["AJO213", "AJO231"]


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({**POST, "method": "PATCH"}, "AJO811"),
        ({**POST, "method": "GET", "request": {"a": 1}}, "AJO811"),
        ({**POST, "request": [1]}, "AJO810"),
        ({**POST, "request": {}}, "AJO810"),
        ({**POST, "response": [1]}, "AJO810"),
        ({**POST, "failure": "x"}, "AJO810"),
        ({**POST, "headers": ("hunter2",)}, "AJO901"),
        ({**POST, "headers": (": hunter2",)}, "AJO901"),
        ({**POST, "request": {"a": 1}, "choice": Choice(constants=("b",))}, "AJO901"),
        ({**POST, "choice": Choice(variables=("query:b",))}, "AJO901"),
        ({**POST, "request": {"a": "x" * 2_000_000}, "choice": Choice(all_constant=True)}, "AJO004"),
    ],
)
def test_a_wrong_wish_is_refused(tmp_path: Path, wish: dict[str, Any], code: str) -> None:
    error = refusal(tmp_path, **wish)
    assert error.code == code
    assert "hunter2" not in str(error)


def test_an_example_that_is_as_deep_as_one_may_be_is_refused(tmp_path: Path) -> None:
    deep: Any = "x"
    for _ in range(63):
        deep = {"a": deep}
    assert refusal(tmp_path, **POST, request=deep).code == "AJO005"


@pytest.mark.parametrize(
    ("place", "is_constant"),
    [("a", True), ("a.b[0]", True), ("/a/b/0", True), ("a.b", True), ("a.b[1]", False), ("c", False)],
)
def test_a_place_stands_for_all_below_it(place: str, is_constant: bool) -> None:
    assert Choice(constants=(place,)).is_constant(("a", "b", 0)) is is_constant
    assert Choice(variables=(place,)).is_constant(("a", "b", 0)) is not is_constant


def test_a_single_item_may_be_chosen(tmp_path: Path) -> None:
    result = made(tmp_path, **POST, request={"a": ["x", "y"]}, choice=Choice(constants=("a[1]",)))
    assert document(result)["request"] == {"a": [{"$variable": "A 1"}, "y"]}


def test_variables_among_headers_leave_the_request_variable() -> None:
    choice = Choice(variables=("header:X-A", "query:b"))
    assert not choice.is_constant(("a",))
    assert choice.is_variable_header("x-a")
    assert choice.is_variable_parameter("b")
    assert not choice.is_variable_parameter("B")


def test_a_capping_is_made_of_its_numbers(tmp_path: Path) -> None:
    wish = CappingWish(
        "loyalty-api", "https://api.loyalty.example/v2/*", ("post", "PUT", "POST"), 600, 60_000, 20
    )
    result = make_capping(workspace_at(tmp_path), wish, None)
    assert result.made.file == "actions/loyalty/loyalty-api.capping.json"
    assert [found.code for found in result.made.findings] == ["AJO282"], "there is no action to limit yet"
    assert document(result)["methods"] == ["POST", "PUT"]
    limit = {"maxHttpConnections": 20, "rating": {"maxCallsCount": 600, "periodInMs": 60_000}}
    assert document(result)["services"] == {"action": limit}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "../x"}, "AJO901"),
        ({"url": "https://me:hunter2@a.example/*"}, "AJO813"),
        ({"methods": ("FETCH",)}, None),
    ],
)
def test_a_wrong_capping_is_refused(tmp_path: Path, changes: dict[str, Any], code: str | None) -> None:
    wish = {
        "name": "x",
        "url": "https://a.example/*",
        "methods": ("POST",),
        "calls": 1,
        "period_ms": 1,
        **changes,
    }
    with pytest.raises(AjoError) as caught:
        make_capping(workspace_at(tmp_path), CappingWish(**wish), None)
    assert caught.value.code == (code or "AJO300")
    assert code is not None or isinstance(caught.value, InvalidDefinitions)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b'{"a": }', "AJO810", ":1:7"),
        (b'{"a": 1, "a": 2}', "AJO810", ""),
        (b"[" * 100_000, "AJO810", ""),
        (b'{"a": NaN}', "AJO810", ""),
        (b'{"a": "\\ud800"}', "AJO810", ""),
        (b'{"a": ' + b"9" * 5_000 + b"}", "AJO810", ""),
        (b"\xff\xfe{\x00", "AJO001", ""),
        (b'{"a": "\xe9"}', "AJO001", ""),
        (b"", "AJO810", ":1:1"),
        (b" " * 2_000_000, "AJO004", ""),
    ],
)
def test_an_example_that_cannot_be_read_is_refused(
    tmp_path: Path, content: bytes, code: str, place: str
) -> None:
    file = tmp_path / "example.json"
    file.write_bytes(content)
    with pytest.raises(AjoError) as caught:
        read_example(file)
    assert (caught.value.code, caught.value.place) == (code, f"{file}{place}")


def test_a_byte_order_mark_is_taken_off(tmp_path: Path) -> None:
    file = tmp_path / "example.json"
    file.write_bytes(b'\xef\xbb\xbf{"a": 1}')
    assert read_example(file) == {"a": 1}


@pytest.mark.parametrize("name", ["missing.json", ".", "\x00"])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(AjoError) as caught:
        read_text(tmp_path / name)
    assert caught.value.code == "AJO009"
