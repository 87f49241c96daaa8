"""Whatever stands in a file, loading it answers with findings."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import json_values, law
from tests.model.definitions import damaged
from tests.model.samples import DATA, SHIPPED
from toolkit.core.canonical import dump_json
from toolkit.core.codes import CODES
from toolkit.workspace.load import load_file
from toolkit.workspace.settings import load_settings

REAL = [path.read_bytes() for path in [*SHIPPED, DATA / "format-example.json"]]
pieces = st.binary(max_size=3) | st.sampled_from(
    [
        *(b"", b"\x00", b"\xff", b"\xef\xbb\xbf", b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"-0"),
        *(b"NaN", b"null", b'"$variable"', b"${", b"${secret:x}", b"\\ud800", b"\n", b" ", b"[" * 100),
        *(b"1e999", b"\xe2\x80\xa8"),
    ]
)
tokens = pieces | st.sampled_from([b'"kind": "CustomAction"', b"{", b'"a"', b"1"])
setting_lines = st.sampled_from(
    [
        *(
            b"[targets.a]\n",
            b"[targets]\n",
            b"a = 1\n",
            b'base-url = "x"\n',
            b"[[x]]\n",
            b"= ",
            b'"',
            b"{",
            b"[",
        ),
        *(b"secrets = { from = 1 }\n", b"targets = []\n", b"actions = 1979-05-27\n", b"workers = nan\n"),
        *(b"\n", b"'''\n"),
    ]
)


@st.composite
def bent(draw: st.DrawFn) -> bytes:
    """Real definitions with some of their bytes changed, put in or taken out."""
    content = draw(st.sampled_from(REAL))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(content)))
        gone = draw(st.sampled_from([0, 0, 1, 1, 5, 200]))
        content = content[:at] + draw(pieces) + content[at + gone :]
    return content


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one file to write to again and again."""
    path = tmp_path_factory.mktemp("robust") / "actions" / "Sample.json"
    path.parent.mkdir()
    return path


def check(file: Path, content: bytes) -> None:
    """Load the file; whatever it says can be shown and has its place."""
    file.write_bytes(content)
    loaded, findings = load_file(file.parents[1], file)
    assert (loaded is None) == bool(findings)
    lines = content.count(b"\n") + 1
    for found in findings:
        assert found.code in CODES
        assert found.file == "actions/Sample.json"
        assert 0 <= found.line <= lines
        assert (found.line == 0) == (found.column == 0)
        assert found.line or found.code == "AJO001"
        assert found.fix
        assert (found.message + found.pointer).encode("utf-8")


@law
@given(content=st.binary(max_size=200))
def test_any_bytes_are_read_or_told(file: Path, content: bytes) -> None:
    check(file, content)


@law
@given(content=bent())
def test_a_real_definition_with_bytes_changed_is_read_or_told(file: Path, content: bytes) -> None:
    check(file, content)


@law
@given(value=json_values | damaged())
def test_any_json_is_read_or_told(file: Path, value: object) -> None:
    check(file, dump_json(value).encode("utf-8"))


@law
@given(content=st.lists(tokens, max_size=30))
def test_any_row_of_tokens_is_read_or_told(file: Path, content: list[bytes]) -> None:
    check(file, b"".join(content))


@law
@given(content=st.binary(max_size=100) | st.lists(setting_lines, max_size=12).map(b"".join))
def test_any_settings_are_read_or_told(file: Path, content: bytes) -> None:
    (file.parents[1] / "ajo.toml").write_bytes(content)
    loaded = load_settings(file.parents[1])
    assert loaded.settings is not None or loaded.findings
    for found in loaded.findings:
        assert found.code in CODES
        assert (found.file, found.line >= 0) == ("ajo.toml", True)
        assert (found.message + found.fix).encode("utf-8")
