"""A platform that is spoken to in another way: learned from a recording, then synced as any other."""

from __future__ import annotations

import base64
import json
import re
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from tests.scenarios.desk import REPOSITORY, Desk, action, capping
from tests.scenarios.disguise import Disguised, Look, disguised, unwrapped, wrapped
from tests.scenarios.looks import LOOKS, mixed
from tests.scenarios.relay import relay
from tests.workflows.runner import git
from toolkit.workspace.api_settings import CreateCall, LimitApi, ListCall, Paging, ReadCall

BROWSER = {
    "accept": "application/json, text/plain, */*",
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64)",
    "origin": "https://experience.example.com",
    "sec-fetch-mode": "cors",
    "x-request-id": "11111111-0000-4000-8000-000000000001",
    "x-product": "journey-ui",
}


def action_of_everything(name: str) -> dict[str, Any]:
    """An action that has each field once, as a person would click it together for a recording."""
    return {
        "name": name,
        "description": "Recorded.",
        "actionType": "custom",
        "endpoint": {
            "url": "https://recorded.example.com/v1",
            "method": "POST",
            "headers": [
                {"name": "X-Fixed", "isVariable": False, "value": "fixed"},
                {"name": "X-Chosen", "isVariable": True, "label": "Chosen", "isOptional": False},
            ],
            "queryParameters": [
                {"name": "fixed", "isVariable": False, "value": "1"},
                {"name": "chosen", "isVariable": True, "label": "Chosen too", "isOptional": True},
            ],
        },
        "authentication": {
            "type": "customAuthorization",
            "endpoint": "https://recorded.example.com/token",
            "method": "POST",
            "headers": {"X-Client": "c"},
            "body": {"bodyType": "form", "bodyParams": {"client_id": "c", "client_secret": "s"}},
            "tokenInResponse": "json://token",
            "authorizationType": "bearer",
            "cacheDuration": {"duration": 5, "timeUnit": "minutes"},
        },
        "channel": "other",
        "requiredMarketingAction": "email",
        "requestPayload": {
            "allowNullValues": False,
            "fields": [
                {"name": "text", "type": "string", "isVariable": False, "value": "t"},
                {
                    "name": "chosen",
                    "type": "integer",
                    "isVariable": True,
                    "label": "Number",
                    "isOptional": True,
                },
                {
                    "name": "inner",
                    "type": "object",
                    "fields": [{"name": "deep", "type": "boolean", "isVariable": False, "value": "true"}],
                },
                {
                    "name": "rows",
                    "type": "listObject",
                    "isVariable": True,
                    "label": "Rows",
                    "isOptional": True,
                    "fields": [
                        {
                            "name": "sku",
                            "type": "string",
                            "isVariable": True,
                            "label": "SKU",
                            "isOptional": False,
                        }
                    ],
                },
                {
                    "name": "fixed",
                    "type": "listString",
                    "isVariable": False,
                    "items": [{"type": "string", "isVariable": False, "value": "a"}],
                },
            ],
        },
        "responsePayload": {"fields": [{"name": "id", "type": "string"}]},
        "failureResponsePayload": {"fields": [{"name": "reason", "type": "string"}]},
    }


def session(desk: Desk, platform: Disguised, headers: dict[str, str] | None = None) -> None:
    """A person lists, creates, opens, changes and deletes actions in the product's own screens."""
    look = platform.look
    with httpx.Client(headers={**BROWSER, **credentials(desk), **(headers or {})}) as http:
        everything = look.out(action_of_everything("Recorded"))
        listed(http, platform)
        made = [
            http.post(
                f"{platform.url}/{look.collection}",
                json=wrapped(look.out({**action_of_everything(f"Recorded{number}")}), look.sent),
            ).json()
            for number in range(2)
        ]
        for each in made:
            uid = unwrapped(each, look.created_id)
            element = f"{platform.url}/{look.collection}/{uid}"
            http.get(element)
            changed = look.out({**action_of_everything("Recorded"), "name": f"Changed{uid[:4]}"})
            http.request(look.update_method, element, json=wrapped(changed, look.sent))
        listed(http, platform)
        for each in made:
            element = f"{platform.url}/{look.collection}/{unwrapped(each, look.created_id)}"
            method = "POST" if look.delete_suffix else "DELETE"
            http.request(method, element + look.delete_suffix)
            http.get(element)
    assert everything


