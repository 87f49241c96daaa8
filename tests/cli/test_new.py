"""``ajo new`` at the command line: what is written, what is said where, and how it ends."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.app_new.desk import api, json_body, workspace_at
from toolkit.cli.main import run

URL = ("--url", "https://api.loyalty.example/v2", "--method", "POST")
HUNTER = "hunter2-hunter2"


class Terminal(io.StringIO):
    """Standard input or error of somebody who sits there."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def ajo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command in a workspace; returns exit code, output and errors."""
    workspace_at(tmp_path)

    def runs(*arguments: str) -> tuple[int, str, str]:
        code = run(["-C", str(tmp_path), "new", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return runs


def test_an_action_from_examples_is_written_and_its_doubts_are_named(ajo: Any, tmp_path: Path) -> None:
    for name, example in {
        "request": {"memberId": "x", "points": 3},
        "response": {"id": "y"},
        "failure": {"code": "z"},
    }.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(example))
    files = ("--request", "request.json", "--response", "response.json", "--failure", "failure.json")
    code, out, err = ajo("action", "Welcome", *URL, *files, "--header", "X-Locale: de")
    file = tmp_path / "actions/loyalty/Welcome.json"
    assert (code, "ajo validate" in out) == (0, True)
    assert "wrote actions/loyalty/Welcome.json" in out
    assert "integer here, or a decimal" in err
    assert "/request/points" in err
    written = json.loads(file.read_text())
    assert written["request"]["memberId"] == {"$variable": "Member id"}
    assert (written["response"], written["failureResponse"]) == ({"id": "string"}, {"code": "string"})


def test_with_stdout_nothing_is_written_and_only_the_definition_is_on_stdout(
    ajo: Any, tmp_path: Path
) -> None:
    code, out, _ = ajo("action", "Welcome", *URL, "--stdout")
    assert (code, json.loads(out)["name"]) == (0, "Welcome")
    assert not list((tmp_path / "actions").rglob("*"))


def test_constants_and_variables_are_chosen_by_place(ajo: Any, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text('{"a": "x", "b": {"c": "y"}, "d": "z"}')
    base = ("action", "Welcome", *URL, "--request", "r.json", "--stdout")
    assert json.loads(ajo(*base, "--constants", "a, b.c")[1])["request"] == {
        "a": "x",
        "b": {"c": "y"},
        "d": {"$variable": "D"},
    }
    assert json.loads(ajo(*base, "--variables", "d")[1])["request"]["d"] == {"$variable": "D"}
    assert json.loads(ajo(*base, "--all-constant")[1])["request"]["d"] == "z"
    assert ajo(*base, "--constants", "zz")[0] == 3


def test_a_curl_command_comes_as_a_word_a_file_or_standard_input(
    ajo: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = f"curl https://api.loyalty.example/v2 -H 'Authorization: Bearer {HUNTER}' -d '{{\"a\": \"b\"}}'"
    (tmp_path / "call.txt").write_text(command)
    stdin = io.TextIOWrapper(io.BytesIO(command.encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    said = [
        ajo("action", "Welcome", "--from-curl", given, "--stdout") for given in (command, "@call.txt", "-")
    ]
    assert len({out for _, out, _ in said}) == 1
    for code, out, err in said:
        assert code == 0
        assert HUNTER not in out + err
        assert "${secret:loyalty/token} (environment: AJO_SECRET_LOYALTY_TOKEN)" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("--from-curl", "curl", "https://a.example", "-H", f"Authorization: Bearer {HUNTER}"),
        ("--from-curl", "curl", f"https://a.example?token={HUNTER}"),
        ("--from-curl", "curl", f"-u{HUNTER}"),
        ("--from-curl", "curl", f"--user=me:{HUNTER}"),
        ("--from-curl", f"curl https://a.example -H '{HUNTER}"),
        ("--from-curl", f"curl https://a.example --{HUNTER}"),
        ("--from-curl", f"curl https://a.example -d {HUNTER}"),
        (*URL, "--header", HUNTER),
    ],
)
def test_no_error_shows_what_may_be_a_credential(ajo: Any, arguments: tuple[str, ...]) -> None:
    code, out, err = ajo("action", "Welcome", *arguments)
    assert code == 3
    assert HUNTER not in out + err
    assert "error AJO" in err


def test_an_operation_becomes_an_action(ajo: Any, tmp_path: Path) -> None:
    (tmp_path / "api.json").write_text(json.dumps(api(json_body({"properties": {"a": {"type": "string"}}}))))
    code, _, err = ajo("action", "Welcome", "--from-openapi", "api.json", "--operation", "send")
    assert (code, err) == (0, "")
    assert (tmp_path / "actions/loyalty/Welcome.json").is_file()


def test_findings_are_shown_at_once_and_make_the_exit_code(ajo: Any, tmp_path: Path) -> None:
    code, out, err = ajo(
        "action", "Welcome", "--url", "https://${host}/x", "--method", "GET", "--folder", "x"
    )
    assert code == 3
    assert "wrote" in out
    assert "AJO304" in err
    assert "[targets.here.values]" in err


def test_a_file_is_replaced_only_with_force(ajo: Any) -> None:
    assert ajo("action", "Welcome", *URL)[0] == 0
    code, _, err = ajo("action", "Welcome", *URL)
    assert (code, "AJO814" in err) == (3, True)
    assert ajo("action", "Welcome", *URL, "--force")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((), "--url is missing"),
        (("--url", "https://a.example"), "--method is missing"),
        (("--from-curl", "curl x", "--from-openapi", "x", "--operation", "y"), "exclude each other"),
        (("--from-openapi", "x"), "need each other"),
        (("--operation", "x"), "need each other"),
        ((*URL, "--dynamic-path"), "belong to --from-openapi"),
        ((*URL, "--constants", "a", "--all-constant"), "exclude each other"),
        ((*URL, "--request", "missing.json"), "can't be read"),
        (("--from-openapi", "x", "--operation", "y", "--method", "GET"), "description's affair"),
        (("--from-openapi", "x", "--operation", "y", "--all-constant"), "in an example"),
        (("--from-curl", "@missing.txt"), "can't be read"),
    ],
)
def test_a_wrong_command_line_says_what_is_wrong(ajo: Any, arguments: tuple[str, ...], word: str) -> None:
    code, _, err = ajo("action", "Welcome", *arguments)
    assert (code, word in err) == (3, True)


def test_a_name_that_no_action_can_have_is_refused(ajo: Any) -> None:
    assert ajo("action", "../x", *URL)[0] == 3
    assert ajo("action", "x" * 31, *URL)[0] == 3


def test_url_and_method_are_asked_for_on_a_terminal(ajo: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("https://api.loyalty.example/v2\n\n"))
    monkeypatch.setattr("sys.stderr", Terminal())
    code, out, _ = ajo("action", "Welcome", "--stdout")
    assert code == 0
    assert json.loads(out)["endpoint"] == {"method": "POST", "url": "https://api.loyalty.example/v2"}


def test_a_capping_is_written(ajo: Any, tmp_path: Path) -> None:
    numbers = ("--calls", "600", "--period-ms", "60000", "--connections", "20")
    url = "https://api.loyalty.example/v2/*"
    ajo("action", "Welcome", "--url", "https://api.loyalty.example/v2/welcome", "--method", "POST")
    code, _, err = ajo(
        "capping", "loyalty-api", "--url", url, "--method", "POST", "--method", "PUT", *numbers
    )
    assert (code, err) == (0, "")
    written = json.loads((tmp_path / "actions/loyalty/loyalty-api.capping.json").read_text())
    assert (written["url"], written["methods"]) == (url, ["POST", "PUT"])


def test_without_targets_the_values_that_are_needed_are_named(ajo: Any, tmp_path: Path) -> None:
    (tmp_path / "ajo.toml").write_text("")
    _, _, err = ajo("action", "Welcome", "--url", "https://${host}/x", "--method", "GET", "--folder", "x")
    assert "add to the values of each target: host" in err
