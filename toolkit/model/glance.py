"""The outline of a definition straight from the text of its file, where that is as plain as most are.

A glance builds no model. It knows the forms that most definitions have, and whatever it does not know, wrong
or just rare, is for :func:`toolkit.core.canonical.parse_json` and the models to judge.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.core.canonical import may_hold_negative_zero, parse_plain
from toolkit.core.pointer import Path
from toolkit.model.custom_action import CAMPAIGN_TYPES, CHANNELS, METHODS
from toolkit.model.envelope import FORMAT_VERSION
from toolkit.model.glance_authentication import Sent, glance_at_authentication
from toolkit.model.glance_payload import LARGE, MOST_DEEP, PayloadGlance, Unsure, check_names
from toolkit.model.limits import METHODS as LIMITED_METHODS
from toolkit.model.outline import Outline, Service
from toolkit.model.text import ReferenceSyntaxError, SecretRef, parse_text

MOST_CHARACTERS = 30_000
"""Of a text that is glanced at; far below every limit of a file that counts more than its characters."""

# Written out, so that a field which the models learn is not taken for one that was looked at.
_CUSTOM_KEYS = frozenset(
    {
        *("$schema", "formatVersion", "kind", "name", "description", "endpoint", "authentication"),
        *("governance", "request", "allowNullValues", "response", "failureResponse", "lifecycle"),
    }
)
_CAMPAIGN_KEYS = frozenset(
    {
        *("$schema", "formatVersion", "kind", "name", "description", "campaignType", "endpoint"),
        *("request", "lifecycle"),
    }
)
_CAPPING_KEYS = frozenset(
    {
        *("$schema", "formatVersion", "kind", "name", "description", "url", "methods", "services"),
        "lifecycle",
    }
)
_ENDPOINT_KEYS = frozenset({"method", "url", "headers", "query"})
_SERVICES_IN_ORDER = ("action", "dataSource")
_SERVICES = frozenset(_SERVICES_IN_ORDER)
_SERVICE_KEYS = frozenset({"maxHttpConnections", "rating"})
_RATING_KEYS = frozenset({"maxCallsCount", "periodInMs"})
_GOVERNANCE_KEYS = frozenset({"channel", "requiredMarketingAction"})
_LIFECYCLE_KEYS = frozenset({"protect", "previousName", "owner", "targets", "links"})


def glance(text: str) -> Outline | None:
    """Return the outline of the definition in a file's `text`, None where it needs a closer look.

    Where there is one, the text is JSON without any irregularity, the model accepts it, and
    :func:`toolkit.model.outline.outline_of` gives the same.
    """
    raw = parse_plain(text) if len(text) <= MOST_CHARACTERS else None
    if type(raw) is not dict:
        return None
    try:
        return _Glance(raw, text).outline()
    except Unsure:
        return None


class _Glance(PayloadGlance):
    """One glance at one document.

    Each member of an object has one colon outside of texts. Reading leaves one of repeated keys, and so more
    colons than members.
    """

    def __init__(self, raw: dict[str, Any], text: str) -> None:
        super().__init__()
        self.raw, self.text = raw, text
        self.members = len(raw)
        self.references: list[tuple[Path, str]] = []
        self.request_refers = False

    def outline(self) -> Outline:
        raw = self.raw
        if type(raw.get("formatVersion")) is not int or raw["formatVersion"] != FORMAT_VERSION:
            raise Unsure
        kind = self.text_in(raw, "kind")
        outline = Outline(kind, self.word(raw.get("name")), self.text_in(raw, "$schema"))
        if "description" in raw:
            self.text_in(raw, "description")
        if kind == "CustomAction" and raw.keys() <= _CUSTOM_KEYS:
            authentication = self.custom_action(outline)
        elif kind == "CampaignAction" and raw.keys() <= _CAMPAIGN_KEYS:
            authentication = None
            self.campaign_action(outline)
        elif kind == "EndpointConfig" and raw.keys() <= _CAPPING_KEYS:
            authentication = None
            self.capping(outline)
        else:
            raise Unsure
        if "lifecycle" in raw:
            self.lifecycle(raw["lifecycle"], outline)
        return self.checked(outline, authentication)

    def checked(self, outline: Outline, sent: Sent | None) -> Outline:
        """Return the outline once nothing is repeated and every reference is one."""
        soup = " ".join(self.texts + self.labels)
        self.members += len(self.names) + len(self.answers) + (sent.colons if sent else 0)
        if self.text.count(":") != self.members + soup.count(":"):
            raise Unsure
        check_names(self.names)
        check_names(self.answers)
        if sent:
            outline.authentication = sent.authentication
            self.references += sent.references
        if self.request_refers:
            self.references_in(self.raw["request"], ("request",))
        # No number of another part can be 0.
        if self.has_zero and may_hold_negative_zero(self.text):
            raise Unsure
        outline.soup, outline.constants, outline.labels = soup, self.constants, self.labels
        outline.names, outline.answers = self.names, self.answers
        outline.has_inner_list, outline.references = self.has_inner_list, tuple(self.references)
        return outline

    def custom_action(self, outline: Outline) -> Sent | None:
        raw = self.raw
        endpoint = self.part(raw.get("endpoint"), _ENDPOINT_KEYS)
        outline.method = self.one_of(METHODS, endpoint.get("method"))
        outline.url = self.url(endpoint, "endpoint")
        if "headers" in endpoint:
            outline.headers = self.parameters(endpoint["headers"], "headers")
        if "query" in endpoint:
            outline.query = self.parameters(endpoint["query"], "query")
        if "governance" in raw:
            self.governance(raw["governance"])
        if "request" in raw:
            self.request(raw["request"], outline)
        if "allowNullValues" in raw:
            outline.allows_null = _truth(raw["allowNullValues"])
        if "response" in raw:
            outline.answer = raw["response"]
            self.answer(raw["response"], MOST_DEEP)
        if "failureResponse" in raw:
            self.answer(raw["failureResponse"], MOST_DEEP)
        return glance_at_authentication(raw["authentication"]) if "authentication" in raw else None

    def governance(self, value: Any) -> None:
        governance = self.part(value, _GOVERNANCE_KEYS)
        self.one_of(CHANNELS, governance.get("channel"))
        if "requiredMarketingAction" in governance:
            self.word(governance["requiredMarketingAction"])

    def campaign_action(self, outline: Outline) -> None:
        outline.campaign_type = self.one_of(CAMPAIGN_TYPES, self.raw.get("campaignType"))
        if "endpoint" in self.raw:
            outline.url = self.url(self.part(self.raw["endpoint"], frozenset({"url"})), "endpoint")
        request = self.request(self.raw.get("request"), outline)
        outline.event = {name: _form(value) for name, value in request.items()}

    def capping(self, outline: Outline) -> None:
        outline.pattern = self.url(self.raw)
        outline.methods = self.list_of_texts(self.raw.get("methods"))
        services = self.part(self.raw.get("services"), _SERVICES)
        if not services or not outline.methods or not LIMITED_METHODS.keys() >= set(outline.methods):
            raise Unsure
        outline.services = {
            name: self.service(services[name]) for name in _SERVICES_IN_ORDER if name in services
        }

    def service(self, value: Any) -> Service:
        service = self.part(value, _SERVICE_KEYS)
        rating = self.part(service.get("rating"), _RATING_KEYS)
        connections = _number(service["maxHttpConnections"]) if "maxHttpConnections" in service else None
        return Service(connections, _number(rating.get("maxCallsCount")), _number(rating.get("periodInMs")))

    def lifecycle(self, value: Any, outline: Outline) -> None:
        lifecycle = self.part(value, _LIFECYCLE_KEYS)
        if "protect" in lifecycle:
            _truth(lifecycle["protect"])
        if "previousName" in lifecycle:
            outline.previous_name = self.word(lifecycle["previousName"])
        if "owner" in lifecycle:
            self.word(lifecycle["owner"])
        if "targets" in lifecycle:
            outline.targets = self.list_of_texts(lifecycle["targets"])
            if not outline.targets:
                raise Unsure
        if "links" in lifecycle:
            outline.links = self.list_of_texts(lifecycle["links"])

    def part(self, value: Any, keys: frozenset[str]) -> dict[str, Any]:
        if type(value) is not dict or not value.keys() <= keys:
            raise Unsure
        self.members += len(value)
        return value

    def text_in(self, members: dict[str, Any], key: str) -> str:
        text = members.get(key)
        if type(text) is not str:
            raise Unsure
        self.texts.append(text)
        return text

    def word(self, text: Any) -> str:
        """Note a text that can't be empty."""
        if type(text) is not str or not text:
            raise Unsure
        self.texts.append(text)
        return text

    def one_of(self, words: Mapping[str, str], value: Any) -> str:
        if type(value) is not str or value not in words:
            raise Unsure
        self.texts.append(value)
        return value

    def list_of_texts(self, value: Any) -> tuple[str, ...]:
        if type(value) is not list or not all(type(text) is str for text in value):
            raise Unsure
        self.texts += value
        return tuple(value)

    def url(self, members: dict[str, Any], *path: str) -> str:
        url = self.text_in(members, "url")
        if "${" in url:
            self.refer((*path, "url"), url, secrets_allowed=False)
        return url

    def refer(self, path: Path, text: str, *, secrets_allowed: bool) -> None:
        try:
            parts = parse_text(text)
        except ReferenceSyntaxError:
            raise Unsure from None
        if not secrets_allowed and any(type(part) is SecretRef for part in parts):
            raise Unsure
        self.references.append((path, text))

    def parameters(self, members: Any, group: str) -> Mapping[str, str | None]:
        if type(members) is not dict:
            raise Unsure
        self.names += members
        found: dict[str, str | None] = {}
        for name, value in members.items():
            if type(value) is str:
                self.texts.append(value)
                if "${" in value:
                    self.refer(("endpoint", group, name), value, secrets_allowed=True)
                found[name] = value
            elif type(value) is dict and "$variable" in value:
                self.hole(value, is_inside=False)
                if value.get("$type", "string") != "string":
                    raise Unsure
                found[name] = None
            else:
                raise Unsure
        return found

    def request(self, value: Any, outline: Outline) -> dict[str, Any]:
        if type(value) is not dict:
            raise Unsure
        before = len(self.texts)
        self.fields(value, MOST_DEEP, is_inside=False)
        self.request_refers = any("${" in text for text in self.texts[before:])
        outline.has_request = True
        return value

    def references_in(self, node: Any, path: Path) -> None:
        """Find the references of a request; those of a label are none."""
        for part, member in node.items() if type(node) is dict else enumerate(node):
            if type(member) is str:
                if "${" in member:
                    self.refer((*path, part), member, secrets_allowed=False)
            elif type(member) is list or (type(member) is dict and "$variable" not in member):
                self.references_in(member, (*path, part))


def _form(value: Any) -> str:
    if type(value) is dict:
        return "other" if "$variable" in value else "object"
    return "text" if type(value) is str else "other"


def _number(value: Any) -> int:
    """Return a number that is at least 1."""
    if type(value) is not int or not 1 <= value < LARGE:
        raise Unsure
    return value


def _truth(value: Any) -> bool:
    if type(value) is not bool:
        raise Unsure
    return value
