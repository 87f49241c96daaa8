"""Small recordings, written by hand."""

from __future__ import annotations

import json
from typing import Any

ACTION: dict[str, Any] = {
    "name": "Welcome",
    "actionType": "custom",
    "endpoint": {"url": "https://api.example.com/v1", "method": "POST", "headers": []},
    "authentication": {"type": "noAuth"},
}


def call(
    method: str, url: str, sent: Any = None, answer: Any = None, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """One entry of a recording."""
    request: dict[str, Any] = {
        "method": method,
        "url": url,
        "headers": [
            {"name": name.replace("_", "-"), "value": value} for name, value in (headers or {}).items()
        ],
    }
    if sent is not None:
        request["postData"] = {"mimeType": "application/json", "text": json.dumps(sent)}
    content = {} if answer is None else {"text": json.dumps(answer)}
    return {"request": request, "response": {"status": 200, "content": content}}


def recording(*entries: dict[str, Any]) -> bytes:
    return json.dumps({"log": {"version": "1.2", "entries": list(entries)}}).encode()


def element(uid: str, **changes: Any) -> dict[str, Any]:
    return {**ACTION, "uid": uid, **changes}


BASE = "https://api.example.com/ui"


def session(**headers: str) -> list[dict[str, Any]]:
    """An action listed, created, read, changed and removed."""
    one = element("id-1-a")
    return [
        call(
            "GET",
            f"{BASE}/actions?page[number]=1&page[size]=20",
            None,
            {"items": [one], "total": 1},
            headers,
        ),
        call("POST", f"{BASE}/actions", ACTION, {"uid": "id-1-a"}, headers),
        call("GET", f"{BASE}/actions/id-1-a", None, {"result": one}, headers),
        call("PUT", f"{BASE}/actions/id-1-a", ACTION, {"result": one}, headers),
        call("DELETE", f"{BASE}/actions/id-1-a", None, {}, headers),
    ]
