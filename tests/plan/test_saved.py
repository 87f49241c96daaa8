"""Saved plans: exact, free of what people typed, refused when anything they touch has moved."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.core.json_values import law
from tests.plan.samples import action, capping, changed, journey, live, plan_of
from toolkit.core.canonical import DecimalLiteral, dump_json
from toolkit.core.codes import Exit
from toolkit.core.diagnostics import Finding, Severity
from toolkit.core.errors import AjoError
from toolkit.core.mends import Put
from toolkit.model.catalog import Catalog, RemoteRef, Resource
from toolkit.plan.saved import Circumstances, SavedPlan, keep, take_up
from toolkit.plan.saved_format import MAX_BYTES, read_saved, saved_plan_schema, saved_text
from toolkit.plan.stance import Handling
from toolkit.plan.types import Plan

MADE = Circumstances("1.2.3", datetime(2026, 11, 25, tzinfo=UTC), "https://platform.example")
HEADER = {"X-Api-Key": "${secret:acme/key}"}
DESIRED = [action(description="new", headers=HEADER), capping(), action("Other")]
LIVE = [live(action(description="old"), journey()), live(action("Other")), live(action("Theirs"))]


def kept(plan: Plan, desired: Iterable[Resource] = DESIRED, made: Circumstances = MADE) -> SavedPlan:
    return keep(plan, Catalog.of(desired), made)


def saved(
    desired: Iterable[Resource] = DESIRED, live_ones: Iterable[Resource] = LIVE, **more: Any
) -> SavedPlan:
    desired = list(desired)
    return kept(plan_of(desired, live_ones, **more), desired)


def sealed(**changes: Any) -> bytes:
    """A plan's file with other content and the digest that fits it; None removes a member."""
    document = {**json.loads(saved_text(saved())), **changes}
    body = {key: value for key, value in document.items() if value is not None}
    inside = {key: value for key, value in body.items() if key not in ("format", "version", "digest")}
    seal = hashlib.sha256(dump_json(inside, indent=None).encode()).hexdigest()
    return dump_json({**body, "digest": f"sha256:{seal}"}).encode()


def refusal_of(content: bytes) -> AjoError:
    with pytest.raises(AjoError) as caught:
        read_saved(content)
    return caught.value


def staleness(before: SavedPlan, plan: Plan, now: SavedPlan) -> str:
    with pytest.raises(AjoError) as caught:
        take_up(before, now, plan)
    assert (caught.value.code, caught.value.exit) == ("AJO620", Exit.REFUSED)
    return caught.value.message


def stale(desired: Iterable[Resource], live_ones: Iterable[Resource], **more: Any) -> str:
    """Why the plan from DESIRED and LIVE is stale once they are something else."""
    desired = list(desired)
    plan = plan_of(desired, live_ones, **more)
    return staleness(saved(base=more.get("base")), plan, kept(plan, desired))


contents = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.text(max_size=5),
        st.sampled_from(["1.50", "1e2"]).map(DecimalLiteral),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@law
@given(contents, contents, st.booleans(), st.sampled_from(Handling), st.booleans())
def test_a_plan_is_read_back_as_it_was_written(
    before: Any, after: Any, removed: bool, on_drift: Handling, adopt: bool
) -> None:
    one, other = action("Welcome"), changed(action("Welcome"), request=after)
    desired = [*([] if removed else [other]), capping()]
    live_ones = [
        live(changed(one, request=before), journey()),
        live(action("Theirs")),
        live(capping(calls=1)),
    ]
    plan = plan_of(desired, live_ones, [one], on_drift=on_drift, on_conflict=on_drift, adopt=adopt)
    made = kept(plan, desired)
    text = saved_text(made)
    again = read_saved(text.encode())
    assert again == made
    assert again.plan.digest == plan.digest
    assert saved_text(again) == text
    assert list(Draft202012Validator(saved_plan_schema()).iter_errors(json.loads(text))) == []


def test_what_was_found_on_the_way_is_kept_too() -> None:
    found = Finding(
        "AJO609", Severity.WARNING, "f.json", 1, 2, ("a", 0), "old", "new", mend=(Put(("a",), 0),)
    )
    made = kept(replace(plan_of(DESIRED, LIVE), findings=(found,)))
    again = read_saved(saved_text(made).encode())
    assert again == made
    assert again.plan.findings == (replace(found, mend=()),)


