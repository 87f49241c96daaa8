"""Many exercises at once: in order, to the end, or stopped by the first error."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.scenarios.desk import Desk, action
from toolkit.app.exercise import Subject, subject_of
from toolkit.app.exercise_many import Course, exercise_many
from toolkit.core.errors import AjoError
from toolkit.core.redact import Secret
from toolkit.exercise import Exchange
from toolkit.model.text import SecretRef
from toolkit.workspace.load import open_workspace

KEY = {"type": "apiKey", "name": "X-Api-Key", "value": "${secret:example/key}", "location": "header"}


@pytest.fixture
def subject(desk: Desk) -> Subject:
    url = "https://example.com/v1/messages"
    desk.write(action("Hello", endpoint={"method": "POST", "url": url}, authentication=KEY))
    file = desk.root / "ajo.toml"
    route = f'"example.com" = "{desk.running.partners_url}/example.com"'
    file.write_text(f"{file.read_text()}routes = {{ {route} }}\n")
    return subject_of(open_workspace(desk.root), "here", "Hello")


def rows(count: int) -> list[dict[str, Any]]:
    return [{"recipient.id": str(number)} for number in range(count)]


def test_each_row_is_exercised_once_and_outcomes_are_in_their_order(desk: Desk, subject: Subject) -> None:
    heard: list[Exchange] = []
    account = exercise_many(subject, desk.root, rows(30), lambda _: Secret("key"), Course(8), heard.append)
    assert [outcome.row for outcome in account.outcomes] == list(range(1, 31))
    assert account.succeeded
    bodies = {exchange.request.body for exchange in heard}
    assert (len(heard), len(bodies)) == (30, 30)


def test_the_first_error_stops_the_rest(desk: Desk, subject: Subject) -> None:
    heard: list[Exchange] = []

    def lost(reference: SecretRef) -> Secret:
        raise AjoError("AJO307", f"{reference.path} is not there")

    with pytest.raises(AjoError) as caught:
        exercise_many(subject, desk.root, rows(500), lost, Course(4), heard.append)
    assert (caught.value.code, heard) == ("AJO307", [])


def test_an_interruption_while_it_is_heard_stops_the_rest(desk: Desk, subject: Subject) -> None:
    heard: list[Exchange] = []

    def interrupted(exchange: Exchange) -> None:
        heard.append(exchange)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        exercise_many(subject, desk.root, rows(500), lambda _: Secret("key"), Course(4), interrupted)
    assert len(heard) <= 4
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("exercise")]
