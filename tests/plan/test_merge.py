from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.json_values import json_values, law, respelled, shuffled, texts, trees
from tests.plan.samples import apply
from tests.strategies import definitions
from toolkit.core.canonical import DecimalLiteral, same_json
from toolkit.core.redact import MASK
from toolkit.model.document import comparable
from toolkit.model.kinds import parse_definition
from toolkit.model.text import MASKED, SECRET_LOST
from toolkit.plan.merge import classify, compare, without_secrets
from toolkit.plan.types import ABSENT, FieldChange, Verdict

SECRET = "${secret:acme/key}"
HOLE = {"$variable": "Member id", "$type": "string", "$optional": False}

keys = st.sampled_from(["a", "b", "c", "$variable", "endpoint", "headers", "query", "authorization"])
leaves = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "x", "y"])
documents = st.dictionaries(keys, trees(leaves, keys), max_size=4)


def only(desired: Any, live: Any, base: Any = None) -> FieldChange:
    (change,) = compare(desired, live, base)
    return change


def in_header(name: str, live: Any, desired: Any = "other") -> FieldChange:
    return only({"endpoint": {"headers": {name: desired}}}, {"endpoint": {"headers": {name: live}}})


@pytest.mark.parametrize(
    ("desired", "live", "base", "verdict"),
    [
        pytest.param(1, 1, 1, Verdict.UNCHANGED, id="nobody changed it"),
        pytest.param(2, 1, 1, Verdict.OURS, id="the file changed it"),
        pytest.param(1, 2, 1, Verdict.THEIRS, id="the platform changed it"),
        pytest.param(2, 2, 1, Verdict.AGREED, id="both changed it alike"),
        pytest.param(2, 3, 1, Verdict.CONFLICT, id="both changed it differently"),
        pytest.param(1, ABSENT, ABSENT, Verdict.OURS, id="the file added it"),
        pytest.param(ABSENT, 1, ABSENT, Verdict.THEIRS, id="the platform added it"),
        pytest.param(1, 1, ABSENT, Verdict.AGREED, id="both added it alike"),
        pytest.param(1, 2, ABSENT, Verdict.CONFLICT, id="both added it differently"),
        pytest.param(ABSENT, 1, 1, Verdict.OURS, id="the file removed it"),
        pytest.param(1, ABSENT, 1, Verdict.THEIRS, id="the platform removed it"),
        pytest.param(ABSENT, ABSENT, 1, Verdict.AGREED, id="both removed it"),
        pytest.param(ABSENT, 2, 1, Verdict.CONFLICT, id="the file removed what the platform changed"),
        pytest.param(2, ABSENT, 1, Verdict.CONFLICT, id="the platform removed what the file changed"),
        pytest.param(None, ABSENT, ABSENT, Verdict.OURS, id="null is something"),
        pytest.param(SECRET, MASKED, SECRET, Verdict.UNKNOWABLE, id="the platform masks a secret"),
        pytest.param(SECRET, "hunter2", SECRET, Verdict.UNKNOWABLE, id="a secret is read in the open"),
        pytest.param("POST", MASKED, "POST", Verdict.UNKNOWABLE, id="the platform masks a constant"),
        pytest.param(SECRET, ABSENT, ABSENT, Verdict.OURS, id="the file added a secret"),
        pytest.param(ABSENT, MASKED, SECRET, Verdict.OURS, id="the file removed a masked secret"),
        pytest.param(ABSENT, MASKED, ABSENT, Verdict.THEIRS, id="the platform added a masked secret"),
        pytest.param(SECRET, SECRET_LOST, SECRET, Verdict.OURS, id="a sandbox copy lost a secret"),
        pytest.param("x", SECRET_LOST, "x", Verdict.OURS, id="a sandbox copy lost a constant"),
        pytest.param(SECRET, SECRET_LOST, "x", Verdict.OURS, id="a lost constant became a secret"),
        pytest.param(SECRET, HOLE, HOLE, Verdict.OURS, id="a secret replaces a variable"),
    ],
)
def test_each_field_says_who_changed_it(desired: Any, live: Any, base: Any, verdict: Verdict) -> None:
    assert classify(desired, live, base) is verdict


