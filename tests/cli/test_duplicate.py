"""``ajo duplicate``: the way out when journeys use an action."""

from __future__ import annotations

import json

import pytest

from tests.scenarios.desk import Desk, action


def test_the_copy_stands_beside_the_old_one_and_differs_in_its_name_alone(desk: Desk) -> None:
    old = desk.write(action("Hello", lifecycle={"protect": True, "previousName": "Hi"}))
    before = old.read_bytes()
    done = desk.ajo("duplicate", "Hello", "Hello2")
    assert done.exit == 0
    assert done.out.startswith("actions/team/Hello2.json is written.\n")
    copied = json.loads(old.with_name("Hello2.json").read_text())
    assert copied == action("Hello", lifecycle={"protect": True}) | {"name": "Hello2"}
    assert old.read_bytes() == before
    assert desk.ajo("validate").exit == 0


def test_a_copy_is_canonical(desk: Desk) -> None:
    desk.write(action("Hello", lifecycle={"previousName": "Hi"}))
    desk.ajo("duplicate", "Hello", "Hello2")
    assert desk.ajo("fmt", "--check", "actions/team/Hello2.json").exit == 0
    assert "lifecycle" not in (desk.root / "actions/team/Hello2.json").read_text()


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (("Nobody", "Hello2"), "AJO308"),
        (("Hello", "Hello"), "AJO010"),
        (("Hello", "Other"), "AJO010"),
        (("Hello", "not-a-name"), "AJO901"),
        (("Hello", "../Hello2"), "AJO901"),
        (("Hello", "Occupied"), "AJO814"),
    ],
)
def test_a_copy_is_refused(desk: Desk, names: tuple[str, str], code: str) -> None:
    desk.write(action("Hello"))
    desk.write(action("Other"))
    (desk.root / "actions/team/Occupied.json").write_text("{}")
    refused = desk.ajo("duplicate", *names)
    assert (refused.exit, code in refused.err) == (3, True)


def test_an_action_in_use_is_changed_by_a_copy_until_no_journey_uses_it(desk: Desk) -> None:
    desk.write(action("Hello"))
    desk.ajo("sync", "--yes")
    desk.add_journey("Hello")
    desk.write(action("Hello", request={"template": "other"}))
    refused = desk.ajo("sync", "--yes")
    assert refused.exit == 6
    assert 'journey "Welcome series" (Deployed)' in refused.err
    assert "`ajo duplicate Hello NEW`" in refused.err

    desk.write(action("Hello"))
    assert desk.ajo("duplicate", "Hello", "Hello2").exit == 0
    desk.write(action("Hello2", request={"template": "other"}))
    assert desk.ajo("sync", "--yes").exit == 0
    assert set(desk.live()) == {"Hello", "Hello2"}
