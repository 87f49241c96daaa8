"""What stands in a definition, gathered in one walk without places: all that most rules need to look at."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import NoneType
from typing import Any, NamedTuple

from toolkit.core.canonical import DecimalLiteral
from toolkit.core.pointer import Path
from toolkit.model.authentication import Authentication
from toolkit.model.base import Model
from toolkit.model.document import references
from toolkit.model.kinds import CampaignAction, CustomAction, Definition, EndpointConfig
from toolkit.model.payload import (
    FixedList,
    Hole,
    ItemObject,
    ListHole,
    PlainObject,
    ResponseList,
    TextHole,
    TypedList,
    TypedScalar,
)

_APART = ("response", "failure_response", "authentication")
_ROOTS = frozenset({PlainObject, ItemObject, FixedList})
_SCALARS = frozenset({NoneType, bool, int, DecimalLiteral})
_HOLES = frozenset({Hole, TextHole, ListHole})
_FORMS: Mapping[type[Any], str] = {str: "text", PlainObject: "object"}
_TYPED = frozenset({TypedScalar, TypedList})


class Service(NamedTuple):
    """What a capping grants one service: connections (None: not said), calls, and in how long."""

    connections: int | None
    calls: int
    period_ms: int


@dataclass(slots=True)
class Outline:
    """What stands in a definition.

    The values of `headers` and `query` are None where they vary. `soup` has all texts and labels, but those
    of the authentication; `names` are the keys of headers, parameters and payloads that are sent, `answers`
    the names of fields that come back, `constants` those that are no texts. `references` are the texts that
    hold ``${``, as :func:`toolkit.model.document.references` gives them. `event` says of each field of a
    message of Campaign whether it is a "text", an "object" or "other"; `pattern`, `methods` and `services`
    are those of a capping.
    """

    kind: str
    name: str
    schema: str
    url: str | None = None
    method: str = ""
    headers: Mapping[str, str | None] = field(default_factory=dict)
    query: Mapping[str, str | None] = field(default_factory=dict)
    authentication: Authentication | None = None
    has_request: bool = False
    allows_null: bool = False
    answer: Collection[str] = ()
    previous_name: str | None = None
    targets: tuple[str, ...] | None = None
    links: tuple[str, ...] = ()
    soup: str = ""
    constants: list[Any] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    has_inner_list: bool = False
    """A variable list stands in an array or in the items of another."""
    has_typed_constant: bool = False
    references: tuple[tuple[Path, str], ...] = ()
    campaign_type: str = ""
    event: Mapping[str, str] = field(default_factory=dict)
    pattern: str | None = None
    methods: tuple[str, ...] = ()
    services: Mapping[str, Service] = field(default_factory=dict)


def outline_of(definition: Definition, most_references: int | None = None) -> Outline:
    """Return what stands in a definition; `most_references` as in ``references``."""
    outline = Outline(definition.kind, definition.name, definition.schema_)
    gathering = _Gathering(outline)
    for name, member in definition.__dict__.items():
        if type(member) is str:
            gathering.texts.append(member)
        elif name not in _APART and type(member) not in _SCALARS:
            gathering.gather(member)
    outline.soup = " ".join(gathering.texts + outline.labels)
    outline.references = references(definition, most_references)
    if isinstance(definition, (CustomAction, CampaignAction)):
        outline.url = definition.endpoint.url if definition.endpoint else None
        outline.has_request = definition.request is not None
    if isinstance(definition, CustomAction):
        _add_action(definition, outline)
    elif isinstance(definition, CampaignAction):
        outline.campaign_type = definition.campaign_type
        members = definition.request.root.items()
        outline.event = {name: _FORMS.get(type(value), "other") for name, value in members}
    elif isinstance(definition, EndpointConfig):
        _add_capping(definition, outline)
    lifecycle = definition.lifecycle
    if lifecycle is not None:
        outline.previous_name = lifecycle.previous_name
        outline.targets = None if lifecycle.targets is None else tuple(lifecycle.targets)
        outline.links = tuple(lifecycle.links)
    return outline


def _add_action(action: CustomAction, outline: Outline) -> None:
    endpoint = action.endpoint
    outline.method = endpoint.method
    outline.headers, outline.query = _parameters(endpoint.headers), _parameters(endpoint.query)
    outline.authentication = action.authentication
    outline.allows_null = action.allow_null_values
    if action.response is not None:
        outline.answer = action.response.root
    for answer in (action.response, action.failure_response):
        if answer is not None:
            _gather_names(answer.root, outline.answers)


def _add_capping(capping: EndpointConfig, outline: Outline) -> None:
    outline.pattern, outline.methods = capping.url, tuple(capping.methods)
    services = (("action", capping.services.action), ("dataSource", capping.services.data_source))
    outline.services = {
        name: Service(found.max_http_connections, found.rating.max_calls_count, found.rating.period_in_ms)
        for name, found in services
        if found is not None
    }


def _parameters(members: Mapping[str, str | TextHole]) -> Mapping[str, str | None]:
    return {name: value if isinstance(value, str) else None for name, value in members.items()}


def texts_of(part: Model) -> list[str]:
    """Return every text that stands in a part of a definition."""
    gathering = _Gathering(Outline("", "", ""))
    gathering.gather(part)
    return gathering.texts


class _Gathering:
    """One walk."""

    def __init__(self, outline: Outline) -> None:
        self.texts: list[str] = []
        self._outline = outline

    def gather(self, value: Any, *, is_inside: bool = False) -> None:
        # By type, not by pattern: to ask pydantic whether a value is a model takes longer than the walk.
        form = type(value)
        if form in _TYPED:
            self._outline.has_typed_constant = True
        if form in _ROOTS:
            is_inside = is_inside or form is FixedList
            value = value.root
            form = type(value)
        if form is dict:
            self._outline.names.extend(value)
            self._gather_members(value.values(), self._outline.constants, is_inside=is_inside)
        elif form is list:
            self._gather_members(value, self._outline.constants, is_inside=is_inside)
        else:
            self._gather_members(value.__dict__.values(), [], is_inside=is_inside)

    def _gather_members(self, members: Iterable[Any], constants: list[Any], *, is_inside: bool) -> None:
        for member in members:
            kind = type(member)
            if kind is str:
                self.texts.append(member)
            elif kind in _HOLES:
                self._gather_hole(member, is_inside=is_inside)
            elif kind in _SCALARS:
                constants.append(member)
            else:
                self.gather(member, is_inside=is_inside)

    def _gather_hole(self, hole: Hole | TextHole | ListHole, *, is_inside: bool) -> None:
        self._outline.labels.append(hole.variable)
        is_list = isinstance(hole, ListHole) or hole.type.startswith("list")
        if is_inside and is_list:
            self._outline.has_inner_list = True
        if isinstance(hole, ListHole):
            self.gather(hole.items, is_inside=True)


def _gather_names(fields: Mapping[str, Any], found: list[str]) -> None:
    found.extend(fields)
    for member in fields.values():
        if type(member) is not str:
            inner = member.root
            _gather_names(inner[0].root if type(member) is ResponseList else inner, found)
