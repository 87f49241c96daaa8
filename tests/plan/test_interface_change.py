"""What a change of a definition means for journeys: every row of the table, and the laws of classes."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.core.json_values import law
from tests.model.definitions import any_hole, definitions, field_names, labels, nodes, responses
from tests.model.samples import API_KEY, BASIC, CUSTOM, action, campaign, capping, parsed, throttling
from tests.model.samples import with_value as put
from tests.model.samples import without as drop
from toolkit.core.canonical import DecimalLiteral
from toolkit.model.document import comparable
from toolkit.model.interface import address_of, interface_of
from toolkit.model.kinds import parse_definition
from toolkit.model.text import MASKED
from toolkit.plan.assessment import Assessment, Comparison, InterfaceChange, worst_of
from toolkit.plan.change_kinds import ChangeKind, Compatibility
from toolkit.plan.interface_change import classify_change, compat_of_documents

SAFE, CARE, BREAKING = Compatibility.SAFE, Compatibility.CARE, Compatibility.BREAKING
HOLE = {"$variable": "Member id"}
OPTIONAL = {"$variable": "Member id", "$optional": True}
LIST = {"$variable": "Products", "$items": {"id": HOLE}}
RATING = ("services", "action", "rating")


def request(**fields: Any) -> dict[str, Any]:
    return action(request={"fixed": 1, **fields})


def answer(**fields: Any) -> dict[str, Any]:
    return action(response={"ok": "boolean", **fields})


def governed(**governance: Any) -> dict[str, Any]:
    return action(governance=governance)


def changes(old: dict[str, Any], new: dict[str, Any]) -> tuple[InterfaceChange, ...]:
    return classify_change(parsed(old), parsed(new))


def rows(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str]]:
    return [(change.kind.name, change.address) for change in changes(old, new)]


CUSTOM_WITH_SECRET = {**CUSTOM, "headers": {"X-Key": "${secret:a}"}}
TWO_SERVICES = put(
    capping(), ("services", "dataSource"), {"rating": {"maxCallsCount": 1, "periodInMs": 1000}}
)

EVERY_ROW = [
    ("VARIABLE_REMOVED", "id", request(id=HOLE), request()),
    ("VARIABLE_ADDED_REQUIRED", "id", request(), request(id=HOLE)),
    ("VARIABLE_ADDED_OPTIONAL", "id", request(), request(id=OPTIONAL)),
    ("VARIABLE_TYPE_CHANGED", "id", request(id=HOLE), request(id={**HOLE, "$type": "integer"})),
    ("VARIABLE_SHAPE_CHANGED", "id", request(id=HOLE), request(id={"value": HOLE})),
    ("VARIABLE_MADE_REQUIRED", "id", request(id=OPTIONAL), request(id=HOLE)),
    ("VARIABLE_MADE_OPTIONAL", "id", request(id=HOLE), request(id=OPTIONAL)),
    ("VARIABLE_LABEL_CHANGED", "id", request(id=HOLE), request(id={"$variable": "Customer"})),
    ("VARIABLE_BECAME_CONSTANT", "id", request(id=HOLE), request(id="42")),
    ("CONSTANT_BECAME_REQUIRED", "id", request(id="42"), request(id=HOLE)),
    ("CONSTANT_BECAME_OPTIONAL", "id", request(id="42"), request(id=OPTIONAL)),
    ("CONSTANT_CHANGED", "fixed", request(), request(fixed=2)),
    ("CONSTANT_ADDED", "id", request(), request(id="42")),
    ("CONSTANT_REMOVED", "id", request(id="42"), request()),
    ("ANSWER_FIELD_REMOVED", "response.points", answer(points="integer"), answer()),
    ("ANSWER_FIELD_TYPE_CHANGED", "response.ok", answer(), answer(ok="string")),
    ("ANSWER_FIELD_ADDED", "response.points", answer(), answer(points="integer")),
    ("METHOD_CHANGED", "endpoint.method", action(), put(action(), ("endpoint", "method"), "PUT")),
    (
        "URL_HOST_CHANGED",
        "endpoint.url",
        action(),
        put(action(), ("endpoint", "url"), "https://example.org/"),
    ),
    ("URL_CHANGED", "endpoint.url", action(), put(action(), ("endpoint", "url"), "https://example.com/v2")),
    ("AUTHENTICATION_KIND_CHANGED", "authentication", action(), action(authentication=BASIC)),
    (
        "AUTHENTICATION_CHANGED",
        "authentication",
        action(authentication=API_KEY),
        action(authentication={**API_KEY, "name": "X-Other"}),
    ),
    ("NULL_VALUES_CHANGED", "allowNullValues", request(), {**request(), "allowNullValues": True}),
    ("CHANNEL_CHANGED", "governance.channel", action(), governed(channel="email")),
    (
        "MARKETING_ACTION_CHANGED",
        "governance.requiredMarketingAction",
        governed(channel="email", requiredMarketingAction="One"),
        governed(channel="email"),
    ),
    ("NAME_CHANGED", "name", action(), action(name="Other")),
    ("RENAMED", "name", action(), action(name="Other", lifecycle={"previousName": "Sample"})),
    ("KIND_CHANGED", "kind", action(), campaign()),
    ("DESCRIPTION_CHANGED", "description", action(), action(description="What it does.")),
    ("LIMIT_ADDED", "services.dataSource", capping(), TWO_SERVICES),
    ("LIMIT_REMOVED", "services.dataSource", TWO_SERVICES, capping()),
    (
        "LIMIT_LOWERED",
        "services.action.rating",
        capping(),
        put(capping(), (*RATING, "maxCallsCount"), 4),
    ),
    ("LIMIT_RAISED", "services.action.rating", capping(), put(capping(), (*RATING, "maxCallsCount"), 6)),
    ("LIMIT_PATTERN_CHANGED", "url", capping(), capping(url="https://example.com/v2/*")),
    ("LIMIT_METHODS_ADDED", "methods", capping(), capping(methods=["POST", "GET"])),
    ("LIMIT_METHODS_REMOVED", "methods", capping(methods=["POST", "GET"]), capping()),
    ("LIMIT_RENAMED", "name", throttling(), throttling(name="other")),
]


@pytest.mark.parametrize(
    ("row", "address", "old", "new"), [pytest.param(*case, id=case[0]) for case in EVERY_ROW]
)
def test_each_kind_of_change_is_recognised_alone_at_its_place(
    row: str, address: str, old: dict[str, Any], new: dict[str, Any]
) -> None:
    assert rows(old, new) == [(row, address)]


def test_every_row_of_the_table_has_a_case_but_the_two_about_whole_definitions() -> None:
    cases = {case[0] for case in EVERY_ROW}
    assert cases == {kind.name for kind in ChangeKind} - {"ACTION_ADDED", "ACTION_REMOVED"}


def test_rows_and_classes_have_names_for_machines() -> None:
    assert ChangeKind.VARIABLE_ADDED_REQUIRED.id == "variable-added-required"
    assert [kind.word for kind in Compatibility] == ["safe", "care", "breaking"]


def test_no_two_rows_are_one() -> None:
    assert list(ChangeKind.__members__) == [kind.name for kind in ChangeKind]
    assert len({kind.rule.what for kind in ChangeKind}) == len(ChangeKind)


@pytest.mark.parametrize(
    ("compatibility", "names"),
    [
        (
            BREAKING,
            {
                *("VARIABLE_REMOVED", "VARIABLE_ADDED_REQUIRED", "VARIABLE_TYPE_CHANGED"),
                *("VARIABLE_SHAPE_CHANGED", "VARIABLE_MADE_REQUIRED", "VARIABLE_BECAME_CONSTANT"),
                *("CONSTANT_BECAME_REQUIRED", "ANSWER_FIELD_REMOVED", "ANSWER_FIELD_TYPE_CHANGED"),
                *("METHOD_CHANGED", "NAME_CHANGED", "KIND_CHANGED", "ACTION_REMOVED"),
            },
        ),
        (
            CARE,
            {
                *("VARIABLE_LABEL_CHANGED", "CONSTANT_BECAME_OPTIONAL", "URL_HOST_CHANGED", "URL_CHANGED"),
                *("AUTHENTICATION_KIND_CHANGED", "NULL_VALUES_CHANGED", "CHANNEL_CHANGED"),
                *("MARKETING_ACTION_CHANGED", "RENAMED", "LIMIT_ADDED", "LIMIT_REMOVED", "LIMIT_LOWERED"),
                *("LIMIT_PATTERN_CHANGED", "LIMIT_METHODS_ADDED"),
            },
        ),
    ],
)
def test_the_class_of_a_kind_of_change_is_a_promise(compatibility: Compatibility, names: set[str]) -> None:
    assert {kind.name for kind in ChangeKind if kind.rule.compatibility is compatibility} == names


@pytest.mark.parametrize("place", ["headers", "query"])
def test_a_header_and_a_parameter_are_variables_like_any_other(place: str) -> None:
    bare = action()
    name = {"headers": "header:X-Locale", "query": "query:X-Locale"}[place]
    required = put(bare, ("endpoint", place), {"X-Locale": HOLE})
    optional = put(bare, ("endpoint", place), {"X-Locale": OPTIONAL})
    constant = put(bare, ("endpoint", place), {"X-Locale": "de"})
    assert rows(bare, required) == [("VARIABLE_ADDED_REQUIRED", name)]
    assert rows(bare, optional) == [("VARIABLE_ADDED_OPTIONAL", name)]
    assert rows(required, constant) == [("VARIABLE_BECAME_CONSTANT", name)]
    assert rows(required, bare) == [("VARIABLE_REMOVED", name)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            request(a=LIST),
            request(a={**LIST, "$items": {"id": HOLE, "price": HOLE}}),
            [("VARIABLE_ADDED_REQUIRED", "a[].price")],
            id="a field of the items added",
        ),
        pytest.param(
            request(a={**LIST, "$items": {"id": HOLE, "by": {"name": HOLE}}}),
            request(a=LIST),
            [("VARIABLE_REMOVED", "a[].by.name")],
            id="a field of the items removed",
        ),
        pytest.param(
            request(), request(a=LIST), [("VARIABLE_ADDED_REQUIRED", "a")], id="a list added is one change"
        ),
        pytest.param(
            request(a={"$variable": "Products", "$type": "listString"}),
            request(a=LIST),
            [("VARIABLE_TYPE_CHANGED", "a")],
            id="a list of texts becomes one of objects",
        ),
        pytest.param(
            request(a=[{"id": HOLE}, {"id": HOLE}]),
            request(a=LIST),
            [("VARIABLE_SHAPE_CHANGED", "a")],
            id="a fixed list begins to vary",
        ),
        pytest.param(
            request(a=LIST),
            request(a=[{"id": HOLE}]),
            [("VARIABLE_SHAPE_CHANGED", "a")],
            id="a list that varies is fixed",
        ),
        pytest.param(
            request(a=[HOLE]),
            request(a=[HOLE, OPTIONAL]),
            [("VARIABLE_ADDED_OPTIONAL", "a[1]")],
            id="a fixed list grows",
        ),
        pytest.param(
            request(a=HOLE),
            request(a={"b": 1, "c": [True]}),
            [("VARIABLE_BECAME_CONSTANT", "a")],
            id="a variable becomes an object of constants",
        ),
        pytest.param(
            request(a={"b": 1, "c": [True]}),
            request(a=HOLE),
            [("CONSTANT_BECAME_REQUIRED", "a")],
            id="an object of constants becomes a variable",
        ),
        pytest.param(
            request(a={"$constant": "2026-01-01", "$type": "dateOnly"}),
            request(a={"$constant": "2026-01-02", "$type": "dateOnly"}),
            [("CONSTANT_CHANGED", "a")],
            id="a constant date",
        ),
        pytest.param(
            action(response={"a": [{"b": "string"}]}),
            action(response={"a": [{"b": "string", "c": "string"}]}),
            [("ANSWER_FIELD_ADDED", "response.a[].c")],
            id="a field of a list in the answer added",
        ),
        pytest.param(
            action(response={"a": {"b": "string"}}),
            action(response={"a": [{"b": "string"}]}),
            [("ANSWER_FIELD_TYPE_CHANGED", "response.a")],
            id="an object in the answer becomes a list",
        ),
        pytest.param(
            action(failureResponse={"a": "string"}),
            action(),
            [("ANSWER_FIELD_REMOVED", "failureResponse")],
            id="the failure response removed as a whole",
        ),
        pytest.param(
            action(),
            action(failureResponse={"a": "string"}),
            [("ANSWER_FIELD_ADDED", "failureResponse")],
            id="a failure response added",
        ),
        pytest.param(
            campaign(), campaign(campaignType="standard"), [("KIND_CHANGED", "campaignType")], id="Campaign"
        ),
        pytest.param(
            campaign(),
            campaign(endpoint={"url": "https://example.com/"}),
            [("URL_HOST_CHANGED", "endpoint.url")],
            id="Campaign's endpoint named",
        ),
        pytest.param(
            governed(channel="email"),
            action(),
            [("CHANNEL_CHANGED", "governance.channel")],
            id="governance removed",
        ),
        pytest.param(
            {**request(), "allowNullValues": True},
            request(),
            [("NULL_VALUES_CHANGED", "allowNullValues")],
            id="null values forbidden",
        ),
        pytest.param(
            action(authentication=CUSTOM),
            action(authentication=CUSTOM_WITH_SECRET),
            [("AUTHENTICATION_CHANGED", "authentication")],
            id="a header of the token request",
        ),
        pytest.param(
            action(),
            action(name="Other", lifecycle={"previousName": "Another"}),
            [("NAME_CHANGED", "name")],
            id="a previous name that is another's",
        ),
    ],
)
def test_changes_of_structure(
    old: dict[str, Any], new: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert rows(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [("integer", "decimal"), ("decimal", "integer"), ("dateOnly", "dateTime"), ("string", "listString")],
)
def test_no_type_is_a_wider_form_of_another(old: str, new: str) -> None:
    before, after = request(id={**HOLE, "$type": old}), request(id={**HOLE, "$type": new})
    assert worst_of(changes(before, after)) is BREAKING
    assert worst_of(changes(answer(x=old), answer(x=new))) is BREAKING


@pytest.mark.parametrize(
    ("rating", "expected"),
    [
        pytest.param((10, 2000), SAFE, id="as many, in a longer window that allows what came before"),
        pytest.param((9, 2000), CARE, id="fewer than two windows of before"),
        pytest.param((9, 1001), CARE, id="two old windows may fall into one new"),
        pytest.param((5, 500), SAFE, id="as many in half the time"),
        pytest.param((3, 500), CARE, id="a higher rate that allows smaller bursts"),
    ],
)
def test_a_rate_is_lowered_when_calls_that_went_through_may_not(
    rating: tuple[int, int], expected: Compatibility
) -> None:
    new = put(capping(), RATING, {"maxCallsCount": rating[0], "periodInMs": rating[1]})
    assert worst_of(changes(capping(), new)) is expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, 50, "LIMIT_LOWERED"),
        (50, None, "LIMIT_RAISED"),
        (50, 40, "LIMIT_LOWERED"),
        (40, 50, "LIMIT_RAISED"),
    ],
)
def test_no_number_of_connections_is_no_limit(old: int | None, new: int | None, expected: str) -> None:
    path = ("services", "action", "maxHttpConnections")
    before, after = (put(capping(), path, side) if side else capping() for side in (old, new))
    assert rows(before, after) == [(expected, "services.action.maxHttpConnections")]


def test_a_throttling_has_a_throughput_and_a_pattern() -> None:
    assert rows(throttling(), throttling(maxThroughput=300)) == [("LIMIT_RAISED", "maxThroughput")]
    moved = throttling(urlPattern="https://example.com/v2/*")
    assert rows(throttling(), moved) == [("LIMIT_PATTERN_CHANGED", "urlPattern")]


@pytest.mark.parametrize(("state", "kind"), [("created", "LIMIT_ADDED"), ("deployed", "LIMIT_REMOVED")])
def test_a_limit_that_is_not_deployed_is_none(state: str, kind: str) -> None:
    desired = comparable(parsed(capping()))
    live = {**desired, "state": state}
    other = desired if state == "created" else {**desired, "state": "created"}
    assert [change.kind.name for change in compat_of_documents(live, other).changes] == [kind]


def test_a_change_says_what_was_there_and_what_is() -> None:
    (change,) = changes(request(id=HOLE), request(id={**HOLE, "$type": "integer"}))
    assert (change.before, change.after, change.path) == ("string", "integer", ("request", "id"))
    (change,) = changes(request(), request(id=OPTIONAL))
    assert (change.before, change.after) == ("", "Member id (string, optional)")


def test_constants_are_never_quoted_for_a_header_may_hold_a_credential() -> None:
    before = put(action(), ("endpoint", "headers"), {"X-Key": "hunter2"})
    (change,) = changes(before, put(before, ("endpoint", "headers"), {"X-Key": "other"}))
    assert "hunter2" not in repr(change)


def test_what_the_platform_masks_is_no_change() -> None:
    desired = comparable(parsed(action(authentication=API_KEY)))
    live = copy.deepcopy(desired)
    live["authentication"]["value"] = MASKED
    assert compat_of_documents(live, desired) == Assessment(())


def test_an_update_is_as_bad_as_its_worst_change() -> None:
    live, desired = comparable(parsed(request(a=HOLE))), comparable(parsed(request(b=OPTIONAL)))
    found = compat_of_documents(live, desired)
    assert found.worst is BREAKING
    assert {change.compatibility for change in found.changes} == {SAFE, BREAKING}
    assert Assessment(()).worst is SAFE


def test_a_comparison_counts_definitions_by_their_worst_change() -> None:
    one = Assessment(changes(request(a=HOLE), request()))
    other = Assessment(changes(request(a=HOLE), request(a=OPTIONAL)))
    comparison = Comparison("old", "new", (one, other))
    assert [comparison.count(kind) for kind in Compatibility] == [1, 0, 1]
    assert comparison.worst is BREAKING
    assert Comparison("old", "new", ()).worst is SAFE


@pytest.mark.parametrize(
    ("old", "new", "refused"),
    [
        pytest.param(request(a=HOLE), request(), True, id="a variable"),
        pytest.param(answer(), answer(x="string"), True, id="an answer"),
        pytest.param(governed(channel="email"), governed(channel="sms"), True, id="governance"),
        pytest.param(action(), action(name="Other"), False, id="the name"),
        pytest.param(action(), put(action(), ("endpoint", "url"), "https://e.org/"), False, id="the URL"),
        pytest.param(action(), action(authentication=BASIC), False, id="authentication"),
        pytest.param(capping(), capping(methods=["GET"]), False, id="a limit"),
    ],
)
def test_a_change_says_whether_the_platform_refuses_it_in_use(
    old: dict[str, Any], new: dict[str, Any], refused: bool
) -> None:
    assert {change.refused_in_use for change in changes(old, new)} == {refused}


def test_whole_definitions_can_be_refused_too() -> None:
    assert InterfaceChange(ChangeKind.ACTION_REMOVED, ()).refused_in_use
    assert not InterfaceChange(ChangeKind.ACTION_ADDED, ()).refused_in_use


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ((), ""),
        (("name",), "name"),
        (("request", "a", 0, "b"), "a[0].b"),
        (("request", "a", "$items", "b", "c"), "a[].b.c"),
        (("request", "path"), '["path"]'),
        (("request", "header:x"), '["header:x"]'),
        (("request", "a", "path"), "a.path"),
        (("request", "a.b"), '["a.b"]'),
        (("endpoint", "query", "lang"), "query:lang"),
        (("endpoint", "headers"), "endpoint.headers"),
        (("response", "a", 0, "b"), "response.a[].b"),
    ],
)
def test_places_are_named_as_people_name_them(path: tuple[str | int, ...], address: str) -> None:
    assert address_of(path) == address


def test_an_interface_lists_what_a_journey_fills_and_reads() -> None:
    definition = action(
        request={"a": HOLE, "b": {"c": LIST}, "d": 1},
        response={"ok": "boolean", "offers": [{"code": "string"}]},
        authentication=BASIC,
    )
    found = interface_of(comparable(parsed(definition)))
    assert [variable.address for variable in found.variables] == ["a", "b.c"]
    assert [item.address for item in found.variables[1].items] == ["b.c[].id"]
    assert found.constants[("request", "d")] == 1
    assert found.response is not None
    assert [part.type for part in found.response.fields] == ["boolean", "listObject"]
    assert (found.method, found.authentication, found.failure_response) == ("POST", "basic", None)


def test_constants_inside_a_hole_are_impossible_even_in_what_a_platform_says() -> None:
    document = {"request": {"a": {"$variable": "A", "$items": {"b": 1, "c": HOLE}}}}
    (variable,) = interface_of(document).variables
    assert [item.address for item in variable.items] == ["a[].c"]


# Laws.

optional_holes = any_hole.map(lambda hole: {**hole, "$optional": True})
requests = st.dictionaries(field_names, nodes, max_size=4)


def with_request(body: dict[str, Any]) -> dict[str, Any]:
    return action(request={**body, "~fixed": "x"})


def worst(old: dict[str, Any], new: dict[str, Any]) -> Compatibility:
    return worst_of(changes(old, new))


@law
@given(definitions)
def test_a_definition_does_not_differ_from_itself(document: dict[str, Any]) -> None:
    definition = parse_definition(document).definition
    assert definition is not None
    assert classify_change(definition, definition) == ()


@law
@given(requests, st.dictionaries(field_names, optional_holes, max_size=3))
def test_adding_only_what_may_stay_unfilled_is_never_breaking(
    body: dict[str, Any], more: dict[str, Any]
) -> None:
    assume(not body.keys() & more.keys())
    assert worst(with_request(body), with_request({**body, **more})) is SAFE


@law
@given(requests, requests)
def test_a_change_and_its_parts_are_of_one_class(one: dict[str, Any], other: dict[str, Any]) -> None:
    keys = sorted({*one, *other})
    parts = [
        worst(
            with_request({key: one[key]} if key in one else {}),
            with_request({key: other[key]} if key in other else {}),
        )
        for key in keys
    ]
    assert worst(with_request(one), with_request(other)) == max(parts, default=SAFE)


@law
@given(requests, requests, responses, responses)
def test_the_whole_is_as_bad_as_the_worst_of_request_and_answer(
    body: dict[str, Any], other: dict[str, Any], said: dict[str, Any], says: dict[str, Any]
) -> None:
    old, new = with_request(body), with_request(other)
    together = worst({**old, "response": said}, {**new, "response": says})
    assert together == max(worst(old, new), worst(action(response=said), action(response=says)))


@law
@given(requests, requests, requests)
def test_no_way_round_makes_a_breaking_change_out_of_safe_ones(
    one: dict[str, Any], two: dict[str, Any], three: dict[str, Any]
) -> None:
    steps = max(worst(with_request(one), with_request(two)), worst(with_request(two), with_request(three)))
    assume(steps is SAFE)
    assert worst(with_request(one), with_request(three)) is SAFE


@law
@given(definitions, labels)
def test_a_renamed_definition_differs_by_its_name_alone(document: dict[str, Any], name: str) -> None:
    definition = parse_definition(document).definition
    assert definition is not None
    assume(definition.name != name)
    other = definition.model_copy(update={"name": name, "lifecycle": None})
    found = {change.kind for change in classify_change(definition, other)}
    assert found <= {ChangeKind.NAME_CHANGED, ChangeKind.LIMIT_RENAMED}


def test_numbers_are_compared_by_value_and_type() -> None:
    two = DecimalLiteral("2.0")
    assert rows(request(a=two), request(a=DecimalLiteral("2.00"))) == []
    assert rows(request(a=two), request(a=2)) == [("CONSTANT_CHANGED", "a")]


def test_parts_of_a_big_action_are_compared_in_one_pass() -> None:
    many = {f"f{number}": HOLE for number in range(3000)}
    others = {f"g{number}": {"x": HOLE} for number in range(3000)}
    assert len(changes(request(**many), request(**others))) == 6000


def test_assessments_are_values() -> None:
    found = Assessment(changes(request(), request(a=HOLE)), "CustomAction", "Sample", "a.json", "a.json")
    assert replace(found) == found
    assert drop(request(a=HOLE), ("request", "a")) == request()
