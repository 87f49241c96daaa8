"""A new workspace: settings, schemas, what editors need to find them, and one action to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from toolkit.app.editors import editor_files, write_editor_file
from toolkit.app.schemas import write_schemas
from toolkit.core.errors import AjoError
from toolkit.workspace.settings import find_root
from toolkit.workspace.write import canonical_text, write_text

SETTINGS = """\
# ajo-actions: where definitions are and which sandboxes they go to.
actions = "actions"
default-target = "local"

# The platform on this machine: `ajo emulator start`, or `ajo demo`.
[targets.local]
base-url = "http://127.0.0.1:8765/journey/orchestration"
journeys-url = "http://127.0.0.1:8765/ajo"
ims-url = "http://127.0.0.1:8765"
organisation = "LOCAL@AdobeOrg"
sandbox = "dev"
client-id = "local-client"
client-secret = "${secret:local/client-secret}"
secrets = { from = "made-up" }

[targets.local.values]
messagesHost = "example.com"

# Stand-ins for partner systems, by the host that a request names: docs/emulator.md.
[targets.local.routes]
"oauth2.googleapis.com" = "http://127.0.0.1:8765/partners/oauth2.googleapis.com"
"fcm.googleapis.com" = "http://127.0.0.1:8765/partners/fcm.googleapis.com"
"graph.facebook.com" = "http://127.0.0.1:8765/partners/graph.facebook.com"
"api-public.epsilon.com" = "http://127.0.0.1:8765/partners/api-public.epsilon.com"
"api.harmony.epsilon.com" = "http://127.0.0.1:8765/partners/api.harmony.epsilon.com"
"ims-na1.adobelogin.com" = "http://127.0.0.1:8765/partners/ims-na1.adobelogin.com"
"eventsingress.adobe.io" = "http://127.0.0.1:8765/partners/eventsingress.adobe.io"
"slack.com" = "http://127.0.0.1:8765/partners/slack.com"
"campaign.example" = "http://127.0.0.1:8765/partners/campaign.example"
"example.com" = "http://127.0.0.1:8765/partners/example.com"

# A real sandbox: fill in and remove the number signs. Its secrets come from the environment:
# AJO_SECRET_PLATFORM_CLIENT_SECRET and so on.
# [targets.dev]
# organisation = "0123456789ABCDEF@AdobeOrg"
# sandbox = "dev"
# client-id = "${secret:platform/client-id}"
# client-secret = "${secret:platform/client-secret}"
# values = { messagesHost = "api.example.com" }
"""

FIRST_ACTION: dict[str, Any] = {
    "$schema": "../../schemas/v1/custom-action.schema.json",
    "formatVersion": 1,
    "kind": "CustomAction",
    "name": "FirstMessage",
    "description": "Sends a message. An example: change it, or copy it and remove it.",
    "endpoint": {
        "method": "POST",
        "url": "https://${messagesHost}/v1/messages",
        "headers": {"Content-Type": "application/json"},
    },
    "authentication": {
        "type": "apiKey",
        "name": "X-Api-Key",
        "value": "${secret:example/api-key}",
        "location": "header",
    },
    "governance": {"channel": "other"},
    "request": {
        "template": "welcome",
        "recipient": {
            "email": {"$variable": "E-mail address"},
            "name": {"$variable": "First name", "$optional": True},
        },
    },
    "response": {"messageId": "string"},
}


def init_workspace(folder: Path) -> list[str]:
    """Write what a new workspace needs into `folder` and return the names of the files written.

    What is there already stays as it is; raises :class:`AjoError` AJO302 where a workspace exists, AJO309.
    """
    if _is_workspace(folder):
        message = f"{folder} has settings already, in ajo.toml or in pyproject.toml"
        raise AjoError("AJO302", message, fix="Change them, or choose another folder.")
    files = {"ajo.toml": SETTINGS, "actions/example/FirstMessage.json": canonical_text(FIRST_ACTION)}
    written = []
    for name, text in files.items():
        if not (folder / name).exists():
            write_text(folder / name, text)
            written.append(name)
    written += [f"schemas/{name}" for name in write_schemas(folder / "schemas")]
    for item in editor_files(folder):
        if item.before is None:
            write_editor_file(folder, item)
            written.append(item.name)
    return written


def _is_workspace(folder: Path) -> bool:
    """Tell whether `folder` itself, not one above it, has settings."""
    if (folder / "ajo.toml").exists():
        return True
    try:
        return find_root(folder) == folder.resolve()
    except AjoError:
        return False
