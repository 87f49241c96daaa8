"""An OpenAPI 3.0 or 3.1 description: its text, its references, and the operation that is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from toolkit.app.new.draft import listed
from toolkit.app.new.inputs import MAX_DESCRIPTION_BYTES, parsed, read_text
from toolkit.app.new.yaml_text import parse_yaml
from toolkit.core.errors import AjoError
from toolkit.core.pointer import parse_pointer

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_LONGEST_CHAIN = 20


def unusable(message: str, fix: str = "") -> AjoError:
    """Say what is wrong with a description or can't be made an action of."""
    return AjoError("AJO812", message, fix=fix)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: `item` is the path item around it."""

    method: str
    path: str
    item: dict[str, Any]
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Description:
    """A whole description; everything in it may be of any type, whatever the standard says."""

    root: dict[str, Any]

    def resolve(self, value: Any) -> dict[str, Any]:
        """Return an object, its reference followed; anything that is no object is an empty one.

        Raises :class:`AjoError` AJO812 for references that lead nowhere, out of the file or in a circle.
        """
        for _ in range(_LONGEST_CHAIN):
            if not isinstance(value, dict):
                return {}
            if not isinstance(value.get("$ref"), str):
                return value
            value = self.lookup(value["$ref"])
        raise unusable("a reference leads in a circle", "Mend the $ref in the description.")

    def lookup(self, reference: str) -> Any:
        """Return what a local reference points to; raises :class:`AjoError` AJO812."""
        if not reference.startswith("#"):
            fix = "Bundle the description into one file first (for example: redocly bundle)."
            raise unusable("a reference leads out of the file", fix)
        node: Any = self.root
        try:
            for part in parse_pointer(unquote(reference[1:])):
                node = node[int(part)] if isinstance(node, list) else node[part]
        except (LookupError, ValueError, TypeError):
            raise unusable(f"the reference {reference[:100]} leads nowhere") from None
        return node

    def operations(self) -> Iterator[Operation]:
        """Yield every operation."""
        paths = self.root.get("paths")
        for path, item in paths.items() if isinstance(paths, dict) else ():
            found = self.resolve(item)
            for method in _METHODS:
                if isinstance(found.get(method), dict):
                    yield Operation(method.upper(), path, found, found[method])

    def operation(self, wanted: str) -> Operation:
        """Return the operation with this operationId, or written as ``POST /path``; raises AJO812."""
        known = list(self.operations())
        found = [
            operation
            for operation in known
            if wanted in (operation.content.get("operationId"), f"{operation.method} {operation.path}")
        ]
        if len(found) == 1:
            return found[0]
        if found:
            raise unusable("several operations have this operationId", 'Name it as "POST /path".')
        names = [_name(operation) for operation in known]
        close = get_close_matches(wanted, names, n=3, cutoff=0.4)
        told = f"nearest are {listed(close)}" if close else f"there are {listed(sorted(names)) or 'none'}"
        raise unusable(f"the description has no such operation; {told}", "Pass --operation with one of them.")


def _name(operation: Operation) -> str:
    name = operation.content.get("operationId")
    return name if isinstance(name, str) else f"{operation.method} {operation.path}"


def read_description(path: Path) -> Description:
    """Read a description from a JSON or YAML file; raises :class:`AjoError`."""
    text = read_text(path, MAX_DESCRIPTION_BYTES)
    is_json = path.suffix.lower() == ".json" or text.lstrip()[:1] == "{"
    root: Any = parsed(text, str(path)) if is_json else parse_yaml(text, str(path))
    if not isinstance(root, dict):
        raise unusable("the file holds no OpenAPI description")
    version = root.get("openapi")
    if "swagger" in root:
        raise unusable("this is Swagger 2", "Convert it to OpenAPI 3 first (for example: swagger2openapi).")
    if not re.match(r"3\.[01](\.|\Z)", str(version)):
        raise unusable(
            "the description does not say openapi: 3.0 or 3.1", "Give an OpenAPI 3.0 or 3.1 document."
        )
    return Description(root)