def listed(http: httpx.Client, platform: Disguised) -> None:
    """Go through the list, page by page."""
    look = platform.look
    url = f"{platform.url}/{look.list_path}"
    body: Any = {} if look.list_method == "POST" else None
    if look.paging == "headers":
        for page in ("0", "1", "2"):
            http.request(
                look.list_method,
                url,
                json=body,
                headers={"x-vyg-query-page": page, "x-vyg-query-pagesize": "3"},
            )
        return
    if look.paging in {"page", "offset"}:
        for number in range(4):
            chosen = {"page": number + 1} if look.paging == "page" else {"start": number * 3}
            http.request(look.list_method, url, json=body, params={**chosen, "limit": 3})
        return
    found = http.request(look.list_method, url, json=body).json()
    while look.paging in {"cursor", "link"}:
        following = found["next_cursor"] if look.paging == "cursor" else found["links"].get("next")
        if not following:
            return
        if look.paging == "cursor":
            found = http.request(look.list_method, url, params={"cursor": following}).json()
        else:
            found = http.request(look.list_method, platform.origin + following).json()


def credentials(desk: Desk) -> dict[str, str]:
    form = {
        "grant_type": "client_credentials",
        "client_id": desk.running.client_id,
        "client_secret": desk.running.client_secret,
        "scope": "openid",
    }
    with httpx.Client(verify=False) as http:
        token = http.post(f"{desk.running.ims_url}/ims/token/v3", data=form).json()["access_token"]
    return {
        "authorization": f"Bearer {token}",
        "x-api-key": desk.running.client_id,
        "x-gw-ims-org-id": desk.running.organisation,
        "x-sandbox-name": desk.sandbox,
    }


def recorded(desk: Desk, platform: Disguised) -> Path:
    session(desk, platform)
    file = desk.root / "session.har"
    file.write_text(platform.har(), encoding="utf-8")
    return file


@pytest.fixture(params=list(LOOKS))
def platform(desk: Desk, request: pytest.FixtureRequest) -> Iterator[Disguised]:
    shutil.copytree(REPOSITORY / "actions", desk.root / "actions", dirs_exist_ok=True)
    own = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ajo"]["targets"]
    desk.settings(own["local"]["values"])
    with disguised(desk.running, LOOKS[request.param]) as made:
        yield made


def learned(desk: Desk, platform: Disguised) -> str:
    """Learn from a recorded session, and write what was learned into the settings."""
    file = recorded(desk, platform)
    ran = desk.ajo("target", "learn", "--har", str(file), "--write")
    assert ran.exit == 0, ran.err
    return ran.out


def test_a_learned_platform_is_synced_and_then_has_no_difference(desk: Desk, platform: Disguised) -> None:
    learned(desk, platform)
    before = len(platform.entries)
    synced = desk.ajo("sync", "--yes")
    assert synced.exit == 0, synced.err + synced.out
    assert len(platform.entries) > before
    second = desk.ajo("diff", "--exit-code")
    assert second.exit == 0, second.out
    assert "11 unchanged, 7 not managed here" in second.out


@pytest.mark.parametrize("seed", range(6))
def test_a_platform_put_together_by_chance_is_learned(desk: Desk, seed: int) -> None:
    desk.write(action("Welcome", response={"id": "string", "rows": [{"sku": "string"}]}))
    desk.write(action("Goodbye"))
    with disguised(desk.running, mixed(Random(seed))) as platform:
        said = learned(desk, platform)
        synced = desk.ajo("sync", "--yes")
        assert synced.exit == 0, (platform.look, said, synced)
        assert desk.ajo("diff", "--exit-code").exit == 0, (platform.look, said)
    assert set(desk.live()) == {"Welcome", "Goodbye"}


