"""Files written whole or not at all."""

from __future__ import annotations

import resource
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given

from tests.core.json_values import law, texts
from tests.model.definitions import definitions
from toolkit.core.canonical import Json
from toolkit.core.errors import AjoError
from toolkit.model.document import to_document
from toolkit.model.kinds import parse_definition
from toolkit.workspace.load import load_file
from toolkit.workspace.write import canonical_text, write_private, write_text


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let every file end at `size` bytes, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@law
@given(text=texts)
def test_what_is_written_is_what_was_given(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("write") / "file"
    write_text(path, text)
    assert path.read_bytes() == text.encode("utf-8")


def test_missing_folders_are_made(tmp_path: Path) -> None:
    write_text(tmp_path / "a" / "b" / "file", "text")
    assert (tmp_path / "a" / "b" / "file").read_text(encoding="utf-8") == "text"


def test_an_old_file_is_replaced_and_nothing_else_left(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("a longer old text", encoding="utf-8")
    write_text(path, "new")
    assert (path.read_text(encoding="utf-8"), names(tmp_path)) == ("new", ["file"])


def test_a_reader_of_the_old_file_keeps_the_old_text(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old", encoding="utf-8")
    with path.open(encoding="utf-8") as reader:
        write_text(path, "new")
        assert reader.read() == "old"


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755, 0o640], ids=oct)
def test_an_old_file_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "file"
    path.touch()
    path.chmod(mode)
    write_text(path, "new")
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_full_disk_leaves_the_old_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old", encoding="utf-8")
    with files_of_at_most(1000), pytest.raises(AjoError) as caught:
        write_text(path, "new" * 10_000)
    assert caught.value.code == "AJO309"
    assert (path.read_text(encoding="utf-8"), names(tmp_path)) == ("old", ["file"])


def test_text_that_can_not_be_encoded_leaves_the_old_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(AjoError, match="half of a surrogate pair"):
        write_text(path, "half a pair \ud800")
    assert (path.read_text(encoding="utf-8"), names(tmp_path)) == ("old", ["file"])


def test_a_link_stays_a_link_to_the_new_content(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old", encoding="utf-8")
    (tmp_path / "link").symlink_to("file")
    write_text(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text(encoding="utf-8") == "new"


def test_a_folder_in_the_files_place_is_told_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    with pytest.raises(AjoError, match="can't be written") as caught:
        write_text(tmp_path / "file", "new")
    assert caught.value.code == "AJO309"
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize(
    "name",
    ["file/below", "x" * 300, "x" * 250],
    ids=["below a file", "long name", "name without room for ours"],
)
def test_a_place_that_can_not_be_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(AjoError) as caught:
        write_text(tmp_path / name, "new")
    assert caught.value.code == "AJO309"


@law
@given(raw=definitions)
def test_a_definition_written_loads_back(tmp_path_factory: pytest.TempPathFactory, raw: Json) -> None:
    definition = parse_definition(raw).definition
    assert definition
    path = tmp_path_factory.mktemp("definition") / "file.json"
    write_text(path, canonical_text(to_document(definition)))
    loaded, findings = load_file(path.parent, path)
    assert findings == []
    assert loaded
    assert loaded.definition == definition
    assert canonical_text(to_document(loaded.definition)) == loaded.source.text


def test_a_definitions_text_ends_with_one_line_end() -> None:
    assert canonical_text({"a": 1}) == '{\n  "a": 1\n}\n'


@pytest.mark.parametrize("there", ["a file", "a link to nowhere", "a folder"])
def test_a_private_file_takes_nobodys_place_unless_it_may(tmp_path: Path, there: str) -> None:
    path = tmp_path / "kept"
    match there:
        case "a file":
            path.write_bytes(b"theirs")
        case "a link to nowhere":
            path.symlink_to(tmp_path / "nowhere")
        case _:
            path.mkdir()
    with pytest.raises(FileExistsError):
        write_private(path, b"ours", replace=False)
    assert [one.name for one in tmp_path.iterdir()] == ["kept"]
    assert path.is_symlink() or path.is_dir() or path.read_bytes() == b"theirs"


def test_of_many_who_write_one_private_file_one_succeeds(tmp_path: Path) -> None:
    path = tmp_path / "kept"

    def write(number: int) -> bool:
        try:
            write_private(path, str(number).encode() * 1000, replace=False)
        except FileExistsError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        wrote = list(pool.map(write, range(8)))
    assert wrote.count(True) == 1
    assert path.read_bytes() == str(wrote.index(True)).encode() * 1000
    assert path.stat().st_mode & 0o777 == 0o600
