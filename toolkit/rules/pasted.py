"""What was pasted or left to be filled in, and would be sent as it stands (AJO290 to AJO292)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.core.diagnostics import Severity
from toolkit.core.pointer import Path
from toolkit.model.authentication import ApiKeyAuthentication, BasicAuthentication
from toolkit.model.custom_action import CustomAction
from toolkit.model.kinds import Definition
from toolkit.model.text import SECRET_LOST
from toolkit.rules import pages
from toolkit.rules.examples import Example
from toolkit.rules.places import (
    constants,
    headers,
    holds,
    query_parameters,
    token_headers,
    token_parameters,
    token_request,
    urls,
)
from toolkit.rules.reading import read_url, with_unknowns
from toolkit.rules.rule import ACTIONS, Remark, Rule
from toolkit.rules.trait import Trait
from toolkit.rules.wording import quoted, quoted_url

_EXPRESSION = re.compile(
    r"[@#](?:event|action|decision|profile)?\{[A-Za-z_]|\{\{[{#]?\s*(?:profile|context|each\s+context)\b"
    r"|\bcurrent(?:Event|Action|DataPack)Field\."
)
_BLANK = re.compile(r"<[A-Za-z][A-Za-z0-9 _'-]{0,60}>")
_TO_DO = re.compile(
    r"\s*(?:<[A-Za-z][A-Za-z0-9 _'-]{0,60}>|(?:CHANGE|REPLACE|FILL)[ _-]?(?:ME|THIS)|TODO|FIXME|TBD"
    r"|(?:YOUR|INSERT|ENTER|REPLACE)(?:[ _-][A-Z0-9]{1,30}){1,6})\s*"
)
MARKS_OF_EXPRESSIONS = ("@", "#", "{{", "Field.")
MARKS_OF_BLANKS = (*("<", "CHANGE", "REPLACE", "FILL", "TODO", "FIXME", "TBD", "YOUR", "INSERT", "ENTER"),)
_TEMPLATE = re.compile(r":[A-Za-z_]\w*|\[[\w.]+\]|\$[A-Za-z_]\w*|\*", re.ASCII)


def _parameters(definition: Definition) -> Iterator[tuple[Path, str]]:
    """Yield the constant texts of headers, query and authentication."""
    found = (*headers(definition), *query_parameters(definition), *token_headers(definition))
    for field in (*found, *token_parameters(definition)):
        if isinstance(field.value, str):
            yield field.path, field.value
    match definition.authentication if isinstance(definition, CustomAction) else None:
        case BasicAuthentication(username=username, password=password):
            yield ("authentication", "username"), username
            yield ("authentication", "password"), password
        case ApiKeyAuthentication(value=value):
            yield ("authentication", "value"), value
        case _:
            request = token_request(definition)
            if request and request.aud:
                yield ("authentication", "aud"), request.aud


def _payload(definition: Definition) -> Iterator[tuple[Path, str]]:
    return ((node.path, node.value) for node in constants(definition) if isinstance(node.value, str))


def _expressions(definition: Definition) -> Iterator[Remark]:
    if not holds(definition, MARKS_OF_EXPRESSIONS):
        return
    for path, text in (*_parameters(definition), *_payload(definition)):
        found = _EXPRESSION.search(text)
        if found:
            yield Remark(path, f"the constant holds {quoted(found[0] + '…')}, which looks like an expression")


def _blanks(definition: Definition) -> Iterator[Remark]:
    if not holds(definition, MARKS_OF_BLANKS):
        return
    for path, text in _parameters(definition):
        known = with_unknowns(text)
        found = _BLANK.search(known) or _TO_DO.fullmatch(known)
        if found and SECRET_LOST not in text:
            yield Remark(path, f"{quoted(found[0])} looks like a blank to fill in")
    for path, text in _payload(definition):
        if _TO_DO.fullmatch(text) and SECRET_LOST not in text:
            yield Remark(path, f"{quoted(text)} looks like a blank to fill in")


def _path_templates(definition: Definition) -> Iterator[Remark]:
    for place in urls(definition):
        url = read_url(place.text)
        for segment in url.path.split("/") if url and url.is_http else ():
            if _TEMPLATE.fullmatch(segment):
                message = f"the segment {quoted(segment)} of {quoted_url(place.text)} is sent as it is"
                yield Remark(place.path, message)
                break


RULES: tuple[Rule, ...] = (
    Rule(
        id="AJO290",
        severity=Severity.WARNING,
        summary="A constant is no expression.",
        why="A constant is the same in all journeys and sent as it is written; expressions belong into a "
        "journey, where a marketer fills a variable with one.",
        fix='Make it a variable, as {"$variable": "Label"}; ignore this if the service itself reads it.',
        page=pages.USING,
        kinds=ACTIONS,
        check=_expressions,
        needs=frozenset({Trait.EXPRESSION, Trait.NEW_AUTHENTICATION}),
        wrong=Example("action", {"/request/template": "@event{Purchase.template}"}),
        right=Example("action", {"/request/template": {"$variable": "Template"}}),
    ),
    Rule(
        id="AJO291",
        severity=Severity.WARNING,
        summary="No blank was left to fill in.",
        why="Examples in documentation have <client id> or YOUR_KEY where something is to be put; nothing "
        "fills that in here.",
        fix="Write the value, ${name} for a value of the target, or ${secret:path/name}.",
        page=pages.OURS,
        kinds=ACTIONS,
        check=_blanks,
        needs=frozenset({Trait.BLANK, Trait.NEW_AUTHENTICATION}),
        wrong=Example("action", {"/endpoint/query/tenant": "<your tenant>"}),
        right=Example("action", {"/endpoint/query/tenant": "${tenant}"}),
    ),
    Rule(
        id="AJO292",
        severity=Severity.WARNING,
        summary="A URL's path is no template.",
        why="The URL is the static part: nothing puts a value in place of :id, [id], $id or *. A journey "
        "adds the dynamic path after the URL, and only there.",
        fix="End the URL before what varies, and let journeys give the rest as the dynamic path.",
        page=pages.CUSTOM_ACTION,
        kinds=ACTIONS,
        check=_path_templates,
        needs=frozenset({Trait.ODD_URL, Trait.NEW_AUTHENTICATION}),
        wrong=Example("action", {"/endpoint/url": "https://api.loyalty.example/members/:id/messages"}),
        right=Example("action", {"/endpoint/url": "https://api.loyalty.example/members/"}),
    ),
)