def test_a_learned_platform_takes_changes_and_removals(desk: Desk, platform: Disguised) -> None:
    learned(desk, platform)
    git(desk.root, "init", "--quiet")
    commit(desk)
    assert desk.ajo("sync", "--yes").exit == 0
    slack = desk.root / "actions/slack/SlackPostMessage.json"
    slack.write_text(slack.read_text().replace('"Headline"', '"Headline of the message"'))
    (desk.root / "actions/firebase/FcmBackgroundUpdate.json").unlink()
    commit(desk)
    synced = desk.ajo("sync", "--yes", "--allow-destroy")
    assert synced.exit == 0, synced.err + synced.out
    assert "FcmBackgroundUpdate" not in desk.live()
    assert "Headline of the message" in json.dumps(desk.live()["SlackPostMessage"])
    assert desk.ajo("diff", "--exit-code").exit == 0


def commit(desk: Desk) -> None:
    git(desk.root, "add", "--all")
    git(desk.root, "commit", "--quiet", "--message", "A change")


ENVELOPE = LOOKS["an envelope"]


@pytest.fixture
def other(desk: Desk) -> Iterator[Disguised]:
    """A platform whose answers are wrapped."""
    with disguised(desk.running, ENVELOPE) as made:
        yield made


def test_a_change_that_keeps_what_was_left_out_is_told(desk: Desk) -> None:
    """A platform that merges (PATCH, RFC 7396) does not do what was asked for; that is never silent."""
    look = replace(ENVELOPE, update_method="PATCH", keeps_what_is_left_out=True)
    desk.write(action("Welcome", response={"id": "string"}))
    with disguised(desk.running, look) as merging:
        assert "whether PATCH removes what is left out is not known" in learned(desk, merging).replace(
            "\n#  ", ""
        )
        assert desk.ajo("sync", "--yes").exit == 0
        desk.write(action("Welcome"))
        ran = desk.ajo("sync", "--yes", "--allow-destroy")
    assert ran.exit == 5
    assert "AJO509" in ran.out
    assert "response" in ran.out


def test_each_proposal_names_its_calls_and_its_doubts(desk: Desk, other: Disguised) -> None:
    found = desk.ajo("target", "learn", "--har", str(recorded(desk, other)), "--json").json()
    settings = {part["setting"]: part for part in found["api"]["actions"]}
    assert list(settings) == ["base-url", "headers", "list", "read", "create", "change"]
    assert settings["create"]["value"] == {"call": "POST actions", "within": "/action", "id": "/data/uid"}
    numbers = settings["create"]["restsOn"]
    entries = [other.entries[number - 1]["request"] for number in numbers]
    assert {(each["method"], each["url"]) for each in entries} == {("POST", f"{other.url}/actions")}


def test_limits_may_be_somewhere_else(desk: Desk) -> None:
    """Only where the settings say so: the rest stays where it was."""
    seen: list[tuple[str, str]] = []

    def noted(method: str, path: str) -> bool:
        seen.append((method, path.rpartition("/")[2]))
        return False

    desk.write(action("Welcome"))
    desk.write(capping("welcome", "welcome.example.com"))
    with relay(desk.running, hold_before=noted) as between:
        table = f'[targets.here.api.cappings]\nbase-url = "{between.moved(desk.running.base_url)}"\n'
        with (desk.root / "ajo.toml").open("a") as file:
            file.write(table)
        assert desk.ajo("sync", "--yes").exit == 0
        assert desk.ajo("diff", "--exit-code").exit == 0
    assert {("POST", "endpointConfigs"), ("POST", "deploy"), ("GET", "canDeploy")} <= set(seen)
    assert not [path for _, path in seen if "actions" in path]


def test_what_speaks_by_the_convention_needs_no_settings(desk: Desk) -> None:
    with disguised(desk.running, Look()) as same:
        desk.settings(base_url=same.url)
        session(desk, same, {"x-product": ""})
        file = desk.root / "session.har"
        file.write_text(same.har())
        ran = desk.ajo("target", "learn", "--har", str(file), "--write")
    assert ran.exit == 0
    assert "nothing to add" in ran.out
    assert "api" not in (desk.root / "ajo.toml").read_text()