@pytest.mark.parametrize(
    ("desired", "live", "path"),
    [
        pytest.param({"a": {"b": 1}}, {"a": {"b": 2}}, ("a", "b"), id="a nested member"),
        pytest.param({"a": [1, 2, 3]}, {"a": [1, 5, 3]}, ("a", 1), id="an item"),
        pytest.param({"a": [1, 2]}, {"a": [1]}, ("a", 1), id="an item more"),
        pytest.param({"a": [1]}, {"a": [1, 2]}, ("a", 1), id="an item less"),
        pytest.param({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, ("a", 0, "b"), id="a member of an item"),
        pytest.param(
            {"a": HOLE}, {"a": {**HOLE, "$type": "integer"}}, ("a", "$type"), id="a type of a variable"
        ),
        pytest.param({"a": HOLE}, {"a": {"x": HOLE}}, ("a",), id="a variable instead of an object"),
        pytest.param({"a": {"x": HOLE}}, {"a": HOLE}, ("a",), id="an object instead of a variable"),
        pytest.param({"a": HOLE}, {"a": "x"}, ("a",), id="a variable instead of a constant"),
        pytest.param({"a": [1]}, {"a": {"b": 1}}, ("a",), id="an array instead of an object"),
        pytest.param({"a": {"b": 1}}, {"a": None}, ("a",), id="an object instead of null"),
        pytest.param({"a": {}}, {}, ("a",), id="an empty object added"),
        pytest.param({"a": 2}, {"a": DecimalLiteral("2.0")}, ("a",), id="an integer instead of a decimal"),
        pytest.param({"a": True}, {"a": 1}, ("a",), id="true instead of one"),
        pytest.param({"a": "1"}, {"a": 1}, ("a",), id="a text instead of a number"),
    ],
)
def test_a_difference_is_named_at_its_field(desired: Any, live: Any, path: tuple[Any, ...]) -> None:
    assert only(desired, live).path == path


def test_without_a_base_every_difference_is_ours() -> None:
    changes = compare({"a": 1, "b": 2}, {"b": 3, "c": 4})
    assert {change.verdict for change in changes} == {Verdict.OURS}


def test_changes_come_in_the_order_of_the_file_and_then_what_only_the_platform_has() -> None:
    changes = compare({"z": 1, "a": 1, "m": 1}, {"other": 1, "m": 2, "z": 2})
    assert [change.path for change in changes] == [("z",), ("a",), ("m",), ("other",)]


def test_the_base_of_a_field_in_an_array_is_the_item_at_its_place() -> None:
    assert only({"a": [1, 2]}, {"a": [1, 3]}, {"a": [1, 3]}).verdict is Verdict.OURS


@pytest.mark.parametrize("base", [{}, {"a": 7}, {"a": [0]}, {"a": HOLE}], ids=str)
def test_a_base_of_another_shape_counts_as_nothing_there(base: Any) -> None:
    assert only({"a": {"b": 1}}, {"a": {"b": 2}}, base).verdict is Verdict.CONFLICT


def test_a_lost_secret_is_a_difference_even_without_a_base() -> None:
    assert in_header("X-Tenant", SECRET_LOST, SECRET).verdict is Verdict.OURS


def test_text_around_a_secret_is_not_compared_with_what_the_platform_shows() -> None:
    assert in_header("Authorization", "Bearer hunter2", f"Bearer {SECRET}").verdict is Verdict.UNKNOWABLE


@pytest.mark.parametrize(
    "name",
    [
        "Authorization",
        "Proxy-Authorization",
        "X-Api-Key",
        "apikey",
        "Ocp-Apim-Subscription-Key",
        "x-functions-key",
        "access_token",
        "X-Amz-Security-Token",
        "client_secret",
        "Password",
        "passwd",
        "pwd",
        "Cookie",
        "X-Hub-Signature",
        "sig",
        "X-Credential",
        "sessionid",
        "jwt",
    ],
)
@pytest.mark.parametrize("place", ["headers", "query"])
def test_a_credential_typed_into_the_product_is_never_shown(place: str, name: str) -> None:
    change = only({"endpoint": {place: {name: "other"}}}, {"endpoint": {place: {name: "hunter2"}}})
    assert change.live == MASK


@pytest.mark.parametrize(
    "live", ["Bearer eyJhbGciOi", "bearer abc", "Basic dXNlcjpwYXNz", "Digest username=u"]
)
def test_a_credential_is_not_shown_under_an_innocent_name(live: str) -> None:
    assert in_header("X-Forward", live).live == MASK


@pytest.mark.parametrize(
    "desired",
    [{}, {"endpoint": {}}, {"endpoint": None}, {"endpoint": {"headers": HOLE}}],
    ids=["no endpoint", "no headers", "no object", "a variable"],
)
def test_a_credential_inside_a_removed_object_is_not_shown(desired: Any) -> None:
    change = only(desired, {"endpoint": {"headers": {"Authorization": "hunter2", "Accept": "a/b"}}})
    assert "hunter2" not in str(change.live)
    assert "a/b" in str(change.live)


def test_other_headers_are_shown() -> None:
    assert in_header("Accept-Language", "en").live == "en"


@law
@given(json_values)
def test_a_document_does_not_differ_from_itself(value: Any) -> None:
    assert compare({"a": value}, {"a": value}, {"a": value}) == ()


@law
@given(definitions(), st.data())
def test_a_definition_written_another_way_does_not_differ(definition: Any, data: st.DataObject) -> None:
    parsed = parse_definition(definition)
    assert parsed.definition is not None
    document = comparable(parsed.definition)
    other = data.draw(respelled(data.draw(shuffled(document))))
    assert compare(other, document) == ()


@law
@given(documents, documents)
def test_changes_applied_to_live_give_desired(desired: Any, live: Any) -> None:
    assert same_json(apply(live, compare(desired, live)), desired)


@law
@given(documents, documents, documents)
def test_changes_applied_to_live_give_desired_whatever_the_base(desired: Any, live: Any, base: Any) -> None:
    assert same_json(apply(live, compare(desired, live, base)), desired)


@law
@given(documents, documents, st.data())
def test_the_order_of_keys_in_live_and_base_is_irrelevant(
    desired: Any, live: Any, data: st.DataObject
) -> None:
    found = compare(desired, data.draw(shuffled(live)), data.draw(shuffled(live)))
    assert {change.path: change.verdict for change in found} == {
        change.path: change.verdict for change in compare(desired, live, live)
    }


@law
@given(documents, documents)
def test_exchanging_file_and_platform_exchanges_ours_and_theirs(one: Any, other: Any) -> None:
    base: dict[str, Any] = {}
    mirror = {Verdict.OURS: Verdict.THEIRS, Verdict.THEIRS: Verdict.OURS}
    found = {change.path: change.verdict for change in compare(one, other, base)}
    mirrored = {change.path: change.verdict for change in compare(other, one, base)}
    assert found == {path: mirror.get(verdict, verdict) for path, verdict in mirrored.items()}


@law
@given(texts.filter(lambda text: text != SECRET_LOST))
def test_what_stands_where_a_secret_belongs_is_never_compared(live: str) -> None:
    assert in_header("X-Tenant", live, SECRET).verdict is Verdict.UNKNOWABLE


def test_a_secret_that_the_file_names_no_more_is_not_shown_on_its_way_out() -> None:
    base = {"endpoint": {"headers": {"X-Team": SECRET, "X-Plain": "a"}}}
    live = {"endpoint": {"headers": {"X-Team": "hunter2", "X-Plain": "b"}}}
    endpoints: list[dict[str, Any]] = [{"headers": {}}, {}, {"headers": {"X-Team": "c"}}]
    for endpoint in endpoints:
        assert "hunter2" not in str(compare({"endpoint": endpoint}, live, base))


def test_what_is_kept_of_live_has_masks_where_secrets_are() -> None:
    live = {"endpoint": {"headers": {"X-Team": "hunter2", "X-Api-Key": "typed", "X-Plain": "b"}}, "a": MASKED}
    places = [("endpoint", "headers", "X-Team"), ("a",), ("not", "there"), ("endpoint",)]
    headers = {"X-Team": MASK, "X-Api-Key": MASK, "X-Plain": "b"}
    assert without_secrets(live, places) == {"endpoint": {"headers": headers}, "a": MASKED}
