"""Every kind of change an action's interface can go through: how much it matters to journeys, and why.

One row each; ``docs/compatibility.md`` is made of this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Literal

_PRODUCT = "https://github.com/AdobeDocs/journey-optimizer.en/blob/HEAD/help/using/"
CONFIGURE = _PRODUCT + "action/about-custom-action-configuration.md"
USE = _PRODUCT + "building-journeys/using-custom-actions.md"
ANSWERS = _PRODUCT + "action/action-response.md"
OPERATORS = _PRODUCT + "building-journeys/expression/operators.md"
COLLECTIONS = _PRODUCT + "building-journeys/collections.md"
GOVERNANCE = _PRODUCT + "action/action-privacy.md"
CAMPAIGN = _PRODUCT + "action/acc-action.md"
SYSTEMS = _PRODUCT + "configuration/external-systems.md"
CAPPING = _PRODUCT + "configuration/capping.md"

Subject = Literal["variable", "constant", "answer", "endpoint", "action", "limit"]


class Compatibility(IntEnum):
    """How much a change matters to the journeys that use an action; the greater, the more."""

    SAFE = 0
    CARE = 1
    BREAKING = 2

    @property
    def word(self) -> str:
        """The class as every report writes it."""
        return self.name.lower()


SAFE, CARE, BREAKING = Compatibility.SAFE, Compatibility.CARE, Compatibility.BREAKING


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """The class of a kind of change, what it is, why it is in that class, and the page that rests on.

    `page` is empty where the reason is ours alone.
    """

    subject: Subject
    compatibility: Compatibility
    what: str
    why: str
    page: str = ""


class ChangeKind(Enum):
    """The rows of the table, by name."""

    VARIABLE_REMOVED = ChangeRule(
        "variable", BREAKING, "variable removed", "what journeys map to it has nowhere to go", CONFIGURE
    )
    VARIABLE_ADDED_REQUIRED = ChangeRule(
        "variable",
        BREAKING,
        "required variable added",
        "no journey fills it yet, and only an optional one may stay unfilled",
        CONFIGURE,
    )
    VARIABLE_ADDED_OPTIONAL = ChangeRule(
        "variable", SAFE, "optional variable added", "journeys may leave it unfilled", CONFIGURE
    )
    VARIABLE_TYPE_CHANGED = ChangeRule(
        "variable",
        BREAKING,
        "type of a variable changed",
        "a parameter expects values of its own type, and no conversion is documented: "
        "integer and decimal are two types as well",
        CONFIGURE,
    )
    VARIABLE_SHAPE_CHANGED = ChangeRule(
        "variable",
        BREAKING,
        "shape changed around a variable",
        "a value, an object's fields, a list that varies and a fixed list are mapped in different ways",
        COLLECTIONS,
    )
    VARIABLE_MADE_REQUIRED = ChangeRule(
        "variable",
        BREAKING,
        "optional variable made required",
        "journeys that leave it unfilled are no longer complete",
        CONFIGURE,
    )
    VARIABLE_MADE_OPTIONAL = ChangeRule(
        "variable", SAFE, "required variable made optional", "journeys go on filling it", CONFIGURE
    )
    VARIABLE_LABEL_CHANGED = ChangeRule(
        "variable",
        CARE,
        "label of a variable changed",
        "the label is all by which marketers know the parameter in a journey, and whether a value mapped "
        "under the old one stays is not documented",
        CONFIGURE,
    )
    VARIABLE_BECAME_CONSTANT = ChangeRule(
        "variable",
        BREAKING,
        "variable made constant",
        "what journeys map to it is no longer sent; marketers don't even see a constant",
        CONFIGURE,
    )
    CONSTANT_BECAME_REQUIRED = ChangeRule(
        "constant",
        BREAKING,
        "constant made a required variable",
        "no journey fills it yet, and the value that was sent until now is gone",
        CONFIGURE,
    )
    CONSTANT_BECAME_OPTIONAL = ChangeRule(
        "constant",
        CARE,
        "constant made an optional variable",
        "journeys go on, but the value that was sent until now is left out until somebody fills it",
        CONFIGURE,
    )
    CONSTANT_CHANGED = ChangeRule(
        "constant", SAFE, "constant changed", "no journey sees a constant; its receiver does", CONFIGURE
    )
    CONSTANT_ADDED = ChangeRule(
        "constant", SAFE, "constant added", "no journey sees a constant; its receiver does", CONFIGURE
    )
    CONSTANT_REMOVED = ChangeRule(
        "constant", SAFE, "constant removed", "no journey sees a constant; its receiver does", CONFIGURE
    )
    ANSWER_FIELD_REMOVED = ChangeRule(
        "answer",
        BREAKING,
        "field of an answer removed",
        "expressions read it as @action{Name.field}, and messages are personalised with it",
        ANSWERS,
    )
    ANSWER_FIELD_TYPE_CHANGED = ChangeRule(
        "answer",
        BREAKING,
        "type of a field of an answer changed",
        "operators take the types they name: 3 * 4.0 is an error, so integer and decimal differ too",
        OPERATORS,
    )
    ANSWER_FIELD_ADDED = ChangeRule(
        "answer", SAFE, "field of an answer added", "no expression reads it yet", ANSWERS
    )
    METHOD_CHANGED = ChangeRule(
        "endpoint",
        BREAKING,
        "method changed",
        "it is fixed while a journey uses the action, and another method is another call",
        CONFIGURE,
    )
    URL_HOST_CHANGED = ChangeRule(
        "endpoint",
        CARE,
        "endpoint moved to another host",
        "journeys go on and send their data there, under the caps of that host; the platform allows it at "
        "any time",
        CONFIGURE,
    )
    URL_CHANGED = ChangeRule(
        "endpoint",
        CARE,
        "scheme or path of the endpoint changed",
        "a journey's dynamic path is appended to it; the platform allows it at any time",
        USE,
    )
    AUTHENTICATION_KIND_CHANGED = ChangeRule(
        "endpoint",
        CARE,
        "kind of authentication changed",
        "running journeys send the new kind from their next call on; the receiver must take both",
        CONFIGURE,
    )
    AUTHENTICATION_CHANGED = ChangeRule(
        "endpoint", SAFE, "details of the authentication changed", "no journey sees them", CONFIGURE
    )
    NULL_VALUES_CHANGED = ChangeRule(
        "action",
        CARE,
        "null values allowed, or no longer",
        "unfilled optional fields are sent as null instead of being left out, or the other way round",
        CONFIGURE,
    )
    CHANNEL_CHANGED = ChangeRule(
        "action", CARE, "channel changed", "consent policies count by channel", GOVERNANCE
    )
    MARKETING_ACTION_CHANGED = ChangeRule(
        "action",
        CARE,
        "required marketing action changed",
        "policies tied to it decide which fields a journey may map and whether it can be published",
        GOVERNANCE,
    )
    NAME_CHANGED = ChangeRule(
        "action", BREAKING, "name changed", "journeys and their expressions know the action by it", ANSWERS
    )
    RENAMED = ChangeRule(
        "action",
        CARE,
        "renamed, with its previous name",
        "journeys and their expressions know the action by its name: move them over",
        ANSWERS,
    )
    KIND_CHANGED = ChangeRule(
        "action", BREAKING, "kind of action changed", "a journey uses it as what it was", CAMPAIGN
    )
    DESCRIPTION_CHANGED = ChangeRule("action", SAFE, "description changed", "only people read it", CONFIGURE)
    ACTION_REMOVED = ChangeRule(
        "action", BREAKING, "action removed", "journeys that use it have nothing to call", CONFIGURE
    )
    ACTION_ADDED = ChangeRule("action", SAFE, "action added", "no journey uses it yet")
    LIMIT_ADDED = ChangeRule(
        "limit", CARE, "limit added", "calls above it are dropped (capping) or wait (throttling)", SYSTEMS
    )
    LIMIT_REMOVED = ChangeRule(
        "limit", CARE, "limit removed", "the platform's default cap counts instead of it", SYSTEMS
    )
    LIMIT_LOWERED = ChangeRule(
        "limit",
        CARE,
        "limit lowered",
        "calls that went through may now be dropped (capping) or wait (throttling)",
        SYSTEMS,
    )
    LIMIT_RAISED = ChangeRule("limit", SAFE, "limit raised", "whatever went through still does", SYSTEMS)
    LIMIT_PATTERN_CHANGED = ChangeRule(
        "limit", CARE, "URL pattern of a limit changed", "it counts the calls of other endpoints", CAPPING
    )
    LIMIT_METHODS_ADDED = ChangeRule(
        "limit", CARE, "method added to a limit", "calls that it did not count now use it up", CAPPING
    )
    LIMIT_METHODS_REMOVED = ChangeRule(
        "limit", SAFE, "method removed from a limit", "it counts fewer calls than before", CAPPING
    )
    LIMIT_RENAMED = ChangeRule("limit", SAFE, "name or description of a limit changed", "only people read it")

    @property
    def id(self) -> str:
        """The row's name as reports write it: ``variable-removed``."""
        return self.name.lower().replace("_", "-")

    @property
    def rule(self) -> ChangeRule:
        """The row itself."""
        return self.value