def test_a_list_whose_next_page_nobody_asked_for_is_not_proposed(desk: Desk, other: Disguised) -> None:
    session(desk, other)
    paged = [
        each
        for each in other.entries
        if "page=3" in each["request"]["url"] or "?" not in each["request"]["url"]
    ]
    for each in paged:
        each["request"]["url"] = each["request"]["url"].partition("?")[0]
    other.entries[:] = paged
    (desk.root / "session.har").write_text(other.har())
    found = desk.ajo("target", "learn", "--har", str(desk.root / "session.har"), "--json").json()
    assert "list" not in {part["setting"] for part in found["api"]["actions"]}
    assert any("the list goes on" in words for words in found["missing"])


@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("name", ["ajo.toml", "pyproject.toml"])
def test_writing_keeps_the_rest_byte_for_byte(desk: Desk, other: Disguised, name: str, ending: str) -> None:
    text = (desk.root / "ajo.toml").read_text()
    (desk.root / "ajo.toml").unlink()
    if name == "pyproject.toml":
        text = text.replace("[targets", "[tool.ajo.targets").replace(
            "default-target", "[tool.ajo]\ndefault-target"
        )
    before = ("# odd   spacing\n" + text.rstrip() + "  # no line end").replace("\n", ending).encode()
    (desk.root / name).write_bytes(before)
    file = recorded(desk, other)
    ran = desk.ajo("target", "learn", "--har", str(file), "--write")
    assert ran.exit == 0, ran.err
    after = (desk.root / name).read_bytes()
    assert after.startswith(before)
    assert after[len(before) :].decode().replace(ending, "").count("\n") == 0
    assert desk.ajo("diff").exit == 0
    again = desk.ajo("target", "learn", "--har", str(file), "--write")
    assert (again.exit, "AJO832" in again.err) == (3, True)
    assert (desk.root / name).read_bytes() == after


def test_a_file_that_can_not_take_tables_is_left_as_it_is(desk: Desk, other: Disguised) -> None:
    file = recorded(desk, other)
    target = tomllib.loads((desk.root / "ajo.toml").read_text())["targets"]["here"]
    pairs = ", ".join(
        f"{name} = {json.dumps(value)}" for name, value in target.items() if isinstance(value, str)
    )
    before = f'targets = {{ here = {{ {pairs}, secrets = {{ from = "made-up" }} }} }}\n'
    (desk.root / "ajo.toml").write_text(before)
    ran = desk.ajo("target", "learn", "--har", str(file), "--write")
    assert (ran.exit, "AJO832" in ran.err) == (3, True)
    assert "[targets.here.api.actions]" in ran.out
    assert (desk.root / "ajo.toml").read_text() == before


SECRETS = {
    "authorization": "Bearer eyCANARY1.eyJhbGciOi.c2lnbmF0dXJl",
    "cookie": "ims_sid=CANARY2; other=CANARY3xyz",
    "x-csrf": "CANARY4-abc",
    "x-gw-session": "CANARY5",
    "x-forwarded-client": "CANARY6secretLongEnough12345",
    "x-subscription-key": "CANARY15",
    "x-pwd": "CANARY16",
}


