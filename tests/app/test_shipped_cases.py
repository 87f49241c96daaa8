"""What the cases of every shipped action show: success, the partner's error, missing values, nulls, lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.scenarios.desk import REPOSITORY
from toolkit.app.cases import chosen_files, stage_of
from toolkit.core.canonical import parse_json
from toolkit.core.pointer import Path
from toolkit.exercise import holes
from toolkit.exercise.cases import Played, play
from toolkit.exercise.typed import typed
from toolkit.model.cases import Case
from toolkit.model.custom_action import CustomAction
from toolkit.model.payload import (
    SCALAR_LIST_TYPES,
    FixedList,
    ListHole,
    PlainObject,
    ResponseList,
    ResponseObject,
)
from toolkit.workspace.load import open_workspace

WORKSPACE = open_workspace(REPOSITORY)
STAGE = stage_of(WORKSPACE, "local")
SHIPPED = {
    item.definition.name: item for item in WORKSPACE.definitions if item.definition.kind.endswith("Action")
}
CASES = {item.cases.name: item.cases.cases for item in chosen_files(WORKSPACE, ())[0]}
OF_CAMPAIGN = sorted(STAGE.campaign)
CUSTOM = sorted(SHIPPED.keys() - STAGE.campaign)

every = pytest.mark.parametrize("name", sorted(SHIPPED))
every_custom = pytest.mark.parametrize("name", CUSTOM)


def played(name: str) -> Iterator[tuple[Case, Played]]:
    for case in CASES[name]:
        yield case, play(STAGE.actions[name], case)


def sent(name: str) -> list[tuple[Case, Any]]:
    """The cases in which something is sent, each with the body."""
    return [
        (case, parse_json(str(one.rendered.request.body)))
        for case, one in played(name)
        if one.rendered is not None
    ]


def at(value: Any, path: Path) -> Any:
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def optional_addresses(action: CustomAction) -> set[str]:
    return {str(hole.address) for hole in holes(action) if hole.optional}


def test_every_shipped_action_has_cases() -> None:
    assert CASES.keys() == SHIPPED.keys()
    assert OF_CAMPAIGN


@every
def test_the_success_of_every_action_has_a_case(name: str) -> None:
    if name in STAGE.campaign:
        assert any(case.request for case, _ in sent(name))
        return
    fine = [
        one.seen
        for case, one in played(name)
        if one.seen and case.response and case.response.status == 200 and not _is_error(case)
    ]
    assert fine
    if STAGE.actions[name].response:
        assert all(len([value for value in seen.values.values() if value is not None]) > 1 for seen in fine)


@every_custom
def test_an_error_that_the_partner_documents_has_a_case(name: str) -> None:
    action = STAGE.actions[name]
    errors = [
        (case, one.seen) for case, one in played(name) if one.seen and case.response and _is_error(case)
    ]
    assert errors
    for case, seen in errors:
        assert case.journey is not None
        assert seen.jo_status_code.startswith("http_")
        if action.failure_response and seen.jo_status_code >= "http_3":
            told = {key: value for key, value in seen.values.items() if ".errorResponse." in key}
            assert any(value is not None for value in told.values()), case.name
            assert case.journey.view is not None
            assert set(case.journey.view) & set(told), case.name


def _is_error(case: Case) -> bool:
    """Tell whether a case's answer is an error: by status, or as Slack says it."""
    assert case.response is not None
    return (case.response.status or 0) >= 300 or at(case.response.body, ("ok",)) is False


@every
def test_missing_optional_values_have_a_case_and_are_not_sent(name: str) -> None:
    action = STAGE.actions[name]
    optional = optional_addresses(action)
    if not optional:
        assert any(case.refused and _lacks(action, case) for case, _ in played(name))
        return
    without = [body for case, body in sent(name) if not optional & case.values.keys()]
    assert without
    for body in without:
        for hole in holes(action):
            if hole.optional and hole.address.place == "body":
                assert at(body, hole.address.path) is None, hole.address


def _lacks(action: CustomAction, case: Case) -> bool:
    """Tell whether a value that is needed is missing, or null, or another than its type takes."""
    needed = {str(hole.address) for hole in holes(action) if not hole.optional}
    given = {address for address, value in case.values.items() if value is not None}
    return bool(needed - given) or bool(typed(action, case.values).unclear)


@every
def test_null_has_a_case_and_is_left_out_or_refused(name: str) -> None:
    optional = optional_addresses(STAGE.actions[name])
    with_null = [(case, one) for case, one in played(name) if None in case.values.values()]
    assert with_null
    for case, one in with_null:
        nulls = {address for address, value in case.values.items() if value is None}
        assert set(one.refused) == nulls - optional
        assert (one.rendered is None) == bool(nulls - optional)


def lists_of_request(node: Any, path: Path = ()) -> Iterator[Path]:
    match node:
        case ListHole():
            yield path
        case FixedList():
            yield path
            for index, item in enumerate(node.root):
                yield from lists_of_request(item, (*path, index))
        case PlainObject():
            for key, member in node.root.items():
                yield from lists_of_request(member, (*path, key))


def lists_of_response(node: Any, path: Path = ()) -> Iterator[Path]:
    match node:
        case ResponseObject():
            for key, member in node.root.items():
                yield from lists_of_response(member, (*path, key))
        case ResponseList():
            yield path
            yield from lists_of_response(node.root[0], (*path, 0))
        case str() if node in SCALAR_LIST_TYPES:
            yield path


@every
def test_every_list_that_is_sent_has_a_case_that_fills_it(name: str) -> None:
    bodies = [body for _, body in sent(name)]
    for path in lists_of_request(STAGE.actions[name].request):
        assert any(at(body, path) for body in bodies), path


@every_custom
def test_a_list_of_a_journey_s_own_has_cases_for_several_items_and_for_none(name: str) -> None:
    for hole in holes(STAGE.actions[name]):
        if hole.type.startswith("list"):
            given = [at(body, hole.address.path) for _, body in sent(name)]
            assert any(isinstance(one, list) and len(one) > 1 for one in given), hole.address
            assert [] in given, hole.address


@every_custom
def test_every_list_of_an_answer_has_a_case_that_fills_it(name: str) -> None:
    action = STAGE.actions[name]
    for node, failed in [(action.response, False), (action.failure_response, True)]:
        answers = [
            case.response.body
            for case in CASES[name]
            if case.response and ((case.response.status or 0) >= 300) == failed
        ]
        for path in lists_of_response(node):
            assert any(at(answer, path) for answer in answers), path
