from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.fake_platform import Call, FakePlatform, Trouble
from tests.plan.samples import action, capping, throttling
from tests.sync.samples import OURS, carry_out, plan_for, sync
from toolkit.core.errors import AjoError
from toolkit.model.catalog import Resource, ResourceKey
from toolkit.sync.receipt import Row, RowStatus

WELCOME, LIMIT = action("Welcome"), capping()
LOST = (Trouble.LOST_BEFORE, Trouble.LOST_AFTER)


def created(resource: Resource, trouble: Mapping[str, list[Trouble | None]]) -> tuple[FakePlatform, Row]:
    """Create one resource on an empty platform, with troubles by operation."""
    troubles: dict[Call, list[Trouble | None]] = {(name, resource.key): row for name, row in trouble.items()}
    platform = FakePlatform(troubles=troubles)
    (row,) = sync(platform, [resource]).rows
    return platform, row


def updated(
    trouble: Mapping[str, list[Trouble | None]], live: Resource = WELCOME
) -> tuple[FakePlatform, Row]:
    """Update the description of one action, with troubles by operation."""
    troubles: dict[Call, list[Trouble | None]] = {(name, live.key): row for name, row in trouble.items()}
    platform = FakePlatform([live], troubles=troubles)
    (row,) = sync(platform, [replace(live, document={**live.document, "description": "new"})]).rows
    return platform, row


def deleted(trouble: Mapping[str, list[Trouble | None]]) -> tuple[FakePlatform, Row]:
    """Delete one action, with troubles by operation."""
    troubles: dict[Call, list[Trouble | None]] = {(name, WELCOME.key): row for name, row in trouble.items()}
    platform = FakePlatform([WELCOME], troubles=troubles)
    (row,) = carry_out(platform, plan_for(platform, [], base=[WELCOME])).rows
    return platform, row


def outcome(row: Row) -> tuple[RowStatus, str]:
    return row.status, row.code


def test_a_plan_is_carried_out_whole() -> None:
    platform = FakePlatform([action("Welcome", description="old"), *OURS])
    plan = plan_for(platform, [WELCOME, action("New"), LIMIT], base=OURS)
    receipt = carry_out(platform, plan)
    assert receipt.complete
    assert not plan_for(platform, [WELCOME, action("New"), LIMIT], base=OURS)


def test_the_receipt_has_a_row_for_every_step_in_the_order_of_the_plan() -> None:
    platform = FakePlatform(OURS)
    plan = plan_for(platform, [WELCOME, action("New"), LIMIT], base=OURS)
    receipt = carry_out(platform, plan)
    assert [(row.kind, row.key) for row in receipt.rows] == [(step.kind, step.key) for step in plan.steps]


def test_the_receipt_says_for_whom_by_whom_when_and_what() -> None:
    clock = iter([datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=1)])
    platform = FakePlatform([WELCOME])
    plan = plan_for(platform, [WELCOME, LIMIT])
    receipt = carry_out(platform, plan, now=lambda: next(clock))
    assert (receipt.target, receipt.organisation, receipt.sandbox) == ("dev", "ACME@AdobeOrg", "acme-dev")
    assert (receipt.plan_digest, receipt.approved_by, receipt.unchanged) == (plan.digest, "ada", 1)
    assert receipt.finished_at - receipt.started_at == timedelta(minutes=1)


def test_nothing_to_do_writes_nothing() -> None:
    platform = FakePlatform([WELCOME])
    assert sync(platform, [WELCOME]).rows == ()
    assert platform.calls == []


def test_a_row_names_file_and_requests() -> None:
    _, row = created(WELCOME, {})
    assert (row.file, row.request_ids) == ("actions/acme/Welcome.json", ("create-1",))


def test_who_listens_hears_of_every_row() -> None:
    heard: list[Row] = []
    receipt = sync(FakePlatform(), [WELCOME, LIMIT], on_row=heard.append)
    assert heard == list(receipt.rows)


# The order.


@pytest.mark.parametrize("limit", [capping(), throttling()], ids=lambda limit: limit.key.kind)
def test_limits_are_set_before_any_action_and_removed_after_any_other_removal(limit: Resource) -> None:
    platform = FakePlatform(OURS)
    carry_out(platform, plan_for(platform, [WELCOME, limit], base=OURS))
    writes = [call for call in platform.calls if call[0] != "fetch"]
    assert writes == [
        ("create", limit.key),
        ("create", WELCOME.key),
        ("delete", OURS[0].key),
        ("delete", OURS[1].key),
    ]


