"""Where a live resource goes: folder, name and file, whatever it is called on the platform.

Names come from strangers. No path leaves the folder of definitions, no two differ by case alone, and none is
a name that some file system keeps for itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from toolkit.app.new.credentials import slug
from toolkit.app.new.place import folder_for
from toolkit.model.catalog import Resource
from toolkit.model.document import Document, to_document
from toolkit.workspace.load import DefinitionFile

_ENDINGS = {"EndpointConfig": ".capping", "ThrottlingConfig": ".throttling"}
_FIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
_OF_EVERY_HOST = ("api", "www", "rest", "gateway", "app")


@dataclass(frozen=True, slots=True)
class Place:
    """A definition's name, the partner's folder below that of the definitions, and the whole file."""

    name: str
    folder: str
    file: str


@dataclass(slots=True)
class Placing:
    """Finds places that nothing has yet; `exists` tells of a file below the root, whatever its case."""

    actions: str
    into: str | None
    exists: Callable[[str], bool]
    hosts: dict[str, str] = field(default_factory=dict)
    _files: set[str] = field(default_factory=set)
    _names: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def beside(
        cls,
        definitions: Iterable[DefinitionFile],
        actions: str,
        into: str | None,
        exists: Callable[[str], bool],
    ) -> Placing:
        """Start with the definitions that are there: a host that has a folder keeps it."""
        placing = cls(actions.rstrip("/"), into and folder_for("", into, ""), exists)
        for item in definitions:
            placing._names.add((item.definition.kind, item.definition.name.lower()))
            host = _host(_url(to_document(item.definition)))
            inside = item.file.removeprefix(placing.actions + "/").rpartition("/")[0]
            if host and inside:
                placing.hosts.setdefault(host, inside)
        return placing

    def place(self, resource: Resource) -> Place:
        """Return where a resource goes; a file may be there already."""
        kind, url = resource.key.kind, _url(resource.document)
        name = self._name(kind, resource, url)
        folder = self.into or self.hosts.get(_host(url)) or self._folder(kind, name, url)
        self.hosts.setdefault(_host(url), folder)
        stem = _fit(name)
        for candidate in _numbered(folder):
            file = f"{self.actions}/{candidate}/{stem}{_ENDINGS.get(kind, '')}.json"
            if file.lower() not in self._files:
                self._files.add(file.lower())
                return Place(name, candidate, file)
        raise AssertionError("numbers do not end")

    def _name(self, kind: str, resource: Resource, url: str) -> str:
        """Return the definition's name: that on the platform, or for a limit without one made of its URL."""
        if kind != "EndpointConfig" and resource.document.get("name"):
            return str(resource.document["name"])
        for name in _numbered(_limit_name(url)):
            if (kind, name.lower()) not in self._names:
                self._names.add((kind, name.lower()))
                return name
        raise AssertionError("numbers do not end")

    def _folder(self, kind: str, name: str, url: str) -> str:
        if kind == "CampaignAction":
            return "adobe-campaign"
        return _fit(folder_for(url, None, name))


def exists_in(listing: Callable[[str], Iterable[str]]) -> Callable[[str], bool]:
    """Return how to ask for a file, whatever its case; `listing` gives the names in a folder."""

    def exists(file: str) -> bool:
        folder, _, name = file.rpartition("/")
        return name.lower() in {each.lower() for each in listing(folder)}

    return exists


def _url(document: Document) -> str:
    endpoint = document.get("endpoint") or {}
    return str(document.get("url") or document.get("urlPattern") or endpoint.get("url") or "")


def _host(url: str) -> str:
    found = re.match(r"[^:/]*://([^/:]+)", url)
    return found[1].lower() if found else ""


def _limit_name(url: str) -> str:
    """Name a limit after the host and the path of its pattern."""
    host = [label for label in _host(url).split(".")[:-1] if label not in _OF_EVERY_HOST]
    path = url.partition("://")[2].partition("/")[2]
    parts = [*host, path.strip("*/")]
    return slug("-".join(part for part in parts if part))[:80].strip("-") or "limit"


def _fit(name: str) -> str:
    """Return a name as files and folders of all systems can have it."""
    fit = name if _FIT.fullmatch(name) else _UNFIT.sub("-", name).strip("-. ")[:100]
    fit = fit.rstrip("-. ") or "unnamed"
    first, dot, rest = fit.partition(".")
    return f"{first}_{dot}{rest}" if _RESERVED.match(fit) else fit


def _numbered(name: str) -> Iterable[str]:
    yield name
    for number in range(2, 1_000_000):
        yield f"{name}-{number}"
