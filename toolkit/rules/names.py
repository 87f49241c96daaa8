"""Names, and texts for people (AJO20x)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from toolkit.core.diagnostics import Severity
from toolkit.core.mends import Put
from toolkit.core.pointer import Path
from toolkit.model.custom_action import CampaignAction, CustomAction
from toolkit.model.envelope import schema_file_name
from toolkit.model.kinds import KINDS, Definition
from toolkit.rules import pages
from toolkit.rules.examples import Example
from toolkit.rules.places import is_printable, labels
from toolkit.rules.reading import read_url
from toolkit.rules.rule import ACTIONS, ALL_KINDS, Remark, Rule
from toolkit.rules.trait import Trait
from toolkit.rules.wording import code_point, quoted, quoted_url, steering_character

_LONGEST_NAME = 30
_ACTION_NAME = re.compile(r"[A-Za-z0-9_]+")


def is_action_name(name: str) -> bool:
    """Tell whether an action can have a name."""
    return len(name) <= _LONGEST_NAME and _ACTION_NAME.fullmatch(name) is not None


def _action_name(definition: Definition) -> Iterator[Remark]:
    name = definition.name
    if not _ACTION_NAME.fullmatch(name):
        other = next(character for character in name if not _ACTION_NAME.fullmatch(character))
        yield Remark(("name",), f"the name {quoted(name)} holds {quoted(other)}")
    if len(name) > _LONGEST_NAME:
        yield Remark(("name",), f"the name {quoted(name)} has {len(name)} characters, over {_LONGEST_NAME}")


def _one_line(definition: Definition) -> Iterator[Remark]:
    for path, text in () if is_printable(definition) else _one_line_texts(definition):
        found = steering_character(text)
        if found:
            yield Remark(path, f"{quoted(text)} holds the control character {code_point(found)}")


def _one_line_texts(definition: Definition) -> Iterator[tuple[Path, str]]:
    if not isinstance(definition, (CustomAction, CampaignAction)):
        yield ("name",), definition.name
    if isinstance(definition, CustomAction) and definition.governance:
        action = definition.governance.required_marketing_action
        yield ("governance", "requiredMarketingAction"), action or ""
    if definition.lifecycle:
        yield ("lifecycle", "owner"), definition.lifecycle.owner or ""
        for index, allowance in enumerate(definition.lifecycle.allow):
            yield ("lifecycle", "allow", index, "because"), allowance.because
    yield from ((path, label) for path, label, _ in labels(definition))


def _blank_labels(definition: Definition) -> Iterator[Remark]:
    for path, label, _ in labels(definition):
        if not label.strip():
            yield Remark(path, "the label is blank")


def _description(definition: Definition) -> Iterator[Remark]:
    found = steering_character(definition.description, allowed="\n\t")
    if found:
        yield Remark(("description",), f"the description holds the control character {code_point(found)}")


def _previous_name(definition: Definition) -> Iterator[Remark]:
    if definition.lifecycle and definition.lifecycle.previous_name == definition.name:
        path = ("lifecycle", "previousName")
        yield Remark(path, f"the previous name is the name itself, {quoted(definition.name)}")


def _links(definition: Definition) -> Iterator[Remark]:
    for index, link in enumerate(definition.lifecycle.links if definition.lifecycle else ()):
        url = read_url(link)
        if url is None or not url.is_http or not url.host:
            yield Remark(("lifecycle", "links", index), f"{quoted_url(link)} is not an http or https URL")


@lru_cache(256)
def names_another_schema(address: str, kind: str) -> bool:
    """Tell whether the address of a schema is that of another kind's."""
    name = address.rpartition("/")[2]
    return name != schema_file_name(kind) and name in map(schema_file_name, KINDS)


def _schema(definition: Definition) -> Iterator[Remark]:
    if names_another_schema(definition.schema_, definition.kind):
        folder, slash, name = definition.schema_.rpartition("/")
        right = schema_file_name(definition.kind)
        mend = (Put(("$schema",), f"{folder}{slash}{right}"),)
        yield Remark(("$schema",), f"{name} is not the schema of a {definition.kind}", mend=mend)