def test_numbers_keep_their_spelling() -> None:
    new = changed(action("Welcome"), request={"price": DecimalLiteral("1.50")})
    text = saved_text(saved([new], [live(changed(new, request={"price": DecimalLiteral("2.00")}))]))
    assert "1.50" in text
    assert "2.00" in saved_text(read_saved(text.encode()))


def test_a_payload_may_be_as_deep_as_in_a_definition() -> None:
    deep: Any = {"leaf": 1}
    for _ in range(58):
        deep = {"in": deep}
    new = changed(action("Welcome"), request=deep)
    made = saved([new], [live(changed(new, request={}))])
    assert read_saved(saved_text(made).encode()) == made


def test_what_people_typed_into_a_live_resource_is_not_kept() -> None:
    typed = action("Gone", headers={"X-Tenant": "canary-1", "Authorization": "canary-2"})
    updated = live(action(headers={"X-Api-Key": "canary-3"}))
    desired = [action(description="new", headers=HEADER)]
    text = saved_text(saved(desired, [live(typed), updated], base=[typed, action()]))
    assert '"delete"' in text
    assert "canary" not in text
    assert "${secret:acme/key}" in text


def test_re_indenting_a_file_changes_nothing() -> None:
    text = saved_text(saved())
    assert read_saved(json.dumps(json.loads(text)).encode()) == saved()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not JSON"),
        (b"\xff", "not UTF-8"),
        (b"[]", "does not say that it is a saved plan"),
        (b"{}", "does not say that it is a saved plan"),
        (b'{"format": "ajo-saved-plan", "version": 1}', "has no digest"),
        (b'{"format": "ajo-saved-plan", "version": 2, "digest": ""}', "its version is 2"),
        (b'{"format": "terraform", "version": 1}', "'terraform'"),
        (b'{"a": 1, "a": 2}', "repeats a key"),
        (b'{"a": ' * 200 + b"1" + b"}" * 200, "nested too deeply"),
        (b"[" * 100_000, "nested too deeply"),
        (b'"' + b"x" * MAX_BYTES + b'"', "longer than 32 MiB"),
        (b'{"a": 1' + b"0" * 5000 + b"}", "too long"),
    ],
    ids=range(12),
)
def test_what_is_no_saved_plan_is_refused_in_one_sentence(content: bytes, words: str) -> None:
    error = refusal_of(content)
    assert error.code == "AJO621"
    assert words in error.message


def test_a_file_edited_by_hand_is_refused() -> None:
    error = refusal_of(saved_text(saved()).replace('"new"', '"newer"').encode())
    assert (error.code, error.exit) == ("AJO622", Exit.REFUSED)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tool": 5}, "tool: a text is needed"),
        ({"tool": None}, "tool: the field is missing"),
        ({"more": 5}, "more: the field is unknown"),
        ({"plan": []}, "plan: an object is needed"),
        ({"madeAt": "noon"}, "madeAt: 'noon' can't stand here"),
    ],
)
def test_a_file_whose_digest_fits_is_still_read_strictly(changes: dict[str, Any], words: str) -> None:
    error = refusal_of(sealed(**changes))
    assert (error.code, error.message) == ("AJO621", words)


@pytest.mark.parametrize("secret", ["hunter2", "${secret:a/b}${secret:c/d}", "${value}", "${"])
def test_a_secret_is_kept_as_a_reference_alone(secret: str) -> None:
    plan = json.loads(saved_text(saved()))["plan"]
    plan["steps"][1]["secrets"] = [secret]
    error = refusal_of(sealed(plan=plan))
    assert (error.code, "plan.steps[1].secrets[0]" in error.message) == ("AJO621", True)


def test_a_plan_is_taken_up_as_it_comes_out_now() -> None:
    plan = plan_of(DESIRED, LIVE)
    assert take_up(read_saved(saved_text(saved()).encode()), kept(plan), plan) == plan


def test_what_the_plan_does_not_touch_does_not_make_it_stale() -> None:
    others = [*LIVE[:1], live(action("Other", description="drifted")), live(action("New"))]
    plan = plan_of(DESIRED, others)
    taken = take_up(saved(), kept(plan), plan)
    assert taken.steps == plan_of(DESIRED, LIVE).steps
    assert len(plan.steps) == len(taken.steps) + 1


