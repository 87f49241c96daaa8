"""A live change put into a file's own document: it says what is live, and keeps what it can of its author."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.strategies import Refs, campaign_actions, custom_actions, endpoint_configs, throttling_configs
from toolkit.app.bring.back import _edited
from toolkit.app.bring.merged import Merging
from toolkit.core.canonical import dump_json, parse_json, same_json
from toolkit.model.document import comparable, fill_document, to_document
from toolkit.model.kinds import Definition, parse_definition

VALUES = {"host": "api.example.com", "team": "crm"}
LAW = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
KINDS = (custom_actions, campaign_actions, endpoint_configs, throttling_configs)


def parsed(raw: Any) -> Definition:
    found = parse_definition(raw)
    assert found.definition is not None, found.problems
    return found.definition


def as_live(raw: Any) -> Any:
    """The comparable document of a definition with the values filled in."""
    definition = parsed(raw)
    filled = parse_definition(fill_document(definition.kind, to_document(definition), VALUES)).definition
    assume(filled is not None)
    assert filled is not None
    return comparable(filled)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Any, Any]:
    """Two definitions of one kind, of which the first refers to values."""
    kind = draw(st.sampled_from(KINDS))
    return draw(kind(Refs(values=tuple(VALUES)))), draw(kind())


@LAW
@given(pairs(), st.sampled_from([None, 2, 4]))
def test_whatever_is_live_can_be_brought_into_whatever_file_there_is(
    pair: tuple[Any, Any], indent: int | None
) -> None:
    old, new = pair
    wanted = as_live(new)
    merged = Merging(VALUES).merged(old, as_live(old), wanted)
    if old["kind"] == "EndpointConfig":
        assert merged["name"] == old["name"]
    assert same_json(as_live(merged), wanted)
    text = _edited(dump_json(old, indent=indent), merged, "actions/team/file.json")
    assert text is None or same_json(parse_json(text), merged)


@LAW
@given(pairs())
def test_what_did_not_change_stays_to_the_letter(pair: tuple[Any, Any]) -> None:
    old, _ = pair
    assert dump_json(Merging(VALUES).merged(old, as_live(old), as_live(old))) == dump_json(old)


@pytest.mark.parametrize(
    ("raw", "live", "written"),
    [
        ("https://${host}/v1", "https://api.example.com/v2", "https://${host}/v2"),
        ("https://${host}/v1", "http://api.example.com/v1", "http://${host}/v1"),
        ("https://${host}/v1", "https://other.example.com/v1", "https://other.example.com/v1"),
        ("https://${host}/v1", "https://api.example.com.evil/v1", "https://api.example.com.evil/v1"),
        ("https://${host}/v1", "https://my-api.example.com/v1", "https://my-api.example.com/v1"),
        ("${team}-${team}", "crm-sales", "${team}-sales"),
        ("a ${team}", "b crm", "b ${team}"),
        ("${team}", "$${team}", "$${team}"),
        ("x", "y", "y"),
    ],
)
def test_a_reference_stays_where_its_whole_text_is_still_there(raw: str, live: str, written: str) -> None:
    assert Merging(VALUES).merged(raw, "something else", live) == written


@pytest.mark.parametrize("indent", [None, 2])
def test_the_only_member_of_an_object_can_give_way_to_another(indent: int | None) -> None:
    old, new = {"a": {"x": 1}, "b": 2}, {"a": {"y": 2}, "b": 2}
    text = _edited(dump_json(old, indent=indent), new, "file.json")
    assert text is not None
    assert (parse_json(text), text.count("\n")) == (new, dump_json(old, indent=indent).count("\n"))
