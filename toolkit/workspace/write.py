"""Files written whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from toolkit.core.canonical import dump_json
from toolkit.core.errors import AjoError
from toolkit.model.document import Document


def write_text(path: Path, text: str, *, instead_of: str | bytes | None = None) -> None:
    """Put `text` at `path` as UTF-8: a reader sees the old file or the new one, never half of one.

    The new file is on the disk before the old one is replaced. With `instead_of` the old one must still hold
    that content. Raises :class:`AjoError` AJO309, and AJO310 where somebody else was faster.
    """
    try:
        path = path.resolve() if path.is_symlink() else path
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        if instead_of is None:
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            if path.exists():
                temporary.chmod(path.stat().st_mode & 0o777)
            if instead_of is not None:
                _check_unchanged(path, instead_of)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise AjoError("AJO309", f"{path} can't be written: {error.strerror or error}") from None
    except UnicodeEncodeError:
        raise AjoError("AJO309", f"{path} can't be written: half of a surrogate pair is no text") from None


def write_private(path: Path, content: bytes, *, replace: bool = True) -> None:
    """Put `content` at `path`, whole or not at all, for this user alone.

    Raises:
        AjoError: AJO309.
        FileExistsError: without `replace`, something is there, and be it a link to nowhere.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        try:
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            _settle(temporary, path, replace=replace)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except FileExistsError:
        raise
    except OSError as error:
        raise AjoError("AJO309", f"{path} can't be written: {error.strerror or error}") from None


def _settle(temporary: Path, path: Path, *, replace: bool) -> None:
    if not replace:
        try:
            path.hardlink_to(temporary)
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            path.touch(0o600, exist_ok=False)
        else:
            temporary.unlink()
            return
    temporary.replace(path)


def _check_unchanged(path: Path, content: str | bytes) -> None:
    current = path.read_bytes() if path.exists() else None
    if current != (content.encode("utf-8") if isinstance(content, str) else content):
        happened = "is not there any more" if current is None else "was changed after it was read"
        raise AjoError("AJO310", f"{path} {happened}; it was left alone")


def canonical_text(document: Document) -> str:
    """Return a definition's document as its file's text."""
    return dump_json(document) + "\n"
