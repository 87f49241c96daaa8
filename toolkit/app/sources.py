"""The texts of files, read when a finding asks for a place in one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from toolkit.core.errors import AjoError
from toolkit.workspace.load import Source, decoded
from toolkit.workspace.read import read_bytes

_NONE: Mapping[str, str] = MappingProxyType({})


class Sources:
    """Sources by file; those that are not given are read, from `paths` or else below `root`."""

    def __init__(self, root: Path, given: Iterable[Source] = (), paths: Mapping[str, str] = _NONE) -> None:
        self._root, self._paths = root, paths
        self._sources = {source.file: source for source in given}

    def of(self, file: str) -> Source:
        """Return the source of a file; one that vanished has no places."""
        if file not in self._sources:
            self._sources[file] = self._read(file)
        return self._sources[file]

    def _read(self, file: str) -> Source:
        try:
            return Source(file, decoded(read_bytes(self._paths.get(file, self._root / file))))
        except AjoError:
            return Source(file, "")
