"""What tells that a definition or the settings changed: names, times and sizes of files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.workspace.settings import SETTINGS_FILES, is_inside, load_settings

Stamp = tuple[int, int, int, int]
"""Times of the last change of content and of the entry itself, size, and number of the file on its disk."""

Stamps = Mapping[str, Stamp | None]
"""Stamps by path; None for what is there and can't be looked at."""


@dataclass(slots=True)
class Lookout:
    """Looks at the files of the workspace at `root`; follows the settings when they name another folder."""

    root: Path
    _settings: Stamps = field(default_factory=dict)
    _folder: Path | None = None

    def look(self) -> Stamps:
        """Return what is there now; whatever vanishes meanwhile is not there."""
        settings = {name: _stamp(self.root / name) for name in SETTINGS_FILES}
        if settings != self._settings or self._folder is None:
            loaded = load_settings(self.root).settings
            self._settings, self._folder = settings, self.root / (loaded.actions if loaded else "actions")
        if not is_inside(self._folder, self.root):
            return settings
        return {**settings, **dict(_below(self._folder))}


def _below(folder: Path) -> Iterator[tuple[str, Stamp | None]]:
    """Yield definitions and links below `folder`, which loading would look at, and folders it can't read."""
    waiting = [str(folder)]
    while waiting:
        parent = waiting.pop()
        try:
            with os.scandir(parent) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    elif entry.name.endswith(".json") or entry.is_symlink():
                        yield entry.path, _stamp(entry)
        except OSError:
            yield parent, None


def _stamp(file: Path | os.DirEntry[str]) -> Stamp | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
