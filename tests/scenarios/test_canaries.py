"""Distinct secrets planted wherever one can be, and every command there is: none of them shows anywhere.

A command or a part of a notebook's session that is new has to be added to the story.
"""

from __future__ import annotations

import base64
import json
import logging
import re
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import click
import keyring
import pytest

from tests.scenarios.desk import REPOSITORY, Desk, Ran, action, capping
from tests.scenarios.test_base import commit
from tests.scenarios.test_secrets_stay_secret import SLACK_VALUES, Ring
from tests.workflows.runner import git
from toolkit.cli.main import cli
from toolkit.core.errors import AjoError
from toolkit.emulator import EmulatorConfig, start_emulator
from toolkit.emulator.remote import published
from toolkit.notebook import Session
from toolkit.workspace.load import open_workspace

SOURCES = {"here": "environment", "files": "directory", "asked": "command", "ring": "keyring"}
PATHS = ("slack/bot-token", "team/key", "team/header", "team/query", "team/basic", "team/user", "team/body")
TAIL = '/+0~"\\&ü=='
"""Differs in every spelling that a secret may travel in."""

TOKEN_TAIL = "/+0~=="
"""The same within what a bearer token may hold."""

KEYED = action(
    "Keyed",
    endpoint={
        "method": "POST",
        "url": "https://example.com/v1",
        "headers": {"X-Team": "${secret:team/header}"},
        "query": {"team": "${secret:team/query}"},
    },
    authentication={"type": "apiKey", "name": "X-Key", "value": "${secret:team/key}", "location": "header"},
)
BASIC = action(
    "Basic",
    authentication={"type": "basic", "username": "${secret:team/user}", "password": "${secret:team/basic}"},
)
TOKEN = action(
    "Token",
    authentication={
        "type": "customAuthorization",
        "endpoint": "https://login.example.com/token",
        "method": "POST",
        "headers": {"Authorization": "Basic EncodeBase64(${secret:team/user}:${secret:team/basic})"},
        "body": {"bodyType": "form", "bodyParams": {"client_secret": "${secret:team/body}"}},
        "tokenInResponse": "json://access_token",
        "authorizationType": "bearer",
    },
)


def spellings(secret: str) -> Iterator[str]:
    """A secret as it may travel: plain, escaped, percent-encoded in either case, hex, inside any base64."""
    raw = secret.encode()
    yield from (secret, repr(secret)[1:-1], repr(raw)[2:-1], raw.hex(), raw.hex().upper())
    yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    for encoded in (quote(secret), quote(secret, safe=""), quote_plus(secret)):
        yield encoded
        yield re.sub("%..", lambda found: found[0].lower(), encoded)
    for before in range(3):
        encoded = base64.b64encode(b"x" * before + raw).decode()
        inner = encoded[4 if before else 0 : -4]
        yield from (inner, inner.replace("+", "-").replace("/", "_"))


@dataclass(slots=True)
class Story:
    """The desk, what is planted, what commands said, and what stands ready for some of them."""

    desk: Desk
    secrets: dict[str, str]
    port: str = ""
    heard: dict[str, str] = field(default_factory=dict)

    def file(self, name: str) -> str:
        return str(self.desk.root / "kept" / name)

    def in_formats(self, *words: str) -> Iterator[Ran]:
        for form in ("text", "json", "markdown"):
            yield self.desk.ajo(*words, "--format", form)

    def notebook(self, *views: Any) -> Ran:
        return Ran(0, "\n".join(part for view in views for part in (repr(view), _page(view), str(view))), "")


def _page(view: Any) -> str:
    return str(view._repr_markdown_()) if hasattr(view, "_repr_markdown_") else ""


Part = Callable[[Story], Iterable[Ran]]


def said(*words: str) -> Part:
    """A command with words of which ``@NAME`` is a file that the story keeps, ``#`` the emulator's port."""

    def part(story: Story) -> Iterator[Ran]:
        for place, word in enumerate(given := [*words]):
            given[place] = {"#": story.port, "@": story.file(word[1:])}.get(word[0], word)
        yield story.desk.ajo(*given)

    return part


def each(*parts: Part) -> Part:
    return lambda story: (ran for part in parts for ran in part(story))


