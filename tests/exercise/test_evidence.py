"""What counts as evidence, and what of an exchange stays in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from tests.core.json_values import law
from tests.exercise.samples import HOST, Handler, action, exercise, hole
from tests.exercise.test_exercise import ALL_SPELLINGS, secretive
from tests.model.test_evidence import another, leaves, put
from tests.strategies import Refs, custom_actions
from toolkit.core.canonical import same_json
from toolkit.core.errors import AjoError
from toolkit.exercise import holes, render
from toolkit.exercise.evidence import NoEvidence, Occasion, evidence_of
from toolkit.model.document import comparable
from toolkit.model.evidence import Evidence, proven_digest
from toolkit.model.evidence_format import evidence_text
from toolkit.model.kinds import CustomAction, parse_definition

OCCASION = Occasion(
    kind="CustomAction",
    definition="sha256:0",
    target="here",
    organisation="ACME@AdobeOrg",
    sandbox="dev",
    exercised_at=datetime(2026, 11, 25, tzinfo=UTC),
    tool="1.2.3",
    stand_in=False,
)
TOLD = {"id": "string", "points": "integer", "offers": [{"code": "string"}]}


def answers(*responses: httpx.Response) -> Handler:
    """A partner that gives one answer after another."""
    left = list(responses)
    return lambda _: left.pop(0)


def made(
    subject: CustomAction, *responses: httpx.Response, values: Mapping[str, Any] | None = None
) -> Evidence:
    return evidence_of(subject, values or {}, exercise(subject, values, answers(*responses)), OCCASION)


def why_not(subject: CustomAction, *responses: httpx.Response) -> str:
    with pytest.raises(NoEvidence) as caught:
        made(subject, *responses)
    return str(caught.value)


def json_answer(content: Any, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json=content)


def test_a_success_is_evidence_with_kinds_in_the_place_of_values() -> None:
    subject = action(response={**TOLD, "price": "decimal", "tags": "listString", "ok": "boolean"})
    content = {"id": "m-1", "points": 5, "offers": [{"code": "A"}], "price": 2.5, "tags": ["a"], "ok": True}
    found = made(subject, json_answer(content))
    assert {each.expression: each.kind for each in found.seen} == {
        "@action{Welcome.jo_status_code}": "string",
        "@action{Welcome.id}": "string",
        "@action{Welcome.points}": "integer",
        "@action{Welcome.offers}": "list",
        "@action{Welcome.price}": "decimal",
        "@action{Welcome.tags}": "list",
        "@action{Welcome.ok}": "boolean",
    }
    assert (found.status, found.is_checked, found.missing, found.extra) == (200, True, (), 0)


def test_retries_before_a_success_are_counted_and_allowed() -> None:
    assert made(action(), httpx.Response(503), json_answer({})).retries == 1


@pytest.mark.parametrize("status", [301, 400, 401, 404])
def test_an_answer_above_2xx_is_none(status: int) -> None:
    assert why_not(action(), *[httpx.Response(status)] * 4).endswith(f"(http_{status})")


def test_no_answer_is_none() -> None:
    exchange = exercise(action(), {}, lambda _: httpx.Response(302, headers={"location": "ftp://x/"}))
    with pytest.raises(NoEvidence, match="internalError"):
        evidence_of(action(), {}, exchange, OCCASION)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (json_answer({"id": "m-1", "points": "five"}), "(wrong type)"),
        (httpx.Response(200, text="<html>"), "(not JSON)"),
        (httpx.Response(200, content=b'"' + b"x" * (1 << 20) + b'"'), "(too long)"),
        (json_answer({}), "nothing came"),
        (json_answer({"error": "no"}), "nothing came"),
    ],
    ids=["wrong type", "no JSON", "too long", "empty", "something else"],
)
def test_an_answer_that_is_not_what_the_definition_says_is_none(answer: httpx.Response, words: str) -> None:
    assert words in why_not(action(response=TOLD), answer)


def test_fields_that_a_service_leaves_out_or_adds_are_noted_and_allowed() -> None:
    found = made(action(response=TOLD), json_answer({"id": "m-1", "ursel@example.com": 1, "more": 2}))
    assert (found.missing, found.extra) == (("/offers", "/points"), 2)
    assert "ursel" not in evidence_text(found)


def test_values_are_named_by_their_place_and_never_told() -> None:
    subject = action({"a": hole(), "b": hole("listString", optional=True)}, headers={"X-Who": hole()})
    given = {"a": "CANARY-1", "b": ["CANARY-2"], "header:X-Who": "CANARY-3", "path": "CANARY-4"}
    found = made(subject, json_answer({"echo": "CANARY-1"}), values=given)
    assert found.filled == ("header:X-Who", "a", "b", "path")
    assert "CANARY" not in evidence_text(found)
    assert found.url == f"https://{HOST}/v1/messages"


def test_no_secret_is_in_a_record_though_the_partner_sends_it_back() -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"all": f"{request.url} {request.headers!r}"})

    exchange = exercise(secretive(), {"a": "x"}, echo)
    text = evidence_text(evidence_of(secretive(), {"a": "x"}, exchange, OCCASION))
    assert [spelled for spelled in ALL_SPELLINGS if spelled in text] == []


def test_who_answered_is_told_without_a_path_or_a_user() -> None:
    moved = httpx.Response(302, headers={"location": "https://other.example/for/ursel?id=4711"})
    found = made(action(), moved, json_answer({}))
    assert found.answered_by == "https://other.example"


def test_a_token_has_its_own_time() -> None:
    token = {
        "type": "customAuthorization",
        "endpoint": "https://login.example/token",
        "method": "GET",
        "tokenInResponse": "json://t",
        "authorizationType": "bearer",
    }
    assert (
        made(action(authentication=token), json_answer({"t": "x"}), json_answer({})).took.token_ms is not None
    )
    assert made(action(), json_answer({})).took.token_ms is None


SAMPLES = {
    "string": "a", "integer": 1, "decimal": 1.5, "boolean": True, "dateOnly": "2026-01-01",
    "dateTimeOnly": "2026-01-01T10:00", "dateTime": "2026-01-01T10:00:00Z",
}  # fmt: skip


def sent(raw: Any) -> tuple[str, Any]:
    """Which version of a definition that is, and what it sends with a value for each hole."""
    found = parse_definition(raw).definition
    assume(isinstance(found, CustomAction))
    assert isinstance(found, CustomAction)
    values = {str(hole.address): SAMPLES.get(hole.type, []) for hole in holes(found)}
    try:
        rendered = render(found, values).to_json()
    except AjoError:
        reject()
    return proven_digest(comparable(found)), {**rendered, "action": ""}


@law
@given(custom_actions(Refs(secrets=True)), st.data())
def test_what_sends_something_else_is_another_version(raw: Any, data: st.DataObject) -> None:
    path, value = data.draw(st.sampled_from(list(leaves(raw))))
    changed = put(raw, path, another(value))
    (before, one), (after, other) = sent(raw), sent(changed)
    assert same_json(one, other) or before != after, path
