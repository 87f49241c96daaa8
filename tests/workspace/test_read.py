"""Files are read within limits, and nobody is waited for."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from toolkit.core.errors import AjoError
from toolkit.workspace.read import read_bytes


def refused(path: Path, limit: int = 10) -> tuple[str, str]:
    with pytest.raises(AjoError) as caught:
        read_bytes(path, limit)
    return caught.value.code, caught.value.message


@pytest.mark.parametrize("size", [0, 1, 10])
def test_a_file_within_the_limit_is_read_whole(tmp_path: Path, size: int) -> None:
    (tmp_path / "file").write_bytes(b"x" * size)
    assert read_bytes(tmp_path / "file", 10) == b"x" * size


def test_a_file_over_the_limit_is_refused_with_its_size(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 11)
    assert refused(tmp_path / "file") == ("AJO004", "11 bytes; at most 10 are read")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="a file that tells no size")
def test_a_file_that_tells_no_size_is_read_whole_or_refused() -> None:
    status = Path("/proc/self/status")
    assert b"VmPeak" in read_bytes(status)
    assert refused(status) == ("AJO004", "more than 10 bytes")


def test_a_pipe_a_socket_a_folder_and_a_device_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(tmp_path)  # the address of a socket is short
        try:
            listening.bind("socket")
        finally:
            os.chdir(here)
        for path in (tmp_path / "pipe", tmp_path / "socket", tmp_path, Path("/dev/zero")):
            assert refused(path) == ("AJO009", "not a file")


@pytest.mark.parametrize("name", ["gone", "x" * 300, "nul\x00"])
def test_a_name_that_leads_nowhere_is_told(tmp_path: Path, name: str) -> None:
    code, message = refused(tmp_path / name)
    assert code == "AJO009"
    assert message.startswith("can't be read: ")