def sync(story: Story) -> Iterator[Ran]:
    """Sync every target from its own source; the first by a plan that was kept, the others at once."""
    yield story.desk.ajo("sync", story.file("plan.json"), "--yes", "--receipt", story.file("receipt.json"))
    for target in list(SOURCES)[1:]:
        yield story.desk.ajo("sync", "-t", target, "--trust", "--yes", "--format", "markdown")
    remotes = {"origin": f"file://{story.desk.root.parent}/remote.git"}
    remotes["away"] = f"http://me:{quote(story.secrets['remote password'])}@127.0.0.1:9/x.git"
    git(story.desk.root.parent, "init", "--quiet", "--bare", "remote.git")
    for name, address in remotes.items():
        git(story.desk.root, "remote", "add", name, address)
        yield story.desk.ajo("sync", "--yes", "--lease", name)
    rotated = story.secrets["rotated"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AJO_SECRET_TEAM_KEY", rotated)
        yield from story.in_formats("diff")
        yield story.desk.ajo("sync", "--yes", "--format", "json", "--push-ref")
        story.desk.admin(
            "faults", {"fault": "malformed", "path": "*/actions/*", "sandbox": story.desk.sandbox}
        )
        yield story.desk.ajo("sync", "--yes", "--resend-secrets")
        yield story.desk.ajo("emulator", "faults", "--port", story.port, "clear")
    typed(story)
    yield from story.in_formats("diff")


def typed(story: Story) -> None:
    """Let somebody type credentials into the product: into an action of ours, and into one of their own."""
    live = story.desk.live()
    keyed = live["Keyed"]
    headers = [*keyed["endpoint"]["headers"]]
    headers.append({"name": "X-Api-Key", "isVariable": False, "value": story.secrets["typed into ours"]})
    story.desk.call(
        "PUT", f"actions/{keyed['uid']}", {**keyed, "endpoint": {**keyed["endpoint"], "headers": headers}}
    )
    value = f"Bearer {story.secrets['typed by others']}"
    entry = {"name": "Authorization", "isVariable": False, "value": value}
    endpoint = {"url": "https://example.com/", "method": "POST", "headers": [entry], "queryParameters": []}
    basic = {"type": "basic", "username": "u", "password": story.secrets["password of others"]}
    theirs = {"name": "Theirs", "actionType": "custom", "endpoint": endpoint, "authentication": basic}
    story.desk.call("POST", "actions", theirs)


def new(story: Story) -> Iterator[Ran]:
    """Make actions of a curl command with credentials in each place."""
    basic, bearer, query = (story.secrets[f"curl {place}"] for place in ("user", "header", "query"))
    call = (
        f"curl -X POST 'https://example.com/v1?api_key={quote(query, safe='')}' -u 'me:{basic}' "
        f"-H 'X-Api-Key: {bearer}' -H 'Content-Type: application/json' -d '{{\"a\": 1}}'"
    )
    Path(story.file("call.txt")).parent.mkdir(exist_ok=True)
    (story.desk.root.parent / "call.txt").write_text(call)
    yield story.desk.ajo("new", "action", "FromCurl", "--from-curl", f"@{story.desk.root.parent}/call.txt")
    yield story.desk.ajo(
        *("new", "action", "FromHeader", "--url", "https://example.com/", "--method", "GET"),
        *("--header", f"X-Api-Key: {bearer}"),
    )
    for made in story.desk.root.glob("actions/*/From*.json"):
        made.unlink()


def learn(story: Story) -> Iterator[Ran]:
    """Read a recording with a session's cookie and token in it."""
    cookie, token = story.secrets["cookie"], story.secrets["recorded token"]
    request = {
        "method": "POST",
        "url": f"{story.desk.running.base_url}/list/actions",
        "headers": [
            {"name": "Cookie", "value": f"session={cookie}"},
            {"name": "Authorization", "value": f"Bearer {token}"},
            {"name": "Content-Type", "value": "application/json"},
        ],
        "cookies": [{"name": "session", "value": cookie}],
        "queryString": [],
        "postData": {"mimeType": "application/json", "text": "{}"},
    }
    found = json.dumps({"results": list(story.desk.live().values())})
    content = {"mimeType": "application/json", "text": found, "size": len(found)}
    response = {"status": 200, "statusText": "OK", "headers": [], "cookies": [], "content": content}
    entry = {"startedDateTime": "2026-01-01T00:00:00Z", "time": 1, "request": request, "response": response}
    file = story.desk.root.parent / "session.har"
    file.write_text(json.dumps({"log": {"version": "1.2", "creator": {"name": "b"}, "entries": [entry]}}))
    yield story.desk.ajo("target", "learn", "--har", str(file))
    yield story.desk.ajo("target", "learn", "--har", str(file), "--json")


def exercise(story: Story) -> Iterator[Ran]:
    """Send requests of two actions, in every way that the command shows them."""
    values = [word for place, value in SLACK_VALUES.items() for word in ("--set", f"{place}={value}")]
    for way in (
        [],
        ["--json"],
        ["--dry-run"],
        ["--curl"],
        ["--repeat", "2"],
        ["--record", "seen", "--force", "--evidence"],
    ):
        yield story.desk.ajo("exercise", "SlackPostMessage", *values, *way)
    for target in SOURCES:
        yield story.desk.ajo(
            "exercise", "Keyed", "-t", target, "--set", "recipient.id=1", "--trust", "--json", "--evidence"
        )
    yield story.desk.ajo("exercise", "Token", "--set", "recipient.id=1")


def load(story: Story) -> Iterator[Ran]:
    """Send many requests of actions that need secrets, from one process and from several, with all files."""
    values = [word for place, value in SLACK_VALUES.items() for word in ("--set", f"{place}={value}")]
    fast = ("--requests", "6", "--rate", "200", "--users", "2", "--spawn-rate", "100", "--fail-ratio", "1")
    files = ("--html", story.file("load.html"), "--csv", story.file("load"))
    yield story.desk.ajo("load", "SlackPostMessage", *values, *fast, *files, "--json")
    yield story.desk.ajo("load", "Keyed", "--set", "recipient.id=1", *fast, "--workers", "2")
    yield story.desk.ajo("load", "SlackPostMessage", *values, "--dry-run")


def rollback(story: Story) -> Iterator[Ran]:
    yield from story.in_formats("rollback", "--receipt", story.file("receipt.json"))
    yield story.desk.ajo("rollback", "first", "--json")


def failures(story: Story) -> Iterator[Ran]:
    """Whatever goes wrong: refused credentials, with all of a traceback, and missing ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AJO_DEBUG", "1")
        patch.setenv("AJO_SECRET_PLATFORM_CLIENT_SECRET", story.secrets["wrong client secret"])
        yield story.desk.ajo("diff", "--json")
        yield story.desk.ajo("sync", "--yes")
        with pytest.raises(AjoError) as caught:
            Session.open(story.desk.root).diff()
        error = caught.value
        yield Ran(0, "".join(traceback.format_exception(error)) + repr(error) + str(vars(error)), "")
        patch.setenv("AJO_SECRET_TEAM_KEY", story.secrets["two lines"] + "\nmore")
        yield story.desk.ajo("secrets", "check", "--json")


def started(story: Story) -> Iterator[Ran]:
    """An emulator in the foreground, with all secrets in its environment."""
    process = story.desk.start("emulator", "start", "--port", "0", stderr=subprocess.STDOUT)
    assert process.stdout is not None
    first = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    yield Ran(0, first + out, "")


STORY: dict[str, Part] = {
    "init": said("init", "@fresh"),
    "validate": lambda story: story.in_formats("validate"),
    "fmt": said("fmt"),
    "list": each(said("list", "--live"), said("list", "--live", "--json")),
    "diff": each(
        lambda story: story.in_formats("diff"),
        lambda story: story.in_formats("diff", "--all-targets", "--trust"),
        lambda story: story.in_formats("diff", "--settings-from", "first"),
        said("diff", "--out", "@plan.json"),
    ),
    "show": lambda story: story.in_formats("show", story.file("plan.json")),
    "sync": sync,
    "drift": each(
        lambda story: story.in_formats("drift"), said("drift", "--patch", "@drift.patch", "--trust")
    ),
    "compat": said("compat", "first", "--json"),
    "compare": each(
        said("compare", "here", "files"),
        said("compare", "here", "ring", "--live", "--trust", "--format", "json"),
    ),
    "import": each(said("import", "--dry-run"), said("import", "--diff"), said("import", "Theirs", "--json")),
    "rollback": rollback,
    "exercise": exercise,
    "test": said("test"),
    "rehearse": said("rehearse", "SlackPostMessage", "--arrivals", "9 at once", "--latency", "1s"),
    "load": load,
    "target check": each(
        said("target", "check", "--json"),
        said("target", "check", "--write-probe", "--yes"),
        said("target", "check"),
    ),
    "target learn": learn,
    "targets": said("targets", "--json"),
    "secrets check": each(
        said("secrets", "check", "--all-targets", "--trust"),
        said("secrets", "check", "--all-targets", "--trust", "--json"),
    ),
    "new action": new,
    "new capping": said(
        "new", "capping", "made", "--url", "https://made.example.com/*", "--calls", "9", "--period-ms", "9"
    ),
    "duplicate": said("duplicate", "Keyed", "KeyedAgain"),
    "rules": said("rules", "--json"),
    "explain": said("explain", "AJO340"),
    "schema": said("schema", "--print", "CustomAction"),
    "completion": said("completion", "bash"),
    "demo": said("demo"),
    "emulator start": started,
    "emulator log": each(
        said("emulator", "log", "--port", "#", "--bodies", "-n", "1000"),
        said("emulator", "log", "--port", "#", "--bodies", "-n", "1000", "--json"),
    ),
    "emulator faults add": said("emulator", "faults", "--port", "#", "add", "reset", "path=*/nothing"),
    "emulator faults": said("emulator", "faults", "--port", "#"),
    "emulator faults clear": said("emulator", "faults", "--port", "#", "clear"),
    "emulator snapshot": said("emulator", "snapshot", "--port", "#", "--as-fixture", "@fixture"),
    "emulator restore": each(
        said("emulator", "snapshot", "--port", "#", "@state"),
        said("emulator", "restore", "--port", "#", "@state"),
    ),
    "emulator seed": said("emulator", "seed", "--port", "#", "here", "--actions", "1"),
    "emulator reset": said("emulator", "reset", "--port", "#", "--sandbox", "here"),
}
"""What every command says and writes, in the order in which it is told."""

GOES_WRONG = ("sync", "exercise", "target learn", "failures", "secrets check")
"""Parts of the story in which something fails on purpose, each after something that did not."""

SESSION = frozenset(
    {
        "open",
        "scratch",
        "names",
        "check",
        "show",
        "change",
        "diff",
        "sync",
        "preview",
        "exercise",
        "exercise_many",
    }
)
"""What :func:`in_a_notebook` uses of a session."""


def in_a_notebook(story: Story) -> Iterator[Ran]:
    session = Session.open(story.desk.root, trust=True)
    yield story.notebook(session, session.check(), session.show("Keyed"), session.names())
    yield story.notebook(session.change("Keyed", {"/description": "From a notebook"}))
    plan = session.diff()
    yield story.notebook(plan, session.sync(plan))
    yield story.notebook(session.preview("SlackPostMessage", SLACK_VALUES))
    view = session.exercise("SlackPostMessage", SLACK_VALUES)
    yield story.notebook(view, view.exchange, view.exchange.to_json())
    yield story.notebook(session.exercise_many("SlackPostMessage", [SLACK_VALUES, SLACK_VALUES]))
    copy = session.scratch(story.desk.root.parent / "scratch", {}, {})
    yield story.notebook(copy, copy.names())


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[str]:
    """All commands below a group, as they are typed."""
    if not isinstance(command, click.Group):
        yield " ".join(path)
        return
    if path and command.invoke_without_command:
        yield " ".join(path)
    context = click.Context(command)
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        assert below is not None
        yield from commands(below, (*path, name))


def test_every_command_has_its_part_in_the_story() -> None:
    assert set(STORY) == set(commands(cli))


def test_every_part_of_a_notebooks_session_is_in_the_story() -> None:
    assert {name for name in vars(Session) if not name.startswith("_")} == SESSION


def planted() -> dict[str, str]:
    """A secret for each path of each source, and for each place that is no reference, no two alike."""
    secrets = {
        f"{source} {path}": f"{source}-{path.replace('/', '-')}-CANARY"
        + (TOKEN_TAIL if "slack" in path else TAIL)
        for source in SOURCES.values()
        for path in PATHS
    }
    places = (
        "client",
        "fingerprint-key",
        "rotated",
        "wrong client secret",
        "two lines",
        "remote password",
    )
    typed_in = ("typed into ours", "typed by others", "password of others", "cookie", "recorded token")
    curl = ("curl user", "curl header", "curl query")
    return (
        secrets
        | {place: f"{place.replace(' ', '-')}-CANARY-of-some-length" + TAIL for place in (*places,)}
        | {place: f"{place.replace(' ', '-')}-CANARY" + TOKEN_TAIL for place in (*typed_in, *curl)}
    )


@pytest.fixture
def story(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    """Four targets, each with secrets of its own from a source of its own, in a repository."""
    secrets = planted()
    vaults = {source: tmp_path / "vaults" / source for source in SOURCES.values()}
    of = {
        source: {path: secrets[f"{source} {path}"] for path in PATHS}
        | {"platform/client-secret": secrets["client"]}
        for source in SOURCES.values()
    }
    of["environment"]["ajo/fingerprint-key"] = secrets["fingerprint-key"]
    for source, folder in vaults.items():
        for path, secret in of[source].items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(secret)
    for path, secret in of["environment"].items():
        monkeypatch.setenv("AJO_SECRET_" + re.sub("[^A-Z]", "_", path.upper()), secret)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))
    told = "import sys; print(open(sys.argv[1]).read()); print(open(sys.argv[1]).read(), file=sys.stderr)"
    command = json.dumps([sys.executable, "-c", told, f"{vaults['command']}/{{path}}"])
    tables = {
        "environment": '{ from = "environment" }',
        "directory": f'{{ from = "directory", path = "{vaults["directory"]}" }}',
        "command": f'{{ from = "command", command = {command} }}',
        "keyring": '{ from = "keyring" }',
    }
    before = keyring.get_keyring()
    keyring.set_keyring(Ring(of["keyring"]))
    sandboxes = dict.fromkeys(SOURCES, "development")
    configured = EmulatorConfig(client_secret=secrets["client"], sandboxes=sandboxes)
    _, local = open_workspace(REPOSITORY).target("local")
    with start_emulator(configured) as running:
        own = Desk(desk.root, running, "here", desk.capsys)
        routes = ", ".join(f'"{host}" = "{base}"' for host, base in running.routes.items())
        stand_ins = json.dumps(running.partners_url.split("/")[2])
        text = f'default-target = "here"\n[load]\nhosts = [{stand_ins}]\n'
        for target, source in SOURCES.items():
            lines = own.target_lines(
                {"slackChannel": local.values["slackChannel"]},
                sandbox=target,
                client_secret="${secret:platform/client-secret}",
                **({"secret_fingerprint_key": "${secret:ajo/fingerprint-key}"} if target == "here" else {}),
            )
            lines = lines.replace('{ from = "made-up" }', tables[source])
            text += f"[targets.{target}]\n{lines}routes = {{ {routes} }}\n"
        (own.root / "ajo.toml").write_text(text)
        shutil.copytree(REPOSITORY / "actions/slack", own.root / "actions/slack")
        for definition in (KEYED, BASIC, TOKEN, action("Bare"), capping("example-api", "example.com")):
            own.write(definition)
        git(own.root, "init", "--quiet")
        (own.root / ".gitignore").write_text("kept/\n")
        (own.root / "kept").mkdir()
        commit(own)
        git(own.root, "tag", "first")
        port = running.admin_url.split(":")[-1].split("/")[0]
        with published(running, {"XDG_RUNTIME_DIR": str(tmp_path / "runtime")}):
            yield Story(own, secrets, port)
    keyring.set_keyring(before)


def files(root: Path) -> Iterator[tuple[str, str]]:
    """Every file below a folder, and every object that git keeps there, as text."""
    for file in root.rglob("*"):
        if file.is_file() and ".git" not in file.parts:
            yield str(file.relative_to(root)), file.read_bytes().decode("utf-8", "replace")
    batch = ["git", "cat-file", "--batch-all-objects", "--batch"]
    yield (
        "git",
        subprocess.run(batch, cwd=root, capture_output=True, check=True).stdout.decode("utf-8", "replace"),
    )


def is_the_platforms(name: str, place: str) -> bool:
    """Tell what is no leak: a snapshot is the platform itself, which shows user names to its readers."""
    return place == "kept/state" or (name.endswith("team/user") and place.startswith("kept/fixture/"))


def test_no_command_shows_or_keeps_a_secret(
    story: Story, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    exits: dict[str, list[int]] = {}
    for name, part in [*STORY.items(), ("a notebook", in_a_notebook), ("failures", failures)]:
        for number, ran in enumerate(part(story)):
            exits.setdefault(name, []).append(ran.exit)
            story.heard[f"{name} {number}"] = ran.out + ran.err
            assert ran.exit != 1, (name, ran)
    places = story.heard | dict(files(story.desk.root))
    # pytest listens to the platform's own log of accesses too, which nobody else does.
    places["the log"] = "\n".join(
        each.getMessage() for each in caplog.records if each.name != "uvicorn.access"
    )
    for file in (tmp_path / "runtime").rglob("*"):
        places[str(file)] = file.read_text() if file.is_file() else ""
    leaks = [
        (name, place)
        for name, secret in story.secrets.items()
        for place, content in places.items()
        if not is_the_platforms(name, place)
        if any(spelling in content for spelling in spellings(secret))
    ]
    assert leaks == []
    fine = {name: codes for name, codes in exits.items() if name not in GOES_WRONG}
    assert {name for name, codes in fine.items() if {*codes} - {0, 2}} == set(), fine
