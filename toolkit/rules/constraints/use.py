"""Constraints of using an action in journeys and of calling it: what no definition can tell."""

from __future__ import annotations

from typing import Final

from toolkit.rules import pages
from toolkit.rules.constraints.row import Constraint, action

CONSTRAINTS: Final = (
    Constraint(
        "While a journey uses an action, only name, description, URL and authentication change; headers and "
        "parameters may be added while it is a draft.",
        pages.CUSTOM_ACTION,
        elsewhere="The plan, AJO603, from what the platform says of its use; `ajo compat` before that.",
    ),
    Constraint(
        "An action in use is not deleted, built-in actions never.",
        pages.GUARDRAILS,
        elsewhere="The plan, AJO603; built-in actions are never ours.",
    ),
    Constraint(
        "`used in` is read only.",
        pages.CUSTOM_ACTION,
        ("AJO103",),
        (action({"/usedIn": []}),),
    ),
    Constraint(
        "A dynamic path is given in the journey, after the static URL.",
        pages.USING,
        ("AJO103",),
        (action({"/endpoint/path": "/x"}),),
        elsewhere="An exercise takes it as the value `path`.",
    ),
    Constraint(
        "Channel and required marketing action can't be changed in a journey, which may add another.",
        pages.GOVERNANCE,
        elsewhere="The platform.",
    ),
    Constraint(
        "Timeout is 1 to 30 seconds, three retries at most, none after 401, 403 and 404, each in a cap's "
        "slot.",
        pages.EXTERNAL_SYSTEMS,
        ("AJO103",),
        (action({"/endpoint/timeout": 10}), action({"/endpoint/retries": 5})),
        elsewhere="The journey's properties; retries can't be set anywhere.",
    ),
    Constraint(
        "300,000 calls a minute for host and sandbox; 150,000 in 30 seconds where answers take over 0.75 "
        "seconds.",
        pages.CUSTOM_ACTION,
        elsewhere="The platform, as the status `capped`.",
    ),
    Constraint(
        "A 302 is followed.",
        pages.CUSTOM_ACTION,
        elsewhere="An exercise follows it too.",
    ),
    Constraint(
        "An instance of a journey holds 1 MB at most, answers included; a journey's definition 2 MB.",
        pages.GUARDRAILS,
        elsewhere="The platform: how large an answer is, only the answer tells.",
    ),
    Constraint(
        "An action of old gets jo_status_code once it is saved again.",
        pages.RESPONSES,
        elsewhere="Any update that the sync writes saves it.",
    ),
    Constraint(
        "A default value in an expression has the type of its field.",
        pages.FIELD_REFERENCES,
        elsewhere="The platform, where the journey is built; `ajo compat` says when a type changes.",
    ),
    Constraint(
        "Public endpoints are no place for profile data.",
        pages.CUSTOM_ACTION,
        elsewhere="People who review the definition.",
    ),
    Constraint(
        "A test request needs the permission to manage actions, a payload with POST, and credentials each "
        "time.",
        pages.TEST_REQUEST,
        elsewhere="An exercise takes secrets by reference, from wherever the target has them.",
    ),
    Constraint(
        "Journeys are read a hundred at a time.",
        pages.JOURNEYS_API,
        elsewhere="Nobody: the plan takes an action's use from the action itself.",
    ),
)
"""Each documented constraint of this subject."""
