"""A repository that means harm: every file is answered with findings, in bounded memory, and soon."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.model.samples import CUSTOM, action, capping
from tests.scenarios.desk import COMMAND
from toolkit.core.canonical import dump_json
from toolkit.core.diagnostics import MAX_ALIKE
from toolkit.workspace.read import MAX_FILE_BYTES

LARGEST = MAX_FILE_BYTES - 4_000
LARGE = 100_000
MOST_MEMORY_KIB = 1024**2
MOST_ADDRESSES_KIB = 3 * 1024**2
TARGET = """[targets.stage]
organisation = "org"
sandbox = "stage"
client-id = "client"
client-secret = "${secret:a}"
values = { host = "api.example.com" }
"""


def filled(before: str, piece: Callable[[int], str], after: str, size: int = LARGE) -> str:
    """Repeat a piece, numbered, until the file has its size."""
    pieces: list[str] = []
    length = len(before) + len(after)
    while length < size:
        pieces.append(piece(len(pieces)))
        length += len(pieces[-1].encode())
    return before + "".join(pieces) + after


def member(name: str, opening: str, piece: Callable[[int], str], closing: str, size: int = LARGE) -> str:
    """Return a custom action with a huge array or object as one of its members, or within one."""
    return filled(f'{dump_json(action())[:-1]}, "{name}": {opening}', piece, closing + "}", size)


def request(piece: Callable[[int], str], size: int = LARGE) -> str:
    return member("request", '{"a": [', piece, "1]}", size)


def with_url(unit: str, size: int = LARGE) -> str:
    url = "https://a.example.com/" + unit * (size // len(unit))
    return dump_json(action(endpoint={"method": "POST", "url": url}))


def described(unit: str) -> str:
    return dump_json(action(description=unit * (LARGE // len(unit))))


def asking(unit: str) -> str:
    header = "Basic EncodeBase64(" + unit * (LARGE // len(unit))
    return dump_json(action(authentication={**CUSTOM, "headers": {"X": header}}))


FILES: dict[str, tuple[str, set[str]]] = {
    "deep arrays": ("[" * 100_000, {"AJO005"}),
    "deep objects": ('{"a":' * 100_000, {"AJO005"}),
    "900,000 digits": ('{"a": ' + "9" * 900_000 + "}", {"AJO006"}),
    "10,000,000 digits": ('{"a": ' + "9" * 10_000_000 + "}", {"AJO004"}),
    "a decimal without end": ('{"a": 0.' + "9" * 900_000 + "}", {"AJO006"}),
    "numbers that are none": (request(lambda _: "NaN,-Infinity,-0,"), {"AJO006"}),
    "halves of pairs": (request(lambda _: '"\\ud800",'), {"AJO007"}),
    "zeros": ("\x00" * 1_000_000, {"AJO002"}),
    "quotes": ('"' * 1_000_000, {"AJO002"}),
    "backslashes": ('["' + "\\" * 1_000_000, {"AJO002"}),
    "line ends": ("\n" * 1_000_000 + "{", {"AJO002"}),
    "one key again and again": (member("a", "{", lambda _: '"a":1,', '"a":1}'), {"AJO003"}),
    "unknown fields": (
        filled('{"kind":"CustomAction",', lambda n: f'"descriptio{n}":1,', '"z":1}'),
        {"AJO103", "AJO104"},
    ),
    "empty objects": (request(lambda _: "{},", LARGEST), {"AJO107"}),
    "empty objects, deep": (
        member("request", '{"a":' * 58 + "[", lambda _: "{},", "1]" + "}" * 58, LARGEST),
        {"AJO107"},
    ),
    "malformed holes": (request(lambda _: '{"$x":1},'), {"AJO103", "AJO104"}),
    "types that are none": (member("response", "{", lambda n: f'"a{n}":"strin",', '"z":1}'), {"AJO106"}),
    "nulls": (request(lambda _: "null,"), {"AJO232"}),
    "large integers": (request(lambda _: "9007199254740999,"), {"AJO235"}),
    "labels": (request(lambda _: '{"$variable":"A"},'), {"AJO237"}),
    "a name": (dump_json(action(name="x" * LARGEST)), {"AJO200"}),
    "a kind": ('{"kind": "' + "CustomAction" * 80_000 + '"}', {"AJO101"}),
    "a URL of letters": (with_url("a"), set()),
    "a URL of dots": (with_url("../"), {"AJO217"}),
    "a URL of percents": (with_url("%"), {"AJO210"}),
    "a URL of values": (with_url("${host}", LARGEST), set()),
    "a reference that does not end": (described("${"), set()),
    "references without end": (described("${host}"), set()),
    "dollars": (described("$"), set()),
    "almost tokens": (described("eyJ-xoxb-AKIA-----BEGIN "), set()),
    "functions in functions": (asking("EncodeBase64("), {"AJO246"}),
    "functions of secrets": (asking("${secret:a}:"), {"AJO246"}),
    "links": (member("lifecycle", '{"links": [', lambda n: f'"x{n}",', '"x"]}'), {"AJO204"}),
    "targets": (member("lifecycle", '{"targets": [', lambda n: f'"t{n}",', '"t"]}'), {"AJO303"}),
    "methods": (
        filled(
            dump_json(capping(methods=[]))[:-1] + ', "methods": [', lambda _: '"POST",', '"GET"]}'
        ).replace('"methods": [],', "", 1),
        {"AJO262"},
    ),
}


@dataclass(frozen=True)
class Ended:
    """How one run ended, and what it had found, by file."""

    exit: int
    peak_kib: int
    errors: str
    findings: dict[str, list[dict[str, Any]]]


def validated(root: Path) -> Ended:
    """Run the installed command under a limit of memory; what it took at most comes from the system."""
    out, err = root.parent / "out", root.parent / "err"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        limited = ["bash", "-c", f'ulimit -v {MOST_ADDRESSES_KIB} && exec "$@"', "bash"]
        command = [*limited, COMMAND, "-C", str(root), "validate", "--json"]
        with subprocess.Popen(command, stdout=stdout, stderr=stderr) as process:
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
    found: dict[str, list[dict[str, Any]]] = {}
    for finding in json.loads(out.read_bytes() or b"{}").get("findings", ()):
        found.setdefault(finding["file"], []).append(finding)
    return Ended(process.returncode, used.ru_maxrss, err.read_text(), found)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hostile") / "workspace"
    (root / "actions").mkdir(parents=True)
    (root / "ajo.toml").write_text(TARGET)
    return root


@pytest.fixture(scope="module")
def ended(root: Path) -> Ended:
    """One run over all of the files."""
    for name, (content, _) in FILES.items():
        (root / "actions" / f"{name}.json").write_bytes(content.encode())
    return validated(root)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of what is no file, or has a name that deceives."""
    root = tmp_path_factory.mktemp("odd") / "workspace"
    (root / "actions").mkdir(parents=True)
    (root / "ajo.toml").write_text(TARGET)
    actions = root / "actions"
    with (actions / "sparse.json").open("wb") as sparse:
        sparse.truncate(2**30)
    (actions / "folder.json").mkdir()
    (actions / "circle.json").symlink_to("circle.json")
    (actions / "gone.json").symlink_to("nowhere.json")
    (actions / "endless.json").symlink_to("/dev/zero")
    os.mkfifo(actions / "pipe.json")
    (actions / "x\n::error::owned\x1b[31m.json").touch()
    (actions / f"{'x' * 250}.json").touch()
    Path(os.fsdecode(os.fsencode(actions) + b"/\xff\xfe.json")).touch()
    (actions / "nulls.json").write_text(FILES["nulls"][0])
    return root


