"""Laws over wild definitions: no rule raises, every place exists, no message steers a terminal."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from toolkit.core.canonical import DecimalLiteral
from toolkit.core.pointer import lookup
from toolkit.model.document import fill_document, to_document
from toolkit.model.kinds import Definition, parse_definition
from toolkit.model.payload import SCALAR_LIST_TYPES, SCALAR_TYPES
from toolkit.rules import check_definition, rule
from toolkit.rules.examples import BASES
from toolkit.rules.wording import quoted

_PIECES = [
    *("${x}", "${secret:a/b@c}", "$${", "$", "https://", "http://", "://", ":", ":80", "/", "/../", "%2e%2e"),
    *("%", "[::1]", "[", "]", "@", "?", "#", "*", ".", "..", "-", "_", "0x7f", "127.1", "adobe.com"),
    *("localhost", "EncodeBase64(", "Encode(", ")", "json://", "expires_in", "response", "application/json"),
    *(";charset=", "INSERT SECRET HERE", "xoxb-1234567890-", "eyJhbGciOi.", "-----BEGIN ", "client_secret"),
    *("token", "a", "\xe9", "\uff11", "\U0001f600", ";", "=", '"', "'", "\\", "{", "}"),
]
_INVISIBLE = [
    "",
    " ",
    "\t",
    "\n",
    "\r",
    "\x00",
    "\x1b",
    "\x7f",
    "\x85",
    "\u2028",
    "\u202e",
    "INSERT SECRET HERE",
]

texts = st.lists(st.sampled_from(_PIECES + _INVISIBLE) | st.text(max_size=4), max_size=7).map("".join)
lines = texts.filter(bool)
keys = lines.filter(lambda key: "\x00" not in key)
fields = keys.filter(lambda key: not key.startswith("$"))
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=2).map(lambda n: DecimalLiteral(str(n)))
scalars = st.none() | st.booleans() | st.integers() | decimals | texts
holes = st.fixed_dictionaries(
    {"$variable": lines}, optional={"$type": st.sampled_from(SCALAR_TYPES + SCALAR_LIST_TYPES)}
)
typed = st.builds(
    lambda value, kind: {"$constant": value, "$type": kind},
    texts,
    st.sampled_from(["dateOnly", "dateTime", "dateTimeOnly"]),
) | st.builds(
    lambda value, kind: {"$constant": value, "$type": kind},
    st.lists(scalars, max_size=3),
    st.sampled_from(SCALAR_LIST_TYPES),
)


def _dicts(names: SearchStrategy[str], values: SearchStrategy[Any], least: int = 0) -> SearchStrategy[Any]:
    return st.dictionaries(names, values, min_size=least, max_size=3)


items = st.recursive(holes, lambda inner: _dicts(fields, inner, 1), max_leaves=3)
lists = st.fixed_dictionaries({"$variable": lines, "$items": _dicts(fields, items, 1)})
nodes = st.recursive(
    scalars | holes | typed | lists,
    lambda inner: _dicts(fields, inner, 1) | st.lists(inner, min_size=1, max_size=3),
    max_leaves=6,
)
requests = _dicts(fields, nodes, 1)
answers = st.recursive(
    st.sampled_from(SCALAR_TYPES + SCALAR_LIST_TYPES),
    lambda inner: _dicts(fields, inner, 1),
    max_leaves=4,
).filter(lambda answer: isinstance(answer, dict))
parameters = _dicts(keys, texts | st.fixed_dictionaries({"$variable": lines}))

cached = st.fixed_dictionaries(
    {
        "duration": st.integers(min_value=1),
        "timeUnit": st.sampled_from(
            ["milliseconds", "seconds", "minutes", "hours", "days", "months", "years"]
        ),
    }
) | st.fixed_dictionaries({"expiryInResponse": lines, "timeUnit": st.sampled_from(["seconds", "days"])})
authentications = st.one_of(
    st.fixed_dictionaries({"type": st.just("basic"), "username": texts, "password": texts}),
    st.fixed_dictionaries(
        {
            "type": st.just("apiKey"),
            "name": lines,
            "value": texts,
            "location": st.sampled_from(["header", "queryParam"]),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("customAuthorization"),
            "endpoint": texts,
            "method": st.sampled_from(["GET", "POST"]),
            "tokenInResponse": lines,
            "authorizationType": st.sampled_from(["bearer", "header", "queryParam"]),
        },
        optional={
            "subType": st.just("certificateCredential"),
            "headers": _dicts(keys, texts),
            "body": st.fixed_dictionaries(
                {"bodyType": st.sampled_from(["form", "json"]), "bodyParams": _dicts(keys, texts)}
            ),
            "cacheDuration": cached,
            "tokenTarget": lines,
        },
    ),
)
lifecycles = st.fixed_dictionaries(
    {},
    optional={
        "previousName": lines,
        "owner": lines,
        "links": st.lists(texts, max_size=3),
        "allow": st.lists(
            st.fixed_dictionaries(
                {"rule": st.just("AJO253"), "at": st.just("/name"), "because": lines.filter(str.strip)}
            ),
            max_size=2,
        ),
    },
)


def _envelope(base: str, required: dict[str, Any], optional: dict[str, Any]) -> SearchStrategy[Any]:
    head = {key: st.just(BASES[base][key]) for key in ("$schema", "formatVersion", "kind")}
    shared = {"description": texts, "lifecycle": lifecycles}
    return st.fixed_dictionaries({**head, "name": lines, **required}, optional={**shared, **optional})


_methods = st.lists(
    st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTION"]), min_size=1, max_size=4
)
_services = _dicts(
    st.sampled_from(["action", "dataSource"]),
    st.fixed_dictionaries(
        {
            "rating": st.fixed_dictionaries(
                {"maxCallsCount": st.integers(min_value=1), "periodInMs": st.integers(min_value=1)}
            )
        },
        optional={"maxHttpConnections": st.integers(min_value=1)},
    ),
    1,
)
documents = st.one_of(
    _envelope(
        "action",
        {
            "endpoint": st.fixed_dictionaries(
                {"method": st.sampled_from(["GET", "POST", "PUT"]), "url": texts},
                optional={"headers": parameters, "query": parameters},
            )
        },
        {
            "authentication": authentications,
            "governance": st.fixed_dictionaries(
                {"channel": st.just("other"), "requiredMarketingAction": lines}
            ),
            "request": requests,
            "allowNullValues": st.booleans(),
            "response": answers,
            "failureResponse": answers,
        },
    ),
    _envelope(
        "campaign",
        {"campaignType": st.sampled_from(["classic", "standard"]), "request": requests},
        {"endpoint": st.fixed_dictionaries({"url": texts})},
    ),
    _envelope("capping", {"url": texts, "methods": _methods, "services": _services}, {}),
    _envelope(
        "throttling", {"urlPattern": texts, "methods": _methods, "maxThroughput": st.integers(200, 5000)}, {}
    ),
)

wild = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


def _accepted(document: Any) -> Definition:
    parsed = parse_definition(document)
    assume(parsed.definition is not None)
    assert parsed.definition is not None
    return parsed.definition


@wild
@given(documents)
def test_no_rule_raises_and_every_finding_has_a_place_and_a_printable_message(document: Any) -> None:
    definition = _accepted(document)
    written = to_document(definition)

    for problem in check_definition(definition):
        lookup(written, problem.path)
        assert problem.message.isprintable()
        assert problem.fix.isprintable()
        assert rule(problem.code) is not None


@wild
@given(documents, texts)
def test_no_rule_raises_once_values_are_filled_in(document: Any, value: str) -> None:
    definition = _accepted(document)
    filled = fill_document(definition.kind, to_document(definition), {"x": value})

    check_definition(_accepted(filled))


@wild
@given(documents)
def test_findings_are_the_same_every_time(document: Any) -> None:
    assert check_definition(_accepted(document)) == check_definition(_accepted(document))


@given(st.text())
def test_quoted_text_is_printable_and_short(text: str) -> None:
    assert quoted(text).isprintable()
    assert len(quoted(text)) <= 82


@given(st.text(max_size=20).filter(lambda text: text.isascii() and text.isprintable()))
def test_quoted_text_is_read_back_by_json(text: str) -> None:
    assert json.loads(quoted(text)) == text