def test_an_action_whose_limit_failed_is_left_alone() -> None:
    platform = FakePlatform(troubles={("create", LIMIT.key): [Trouble.REFUSED]})
    limit, waiting = sync(platform, [WELCOME, LIMIT]).rows
    assert outcome(limit) == (RowStatus.FAILED, "AJO505")
    assert outcome(waiting) == (RowStatus.SKIPPED, "AJO512")
    assert platform.keys == []


def test_a_step_that_waits_says_for_what() -> None:
    platform = FakePlatform(troubles={("create", LIMIT.key): [Trouble.REFUSED]})
    assert str(LIMIT.key) in sync(platform, [WELCOME, LIMIT]).rows[1].message


def test_a_failing_step_stops_only_those_that_wait_for_it() -> None:
    elsewhere = action("Elsewhere", "https://other.example.com/")
    platform = FakePlatform(troubles={("create", LIMIT.key): [Trouble.REFUSED]})
    statuses = {row.name: row.status for row in sync(platform, [WELCOME, elsewhere, LIMIT]).rows}
    assert statuses == {
        "acme-api": RowStatus.FAILED,
        "Elsewhere": RowStatus.DONE,
        "Welcome": RowStatus.SKIPPED,
    }


def test_a_limit_stays_while_its_action_could_not_be_removed() -> None:
    ours = [WELCOME, LIMIT]
    platform = FakePlatform(ours, troubles={("delete", WELCOME.key): [Trouble.REFUSED]})
    receipt = carry_out(platform, plan_for(platform, [], base=ours))
    assert [row.status for row in receipt.rows] == [RowStatus.FAILED, RowStatus.SKIPPED]
    assert platform.document(LIMIT.key) is not None


# Failures.


@pytest.mark.parametrize(
    ("trouble", "code"), [(Trouble.REFUSED, "AJO505"), (Trouble.OVERLOADED, "AJO503")], ids=["no", "down"]
)
def test_a_refused_write_is_failed_with_its_code_and_what_to_do(trouble: Trouble, code: str) -> None:
    _, row = created(WELCOME, {"create": [trouble]})
    assert outcome(row) == (RowStatus.FAILED, code)
    assert row.fix


def test_a_failed_row_keeps_the_ids_that_support_asks_for() -> None:
    _, row = created(WELCOME, {"create": [Trouble.REFUSED]})
    assert row.request_ids == ("create-1",)


def test_a_secret_that_is_missing_fails_its_step_only() -> None:
    def refuse(operation: str, key: ResourceKey) -> None:
        if key == WELCOME.key:
            raise AjoError("AJO307", "acme/key is not there", fix="Put it there.")

    receipt = sync(FakePlatform(on_call=refuse), [WELCOME, action("Other")])
    assert [outcome(row) for row in receipt.rows] == [(RowStatus.DONE, ""), (RowStatus.FAILED, "AJO307")]
    assert receipt.rows[1].fix == "Put it there."


def test_refused_credentials_stop_the_rest() -> None:
    platform = FakePlatform(troubles={("create", LIMIT.key): [Trouble.CREDENTIALS]})
    elsewhere = action("Elsewhere", "https://other.example.com/")
    rows = sync(platform, [LIMIT, elsewhere]).rows
    assert [outcome(row) for row in rows] == [(RowStatus.FAILED, "AJO401"), (RowStatus.SKIPPED, "AJO511")]
    assert platform.calls == [("create", LIMIT.key)]


def test_refused_credentials_are_no_interruption() -> None:
    platform = FakePlatform(troubles={("create", LIMIT.key): [Trouble.CREDENTIALS]})
    assert not sync(platform, [LIMIT]).interrupted


@pytest.mark.parametrize(
    "troubles",
    [
        pytest.param({("create", WELCOME.key): [Trouble.BUG]}, id="writing"),
        pytest.param(
            {("create", WELCOME.key): [Trouble.LOST_BEFORE], ("find", WELCOME.key): [Trouble.BUG]},
            id="looking",
        ),
    ],
)
def test_a_bug_in_the_platform_room_fails_its_step_and_no_other(
    troubles: dict[Call, list[Trouble | None]],
) -> None:
    receipt = sync(FakePlatform(troubles=troubles), [WELCOME, LIMIT, action("Other")])
    assert {row.name: outcome(row) for row in receipt.rows} == {
        "acme-api": (RowStatus.DONE, ""),
        "Other": (RowStatus.DONE, ""),
        "Welcome": (RowStatus.FAILED, "AJO900"),
    }


def test_a_bug_is_named_by_its_type_and_not_by_its_words() -> None:
    _, row = created(WELCOME, {"create": [Trouble.BUG]})
    assert "RuntimeError" in row.message
    assert "hunter2" not in row.message


def test_what_waits_for_a_step_with_a_bug_is_skipped() -> None:
    platform = FakePlatform(troubles={("create", LIMIT.key): [Trouble.BUG]})
    assert outcome(sync(platform, [WELCOME, LIMIT]).rows[1]) == (RowStatus.SKIPPED, "AJO512")


