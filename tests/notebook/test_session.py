"""A session shows definitions, plans, receipts and exchanges, and says clearly what can't be done."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.scenarios.desk import Desk, action, capping
from toolkit.core.errors import AjoError
from toolkit.emulator import RunningEmulator
from toolkit.notebook import Session


@pytest.fixture
def session(desk: Desk) -> Session:
    desk.write(action("Hello"))
    return Session.open(desk.root)


def refused(error: pytest.ExceptionInfo[AjoError]) -> tuple[str, str]:
    return error.value.code, error.value.message


def test_a_session_opens_anywhere_inside_a_workspace(desk: Desk) -> None:
    desk.write(action("Hello"))
    assert Session.open(desk.root / "actions/team").names() == ["Hello"]


def test_a_session_outside_any_workspace_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AjoError) as error:
        Session.open(tmp_path)
    assert error.value.code == "AJO301"


def test_a_session_of_an_unknown_target_is_refused(desk: Desk) -> None:
    with pytest.raises(AjoError) as error:
        Session.open(desk.root, target="prod")
    assert refused(error) == ("AJO303", '"prod" is not a target; there are: here')


def test_what_an_editor_changes_meanwhile_is_seen(desk: Desk, session: Session) -> None:
    desk.write(action("Later"))
    assert session.names() == ["Hello", "Later"]


def test_an_action_is_shown_with_its_file_and_the_values_a_marketer_fills_in(session: Session) -> None:
    shown = session.show("Hello")._repr_markdown_()
    assert "`actions/team/Hello.json`" in shown
    assert "| `recipient.id` | `Member id` | string |  |" in shown


def test_a_limit_is_shown_without_a_table_of_values(desk: Desk, session: Session) -> None:
    desk.write(capping("hello", "hello.example.com"))
    assert "| value |" not in session.show("hello")._repr_markdown_()


@pytest.mark.parametrize("name", ["", "hello", "Hello.json", "../Hello", "\x1b[31m"])
def test_a_name_that_is_not_there_is_answered_with_those_that_are(session: Session, name: str) -> None:
    with pytest.raises(AjoError) as error:
        session.show(name)
    assert error.value.code == "AJO308"
    assert "there are: Hello" in error.value.message


def test_a_change_is_written_to_the_file_in_canonical_form(desk: Desk, session: Session) -> None:
    session.change("Hello", {"/description": "New words.", "/request/template": "goodbye"})
    written = json.loads((desk.root / "actions/team/Hello.json").read_text())
    assert (written["description"], written["request"]["template"]) == ("New words.", "goodbye")
    assert desk.ajo("fmt", "--check").exit == 0


@pytest.mark.parametrize(
    "pointer",
    ["", "description", "/request/nobody/home", "/name/first", "/request/template/0"],
)
def test_a_pointer_that_leads_nowhere_is_refused_and_nothing_is_written(
    desk: Desk, session: Session, pointer: str
) -> None:
    before = (desk.root / "actions/team/Hello.json").read_bytes()
    with pytest.raises(AjoError) as error:
        session.change("Hello", {"/description": "Not kept either.", pointer: "x"})
    assert error.value.code == "AJO308"
    assert (desk.root / "actions/team/Hello.json").read_bytes() == before


def test_a_change_to_something_wrong_is_kept_and_found_by_a_check(session: Session) -> None:
    session.change("Hello", {"/endpoint/url": "https://10.0.0.1/"})
    findings = session.check()
    assert [found.path for found in findings.findings] == [("endpoint", "url")]
    with pytest.raises(AjoError) as error:
        session.diff()
    assert error.value.code == "AJO300"


def test_a_definition_can_be_renamed(session: Session) -> None:
    assert "Goodbye" in session.change("Hello", {"/name": "Goodbye"})._repr_markdown_()
    assert session.names() == ["Goodbye"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"/descripton": "A typing error."}, 'did you mean "description"'),
        ({"/kind": "Nonsense"}, "CustomAction"),
        ({"/endpoint/method": 7, "/description": []}, "endpoint.method"),
        ({"/name": None}, "name"),
    ],
    ids=["a field by a wrong name", "an unknown kind", "two wrong types", "no name"],
)
def test_a_change_that_would_make_the_file_unreadable_is_refused_and_not_written(
    desk: Desk, session: Session, changes: dict[str, object], words: str
) -> None:
    before = (desk.root / "actions/team/Hello.json").read_bytes()
    with pytest.raises(AjoError) as error:
        session.change("Hello", changes)
    assert words in error.value.message + error.value.fix
    assert (desk.root / "actions/team/Hello.json").read_bytes() == before


@pytest.mark.parametrize(
    "content",
    [object(), float("nan"), b"bytes", "\ud800"],
    ids=["an object", "not a number", "bytes", "half a pair"],
)
def test_what_is_no_json_is_refused_and_nothing_is_written(
    desk: Desk, session: Session, content: object
) -> None:
    before = (desk.root / "actions/team/Hello.json").read_bytes()
    with pytest.raises(AjoError) as error:
        session.change("Hello", {"/description": content})
    assert error.value.code == "AJO105"
    assert (desk.root / "actions/team/Hello.json").read_bytes() == before


def test_a_sync_that_others_would_not_notice_warns(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/dev/null")
    plan = session.diff()
    with pytest.warns(UserWarning, match="a sync from another checkout on this machine would not be noticed"):
        session.sync(plan)


def test_a_plan_is_looked_at_and_then_carried_out(desk: Desk, session: Session) -> None:
    plan = session.diff()
    assert plan
    assert "+ create custom action Hello" in repr(plan)
    assert "**create** custom action `Hello`" in plan._repr_markdown_()
    receipt = session.sync(plan)
    assert "1 done" in repr(receipt)
    assert "### Sync of `here`: complete" in receipt._repr_markdown_()
    assert list(desk.live()) == ["Hello"]
    assert not session.diff()


def test_a_blocked_plan_is_refused_naming_the_journey(desk: Desk, session: Session) -> None:
    session.sync(session.diff())
    desk.add_journey("Hello")
    session.change("Hello", {"/request/template": "other"})
    with pytest.raises(AjoError) as error:
        session.sync(session.diff())
    assert error.value.code == "AJO603"
    assert "Welcome series" in error.value.message


def test_a_session_works_while_an_event_loop_runs(session: Session) -> None:
    async def cell() -> bool:
        plan = session.diff()
        session.sync(plan)
        return bool(session.diff())

    assert asyncio.run(cell()) is False


HOSTILE = "<script>alert(1)</script> | `x` **b** ![i](https://evil.example/i.png) @all"


def rendered(markdown: str) -> str:
    """The HTML that a Markdown viewer makes of it, raw HTML allowed, as in a notebook."""
    return str(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))


def test_hostile_words_do_not_become_html_or_a_table_of_their_own(desk: Desk) -> None:
    desk.write(action("Hello", description=HOSTILE, request={"id": {"$variable": HOSTILE}}))
    session = Session.open(desk.root)
    shown = [session.show("Hello"), session.diff(), session.sync(session.diff())]
    session.change("Hello", {"/description": "Harmless."})
    shown.append(session.diff())
    for view in shown:
        html = rendered(view._repr_markdown_())
        for mark in ("<script", "<img", "<a ", "<strong>b"):
            assert mark not in html
    table = rendered(shown[0]._repr_markdown_()).partition("<tbody>")[2]
    assert table.count("<td>") == 4


def test_hostile_names_on_the_platform_are_shown_as_text(desk: Desk, session: Session) -> None:
    desk.call(
        "POST",
        "endpointConfigs",
        {"url": "https://x.example/<img src=x onerror=alert(1)>", "methods": ["POST"], "services": {}},
    )
    shown = session.diff()._repr_markdown_()
    assert "onerror" in shown
    assert "<img" not in rendered(shown)


@pytest.fixture
def keyed(desk: Desk) -> Session:
    """An action of the stand-in that takes any message with a key."""
    url = "https://example.com/v1/messages"
    key = {"type": "apiKey", "name": "X-Api-Key", "value": "${secret:example/api-key}", "location": "header"}
    desk.write(
        action(
            "Message",
            endpoint={"method": "POST", "url": url},
            authentication=key,
            response={"messageId": "string"},
        )
    )
    with (desk.root / "ajo.toml").open("a") as file:
        file.write(f'routes = {{ "example.com" = "{desk.running.partners_url}/example.com" }}\n')
    return Session.open(desk.root)


def test_an_exchange_shows_what_was_sent_and_what_the_journey_sees(keyed: Session) -> None:
    view = keyed.exercise("Message", {"recipient.id": "4711"})
    assert view.exchange.succeeded
    for shown in (repr(view), view._repr_markdown_()):
        assert "POST https://example.com/v1/messages" in shown
        assert "@action{Message.messageId}" in shown
        assert "4711" in shown
        assert "made-up-example-api-key" not in shown
        assert "X-Api-Key: ********" in shown


def test_missing_values_are_all_named(keyed: Session) -> None:
    with pytest.raises(AjoError) as error:
        keyed.exercise("Message", {"recipient.nobody": "x"})
    assert error.value.code == "AJO701"
    assert "recipient.id" in error.value.message
    assert "recipient.nobody" in error.value.message


def test_an_action_that_is_not_there_can_not_be_exercised(keyed: Session) -> None:
    with pytest.raises(AjoError) as error:
        keyed.exercise("Massage", {})
    assert error.value.code == "AJO308"
    assert "Message" in error.value.message


def test_an_action_with_errors_is_not_exercised_but_another_is(desk: Desk, keyed: Session) -> None:
    desk.write(action("Wrong", endpoint={"method": "POST", "url": "https://10.0.0.1/"}))
    assert keyed.exercise("Message", {"recipient.id": "1"}).exchange.succeeded
    with pytest.raises(AjoError) as error:
        keyed.exercise("Wrong", {"recipient.id": "1"})
    assert error.value.code == "AJO300"


def test_a_limit_can_not_be_exercised(desk: Desk, keyed: Session) -> None:
    desk.write(capping("limit", "limit.example.com"))
    with pytest.raises(AjoError) as error:
        keyed.exercise("limit", {})
    assert error.value.code == "AJO308"


def test_hostile_values_stay_inside_what_is_shown(keyed: Session) -> None:
    view = keyed.exercise("Message", {"recipient.id": "```\n<script>\x1b[31m| x"})
    assert view.exchange.succeeded
    assert "\x1b" not in repr(view) + view._repr_markdown_()
    fences = [line for line in view._repr_markdown_().splitlines() if line.startswith("```")]
    assert len(fences) == 2
    assert "\x1b" not in repr(view)


def scratch_settings(running: RunningEmulator, sandbox: str) -> dict[str, str]:
    return {
        "base-url": running.base_url,
        "journeys-url": running.journeys_url,
        "ims-url": running.ims_url,
        "organisation": running.organisation,
        "sandbox": sandbox,
        "client-id": running.client_id,
    }


def test_a_scratch_copy_leaves_the_workspace_as_it_is(desk: Desk, session: Session, tmp_path: Path) -> None:
    before = {file: file.read_bytes() for file in desk.root.rglob("*") if file.is_file()}
    copy = session.scratch(tmp_path / "copy", scratch_settings(desk.running, desk.sandbox), {})
    copy.change("Hello", {"/description": "Only here."})
    copy.sync(copy.diff())
    assert desk.live()["Hello"]["description"] == "Only here."
    assert {file: file.read_bytes() for file in desk.root.rglob("*") if file.is_file()} == before


def test_a_scratch_copy_into_a_folder_that_is_taken_is_refused(
    desk: Desk, session: Session, tmp_path: Path
) -> None:
    (tmp_path / "copy/actions").mkdir(parents=True)
    with pytest.raises(AjoError) as error:
        session.scratch(tmp_path / "copy", scratch_settings(desk.running, desk.sandbox), {})
    assert "copy" in error.value.message


def test_a_preview_shows_the_request_with_references_and_sends_nothing(desk: Desk, keyed: Session) -> None:
    seen = len(desk.admin("requests")["requests"])
    view = keyed.preview("Message", {"recipient": {"id": "4711"}})
    for shown in (repr(view), view._repr_markdown_()):
        assert '"id": "4711"' in shown
        assert "${secret:" in shown
    assert len(desk.admin("requests")["requests"]) == seen


def test_many_profiles_are_one_table(keyed: Session) -> None:
    view = keyed.exercise_many("Message", [{"recipient.id": "1"}, {"recipient": {"id": "2"}}])
    assert view.account.succeeded
    assert "2 exercises" in repr(view)
    assert "| `http_202` | 2 | 100.0% | 1 |" in view._repr_markdown_()


def test_a_row_that_does_not_fit_is_named_and_nothing_is_sent(desk: Desk, keyed: Session) -> None:
    seen = len(desk.admin("requests")["requests"])
    with pytest.raises(AjoError, match=r"row 2: recipient\.id is missing"):
        keyed.exercise_many("Message", [{"recipient.id": "1"}, {}])
    assert len(desk.admin("requests")["requests"]) == seen
