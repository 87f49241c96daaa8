"""Secrets planted for every reference of the shipped definitions: a whole job shows none of them anywhere."""

from __future__ import annotations

import base64
import json
import logging
import shutil
import sys
import threading
import traceback
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import quote, quote_plus

import keyring.backend
import pytest

from tests.scenarios.desk import REPOSITORY, Desk, Ran
from toolkit.core.errors import AjoError
from toolkit.emulator import EmulatorConfig, start_emulator
from toolkit.model.document import texts, to_document
from toolkit.model.text import secret_refs
from toolkit.notebook import Session
from toolkit.workspace.load import open_workspace

CLIENT_SECRET = 'p8e-client/CANARY+0"\\&ü=='
ORGANISATION = "CANARY@AdobeOrg"
FORMATS = ("text", "json", "markdown")
EPSILON_VALUES = {
    "recipients[0].customerKey": "4711",
    "recipients[0].emailAddress": "ursel@example.com",
    "defaultAttributes[0].attributeValue": "Ursel",
    "defaultAttributes[1].attributeValue": "L-1",
}
SLACK_VALUES = {"text": "A call", "blocks[0].text.text": "Call back", "blocks[1].text.text": "Member 4711"}


def references() -> set[str]:
    """The paths of all secrets that the shipped definitions refer to."""
    return {
        reference.path
        for item in open_workspace(REPOSITORY).definitions
        for _, text in texts(item.definition.kind, to_document(item.definition))
        for reference in secret_refs(text)
    }


def canary(path: str) -> str:
    """A secret that changes in every spelling; a bearer token has to be one, and a + in Basic is a blank."""
    sign = "*" if path == "epsilon/client-secret" else "+"
    plain = f"{path.replace('/', '-')}/CANARY{sign}7"
    return f"{plain}~==" if path == "slack/bot-token" else f'{plain}"\\&ü'


