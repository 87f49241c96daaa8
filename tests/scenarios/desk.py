"""A workspace folder, a sandbox of a running platform, and the command line between them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from toolkit.cli.main import run
from toolkit.emulator import RunningEmulator

REPOSITORY = Path(__file__).parents[2]
COMMAND = str(Path(sys.executable).with_name("ajo"))
"""The installed command, for what a process of its own shows."""

OWN_VARIABLES = (
    *("NO_COLOR", "FORCE_COLOR", "AJO_TARGET", "AJO_DEBUG", "TERM"),
    *("GITHUB_ACTOR", "GITHUB_EVENT_NAME", "GITHUB_EVENT_PATH", "CI_COMMIT_BEFORE_SHA"),
)
"""What a developer's shell or a pipeline may hold and a test must not depend on."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended and what it said."""

    exit: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


def action(name: str, **changes: Any) -> dict[str, Any]:
    """A small custom action whose host is ``<name>.example.com``; None removes a field."""
    definition: dict[str, Any] = {
        "$schema": "../../schemas/v1/custom-action.schema.json",
        "formatVersion": 1,
        "kind": "CustomAction",
        "name": name,
        "description": f"What {name} does.",
        "endpoint": {"method": "POST", "url": f"https://{name.lower()}.example.com/v1/messages"},
        "request": {"template": "welcome", "recipient": {"id": {"$variable": "Member id"}}},
        **changes,
    }
    return {key: value for key, value in definition.items() if value is not None}


def capping(name: str, host: str, calls: int = 100) -> dict[str, Any]:
    """A capping of all that is below a host."""
    return {
        "$schema": "../../schemas/v1/endpoint-config.schema.json",
        "formatVersion": 1,
        "kind": "EndpointConfig",
        "name": name,
        "url": f"https://{host}/*",
        "methods": ["POST"],
        "services": {
            "action": {"maxHttpConnections": 50, "rating": {"maxCallsCount": calls, "periodInMs": 1000}}
        },
    }


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a person works. `sandbox` is nobody else's; `capsys` hears what commands say."""

    root: Path
    running: RunningEmulator
    sandbox: str
    capsys: pytest.CaptureFixture[str] = field(repr=False)

    def settings(self, values: Mapping[str, str] | None = None, **changes: Any) -> None:
        """Write ``ajo.toml`` with the one target ``here``; keyword ``base_url`` sets ``base-url``."""
        (self.root / "ajo.toml").write_text(
            'default-target = "here"\n[targets.here]\n' + self.target_lines(values, **changes)
        )

    def target_lines(self, values: Mapping[str, str] | None = None, **changes: Any) -> str:
        """The settings of a target that leads to the sandbox, as TOML."""
        target: dict[str, Any] = {
            "base_url": self.running.base_url,
            "journeys_url": self.running.journeys_url,
            "ims_url": self.running.ims_url,
            "organisation": self.running.organisation,
            "sandbox": self.sandbox,
            "client_id": self.running.client_id,
            "client_secret": "${secret:local/client-secret}",
            "secrets": "made-up",
            **changes,
        }
        source = target.pop("secrets")
        lines = [f"{name.replace('_', '-')} = {json.dumps(value)}" for name, value in target.items()]
        lines.append(f'secrets = {{ from = "{source}" }}')
        pairs = ", ".join(f"{name} = {json.dumps(value)}" for name, value in (values or {}).items())
        return "\n".join([*lines, f"values = {{ {pairs} }}", ""])

    def write(self, definition: Mapping[str, Any], file: str = "") -> Path:
        """Write a definition where it belongs, or into `file` below the folder of definitions."""
        suffix = ".capping" if definition.get("kind") == "EndpointConfig" else ""
        path = self.root / "actions" / (file or f"team/{definition['name']}{suffix}.json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(definition, indent=2) + "\n")
        return path

    def ajo(self, *arguments: str) -> Ran:
        """Run a command in this process, as if started in the folder."""
        self.capsys.readouterr()
        code = run(["-C", str(self.root), *arguments])
        said = self.capsys.readouterr()
        return Ran(code, said.out, said.err)

    def process(self, *arguments: str, **options: Any) -> Ran:
        """Run the installed command in a process of its own."""
        options = {"env": self.environment(), **options}
        done = subprocess.run(
            [COMMAND, *arguments],
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            stdin=subprocess.DEVNULL,
            **options,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        """Start the installed command and go on."""
        options = {"env": self.environment(), "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        return subprocess.Popen([COMMAND, *arguments], cwd=self.root, text=True, **options)

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of a command started here."""
        own = {name: value for name, value in os.environ.items() if name not in OWN_VARIABLES}
        return {**own, **more}

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Call the authoring API as somebody else would; returns the JSON of the answer."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self.running.client_id,
            "client_secret": self.running.client_secret,
            "scope": "openid",
        }
        with httpx.Client(verify=False) as http:
            token = http.post(f"{self.running.ims_url}/ims/token/v3", data=form).json()["access_token"]
            headers = {
                "Authorization": f"Bearer {token}",
                "x-api-key": self.running.client_id,
                "x-gw-ims-org-id": self.running.organisation,
                "x-sandbox-name": self.sandbox,
            }
            answer = http.request(method, f"{self.running.base_url}/{path}", json=body, headers=headers)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def live(self, collection: str = "actions") -> dict[str, dict[str, Any]]:
        """What is live by name (a capping by its URL), without what ships with the platform."""
        found = self.call("POST", f"list/{collection}", {})["results"]
        return {
            item.get("name") or item["url"]: item for item in found if item.get("actionType") != "builtIn"
        }

    def admin(self, path: str, body: Any = None) -> Any:
        """Use the emulator's own controls."""
        headers = {"x-emulator-admin-token": self.running.admin_token}
        with httpx.Client(verify=False, headers=headers) as http:
            url = f"{self.running.admin_url}/{path}"
            answer = http.get(url) if body is None else http.post(url, json=body)
        answer.raise_for_status()
        return answer.json()

    def requests(self) -> list[tuple[str, str]]:
        """Every request to the sandbox as method and path below the authoring API, oldest first."""
        return [
            (item["method"], item["path"].removeprefix("/journey/orchestration/"))
            for item in self.admin("requests")["requests"]
            if item["sandbox"] == self.sandbox
        ]

    def writes(self) -> list[tuple[str, str]]:
        """Those of the requests that change something."""
        return [
            (method, path)
            for method, path in self.requests()
            if method != "GET" and not path.startswith("list/")
        ]

    def add_journey(self, action_name: str, **changes: Any) -> None:
        """Let a journey use an action."""
        journey = {
            "id": "journey-1",
            "name": "Welcome series",
            "status": "Deployed",
            "nodes": [{"id": "n1", "type": "action", "name": action_name}],
            **changes,
        }
        self.admin("journeys", {"sandbox": self.sandbox, "journey": journey})
