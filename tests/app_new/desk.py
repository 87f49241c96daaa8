"""A workspace without a platform, and actions made in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from toolkit.app.new import ActionWish, Result, make_action
from toolkit.core.canonical import dump_json, parse_json
from toolkit.core.errors import AjoError
from toolkit.workspace.load import Workspace, open_workspace

SETTINGS = """\
default-target = "here"
[targets.here]
organisation = "TEST@AdobeOrg"
sandbox = "dev"
client-id = "client"
client-secret = "${secret:platform/client-secret}"
[targets.here.values]
"""


def workspace_at(root: Path, values: Mapping[str, str] | None = None) -> Workspace:
    """Start a workspace with one target."""
    (root / "actions").mkdir(parents=True, exist_ok=True)
    lines = [f'{name} = "{value}"' for name, value in (values or {}).items()]
    (root / "ajo.toml").write_text(SETTINGS + "\n".join(lines) + "\n")
    return open_workspace(root)


def made(root: Path, values: Mapping[str, str] | None = None, **wish: Any) -> Result:
    """Make an action named Sample."""
    return make_action(workspace_at(root, values), ActionWish(name="Sample", **wish))


def document(result: Result) -> dict[str, Any]:
    """Return the definition that was made."""
    read = parse_json(result.made.text)
    assert isinstance(read, dict)
    return read


def everything(result: Result) -> str:
    """Return all that a person gets to see of a result."""
    return "\n".join([result.made.text, repr(result.doubts), repr(result.notes), repr(result.made.findings)])


def refusal(root: Path, **wish: Any) -> AjoError:
    """Return why no action could be made."""
    with pytest.raises(AjoError) as caught:
        made(root, **wish)
    return caught.value


def api(operation: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return a description with one operation, ``send``, at ``POST /messages``."""
    sent = {"operationId": "send", "responses": {}, **(operation or {})}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Messages", "version": "1"},
        "servers": [{"url": "https://api.loyalty.example/v2"}],
        "paths": {"/messages": {"post": sent}},
        **more,
    }


def json_body(schema: Any, **more: Any) -> dict[str, Any]:
    """Return an operation that takes JSON of this schema."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}, **more}


def described(root: Path, description: Any, operation: str = "send", **wish: Any) -> Result:
    """Make an action of an operation of a description that is a file."""
    root.mkdir(parents=True, exist_ok=True)
    file = root / "api.json"
    file.write_text(description if isinstance(description, str) else dump_json(description))
    return made(root, description=file, operation=operation, **wish)


def no_action(root: Path, description: Any, operation: str = "send", **wish: Any) -> AjoError:
    """Return why no action could be made of a description."""
    with pytest.raises(AjoError) as caught:
        described(root, description, operation, **wish)
    return caught.value