RULES: tuple[Rule, ...] = (
    Rule(
        id="AJO200",
        severity=Severity.ERROR,
        summary="An action's name is letters, digits and underscores, at most 30.",
        why="The platform takes no other names for custom actions, and actions of all types share their "
        "names.",
        fix="Use A to Z, a to z, 0 to 9 and _ only, 30 characters at most.",
        page=pages.CUSTOM_ACTION,
        kinds=ACTIONS,
        check=_action_name,
        needs=frozenset({Trait.ODD_NAME}),
        wrong=Example("action", {"/name": "loyalty-welcome"}),
        right=Example("action", {"/name": "loyalty_welcome"}),
    ),
    Rule(
        id="AJO201",
        severity=Severity.ERROR,
        summary="Names and labels hold no control characters.",
        why="Control characters and changes of writing direction can make a reviewer read something else "
        "than what is there.",
        fix="Remove the character named.",
        page=pages.OURS,
        kinds=ALL_KINDS,
        check=_one_line,
        needs=frozenset({Trait.UNPRINTABLE}),
        wrong=Example("action", {"/request/member": {"$variable": "Member\u202eid"}}),
        right=Example("action", {"/request/member": {"$variable": "Member id"}}),
    ),
    Rule(
        id="AJO202",
        severity=Severity.ERROR,
        summary="A description holds no control characters but line breaks and tabs.",
        why="Control characters and changes of writing direction can make a reviewer read something else "
        "than what is there.",
        fix="Remove the character named.",
        page=pages.OURS,
        kinds=ALL_KINDS,
        check=_description,
        needs=frozenset({Trait.UNPRINTABLE}),
        wrong=Example("capping", {"/description": "Half of what\x07 the vendor allows."}),
        right=Example("capping", {"/description": "Half of what\nthe vendor allows."}),
    ),
    Rule(
        id="AJO203",
        severity=Severity.ERROR,
        summary="A previous name differs from the name.",
        why="previousName tells a rename from a deletion beside a creation; equal to the name it says "
        "nothing.",
        fix="Remove lifecycle.previousName, or give the name before the rename.",
        page=pages.OURS,
        kinds=ALL_KINDS,
        check=_previous_name,
        needs=frozenset({Trait.SAME_NAME}),
        wrong=Example("action", {"/lifecycle": {"previousName": "LoyaltyWelcome"}}),
        right=Example("action", {"/lifecycle": {"previousName": "LoyaltyGreeting"}}),
    ),
    Rule(
        id="AJO204",
        severity=Severity.ERROR,
        summary="Links are http or https URLs.",
        why="Reports show links to click; another scheme, such as javascript:, would run code there.",
        fix="Give the full address of a page, beginning with https://.",
        page=pages.OURS,
        kinds=ALL_KINDS,
        check=_links,
        needs=frozenset({Trait.ODD_LINK}),
        wrong=Example("action", {"/lifecycle": {"links": ["wiki.loyalty.example/api"]}}),
        right=Example("action", {"/lifecycle": {"links": ["https://wiki.loyalty.example/api"]}}),
    ),
    Rule(
        id="AJO205",
        severity=Severity.WARNING,
        summary="A label can be read.",
        why="The label is all that a marketer sees of a variable in the journey.",
        fix="Say in the label what belongs there.",
        page=pages.CUSTOM_ACTION,
        kinds=ACTIONS,
        check=_blank_labels,
        needs=frozenset({Trait.BLANK_LABEL}),
        wrong=Example("action", {"/request/member": {"$variable": " "}}),
        right=Example("action", {"/request/member": {"$variable": "Member id"}}),
    ),
    Rule(
        id="AJO206",
        severity=Severity.WARNING,
        summary="$schema names the schema of the definition's kind.",
        why="An editor checks and completes by the schema that is named; that of another kind makes "
        "it complain about what is right.",
        fix="Name the schema of the kind.",
        page=pages.OURS,
        kinds=ALL_KINDS,
        check=_schema,
        needs=frozenset({Trait.ODD_SCHEMA}),
        wrong=Example("capping", {"/$schema": "../../schemas/v1/custom-action.schema.json"}),
        right=Example("capping", {"/$schema": "https://loyalty.example/v1/endpoint-config.schema.json"}),
    ),
)
