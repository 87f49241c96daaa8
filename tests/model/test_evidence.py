"""Evidence is about what is sent and read, whatever the file of a definition looks like."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.core.json_values import json_values, law, shuffled
from tests.model.definitions import definitions
from tests.model.evidence_samples import evidence
from tests.model.samples import action, campaign, example, parsed
from toolkit.core.canonical import DecimalLiteral, dump_json, parse_json
from toolkit.core.pointer import Path, format_pointer
from toolkit.model.document import comparable
from toolkit.model.evidence import Took, is_proven, proven_digest
from toolkit.model.evidence_format import evidence_schema, evidence_text, parse_evidence

actions = definitions.filter(lambda raw: raw["kind"] in ("CustomAction", "CampaignAction"))


def digest_of(raw: Any) -> str:
    return proven_digest(comparable(parsed(raw)))


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    members: Any = ()
    if isinstance(value, dict):
        members = value.items()
    elif isinstance(value, list):
        members = enumerate(value)
    else:
        yield path, value
    for part, member in members:
        yield from leaves(member, (*path, part))


def put(document: Any, path: Path, value: Any) -> Any:
    changed = copy.deepcopy(document)
    node = changed
    for part in path[:-1]:
        node = node[part]
    node[path[-1]] = value
    return changed


def another(value: Any) -> Any:
    """A value of the same sort that is not the same."""
    match value:
        case bool():
            return not value
        case str():
            return value + "x"
        case int():
            return value + 1
        case DecimalLiteral():
            return DecimalLiteral(f"{int(value) + 1}.5")
        case _:
            return "x"


@law
@given(actions, st.data())
def test_the_order_of_keys_and_the_look_of_a_file_do_not_matter(raw: Any, data: st.DataObject) -> None:
    written = dump_json(data.draw(shuffled(raw)), indent=7)
    assert digest_of(parse_json(written)) == digest_of(raw)


@law
@given(actions, st.data())
def test_every_change_of_what_is_sent_or_read_is_another_version_and_no_other_change_is(
    raw: Any, data: st.DataObject
) -> None:
    document = comparable(parsed(raw))
    path, value = data.draw(st.sampled_from(list(leaves(document))))
    changed = put(document, path, another(value))
    is_other = proven_digest(changed) != proven_digest(document)
    assert is_other == is_proven(path), (format_pointer(path), value)


@law
@given(actions, st.data())
def test_what_is_taken_away_from_what_is_sent_is_another_version(raw: Any, data: st.DataObject) -> None:
    document = comparable(parsed(raw))
    paths = [path for path, _ in leaves(document) if is_proven(path)]
    assume(paths)
    path = data.draw(st.sampled_from(paths))
    changed = copy.deepcopy(document)
    node: Any = changed
    for part in path[:-1]:
        node = node[part]
    del node[path[-1]]
    assert proven_digest(changed) != proven_digest(document)


@pytest.mark.parametrize(
    "changes",
    [
        {"description": "Other words."},
        {"governance": {"channel": "sms"}},
        {"lifecycle": {"owner": "others"}},
        {"failureResponse": {"reason": "string"}},
        {"name": "Another"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_a_success_says_nothing_about_does_not_count(changes: Any) -> None:
    assert digest_of({**example(), **changes}) == digest_of(example())


def test_a_label_in_the_journey_does_not_count_but_a_header_of_that_name_does() -> None:
    def labelled(label: str) -> Any:
        hole = {"$variable": label}
        endpoint = {"method": "POST", "url": "https://example.com/", "headers": {"X": hole}}
        return action(endpoint=endpoint, request={"a": hole, "b": [hole, 1]})

    def header(value: str) -> Any:
        endpoint = {"method": "POST", "url": "https://example.com/", "headers": {"$variable": value}}
        return action(endpoint=endpoint)

    assert digest_of(labelled("One")) == digest_of(labelled("Other"))
    assert digest_of(header("one")) != digest_of(header("other"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (action(response={"a": "string"}), action(response={"a": "integer"})),
        (action(request={"a": 1}), action(request={"a": 2})),
        (action(request={"a": {"$variable": "A"}}), action(request={"a": "A"})),
        (action(request={"a": [1, 2]}), action(request={"a": [2, 1]})),
        (campaign(), campaign(campaignType="standard")),
    ],
    ids=["response", "constant", "hole", "order of a list", "Campaign"],
)
def test_these_are_two_versions(one: Any, other: Any) -> None:
    assert digest_of(one) != digest_of(other)


def test_a_new_label_of_a_secret_is_another_version_and_no_secret_is_asked_for() -> None:
    def keyed(label: str) -> str:
        key = {"type": "apiKey", "name": "X-Key", "value": f"${{secret:a/key{label}}}", "location": "header"}
        return digest_of(action(authentication=key))

    assert keyed("@2026-11") != keyed("")


@law
@given(st.integers(), st.text(max_size=9), st.lists(st.text(max_size=9)), st.none() | st.integers())
def test_a_record_is_read_back_as_it_was_written_and_fits_its_schema(
    number: int, text: str, texts: list[str], maybe: int | None
) -> None:
    made = evidence(url=text, filled=tuple(texts), status=number, took=Took(number, maybe, maybe))
    document = json.loads(evidence_text(made))
    assert parse_evidence(parse_json(evidence_text(made))).evidence == made
    assert list(Draft202012Validator(evidence_schema()).iter_errors(document)) == []


@law
@given(json_values)
def test_nothing_that_is_read_is_a_fault(value: Any) -> None:
    assert parse_evidence(value).evidence is None


def edited(**changes: Any) -> Any:
    document = parse_json(evidence_text(evidence()))
    assert isinstance(document, dict)
    return {key: value for key, value in {**document, **changes}.items() if value != "gone"}


def sealed(**changes: Any) -> Any:
    """A record with other content and the digest that fits it."""
    document = edited(**changes)
    body = {key: value for key, value in document.items() if key not in ("format", "version", "digest")}
    seal = hashlib.sha256(dump_json(body, indent=None).encode()).hexdigest()
    return {**document, "digest": f"sha256:{seal}"}


@pytest.mark.parametrize(
    ("document", "pointer", "words"),
    [
        ([], "", "does not say"),
        (edited(format="ajo-receipt"), "", "does not say"),
        (edited(version=2), "/version", "its version is 2; this ajo reads 1"),
        (edited(status=201), "/digest", "changed by hand"),
        (edited(digest="gone"), "/digest", "changed by hand"),
        (sealed(status="200"), "/status", "an integer is needed"),
        (sealed(seen=[{"expression": "x"}]), "/seen/0/kind", "the field is missing"),
        (sealed(author="me"), "/author", "the field is unknown"),
        (sealed(exercisedAt="yesterday"), "/exercisedAt", "can't stand here"),
        (sealed(kind="EndpointConfig"), "/kind", "no kind of action"),
    ],
    ids=range(10),
)
def test_what_is_no_record_is_one_problem_with_its_place(document: Any, pointer: str, words: str) -> None:
    (problem,) = parse_evidence(document).problems
    assert (problem.code, format_pointer(problem.path)) == ("AJO643", pointer)
    assert words in problem.message


def test_re_indenting_a_record_changes_nothing() -> None:
    text = json.dumps(json.loads(evidence_text(evidence())), indent=8)
    assert parse_evidence(parse_json(text)).evidence == evidence()


def test_no_field_of_a_record_has_room_for_a_value_or_a_person() -> None:
    fields = set(json.loads(evidence_text(evidence())))
    assert fields.isdisjoint({"values", "body", "headers", "request", "answer", "view", "by", "who", "user"})
