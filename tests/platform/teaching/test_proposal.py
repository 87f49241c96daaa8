"""What single calls of a recording lead to."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.platform.teaching.recordings import ACTION, BASE, call, element, recording, session
from toolkit.core.errors import AjoError
from toolkit.platform.teaching.har import read_recording
from toolkit.platform.teaching.matching import match_action, words_of
from toolkit.platform.teaching.members import ACTION as MEMBERS
from toolkit.platform.teaching.proposal import Proposal, propose
from toolkit.workspace.api_settings import problems_in

CONVENTION = "https://platform.adobe.io/journey/orchestration"


def proposed(*entries: dict[str, Any], base_url: str = CONVENTION, sandbox: str = "") -> Proposal:
    return propose(read_recording(recording(*entries)), base_url, sandbox)


def test_what_is_proposed_is_settings_without_a_mistake() -> None:
    found = proposed(*session())
    assert problems_in({"actions": found.table("actions")}) == []


def test_parameters_in_brackets_choose_pages_too() -> None:
    paging = proposed(*session()).table("actions")["list"]["paging"]
    assert (paging["parameter"], paging["size-parameter"], paging["size"]) == (
        "page[number]",
        "page[size]",
        20,
    )


def test_limits_and_journeys_are_found_where_they_are() -> None:
    limits = [
        call("POST", f"{BASE}/v2/list/endpointConfigs", {}, {"results": []}),
        call("GET", f"{BASE}/v3/throttlingConfigs/t1", None, {"result": {}}),
        call("GET", "https://journeys.example.com/ajo/journey?page=0", None, {"results": []}),
    ]
    found = proposed(*session(), *limits)
    assert found.table("cappings") == {"base-url": f"{BASE}/v2"}
    assert found.table("throttlings") == {"base-url": f"{BASE}/v3"}
    assert [part.rests_on for part in found.collections["cappings"]] == [(6,)]
    assert any(
        "journeys-url of the target may be https://journeys.example.com/ajo" in note for note in found.notes
    )


def test_another_sandbox_than_the_targets_is_noted() -> None:
    found = proposed(*session(x_sandbox_name="stage"), sandbox="prod")
    assert found.notes == ("the recording is of sandbox stage, the target is prod",)


def test_a_header_that_changes_or_is_the_browsers_own_is_not_proposed() -> None:
    calls = session(x_area="actions", accept="text/html", sec_fetch_mode="cors", x_api_key="abc")
    calls[1]["request"]["headers"].append({"name": "x-once", "value": "1"})
    assert proposed(*calls).table("actions")["headers"] == {"x-area": "actions"}


def test_a_list_of_one_type_fixes_the_type() -> None:
    bare = {name: value for name, value in ACTION.items() if name != "actionType"}
    calls = [
        call("GET", f"{BASE}/actions", None, [{**bare, "uid": "id-1-a"}]),
        call("GET", f"{BASE}/actions/id-1-a", None, {**bare, "uid": "id-1-a"}),
    ]
    assert proposed(*calls).table("actions")["fixed"] == {"/actionType": "custom"}


def test_what_was_sent_and_is_not_known_is_told_and_never_ignored() -> None:
    calls = session()
    calls[1] = call("POST", f"{BASE}/actions", {**ACTION, "colour": "red"}, {"uid": "id-1-a"})
    calls[2] = call(
        "GET", f"{BASE}/actions/id-1-a", None, {"result": element("id-1-a", colour="red", audited=1)}
    )
    found = proposed(*calls)
    assert found.table("actions")["ignored"] == ["/audited"]
    assert any("/colour was sent and is not known" in words for words in found.missing)


def test_two_ways_to_change_are_told() -> None:
    calls = session()
    calls[3] = call("POST", f"{BASE}/actions/id-1-a/save", ACTION, {})
    calls.append(call("PATCH", f"{BASE}/actions/id-1-a", {"name": "Other"}, {}))
    (change,) = (part for part in proposed(*calls).collections["actions"] if part.key == "change")
    assert change.value["call"] == "POST actions/{id}/save"
    assert "calls 6 do it in another way" in change.doubts


def test_answers_without_content_are_told() -> None:
    with pytest.raises(AjoError, match="2 answers were recorded without their content"):
        proposed(call("GET", f"{BASE}/actions"), call("GET", f"{BASE}/actions/a-1"))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("queryParams", ("query", "param")),
        ("is_variable", ("is", "variable")),
        ("HTTPMethod", ("http", "method")),
        ("addresses", ("addresse",)),
        ("class", ("class",)),
    ],
)
def test_names_are_compared_word_by_word(name: str, words: tuple[str, ...]) -> None:
    assert words_of(name) == words


def test_a_convention_element_is_matched_to_itself() -> None:
    found = match_action([element("u1", description="d", usedIn=[], channel="email")])
    assert all(ours == theirs for ours, theirs in found.fields.items())
    assert {("name",), ("endpoint", "url"), ("endpoint", "method"), ("channel",)} <= set(found.fields)


def test_every_member_is_one_that_the_adapter_knows() -> None:
    from toolkit.platform.actions import _COMMON, _CUSTOM_ONLY

    known = {*_COMMON, *_CUSTOM_ONLY, "name", "actionType"}
    assert {member.place[0] for member in MEMBERS} <= known


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a document."""
    found = [at]
    for key, inner in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        found += places(inner, (*at, key))
    return found


WHOLE = {"log": {"version": "1.2", "entries": session(x_area="a")}}
PLACES = [place for place in places(WHOLE) if place]


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), JUNK), min_size=1, max_size=4))
def test_a_bent_recording_is_read_or_refused_with_a_code(bends: list[tuple[tuple[Any, ...], Any]]) -> None:
    document = json.loads(json.dumps(WHOLE))
    for place, junk in bends:
        _bend(document, place, junk)
    found = read_or_refused(json.dumps(document).encode())
    assert isinstance(found, Proposal) or found in {"AJO830", "AJO831"}


def read_or_refused(content: bytes) -> Proposal | str:
    """The proposal, or the code of the error."""
    try:
        return propose(read_recording(content), CONVENTION)
    except AjoError as error:
        return error.code


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(st.sampled_from(range(5)), st.sampled_from(["sent", "answer"]), JUNK), max_size=3))
def test_odd_bodies_are_read_or_refused_with_a_code(bends: list[tuple[int, str, Any]]) -> None:
    calls = session()
    for number, which, junk in bends:
        text = json.dumps(junk)
        if which == "sent":
            calls[number]["request"]["postData"] = {"text": text}
        else:
            calls[number]["response"]["content"] = {"text": text}
    found = read_or_refused(recording(*calls))
    assert isinstance(found, Proposal) or found in {"AJO830", "AJO831"}


def _bend(document: Any, place: tuple[Any, ...], junk: Any) -> None:
    for part in place[:-1]:
        try:
            document = document[part]
        except (LookupError, TypeError):
            return
    if isinstance(document, (dict, list)):
        try:
            document[place[-1]] = junk
        except (LookupError, TypeError):
            return
