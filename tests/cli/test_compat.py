"""``ajo compat``: two states of definitions, what the difference means, and how it is said."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.desk import OWN_VARIABLES, Ran, action, capping
from toolkit.cli.main import run
from toolkit.report.compat import classes_markdown

REPOSITORY = Path(__file__).parents[2]
HOLE = {"$variable": "Member id"}
OPTIONAL = {"$variable": "Tag", "$optional": True}


class Place:
    """A workspace in a git repository, with a first commit."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self._capsys = root, capsys
        (root / "actions").mkdir(parents=True)
        (root / "ajo.toml").write_text("")
        self.git("init", "--quiet")

    def git(self, *arguments: str) -> None:
        options = ("-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *options, *arguments], cwd=self.root, check=True, capture_output=True)

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Work")

    def write(self, definition: dict[str, Any], file: str = "") -> Path:
        suffix = ".capping" if definition.get("kind") == "EndpointConfig" else ""
        path = self.root / (file or f"actions/team/{definition['name']}{suffix}.json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(definition, indent=2) + "\n")
        return path

    def compat(self, *arguments: str) -> Ran:
        self._capsys.readouterr()
        code = run(["-C", str(self.root), "compat", *arguments])
        said = self._capsys.readouterr()
        return Ran(code, said.out, said.err)


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Place:
    for name in (*OWN_VARIABLES, "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    made = Place(tmp_path / "workspace", capsys)
    made.write(action("Welcome", request={"id": HOLE}))
    made.write(action("Other", request={"id": HOLE}))
    made.write(capping("api", "api.example.com"))
    made.commit()
    return made


def found(ran: Ran) -> list[tuple[str, list[str]]]:
    return [
        (item["name"], [change["change"] for change in item["changes"]]) for item in ran.json()["definitions"]
    ]


def test_nothing_changed_is_said_in_one_sentence(place: Place) -> None:
    ran = place.compat("HEAD", "--exit-code")
    assert ran.exit == 0
    assert ran.out.endswith("No journey sees a difference; 3 definitions unchanged.\n")


def test_a_breaking_change_is_named_with_its_place_and_reason(place: Place) -> None:
    place.write(action("Welcome", request={"id": {**HOLE, "$type": "integer"}, "tag": OPTIONAL}))
    ran = place.compat("HEAD")
    assert ran.exit == 0
    assert "custom action Welcome: breaking" in ran.out
    assert 'breaking type of a variable changed: id "string" → "integer"' in ran.out
    assert "no conversion is documented" in ran.out
    assert "the platform refuses it while a journey uses the action" in ran.out
    assert 'safe     optional variable added: tag "Tag (string, optional)"' in ran.out
    assert "1 definition changed: 1 breaking; 2 unchanged." in ran.out


@pytest.mark.parametrize(("request_", "code"), [({"id": HOLE, "tag": OPTIONAL}, 0), ({"tag": OPTIONAL}, 2)])
def test_the_exit_code_tells_breaking_changes_on_request(
    place: Place, request_: dict[str, Any], code: int
) -> None:
    place.write(action("Welcome", request=request_))
    assert place.compat("HEAD", "--exit-code").exit == code
    assert place.compat("HEAD").exit == 0


def test_the_worst_definition_comes_first(place: Place) -> None:
    place.write(action("Other", request={"id": HOLE}, description="Else."))
    place.write(action("Welcome", request={"tag": OPTIONAL}))
    place.write(capping("api", "api.example.com", calls=1))
    document = place.compat("HEAD", "--json").json()
    assert [item["worst"] for item in document["definitions"]] == ["breaking", "care", "safe"]
    assert document["worst"] == "breaking"
    assert document["counts"] == {"breaking": 1, "care": 1, "safe": 1, "unchanged": 0}


def test_json_says_all_there_is_to_know_of_a_change(place: Place) -> None:
    place.write(action("Welcome", request={"id": {"$variable": "Customer"}}))
    document = place.compat("HEAD", "--format", "json").json()
    (item,) = document["definitions"]
    assert (document["format"], document["version"], item["kind"]) == ("ajo-compat", 1, "CustomAction")
    assert item["oldFile"] == item["newFile"] == "actions/team/Welcome.json"
    (change,) = item["changes"]
    assert change.pop("why")
    assert change.pop("page").startswith("https://")
    assert change == {
        "change": "variable-label-changed",
        "class": "care",
        "pointer": "/request/id",
        "address": "id",
        "before": "Member id",
        "after": "Customer",
        "refusedInUse": True,
    }


def test_two_revisions_are_compared_whatever_the_working_tree_holds(place: Place) -> None:
    place.write(action("Welcome", request={}))
    place.write(action("Welcome", request={"id": OPTIONAL}))
    place.commit()
    (place.root / "actions/team/Welcome.json").write_text("broken")
    ran = place.compat("HEAD~1", "HEAD", "--json")
    assert found(ran) == [("Welcome", ["variable-made-optional", "variable-label-changed"])]


def test_definitions_added_and_removed_are_changes_of_their_own(place: Place) -> None:
    (place.root / "actions/team/Welcome.json").unlink()
    (place.root / "actions/team/api.capping.json").unlink()
    place.write(action("Fresh"))
    place.write(capping("fresh", "fresh.example.com"))
    assert sorted(found(place.compat("HEAD", "--json"))) == [
        ("Fresh", ["action-added"]),
        ("Welcome", ["action-removed"]),
        ("api", ["limit-removed"]),
        ("fresh", ["limit-added"]),
    ]


def test_a_rename_is_told_by_the_previous_name(place: Place) -> None:
    (place.root / "actions/team/Welcome.json").unlink()
    place.write(
        action(
            "Hello",
            request={"id": HOLE},
            description="What Welcome does.",
            endpoint={"method": "POST", "url": "https://welcome.example.com/v1/messages"},
            lifecycle={"previousName": "Welcome"},
        )
    )
    assert found(place.compat("HEAD", "--json")) == [("Hello", ["renamed"])]


def test_a_previous_name_that_is_still_there_renames_nothing(place: Place) -> None:
    place.write(action("Hello", lifecycle={"previousName": "Welcome"}))
    assert found(place.compat("HEAD", "--json")) == [("Hello", ["action-added"])]


def test_two_files_are_compared_whatever_they_are_called(place: Place) -> None:
    place.write(action("Welcome", request={"id": HOLE}), "old.json")
    place.write(action("Wilkommen", request={"id": HOLE}), "new.json")
    ran = place.compat("old.json", "new.json", "--json")
    (item,) = ran.json()["definitions"]
    assert (item["oldFile"], item["newFile"]) == ("old.json", "new.json")
    assert [change["change"] for change in item["changes"]] == [
        *("name-changed", "description-changed", "url-host-changed")
    ]


def test_one_file_is_compared_with_its_like_in_the_workspace(place: Place) -> None:
    place.write(action("Welcome", request={"id": HOLE, "gone": HOLE}), "old.json")
    assert found(place.compat("old.json", "--json")) == [("Welcome", ["variable-removed"])]


def test_one_file_at_a_revision_is_compared_with_its_like(place: Place) -> None:
    place.write(action("Welcome", request={"id": OPTIONAL}), "actions/moved/Welcome.json")
    (place.root / "actions/team/Welcome.json").unlink()
    place.write(action("Other", request={"tag": HOLE}))
    ran = place.compat("HEAD:actions/team/Welcome.json", "--json")
    assert [name for name, _ in found(ran)] == ["Welcome"]
    (item,) = ran.json()["definitions"]
    assert item["newFile"] == "actions/moved/Welcome.json"


def test_two_files_at_revisions_are_a_pair(place: Place) -> None:
    spot = "HEAD:actions/team/"
    ran = place.compat(f"{spot}Welcome.json", f"{spot}Other.json", "--json")
    assert found(ran)[0][1][0] == "name-changed"


def test_two_folders_are_compared(place: Place) -> None:
    place.write(action("Welcome", request={"id": HOLE}), "before/a/Welcome.json")
    place.write(action("Welcome", request={"id": OPTIONAL}), "after/b/Welcome.json")
    place.write(action("Fresh"), "after/Fresh.json")
    place.write(action("Hidden"), "after/.drafts/Hidden.json")
    ran = place.compat("before", "after", "--json")
    assert sorted(found(ran)) == [
        ("Fresh", ["action-added"]),
        ("Welcome", ["variable-made-optional", "variable-label-changed"]),
    ]


def test_what_is_both_a_path_and_a_branch_is_a_path_unless_a_colon_follows(place: Place) -> None:
    place.git("branch", "both")
    place.write(action("Welcome", request={}), "both/Welcome.json")
    assert place.compat("both", "--json").json()["old"] == "both"
    assert place.compat("both:", "--json").json()["old"].startswith("both: (")


def test_files_outside_of_any_workspace_can_be_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "One.json"
    file.write_text(json.dumps(action("One")))
    assert run(["-C", str(tmp_path), "compat", "One.json", "One.json", "--exit-code"]) == 0
    assert run(["-C", str(tmp_path), "compat", "One.json"]) == 3
    assert "AJO301" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("nope", "AJO821"),
        ("", "AJO821"),
        ("a\0b", "AJO821"),
        ("x" * 5000, "AJO821"),
        ("HEAD:nope.json", "AJO824"),
        ("HEAD:../..", "AJO824"),
    ],
)
def test_what_can_not_be_found_is_an_error(place: Place, name: str, code: str) -> None:
    ran = place.compat(name, "--json")
    assert (ran.exit, ran.json()["code"]) == (3, code)


def test_an_option_in_the_place_of_a_revision_is_refused(place: Place) -> None:
    ran = place.compat("--json", "--", "--output=x")
    assert ran.json()["code"] == "AJO821"
    assert not (place.root / "x").exists()


def test_without_a_repository_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ajo.toml").write_text("")
    assert run(["-C", str(tmp_path), "compat", "main"]) == 3
    assert "AJO820" in capsys.readouterr().err


def test_a_broken_file_on_either_side_is_named_and_the_rest_is_compared(place: Place) -> None:
    place.write(action("Welcome", request={"tag": OPTIONAL}))
    (place.root / "actions/team/Other.json").write_text("{")
    ran = place.compat("HEAD", "--exit-code")
    assert ran.exit == 3
    assert "custom action Welcome: breaking" in ran.out
    assert "actions/team/Other.json:1:2" in ran.err
    place.commit()
    ran = place.compat("HEAD", "HEAD~1")
    assert (ran.exit, "HEAD: actions/team/Other.json:1:2" in ran.err) == (3, True)


def test_a_file_of_the_future_is_refused_with_a_clear_word(place: Place) -> None:
    place.write({**action("Welcome"), "formatVersion": 2})
    ran = place.compat("HEAD")
    assert ran.exit == 3
    assert "format version 2 is not known; this release reads version 1" in ran.err


def test_twins_are_an_error_and_the_first_is_compared(place: Place) -> None:
    place.write(action("Twin"), "twins/a.json")
    place.write(action("Twin", description="Else."), "twins/b.json")
    ran = place.compat("twins", "--json")
    assert [finding["code"] for finding in ran.json()["findings"]] == ["AJO010"]
    assert ran.exit == 3


def test_a_link_out_of_a_folder_is_not_followed(place: Place, tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text(json.dumps(action("Secret")))
    (place.root / "folder").mkdir()
    (place.root / "folder/link.json").symlink_to(tmp_path / "secret.json")
    ran = place.compat("folder", "folder", "--json")
    assert {finding["code"] for finding in ran.json()["findings"]} == {"AJO008"}
    assert "Secret" not in ran.out


def test_a_link_in_history_is_a_warning(place: Place) -> None:
    (place.root / "actions/team/Link.json").symlink_to("Other.json")
    place.commit()
    ran = place.compat("HEAD", "HEAD", "--json")
    assert {finding["code"] for finding in ran.json()["findings"]} == {"AJO823"}
    assert ran.exit == 0


HOSTILE = "Id\x1b[2J\u202e|`<img src=x>`\n::error::"


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_hostile_labels_and_names_are_shown_harmless(place: Place, form: str) -> None:
    place.write(action("Welcome", request={"id": {"$variable": HOSTILE}, HOSTILE: HOLE}))
    ran = place.compat("HEAD", "--format", form)
    assert not set("\x1b\u202e") & set(ran.out)
    assert "\n::error" not in ran.out
    assert "\\u001b" in ran.out


def test_markdown_keeps_hostile_text_inside_its_cell(place: Place) -> None:
    place.write(action("Welcome", request={"id": {"$variable": HOSTILE}}))
    out = place.compat("HEAD", "--format", "markdown").out
    (row,) = (line for line in out.splitlines() if line.startswith("| care"))
    assert len(re.findall(r"(?<!\\)\|", row)) == 6
    assert "`` " in row or "``" in row


def test_long_values_are_cut(place: Place) -> None:
    place.write(action("Welcome", request={"id": {"$variable": "x" * 5000}}))
    assert max(map(len, place.compat("HEAD").out.splitlines())) < 300


def test_markdown_fits_into_a_comment(place: Place) -> None:
    many = {f"field{number}": HOLE for number in range(2000)}
    place.write(action("Welcome", request=many))
    out = place.compat("HEAD", "--format", "markdown").out
    assert len(out) < 65_000
    assert "Cut here" in out


def test_markdown_says_what_could_not_be_read(place: Place) -> None:
    (place.root / "actions/team/Other.json").write_text("{")
    assert "AJO002" in place.compat("HEAD", "--format", "markdown").out


def test_colours_follow_the_reader(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.write(action("Welcome", request={"tag": OPTIONAL}))
    assert "\x1b[" not in place.compat("HEAD").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[31mbreaking\x1b[0m" in place.compat("HEAD").out


def test_the_page_has_the_table_of_the_code() -> None:
    page = (REPOSITORY / "docs" / "compatibility.md").read_text(encoding="utf-8")
    table = page.partition("-->\n\n")[2].partition("\n<!-- end")[0]
    assert table == classes_markdown(), "write it anew with toolkit.report.compat.classes_markdown()"
