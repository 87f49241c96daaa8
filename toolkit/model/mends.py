"""Which structural problems have one right mend: names and words in another case, nulls that say nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from toolkit.core.canonical import Json
from toolkit.core.mends import Drop, Mend, Put, Rename, RootFile
from toolkit.core.pointer import Path
from toolkit.model.envelope import FORMAT_VERSION, schema_file_path


def renamed(path: Path, siblings: Collection[str], known: Iterable[str]) -> Mend:
    """Rename an unknown field to the known one whose name differs in case, ``_`` and ``-`` alone.

    Not where that field is there too, or a second one could become it: only a person knows which is meant.
    """
    name = str(path[-1])
    meant = [option for option in known if _plain(option) == _plain(name)]
    alike = [sibling for sibling in siblings if _plain(sibling) == _plain(name)]
    return (Rename(path, meant[0]),) if len(meant) == 1 and alike == [name] else ()


def respelled(path: Path, found: Any, options: Iterable[str]) -> Mend:
    """Write a word as the one allowed word is written that differs from it in case alone."""
    meant = [option for option in options if isinstance(found, str) and option.lower() == found.lower()]
    return (Put(path, meant[0]),) if len(meant) == 1 else ()


def added(path: Path, raw: Json) -> Mend:
    """Add a missing field of a definition whose only possible value is known: schema and format version."""
    match path, raw:
        case ("$schema",), {"kind": str(kind)}:
            return (Put(path, RootFile(schema_file_path(kind)), at=0),)
        case ("formatVersion",), {"kind": str()}:
            return (Put(path, FORMAT_VERSION, at=1),)
        case _:
            return ()


def left_out(path: Path) -> Mend:
    """Take out a field that is null, which says the same as leaving it out was meant to say."""
    return (Drop(path),)


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
