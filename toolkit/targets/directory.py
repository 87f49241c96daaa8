"""A folder as a target: a file for each resource, written whole or not at all, and nothing outside of it."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from toolkit.core.errors import AjoError
from toolkit.model.catalog import Catalog, RemoteRef, Resource, ResourceKey
from toolkit.platform.port import LiveState, OtherResource, Outcome, PlatformError, Written
from toolkit.platform.veil import escape_controls
from toolkit.targets import filed, uses
from toolkit.workspace.read import read_bytes
from toolkit.workspace.settings import is_inside
from toolkit.workspace.write import write_private

LIVE = "live"
"""The state of what is in a folder: whatever is there counts."""

_SUFFIX = ".json"
_MOST_OF_ONE_NAME = 1000
_MOST_OF_JOURNEYS = 16 << 20
_LIMITS = ("EndpointConfig", "ThrottlingConfig")


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the folder: what is in it, or why that is no resource."""

    uid: str
    content: bytes
    resource: Resource | None
    reason: str = ""


class DirectoryPlatform:
    """One folder. Safe in several threads; no secret is asked for, references are kept in their place.

    Args:
        folder: where; it need not be there before something is written.
        inside: the folder that it must not lead out of, by links neither.
        production: whether it stands for a production sandbox: only there is a throttling (PF-THR-2).
    """

    sends_secrets = False
    """Tells that a sync has no need of the values of secrets."""

    def __init__(self, folder: Path, *, inside: Path, production: bool = False) -> None:
        self._folder, self._inside, self._production = folder, inside, production
        self._lock = threading.Lock()
        self._uses: uses.Uses = {}

    def read(self) -> LiveState:
        """List every file; raises :class:`PlatformError` AJO507 where two are of one identity."""
        with self._lock:
            self._check_place()
            files = [
                (name, file) for name in dict.fromkeys(filed.FOLDERS.values()) for file in self._files(name)
            ]
        _refuse_twins(files)
        resources = [file.resource for _, file in files if file.resource is not None]
        others = [_other(name, file) for name, file in files if file.resource is None]
        return LiveState(Catalog.of(resources), tuple(others))

    def find(self, key: ResourceKey) -> Resource | None:
        """Look a resource up by its identity; AJO507 for twins, AJO504 if it is there but not understood."""
        with self._lock:
            self._check_place()
            same = self._claimants(key)
        _refuse_twins([(filed.FOLDERS[key.kind], file) for file in same])
        if not same:
            return None
        resource = _understood(same[0])
        return resource if resource.key == key else None

    def fetch(self, key: ResourceKey, remote: RemoteRef) -> Resource | None:
        """Read one resource afresh; None when it is gone."""
        with self._lock:
            self._check_place()
            file = self._file(filed.FOLDERS[key.kind], remote.uid)
        return None if file is None else _understood(file)

    def create(self, resource: Resource) -> Written:
        """Write a new file and read it back; AJO505 where the identity is taken."""
        with self._lock:
            self._check_place()
            self._check_free(resource, "")
            self._check_throttling(resource.key)
            text = filed.written(resource).encode()
            for again in range(_MOST_OF_ONE_NAME):
                uid = filed.uid_of(resource.key, again)
                try:
                    self._write(filed.FOLDERS[resource.key.kind], uid, text, new=True)
                except FileExistsError:
                    self._check_free(resource, "")  # somebody else's, and perhaps of this identity
                    continue
                return self._read_back(resource.key, uid)
        raise PlatformError(
            "AJO505", f"there are {_MOST_OF_ONE_NAME} files for this name already", status=409
        )

    def update(self, resource: Resource, remote: RemoteRef) -> Written:
        """Replace the file's content and read it back; a journey may lock the action (AJO505)."""
        with self._lock:
            self._check_place()
            before = self._there(resource.key, remote)
            self._check_free(resource, remote.uid)
            text = filed.written(resource).encode()
            if before.resource is not None and before.resource.remote is not None:
                old, new = filed.kept_document(before.content), filed.kept_document(text)
                uses.check_change(before.resource.remote.used_in, old, new)
            self._write(filed.FOLDERS[resource.key.kind], remote.uid, text, new=False)
            return self._read_back(resource.key, remote.uid)

    def delete(self, key: ResourceKey, remote: RemoteRef) -> Written:
        """Remove the file; gone already is removed; a journey may lock the action (AJO505)."""
        name = filed.FOLDERS[key.kind]
        with self._lock:
            self._check_place()
            file = self._file(name, remote.uid)
            if file is not None:
                if file.resource is not None and file.resource.remote is not None:
                    uses.check_removal(file.resource.remote.used_in)
                try:
                    self._path(name, remote.uid).unlink(missing_ok=True)
                except OSError as error:
                    raise _unreadable(f"{name}/{remote.uid}{_SUFFIX}", error) from None
        return Written(None)

    def edits_since(self, moment: datetime) -> None:
        """Say that there is no log: a folder keeps none."""

    def close(self) -> None:
        """Nothing is held open."""

    def _check_place(self) -> None:
        """Refuse a folder that leads elsewhere, each time since links come and go; read who uses what."""
        for place in (self._folder, *(self._folder / name for name in filed.FOLDERS.values())):
            if not is_inside(place, self._inside) or is_inside(place, self._inside / ".git"):
                raise PlatformError("AJO501", f"{place} leads out of the workspace, or into .git", fix=_FIX)
        self._uses = self._journeys()

    def _there(self, key: ResourceKey, remote: RemoteRef) -> _File:
        file = self._file(filed.FOLDERS[key.kind], remote.uid)
        if file is None:
            raise PlatformError("AJO508", "it is gone from the folder", status=404)
        return file

    def _check_free(self, resource: Resource, own: str) -> None:
        """Refuse an identity that another file has; names are unique over all types of action (PF-ACT-2)."""
        if any(file.uid != own for file in self._claimants(resource.key)):
            raise PlatformError("AJO505", f"another file holds {resource.key.identity}", status=409)

    def _check_throttling(self, key: ResourceKey) -> None:
        if key.kind != "ThrottlingConfig":
            return
        if not self._production:
            raise PlatformError("AJO505", "only a production sandbox has a throttling (PF-THR-2)", status=400)
        if any(True for _ in self._files(filed.FOLDERS[key.kind])):
            raise PlatformError("AJO505", "there is a throttling already (PF-THR-2)", status=400)

    def _claimants(self, key: ResourceKey) -> list[_File]:
        return [file for file in self._files(filed.FOLDERS[key.kind]) if _identity(file) == key.identity]

    def _files(self, name: str) -> Iterator[_File]:
        """Every file of a folder in the order of names; what is none of ours is there, not understood."""
        try:
            entries = sorted(entry.name for entry in os.scandir(self._folder / name))
        except FileNotFoundError:
            return
        except OSError as error:
            raise _unreadable(name, error) from None
        for entry in entries:
            if entry.startswith(".") or not entry.endswith(_SUFFIX):
                continue  # a write under way, or a note of somebody's
            uid = entry.removesuffix(_SUFFIX)
            if filed.is_uid(uid):
                file = self._file(name, uid)
            else:
                file = _File(escape_controls(uid), b"", None, "its name is none that a sync gives")
            if file is not None:
                yield file

    def _file(self, name: str, uid: str) -> _File | None:
        """Read one file; None where there is none. A uid may come out of a file too, so it is checked."""
        path = self._path(name, uid)
        try:
            if not stat.S_ISREG(path.lstat().st_mode):
                return _File(uid, b"", None, "it is no regular file")
            content = read_bytes(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unreadable(f"{name}/{uid}{_SUFFIX}", error) from None
        except AjoError as error:
            raise PlatformError("AJO504", f"{name}/{uid}{_SUFFIX}: {error.message}", fix=_FIX) from None
        try:
            key, shown, document, fingerprint = filed.read(content)
        except filed.NotAResource as reason:
            return _File(uid, content, None, escape_controls(f"not understood: {reason}")[:600])
        if filed.FOLDERS[key.kind] != name:
            return _File(uid, content, None, f"a {key.kind} stands in the wrong folder")
        state = str(document["state"]) if key.kind in _LIMITS else LIVE
        used_in = () if key.kind in _LIMITS else self._uses.get(key.identity, ())
        remote = RemoteRef(uid, fingerprint, state, used_in)
        return _File(uid, content, Resource(key, shown, document, remote=remote))

    def _journeys(self) -> uses.Uses:
        path = self._folder / uses.FILE
        if not os.path.lexists(path):
            return {}
        if not stat.S_ISREG(path.lstat().st_mode):
            raise PlatformError("AJO504", f"{uses.FILE} is no regular file", fix=_FIX)
        try:
            return uses.read_uses(read_bytes(path, _MOST_OF_JOURNEYS))
        except AjoError as error:
            raise PlatformError("AJO504", error.message, fix=_FIX) from None

    def _path(self, name: str, uid: str) -> Path:
        if not filed.is_uid(uid):
            raise PlatformError("AJO504", f"{escape_controls(uid)[:100]} is no uid of a folder", fix=_FIX)
        return self._folder / name / f"{uid}{_SUFFIX}"

    def _write(self, name: str, uid: str, content: bytes, *, new: bool) -> None:
        path = self._path(name, uid)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unreadable(name, error) from None
        write_private(path, content, replace=not new)

    def _read_back(self, key: ResourceKey, uid: str) -> Written:
        file = self._file(filed.FOLDERS[key.kind], uid)
        if file is None or file.resource is None:
            reason = file.reason if file else "it is not there"
            raise PlatformError("AJO509", f"{uid} was written, but {reason}", outcome=Outcome.UNKNOWN)
        return Written(file.resource)


_FIX = "Look at the target's folder; what does not belong there has to go."


def _identity(file: _File) -> str | None:
    return file.resource.key.identity if file.resource else filed.claimed(file.content)


def _understood(file: _File) -> Resource:
    if file.resource is None:
        raise PlatformError("AJO504", f"{file.uid}: {file.reason}", fix=_FIX)
    return file.resource


def _other(name: str, file: _File) -> OtherResource:
    return OtherResource(name, escape_controls(_identity(file) or file.uid), file.uid, file.reason)


def _refuse_twins(files: list[tuple[str, _File]]) -> None:
    uids: dict[tuple[str, str], list[str]] = {}
    for name, file in files:
        identity = _identity(file)
        if identity is not None:
            uids.setdefault((name, identity), []).append(file.uid)
    twins = [
        f"{escape_controls(identity)} in {name} ({', '.join(several)})"
        for (name, identity), several in uids.items()
        if len(several) > 1
    ]
    if twins:
        raise PlatformError("AJO507", "live more than once: " + "; ".join(twins), fix=_FIX)


def _unreadable(what: str, error: OSError) -> PlatformError:
    return PlatformError("AJO501", f"{what} in the target's folder: {error.strerror or error}", fix=_FIX)