# A create whose answer was lost.


def test_a_lost_create_that_was_carried_out_is_done() -> None:
    platform, row = created(WELCOME, {"create": [Trouble.LOST_AFTER]})
    assert outcome(row) == (RowStatus.DONE, "")
    assert platform.count("create", WELCOME.key) == 1


def lost_and_different() -> FakePlatform:
    """A capping whose creation is lost half-way: when looked up it is saved, but not deployed."""
    platform = FakePlatform(troubles={("create", LIMIT.key): [Trouble.LOST_AFTER]})

    def undeploy(operation: str, key: ResourceKey) -> None:
        if operation == "find":
            platform.edit(key, state="created")

    platform.on_call = undeploy
    return platform


def test_a_lost_create_that_is_there_but_different_is_put_right() -> None:
    platform = lost_and_different()
    (row,) = sync(platform, [LIMIT]).rows
    assert outcome(row) == (RowStatus.DONE, "")
    assert platform.calls == [("create", LIMIT.key), ("find", LIMIT.key), ("update", LIMIT.key)]
    assert platform.document(LIMIT.key) == LIMIT.document


def test_a_lost_create_that_is_put_right_keeps_the_ids_of_both_requests() -> None:
    (row,) = sync(lost_and_different(), [LIMIT]).rows
    assert row.request_ids == ("create-1", "update-3")


def test_a_lost_create_that_is_not_there_is_unknown_and_not_sent_again() -> None:
    platform, row = created(WELCOME, {"create": [Trouble.LOST_BEFORE]})
    assert outcome(row) == (RowStatus.UNKNOWN, "AJO510")
    assert platform.count("create", WELCOME.key) == 1


@pytest.mark.parametrize("lost", LOST, ids=["not carried out", "carried out"])
@pytest.mark.parametrize("trouble", [Trouble.OVERLOADED, Trouble.CREDENTIALS], ids=["down", "refused"])
def test_a_lost_create_that_nobody_could_look_up_is_unknown(lost: Trouble, trouble: Trouble) -> None:
    platform, row = created(WELCOME, {"create": [lost], "find": [trouble]})
    assert outcome(row) == (RowStatus.UNKNOWN, "AJO510")
    assert platform.count("create", WELCOME.key) == 1


# Updates and deletes whose answer was lost.


def test_a_lost_update_that_was_carried_out_is_done() -> None:
    platform, row = updated({"update": [Trouble.LOST_AFTER]})
    assert outcome(row) == (RowStatus.DONE, "")
    assert platform.count("update", WELCOME.key) == 1


def test_a_lost_update_that_is_not_to_be_seen_is_unknown() -> None:
    _, row = updated({"update": [Trouble.LOST_BEFORE]})
    assert outcome(row) == (RowStatus.UNKNOWN, "AJO510")


def test_a_lost_update_of_what_is_gone_is_unknown() -> None:
    platform = FakePlatform([WELCOME], troubles={("update", WELCOME.key): [Trouble.LOST_BEFORE]})
    platform.on_call = lambda operation, key: platform.remove(key) if operation == "find" else None
    (row,) = sync(platform, [action(description="new")]).rows
    assert outcome(row) == (RowStatus.UNKNOWN, "AJO510")


def test_a_lost_delete_of_what_is_gone_is_done() -> None:
    _, row = deleted({"delete": [Trouble.LOST_AFTER]})
    assert outcome(row) == (RowStatus.DONE, "")


def test_a_lost_delete_of_what_is_still_there_is_unknown() -> None:
    _, row = deleted({"delete": [Trouble.LOST_BEFORE]})
    assert outcome(row) == (RowStatus.UNKNOWN, "AJO510")


@pytest.mark.parametrize("write", [updated, deleted], ids=["update", "delete"])
def test_a_lost_write_that_nobody_could_look_up_is_unknown(write: Any) -> None:
    operation = "update" if write is updated else "delete"
    _, row = write({operation: [Trouble.LOST_AFTER], "find": [Trouble.OVERLOADED]})
    assert outcome(row) == (RowStatus.UNKNOWN, "AJO510")


# Somebody else was there between plan and write.


@pytest.mark.parametrize(
    ("edit", "fields"),
    [
        pytest.param({"allowNullValues": True}, "allowNullValues", id="another field"),
        pytest.param({"description": "theirs"}, "description", id="the field that was to change"),
        pytest.param({"description": "new"}, "description", id="the field, as planned"),
        pytest.param({"description": "x", "response": {"a": "string"}}, "description, response", id="both"),
    ],
)
def test_what_changed_since_the_plan_is_not_overwritten_and_is_named(
    edit: dict[str, Any], fields: str
) -> None:
    platform = FakePlatform([WELCOME])
    plan = plan_for(platform, [action(description="new")])
    platform.edit(WELCOME.key, **edit)
    (row,) = carry_out(platform, plan).rows
    assert outcome(row) == (RowStatus.FAILED, "AJO508")
    assert row.message.endswith(f": {fields}")
    assert platform.count("update", WELCOME.key) == 0


