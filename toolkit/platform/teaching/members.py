"""The fields of an action by the convention, and by what other words a platform may call them.

Names here are those of ``platform.actions`` (PF-ACT-2 to PF-ACT-13); a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass

Pointer = tuple[str, ...]

_FIELD_TYPES = """string integer decimal boolean dateTime dateTimeOnly dateOnly object listString listInteger
    listDecimal listBoolean listDateTime listDateTimeOnly listDateOnly listObject listAny"""
WORDS: dict[str, tuple[str, ...]] = {
    "actionType": ("custom", "builtIn", "campaignClassic", "campaignStandard", "marketoEngage"),
    "type": (*_FIELD_TYPES.split(), "noAuth", "basic", "apiKey", "customAuthorization"),
    "location": ("header", "queryParam"),
    "authorizationType": ("bearer", "header", "queryParam"),
    "bodyType": ("form", "json"),
    "subType": ("certificateCredential",),
}
"""The words of the convention that say what something is, by the field that holds them."""


@dataclass(frozen=True, slots=True)
class Member:
    """One field: its place, what it holds, and names (words in small letters) that it may have elsewhere.

    `kind` is ``text``, ``url``, ``method``, ``word`` (of a vocabulary), ``flag``, ``object`` (whose keys are
    its own), ``list`` (of objects) or ``any``. One of the words `within` stands above it, none of `never`.
    """

    place: Pointer
    kind: str
    names: tuple[str, ...]
    within: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the convention that a ``word`` may be."""
        return WORDS.get(self.place[-1], ())


def _m(  # a row of a table
    place: str, kind: str, names: str = "", within: str = "", never: str = ""
) -> Member:
    split = tuple(place.split("/")[1:])
    others = tuple(name.strip() for name in names.split(",") if name.strip())
    return Member(split, kind, others, tuple(within.split()), tuple(never.split()))


_AUTH = "authentication auth authorization credential security"
_FAILED = "failure error failed fault"

ACTION: tuple[Member, ...] = (
    _m("/name", "text", "action name, display name, title"),
    _m("/description", "text", "desc, comment, note, summary"),
    _m("/actionType", "word", "type, kind, action kind, family", never=_AUTH),
    _m(
        "/endpoint/url",
        "url",
        "uri, target url, endpoint url, base url, address, href",
        never=f"{_AUTH} link",
    ),
    _m("/endpoint/method", "method", "http method, verb, request method", never=_AUTH),
    _m("/endpoint/headers", "list", "http header, request header", never=_AUTH),
    _m("/endpoint/queryParameters", "list", "query param, query, url parameter, url param", never=_AUTH),
    _m("/requestPayload/fields", "list", "param, parameter, property, attribute", "request", "response"),
    _m("/requestPayload/allowNullValues", "flag", "allow null, null allowed, nullable", "", "response"),
    _m("/responsePayload/fields", "list", "param, parameter, property, attribute", "response", _FAILED),
    _m("/failureResponsePayload/fields", "list", "param, parameter, property, attribute", _FAILED),
    _m("/usedIn", "list", "used by, usage, journey, use"),
    _m("/channel", "text", "channel type"),
    _m("/requiredMarketingAction", "text", "marketing action"),
    _m("/state", "text", "status, lifecycle state"),
    _m("/metadata", "object", "meta, audit, audit info"),
    _m("/orgId", "text", "organisation id, organization id, ims org id"),
    _m("/tenantId", "text", "tenant"),
    _m("/sandboxName", "text", "sandbox"),
    _m("/sandboxId", "text"),
    _m("/authoringFormatVersion", "text", "format version"),
    _m("/authentication/type", "word", "auth type, kind", _AUTH),
    _m("/authentication/username", "text", "user, user name, login", _AUTH),
    _m("/authentication/password", "text", "passphrase", _AUTH),
    _m("/authentication/name", "text", "key name", _AUTH),
    _m("/authentication/value", "text", "key value", _AUTH),
    _m("/authentication/location", "word", "in, sent in", _AUTH),
    _m("/authentication/subType", "word", "", _AUTH),
    _m("/authentication/endpoint", "text", "token url, token endpoint", _AUTH),
    _m("/authentication/method", "method", "http method", _AUTH),
    _m("/authentication/headers", "object", "", _AUTH),
    _m("/authentication/body/bodyType", "word", "", _AUTH),
    _m("/authentication/body/bodyParams", "object", "", _AUTH),
    _m("/authentication/tokenInResponse", "text", "", _AUTH),
    _m("/authentication/authorizationType", "word", "", _AUTH),
    _m("/authentication/tokenTarget", "text", "", _AUTH),
    _m("/authentication/cacheDuration/duration", "any", "", _AUTH),
    _m("/authentication/cacheDuration/expiryInResponse", "text", "", _AUTH),
    _m("/authentication/cacheDuration/timeUnit", "text", "", _AUTH),
)

_ENTRY: tuple[Member, ...] = (
    _m("/name", "text", "key, header name, param name, field name"),
    _m("/isVariable", "flag", "variable, dynamic, is dynamic"),
    _m("/value", "any", "constant value, constant, content, default value"),
    _m("/label", "text", "display name, variable label, caption"),
    _m("/isOptional", "flag", "optional"),
)

_NODE: tuple[Member, ...] = (
    *_ENTRY,
    _m("/type", "word", "data type, field type, value type, kind"),
    _m("/fields", "list", "child, children, property, param, sub field"),
    _m("/items", "list", "element, entry, entries, member"),
)

_USE: tuple[Member, ...] = (
    _m("/journeyId", "text", "id, journey uid, uid"),
    _m("/name", "text", "journey name, title"),
    _m("/status", "text", "state, journey status"),
)

ITEMS: dict[Pointer, tuple[Member, ...]] = {
    ("endpoint", "headers"): _ENTRY,
    ("endpoint", "queryParameters"): _ENTRY,
    ("requestPayload", "fields"): _NODE,
    ("responsePayload", "fields"): _NODE,
    ("failureResponsePayload", "fields"): _NODE,
    ("usedIn",): _USE,
}
"""What the items of the lists of an action hold."""

NEEDED: tuple[Pointer, ...] = (("name",), ("endpoint", "url"), ("endpoint", "method"))
"""Without these no action can be read."""