def spellings(secret: str) -> Iterator[str]:
    """A secret as it may travel: plain, escaped, encoded, and inside a longer text in base64."""
    raw = secret.encode()
    yield from (secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    yield from (quote(secret), quote(secret, safe=""), quote_plus(secret), secret.encode().hex())
    yield from (repr(secret)[1:-1], repr(raw)[2:-1])
    for before in range(3):
        encoded = base64.b64encode(b"x" * before + raw).decode()
        yield encoded[4 if before else 0 : -4]


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1.0

    def __init__(self, entries: dict[str, str]) -> None:
        self.entries = entries

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[username] = password


def planted(
    source: str, secrets: dict[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Put every secret into a source, and give the settings that name it; the folder is not the workspace."""
    for path, secret in secrets.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(secret)
    if source == "environment":
        for path, secret in secrets.items():
            monkeypatch.setenv("AJO_SECRET_" + path.replace("/", "_").replace("-", "_").upper(), secret)
    before = keyring.get_keyring()
    keyring.set_keyring(Ring(secrets))
    said = "import sys; print(open(sys.argv[1]).read()); print(open(sys.argv[1]).read(), file=sys.stderr)"
    command = json.dumps([sys.executable, "-c", said, f"{folder}/{{path}}"])
    yield {
        "environment": '{ from = "environment" }',
        "directory": f'{{ from = "directory", path = "{folder}" }}',
        "command": f'{{ from = "command", command = {command} }}',
        "keyring": '{ from = "keyring" }',
    }[source]
    keyring.set_keyring(before)


@pytest.fixture
def source() -> str:
    return "environment"


@pytest.fixture
def guarded(
    desk: Desk, source: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Desk, dict[str, str]]]:
    """The shipped definitions, a platform whose client secret is a canary, secrets from the source."""
    secrets = {path: canary(path) for path in references()} | {"platform/client-secret": CLIENT_SECRET}
    planting = planted(source, secrets, tmp_path_factory.mktemp("vault"), monkeypatch)
    shutil.rmtree(desk.root / "actions")
    shutil.copytree(REPOSITORY / "actions", desk.root / "actions")
    _, local = open_workspace(REPOSITORY).target("local")
    with start_emulator(EmulatorConfig(organisation=ORGANISATION, client_secret=CLIENT_SECRET)) as running:
        own = Desk(desk.root, running, "dev", desk.capsys)
        own.settings(
            local.values,
            client_secret="${secret:platform/client-secret}",
            secrets="environment",
        )
        file = desk.root / "ajo.toml"
        named = file.read_text().replace('{ from = "environment" }', next(planting))
        routes = ", ".join(f'"{host}" = "{base}"' for host, base in running.routes.items())
        file.write_text(f"{named}routes = {{ {routes} }}\n")
        yield own, secrets
    assert list(planting) == []


def whole_job(desk: Desk) -> Iterator[Ran]:
    """Everything a day brings, in every format, with an update and a failure in it."""
    for form in FORMATS:
        yield desk.ajo("validate", "--format", form)
        yield desk.ajo("diff", "--format", form, "--trust")
        yield desk.ajo("diff", "--all-targets", "--format", form, "--trust")
    for extra in ([], ["--json"], ["--all-targets"]):
        yield desk.ajo("secrets", "check", "--trust", *extra)
    yield desk.ajo("sync", "--trust", "--yes", "--receipt", str(desk.root / "first.json"))
    slack = desk.root / "actions/slack/SlackPostMessage.json"
    for number, form in enumerate(FORMATS):
        document = json.loads(slack.read_text())
        slack.write_text(json.dumps({**document, "description": f"Edit {number}"}))
        yield desk.ajo("diff", "--format", form, "--trust")
        yield desk.ajo("compare", "here", "here", "--format", form)
        yield drifted(desk, form)
        yield desk.ajo("compare", "here", "here", "--live", "--trust", "--format", form)
        receipt = str(desk.root / f"{form}.json")
        yield desk.ajo("sync", "--trust", "--yes", "--format", form, "--receipt", receipt)
    for extra in ([], ["--json"], ["--write-probe", "--yes"]):
        yield desk.ajo("target", "check", "--trust", *extra)
    yield desk.ajo("list", "--live", "--trust")
    yield desk.ajo("list", "--live", "--json", "--trust")
    yield synced_from_a_notebook(desk)
    yield from imported(desk)
    yield desk.ajo("fmt")
    yield exercised(desk)
    yield from exercised_from_the_command_line(desk)
    settings = desk.root / "ajo.toml"
    settings.write_text(
        settings.read_text().replace("secret:platform/client-secret", "secret:slack/bot-token")
    )
    yield refused_in_a_notebook(desk)
    yield desk.ajo("diff", "--json", "--trust")


def drifted(desk: Desk, form: str) -> Ran:
    """What a report and a patch say of an edit that no sync has brought to the platform yet."""
    file = desk.root / "drift.patch"
    ran = desk.ajo("drift", "--format", form, "--trust", "--patch", str(file))
    everywhere = desk.ajo("drift", "--all-targets", "--format", form, "--trust")
    assert (ran.exit, everywhere.exit) == (2, 2)
    said = (ran.out, ran.err, everywhere.out, everywhere.err, file.read_text())
    return Ran(0, "".join(said), "")


def imported(desk: Desk) -> Iterator[Ran]:
    """What an import says of actions whose files are gone, and the files it writes."""
    kept = desk.root.parent / "kept"
    shutil.copytree(desk.root / "actions", kept, dirs_exist_ok=True)
    shutil.rmtree(desk.root / "actions/epsilon")
    shutil.rmtree(desk.root / "actions/facebook")
    yield desk.ajo("import", "--trust", "--dry-run")
    yield desk.ajo("import", "--trust", "--diff")
    ran = desk.ajo("import", "--trust", "--json")
    yield ran
    assert "EpsilonWelcomeMessage/password" in ran.out
    written = "".join(path.read_text() for path in (desk.root / "actions").rglob("*.json"))
    yield Ran(0, written, "")
    shutil.rmtree(desk.root / "actions")
    shutil.copytree(kept, desk.root / "actions")


def synced_from_a_notebook(desk: Desk) -> Ran:
    """What a notebook shows of a change, its plan and its receipt."""
    session = Session.open(desk.root, trust=True)
    shown = [session.check(), session.show("SlackPostMessage")]
    shown.append(session.change("SlackPostMessage", {"/description": "From a notebook"}))
    plan = session.diff()
    receipt = session.sync(plan)
    assert receipt.receipt.complete
    views = [view for each in (*shown, plan, receipt) for view in (repr(each), each._repr_markdown_())]
    return Ran(0, "\n".join(views), "")


def refused_in_a_notebook(desk: Desk) -> Ran:
    """The whole traceback of a refused client secret."""
    with pytest.raises(AjoError) as caught:
        Session.open(desk.root, trust=True).diff()
    return Ran(0, "".join(traceback.format_exception(caught.value)), "")


def exercised(desk: Desk) -> Ran:
    """One request of an action, shown in every way there is."""
    view = Session.open(desk.root, trust=True).exercise("SlackPostMessage", SLACK_VALUES)
    assert view.exchange.succeeded
    shown = [repr(view), view._repr_markdown_(), repr(view.exchange), str(view.exchange.to_json())]
    return Ran(0, "\n".join(shown), "")


def exercised_from_the_command_line(desk: Desk) -> Iterator[Ran]:
    """An API key and a token, each in every way that the command shows them."""
    for name, values in (("SlackPostMessage", SLACK_VALUES), ("EpsilonWelcomeMessage", EPSILON_VALUES)):
        given = [word for place, value in values.items() for word in ("--set", f"{place}={value}")]
        for way in ([], ["--json"], ["--dry-run"], ["--dry-run", "--json"], ["--curl"], ["--repeat", "2"]):
            yield desk.ajo("exercise", name, *given, "--trust", *way)


@pytest.mark.parametrize("source", ["environment", "directory", "command", "keyring"])
def test_a_whole_job_shows_no_secret_anywhere(
    guarded: tuple[Desk, dict[str, str]], caplog: pytest.LogCaptureFixture
) -> None:
    desk, secrets = guarded
    caplog.set_level(logging.DEBUG)
    ran = list(whole_job(desk))
    assert [result.exit for result in ran] == [0] * (len(ran) - 1) + [4]
    places = {f"output {number}": result.out + result.err for number, result in enumerate(ran)}
    places["the log"] = caplog.text
    places["the requests that the platform noted"] = json.dumps(desk.admin("requests"))
    places["the actions that the platform gives"] = json.dumps(platform_actions(desk))
    for file in desk.root.rglob("*"):
        if file.is_file():
            places[str(file.relative_to(desk.root))] = file.read_text()
    leaks = [
        (path, place)
        for path, secret in secrets.items()
        for place, content in places.items()
        if any(spelling in content for spelling in spellings(secret))
    ]
    assert leaks == []


def platform_actions(desk: Desk) -> list[str]:
    return [json.dumps(item, ensure_ascii=False) for item in desk.live().values()]


def test_the_search_for_secrets_would_find_one() -> None:
    secret = canary("epsilon/password")
    for shown in (
        f"Bearer {secret}",
        json.dumps({"value": secret}),
        f"https://x.example/?access_token={quote(secret, safe='')}",
        base64.b64encode(f"user:{secret}".encode()).decode(),
        repr({"password": secret}),
    ):
        assert any(spelling in shown for spelling in spellings(secret)), shown


def test_there_is_a_canary_for_every_shipped_reference() -> None:
    assert {"slack/bot-token", "epsilon/password", "firebase/refresh-token"} <= references()


def test_the_planted_secrets_are_those_that_are_sent(guarded: tuple[Desk, dict[str, str]]) -> None:
    desk, _ = guarded
    assert desk.ajo("sync", "--yes").exit == 0
    view = Session.open(desk.root).exercise("SlackPostMessage", SLACK_VALUES)
    assert view.exchange.view["@action{SlackPostMessage.ok}"] is True
    token = "AJO_SECRET_SLACK_BOT_TOKEN"
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv(token, "not a token")
        refused = Session.open(desk.root).exercise("SlackPostMessage", SLACK_VALUES)
    assert refused.exchange.view["@action{SlackPostMessage.error}"] == "invalid_auth"


@pytest.fixture
def echo() -> Iterator[str]:
    """A partner that says in its answer all that it was sent; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            said = json.dumps({"error": dict(self.headers), "channel": body.decode(), "ok": False}).encode()
            self.send_response(400)
            self.send_header("content-length", str(len(said)))
            self.send_header("x-seen", self.headers["authorization"])
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_partner_that_says_all_it_was_sent_gives_nothing_away(
    guarded: tuple[Desk, dict[str, str]], echo: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    desk, secrets = guarded
    settings = desk.root / "ajo.toml"
    settings.write_text(settings.read_text().replace(f"{desk.running.partners_url}/slack.com", echo))
    view = Session.open(desk.root).exercise("SlackPostMessage", SLACK_VALUES)
    shown = repr(view) + view._repr_markdown_() + repr(view.exchange) + str(view.exchange.to_json())
    given = [word for place, value in SLACK_VALUES.items() for word in ("--set", f"{place}={value}")]
    for way in ([], ["--json"], ["--repeat", "2"]):
        ran = desk.ajo("exercise", "SlackPostMessage", *given, *way)
        assert ran.exit == 5
        shown += ran.out + ran.err
    shown += caplog.text
    assert "Authorization" in shown
    assert not [spelling for spelling in spellings(secrets["slack/bot-token"]) if spelling in shown]


def test_a_secret_file_is_read_and_never_shown(desk: Desk) -> None:
    secret = "from-a-file/CANARY+1"
    folder = desk.root / "secrets"
    (folder / "local").mkdir(parents=True)
    (folder / "local/client-secret").write_text(secret + "\n")
    lines = desk.target_lines().replace('from = "made-up"', 'from = "directory", path = "secrets"')
    (desk.root / "ajo.toml").write_text(f"[targets.here]\n{lines}")
    refused = desk.ajo("diff", "--json")
    assert refused.exit == 4
    assert not any(spelling in refused.out + refused.err for spelling in spellings(secret))
