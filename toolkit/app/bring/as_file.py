"""From a live document, which has every default written out, to one as a file says it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from toolkit.model.document import DEFAULT_CACHE_DURATION, DEFAULT_HEADERS, Document
from toolkit.model.envelope import FORMAT_VERSION, schema_file_path


def file_document(kind: str, live: Document, name: str, file: str) -> Document:
    """Return the document of a definition in `file` that says what is live; it is still to be parsed."""
    schema = _relative(schema_file_path(kind), file)
    head = {"$schema": schema, "formatVersion": FORMAT_VERSION, "kind": kind, "name": name}
    body = {key: value for key, value in live.items() if key not in ("name", "state")}
    if not body.get("description", True):
        del body["description"]
    if kind == "CustomAction":
        body["endpoint"] = without_default_headers(live["endpoint"])
        authentication = live.get("authentication", {})
        if authentication.get("cacheDuration") == DEFAULT_CACHE_DURATION:
            body["authentication"] = {
                key: value for key, value in authentication.items() if key != "cacheDuration"
            }
        if "request" not in body:
            body.pop("allowNullValues", None)
    return {**head, **body}


def without_default_headers(endpoint: Mapping[str, Any]) -> Document:
    """Return an endpoint without the headers that every action has."""
    headers = {
        name: value for name, value in endpoint["headers"].items() if DEFAULT_HEADERS.get(name) != value
    }
    return {**endpoint, "headers": headers}


def _relative(path: str, file: str) -> str:
    return "/".join([*[".."] * (len(PurePosixPath(file).parts) - 1), path])