def test_a_change_that_shows_in_no_field_is_called_metadata() -> None:
    ours = action(headers={"X-Api-Key": "${secret:acme/key}"})
    platform = FakePlatform([ours])
    plan = plan_for(platform, [action(headers={"X-Api-Key": "${secret:acme/key}"}, description="new")])
    endpoint = {
        **ours.document["endpoint"],
        "headers": {**ours.document["endpoint"]["headers"], "X-Api-Key": "x"},
    }
    platform.edit(WELCOME.key, endpoint=endpoint)
    (row,) = carry_out(platform, plan).rows
    assert row.message.endswith(": metadata")


def test_what_changed_since_the_plan_is_not_deleted() -> None:
    platform = FakePlatform([WELCOME])
    plan = plan_for(platform, [], base=[WELCOME])
    platform.edit(WELCOME.key, description="still needed")
    (row,) = carry_out(platform, plan).rows
    assert (row.code, row.message.rpartition(": ")[2]) == ("AJO508", "description")
    assert platform.keys == [WELCOME.key]


def test_an_update_of_what_is_gone_fails() -> None:
    platform = FakePlatform([WELCOME])
    plan = plan_for(platform, [action(description="new")])
    platform.remove(WELCOME.key)
    (row,) = carry_out(platform, plan).rows
    assert outcome(row) == (RowStatus.FAILED, "AJO508")
    assert platform.keys == []


def test_a_delete_of_what_is_gone_is_done_without_a_write_once_the_list_says_so_too() -> None:
    platform = FakePlatform([WELCOME])
    plan = plan_for(platform, [], base=[WELCOME])
    platform.remove(WELCOME.key)
    (row,) = carry_out(platform, plan).rows
    assert outcome(row) == (RowStatus.DONE, "")
    assert platform.calls == [("fetch", WELCOME.key), ("find", WELCOME.key)]


def test_a_name_that_somebody_took_meanwhile_is_refused() -> None:
    platform = FakePlatform()
    plan = plan_for(platform, [WELCOME])
    platform.put(action(description="theirs"))
    (row,) = carry_out(platform, plan).rows
    assert outcome(row) == (RowStatus.FAILED, "AJO505")
    assert platform.document(WELCOME.key) == action(description="theirs").document


def test_a_creation_that_was_delivered_twice_is_done() -> None:
    platform = FakePlatform()
    plan = plan_for(platform, [WELCOME])
    platform.put(WELCOME)
    (row,) = carry_out(platform, plan).rows
    assert outcome(row) == (RowStatus.DONE, "")
    assert platform.keys == [WELCOME.key]


def test_a_taken_name_that_nobody_could_look_up_is_refused() -> None:
    platform = FakePlatform(troubles={("find", WELCOME.key): [Trouble.OVERLOADED]})
    plan = plan_for(platform, [WELCOME])
    platform.put(WELCOME)
    (row,) = carry_out(platform, plan).rows
    assert outcome(row) == (RowStatus.FAILED, "AJO505")


# What is read back.


def test_what_reads_back_differently_fails_naming_the_fields() -> None:
    _, row = created(WELCOME, {"create": [Trouble.STORES_ELSE]})
    assert outcome(row) == (RowStatus.FAILED, "AJO509")
    assert row.message == 'read back differently: description is "something else", written was ""'


def test_an_update_that_reads_back_differently_fails() -> None:
    _, row = updated({"update": [Trouble.STORES_ELSE]})
    assert outcome(row) == (RowStatus.FAILED, "AJO509")


def test_a_limit_that_is_saved_but_not_deployed_stops_its_actions() -> None:
    platform = FakePlatform(troubles={("create", LIMIT.key): [Trouble.STORES_ELSE]})
    limit, waiting = sync(platform, [LIMIT, WELCOME]).rows
    assert limit.message == 'read back differently: state is "created", written was "deployed"'
    assert outcome(waiting) == (RowStatus.SKIPPED, "AJO512")


def test_secrets_that_the_platform_masks_or_shows_read_back_well() -> None:
    secretive = action(
        headers={"X-Api-Key": "${secret:acme/key}"},
        authentication={"type": "basic", "username": "u", "password": "${secret:acme/password}"},
    )
    _, row = created(secretive, {})
    assert outcome(row) == (RowStatus.DONE, "")