def test_no_secret_of_a_recording_is_in_any_output_or_file(
    desk: Desk, other: Disguised, caplog: pytest.LogCaptureFixture
) -> None:
    """Credentials in headers, cookies, queries, bodies, base64 and names of fields."""
    caplog.set_level("DEBUG")
    session(desk, other)
    for entry in other.entries:
        request = entry["request"]
        request["headers"] += [{"name": name, "value": value} for name, value in SECRETS.items()]
        request["cookies"] += [{"name": "sid", "value": "CANARY7"}]
        request["url"] += ("&" if "?" in request["url"] else "?") + "access_token=CANARY8&hint=CANARY5"
        if "postData" in request:
            body = json.loads(request["postData"]["text"])
            body["action"]["authentication"]["body"]["bodyParams"] = {
                "client_secret": "CANARY9",
                "CANARY10k3y": "x",
            }
            body["action"]["endpoint"]["headers"][0]["value"] = "CANARY11"
            body["action"]["description"] = base64.b64encode(b"CANARY12").decode()
            request["postData"]["text"] = json.dumps(body)
        entry["response"]["headers"] += [{"name": "set-cookie", "value": "CANARY13=1"}]
        entry["comment"] = "CANARY14"
    file = desk.root / "session.har"
    file.write_text(other.har())
    said = []
    for arguments in ([], ["--json"], ["--write"], ["--write"]):
        ran = desk.ajo("target", "learn", "--har", str(file), *arguments)
        said += [ran.out, ran.err]
    file.write_text(other.har()[:-40])
    broken = desk.ajo("target", "learn", "--har", str(file))
    assert broken.exit == 3
    said += [broken.out, broken.err, caplog.text]
    file.unlink()
    said += [found.read_text() for found in desk.root.rglob("*") if found.is_file()]
    assert len(said[0]) > 500
    text = "\n".join(said)
    assert "CANARY" not in text
    assert base64.b64encode(b"CANARY12").decode() not in text
    assert "x-forwarded-client" in text  # that it is left out is said


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"", "not JSON", id="empty"),
        pytest.param(b"\xff\xfe", "not UTF-8", id="another encoding"),
        pytest.param(b'{"log": ', "line 1, column 9", id="cut off"),
        pytest.param(b"[" * 100_000, "nested too deeply", id="deep"),
        pytest.param(b'{"log": ' + b"9" * 5000 + b"}", "too long", id="a long number"),
        pytest.param(b'{"entries": []}', "no log.entries", id="another file"),
        pytest.param(b'{"log": {"version": "2.0", "entries": []}}', "not 1.x", id="another version"),
        pytest.param(b'{"log": {"entries": [{"request": 1}]}}', "entry 1 has no request", id="an odd entry"),
        pytest.param(b'{"log": {"entries": []}}', "none of the 0 JSON calls", id="nothing"),
        pytest.param(
            b'{"log": {"entries": [' + b",".join([b"{}"] * 20_001) + b"]}}",
            "more than 20000 calls",
            id="many",
        ),
    ],
)
def test_a_recording_that_is_none_is_one_clear_error(desk: Desk, content: bytes, says: str) -> None:
    file = desk.root / "session.har"
    file.write_bytes(content)
    ran = desk.ajo("target", "learn", "--har", str(file))
    assert (ran.exit, ran.out) == (3, "")
    assert says in ran.err
    assert "session.har" in ran.err


def test_a_recording_that_is_not_there_is_one_clear_error(desk: Desk) -> None:
    ran = desk.ajo("target", "learn", "--har", "nowhere.har")
    assert (ran.exit, "AJO830" in ran.err) == (3, True)


def test_a_recording_teaches_what_the_page_shows(desk: Desk, other: Disguised) -> None:
    page = (REPOSITORY / "docs/calibration.md").read_text(encoding="utf-8")
    shown = re.search(r"```console\n\$ ajo target learn --har session\.har\n(.*?)```", page, re.DOTALL)
    assert shown is not None
    printed = desk.ajo("target", "learn", "--har", str(recorded(desk, other))).out
    assert (
        printed.replace(other.origin, "https://journeys.example.com").replace("targets.here", "targets.dev")
        == shown[1]
    )


def test_the_page_names_every_setting() -> None:
    page = (REPOSITORY / "docs/calibration.md").read_text(encoding="utf-8")
    for model, prefix in ((LimitApi, ""), (ListCall, "list."), (ReadCall, "read."), (CreateCall, "create.")):
        for name in model.field_names():
            if name in {"list", "read", "create", "change", "delete"}:
                continue
            assert f"`{prefix}{name}`" in page, f"{prefix}{name}"
    for name in Paging.field_names():
        assert f"`{name}`" in page, name