def test_who_uses_a_resource_does_not_make_it_stale() -> None:
    plan = plan_of(DESIRED, [live(action(description="old")), *LIVE[1:]])
    assert take_up(saved(), kept(plan), plan).digest == saved().plan_digest


def test_a_live_change_is_named_with_its_field() -> None:
    message = stale(DESIRED, [live(action(description="edited")), *LIVE[1:]])
    assert message == "CustomAction Welcome was changed on the platform: description"


def test_a_live_change_elsewhere_in_the_resource_counts() -> None:
    edited = replace(LIVE[0], remote=RemoteRef("uid-Welcome", "another", "created"))
    assert stale(DESIRED, [edited, *LIVE[1:]]) == "CustomAction Welcome was changed on the platform"


def test_a_resource_that_was_replaced_is_named() -> None:
    other = live(action(description="old"), uid="another")
    assert stale(DESIRED, [other, *LIVE[1:]]) == (
        "CustomAction Welcome was replaced on the platform by another of its name"
    )


def test_a_resource_that_is_gone_is_named() -> None:
    assert stale(DESIRED, LIVE[1:]) == "CustomAction Welcome is gone from the platform"


def test_a_resource_that_has_come_is_named() -> None:
    message = stale(DESIRED, [*LIVE, live(capping(calls=1))])
    assert message == "EndpointConfig https://api.example.com/v1/* has come to the platform since"


def test_what_is_done_already_is_named() -> None:
    message = stale(DESIRED, [*LIVE, live(capping())])
    assert message == (
        "EndpointConfig https://api.example.com/v1/* is already as planned, or left as it is now"
    )


def test_what_was_to_be_deleted_and_is_gone_is_named() -> None:
    base = [action("Theirs")]
    message = stale(DESIRED, LIVE[:2], base=base)
    assert message == "CustomAction Theirs is gone from the platform, or left as it is now"


def test_a_changed_definition_is_named_with_file_and_field() -> None:
    message = stale([action(description="newer", headers=HEADER), *DESIRED[1:]], LIVE)
    assert message == (
        "actions/acme/Welcome.json: CustomAction Welcome was changed, or a value in it: description"
    )


def test_a_changed_definition_that_needs_nothing_now_is_named_once() -> None:
    message = stale([action(description="old"), *DESIRED[1:]], LIVE)
    assert message.count("Welcome was changed") == 1
    assert "already" not in message


def test_definitions_that_come_and_go_are_named() -> None:
    message = stale([DESIRED[0], DESIRED[1], action("Fresh")], LIVE)
    assert "actions/acme/Fresh.json: CustomAction Fresh was added" in message
    assert "actions/acme/Other.json: CustomAction Other was removed" in message


def test_a_moved_file_changes_nothing() -> None:
    moved = [replace(each, file="elsewhere.json") for each in DESIRED]
    plan = plan_of(moved, LIVE)
    assert take_up(saved(), kept(plan, moved), plan).steps[0].resource.file == "elsewhere.json"


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (replace(MADE, tool="2"), "the version of ajo was 1.2.3 and is 2"),
        (
            replace(MADE, base_url="https://evil.example"),
            "the base URL was https://platform.example and is https://evil.example",
        ),
    ],
)
def test_another_place_or_tool_is_named(made: Circumstances, words: str) -> None:
    plan = plan_of(DESIRED, LIVE)
    assert staleness(saved(), plan, kept(plan, made=made)) == words


def test_another_sandbox_is_named() -> None:
    plan = replace(plan_of(DESIRED, LIVE), target="t", organisation="O@AdobeOrg", sandbox="prod")
    assert staleness(saved(), plan, kept(plan)) == (
        "the target was dev and is t; the organisation was ACME@AdobeOrg and is O@AdobeOrg; "
        "the sandbox was acme-dev and is prod"
    )


def test_a_forged_plan_is_stale_whatever_else_it_says() -> None:
    plan = plan_of(DESIRED, LIVE)
    forged = replace(saved(), plan_digest="sha256:0")
    assert staleness(forged, plan, kept(plan)) == "the steps come out differently now"