pytestmark = pytest.mark.xdist_group("hostile workspace")


def test_a_workspace_of_hostile_files_is_validated_within_bounds(ended: Ended) -> None:
    assert (ended.exit, ended.errors) == (3, "")
    assert ended.peak_kib < MOST_MEMORY_KIB


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_gets_the_findings_that_it_deserves(ended: Ended, name: str) -> None:
    found = ended.findings.get(f"actions/{name}.json", [])
    codes = [finding["code"] for finding in found]
    assert FILES[name][1] <= set(codes)
    assert all(codes.count(code) <= 2 * MAX_ALIKE for code in codes)
    assert all(finding["fix"] and finding["line"] >= 0 for finding in found)


def test_what_is_no_file_or_has_an_odd_name_is_told_too(odd: Path) -> None:
    found = validated(odd).findings
    expected = [
        ("sparse", "AJO004"),
        ("circle", "AJO009"),
        ("gone", "AJO009"),
        ("endless", "AJO008"),
        ("pipe", "AJO009"),
        ("x\n::error::owned\x1b[31m", "AJO002"),
        ("x" * 250, "AJO002"),
        ("\\udcff\\udcfe", "AJO002"),
    ]
    assert [[each["code"] for each in found[f"actions/{name}.json"]] for name, _ in expected] == [
        [code] for _, code in expected
    ]


@pytest.mark.parametrize("form", ["text", "markdown", "github", "sarif", "junit"])
def test_many_findings_and_odd_names_are_shown_in_every_form(odd: Path, form: str) -> None:
    command = [COMMAND, "-C", str(odd), "validate", "--format", form]
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (3, b"")
    assert b"\x1b" not in done.stdout
    assert b"\n::error::owned" not in done.stdout
    assert len(done.stdout) < MAX_FILE_BYTES
